/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "normalise.h"
#include "wrap.h"

#define MAILS "tests/scenarios/mail/"
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(1 << 16);

	assert_non_null(file);
	assert_non_null(bytes);
	*len = fread(bytes, 1, 1 << 16, file);
	fclose(file);
	return bytes;
}

/* The only block of a text. */
static struct np_block *only_block_of(const char *text, size_t len)
{
	struct np_scenario_error error;
	struct np_block *block, *other;
	struct np_mail mail;

	np_mail_init(&mail, text, len);
	if (np_mail_next(&mail, &block, &error) != 1)
		fail_msg("%u:%u: %s", error.line, error.column, error.message);
	assert_int_equal(np_mail_next(&mail, &other, &error), 0);
	assert_null(other);
	return block;
}

static struct np_block *block_of(const char *text)
{
	return only_block_of(text, strlen(text));
}

/* The first answer to a text, which must be an error. */
static struct np_scenario_error refusal_of(const char *text, size_t len, int code)
{
	struct np_scenario_error error;
	struct np_block *block;
	struct np_mail mail;

	np_mail_init(&mail, text, len);
	assert_int_equal(np_mail_next(&mail, &block, &error), code);
	assert_null(block);
	assert_int_equal(error.code, code);
	return error;
}

static void assert_text(const char *mail, const char *text)
{
	struct np_block *block = block_of(mail);

	assert_string_equal(block->text, text);
	np_block_free(block);
}

static void every_damaged_mail_has_the_same_scenario(void **state)
{
	size_t i, len, seen = 0;
	char *plain = read_file(MAILS "plain.txt", &len);
	struct np_block *wanted = only_block_of(plain, len);
	glob_t mails;

	(void)state;
	assert_int_equal(glob(MAILS "*.txt", 0, NULL, &mails), 0);
	for (i = 0; i < mails.gl_pathc; i++) {
		struct np_block *block;
		char *bytes;

		if (strstr(mails.gl_pathv[i], "cut_off"))
			continue;
		bytes = read_file(mails.gl_pathv[i], &len);
		block = only_block_of(bytes, len);
		if (strcmp(block->text, wanted->text) != 0)
			fail_msg("%s:\n%s", mails.gl_pathv[i], block->text);
		assert_true(block->hash == wanted->hash);
		np_block_free(block);
		free(bytes);
		seen++;
	}
	assert_true(seen >= 21);
	globfree(&mails);
	np_block_free(wanted);
	free(plain);
}

static void a_scenario_that_was_cut_off_is_refused(void **state)
{
	size_t len;
	char *bytes = read_file(MAILS "cut_off.txt", &len);
	struct np_scenario_error error = refusal_of(bytes, len, -ENODATA);

	(void)state;
	assert_int_equal(error.line, 3);
	assert_non_null(strstr(error.message, "cut off"));
	free(bytes);
}

static void a_whole_scenario_below_one_that_was_cut_off_is_found(void **state)
{
	size_t len;
	char *bytes = read_file(MAILS "cut_off_before_another.txt", &len);
	struct np_scenario_error error;
	struct np_block *block;
	struct np_mail mail;

	(void)state;
	np_mail_init(&mail, bytes, len);
	assert_int_equal(np_mail_next(&mail, &block, &error), -ENODATA);
	assert_int_equal(np_mail_next(&mail, &block, &error), 1);
	np_block_free(block);
	assert_int_equal(np_mail_next(&mail, &block, &error), 0);
	free(bytes);
}

/* Whatever is torn off a mail, a part of a scenario is never taken for a scenario. */
static void no_beginning_of_a_mail_is_a_scenario(void **state)
{
	static const char *const mails[] = {
		MAILS "plain.txt",
		MAILS "quoted_and_torn.txt",
		MAILS "everything_at_once.txt",
		MAILS "quoted_printable_short_lines.txt",
		MAILS "html_escapes_quoted.txt",
	};
	size_t i, len, cut;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(mails); i++) {
		char *bytes = read_file(mails[i], &len);
		struct np_block *whole = only_block_of(bytes, len);

		for (cut = 0; cut < len; cut++) {
			struct np_scenario_error error;
			struct np_block *block;
			struct np_mail mail;

			np_mail_init(&mail, bytes, cut);
			if (np_mail_next(&mail, &block, &error) == 1)
				assert_string_equal(block->text, whole->text);
			np_block_free(block);
		}
		np_block_free(whole);
		free(bytes);
	}
}

static void scenarios_of_one_mail_come_in_turn(void **state)
{
	static const char mail_text[] =
		"netpage 1 a\nmodel 6.1\nend\nprose\n> netpage 1 b\n> end\n";
	struct np_scenario_error error;
	struct np_block *block;
	struct np_mail mail;

	(void)state;
	np_mail_init(&mail, mail_text, strlen(mail_text));
	assert_int_equal(np_mail_next(&mail, &block, &error), 1);
	assert_string_equal(block->name, "a");
	np_block_free(block);
	assert_int_equal(np_mail_next(&mail, &block, &error), 1);
	assert_string_equal(block->name, "b");
	np_block_free(block);
	assert_int_equal(np_mail_next(&mail, &block, &error), 0);
}

static void a_text_without_a_scenario_is_refused(void **state)
{
	(void)state;
	refusal_of("", 0, -ENOENT);
	refusal_of("Hello\n", 6, -ENOENT);
}

static void a_beginning_without_a_name_is_pointed_at(void **state)
{
	static const char text[] = "Hi\nnetpage 1\nmodel 6.1\nend\n";
	struct np_scenario_error error = refusal_of(text, strlen(text), -ENOENT);

	(void)state;
	assert_int_equal(error.line, 2);
	assert_string_equal(error.text, "netpage 1");
}

static void prose_that_begins_like_a_scenario_is_passed_over(void **state)
{
	(void)state;
	assert_text("netpage 1 is what I speak.\nnetpage 1 a\nend\n", "netpage 1 a\nend\n");
}

static void another_version_of_the_language_is_refused(void **state)
{
	static const char text[] = "netpage 2 a\nend\n";

	(void)state;
	refusal_of(text, strlen(text), -EPROTONOSUPPORT);
}

static void a_name_that_is_too_long_is_refused(void **state)
{
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "netpage 1 %0*d\nend\n", NP_SCENARIO_NAME_MAX, 0);
	text[10] = 'n';
	np_block_free(block_of(text));
	snprintf(text, sizeof(text), "netpage 1 n%0*d\nend\n", NP_SCENARIO_NAME_MAX, 0);
	refusal_of(text, strlen(text), -EINVAL);
}

static void a_line_without_a_keyword_belongs_to_the_one_above(void **state)
{
	(void)state;
	assert_text("netpage 1 a\ncheck usage(A)\n\n == 1\nend\n",
		    "netpage 1 a\ncheck   usage(A) == 1\nend\n");
}

static void an_actor_behind_at_belongs_to_the_line_above(void **state)
{
	(void)state;
	assert_text("netpage 1 a\nat skb_free\napp: exit(P)\napp: exit(Q)\nend\n",
		    "netpage 1 a\nat      skb_free app: exit(P)\napp:    exit(Q)\nend\n");
}

static void a_result_named_page_begins_no_declaration(void **state)
{
	(void)state;
	assert_text("netpage 1 a\napp: alloc_pages() =>\npage=q\nend\n",
		    "netpage 1 a\napp:    alloc_pages() => page=q\nend\n");
}

static void a_comparison_at_the_beginning_of_a_line_is_no_quotation(void **state)
{
	(void)state;
	assert_text("netpage 1 a\ncheck usage(A)\n> 1\nend\n",
		    "netpage 1 a\ncheck   usage(A) > 1\nend\n");
	assert_text("> netpage 1 a\n> check usage(A)\n> > 1\n> end\n",
		    "netpage 1 a\ncheck   usage(A) > 1\nend\n");
}

static void an_answer_between_quoted_lines_is_dropped(void **state)
{
	(void)state;
	assert_text("> netpage 1 a\n> model 6.1\nend\ncheck 1\n\n> rest 1\n> end\n",
		    "netpage 1 a\nmodel   6.1\nrest    1\nend\n");
}

static void bytes_of_other_peoples_lines_do_not_matter(void **state)
{
	(void)state;
	assert_text("> netpage 1 a\n\xc3\xa9t\xc3\xa9 \x01\n> end\n", "netpage 1 a\nend\n");
}

static void a_plain_number_is_not_taken_for_quoted_printable(void **state)
{
	(void)state;
	assert_text("netpage 1 a\nmemcg A max=20\nmemcg B max=64\nend\n",
		    "netpage 1 a\nmemcg   A max=20\nmemcg   B max=64\nend\n");
}

static void text_that_was_encoded_twice_is_refused(void **state)
{
	static const char text[] = "netpage 1 a\n# =3D3D\nend\n";

	(void)state;
	refusal_of(text, strlen(text), -EINVAL);
}

static void a_nul_byte_is_refused_with_its_place(void **state)
{
	static const char text[] = "netpage 1 a\ncheck \0 1\nend\n";
	struct np_scenario_error error = refusal_of(text, sizeof(text) - 1, -EILSEQ);

	(void)state;
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 7);
	assert_non_null(strstr(error.message, "NUL"));
}

static void a_letter_beyond_ascii_is_refused_with_its_place(void **state)
{
	static const char text[] = "netpage 1 a\n# \xc3\xa9t\xc3\xa9\nend\n";
	struct np_scenario_error error = refusal_of(text, strlen(text), -EILSEQ);

	(void)state;
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 3);
}

static void a_control_character_is_refused(void **state)
{
	static const char text[] = "netpage 1 a\n# \x1b[2J\nend\n";

	(void)state;
	refusal_of(text, strlen(text), -EILSEQ);
}

static void a_comment_that_would_be_torn_is_refused(void **state)
{
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "netpage 1 a\n#%0*d\n\nend\n", NP_COMMENT_COLUMNS, 0);
	np_block_free(block_of(text));
	snprintf(text, sizeof(text), "netpage 1 a\n#%0*d\n\nend\n", NP_COMMENT_COLUMNS + 1, 0);
	refusal_of(text, strlen(text), -EINVAL);
}

static void a_misspelt_keyword_does_not_vanish_in_the_comment_above(void **state)
{
	static const char text[] = "netpage 1 a\n# what must be:\nchek usage(A) == 1\nend\n";
	struct np_scenario_error error = refusal_of(text, strlen(text), -EINVAL);

	(void)state;
	assert_int_equal(error.line, 3);
	assert_string_equal(error.nearest, "check");
}

static void a_line_that_continues_nothing_is_refused(void **state)
{
	static const char text[] = "netpage 1 a\nmodle 6.1\nend\n";
	struct np_scenario_error error = refusal_of(text, strlen(text), -EINVAL);

	(void)state;
	assert_int_equal(error.line, 2);
	assert_string_equal(error.nearest, "model");
}

static void words_that_make_a_scenario_are_refused_inside_one(void **state)
{
	static const char *const texts[] = { "netpage 1 a\nend now\nend\n",
					     "netpage 1 a\nnetpage 1\nend\n" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		struct np_scenario_error error = refusal_of(texts[i], strlen(texts[i]), -EINVAL);

		assert_int_equal(error.line, 2);
		assert_non_null(strstr(error.message, "cannot stand inside a scenario"));
	}
}

static void an_end_that_may_belong_to_the_comment_above_is_refused(void **state)
{
	static const char text[] =
		"netpage 1 a\n# 123456789 123456789 123456789 123456789 123456789 123456789 the\n"
		"end\nmodel 6.1\nend\n";

	(void)state;
	refusal_of(text, strlen(text), -EINVAL);
}

static void a_word_that_no_line_can_hold_is_refused(void **state)
{
	char text[256];
	struct np_scenario_error error;

	(void)state;
	snprintf(text, sizeof(text), "netpage 1 a\ncheck %073d\nend\n", 0);
	error = refusal_of(text, strlen(text), -EINVAL);
	assert_int_equal(error.line, 2);
}

static char *repeat(const char *head, const char *line, size_t times, const char *tail)
{
	size_t size = strlen(head) + strlen(line) * times + strlen(tail) + 1, i;
	char *text = malloc(size), *end = text;

	assert_non_null(text);
	end = stpcpy(end, head);
	for (i = 0; i < times; i++)
		end = stpcpy(end, line);
	stpcpy(end, tail);
	return text;
}

static void a_line_that_is_too_long_is_refused(void **state)
{
	char *text = repeat("netpage 1 a\n", "check 1 ", NP_LINE_MAX / 8 + 1, "\nend\n");

	(void)state;
	refusal_of(text, strlen(text), -EINVAL);
	free(text);
}

static void a_statement_that_is_too_long_is_refused(void **state)
{
	char *text = repeat("netpage 1 a\ncheck 1\n", "&& 1\n", NP_LINE_MAX / 4, "end\n");

	(void)state;
	refusal_of(text, strlen(text), -EINVAL);
	free(text);
}

static void a_scenario_of_too_many_lines_is_refused(void **state)
{
	char *text = repeat("netpage 1 a\n", "check 1\n", NP_BLOCK_LINES_MAX, "end\n");

	(void)state;
	np_block_free(block_of(text));
	free(text);
	text = repeat("netpage 1 a\n", "check 1\n", NP_BLOCK_LINES_MAX + 1, "end\n");
	refusal_of(text, strlen(text), -EINVAL);
	free(text);
}

static void a_mail_that_is_too_large_is_refused(void **state)
{
	(void)state;
	/* Nothing of it is looked at. */
	refusal_of("", NP_MAIL_MAX + 1, -E2BIG);
}

static void long_statements_are_broken_where_they_are_joined_again(void **state)
{
	static const char text[] = "netpage 1 a\nat put_page_network_uncharged(a_page_with_a_name) "
				   "nth=2147483647 an_actor_with_a_long_name: exit(P)\ncheck "
				   "current(a_memcg_with_a_very_long_name) + 100000000 > "
				   "current(another_memcg_with_a_long_name)\nend\n";
	struct np_block *block = block_of(text), *again = block_of(block->text);
	const char *line;

	(void)state;
	for (line = block->text; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= NP_COLUMNS);
	assert_string_equal(block->text, again->text);
	assert_int_equal(block->nr_statements, 2);
	np_block_free(again);
	np_block_free(block);
}

static void places_are_those_of_the_mail(void **state)
{
	struct np_block *block = block_of("Hi\r\n\r\n> netpage 1 a\r\n> check 1 &&\r\nYes\r\n\r\n"
					  ">  usage(A)\r\n> end\r\n");
	struct np_scenario_error error;

	(void)state;
	np_scenario_error_set(&error, -EINVAL, "test");
	np_block_place(block, 0,
		       strstr(block->statements[0].text, "usage") - block->statements[0].text, 5,
		       &error);
	assert_int_equal(error.line, 7);
	assert_int_equal(error.column, 2);
	assert_int_equal(error.width, 5);
	assert_string_equal(error.text, " usage(A)");
	np_block_free(block);
}

static void the_hash_is_fnv_1a(void **state)
{
	(void)state;
	assert_true(np_hash("", 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(np_hash("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(np_hash("foobar", 6) == UINT64_C(0x85944171f73967e8));
}

static void the_hash_is_that_of_the_canonical_text(void **state)
{
	struct np_block *block = block_of("netpage 1 a\nmodel 6.1\nend\n");

	(void)state;
	assert_true(block->hash == np_hash(block->text, block->len));
	np_block_free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_damaged_mail_has_the_same_scenario),
		cmocka_unit_test(a_scenario_that_was_cut_off_is_refused),
		cmocka_unit_test(a_whole_scenario_below_one_that_was_cut_off_is_found),
		cmocka_unit_test(no_beginning_of_a_mail_is_a_scenario),
		cmocka_unit_test(scenarios_of_one_mail_come_in_turn),
		cmocka_unit_test(a_text_without_a_scenario_is_refused),
		cmocka_unit_test(a_beginning_without_a_name_is_pointed_at),
		cmocka_unit_test(prose_that_begins_like_a_scenario_is_passed_over),
		cmocka_unit_test(another_version_of_the_language_is_refused),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
		cmocka_unit_test(a_line_without_a_keyword_belongs_to_the_one_above),
		cmocka_unit_test(an_actor_behind_at_belongs_to_the_line_above),
		cmocka_unit_test(a_result_named_page_begins_no_declaration),
		cmocka_unit_test(a_comparison_at_the_beginning_of_a_line_is_no_quotation),
		cmocka_unit_test(an_answer_between_quoted_lines_is_dropped),
		cmocka_unit_test(bytes_of_other_peoples_lines_do_not_matter),
		cmocka_unit_test(a_plain_number_is_not_taken_for_quoted_printable),
		cmocka_unit_test(text_that_was_encoded_twice_is_refused),
		cmocka_unit_test(a_nul_byte_is_refused_with_its_place),
		cmocka_unit_test(a_letter_beyond_ascii_is_refused_with_its_place),
		cmocka_unit_test(a_control_character_is_refused),
		cmocka_unit_test(a_comment_that_would_be_torn_is_refused),
		cmocka_unit_test(a_misspelt_keyword_does_not_vanish_in_the_comment_above),
		cmocka_unit_test(a_line_that_continues_nothing_is_refused),
		cmocka_unit_test(words_that_make_a_scenario_are_refused_inside_one),
		cmocka_unit_test(an_end_that_may_belong_to_the_comment_above_is_refused),
		cmocka_unit_test(a_word_that_no_line_can_hold_is_refused),
		cmocka_unit_test(a_line_that_is_too_long_is_refused),
		cmocka_unit_test(a_statement_that_is_too_long_is_refused),
		cmocka_unit_test(a_scenario_of_too_many_lines_is_refused),
		cmocka_unit_test(a_mail_that_is_too_large_is_refused),
		cmocka_unit_test(long_statements_are_broken_where_they_are_joined_again),
		cmocka_unit_test(places_are_those_of_the_mail),
		cmocka_unit_test(the_hash_is_fnv_1a),
		cmocka_unit_test(the_hash_is_that_of_the_canonical_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
