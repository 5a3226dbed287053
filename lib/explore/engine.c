/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One execution: who goes on at each step, and what happens before what.
 *
 * There is no scheduler fiber: the actor that is about to make a step chooses the
 * next one and switches to it, or simply goes on.
 */
#include <string.h>

#include <explore/dependence.h>
#include <explore/engine.h>
#include <explore/found.h>
#include <explore/model.h>
#include <explore/resume.h>
#include <explore/runtime.h>
#include <plat/explore/actor.h>

/* --- who can go on --- */

static bool can_run(struct np_explorer *x, u8 a)
{
	const struct np_actor_state *actor = &x->actors[a];
	const struct np_op *op = &actor->op;

	if ((op->excl | op->shared) & x->held & ~actor->held)
		return false;
	if (op->kind == NP_OP_LOCK && __atomic_load_n((u32 *)op->addr, __ATOMIC_RELAXED))
		return false;
	return !op->ready || op->ready(x, op->ready_arg);
}

static u32 enabled_actors(struct np_explorer *x)
{
	u32 enabled = x->plain_runnable, ask = x->conditional;

	/* Those who only need their CPU: mostly nobody keeps anybody off one. */
	if (x->held)
		ask |= x->need_cpu;
	else
		enabled |= x->need_cpu;

	while (ask) {
		u8 a = (u8)__builtin_ctz(ask);

		ask &= ask - 1;
		if (can_run(x, a))
			enabled |= 1u << a;
	}
	return enabled;
}

/* The operation that actor @a waits with is in its .op now. */
static void set_pending(struct np_explorer *x, u8 a)
{
	struct np_actor_state *actor = &x->actors[a];
	struct np_op *op = &actor->op;
	u32 bit = 1u << a;

	op->shared = x->shared_of[a] & ~actor->held & ~op->excl;
	if (op->excl || op->kind == NP_OP_LOCK || op->ready)
		x->conditional |= bit;
	else if (op->shared)
		x->need_cpu |= bit;
	else
		x->plain_runnable |= bit;
}

static void no_longer_pending(struct np_explorer *x, u8 a)
{
	u32 others = ~(1u << a);

	x->conditional &= others;
	x->need_cpu &= others;
	x->plain_runnable &= others;
}

/* --- the event --- */

/* A compare-and-swap that will fail is a read. */
static bool will_write(const struct np_op *op)
{
	switch (op->kind) {
	case NP_OP_WRITE:
	case NP_OP_RMW:
	case NP_OP_LOCK:
	case NP_OP_UNLOCK:
		return true;
	case NP_OP_CAS:
		return np_load(op->addr, op->size) == np_truncate(op->expected, op->size);
	default:
		return false;
	}
}

/* The one before has been done by now: what it left is what the next reader finds. */
static void finish_last_event(struct np_explorer *x)
{
	struct np_event *last;

	if (!x->nr_events)
		return;
	last = &x->events[x->nr_events - 1];
	if (x->model)
		x->model->after(x);
	else if (np_writes(last))
		last->written = np_granule(x, last->location);
}

static void fill_event(struct np_explorer *x, u32 e, u8 a)
{
	const struct np_op *op = &x->actors[a].op;
	struct np_event *event = &x->events[e];
	const struct np_location *l;

	/* Field by field: a literal would be built on the stack and copied. */
	event->location = op->location;
	event->prev = event->partner = event->from = NP_NO_EVENT;
	event->mask = op->mask;
	event->kind = op->kind;
	event->actor = a;
	event->size = op->size;
	event->flags = op->flags;
	event->index = x->actors[a].index + 1;
	event->excl = op->excl;
	event->shared = op->shared;
	event->expected = op->expected;
	event->pc = op->pc;
	if (will_write(op))
		event->flags |= NP_OP_WRITES;
	else if (op->kind == NP_OP_CAS)
		event->flags &= (u16) ~(NP_OP_ACQUIRE | NP_OP_RELEASE | NP_OP_FULL);
	if (op->location == NP_NOWHERE)
		return;
	l = &x->image.locations[op->location];
	if (l->epoch == x->hot.execution)
		event->prev = l->last;
	event->value = np_granule(x, op->location);
}

/* What is true of a new event and of one that is done again. */
static void link_event(struct np_explorer *x, u32 e)
{
	struct np_event *event = &x->events[e];
	struct np_actor_state *actor = &x->actors[event->actor];

	if (event->location != NP_NOWHERE) {
		struct np_location *l = &x->image.locations[event->location];

		l->epoch = x->hot.execution;
		l->last = e;
	}
	actor->last = e;
	actor->index = event->index;
	x->positions[event->actor][event->index - 1] = e;
	if (event->excl | event->shared)
		np_dependence_pass(x, e);
	if (event->kind == NP_OP_ENTER)
		actor->held |= event->excl;
	else if (event->kind == NP_OP_LEAVE)
		actor->held &= ~event->excl;
	if (event->kind == NP_OP_ENTER)
		x->held |= event->excl;
	else if (event->kind == NP_OP_LEAVE)
		x->held &= ~event->excl;
}

static void write_down(struct np_explorer *x, u8 a)
{
	u32 e = x->nr_events++;

	if (e >= x->kept) {
		fill_event(x, e, a);
		if (x->model)
			x->model->choose(x, e);
		np_dependence_add(x, e);
	}
	np_sync_add(x, e);
	link_event(x, e);
	if (x->model)
		x->model->link(x, e);
	if (x->capture)
		np_capture_stack(x, e);
	if (e >= x->kept)
		x->strategy->did(x, e);
}

/* --- switching --- */

static void set_running(struct np_explorer *x, u8 a)
{
	x->running = a;
	x->hot.read_by = a == NP_NOBODY ? NP_LOC_NEVER : NP_LOC_READ_BY(a);
	x->hot.written_by = a == NP_NOBODY ? NP_LOC_NEVER : NP_LOC_WRITTEN_BY(a);
	x->hot.read_by_many = a == NP_NOBODY ? NP_LOC_NEVER : NP_LOC_READ_BY_MANY;
}

/*
 * From whoever runs now to @a, or to the main loop. Inline, as what calls it is: each return
 * behind a switch is to a place that the processor did not expect, 7 ns at a time.
 */
static inline __attribute__((always_inline)) void switch_to(struct np_explorer *x, u8 a)
{
	struct np_fiber *from = x->running == NP_NOBODY ? &x->main : &x->actors[x->running].fiber;
	struct np_fiber *to = a == NP_NOBODY ? &x->main : &x->actors[a].fiber;

	if (from == to)
		return;
	set_running(x, a);
	np_fiber_switch(from, to);
}

void np_cut(struct np_explorer *x, enum np_outcome outcome)
{
	x->outcome = outcome;
	switch_to(x, NP_NOBODY);
	__builtin_unreachable();
}

static bool all_ended(const struct np_explorer *x)
{
	for (u8 a = 0; a < x->nr_actors; a++)
		if (!x->actors[a].ended && !x->actors[a].idle_at_end)
			return false;
	return true;
}

/* The next actor whose first operation is not known yet; NP_NOBODY: all are. */
static u8 next_to_start(const struct np_explorer *x)
{
	for (u8 a = 0; a < x->nr_actors; a++)
		if (x->actors[a].op.kind == NP_OP_START && !x->actors[a].ended)
			return a;
	return NP_NOBODY;
}

/* Who runs from here on: NP_NOBODY when the execution is over. */
static u8 choose(struct np_explorer *x)
{
	u32 enabled;
	u8 a;

	if (x->starting != NP_NOBODY) {
		x->starting = next_to_start(x);
		if (x->starting != NP_NOBODY)
			return x->starting;
	}
	if (x->nr_events < x->nr_path) {
		a = x->nodes[x->nr_events].actor;
		if (unlikely(x->resume) && !np_resume_follows(x, enabled_actors(x))) {
			x->outcome = NP_MISMATCH;
			return NP_NOBODY;
		}
	} else {
		if (x->nr_events >= x->max_events) {
			x->outcome = NP_TOO_LONG;
			return NP_NOBODY;
		}
		enabled = enabled_actors(x);
		if (!enabled) {
			x->outcome = all_ended(x) ? NP_COMPLETE : NP_DEADLOCKED;
			return NP_NOBODY;
		}
		x->nodes[x->nr_events].enabled = enabled;
		a = x->strategy->pick(x, enabled);
		if (a == NP_NOBODY)
			return a; /* the strategy has set the outcome */
	}
	no_longer_pending(x, a);
	write_down(x, a);
	return a;
}

/* The running actor's .op says what it wants. */
static inline __attribute__((always_inline)) void do_pending(struct np_explorer *x)
{
	u8 self = x->running, next;

	x->hot.patience = NP_PATIENCE;
	set_pending(x, self);
	finish_last_event(x);
	next = choose(x);
	if (next != self)
		switch_to(x, next);
	if (x->model)
		x->model->before(x, self);
}

void np_explore_op(struct np_explorer *x, const struct np_op *op)
{
	x->actors[x->running].op = *op;
	do_pending(x);
}

void np_explore_access(struct np_explorer *x, enum np_op_kind kind, const void *addr, u8 size,
		       u16 flags, u64 expected, const void *pc, const void *frame)
{
	struct np_op *op = &x->actors[x->running].op;
	uintptr_t offset = (uintptr_t)addr - x->hot.base;

	op->kind = (u8)kind;
	op->size = size;
	op->flags = flags;
	op->location = (u32)(offset / NP_GRANULE);
	op->mask = (u8)(((1u << size) - 1) << (offset % NP_GRANULE));
	op->excl = 0;
	op->expected = expected;
	op->ready = NULL;
	op->pc = pc;
	op->frame = frame;
	op->addr = (void *)(uintptr_t)addr;
	do_pending(x);
}

/* --- pseudo-locks --- */

/* What must be free for each step of an actor. */
static void make_present(struct np_explorer *x, u32 locks)
{
	x->present |= locks;
	x->newly_present = 0;
	for (u8 a = 0; a < x->nr_actors; a++) {
		const struct np_actor_state *actor = &x->actors[a];
		u32 needs = NP_CPU_LOCK(actor->cpu, NP_LEVEL_HARD);

		if (actor->kind == NP_HARDIRQ)
			needs = 0;
		else if (actor->kind != NP_SOFTIRQ)
			needs |= NP_CPU_LOCK(actor->cpu, NP_LEVEL_SOFT) |
				 NP_CPU_LOCK(actor->cpu, NP_LEVEL_TASK);
		x->shared_of[a] = needs & x->present;
	}
}

void np_explore_now_present(struct np_explorer *x, u32 locks)
{
	x->newly_present |= locks & ~x->present;
	x->newly_shared = true;
}

/* --- one execution --- */

static void actor_main(void *arg)
{
	struct np_actor_state *actor = arg;
	struct np_explorer *x = np_explorer_here();
	const struct np_op end = { .kind = NP_OP_LEAVE, .location = NP_NOWHERE };
	u8 self = (u8)(actor - x->actors);

	np_actor_begins(x, self);
	actor->body(actor->body_arg);
	np_actor_ended(x);
	if (actor->held) {
		struct np_op leave = end;

		leave.excl = actor->held;
		np_explore_op(x, &leave);
	}
	actor->ended = true;
	finish_last_event(x);
	switch_to(x, choose(x));
	__builtin_unreachable();
}

static void start_actor(struct np_explorer *x, u8 a)
{
	struct np_actor_state *actor = &x->actors[a];
	u32 takes = actor->kind == NP_SOFTIRQ ? NP_CPU_LOCK(actor->cpu, NP_LEVEL_SOFT) :
		    actor->kind == NP_HARDIRQ ? NP_CPU_LOCK(actor->cpu, NP_LEVEL_HARD) :
						0;

	np_fiber_start(&actor->fiber, actor->stack, NP_STACK_SIZE, actor_main, actor);
	actor->last = NP_NO_EVENT;
	actor->index = 0;
	actor->held = 0;
	actor->ended = false;
	actor->here = NULL;
	actor->turn = 0;
	actor->nr_locks = 0;
	actor->rcu_nesting = 0;
	actor->op.kind = NP_OP_START;
	takes &= x->present;
	/* An interrupt is not there before it begins: that is its first step. */
	if (takes) {
		actor->op = (struct np_op){ .kind = NP_OP_ENTER,
					    .location = NP_NOWHERE,
					    .excl = takes };
		set_pending(x, a);
	}
}

static void begin_execution(struct np_explorer *x)
{
	x->hot.execution++;
	x->hot.patience = NP_PATIENCE;
	x->nr_events = 0;
	x->held = 0;
	x->plain_runnable = x->conditional = x->need_cpu = 0;
	x->newly_shared = false;
	if (unlikely(x->newly_present))
		make_present(x, x->newly_present);
	np_found_begin(x);
	x->outcome = NP_COMPLETE;
	np_dependence_begin(x);
	if (x->model)
		x->model->begin(x);
	for (u8 a = 0; a < x->nr_actors; a++)
		start_actor(x, a);
}

enum np_outcome np_execute(struct np_explorer *x)
{
	u8 first;

	begin_execution(x);
	x->quiet = true;
	if (x->options->begin)
		x->options->begin(x->state);
	x->quiet = false;
	x->starting = 0;
	first = choose(x);
	if (first != NP_NOBODY)
		switch_to(x, first);
	finish_last_event(x);
	if (x->model)
		x->model->end(x);
	if (x->newly_shared)
		x->outcome = NP_NEWLY_SHARED;
	return x->outcome;
}
