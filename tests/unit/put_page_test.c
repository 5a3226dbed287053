/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static void put_page_on_last_reference_returns_page_to_buddy(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	get_page(page);
	put_page(page);
	assert_page_refs(page, 1);
	assert_false(np_page_is_free(h->m, page));
	put_page(page);
	assert_page_refs(page, 0);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void put_of_a_free_page_is_reported_and_leaves_the_count(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	np_set_where("first put");
	put_page(page);
	np_set_where("second put");
	put_page(page);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_message(h, "freed in: first put");
	assert_page_refs(page, 0);
	assert_true(np_page_is_free(h->m, page));
}

static void get_of_a_free_page_is_reported_and_leaves_the_count(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	put_page(page);
	get_page(page);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_message(h, "get_page() with a count of 0");
	assert_page_refs(page, 0);
}

static void counts_next_to_overflow_are_as_good_as_zero(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	set_page_count(page, -127);
	get_page(page);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_int_equal(page_ref_count(page), -127);
	set_page_count(page, -128);
	get_page(page);
	assert_no_violations(h->m);
	set_page_count(page, 1);
	put_page(page);
}

static void bad_counts_of_what_is_no_page_of_the_machine_are_not_reported(void **state)
{
	struct host *h = *state;
	struct page elsewhere = { 0 };

	np_put_page_below_zero(&elsewhere);
	assert_no_violations(h->m);
	host_leave(h);
	put_page(pfn_to_page(h->m, 0));
	assert_int_equal(np_violations(h->m), 0);
}

static void try_get_page_needs_a_positive_count(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	assert_true(try_get_page(page));
	assert_page_refs(page, 2);
	set_page_count(page, 0);
	assert_false(try_get_page(page));
	set_page_count(page, -5);
	assert_false(try_get_page(page));
	set_page_count(page, 1);
	put_page(page);
}

static void tails_share_the_count_of_their_head(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	get_page(page + 3);
	assert_page_refs(page, 2);
	assert_true(try_get_page(page + 1));
	put_page(page + 2);
	put_page(page);
	assert_page_refs(page, 1);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES - 4);
	put_page(page + 1);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
	for (int i = 0; i < 4; i++)
		assert_true(np_page_is_free(h->m, page + i));
}

static void last_put_takes_a_page_off_the_lru(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	SetPageLRU(page);
	SetPageWaiters(page);
	put_page(page);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(np_nr_bad_pages(h->m), 0);
}

static void last_put_uncharges(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_int_equal(mem_cgroup_charge(page, h->A, GFP_KERNEL), 0);
	assert_memcg_usage(h->A, 1);
	put_page(page);
	assert_memcg_usage(h->A, 0);
	assert_true(np_page_is_free(h->m, page));
}

/* --- release_pages() --- */

static void release_pages_drops_one_reference_of_each(void **state)
{
	struct host *h = *state;
	struct page *pages[3] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };

	pages[2] = pages[0];
	get_page(pages[0]);
	get_page(pages[0]);
	release_pages(pages, 3);
	assert_page_refs(pages[0], 1);
	assert_true(np_page_is_free(h->m, pages[1]));
	put_page(pages[0]);
	release_pages(pages, 0);
}

static void release_pages_frees_in_the_kernels_order(void **state)
{
	struct page *pages[3], *again[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	release_pages(pages, 3);
	/* Collected like a stack and freed onto a stack: the first one is on top again. */
	for (int i = 0; i < 3; i++) {
		again[i] = alloc_page(GFP_KERNEL);
		assert_ptr_equal(again[i], pages[i]);
	}
	release_pages(again, 3);
}

static void release_pages_frees_compound_pages_whole(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3), *tail = page + 6;

	assert_int_equal(mem_cgroup_charge(page, h->A, GFP_KERNEL), 0);
	assert_memcg_usage(h->A, 8);
	release_pages(&tail, 1);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void release_pages_uncharges_by_group(void **state)
{
	struct host *h = *state;
	struct page *pages[4];

	for (int i = 0; i < 4; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		mem_cgroup_charge(pages[i], i % 2 ? h->A : h->B, GFP_KERNEL);
		SetPageLRU(pages[i]);
	}
	assert_memcg_usage(h->A, 2);
	release_pages(pages, 4);
	assert_memcg_usage(h->A, 0);
	assert_memcg_usage(h->B, 0);
	assert_int_equal(np_nr_bad_pages(h->m), 0);
}

static void release_pages_reports_a_page_that_is_free_and_goes_on(void **state)
{
	struct host *h = *state;
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };

	put_page(pages[0]);
	release_pages(pages, 2);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_true(np_page_is_free(h->m, pages[1]));
}

/* --- device memory --- */

static struct page *freed_page;
static int count_in_page_free;

static void page_free(struct page *page)
{
	freed_page = page;
	count_in_page_free = page_ref_count(page);
}

static void device_page_goes_back_to_its_device_with_a_count_of_one(void **state)
{
	struct host *h = *state;
	static struct dev_pagemap pgmap = { .page_free = page_free };
	struct page *page = np_alloc_zone_device_page(&pgmap);

	freed_page = NULL;
	assert_true(is_zone_device_page(page));
	mem_cgroup_charge(page, h->A, GFP_KERNEL);
	get_page(page);
	put_page(page);
	assert_null(freed_page);
	put_page(page);
	assert_ptr_equal(freed_page, page);
	assert_int_equal(count_in_page_free, 0);
	assert_page_refs(page, 1);
	assert_int_equal(atomic_long_read(&pgmap.freed), 1);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void release_pages_sends_device_pages_to_their_device(void **state)
{
	static struct dev_pagemap pgmap = { .page_free = NULL };
	struct page *page = np_alloc_zone_device_page(&pgmap);

	(void)state;
	release_pages(&page, 1);
	assert_page_refs(page, 1);
	assert_int_equal(atomic_long_read(&pgmap.freed), 1);
}

static void fs_dax_page_is_idle_at_one(void **state)
{
	struct host *h = *state;
	static struct dev_pagemap pgmap = { .fs_dax = true };
	struct page *page = np_alloc_zone_device_page(&pgmap);

	get_page(page);
	put_page(page);
	assert_page_refs(page, 1);
	assert_int_equal(atomic_long_read(&pgmap.freed), 0);
	release_pages(&page, 1);
	assert_int_equal(atomic_long_read(&pgmap.freed), 1);
	assert_page_refs(page, 1);
	assert_no_violations(h->m);
}

static void fs_dax_page_is_not_put_below_zero(void **state)
{
	struct host *h = *state;
	static struct dev_pagemap pgmap = { .fs_dax = true };
	struct page *page = np_alloc_zone_device_page(&pgmap);

	assert_true(page_ref_freeze(page, 1));
	put_page(page);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_page_refs(page, 0);
	page_ref_unfreeze(page, 1);
	put_page(page);
}

static void device_memory_ends(void **state)
{
	struct host *h = *state;
	static struct dev_pagemap pgmap = { .fs_dax = false };
	struct page *page, *pages[NP_DEVICE_PAGES];

	for (int i = 0; i < NP_DEVICE_PAGES; i++) {
		pages[i] = np_alloc_zone_device_page(&pgmap);
		assert_non_null(pages[i]);
		assert_int_equal(page_to_pfn(h->m, pages[i]), HOST_PAGES + (unsigned long)i);
	}
	page = np_alloc_zone_device_page(&pgmap);
	assert_null(page);
	release_pages(pages, NP_DEVICE_PAGES);
	assert_int_equal(atomic_long_read(&pgmap.freed), NP_DEVICE_PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(put_page_on_last_reference_returns_page_to_buddy),
		host_test(put_of_a_free_page_is_reported_and_leaves_the_count),
		host_test(get_of_a_free_page_is_reported_and_leaves_the_count),
		host_test(counts_next_to_overflow_are_as_good_as_zero),
		host_test(bad_counts_of_what_is_no_page_of_the_machine_are_not_reported),
		host_test(try_get_page_needs_a_positive_count),
		host_test(tails_share_the_count_of_their_head),
		host_test(last_put_takes_a_page_off_the_lru),
		host_test(last_put_uncharges),
		host_test(release_pages_drops_one_reference_of_each),
		host_test(release_pages_frees_in_the_kernels_order),
		host_test(release_pages_frees_compound_pages_whole),
		host_test(release_pages_uncharges_by_group),
		host_test(release_pages_reports_a_page_that_is_free_and_goes_on),
		host_test(device_page_goes_back_to_its_device_with_a_count_of_one),
		host_test(release_pages_sends_device_pages_to_their_device),
		host_test(fs_dax_page_is_idle_at_one),
		host_test(fs_dax_page_is_not_put_below_zero),
		host_test(device_memory_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
