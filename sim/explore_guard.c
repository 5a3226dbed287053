/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What keeps steps of different actors apart that the kernel keeps apart: the lock of a socket,
 * NAPI that runs once at a time, and the references by which an object outlives whoever is inside
 * it.  In a play nobody has to wait; here they do, and who comes first is a choice.
 *
 * Only objects for which two actors could meet have words that are touched.  Words are taken in
 * the order of the objects, so that nobody waits in a circle.
 */
#include "explore_run.h"

#define BUSY 1u
#define USERS 2u

static bool ends(const struct np_scenario_step *step, int object)
{
	return np_player_conduct(step) & NP_CONDUCT_ENDS && step->argument[0].object == object;
}

static bool keeps_busy(const struct np_scenario_step *step, int object)
{
	return np_player_conduct(step) & (NP_CONDUCT_NAPI | NP_CONDUCT_READER) &&
	       step->argument[0].object == object;
}

/* Which words of @object the two would meet at. */
static unsigned int meet(const struct np_player *player, const struct np_scenario_step *a,
			 const struct np_scenario_step *b, int object)
{
	unsigned int words = 0;

	if (a->actor == b->actor)
		return 0;
	if (keeps_busy(a, object) && keeps_busy(b, object))
		words |= BUSY;
	if ((ends(a, object) && np_player_uses(player, b, object)) ||
	    (ends(b, object) && np_player_uses(player, a, object)))
		words |= USERS;
	return words;
}

static unsigned int find(const struct explore_run *run, int object)
{
	const struct np_scenario *scenario = run->player.scenario;
	unsigned int words = 0;

	for (size_t a = run->first_step; a < scenario->nr_steps; a++)
		for (size_t b = run->first_step; b < a; b++)
			words |= meet(&run->player, &scenario->steps[a], &scenario->steps[b],
				      object);
	return words;
}

void explore_guards_find(struct explore_run *run)
{
	for (size_t i = 0; i < run->player.scenario->nr_objects; i++)
		run->guarded[i] = (unsigned char)find(run, (int)i);
}

/* The words that @step itself takes. */
static unsigned int taken_by(const struct explore_run *run, const struct np_scenario_step *step,
			     int object)
{
	unsigned int words = run->guarded[object];

	if (!words)
		return 0;
	if (!keeps_busy(step, object))
		words &= ~BUSY;
	if (!np_player_uses(&run->player, step, object))
		words &= ~USERS;
	return words;
}

bool explore_guards_needed(const struct explore_run *run, const struct np_scenario_step *step)
{
	for (size_t i = 0; i < run->player.scenario->nr_objects; i++)
		if (taken_by(run, step, (int)i))
			return true;
	return false;
}

struct word {
	const struct explore_state *state;
	s32 *word;
};

static bool is_free(void *arg)
{
	const struct word *word = arg;

	return !smp_load_acquire(word->word) || explore_is_over(word->state);
}

static bool is_open(void *arg)
{
	const struct word *word = arg;

	return smp_load_acquire(word->word) >= 0 || explore_is_over(word->state);
}

/* Whoever is inside may never leave again, once all is over. */
static bool take_alone(const struct explore_state *state, s32 *at)
{
	struct word word = { .state = state, .word = at };

	for (;;) {
		explore_wait(is_free, &word);
		if (!np_cmpxchg(at, 0, -1))
			return true;
		if (explore_is_over(state))
			return false;
	}
}

static bool take_with_others(const struct explore_state *state, s32 *at)
{
	struct word word = { .state = state, .word = at };
	s32 inside;

	for (;;) {
		explore_wait(is_open, &word);
		inside = READ_ONCE(*at);
		if (inside >= 0 && np_cmpxchg(at, inside, inside + 1) == inside)
			return true;
		if (explore_is_over(state))
			return false;
	}
}

bool explore_guards_take(struct explore_run *run, struct explore_state *state,
			 const struct np_scenario_step *step)
{
	bool taken = true;

	for (size_t i = 0; i < run->player.scenario->nr_objects && taken; i++) {
		unsigned int words = taken_by(run, step, (int)i);

		if (words & USERS && ends(step, (int)i))
			taken = take_alone(state, &state->guards[i].users);
		else if (words & USERS)
			taken = take_with_others(state, &state->guards[i].users);
		if (taken && words & BUSY)
			taken = take_alone(state, &state->guards[i].busy);
	}
	return taken;
}

void explore_guards_drop(struct explore_run *run, struct explore_state *state,
			 const struct np_scenario_step *step)
{
	for (size_t i = 0; i < run->player.scenario->nr_objects; i++) {
		unsigned int words = taken_by(run, step, (int)i);

		if (words & BUSY)
			smp_store_release(&state->guards[i].busy, 0);
		if (words & USERS && ends(step, (int)i))
			smp_store_release(&state->guards[i].users, 0);
		else if (words & USERS)
			__atomic_sub_fetch(&state->guards[i].users, 1, __ATOMIC_RELEASE);
	}
}
