/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vocabulary.h"

static char *help_on(const char *name, int *ret)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	*ret = np_vocabulary_help(out, name);
	fclose(out);
	return text;
}

static void assert_helped(const char *name)
{
	int ret;
	char *text = help_on(name, &ret);

	if (ret)
		fail_msg("no help on %s", name);
	assert_non_null(strstr(text, name));
	free(text);
}

static char *markdown(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	np_vocabulary_markdown(out);
	fclose(out);
	return text;
}

static void assert_on_page(const char *page, const char *name)
{
	char cell[96];

	snprintf(cell, sizeof(cell), "`%s`", name);
	if (!strstr(page, cell))
		fail_msg("%s is not on the reference page", name);
}

static void every_function_is_complete(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_STEPS; i++) {
		const struct np_vocabulary_step *row = &np_vocabulary_steps[i];
		unsigned int j;

		assert_non_null(row->name);
		assert_non_null(row->kernel);
		assert_non_null(row->help);
		assert_int_equal(row->since, 1);
		assert_true(row->results & (1u << NP_RESULT_ERROR));
		assert_true(row->arguments_min <= row->arguments_max);
		assert_true(row->arguments_max <= NP_ARGUMENTS_MAX);
		for (j = 0; j < row->arguments_max; j++)
			assert_true(np_vocabulary_argument_at(row, j)->accepts != 0);
		assert_int_equal(np_vocabulary_find_step(row->name, strlen(row->name)), i);
	}
}

static void every_declaration_is_complete(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_DECLARATIONS; i++) {
		const struct np_vocabulary_declaration *row = &np_vocabulary_declarations[i];
		unsigned int j;

		assert_non_null(row->name);
		assert_non_null(row->help);
		assert_true(row->attributes > 0 && row->attributes <= NP_ATTRIBUTES_MAX);
		for (j = 0; j < row->attributes; j++) {
			const struct np_vocabulary_attribute *attribute = &row->attribute[j];

			assert_non_null(attribute->name);
			assert_non_null(attribute->help);
			assert_true(!attribute->positional || j == 0);
			if (attribute->type == NP_VALUE_ENUM || attribute->type == NP_VALUE_SET)
				assert_non_null(attribute->words);
			if (attribute->type == NP_VALUE_INTEGER)
				assert_true(attribute->minimum < attribute->maximum);
		}
		assert_int_equal(np_vocabulary_find_declaration(row->name, strlen(row->name)), i);
	}
}

static void every_query_is_complete(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_QUERIES; i++) {
		const struct np_vocabulary_query *row = &np_vocabulary_queries[i];
		unsigned int j;

		assert_non_null(row->name);
		assert_non_null(row->help);
		assert_int_equal(row->since, 1);
		assert_true(row->arguments <= NP_QUERY_ARGUMENTS_MAX);
		for (j = 0; j < row->arguments; j++)
			assert_true(row->argument[j].accepts != 0);
		assert_int_equal(np_vocabulary_find_query(row->name, strlen(row->name)), i);
	}
}

static void every_trace_point_is_complete(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_POINTS; i++) {
		const struct np_vocabulary_point *row = &np_vocabulary_points[i];

		assert_non_null(row->name);
		assert_non_null(row->help);
		assert_int_equal(row->since, 1);
		assert_int_equal(np_vocabulary_find_point(row->name, strlen(row->name)), i);
	}
}

static void every_rule_result_and_keyword_is_complete(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_RULES; i++) {
		const char *name = np_vocabulary_rules[i].name;

		assert_non_null(np_vocabulary_rules[i].help);
		assert_int_equal(np_vocabulary_find_rule(name, strlen(name)), i);
	}
	for (i = 0; i < NP_RESULTS; i++) {
		const char *name = np_vocabulary_results[i].name;

		assert_non_null(np_vocabulary_results[i].help);
		assert_int_equal(np_vocabulary_find_result(name, strlen(name)), i);
	}
	for (i = 0; i < NP_KEYWORDS; i++) {
		const char *name = np_vocabulary_keywords[i].name;

		assert_non_null(np_vocabulary_keywords[i].help);
		assert_int_equal(np_vocabulary_find_keyword(name, strlen(name)), i);
	}
}

static void the_features_are_the_words_of_needs(void **state)
{
	const struct np_vocabulary_attribute *needs =
		&np_vocabulary_declarations[NP_DECLARE_MODEL].attribute[NP_MODEL_ATTR_NEEDS];
	int i;

	(void)state;
	for (i = 0; i < NP_NEEDS_WORDS; i++)
		assert_string_equal(needs->words[i], np_vocabulary_features[i].name);
	assert_null(needs->words[i]);
}

static void no_keyword_is_a_declaration_too(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_KEYWORDS; i++) {
		const char *name = np_vocabulary_keywords[i].name;

		assert_int_equal(np_vocabulary_find_declaration(name, strlen(name)), -1);
		assert_true(np_vocabulary_is_keyword(name, strlen(name)));
	}
}

static void a_part_of_a_word_is_no_word(void **state)
{
	(void)state;
	assert_int_equal(np_vocabulary_find_step("get_page_unless", 15), -1);
	assert_int_equal(np_vocabulary_find_step("get_page_unless_zero", 8), NP_STEP_GET_PAGE);
	assert_int_equal(np_vocabulary_find_query("", 0), -1);
}

static void there_is_help_on_every_word(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < NP_STEPS; i++)
		assert_helped(np_vocabulary_steps[i].name);
	for (i = 0; i < NP_DECLARATIONS; i++)
		assert_helped(np_vocabulary_declarations[i].name);
	for (i = 0; i < NP_QUERIES; i++)
		assert_helped(np_vocabulary_queries[i].name);
	for (i = 0; i < NP_POINTS; i++)
		assert_helped(np_vocabulary_points[i].name);
	for (i = 0; i < NP_RULES; i++)
		assert_helped(np_vocabulary_rules[i].name);
	for (i = 0; i < NP_RESULTS; i++)
		assert_helped(np_vocabulary_results[i].name);
	for (i = 0; i < NP_KEYWORDS; i++)
		assert_helped(np_vocabulary_keywords[i].name);
	for (i = 0; i < NP_NEEDS_WORDS; i++)
		assert_helped(np_vocabulary_features[i].name);
	for (i = 0; np_vocabulary_constants[i].name; i++)
		assert_helped(np_vocabulary_constants[i].name);
}

static void help_without_a_word_lists_all_functions(void **state)
{
	int i, ret;
	char *text = help_on(NULL, &ret);

	(void)state;
	assert_int_equal(ret, 0);
	for (i = 0; i < NP_STEPS; i++)
		assert_non_null(strstr(text, np_vocabulary_steps[i].name));
	free(text);
}

static void help_on_a_misspelt_word_names_the_nearest(void **state)
{
	int ret;
	char *text = help_on("zerocopy_recieve", &ret);

	(void)state;
	assert_int_equal(ret, -ENOENT);
	assert_non_null(strstr(text, "did you mean `zerocopy_receive`?"));
	free(text);
}

static void help_on_nonsense_names_nothing(void **state)
{
	int ret;
	char *text = help_on("xyzzyxyzzyxyzzy", &ret);

	(void)state;
	assert_int_equal(ret, -ENOENT);
	assert_null(strstr(text, "did you mean"));
	free(text);
}

static void help_on_a_word_without_end_is_bounded(void **state)
{
	char name[4096];
	char *text;
	int ret;

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	text = help_on(name, &ret);
	assert_int_equal(ret, -ENOENT);
	assert_true(strlen(text) < 256);
	free(text);
}

static void help_on_a_function_names_its_counterpart(void **state)
{
	int ret;
	char *text = help_on("zerocopy_receive", &ret);

	(void)state;
	assert_non_null(strstr(text, "zerocopy_receive(sock[, pages])"));
	assert_non_null(strstr(text, "tcp_zerocopy_receive(), net/ipv4/tcp.c"));
	free(text);
}

static void the_reference_page_has_every_word(void **state)
{
	char *page = markdown();
	int i;

	(void)state;
	for (i = 0; i < NP_STEPS; i++)
		assert_on_page(page, np_vocabulary_steps[i].name);
	for (i = 0; i < NP_QUERIES; i++)
		assert_on_page(page, np_vocabulary_queries[i].name);
	for (i = 0; i < NP_POINTS; i++)
		assert_on_page(page, np_vocabulary_points[i].name);
	for (i = 0; i < NP_RULES; i++)
		assert_on_page(page, np_vocabulary_rules[i].name);
	for (i = 0; i < NP_RESULTS; i++)
		assert_on_page(page, np_vocabulary_results[i].name);
	for (i = 0; i < NP_KEYWORDS; i++)
		assert_on_page(page, np_vocabulary_keywords[i].name);
	for (i = 0; np_vocabulary_constants[i].name; i++)
		assert_on_page(page, np_vocabulary_constants[i].name);
	free(page);
}

static void the_reference_page_is_the_same_each_time(void **state)
{
	char *first = markdown(), *second = markdown();

	(void)state;
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void what_an_argument_accepts_can_be_read(void **state)
{
	char text[64];

	(void)state;
	np_vocabulary_accepts(NP_ACCEPT(NP_OBJECT_POOL) | NP_ACCEPT(NP_OBJECT_NIC), text,
			      sizeof(text));
	assert_string_equal(text, "pool or nic");
	np_vocabulary_accepts(NP_ACCEPT(NP_OBJECT_PROC) | NP_ACCEPT_NEW, text, sizeof(text));
	assert_string_equal(text, "new name of a proc");
	np_vocabulary_accepts(NP_ACCEPT_NUMBER, text, sizeof(text));
	assert_string_equal(text, "number");
	np_vocabulary_accepts(~0u, text, 4);
	assert_string_equal(text, "new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_function_is_complete),
		cmocka_unit_test(every_declaration_is_complete),
		cmocka_unit_test(every_query_is_complete),
		cmocka_unit_test(every_trace_point_is_complete),
		cmocka_unit_test(every_rule_result_and_keyword_is_complete),
		cmocka_unit_test(the_features_are_the_words_of_needs),
		cmocka_unit_test(no_keyword_is_a_declaration_too),
		cmocka_unit_test(a_part_of_a_word_is_no_word),
		cmocka_unit_test(there_is_help_on_every_word),
		cmocka_unit_test(help_without_a_word_lists_all_functions),
		cmocka_unit_test(help_on_a_misspelt_word_names_the_nearest),
		cmocka_unit_test(help_on_nonsense_names_nothing),
		cmocka_unit_test(help_on_a_word_without_end_is_bounded),
		cmocka_unit_test(help_on_a_function_names_its_counterpart),
		cmocka_unit_test(the_reference_page_has_every_word),
		cmocka_unit_test(the_reference_page_is_the_same_each_time),
		cmocka_unit_test(what_an_argument_accepts_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
