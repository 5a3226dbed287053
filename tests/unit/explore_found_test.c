/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is found: once for each kind, counted, named, and in the same words every time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <netpage/explore.h>
#include <netpage/netpage.h>

struct shared {
	u64 x, y;
	u32 plain, other;
	spinlock_t a, b;
};

static struct np_explored *explore(const struct np_explore_options *options, int wanted)
{
	struct np_explored *explored = NULL;

	assert_int_equal(np_explore(options, &explored), wanted);
	assert_non_null(explored);
	assert_int_equal(explored->nr_found > 0, wanted);
	return explored;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("got '%s', wanted '%s' in it", text, part);
}

#define TWO_ACTORS(first, second)                                                                  \
	.state_size = sizeof(struct shared),                                                       \
	.actors = { { .name = "app", .body = (first) },                                            \
		    { .name = "nic", .body = (second), .cpu = 1 } }

/* --- assertions --- */

static void add_one(void *state)
{
	struct shared *s = state;
	u64 x = READ_ONCE(s->x);

	WRITE_ONCE(s->x, x + 1);
}

static void both_are_counted(void *state)
{
	struct shared *s = state;

	np_assert(s->x == 2, "x is %lu, wanted 2\nand more", (unsigned long)s->x);
}

static void nothing_is_found_where_nothing_is_wrong(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, add_one) };
	struct np_explored *explored = explore(&options, 0);

	(void)state;
	assert_int_equal(explored->failed, 0);
	np_explored_free(explored);
}

static void assertion_is_found_once_and_counted(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, add_one),
					      .final = both_are_counted };
	struct np_explored *explored = explore(&options, 1);
	const struct np_found *found = explored->found;

	(void)state;
	/* Of the four traces two lose an addition. */
	assert_int_equal(explored->executions, 4);
	assert_int_equal(explored->failed, 2);
	assert_int_equal(explored->nr_found, 1);
	assert_int_equal(found->invariant, NP_ASSERTION);
	assert_int_equal(found->executions, 2);
	assert_int_equal(found->preemptions, 1);
	assert_string_equal(found->message, "x is 1, wanted 2\nand more");
	assert_string_equal(found->actor, "");
	assert_has(found->where, "explore_found_test.c:");
	assert_string_equal(found->object, found->where);
	np_explored_free(explored);
}

static void one_or_the_other(void *state)
{
	struct shared *s = state;

	np_assert(s->x == 2, "x is %lu", (unsigned long)s->x);
	np_assert(s->x != 1, "x is one");
}

static void two_assertions_are_two_findings(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, add_one),
					      .final = one_or_the_other };
	struct np_explored *explored = explore(&options, 1);

	(void)state;
	assert_int_equal(explored->nr_found, 2);
	assert_int_equal(explored->failed, 2);
	assert_int_equal(explored->found[1].executions, 2);
	np_explored_free(explored);
}

static void invariant_that_is_ignored_is_not_found(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, add_one),
					      .final = both_are_counted,
					      .ignore = BIT(NP_ASSERTION) };
	struct np_explored *explored = explore(&options, 0);

	(void)state;
	assert_int_equal(explored->failed, 0);
	np_explored_free(explored);
}

static void search_ends_at_the_first_finding_when_asked_to(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, add_one),
					      .final = both_are_counted, .stop_at_first = true };
	struct np_explored *explored = explore(&options, 1);

	(void)state;
	assert_int_equal(explored->failed, 1);
	assert_int_equal(explored->executions, explored->found->first);
	assert_false(explored->exhausted);
	np_explored_free(explored);
}

static int break_the_set_up(struct np_machine *machine, void *state)
{
	(void)state;
	np_violate(machine, NP_CLEAN_AT_FREE, "p", "is broken");
	return 0;
}

static void violation_of_the_set_up_is_of_no_execution(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, add_one),
					      .machine =
						      &(struct np_machine_options){ .nr_cpus = 2 },
					      .setup = break_the_set_up };
	struct np_explored *explored = explore(&options, 1);

	(void)state;
	assert_int_equal(explored->nr_found, 1);
	assert_int_equal(explored->failed, 0);
	assert_int_equal(explored->found->first, 0);
	assert_int_equal(explored->found->invariant, NP_CLEAN_AT_FREE);
	assert_string_equal(explored->found->object, "p");
	assert_string_equal(explored->found->message, "is broken");
	assert_string_equal(explored->found->schedule, "");
	np_explored_free(explored);
}

static NP_COLD void violate_as_model(void)
{
	np_set_where("step 3");
	np_violate(np_this_machine(), NP_USE_AFTER_PUT, "p", "got 0, wanted 1");
}

static void violate_when_x_is_one(void *state)
{
	if (READ_ONCE(((struct shared *)state)->x) == 1)
		violate_as_model();
}

static void violation_of_the_model_has_object_place_and_stack(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(add_one, violate_when_x_is_one),
					      .machine = &(struct np_machine_options){
						      .nr_cpus = 2 } };
	struct np_explored *explored;

	(void)state;
	options.actors[0].kind = options.actors[1].kind = NP_KTHREAD;
	explored = explore(&options, 1);
	assert_int_equal(explored->nr_found, 1);
	assert_int_equal(explored->found->invariant, NP_USE_AFTER_PUT);
	assert_string_equal(explored->found->object, "p");
	assert_string_equal(explored->found->where, "step 3");
	assert_string_equal(explored->found->actor, "nic");
	assert_string_equal(explored->found->schedule, "app nic");
	assert_has(explored->found->message, "got 0, wanted 1\n  nic at violate_as_model tests/");
	assert_has(explored->found->message, " < violate_when_x_is_one tests/");
	np_explored_free(explored);
}

/* --- data races --- */

static NP_COLD void write_plainly(struct shared *s)
{
	s->plain = 1;
}

static void write_then_tell(void *state)
{
	struct shared *s = state;

	write_plainly(s);
	WRITE_ONCE(s->x, 1);
}

static void write_then_release(void *state)
{
	struct shared *s = state;

	write_plainly(s);
	smp_store_release(&s->x, 1);
}

static void read_when_told(void *state)
{
	struct shared *s = state;

	if (READ_ONCE(s->x))
		s->y = s->plain;
}

static void read_when_acquired(void *state)
{
	struct shared *s = state;

	if (smp_load_acquire(&s->x))
		s->y = s->plain;
}

static void data_race_names_object_actors_and_places(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(write_then_tell, read_when_told) };
	struct np_explored *explored = explore(&options, 1);
	const struct np_found *found = explored->found;

	(void)state;
	assert_int_equal(explored->nr_found, 1);
	assert_int_equal(found->invariant, NP_DATA_RACE);
	assert_string_equal(found->object, "state+16");
	assert_string_equal(found->schedule, "app nic");
	assert_has(found->message,
		   "a plain write at write_plainly tests/unit/explore_found_test.c:");
	assert_has(found->message,
		   " and a plain read at read_when_told tests/unit/explore_found_test.c:");
	assert_has(found->message, "\n  app writes 4 bytes, plain, at write_plainly tests/");
	assert_has(found->message, " < write_then_tell tests/");
	assert_has(found->message, "\n  nic reads 4 bytes, plain, at read_when_told tests/");
	assert_has(found->message, "\n  wanted: ");
	np_explored_free(explored);
}

static void what_is_released_and_acquired_is_no_data_race(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(write_then_release, read_when_acquired) };

	(void)state;
	np_explored_free(explore(&options, 0));
}

static void write_plain_and_other(void *state)
{
	struct shared *s = state;

	WRITE_ONCE(s->x, 1);
	s->plain = 1;
	WRITE_ONCE(s->x, 2);
}

static void read_plain(void *state)
{
	struct shared *s = state;

	(void)READ_ONCE(s->y);
	np_assert(s->plain < 3, "never");
	WRITE_ONCE(s->y, 1);
}

/* The race is in the part of the path that executions have in common, too. */
static void data_race_counts_in_every_execution(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(write_plain_and_other, read_plain) };
	struct np_explored *explored;

	(void)state;
	options.actors[2] = (struct np_actor){ .name = "third", .body = add_one, .cpu = 2 };
	explored = explore(&options, 1);
	assert_int_equal(explored->nr_found, 1);
	assert_int_equal(explored->failed, explored->executions);
	assert_int_equal(explored->found->executions, explored->executions);
	np_explored_free(explored);
}

static void write_other(void *state)
{
	((struct shared *)state)->plain = 2;
}

static void each_pair_of_places_is_a_finding(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(write_plain_and_other, read_plain) };
	struct np_explored *explored;

	(void)state;
	options.actors[2] = (struct np_actor){ .name = "third", .body = write_other, .cpu = 2 };
	explored = explore(&options, 1);
	assert_int_equal(explored->nr_found, 3);
	np_explored_free(explored);
}

/* --- deadlock, livelock --- */

static void lock_a_then_b(void *state)
{
	struct shared *s = state;

	spin_lock(&s->a);
	spin_lock(&s->b);
	spin_unlock(&s->b);
	spin_unlock(&s->a);
}

static void lock_b_then_a(void *state)
{
	struct shared *s = state;

	spin_lock(&s->b);
	spin_lock(&s->a);
	spin_unlock(&s->a);
	spin_unlock(&s->b);
}

static void deadlock_says_who_waits_for_whom(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(lock_a_then_b, lock_b_then_a),
					      .ignore = BIT(NP_LOCK_ORDER) };
	struct np_explored *explored = explore(&options, 1);
	const struct np_found *found = explored->found;

	(void)state;
	assert_int_equal(explored->nr_found, 1);
	assert_int_equal(found->invariant, NP_DEADLOCK);
	assert_string_equal(found->object, "app,nic");
	assert_has(found->message,
		   "app waits for state+28, which nic has locked at lock_b_then_a ");
	assert_has(found->message,
		   "; nic waits for state+24, which app has locked at lock_a_then_b ");
	assert_has(found->message, "\n  app at lock_a_then_b tests/");
	assert_int_equal(found->preemptions, 1);
	np_explored_free(explored);
}

static void same_order_of_locks_is_no_deadlock(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(lock_a_then_b, lock_a_then_b) };

	(void)state;
	np_explored_free(explore(&options, 0));
}

static void spin_until_told(void *state)
{
	while (!READ_ONCE(((struct shared *)state)->x))
		;
}

static void loop_that_does_not_end_is_a_livelock(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(spin_until_told, add_one), .max_steps = 50,
					      .max_executions = 3 };
	struct np_explored *explored = explore(&options, 1);

	(void)state;
	assert_int_equal(explored->found->invariant, NP_LIVELOCK);
	assert_string_equal(explored->found->object, "app");
	assert_has(explored->found->message, "app is still going after 50 steps");
	assert_has(explored->found->message, "\n  app at spin_until_told tests/");
	assert_false(explored->exhausted);
	np_explored_free(explored);
}

static bool is_told(void *state)
{
	return READ_ONCE(((struct shared *)state)->x) != 0;
}

static void wait_until_told(void *state)
{
	np_wait_until(is_told, state);
}

static void nothing(void *state)
{
	(void)state;
}

static void waiting_for_a_condition_is_no_livelock(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(wait_until_told, add_one) };

	(void)state;
	np_explored_free(explore(&options, 0));
}

static void waiting_for_what_never_comes_is_a_deadlock(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(wait_until_told, nothing) };
	struct np_explored *explored = explore(&options, 1);

	(void)state;
	assert_int_equal(explored->found->invariant, NP_DEADLOCK);
	assert_string_equal(explored->found->object, "app");
	np_explored_free(explored);
}

/* --- the same again --- */

static void two_searches_find_the_same_in_the_same_words(void **state)
{
	struct np_explore_options options = { TWO_ACTORS(write_plain_and_other, read_plain) };
	struct np_explored *a, *b;

	(void)state;
	options.actors[2] = (struct np_actor){ .name = "third", .body = write_other, .cpu = 2 };
	a = explore(&options, 1);
	b = explore(&options, 1);
	assert_int_equal(a->nr_found, b->nr_found);
	for (unsigned int i = 0; i < a->nr_found; i++) {
		assert_string_equal(a->found[i].message, b->found[i].message);
		assert_string_equal(a->found[i].schedule, b->found[i].schedule);
		assert_string_equal(a->found[i].object, b->found[i].object);
	}
	np_explored_free(a);
	np_explored_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_found_where_nothing_is_wrong),
		cmocka_unit_test(assertion_is_found_once_and_counted),
		cmocka_unit_test(two_assertions_are_two_findings),
		cmocka_unit_test(invariant_that_is_ignored_is_not_found),
		cmocka_unit_test(search_ends_at_the_first_finding_when_asked_to),
		cmocka_unit_test(violation_of_the_set_up_is_of_no_execution),
		cmocka_unit_test(violation_of_the_model_has_object_place_and_stack),
		cmocka_unit_test(data_race_names_object_actors_and_places),
		cmocka_unit_test(what_is_released_and_acquired_is_no_data_race),
		cmocka_unit_test(data_race_counts_in_every_execution),
		cmocka_unit_test(each_pair_of_places_is_a_finding),
		cmocka_unit_test(deadlock_says_who_waits_for_whom),
		cmocka_unit_test(same_order_of_locks_is_no_deadlock),
		cmocka_unit_test(loop_that_does_not_end_is_a_livelock),
		cmocka_unit_test(waiting_for_a_condition_is_no_livelock),
		cmocka_unit_test(waiting_for_what_never_comes_is_a_deadlock),
		cmocka_unit_test(two_searches_find_the_same_in_the_same_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
