/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* dpor - internal: what the engine's other parts need of it */
#ifndef NP_EXPLORE_DPOR_H
#define NP_EXPLORE_DPOR_H

#include <explore/engine.h>

#define NP_NO_INDEX 0xffff

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

/* Branches of wakeup trees, and what else is a sequence of actors. NULL: the search is over. */
struct np_wakeup *np_wakeup_new(struct np_explorer *x);
void np_wakeup_free(struct np_explorer *x, struct np_wakeup *w);
/* With all its children, and those beside it. */
void np_wakeup_free_all(struct np_explorer *x, struct np_wakeup *w);

#endif /* NP_EXPLORE_DPOR_H */
