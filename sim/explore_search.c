/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* np_search(): what the scenario asks for becomes a search, and what that found an outcome. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "explore_run.h"

_Static_assert((int)NP_MEMORY_WORD_LKMM == (int)NP_MEMORY_LKMM, "memory models differ");
_Static_assert((int)NP_MEMORY_WORDS == (int)NP_MEMORY_MODELS, "memory models differ");

/* As long as the library allows: a batch of packets is many steps, and no livelock. */
#define STEPS_MAX 60000

/* --- what to search --- */

/* The statement behind `explore`; without one, all of them. */
static size_t first_searched(const struct np_scenario *scenario)
{
	if (scenario->explore < 0)
		return 0;
	return scenario->declarations[scenario->explore].statement + 1;
}

static size_t count_steps(const struct np_scenario *scenario, size_t statements)
{
	size_t nr = 0;

	for (size_t i = 0; i < statements; i++)
		nr += scenario->statements[i].kind == NP_STATEMENT_STEP;
	return nr;
}

static struct explore_actor *find_actor(struct explore_run *run, int object)
{
	for (unsigned int i = 0; i < run->nr_actors; i++)
		if (run->actors[i].object == object)
			return &run->actors[i];
	return NULL;
}

static int add_actor(struct explore_run *run, int object)
{
	if (find_actor(run, object))
		return 0;
	if (run->nr_actors == NP_ACTORS_MAX)
		return np_player_refuse(&run->player, NP_PLAY_ERROR,
					"more than %d actors have steps that interleave",
					NP_ACTORS_MAX);
	run->actors[run->nr_actors++] = (struct explore_actor){ .run = run, .object = object };
	return 0;
}

/* Each actor's steps, in the order of the file. */
static void deal_steps(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;
	size_t *at = run->steps;

	for (unsigned int i = 0; i < run->nr_actors; i++) {
		struct explore_actor *actor = &run->actors[i];

		actor->steps = at;
		for (size_t step = run->first_step; step < scenario->nr_steps; step++)
			if (scenario->steps[step].actor == actor->object)
				*at++ = step;
		actor->nr_steps = (size_t)(at - actor->steps);
	}
}

/* Whether the process @object comes or goes while its actor has steps. */
static bool is_for_ever(const struct explore_run *run, int object)
{
	const struct np_scenario *scenario = run->player.scenario;

	if (scenario->objects[object].step >= (int)run->first_step)
		return false;
	for (size_t i = run->first_step; i < scenario->nr_steps; i++)
		if (scenario->steps[i].function == NP_STEP_EXIT &&
		    scenario->steps[i].argument[0].object == object)
			return false;
	return true;
}

static void describe_actor(struct explore_run *run, struct explore_actor *actor)
{
	const struct np_scenario_value *value = np_player_attributes(&run->player, actor->object);
	struct np_actor *to = &run->x.actors[actor - run->actors];
	int task = value[NP_ACTOR_ATTR_TASK].object;

	*to = (struct np_actor){ .name = run->player.scenario->objects[actor->object].name,
				 .body = explore_actor,
				 .arg = actor,
				 .kind = NP_KTHREAD,
				 .cpu = (int)value[NP_ACTOR_ATTR_CPU].number };
	actor->enters = !value[NP_ACTOR_ATTR_KERNEL].number;
	if (task < 0 || !is_for_ever(run, task))
		return;
	actor->enters = false;
	actor->process = task;
	to->kind = NP_TASK;
	to->task = &actor->task;
}

static int find_actors(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;
	int err = 0;

	for (size_t i = run->first_step; i < scenario->nr_steps && !err; i++)
		err = add_actor(run, scenario->steps[i].actor);
	if (err)
		return err;
	if (!run->nr_actors) {
		/* One execution all the same: its set-up, and its end. */
		run->x.actors[0] = (struct np_actor){ .name = "nobody",
						      .body = explore_nobody,
						      .kind = NP_KTHREAD };
		return 0;
	}
	deal_steps(run);
	for (unsigned int i = 0; i < run->nr_actors; i++)
		describe_actor(run, &run->actors[i]);
	explore_guards_find(run);
	return 0;
}

/* --- how to search --- */

/* What the command says, else what the scenario says, else @otherwise. */
static int64_t choose(const struct explore_run *run, int64_t wanted,
		      enum np_explore_attribute attribute, int64_t otherwise)
{
	return np_search_choose(run->player.scenario, wanted, attribute, otherwise);
}

static int choose_strategy(struct explore_run *run)
{
	static const enum np_strategy strategies[NP_STRATEGY_WORDS] = {
		[NP_STRATEGY_WORD_DPOR] = NP_DPOR,	 [NP_STRATEGY_WORD_EXHAUSTIVE] = NP_BOUNDED,
		[NP_STRATEGY_WORD_BOUNDED] = NP_BOUNDED, [NP_STRATEGY_WORD_RANDOM] = NP_RANDOM,
		[NP_STRATEGY_WORD_PCT] = NP_PCT,	 [NP_STRATEGY_WORD_POS] = NP_POS,
	};
	const struct np_search_bounds *bounds = &run->options->bounds;
	enum np_strategy_word word = np_search_strategy(run->player.scenario, bounds);
	int64_t preemptions = choose(run, bounds->preemptions, NP_EXPLORE_ATTR_PREEMPTIONS, -1);

	run->x.strategy = strategies[word];
	if (word == NP_STRATEGY_WORD_EXHAUSTIVE)
		run->x.bound = INT_MAX;
	else if (preemptions > 0)
		run->x.bound = (unsigned int)preemptions;
	/* 0 is "the default" to the library. */
	if (word == NP_STRATEGY_WORD_BOUNDED && !preemptions)
		return np_player_refuse(&run->player, NP_PLAY_ERROR,
					"preemptions=0: they are counted from 1");
	return 0;
}

/* Whether the scenario itself says how far to go, and nobody else does. */
static bool bounds_itself(const struct explore_run *run)
{
	const struct np_search_bounds *bounds = &run->options->bounds;

	if (bounds->strategy >= 0 || bounds->preemptions >= 0 || bounds->executions >= 0 ||
	    bounds->seconds > 0)
		return false;
	return choose(run, -1, NP_EXPLORE_ATTR_EXECUTIONS, 0) || run->x.strategy != NP_DPOR;
}

/* "@tso" in front of a schedule says under which memory model it is replayed. */
static void choose_memory(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;
	int64_t memory =
		choose(run, run->options->bounds.memory, NP_EXPLORE_ATTR_MEMORY, NP_MEMORY_WORD_SC);
	bool own = scenario->nr_schedule && !run->options->schedule;
	const char *word = own ? scenario->schedule[0] : "";

	for (int i = 0; *word == '@' && i < NP_MEMORY_WORDS; i++)
		if (!strcmp(word + 1, np_vocabulary_memory_models[i]))
			memory = i;
	run->x.memory = (enum np_memory_model)memory;
	run->outcome->memory = (int)memory;
}

static int join_schedule(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;
	size_t size = 1;
	FILE *out;

	if (run->options->schedule) {
		run->schedule = strdup(run->options->schedule);
		return run->schedule ? 0 : -ENOMEM;
	}
	out = open_memstream(&run->schedule, &size);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < scenario->nr_schedule; i++)
		if (i || *scenario->schedule[i] != '@')
			fprintf(out, "%s%s", ftell(out) ? " " : "", scenario->schedule[i]);
	return fclose(out) ? -ENOMEM : 0;
}

static bool pass_progress(void *arg, const struct np_progress *progress)
{
	struct explore_run *run = arg;
	struct np_search_progress seen = { .executions = progress->executions,
					   .seconds = progress->seconds,
					   .explored = progress->explored };

	bool stop = run->options->progress(run->options->progress_arg, &seen);

	if (stop)
		run->outcome->bounded = false;
	return stop;
}

static void choose_bounds(struct explore_run *run)
{
	const struct np_search_bounds *bounds = &run->options->bounds;

	choose_memory(run);
	run->x.max_executions =
		(unsigned long)choose(run, bounds->executions, NP_EXPLORE_ATTR_EXECUTIONS, 0);
	run->x.max_steps = (unsigned long)choose(run, -1, NP_EXPLORE_ATTR_STEPS, STEPS_MAX);
	run->x.depth = (unsigned int)choose(run, bounds->depth, NP_EXPLORE_ATTR_DEPTH, 0);
	run->x.seed = (u64)choose(run, bounds->seed, NP_EXPLORE_ATTR_SEED, 0);
	run->x.commute = bounds->commute || choose(run, -1, NP_EXPLORE_ATTR_COMMUTE, 0);
	run->x.max_seconds = bounds->seconds;
	run->x.state_file = run->options->state_file;
	run->x.no_minimise = run->options->as_found;
	run->outcome->bounded = bounds_itself(run);
	if (run->options->first_only)
		run->x.max_executions = 1;
	if (run->options->progress) {
		run->x.progress = pass_progress;
		run->x.progress_arg = run;
	}
}

static int choose_schedule(struct explore_run *run)
{
	int err;

	if (!run->options->schedule && !run->player.scenario->nr_schedule)
		return 0;
	run->x.strategy = NP_REPLAY;
	run->x.no_minimise = true;
	run->x.state_file = NULL;
	run->outcome->replay = true;
	err = join_schedule(run);
	run->x.schedule = run->schedule;
	return err;
}

/* --- what was found --- */

/* Of an assertion the library says where it is in the source, which is the player's. */
static const char *object_of(const struct np_found *found)
{
	return found->invariant == NP_ASSERTION || !found->object ? "" : found->object;
}

/* "never: ..." in front of an assertion is a rule of the scenario. */
static enum np_rule rule_of(const struct np_found *found, const char **message)
{
	size_t len = strcspn(*message, ":");
	int rule = np_vocabulary_find_rule(*message, len);

	if (found->invariant != NP_ASSERTION || rule < NP_RULE_ASSERTION || (*message)[len] != ':')
		return (enum np_rule)found->invariant;
	*message += len + 1;
	*message += strspn(*message, " ");
	return (enum np_rule)rule;
}

static char *copy(const char *text)
{
	return strdup(text ? text : "");
}

/* Of a rule of the scenario the stack is that of the player, and says nothing. */
static char *copy_message(enum np_rule rule, const char *message)
{
	return rule < NP_RULE_ASSERTION ? strdup(message) :
					  strndup(message, strcspn(message, "\n"));
}

/*
 * Two of a kind: a smaller schedule may show what another finding shows. How many executions show
 * one of them is not known, but that is at least as many as show either, and at most all that fail.
 */
static bool merge_finding(struct np_search_outcome *outcome, const struct np_found *found,
			  enum np_rule rule, const char *message)
{
	size_t len = strcspn(message, "\n");

	for (size_t i = 0; i < outcome->nr_findings; i++) {
		struct np_search_finding *known = &outcome->finding[i];

		if (known->rule != rule || strcmp(known->object, object_of(found)) ||
		    strncmp(known->message, message, len) || strcspn(known->message, "\n") != len)
			continue;
		known->executions += found->executions;
		if (known->executions > outcome->failed)
			known->executions = outcome->failed;
		if (found->first < known->first)
			known->first = found->first;
		return true;
	}
	return false;
}

/*
 * A rule of the scenario is reported once in an execution: its findings are of different ones.  For
 * others that is not known: at least those of the finding that most show.
 */
static void count_violated(struct np_search_outcome *outcome, enum np_rule rule,
			   unsigned long executions)
{
	if (rule >= NP_RULE_ASSERTION)
		outcome->violated[rule] += executions;
	else if (outcome->violated[rule] < executions)
		outcome->violated[rule] = executions;
}

static bool add_finding(struct np_search_outcome *outcome, const struct np_found *found)
{
	struct np_search_finding *to = &outcome->finding[outcome->nr_findings];
	const char *message = found->message ? found->message : "";
	enum np_rule rule = rule_of(found, &message);

	count_violated(outcome, rule, found->executions);
	if (merge_finding(outcome, found, rule, message))
		return true;
	outcome->nr_findings++;
	*to = (struct np_search_finding){ .rule = rule,
					  .where = copy(found->where),
					  .object = copy(object_of(found)),
					  .message = copy_message(rule, message),
					  .schedule = copy(found->schedule),
					  .executions = found->executions,
					  .first = found->first,
					  .preemptions = found->preemptions };
	return to->where && to->object && to->message && to->schedule;
}

static int by_first(const void *a, const void *b)
{
	const struct np_search_finding *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	if (strcmp(left->object, right->object))
		return strcmp(left->object, right->object);
	return strcmp(left->message, right->message);
}

static int take_result(struct np_search_outcome *outcome, const struct np_explored *explored)
{
	bool complete = true;

	outcome->executions = explored->executions;
	outcome->blocked = explored->blocked;
	outcome->failed = explored->failed;
	outcome->steps = explored->steps;
	outcome->restarts = explored->restarts;
	outcome->exhausted = explored->exhausted;
	outcome->explored = explored->explored;
	outcome->seconds = explored->seconds;
	outcome->peak_bytes = explored->peak_bytes;
	outcome->end = explored->nr_found ? NP_PLAY_VIOLATED : NP_PLAY_HELD;
	outcome->finding = calloc(explored->nr_found + 1u, sizeof(*outcome->finding));
	if (!outcome->finding)
		return -ENOMEM;
	for (unsigned int i = 0; i < explored->nr_found; i++)
		complete &= add_finding(outcome, &explored->found[i]);
	if (!complete)
		return -ENOMEM;
	qsort(outcome->finding, outcome->nr_findings, sizeof(*outcome->finding), by_first);
	return 0;
}

/* The set-up is the same in all executions: so is what it violates. */
static int take_set_up(struct explore_run *run)
{
	struct np_search_outcome *outcome = run->outcome;

	outcome->end = run->account.end;
	snprintf(outcome->reason, sizeof(outcome->reason), "%s", run->account.reason);
	if (!run->account.nr_violations)
		return 0;
	outcome->end = NP_PLAY_VIOLATED;
	outcome->before = outcome->exhausted = true;
	outcome->executions = outcome->failed = 1;
	outcome->finding = calloc(run->account.nr_violations, sizeof(*outcome->finding));
	if (!outcome->finding)
		return -ENOMEM;
	for (unsigned int i = 0; i < run->account.nr_violations; i++) {
		struct np_play_violation *from = &run->account.violation[i];

		outcome->finding[outcome->nr_findings++] = (struct np_search_finding){
			.rule = from->rule,
			.where = from->where,
			.object = from->object,
			.message = from->message,
			.schedule = strdup(""),
			.executions = 1,
			.first = 1,
		};
		outcome->violated[from->rule] = 1;
	}
	run->account.nr_violations = 0; /* its strings are the outcome's now */
	return 0;
}

/* --- from beginning to end --- */

static int search(struct explore_run *run)
{
	struct np_explored *explored = NULL;
	struct explore_oops oops;
	int err = explore_oops_catch(&oops);

	if (err)
		return err;
	*explore_beginning() = run;
	err = np_explore(&run->x, &explored);
	*explore_beginning() = NULL;
	explore_oops_leave(&oops);
	if (explored)
		err = take_result(run->outcome, explored);
	else if (err == -ECANCELED)
		err = take_set_up(run);
	else if (err < 0 && run->account.reason[0])
		err = take_set_up(run);
	else if (err < 0 && err != -ENOMEM) {
		np_player_refuse(&run->player, NP_PLAY_ERROR, "it cannot be searched: %s",
				 strerror(-err));
		err = take_set_up(run);
	}
	np_explored_free(explored);
	return err;
}

static int allocate(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;

	run->steps = calloc(scenario->nr_steps + 1, sizeof(*run->steps));
	run->guarded = calloc(scenario->nr_objects, sizeof(*run->guarded));
	run->values = calloc(scenario->nr_objects, sizeof(*run->values));
	if (!run->steps || !run->guarded || !run->values)
		return -ENOMEM;
	return np_player_allocate(&run->player, false);
}

static int prepare(struct explore_run *run)
{
	int err = allocate(run);

	if (!err)
		err = np_player_choose(&run->player, &run->machine);
	if (!err)
		err = find_actors(run);
	if (!err)
		err = choose_strategy(run);
	if (!err) {
		choose_bounds(run);
		err = choose_schedule(run);
	}
	run->x.machine = &run->machine;
	run->x.state_size = explore_state_size(run->player.scenario);
	run->x.setup = explore_set_up;
	run->x.begin = explore_begin;
	run->x.final = explore_final;
	return err;
}

static void release(struct explore_run *run)
{
	/* These were in the search's memory, which is gone. */
	run->player.objects = NULL;
	run->player.pages = NULL;
	np_player_free(&run->player);
	np_play_outcome_free(&run->account);
	free(run->steps);
	free(run->guarded);
	free(run->values);
	free(run->schedule);
	free(run);
}

/* Names and files of schemes mean the same in both flavours; the schemes themselves are two. */
static int choose_scheme(struct explore_run *run)
{
	const struct np_scenario *scenario = run->player.scenario;
	const char *own = scenario->declarations[scenario->model].value[NP_MODEL_ATTR_SCHEME].word;
	const char *word = run->options->scheme ? run->options->scheme : own;

	if (!word)
		return 0;
	if (run->options->scheme)
		run->play_options.scheme = np_scheme_find(word);
	/* A file is compiled for the native flavour: it would never meet this one's functions. */
	if (run->options->scheme ? !!run->play_options.scheme : !strchr(word, '/'))
		return 0;
	return np_player_refuse(&run->player, NP_PLAY_SKIPPED,
				"%s: only a scheme of the library can be searched", word);
}

int np_search(const struct np_scenario *scenario, const struct np_search_options *options,
	      struct np_search_outcome *outcome)
{
	static const struct np_search_options none = { .bounds = NP_SEARCH_BOUNDS };
	struct explore_run *run = calloc(1, sizeof(*run));
	int err;

	*outcome = (struct np_search_outcome){ .end = NP_PLAY_ERROR };
	if (!run)
		return -ENOMEM;
	run->options = options ? options : &none;
	run->outcome = outcome;
	run->first_statement = first_searched(scenario);
	run->first_step = count_steps(scenario, run->first_statement);
	run->judged = scenario->explore >= 0;
	run->account.end = NP_PLAY_ERROR;
	run->player = (struct np_player){ .scenario = scenario,
					  .options = &run->play_options,
					  .outcome = &run->account,
					  .nr_nested = run->first_step };
	err = choose_scheme(run);
	if (!err)
		err = prepare(run);
	err = err ? (err == -ENOMEM ? err : take_set_up(run)) : search(run);
	snprintf(outcome->scheme, sizeof(outcome->scheme), "%s", run->account.scheme);
	release(run);
	return err;
}
