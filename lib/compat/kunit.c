/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Runs KUnit suites on CMocka.
 *
 * Each case, and each parameter of one, is a CMocka test of its own: its assertions, its
 * mocks and its catching of crashes work inside.  CMocka's words are kept off standard
 * output, where only KTAP is told; when it fails a case they follow as diagnostics.  An
 * assertion of KUnit's does not go through CMocka's: it would be told twice, and a case
 * that skips itself would count as failed.
 *
 * The order of what is printed is that of 6.1 (lib/kunit/test.c and executor.c).
 */
#include <fnmatch.h>
#include <unistd.h>

#include <kunit/test.h>

#include <cmocka.h>

#include <netpage/check.h>
#include <netpage/machine.h>

struct stats {
	unsigned long passed, skipped, failed, total;
};

/* A case that is being run. */
struct running {
	struct kunit *test;
	const struct kunit_suite *suite;
	const struct kunit_case *test_case;
	FILE *theirs; /* what CMocka says */
	int out;      /* where standard output went */
};

void kunit_try_catch_throw(struct kunit_try_catch *try_catch)
{
	if (!try_catch->np_jump) {
		fprintf(stderr, "kunit: an assertion outside of a case\n");
		abort();
	}
	longjmp(*(jmp_buf *)try_catch->np_jump, 1);
}

/* --- one case --- */

static void redirect(int fd)
{
	fflush(stdout);
	if (fd >= 0)
		dup2(fd, STDOUT_FILENO);
}

static void run_body(const struct running *running)
{
	struct kunit *test = running->test;
	int err;

	if (running->suite->init) {
		err = running->suite->init(test);
		if (err) {
			kunit_err(test, "failed to initialize: %d", err);
			kunit_set_failure(test);
			return;
		}
	}
	running->test_case->run_case(test);
}

/* CMocka's test function: @state is the struct running. */
static void case_as_test(void **state)
{
	const struct running *running = *state;
	jmp_buf jump;

	redirect(running->out);
	running->test->try_catch.np_jump = &jump;
	if (!setjmp(jump))
		run_body(running);
	running->test->try_catch.np_jump = NULL;
}

/* Also after a case that CMocka ended. */
static int silence(void **state)
{
	const struct running *running = *state;

	running->test->try_catch.np_jump = NULL;
	redirect(running->theirs ? fileno(running->theirs) : -1);
	return 0;
}

static void cleanup(const struct running *running)
{
	struct kunit *test = running->test;
	jmp_buf jump;

	test->try_catch.np_jump = &jump;
	if (!setjmp(jump) && running->suite->exit)
		running->suite->exit(test);
	test->try_catch.np_jump = NULL;
	while (!list_empty(&test->resources))
		kunit_remove_resource(test, list_last_entry(&test->resources, struct kunit_resource,
							    node));
}

static void init_test(struct kunit *test, const char *name)
{
	spin_lock_init(&test->lock);
	INIT_LIST_HEAD(&test->resources);
	test->name = name;
	test->status = KUNIT_SUCCESS;
	test->status_comment[0] = '\0';
}

/* What CMocka said is of interest when it ended the case. */
static void print_theirs(FILE *theirs)
{
	char line[512];

	rewind(theirs);
	while (fgets(line, sizeof(line), theirs)) {
		line[strcspn(line, "\n")] = '\0';
		printk(KUNIT_SUBTEST_INDENT "# %s", line);
	}
}

/* Return: whether CMocka failed it. */
static bool run_in_cmocka(struct running *running)
{
	const struct CMUnitTest tests[] = {
		{ .name = running->test->name,
		  .test_func = case_as_test,
		  .teardown_func = silence,
		  .initial_state = running },
	};
	bool failed;

	fflush(stdout);
	running->out = dup(STDOUT_FILENO);
	running->theirs = tmpfile();
	redirect(running->theirs ? fileno(running->theirs) : -1);
	/* The one form that leaves standard error alone. */
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests(running->suite->name, tests, 1, NULL, NULL);
	redirect(running->out);
	close(running->out);
	if (failed && running->theirs)
		print_theirs(running->theirs);
	if (running->theirs)
		fclose(running->theirs);
	return failed;
}

static void run_case(const struct kunit_suite *suite, struct kunit_case *test_case,
		     struct kunit *test)
{
	struct running running = { .test = test, .suite = suite, .test_case = test_case };

	init_test(test, test_case->name);
	if (run_in_cmocka(&running)) {
		kunit_err(test, "ended by CMocka");
		kunit_set_failure(test);
	}
	cleanup(&running);
	if (test->status == KUNIT_FAILURE)
		test_case->status = KUNIT_FAILURE;
	else if (test_case->status != KUNIT_FAILURE && test->status == KUNIT_SUCCESS)
		test_case->status = KUNIT_SUCCESS;
}

/* --- counting --- */

static void count(struct stats *stats, enum kunit_status status)
{
	stats->passed += status == KUNIT_SUCCESS;
	stats->skipped += status == KUNIT_SKIPPED;
	stats->failed += status == KUNIT_FAILURE;
	stats->total++;
}

static void add(struct stats *stats, const struct stats *more)
{
	stats->passed += more->passed;
	stats->skipped += more->skipped;
	stats->failed += more->failed;
	stats->total += more->total;
}

/* One alone needs no sum. */
static void print_stats(const char *indent, const char *name, const struct stats *stats)
{
	if (stats->total > 1)
		printk("%s# %s: pass:%lu fail:%lu skip:%lu total:%lu", indent, name, stats->passed,
		       stats->failed, stats->skipped, stats->total);
}

static const char *ok(enum kunit_status status)
{
	return status == KUNIT_FAILURE ? "not ok" : "ok";
}

static void print_result(const char *indent, enum kunit_status status, size_t number,
			 const char *name, const char *comment)
{
	bool skipped = status == KUNIT_SKIPPED;

	printk("%s%s %zu %s%s%s", indent, ok(status), number, name, skipped ? " # SKIP " : "",
	       skipped ? comment : "");
}

/* --- one suite --- */

static void run_params(const struct kunit_suite *suite, struct kunit_case *test_case,
		       struct kunit *test, struct stats *stats)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";

	test->param_value = test_case->generate_params(NULL, desc);
	printk(KUNIT_SUBSUBTEST_INDENT "KTAP version 1");
	printk(KUNIT_SUBSUBTEST_INDENT "# Subtest: %s", test_case->name);
	while (test->param_value) {
		run_case(suite, test_case, test);
		if (!*desc)
			snprintf(desc, sizeof(desc), "param-%d", test->param_index);
		printk(KUNIT_SUBSUBTEST_INDENT "%s %d %s", ok(test->status), test->param_index + 1,
		       desc);
		count(stats, test->status);
		desc[0] = '\0';
		test->param_value = test_case->generate_params(test->param_value, desc);
		test->param_index++;
	}
}

static size_t nr_cases(const struct kunit_suite *suite)
{
	const struct kunit_case *test_case;
	size_t n = 0;

	kunit_suite_for_each_test_case(suite, test_case) n++;
	return n;
}

static void run_cases(struct kunit_suite *suite)
{
	struct stats cases = { 0 }, all = { 0 };
	struct kunit_case *test_case;
	size_t number = 0;

	printk(KUNIT_SUBTEST_INDENT "KTAP version 1");
	printk(KUNIT_SUBTEST_INDENT "# Subtest: %s", suite->name);
	printk(KUNIT_SUBTEST_INDENT "1..%zu", nr_cases(suite));
	kunit_suite_for_each_test_case(suite, test_case)
	{
		struct kunit test = { 0 };
		struct stats params = { 0 };

		test_case->status = KUNIT_SKIPPED;
		if (test_case->generate_params) {
			run_params(suite, test_case, &test, &params);
		} else {
			run_case(suite, test_case, &test);
			count(&params, test.status);
		}
		print_stats(KUNIT_SUBTEST_INDENT, test_case->name, &params);
		print_result(KUNIT_SUBTEST_INDENT, test_case->status, ++number, test_case->name,
			     test.status_comment);
		count(&cases, test_case->status);
		add(&all, &params);
	}
	if (suite->suite_exit)
		suite->suite_exit(suite);
	print_stats("", suite->name, &cases);
	print_stats("", "Totals", &all);
}

static enum kunit_status suite_status(const struct kunit_suite *suite)
{
	enum kunit_status status = KUNIT_SKIPPED;
	const struct kunit_case *test_case;

	if (suite->suite_init_err)
		return KUNIT_FAILURE;
	kunit_suite_for_each_test_case(suite, test_case)
	{
		if (test_case->status == KUNIT_FAILURE)
			return KUNIT_FAILURE;
		if (test_case->status == KUNIT_SUCCESS)
			status = KUNIT_SUCCESS;
	}
	return status;
}

int kunit_run_tests(struct kunit_suite *suite)
{
	suite->status_comment[0] = '\0';
	suite->suite_init_err = suite->suite_init ? suite->suite_init(suite) : 0;
	if (suite->suite_init_err)
		printk(KUNIT_SUBTEST_INDENT "# failed to initialize (%d)", suite->suite_init_err);
	else
		run_cases(suite);
	suite->status = suite_status(suite);
	return 0;
}

/* --- all suites of a program --- */

/* Which cases are to run: a glob for the suite and, behind a dot, one for the case. */
static bool wanted(const struct kunit_suite *suite, const struct kunit_case *test_case,
		   const char *glob)
{
	char name[512];

	if (!glob)
		return true;
	snprintf(name, sizeof(name), "%s.%s", suite->name, test_case->name);
	return !fnmatch(glob, strchr(glob, '.') ? name : suite->name, 0);
}

/* Cases that are not wanted leave the array. Return: how many stay. */
static size_t filter(struct kunit_suite *suite, const char *glob)
{
	struct kunit_case *to = suite->test_cases, *from;

	kunit_suite_for_each_test_case(suite, from) if (wanted(suite, from, glob)) *to++ = *from;
	*to = (struct kunit_case){ 0 };
	return nr_cases(suite);
}

static void list_cases(const struct kunit_suite *suite)
{
	const struct kunit_case *test_case;

	kunit_suite_for_each_test_case(suite, test_case)
		printk("%s.%s", suite->name, test_case->name);
}

/* What the machine notices is what a kernel would warn about: told, and no failure by itself. */
static void print_violation(void *arg, const struct np_violation *violation)
{
	(void)arg;
	printk("# WARNING: %s: %s: %s", np_invariant_name(violation->invariant), violation->object,
	       violation->message);
}

/* Return: how many suites failed. */
static size_t run_suites(const struct np_kunit_suites *first, const struct np_kunit_suites *end)
{
	size_t number = 0, failed = 0;

	for (const struct np_kunit_suites *s = first; s < end; s++) {
		for (size_t i = 0; i < s->nr; i++) {
			struct kunit_suite *suite = s->suites[i];

			if (!nr_cases(suite))
				continue;
			kunit_run_tests(suite);
			print_result("", suite->status, ++number, suite->name,
				     suite->status_comment);
			failed += suite->status == KUNIT_FAILURE;
		}
	}
	return failed;
}

static int run_on_machine(const struct np_kunit_suites *first, const struct np_kunit_suites *end)
{
	const struct np_machine_options options = { .nr_cpus = 2 };
	struct np_context context;
	struct np_machine *machine;
	size_t failed;

	if (np_machine_create(&machine, &options)) {
		fprintf(stderr, "kunit: no memory for a machine\n");
		return 2;
	}
	np_set_sink(machine, print_violation, NULL);
	if (np_enter(&context, machine, 0, NP_KTHREAD, NULL)) {
		np_machine_abandon(machine);
		return 2;
	}
	failed = run_suites(first, end);
	np_leave(&context);
	np_machine_destroy(machine);
	return failed ? 1 : 0;
}

int np_kunit_run(const struct np_kunit_suites *first, const struct np_kunit_suites *end, int argc,
		 char **argv)
{
	bool list = argc && !strcmp(argv[0], "--list");
	const char *glob = argc > list ? argv[list] : NULL;
	size_t nr = 0;

	for (const struct np_kunit_suites *s = first; s < end; s++)
		for (size_t i = 0; i < s->nr; i++)
			nr += filter(s->suites[i], glob) != 0;
	printk("KTAP version 1");
	if (!list)
		printk("1..%zu", nr);
	for (const struct np_kunit_suites *s = first; list && s < end; s++)
		for (size_t i = 0; i < s->nr; i++)
			list_cases(s->suites[i]);
	if (!nr) {
		fprintf(stderr, "kunit: no case to run\n");
		return 2;
	}
	return list ? 0 : run_on_machine(first, end);
}
