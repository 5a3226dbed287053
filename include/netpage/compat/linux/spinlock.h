/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/spinlock.h - spinlocks, and what they switch off
 *
 * Provenance: real (netpage/spinlock.h); custom: the flags of the _irqsave forms are written
 * and not read, because the library counts how deep it is.
 */
#ifndef NETPAGE_COMPAT_LINUX_SPINLOCK_H
#define NETPAGE_COMPAT_LINUX_SPINLOCK_H

#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/preempt.h>

#include <netpage/spinlock.h>

typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name)                                                                 \
	{                                                                                          \
		0                                                                                  \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define spin_is_locked(lock) (READ_ONCE((lock)->holder) != 0)
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define lockdep_assert_held(lock) ((void)(lock))

/* In brackets: the library's function, not this macro. */
#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		(flags) = 0;                                                                       \
		(spin_lock_irqsave)(lock);                                                         \
	} while (0)
#define spin_unlock_irqrestore(lock, flags)                                                        \
	do {                                                                                       \
		(void)(flags);                                                                     \
		(spin_unlock_irqrestore)(lock);                                                    \
	} while (0)
#define spin_lock_irq(lock) (spin_lock_irqsave)(lock)
#define spin_unlock_irq(lock) (spin_unlock_irqrestore)(lock)
#define spin_lock_nested(lock, subclass) spin_lock(lock)

#define raw_spin_lock_init(lock) spin_lock_init(lock)
#define raw_spin_lock(lock) spin_lock(lock)
#define raw_spin_unlock(lock) spin_unlock(lock)
#define raw_spin_lock_irqsave(lock, flags) spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)

#endif /* NETPAGE_COMPAT_LINUX_SPINLOCK_H */
