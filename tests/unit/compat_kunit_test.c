/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Suites that fail, skip and crash on purpose are run in a process of their own, and what
 * they say is read.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/page_counter.h>

#include <cmocka.h>

struct said {
	char text[16384];
	int status; /* what main() would return; -1 when it was killed */
};

static void read_all(int fd, struct said *said)
{
	size_t length = 0;
	ssize_t n;

	while ((n = read(fd, said->text + length, sizeof(said->text) - 1 - length)) > 0)
		length += (size_t)n;
	said->text[length] = '\0';
}

/* Runs @suite with up to two arguments. */
static struct said run(struct kunit_suite *suite, const char *arg1, const char *arg2)
{
	struct kunit_suite *const array[] = { suite };
	const struct np_kunit_suites suites = { array, suite ? 1 : 0 };
	char *argv[] = { (char *)arg1, (char *)arg2 };
	struct said said = { "", -1 };
	int fds[2], status;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		status = np_kunit_run(&suites, &suites + 1, !!arg1 + !!arg2, argv);
		fflush(stdout);
		exit(status); /* and not _exit(): coverage is written down then */
	}
	close(fds[1]);
	read_all(fds[0], &said);
	close(fds[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		said.status = WEXITSTATUS(status);
	return said;
}

static void assert_says(const struct said *said, const char *text)
{
	if (!strstr(said->text, text))
		fail_msg("got:\n%s\nwant in it:\n%s", said->text, text);
}

static void assert_does_not_say(const struct said *said, const char *text)
{
	if (strstr(said->text, text))
		fail_msg("got:\n%s\nwant nowhere in it:\n%s", said->text, text);
}

#define SUITE(name_, ...)                                                                          \
	static struct kunit_case name_##_cases[] = { __VA_ARGS__, {} };                            \
	static struct kunit_suite name_ = { .name = #name_, .test_cases = name_##_cases }

/* --- what is run --- */

static void passes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1 + 1, 2);
	KUNIT_SUCCEED(test);
}

static void expects_too_much(struct kunit *test)
{
	int got = 3;

	KUNIT_EXPECT_EQ(test, got, 4);
	kunit_info(test, "still here");
}

static void asserts_too_much(struct kunit *test)
{
	int got = 3;

	KUNIT_ASSERT_GT_MSG(test, got, 4, "of %s", "apples");
	kunit_info(test, "still here");
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "no %s today", "apples");
	kunit_info(test, "still here");
}

SUITE(two, KUNIT_CASE(passes), KUNIT_CASE(skips));
SUITE(failing, KUNIT_CASE(expects_too_much), KUNIT_CASE(passes));
SUITE(ending, KUNIT_CASE(asserts_too_much));
SUITE(skipping, KUNIT_CASE(skips));

static void a_run_is_told_as_the_kernel_tells_it(void **unused)
{
	const struct said said = run(&two, NULL, NULL);

	(void)unused;
	assert_string_equal(said.text, "KTAP version 1\n"
				       "1..1\n"
				       "    KTAP version 1\n"
				       "    # Subtest: two\n"
				       "    1..2\n"
				       "    ok 1 passes\n"
				       "    ok 2 skips # SKIP no apples today\n"
				       "# two: pass:1 fail:0 skip:1 total:2\n"
				       "# Totals: pass:1 fail:0 skip:1 total:2\n"
				       "ok 1 two\n");
	assert_int_equal(said.status, 0);
}

static void a_failing_expectation_is_reported_and_the_case_goes_on(void **unused)
{
	const struct said said = run(&failing, NULL, NULL);

	(void)unused;
	assert_says(&said, "    # expects_too_much: EXPECTATION FAILED at ");
	assert_says(&said, "compat_kunit_test.c:");
	assert_says(&said, "\n    Expected got == 4, but\n        got == 3\n"
			   "    # expects_too_much: still here\n"
			   "    not ok 1 expects_too_much\n    ok 2 passes\n");
	assert_says(&said, "\nnot ok 1 failing\n");
	assert_int_equal(said.status, 1);
}

static void a_failing_assertion_ends_the_case_with_its_message(void **unused)
{
	const struct said said = run(&ending, NULL, NULL);

	(void)unused;
	assert_says(&said, "ASSERTION FAILED at ");
	assert_says(&said, "    Expected got > 4, but\n        got == 3\nof apples\n");
	assert_does_not_say(&said, "still here");
	assert_int_equal(said.status, 1);
}

static void a_suite_of_skipped_cases_is_skipped(void **unused)
{
	const struct said said = run(&skipping, NULL, NULL);

	(void)unused;
	assert_does_not_say(&said, "still here");
	assert_says(&said, "\nok 1 skipping # SKIP ");
	assert_int_equal(said.status, 0);
}

/* --- init, exit, resources --- */

static int init_says_so(struct kunit *test)
{
	kunit_info(test, "init");
	test->priv = (void *)1;
	return 0;
}

static int init_fails(struct kunit *test)
{
	return test ? -ENODEV : 0;
}

static void exit_says_so(struct kunit *test)
{
	kunit_info(test, "exit");
}

static int suite_init_fails(struct kunit_suite *suite)
{
	return suite ? -EIO : 0;
}

static void has_priv(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
}

static struct kunit_case asserting_cases[] = { KUNIT_CASE(asserts_too_much), {} };
static struct kunit_case priv_cases[] = { KUNIT_CASE(has_priv), {} };

static void exit_has_its_turn_after_a_failed_assertion(void **unused)
{
	struct kunit_suite suite = { .name = "s",
				     .init = init_says_so,
				     .exit = exit_says_so,
				     .test_cases = asserting_cases };
	const struct said said = run(&suite, NULL, NULL);

	(void)unused;
	assert_says(&said, "# asserts_too_much: init\n");
	assert_says(&said, "of apples\n    # asserts_too_much: exit\n    not ok 1 ");
}

static void what_init_leaves_is_there_in_the_case(void **unused)
{
	struct kunit_suite suite = { .name = "s", .init = init_says_so, .test_cases = priv_cases };

	(void)unused;
	assert_int_equal(run(&suite, NULL, NULL).status, 0);
}

static void an_init_that_fails_fails_the_case_without_running_it(void **unused)
{
	struct kunit_suite suite = { .name = "s", .init = init_fails, .test_cases = priv_cases };
	const struct said said = run(&suite, NULL, NULL);

	(void)unused;
	assert_says(&said, "    # has_priv: failed to initialize: -19\n    not ok 1 has_priv\n");
	assert_does_not_say(&said, "Expected");
}

static void a_suite_init_that_fails_runs_no_case(void **unused)
{
	struct kunit_suite suite = { .name = "s",
				     .suite_init = suite_init_fails,
				     .test_cases = priv_cases };
	const struct said said = run(&suite, NULL, NULL);

	(void)unused;
	assert_string_equal(said.text, "KTAP version 1\n1..1\n"
				       "    # failed to initialize (-5)\nnot ok 1 s\n");
	assert_int_equal(said.status, 1);
}

static void say_freed(struct kunit_resource *res)
{
	printk("freed %s", (const char *)res->data);
}

static void has_resources(struct kunit *test)
{
	static struct kunit_resource first, second;
	struct kunit_resource *found;

	kunit_add_named_resource(test, NULL, say_freed, &first, "first", (void *)"one");
	kunit_add_named_resource(test, NULL, say_freed, &second, "second", (void *)"two");
	KUNIT_EXPECT_EQ(test,
			kunit_add_named_resource(test, NULL, say_freed, &second, "first", NULL),
			-EEXIST);
	found = kunit_find_named_resource(test, "first");
	KUNIT_ASSERT_PTR_EQ(test, found, &first);
	kunit_put_resource(found);
	KUNIT_EXPECT_EQ(test, kunit_destroy_named_resource(test, "third"), -ENOENT);
}

static void allocates(struct kunit *test)
{
	char *kept = kunit_kzalloc(test, 100, GFP_KERNEL);
	char *freed = kunit_kmalloc(test, 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, kept);
	KUNIT_EXPECT_EQ(test, kept[99], 0);
	kunit_kfree(test, freed);
	KUNIT_EXPECT_NULL(test, kunit_kmalloc_array(test, SIZE_MAX, 2, GFP_KERNEL));
}

static void frees_twice(struct kunit *test)
{
	char *ptr = kunit_kmalloc(test, 1, GFP_KERNEL);

	kunit_kfree(test, ptr);
	kunit_kfree(test, ptr);
}

SUITE(resources, KUNIT_CASE(has_resources));
SUITE(allocating, KUNIT_CASE(allocates));
SUITE(freeing_twice, KUNIT_CASE(frees_twice));

static void resources_are_freed_the_latest_first(void **unused)
{
	const struct said said = run(&resources, NULL, NULL);

	(void)unused;
	assert_says(&said, "    1..1\nfreed two\nfreed one\n    ok 1 has_resources\n");
}

static void memory_of_a_case_is_zero_and_is_freed_with_it(void **unused)
{
	const struct said said = run(&allocating, NULL, NULL);

	(void)unused;
	assert_says(&said, "ok 1 allocates\n");
	assert_does_not_say(&said, "WARNING");
}

static void memory_that_is_freed_twice_fails_the_case(void **unused)
{
	const struct said said = run(&freeing_twice, NULL, NULL);

	(void)unused;
	assert_says(&said, "already freed");
	assert_says(&said, "not ok 1 frees_twice");
}

/* --- parameters --- */

static const int numbers[] = { 4, 5, 6 };

static void number_name(const int *number, char *desc)
{
	if (*number != 6)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "number %d", *number);
}

KUNIT_ARRAY_PARAM(number, numbers, number_name);

static void is_even(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, *(const int *)test->param_value % 2, 0);
}

SUITE(params, KUNIT_CASE_PARAM(is_even, number_gen_params));

static void each_parameter_is_a_subtest_and_one_that_fails_fails_the_case(void **unused)
{
	const struct said said = run(&params, NULL, NULL);

	(void)unused;
	assert_says(&said, "        KTAP version 1\n        # Subtest: is_even\n"
			   "        ok 1 number 4\n");
	assert_says(&said, "        not ok 2 number 5\n        ok 3 param-2\n"
			   "    # is_even: pass:2 fail:1 skip:0 total:3\n    not ok 1 is_even\n"
			   "# Totals: pass:2 fail:1 skip:0 total:3\nnot ok 1 params\n");
}

/* --- each kind of expectation --- */

static void all_hold(struct kunit *test)
{
	const char *text = "pear";
	void *ptr = test;

	KUNIT_EXPECT_TRUE(test, ptr);
	KUNIT_EXPECT_FALSE(test, !ptr);
	KUNIT_ASSERT_NE(test, 1, 2);
	KUNIT_ASSERT_LT(test, 1, 2);
	KUNIT_ASSERT_LE(test, 2, 2);
	KUNIT_ASSERT_GE(test, 2, 2);
	KUNIT_ASSERT_PTR_NE(test, ptr, NULL);
	KUNIT_ASSERT_STREQ(test, text, "pear");
	KUNIT_ASSERT_STRNEQ(test, text, "plum");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr);
}

static void none_holds(struct kunit *test)
{
	const char *text = "pear";
	void *ptr = ERR_PTR(-ENOMEM), *null = NULL;

	KUNIT_EXPECT_TRUE(test, text == ptr);
	KUNIT_EXPECT_FALSE(test, text != ptr);
	KUNIT_EXPECT_NE(test, 7, 7);
	KUNIT_EXPECT_PTR_EQ(test, ptr, null);
	KUNIT_EXPECT_STREQ(test, text, "plum");
	KUNIT_EXPECT_NULL(test, ptr);
	KUNIT_EXPECT_NOT_NULL(test, null);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, null);
	KUNIT_FAIL(test, "a %d", 1);
}

SUITE(holding, KUNIT_CASE(all_hold));
SUITE(not_holding, KUNIT_CASE(none_holds));

static void what_holds_is_not_told(void **unused)
{
	const struct said said = run(&holding, NULL, NULL);

	(void)unused;
	assert_does_not_say(&said, "Expected");
	assert_int_equal(said.status, 0);
}

static void what_does_not_hold_is_told_with_its_values(void **unused)
{
	const struct said said = run(&not_holding, NULL, NULL);

	(void)unused;
	assert_says(&said, "Expected text == ptr to be true, but is false\n");
	assert_says(&said, "Expected text != ptr to be false, but is true\n");
	assert_says(&said, "Expected 7 != 7, but\n    #");
	assert_says(&said, "Expected ptr == null, but\n        ptr == fffffffffffffff4\n"
			   "        null == 0000000000000000\n");
	assert_says(&said, "Expected text == \"plum\", but\n        text == \"pear\"\n    #");
	assert_says(&said, "Expected null != NULL, but\n");
	assert_says(&said, "Expected ptr is not error, but is: -12\n");
	assert_says(&said, "Expected null is not null, but is\n");
	assert_says(&said, "\na 1\n");
}

/* --- what CMocka gives --- */

static void uses_cmocka(struct kunit *test)
{
	kunit_info(test, "before");
	assert_int_equal(1, 2);
	kunit_info(test, "still here");
}

static void crashes(struct kunit *test)
{
	kunit_info(test, "before");
	raise(SIGSEGV);
}

SUITE(on_cmocka, KUNIT_CASE(uses_cmocka), KUNIT_CASE(passes));
SUITE(crashing, KUNIT_CASE(crashes), KUNIT_CASE(passes));

static void an_assertion_of_cmockas_fails_the_case_and_is_told(void **unused)
{
	const struct said said = run(&on_cmocka, NULL, NULL);

	(void)unused;
	assert_says(&said, "# uses_cmocka: before\n");
	assert_says(&said, "0x1 != 0x2");
	assert_does_not_say(&said, "still here");
	assert_says(&said, "    not ok 1 uses_cmocka\n    ok 2 passes\n");
	assert_int_equal(said.status, 1);
}

static void a_crash_fails_the_case_and_the_next_one_runs(void **unused)
{
	const struct said said = run(&crashing, NULL, NULL);

	(void)unused;
	assert_says(&said, "    not ok 1 crashes\n    ok 2 passes\n");
	assert_int_equal(said.status, 1);
}

/* --- the machine --- */

static void underflows(struct kunit *test)
{
	struct page_counter counter = { 0 };

	page_counter_init(&counter, NULL);
	page_counter_uncharge(&counter, 1);
	KUNIT_EXPECT_EQ(test, page_counter_read(&counter), 0UL);
}

static void leaks_a_page(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, alloc_page(GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, smp_processor_id(), 0);
	KUNIT_EXPECT_EQ(test, num_online_cpus(), 2U);
	KUNIT_EXPECT_NULL(test, current);
}

SUITE(underflow, KUNIT_CASE(underflows));
SUITE(leak, KUNIT_CASE(leaks_a_page));

static void what_the_kernel_would_warn_about_is_told_and_fails_nothing(void **unused)
{
	const struct said said = run(&underflow, NULL, NULL);

	(void)unused;
	assert_says(&said, "# WARNING: counter_not_negative: page_counter: page_counter underflow");
	assert_int_equal(said.status, 0);
}

static void a_page_that_is_left_behind_is_told_at_the_end(void **unused)
{
	const struct said said = run(&leak, NULL, NULL);

	(void)unused;
	assert_says(&said, "ok 1 leak\n# WARNING: refs_have_holders: ");
	assert_int_equal(said.status, 0);
}

/* --- choosing --- */

static void a_glob_chooses_cases(void **unused)
{
	const struct said said = run(&two, "t*.p*", NULL);

	(void)unused;
	assert_says(&said, "    1..1\n    ok 1 passes\nok 1 two\n");
}

static void a_glob_that_matches_nothing_is_an_error(void **unused)
{
	(void)unused;
	assert_int_equal(run(&two, "three", NULL).status, 2);
	assert_int_equal(run(NULL, NULL, NULL).status, 2);
}

static void cases_can_be_listed(void **unused)
{
	const struct said said = run(&two, "--list", "two.s*");

	(void)unused;
	assert_string_equal(said.text, "KTAP version 1\ntwo.skips\n");
	assert_int_equal(said.status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_told_as_the_kernel_tells_it),
		cmocka_unit_test(a_failing_expectation_is_reported_and_the_case_goes_on),
		cmocka_unit_test(a_failing_assertion_ends_the_case_with_its_message),
		cmocka_unit_test(a_suite_of_skipped_cases_is_skipped),
		cmocka_unit_test(exit_has_its_turn_after_a_failed_assertion),
		cmocka_unit_test(what_init_leaves_is_there_in_the_case),
		cmocka_unit_test(an_init_that_fails_fails_the_case_without_running_it),
		cmocka_unit_test(a_suite_init_that_fails_runs_no_case),
		cmocka_unit_test(resources_are_freed_the_latest_first),
		cmocka_unit_test(memory_of_a_case_is_zero_and_is_freed_with_it),
		cmocka_unit_test(memory_that_is_freed_twice_fails_the_case),
		cmocka_unit_test(each_parameter_is_a_subtest_and_one_that_fails_fails_the_case),
		cmocka_unit_test(what_holds_is_not_told),
		cmocka_unit_test(what_does_not_hold_is_told_with_its_values),
		cmocka_unit_test(an_assertion_of_cmockas_fails_the_case_and_is_told),
		cmocka_unit_test(a_crash_fails_the_case_and_the_next_one_runs),
		cmocka_unit_test(what_the_kernel_would_warn_about_is_told_and_fails_nothing),
		cmocka_unit_test(a_page_that_is_left_behind_is_told_at_the_end),
		cmocka_unit_test(a_glob_chooses_cases),
		cmocka_unit_test(a_glob_that_matches_nothing_is_an_error),
		cmocka_unit_test(cases_can_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
