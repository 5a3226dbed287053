/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * sequence - internal: v, what has to be explored instead where two events race
 *
 * v = notdep(i, E) . e: of the execution E the events that come after event i and do not
 * depend on it, then event e.  Of each actor these are some of its events, one after the
 * other: v is kept as two numbers for each.
 */
#ifndef NP_EXPLORE_SEQUENCE_H
#define NP_EXPLORE_SEQUENCE_H

#include <explore/dependence.h>
#include <explore/dpor.h>

struct np_sequence {
	const struct np_explorer *x;
	/*
	 * What has to give way for e to come first: the event that it is turned round with, and
	 * the beginnings of sections that would be in its way because they could not end any more.
	 */
	struct {
		u16 index;
		u8 actor;
	} gives_way[8];
	unsigned int nr_gives_way;
	u32 first_gives_way;	 /* the earliest: v belongs to the node before it */
	u32 event, end;		 /* e; v has only events before .end */
	struct np_effect effect; /* of e, which may have another one where it comes now */
	u32 left;
	/* Of each actor: the index of its first event that has not been taken out, and its last. */
	_Alignas(16) u16 first[NP_ACTORS_MAX];
	u16 last[NP_ACTORS_MAX];
};

/*
 * Event @e comes before event @i, of what was executed before event @end. Whether it can:
 * not if something that it needs itself has to give way.
 */
bool np_sequence_fill(const struct np_explorer *x, struct np_sequence *v, u32 i, u32 e, u32 end);

/* How many events actor @a has made before event @e. */
static inline u32 np_made_before(const struct np_explorer *x, u32 e, u8 a)
{
	return np_row(x, x->made, e)[a];
}

static inline bool np_sequence_has(const struct np_sequence *v, u8 actor)
{
	return v->first[actor] != NP_NO_INDEX;
}

/* Whether @clock, of @actor's first event in v, has none of the others' in it. */
static inline bool np_sequence_is_first(const struct np_sequence *v, u8 actor, const u16 *clock)
{
	const np_clock8 *c = (const np_clock8 *)clock, *first = (const np_clock8 *)v->first;
	np_clock8 any = { 0 }, lane = { 0, 1, 2, 3, 4, 5, 6, 7 };

	for (u32 i = 0; i < v->x->stride / 8; i++, lane += 8)
		any |= (np_clock8)(c[i] >= first[i]) & (np_clock8)(lane != actor);
	return !np_clock_any(any);
}

/* Of an actor with nothing in v: whether its next step, @effect, depends on none of it. */
bool np_sequence_independent(const struct np_sequence *v, const struct np_effect *effect);
/* Of the actor of v's last event, that has no other one in v. */
bool np_sequence_last_may_begin(const struct np_sequence *v, u8 actor);

/*
 * Whether @actor may go first without changing what v is: WI(v). @effect: of its next step,
 * if v has none of it.
 */
static inline bool np_sequence_may_begin(const struct np_sequence *v, u8 actor,
					 const struct np_effect *effect)
{
	u32 k;

	if (!np_sequence_has(v, actor))
		return np_sequence_independent(v, effect);
	k = v->x->positions[actor][v->first[actor] - 1];
	if (unlikely(k == v->event))
		return np_sequence_last_may_begin(v, actor);
	return np_sequence_is_first(v, actor, np_row(v->x, v->x->clocks, k));
}

/* The actor's first event is taken out of v, if it has one. */
static inline void np_sequence_take(struct np_sequence *v, u8 actor)
{
	if (!np_sequence_has(v, actor))
		return;
	v->left--;
	if (v->first[actor]++ == v->last[actor])
		v->first[actor] = NP_NO_INDEX;
}

/* Whether event @k is part of what is left of v. */
static inline bool np_sequence_part(const struct np_sequence *v, u32 k)
{
	const struct np_event *event = &v->x->events[k];

	return event->index >= v->first[event->actor] && event->index <= v->last[event->actor];
}

#endif /* NP_EXPLORE_SEQUENCE_H */
