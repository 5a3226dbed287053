/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>

#include <netpage/atomic.h>

static void add_and_sub_return_the_new_value(void **state)
{
	atomic_t v = ATOMIC_INIT(40);

	(void)state;
	assert_int_equal(atomic_add_return(2, &v), 42);
	assert_int_equal(atomic_sub_return(3, &v), 39);
	assert_int_equal(atomic_inc_return_relaxed(&v), 40);
	atomic_add(5, &v);
	atomic_sub(2, &v);
	atomic_inc(&v);
	atomic_dec(&v);
	assert_int_equal(atomic_read(&v), 43);
	assert_int_equal(atomic_read_acquire(&v), 43);
}

static void set_and_xchg_write_the_value(void **state)
{
	atomic_t v = ATOMIC_INIT(0);

	(void)state;
	atomic_set(&v, 7);
	assert_int_equal(atomic_xchg(&v, -1), 7);
	atomic_set_release(&v, 3);
	assert_int_equal(atomic_read(&v), 3);
}

static void test_operations_say_whether_zero_was_reached(void **state)
{
	atomic_t v = ATOMIC_INIT(3);

	(void)state;
	assert_false(atomic_dec_and_test(&v));
	assert_true(atomic_sub_and_test(2, &v));
	assert_true(atomic_add_negative(-1, &v));
	assert_false(atomic_add_negative(1, &v));
}

static void cmpxchg_returns_what_it_found(void **state)
{
	atomic_t v = ATOMIC_INIT(5);

	(void)state;
	assert_int_equal(atomic_cmpxchg(&v, 4, 9), 5);
	assert_int_equal(atomic_read(&v), 5);
	assert_int_equal(atomic_cmpxchg(&v, 5, 9), 5);
	assert_int_equal(atomic_read(&v), 9);
}

static void add_unless_leaves_the_forbidden_value_alone(void **state)
{
	atomic_t v = ATOMIC_INIT(0);

	(void)state;
	assert_false(atomic_add_unless(&v, 1, 0));
	assert_int_equal(atomic_read(&v), 0);
	atomic_set(&v, 1);
	assert_true(atomic_add_unless(&v, 1, 0));
	assert_int_equal(atomic_read(&v), 2);
}

static void overflow_wraps_to_the_most_negative_value(void **state)
{
	atomic_t v = ATOMIC_INIT(INT_MAX);
	atomic_long_t l = ATOMIC_INIT(LONG_MAX);

	(void)state;
	assert_int_equal(atomic_add_return(1, &v), INT_MIN);
	assert_true(atomic_long_add_return(1, &l) == LONG_MIN);
}

static void long_operations_carry_beyond_32_bits(void **state)
{
	atomic_long_t v = ATOMIC_INIT(0xffffffffL);

	(void)state;
	assert_true(atomic_long_add_return(1, &v) == 0x100000000L);
	assert_true(atomic_long_xchg(&v, -5) == 0x100000000L);
	assert_true(atomic_long_cmpxchg(&v, -5, 1) == -5);
	assert_true(atomic_long_add_unless(&v, 1, 0));
	assert_true(atomic_long_sub_and_test(2, &v));
	assert_false(atomic_long_add_negative(0, &v));
	assert_true(atomic_long_sub_return(1, &v) == -1);
	assert_true(atomic_long_inc_return_relaxed(&v) == 0);
	atomic_long_set_release(&v, 9);
	assert_true(atomic_long_read_acquire(&v) == 9);
}

static void cmpxchg_on_plain_words_returns_what_it_found(void **state)
{
	unsigned long word = 0;

	(void)state;
	assert_int_equal(np_cmpxchg(&word, 0UL, 4UL), 0);
	assert_int_equal(np_cmpxchg(&word, 0UL, 8UL), 4);
	assert_int_equal(word, 4);
	assert_int_equal(xchg(&word, 16UL), 4);
}

#define ROUNDS 20000

static void *count(void *arg)
{
	atomic_t *v = arg;

	for (int i = 0; i < ROUNDS; i++)
		if (!atomic_add_unless(v, 1, -1))
			break;
	return NULL;
}

static void two_threads_lose_no_increment(void **state)
{
	atomic_t v = ATOMIC_INIT(0);
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, count, &v), 0);
	count(&v);
	pthread_join(thread, NULL);
	smp_mb();
	assert_int_equal(atomic_read(&v), 2 * ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_and_sub_return_the_new_value),
		cmocka_unit_test(set_and_xchg_write_the_value),
		cmocka_unit_test(test_operations_say_whether_zero_was_reached),
		cmocka_unit_test(cmpxchg_returns_what_it_found),
		cmocka_unit_test(add_unless_leaves_the_forbidden_value_alone),
		cmocka_unit_test(overflow_wraps_to_the_most_negative_value),
		cmocka_unit_test(long_operations_carry_beyond_32_bits),
		cmocka_unit_test(cmpxchg_on_plain_words_returns_what_it_found),
		cmocka_unit_test(two_threads_lose_no_increment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
