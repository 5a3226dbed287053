/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is printed is the shortest schedule, and it replays. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <netpage/explore.h>

struct shared {
	u64 x, noise, flag[3];
};

static struct np_explored *explore(const struct np_explore_options *options)
{
	struct np_explored *explored = NULL;

	assert_int_equal(np_explore(options, &explored), 1);
	return explored;
}

static void make_noise(struct shared *s, int times)
{
	while (times--)
		__atomic_fetch_add(&s->noise, 1, __ATOMIC_RELAXED);
}

static void add_one(void *state)
{
	struct shared *s = state;
	u64 x;

	make_noise(s, 4);
	x = READ_ONCE(s->x);
	WRITE_ONCE(s->x, x + 1);
	make_noise(s, 4);
}

static void both_are_counted(void *state)
{
	struct shared *s = state;

	np_assert(s->x == 2, "x is %lu, wanted 2", (unsigned long)s->x);
}

#define LOST_ADDITION                                                                              \
	.state_size = sizeof(struct shared),                                                       \
	.actors = { { .name = "app", .body = add_one },                                            \
		    { .name = "nic", .body = add_one, .cpu = 1 } },                                \
	.final = both_are_counted

static void replays(const struct np_explore_options *options, const struct np_found *found)
{
	struct np_explore_options again = *options;
	struct np_explored *explored;

	again.strategy = NP_REPLAY;
	again.schedule = found->schedule;
	explored = explore(&again);
	assert_int_equal(explored->executions, 1);
	assert_int_equal(explored->found->invariant, found->invariant);
	assert_string_equal(explored->found->object, found->object);
	assert_string_equal(explored->found->message, found->message);
	assert_string_equal(explored->found->actor, found->actor);
	np_explored_free(explored);
}

static void one_preemption_is_left_of_many(void **state)
{
	static const enum np_strategy strategies[] = { NP_DPOR, NP_RANDOM, NP_PCT, NP_POS,
						       NP_BOUNDED };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strategies); i++) {
		struct np_explore_options options = { LOST_ADDITION, .strategy = strategies[i],
						      .stop_at_first = true };
		struct np_explored *explored = explore(&options);

		assert_int_equal(explored->nr_found, 1);
		assert_int_equal(explored->found->preemptions, 1);
		/* Read, the other one all of it, write. */
		if (strcmp(explored->found->schedule, "app>state+0:2 nic app") &&
		    strcmp(explored->found->schedule, "nic>state+0:2 app nic"))
			fail_msg("%s: got '%s'", np_strategy_name(strategies[i]),
				 explored->found->schedule);
		replays(&options, explored->found);
		np_explored_free(explored);
	}
}

static void schedule_stays_as_it_was_found_when_asked_to(void **state)
{
	struct np_explore_options options = { LOST_ADDITION, .strategy = NP_RANDOM,
					      .stop_at_first = true, .no_minimise = true };
	struct np_explored *explored = explore(&options);

	(void)state;
	assert_true(explored->found->preemptions > 1);
	assert_true(strlen(explored->found->schedule) > strlen("app>state+0:2 nic app"));
	replays(&options, explored->found);
	np_explored_free(explored);
}

static void counters_are_those_of_the_search(void **state)
{
	struct np_explore_options options = { LOST_ADDITION, .no_minimise = true };
	struct np_explored *as_found = explore(&options), *minimised;

	(void)state;
	options.no_minimise = false;
	minimised = explore(&options);
	assert_int_equal(minimised->executions, as_found->executions);
	assert_int_equal(minimised->failed, as_found->failed);
	assert_int_equal(minimised->steps, as_found->steps);
	assert_int_equal(minimised->found->executions, as_found->found->executions);
	assert_int_equal(minimised->found->first, as_found->found->first);
	np_explored_free(as_found);
	np_explored_free(minimised);
}

/* --- two switches are needed --- */

static void first_half(void *state)
{
	struct shared *s = state;

	make_noise(s, 2);
	WRITE_ONCE(s->flag[0], 1);
	make_noise(s, 2);
	if (READ_ONCE(s->flag[1]))
		WRITE_ONCE(s->flag[2], 1);
	make_noise(s, 2);
}

static void second_half(void *state)
{
	struct shared *s = state;

	make_noise(s, 2);
	if (!READ_ONCE(s->flag[0]))
		return;
	WRITE_ONCE(s->flag[1], 1);
	make_noise(s, 2);
	np_assert(!READ_ONCE(s->flag[2]), "there and back");
	make_noise(s, 2);
}

static void two_preemptions_are_left_where_two_are_needed(void **state)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.actors = { { .name = "app", .body = first_half },
			    { .name = "nic", .body = second_half, .cpu = 1 } },
		.strategy = NP_RANDOM,
		.stop_at_first = true,
		.max_executions = 5000,
	};
	struct np_explored *explored = explore(&options);

	(void)state;
	assert_int_equal(explored->found->preemptions, 2);
	assert_string_equal(explored->found->actor, "nic");
	assert_string_equal(explored->found->schedule, "app>state+8:3 nic>state+32:1 app nic");
	replays(&options, explored->found);
	np_explored_free(explored);
}

/* --- third parties --- */

static void bystander(void *state)
{
	make_noise(state, 3);
}

static void who_has_nothing_to_do_with_it_is_left_out(void **state)
{
	struct np_explore_options options = { LOST_ADDITION, .strategy = NP_RANDOM,
					      .stop_at_first = true };
	struct np_explored *explored;

	(void)state;
	options.actors[2] = (struct np_actor){ .name = "other", .body = bystander, .cpu = 2 };
	explored = explore(&options);
	assert_int_equal(explored->found->preemptions, 1);
	/* It runs to its end, or has not begun: what is checked at the end needs its end. */
	assert_null(strstr(explored->found->schedule, "other>"));
	replays(&options, explored->found);
	np_explored_free(explored);
}

static void every_finding_is_minimised_for_itself(void **state)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.actors = { { .name = "app", .body = first_half },
			    { .name = "nic", .body = second_half, .cpu = 1 },
			    { .name = "one", .body = add_one, .cpu = 2 },
			    { .name = "two", .body = add_one, .cpu = 3 } },
		.final = both_are_counted,
		.strategy = NP_POS,
		.max_executions = 3000,
	};
	struct np_explored *explored = explore(&options);

	(void)state;
	assert_int_equal(explored->nr_found, 2);
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(explored->found[i].preemptions,
				 strcmp(explored->found[i].actor, "nic") ? 1 : 2);
	np_explored_free(explored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_preemption_is_left_of_many),
		cmocka_unit_test(schedule_stays_as_it_was_found_when_asked_to),
		cmocka_unit_test(counters_are_those_of_the_search),
		cmocka_unit_test(two_preemptions_are_left_where_two_are_needed),
		cmocka_unit_test(who_has_nothing_to_do_with_it_is_left_out),
		cmocka_unit_test(every_finding_is_minimised_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
