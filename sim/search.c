/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What came of a search: verdicts, witnesses. */
#include "search.h"

#include <stdlib.h>
#include <string.h>

void np_search_outcome_free(struct np_search_outcome *outcome)
{
	for (size_t i = 0; i < outcome->nr_findings; i++) {
		free(outcome->finding[i].where);
		free(outcome->finding[i].object);
		free(outcome->finding[i].message);
		free(outcome->finding[i].schedule);
	}
	free(outcome->finding);
	outcome->finding = NULL;
	outcome->nr_findings = 0;
}

int64_t np_search_choose(const struct np_scenario *scenario, int64_t wanted,
			 enum np_explore_attribute attribute, int64_t otherwise)
{
	const struct np_scenario_value *value;

	if (wanted >= 0)
		return wanted;
	if (scenario->explore < 0)
		return otherwise;
	value = &scenario->declarations[scenario->explore].value[attribute];
	return value->given ? value->number : otherwise;
}

enum np_strategy_word np_search_strategy(const struct np_scenario *scenario,
					 const struct np_search_bounds *bounds)
{
	bool bounded = np_search_choose(scenario, bounds->preemptions, NP_EXPLORE_ATTR_PREEMPTIONS,
					-1) >= 0;

	return (enum np_strategy_word)np_search_choose(
		scenario, bounds->strategy, NP_EXPLORE_ATTR_STRATEGY,
		bounded ? NP_STRATEGY_WORD_BOUNDED : NP_STRATEGY_WORD_DPOR);
}

bool np_search_wanted(const struct np_scenario *scenario)
{
	return scenario->explore >= 0 || scenario->nr_schedule;
}

const char *np_search_verdict(const struct np_search_outcome *outcome)
{
	bool any = outcome->failed > 0, all = outcome->failed >= outcome->executions;

	if (outcome->end == NP_PLAY_SKIPPED)
		return "n/a";
	if (outcome->end == NP_PLAY_ERROR)
		return "error";
	if (any && !all)
		return "sometimes";
	if (outcome->replay || !outcome->exhausted)
		return any ? "fail" : "pass";
	return any ? "always" : "never";
}

static enum np_search_judgement judge(bool good)
{
	return good ? NP_SEARCH_AS_EXPECTED : NP_SEARCH_NOT_AS_EXPECTED;
}

/* What is true of some executions is known when they are; of all, when there are no others. */
static enum np_search_judgement judge_all(bool good, bool all)
{
	if (!good)
		return NP_SEARCH_NOT_AS_EXPECTED;
	return all ? NP_SEARCH_AS_EXPECTED : NP_SEARCH_UNDECIDED;
}

enum np_search_judgement np_search_judge_plainly(const struct np_search_outcome *outcome)
{
	if (outcome->end == NP_PLAY_SKIPPED)
		return NP_SEARCH_SKIPPED;
	if (outcome->end == NP_PLAY_ERROR)
		return NP_SEARCH_NOT_AS_EXPECTED;
	return judge_all(!outcome->failed, outcome->exhausted || outcome->replay);
}

enum np_search_judgement np_search_judge(const struct np_scenario *scenario,
					 const struct np_search_outcome *outcome)
{
	bool all = outcome->exhausted || outcome->replay;
	unsigned long with = scenario->has_rule ? outcome->violated[scenario->rule] :
						  outcome->failed;

	if (outcome->end == NP_PLAY_SKIPPED)
		return NP_SEARCH_SKIPPED;
	if (outcome->end == NP_PLAY_ERROR)
		return NP_SEARCH_NOT_AS_EXPECTED;
	switch (scenario->has_result ? scenario->verdict : NP_VERDICT_PASS) {
	case NP_VERDICT_FAIL:
		return with || all ? judge(with > 0) : NP_SEARCH_UNDECIDED;
	case NP_VERDICT_ALWAYS:
		return judge_all(with && with == outcome->executions, all);
	case NP_VERDICT_SOMETIMES:
		if (with && with < outcome->executions)
			return NP_SEARCH_AS_EXPECTED;
		return all ? NP_SEARCH_NOT_AS_EXPECTED : NP_SEARCH_UNDECIDED;
	case NP_VERDICT_NEVER:
		return judge_all(!with, all);
	default:
		return judge_all(!outcome->failed, all || outcome->bounded);
	}
}

/* Of what the set-up violates no schedule is the cause. */
static char *words_of(const struct np_search_outcome *outcome,
		      const struct np_search_finding *finding)
{
	const char *memory = np_vocabulary_memory_models[outcome->memory];
	bool say = outcome->memory != NP_MEMORY_WORD_SC || !*finding->schedule;
	size_t size = strlen(finding->schedule) + 16;
	char *words = malloc(size);

	if (words && outcome->before)
		*words = '\0';
	else if (words)
		snprintf(words, size, "%s%s%s%s", say ? "@" : "", say ? memory : "",
			 say && *finding->schedule ? " " : "", finding->schedule);
	return words;
}

void np_search_print_witness(FILE *out, const struct np_scenario *scenario, const char *scheme,
			     const struct np_search_outcome *outcome, size_t i)
{
	const struct np_search_finding *finding = &outcome->finding[i];
	char *words = words_of(outcome, finding);
	struct np_scenario_witness witness = {
		.scheme = scheme,
		/* Without memory it is still a scenario, of which more is to be seen than of nothing. */
		.schedule = words ? words : finding->schedule,
		.rule = finding->rule,
	};

	np_scenario_print_witness(out, scenario, &witness);
	free(words);
}
