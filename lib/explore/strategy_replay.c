/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One schedule, word by word.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <explore/engine.h>
#include <explore/replay.h>

static struct np_replay *replay_of(const struct np_explorer *x)
{
	return x->strategy_private;
}

void np_replay_use(struct np_explorer *x, struct np_replay *replay)
{
	const struct np_schedule *schedule = &replay->schedule;

	x->strategy = &np_strategy_replay;
	x->strategy_private = replay;
	x->nr_path = x->kept = 0;
	/* Uses are counted, so each of them has to be a step. */
	for (u32 i = 0; i < schedule->nr; i++) {
		u32 place = schedule->words[i].place;

		if (schedule->words[i].place_given &&
		    place < np_pseudo_location(x, NP_PSEUDO_LOCATIONS) &&
		    x->image.locations[place].state != NP_LOC_SHARED)
			np_explore_now_shared(x, place);
	}
}

static int replay_init(struct np_explorer *x)
{
	struct np_replay *replay = calloc(1, sizeof(*replay));
	struct np_schedule_error error;
	int err;

	x->strategy_private = replay;
	if (!replay)
		return -ENOMEM;
	err = np_schedule_parse(x, x->options->schedule, &replay->schedule, &error);
	if (err == -EINVAL)
		fprintf(stderr, "netpage: np_explore: schedule: after %zu characters: %s\n",
			error.position, error.message);
	if (!err)
		np_replay_use(x, replay);
	return err;
}

static void replay_exit(struct np_explorer *x)
{
	struct np_replay *replay = replay_of(x);

	if (replay)
		np_schedule_free(&replay->schedule);
	free(replay);
	x->strategy_private = NULL;
}

/* --- words --- */

/* How often the actor of @word has used its place so far. */
static u32 uses_so_far(const struct np_explorer *x, const struct np_word *word)
{
	const struct np_actor_state *actor = &x->actors[word->actor];
	u32 nr = 0;

	for (u32 i = 0; i < actor->index; i++)
		nr += np_place_of_event(x, &x->events[x->positions[word->actor][i]]) == word->place;
	return nr;
}

/* The next word about who runs, from @at on. */
static void begin_word(struct np_explorer *x, struct np_replay *replay, u32 at)
{
	const struct np_schedule *schedule = &replay->schedule;

	while (at < schedule->nr && schedule->words[at].older)
		at++;
	replay->at = at;
	replay->begun = false;
	replay->used = at < schedule->nr && schedule->words[at].place_given ?
			       uses_so_far(x, &schedule->words[at]) :
			       0;
}

static NP_PRINTF(3, 4) u8
	cannot(struct np_explorer *x, struct np_replay *replay, const char *fmt, ...)
{
	struct np_schedule one = { .words = &replay->schedule.words[replay->at], .nr = 1 };
	char *word = np_schedule_text(x, &one), what[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	snprintf(replay->why, sizeof(replay->why), "word %u, '%s': %s", replay->at + 1,
		 word ? word : "", what);
	free(word);
	x->outcome = NP_MISMATCH;
	return NP_NOBODY;
}

enum verdict { GOES_ON, IS_OVER, CANNOT };

/* What becomes of the word that it is the turn of. */
static enum verdict judge(struct np_explorer *x, struct np_replay *replay, u32 enabled)
{
	const struct np_word *word = &replay->schedule.words[replay->at];
	const char *name = x->actors[word->actor].name;
	bool runnable = enabled & (1u << word->actor);

	if (!word->place_given) {
		if (runnable)
			return GOES_ON;
		if (replay->begun || replay->loosely)
			return IS_OVER;
		cannot(x, replay, "%s %s", name,
		       x->actors[word->actor].ended ? "has ended" : "has to wait");
		return CANNOT;
	}
	if (!x->actors[word->actor].ended && replay->used + 1 == word->nth &&
	    np_place_pending(x, word->actor) == word->place)
		return IS_OVER;
	if (runnable && replay->used < word->nth)
		return GOES_ON;
	if (replay->loosely)
		return IS_OVER;
	if (replay->used >= word->nth)
		cannot(x, replay, "%s has used it %u times by now", name, replay->used);
	else
		cannot(x, replay, "%s %s and has used it %u times", name,
		       x->actors[word->actor].ended ? "has ended" : "has to wait", replay->used);
	return CANNOT;
}

/* Which older value actor @a is to read now; 0: the latest. */
static u8 older_value(const struct np_explorer *x, const struct np_replay *replay, u8 a)
{
	u32 place = np_place_pending(x, a);

	for (u32 i = 0; i < replay->schedule.nr; i++) {
		const struct np_word *word = &replay->schedule.words[i];

		if (word->older && word->actor == a && word->place == place &&
		    uses_so_far(x, word) + 1 == word->nth)
			return word->older;
	}
	return 0;
}

static u8 replay_pick(struct np_explorer *x, u32 enabled)
{
	struct np_replay *replay = replay_of(x);
	enum verdict verdict;
	u8 a;

	if (!x->nr_events)
		begin_word(x, replay, 0);
	for (;;) {
		if (replay->at >= replay->schedule.nr) {
			a = np_default_pick(x, enabled);
			break;
		}
		verdict = judge(x, replay, enabled);
		if (verdict == CANNOT)
			return NP_NOBODY;
		a = replay->schedule.words[replay->at].actor;
		if (verdict == GOES_ON)
			break;
		begin_word(x, replay, replay->at + 1);
	}
	x->nodes[x->nr_events].choice = older_value(x, replay, a);
	return a;
}

static void replay_did(struct np_explorer *x, u32 e)
{
	struct np_replay *replay = replay_of(x);
	const struct np_word *word = &replay->schedule.words[replay->at];

	if (replay->at >= replay->schedule.nr)
		return;
	replay->begun = true;
	if (word->place_given && x->events[e].actor == word->actor)
		replay->used += np_place_of_event(x, &x->events[e]) == word->place;
}

/* The execution is over: so must the schedule be. */
static void judge_end(struct np_explorer *x, struct np_replay *replay)
{
	const struct np_schedule *schedule = &replay->schedule;
	u32 at = replay->at;

	if (!x->nr_events)
		begin_word(x, replay, 0);
	else if (at < schedule->nr && replay->begun && !schedule->words[at].place_given)
		begin_word(x, replay, at + 1);
	if (replay->at < schedule->nr)
		cannot(x, replay, "nobody is left that could go on");
}

static bool replay_next(struct np_explorer *x, enum np_outcome outcome)
{
	struct np_replay *replay = replay_of(x);

	if (outcome == NP_COMPLETE || outcome == NP_DEADLOCKED)
		judge_end(x, replay);
	if (x->outcome != NP_MISMATCH)
		return false;
	fprintf(stderr, "netpage: np_explore: schedule: %s\n", replay->why);
	x->error = -EINVAL;
	return false;
}

const struct np_strategy_ops np_strategy_replay = {
	.name = "replay",
	.init = replay_init,
	.pick = replay_pick,
	.did = replay_did,
	.next = replay_next,
	.exit = replay_exit,
};
