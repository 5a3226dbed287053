/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* replay - internal: follows a schedule that need not be a text; see strategy_replay.c */
#ifndef NP_EXPLORE_REPLAY_H
#define NP_EXPLORE_REPLAY_H

#include <explore/schedule.h>

struct np_replay {
	struct np_schedule schedule;
	bool loosely; /* what cannot be followed is left out */
	/* While it runs: */
	u32 at;	       /* the word */
	bool begun;    /* it has made a step */
	u32 used;      /* how often its actor has used its place */
	char why[320]; /* it cannot be followed */
};

/*
 * From now on the search replays: @replay stays until another strategy is set. What the
 * words name is shared from now on.
 */
void np_replay_use(struct np_explorer *x, struct np_replay *replay);

#endif /* NP_EXPLORE_REPLAY_H */
