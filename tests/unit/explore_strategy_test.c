/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Which schedules each strategy tries. DPOR has a test of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <explore/random.h>
#include <netpage/explore.h>
#include <netpage/spinlock.h>

#define SCHEDULES 2048

struct shared {
	u64 x, y, noise;
	spinlock_t lock;
};

/* The order of the actors in each execution: outside of what is watched. */
static char schedules[SCHEDULES][64];
static unsigned int nr_schedules;

static struct np_explored *explore(const struct np_explore_options *options)
{
	struct np_explored *explored = NULL;
	int ret;

	nr_schedules = 0;
	ret = np_explore(options, &explored);
	if (ret < 0)
		fail_msg("np_explore: %d", ret);
	return explored;
}

static void record(void *state)
{
	const struct np_explorer *x = np_explorer_here();
	char *text = schedules[nr_schedules % SCHEDULES];

	(void)state;
	/* The search has begun anew. */
	if (!x->explored.executions)
		nr_schedules = 0;
	text = schedules[nr_schedules++ % SCHEDULES];
	for (u32 e = 0; e < x->nr_events && e < 63; e++)
		*text++ = (char)('a' + x->events[e].actor);
	*text = 0;
}

static void two_steps(void *state)
{
	struct shared *s = state;

	__atomic_fetch_add(&s->x, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&s->x, 1, __ATOMIC_RELAXED);
}

static void step_then_lock(void *state)
{
	struct shared *s = state;

	__atomic_fetch_add(&s->noise, 1, __ATOMIC_RELAXED);
	spin_lock(&s->lock);
	WRITE_ONCE(s->x, 1);
	spin_unlock(&s->lock);
}

#define TWO_OF(of)                                                                                 \
	.state_size = sizeof(struct shared), .final = record,                                      \
	.actors = { { .name = "a", .body = (of) }, { .name = "b", .body = (of), .cpu = 1 } }

/* --- bounded --- */

static void expect_executions(const struct np_explore_options *options, unsigned long wanted)
{
	struct np_explored *explored = explore(options);

	assert_int_equal(explored->executions, wanted);
	assert_true(explored->exhausted);
	for (unsigned int i = 0; i < nr_schedules; i++)
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(schedules[i], schedules[j]);
	np_explored_free(explored);
}

static void bound_is_the_number_of_preemptions(void **state)
{
	struct np_explore_options options = { TWO_OF(two_steps), .strategy = NP_BOUNDED };

	(void)state;
	/* aabb bbaa; abba baab; abab baba: the bound 0 is the default, 2. */
	options.bound = 1;
	expect_executions(&options, 4);
	options.bound = 2;
	expect_executions(&options, 6);
	options.bound = 0;
	expect_executions(&options, 6);
	options.bound = UINT_MAX;
	expect_executions(&options, 6);
}

static void three_steps(void *state)
{
	two_steps(state);
	__atomic_fetch_add(&((struct shared *)state)->x, 1, __ATOMIC_RELAXED);
}

static void without_a_bound_every_interleaving_is_tried_once(void **state)
{
	struct np_explore_options options = { TWO_OF(three_steps), .strategy = NP_BOUNDED,
					      .bound = UINT_MAX };

	(void)state;
	/* 9! / 3!^3 */
	options.actors[2] = (struct np_actor){ .name = "c", .body = three_steps, .cpu = 2 };
	expect_executions(&options, 1680);
}

static void to_have_to_wait_is_no_preemption(void **state)
{
	struct np_explore_options options = { TWO_OF(step_then_lock), .strategy = NP_BOUNDED };

	(void)state;
	options.bound = 1;
	/*
	 * Step, lock, write, unlock: whoever goes first is left after one of the first three, or
	 * not at all. The other one has to wait after its step, if so, and that is free.
	 */
	expect_executions(&options, 2 * 4);
}

/* --- random --- */

static void same_seed_gives_the_same_schedules(void **state)
{
	static const enum np_strategy strategies[] = { NP_RANDOM, NP_PCT, NP_POS };
	static char before[SCHEDULES][64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strategies); i++) {
		struct np_explore_options options = { TWO_OF(three_steps),
						      .strategy = strategies[i], .seed = 17,
						      .max_executions = 100 };

		np_explored_free(explore(&options));
		assert_int_equal(nr_schedules, 100);
		memcpy(before, schedules, sizeof(before));
		np_explored_free(explore(&options));
		assert_memory_equal(before, schedules, 100 * sizeof(before[0]));
		options.seed = 18;
		np_explored_free(explore(&options));
		assert_memory_not_equal(before, schedules, 100 * sizeof(before[0]));
	}
}

static unsigned int different_schedules(void)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_schedules; i++) {
		unsigned int j = 0;

		while (j < i && strcmp(schedules[i], schedules[j]))
			j++;
		nr += j == i;
	}
	return nr;
}

static void random_strategies_get_everywhere_and_never_finish(void **state)
{
	static const enum np_strategy strategies[] = { NP_RANDOM, NP_PCT, NP_POS };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strategies); i++) {
		struct np_explore_options options = { TWO_OF(two_steps),
						      .strategy = strategies[i] };
		struct np_explored *explored = explore(&options);

		assert_int_equal(explored->executions, 1000);
		assert_false(explored->exhausted);
		assert_int_equal(explored->explored * 100, 0);
		assert_int_equal(different_schedules(), 6);
		np_explored_free(explored);
	}
}

/* --- PCT --- */

static void make_noise(struct shared *s)
{
	for (int i = 0; i < 10; i++)
		__atomic_fetch_add(&s->noise, 1, __ATOMIC_RELAXED);
}

static void set_x_then_y(void *state)
{
	struct shared *s = state;

	make_noise(s);
	WRITE_ONCE(s->x, 1);
	make_noise(s);
	WRITE_ONCE(s->y, 1);
}

static double guarantee;

static void look_in_between(void *state)
{
	struct shared *s = state;

	make_noise(s);
	np_assert(!READ_ONCE(s->x) || READ_ONCE(s->y), "x without y");
}

static void keep_guarantee(void *state)
{
	(void)state;
	guarantee = np_pct_guarantee(np_explorer_here());
}

static void pct_finds_a_bug_of_its_depth_as_often_as_it_promises(void **state)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.actors = { { .name = "writer", .body = set_x_then_y },
			    { .name = "reader", .body = look_in_between, .cpu = 1 } },
		.final = keep_guarantee,
		.strategy = NP_PCT,
		.depth = 2,
		.max_executions = 2000,
		.no_minimise = true,
	};
	struct np_explored *explored = explore(&options);

	(void)state;
	/* 1 / (n * k ^ (d - 1)): two actors; the execution with the most steps has 34. */
	assert_int_equal(explored->max_steps, 34);
	assert_int_equal(1 / guarantee + 0.5, 2 * 34);
	assert_true((double)explored->failed / (double)explored->executions >= guarantee);
	np_explored_free(explored);
}

/* --- the default order, and turns --- */

static void first_execution_takes_actors_one_after_the_other(void **state)
{
	static const enum np_strategy strategies[] = { NP_DPOR, NP_BOUNDED };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strategies); i++) {
		struct np_explore_options options = { TWO_OF(two_steps),
						      .strategy = strategies[i] };

		np_explored_free(explore(&options));
		assert_string_equal(schedules[0], "aabb");
	}
}

static void second_turn_first(void *state)
{
	bool a = np_actor_arg() != NULL;

	np_set_turn(a ? 1 : 2);
	__atomic_fetch_add(&((struct shared *)state)->x, 1, __ATOMIC_RELAXED);
	np_set_turn(a ? 3 : 4);
	__atomic_fetch_add(&((struct shared *)state)->x, 1, __ATOMIC_RELAXED);
}

static void first_execution_follows_the_turns(void **state)
{
	struct np_explore_options options = { TWO_OF(second_turn_first) };

	(void)state;
	options.actors[1].arg = (void *)(uintptr_t) "yes";
	np_explored_free(explore(&options));
	assert_string_equal(schedules[0], "baba");
}

/* --- replay --- */

static void replay_is_one_execution(void **state)
{
	struct np_explore_options options = { TWO_OF(two_steps), .strategy = NP_REPLAY,
					      .schedule = "b>state+0:2 a" };
	struct np_explored *explored = explore(&options);

	(void)state;
	assert_int_equal(explored->executions, 1);
	assert_false(explored->exhausted);
	assert_string_equal(schedules[0], "baab");
	np_explored_free(explored);
}

/* --- how far it has come --- */

static double explored_last;
static unsigned int nr_reports;

static bool progress(void *arg, const struct np_progress *p)
{
	(void)arg;
	assert_true(p->explored >= explored_last && p->explored <= 1);
	explored_last = p->explored;
	nr_reports++;
	return false;
}

static void four_steps(void *state)
{
	two_steps(state);
	two_steps(state);
}

static void estimate_of_what_is_explored_never_falls(void **state)
{
	struct np_explore_options options = { TWO_OF(four_steps), .strategy = NP_BOUNDED,
					      .bound = UINT_MAX, .progress = progress };
	struct np_explored *explored;

	(void)state;
	options.actors[2] = (struct np_actor){ .name = "c", .body = four_steps, .cpu = 2 };
	explored_last = 0;
	nr_reports = 0;
	explored = explore(&options);
	assert_int_equal(explored->executions, 34650); /* 12! / 4!^3 */
	assert_true(nr_reports > 100);
	assert_true(explored_last > 0.9);
	assert_int_equal(explored->explored * 100, 100);
	np_explored_free(explored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bound_is_the_number_of_preemptions),
		cmocka_unit_test(without_a_bound_every_interleaving_is_tried_once),
		cmocka_unit_test(to_have_to_wait_is_no_preemption),
		cmocka_unit_test(same_seed_gives_the_same_schedules),
		cmocka_unit_test(random_strategies_get_everywhere_and_never_finish),
		cmocka_unit_test(pct_finds_a_bug_of_its_depth_as_often_as_it_promises),
		cmocka_unit_test(first_execution_takes_actors_one_after_the_other),
		cmocka_unit_test(first_execution_follows_the_turns),
		cmocka_unit_test(replay_is_one_execution),
		cmocka_unit_test(estimate_of_what_is_explored_never_falls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
