/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "search_jobs.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crew.h"

#define DEFAULT_EXECUTIONS 1000 /* of the random strategies: explore.h */

bool np_search_interrupted(void)
{
	const struct timespec at_once = { 0 };
	sigset_t interrupt;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	return sigtimedwait(&interrupt, NULL, &at_once) == SIGINT;
}

/* --- outcomes as bytes: between processes of one program, so as they lie in memory --- */

static void write_text(FILE *out, const char *text)
{
	size_t len = strlen(text);

	fwrite(&len, sizeof(len), 1, out);
	fwrite(text, 1, len, out);
}

void np_search_outcome_write(FILE *out, const struct np_search_outcome *outcome)
{
	struct np_search_outcome flat = *outcome;

	flat.finding = NULL;
	fwrite(&flat, sizeof(flat), 1, out);
	for (size_t i = 0; i < outcome->nr_findings; i++) {
		const struct np_search_finding *finding = &outcome->finding[i];

		fwrite(finding, sizeof(*finding), 1, out);
		write_text(out, finding->where);
		write_text(out, finding->object);
		write_text(out, finding->message);
		write_text(out, finding->schedule);
	}
}

struct bytes {
	const char *at;
	size_t left;
	int err;
};

static void take(struct bytes *bytes, void *to, size_t size)
{
	if (bytes->left < size)
		bytes->err = -EINVAL;
	if (bytes->err)
		return;
	memcpy(to, bytes->at, size);
	bytes->at += size;
	bytes->left -= size;
}

static char *take_text(struct bytes *bytes)
{
	size_t len = 0;
	char *text;

	take(bytes, &len, sizeof(len));
	if (bytes->err || bytes->left < len) {
		bytes->err = bytes->err ? bytes->err : -EINVAL;
		return NULL;
	}
	text = strndup(bytes->at, len);
	if (!text)
		bytes->err = -ENOMEM;
	bytes->at += len;
	bytes->left -= len;
	return text;
}

int np_search_outcome_read(const char *bytes, size_t len, struct np_search_outcome *outcome)
{
	struct bytes left = { .at = bytes, .left = len };
	size_t nr;

	*outcome = (struct np_search_outcome){ .end = NP_PLAY_ERROR };
	take(&left, outcome, sizeof(*outcome));
	nr = left.err ? 0 : outcome->nr_findings;
	outcome->nr_findings = 0;
	outcome->finding = calloc(nr + 1, sizeof(*outcome->finding));
	if (!outcome->finding)
		return -ENOMEM;
	for (size_t i = 0; i < nr && !left.err; i++) {
		struct np_search_finding *finding = &outcome->finding[outcome->nr_findings++];

		take(&left, finding, sizeof(*finding));
		finding->where = take_text(&left);
		finding->object = take_text(&left);
		finding->message = take_text(&left);
		finding->schedule = take_text(&left);
	}
	if (left.err)
		np_search_outcome_free(outcome);
	return left.err;
}

/* --- merging --- */

static bool same_kind(const struct np_search_finding *a, const struct np_search_finding *b)
{
	size_t len = strcspn(a->message, "\n");

	return a->rule == b->rule && !strcmp(a->object, b->object) &&
	       len == strcspn(b->message, "\n") && !memcmp(a->message, b->message, len);
}

static struct np_search_finding *find(struct np_search_outcome *outcome,
				      const struct np_search_finding *like)
{
	for (size_t i = 0; i < outcome->nr_findings; i++)
		if (same_kind(&outcome->finding[i], like))
			return &outcome->finding[i];
	return NULL;
}

/* Its strings change hands, or are freed. */
static int merge_finding(struct np_search_outcome *all, struct np_search_finding *finding)
{
	struct np_search_finding *known = find(all, finding), *grown;

	finding->first += all->executions;
	if (known) {
		known->executions += finding->executions;
		return 0;
	}
	grown = realloc(all->finding, (all->nr_findings + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	all->finding = grown;
	grown[all->nr_findings++] = *finding;
	*finding = (struct np_search_finding){ .rule = finding->rule };
	return 0;
}

int np_search_outcome_merge(struct np_search_outcome *all, struct np_search_outcome *part)
{
	int err = 0;

	for (size_t i = 0; i < part->nr_findings && !err; i++)
		err = merge_finding(all, &part->finding[i]);
	if (all->end != NP_PLAY_VIOLATED)
		all->end = part->end;
	memcpy(all->reason, part->reason, sizeof(all->reason));
	memcpy(all->scheme, part->scheme, sizeof(all->scheme));
	all->before |= part->before;
	all->memory = part->memory;
	all->bounded = part->bounded;
	all->executions += part->executions;
	all->blocked += part->blocked;
	all->failed += part->failed;
	all->steps += part->steps;
	all->restarts += part->restarts;
	all->peak_bytes += part->peak_bytes;
	if (all->seconds < part->seconds)
		all->seconds = part->seconds;
	for (int i = 0; i < NP_RULES; i++)
		all->violated[i] += part->violated[i];
	return err;
}

/* --- random strategies: each process begins at a seed of its own --- */

struct seeds {
	const struct np_scenario *scenario;
	const struct np_search_options *options;
	unsigned int jobs;
	int64_t seed, executions;
	struct np_search_outcome *parts;
	char reason[160];
};

static bool stop_when_interrupted(void *arg, const struct np_search_progress *progress)
{
	(void)arg;
	(void)progress;
	return np_search_interrupted();
}

static void search_part(void *arg, size_t task, FILE *out)
{
	const struct seeds *seeds = arg;
	struct np_search_options options = *seeds->options;
	struct np_search_outcome outcome;
	int64_t more = (int64_t)task < seeds->executions % seeds->jobs;

	options.bounds.seed = seeds->seed + (int64_t)task;
	options.bounds.executions = seeds->executions / seeds->jobs + more;
	options.progress = stop_when_interrupted;
	if (np_search(seeds->scenario, &options, &outcome)) {
		outcome.end = NP_PLAY_ERROR;
		snprintf(outcome.reason, sizeof(outcome.reason), "out of memory");
	}
	np_search_outcome_write(out, &outcome);
	np_search_outcome_free(&outcome);
}

static int take_part(void *arg, size_t task, const char *bytes, size_t len)
{
	struct seeds *seeds = arg;

	if (bytes)
		return np_search_outcome_read(bytes, len, &seeds->parts[task]);
	seeds->parts[task] = (struct np_search_outcome){ .end = NP_PLAY_ERROR };
	snprintf(seeds->parts[task].reason, sizeof(seeds->parts[task].reason),
		 "the process with seed %lld was ended by signal %zu",
		 (long long)(seeds->seed + (int64_t)task), len);
	return 0;
}

static bool seeds_interrupted(void *arg)
{
	(void)arg;
	return np_search_interrupted();
}

static int run_seeds(struct seeds *seeds, struct np_search_outcome *outcome)
{
	struct np_crew crew = { .jobs = seeds->jobs,
				.tasks = seeds->jobs,
				.work = search_part,
				.take = take_part,
				.interrupted = seeds->options->progress ? seeds_interrupted : NULL,
				.arg = seeds };
	int err;

	fflush(stdout);
	err = np_crew_run(&crew);
	for (unsigned int i = 0; i < seeds->jobs; i++) {
		if (!err)
			err = np_search_outcome_merge(outcome, &seeds->parts[i]);
		np_search_outcome_free(&seeds->parts[i]);
	}
	return err;
}

static int search_seeds(const struct np_scenario *scenario, const struct np_search_options *options,
			unsigned int jobs, struct np_search_outcome *outcome)
{
	const struct np_search_bounds *bounds = &options->bounds;
	struct seeds seeds = {
		.scenario = scenario,
		.options = options,
		.jobs = jobs,
		.seed = np_search_choose(scenario, bounds->seed, NP_EXPLORE_ATTR_SEED, 1),
		.executions = np_search_choose(scenario, bounds->executions,
					       NP_EXPLORE_ATTR_EXECUTIONS, DEFAULT_EXECUTIONS),
		.parts = calloc(jobs, sizeof(*seeds.parts)),
	};
	int err = -ENOMEM;

	*outcome = (struct np_search_outcome){ .end = NP_PLAY_ERROR };
	if (seeds.parts)
		err = run_seeds(&seeds, outcome);
	free(seeds.parts);
	/* Bounded by the caller, or by itself as each of the parts was. */
	outcome->bounded = bounds->executions < 0 && bounds->strategy < 0 && bounds->seconds <= 0;
	return err;
}

int np_search_with_jobs(const struct np_scenario *scenario, const struct np_search_options *options,
			unsigned int jobs, struct np_search_outcome *outcome)
{
	if (jobs <= 1 || scenario->nr_schedule || options->schedule)
		return np_search(scenario, options, outcome);
	switch (np_search_strategy(scenario, &options->bounds)) {
	case NP_STRATEGY_WORD_RANDOM:
	case NP_STRATEGY_WORD_PCT:
	case NP_STRATEGY_WORD_POS:
		return search_seeds(scenario, options, jobs, outcome);
	default:
		*outcome = (struct np_search_outcome){
			.end = NP_PLAY_ERROR,
			.reason =
				"--jobs is for random, pct and pos: the other strategies go through "
				"one tree, which is not divided",
		};
		return 0;
	}
}
