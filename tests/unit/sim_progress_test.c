/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <progress.h>

static void bar_is_empty_at_the_beginning(void **state)
{
	char buf[120];

	(void)state;
	assert_string_equal(np_progress_format(buf, sizeof(buf), "packets", 0, 8, 0),
			    "[                              ]   0 %, 0 s");
}

static void bar_is_half_full_in_the_middle(void **state)
{
	char buf[120];

	(void)state;
	assert_string_equal(np_progress_format(buf, sizeof(buf), "packets", 4, 8, 12345),
			    "[###############               ]  50 %, 12 s");
}

static void bar_is_full_at_the_end_and_beyond(void **state)
{
	char buf[120];

	(void)state;
	assert_string_equal(np_progress_format(buf, sizeof(buf), "packets", 9, 8, 0),
			    "[##############################] 100 %, 0 s");
}

static void count_is_shown_where_the_end_is_not_known(void **state)
{
	char buf[120];

	(void)state;
	assert_string_equal(np_progress_format(buf, sizeof(buf), "packets", 77, 0, 2000),
			    "77 packets, 2 s");
}

static void largest_numbers_do_not_overflow(void **state)
{
	char buf[120];

	(void)state;
	assert_string_equal(np_progress_format(buf, sizeof(buf), "packets", UINT64_MAX / 2,
					       UINT64_MAX, 0),
			    "[###############               ]  50 %, 0 s");
}

static void nothing_is_drawn_where_there_is_no_terminal(void **state)
{
	FILE *out = tmpfile();
	struct np_progress progress;

	(void)state;
	assert_non_null(out);
	np_progress_begin(&progress, out, "packets", 8, true);
	/* As if it had begun long ago. */
	progress.begun_ms = 0;
	np_progress_update(&progress, 4);
	np_progress_end(&progress);
	assert_int_equal(ftell(out), 0);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bar_is_empty_at_the_beginning),
		cmocka_unit_test(bar_is_half_full_in_the_middle),
		cmocka_unit_test(bar_is_full_at_the_end_and_beyond),
		cmocka_unit_test(count_is_shown_where_the_end_is_not_known),
		cmocka_unit_test(largest_numbers_do_not_overflow),
		cmocka_unit_test(nothing_is_drawn_where_there_is_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
