/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "sim_case_fixture.h"

#include <json-c/json.h>

#include <command.h>
#include <compare.h>

#define COMPARE(output, ...) CALL(np_command_compare, (output), "compare", __VA_ARGS__)

static void add_reader(const struct folder *folder, const char *name)
{
	folder_add(folder, name,
		   "netpage 1 one_reader\n"
		   "# A page is read.\n"
		   "# Really.\n"
		   "# source: a mail\n"
		   "# of March\n"
		   "model 6.1\n" READER);
}

/* --- the comparison itself --- */

static struct np_comparison compared(const struct folder *folder, const char *const *schemes,
				     size_t nr)
{
	struct np_comparison comparison = { 0 };
	struct np_progress progress;

	for (size_t i = 0; i < nr; i++)
		assert_int_equal(np_comparison_add_scheme(&comparison, schemes[i]), 0);
	assert_int_equal(np_comparison_add_folder(&comparison, folder->path, "cases", stderr), 0);
	np_progress_begin(&progress, stderr, "cells", 0, false);
	assert_int_equal(np_comparison_play(&comparison, &progress, 0), 0);
	return comparison;
}

static const char *verdict(const struct np_comparison *comparison, size_t row, size_t column)
{
	return np_comparison_verdict(np_comparison_cell(comparison, row, column));
}

static void cell_is_holds_or_the_invariant_that_breaks_first(void **state)
{
	const char *const schemes[] = { "unaccounted", "network_at_zero" };
	struct np_comparison comparison;

	add_reader(*state, "a/one.npt");
	comparison = compared(*state, schemes, 2);
	assert_string_equal(verdict(&comparison, 0, 0), "zerocopy_charged");
	assert_string_equal(verdict(&comparison, 0, 1), "holds");
	assert_string_not_equal(np_comparison_cell(&comparison, 0, 0)->text, "");
	np_comparison_free(&comparison);
}

static void result_of_the_scenario_is_left_aside(void **state)
{
	const char *const schemes[] = { "network_at_zero" };
	struct np_comparison comparison;

	folder_add(*state, "one.npt",
		   "netpage 1 says_fail\nmodel 6.1 scheme=unaccounted\n" HOST
		   "napi: rx(eth0, s) => frag=p\n"
		   "app: zerocopy_receive(s)\n"
		   "result fail zerocopy_charged\n"
		   "end\n");
	comparison = compared(*state, schemes, 1);
	assert_string_equal(verdict(&comparison, 0, 0), "holds");
	np_comparison_free(&comparison);
}

static void scheme_without_a_needed_feature_is_not_applicable(void **state)
{
	const char *const schemes[] = { "network_at_zero", "network_callback" };
	struct np_comparison comparison;

	folder_add(*state, "one.npt", "netpage 1 asks_driver\nmodel 6.1 needs=callback\n" READER);
	comparison = compared(*state, schemes, 2);
	assert_string_equal(verdict(&comparison, 0, 0), "n/a");
	assert_contains(np_comparison_cell(&comparison, 0, 0)->text, "lacks callback");
	assert_string_equal(verdict(&comparison, 0, 1), "holds");
	assert_int_equal(np_comparison_count(&comparison, 0, NP_PLAY_SKIPPED), 1);
	np_comparison_free(&comparison);
}

static void case_that_cannot_be_built_is_an_error(void **state)
{
	const char *const schemes[] = { "unaccounted" };
	struct np_comparison comparison;

	folder_add(*state, "one.npt",
		   "netpage 1 no_room\nmodel 6.1 pages=64\n"
		   "nic eth0 driver=page_alloc ring=4096\nend\n");
	comparison = compared(*state, schemes, 1);
	assert_string_equal(verdict(&comparison, 0, 0), "error");
	assert_contains(np_comparison_cell(&comparison, 0, 0)->text, "eth0");
	np_comparison_free(&comparison);
}

static void all_schemes_come_in_the_order_of_the_docs_and_once(void **state)
{
	const char *const schemes[] = { "network_callback", "all", "unaccounted" };
	struct np_comparison comparison;
	unsigned int built_in = 0;

	add_reader(*state, "one.npt");
	comparison = compared(*state, schemes, 3);
	while (np_scheme_at(built_in))
		built_in++;
	assert_int_equal(comparison.nr_schemes, built_in);
	assert_string_equal(comparison.schemes[0].scheme->name, "network_callback");
	assert_string_equal(comparison.schemes[1].scheme->name, np_scheme_at(0)->name);
	np_comparison_free(&comparison);
}

static void rows_are_sorted_by_folder_and_then_by_file(void **state)
{
	const char *const schemes[] = { "unaccounted" };
	struct np_comparison comparison;

	folder_add(*state, "b/first.npt", "netpage 1 b1\nmodel 6.1\nend\n");
	folder_add(*state, "a/second.npt", "netpage 1 a2\nmodel 6.1\nend\n");
	folder_add(*state, "a/first.npt", "netpage 1 a1\nmodel 6.1\nend\n");
	folder_add(*state, "top.npt", "netpage 1 c1\nmodel 6.1\nend\n");
	comparison = compared(*state, schemes, 1);
	assert_int_equal(comparison.nr_cases, 4);
	assert_string_equal(comparison.cases[0].file, "cases/a/first.npt");
	assert_string_equal(comparison.cases[0].group, "a");
	assert_string_equal(comparison.cases[1].file, "cases/a/second.npt");
	assert_string_equal(comparison.cases[2].group, "b");
	assert_string_equal(comparison.cases[3].group, "cases");
	np_comparison_free(&comparison);
}

static void opening_comments_say_what_it_is_about_and_its_source(void **state)
{
	const char *const schemes[] = { "unaccounted" };
	struct np_comparison comparison;

	add_reader(*state, "one.npt");
	comparison = compared(*state, schemes, 1);
	assert_string_equal(comparison.cases[0].about, "A page is read. Really.");
	assert_string_equal(comparison.cases[0].source, "a mail of March");
	np_comparison_free(&comparison);
}

static void replay_names_the_file_as_it_is_shown(void **state)
{
	const char *const schemes[] = { "unaccounted" };
	struct np_comparison comparison;
	char command[200];

	add_reader(*state, "one.npt");
	comparison = compared(*state, schemes, 1);
	assert_string_equal(np_comparison_replay(&comparison, 0, 0, command, sizeof(command)),
			    "netpage-sim run cases/one.npt --scheme unaccounted");
	np_comparison_free(&comparison);
}

static void selected(const struct folder *folder, const char *word, int err, size_t nr)
{
	struct np_comparison comparison = { 0 };

	assert_int_equal(np_comparison_add_folder(&comparison, folder->path, "cases", stderr), 0);
	assert_int_equal(np_comparison_select(&comparison, &word, 1), err);
	if (!err)
		assert_int_equal(comparison.nr_cases, nr);
	np_comparison_free(&comparison);
}

static void case_is_selected_by_its_name_or_else_by_a_part(void **state)
{
	folder_add(*state, "a/1.npt", "netpage 1 page\nmodel 6.1\nend\n");
	folder_add(*state, "a/2.npt", "netpage 1 page_twice\nmodel 6.1\nend\n");
	folder_add(*state, "b/3.npt", "netpage 1 other\nmodel 6.1\nend\n");
	selected(*state, "page", 0, 1);
	selected(*state, "pag", 0, 2);
	selected(*state, "a/", 0, 2);
}

/* --- the command --- */

static void violations_are_a_result_and_not_a_failure(void **state)
{
	const struct folder *folder = *state;

	add_reader(folder, "one.npt");
	assert_int_equal(COMPARE(NULL, "--dir", folder->path, "--case", "one_reader"),
			 NP_EXIT_PASS);
}

static void case_that_does_not_parse_is_data_that_is_wrong(void **state)
{
	const struct folder *folder = *state;

	folder_add(folder, "one.npt", "netpage 1 wrong\nmodel 6.1\nfoo bar\nend\n");
	assert_int_equal(COMPARE(NULL, "--dir", folder->path), NP_EXIT_DATA);
}

static void folder_without_cases_is_data_that_is_wrong(void **state)
{
	const struct folder *folder = *state;

	assert_int_equal(COMPARE(NULL, "--dir", folder->path), NP_EXIT_DATA);
	assert_int_equal(COMPARE(NULL, "--dir", "/dev/null/nothing"), NP_EXIT_DATA);
}

static void case_that_cannot_be_played_is_a_failure(void **state)
{
	const struct folder *folder = *state;

	folder_add(folder, "one.npt",
		   "netpage 1 no_room\nmodel 6.1 pages=64\n"
		   "nic eth0 driver=page_alloc ring=4096\nend\n");
	assert_int_equal(COMPARE(NULL, "--dir", folder->path, "--case", "no_room"), NP_EXIT_FAIL);
}

static void command_line_that_is_wrong_is_a_usage_error(void **state)
{
	const struct folder *folder = *state;

	add_reader(folder, "one.npt");
	assert_int_equal(COMPARE(NULL, "--dir", folder->path, "--case", "nowhere"), NP_EXIT_USAGE);
	assert_int_equal(COMPARE(NULL, "--scheme", "nobody"), NP_EXIT_USAGE);
	assert_int_equal(COMPARE(NULL, "--progress", "perhaps"), NP_EXIT_USAGE);
	assert_int_equal(COMPARE(NULL, "--colour"), NP_EXIT_USAGE);
	assert_int_equal(COMPARE(NULL, "surplus"), NP_EXIT_USAGE);
	assert_int_equal(COMPARE(NULL, "--dir"), NP_EXIT_USAGE);
}

static void help_is_printed_on_request(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(COMPARE(&text, "--help"), NP_EXIT_PASS);
	assert_contains(text, "usage: netpage-sim compare");
	free(text);
}

static void table_has_words_a_legend_and_one_command(void **state)
{
	const struct folder *folder = *state;
	char *text;

	add_reader(folder, "a/one.npt");
	assert_int_equal(COMPARE(&text, "--dir", folder->path, "--case", "one_reader", "--scheme",
				 "unaccounted", "--scheme", "network_at_zero"),
			 NP_EXIT_PASS);
	assert_contains(text, "one_reader               UNPAID holds\n");
	assert_contains(text, "UNPAID  zerocopy_charged");
	assert_contains(text, "--scheme unaccounted\n");
	assert_lacks(text, "\033");
	free(text);
}

static void reasons_for_not_applicable_are_told_once(void **state)
{
	const struct folder *folder = *state;
	char *text, *first;

	folder_add(folder, "1.npt", "netpage 1 asks_one\nmodel 6.1 needs=callback\n" READER);
	folder_add(folder, "2.npt", "netpage 1 asks_two\nmodel 6.1 needs=callback\n" READER);
	assert_int_equal(COMPARE(&text, "--dir", folder->path, "--case", "asks", "--scheme",
				 "unaccounted", "--scheme", "network_at_zero"),
			 NP_EXIT_PASS);
	first = strstr(text, "lacks callback");
	assert_non_null(first);
	assert_lacks(first + 1, "lacks callback");
	assert_contains(first, "(4 cells: 1, 2)");
	free(text);
}

static char *printed(const struct np_comparison *comparison, struct np_compare_style style)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	np_comparison_print(out, comparison, &style);
	fclose(out);
	return text;
}

static void colours_are_there_when_they_are_wanted(void **state)
{
	const char *const schemes[] = { "unaccounted" };
	struct np_comparison comparison;
	char *text;

	add_reader(*state, "one.npt");
	comparison = compared(*state, schemes, 1);
	text = printed(&comparison, (struct np_compare_style){ .colour = true, .width = 100 });
	assert_contains(text, "\033[1;31mUNPAID\033[0m");
	free(text);
	np_comparison_free(&comparison);
}

static void long_name_is_broken_where_columns_are_few(void **state)
{
	const char *const schemes[] = { "unaccounted" };
	struct np_comparison comparison;
	char *text;

	folder_add(*state, "one.npt",
		   "netpage 1 first_words_of_a_name_that_is_very_very_long\nmodel 6.1\nend\n");
	comparison = compared(*state, schemes, 1);
	text = printed(&comparison, (struct np_compare_style){ .width = 40 });
	assert_contains(text, "  first_words_of_a_name_that_is_\n    very_very_long");
	free(text);
	text = printed(&comparison, (struct np_compare_style){ .width = 140 });
	assert_contains(text, "  first_words_of_a_name_that_is_very_very_long holds");
	free(text);
	np_comparison_free(&comparison);
}

static void table_of_the_project_fits_140_columns(void **state)
{
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(COMPARE(&text, "--progress", "never"), NP_EXIT_PASS);
	for (const char *line = text; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (len > 140 || (len && line[len - 1] == ' '))
			fail_msg("%zu columns: '%.*s'", len, (int)len, line);
	}
	free(text);
}

static void markdown_is_the_same_twice_and_names_no_machine(void **state)
{
	char *once, *again, here[512];

	(void)state;
	assert_int_equal(COMPARE(&once, "--markdown", "--case", "put_path/"), NP_EXIT_PASS);
	assert_int_equal(COMPARE(&again, "--markdown", "--case", "put_path/"), NP_EXIT_PASS);
	assert_string_equal(once, again);
	assert_non_null(getcwd(here, sizeof(here)));
	assert_lacks(once, here);
	assert_contains(once, "`netpage-sim run tests/scenarios/compare/");
	free(once);
	free(again);
}

static struct json_object *member(struct json_object *json, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, key, &value))
		fail_msg("no \"%s\" in %s", key, json_object_to_json_string(json));
	return value;
}

static const char *string(struct json_object *json, const char *key)
{
	return json_object_get_string(member(json, key));
}

static void json_has_cases_schemes_and_a_cell_for_each_pair(void **state)
{
	const struct folder *folder = *state;
	struct json_object *json, *cell;
	char *text;

	add_reader(folder, "a/one.npt");
	assert_int_equal(COMPARE(&text, "--dir", folder->path, "--case", "one_reader", "--scheme",
				 "unaccounted", "--scheme", "network_at_zero", "--json"),
			 NP_EXIT_PASS);
	json = json_tokener_parse(text);
	assert_non_null(json);
	assert_int_equal(json_object_array_length(member(json, "cases")), 1);
	assert_int_equal(json_object_array_length(member(json, "schemes")), 2);
	assert_int_equal(json_object_array_length(member(json, "cells")), 2);
	cell = json_object_array_get_idx(member(json, "cells"), 0);
	assert_string_equal(string(cell, "case"), "one_reader");
	assert_string_equal(string(cell, "verdict"), "zerocopy_charged");
	assert_string_not_equal(string(cell, "message"), "");
	assert_string_equal(string(cell, "reason"), "");
	assert_contains(string(cell, "replay"), "--scheme unaccounted");
	cell = json_object_array_get_idx(member(json, "schemes"), 1);
	assert_string_not_equal(string(member(cell, "cost"), "page_words"), "");
	json_object_put(json);
	free(text);
}

static void costs_alone_need_no_cases(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(COMPARE(&text, "--costs", "--dir", "/dev/null/nothing", "--scheme",
				 "page_pool_magic"),
			 NP_EXIT_PASS);
	assert_contains(text, "page_pool_magic");
	assert_contains(text, "unaccounted");
	assert_contains(text, "put ordinary");
	free(text);
	assert_int_equal(COMPARE(&text, "--costs", "--markdown", "--scheme", "unaccounted"),
			 NP_EXIT_PASS);
	assert_contains(text, "## Instructions");
	assert_contains(text, "## Locked operations");
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cell_is_holds_or_the_invariant_that_breaks_first),
		TEST(result_of_the_scenario_is_left_aside),
		TEST(scheme_without_a_needed_feature_is_not_applicable),
		TEST(case_that_cannot_be_built_is_an_error),
		TEST(all_schemes_come_in_the_order_of_the_docs_and_once),
		TEST(rows_are_sorted_by_folder_and_then_by_file),
		TEST(opening_comments_say_what_it_is_about_and_its_source),
		TEST(replay_names_the_file_as_it_is_shown),
		TEST(case_is_selected_by_its_name_or_else_by_a_part),
		TEST(violations_are_a_result_and_not_a_failure),
		TEST(case_that_does_not_parse_is_data_that_is_wrong),
		TEST(folder_without_cases_is_data_that_is_wrong),
		TEST(case_that_cannot_be_played_is_a_failure),
		TEST(command_line_that_is_wrong_is_a_usage_error),
		TEST(help_is_printed_on_request),
		TEST(table_has_words_a_legend_and_one_command),
		TEST(reasons_for_not_applicable_are_told_once),
		TEST(colours_are_there_when_they_are_wanted),
		TEST(long_name_is_broken_where_columns_are_few),
		TEST(table_of_the_project_fits_140_columns),
		TEST(markdown_is_the_same_twice_and_names_no_machine),
		TEST(json_has_cases_schemes_and_a_cell_for_each_pair),
		TEST(costs_alone_need_no_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
