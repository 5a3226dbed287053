/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What lib/explore/lock_order.c says of the order and the contexts in which locks are taken. */
#include "explore_fixture.h"

struct shared {
	spinlock_t a, b, c;
	int flag;
};

static void take(spinlock_t *outer, spinlock_t *inner)
{
	spin_lock(outer);
	spin_lock(inner);
	spin_unlock(inner);
	spin_unlock(outer);
}

static void a_then_b(void *state)
{
	struct shared *s = state;

	take(&s->a, &s->b);
}

static void b_then_a(void *state)
{
	struct shared *s = state;

	take(&s->b, &s->a);
}

static void both_orders(void *state)
{
	a_then_b(state);
	b_then_a(state);
}

static struct np_explore_options one(void (*body)(void *state))
{
	return (struct np_explore_options){
		.state_size = sizeof(struct shared),
		.actors = { { .name = "one", .body = body } },
	};
}

static struct np_explore_options two(void (*body1)(void *state), enum np_context_kind kind1,
				     void (*body2)(void *state), enum np_context_kind kind2)
{
	return (struct np_explore_options){
		.state_size = sizeof(struct shared),
		.actors = { { .name = "one", .body = body1, .kind = kind1, .cpu = 0 },
			    { .name = "two", .body = body2, .kind = kind2, .cpu = 1 } },
	};
}

static void both_orders_are_reported_even_when_nobody_can_hang(void **state)
{
	struct np_explore_options options = one(both_orders);
	struct np_explored *explored;
	const struct np_found *found;

	(void)state;
	explored = explore(&options);
	found = find(explored, NP_LOCK_ORDER, "taken with state+4 held, at take");
	assert_non_null(found);
	assert_non_null(strstr(found->message, "the other way round: state+4 is taken"));
	assert_string_equal(found->object, "state+0");
	assert_int_equal(explored->nr_found, 1);
	np_explored_free(explored);
}

static void two_actors_that_hang_are_reported_as_both(void **state)
{
	struct np_explore_options options = two(a_then_b, NP_TASK, b_then_a, NP_TASK);
	struct np_explored *explored;

	(void)state;
	explored = explore(&options);
	assert_non_null(find(explored, NP_LOCK_ORDER, "the other way round"));
	assert_non_null(find(explored, NP_DEADLOCK, ""));
	np_explored_free(explored);
}

static void one_order_is_in_order(void **state)
{
	struct np_explore_options options = two(a_then_b, NP_TASK, a_then_b, NP_TASK);

	(void)state;
	expect_nothing(&options);
}

static void in_a_circle(void *state)
{
	struct shared *s = state;

	take(&s->a, &s->b);
	take(&s->b, &s->c);
	take(&s->c, &s->a);
}

static void circle_of_three_locks_is_reported(void **state)
{
	struct np_explore_options options = one(in_a_circle);

	(void)state;
	expect(&options, NP_LOCK_ORDER, "and so on");
}

static void try_in_the_other_order(void *state)
{
	struct shared *s = state;

	a_then_b(state);
	spin_lock(&s->b);
	if (spin_trylock(&s->a))
		spin_unlock(&s->a);
	spin_unlock(&s->b);
}

static void lock_that_is_only_tried_has_no_order(void **state)
{
	struct np_explore_options options = one(try_in_the_other_order);

	(void)state;
	expect_nothing(&options);
}

static void try_first(void *state)
{
	struct shared *s = state;

	if (spin_trylock(&s->a)) {
		spin_lock(&s->b);
		spin_unlock(&s->b);
		spin_unlock(&s->a);
	}
	b_then_a(state);
}

static void lock_that_was_tried_is_held_like_any_other(void **state)
{
	struct np_explore_options options = one(try_first);

	(void)state;
	expect(&options, NP_LOCK_ORDER, "the other way round");
}

/* --- interrupts: on another CPU, so that nobody hangs --- */

static void take_a(void *state)
{
	struct shared *s = state;

	spin_lock(&s->a);
	spin_unlock(&s->a);
}

static void take_a_with_bh_off(void *state)
{
	local_bh_disable();
	take_a(state);
	local_bh_enable();
}

static void take_a_with_irqs_off(void *state)
{
	local_irq_save();
	take_a(state);
	local_irq_restore();
}

static void try_a(void *state)
{
	struct shared *s = state;

	if (spin_trylock(&s->a))
		spin_unlock(&s->a);
}

static void lock_of_softirqs_is_taken_with_softirqs_off(void **state)
{
	struct np_explore_options wrong = two(take_a, NP_TASK, take_a, NP_SOFTIRQ);
	struct np_explore_options right = two(take_a_with_bh_off, NP_TASK, take_a, NP_SOFTIRQ);
	struct np_explore_options safe = two(take_a_with_irqs_off, NP_TASK, take_a, NP_SOFTIRQ);

	(void)state;
	expect(&wrong, NP_WRONG_CONTEXT, "taken in a softirq, at take_a");
	expect_nothing(&right);
	expect_nothing(&safe);
}

static void lock_of_hardirqs_is_taken_with_interrupts_off(void **state)
{
	struct np_explore_options wrong = two(take_a_with_bh_off, NP_TASK, take_a, NP_HARDIRQ);
	struct np_explore_options softirq = two(take_a, NP_SOFTIRQ, take_a, NP_HARDIRQ);
	struct np_explore_options right = two(take_a_with_irqs_off, NP_TASK, take_a, NP_HARDIRQ);

	(void)state;
	expect(&wrong, NP_WRONG_CONTEXT, "taken in a hard interrupt, at take_a");
	expect(&softirq, NP_WRONG_CONTEXT, "taken in a hard interrupt, at take_a");
	expect_nothing(&right);
}

static void softirq_that_only_tries_does_not_hang(void **state)
{
	struct np_explore_options tries = two(take_a, NP_TASK, try_a, NP_SOFTIRQ);
	struct np_explore_options waits = two(try_a, NP_TASK, take_a, NP_SOFTIRQ);

	(void)state;
	expect_nothing(&tries);
	expect(&waits, NP_WRONG_CONTEXT, "taken in a softirq");
}

static void locks_of_tasks_have_no_rule(void **state)
{
	struct np_explore_options options = two(take_a, NP_TASK, take_a_with_bh_off, NP_KTHREAD);

	(void)state;
	expect_nothing(&options);
}

/* --- memory that is another lock in the next execution --- */

static void either_order(void *state)
{
	struct shared *s = state;
	spinlock_t *own = np_alloc(np_this_machine(), sizeof(*own));

	if (READ_ONCE(s->flag))
		take(&s->a, own);
	else
		take(own, &s->a);
	np_free(np_this_machine(), own, sizeof(*own));
}

static void raise_flag(void *state)
{
	WRITE_ONCE(((struct shared *)state)->flag, 1);
}

static const struct np_machine_options two_cpus = { .nr_cpus = 2, .nr_pages = 64 };

static void lock_in_memory_of_an_execution_is_forgotten_with_it(void **state)
{
	struct np_explore_options options = two(either_order, NP_KTHREAD, raise_flag, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	assert_int_equal(expect_nothing(&options), 2);
}

static void both_orders_of_own(void *state)
{
	struct shared *s = state;
	spinlock_t *own = np_alloc(np_this_machine(), sizeof(*own));

	take(&s->a, own);
	take(own, &s->a);
	np_free(np_this_machine(), own, sizeof(*own));
}

static void lock_in_memory_of_an_execution_has_an_order_in_it(void **state)
{
	struct np_explore_options options =
		two(both_orders_of_own, NP_KTHREAD, raise_flag, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	expect(&options, NP_LOCK_ORDER, "the other way round");
}

struct many {
	spinlock_t locks[500];
};

static void take_many(void *state)
{
	struct many *many = state;

	for (size_t i = 0; i + 1 < ARRAY_SIZE(many->locks); i++)
		take(&many->locks[i], &many->locks[i + 1]);
	take(&many->locks[ARRAY_SIZE(many->locks) - 1], &many->locks[0]);
}

static void circle_of_many_locks_is_found(void **state)
{
	struct np_explore_options options = one(take_many);

	(void)state;
	options.state_size = sizeof(struct many);
	expect(&options, NP_LOCK_ORDER, "taken with state+1996 held");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_orders_are_reported_even_when_nobody_can_hang),
		cmocka_unit_test(two_actors_that_hang_are_reported_as_both),
		cmocka_unit_test(one_order_is_in_order),
		cmocka_unit_test(circle_of_three_locks_is_reported),
		cmocka_unit_test(lock_that_is_only_tried_has_no_order),
		cmocka_unit_test(lock_that_was_tried_is_held_like_any_other),
		cmocka_unit_test(lock_of_softirqs_is_taken_with_softirqs_off),
		cmocka_unit_test(lock_of_hardirqs_is_taken_with_interrupts_off),
		cmocka_unit_test(softirq_that_only_tries_does_not_hang),
		cmocka_unit_test(locks_of_tasks_have_no_rule),
		cmocka_unit_test(lock_in_memory_of_an_execution_is_forgotten_with_it),
		cmocka_unit_test(lock_in_memory_of_an_execution_has_an_order_in_it),
		cmocka_unit_test(circle_of_many_locks_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
