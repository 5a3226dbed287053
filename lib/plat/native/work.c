/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Work queued on a CPU.  There are no worker threads: a CPU runs its work when
 * the thread on it leaves, and work of CPUs nobody is on is run by whoever comes
 * to a place where a task may wait.
 */
#include <plat/work.h>

bool np_work_pending(struct np_cpu *cpu)
{
	return READ_ONCE(cpu->work_head) != NULL;
}

static struct work_struct *take_work(struct np_cpu *cpu)
{
	struct work_struct *work;

	spin_lock(&cpu->work_lock);
	work = cpu->work_head;
	if (work) {
		WRITE_ONCE(cpu->work_head, work->next);
		if (!work->next)
			cpu->work_tail = &cpu->work_head;
	}
	spin_unlock(&cpu->work_lock);
	return work;
}

void np_work_run(struct np_cpu *cpu)
{
	struct work_struct *work;

	while ((work = take_work(cpu))) {
		/* Cleared first: the function may queue itself again, or free itself. */
		smp_store_release(&work->pending, 0);
		work->func(work);
	}
}

bool schedule_work_on(int cpu, struct work_struct *work)
{
	struct np_machine *machine = this_machine();
	struct np_cpu *target;

	if (cpu < 0 || (unsigned int)cpu >= machine->options.nr_cpus)
		return false;
	if (xchg(&work->pending, 1))
		return false;
	target = &machine->cpus[cpu];
	work->next = NULL;
	spin_lock(&target->work_lock);
	WRITE_ONCE(*target->work_tail, work);
	target->work_tail = &work->next;
	spin_unlock(&target->work_lock);
	return true;
}

/* Whether this thread is on @cpu more than once, or below the context it is in now. */
static bool in_the_middle_of(struct np_machine *machine, int cpu)
{
	const struct np_context *here = np_here(), *context;
	unsigned int depth = 0;

	for (context = here; context; context = context->outer)
		depth += context->machine == machine && context->cpu == cpu;
	return depth && (depth > 1 || here->machine != machine || here->cpu != cpu);
}

static bool run_idle_cpu(struct np_machine *machine, int cpu)
{
	struct np_context context;

	if (!np_work_pending(&machine->cpus[cpu]))
		return false;
	/* Whoever is there runs it when he leaves, be it ourselves. */
	if (in_the_middle_of(machine, cpu) || np_enter(&context, machine, cpu, NP_KTHREAD, NULL))
		return false;
	np_work_run(&machine->cpus[cpu]);
	np_leave(&context);
	return true;
}

bool np_run_idle_cpus(struct np_machine *machine)
{
	bool any = false;

	for (int cpu = 0; cpu < (int)machine->options.nr_cpus; cpu++)
		any |= run_idle_cpu(machine, cpu);
	return any;
}

void cond_resched(void)
{
	struct np_context *context = np_here();

	/* A page_counter is also used where there is no machine. */
	if (context && in_task() && !context->preempt_disabled && !context->irq_disabled &&
	    !context->bh_disabled)
		np_run_idle_cpus(context->machine);
}

bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay_ms)
{
	struct np_machine *machine = this_machine();
	bool queued = false;

	spin_lock(&machine->delayed_lock);
	if (!xchg(&dwork->work.pending, 1)) {
		dwork->expires = np_machine_jiffies(machine) + delay_ms;
		dwork->next_delayed = machine->delayed;
		machine->delayed = dwork;
		queued = true;
	}
	spin_unlock(&machine->delayed_lock);
	return queued;
}

/* The work that is due first, not after @until; of several, the one queued first. */
static struct delayed_work *take_delayed(struct np_machine *machine, unsigned long until)
{
	struct delayed_work **link, **first = NULL, *dwork = NULL;

	spin_lock(&machine->delayed_lock);
	for (link = &machine->delayed; *link; link = &(*link)->next_delayed)
		if ((*link)->expires <= until && (!first || (*link)->expires <= (*first)->expires))
			first = link;
	if (first) {
		dwork = *first;
		*first = dwork->next_delayed;
	}
	spin_unlock(&machine->delayed_lock);
	return dwork;
}

static void run_delayed(struct np_machine *machine, unsigned long until)
{
	struct delayed_work *dwork;

	while ((dwork = take_delayed(machine, until))) {
		if (dwork->expires > machine->jiffies)
			WRITE_ONCE(machine->jiffies, dwork->expires);
		smp_store_release(&dwork->work.pending, 0);
		dwork->work.func(&dwork->work);
	}
}

void np_machine_advance(struct np_machine *machine, unsigned long ms)
{
	unsigned long until = machine->jiffies + ms;
	struct np_context context;

	if (until < ms)
		until = ULONG_MAX;
	/* With another thread on its CPU the work stays where it is, for the next time. */
	if (!np_enter(&context, machine, 0, NP_KTHREAD, NULL)) {
		run_delayed(machine, until);
		np_leave(&context);
	}
	WRITE_ONCE(machine->jiffies, until);
	np_run_idle_cpus(machine);
}

unsigned long np_machine_jiffies(const struct np_machine *machine)
{
	return READ_ONCE(machine->jiffies);
}
