/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The course of a play: steps, checks between them, rest, teardown, and the account of it. */
#include "play.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "player.h"

_Static_assert((int)NP_POINT_SKB_FREE == (int)NP_TRACE_SKB_FREE, "points and trace ids differ");
_Static_assert((int)NP_POINTS == (int)NP_TRACE_NR, "points and trace ids differ");

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)

/* --- steps --- */

int np_player_enter(struct np_player *player, int actor, struct np_context *context)
{
	const struct np_scenario_value *value = np_player_attributes(player, actor);
	enum np_context_kind kind = NP_KTHREAD;
	struct task_struct *task = NULL;

	if (value[NP_ACTOR_ATTR_SOFTIRQ].number)
		kind = NP_SOFTIRQ;
	else if (value[NP_ACTOR_ATTR_HARDIRQ].number)
		kind = NP_HARDIRQ;
	else if (value[NP_ACTOR_ATTR_TASK].object >= 0) {
		if (!np_player_is_alive(&player->objects[value[NP_ACTOR_ATTR_TASK].object]))
			return -ESRCH;
		kind = NP_TASK;
		task = player->objects[value[NP_ACTOR_ATTR_TASK].object].proc;
	}
	return np_enter(context, player->machine, (int)value[NP_ACTOR_ATTR_CPU].number, kind, task);
}

static void announce(struct np_player *player, const struct np_scenario_step *step,
		     const char *where, int cpu)
{
	const struct np_play_options *options = player->options;

	if (options->trace)
		fprintf(options->trace, "%*s%s\n", (int)player->nesting * 2, "", where);
	if (options->step)
		options->step(options->subscriber_arg, player->scenario, (unsigned int)step->actor,
			      cpu, where);
}

static void play_step(struct np_player *player, size_t index)
{
	const struct np_scenario_step *step = &player->scenario->steps[index];
	const char *where = player->where[index];
	struct np_player_results results = { 0 };
	struct np_context context;
	int err;

	player->running[player->nesting] = index;
	np_player_hash_number(player, (int64_t)index);
	announce(player, step, where,
		 (int)np_player_attributes(player, step->actor)[NP_ACTOR_ATTR_CPU].number);
	player->outcome->steps++;
	err = np_player_enter(player, step->actor, &context);
	if (err) {
		results.value[NP_RESULT_ERROR] = err;
	} else {
		np_set_where(where);
		np_player_call(player, step, &results);
		np_leave(&context);
	}
	if (player->options->trace && results.value[NP_RESULT_ERROR])
		fprintf(player->options->trace, "  = %s\n",
			strerror((int)-results.value[NP_RESULT_ERROR]));
	for (int i = 0; i < NP_RESULTS; i++)
		np_player_hash_number(player, results.value[i]);
	np_player_bind(player, step, &results);
	np_player_judge_expectations(player, step, &results, where);
}

/* --- trace points --- */

/* Whether the event is about what a name stands for: by what is there however late it is. */
static bool is_about(const struct np_player *player, int object, const struct np_trace_event *event)
{
	const struct np_player_object *state = &player->objects[object];

	switch (player->scenario->objects[object].kind) {
	case NP_OBJECT_PAGE:
		return np_player_is_alive(state) && event->page == state->page;
	case NP_OBJECT_MEMCG:
		return event->memcg && event->memcg->id == state->memcg_id;
	default:
		/* A card's pool has the card's name. */
		return event->pool &&
		       !strcmp(event->pool->name, player->scenario->objects[object].name);
	}
}

/* Whether the event is what `at` waits for, and for the nth time. */
static bool point_reached(struct np_player *player, size_t index,
			  const struct np_trace_event *event)
{
	const struct np_scenario_step *step = &player->scenario->steps[index];

	if (!step->nested || player->played[index] || (int)step->point != (int)event->id)
		return false;
	if (step->point_object >= 0 && !is_about(player, step->point_object, event))
		return false;
	return (int64_t)++player->passed[index] == step->nth;
}

/*
 * The step that is interrupted may work with what the nested one lets go, without saying so: as if
 * it were a reader, no memory is reclaimed before it has ended.
 */
static void play_nested(struct np_player *player, size_t index)
{
	player->played[index] = true;
	player->nesting++;
	rcu_read_lock();
	play_step(player, index);
	rcu_read_unlock();
	player->nesting--;
}

void np_player_trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct np_player *player = arg;
	char text[256];

	np_trace_format(machine, event, text, sizeof(text));
	np_player_hash_text(player, text);
	if (event->id == NP_TRACE_MM_PAGE_FREE)
		np_player_forget_order(player, event->page);
	if (player->options->trace)
		fprintf(player->options->trace, "%*s  %s: %s\n", (int)player->nesting * 2, "",
			np_trace_name(event->id), text);
	if (player->options->subscriber)
		player->options->subscriber(player->options->subscriber_arg, machine, event);
	if (player->at_rest || player->nesting == NP_PLAYER_NESTING_MAX)
		return;
	for (size_t i = 0; i < player->nr_nested && !np_player_violated(player); i++)
		if (point_reached(player, i, event))
			play_nested(player, i);
}

/* --- the course --- */

void np_player_set_fault(struct np_player *player, const struct np_scenario_declaration *fault)
{
	np_fault_set(player->machine,
		     (enum np_fault_point)fault->value[NP_FAULT_ATTR_FUNCTION].number,
		     (unsigned long)fault->value[NP_FAULT_ATTR_NTH].number,
		     (unsigned long)fault->value[NP_FAULT_ATTR_TIMES].number);
}

static void play_statement(struct np_player *player, const struct np_scenario_statement *statement)
{
	const struct np_scenario *scenario = player->scenario;

	switch (statement->kind) {
	case NP_STATEMENT_DECLARATION:
		if (scenario->declarations[statement->index].kind == NP_DECLARE_FAULT)
			np_player_set_fault(player, &scenario->declarations[statement->index]);
		break;
	case NP_STATEMENT_STEP:
		if (scenario->steps[statement->index].nested)
			break;
		play_step(player, statement->index);
		/* What a violation has left behind is looked at, and not touched any more. */
		if (!np_player_violated(player))
			np_machine_settle(player->machine);
		np_player_look_around(player, NP_CHECK_STEP);
		break;
	case NP_STATEMENT_CLAIM:
		if (scenario->claims[statement->index].rule == NP_RULE_CHECK)
			np_player_judge_claim(player, &scenario->claims[statement->index]);
		break;
	default:
		break;
	}
}

static void say(struct np_player *player, const char *text)
{
	np_player_hash_text(player, text);
	if (player->options->trace)
		fprintf(player->options->trace, "%s\n", text);
}

/*
 * An `at` whose point was never passed leaves nothing said: under the scenario's own scheme that is
 * a mistake in the scenario, under another one the case does not apply.
 */
static void judge_unplayed(struct np_player *player)
{
	const struct np_scenario *scenario = player->scenario;
	struct np_play_outcome *outcome = player->outcome;

	for (size_t i = 0; i < player->nr_nested; i++) {
		const struct np_scenario_step *step = &scenario->steps[i];

		if (!step->nested || player->played[i])
			continue;
		if (player->own_scheme) {
			np_player_violate(player, NP_RULE_EXPECT, player->where[i],
					  "%s was never passed as this wants",
					  np_vocabulary_points[step->point].name);
			continue;
		}
		outcome->end = NP_PLAY_SKIPPED;
		snprintf(outcome->reason, sizeof(outcome->reason), "%s never passes %s",
			 outcome->scheme, np_vocabulary_points[step->point].name);
	}
}

static void come_to_rest(struct np_player *player)
{
	say(player, "rest");
	player->at_rest = true;
	np_player_let_go(player);
	np_machine_rest(player->machine);
	for (size_t i = 0; i < player->scenario->nr_objects; i++)
		if (player->scenario->objects[i].kind == NP_OBJECT_PROC ||
		    player->scenario->objects[i].kind == NP_OBJECT_SOCK)
			np_player_set_alive(&player->objects[i], false);
	np_player_check(player, NP_CHECK_REST);
	if (!np_player_violated(player))
		np_player_judge_rule(player, NP_RULE_REST);
}

void np_player_come_to_rest(struct np_player *player)
{
	come_to_rest(player);
	if (np_player_violated(player))
		return;
	say(player, "teardown");
	np_machine_teardown(player->machine);
	np_player_check(player, NP_CHECK_TEARDOWN);
}

void np_player_play(struct np_player *player, size_t first, size_t end)
{
	for (size_t i = first; i < end && !np_player_violated(player); i++)
		play_statement(player, &player->scenario->statements[i]);
	if (!np_player_violated(player))
		judge_unplayed(player);
}

/* --- from beginning to end --- */

static int describe_steps(struct np_player *player)
{
	const struct np_scenario *scenario = player->scenario;

	for (size_t i = 0; i < scenario->nr_steps; i++) {
		const struct np_scenario_statement *statement =
			&scenario->statements[scenario->steps[i].statement];
		size_t len = statement->len + 32;

		player->where[i] = malloc(len);
		if (!player->where[i])
			return -ENOMEM;
		snprintf(player->where[i], len, "%.*s (line %u)", (int)statement->len,
			 statement->text, statement->line);
	}
	return 0;
}

int np_player_allocate(struct np_player *player, bool objects)
{
	const struct np_scenario *scenario = player->scenario;
	size_t steps = scenario->nr_steps + 1;

	player->where = calloc(steps, sizeof(*player->where));
	player->passed = calloc(steps, sizeof(*player->passed));
	player->played = calloc(steps, sizeof(*player->played));
	player->noticed = calloc(np_player_nr_objects(scenario), sizeof(*player->noticed));
	if (objects) {
		player->objects = calloc(np_player_nr_objects(scenario), sizeof(*player->objects));
		player->pages = calloc(np_player_nr_pages(scenario), sizeof(*player->pages));
	}
	if (!player->where || !player->passed || !player->played || !player->noticed ||
	    (objects && (!player->objects || !player->pages)))
		return -ENOMEM;
	return describe_steps(player);
}

void np_player_free(struct np_player *player)
{
	for (size_t i = 0; player->where && i < player->scenario->nr_steps; i++)
		free(player->where[i]);
	free(player->where);
	free(player->objects);
	free(player->pages);
	free(player->passed);
	free(player->played);
	free(player->noticed);
	np_scheme_unload(player->scheme_handle);
}

static int create(struct np_player *player)
{
	struct np_machine_options options;
	int err = np_player_choose(player, &options);

	if (err)
		return err;
	err = np_machine_create(&player->machine, &options);
	if (err)
		return np_player_refuse(player, NP_PLAY_ERROR, "the machine cannot be built: %s",
					strerror(-err));
	err = np_player_create_objects(player);
	if (err)
		np_machine_abandon(player->machine);
	return err;
}

static void play_course(struct np_player *player)
{
	np_player_look_around(player, NP_CHECK_STEP);
	np_player_play(player, 0, player->scenario->nr_statements);
	if (!np_player_violated(player))
		np_player_come_to_rest(player);
}

static void play_machine(struct np_player *player)
{
	np_set_sink(player->machine, np_player_sink, player);
	np_trace_subscribe(player->machine, np_player_trace, player);
	play_course(player);
	np_trace_unsubscribe(player->machine, np_player_trace, player);
	/* What is left after a violation is not fit for an orderly end. */
	if (np_player_violated(player))
		np_machine_abandon(player->machine);
	else
		np_machine_destroy(player->machine);
	if (np_player_violated(player))
		player->outcome->end = NP_PLAY_VIOLATED;
	else if (player->outcome->end != NP_PLAY_SKIPPED)
		player->outcome->end = NP_PLAY_HELD;
}

int np_play(const struct np_scenario *scenario, const struct np_play_options *options,
	    struct np_play_outcome *outcome)
{
	static const struct np_play_options none;
	struct np_player player = { .scenario = scenario,
				    .options = options ? options : &none,
				    .outcome = outcome,
				    .nr_nested = scenario->nr_steps };
	int err;

	*outcome = (struct np_play_outcome){ .end = NP_PLAY_ERROR, .hash = FNV_OFFSET };
	err = np_player_allocate(&player, true);
	if (!err)
		err = create(&player);
	if (!err)
		play_machine(&player);
	if (player.out_of_memory)
		err = -ENOMEM;
	np_player_free(&player);
	return err == -ENOMEM ? err : 0;
}
