/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A search that is stopped and resumed, however often, is the search that it would have been. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <netpage/explore.h>

#define SIZE 8

struct words {
	u64 a[SIZE + 1];
};

static char path[64];

static int set_up(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/explore_resume_test.XXXXXX", P_tmpdir);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	remove(path);
	return 0;
}

static void scan_down(void *state)
{
	struct words *w = state;

	for (int i = SIZE; READ_ONCE(w->a[i]); i--)
		;
}

static void one_more_than_below(void *state)
{
	u64 *a = &((struct words *)state)->a[(uintptr_t)np_actor_arg()];
	u64 below = READ_ONCE(a[-1]);

	WRITE_ONCE(*a, below + 1);
}

static void last_is_not_eight(void *state)
{
	struct words *w = state;

	np_assert(w->a[SIZE] != SIZE, "a is filled\n\tin order: 100 %%");
}

/* lastzero(8). */
static struct np_explore_options program(void)
{
	static const char names[SIZE + 1][3] = {
		"", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"
	};
	struct np_explore_options options = { .state_size = sizeof(struct words),
					      .final = last_is_not_eight,
					      .no_minimise = true,
					      .state_file = path };

	options.actors[0] = (struct np_actor){ .name = "scan", .body = scan_down };
	for (uintptr_t n = 1; n <= SIZE; n++)
		options.actors[n] = (struct np_actor){ .name = names[n],
						       .body = one_more_than_below,
						       .arg = (void *)n };
	return options;
}

static struct np_explored *explore(const struct np_explore_options *options)
{
	struct np_explored *explored = NULL;
	int ret = np_explore(options, &explored);

	if (ret < 0)
		fail_msg("np_explore: %d", ret);
	return explored;
}

/* A search in parts of @part executions each. */
static struct np_explored *explore_in_parts(struct np_explore_options *options, unsigned long part,
					    unsigned int *parts)
{
	struct np_explored *explored;

	for (*parts = 1;; ++*parts) {
		options->max_executions = *parts * part;
		explored = explore(options);
		if (explored->exhausted)
			return explored;
		assert_int_equal(explored->executions, *parts * part);
		np_explored_free(explored);
	}
}

static void search_in_parts_counts_what_the_whole_one_counts(void **state)
{
	static const unsigned long sizes[] = { 1, 7, 100, 767 };
	struct np_explore_options options = program();
	struct np_explored *whole, *in_parts;
	unsigned int parts;

	(void)state;
	options.state_file = NULL;
	whole = explore(&options);
	assert_int_equal(whole->blocked, 0);
	assert_true(whole->failed > 0);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		options = program();
		in_parts = explore_in_parts(&options, sizes[i], &parts);
		remove(path);
		assert_int_equal(parts, (whole->executions + sizes[i] - 1) / sizes[i]);
		assert_int_equal(in_parts->executions, whole->executions);
		assert_int_equal(in_parts->blocked, 0);
		assert_int_equal(in_parts->failed, whole->failed);
		assert_int_equal(in_parts->steps, whole->steps);
		assert_int_equal(in_parts->max_steps, whole->max_steps);
		assert_int_equal(in_parts->nr_found, 1);
		assert_string_equal(in_parts->found->message, whole->found->message);
		assert_string_equal(in_parts->found->schedule, whole->found->schedule);
		assert_int_equal(in_parts->found->first, whole->found->first);
		assert_int_equal(in_parts->found->executions, whole->found->executions);
		np_explored_free(in_parts);
	}
	np_explored_free(whole);
}

static void search_that_was_to_its_end_does_not_begin_again(void **state)
{
	struct np_explore_options options = program();
	struct np_explored *first = explore(&options), *second = explore(&options);

	(void)state;
	assert_true(second->exhausted);
	assert_int_equal(second->executions, first->executions);
	assert_int_equal(second->nr_found, first->nr_found);
	np_explored_free(first);
	np_explored_free(second);
}

static void file_of_another_program_is_refused(void **state)
{
	struct np_explore_options options = program();

	(void)state;
	options.max_executions = 10;
	np_explored_free(explore(&options));
	options.actors[3].name = "other";
	assert_int_equal(np_explore(&options, NULL), -EINVAL);
	options = program();
	options.actors[8].body = NULL;
	assert_int_equal(np_explore(&options, NULL), -EINVAL);
	options = program();
	options.commute = true;
	assert_int_equal(np_explore(&options, NULL), -EINVAL);
	/* Nothing but the code says that it is another one. */
	options = program();
	options.actors[3].arg = (void *)4;
	assert_int_equal(np_explore(&options, NULL), -EINVAL);
}

static void other_strategies_are_not_resumed(void **state)
{
	struct np_explore_options options = program();

	(void)state;
	options.strategy = NP_RANDOM;
	assert_int_equal(np_explore(&options, NULL), -EINVAL);
}

static char *read_file(size_t *size)
{
	char *text = malloc(1 << 16);
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	*size = fread(text, 1, 1 << 16, in);
	assert_true(*size < 1 << 16);
	fclose(in);
	return text;
}

static void write_file(const char *text, size_t size)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fwrite(text, 1, size, out);
	fclose(out);
}

static void file_that_is_cut_off_is_refused(void **state)
{
	struct np_explore_options options = program();
	size_t size;
	char *text;

	(void)state;
	options.max_executions = 10;
	np_explored_free(explore(&options));
	text = read_file(&size);
	for (size_t cut = 0; cut + 1 < size; cut += 1 + size / 200) {
		write_file(text, cut);
		assert_int_equal(np_explore(&options, NULL), -EINVAL);
	}
	write_file(text, size);
	options.max_executions = 20;
	np_explored_free(explore(&options));
	free(text);
}

/* Any number may be any other one: it is refused, or the search is another, but it ends. */
static void damaged_file_does_no_harm(void **state)
{
	struct np_explore_options options = program();
	size_t size;
	char *text;

	(void)state;
	options.max_executions = 10;
	np_explored_free(explore(&options));
	text = read_file(&size);
	options.max_executions = 20;
	options.max_steps = 0;
	for (size_t at = 0; at < size; at += 1 + size / 300) {
		char was = text[at];

		text[at] = was == '1' ? '7' : '1';
		write_file(text, size);
		np_explore(&options, NULL);
		text[at] = was;
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(search_in_parts_counts_what_the_whole_one_counts,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(search_that_was_to_its_end_does_not_begin_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_of_another_program_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(other_strategies_are_not_resumed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(file_that_is_cut_off_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_file_does_no_harm, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
