/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is told of an execution while it runs: to the search, and to whoever watches. */
#include <string.h>

#include "explore_run.h"

struct explore_actor *explore_here(struct explore_run *run)
{
	const struct explore_actor *actor = np_actor_arg();

	for (unsigned int i = 0; i < run->nr_actors; i++)
		if (actor == &run->actors[i])
			return &run->actors[i];
	return NULL;
}

/* --- counts and charges --- */

static int64_t value_of(const struct np_player *player, int object)
{
	const struct np_player_object *state = &player->objects[object];
	struct mem_cgroup *memcg;

	switch (player->scenario->objects[object].kind) {
	case NP_OBJECT_PAGE:
		return np_player_is_alive(state) ? page_ref_count(state->page) : NP_SEARCH_UNKNOWN;
	case NP_OBJECT_MEMCG:
		memcg = np_player_memcg(player, object);
		return memcg ? (int64_t)np_memcg_usage(memcg) : NP_SEARCH_UNKNOWN;
	default:
		return NP_SEARCH_UNKNOWN;
	}
}

void explore_tell(struct explore_run *run, enum np_search_event_kind kind, size_t step, int cpu,
		  const char *name, const char *text)
{
	const struct explore_actor *actor = explore_here(run);
	struct np_search_event event = { .kind = kind,
					 .actor = actor ? actor->object : -1,
					 .cpu = cpu,
					 .step = step,
					 .name = name,
					 .text = text,
					 .value = run->values };
	struct np_context context;
	bool entered;

	if (!run->options->watch)
		return;
	/* Some answers are the machine's to give, and it is found through a context. */
	entered = !np_this_machine() &&
		  !np_enter(&context, run->player.machine, 0, NP_KTHREAD, NULL);
	for (size_t i = 0; i < run->player.scenario->nr_objects; i++)
		run->values[i] = value_of(&run->player, (int)i);
	if (entered)
		np_leave(&context);
	run->options->watch(run->options->watch_arg, &event);
}

/* --- trace points --- */

void explore_trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct explore_run *run = arg;
	bool quiet = np_quiet(true);
	char text[256];

	if (event->id == NP_TRACE_MM_PAGE_FREE)
		np_player_forget_order(&run->player, event->page);
	if (run->options->watch) {
		np_trace_format(machine, event, text, sizeof(text));
		explore_tell(run, NP_SEARCH_TRACE, SIZE_MAX, event->cpu, np_trace_name(event->id),
			     text);
	}
	np_quiet(quiet);
}

/* --- violations --- */

static void note(struct explore_run *run, enum np_rule rule, int cpu, const char *message)
{
	const struct explore_actor *actor = explore_here(run);

	run->account.all_violations++;
	if (actor && actor->object >= 0)
		run->player.noticed[actor->object]++;
	explore_tell(run, NP_SEARCH_VIOLATION, SIZE_MAX, cpu, np_vocabulary_rules[rule].name,
		     message);
}

void explore_sink(void *arg, const struct np_violation *violation)
{
	struct explore_run *run = arg;
	bool quiet = np_quiet(true);

	note(run, (enum np_rule)violation->invariant, violation->cpu, violation->message);
	np_quiet(quiet);
	run->sink(run->sink_arg, violation);
}

/*
 * The search knows of assertions only: which rule it was stands in front of the message.  Each rule
 * once in an execution, so that the executions that violate it can be counted.
 */
void explore_report(struct np_player *player, enum np_rule rule, const char *where,
		    const char *message)
{
	struct explore_run *run = np_container_of(player, struct explore_run, player);
	const struct np_context *here = np_here();
	bool quiet = np_quiet(true), known = run->told & (1ULL << rule);

	run->told |= 1ULL << rule;
	note(run, rule, here ? here->cpu : -1, message);
	np_quiet(quiet);
	if (!known)
		np_assert_failed(where, "%s: %s", np_vocabulary_rules[rule].name, message);
}
