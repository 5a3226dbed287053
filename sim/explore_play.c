/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A scenario as a program that np_explore() runs: its set-up, its actors, its end.
 *
 * Each actor of the scenario is one of the search.  An interrupt is played by its CPU's hardware:
 * an actor that enters interrupt context for each of its steps, so that tasks of that CPU go on
 * between two of them.
 */
#include <errno.h>
#include <string.h>

#include "explore_run.h"

/* --- memory --- */

static size_t aligned(size_t size)
{
	return (size + SMP_CACHE_BYTES - 1) & ~(size_t)(SMP_CACHE_BYTES - 1);
}

size_t explore_state_size(const struct np_scenario *scenario)
{
	return aligned(sizeof(struct explore_state)) +
	       aligned(np_player_nr_objects(scenario) * sizeof(struct np_player_object)) +
	       aligned(np_player_nr_pages(scenario) * sizeof(struct np_player_pages)) +
	       aligned(scenario->nr_objects * sizeof(struct explore_guard));
}

static void divide_memory(struct explore_run *run, struct explore_state *state)
{
	const struct np_scenario *scenario = run->player.scenario;
	char *at = (char *)state + aligned(sizeof(*state));

	state->run = run;
	run->player.objects = (struct np_player_object *)at;
	at += aligned(np_player_nr_objects(scenario) * sizeof(struct np_player_object));
	run->player.pages = (struct np_player_pages *)at;
	at += aligned(np_player_nr_pages(scenario) * sizeof(struct np_player_pages));
	state->guards = (struct explore_guard *)at;
}

struct explore_run **explore_beginning(void)
{
	static _Thread_local struct explore_run *run;

	return &run;
}

/* --- the set-up --- */

/* Whoever has no order to forget, and nobody who watches, need not be told of each reference. */
static bool wants_trace(const struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;

	if (run->options->watch)
		return true;
	for (size_t i = 0; i < scenario->nr_declarations; i++)
		if (scenario->declarations[i].kind == NP_DECLARE_PAGE &&
		    scenario->declarations[i].value[NP_PAGE_ATTR_ORDER].number)
			return true;
	for (size_t i = 0; i < scenario->nr_steps; i++)
		if (scenario->steps[i].function == NP_STEP_ALLOC_PAGES &&
		    scenario->steps[i].nr_arguments)
			return true;
	return false;
}

static int play_set_up(struct explore_run *run)
{
	struct np_player *player = &run->player;
	int err = np_player_create_objects(player);

	if (err)
		return err;
	run->sink = np_get_sink(player->machine, &run->sink_arg);
	np_set_sink(player->machine, np_player_sink, player);
	np_trace_subscribe(player->machine, np_player_trace, player);
	np_player_look_around(player, NP_CHECK_STEP);
	np_player_play(player, 0, run->first_statement);
	np_trace_unsubscribe(player->machine, np_player_trace, player);
	return np_player_violated(player) || run->account.end == NP_PLAY_SKIPPED ? -ECANCELED : 0;
}

int explore_set_up(struct np_machine *machine, void *memory)
{
	struct explore_run *run = *explore_beginning();
	int err;

	run->player.machine = machine;
	divide_memory(run, memory);
	err = play_set_up(run);
	if (err)
		return err;
	for (unsigned int i = 0; i < run->nr_actors; i++)
		if (run->actors[i].process)
			run->actors[i].task = run->player.objects[run->actors[i].process].proc;
	np_set_sink(machine, explore_sink, run);
	run->player.report = explore_report;
	return wants_trace(run) ? np_trace_subscribe(machine, explore_trace, run) : 0;
}

void explore_begin(void *memory)
{
	struct explore_run *run = ((struct explore_state *)memory)->run;

	run->account.all_violations = 0;
	run->told = 0;
	run->player.results = NULL;
	run->player.at_rest = false;
	explore_tell(run, NP_SEARCH_BEGINS, SIZE_MAX, -1, "", "");
}

/* --- a step --- */

/*
 * What a machine does after a violation says little, and it may do anything: no further step is
 * begun.  Whoever sees the word does something else than one who does not, so it is memory that
 * actors share like any other: the orders in which they come before the violation are searched.
 */
static void end_all(struct explore_state *state)
{
	if (!READ_ONCE(state->over))
		WRITE_ONCE(state->over, 1);
}

struct name {
	const struct explore_state *state;
	const struct np_player_object *object;
};

static bool is_settled(void *arg)
{
	const struct name *name = arg;

	return smp_load_acquire(&name->object->settled) || explore_is_over(name->state);
}

/* Names that a step of the search binds, or that were never bound in the set-up. */
static bool binds_later(const struct explore_run *run, int object)
{
	return object >= 0 && run->player.scenario->objects[object].step >= (int)run->first_step;
}

static void wait_for_name(struct explore_run *run, const struct explore_state *state, int object)
{
	struct name name = { .state = state, .object = &run->player.objects[object] };

	if (binds_later(run, object))
		explore_wait(is_settled, &name);
}

static bool is_new(const struct np_scenario_step *step, unsigned int i)
{
	return np_vocabulary_argument_at(&np_vocabulary_steps[step->function], i)->accepts &
	       NP_ACCEPT_NEW;
}

static void wait_for_names(struct explore_run *run, const struct explore_state *state,
			   const struct np_scenario_step *step)
{
	wait_for_name(run, state,
		      np_player_attributes(&run->player, step->actor)[NP_ACTOR_ATTR_TASK].object);
	for (unsigned int i = 0; i < step->nr_arguments; i++)
		if (!is_new(step, i))
			wait_for_name(run, state, step->argument[i].object);
}

/* A fault that stands between two steps counts from the beginning of the second one. */
static void set_faults(struct explore_run *run, size_t index)
{
	const struct np_scenario *scenario = run->player.scenario;
	size_t end = scenario->steps[index].statement, i = end;

	while (i > run->first_statement && scenario->statements[i - 1].kind != NP_STATEMENT_STEP)
		i--;
	for (; i < end; i++) {
		const struct np_scenario_statement *statement = &scenario->statements[i];

		if (statement->kind == NP_STATEMENT_DECLARATION &&
		    scenario->declarations[statement->index].kind == NP_DECLARE_FAULT)
			np_player_set_fault(&run->player,
					    &scenario->declarations[statement->index]);
	}
}

/* In the actor's context. Its task may be gone. */
static void play_step(struct explore_run *run, const struct explore_actor *actor, size_t index,
		      struct np_player_results *results)
{
	struct np_player *player = &run->player;
	const struct np_scenario_step *step = &player->scenario->steps[index];
	struct np_context context;
	int err = actor->enters ? np_player_enter(player, step->actor, &context) : 0;

	if (err) {
		results->value[NP_RESULT_ERROR] = err;
		return;
	}
	np_set_where(player->where[index]);
	set_faults(run, index);
	np_player_call(player, step, results);
	if (actor->enters)
		np_leave(&context);
}

static void begin_step(struct explore_run *run, struct explore_state *state, size_t index)
{
	const struct np_context *here = np_here();
	bool quiet = np_quiet(true);

	state->in_progress++;
	explore_tell(run, NP_SEARCH_STEP, index, here->cpu, "", run->player.where[index]);
	np_quiet(quiet);
}

/*
 * What the scenario says of the moment at which a step ends is judged whoever else is in the middle
 * of one; what must hold between any two steps, only when nobody is.
 */
static void judge(struct explore_run *run, const struct explore_state *state, size_t index,
		  const struct np_player_results *results)
{
	struct np_player *player = &run->player;

	if (np_player_violated(player))
		return;
	if (run->judged)
		np_player_judge_expectations(player, &player->scenario->steps[index], results,
					     player->where[index]);
	np_player_judge_rule(player, NP_RULE_ALWAYS);
	np_player_judge_rule(player, NP_RULE_NEVER);
	if (!state->in_progress && !np_player_violated(player))
		np_check_state(NP_CHECK_STEP);
}

static void end_step(struct explore_run *run, struct explore_state *state, size_t index,
		     const struct np_player_results *results)
{
	const struct np_context *here = np_here();
	bool quiet = np_quiet(true);
	int err = (int)-results->value[NP_RESULT_ERROR];

	state->in_progress--;
	explore_tell(run, NP_SEARCH_STEP_END, index, here->cpu, "", err ? strerror(err) : "");
	judge(run, state, index, results);
	np_quiet(quiet);
}

/* Whoever waits for what the step did not give would wait for ever. */
static void settle(struct explore_run *run, const struct np_scenario_step *step)
{
	for (unsigned int i = 0; i < step->nr_arguments; i++)
		if (step->argument[i].object >= 0 && is_new(step, i))
			smp_store_release(&run->player.objects[step->argument[i].object].settled,
					  true);
}

/* Whether the actor may go on. */
static bool whole_step(struct explore_run *run, struct explore_state *state,
		       const struct explore_actor *actor, size_t index)
{
	const struct np_scenario_step *step = &run->player.scenario->steps[index];
	const unsigned long *noticed = &run->player.noticed[step->actor];
	struct np_player_results results = { 0 };
	unsigned long before = *noticed;

	wait_for_names(run, state, step);
	if (!explore_guards_take(run, state, step))
		return false;
	begin_step(run, state, index);
	play_step(run, actor, index, &results);
	np_player_bind(&run->player, step, &results);
	settle(run, step);
	explore_guards_drop(run, state, step);
	end_step(run, state, index, &results);
	if (*noticed == before)
		return true;
	end_all(state);
	return false;
}

static void play_steps(struct explore_state *state, const struct explore_actor *actor)
{
	for (size_t i = 0; i < actor->nr_steps; i++) {
		/* The first execution is the order of the file; 0 is before all of it. */
		np_set_turn(actor->steps[i] + 1);
		np_step();
		if (explore_is_over(state) ||
		    !whole_step(actor->run, state, actor, actor->steps[i]))
			return;
	}
}

/* As a task that oopses: it is gone, with all that it holds. */
static void die(struct explore_state *state, struct explore_actor *actor)
{
	np_quiet(true);
	explore_report(&actor->run->player, NP_RULE_ASSERTION, np_here()->where,
		       "oops: access to what is no memory");
	np_quiet(false);
	end_all(state);
}

void explore_actor(void *memory)
{
	struct explore_actor *actor = np_actor_arg();

	if (sigsetjmp(actor->way_out, 0))
		die(memory, actor);
	else
		play_steps(memory, actor);
}

void explore_nobody(void *memory)
{
	(void)memory;
}

/* --- the end --- */

/* All that is searched has happened: what the file says of a moment is about this one. */
static void judge_checks(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;

	for (size_t i = run->first_statement; i < scenario->nr_statements; i++) {
		const struct np_scenario_statement *statement = &scenario->statements[i];

		if (statement->kind == NP_STATEMENT_CLAIM &&
		    scenario->claims[statement->index].rule == NP_RULE_CHECK &&
		    !np_player_violated(&run->player))
			np_player_judge_claim(&run->player, &scenario->claims[statement->index]);
	}
}

void explore_final(void *memory)
{
	struct explore_run *run = ((struct explore_state *)memory)->run;
	struct np_player *player = &run->player;

	if (np_player_violated(player))
		return;
	np_player_look_around(player, NP_CHECK_STEP);
	if (run->judged)
		judge_checks(run);
	if (np_player_violated(player))
		return;
	explore_tell(run, NP_SEARCH_REST, SIZE_MAX, -1, "", "");
	np_player_come_to_rest(player);
}
