/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The course of a play: steps, checks between them, rest, teardown, and the account of it. */
#include "play.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "player.h"

/* The two tables name the same things in the same order. */
_Static_assert((int)NP_RULE_MACHINE_MEMORY == (int)NP_MACHINE_MEMORY,
	       "rules and invariants differ");
_Static_assert((int)NP_RULE_CHECK == (int)NP_INVARIANTS, "rules and invariants differ");
_Static_assert((int)NP_POINT_SKB_FREE == (int)NP_TRACE_SKB_FREE, "points and trace ids differ");
_Static_assert((int)NP_POINTS == (int)NP_TRACE_NR, "points and trace ids differ");

/* --- the account --- */

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/*
 * Nothing of the text of the scenario goes into the hash, nor its line numbers: in a mail that
 * quotes it they are others, and what happens is the same.
 */
static void hash_text(struct np_play_outcome *outcome, const char *text)
{
	for (; *text; text++)
		outcome->hash = (outcome->hash ^ (unsigned char)*text) * FNV_PRIME;
	outcome->hash = (outcome->hash ^ '\n') * FNV_PRIME;
}

static void hash_number(struct np_play_outcome *outcome, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	hash_text(outcome, text);
}

static void record(struct np_player *player, enum np_rule rule, const char *where,
		   const char *object, const char *message)
{
	struct np_play_outcome *outcome = player->outcome;
	struct np_play_violation *violation;

	outcome->all_violations++;
	hash_text(outcome, np_vocabulary_rules[rule].name);
	hash_text(outcome, object);
	if (outcome->nr_violations == NP_PLAY_VIOLATIONS_MAX)
		return;
	violation = &outcome->violation[outcome->nr_violations++];
	violation->rule = rule;
	violation->where = strdup(where);
	violation->object = strdup(object);
	violation->message = strdup(message);
	if (!violation->where || !violation->object || !violation->message)
		player->out_of_memory = true;
	if (player->options->trace)
		fprintf(player->options->trace, "  ! %s: %s: %s\n", np_vocabulary_rules[rule].name,
			object, message);
}

static void sink(void *arg, const struct np_violation *violation)
{
	record(arg, (enum np_rule)violation->invariant, violation->where, violation->object,
	       violation->message);
}

void np_player_violate(struct np_player *player, enum np_rule rule, const char *where,
		       const char *fmt, ...)
{
	char message[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	record(player, rule, where, player->scenario->name, message);
}

static bool violated(const struct np_player *player)
{
	return player->outcome->all_violations || player->out_of_memory;
}

/* --- steps --- */

const struct np_scenario_value *np_player_attributes(const struct np_player *player, int object)
{
	int declaration = player->scenario->objects[object].declaration;

	return declaration < 0 ? NULL : player->scenario->declarations[declaration].value;
}

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
		if (!player->objects[value[NP_ACTOR_ATTR_TASK].object].alive)
			return -ESRCH;
		kind = NP_TASK;
		task = player->objects[value[NP_ACTOR_ATTR_TASK].object].proc;
	}
	return np_enter(context, player->machine, (int)value[NP_ACTOR_ATTR_CPU].number, kind, task);
}

static void bind_object(struct np_player *player, const struct np_scenario_expectation *expect,
			const struct np_player_results *results)
{
	const char *name = player->scenario->objects[expect->object].name;
	struct np_player_object *object = &player->objects[expect->object];
	char known[32];

	/* Not a violation in itself: schemes differ in what arrives. */
	if (expect->ordinal >= results->nr_pages)
		return;
	object->page = results->pages[expect->ordinal];
	object->alive = true;
	np_page_name(player->machine, object->page, known, sizeof(known));
	if (!strncmp(known, "pfn:", 4))
		np_page_set_name(player->machine, object->page, name);
}

static void judge_expectation(struct np_player *player, const struct np_scenario_step *step,
			      const struct np_scenario_expectation *expect, const char *where)
{
	const struct np_scenario_statement *statement =
		&player->scenario->statements[step->statement];
	const struct np_scenario_expression *root =
		&player->scenario->expressions[expect->expression];
	int64_t holds, got = 0;
	int err = np_scenario_evaluate(player->scenario, expect->expression, np_player_ask, player,
				       &holds);

	if (!err && holds)
		return;
	if (!err)
		err = np_scenario_evaluate(player->scenario, root->left, np_player_ask, player,
					   &got);
	if (err)
		np_player_violate(player, NP_RULE_EXPECT, where, "wanted %.*s: cannot tell: %s",
				  (int)expect->width, statement->text + expect->offset,
				  strerror(-err));
	else
		np_player_violate(player, NP_RULE_EXPECT, where, "wanted %.*s, got %" PRId64,
				  (int)expect->width, statement->text + expect->offset, got);
}

static void judge_step(struct np_player *player, const struct np_scenario_step *step,
		       struct np_player_results *results, const char *where)
{
	const struct np_scenario_expectation *expect =
		&player->scenario->expectations[step->first_expectation];

	player->results = results;
	for (size_t i = 0; i < step->nr_expectations; i++)
		if (expect[i].expression < 0)
			bind_object(player, &expect[i], results);
	for (size_t i = 0; i < step->nr_expectations; i++)
		if (expect[i].expression >= 0)
			judge_expectation(player, step, &expect[i], where);
	player->results = NULL;
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
	hash_number(player->outcome, (int64_t)index);
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
		hash_number(player->outcome, results.value[i]);
	judge_step(player, step, &results, where);
}

/* --- trace points --- */

/* Whether the event is about what a name stands for: by what is there however late it is. */
static bool is_about(const struct np_player *player, int object, const struct np_trace_event *event)
{
	const struct np_player_object *state = &player->objects[object];

	switch (player->scenario->objects[object].kind) {
	case NP_OBJECT_PAGE:
		return state->alive && event->page == state->page;
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

static void on_trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct np_player *player = arg;
	char text[256];

	np_trace_format(machine, event, text, sizeof(text));
	hash_text(player->outcome, text);
	if (event->id == NP_TRACE_MM_PAGE_FREE)
		np_player_forget_order(player, event->page);
	if (player->options->trace)
		fprintf(player->options->trace, "%*s  %s: %s\n", (int)player->nesting * 2, "",
			np_trace_name(event->id), text);
	if (player->options->subscriber)
		player->options->subscriber(player->options->subscriber_arg, machine, event);
	if (player->at_rest || player->nesting == NP_PLAYER_NESTING_MAX)
		return;
	for (size_t i = 0; i < player->scenario->nr_steps && !violated(player); i++)
		if (point_reached(player, i, event))
			play_nested(player, i);
}

/* --- claims --- */

static void judge_claim(struct np_player *player, const struct np_scenario_claim *claim)
{
	const struct np_scenario_statement *statement =
		&player->scenario->statements[claim->statement];
	bool wanted = claim->rule != NP_RULE_NEVER;
	int64_t value;
	int err = np_scenario_evaluate(player->scenario, claim->expression, np_player_ask, player,
				       &value);

	/* What is not there yet cannot break a rule that holds throughout. */
	if (err == -ENOENT && (claim->rule == NP_RULE_NEVER || claim->rule == NP_RULE_ALWAYS))
		return;
	if (err)
		np_player_violate(player, claim->rule, "", "%.*s (line %u): cannot tell: %s",
				  (int)statement->len, statement->text, statement->line,
				  strerror(-err));
	else if (!!value != wanted)
		np_player_violate(player, claim->rule, "", "%.*s (line %u): got %" PRId64,
				  (int)statement->len, statement->text, statement->line, value);
}

static void judge_rule(struct np_player *player, enum np_rule rule)
{
	for (size_t i = 0; i < player->scenario->nr_claims && !violated(player); i++)
		if (player->scenario->claims[i].rule == rule)
			judge_claim(player, &player->scenario->claims[i]);
}

static void look_around(struct np_player *player, enum np_check_time when)
{
	np_check(player->machine, when);
	judge_rule(player, NP_RULE_ALWAYS);
	judge_rule(player, NP_RULE_NEVER);
}

/* Faults declared among the steps count from where they stand. */
static void set_fault(struct np_player *player, const struct np_scenario_declaration *fault)
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
			set_fault(player, &scenario->declarations[statement->index]);
		break;
	case NP_STATEMENT_STEP:
		if (scenario->steps[statement->index].nested)
			break;
		play_step(player, statement->index);
		/* What a violation has left behind is looked at, and not touched any more. */
		if (!violated(player))
			np_machine_settle(player->machine);
		look_around(player, NP_CHECK_STEP);
		break;
	case NP_STATEMENT_CLAIM:
		if (scenario->claims[statement->index].rule == NP_RULE_CHECK)
			judge_claim(player, &scenario->claims[statement->index]);
		break;
	default:
		break;
	}
}

static void say(struct np_player *player, const char *text)
{
	hash_text(player->outcome, text);
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

	for (size_t i = 0; i < scenario->nr_steps; i++) {
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
			player->objects[i].alive = false;
	np_check(player->machine, NP_CHECK_REST);
	if (!violated(player))
		judge_rule(player, NP_RULE_REST);
}

static void play_course(struct np_player *player)
{
	const struct np_scenario *scenario = player->scenario;

	look_around(player, NP_CHECK_STEP);
	for (size_t i = 0; i < scenario->nr_statements && !violated(player); i++)
		play_statement(player, &scenario->statements[i]);
	if (!violated(player))
		judge_unplayed(player);
	if (!violated(player))
		come_to_rest(player);
	if (!violated(player)) {
		say(player, "teardown");
		np_machine_teardown(player->machine);
		np_check(player->machine, NP_CHECK_TEARDOWN);
	}
}

/* --- from beginning to end --- */

static int allocate(struct np_player *player)
{
	const struct np_scenario *scenario = player->scenario;
	size_t steps = scenario->nr_steps + 1;

	player->objects = calloc(scenario->nr_objects + 1, sizeof(*player->objects));
	player->where = calloc(steps, sizeof(*player->where));
	player->passed = calloc(steps, sizeof(*player->passed));
	player->played = calloc(steps, sizeof(*player->played));
	if (!player->objects || !player->where || !player->passed || !player->played)
		return -ENOMEM;
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

static void release(struct np_player *player)
{
	for (size_t i = 0; player->where && i < player->scenario->nr_steps; i++)
		free(player->where[i]);
	free(player->where);
	free(player->objects);
	free(player->pages);
	free(player->passed);
	free(player->played);
	np_scheme_unload(player->scheme_handle);
}

static void play_machine(struct np_player *player)
{
	np_set_sink(player->machine, sink, player);
	np_trace_subscribe(player->machine, on_trace, player);
	play_course(player);
	np_trace_unsubscribe(player->machine, on_trace, player);
	/* What is left after a violation is not fit for an orderly end. */
	if (violated(player))
		np_machine_abandon(player->machine);
	else
		np_machine_destroy(player->machine);
	if (violated(player))
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
				    .outcome = outcome };
	int err;

	*outcome = (struct np_play_outcome){ .end = NP_PLAY_ERROR, .hash = FNV_OFFSET };
	err = allocate(&player);
	if (!err)
		err = np_player_set_up(&player);
	if (!err)
		play_machine(&player);
	if (player.out_of_memory)
		err = -ENOMEM;
	release(&player);
	return err == -ENOMEM ? err : 0;
}

void np_play_outcome_free(struct np_play_outcome *outcome)
{
	for (unsigned int i = 0; i < outcome->nr_violations; i++) {
		free(outcome->violation[i].where);
		free(outcome->violation[i].object);
		free(outcome->violation[i].message);
	}
	outcome->nr_violations = 0;
}

bool np_play_as_expected(const struct np_scenario *scenario, const struct np_play_outcome *outcome)
{
	bool fail = scenario->has_result && scenario->verdict == NP_VERDICT_FAIL;

	if (outcome->end == NP_PLAY_HELD)
		return !fail;
	if (outcome->end != NP_PLAY_VIOLATED || !fail)
		return false;
	for (unsigned int i = 0; i < outcome->nr_violations; i++)
		if (outcome->violation[i].rule == scenario->rule)
			return true;
	return false;
}

const char *np_play_verdict(const struct np_play_outcome *outcome)
{
	switch (outcome->end) {
	case NP_PLAY_HELD:
		return "holds";
	case NP_PLAY_VIOLATED:
		return np_vocabulary_rules[outcome->violation[0].rule].name;
	case NP_PLAY_SKIPPED:
		return "n/a";
	default:
		return "error";
	}
}
