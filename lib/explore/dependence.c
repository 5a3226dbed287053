/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What happened before what.
 *
 * An event's conflicts are taken latest first, each joined as it is met: one that is
 * in the clock by then is ordered through another event, and the pair is no race.
 */
#include <explore/dependence.h>
#include <explore/graph.h>
#include <explore/model.h>

#define CONFLICTS_MAX 128

/* An event that comes before, and the one to be turned round with: the beginning of its section. */
struct conflict {
	u32 before, reverse; /* reverse: NP_NO_EVENT: the order is the only possible one */
};

struct conflicts {
	unsigned int nr;
	struct conflict of[CONFLICTS_MAX];
};

void np_dependence_begin(struct np_explorer *x)
{
	size_t row = x->stride * sizeof(u16);

	for (u32 bits = x->present; bits; bits &= bits - 1) {
		struct np_section *s = &x->sections[__builtin_ctz(bits)];

		s->begin = s->end = s->last_begin = NP_NO_EVENT;
		memset(s->passed, 0xff, x->nr_actors * sizeof(*s->passed));
	}
	memset(x->actor_sync, 0, x->nr_actors * row);
	memset(x->fence_release, 0, x->nr_actors * row);
	memset(x->fence_acquire, 0, x->nr_actors * row);
}

/* Latest first. */
static void add_conflict(struct conflicts *c, u32 before, u32 reverse)
{
	unsigned int i;

	if (c->nr == CONFLICTS_MAX)
		return;
	for (i = c->nr++; i && c->of[i - 1].before < before; i--)
		c->of[i] = c->of[i - 1];
	c->of[i] = (struct conflict){ before, reverse };
}

static void add_if_other(const struct np_explorer *x, struct conflicts *c, u32 e, u32 before,
			 u32 reverse)
{
	if (x->events[before].actor != x->events[e].actor)
		add_conflict(c, before, reverse);
}

/* --- memory --- */

/* A lock is not to be had before its last release: its section must come later as a whole. */
static u32 reversal(const struct np_event *event, const struct np_event *before, u32 p)
{
	if (event->kind == NP_OP_LOCK && before->kind == NP_OP_UNLOCK)
		return before->partner;
	if ((event->flags & NP_OP_GATED) && (before->flags & NP_OP_ENABLES))
		return NP_NO_EVENT;
	return p;
}

static bool plain_and_unordered(const struct np_explorer *x, const struct np_event *before, u32 e)
{
	const struct np_event *event = &x->events[e];
	const u16 *sync = np_row(x, x->actor_sync, event->actor);

	return ((before->flags | event->flags) & NP_OP_PLAIN) &&
	       sync[before->actor] < before->index;
}

/* Whether @event took the lock at @mask: there may be two locks in a granule. */
static bool took_lock(const struct np_event *event, u8 mask)
{
	return event->mask == mask &&
	       (event->kind == NP_OP_LOCK || (event->kind == NP_OP_CAS && np_writes(event)));
}

static void find_lock_of(struct np_explorer *x, struct np_event *unlock)
{
	u32 p;

	for (p = unlock->prev; p != NP_NO_EVENT; p = x->events[p].prev)
		if (x->events[p].actor == unlock->actor && took_lock(&x->events[p], unlock->mask)) {
			unlock->partner = p;
			break;
		}
}

static void memory_conflicts(struct np_explorer *x, struct conflicts *c, u32 e)
{
	struct np_event *event = &x->events[e];
	u8 want = event->mask;
	u32 p;

	for (p = event->prev; p != NP_NO_EVENT && want; p = x->events[p].prev) {
		const struct np_event *before = &x->events[p];
		bool writes = np_writes(before);

		if (!(before->mask & want) || !(writes || np_writes(event)))
			continue;
		if (writes && event->from == NP_NO_EVENT)
			event->from = p;
		if (x->commute && (before->flags & event->flags & NP_OP_COMMUTES))
			continue;
		if (before->actor != event->actor) {
			add_conflict(c, p, reversal(event, before, p));
			if (plain_and_unordered(x, before, e))
				np_report_data_race(x, p, e);
		}
		/* Whatever came before this write is ordered through it. */
		if (writes && !(x->commute && (before->flags & NP_OP_COMMUTES)))
			want &= (u8)~before->mask;
	}
}

/*
 * Under a memory model: only what it reads from comes before it, whatever was made before. Who
 * has had its CPU before stays before.
 */
static void graph_conflicts(struct np_explorer *x, struct conflicts *c, u32 e)
{
	struct np_event *event = &x->events[e];
	u32 sources[NP_GRANULE], p;
	unsigned int nr = np_graph_read_from(x, e, sources);
	u8 want = event->mask;

	event->from = nr ? sources[0] : NP_NO_EVENT;
	while (nr--)
		np_row_join(np_row(x, x->clocks, e), np_row(x, x->clocks, sources[nr]), x->stride);
	for (p = event->prev; p != NP_NO_EVENT; p = x->events[p].prev) {
		const struct np_event *before = &x->events[p];
		bool writes = np_writes(before);

		if (!(before->mask & event->mask) || !(writes || np_writes(event)))
			continue;
		if (np_same_cpu(x, event->actor, before->actor))
			add_conflict(c, p, p);
		if (before->actor != event->actor && (before->mask & want) &&
		    plain_and_unordered(x, before, e))
			np_report_data_race(x, p, e);
		if (writes)
			want &= (u8)~before->mask;
	}
}

/* --- pseudo-locks --- */

/* Whoever passed while nobody held @k, and whoever held it last. */
static void section_conflicts(struct np_explorer *x, struct conflicts *c, u32 e, unsigned int k,
			      bool excl)
{
	const struct np_section *s = &x->sections[k];

	if (s->end != NP_NO_EVENT)
		add_if_other(x, c, e, s->end, s->begin);
	for (u8 a = 0; excl && a < x->nr_actors; a++)
		if (s->passed[a] != NP_NO_EVENT && (s->end == NP_NO_EVENT || s->passed[a] > s->end))
			add_if_other(x, c, e, s->passed[a], s->passed[a]);
}

static void cpu_conflicts(struct np_explorer *x, struct conflicts *c, u32 e)
{
	const struct np_event *event = &x->events[e];
	u32 bits = event->shared;

	/* Nobody else gets there between the two ends of a section. */
	if (event->kind != NP_OP_LEAVE)
		bits |= event->excl;
	for (; bits; bits &= bits - 1) {
		unsigned int k = (unsigned int)__builtin_ctz(bits);

		section_conflicts(x, c, e, k, event->excl & (1u << k));
	}
}

void np_dependence_pass(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	u32 bits;

	for (bits = event->shared; bits; bits &= bits - 1)
		x->sections[__builtin_ctz(bits)].passed[event->actor] = e;
	for (bits = event->excl; bits; bits &= bits - 1) {
		struct np_section *s = &x->sections[__builtin_ctz(bits)];

		if (event->kind == NP_OP_LEAVE) {
			s->begin = s->last_begin;
			s->end = e;
		} else {
			s->last_begin = e;
		}
	}
}

/* --- the clock --- */

static void settle_conflicts(struct np_explorer *x, const struct conflicts *c, u32 e)
{
	u16 *clock = np_row(x, x->clocks, e);

	/* What it could not have run without comes first: none of that is turned round. */
	for (unsigned int i = 0; i < c->nr; i++)
		if (c->of[i].reverse == NP_NO_EVENT)
			np_row_join(clock, np_row(x, x->clocks, c->of[i].before), x->stride);
	for (unsigned int i = 0; i < c->nr; i++) {
		const struct conflict *conflict = &c->of[i];
		const struct np_event *before = &x->events[conflict->before];

		if (clock[before->actor] >= before->index)
			continue;
		if (conflict->reverse != NP_NO_EVENT && x->strategy->race) {
			const struct np_event *reverse = &x->events[conflict->reverse];

			if (clock[reverse->actor] < reverse->index)
				x->race[x->nr_races++] = conflict->reverse;
		}
		np_row_join(clock, np_row(x, x->clocks, conflict->before), x->stride);
	}
}

static void begin_clock(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	u32 last = x->actors[event->actor].last;
	u16 *clock = np_row(x, x->clocks, e);

	np_row_copy(clock, last == NP_NO_EVENT ? x->nothing_before : np_row(x, x->clocks, last),
		    x->stride);
	clock[event->actor] = (u16)event->index;
}

void np_dependence_add(struct np_explorer *x, u32 e)
{
	struct np_event *event = &x->events[e];
	struct conflicts c;

	c.nr = 0;
	begin_clock(x, e);
	x->nr_races = 0;
	if (x->model && np_graph_is_access(x, event->location))
		graph_conflicts(x, &c, e);
	else if (event->location != NP_NOWHERE)
		memory_conflicts(x, &c, e);
	if (event->kind == NP_OP_UNLOCK)
		find_lock_of(x, event);
	if (event->excl | event->shared)
		cpu_conflicts(x, &c, e);
	settle_conflicts(x, &c, e);
}

void np_explore_join(struct np_explorer *x, u32 before)
{
	u32 e = x->nr_events - 1;

	np_row_join(np_row(x, x->actor_sync, x->events[e].actor), np_row(x, x->message, before),
		    x->stride);
	if (e >= x->kept)
		np_row_join(np_row(x, x->clocks, e), np_row(x, x->clocks, before), x->stride);
	if (x->model)
		x->model->join(x, before);
}

/* --- synchronization --- */

static void sync_read(struct np_explorer *x, const struct np_event *event, u16 *sync)
{
	const u16 *message;

	if (event->from == NP_NO_EVENT || (event->flags & NP_OP_PLAIN))
		return;
	message = np_row(x, x->message, event->from);
	/*
	 * A marked read that gets a pointer heads an address dependency: what is done with the
	 * pointer comes after what was done before it was published.
	 */
	if ((event->flags & NP_OP_ACQUIRE) ||
	    (event->size == sizeof(void *) &&
	     np_in_image(&x->image, (void *)(uintptr_t)event->value)))
		np_row_join(sync, message, x->stride);
	else
		np_row_join(np_row(x, x->fence_acquire, event->actor), message, x->stride);
}

static bool reads(const struct np_event *event)
{
	return event->kind == NP_OP_READ || event->kind == NP_OP_RMW || event->kind == NP_OP_CAS ||
	       event->kind == NP_OP_LOCK;
}

/* The end of a section hands over to the next one on the CPU. */
static void sync_sections(struct np_explorer *x, const struct np_event *event, u16 *sync)
{
	for (u32 bits = event->excl; bits; bits &= bits - 1) {
		const struct np_section *s = &x->sections[__builtin_ctz(bits)];

		if (s->end != NP_NO_EVENT)
			np_row_join(sync, np_row(x, x->message, s->end), x->stride);
	}
}

/* What a reader of event @e acquires: as it was, if the event is done again. */
static void sync_message(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	u16 *message = np_row(x, x->message, e);
	bool plain = event->flags & NP_OP_PLAIN;

	if ((event->flags & NP_OP_RELEASE) || event->kind == NP_OP_LEAVE)
		np_row_copy(message, np_row(x, x->actor_sync, event->actor), x->stride);
	else if (np_writes(event))
		np_row_copy(message, np_row(x, x->fence_release, event->actor), x->stride);
	/* A read-modify-write goes on with what its predecessor released. */
	if (!plain && np_writes(event) && reads(event) && event->from != NP_NO_EVENT)
		np_row_join(message, np_row(x, x->message, event->from), x->stride);
}

void np_sync_add(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	u16 *sync = np_row(x, x->actor_sync, event->actor);

	sync[event->actor] = (u16)event->index;
	if (event->flags & NP_OP_FULL)
		np_explore_fence_of(x, event->actor, __ATOMIC_SEQ_CST);
	if (!(event->flags & NP_OP_PLAIN)) {
		if (reads(event))
			sync_read(x, event, sync);
		if (event->kind == NP_OP_ENTER)
			sync_sections(x, event, sync);
	}
	if (e >= x->kept)
		sync_message(x, e);
	if (event->flags & NP_OP_FULL)
		np_explore_fence_of(x, event->actor, __ATOMIC_SEQ_CST);
}

void np_explore_fence_of(struct np_explorer *x, u8 a, int order)
{
	u16 *sync = np_row(x, x->actor_sync, a);

	if (order != __ATOMIC_RELEASE)
		np_row_join(sync, np_row(x, x->fence_acquire, a), x->stride);
	if (order != __ATOMIC_ACQUIRE && order != __ATOMIC_CONSUME)
		np_row_copy(np_row(x, x->fence_release, a), sync, x->stride);
}

void np_explore_fence(struct np_explorer *x, int order)
{
	np_explore_fence_of(x, x->running, order);
	if (x->model)
		x->model->fence(x, order);
}

void np_explore_private(struct np_explorer *x, enum np_op_kind kind, u16 flags)
{
	if (x->running == NP_NOBODY || x->quiet)
		return;
	if (flags & NP_OP_FULL)
		np_explore_fence(x, __ATOMIC_SEQ_CST);
	if (x->model)
		x->model->private(x, kind, flags);
}

/* --- at the end --- */

/* What is at @location when all have come to a standstill; the image has been undone since. */
static u64 last_value(const struct np_explorer *x, u32 location)
{
	const struct np_location *l;

	if (location == NP_NOWHERE)
		return 0;
	l = &x->image.locations[location];
	if (l->epoch != x->hot.execution)
		return np_granule(x, location);
	return np_writes(&x->events[l->last]) ? x->events[l->last].written :
						x->events[l->last].value;
}

void np_dependence_blocked(struct np_explorer *x, u8 a)
{
	const struct np_op *op = &x->actors[a].op;
	u32 e = x->nr_events;
	struct np_event *event = &x->events[e];
	struct conflicts c;
	u32 p = NP_NO_EVENT;

	*event = (struct np_event){ .location = op->location,
				    .prev = NP_NO_EVENT,
				    .mask = op->mask,
				    .kind = op->kind,
				    .actor = a,
				    .size = op->size,
				    .flags = op->flags,
				    .index = x->actors[a].index + 1,
				    .excl = op->excl,
				    .shared = op->shared,
				    .expected = op->expected,
				    .value = last_value(x, op->location) };
	/* A compare-and-swap: dpor.c finds out. */
	if (op->kind == NP_OP_WRITE || op->kind == NP_OP_RMW || op->kind == NP_OP_LOCK ||
	    op->kind == NP_OP_UNLOCK)
		event->flags |= NP_OP_WRITES;
	x->positions[a][event->index - 1] = e;
	begin_clock(x, e);
	c.nr = 0;
	x->nr_races = 0;
	if (op->kind == NP_OP_LOCK && x->image.locations[op->location].epoch == x->hot.execution)
		for (p = x->image.locations[op->location].last; p != NP_NO_EVENT;
		     p = x->events[p].prev)
			if (took_lock(&x->events[p], op->mask)) {
				add_if_other(x, &c, e, p, p);
				break;
			}
	for (u32 bits = (op->excl | op->shared) & x->held & ~x->actors[a].held; bits;
	     bits &= bits - 1) {
		u32 begin = x->sections[__builtin_ctz(bits)].last_begin;

		add_if_other(x, &c, e, begin, begin);
	}
	settle_conflicts(x, &c, e);
}
