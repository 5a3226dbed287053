/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

/* --- allocation --- */

static void every_order_is_aligned_and_has_a_count_of_one(void **state)
{
	struct host *h = *state;

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		assert_non_null(page);
		assert_page_refs(page, 1);
		assert_int_equal(page_to_pfn(h->m, page) & ((1UL << order) - 1), 0);
		assert_false(PageCompound(page));
		assert_int_equal(nr_free_pages(h->m), HOST_PAGES - (1UL << order));
		__free_pages(page, order);
	}
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void orders_and_nodes_that_are_not_there_give_null(void **state)
{
	(void)state;
	assert_null(alloc_pages(GFP_KERNEL, MAX_ORDER));
	assert_null(alloc_pages(GFP_KERNEL, UINT_MAX));
	assert_null(alloc_pages_node(1, GFP_KERNEL, 0));
	assert_null(alloc_pages_node(-2, GFP_KERNEL, 0));
}

static void pages_come_in_the_order_of_their_numbers(void **state)
{
	struct host *h = *state;
	struct page *pages[5];

	for (unsigned long i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		assert_int_equal(page_to_pfn(h->m, pages[i]), i);
	}
	release_pages(pages, ARRAY_SIZE(pages));
}

static void fresh_page_has_nothing_of_its_previous_life(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL), *again;

	(void)state;
	SetPageDirty(page);
	SetPageChecked(page);
	page->index = 7;
	page->private = 8;
	page->lru.next = page->lru.prev = &page->lru;
	put_page(page);
	again = alloc_page(GFP_KERNEL);
	assert_ptr_equal(again, page);
	assert_int_equal(page->flags & PAGE_FLAGS_CHECK_AT_PREP, 0);
	assert_null(page->lru.next);
	assert_null(page->lru.prev);
	assert_null(page->mapping);
	assert_int_equal(page->index, 0);
	assert_int_equal(page->private, 0);
	assert_int_equal(page->memcg_data, 0);
	assert_page_mapcount(page, 0);
	put_page(page);
}

static void cpu_is_served_from_its_node_and_then_from_others(void **state)
{
	struct host *h = *state;
	struct page *pages[HOST_PAGES / 2 + 1];
	int i, node = 0;

	host_enter(h, 1, NP_TASK, h->P);
	assert_int_equal(numa_mem_id(), 1);
	for (i = 0; i < (int)ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		assert_non_null(pages[i]);
		node = page_to_nid(pages[i]);
		if (node != 1)
			break;
	}
	/* All of node 1 first. */
	assert_int_equal(i, HOST_PAGES / 2);
	assert_int_equal(node, 0);
	release_pages(pages, i + 1);
	host_leave(h);
	assert_int_equal(numa_mem_id(), 0);
}

static void preferred_node_is_served_from_it(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages_node(1, GFP_KERNEL, 0), *big;

	assert_int_equal(page_to_nid(page), 1);
	assert_in_range(page_to_pfn(h->m, page), HOST_PAGES / 2, HOST_PAGES - 1);
	big = alloc_pages_node(1, GFP_KERNEL, 5);
	assert_int_equal(page_to_nid(big), 1);
	__free_pages(big, 5);
	put_page(page);
}

static void reserves_mark_the_page(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_MEMALLOC);

	assert_true(page_is_pfmemalloc(page));
	assert_false(PageTail(page));
	put_page(page);
	np_fault_set(h->m, NP_FAULT_PFMEMALLOC, 1, 1);
	page = alloc_page(GFP_KERNEL);
	assert_true(page_is_pfmemalloc(page));
	put_page(page);
	page = alloc_page(GFP_KERNEL);
	assert_false(page_is_pfmemalloc(page));
	put_page(page);
}

static void bulk_fills_the_gaps_of_an_array(void **state)
{
	struct page *pages[5] = { alloc_page(GFP_KERNEL), NULL, alloc_page(GFP_KERNEL) };
	struct page *first = pages[0], *third = pages[2];

	(void)state;
	assert_int_equal(alloc_pages_bulk_array_node(GFP_KERNEL, NUMA_NO_NODE, 5, pages), 5);
	assert_ptr_equal(pages[0], first);
	assert_ptr_equal(pages[2], third);
	assert_non_null(pages[4]);
	release_pages(pages, 5);
}

static void bulk_gives_one_page_at_a_time_when_they_are_charged(void **state)
{
	struct host *h = *state;
	struct page *pages[3] = { NULL };
	unsigned long n;

	for (n = 1; n <= ARRAY_SIZE(pages); n++)
		assert_int_equal(alloc_pages_bulk_array_node(GFP_KERNEL | __GFP_ACCOUNT, 0,
							     ARRAY_SIZE(pages), pages),
				 n);
	release_pages(pages, ARRAY_SIZE(pages));
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void tails_have_a_mapping_that_is_none(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	(void)state;
	assert_null(page->mapping);
	/* The first tail's is taken up by what belongs to the head. */
	assert_int_equal(atomic_read(&page[1].compound_pincount), 0);
	for (int i = 2; i < 8; i++)
		assert_ptr_equal(page[i].mapping, TAIL_MAPPING);
	put_page(page);
	for (int i = 0; i < 8; i++)
		assert_null(page[i].mapping);
}

static void bulk_says_how_far_it_came(void **state)
{
	struct host *h = *state;
	struct page *pages[5] = { NULL };

	np_fault_set(h->m, NP_FAULT_ALLOC_PAGES, 3, 1);
	assert_int_equal(alloc_pages_bulk_array_node(GFP_KERNEL, 0, 5, pages), 2);
	assert_null(pages[2]);
	release_pages(pages, 2);
	assert_int_equal(alloc_pages_bulk_array_node(GFP_KERNEL, 0, 0, pages), 0);
}

static unsigned long alloc_all(gfp_t gfp, struct page **pages)
{
	unsigned long n = 0;

	while ((pages[n] = alloc_page(gfp)))
		n++;
	return n;
}

static void every_page_can_be_allocated(void **state)
{
	struct host *h = *state;
	struct page *pages[65];

	assert_int_equal(alloc_all(GFP_KERNEL, pages), 64);
	assert_int_equal(nr_free_pages(h->m), 0);
	release_pages(pages, 64);
	assert_int_equal(nr_free_pages(h->m), 64);
}

static void what_other_cpus_lists_hold_can_be_allocated_by_who_may_wait(void **state)
{
	struct host *h = *state;
	struct page *pages[65], *one;

	/* The list of CPU 1 has nearly all of this small machine. */
	host_as(h, 1, NP_TASK, h->Q, one = alloc_page(GFP_KERNEL));
	assert_int_equal(alloc_all(GFP_ATOMIC, pages), 1);
	put_page(pages[0]);
	assert_int_equal(alloc_all(GFP_KERNEL, pages), 63);
	release_pages(pages, 63);
	put_page(one);
}

static void what_the_list_of_this_cpu_holds_can_be_had_as_one_block(void **state)
{
	struct page *block;

	(void)state;
	put_page(alloc_page(GFP_KERNEL));
	assert_null(alloc_pages(GFP_ATOMIC, 6));
	block = alloc_pages(GFP_KERNEL, 6);
	assert_non_null(block);
	__free_pages(block, 6);
}

static void freed_blocks_grow_together_again(void **state)
{
	struct host *h = *state;
	struct page *pages[64], *block;
	unsigned long pfn;

	for (int i = 0; i < 64; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	for (int i = 0; i < 64; i += 2)
		put_page(pages[i]);
	for (int i = 1; i < 64; i += 2)
		put_page(pages[i]);
	drain_local_pages();
	assert_int_equal(nr_free_pages(h->m), 64);
	block = alloc_pages(GFP_ATOMIC, 6);
	assert_non_null(block);
	pfn = page_to_pfn(h->m, block);
	assert_int_equal(pfn, 0);
	__free_pages(block, 6);
}

static void list_of_a_cpu_gives_back_when_it_is_long(void **state)
{
	struct host *h = *state;
	struct page *pages[PCP_HIGH + 2];

	for (int i = 0; i < PCP_HIGH + 2; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	drain_local_pages();
	for (int i = 0; i < PCP_HIGH; i++)
		put_page(pages[i]);
	assert_int_equal(h->m->cpus[0].pcp[0].count, PCP_HIGH);
	put_page(pages[PCP_HIGH]);
	assert_int_equal(h->m->cpus[0].pcp[0].count, PCP_HIGH + 1 - PCP_BATCH);
	put_page(pages[PCP_HIGH + 1]);
}

static long alloc_gfp, alloc_order, free_order;

static void trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)arg;
	(void)machine;
	if (event->id == NP_TRACE_MM_PAGE_ALLOC) {
		alloc_order = event->value;
		alloc_gfp = event->result;
	}
	if (event->id == NP_TRACE_MM_PAGE_FREE)
		free_order = event->value;
}

static void tracepoints_tell_order_and_flags(void **state)
{
	struct host *h = *state;

	np_trace_subscribe(h->m, trace, NULL);
	__free_pages(alloc_pages(GFP_KERNEL | __GFP_ZERO, 3), 3);
	np_trace_unsubscribe(h->m, trace, NULL);
	assert_int_equal(alloc_order, 3);
	assert_int_equal(alloc_gfp, GFP_KERNEL | __GFP_ZERO);
	assert_int_equal(free_order, 3);
}

/* --- charging --- */

static void accounted_page_is_charged_to_the_current_group(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 2);

	assert_true(PageMemcgKmem(page));
	assert_ptr_equal(page_memcg(page), h->A);
	assert_memcg_usage(h->A, 4);
	__free_pages(page, 2);
	assert_memcg_usage(h->A, 0);
}

static void page_that_cannot_be_charged_is_not_allocated(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 3);
	assert_null(alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 2));
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
	assert_memcg_usage(h->A, 0);
	np_fault_set(h->m, NP_FAULT_TRY_CHARGE, 1, 1);
	assert_null(alloc_page(GFP_KERNEL | __GFP_ACCOUNT));
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

/* --- freeing --- */

static void extra_reference_frees_the_tails_of_a_plain_block_at_once(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	/* A speculative reader: e320d3012d25. */
	assert_true(get_page_unless_zero(page));
	__free_pages(page, 3);
	assert_page_refs(page, 1);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES - 1);
	for (int i = 1; i < 8; i++)
		assert_true(np_page_is_free(h->m, page + i));
	put_page(page);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
	assert_int_equal(np_check_one(h->m, NP_PAGE_IN_ONE_PLACE, NP_CHECK_STEP), 0);
}

static void extra_reference_keeps_a_compound_page_whole(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	get_page(page);
	__free_pages(page, 3);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES - 8);
	put_page(page);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void block_freed_twice_is_reported_and_its_tails_are_not_freed_again(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	__free_pages(page, 3);
	__free_pages(page, 3);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
	assert_int_equal(np_check_one(h->m, NP_PAGE_IN_ONE_PLACE, NP_CHECK_STEP), 0);
}

static void free_pages_asks_neither_lru_nor_network(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	SetPageLRU(page);
	__free_page(page);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_int_equal(np_nr_bad_pages(h->m), 1);
	h->broken = true;
}

static void drain_drops_many_references_and_frees_at_zero(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	page_ref_add(page, 99);
	__page_frag_cache_drain(page, 50);
	assert_page_refs(page, 50);
	__page_frag_cache_drain(page, 50);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void drain_of_a_free_page_is_reported(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	put_page(page);
	__page_frag_cache_drain(page, 7);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_page_refs(page, 0);
}

/* Frees @page, which must be refused and leaked for @reason. */
static void assert_bad_page(struct host *h, struct page *page, const char *reason)
{
	unsigned long bad = np_nr_bad_pages(h->m);

	free_unref_page(page, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_message(h, reason);
	assert_int_equal(np_nr_bad_pages(h->m), bad + 1);
	assert_false(np_page_is_free(h->m, page));
}

static struct page *frozen_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_true(page_ref_freeze(page, 1));
	return page;
}

static void page_with_a_mapcount_is_leaked(void **state)
{
	struct page *page = frozen_page();

	atomic_set(&page->_mapcount, 0);
	assert_bad_page(*state, page, "nonzero mapcount");
	atomic_set(&page->_mapcount, -1);
	free_unref_page(page, 0);
}

static void page_with_a_mapping_is_leaked(void **state)
{
	struct page *page = frozen_page();

	page->mapping = (struct address_space *)page;
	assert_bad_page(*state, page, "non-NULL mapping");
	page->mapping = NULL;
	free_unref_page(page, 0);
}

static void page_with_a_count_is_leaked(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_bad_page(*state, page, "nonzero _refcount");
	put_page(page);
}

static void page_with_a_charge_is_leaked(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	mem_cgroup_charge(page, h->A, GFP_KERNEL);
	page_ref_freeze(page, 1);
	assert_bad_page(h, page, "page still charged to cgroup");
	mem_cgroup_uncharge(page);
	free_unref_page(page, 0);
}

static void page_with_a_flag_of_its_users_is_leaked(void **state)
{
	const int flags[] = { PG_lru,	   PG_locked, PG_private, PG_private_2,	  PG_writeback,
			      PG_reserved, PG_slab,   PG_active,  PG_unevictable, PG_mlocked };

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct page *page = frozen_page();

		page->flags |= BIT(flags[i]);
		assert_bad_page(*state, page, "PAGE_FLAGS_CHECK_AT_FREE flag(s) set");
		page->flags &= ~BIT(flags[i]);
		free_unref_page(page, 0);
	}
}

static void last_reason_that_matches_is_named(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->mapping = (struct address_space *)page;
	SetPageSlab(page);
	assert_bad_page(*state, page, "PAGE_FLAGS_CHECK_AT_FREE flag(s) set");
	page->mapping = NULL;
	ClearPageSlab(page);
	put_page(page);
}

static void mapping_of_anonymous_memory_is_cleared_in_silence(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	page->mapping = (struct address_space *)((uintptr_t)page | 1);
	put_page(page);
	assert_null(page->mapping);
	assert_true(np_page_is_free(h->m, page));
}

static void pool_signature_is_reported_though_the_page_is_freed(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	page->pp_magic = PP_SIGNATURE;
	put_page(page);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_message(h, "page_pool leak");
	assert_true(np_page_is_free(h->m, page));
}

static void bad_tail_leaks_the_whole_block(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	SetPageLRU(page + 2);
	put_page(page);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES - 4);
	h->broken = true;
}

static void reference_taken_of_a_tail_by_itself_leaks_the_block(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	/* Without a head the tail has a count of its own. */
	page_ref_inc(page + 1);
	__free_pages(page, 2);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_message(h, "nonzero _refcount");
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES - 4);
	h->broken = true;
}

static void compound_page_is_freed_with_its_own_order_only(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	page_ref_freeze(page, 1);
	free_unref_page(page, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_message(h, "compound page freed with another order");
	free_unref_page(page + 1, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_message(h, "PageTail is freed by itself");
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES - 4);
	free_unref_page(page, 2);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void list_of_pages_is_freed_and_left_empty(void **state)
{
	struct host *h = *state;
	struct list_head list;

	INIT_LIST_HEAD(&list);
	for (int i = 0; i < 40; i++)
		list_add(&frozen_page()->lru, &list);
	free_unref_page_list(&list);
	assert_true(list_empty(&list));
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
	free_unref_page_list(&list);
}

static void allocator_knows_which_pages_are_its_own(void **state)
{
	static struct dev_pagemap pgmap;
	struct host *h = *state;
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_COMP, 4), *page = frozen_page();
	struct page *device = np_alloc_zone_device_page(&pgmap);

	assert_false(np_page_is_free(h->m, block));
	assert_false(np_page_is_free(h->m, block + 9));
	assert_false(np_page_is_free(h->m, page));
	assert_false(np_page_is_free(h->m, device));
	assert_true(np_page_is_free(h->m, pfn_to_page(h->m, HOST_PAGES - 1)));
	put_page(block);
	assert_true(np_page_is_free(h->m, block + 9));
	free_unref_page(page, 0);
	assert_true(np_page_is_free(h->m, page));
	drain_local_pages();
	assert_true(np_page_is_free(h->m, page));
	put_page(device);
	assert_false(np_page_is_free(h->m, device));
}

/* --- page cache --- */

static void file_page_is_charged_mapped_and_on_the_lru(void **state)
{
	struct host *h = *state;
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, h->A);

	assert_ptr_equal(file.page, page);
	assert_ptr_equal(page->mapping, &file);
	assert_true(PageLRU(page) && PageUptodate(page));
	assert_ptr_equal(page_memcg(page), h->A);
	assert_int_equal(memcg_page_state(h->A, NR_FILE_PAGES), 1);
	assert_int_equal(np_check_one(h->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	np_remove_from_page_cache(&file);
	assert_null(file.page);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(memcg_page_state(h->A, NR_FILE_PAGES), 0);
	np_remove_from_page_cache(&file);
}

static void file_page_lives_on_with_its_other_users(void **state)
{
	struct host *h = *state;
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, NULL);

	assert_ptr_equal(page_memcg(page), root_mem_cgroup(h->m));
	get_page(page);
	np_remove_from_page_cache(&file);
	assert_page_refs(page, 1);
	assert_null(page->mapping);
	put_page(page);
	assert_true(np_page_is_free(h->m, page));
}

static void file_page_needs_memory_and_a_charge(void **state)
{
	struct host *h = *state;
	struct address_space file = { 0 };

	np_fault_set(h->m, NP_FAULT_ALLOC_PAGES, 1, 1);
	assert_null(np_add_to_page_cache(&file, h->A));
	np_memcg_set_max(h->A, 0);
	assert_null(np_add_to_page_cache(&file, h->A));
	assert_null(file.page);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

int main(void)
{
	const struct np_machine_options two_nodes = { .nr_nodes = 2, .nr_pages = HOST_PAGES };
	const struct np_machine_options small = { .nr_pages = 64 };
	const struct CMUnitTest tests[] = {
		host_test(every_order_is_aligned_and_has_a_count_of_one),
		host_test(orders_and_nodes_that_are_not_there_give_null),
		host_test(pages_come_in_the_order_of_their_numbers),
		host_test(fresh_page_has_nothing_of_its_previous_life),
		host_test_with(cpu_is_served_from_its_node_and_then_from_others, &two_nodes),
		host_test_with(preferred_node_is_served_from_it, &two_nodes),
		host_test(reserves_mark_the_page),
		host_test(bulk_fills_the_gaps_of_an_array),
		host_test(bulk_says_how_far_it_came),
		host_test(bulk_gives_one_page_at_a_time_when_they_are_charged),
		host_test(tails_have_a_mapping_that_is_none),
		host_test_with(every_page_can_be_allocated, &small),
		host_test_with(what_other_cpus_lists_hold_can_be_allocated_by_who_may_wait, &small),
		host_test_with(what_the_list_of_this_cpu_holds_can_be_had_as_one_block, &small),
		host_test_with(freed_blocks_grow_together_again, &small),
		host_test(list_of_a_cpu_gives_back_when_it_is_long),
		host_test(tracepoints_tell_order_and_flags),
		host_test(accounted_page_is_charged_to_the_current_group),
		host_test(page_that_cannot_be_charged_is_not_allocated),
		host_test(extra_reference_frees_the_tails_of_a_plain_block_at_once),
		host_test(extra_reference_keeps_a_compound_page_whole),
		host_test(block_freed_twice_is_reported_and_its_tails_are_not_freed_again),
		host_test(free_pages_asks_neither_lru_nor_network),
		host_test(drain_drops_many_references_and_frees_at_zero),
		host_test(drain_of_a_free_page_is_reported),
		host_test(page_with_a_mapcount_is_leaked),
		host_test(page_with_a_mapping_is_leaked),
		host_test(page_with_a_count_is_leaked),
		host_test(page_with_a_charge_is_leaked),
		host_test(page_with_a_flag_of_its_users_is_leaked),
		host_test(last_reason_that_matches_is_named),
		host_test(mapping_of_anonymous_memory_is_cleared_in_silence),
		host_test(pool_signature_is_reported_though_the_page_is_freed),
		host_test(bad_tail_leaks_the_whole_block),
		host_test(reference_taken_of_a_tail_by_itself_leaks_the_block),
		host_test(compound_page_is_freed_with_its_own_order_only),
		host_test(list_of_pages_is_freed_and_left_empty),
		host_test(allocator_knows_which_pages_are_its_own),
		host_test(file_page_is_charged_mapped_and_on_the_lru),
		host_test(file_page_lives_on_with_its_other_users),
		host_test(file_page_needs_memory_and_a_charge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
