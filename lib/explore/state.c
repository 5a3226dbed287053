/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * States of the machine that were checked and clean: they need not be walked again.
 *
 * A state is what the undo log says has changed since the set-up.  Two states that
 * differ are taken for one with a probability of about states squared / 2^65.
 */
#include <explore/engine.h>
#include <explore/state.h>
#include <machine.h>

#define CLEAN_STATES (1u << 17) /* a MiB: the later one of two that share a slot stays */

static u64 mix(u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/*
 * In any order, since the log has that of the schedule. Stacks are no part of the machine.
 * Never 0, which is an empty slot.
 */
static u64 state_hash(const struct np_explorer *x, unsigned int kind)
{
	const u64 *granules = (const u64 *)(const void *)x->image.base;
	u64 hash = mix(0x9e3779b97f4a7c15ULL + kind);

	for (size_t i = 0; i < x->image.nr_log; i++) {
		const struct np_undo *undo = &x->image.log[i];
		u64 now = granules[undo->location];

		if (now == undo->old || undo->location >= x->image.stacks / NP_GRANULE)
			continue;
		hash ^= mix(mix(now + 0x9e3779b97f4a7c15ULL) + undo->location);
	}
	return hash ? hash : 1;
}

/*
 * What a clean check leaves behind (memory of the walk, given back) is undone at once: else a
 * state would look different for having been checked.
 */
static void undo_from(struct np_explorer *x, size_t mark)
{
	u64 *granules = (u64 *)(void *)x->image.base;

	while (x->image.nr_log > mark) {
		const struct np_undo *undo = &x->image.log[--x->image.nr_log];

		granules[undo->location] = undo->old;
		x->image.locations[undo->location].logged = 0;
	}
}

/* The log has each granule once again: that of a check with findings is the execution's own. */
static void join_logs(struct np_explorer *x, size_t mark)
{
	struct np_image *image = &x->image;
	size_t nr = mark;

	for (size_t i = 0; i < mark; i++)
		image->locations[image->log[i].location].logged = x->hot.execution;
	for (size_t i = mark; i < image->nr_log; i++) {
		struct np_location *l = &image->locations[image->log[i].location];

		if (l->logged == x->hot.execution)
			continue;
		l->logged = x->hot.execution;
		image->log[nr++] = image->log[i];
	}
	image->nr_log = nr;
}

static unsigned long check_and_undo(struct np_explorer *x, enum np_check_time when, bool *clean)
{
	u32 execution = x->hot.execution;
	size_t mark = x->image.nr_log;
	unsigned long found;

	/* As an execution of its own, so that all it writes is logged once more. */
	x->hot.execution = UINT32_MAX;
	found = np_check(x->machine, when);
	x->hot.execution = execution;
	*clean = !found && !x->machine->findings;
	if (*clean)
		undo_from(x, mark);
	join_logs(x, mark);
	return found;
}

bool np_state_was_clean(struct np_explorer *x, unsigned int kind, u64 *hash)
{
	if (!x->clean_states)
		x->clean_states = np_explorer_reserve(x, CLEAN_STATES * sizeof(*x->clean_states));
	if (!x->clean_states)
		return false;
	*hash = state_hash(x, kind);
	return x->clean_states[*hash % CLEAN_STATES] == *hash;
}

void np_state_is_clean(struct np_explorer *x, u64 hash)
{
	if (x->clean_states)
		x->clean_states[hash % CLEAN_STATES] = hash;
}

/*
 * Whether a worker, which nobody's step knows of, is in the middle of a work: what must hold
 * between steps need not hold now.  Nothing depends on memory that RCU gives back.
 */
static bool is_work_in_progress(const struct np_explorer *x)
{
	for (u8 a = 0; a < x->nr_actors; a++) {
		const struct np_actor_state *actor = &x->actors[a];

		if (!actor->idle_at_end || actor->waits_at == NP_PSEUDO_GARBAGE ||
		    a == x->running || actor->ended || actor->op.kind == NP_OP_START)
			continue;
		if (!(actor->op.flags & NP_OP_GATED) ||
		    actor->op.location != np_pseudo_location(x, actor->waits_at))
			return true;
	}
	return false;
}

unsigned long np_check_state(enum np_check_time when)
{
	struct np_explorer *x = np_explorer_here();
	unsigned long found;
	u64 hash = 0;
	bool clean;

	if (!x || !x->machine)
		return 0;
	if (!x->hot.execution)
		return np_check(x->machine, when);
	if (when == NP_CHECK_STEP && is_work_in_progress(x))
		return 0;
	if (np_state_was_clean(x, when, &hash))
		return 0;
	found = check_and_undo(x, when, &clean);
	if (clean)
		np_state_is_clean(x, hash);
	return found;
}
