/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What was found: in this execution, in this search, and for the caller.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <explore/found.h>
#include <explore/minimise.h>
#include <explore/report.h>
#include <explore/schedule.h>
#include <machine.h>

#define VIOLATED_MAX 16
#define KNOWN_MAX 256

struct np_found_list {
	struct np_known *known[KNOWN_MAX]; /* in the order in which they were found */
	unsigned int nr;
};

static void free_known(struct np_known *known)
{
	free(known->object);
	free(known->message);
	free(known->where);
	free(known->schedule);
	free(known);
}

/* --- this execution --- */

struct np_violated *np_found_add(struct np_explorer *x, enum np_invariant invariant)
{
	struct np_violated *v;

	if (x->options->ignore & (1ULL << invariant))
		return NULL;
	if (!x->violated) {
		x->violated = np_explorer_alloc(x, VIOLATED_MAX * sizeof(*x->violated));
		if (!x->violated)
			return NULL;
		x->max_violated = VIOLATED_MAX;
	}
	if (x->nr_violated == x->max_violated)
		return NULL;
	v = &x->violated[x->nr_violated++];
	v->invariant = invariant;
	v->actor = x->running;
	v->race = false;
	v->events = x->nr_events;
	v->known = NULL;
	v->stack.nr = 0;
	v->object[0] = v->where[0] = v->message[0] = 0;
	return v;
}

static void walk_from(struct np_explorer *x, struct np_violated *v, const void *frame)
{
	if (x->running != NP_NOBODY)
		np_report_walk(x, x->running, frame, &v->stack);
}

void np_explorer_violate(struct np_explorer *x, enum np_invariant invariant, const char *object,
			 const char *fmt, ...)
{
	struct np_violated *v = np_found_add(x, invariant);
	va_list args;

	if (!v)
		return;
	snprintf(v->object, sizeof(v->object), "%s", object ? object : "");
	snprintf(v->where, sizeof(v->where), "%s", np_where());
	va_start(args, fmt);
	vsnprintf(v->message, sizeof(v->message), fmt, args);
	va_end(args);
	walk_from(x, v, __builtin_frame_address(0));
}

void np_found_assertion(struct np_explorer *x, const char *where, const char *fmt, va_list args)
{
	struct np_violated *v = np_found_add(x, NP_ASSERTION);
	const char *slash = strrchr(where, '/');

	if (!v)
		return;
	/* Compilers may have been given any path: only the name is the same everywhere. */
	snprintf(v->object, sizeof(v->object), "%s", slash ? slash + 1 : where);
	snprintf(v->where, sizeof(v->where), "%s", v->object);
	vsnprintf(v->message, sizeof(v->message), fmt, args);
	walk_from(x, v, __builtin_frame_address(0));
}

static void listen(void *arg, const struct np_violation *violation)
{
	struct np_explorer *x = arg;
	struct np_violated *v = np_found_add(x, violation->invariant);

	if (!v)
		return;
	snprintf(v->object, sizeof(v->object), "%s", violation->object);
	snprintf(v->where, sizeof(v->where), "%s", violation->where);
	snprintf(v->message, sizeof(v->message), "%s", violation->message);
	walk_from(x, v, __builtin_frame_address(0));
}

void np_found_listen(struct np_explorer *x)
{
	np_set_sink(x->machine, listen, x);
}

/* --- this search --- */

static bool same_first_line(const char *a, const char *b)
{
	size_t length = strcspn(a, "\n");

	return length == strcspn(b, "\n") && !memcmp(a, b, length);
}

static struct np_known *find_known(const struct np_explorer *x, const struct np_violated *v)
{
	const struct np_found_list *list = x->found_list;

	for (unsigned int i = 0; list && i < list->nr; i++) {
		struct np_known *known = list->known[i];

		if (known->invariant == v->invariant && !strcmp(known->object, v->object) &&
		    same_first_line(known->message, v->message))
			return known;
	}
	return NULL;
}

struct np_known *np_found_race(const struct np_explorer *x, uintptr_t a, uintptr_t b)
{
	const struct np_found_list *list = x->found_list;
	uintptr_t low = a < b ? a : b, high = a < b ? b : a;

	for (unsigned int i = 0; list && i < list->nr; i++)
		if (list->known[i]->race[0] == low && list->known[i]->race[1] == high &&
		    list->known[i]->invariant == NP_DATA_RACE)
			return list->known[i];
	return NULL;
}

struct np_known *np_found_know(struct np_explorer *x, enum np_invariant invariant,
			       const char *object, const char *message, const char *where)
{
	struct np_known *known;

	if (!x->found_list)
		x->found_list = np_explorer_alloc(x, sizeof(*x->found_list));
	if (!x->found_list || x->found_list->nr == KNOWN_MAX)
		return NULL;
	known = calloc(1, sizeof(*known));
	if (!known)
		goto no_memory;
	known->invariant = invariant;
	known->actor = "";
	known->object = strdup(object);
	known->message = strdup(message);
	known->where = strdup(where);
	if (!known->object || !known->message || !known->where)
		goto no_memory;
	x->found_list->known[x->found_list->nr++] = known;
	x->nr_found = x->found_list->nr;
	return known;

no_memory:
	x->error = -ENOMEM;
	if (known)
		free_known(known);
	return NULL;
}

const struct np_known *np_found_nth(const struct np_explorer *x, unsigned int n)
{
	return x->found_list->known[n];
}

static const char *actor_name(const struct np_explorer *x, u8 actor)
{
	return actor == NP_NOBODY ? "" : x->actors[actor].name;
}

/* What shows it: the schedule up to there. */
static void remember_schedule(struct np_explorer *x, struct np_known *known, u32 events)
{
	char *schedule = np_schedule_of(x, events, &known->preemptions);

	if (!schedule) {
		x->error = -ENOMEM;
		return;
	}
	free(known->schedule);
	known->schedule = schedule;
}

/* Of several pairs of places that are said in the same words, the latest. */
static void set_race(struct np_known *known, const struct np_violated *v)
{
	uintptr_t a = v->party[0].stack.pcs[0], b = v->party[1].stack.pcs[0];

	known->race[0] = a < b ? a : b;
	known->race[1] = a < b ? b : a;
}

static struct np_known *know(struct np_explorer *x, struct np_violated *v)
{
	struct np_known *known;

	/* What a race is called takes its words to be told. */
	if (v->race)
		np_report_finish(x, v);
	known = find_known(x, v);
	if (known) {
		if (v->race)
			set_race(known, v);
		return known;
	}
	if (!v->race)
		np_report_finish(x, v);
	known = np_found_know(x, v->invariant, v->object, v->message, v->where);
	if (!known)
		return NULL;
	known->actor = actor_name(x, v->actor);
	known->set_up = !x->hot.execution;
	known->first = known->set_up ? 0 : x->explored.executions;
	if (v->race)
		set_race(known, v);
	remember_schedule(x, known, v->events);
	return known;
}

void np_found_begin(struct np_explorer *x)
{
	unsigned int kept = 0;

	/* The first one: what there is was noticed by the set-up, and is of no execution. */
	if (x->hot.execution == 1 && x->nr_violated) {
		x->hot.execution = 0;
		for (unsigned int i = 0; i < x->nr_violated; i++)
			know(x, &x->violated[i]);
		x->hot.execution = 1;
		x->nr_violated = 0;
	}
	for (unsigned int i = 0; i < x->nr_violated; i++) {
		struct np_violated *v = &x->violated[i];

		if (!v->race || v->events > x->kept)
			continue;
		if (kept != i)
			x->violated[kept] = *v;
		kept++;
	}
	x->nr_violated = kept;
}

void np_found_collect(struct np_explorer *x)
{
	bool complete = x->outcome != NP_BLOCKED && x->outcome != NP_INFEASIBLE;

	if (!x->nr_violated)
		return;
	x->explored.failed += complete;
	for (unsigned int i = 0; i < x->nr_violated; i++) {
		struct np_violated *v = &x->violated[i];
		struct np_known *known = v->known ? v->known : know(x, v);

		if (v->race)
			v->known = known;
		if (!known || (known->executions && known->latest == x->explored.executions))
			continue;
		known->latest = x->explored.executions;
		known->executions++;
	}
}

void np_found_clear(struct np_explorer *x)
{
	struct np_found_list *list = x->found_list;
	unsigned int stay = 0;

	x->nr_violated = 0;
	for (unsigned int i = 0; list && i < list->nr; i++) {
		if (list->known[i]->set_up)
			list->known[stay++] = list->known[i];
		else
			free_known(list->known[i]);
	}
	if (list)
		list->nr = stay;
	x->nr_found = stay;
}

void np_found_exit(struct np_explorer *x)
{
	struct np_found_list *list = x->found_list;

	for (unsigned int i = 0; list && i < list->nr; i++)
		free_known(list->known[i]);
	if (list)
		list->nr = 0;
	x->nr_found = 0;
}

/* --- for the minimiser --- */

const struct np_violated *np_found_same(const struct np_explorer *x, const struct np_known *known)
{
	for (unsigned int i = 0; i < x->nr_violated; i++) {
		const struct np_violated *v = &x->violated[i];
		const char *object = v->known ? v->known->object : v->object;

		if (v->invariant == known->invariant && !strcmp(object, known->object))
			return v;
	}
	return NULL;
}

void np_found_reword(struct np_explorer *x, struct np_known *known, struct np_violated *violated)
{
	char *message;

	np_report_finish(x, violated);
	message = strdup(violated->message);
	if (!message)
		return;
	free(known->message);
	known->message = message;
	known->actor = actor_name(x, violated->actor);
	if (strcmp(known->where, violated->where)) {
		char *where = strdup(violated->where);

		if (where) {
			free(known->where);
			known->where = where;
		}
	}
}

/* --- the result --- */

struct result {
	struct np_explored explored; /* first: what the caller holds */
	struct np_found found[];
};

void np_explored_free(struct np_explored *explored)
{
	struct result *result = (struct result *)explored;

	if (!result)
		return;
	for (unsigned int i = 0; i < explored->nr_found; i++) {
		free((void *)(uintptr_t)result->found[i].object);
		free((void *)(uintptr_t)result->found[i].message);
		free((void *)(uintptr_t)result->found[i].where);
		free((void *)(uintptr_t)result->found[i].actor);
		free((void *)(uintptr_t)result->found[i].schedule);
	}
	free(result);
}

/* The strings change hands. */
static int hand_over(struct np_known *known, struct np_found *found)
{
	*found = (struct np_found){ .invariant = known->invariant,
				    .object = known->object,
				    .message = known->message,
				    .where = known->where,
				    .actor = strdup(known->actor),
				    .schedule = known->schedule,
				    .executions = known->executions,
				    .first = known->first,
				    .preemptions = known->preemptions };
	known->object = known->message = known->where = known->schedule = NULL;
	return found->actor && found->schedule ? 0 : -ENOMEM;
}

static int make_result(struct np_explorer *x, struct np_explored **explored)
{
	struct np_found_list *list = x->found_list;
	unsigned int nr = list ? list->nr : 0;
	struct result *result = calloc(1, sizeof(*result) + nr * sizeof(result->found[0]));
	int err = 0;

	if (!result)
		return -ENOMEM;
	result->explored = x->explored;
	result->explored.seconds = np_explorer_seconds(x);
	result->explored.nr_found = nr;
	result->explored.found = result->found;
	for (unsigned int i = 0; i < nr; i++)
		if (hand_over(list->known[i], &result->found[i]))
			err = -ENOMEM;
	if (err)
		np_explored_free(&result->explored);
	else
		*explored = &result->explored;
	return err;
}

int np_found_result(struct np_explorer *x, struct np_explored **explored)
{
	struct np_found_list *list = x->found_list;
	bool any = list && list->nr;
	int err = 0;

	for (unsigned int i = 0; explored && any && !x->error && i < list->nr; i++)
		np_minimise(x, list->known[i]);
	if (x->error)
		return x->error;
	if (explored)
		err = make_result(x, explored);
	return err ? err : any;
}
