/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Strategies that throw dice.
 *
 * PCT: Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010).  POS: Yuan, Yang, Gu:
 * "Partial Order Aware Concurrency Sampling" (CAV 2018).
 */
#include <explore/dependence.h>
#include <explore/engine.h>
#include <explore/random.h>

#define DEFAULT_DEPTH 3
#define DEPTH_MAX 64
#define FIRST_STEPS 100 /* as long as nobody knows better */

struct dice {
	u64 priority[NP_ACTORS_MAX]; /* the highest goes first */
	/* NP_PCT */
	u32 change[DEPTH_MAX]; /* steps at which the one that would go on falls back */
};

/* splitmix64: any seed will do, 0 and 1 included. */
u64 np_random(struct np_explorer *x)
{
	u64 z = x->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Below @limit; that some come up a little more often than others does not matter here. */
static u32 random_below(struct np_explorer *x, u32 limit)
{
	return (u32)((np_random(x) >> 32) * limit >> 32);
}

/* The search begins, perhaps anew: with the same dice. */
static int random_init(struct np_explorer *x)
{
	x->random = x->options->seed ? x->options->seed : 1;
	return 0;
}

static int dice_init(struct np_explorer *x)
{
	struct dice *dice = x->strategy_private;

	if (!dice)
		dice = np_explorer_alloc(x, sizeof(*dice));
	if (!dice)
		return -ENOMEM;
	x->strategy_private = dice;
	return random_init(x);
}

static void nothing_to_do(struct np_explorer *x, u32 event)
{
	(void)x;
	(void)event;
}

static void random_exit(struct np_explorer *x)
{
	(void)x;
}

/* There is always another one; options.max_executions ends it. */
static bool random_next(struct np_explorer *x, enum np_outcome outcome)
{
	(void)x;
	(void)outcome;
	return true;
}

/* Memory models: any of the values that a read could return. */
static u8 random_choose(struct np_explorer *x, u32 event)
{
	return (u8)random_below(x, x->nodes[event].nr_choices);
}

static u8 highest(const struct dice *dice, u32 enabled)
{
	u8 best = (u8)__builtin_ctz(enabled);

	for (enabled &= enabled - 1; enabled; enabled &= enabled - 1) {
		u8 a = (u8)__builtin_ctz(enabled);

		if (dice->priority[a] > dice->priority[best])
			best = a;
	}
	return best;
}

/* --- a coin at each step --- */

static u8 random_pick(struct np_explorer *x, u32 enabled)
{
	for (u32 skip = random_below(x, (u32)__builtin_popcount(enabled)); skip; skip--)
		enabled &= enabled - 1;
	return (u8)__builtin_ctz(enabled);
}

/* --- PCT --- */

static unsigned int depth_of(const struct np_explorer *x)
{
	unsigned int depth = x->options->depth ? x->options->depth : DEFAULT_DEPTH;

	return depth < DEPTH_MAX ? depth : DEPTH_MAX;
}

static u32 steps_expected(const struct np_explorer *x)
{
	return x->explored.max_steps ? (u32)x->explored.max_steps : FIRST_STEPS;
}

double np_pct_guarantee(const struct np_explorer *x)
{
	double p = 1.0 / x->nr_actors;

	for (unsigned int i = 1; i < depth_of(x); i++)
		p /= steps_expected(x);
	return p;
}

/* A random order of the actors, above all that a change point can set. */
static void deal(struct np_explorer *x, struct dice *dice)
{
	for (u32 a = 0; a < x->nr_actors; a++) {
		u32 other = random_below(x, a + 1);

		dice->priority[a] = dice->priority[other];
		dice->priority[other] = depth_of(x) + a;
	}
	for (unsigned int i = 1; i < depth_of(x); i++)
		dice->change[i] = random_below(x, steps_expected(x));
}

static u8 pct_pick(struct np_explorer *x, u32 enabled)
{
	struct dice *dice = x->strategy_private;

	if (!x->nr_events)
		deal(x, dice);
	for (unsigned int i = 1; i < depth_of(x); i++)
		if (dice->change[i] == x->nr_events)
			dice->priority[highest(dice, enabled)] = depth_of(x) - i;
	return highest(dice, enabled);
}

/* --- POS --- */

static struct np_effect pending_effect(const struct np_op *op)
{
	bool only_reads = op->kind == NP_OP_READ || op->kind == NP_OP_WAIT ||
			  op->kind == NP_OP_YIELD;

	return (struct np_effect){ .location = op->location,
				   .excl = op->excl,
				   .shared = op->shared,
				   .flags = (u16)(only_reads ? op->flags & ~NP_OP_WRITES :
							       op->flags | NP_OP_WRITES),
				   .mask = op->mask };
}

static u8 pos_pick(struct np_explorer *x, u32 enabled)
{
	struct dice *dice = x->strategy_private;

	if (!x->nr_events)
		for (u8 a = 0; a < x->nr_actors; a++)
			dice->priority[a] = np_random(x);
	return highest(dice, enabled);
}

/* Who did it has another step now; who could have done its own just before throws again. */
static void pos_did(struct np_explorer *x, u32 e)
{
	struct dice *dice = x->strategy_private;
	struct np_effect effect = np_effect_of(&x->events[e]);

	for (u8 a = 0; a < x->nr_actors; a++) {
		struct np_effect other = pending_effect(&x->actors[a].op);

		if (a == x->events[e].actor ||
		    (!x->actors[a].ended && np_dependent(x, &effect, &other)))
			dice->priority[a] = np_random(x);
	}
}

const struct np_strategy_ops np_strategy_random = {
	.name = "random",
	.init = random_init,
	.pick = random_pick,
	.choose = random_choose,
	.did = nothing_to_do,
	.next = random_next,
	.exit = random_exit,
};

const struct np_strategy_ops np_strategy_pct = {
	.name = "pct",
	.init = dice_init,
	.pick = pct_pick,
	.choose = random_choose,
	.did = nothing_to_do,
	.next = random_next,
	.exit = random_exit,
};

const struct np_strategy_ops np_strategy_pos = {
	.name = "pos",
	.init = dice_init,
	.pick = pos_pick,
	.choose = random_choose,
	.did = pos_did,
	.next = random_next,
	.exit = random_exit,
};
