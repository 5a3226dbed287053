/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static struct vm_area_struct *new_vma(struct task_struct *task, unsigned long nr_pages)
{
	struct vm_area_struct *vma;

	assert_int_equal(tcp_mmap(task->mm, nr_pages, &vma), 0);
	return vma;
}

/* Maps @nr pages; returns what vm_insert_pages() does. */
static int insert(struct vm_area_struct *vma, unsigned long index, struct page **pages,
		  unsigned long *nr)
{
	return vm_insert_pages(vma, vma->vm_start + (index << PAGE_SHIFT), pages, nr);
}

static struct page *mapped_page(struct vm_area_struct *vma, unsigned long index)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long nr = 1;

	assert_int_equal(insert(vma, index, &page, &nr), 0);
	assert_int_equal(nr, 0);
	put_page(page);
	return page;
}

/* --- areas --- */

static void areas_lie_apart_and_are_found_by_address(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *one = new_vma(h->P, 4), *two = new_vma(h->P, 1);

	assert_int_equal(one->vm_end - one->vm_start, 4 * PAGE_SIZE);
	assert_true(two->vm_start > one->vm_end);
	assert_ptr_equal(find_vma(h->P->mm, one->vm_start), one);
	assert_ptr_equal(find_vma(h->P->mm, one->vm_end - 1), one);
	assert_null(find_vma(h->P->mm, one->vm_end));
	assert_ptr_equal(find_vma(h->P->mm, two->vm_start), two);
	assert_null(find_vma(h->P->mm, 0));
	assert_null(find_vma(h->Q->mm, one->vm_start));
}

static void areas_of_no_size_or_more_than_the_machine_are_refused(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma;

	assert_int_equal(tcp_mmap(h->P->mm, 0, &vma), -EINVAL);
	assert_int_equal(tcp_mmap(h->P->mm, ULONG_MAX, &vma), -EINVAL);
	assert_int_equal(tcp_mmap(h->P->mm, h->m->nr_pfns + 1, &vma), -EINVAL);
}

/* --- inserting --- */

static void inserted_page_has_one_more_reference_and_mapping(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 2);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long nr = 1;

	assert_int_equal(insert(vma, 1, &page, &nr), 0);
	assert_int_equal(nr, 0);
	assert_page_refs(page, 2);
	assert_page_mapcount(page, 1);
	assert_null(page->mapping);
	assert_int_equal(page->memcg_data, 0);
	assert_int_equal(atomic_long_read(&h->P->mm->rss_filepages), 1);
	assert_int_equal(np_find_page(h->P->mm, page), vma->vm_start + PAGE_SIZE);
	assert_int_equal(np_find_page(h->Q->mm, page), 0);
	put_page(page);
	assert_int_equal(np_check_one(h->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
}

static void several_processes_may_map_one_page(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 2), *other = new_vma(h->Q, 1);
	struct page *page = mapped_page(vma, 0);
	unsigned long nr = 1;

	assert_int_equal(insert(vma, 1, &page, &nr), 0);
	nr = 1;
	assert_int_equal(insert(other, 0, &page, &nr), 0);
	assert_page_refs(page, 3);
	assert_page_mapcount(page, 3);
	do_munmap(h->P->mm, vma->vm_start, 2 * PAGE_SIZE);
	assert_page_refs(page, 1);
	assert_page_mapcount(page, 1);
	do_munmap(h->Q->mm, other->vm_start, PAGE_SIZE);
	assert_true(np_page_is_free(h->m, page));
}

static void insertion_outside_the_area_maps_nothing(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 2);
	struct page *pages[3] = { alloc_page(GFP_KERNEL), NULL, NULL };
	unsigned long nr = 3;

	assert_int_equal(insert(vma, 0, pages, &nr), -EFAULT);
	nr = 1;
	assert_int_equal(insert(vma, 2, pages, &nr), -EFAULT);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start - PAGE_SIZE, pages, &nr), -EFAULT);
	assert_int_equal(vm_insert_pages(vma, vma->vm_end - PAGE_SIZE + 1, pages, &nr), -EFAULT);
	assert_int_equal(nr, 1);
	nr = 0;
	assert_int_equal(insert(vma, 2, pages, &nr), 0);
	assert_page_mapcount(pages[0], 0);
	put_page(pages[0]);
}

static void address_within_a_page_means_that_page(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 2);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long nr = 1;

	assert_int_equal(vm_insert_pages(vma, vma->vm_start + 100, &page, &nr), 0);
	assert_int_equal(np_find_page(h->P->mm, page), vma->vm_start);
	do_munmap(h->P->mm, vma->vm_start, 2 * PAGE_SIZE);
	put_page(page);
}

static void each_unmapping_turns_the_referenced_flag(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 1);
	struct page *page = mapped_page(vma, 0);
	unsigned long nr = 1;

	get_page(page);
	zap_page_range(vma, vma->vm_start, PAGE_SIZE);
	assert_true(PageReferenced(page));
	assert_int_equal(insert(vma, 0, &page, &nr), 0);
	zap_page_range(vma, vma->vm_start, PAGE_SIZE);
	assert_false(PageReferenced(page));
	put_page(page);
}

static void occupied_address_stops_the_insertion_there(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 4);
	struct page *pages[4];
	unsigned long nr = 4;

	mapped_page(vma, 2);
	for (int i = 0; i < 4; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	assert_int_equal(insert(vma, 0, pages, &nr), -EBUSY);
	assert_int_equal(nr, 2);
	assert_page_mapcount(pages[1], 1);
	assert_page_mapcount(pages[2], 0);
	assert_page_refs(pages[2], 1);
	release_pages(pages, 4);
}

static void injected_fault_looks_like_an_occupied_address(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 3);
	struct page *pages[3];
	unsigned long nr = 3;

	for (int i = 0; i < 3; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(insert(vma, 0, pages, &nr), -EBUSY);
	assert_int_equal(nr, 2);
	release_pages(pages, 3);
}

static void assert_refused(struct vm_area_struct *vma, struct page *page)
{
	unsigned long nr = 1;
	int count = page_ref_count(page);

	assert_int_equal(insert(vma, 0, &page, &nr), -EINVAL);
	assert_int_equal(nr, 1);
	assert_int_equal(page_ref_count(page), count);
	assert_null(vma->ptes[0].page);
}

static void pages_that_must_not_be_mapped_are_refused(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 1);
	struct page *page = alloc_page(GFP_KERNEL);

	SetPageSlab(page);
	assert_refused(vma, page);
	ClearPageSlab(page);
	page->mapping = (struct address_space *)1;
	assert_refused(vma, page);
	page->mapping = NULL;
	page->page_type = ~PG_network_type;
	assert_refused(vma, page);
	page->page_type = ~0u;
	page_ref_freeze(page, 1);
	assert_refused(vma, page);
	page_ref_unfreeze(page, 1);
	put_page(page);
}

/* --- unmapping --- */

static void zap_unmaps_the_range_and_leaves_the_area(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 4);
	struct page *pages[4];

	for (unsigned long i = 0; i < 4; i++)
		pages[i] = mapped_page(vma, i);
	zap_page_range(vma, vma->vm_start + PAGE_SIZE, 2 * PAGE_SIZE);
	assert_page_mapcount(pages[0], 1);
	assert_true(np_page_is_free(h->m, pages[1]));
	assert_true(np_page_is_free(h->m, pages[2]));
	assert_page_mapcount(pages[3], 1);
	assert_int_equal(atomic_long_read(&h->P->mm->rss_filepages), 2);
	assert_ptr_equal(find_vma(h->P->mm, vma->vm_start + PAGE_SIZE), vma);
}

static void zap_is_cut_to_the_area(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 2);
	struct page *page = mapped_page(vma, 0);

	zap_page_range(vma, 0, vma->vm_start);
	zap_page_range(vma, vma->vm_end, PAGE_SIZE);
	zap_page_range(vma, vma->vm_start, 0);
	assert_page_mapcount(page, 1);
	zap_page_range(vma, 0, ULONG_MAX);
	assert_true(np_page_is_free(h->m, page));
	page = mapped_page(vma, 1);
	zap_page_range(vma, vma->vm_start, ULONG_MAX);
	assert_true(np_page_is_free(h->m, page));
}

static void munmap_removes_areas_that_lie_inside(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *one = new_vma(h->P, 2), *two = new_vma(h->P, 2);
	unsigned long start = one->vm_start, second = two->vm_start;
	struct page *page = mapped_page(two, 0);

	mapped_page(one, 1);
	assert_int_equal(do_munmap(h->P->mm, start, second + PAGE_SIZE - start), 0);
	assert_null(find_vma(h->P->mm, start));
	/* The second one only in part: emptied, not removed. */
	assert_ptr_equal(find_vma(h->P->mm, second), two);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(atomic_long_read(&h->P->mm->rss_filepages), 0);
}

static void munmap_wants_whole_pages(void **state)
{
	struct host *h = *state;

	assert_int_equal(do_munmap(h->P->mm, 1, PAGE_SIZE), -EINVAL);
	assert_int_equal(do_munmap(h->P->mm, PAGE_SIZE, 1), -EINVAL);
	assert_int_equal(do_munmap(h->P->mm, 2 * PAGE_SIZE, ULONG_MAX & PAGE_MASK), -EINVAL);
	assert_int_equal(do_munmap(h->P->mm, 0, ULONG_MAX & PAGE_MASK), 0);
}

static void more_than_one_gather_is_unmapped(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 1200);

	for (unsigned long i = 0; i < 1200; i++)
		mapped_page(vma, i);
	assert_int_equal(do_munmap(h->P->mm, vma->vm_start, 1200 * PAGE_SIZE), 0);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static int nr_unmapped, refs_when_unmapped;

static void note_unmapped(struct page *page)
{
	nr_unmapped++;
	refs_when_unmapped = page_ref_count(page);
}

static void mapping_ends_before_the_reference(void **state)
{
	static const struct network_rmap_ops ops = { .page_unmapped = note_unmapped };
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 2);
	struct page *page = mapped_page(vma, 0);
	unsigned long nr = 1;

	nr_unmapped = 0;
	register_network_rmap_ops(h->m, &ops);
	assert_int_equal(insert(vma, 1, &page, &nr), 0);
	zap_page_range(vma, vma->vm_start, PAGE_SIZE);
	assert_int_equal(nr_unmapped, 0);
	zap_page_range(vma, vma->vm_start + PAGE_SIZE, PAGE_SIZE);
	assert_int_equal(nr_unmapped, 1);
	assert_int_equal(refs_when_unmapped, 1);
	assert_true(np_page_is_free(h->m, page));
	register_network_rmap_ops(h->m, NULL);
	mapped_page(vma, 0);
	zap_page_range(vma, vma->vm_start, PAGE_SIZE);
	assert_int_equal(nr_unmapped, 1);
}

static long traced_mapcount[4];
static unsigned int nr_traced;

static void trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)machine;
	if ((event->id != NP_TRACE_RMAP_ADD && event->id != NP_TRACE_RMAP_REMOVE) ||
	    event->task != arg || nr_traced == ARRAY_SIZE(traced_mapcount))
		return;
	traced_mapcount[nr_traced++] = event->value * 10 + event->result;
}

static void mappings_pass_their_tracepoints(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma = new_vma(h->P, 1);

	nr_traced = 0;
	np_trace_subscribe(h->m, trace, h->P);
	mapped_page(vma, 0);
	zap_page_range(vma, vma->vm_start, PAGE_SIZE);
	np_trace_unsubscribe(h->m, trace, h->P);
	assert_int_equal(nr_traced, 2);
	assert_int_equal(traced_mapcount[0], 11);
	assert_int_equal(traced_mapcount[1], -10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(areas_lie_apart_and_are_found_by_address),
		host_test(areas_of_no_size_or_more_than_the_machine_are_refused),
		host_test(inserted_page_has_one_more_reference_and_mapping),
		host_test(several_processes_may_map_one_page),
		host_test(insertion_outside_the_area_maps_nothing),
		host_test(address_within_a_page_means_that_page),
		host_test(each_unmapping_turns_the_referenced_flag),
		host_test(occupied_address_stops_the_insertion_there),
		host_test(injected_fault_looks_like_an_occupied_address),
		host_test(pages_that_must_not_be_mapped_are_refused),
		host_test(zap_unmaps_the_range_and_leaves_the_area),
		host_test(zap_is_cut_to_the_area),
		host_test(munmap_removes_areas_that_lie_inside),
		host_test(munmap_wants_whole_pages),
		host_test(more_than_one_gather_is_unmapped),
		host_test(mapping_ends_before_the_reference),
		host_test(mappings_pass_their_tracepoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
