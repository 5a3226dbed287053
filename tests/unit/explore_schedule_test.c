/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Schedules as texts: what they mean, what is refused, and that they outlive restarts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <explore/schedule.h>
#include <netpage/explore.h>
#include <netpage/spinlock.h>

/* --- reading and writing --- */

struct fixture {
	struct np_explore_options options;
	struct np_explorer x;
};

/* A search that has got as far as its actors. */
static int set_up(void **state)
{
	struct fixture *f = aligned_alloc(64, (sizeof(*f) + 63) & ~(size_t)63);

	if (!f)
		return -1;
	memset(f, 0, sizeof(*f));
	f->options.state_size = 256;
	f->x.options = &f->options;
	if (np_image_init(&f->x.image, 64 << 20, NP_ACTORS_MAX))
		return -1;
	f->x.state = np_image_alloc(&f->x.image, f->options.state_size, 64);
	f->x.nr_actors = 2;
	f->x.actors[0].name = "app";
	f->x.actors[1].name = "nic";
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	np_image_exit(&f->x.image);
	free(f);
	return 0;
}

static void expect_text(struct fixture *f, const char *text, const char *wanted)
{
	struct np_schedule schedule;
	struct np_schedule_error error;
	char *again;

	if (np_schedule_parse(&f->x, text, &schedule, &error))
		fail_msg("'%s': %zu: %s", text, error.position, error.message);
	again = np_schedule_text(&f->x, &schedule);
	assert_string_equal(again, wanted);
	free(again);
	np_schedule_free(&schedule);
}

static void expect_refusal(struct fixture *f, const char *text, size_t position,
			   const char *message)
{
	struct np_schedule schedule;
	struct np_schedule_error error;

	assert_int_equal(np_schedule_parse(&f->x, text, &schedule, &error), -EINVAL);
	assert_string_equal(error.message, message);
	assert_int_equal(error.position, position);
	assert_int_equal(schedule.nr, 0);
}

static void text_is_written_as_it_was_read(void **state)
{
	expect_text(*state, "app", "app");
	expect_text(*state, "app>state+8:1 nic app", "app>state+8:1 nic app");
	expect_text(*state, "nic>rcu:12 app=state+248:65535~255",
		    "nic>rcu:12 app=state+248:65535~255");
	expect_text(*state, "app>step:1 app>wait:2", "app>step:1 app>wait:2");
	expect_text(*state, "app>softirq_of_cpu0:1 nic>irq_of_cpu7:2 nic>preempt_of_cpu3:3",
		    "app>softirq_of_cpu0:1 nic>irq_of_cpu7:2 nic>preempt_of_cpu3:3");
}

static void any_blanks_separate_words(void **state)
{
	expect_text(*state, "", "");
	expect_text(*state, " \n\t ", "");
	expect_text(*state, "\tapp  nic\n", "app nic");
}

static void place_is_the_granule_around_it(void **state)
{
	expect_text(*state, "app>state+13:1", "app>state+8:1");
}

static void actor_that_is_not_there_is_refused(void **state)
{
	expect_refusal(*state, "app nobody", 4, "no actor is called 'nobody'");
	expect_refusal(*state, "ap", 0, "no actor is called 'ap'");
	expect_refusal(*state, "appp>state+8:1", 0, "no actor is called 'appp'");
	expect_refusal(*state, ">state+8:1", 0, "no actor is called ''");
}

static void place_that_is_not_there_is_refused(void **state)
{
	expect_refusal(*state, "app>state+256:1", 4, "no place is called 'state+256'");
	expect_refusal(*state, "app nic>softirq_of_cpu8:1", 8,
		       "no place is called 'softirq_of_cpu8'");
	expect_refusal(*state, "app>:1", 4, "':1' is not PLACE:NUMBER");
}

static void number_that_is_missing_or_odd_is_refused(void **state)
{
	expect_refusal(*state, "app>state+8", 4, "'state+8' is not PLACE:NUMBER");
	expect_refusal(*state, "app>", 4, "'' is not PLACE:NUMBER");
	expect_refusal(*state, "app>state+8:", 12, "'' is not a number from 1");
	expect_refusal(*state, "app>state+8:0", 12, "'0' is not a number from 1");
	expect_refusal(*state, "app>state+8:01", 12, "'01' is not a number from 1");
	expect_refusal(*state, "app>state+8:-1", 12, "'-1' is not a number from 1");
	expect_refusal(*state, "app>state+8:1x", 12, "'1x' is not a number from 1");
	expect_refusal(*state, "app>state+8:65536", 12, "'65536' is too large");
	expect_refusal(*state, "app>state+8:99999999999999999999", 12,
		       "'99999999999999999999' is too large");
}

static void older_value_that_is_missing_or_odd_is_refused(void **state)
{
	expect_refusal(*state, "app=state+8:1", 3, "'=state+8:1' does not say which older value");
	expect_refusal(*state, "app=state+8:1~0", 14, "'0' is not a number from 1");
	expect_refusal(*state, "app=state+8:1~256", 14, "'256' is too large");
	expect_refusal(*state, "app>state+8:1~1", 12, "'1~1' is not a number from 1");
}

/* --- following --- */

struct shared {
	_Alignas(64) u64 x;
	u64 y;
	spinlock_t lock;
};

/* Who came when. */
static char order[64];

static void note(char what)
{
	order[strlen(order)] = what;
}

static void one(void *state)
{
	struct shared *s = state;

	for (int i = 0; i < 3; i++) {
		__atomic_fetch_add(&s->x, 1, __ATOMIC_RELAXED);
		note('1');
	}
	spin_lock(&s->lock);
	WRITE_ONCE(s->y, 1);
	note('1');
	spin_unlock(&s->lock);
}

static void two(void *state)
{
	struct shared *s = state;

	__atomic_fetch_add(&s->x, 1, __ATOMIC_RELAXED);
	note('2');
	spin_lock(&s->lock);
	WRITE_ONCE(s->y, 2);
	note('2');
	spin_unlock(&s->lock);
}

static void begin(void *state)
{
	(void)state;
	memset(order, 0, sizeof(order));
}

static int replay(const char *schedule)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.begin = begin,
		.strategy = NP_REPLAY,
		.schedule = schedule,
		.actors = { { .name = "one", .body = one },
			    { .name = "two", .body = two, .cpu = 1 } },
	};

	return np_explore(&options, NULL);
}

static void expect_order(const char *schedule, const char *wanted)
{
	assert_int_equal(replay(schedule), 0);
	assert_string_equal(order, wanted);
}

static void empty_schedule_is_the_order_of_the_options(void **state)
{
	(void)state;
	expect_order("", "111122");
}

static void name_alone_runs_until_it_has_ended(void **state)
{
	(void)state;
	expect_order("two one", "221111");
}

static void place_and_number_stop_before_that_use(void **state)
{
	(void)state;
	expect_order("one>state+0:2 two one", "122111");
	expect_order("one>state+0:3 two>state+8:1 one two", "112121");
	expect_order("one>state+0:1 two", "221111");
}

/* "two" gets as far as the lock that "one" holds. */
static void name_alone_runs_until_it_has_to_wait(void **state)
{
	(void)state;
	expect_order("one>state+8:1 two one two", "111212");
}

static void latest_one_goes_on_when_the_schedule_is_used_up(void **state)
{
	(void)state;
	expect_order("two>state+8:1", "221111");
	expect_order("two>state+8:1 one>state+0:2", "211121");
}

static void schedule_that_cannot_be_followed_is_refused(void **state)
{
	(void)state;
	/* It ends before. */
	assert_int_equal(replay("one>state+0:4 two"), -EINVAL);
	/* It has used it already. */
	assert_int_equal(replay("one>state+0:3 one>state+0:2"), -EINVAL);
	/* It has ended. */
	assert_int_equal(replay("one one"), -EINVAL);
	assert_int_equal(replay("one two one"), -EINVAL);
	/* It has to wait, and nobody else goes on. */
	assert_int_equal(replay("one>state+8:1 two>state+8:1"), -EINVAL);
}

static void schedule_that_does_not_parse_is_refused(void **state)
{
	(void)state;
	assert_int_equal(replay("three"), -EINVAL);
	assert_int_equal(replay("one>nowhere:1"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_is_written_as_it_was_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(any_blanks_separate_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(place_is_the_granule_around_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(actor_that_is_not_there_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(place_that_is_not_there_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(number_that_is_missing_or_odd_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(older_value_that_is_missing_or_odd_is_refused,
						set_up, tear_down),
		cmocka_unit_test(empty_schedule_is_the_order_of_the_options),
		cmocka_unit_test(name_alone_runs_until_it_has_ended),
		cmocka_unit_test(place_and_number_stop_before_that_use),
		cmocka_unit_test(name_alone_runs_until_it_has_to_wait),
		cmocka_unit_test(latest_one_goes_on_when_the_schedule_is_used_up),
		cmocka_unit_test(schedule_that_cannot_be_followed_is_refused),
		cmocka_unit_test(schedule_that_does_not_parse_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
