/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Schedules as words, and as events; see schedule.h for what they mean. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <explore/place.h>
#include <explore/schedule.h>

#define PLACE_SIZE 96
#define OLDER_MAX 255

void np_schedule_free(struct np_schedule *schedule)
{
	free(schedule->words);
	*schedule = (struct np_schedule){ .nr = 0 };
}

int np_schedule_add(struct np_schedule *schedule, const struct np_word *word)
{
	if (schedule->nr == schedule->max) {
		u32 max = schedule->max ? 2 * schedule->max : 16;
		struct np_word *words = realloc(schedule->words, max * sizeof(*words));

		if (!words)
			return -ENOMEM;
		schedule->words = words;
		schedule->max = max;
	}
	schedule->words[schedule->nr++] = *word;
	return 0;
}

/* --- places --- */

enum { PLACE_STEP, PLACE_WAIT, PLACE_CPU, NR_PLACES = PLACE_CPU + NP_EXPLORE_CPUS * NP_LEVELS };

static const char *const level_names[NP_LEVELS] = {
	[NP_LEVEL_TASK] = "preempt",
	[NP_LEVEL_SOFT] = "softirq",
	[NP_LEVEL_HARD] = "irq",
};

static u32 first_place(const struct np_explorer *x)
{
	return np_pseudo_location(x, NP_PSEUDO_LOCATIONS);
}

u32 np_place_of(const struct np_explorer *x, u32 location, u8 kind, u16 flags, u32 excl)
{
	if (location != NP_NOWHERE)
		return location;
	/* Of several levels the highest: it is what the code switched off. */
	if (excl)
		return first_place(x) + PLACE_CPU + 31 - (u32)__builtin_clz(excl);
	/* A reader leaves, a grace period ends: steps only where RCU is shared, like its others. */
	if (flags & (NP_OP_ACQUIRE | NP_OP_RELEASE))
		return np_pseudo_location(x, NP_PSEUDO_RCU);
	return first_place(x) + (kind == NP_OP_WAIT ? PLACE_WAIT : PLACE_STEP);
}

/* Whether @text names @place again: names of objects are the program's. */
static bool names(const struct np_explorer *x, const char *text, u32 place)
{
	u32 found;

	for (const char *c = text; *c; c++)
		if (!isgraph((unsigned char)*c))
			return false;
	return !np_explore_find_address(x, text, &found) && found == place;
}

static void name_place(const struct np_explorer *x, u32 place, char buf[PLACE_SIZE])
{
	u32 special = place - first_place(x);

	if (place < first_place(x)) {
		np_explore_name_location(x, place, buf, PLACE_SIZE);
		if (!names(x, buf, place))
			snprintf(buf, PLACE_SIZE, "memory+0x%zx", (size_t)place * NP_GRANULE);
	} else if (special < PLACE_CPU) {
		snprintf(buf, PLACE_SIZE, "%s", special == PLACE_STEP ? "step" : "wait");
	} else {
		special -= PLACE_CPU;
		snprintf(buf, PLACE_SIZE, "%s_of_cpu%u", level_names[special % NP_LEVELS],
			 special / NP_LEVELS);
	}
}

static int find_place(const struct np_explorer *x, const char *text, u32 *place)
{
	char name[PLACE_SIZE];

	for (u32 special = 0; special < NR_PLACES; special++) {
		name_place(x, first_place(x) + special, name);
		if (!strcmp(name, text)) {
			*place = first_place(x) + special;
			return 0;
		}
	}
	return np_explore_find_address(x, text, place);
}

/* --- from a text --- */

struct reader {
	const struct np_explorer *x;
	const char *text, *at, *end; /* the word that is being read */
	struct np_schedule_error *error;
};

static NP_PRINTF(3, 4) int refuse(struct reader *r, const char *at, const char *fmt, ...)
{
	va_list args;

	r->error->position = (size_t)(at - r->text);
	va_start(args, fmt);
	vsnprintf(r->error->message, sizeof(r->error->message), fmt, args);
	va_end(args);
	return -EINVAL;
}

static int shown(const char *from, const char *to)
{
	return to - from > 60 ? 60 : (int)(to - from);
}

/* Digits up to @end: 1..@max, written in one way only. */
static int read_number(struct reader *r, const char *from, const char *end, u32 max, u32 *number)
{
	const char *c;

	*number = 0;
	for (c = from; c < end && isdigit((unsigned char)*c); c++) {
		*number = *number * 10 + (u32)(*c - '0');
		if (*number > max)
			return refuse(r, from, "'%.*s' is too large", shown(from, end), from);
	}
	if (c == from || c != end || *from == '0')
		return refuse(r, from, "'%.*s' is not a number from 1", shown(from, end), from);
	return 0;
}

static int read_actor(struct reader *r, const char *end, u8 *actor)
{
	for (u8 a = 0; a < r->x->nr_actors; a++) {
		const char *name = r->x->actors[a].name;

		if (strlen(name) != (size_t)(end - r->at) || memcmp(name, r->at, strlen(name)))
			continue;
		*actor = a;
		return 0;
	}
	return refuse(r, r->at, "no actor is called '%.*s'", shown(r->at, end), r->at);
}

/* "PLACE:N", up to @end. */
static int read_use(struct reader *r, const char *from, const char *end, struct np_word *word)
{
	char name[PLACE_SIZE];
	const char *colon = end;

	while (colon > from && *--colon != ':')
		;
	if (colon == from || *colon != ':')
		return refuse(r, from, "'%.*s' is not PLACE:NUMBER", shown(from, end), from);
	if ((size_t)(colon - from) >= sizeof(name))
		return refuse(r, from, "a place with a name that is too long");
	memcpy(name, from, (size_t)(colon - from));
	name[colon - from] = 0;
	if (find_place(r->x, name, &word->place))
		return refuse(r, from, "no place is called '%s'", name);
	word->place_given = true;
	return read_number(r, colon + 1, end, UINT16_MAX, &word->nth);
}

static const char *last_of(const char *from, const char *end, char c)
{
	while (end > from)
		if (*--end == c)
			return end;
	return NULL;
}

static int read_word(struct reader *r, struct np_word *word)
{
	const char *sign = r->at, *tilde;
	u32 older;
	int err;

	*word = (struct np_word){ .older = 0 };
	while (sign < r->end && *sign != '>' && *sign != '=')
		sign++;
	err = read_actor(r, sign, &word->actor);
	if (err || sign == r->end)
		return err;
	if (*sign == '>')
		return read_use(r, sign + 1, r->end, word);
	tilde = last_of(sign, r->end, '~');
	if (!tilde)
		return refuse(r, sign, "'%.*s' does not say which older value", shown(sign, r->end),
			      sign);
	err = read_use(r, sign + 1, tilde, word);
	if (!err)
		err = read_number(r, tilde + 1, r->end, OLDER_MAX, &older);
	if (!err)
		word->older = (u8)older;
	return err;
}

int np_schedule_parse(const struct np_explorer *x, const char *text, struct np_schedule *schedule,
		      struct np_schedule_error *error)
{
	struct reader r = { .x = x, .text = text, .at = text, .error = error };
	struct np_word word;
	int err = 0;

	*schedule = (struct np_schedule){ .nr = 0 };
	while (!err) {
		while (isspace((unsigned char)*r.at))
			r.at++;
		if (!*r.at)
			return 0;
		for (r.end = r.at; *r.end && !isspace((unsigned char)*r.end);)
			r.end++;
		err = read_word(&r, &word);
		if (!err)
			err = np_schedule_add(schedule, &word);
		r.at = r.end;
	}
	np_schedule_free(schedule);
	return err;
}

/* --- to a text --- */

char *np_schedule_text(const struct np_explorer *x, const struct np_schedule *schedule)
{
	char *text = NULL, place[PLACE_SIZE];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (u32 i = 0; i < schedule->nr; i++) {
		const struct np_word *word = &schedule->words[i];

		fprintf(out, "%s%s", i ? " " : "", x->actors[word->actor].name);
		if (!word->place_given)
			continue;
		name_place(x, word->place, place);
		fprintf(out, "%c%s:%u", word->older ? '=' : '>', place, word->nth);
		if (word->older)
			fprintf(out, "~%u", word->older);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* --- from events --- */

/* How often @actor has used @place in its first @events events. */
static u32 uses(const struct np_explorer *x, u8 actor, u32 events, u32 place)
{
	u32 nr = 0;

	for (u32 i = 0; i < events; i++)
		nr += np_place_of_event(x, &x->events[x->positions[actor][i]]) == place;
	return nr;
}

/* The place that actor @a went to after its first @events events, or wanted to. */
static u32 next_place(const struct np_explorer *x, u8 a, u32 events)
{
	if (events < x->actors[a].index)
		return np_place_of_event(x, &x->events[x->positions[a][events]]);
	return np_place_pending(x, a);
}

static int record_older(const struct np_explorer *x, u32 e, struct np_schedule *schedule)
{
	const struct np_event *event = &x->events[e];
	struct np_word word = { .actor = event->actor,
				.older = x->nodes[e].choice,
				.place_given = true,
				.place = np_place_of_event(x, event) };

	word.nth = uses(x, event->actor, event->index, word.place);
	return np_schedule_add(schedule, &word);
}

/* A segment of actor @a ends before event @e, or @e is the end. */
static int record_segment(const struct np_explorer *x, u32 e, bool end,
			  struct np_schedule *schedule, unsigned int *preemptions)
{
	const struct np_event *last = &x->events[e - 1];
	struct np_word word = { .actor = last->actor };

	if (!end && (x->nodes[e].enabled & (1u << last->actor))) {
		++*preemptions;
		word.place_given = true;
		word.place = next_place(x, last->actor, last->index);
		word.nth = uses(x, last->actor, last->index, word.place) + 1;
	}
	return np_schedule_add(schedule, &word);
}

int np_schedule_record(const struct np_explorer *x, u32 events, struct np_schedule *schedule,
		       unsigned int *preemptions)
{
	unsigned int nr = 0;
	int err = 0;

	*schedule = (struct np_schedule){ .nr = 0 };
	for (u32 e = 0; e < events && !err; e++) {
		if (x->nodes[e].choice)
			err = record_older(x, e, schedule);
		if (!err && e && x->events[e].actor != x->events[e - 1].actor)
			err = record_segment(x, e, false, schedule, &nr);
	}
	if (!err && events)
		err = record_segment(x, events, true, schedule, &nr);
	if (err)
		np_schedule_free(schedule);
	if (preemptions)
		*preemptions = nr;
	return err;
}

char *np_schedule_of(const struct np_explorer *x, u32 events, unsigned int *preemptions)
{
	struct np_schedule schedule;
	char *text;

	if (np_schedule_record(x, events, &schedule, preemptions))
		return NULL;
	text = np_schedule_text(x, &schedule);
	np_schedule_free(&schedule);
	return text;
}
