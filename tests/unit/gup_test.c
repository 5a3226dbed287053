/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef CONFIG_DEBUG_PAGE_REF
#define CONFIG_DEBUG_PAGE_REF
#endif
#include "host.h"

/* P maps @nr pages at vma->vm_start; the test's own references are dropped. */
static struct vm_area_struct *map_pages(struct host *h, unsigned long nr, struct page **pages)
{
	struct vm_area_struct *vma;
	unsigned long left = nr;

	assert_int_equal(tcp_mmap(h->P->mm, nr + 1, &vma), 0);
	for (unsigned long i = 0; i < nr; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start, pages, &left), 0);
	release_pages(pages, (int)nr);
	return vma;
}

static void references_are_taken_of_what_is_mapped(void **state)
{
	struct host *h = *state;
	struct page *pages[3], *got[3];
	struct vm_area_struct *vma = map_pages(h, 3, pages);

	assert_int_equal(get_user_pages_fast(vma->vm_start, 3, FOLL_GET, got), 3);
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(got[i], pages[i]);
		assert_page_refs(pages[i], 2);
		assert_page_mapcount(pages[i], 1);
	}
	release_pages(got, 3);
}

static void walk_ends_where_nothing_is_mapped(void **state)
{
	struct host *h = *state;
	struct page *pages[2], *got[8];
	struct vm_area_struct *vma = map_pages(h, 2, pages);

	assert_int_equal(get_user_pages_fast(vma->vm_start + PAGE_SIZE, 8, FOLL_GET, got), 1);
	put_page(got[0]);
	assert_int_equal(get_user_pages_fast(vma->vm_start + 2 * PAGE_SIZE, 1, FOLL_GET, got),
			 -EFAULT);
	assert_int_equal(get_user_pages_fast(vma->vm_end, 1, FOLL_GET, got), -EFAULT);
	assert_int_equal(get_user_pages_fast(0, 1, FOLL_GET, got), -EFAULT);
}

static void arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct page *page, *got[2];
	struct vm_area_struct *vma = map_pages(h, 1, &page);

	assert_int_equal(get_user_pages_fast(vma->vm_start, 0, FOLL_GET, got), -EINVAL);
	assert_int_equal(get_user_pages_fast(vma->vm_start, -1, FOLL_GET, got), -EINVAL);
	assert_int_equal(get_user_pages_fast(vma->vm_start + 1, 1, FOLL_GET, got), -EINVAL);
	assert_int_equal(get_user_pages_fast(vma->vm_start, 1, 0, got), -EINVAL);
	assert_int_equal(np_vmsplice(h->P, vma->vm_start, 0), -EINVAL);
	host_as(h, 0, NP_SOFTIRQ, NULL,
		assert_int_equal(get_user_pages_fast(vma->vm_start, 1, FOLL_GET, got), -EINVAL));
}

static void pin_is_1024_references_of_a_small_page(void **state)
{
	struct host *h = *state;
	struct page *page;
	struct vm_area_struct *vma = map_pages(h, 1, &page);

	assert_int_equal(np_pin_user_page(h->P, vma->vm_start), 1);
	assert_page_refs(page, 1 + 1024);
	assert_int_equal(np_check_one(h->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	assert_int_equal(np_unpin_user_page(h->P, page), 0);
	assert_page_refs(page, 1);
	assert_int_equal(np_unpin_user_page(h->P, page), -ENOENT);
	assert_int_equal(np_pin_user_page(h->P, vma->vm_end), -EFAULT);
}

static void pipe_keeps_pages_beyond_their_mapping(void **state)
{
	struct host *h = *state;
	struct page *pages[2];
	struct vm_area_struct *vma = map_pages(h, 2, pages);

	/* The third one is not mapped. */
	assert_int_equal(np_vmsplice(h->P, vma->vm_start, 3), 2);
	do_munmap(h->P->mm, vma->vm_start, vma->vm_end - vma->vm_start);
	assert_page_refs(pages[0], 1);
	assert_page_mapcount(pages[0], 0);
	np_pins_release(h->P, "pin");
	assert_page_refs(pages[0], 1);
	np_pins_release(h->P, "vmsplice");
	assert_true(np_page_is_free(h->m, pages[0]));
	assert_true(np_page_is_free(h->m, pages[1]));
	assert_int_equal(np_vmsplice(h->P, 0, 1), -EFAULT);
}

static void pins_are_of_the_named_task_whoever_is_current(void **state)
{
	struct host *h = *state;
	struct page *page;
	struct vm_area_struct *vma = map_pages(h, 1, &page);

	host_enter(h, 1, NP_TASK, h->Q);
	assert_int_equal(np_pin_user_page(h->P, vma->vm_start), 1);
	assert_int_equal(np_vmsplice(h->P, vma->vm_start, 1), 1);
	assert_int_equal(np_pin_user_page(h->Q, vma->vm_start), -EFAULT);
	host_leave(h);
	host_as(h, 1, NP_KTHREAD, NULL, assert_int_equal(np_vmsplice(h->P, vma->vm_start, 1), 1));
	assert_page_refs(page, 3 + GUP_PIN_COUNTING_BIAS);
	np_pins_release(h->P, NULL);
	assert_page_refs(page, 1);
}

static void page_with_a_negative_count_is_not_pinned(void **state)
{
	struct host *h = *state;
	struct page *page, *got;
	struct vm_area_struct *vma = map_pages(h, 1, &page);

	/* 8fde12ca79af: an overflow must not be made worse. */
	set_page_count(page, INT_MIN);
	assert_int_equal(get_user_pages_fast(vma->vm_start, 1, FOLL_GET, &got), -EFAULT);
	assert_int_equal(page_ref_count(page), INT_MIN);
	set_page_count(page, 1);
}

static void tail_is_pinned_through_its_head(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1), *tail = page + 1, *got;
	struct vm_area_struct *vma;
	unsigned long nr = 1;

	assert_int_equal(tcp_mmap(h->P->mm, 1, &vma), 0);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start, &tail, &nr), 0);
	put_page(page);
	assert_int_equal(get_user_pages_fast(vma->vm_start, 1, FOLL_GET, &got), 1);
	assert_ptr_equal(got, tail);
	assert_page_refs(page, 2);
	assert_page_mapcount(tail, 1);
	put_page(got);
	assert_int_equal(np_pin_user_page(h->P, vma->vm_start), 1);
	np_pins_release(h->P, NULL);
	do_munmap(h->P->mm, vma->vm_start, PAGE_SIZE);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void walk_does_not_follow_a_head_that_is_none(void **state)
{
	struct host *h = *state;
	struct page *page, *got;
	struct vm_area_struct *vma = map_pages(h, 1, &page);

	WRITE_ONCE(page->compound_head, 0x12345UL);
	assert_int_equal(get_user_pages_fast(vma->vm_start, 1, FOLL_GET, &got), -EFAULT);
	assert_violation(h->m, NP_UNION_ARM);
	WRITE_ONCE(page->compound_head, 0UL);
}

/* --- what happens between the look at the entry and the reference --- */

struct race {
	struct host *h;
	struct vm_area_struct *vma;
	struct page *page;
	bool done;
};

/* Another CPU unmaps the page just after the reference has been taken. */
static void unmap_in_between(void *arg, struct np_machine *machine,
			     const struct np_trace_event *event)
{
	struct race *race = arg;

	(void)machine;
	if (event->id != NP_TRACE_PAGE_REF_MOD_UNLESS || event->page != race->page || race->done)
		return;
	race->done = true;
	host_as(race->h, 1, NP_TASK, race->h->Q,
		zap_page_range(race->vma, race->vma->vm_start, PAGE_SIZE));
}

static void page_that_went_away_is_put_back_and_freed(void **state)
{
	struct host *h = *state;
	struct page *page, *got;
	struct race race = { .h = h };

	race.vma = map_pages(h, 1, &page);
	race.page = page;
	np_trace_subscribe(h->m, unmap_in_between, &race);
	assert_int_equal(get_user_pages_fast(race.vma->vm_start, 1, FOLL_PIN, &got), -EFAULT);
	np_trace_unsubscribe(h->m, unmap_in_between, &race);
	assert_true(race.done);
	/* The speculative reference was the last one. */
	assert_true(np_page_is_free(h->m, page));
	assert_no_violations(h->m);
}

/* Another CPU frees the block and makes a compound page of it. */
static void regroup_in_between(void *arg, struct np_machine *machine,
			       const struct np_trace_event *event)
{
	struct race *race = arg;

	(void)machine;
	if (event->id != NP_TRACE_PAGE_REF_MOD_UNLESS || event->page != race->page || race->done)
		return;
	race->done = true;
	/* What a split or a new compound page does to the first word of the union. */
	WRITE_ONCE(race->page->compound_head, (unsigned long)(race->page - 1) | 1);
}

static void head_is_looked_at_again_when_the_reference_is_held(void **state)
{
	struct host *h = *state;
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_COMP, 1), *tail = block + 1, *got;
	struct race race = { .h = h, .page = tail };
	unsigned long nr = 1;

	assert_int_equal(tcp_mmap(h->P->mm, 1, &race.vma), 0);
	assert_int_equal(vm_insert_pages(race.vma, race.vma->vm_start, &tail, &nr), 0);
	/* As long as the block was not yet compound the page counted for itself. */
	WRITE_ONCE(tail->compound_head, 0UL);
	init_page_count(tail);
	np_trace_subscribe(h->m, regroup_in_between, &race);
	assert_int_equal(get_user_pages_fast(race.vma->vm_start, 1, FOLL_GET, &got), 1);
	np_trace_unsubscribe(h->m, regroup_in_between, &race);
	assert_true(race.done);
	assert_int_equal(page_ref_count(tail), 1);
	assert_page_refs(block, 3);
	set_page_count(tail, 0);
	put_page(got);
	put_page(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(references_are_taken_of_what_is_mapped),
		host_test(walk_ends_where_nothing_is_mapped),
		host_test(arguments_are_checked),
		host_test(pin_is_1024_references_of_a_small_page),
		host_test(pipe_keeps_pages_beyond_their_mapping),
		host_test(pins_are_of_the_named_task_whoever_is_current),
		host_test(page_with_a_negative_count_is_not_pinned),
		host_test(tail_is_pinned_through_its_head),
		host_test(walk_does_not_follow_a_head_that_is_none),
		host_test(page_that_went_away_is_put_back_and_freed),
		host_test(head_is_looked_at_again_when_the_reference_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
