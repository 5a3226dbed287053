/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* np_search() of a program that was built without the explore flavour. */
#include "search.h"

int np_search(const struct np_scenario *scenario, const struct np_search_options *options,
	      struct np_search_outcome *outcome)
{
	(void)scenario;
	(void)options;
	*outcome = (struct np_search_outcome){
		.end = NP_PLAY_SKIPPED,
		.reason = "this program was built without the explore flavour",
	};
	return 0;
}
