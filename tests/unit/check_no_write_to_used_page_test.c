/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_NO_WRITE_TO_USED_PAGE

static struct np_holder *post(struct fixture *f, struct page *page, unsigned int offset,
			      unsigned int len)
{
	struct np_holder *ring = invent(f, NP_HOLDER_RX_RING, "eth0", page, 0);

	ring->offset = offset;
	ring->len = len;
	return ring;
}

static void page_that_nobody_reads_may_be_posted(void **state)
{
	struct fixture *f = *state;

	post(f, claimed_page(f), 0, PAGE_SIZE);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void other_half_of_a_page_may_be_posted(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct np_holder *reader = invent(f, NP_HOLDER_SKB, "s", page, 1);

	reader->len = PAGE_SIZE / 2;
	post(f, page, PAGE_SIZE / 2, PAGE_SIZE / 2);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void slices_of_a_compound_page_do_not_overlap(void **state)
{
	struct fixture *f = *state;
	struct page *head = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	struct np_holder *reader = invent(f, NP_HOLDER_SKB, "s", head + 1, 1);

	np_page_set_name(f->m, head, "p");
	reader->len = PAGE_SIZE;
	post(f, head, 0, PAGE_SIZE);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	/* The card's range is told from the head, the reader's from the tail. */
	f->invented[1].len = 2 * PAGE_SIZE;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "may be written by eth0 while s (skb) reads it");
}

static void page_posted_while_mapped_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	map_page(f->P, page);
	post(f, page, 0, 2048);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "may be written by eth0 while P (mapping) reads it\n"
		     "  P (mapping) holds 1");
}

static void page_posted_while_pinned_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	assert_int_equal(np_vmsplice(f->P, vma->vm_start, 1), 1);
	unmap_page(vma);
	post(f, page, 0, 2048);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "may be written by eth0 while P (pin) reads it");
}

static void bytes_posted_twice_are_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	post(f, page, 0, 2048);
	post(f, page, 2048, 2048);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	post(f, page, 2047, 1)->name = "eth1";
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is posted to eth0 and to eth1");
}

static void content_written_under_a_reader_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	np_page_write(f->m, page, 0, 100);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "was written while P (mapping) reads it: content 2, wanted 1");
	unmap_page(vma);
	map_page(f->P, page);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(page_that_nobody_reads_may_be_posted),
		check_test(other_half_of_a_page_may_be_posted),
		check_test(slices_of_a_compound_page_do_not_overlap),
		check_test(page_posted_while_mapped_is_reported),
		check_test(page_posted_while_pinned_is_reported),
		check_test(bytes_posted_twice_are_reported),
		check_test(content_written_under_a_reader_is_reported),
	};

	return cmocka_run_group_tests_name("check_no_write_to_used_page", tests, NULL, NULL);
}
