/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Every schedule with at most so many preemptions, depth first, without reduction.
 *
 * Musuvathi, Qadeer: "Iterative Context Bounding for Systematic Testing of
 * Multithreaded Programs" (PLDI 2007).  To switch away from an actor that could go
 * on is a preemption; one that has ended, or waits, is left for nothing.
 */
#include <explore/engine.h>

#define DEFAULT_BOUND 2

static int bounded_init(struct np_explorer *x)
{
	x->bound = x->options->bound ? x->options->bound : DEFAULT_BOUND;
	x->nr_path = x->kept = 0;
	return 0;
}

/* Whether it is a preemption that @actor is chosen at node @d. */
static u32 preempts(const struct np_explorer *x, u32 d, u8 actor)
{
	u8 last = d ? x->nodes[d - 1].actor : actor;

	return last != actor && (x->nodes[d].enabled & (1u << last));
}

static u32 preemptions_before(const struct np_explorer *x, u32 d)
{
	return d ? x->nodes[d - 1].preemptions : 0;
}

static u8 bounded_pick(struct np_explorer *x, u32 enabled)
{
	u32 d = x->nr_events, used = preemptions_before(x, d), left = 0;
	struct np_node *node = &x->nodes[d];

	for (u32 may = enabled; may; may &= may - 1) {
		u8 a = (u8)__builtin_ctz(may);

		if (used + preempts(x, d, a) <= x->bound)
			left |= 1u << a;
	}
	node->actor = np_default_pick(x, left);
	node->todo = left & ~(1u << node->actor);
	node->preemptions = used + preempts(x, d, node->actor);
	node->choice = node->nr_choices = 0;
	node->done = 0;
	x->nr_path = d + 1;
	return node->actor;
}

static void bounded_did(struct np_explorer *x, u32 event)
{
	(void)x;
	(void)event;
}

/* Another value for the same read, then another actor. Whether there was any. */
static bool turn(struct np_explorer *x, u32 d)
{
	struct np_node *node = &x->nodes[d];

	if (node->choice + 1 < node->nr_choices) {
		node->choice++;
		return true;
	}
	node->done++;
	if (!node->todo)
		return false;
	node->actor = (u8)__builtin_ctz(node->todo);
	node->todo &= node->todo - 1;
	node->choice = node->nr_choices = 0;
	node->preemptions = preemptions_before(x, d) + preempts(x, d, node->actor);
	return true;
}

static bool bounded_next(struct np_explorer *x, enum np_outcome outcome)
{
	(void)outcome;
	for (; x->nr_path; x->nr_path--) {
		if (!turn(x, x->nr_path - 1))
			continue;
		x->kept = x->nr_path - 1;
		return true;
	}
	return false;
}

static void bounded_exit(struct np_explorer *x)
{
	x->nr_path = x->kept = 0;
}

const struct np_strategy_ops np_strategy_bounded = {
	.name = "bounded",
	.exhaustive = true,
	.init = bounded_init,
	.pick = bounded_pick,
	.did = bounded_did,
	.next = bounded_next,
	.exit = bounded_exit,
};
