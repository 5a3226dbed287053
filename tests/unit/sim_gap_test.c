/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <gap.h>

/* One packet for each of @pages, half a millisecond apart; then the end. */
static struct np_gap measured(size_t nr, const int64_t *pages)
{
	struct np_gap gap = { .over = { .largest = { .pages = 0 } } };

	for (size_t i = 0; i < nr; i++)
		np_gap_measure(&gap, pages[i], (struct np_moment){ i, i / 2 });
	np_gap_end(&gap, (struct np_moment){ nr, nr / 2 });
	return gap;
}

static void numbers_that_never_differ_have_no_gap(void **state)
{
	const int64_t pages[] = { 0, 0, 0 };
	struct np_gap gap = measured(3, pages);

	(void)state;
	assert_int_equal(gap.over.largest.pages, 0);
	assert_int_equal(gap.under.largest.pages, 0);
}

static void stretch_lasts_from_the_first_difference_to_the_first_agreement(void **state)
{
	const int64_t pages[] = { 0, 2, 5, 3, 3, 0, 0 };
	struct np_gap gap = measured(7, pages);

	(void)state;
	assert_int_equal(gap.over.largest.pages, 5);
	assert_int_equal(gap.over.largest.at.packet, 2);
	assert_int_equal(gap.over.largest.at.ms, 1);
	assert_int_equal(gap.over.largest.packets, 4);
	assert_int_equal(gap.over.largest.ms, 2);
}

static void stretch_that_is_not_over_ends_with_the_run(void **state)
{
	const int64_t pages[] = { 0, 0, -4, -4 };
	struct np_gap gap = measured(4, pages);

	(void)state;
	assert_int_equal(gap.under.largest.pages, 4);
	assert_int_equal(gap.under.largest.packets, 2);
}

static void other_direction_ends_a_stretch(void **state)
{
	const int64_t pages[] = { 3, -1, -1, 2 };
	struct np_gap gap = measured(4, pages);

	(void)state;
	assert_int_equal(gap.over.largest.pages, 3);
	assert_int_equal(gap.over.largest.packets, 1);
	assert_int_equal(gap.under.largest.pages, 1);
	assert_int_equal(gap.under.largest.packets, 2);
}

static void largest_gap_counts_and_not_the_longest(void **state)
{
	const int64_t pages[] = { 1, 1, 1, 1, 0, 7, 0 };
	struct np_gap gap = measured(7, pages);

	(void)state;
	assert_int_equal(gap.over.largest.pages, 7);
	assert_int_equal(gap.over.largest.packets, 1);
}

static void first_of_equal_gaps_is_kept(void **state)
{
	const int64_t pages[] = { 7, 0, 7, 7, 0 };
	struct np_gap gap = measured(5, pages);

	(void)state;
	assert_int_equal(gap.over.largest.at.packet, 0);
	assert_int_equal(gap.over.largest.packets, 1);
}

static void lowest_number_there_is_has_a_gap(void **state)
{
	const int64_t pages[] = { INT64_MIN };
	struct np_gap gap = measured(1, pages);

	(void)state;
	assert_int_equal(gap.under.largest.pages, UINT64_C(1) << 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_never_differ_have_no_gap),
		cmocka_unit_test(stretch_lasts_from_the_first_difference_to_the_first_agreement),
		cmocka_unit_test(stretch_that_is_not_over_ends_with_the_run),
		cmocka_unit_test(other_direction_ends_a_stretch),
		cmocka_unit_test(largest_gap_counts_and_not_the_longest),
		cmocka_unit_test(first_of_equal_gaps_is_kept),
		cmocka_unit_test(lowest_number_there_is_has_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
