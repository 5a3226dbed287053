/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: search_print - what came of a search, for a person and for programs
 */
#ifndef NP_SIM_SEARCH_PRINT_H
#define NP_SIM_SEARCH_PRINT_H

#include <json-c/json.h>

#include "search.h"

/**
 * struct np_search_report - what is printed of a search
 * @scheme: what was given as np_search_options.scheme
 * @judgement: of it
 * @quiet: no witnesses, only the outcome
 */
struct np_search_report {
	const struct np_scenario *scenario;
	const struct np_search_outcome *outcome;
	const char *scheme;
	enum np_search_judgement judgement;
	bool quiet;
};

/** np_search_print - findings with their witnesses, then the verdict. */
void np_search_print(FILE *out, const struct np_search_report *report);
/** np_search_hash - of everything that was found, wherever the scenario stood in its file. */
uint64_t np_search_hash(const struct np_search_outcome *outcome);
/** np_search_violations_json - an array; each with a scenario that replays it. */
struct json_object *np_search_violations_json(const struct np_search_report *report);
/** np_search_json - all of it, as `explore --json` prints it. */
struct json_object *np_search_json(const struct np_search_report *report);
/** np_search_fit - "as expected", "NOT as expected", "not exhausted", "skipped". */
const char *np_search_fit(enum np_search_judgement judgement);
/** np_search_exit - enum np_exit. */
int np_search_exit(const struct np_search_outcome *outcome, enum np_search_judgement judgement);

#endif /* NP_SIM_SEARCH_PRINT_H */
