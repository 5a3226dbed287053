/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* dpor - internal: what the engine's other parts need of it */
#ifndef NP_EXPLORE_DPOR_H
#define NP_EXPLORE_DPOR_H

#include <explore/engine.h>

#define NP_NO_INDEX 0xffff

/* A sequence of events that is asked for at a node, and what it takes to insert it there. */
struct np_sequence_event {
	struct np_effect effect;
	u32 next;	  /* of the same actor, in v; NP_NO_EVENT */
	const u16 *clock; /* what happened before it */
	u16 index;
	u8 actor;
};

struct np_sequence {
	const struct np_explorer *x;
	struct np_sequence_event *event; /* those taken out are skipped by .first */
	u32 nr, left;
	u32 late;	  /* the event of the race, as the last: its clock is its past */
	u64 locations;	  /* bits of those that its events are at; never too few */
	u32 excl, shared; /* of all */
	_Alignas(16)
		u16 first[NP_ACTORS_MAX]; /* of each actor: index of its first event; NP_NO_INDEX */
	u32 at[NP_ACTORS_MAX];		  /* and its place in .event */
	u32 last[NP_ACTORS_MAX];	  /* place of its last one, while v is filled */
};

/*
 * A race whose sequence v is explored from elsewhere: from v with some more steps at its
 * beginning, that do not depend on any of it. As long as they do not.
 */
struct np_covered {
	u32 event, race;
	u32 since; /* the event that it was found with */
	u32 over;  /* the event with which it came to an end; NP_NO_EVENT */
	u8 nr;
	bool by_more; /* than there is room for */
	bool swap;    /* event is a compare-and-swap that failed, and may have to succeed */
	u32 sleepers; /* of the race's node: each of them covers it, .by is the first */
	struct np_cover {
		struct np_effect effect;
		u32 made; /* the event that is this very step; NP_NO_EVENT: not made yet */
		u16 index;
		u8 actor;
	} by[3];
};

void np_sequence_begin(struct np_sequence *v, const struct np_explorer *x);
struct np_sequence_event *np_sequence_add(struct np_sequence *v, u8 actor, u16 index);

/* Branches of wakeup trees, and what else is a sequence of actors. NULL: the search is over. */
struct np_wakeup *np_wakeup_new(struct np_explorer *x);
void np_wakeup_free(struct np_explorer *x, struct np_wakeup *w);
/* With all its children, and those beside it. */
void np_wakeup_free_all(struct np_explorer *x, struct np_wakeup *w);

/* Event @e could come before event @i: sees to it that this is explored. */
void np_dpor_race(struct np_explorer *x, u32 i, u32 e);

#endif /* NP_EXPLORE_DPOR_H */
