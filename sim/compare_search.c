/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The cells of a comparison over every interleaving, by several processes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"
#include "compare.h"
#include "crew.h"
#include "search_jobs.h"

struct searching {
	struct np_comparison *comparison;
	struct np_progress *progress;
	uint64_t done;
};

/* --- in a process of its own --- */

static bool is_worth_more(const struct np_search_outcome *outcome)
{
	return !outcome->exhausted && !outcome->before &&
	       (outcome->end == NP_PLAY_HELD || outcome->end == NP_PLAY_VIOLATED);
}

/*
 * A search that goes through a tree has tried what is near the end of the executions when it is
 * stopped: as many again, from all over.
 */
static int search(const struct np_scenario *scenario, struct np_search_options options,
		  struct np_search_outcome *outcome)
{
	struct np_search_outcome sample;
	int err = np_search(scenario, &options, outcome);

	if (err || !is_worth_more(outcome))
		return err;
	options.bounds.strategy = NP_STRATEGY_WORD_POS;
	options.bounds.seed = 1;
	err = np_search(scenario, &options, &sample);
	if (!err)
		err = np_search_outcome_merge(outcome, &sample);
	np_search_outcome_free(&sample);
	return err;
}

static void search_cell(void *arg, size_t task, FILE *out)
{
	const struct searching *searching = arg;
	const struct np_comparison *comparison = searching->comparison;
	size_t row = task / comparison->nr_schemes, column = task % comparison->nr_schemes;
	struct np_search_options options = { .scheme = comparison->schemes[column].word,
					     .bounds = NP_SEARCH_BOUNDS,
					     .as_found = true };
	struct np_search_outcome outcome;

	options.bounds.executions = (int64_t)comparison->executions;
	if (search(comparison->cases[row].scenario, options, &outcome)) {
		outcome.end = NP_PLAY_ERROR;
		snprintf(outcome.reason, sizeof(outcome.reason), "out of memory");
	}
	np_search_outcome_write(out, &outcome);
	np_search_outcome_free(&outcome);
}

/* --- in the caller --- */

/* @tried: how many were not random. */
static int fill(struct np_compare_search *to, const struct np_search_outcome *outcome,
		unsigned long tried)
{
	const struct np_search_finding *first = outcome->nr_findings ? outcome->finding : NULL;
	const char *text = first ? first->message : outcome->reason;

	to->cell.end = outcome->end;
	to->cell.rule = first ? first->rule : NP_RULES;
	to->cell.where = strdup(first ? first->where : "");
	to->cell.object = strdup(first ? first->object : "");
	to->cell.text = strndup(text, strcspn(text, "\n"));
	to->executions = outcome->executions;
	to->failed = outcome->failed;
	to->always = outcome->failed && outcome->failed == outcome->executions;
	to->exhausted = outcome->exhausted;
	to->sampled = first && first->first > tried;
	return to->cell.where && to->cell.object && to->cell.text ? 0 : -ENOMEM;
}

/* Whether searching says something else than playing did. */
static bool differs(const struct np_compare_search *search, const struct np_compare_cell *played)
{
	if (search->cell.end != played->end)
		return true;
	return search->cell.end == NP_PLAY_VIOLATED &&
	       (!search->always || search->cell.rule != played->rule);
}

static int take_dead(struct np_compare_search *search, size_t sig)
{
	struct np_search_outcome outcome = { .end = NP_PLAY_ERROR };

	snprintf(outcome.reason, sizeof(outcome.reason),
		 "the process that searched it was ended by signal %zu", sig);
	return fill(search, &outcome, 0);
}

static int take_cell(void *arg, size_t task, const char *bytes, size_t len)
{
	struct searching *searching = arg;
	struct np_comparison *comparison = searching->comparison;
	struct np_compare_search *search = &comparison->searches[task];
	struct np_search_outcome outcome;
	int err;

	if (!bytes) {
		err = take_dead(search, len);
	} else {
		err = np_search_outcome_read(bytes, len, &outcome);
		if (!err)
			err = fill(search, &outcome, comparison->executions);
		np_search_outcome_free(&outcome);
	}
	search->differs = differs(search, &comparison->cells[task]);
	np_progress_update(searching->progress, ++searching->done);
	return err;
}

int np_comparison_search(struct np_comparison *comparison, unsigned long executions,
			 unsigned int jobs, struct np_progress *progress, uint64_t done)
{
	struct searching searching = { .comparison = comparison,
				       .progress = progress,
				       .done = done };
	struct np_crew crew = { .jobs = jobs,
				.tasks = comparison->nr_cases * comparison->nr_schemes,
				.work = search_cell,
				.take = take_cell,
				.arg = &searching };

	np_assure(!comparison->searches);
	comparison->executions = executions;
	comparison->searches = calloc(crew.tasks + 1, sizeof(*comparison->searches));
	if (!comparison->searches)
		return -ENOMEM;
	fflush(stdout);
	return np_crew_run(&crew);
}

/* --- answers --- */

const struct np_compare_search *np_comparison_searched(const struct np_comparison *comparison,
						       size_t row, size_t column)
{
	if (!comparison->searches)
		return NULL;
	np_assure(row < comparison->nr_cases && column < comparison->nr_schemes);
	return &comparison->searches[row * comparison->nr_schemes + column];
}

const struct np_compare_cell *np_comparison_shown(const struct np_comparison *comparison,
						  size_t row, size_t column)
{
	const struct np_compare_search *search = np_comparison_searched(comparison, row, column);

	return search ? &search->cell : np_comparison_cell(comparison, row, column);
}

const char *np_comparison_how(const struct np_compare_search *search)
{
	if (!search || search->cell.end != NP_PLAY_VIOLATED)
		return "";
	return search->always ? "always" : "sometimes";
}
