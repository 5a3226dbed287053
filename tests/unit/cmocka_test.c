/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The assertions of netpage/cmocka.h, those that fail too: they are run in a child
 * process, of which the parent reads what it printed.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_fixture.h"

static void assertions_that_hold_are_silent(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	assert_page_refs(page, 2);
	assert_page_mapcount(page, 1);
	unmap_page(vma);
	assert_page_refs(page, 1);
	assert_page_mapcount(page, 0);
	assert_int_equal(try_charge(f->A, GFP_KERNEL, 3), 0);
	assert_memcg_usage(f->A, 3);
	assert_no_violations(f->m);
}

static void violation_that_was_asked_for_is_acknowledged(void **state)
{
	struct fixture *f = *state;

	np_violate(f->m, NP_UNION_ARM, "p", "first");
	np_violate(f->m, NP_UNION_ARM, "q", "second");
	assert_non_null(np_recorder_find(&f->recorder, NP_INVARIANTS));
	assert_violation(f->m, NP_UNION_ARM);
	assert_no_violations(f->m);
	np_violate(f->m, NP_UNION_ARM, "p", "third");
	assert_violation(f->m, NP_UNION_ARM);
}

static void recorder_counts_what_it_has_no_room_for(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < NP_RECORDER_MAX + 2; i++)
		np_violate(f->m, NP_LOCK_ORDER, "lock", "number %d", i);
	assert_int_equal(f->recorder.nr, NP_RECORDER_MAX + 2);
	assert_string_equal(f->recorder.seen[NP_RECORDER_MAX - 1].message, "number 63");
}

static void without_a_recorder_violations_are_counted(void **state)
{
	struct fixture *f = *state;

	np_set_sink(f->m, ignore_violation, NULL);
	assert_null(np_recorder_of(f->m));
	assert_no_violations(f->m);
}

/* --- these fail --- */

static void wrong_refs(void **state)
{
	struct fixture *f = *state;

	np_set_where("alloc_page(p)");
	assert_page_refs(claimed_page(f), 7);
}

static void wrong_mapcount(void **state)
{
	struct fixture *f = *state;

	assert_page_mapcount(claimed_page(f), 1);
}

static void wrong_usage(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try_charge(f->A, GFP_KERNEL, 1), 0);
	assert_memcg_usage(f->A, 2);
}

static void unexpected_violation(void **state)
{
	struct fixture *f = *state;

	np_set_where("munmap(P)");
	np_violate(f->m, NP_USE_AFTER_PUT, "p", "put_page() with a count of 0");
	assert_no_violations(f->m);
}

static void missing_violation(void **state)
{
	struct fixture *f = *state;

	assert_violation(f->m, NP_POOL_DRAINED);
}

static void missing_recorder(void **state)
{
	struct fixture *f = *state;

	np_set_sink(f->m, ignore_violation, NULL);
	assert_violation(f->m, NP_POOL_DRAINED);
}

static void uncounted_violation(void **state)
{
	struct fixture *f = *state;

	np_set_sink(f->m, ignore_violation, NULL);
	np_violate(f->m, NP_LOCK_ORDER, "lock", "taken twice");
	assert_no_violations(f->m);
}

/* What CMocka prints while @test runs, in @text; the test must fail. */
static void run_failing(const struct CMUnitTest *test, char *text, size_t size)
{
	const struct CMUnitTest tests[] = { *test };
	size_t len = 0;
	int pipes[2], status;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	fflush(NULL);
	child = fork();
	if (!child) {
		dup2(pipes[1], STDOUT_FILENO);
		dup2(pipes[1], STDERR_FILENO);
		status = cmocka_run_group_tests_name("failing", tests, NULL, NULL);
		fflush(NULL);
		_exit(status);
	}
	close(pipes[1]);
	while (len + 1 < size && (got = read(pipes[0], text + len, size - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

static void assert_prints(CMUnitTestFunction test, const char *wanted)
{
	const struct CMUnitTest failing = cmocka_unit_test_setup_teardown(test, up, down);
	char text[8192];

	run_failing(&failing, text, sizeof(text));
	if (!strstr(text, wanted))
		fail_msg("got \"%s\", want \"%s\" in it", text, wanted);
	/* The place of the assertion, not of the header. */
	if (!strstr(text, "cmocka_test.c:"))
		fail_msg("got \"%s\", want a line of cmocka_test.c in it", text);
}

static void failing_page_assertions_print_got_want_and_the_page(void **state)
{
	(void)state;
	assert_prints(wrong_refs, "page_count(claimed_page(f)): got 1, want 7\n"
				  "p: pfn=0x0 count=1 mapcount=0 flags=none\n"
				  "  test (claim) holds 1, taken at alloc_page(p)\n"
				  "  allocated at alloc_page(p)\n");
	assert_prints(wrong_mapcount, "page_mapcount(claimed_page(f)): got 0, want 1\n");
}

static void failing_usage_assertion_prints_counter_and_stock(void **state)
{
	(void)state;
	assert_prints(wrong_usage, "usage of memcg A: got 1, want 2 (counter 64, 63 in stocks)\n");
}

static void failing_violation_assertions_print_what_was_reported(void **state)
{
	(void)state;
	assert_prints(unexpected_violation,
		      "violations: got 1, want none\n"
		      "  use_after_put: p: put_page() with a count of 0 at munmap(P)\n");
	assert_prints(missing_violation, "violations: want pool_drained, got none\n");
	assert_prints(missing_recorder, "no np_recorder is attached");
	assert_prints(uncounted_violation, "violations: got 1, want none\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(assertions_that_hold_are_silent),
		check_test(violation_that_was_asked_for_is_acknowledged),
		check_test(recorder_counts_what_it_has_no_room_for),
		check_test(without_a_recorder_violations_are_counted),
		cmocka_unit_test(failing_page_assertions_print_got_want_and_the_page),
		cmocka_unit_test(failing_usage_assertion_prints_counter_and_stock),
		cmocka_unit_test(failing_violation_assertions_print_what_was_reported),
	};

	return cmocka_run_group_tests_name("cmocka", tests, NULL, NULL);
}
