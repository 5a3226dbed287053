/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Whose turn it is where the strategy is free to choose.
 */
#include <explore/engine.h>

void np_set_turn(unsigned long turn)
{
	struct np_explorer *x = np_explorer_here();

	if (x && x->running != NP_NOBODY)
		x->actors[x->running].turn = turn;
}

u8 np_default_pick(const struct np_explorer *x, u32 enabled)
{
	/* Before the first step all are at their beginning: x->running is no preference then. */
	u8 last = x->nr_events ? x->events[x->nr_events - 1].actor : NP_NOBODY;
	u8 best = last != NP_NOBODY && (enabled & (1u << last)) ? last : NP_NOBODY;

	for (u32 left = enabled; left; left &= left - 1) {
		u8 a = (u8)__builtin_ctz(left);

		if (best == NP_NOBODY || x->actors[a].turn < x->actors[best].turn)
			best = a;
	}
	return best;
}
