/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: course - all that happens in one execution, written down
 */
#ifndef NP_SIM_COURSE_H
#define NP_SIM_COURSE_H

#include "arena.h"
#include "search.h"

/** struct np_course_entry - one event; strings and values belong to the course. */
struct np_course_entry {
	enum np_search_event_kind kind;
	int actor; /* object index; -1: nobody's, or a worker's */
	int cpu;   /* -1: nowhere */
	size_t step;
	const char *name, *text;
	const int64_t *value; /* of each object */
};

/** struct np_course - entries in their order */
struct np_course {
	struct np_arena arena;
	const struct np_scenario *scenario;
	struct np_course_entry *entries;
	size_t nr_entries;
	bool cut; /* more than fits */
};

/**
 * np_course_record - make one execution of @scenario, and write it down
 * @scheme: as np_search_options.scheme
 * @memory: enum np_memory_word
 * @schedule: of a finding; NULL: the order of the file
 * @outcome: what came of it; NULL
 *
 * Return: 0; -ENOMEM.
 */
int np_course_record(struct np_course *course, const struct np_scenario *scenario,
		     const char *scheme, int memory, const char *schedule,
		     struct np_search_outcome *outcome);

/** np_course_print - one line for each entry, with the actor in front. */
void np_course_print(FILE *out, const struct np_course *course);

/** np_course_free - free all of it. */
void np_course_free(struct np_course *course);

#endif /* NP_SIM_COURSE_H */
