/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Kernel threads as threads of the process.
 */
#include <pthread.h>
#include <sched.h>

#include <linux/kthread.h>
#include <linux/slab.h>

struct kthread {
	pthread_t thread;
	struct np_machine *machine;
	struct np_context context;
	int (*fn)(void *data);
	void *data;
	int result;
	u32 awake, stop;
};

/* Which of them this thread is. */
static _Thread_local struct kthread *self;

static struct task_struct *handle(struct kthread *k)
{
	return (struct task_struct *)(void *)k;
}

static struct kthread *kthread_of(struct task_struct *task)
{
	return (struct kthread *)(void *)task;
}

/* The last CPU that nobody is on; waits for one. */
static void enter_any(struct kthread *k)
{
	int nr = (int)np_machine_options_of(k->machine)->nr_cpus;

	for (int cpu = nr - 1; np_enter(&k->context, k->machine, cpu, NP_KTHREAD, NULL);
	     cpu = cpu ? cpu - 1 : nr - 1)
		sched_yield();
}

static void *run_kthread(void *arg)
{
	struct kthread *k = arg;

	self = k;
	while (!smp_load_acquire(&k->awake))
		sched_yield();
	if (READ_ONCE(k->stop)) {
		k->result = -EINTR;
		return NULL;
	}
	enter_any(k);
	k->result = k->fn(k->data);
	np_leave(&k->context);
	return NULL;
}

struct task_struct *np_compat_kthread_create(int (*fn)(void *data), void *data)
{
	struct kthread *k = kzalloc(sizeof(*k), GFP_KERNEL);

	if (!k)
		return ERR_PTR(-ENOMEM);
	k->machine = np_this_machine();
	k->fn = fn;
	k->data = data;
	if (pthread_create(&k->thread, NULL, run_kthread, k)) {
		kfree(k);
		return ERR_PTR(-ENOMEM);
	}
	return handle(k);
}

int np_compat_kthread_wake(struct task_struct *task)
{
	return !__atomic_exchange_n(&kthread_of(task)->awake, 1, __ATOMIC_ACQ_REL);
}

int np_compat_kthread_stop(struct task_struct *task)
{
	struct kthread *k = kthread_of(task);
	int result;

	WRITE_ONCE(k->stop, 1u);
	np_compat_kthread_wake(task);
	pthread_join(k->thread, NULL);
	result = k->result;
	kfree(k);
	return result;
}

bool np_compat_kthread_should_stop(void)
{
	/* Who asks in a loop waits for it. */
	sched_yield();
	return self && READ_ONCE(self->stop);
}

int np_compat_set_cpus_allowed(const struct cpumask *mask)
{
	int cpu;

	if (!self || !mask->bits)
		return -EINVAL;
	cpu = __builtin_ctzll(mask->bits);
	if (cpu >= (int)np_machine_options_of(self->machine)->nr_cpus)
		return -EINVAL;
	if (cpu == smp_processor_id())
		return 0;
	np_leave(&self->context);
	while (np_enter(&self->context, self->machine, cpu, NP_KTHREAD, NULL))
		sched_yield();
	return 0;
}
