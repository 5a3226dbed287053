/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <random.h>

static void splitmix64_gives_the_numbers_of_its_reference(void **state)
{
	uint64_t seed = 1234567;

	(void)state;
	assert_int_equal(np_splitmix64(&seed), 6457827717110365317u);
	assert_int_equal(np_splitmix64(&seed), 3203168211198807973u);
	assert_int_equal(np_splitmix64(&seed), 9817491932198370423u);
}

static void xoshiro_gives_the_numbers_of_its_reference(void **state)
{
	struct np_random random = { { 1, 2, 3, 4 } };

	(void)state;
	assert_int_equal(np_random_next(&random), 11520);
	assert_int_equal(np_random_next(&random), 0);
	assert_int_equal(np_random_next(&random), 1509978240);
	assert_int_equal(np_random_next(&random), 1215971899390074240u);
}

static void equal_seed_and_stream_give_equal_numbers(void **state)
{
	struct np_random a, b;

	(void)state;
	np_random_seed(&a, 42, 3);
	np_random_seed(&b, 42, 3);
	for (int i = 0; i < 100; i++)
		assert_int_equal(np_random_next(&a), np_random_next(&b));
}

static void streams_of_one_seed_differ(void **state)
{
	struct np_random a, b;
	int equal = 0;

	(void)state;
	np_random_seed(&a, 42, 0);
	np_random_seed(&b, 42, 1);
	for (int i = 0; i < 100; i++)
		equal += np_random_next(&a) == np_random_next(&b);
	assert_int_equal(equal, 0);
}

static void seeds_that_differ_in_one_bit_give_unlike_numbers(void **state)
{
	struct np_random a, b;
	int bits = 0;

	(void)state;
	np_random_seed(&a, 0, 0);
	np_random_seed(&b, 1, 0);
	for (int i = 0; i < 100; i++)
		bits += __builtin_popcountll(np_random_next(&a) ^ np_random_next(&b));
	/* 3200 would be the mean, 40 the standard deviation. */
	assert_in_range(bits, 3000, 3400);
}

static void below_reaches_every_number_and_no_other(void **state)
{
	struct np_random random;
	unsigned int count[7] = { 0 };

	(void)state;
	np_random_seed(&random, 7, 0);
	for (int i = 0; i < 70000; i++) {
		uint64_t number = np_random_below(&random, 7);

		assert_in_range(number, 0, 6);
		count[number]++;
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(count[i], 9500, 10500);
}

static void below_one_is_zero(void **state)
{
	struct np_random random;

	(void)state;
	np_random_seed(&random, 7, 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(np_random_below(&random, 1), 0);
}

static void below_a_bound_past_half_the_range_is_still_below_it(void **state)
{
	const uint64_t bound = (UINT64_C(1) << 63) + 1;
	struct np_random random;

	(void)state;
	np_random_seed(&random, 7, 0);
	for (int i = 0; i < 1000; i++)
		assert_in_range(np_random_below(&random, bound), 0, bound - 1);
}

static void one_in_n_is_true_about_once_in_n_times(void **state)
{
	struct np_random random;
	int hits = 0;

	(void)state;
	np_random_seed(&random, 7, 0);
	for (int i = 0; i < 80000; i++)
		hits += np_random_one_in(&random, 8);
	assert_in_range(hits, 9600, 10400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splitmix64_gives_the_numbers_of_its_reference),
		cmocka_unit_test(xoshiro_gives_the_numbers_of_its_reference),
		cmocka_unit_test(equal_seed_and_stream_give_equal_numbers),
		cmocka_unit_test(streams_of_one_seed_differ),
		cmocka_unit_test(seeds_that_differ_in_one_bit_give_unlike_numbers),
		cmocka_unit_test(below_reaches_every_number_and_no_other),
		cmocka_unit_test(below_one_is_zero),
		cmocka_unit_test(below_a_bound_past_half_the_range_is_still_below_it),
		cmocka_unit_test(one_in_n_is_true_about_once_in_n_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
