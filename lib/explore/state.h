/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* state - internal: states of the machine in which a check found nothing */
#ifndef NP_EXPLORE_STATE_H
#define NP_EXPLORE_STATE_H

#include <explore/engine.h>

/* Kinds of check besides enum np_check_time: rest and teardown, from here to their end. */
#define NP_STATE_THE_END 100

/* Whether a check of @kind was clean in a state like this one; @hash is its name. */
bool np_state_was_clean(struct np_explorer *x, unsigned int kind, u64 *hash);
/* From now on it was. */
void np_state_is_clean(struct np_explorer *x, u64 hash);

#endif /* NP_EXPLORE_STATE_H */
