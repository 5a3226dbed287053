/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What was noticed, in words: who did what to what, where, and what was wanted.
 */
#include <stdio.h>
#include <string.h>

#include <explore/dependence.h>
#include <explore/place.h>
#include <explore/report.h>
#include <explore/symbol.h>

#define INLINED_MAX 8
#define GUARD 4096 /* the lowest page of a stack */

struct text {
	char *buf;
	size_t size, len;
};

static NP_PRINTF(2, 3) void add(struct text *text, const char *fmt, ...)
{
	va_list args;
	int more;

	va_start(args, fmt);
	more = vsnprintf(text->buf + text->len, text->size - text->len, fmt, args);
	va_end(args);
	if (more > 0)
		text->len += (size_t)more;
	if (text->len >= text->size)
		text->len = text->size ? text->size - 1 : 0;
}

/* --- stacks --- */

void np_report_walk(const struct np_explorer *x, u8 a, const void *frame, struct np_stack *stack)
{
	const char *low = x->actors[a].stack;

	stack->nr =
		np_stack_walk(frame, low + GUARD, low + NP_STACK_SIZE, stack->pcs, NP_STACK_DEPTH);
}

void np_capture_stack(struct np_explorer *x, u32 e)
{
	u8 a = x->events[e].actor;

	if (!x->stacks)
		x->stacks = np_explorer_reserve(x, (x->max_events + 2u) * sizeof(*x->stacks));
	if (x->stacks)
		np_report_walk(x, a, x->actors[a].op.frame, &x->stacks[e]);
}

/* The explorer's own functions, and those of the checker that only pass a report on. */
static bool is_ours(const struct np_place *place)
{
	return !strncmp(place->file, "lib/explore/", 12) ||
	       !strncmp(place->file, "lib/plat/explore/", 17) ||
	       !strncmp(place->file, "lib/check/", 10);
}

static bool is_sink(const char *function)
{
	size_t length = strlen(function);

	return length > 5 && !strcmp(function + length - 5, "_sink");
}

static void add_place(struct text *text, const struct np_place *place, bool first)
{
	add(text, "%s%s", first ? "" : " < ", place->function);
	if (!strcmp(place->file, "?"))
		return;
	add(text, " %s", place->file);
	if (place->line)
		add(text, ":%u", place->line);
}

/* Whether anything was added. */
static bool add_stack(struct np_explorer *x, struct text *text, const struct np_stack *stack,
		      unsigned int depth)
{
	struct np_place places[INLINED_MAX];
	bool any = false;

	if (!x->symbols && np_symbols_open(&x->symbols))
		return false;
	for (unsigned int i = 0; i < stack->nr; i++) {
		unsigned int nr = np_symbols_find(x->symbols, stack->pcs[i], places, INLINED_MAX);

		for (unsigned int p = 0; p < nr; p++) {
			/* Below the first of the program's come those that call its bodies. */
			if (is_ours(&places[p])) {
				if (any)
					return any;
				continue;
			}
			/* A trace point that the detectors have subscribed to. */
			if (!any && !strcmp(places[p].file, "lib/trace.c"))
				continue;
			/* A sink in front of ours, see np_get_sink(). */
			if (!any && is_sink(places[p].function))
				continue;
			if (!depth--)
				return any;
			add_place(text, &places[p], !any);
			any = true;
		}
	}
	return any;
}

size_t np_report_stack(struct np_explorer *x, const struct np_stack *stack, char *buf, size_t size)
{
	struct text text = { buf, size, 0 };

	if (size)
		*buf = 0;
	add_stack(x, &text, stack, NP_STACK_DEPTH);
	return text.len;
}

/* --- accesses --- */

/* What it does, and what that is. */
static const char *access_name(u8 kind, bool noun)
{
	static const char *const names[][2] = {
		[NP_OP_READ] = { "reads", "read" },
		[NP_OP_WRITE] = { "writes", "write" },
		[NP_OP_RMW] = { "reads and writes", "read-modify-write" },
		[NP_OP_CAS] = { "compares and exchanges", "compare-and-exchange" },
		[NP_OP_LOCK] = { "locks", "lock" },
		[NP_OP_UNLOCK] = { "unlocks", "unlock" },
	};

	if (kind < ARRAY_SIZE(names) && names[kind][0])
		return names[kind][noun];
	return noun ? "access" : "touches";
}

static const char *marking(const struct np_party *party)
{
	if (party->flags & NP_OP_PLAIN)
		return "plain";
	if (party->flags & NP_OP_FULL)
		return "atomic, full barrier";
	if (party->flags & NP_OP_RELEASE)
		return party->flags & NP_OP_ACQUIRE ? "atomic, acquire and release" :
						      "marked, release";
	if (party->flags & NP_OP_ACQUIRE)
		return "marked, acquire";
	return "marked";
}

static void add_party(struct np_explorer *x, struct text *text, const struct np_party *party)
{
	add(text, "\n  %s %s %u byte%s, %s, at ", x->actors[party->actor].name,
	    access_name(party->kind, false), party->size, party->size == 1 ? "" : "s",
	    marking(party));
	if (!add_stack(x, text, &party->stack, NP_STACK_DEPTH))
		add(text, "?");
}

/* --- data races --- */

/*
 * Whichever came first in this execution: the writer is named first, then whoever comes first
 * in the options, so that the same race is always said in the same words.
 */
static bool in_order(const struct np_party *a, const struct np_party *b)
{
	bool a_writes = a->kind != NP_OP_READ, b_writes = b->kind != NP_OP_READ;

	if (a_writes != b_writes)
		return a_writes;
	return a->actor <= b->actor;
}

static void fill_party(struct np_explorer *x, struct np_party *party, u32 e)
{
	const struct np_event *event = &x->events[e];

	party->flags = event->flags;
	party->actor = event->actor;
	party->kind = event->kind;
	party->size = event->size;
	if (x->capture && x->stacks && e + 1 < x->nr_events) {
		party->stack = x->stacks[e];
	} else if (x->capture) {
		np_report_walk(x, event->actor, x->actors[event->actor].op.frame, &party->stack);
	} else {
		party->stack.nr = 0;
	}
	if (!party->stack.nr) {
		party->stack.nr = 1;
		party->stack.pcs[0] = (uintptr_t)event->pc;
	}
}

static bool already_here(const struct np_explorer *x, uintptr_t a, uintptr_t b)
{
	for (unsigned int i = 0; i < x->nr_violated; i++) {
		const struct np_violated *v = &x->violated[i];
		uintptr_t p, q;

		if (!v->race)
			continue;
		p = v->party[0].stack.pcs[0];
		q = v->party[1].stack.pcs[0];
		if ((p == a && q == b) || (p == b && q == a))
			return true;
	}
	return false;
}

void np_report_data_race(struct np_explorer *x, u32 a, u32 b)
{
	uintptr_t pc_a = (uintptr_t)x->events[a].pc, pc_b = (uintptr_t)x->events[b].pc;
	struct np_violated *v;

	if (already_here(x, pc_a, pc_b))
		return;
	v = np_found_add(x, NP_DATA_RACE);
	if (!v)
		return;
	v->race = true;
	v->actor = x->events[b].actor;
	v->known = np_found_race(x, pc_a, pc_b);
	fill_party(x, &v->party[0], a);
	fill_party(x, &v->party[1], b);
	if (!in_order(&v->party[0], &v->party[1])) {
		struct np_party later = v->party[0];

		v->party[0] = v->party[1];
		v->party[1] = later;
	}
	/* Now, while what is there has its name. */
	if (!v->known)
		np_explore_name_location(x, x->events[b].location, v->object, sizeof(v->object));
}

static void finish_race(struct np_explorer *x, struct np_violated *v)
{
	struct text text = { v->message, sizeof(v->message), 0 };

	for (int side = 0; side < 2; side++) {
		const struct np_party *party = &v->party[side];

		add(&text, "%s%s %s at ", side ? " and a " : "a ",
		    party->flags & NP_OP_PLAIN ? "plain" : "marked",
		    access_name(party->kind, true));
		if (!add_stack(x, &text, &party->stack, 1))
			add(&text, "?");
	}
	add(&text, ": nothing orders them");
	add_party(x, &text, &v->party[0]);
	add_party(x, &text, &v->party[1]);
	add(&text, "\n  wanted: both marked (READ_ONCE(), WRITE_ONCE(), an atomic), or one before "
		   "the other by a lock, or by a release that the other side acquires");
}

void np_report_finish(struct np_explorer *x, struct np_violated *v)
{
	struct text text = { v->message, sizeof(v->message), strlen(v->message) };
	size_t before = text.len;

	if (v->race) {
		finish_race(x, v);
		return;
	}
	if (v->actor == NP_NOBODY)
		return;
	add(&text, "\n  %s at ", x->actors[v->actor].name);
	if (!add_stack(x, &text, &v->stack, NP_STACK_DEPTH))
		v->message[before] = 0;
}

/* --- who cannot go on, and who does not end --- */

/* What it is to hold a pseudo-lock of a CPU. */
static const char *const levels[NP_LEVELS] = {
	[NP_LEVEL_TASK] = "runs with preemption off",
	[NP_LEVEL_SOFT] = "is a softirq, or has them off",
	[NP_LEVEL_HARD] = "is an interrupt, or has them off",
};

static const char *holder_of_lock(const struct np_explorer *x, const void *lock, const void **pc)
{
	for (u8 a = 0; a < x->nr_actors; a++) {
		const struct np_actor_state *actor = &x->actors[a];

		for (unsigned int i = 0; i < actor->nr_locks; i++) {
			if (actor->locks_held[i] != lock)
				continue;
			*pc = actor->locks_pc[i];
			return actor->name;
		}
	}
	return NULL;
}

static void describe_lock(struct np_explorer *x, struct text *text, const void *lock)
{
	char name[64];
	const void *pc = NULL;
	const char *holder = holder_of_lock(x, lock, &pc);

	add(text, "%s", np_explore_name_address(x, lock, name, sizeof(name)));
	if (!holder)
		return;
	add(text, ", which %s has locked at ", holder);
	if (!add_stack(x, text, &(struct np_stack){ .nr = 1, .pcs = { (uintptr_t)pc } }, 1))
		add(text, "?");
}

static void describe_cpu(const struct np_explorer *x, struct text *text, u32 bits)
{
	unsigned int bit = (unsigned int)__builtin_ctz(bits), level = bit % NP_LEVELS;
	const char *holder = "somebody";

	for (u8 a = 0; a < x->nr_actors; a++)
		if (x->actors[a].held & (1u << bit))
			holder = x->actors[a].name;
	add(text, "cpu%u, where %s %s", bit / NP_LEVELS, holder, levels[level]);
}

void np_describe_wait(struct np_explorer *x, u8 a, char *buf, size_t size)
{
	const struct np_actor_state *actor = &x->actors[a];
	const struct np_op *op = &actor->op;
	u32 held = (op->excl | op->shared) & x->held & ~actor->held;
	struct text text = { buf, size, 0 };
	char name[64];

	if (size)
		*buf = 0;
	if (held)
		describe_cpu(x, &text, held);
	else if (op->kind == NP_OP_LOCK)
		describe_lock(x, &text, op->addr);
	else if (op->location != NP_NOWHERE)
		add(&text, "%s", np_explore_name_location(x, op->location, name, sizeof(name)));
	else
		add(&text, "its condition");
}

static bool waits(const struct np_explorer *x, u8 a)
{
	return !x->actors[a].ended && !x->actors[a].idle_at_end;
}

void np_report_deadlock(struct np_explorer *x)
{
	struct np_violated *v = np_found_add(x, NP_DEADLOCK);
	struct text object, message;
	bool any = false;

	if (!v)
		return;
	object = (struct text){ v->object, sizeof(v->object), 0 };
	message = (struct text){ v->message, sizeof(v->message), 0 };
	for (u8 a = 0; a < x->nr_actors; a++) {
		char wait[256];

		if (!waits(x, a))
			continue;
		np_describe_wait(x, a, wait, sizeof(wait));
		add(&object, "%s%s", any ? "," : "", x->actors[a].name);
		add(&message, "%s%s waits for %s", any ? "; " : "", x->actors[a].name, wait);
		any = true;
	}
	add(&message, "\n  wanted: somebody who can go on");
	for (u8 a = 0; a < x->nr_actors; a++) {
		struct np_stack stack;

		if (!waits(x, a))
			continue;
		np_report_walk(x, a, x->actors[a].op.frame, &stack);
		add(&message, "\n  %s at ", x->actors[a].name);
		if (!add_stack(x, &message, &stack, NP_STACK_DEPTH))
			add(&message, "?");
	}
}

/* The actor that has not ended with the most steps in the second half is the one that loops. */
static u8 busiest(const struct np_explorer *x)
{
	u32 steps[NP_ACTORS_MAX] = { 0 };
	u8 best = NP_NOBODY;

	for (u32 e = x->nr_events / 2; e < x->nr_events; e++)
		steps[x->events[e].actor]++;
	for (u8 a = 0; a < x->nr_actors; a++)
		if (!x->actors[a].ended && (best == NP_NOBODY || steps[a] > steps[best]))
			best = a;
	return best;
}

void np_report_livelock(struct np_explorer *x)
{
	struct np_violated *v = np_found_add(x, NP_LIVELOCK);
	u8 a = busiest(x);
	struct np_stack stack;
	struct text text;

	if (!v || a == NP_NOBODY)
		return;
	snprintf(v->object, sizeof(v->object), "%s", x->actors[a].name);
	text = (struct text){ v->message, sizeof(v->message), 0 };
	add(&text,
	    "%s is still going after %u steps of all together\n  wanted: all end within "
	    "options.max_steps",
	    x->actors[a].name, x->nr_events);
	np_report_walk(x, a, x->actors[a].op.frame, &stack);
	add(&text, "\n  %s at ", x->actors[a].name);
	if (!add_stack(x, &text, &stack, NP_STACK_DEPTH))
		add(&text, "?");
}
