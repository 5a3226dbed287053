/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the library's work lists lack: taking work off again, and waiting for it.
 */
#include <pthread.h>
#include <sched.h>

/* First: kernel-style macros (jiffies) are named like its fields. */
#include <machine.h>

#include <linux/workqueue.h>

/* What pending says of work that has a thread of its own. */
#define RUNNING 2u

struct runner {
	struct np_machine *machine;
	struct work_struct *work;
};

/* The work is done, or was never begun: others may look at what it did. */
static void end_work(struct work_struct *work)
{
	smp_store_release(&work->pending, 0);
}

static void *run_work(void *arg)
{
	struct runner *runner = arg;
	struct np_machine *machine = runner->machine;
	struct work_struct *work = runner->work;
	struct np_context context;
	int cpu = (int)machine->options.nr_cpus - 1;

	free(runner);
	/* For a moment somebody else may be there, to run what is pending. */
	while (np_enter(&context, machine, cpu, NP_KTHREAD, NULL))
		sched_yield();
	work->func(work);
	np_leave(&context);
	end_work(work);
	return NULL;
}

static bool run_in_thread(struct np_machine *machine, struct work_struct *work)
{
	struct runner *runner = malloc(sizeof(*runner));
	pthread_t thread;

	if (!runner)
		return false;
	*runner = (struct runner){ machine, work };
	if (pthread_create(&thread, NULL, run_work, runner)) {
		free(runner);
		return false;
	}
	pthread_detach(thread);
	return true;
}

bool np_compat_queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	struct np_machine *machine = this_machine();

	/* The last CPU is the caller's own, or whose work it is cannot be told. */
	if (wq != system_unbound_wq || smp_processor_id() == (int)machine->options.nr_cpus - 1)
		return schedule_work(work);
	if (np_cmpxchg(&work->pending, 0u, RUNNING))
		return false;
	if (run_in_thread(machine, work))
		return true;
	end_work(work);
	return schedule_work(work);
}

bool np_compat_flush_work(struct work_struct *work)
{
	unsigned int pending = smp_load_acquire(&work->pending);

	if (!pending)
		return false;
	if (pending != RUNNING)
		np_machine_settle(this_machine());
	while (smp_load_acquire(&work->pending) == RUNNING)
		sched_yield();
	return true;
}

void np_compat_flush_all_work(void)
{
	np_machine_settle(this_machine());
}

bool np_compat_cancel_work(struct work_struct *work)
{
	struct np_machine *machine = this_machine();
	bool found = false;

	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus && !found; cpu++) {
		struct np_cpu *c = &machine->cpus[cpu];
		struct work_struct **link;

		spin_lock(&c->work_lock);
		for (link = &c->work_head; *link && *link != work; link = &(*link)->next)
			;
		found = *link == work;
		if (found)
			WRITE_ONCE(*link, work->next);
		if (found && !*link)
			c->work_tail = link;
		spin_unlock(&c->work_lock);
	}
	if (found)
		smp_store_release(&work->pending, 0);
	return found;
}

bool np_compat_cancel_delayed_work(struct delayed_work *dwork)
{
	struct np_machine *machine = this_machine();
	struct delayed_work **link;
	bool found;

	spin_lock(&machine->delayed_lock);
	for (link = &machine->delayed; *link && *link != dwork; link = &(*link)->next_delayed)
		;
	found = *link == dwork;
	if (found)
		*link = dwork->next_delayed;
	spin_unlock(&machine->delayed_lock);
	if (found)
		smp_store_release(&dwork->work.pending, 0);
	return found;
}

bool np_compat_flush_delayed_work(struct delayed_work *dwork)
{
	unsigned long now = np_machine_jiffies(this_machine());

	if (!delayed_work_pending(dwork))
		return false;
	np_machine_advance(this_machine(), dwork->expires > now ? dwork->expires - now : 0);
	return true;
}
