/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* random - internal: the strategies that throw dice, all from options.seed */
#ifndef NP_EXPLORE_RANDOM_H
#define NP_EXPLORE_RANDOM_H

#include <explore/engine.h>

/* The next of the search's random numbers. */
u64 np_random(struct np_explorer *x);

/*
 * NP_PCT: the probability with which one execution shows a bug of options.depth, given that
 * no execution is longer than those seen so far: 1 / (actors * steps ^ (depth - 1)).
 */
double np_pct_guarantee(const struct np_explorer *x);

#endif /* NP_EXPLORE_RANDOM_H */
