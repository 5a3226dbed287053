/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: search_jobs - one search by several processes, and outcomes as bytes
 */
#ifndef NP_SIM_SEARCH_JOBS_H
#define NP_SIM_SEARCH_JOBS_H

#include "search.h"

/**
 * np_search_with_jobs - np_search() by @jobs processes
 *
 * Random strategies: each process has a seed of its own and its part of the executions, and the
 * outcome is that of all of them, one after the other.  The other strategies are not divided:
 * NP_PLAY_ERROR, and the reason says so.
 *
 * Context: as np_crew_run(). SIGINT is blocked when @options->progress asks for it.
 */
int np_search_with_jobs(const struct np_scenario *scenario, const struct np_search_options *options,
			unsigned int jobs, struct np_search_outcome *outcome);

/**
 * np_search_outcome_merge - @part comes behind what is in @all
 *
 * Executions count twice that are in both. What @part holds is still to be freed.
 * Return: 0; -ENOMEM.
 */
int np_search_outcome_merge(struct np_search_outcome *all, struct np_search_outcome *part);

/** np_search_interrupted - whether a blocked SIGINT has come since it was asked for last. */
bool np_search_interrupted(void);

/** np_search_outcome_write - as bytes, for np_search_outcome_read() of the same program. */
void np_search_outcome_write(FILE *out, const struct np_search_outcome *outcome);
/** np_search_outcome_read - Return: 0; -ENOMEM; -EINVAL for bytes that are none. */
int np_search_outcome_read(const char *bytes, size_t len, struct np_search_outcome *outcome);

#endif /* NP_SIM_SEARCH_JOBS_H */
