/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: spinlock - spinlocks, and the switching off of what may interrupt
 *
 * Order: spin_lock() is an acquire, spin_unlock() a release, of everything
 * written under the lock.
 * Errors: none are returned.  Taking a lock that the same thread already holds
 * would hang a kernel; here it is reported as the invariant `lock_order` and the
 * lock counts as taken.
 * Models: include/linux/spinlock.h, bottom_half.h, irqflags.h, local_lock.h, 6.1.
 */
#ifndef NETPAGE_SPINLOCK_H
#define NETPAGE_SPINLOCK_H

#include <netpage/types.h>

NP_BEGIN_DECLS

/** Four bytes, as in the kernel's own layout; 0 is unlocked, else the holder's tag. */
typedef struct {
	u32 holder;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->holder = 0;
}

/** spin_lock - take @lock, waiting for it. Context: any that has entered a CPU. */
NP_API void spin_lock(spinlock_t *lock);
/** spin_trylock - take @lock if it is free. Return: whether it was taken. */
NP_API bool spin_trylock(spinlock_t *lock);
/** spin_unlock - let go of @lock. Context: the holder. */
NP_API void spin_unlock(spinlock_t *lock);

/** struct mutex - a lock whose holder may sleep; include/linux/mutex.h. All zeroes: unlocked. */
struct mutex {
	spinlock_t word;
};

/** mutex_lock - take @mutex, sleeping until it is free. Context: a task that may sleep. */
NP_API void mutex_lock(struct mutex *mutex);
/** mutex_unlock - let go of @mutex. Context: the holder. */
NP_API void mutex_unlock(struct mutex *mutex);

/** local_bh_disable - no softirq interrupts this CPU until the matching enable. Nests. */
NP_API void local_bh_disable(void);
NP_API void local_bh_enable(void);
/** local_irq_save - no interrupt at all on this CPU until the restore. Nests. */
NP_API void local_irq_save(void);
NP_API void local_irq_restore(void);
/** preempt_disable - this task stays on its CPU and is not switched out. Nests. */
NP_API void preempt_disable(void);
NP_API void preempt_enable(void);

static inline void spin_lock_bh(spinlock_t *lock)
{
	local_bh_disable();
	spin_lock(lock);
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	spin_unlock(lock);
	local_bh_enable();
}

static inline void spin_lock_irqsave(spinlock_t *lock)
{
	local_irq_save();
	spin_lock(lock);
}

static inline void spin_unlock_irqrestore(spinlock_t *lock)
{
	spin_unlock(lock);
	local_irq_restore();
}

NP_END_DECLS

#endif /* NETPAGE_SPINLOCK_H */
