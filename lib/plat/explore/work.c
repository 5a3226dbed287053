/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Work queued on a CPU.  While actors run, a worker for each CPU is one of them, and
 * when it comes to its work is up to the schedule.  Outside, a CPU runs its work when
 * the thread on it leaves, or whoever comes to a place where a task may wait does.
 *
 * A queue is one pseudo-location: its words are only touched between steps, so they
 * need no lock.
 */
#include <plat/explore/actor.h>
#include <plat/work.h>

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

/* --- queues as pseudo-locations --- */

bool np_pseudo_step(struct np_explorer *x, unsigned int n, enum np_op_kind kind, u16 flags)
{
	u32 location = np_pseudo_location(x, n);

	if (!np_explore_visit_location(x, location, kind != NP_OP_READ))
		return false;
	np_explore_op(x, &(struct np_op){ .kind = (u8)kind,
					  .size = NP_GRANULE,
					  .flags = flags,
					  .location = location,
					  .mask = 0xff,
					  .pc = __builtin_return_address(0),
					  .frame = __builtin_frame_address(0) });
	return true;
}

/* A worker is going to look: the location is shared from the first use on. */
static void expect_worker(struct np_explorer *x, unsigned int n)
{
	struct np_location *l = &x->image.locations[np_pseudo_location(x, n)];

	if (l->state == NP_LOC_SHARED)
		return;
	l->state = NP_LOC_SHARED;
	x->newly_shared = true;
}

void np_pseudo_queue(struct np_explorer *x, unsigned int n, np_ready_fn *ready, void *arg)
{
	expect_worker(x, n);
	np_pseudo_step(x, n, NP_OP_WRITE, NP_OP_RELEASE);
	/* Known only now: others may have come first. */
	if (!ready(x, arg))
		x->events[x->nr_events - 1].flags |= NP_OP_ENABLES;
}

void np_pseudo_take(struct np_explorer *x, unsigned int n, np_ready_fn *ready, void *arg)
{
	np_explore_op(x, &(struct np_op){ .kind = NP_OP_RMW,
					  .size = NP_GRANULE,
					  .flags = NP_OP_GATED | NP_OP_ACQUIRE | NP_OP_RELEASE,
					  .location = np_pseudo_location(x, n),
					  .mask = 0xff,
					  .ready = ready,
					  .ready_arg = arg,
					  .pc = __builtin_return_address(0),
					  .frame = __builtin_frame_address(0) });
}

/* --- the queues --- */

bool np_work_pending(struct np_cpu *cpu)
{
	return READ_ONCE(cpu->work_head) != NULL;
}

static struct work_struct *take_work(struct np_cpu *cpu)
{
	struct work_struct *work = cpu->work_head;

	if (!work)
		return NULL;
	np_plat_touch(&cpu->work_head, sizeof(cpu->work_head));
	cpu->work_head = work->next;
	if (!work->next) {
		np_plat_touch(&cpu->work_tail, sizeof(cpu->work_tail));
		cpu->work_tail = &cpu->work_head;
	}
	return work;
}

static void add_work(struct np_cpu *cpu, struct work_struct *work)
{
	np_plat_touch(&work->next, sizeof(work->next));
	work->next = NULL;
	np_plat_touch(cpu->work_tail, sizeof(*cpu->work_tail));
	*cpu->work_tail = work;
	np_plat_touch(&cpu->work_tail, sizeof(cpu->work_tail));
	cpu->work_tail = &work->next;
}

static void step_at_word(struct np_explorer *x, const void *word, u8 size, enum np_op_kind kind,
			 u16 flags, const void *pc, const void *frame)
{
	unsigned int mask = ((1u << size) - 1) << ((uintptr_t)word & (NP_GRANULE - 1));

	np_explore_op(x, &(struct np_op){ .kind = (u8)kind,
					  .size = size,
					  .flags = flags,
					  .location = np_location_of(&x->image, word),
					  .mask = (u8)mask,
					  .pc = pc,
					  .frame = frame,
					  .addr = (void *)(uintptr_t)word });
}

/* The word is shared with whoever queues the same work. */
static void step_at_pending(struct work_struct *work, enum np_op_kind kind, u16 flags,
			    const void *pc, const void *frame)
{
	struct np_explorer *x = np_acting();

	if (x && np_explore_visit(x, &work->pending, sizeof(work->pending), true))
		step_at_word(x, &work->pending, sizeof(work->pending), kind, flags, pc, frame);
}

/* Whether the caller is the one who queues @work. Models: test_and_set_bit(PENDING), 6.1. */
static bool claim_work(struct work_struct *work, const void *pc, const void *frame)
{
	step_at_pending(work, NP_OP_RMW, NP_OP_ACQUIRE | NP_OP_RELEASE | NP_OP_FULL, pc, frame);
	if (work->pending)
		return false;
	np_plat_touch(&work->pending, sizeof(work->pending));
	work->pending = 1;
	return true;
}

static void run(struct work_struct *work, const void *pc, const void *frame)
{
	/* Cleared first: the function may queue itself again, or free itself. */
	step_at_pending(work, NP_OP_WRITE, NP_OP_RELEASE, pc, frame);
	np_plat_touch(&work->pending, sizeof(work->pending));
	work->pending = 0;
	work->func(work);
}

void np_work_run(struct np_cpu *cpu)
{
	struct work_struct *work;

	while ((work = take_work(cpu)))
		run(work, HERE);
}

static bool is_there_work(struct np_explorer *x, void *cpu)
{
	(void)x;
	return np_work_pending(cpu);
}

bool schedule_work_on(int cpu, struct work_struct *work)
{
	struct np_machine *machine = this_machine();
	struct np_explorer *x = np_acting();
	struct np_cpu *target;

	if (cpu < 0 || (unsigned int)cpu >= machine->options.nr_cpus)
		return false;
	if (!claim_work(work, HERE))
		return false;
	target = &machine->cpus[cpu];
	if (x && machine == x->machine && cpu < NP_EXPLORE_CPUS)
		np_pseudo_queue(x, NP_PSEUDO_WORK + (unsigned int)cpu, is_there_work, target);
	add_work(target, work);
	return true;
}

/* --- outside of actors --- */

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

	/* Actors leave it to the workers. */
	if (np_actor_running(np_explorer_here()))
		return false;
	for (int cpu = 0; cpu < (int)machine->options.nr_cpus; cpu++)
		any |= run_idle_cpu(machine, cpu);
	return any;
}

void cond_resched(void)
{
	struct np_context *context = np_here();

	np_might_sleep("cond_resched()");
	/* A page_counter is also used where there is no machine. */
	if (context && context->machine && in_task() && !context->preempt_disabled &&
	    !context->irq_disabled && !context->bh_disabled)
		np_run_idle_cpus(context->machine);
}

/* --- delayed work, and time --- */

static bool is_there_delayed(struct np_explorer *x, void *arg)
{
	(void)arg;
	return x->machine->delayed != NULL;
}

unsigned long np_machine_jiffies(const struct np_machine *machine)
{
	struct np_explorer *x = np_acting();
	const unsigned long *word = &machine->jiffies;

	if (x && np_explore_visit(x, word, sizeof(*word), false))
		step_at_word(x, word, sizeof(*word), NP_OP_READ, 0, HERE);
	return *word;
}

static void set_jiffies(struct np_machine *machine, unsigned long jiffies)
{
	struct np_explorer *x = np_acting();
	unsigned long *word = &machine->jiffies;

	if (x && np_explore_visit(x, word, sizeof(*word), true))
		step_at_word(x, word, sizeof(*word), NP_OP_WRITE, 0, HERE);
	np_plat_touch(word, sizeof(*word));
	*word = jiffies;
}

bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay_ms)
{
	struct np_machine *machine = this_machine();
	struct np_explorer *x = np_acting();

	if (!claim_work(&dwork->work, HERE))
		return false;
	np_plat_touch(dwork, sizeof(*dwork));
	dwork->expires = np_machine_jiffies(machine) + delay_ms;
	if (x && machine == x->machine)
		np_pseudo_queue(x, NP_PSEUDO_DELAYED, is_there_delayed, NULL);
	np_plat_touch(&machine->delayed, sizeof(machine->delayed));
	dwork->next_delayed = machine->delayed;
	machine->delayed = dwork;
	return true;
}

/* The work that is due first, not after @until; of several, the one queued first. */
static struct delayed_work *take_delayed(struct np_machine *machine, unsigned long until)
{
	struct delayed_work **link, **first = NULL, *dwork;

	for (link = &machine->delayed; *link; link = &(*link)->next_delayed)
		if ((*link)->expires <= until && (!first || (*link)->expires <= (*first)->expires))
			first = link;
	if (!first)
		return NULL;
	dwork = *first;
	np_plat_touch(first, sizeof(*first));
	*first = dwork->next_delayed;
	return dwork;
}

static bool run_delayed(struct np_machine *machine, unsigned long until)
{
	struct delayed_work *dwork = take_delayed(machine, until);

	if (!dwork)
		return false;
	if (dwork->expires > machine->jiffies)
		set_jiffies(machine, dwork->expires);
	run(&dwork->work, HERE);
	return true;
}

void np_machine_advance(struct np_machine *machine, unsigned long ms)
{
	unsigned long until = machine->jiffies + ms;
	struct np_context context;

	if (until < ms)
		until = ULONG_MAX;
	/* With somebody on its CPU the work stays where it is, for the next time. */
	if (!np_actor_running(np_explorer_here()) &&
	    !np_enter(&context, machine, 0, NP_KTHREAD, NULL)) {
		while (run_delayed(machine, until))
			;
		np_leave(&context);
	}
	set_jiffies(machine, until);
	np_run_idle_cpus(machine);
}

/* --- the workers --- */

static void work_worker(void *unused)
{
	struct np_explorer *x = np_explorer_here();
	unsigned int n = x->actors[x->running].cpu;
	struct np_cpu *cpu = &x->machine->cpus[n];

	(void)unused;
	for (;;) {
		np_pseudo_take(x, NP_PSEUDO_WORK + n, is_there_work, cpu);
		run(take_work(cpu), HERE);
	}
}

/* Time is what the schedule says, but only that often: pools look again and again. */
static void delayed_worker(void *unused)
{
	struct np_explorer *x = np_explorer_here();

	(void)unused;
	for (int i = 0; i < NP_DELAYED_RUNS; i++) {
		np_pseudo_take(x, NP_PSEUDO_DELAYED, is_there_delayed, NULL);
		run_delayed(x->machine, ULONG_MAX);
	}
}

static void add_worker(struct np_explorer *x, const char *name, void (*body)(void *), u8 cpu,
		       unsigned int n)
{
	struct np_actor_state *actor;

	if (x->nr_actors == NP_ACTORS_MAX)
		return;
	actor = &x->actors[x->nr_actors++];
	actor->name = name;
	actor->body = body;
	actor->kind = NP_KTHREAD;
	actor->cpu = cpu;
	actor->idle_at_end = true;
	actor->waits_at = n;
}

void np_workers_add(struct np_explorer *x)
{
	static const char names[NP_EXPLORE_CPUS][16] = { "work_of_cpu0", "work_of_cpu1",
							 "work_of_cpu2", "work_of_cpu3",
							 "work_of_cpu4", "work_of_cpu5",
							 "work_of_cpu6", "work_of_cpu7" };
	unsigned int cpus = 0;
	u8 quiet;

	for (u8 a = 0; a < x->nr_actors; a++)
		cpus |= 1u << x->actors[a].cpu;
	for (u8 cpu = 0; cpu < NP_EXPLORE_CPUS; cpu++)
		if (cpus & 1u << cpu)
			add_worker(x, names[cpu], work_worker, cpu, NP_PSEUDO_WORK + cpu);
	/* Where nobody is, if there is such a CPU: there preemption is nobody's concern. */
	quiet = (u8)__builtin_ctz(~cpus);
	if (quiet >= NP_EXPLORE_CPUS || quiet >= x->machine->options.nr_cpus)
		quiet = 0;
	add_worker(x, "delayed_work", delayed_worker, 0, NP_PSEUDO_DELAYED);
	add_worker(x, "rcu", np_rcu_worker, quiet, NP_PSEUDO_GARBAGE);
}

bool np_worker_unused(const struct np_explorer *x, u8 a)
{
	const struct np_actor_state *actor = &x->actors[a];

	return actor->idle_at_end &&
	       x->image.locations[np_pseudo_location(x, actor->waits_at)].state != NP_LOC_SHARED;
}
