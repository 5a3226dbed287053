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

#include <explore/dpor.h>

struct np_sequence {
	const struct np_explorer *x;
	/*
	 * What has to give way for e to come first: the event that it is turned round with, and
	 * the beginnings of sections that would be in its way because they could not end any more.
	 */
	u32 gives_way[8];
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

/*
 * Whether @actor may go first without changing what v is: WI(v). @effect: of its next step,
 * if v has none of it.
 */
bool np_sequence_may_begin(struct np_sequence *v, u8 actor, const struct np_effect *effect);

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
