/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The format is Chrome's "Trace Event Format": an object with an array of events, each with a
 * phase, a process, a thread and a time in microseconds.
 */
#include "perfetto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* The track of what no actor does: rest and teardown. Actors have their object's index plus 1. */
#define MACHINE_TRACK 0
/* As deep as a play nests `at` steps, and the outermost. */
#define DEPTH_MAX 16

/* A step that has begun; its slice is written when it has ended. */
struct slice {
	char *text;
	unsigned int track;
	int64_t begin, end;
};

/* A named page, as far as counters have been written. */
struct page_counter_of {
	struct page *page;
	char name[32];
	int refs, maps;
};

struct memcg_counter_of {
	u32 id;
	char name[32];
	unsigned long usage;
};

struct np_perfetto {
	FILE *file;
	bool any; /* something stands in the file: the next event needs a comma */
	bool incomplete;
	int64_t process;
	int64_t now;
	const struct np_scenario *scenario;
	struct np_machine *machine; /* NULL before the first event of a play */
	struct slice *slices;	    /* of this play, in the order of their begin */
	size_t nr_slices;
	size_t open[DEPTH_MAX]; /* indexes of slices that have not ended, outermost first */
	size_t depth;
	struct page_counter_of *pages;
	size_t nr_pages;
	struct memcg_counter_of *memcgs;
	size_t nr_memcgs;
};

struct np_perfetto *np_perfetto_open(const char *path)
{
	struct np_perfetto *perfetto = calloc(1, sizeof(*perfetto));

	if (!perfetto)
		return NULL;
	perfetto->file = fopen(path, "w");
	if (!perfetto->file) {
		free(perfetto);
		return NULL;
	}
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", perfetto->file);
	return perfetto;
}

/* --- events of the file --- */

static struct json_object *new_event(const struct np_perfetto *perfetto, const char *phase,
				     const char *name, unsigned int track, int64_t time)
{
	struct json_object *json = np_json_object();

	np_json_add_string(json, "ph", phase);
	np_json_add_string(json, "name", name);
	np_json_add_signed(json, "pid", perfetto->process);
	np_json_add_unsigned(json, "tid", track);
	np_json_add_signed(json, "ts", time);
	return json;
}

static void write_event(struct np_perfetto *perfetto, struct json_object *json)
{
	fprintf(perfetto->file, "%s%s", perfetto->any ? ",\n" : "",
		json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE));
	perfetto->any = true;
	json_object_put(json);
}

static void write_name(struct np_perfetto *perfetto, const char *what, unsigned int track,
		       const char *name)
{
	struct json_object *json = new_event(perfetto, "M", what, track, 0);
	struct json_object *args = np_json_object();

	np_json_add_string(args, "name", name);
	np_json_add(json, "args", args);
	write_event(perfetto, json);
}

static void write_instant(struct np_perfetto *perfetto, const char *name, unsigned int track,
			  int64_t time, const char *text)
{
	struct json_object *json = new_event(perfetto, "i", name, track, time);
	struct json_object *args = np_json_object();

	np_json_add_string(json, "s", "t");
	np_json_add_string(args, "text", text);
	np_json_add(json, "args", args);
	write_event(perfetto, json);
}

static void write_counter(struct np_perfetto *perfetto, const char *what, const char *name,
			  int64_t value)
{
	struct json_object *args = np_json_object(), *json;
	char title[64];

	snprintf(title, sizeof(title), "%s %s", what, name);
	json = new_event(perfetto, "C", title, MACHINE_TRACK, perfetto->now);
	np_json_add_signed(args, "value", value);
	np_json_add(json, "args", args);
	write_event(perfetto, json);
}

/* Blanks that line columns up in a scenario have no columns to line up here. */
static void write_slice(struct np_perfetto *perfetto, const struct slice *slice)
{
	char *title = strdup(slice->text), *to = title;
	struct json_object *json;

	for (const char *from = title; from && *from; from++)
		if (*from != ' ' || from[1] != ' ')
			*to++ = *from;
	if (title)
		*to = '\0';
	json = new_event(perfetto, "X", title ? title : slice->text, slice->track, slice->begin);
	free(title);
	np_json_add_signed(json, "dur", slice->end - slice->begin);
	write_event(perfetto, json);
}

/* --- plays --- */

static const char *context_word(const struct np_scenario_value *value)
{
	if (value[NP_ACTOR_ATTR_SOFTIRQ].number)
		return " softirq";
	return value[NP_ACTOR_ATTR_HARDIRQ].number ? " hardirq" : "";
}

static void name_actor(struct np_perfetto *perfetto, size_t object)
{
	const struct np_scenario_object *actor = &perfetto->scenario->objects[object];
	const struct np_scenario_value *value =
		perfetto->scenario->declarations[actor->declaration].value;
	char title[96];

	snprintf(title, sizeof(title), "%s (cpu %d%s)", actor->name,
		 (int)value[NP_ACTOR_ATTR_CPU].number, context_word(value));
	write_name(perfetto, "thread_name", (unsigned int)object + 1, title);
}

void np_perfetto_begin(struct np_perfetto *perfetto, const struct np_scenario *scenario)
{
	perfetto->process++;
	perfetto->now = 0;
	perfetto->scenario = scenario;
	perfetto->machine = NULL;
	write_name(perfetto, "process_name", MACHINE_TRACK, scenario->name);
	write_name(perfetto, "thread_name", MACHINE_TRACK, "machine");
	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == NP_OBJECT_ACTOR)
			name_actor(perfetto, i);
}

static void end_slices(struct np_perfetto *perfetto, size_t depth)
{
	while (perfetto->depth > depth) {
		struct slice *slice = &perfetto->slices[perfetto->open[--perfetto->depth]];

		slice->end = perfetto->now;
		write_slice(perfetto, slice);
	}
}

/* --- counters --- */

/* @array with room for one more, zeroed; NULL leaves @array as it is, and the trace incomplete. */
static void *grow(struct np_perfetto *perfetto, void *array, size_t nr, size_t size)
{
	void *grown = realloc(array, (nr + 1) * size);

	if (!grown) {
		perfetto->incomplete = true;
		return NULL;
	}
	memset((char *)grown + nr * size, 0, size);
	return grown;
}

static int maps_of(const struct page *page)
{
	return page_has_type(page) ? 0 : page_mapcount(page);
}

/* Pages that nobody has named are too many to draw. */
static void learn_page(struct np_perfetto *perfetto, struct page *page)
{
	struct page_counter_of *known, *grown;
	char name[32];

	for (size_t i = 0; i < perfetto->nr_pages; i++)
		if (perfetto->pages[i].page == page)
			return;
	np_page_name(perfetto->machine, page, name, sizeof(name));
	if (!strncmp(name, "pfn:", 4))
		return;
	grown = grow(perfetto, perfetto->pages, perfetto->nr_pages, sizeof(*grown));
	if (!grown)
		return;
	perfetto->pages = grown;
	known = &perfetto->pages[perfetto->nr_pages++];
	known->page = page;
	known->refs = known->maps = -1;
	memcpy(known->name, name, sizeof(name));
}

static void learn_memcg(struct np_perfetto *perfetto, const struct mem_cgroup *memcg)
{
	struct memcg_counter_of *known, *grown;

	for (size_t i = 0; i < perfetto->nr_memcgs; i++)
		if (perfetto->memcgs[i].id == memcg->id)
			return;
	grown = grow(perfetto, perfetto->memcgs, perfetto->nr_memcgs, sizeof(*grown));
	if (!grown)
		return;
	perfetto->memcgs = grown;
	known = &perfetto->memcgs[perfetto->nr_memcgs++];
	known->id = memcg->id;
	known->usage = ~0ul;
	memcpy(known->name, memcg->name, sizeof(known->name));
}

/* All that is known is looked at: some words change without a trace point. */
static void write_counters(struct np_perfetto *perfetto)
{
	for (size_t i = 0; i < perfetto->nr_pages; i++) {
		struct page_counter_of *known = &perfetto->pages[i];
		int refs = page_ref_count(known->page), maps = maps_of(known->page);

		if (refs != known->refs)
			write_counter(perfetto, "refs", known->name, refs);
		if (maps != known->maps)
			write_counter(perfetto, "maps", known->name, maps);
		known->refs = refs;
		known->maps = maps;
	}
	for (size_t i = 0; i < perfetto->nr_memcgs; i++) {
		struct memcg_counter_of *known = &perfetto->memcgs[i];
		struct mem_cgroup *memcg = np_memcg_find(perfetto->machine, known->id);
		unsigned long usage = memcg ? np_memcg_usage(memcg) : 0;

		if (usage != known->usage)
			write_counter(perfetto, "usage", known->name, (int64_t)usage);
		known->usage = usage;
	}
}

/* --- what a play tells --- */

/* An `at` step runs inside another one; any other ends what ran before. */
static bool is_nested(const struct np_scenario *scenario, const char *text)
{
	for (size_t i = 0; i < scenario->nr_steps; i++) {
		const struct np_scenario_statement *statement =
			&scenario->statements[scenario->steps[i].statement];

		if (scenario->steps[i].nested && !strncmp(text, statement->text, statement->len))
			return true;
	}
	return false;
}

void np_perfetto_step(void *arg, const struct np_scenario *scenario, unsigned int actor, int cpu,
		      const char *text)
{
	struct np_perfetto *perfetto = arg;
	struct slice *slice, *grown;

	(void)cpu;
	if (!is_nested(scenario, text))
		end_slices(perfetto, 0);
	if (perfetto->machine)
		write_counters(perfetto);
	if (perfetto->depth == DEPTH_MAX)
		return;
	grown = grow(perfetto, perfetto->slices, perfetto->nr_slices, sizeof(*grown));
	if (!grown)
		return;
	perfetto->slices = grown;
	slice = &perfetto->slices[perfetto->nr_slices];
	slice->text = strdup(text);
	if (!slice->text) {
		perfetto->incomplete = true;
		return;
	}
	slice->track = actor + 1;
	slice->begin = slice->end = perfetto->now++;
	perfetto->open[perfetto->depth++] = perfetto->nr_slices++;
}

/* The slice an event belongs to says when those inside it have ended. */
static unsigned int track_of(struct np_perfetto *perfetto, const char *where)
{
	for (size_t depth = perfetto->depth; depth > 0 && where; depth--) {
		const struct slice *slice = &perfetto->slices[perfetto->open[depth - 1]];

		if (strcmp(slice->text, where))
			continue;
		end_slices(perfetto, depth);
		return slice->track;
	}
	end_slices(perfetto, 0);
	return MACHINE_TRACK;
}

void np_perfetto_event(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct np_perfetto *perfetto = arg;
	unsigned int track = track_of(perfetto, event->where);
	char text[256];

	perfetto->machine = machine;
	np_trace_format(machine, event, text, sizeof(text));
	write_instant(perfetto, np_trace_name(event->id), track, perfetto->now, text);
	if (event->page)
		learn_page(perfetto, event->page);
	if (event->memcg)
		learn_memcg(perfetto, event->memcg);
	write_counters(perfetto);
	perfetto->now++;
}

static const struct slice *slice_called(const struct np_perfetto *perfetto, const char *text)
{
	for (size_t i = perfetto->nr_slices; i > 0; i--)
		if (!strcmp(perfetto->slices[i - 1].text, text))
			return &perfetto->slices[i - 1];
	return NULL;
}

void np_perfetto_end(struct np_perfetto *perfetto, const struct np_play_outcome *outcome)
{
	end_slices(perfetto, 0);
	for (unsigned int i = 0; i < outcome->nr_violations; i++) {
		const struct np_play_violation *violation = &outcome->violation[i];
		const struct slice *slice = slice_called(perfetto, violation->where);
		char title[64];

		snprintf(title, sizeof(title), "VIOLATION %s",
			 np_vocabulary_rules[violation->rule].name);
		write_instant(perfetto, title, slice ? slice->track : MACHINE_TRACK,
			      slice ? slice->end : perfetto->now, violation->message);
	}
	for (size_t i = 0; i < perfetto->nr_slices; i++)
		free(perfetto->slices[i].text);
	perfetto->nr_slices = perfetto->nr_pages = perfetto->nr_memcgs = 0;
	perfetto->machine = NULL;
}

int np_perfetto_close(struct np_perfetto *perfetto)
{
	int err = perfetto->incomplete ? -ENOMEM : 0;

	fputs("\n]}\n", perfetto->file);
	if (ferror(perfetto->file))
		err = -EIO;
	if (fclose(perfetto->file))
		err = -errno;
	for (size_t i = 0; i < perfetto->nr_slices; i++)
		free(perfetto->slices[i].text);
	free(perfetto->slices);
	free(perfetto->pages);
	free(perfetto->memcgs);
	free(perfetto);
	return err;
}
