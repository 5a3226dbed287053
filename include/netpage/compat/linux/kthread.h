/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/kthread.h - kernel threads
 *
 * Provenance: custom: a thread of the process, which enters the last CPU of the machine
 * that is free; current is NULL in it, as the library has no task for it. The task_struct
 * that is returned is for kthread_stop() and the like only.
 */
#ifndef NETPAGE_COMPAT_LINUX_KTHREAD_H
#define NETPAGE_COMPAT_LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/smp.h>

/* Return: a handle, or an error in a pointer. The thread waits for wake_up_process(). */
struct task_struct *np_compat_kthread_create(int (*fn)(void *data), void *data);
/* Context: any thread. */
int np_compat_kthread_wake(struct task_struct *task);
/* Asks it to stop and waits for it. Return: what its function returned. */
int np_compat_kthread_stop(struct task_struct *task);
bool np_compat_kthread_should_stop(void);
/* The calling kernel thread moves to the first CPU of @mask. Return: 0, -EINVAL. */
int np_compat_set_cpus_allowed(const struct cpumask *mask);

#define kthread_create(fn, data, ...) np_compat_kthread_create(fn, data)
#define kthread_create_on_node(fn, data, node, ...)                                                \
	((void)(node), np_compat_kthread_create(fn, data))
#define wake_up_process(task) np_compat_kthread_wake(task)
#define kthread_stop(task) np_compat_kthread_stop(task)
#define kthread_should_stop() np_compat_kthread_should_stop()
#define set_cpus_allowed_ptr(task, mask) ((void)(task), np_compat_set_cpus_allowed(mask))
#define get_task_struct(task) ((void)(task))
#define put_task_struct(task) ((void)(task))

static inline struct task_struct *np_compat_kthread_run(int (*fn)(void *data), void *data)
{
	struct task_struct *task = np_compat_kthread_create(fn, data);

	if (!IS_ERR(task))
		np_compat_kthread_wake(task);
	return task;
}

#define kthread_run(fn, data, ...) np_compat_kthread_run(fn, data)

#endif /* NETPAGE_COMPAT_LINUX_KTHREAD_H */
