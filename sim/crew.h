/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: crew - tasks that several processes share
 *
 * A process that dies takes one task with it and no other: that one is known to have failed, and
 * another process goes on with the rest.
 */
#ifndef NP_SIM_CREW_H
#define NP_SIM_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct np_crew - what is to be done
 * @jobs: processes
 * @tasks: how many tasks; each is done by one process
 * @work: in a process of its own: does @task, writes what came of it to @out
 * @take: in the caller: what a task wrote, in whatever order tasks end; NULL: its process has
 *        died, by signal @len or, when that is 0, by leaving.  0 or -errno, which ends it all
 * @interrupted: asked now and then; true: every process is sent a SIGINT, once.  NULL
 */
struct np_crew {
	unsigned int jobs;
	size_t tasks;
	void (*work)(void *arg, size_t task, FILE *out);
	int (*take)(void *arg, size_t task, const char *bytes, size_t len);
	bool (*interrupted)(void *arg);
	void *arg;
};

/**
 * np_crew_run - do it
 * Context: a process with one thread. Nothing is waiting in the buffers of standard output.
 * Return: 0; -ENOMEM; what fork() or pipe() said; what take() returned.
 */
int np_crew_run(const struct np_crew *crew);

#endif /* NP_SIM_CREW_H */
