/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Who runs where.  An actor is on its CPU from its first step to its last; what it
 * switches off there is known to the engine as pseudo-locks that it holds.  Outside
 * of actors (set-up, checks, plain use of the library) a thread enters and leaves
 * as in the native flavour.
 */
#include <machine.h>
#include <plat/context.h>
#include <plat/explore/actor.h>
#include <explore/place.h>
#include <plat/work.h>

#define LEVEL_TASK (1u << NP_LEVEL_TASK)
#define LEVEL_SOFT (1u << NP_LEVEL_SOFT | LEVEL_TASK)
#define LEVEL_HARD (1u << NP_LEVEL_HARD | LEVEL_SOFT)

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

static _Thread_local struct np_context *outside;

u32 np_thread_tag(void)
{
	/* Thread-local blocks of two threads are never within 16 bytes of each other. */
	return (u32)((uintptr_t)&outside >> 4) | 1;
}

struct np_context *np_here(void)
{
	const struct np_actor_state *actor = np_actor_running(np_explorer_here());

	return actor ? actor->here : outside;
}

struct np_machine *np_this_machine(void)
{
	struct np_context *here = np_here();

	return here ? here->machine : NULL;
}

const char *np_cpu_name(int cpu)
{
	static const char names[NP_EXPLORE_CPUS][6] = { "cpu0", "cpu1", "cpu2", "cpu3",
							"cpu4", "cpu5", "cpu6", "cpu7" };

	return cpu >= 0 && cpu < NP_EXPLORE_CPUS ? names[cpu] : "cpu";
}

/* --- pseudo-locks of an actor --- */

static u32 levels_of(const struct np_context *context)
{
	u32 levels = 0;

	if (context->irq_disabled > 0)
		levels |= LEVEL_HARD;
	if (context->bh_disabled > 0)
		levels |= LEVEL_SOFT;
	if (context->preempt_disabled > 0)
		levels |= LEVEL_TASK;
	/* On top of another one: an interrupt that the actor plays by itself. */
	if (context->outer && context->kind == NP_SOFTIRQ)
		levels |= LEVEL_SOFT;
	if (context->outer && context->kind == NP_HARDIRQ)
		levels |= LEVEL_HARD;
	return levels;
}

void np_actor_follow_counts(struct np_explorer *x, const void *pc, const void *frame)
{
	struct np_actor_state *actor = &x->actors[x->running];
	struct np_op op = { .location = NP_NOWHERE, .pc = pc, .frame = frame };
	u32 levels = actor->spinning ? LEVEL_TASK : 0, want;

	for (const struct np_context *c = actor->here; c; c = c->outer)
		levels |= levels_of(c);
	want = (levels << (actor->cpu * NP_LEVELS)) & x->possible;
	if (want & ~x->present)
		np_explore_now_present(x, want);
	want &= x->present;
	op.excl = want & ~actor->held;
	if (op.excl) {
		op.kind = NP_OP_ENTER;
		np_explore_op(x, &op);
		actor->disabled |= op.excl;
	}
	op.excl = actor->disabled & ~want;
	if (op.excl) {
		op.kind = NP_OP_LEAVE;
		np_explore_op(x, &op);
		actor->disabled &= ~op.excl;
	}
}

static void count_changed(const void *pc, const void *frame)
{
	struct np_explorer *x = np_acting();

	if (x)
		np_actor_follow_counts(x, pc, frame);
}

/* Which of the counts of a context. */
#define COUNT(field) offsetof(struct np_context, field)

/* Who has entered no CPU has nothing to switch off there: locks are taken from there too. */
static int *count_of(size_t offset)
{
	struct np_context *here = np_here();
	int *count = here ? (int *)(void *)((char *)here + offset) : NULL;

	if (count)
		np_plat_touch(count, sizeof(*count));
	return count;
}

static void switch_off(size_t offset, const void *pc, const void *frame)
{
	int *count = count_of(offset);

	if (!count)
		return;
	++*count;
	count_changed(pc, frame);
}

/* What was not switched off cannot be switched on: that is reported, for actors. */
static void switch_on(size_t offset, const char *enable, const char *disable, const void *pc,
		      const void *frame)
{
	struct np_explorer *x = np_acting();
	int *count = count_of(offset);

	if (!count)
		return;
	if (x && *count <= 0) {
		np_explorer_violate(x, NP_WRONG_CONTEXT, enable, "without %s", disable);
		return;
	}
	--*count;
	count_changed(pc, frame);
}

void local_bh_disable(void)
{
	switch_off(COUNT(bh_disabled), HERE);
}

void local_bh_enable(void)
{
	struct np_explorer *x = np_acting();

	/* What was held up runs here and now, with interrupts on: kernel/softirq.c, 6.1. */
	if (x && np_here()->irq_disabled > 0)
		np_explorer_violate(x, NP_WRONG_CONTEXT, "local_bh_enable()",
				    "with interrupts off");
	switch_on(COUNT(bh_disabled), "local_bh_enable()", "local_bh_disable()", HERE);
}

void local_irq_save(void)
{
	switch_off(COUNT(irq_disabled), HERE);
}

void local_irq_restore(void)
{
	switch_on(COUNT(irq_disabled), "local_irq_restore()", "local_irq_save()", HERE);
}

void preempt_disable(void)
{
	switch_off(COUNT(preempt_disabled), HERE);
}

void preempt_enable(void)
{
	switch_on(COUNT(preempt_disabled), "preempt_enable()", "preempt_disable()", HERE);
}

/* --- what must not wait --- */

/* Why the running actor cannot be switched out; NULL when it can. */
static const char *why_atomic(const struct np_actor_state *actor)
{
	for (const struct np_context *c = actor->here; c; c = c->outer) {
		if (c->kind == NP_HARDIRQ)
			return "in a hard interrupt";
		if (c->kind == NP_SOFTIRQ)
			return "in a softirq";
		if (c->irq_disabled > 0)
			return "with interrupts off";
		if (c->bh_disabled > 0)
			return "with softirqs off";
		if (c->preempt_disabled > 0)
			return "with preemption off";
	}
	if (actor->spinning)
		return "with a spinlock held";
	return actor->rcu_nesting ? "in an RCU reader" : NULL;
}

bool np_might_sleep(const char *what)
{
	struct np_explorer *x = np_acting();
	const char *why = x ? why_atomic(&x->actors[x->running]) : NULL;

	if (why)
		np_explorer_violate(x, NP_WRONG_CONTEXT, what, "may sleep: called %s", why);
	return !why;
}

/* What is still switched off when @context, or an actor, ends. */
static void report_left(struct np_explorer *x, const struct np_context *context, const char *what)
{
	if (context->irq_disabled > 0)
		np_explorer_violate(x, NP_WRONG_CONTEXT, what, "with interrupts still off");
	if (context->bh_disabled > 0)
		np_explorer_violate(x, NP_WRONG_CONTEXT, what, "with softirqs still off");
	if (context->preempt_disabled > 0)
		np_explorer_violate(x, NP_WRONG_CONTEXT, what, "with preemption still off");
}

/* --- beginning and end of an actor --- */

void np_actor_begins(struct np_explorer *x, u8 a)
{
	struct np_actor_state *actor = &x->actors[a];

	actor->context = (struct np_context){
		.machine = x->machine,
		.task = actor->kind == NP_TASK && actor->task ? *actor->task : NULL,
		.kind = (enum np_context_kind)actor->kind,
		.cpu = actor->cpu,
	};
	/* A task context without a task would be read through a null pointer. */
	if (x->machine && actor->kind == NP_TASK && !actor->context.task)
		actor->context.kind = NP_KTHREAD;
	actor->here = &actor->context;
	actor->nr_locks = 0;
	actor->rcu_nesting = 0;
	actor->disabled = 0;
	actor->spinning = 0;
	actor->rcu_wait = NULL;
	actor->rcu_unlock = NP_NO_EVENT;
}

/* Reported only: what its end leaves switched off the engine switches on. */
void np_actor_ended(struct np_explorer *x)
{
	struct np_actor_state *actor = &x->actors[x->running];
	char name[64];

	for (; actor->here != &actor->context; actor->here = actor->here->outer)
		np_explorer_violate(x, NP_WRONG_CONTEXT, actor->name,
				    "ended in a context that it has not left");
	report_left(x, actor->here, actor->name);
	for (unsigned int i = 0; i < actor->nr_locks; i++) {
		np_explore_name_address(x, actor->locks_held[i], name, sizeof(name));
		np_explorer_violate(x, NP_WRONG_CONTEXT, actor->name, "ended with %s locked", name);
	}
	if (actor->rcu_nesting)
		np_explorer_violate(x, NP_WRONG_CONTEXT, actor->name, "ended in an RCU reader");
}

/* --- entering and leaving --- */

/* Acquire pairs with the release in leave_cpu(): one thread's per-CPU writes, then the next's. */
static int enter_cpu(struct np_cpu *cpu)
{
	u32 tag = np_thread_tag(), found = 0;

	np_plat_touch(&cpu->owner, sizeof(cpu->owner));
	np_plat_touch(&cpu->depth, sizeof(cpu->depth));
	if (!__atomic_compare_exchange_n(&cpu->owner, &found, tag, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED) &&
	    found != tag)
		return -EBUSY;
	cpu->depth++;
	return 0;
}

static void leave_cpu(struct np_cpu *cpu)
{
	np_plat_touch(&cpu->owner, sizeof(cpu->owner));
	np_plat_touch(&cpu->depth, sizeof(cpu->depth));
	if (--cpu->depth == 0)
		smp_store_release(&cpu->owner, 0);
}

/* An actor stays on its CPU: it can only be interrupted there. */
static int enter_as_actor(struct np_actor_state *actor, struct np_context *context)
{
	if (context->machine != actor->here->machine || context->cpu != actor->cpu)
		return -EBUSY;
	context->outer = actor->here;
	actor->here = context;
	return 0;
}

int np_enter(struct np_context *context, struct np_machine *machine, int cpu,
	     enum np_context_kind kind, struct task_struct *task)
{
	struct np_actor_state *actor = np_actor_running(np_explorer_here());
	int err;

	if (!context || !machine || cpu < 0 || (unsigned int)cpu >= machine->options.nr_cpus)
		return -EINVAL;
	if ((kind == NP_TASK) != (task != NULL) || kind > NP_HARDIRQ)
		return -EINVAL;
	if (!actor && enter_cpu(&machine->cpus[cpu]))
		return -EBUSY;
	np_plat_touch(context, sizeof(*context));
	*context = (struct np_context){
		.machine = machine, .outer = outside, .task = task, .kind = kind, .cpu = cpu
	};
	if (!actor) {
		outside = context;
		return 0;
	}
	err = enter_as_actor(actor, context);
	if (!err)
		count_changed(HERE);
	return err;
}

static void report_not_innermost(void)
{
	if (np_this_machine())
		np_violate(np_this_machine(), NP_LOCK_ORDER, "np_leave",
			   "left a context that is not the innermost");
}

static void leave_as_actor(struct np_actor_state *actor, struct np_context *context, const void *pc,
			   const void *frame)
{
	struct np_explorer *x = np_acting();

	if (actor->here != context || context == &actor->context) {
		report_not_innermost();
		return;
	}
	if (x)
		report_left(x, context, "np_leave()");
	actor->here = context->outer;
	count_changed(pc, frame);
}

void np_leave(struct np_context *context)
{
	struct np_actor_state *actor = np_actor_running(np_explorer_here());
	struct np_cpu *cpu;

	if (actor) {
		leave_as_actor(actor, context, HERE);
		return;
	}
	if (!context || outside != context) {
		report_not_innermost();
		return;
	}
	cpu = &context->machine->cpus[context->cpu];
	/* The CPU goes idle: its worker gets it. */
	if (cpu->depth == 1 && np_work_pending(cpu)) {
		np_plat_touch(context, sizeof(*context));
		context->kind = NP_KTHREAD;
		context->task = NULL;
		np_work_run(cpu);
	}
	outside = context->outer;
	leave_cpu(cpu);
}

void np_set_where(const char *where)
{
	struct np_context *here = np_here();

	if (!here)
		return;
	np_plat_touch(&here->where, sizeof(here->where));
	here->where = where;
}

int smp_processor_id(void)
{
	return np_here()->cpu;
}

struct task_struct *get_current(void)
{
	return np_here()->task;
}

bool in_serving_softirq(void)
{
	return np_here()->kind == NP_SOFTIRQ;
}

bool in_task(void)
{
	return np_here()->kind <= NP_KTHREAD;
}

bool np_machine_busy(struct np_machine *machine)
{
	struct np_explorer *x = np_explorer_here();

	if (np_actor_running(x) && x->machine == machine)
		return true;
	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
		if (READ_ONCE(machine->cpus[cpu].owner))
			return true;
	return false;
}
