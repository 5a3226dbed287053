/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "course.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A page with more is of use to nobody. */
#define COURSE_MEMORY_MAX ((size_t)64 << 20)

static void begin(struct np_course *course)
{
	np_arena_free(&course->arena);
	np_arena_init(&course->arena, COURSE_MEMORY_MAX);
	course->entries = NULL;
	course->nr_entries = 0;
	course->cut = false;
}

static bool add(struct np_course *course, const struct np_search_event *event)
{
	size_t size = course->scenario->nr_objects * sizeof(*event->value);
	struct np_course_entry *entry, *grown;
	int64_t *value;

	grown = np_arena_grow(&course->arena, course->entries, course->nr_entries, sizeof(*grown));
	if (!grown)
		return false;
	course->entries = grown;
	entry = &grown[course->nr_entries];
	*entry = (struct np_course_entry){
		.kind = event->kind, .actor = event->actor, .cpu = event->cpu, .step = event->step
	};
	entry->name = np_arena_copy(&course->arena, event->name, strlen(event->name));
	entry->text = np_arena_copy(&course->arena, event->text, strlen(event->text));
	value = np_arena_alloc(&course->arena, size);
	if (!entry->name || !entry->text || !value)
		return false;
	entry->value = memcpy(value, event->value, size);
	course->nr_entries++;
	return true;
}

/* A search may make the same execution several times: the last one stays. */
static void on_event(void *arg, const struct np_search_event *event)
{
	struct np_course *course = arg;

	if (event->kind == NP_SEARCH_BEGINS)
		begin(course);
	if (!course->cut)
		course->cut = !add(course, event);
}

int np_course_record(struct np_course *course, const struct np_scenario *scenario,
		     const char *scheme, int memory, const char *schedule,
		     struct np_search_outcome *outcome)
{
	struct np_search_options options = { .scheme = scheme,
					     .bounds = NP_SEARCH_BOUNDS,
					     .schedule = schedule,
					     .first_only = true,
					     .watch = on_event,
					     .watch_arg = course };
	struct np_search_outcome own;
	int err;

	*course = (struct np_course){ .scenario = scenario };
	begin(course);
	options.bounds.memory = memory;
	err = np_search(scenario, &options, outcome ? outcome : &own);
	if (!outcome)
		np_search_outcome_free(&own);
	return err;
}

void np_course_free(struct np_course *course)
{
	np_arena_free(&course->arena);
	course->entries = NULL;
	course->nr_entries = 0;
}

/* --- as text --- */

static void print_entry(FILE *out, const struct np_scenario *scenario,
			const struct np_course_entry *entry)
{
	const char *actor = entry->actor < 0 ? "-" : scenario->objects[entry->actor].name;

	switch (entry->kind) {
	case NP_SEARCH_STEP:
		fprintf(out, "%-6s %s\n", actor, entry->text);
		break;
	case NP_SEARCH_TRACE:
		fprintf(out, "%-6s   %s: %s\n", actor, entry->name, entry->text);
		break;
	case NP_SEARCH_VIOLATION:
		fprintf(out, "%-6s   ! %s: %s\n", actor, entry->name, entry->text);
		break;
	case NP_SEARCH_STEP_END:
		if (*entry->text)
			fprintf(out, "%-6s   = %s\n", actor, entry->text);
		break;
	case NP_SEARCH_REST:
		fprintf(out, "rest\n");
		break;
	case NP_SEARCH_TEARDOWN:
		fprintf(out, "teardown\n");
		break;
	default:
		break;
	}
}

void np_course_print(FILE *out, const struct np_course *course)
{
	for (size_t i = 0; i < course->nr_entries; i++)
		print_entry(out, course->scenario, &course->entries[i]);
	if (course->cut)
		fprintf(out, "...\n");
}
