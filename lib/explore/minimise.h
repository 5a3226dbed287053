/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* minimise - internal: a smaller schedule that shows the same */
#ifndef NP_EXPLORE_MINIMISE_H
#define NP_EXPLORE_MINIMISE_H

#include <explore/found.h>

/*
 * Makes the schedule of @known smaller, as long as it shows a violation of the same invariant
 * about the same object: fewest preemptions, then fewest steps, then fewest words. The message
 * is then that of the last execution, with all stacks. With options.no_minimise the schedule
 * stays as it was found, and is executed once for the message.
 *
 * Context: the search is over. Effort: a few hundred executions at most.
 */
void np_minimise(struct np_explorer *x, struct np_known *known);

#endif /* NP_EXPLORE_MINIMISE_H */
