/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/sched.h - the current task, and letting others run
 *
 * Provenance: real (netpage/machine.h, mmap.h); custom: schedule_timeout() and msleep() let
 * virtual time pass at once, which runs delayed work.
 */
#ifndef NETPAGE_COMPAT_LINUX_SCHED_H
#define NETPAGE_COMPAT_LINUX_SCHED_H

#include <asm/msr.h>
#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/types.h>

#include <netpage/machine.h>
#include <netpage/mmap.h>

#define current get_current()

/* Only tasks have an mm, and only while they live. */
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define set_current_state(state) ((void)(state))
#define __set_current_state(state) ((void)(state))

static inline long schedule_timeout(long timeout)
{
	np_machine_advance(np_this_machine(), timeout > 0 ? (unsigned long)timeout : 0);
	return 0;
}

#define schedule_timeout_uninterruptible(timeout) schedule_timeout(timeout)
#define schedule_timeout_interruptible(timeout) schedule_timeout(timeout)
#define schedule() cond_resched()
#define yield() cond_resched()

#endif /* NETPAGE_COMPAT_LINUX_SCHED_H */
