/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What came of a play: the same in both flavours. */
#include <stdlib.h>

#include "play.h"

void np_play_outcome_free(struct np_play_outcome *outcome)
{
	for (unsigned int i = 0; i < outcome->nr_violations; i++) {
		free(outcome->violation[i].where);
		free(outcome->violation[i].object);
		free(outcome->violation[i].message);
	}
	outcome->nr_violations = 0;
}

bool np_play_as_expected(const struct np_scenario *scenario, const struct np_play_outcome *outcome)
{
	bool fail = scenario->has_result && scenario->verdict == NP_VERDICT_FAIL;

	if (outcome->end == NP_PLAY_HELD)
		return !fail;
	if (outcome->end != NP_PLAY_VIOLATED || !fail)
		return false;
	for (unsigned int i = 0; i < outcome->nr_violations; i++)
		if (outcome->violation[i].rule == scenario->rule)
			return true;
	return false;
}

const char *np_play_verdict(const struct np_play_outcome *outcome)
{
	switch (outcome->end) {
	case NP_PLAY_HELD:
		return "holds";
	case NP_PLAY_VIOLATED:
		return np_vocabulary_rules[outcome->violation[0].rule].name;
	case NP_PLAY_SKIPPED:
		return "n/a";
	default:
		return "error";
	}
}
