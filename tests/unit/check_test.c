/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdio.h>
#include <unistd.h>

#include "check_fixture.h"

static void every_invariant_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NP_INVARIANTS; i++) {
		const char *name = np_invariant_name((enum np_invariant)i);
		const char *help = np_invariant_help((enum np_invariant)i);

		assert_non_null(name);
		assert_null(strchr(name, ' '));
		assert_int_equal(help[strlen(help) - 1], '.');
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(name, np_invariant_name((enum np_invariant)j));
	}
	assert_string_equal(np_invariant_name(NP_USE_AFTER_PUT), "use_after_put");
	assert_null(np_invariant_name(NP_INVARIANTS));
	assert_null(np_invariant_help((enum np_invariant) - 1));
}

static void every_kind_of_holder_has_a_name(void **state)
{
	(void)state;
	for (unsigned int i = 0; i <= NP_HOLDER_SCHEME; i++)
		assert_non_null(np_holder_kind_name((enum np_holder_kind)i));
	assert_null(np_holder_kind_name((enum np_holder_kind)(NP_HOLDER_SCHEME + 1)));
}

static void remember_violation(void *arg, const struct np_violation *violation)
{
	struct np_violation *last = arg;

	*last = *violation;
	/* Strings are valid here only. */
	assert_string_equal(violation->object, "p");
	assert_string_equal(violation->message, "lost 3 of 4");
	assert_string_equal(violation->where, "munmap(P)");
}

static void violation_reaches_the_sink_with_its_place(void **state)
{
	struct fixture *f = *state;
	struct np_violation last = { 0 };

	np_set_sink(f->m, remember_violation, &last);
	np_set_where("munmap(P)");
	np_violate(f->m, NP_UNION_ARM, "p", "lost %d of %d", 3, 4);
	assert_int_equal(last.invariant, NP_UNION_ARM);
	assert_int_equal(last.cpu, 0);
	assert_int_equal(np_violations(f->m), 1);
	np_violate(f->m, NP_INVARIANTS, "p", "no such invariant");
	assert_int_equal(np_violations(f->m), 1);
}

static void violation_outside_any_context_has_no_place(void **state)
{
	struct fixture *f = *state;

	np_leave(&f->context);
	np_violate(f->m, NP_MACHINE_MEMORY, NULL, "nothing");
	assert_string_equal(last_report(f)->where, "");
	assert_string_equal(last_report(f)->object, "");
	assert_int_equal(np_enter(&f->context, f->m, 0, NP_TASK, f->P), 0);
}

static void sink_can_be_asked_for(void **state)
{
	struct fixture *f = *state;
	void *arg = NULL;

	assert_ptr_equal(np_get_sink(f->m, &arg), np_recorder_sink);
	assert_ptr_equal(arg, &f->recorder);
	np_set_sink(f->m, NULL, NULL);
	assert_null(np_get_sink(f->m, NULL));
}

/* What @fn prints on standard error, in @text. */
static void catch_stderr(void (*fn)(struct fixture *f), struct fixture *f, char *text, size_t size)
{
	int old = dup(STDERR_FILENO), pipes[2];
	ssize_t len;

	assert_int_equal(pipe(pipes), 0);
	fflush(stderr);
	dup2(pipes[1], STDERR_FILENO);
	fn(f);
	fflush(stderr);
	dup2(old, STDERR_FILENO);
	close(pipes[1]);
	len = read(pipes[0], text, size - 1);
	close(pipes[0]);
	close(old);
	assert_true(len >= 0);
	text[len] = '\0';
}

static void violate_here(struct fixture *f)
{
	np_violate(f->m, NP_LOCK_ORDER, "spinlock", "taken twice");
}

static void without_a_sink_violations_go_to_standard_error(void **state)
{
	struct fixture *f = *state;
	char text[200];

	np_set_sink(f->m, NULL, NULL);
	np_set_where("rx(eth0)");
	catch_stderr(violate_here, f, text, sizeof(text));
	assert_string_equal(text, "netpage: lock_order: spinlock: taken twice (at rx(eth0))\n");
	np_set_where(NULL);
	catch_stderr(violate_here, f, text, sizeof(text));
	assert_string_equal(text, "netpage: lock_order: spinlock: taken twice\n");
}

static void standing_finding_is_reported_once(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	get_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	assert_int_equal(np_violations(f->m), 1);
	put_page(page);
}

static void finding_that_comes_back_is_reported_again(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	get_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	put_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
	get_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	put_page(page);
}

static void finding_that_changes_is_reported_again(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	get_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	get_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	assert_reported(f, "p", "has 2/3 users unexplained");
	put_page(page);
	put_page(page);
}

static void check_of_one_invariant_keeps_findings_of_others(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	get_page(page);
	page->pp_magic = PP_SIGNATURE;
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 2);
	page->pp_magic = 0;
	assert_int_equal(np_check_one(f->m, NP_UNION_ARM, NP_CHECK_STEP), 0);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
	page->pp_magic = PP_SIGNATURE;
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	page->pp_magic = 0;
	put_page(page);
}

static void forgotten_findings_are_reported_again(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	get_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	np_check_forget(f->m);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 1);
	put_page(page);
}

static void invariant_without_a_walk_finds_nothing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(np_check_one(f->m, NP_LOCK_ORDER, NP_CHECK_STEP), 0);
	assert_int_equal(np_check_one(f->m, NP_INVARIANTS, NP_CHECK_STEP), 0);
}

static void check_leaves_no_memory_and_no_work_behind(void **state)
{
	struct fixture *f = *state;
	struct work_struct work = { 0 };
	size_t memory = np_machine_memory(f->m);

	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
	assert_true(schedule_work_on(1, &work));
	np_leave(&f->context);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
	/* Nor does it run what waits. */
	assert_int_equal(work.pending, 1);
	assert_int_equal(np_machine_memory(f->m), memory);
	f->m->cpus[1].work_head = NULL;
	f->m->cpus[1].work_tail = &f->m->cpus[1].work_head;
	assert_int_equal(np_enter(&f->context, f->m, 0, NP_TASK, f->P), 0);
}

static void machine_without_notes_is_checked_too(void **state)
{
	struct np_machine_options options = { .nr_pages = 64, .unchecked = true };
	struct np_context context;
	struct np_machine *m;
	struct page *page;

	(void)state;
	assert_int_equal(np_machine_create(&m, &options), 0);
	assert_int_equal(np_enter(&context, m, 0, NP_KTHREAD, NULL), 0);
	page = alloc_page(GFP_KERNEL);
	np_set_sink(m, ignore_violation, NULL);
	assert_int_equal(np_check(m, NP_CHECK_STEP), 1);
	put_page(page);
	assert_int_equal(np_check(m, NP_CHECK_STEP), 0);
	np_leave(&context);
	np_machine_destroy(m);
}

static void claims_of_one_holder_are_added_up(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	get_page(page);
	get_page(page);
	assert_int_equal(np_claim(f->m, page, "a", 1), 0);
	assert_int_equal(np_claim(f->m, page, "a", 1), 0);
	assert_int_equal(np_claim(f->m, page, "b", 1), 0);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
	assert_int_equal(np_claim(f->m, page, "a", -3), -EINVAL);
	assert_int_equal(np_claim(f->m, page, "c", -1), -EINVAL);
	assert_int_equal(np_claim(f->m, page, "a", -2), 0);
	assert_int_equal(np_claim(f->m, page, "a", -1), -EINVAL);
	put_page(page);
	put_page(page);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
}

static void claim_that_makes_no_sense_is_refused(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	assert_int_equal(np_claim(f->m, NULL, "a", 1), -EINVAL);
	assert_int_equal(np_claim(f->m, page, NULL, 1), -EINVAL);
	assert_int_equal(np_claim(f->m, page, "a", LONG_MIN), -EINVAL);
	assert_int_equal(np_claim(f->m, page, "a", 0), 0);
	assert_int_equal(np_claim_charge(f->m, NULL, "a", 1), -EINVAL);
	assert_int_equal(np_claim_charge(f->m, f->A, "a", -1), -EINVAL);
	assert_int_equal(np_claim_charge(f->m, f->A, NULL, 1), -EINVAL);
	assert_int_equal(np_check(f->m, NP_CHECK_STEP), 0);
}

struct count {
	unsigned int calls;
	long refs;
};

static void count_refs(void *arg, const struct np_holder *holder)
{
	struct count *count = arg;

	count->calls++;
	count->refs += holder->refs;
}

static void all_rooms_are_asked_for_holders(void **state)
{
	struct fixture *f = *state;
	struct count count = { 0, 0 };
	struct page *page = claimed_page(f);
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);

	map_page(f->P, page);
	get_page(page);
	assert_int_equal(skb_add_rx_frag(skb, page, 0, 100, 100), 0);
	invent(f, NP_HOLDER_SCHEME, "list", page, 0);
	np_for_each_holder(f->m, count_refs, &count);
	assert_int_equal(count.calls, 4);
	assert_int_equal(count.refs, page_count(page));
	kfree_skb(skb);
}

static void page_is_described_with_holders_and_history(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	char text[500];
	int len;

	np_set_where("step 1");
	page = claimed_page(f);
	SetPageUptodate(page);
	SetPageDirty(page);
	page->memcg_data = (unsigned long)f->A;
	len = np_describe_page(f->m, page, text, sizeof(text));
	assert_string_equal(text, "p: pfn=0x0 count=1 mapcount=0 flags=uptodate|dirty memcg=A\n"
				  "  test (claim) holds 1, taken at step 1\n"
				  "  allocated at step 1");
	assert_int_equal(len, strlen(text));
	assert_int_equal(np_describe_page(f->m, page, text, 10), len);
	assert_string_equal(text, "p: pfn=0x");
	assert_int_equal(np_describe_page(f->m, page, NULL, 0), len);
	page->memcg_data = 0x1000;
	np_describe_page(f->m, page, text, sizeof(text));
	assert_non_null(strstr(text, "memcg=(gone)"));
	page->memcg_data = 0;
}

static void kernel_page_is_described_with_the_group_that_pays_now(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *child;
	struct page *pages[2];
	char text[500];

	assert_int_equal(np_memcg_create(f->m, "C", f->A, &child), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(np_task_migrate(f->P, i ? f->A : child), 0);
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);
	}
	np_describe_page(f->m, pages[0], text, sizeof(text));
	assert_non_null(strstr(text, " memcg=C"));
	np_describe_page(f->m, pages[1], text, sizeof(text));
	assert_non_null(strstr(text, " memcg=A"));
	assert_int_equal(np_memcg_rmdir(child), 0);
	np_describe_page(f->m, pages[0], text, sizeof(text));
	assert_non_null(strstr(text, " memcg=A"));
	pages[0]->page_type = ~PG_guard;
	np_describe_page(f->m, pages[0], text, sizeof(text));
	assert_non_null(strstr(text, " type=guard "));
	atomic_set(&pages[0]->_mapcount, -1);
	put_page(pages[0]);
	put_page(pages[1]);
}

static void free_typed_and_tail_pages_are_described(void **state)
{
	struct fixture *f = *state;
	struct page *compound = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	char text[500];

	np_page_set_name(f->m, compound, "big");
	np_claim(f->m, compound + 1, "reader", 1);
	np_describe_page(f->m, compound + 1, text, sizeof(text));
	assert_non_null(strstr(text, " tail of big\n  reader (claim) holds 1"));
	np_claim(f->m, compound + 1, "reader", -1);
	put_page(compound);
	np_describe_page(f->m, compound, text, sizeof(text));
	assert_non_null(strstr(text, "type=buddy flags=none free"));
	np_describe_page(f->m, NULL, text, sizeof(text));
	assert_string_equal(text, "(no page)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_invariant_has_a_name_and_a_sentence),
		cmocka_unit_test(every_kind_of_holder_has_a_name),
		check_test(violation_reaches_the_sink_with_its_place),
		check_test(violation_outside_any_context_has_no_place),
		check_test(sink_can_be_asked_for),
		check_test(without_a_sink_violations_go_to_standard_error),
		check_test(standing_finding_is_reported_once),
		check_test(finding_that_comes_back_is_reported_again),
		check_test(finding_that_changes_is_reported_again),
		check_test(check_of_one_invariant_keeps_findings_of_others),
		check_test(forgotten_findings_are_reported_again),
		check_test(invariant_without_a_walk_finds_nothing),
		check_test(check_leaves_no_memory_and_no_work_behind),
		cmocka_unit_test(machine_without_notes_is_checked_too),
		check_test(claims_of_one_holder_are_added_up),
		check_test(claim_that_makes_no_sense_is_refused),
		check_test(all_rooms_are_asked_for_holders),
		check_test(page_is_described_with_holders_and_history),
		check_test(kernel_page_is_described_with_the_group_that_pays_now),
		check_test(free_typed_and_tail_pages_are_described),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
