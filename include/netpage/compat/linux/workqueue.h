/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/workqueue.h - work that runs on a CPU when it is idle, or after some virtual time
 *
 * Provenance: real (netpage/machine.h) for schedule_work_on() and schedule_delayed_work().
 * custom: a CPU's work runs where a task may wait, when that CPU is idle: flush_work() is such a
 * place. Work of an unbound queue, outside of searches, gets a thread of its own on the last CPU,
 * at once; its pending bit is cleared when it ends, so it cannot queue itself again.
 * flush_delayed_work() lets virtual time pass until the work is due, and runs what is due before
 * it, too.
 */
#ifndef NETPAGE_COMPAT_LINUX_WORKQUEUE_H
#define NETPAGE_COMPAT_LINUX_WORKQUEUE_H

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/types.h>

#include <netpage/machine.h>

typedef void (*work_func_t)(struct work_struct *work);

struct workqueue_struct;
#define system_wq ((struct workqueue_struct *)16)
#define system_highpri_wq system_wq
#define system_long_wq system_wq
#define system_unbound_wq ((struct workqueue_struct *)32)
#define WQ_UNBOUND 2u
#define WQ_MEM_RECLAIM 8u
#define alloc_workqueue(fmt, flags, ...) ((flags)&WQ_UNBOUND ? system_unbound_wq : system_wq)
#define destroy_workqueue(wq) flush_workqueue(wq)
#define WORK_CPU_UNBOUND (-1)

#define __WORK_INITIALIZER(name, f)                                                                \
	{                                                                                          \
		.func = (f)                                                                        \
	}
#define __DELAYED_WORK_INITIALIZER(name, f)                                                        \
	{                                                                                          \
		.work = __WORK_INITIALIZER((name).work, f)                                         \
	}
#define DECLARE_WORK(name, f) struct work_struct name = __WORK_INITIALIZER(name, f)
#define DECLARE_DELAYED_WORK(name, f) struct delayed_work name = __DELAYED_WORK_INITIALIZER(name, f)
#define INIT_WORK(work, f) (*(work) = (struct work_struct)__WORK_INITIALIZER(*(work), f))
#define INIT_DELAYED_WORK(dwork, f)                                                                \
	(*(dwork) = (struct delayed_work)__DELAYED_WORK_INITIALIZER(*(dwork), f))
#define INIT_WORK_ONSTACK(work, f) INIT_WORK(work, f)
#define INIT_DELAYED_WORK_ONSTACK(dwork, f) INIT_DELAYED_WORK(dwork, f)
#define destroy_work_on_stack(work) ((void)(work))
#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define work_pending(work) (READ_ONCE((work)->pending) != 0)
#define delayed_work_pending(dwork) work_pending(&(dwork)->work)

/* Return: whether it was queued. Context: as schedule_work_on(). */
bool np_compat_queue_work(struct workqueue_struct *wq, struct work_struct *work);
/* Return: whether there was anything to wait for. Context: a task that may sleep. */
bool np_compat_flush_work(struct work_struct *work);
bool np_compat_flush_delayed_work(struct delayed_work *dwork);
/* Return: whether it was pending, and is not any more. */
bool np_compat_cancel_work(struct work_struct *work);
bool np_compat_cancel_delayed_work(struct delayed_work *dwork);
void np_compat_flush_all_work(void);

#define schedule_work(work) schedule_work_on(smp_processor_id(), work)
#define schedule_delayed_work_on(cpu, dwork, delay) schedule_delayed_work(dwork, delay)
#define queue_work(wq, work) np_compat_queue_work(wq, work)
#define queue_work_on(cpu, wq, work)                                                               \
	((void)(wq), schedule_work_on((cpu) < 0 ? smp_processor_id() : (cpu), work))
#define queue_delayed_work(wq, dwork, delay) ((void)(wq), schedule_delayed_work(dwork, delay))
#define flush_work(work) np_compat_flush_work(work)
#define flush_delayed_work(dwork) np_compat_flush_delayed_work(dwork)
#define cancel_work(work) np_compat_cancel_work(work)
#define cancel_work_sync(work) np_compat_cancel_work(work)
#define cancel_delayed_work(dwork) np_compat_cancel_delayed_work(dwork)
#define cancel_delayed_work_sync(dwork) np_compat_cancel_delayed_work(dwork)
#define flush_scheduled_work() np_compat_flush_all_work()
#define flush_workqueue(wq) ((void)(wq), np_compat_flush_all_work())
#define drain_workqueue(wq) flush_workqueue(wq)

#endif /* NETPAGE_COMPAT_LINUX_WORKQUEUE_H */
