/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/rcupdate.h - readers, and what waits for them
 *
 * Provenance: real (netpage/machine.h) for readers; rcu_dereference() is an acquire. There is no
 * call_rcu(): the library's own objects are all that wait for readers.
 */
#ifndef NETPAGE_COMPAT_LINUX_RCUPDATE_H
#define NETPAGE_COMPAT_LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/types.h>

#include <netpage/machine.h>

#define rcu_dereference(p) smp_load_acquire(&(p))
#define rcu_dereference_raw(p) rcu_dereference(p)
#define rcu_dereference_check(p, condition) rcu_dereference(p)
#define rcu_dereference_protected(p, condition) READ_ONCE(p)
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_assign_pointer(p, v) smp_store_release(&(p), v)
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)
#define RCU_INITIALIZER(v) (v)
#define rcu_read_lock_bh()                                                                         \
	do {                                                                                       \
		local_bh_disable();                                                                \
		rcu_read_lock();                                                                   \
	} while (0)
#define rcu_read_unlock_bh()                                                                       \
	do {                                                                                       \
		rcu_read_unlock();                                                                 \
		local_bh_enable();                                                                 \
	} while (0)

#endif /* NETPAGE_COMPAT_LINUX_RCUPDATE_H */
