/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

static void count_lines(void *arg, const struct np_violation *violation)
{
	struct fixture *f = arg;
	const char *more = strstr(violation->message, "\n  and 1 more");

	assert_non_null(more);
	for (const char *c = violation->message; *c; c++)
		f->nr_lines += *c == '\n';
	f->nr_lines++;
}

static void every_reference_of_a_mapped_page_has_a_holder(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	unmap_page(vma);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	put_claimed_page(f, page);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_REST), 0);
}

static void pins_and_forks_are_holders(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);
	struct task_struct *child;

	assert_int_equal(np_task_fork(f->P, "C", &child), 0);
	assert_int_equal(np_pin_user_page(f->P, vma->vm_start), 1);
	assert_int_equal(np_vmsplice(f->P, vma->vm_start, 1), 1);
	assert_page_refs(page, 1 + 2 + GUP_PIN_COUNTING_BIAS + 1);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	put_claimed_page(f, page);
}

static void tail_page_counts_at_its_head(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	get_page(page + 3);
	np_claim(f->m, page, "test", 1);
	np_claim(f->m, page + 3, "reader", 1);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
}

static void idle_device_page_is_the_devices(void **state)
{
	struct fixture *f = *state;
	static struct dev_pagemap pgmap;
	struct page *page = np_alloc_zone_device_page(&pgmap);

	np_claim(f->m, page, "test", 1);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	put_claimed_page(f, page);
	assert_page_refs(page, 1);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	np_page_set_name(f->m, page, "d");
	get_page(page);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "d", "has 1/2 users unexplained");
	page_ref_dec(page);
}

static void reference_nobody_explains_is_reported_with_all_holders(void **state)
{
	struct fixture *f = *state;
	struct page *page;

	np_set_where("alloc_page(p)");
	page = claimed_page(f);
	np_set_where("tcp_zerocopy_receive(s)");
	map_page(f->P, page);
	get_page(page);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "p",
		     "has 1/3 users unexplained\n"
		     "  P (mapping) holds 1, taken at tcp_zerocopy_receive(s)\n"
		     "  test (claim) holds 1, taken at alloc_page(p)\n"
		     "  allocated at alloc_page(p)");
	put_page(page);
}

static void report_of_a_page_with_many_holders_names_sixteen(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	for (int i = 0; i < 16; i++)
		map_page(f->P, page);
	get_page(page);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "p", "has 1/18 users unexplained");
	/* The recorder keeps the beginning only. */
	np_set_sink(f->m, count_lines, f);
	np_check_forget(f->m);
	assert_int_equal(np_check_one(f->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 1);
	assert_int_equal(f->nr_lines, 1 + 16 + 1);
	put_page(page);
}

static void reference_put_twice_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	map_page(f->P, page);
	put_page(page);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "p",
		     "has a count of 1, its holders hold 2");
	get_page(page);
}

static void overflowed_count_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	atomic_set(&page->_refcount, INT_MIN);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "p", "has a count of -2147483648");
	atomic_set(&page->_refcount, 1);
}

static void page_counted_up_behind_the_allocators_back_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	put_claimed_page(f, page);
	set_page_count(page, 1);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "p", "has 1/1 users unexplained");
	set_page_count(page, 0);
}

static void mapcount_that_no_page_table_explains_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	map_page(f->P, page);
	atomic_inc(&page->_mapcount);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "p",
		     "has a mapcount of 2, page tables map it 1 times");
	atomic_dec(&page->_mapcount);
}

static void holder_of_a_page_never_allocated_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	np_page_set_name(f->m, page + 9, "q");
	invent(f, NP_HOLDER_DRIVER, "eth0", page + 9, 2);
	assert_fires(f, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP, "q",
		     "has a count of 0, its holders hold 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(every_reference_of_a_mapped_page_has_a_holder),
		check_test(pins_and_forks_are_holders),
		check_test(tail_page_counts_at_its_head),
		check_test(idle_device_page_is_the_devices),
		check_test(reference_nobody_explains_is_reported_with_all_holders),
		check_test(report_of_a_page_with_many_holders_names_sixteen),
		check_test(reference_put_twice_is_reported),
		check_test(overflowed_count_is_reported),
		check_test(page_counted_up_behind_the_allocators_back_is_reported),
		check_test(mapcount_that_no_page_table_explains_is_reported),
		check_test(holder_of_a_page_never_allocated_is_reported),
	};

	return cmocka_run_group_tests_name("check_refs_have_holders", tests, NULL, NULL);
}
