/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The sequence that a race asks for; see sequence.h. */
#include <string.h>

#include <explore/dependence.h>
#include <explore/sequence.h>

/* --- what has to give way --- */

static bool clock_gives_way(const struct np_sequence *v, const u16 *clock)
{
	for (unsigned int n = 0; n < v->nr_gives_way; n++)
		if (clock[v->gives_way[n].actor] >= v->gives_way[n].index)
			return true;
	return false;
}

/* Whether event @k is, or depends on, what has to give way. */
static bool gives_way(const struct np_sequence *v, u32 k)
{
	return clock_gives_way(v, np_row(v->x, v->x->clocks, k));
}

/* A lock, or one of the pseudo-locks, that an event needs to be free. */
struct need {
	u32 bit; /* 0: a lock */
	u32 location;
	u8 mask;
};

static bool begins_section(const struct np_event *event, const struct need *need)
{
	if (need->bit)
		return event->kind == NP_OP_ENTER && (event->excl & need->bit);
	return event->location == need->location && event->mask == need->mask &&
	       (event->kind == NP_OP_LOCK || (event->kind == NP_OP_CAS && np_writes(event)));
}

static bool ends_section(const struct np_event *event, const struct need *need)
{
	if (need->bit)
		return event->kind == NP_OP_LEAVE && (event->excl & need->bit);
	return event->location == need->location && event->mask == need->mask &&
	       event->kind == NP_OP_UNLOCK;
}

static void add(struct np_sequence *v, u32 k)
{
	v->gives_way[v->nr_gives_way].actor = v->x->events[k].actor;
	v->gives_way[v->nr_gives_way++].index = (u16)v->x->events[k].index;
	if (k < v->first_gives_way)
		v->first_gives_way = k;
}

/* Sections that would have begun, but not ended, when v's last event comes. Whether any. */
static bool close_over(struct np_sequence *v, const struct need *need)
{
	bool ends = false, any = false;

	for (u32 k = v->event; k-- && v->nr_gives_way < ARRAY_SIZE(v->gives_way);) {
		const struct np_event *event = &v->x->events[k];

		if (ends_section(event, need)) {
			ends = !gives_way(v, k);
		} else if (begins_section(event, need)) {
			if (!ends && !gives_way(v, k)) {
				add(v, k);
				any = true;
			}
			ends = false;
		} else {
			continue;
		}
		/* What ended before that is out of the way. */
		if (k < v->first_gives_way)
			break;
	}
	return any;
}

/* What happened before v's last event, up to its actor's event before. */
static const u16 *past(const struct np_sequence *v)
{
	const struct np_explorer *x = v->x;
	const struct np_event *event = &x->events[v->event];

	return event->index > 1 ?
		       np_row(x, x->clocks, x->positions[event->actor][event->index - 2]) :
		       x->nothing_before;
}

static bool close(struct np_sequence *v)
{
	const struct np_explorer *x = v->x;
	const struct np_event *event = &x->events[v->event];
	u32 needs = event->shared | (event->kind == NP_OP_LEAVE ? 0 : event->excl);
	bool any;

	do {
		any = event->kind == NP_OP_LOCK &&
		      close_over(v, &(struct need){ .location = event->location,
						    .mask = event->mask });
		/* Mostly nobody has taken any of them. */
		for (u32 bits = needs; bits; bits &= bits - 1)
			any |= x->sections[__builtin_ctz(bits)].last_begin != NP_NO_EVENT &&
			       close_over(v, &(struct need){ .bit = bits & -bits });
	} while (any);
	return v->nr_gives_way < ARRAY_SIZE(v->gives_way) && !clock_gives_way(v, past(v));
}

/* --- filling it --- */

/* Of an actor: those that do not give way come before those that do. */
static void fill_actor(struct np_sequence *v, u8 a)
{
	const struct np_explorer *x = v->x;
	const u32 *positions = x->positions[a];
	u32 first = np_made_before(x, v->first_gives_way, a), last;

	/* What is turned round is the first of its actor's. */
	if (a == x->events[v->event].actor)
		last = x->events[v->event].index;
	else
		for (last = np_made_before(x, v->end, a); last > first; last--)
			if (!gives_way(v, positions[last - 1]))
				break;
	v->first[a] = last == first ? NP_NO_INDEX : (u16)(first + 1);
	v->last[a] = (u16)last;
	v->left += last - first;
}

/* Who has made an event since: mostly few have. */
static u32 made_since(const struct np_sequence *v)
{
	static const np_clock8 bit = { 1, 2, 4, 8, 16, 32, 64, 128 };
	const struct np_explorer *x = v->x;
	const np_clock8 *before = (const np_clock8 *)np_row(x, x->made, v->first_gives_way);
	const np_clock8 *now = (const np_clock8 *)np_row(x, x->made, v->end);
	u32 since = 1u << x->events[v->event].actor;

	for (u32 i = 0; i < x->stride / 8; i++)
		since |= np_clock_any((np_clock8)(before[i] != now[i]) & bit) << (8 * i);
	return since;
}

/* The granule @value after @event has been done to it. */
static u64 after_event(const struct np_explorer *x, u64 value, const struct np_event *event)
{
	u64 mask = 0, was = event->value, is = event->written;

	for (unsigned int byte = 0; byte < NP_GRANULE; byte++)
		if (event->mask & (1u << byte))
			mask |= 0xffULL << (8 * byte);
	/* An addition that may have changed places with others: what counts is how much. */
	if (x->commute && (event->flags & NP_OP_COMMUTES))
		is = (value & mask) + (is & mask) - (was & mask);
	return (value & ~mask) | (is & mask);
}

/* Whether a compare-and-swap finds what it expects when it runs after v's other events. */
static bool will_succeed(const struct np_sequence *v)
{
	const struct np_event *events = v->x->events, *event = &events[v->event];
	unsigned int shift = 8u * (unsigned int)__builtin_ctz(event->mask);
	u64 value = event->value;
	bool known = false;

	for (u32 k = v->first_gives_way; k < v->end; k++) {
		const struct np_event *before = &events[k];

		if (k == v->event || before->location != event->location)
			continue;
		if (!known)
			value = before->value;
		known = true;
		if (np_writes(before) && !gives_way(v, k))
			value = after_event(v->x, value, before);
	}
	return np_truncate(value >> shift, event->size) ==
	       np_truncate(event->expected, event->size);
}

bool np_sequence_fill(const struct np_explorer *x, struct np_sequence *v, u32 i, u32 e, u32 end)
{
	v->x = x;
	v->first_gives_way = i;
	v->nr_gives_way = 0;
	add(v, i);
	v->event = e;
	v->end = end;
	if (!close(v))
		return false;
	v->left = 0;
	memset(v->first, 0xff, sizeof(v->first));
	for (u32 since = made_since(v); since; since &= since - 1)
		fill_actor(v, (u8)__builtin_ctz(since));
	v->effect = np_effect_of(&x->events[e]);
	if (x->events[e].kind == NP_OP_CAS) {
		v->effect.flags &= (u16)~NP_OP_WRITES;
		if (will_succeed(v))
			v->effect.flags |= NP_OP_WRITES;
	}
	return true;
}

/* --- what can be at its beginning --- */

static bool depends_on_part(const struct np_sequence *v, const struct np_effect *effect, u32 k)
{
	const struct np_event *event = &v->x->events[k];
	struct np_effect other;

	if (!(event->mask & effect->mask) && !(event->excl | effect->excl))
		return false;
	other = np_effect_of(event);
	return np_dependent(v->x, effect, &other) && k != v->event && k < v->end &&
	       np_sequence_part(v, k);
}

/* Whether any section of what @effect holds, or must not be in, has begun in this execution. */
static bool sections_matter(const struct np_explorer *x, const struct np_effect *effect)
{
	u32 bits = effect->shared;

	if (effect->excl)
		return true;
	for (; bits; bits &= bits - 1)
		if (x->sections[__builtin_ctz(bits)].last_begin != NP_NO_EVENT)
			return true;
	return false;
}

/* Of v's events but the last one, whose clock says nothing: it is that of another order. */
static bool independent_of_others(const struct np_sequence *v, const struct np_effect *effect)
{
	const struct np_explorer *x = v->x;

	if (sections_matter(x, effect)) {
		for (u32 k = v->first_gives_way + 1; k < v->end; k++)
			if (depends_on_part(v, effect, k))
				return false;
		return true;
	}
	if (effect->location == NP_NOWHERE ||
	    x->image.locations[effect->location].epoch != x->hot.execution)
		return true;
	for (u32 k = x->image.locations[effect->location].last;
	     k != NP_NO_EVENT && k > v->first_gives_way; k = x->events[k].prev)
		if (depends_on_part(v, effect, k))
			return false;
	return true;
}

bool np_sequence_independent(const struct np_sequence *v, const struct np_effect *effect)
{
	return independent_of_others(v, effect) &&
	       (!np_sequence_part(v, v->event) || !np_dependent(v->x, effect, &v->effect));
}

bool np_sequence_last_may_begin(const struct np_sequence *v, u8 actor)
{
	return np_sequence_is_first(v, actor, past(v)) && independent_of_others(v, &v->effect);
}
