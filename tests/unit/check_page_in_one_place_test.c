/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_PAGE_IN_ONE_PLACE

static struct page_pool *new_pool(struct fixture *f)
{
	struct page_pool_params params = { .pool_size = 16 };
	struct page_pool *pool;

	assert_int_equal(page_pool_create(f->m, "rx", &params, &pool), 0);
	return pool;
}

/* A page of the pool that lies in its ring, alone. */
static struct page *page_in_ring(struct fixture *f, struct page_pool *pool)
{
	struct page *page = page_pool_dev_alloc_pages(pool);

	assert_non_null(page);
	np_page_set_name(f->m, page, "p");
	page_pool_put_full_page(pool, page, false);
	return page;
}

static void idle_machine_is_in_order(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_TEARDOWN), 0);
}

static void allocated_freed_and_split_pages_are_in_one_place(void **state)
{
	struct fixture *f = *state;
	struct page *one = claimed_page(f), *four = alloc_pages(GFP_KERNEL, 2);

	np_claim(f->m, four, "test", 1);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	np_claim(f->m, four, "test", -1);
	__free_pages(four, 2);
	put_claimed_page(f, one);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	drain_local_pages();
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
}

static void pages_in_a_pool_and_in_flight_are_in_one_place(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *out = page_pool_dev_alloc_pages(pool);

	np_claim(f->m, out, "test", 1);
	page_in_ring(f, pool);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	np_claim(f->m, out, "test", -1);
	page_pool_put_full_page(pool, out, false);
	page_pool_destroy(pool);
}

static void page_freed_twice_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct per_cpu_pages *pcp = &this_np_cpu()->pcp[0];
	struct list_head entry;

	put_claimed_page(f, page);
	drain_local_pages();
	/* By hand: the allocator would have seen it. */
	entry = page->buddy_list;
	list_add(&page->pcp_list, &pcp->list);
	assert_true(np_check_one(f->m, INVARIANT, NP_CHECK_STEP) > 0);
	assert_violation(f->m, INVARIANT);
	INIT_LIST_HEAD(&pcp->list);
	page->buddy_list = entry;
}

static void free_page_that_somebody_holds_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	put_page(page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and held\n  test (claim) holds 1");
	np_claim(f->m, page, "test", -1);
}

static void pooled_page_still_mapped_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page = page_in_ring(f, pool);
	struct vm_area_struct *vma = map_page(f->P, page);

	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in a page_pool and in use");
	unmap_page(vma);
	page_pool_destroy(pool);
}

static void page_returned_to_its_pool_twice_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page = page_in_ring(f, pool);

	assert_int_equal(ptr_ring_produce(&pool->ring, page), 0);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in page_pools 2 times");
	assert_ptr_equal(ptr_ring_consume(&pool->ring), page);
	page_pool_destroy(pool);
}

static void page_in_cache_and_ring_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page = page_in_ring(f, pool);

	pool->alloc.cache[pool->alloc.count++] = page;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in page_pools 2 times");
	pool->alloc.count--;
	page_pool_destroy(pool);
}

static void consumed_slots_of_a_ring_are_not_its_content(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *pages[16];

	for (int i = 0; i < 16; i++)
		pages[i] = page_pool_dev_alloc_pages(pool);
	for (int i = 0; i < 16; i++)
		page_pool_put_full_page(pool, pages[i], false);
	/* The slot keeps its pointer until a batch of them is cleared. */
	assert_ptr_equal(ptr_ring_consume(&pool->ring), pages[0]);
	np_claim(f->m, pages[0], "test", 1);
	map_page(f->P, pages[0]);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void full_ring_that_has_wrapped_is_followed(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *pages[16];

	for (int i = 0; i < 16; i++)
		pages[i] = page_pool_dev_alloc_pages(pool);
	/* So that the content begins in the middle of the slots. */
	for (int i = 0; i < 9; i++)
		assert_int_equal(ptr_ring_produce(&pool->ring, pages[i]), 0);
	for (int i = 0; i < 9; i++)
		assert_ptr_equal(ptr_ring_consume(&pool->ring), pages[i]);
	for (int i = 0; i < 16; i++)
		page_pool_put_full_page(pool, pages[i], false);
	assert_int_equal(np_check(f->m, NP_CHECK_REST), 0);
	np_page_set_name(f->m, pages[15], "p");
	map_page(f->P, pages[15]);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in a page_pool and in use");
}

static void pages_of_all_nodes_and_cpus_are_found(void **state)
{
	struct fixture *f = *state;
	struct np_context other_cpu;
	struct page *page, *lost;

	assert_int_equal(np_enter(&other_cpu, f->m, 1, NP_KTHREAD, NULL), 0);
	assert_int_equal(numa_mem_id(), 1);
	page = alloc_page(GFP_KERNEL);
	lost = alloc_page(GFP_KERNEL);
	assert_int_equal(page_to_nid(page), 1);
	put_page(page);
	np_page_set_name(f->m, lost, "p");
	set_page_count(lost, 0);
	np_leave(&other_cpu);
	assert_fires(f, INVARIANT, NP_CHECK_REST, "p", "is lost");
	set_page_count(lost, 1);
}

static int up_two_nodes(void **state)
{
	return fixture_up_nodes(state, "unaccounted", 2);
}

static void page_on_a_schemes_list_still_in_use_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	invent(f, NP_HOLDER_SCHEME, "network freelist", page, 1);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is on the scheme's list and in use");
	unmap_page(vma);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	invent(f, NP_HOLDER_SCHEME, "network freelist", page, 1);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is on the scheme's lists 2 times");
}

static void frozen_page_is_lost_only_at_rest(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	np_claim(f->m, page, "test", -1);
	assert_true(page_ref_freeze(page, 1));
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	assert_fires(f, INVARIANT, NP_CHECK_REST, "p",
		     "is lost: nobody holds it and it is not free");
	page_ref_unfreeze(page, 1);
	put_page(page);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
}

static void pinned_pooled_page_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page = page_in_ring(f, pool);

	invent(f, NP_HOLDER_PIN, "P", page, 0);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in a page_pool and in use");
	f->invented[0].kind = NP_HOLDER_SKB;
	np_check_forget(f->m);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in a page_pool and in use");
	/* Anybody may look at a page for a moment. */
	f->invented[0].kind = NP_HOLDER_CLAIM;
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	page_pool_destroy(pool);
}

static void page_leaked_as_bad_is_not_lost(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	SetPageSlab(page);
	put_claimed_page(f, page);
	assert_violation(f->m, NP_CLEAN_AT_FREE);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
}

static void free_list_that_is_no_list_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct per_cpu_pages *pcp = &this_np_cpu()->pcp[0];
	struct list_head *second;

	put_claimed_page(f, page);
	second = page->pcp_list.next;
	assert_ptr_equal(pcp->list.next, &page->pcp_list);
	page->pcp_list.next = (struct list_head *)0x40;
	assert_fires(f, INVARIANT, NP_CHECK_REST, "free list", "cannot be followed behind p");
	page->pcp_list.next = second;
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(idle_machine_is_in_order),
		check_test(allocated_freed_and_split_pages_are_in_one_place),
		check_test(pages_in_a_pool_and_in_flight_are_in_one_place),
		check_test(page_freed_twice_is_reported),
		check_test(free_page_that_somebody_holds_is_reported),
		check_test(pooled_page_still_mapped_is_reported),
		check_test(page_returned_to_its_pool_twice_is_reported),
		check_test(page_in_cache_and_ring_is_reported),
		check_test(consumed_slots_of_a_ring_are_not_its_content),
		check_test(full_ring_that_has_wrapped_is_followed),
		cmocka_unit_test_setup_teardown(pages_of_all_nodes_and_cpus_are_found, up_two_nodes,
						down),
		check_test(page_on_a_schemes_list_still_in_use_is_reported),
		check_test(frozen_page_is_lost_only_at_rest),
		check_test(pinned_pooled_page_is_reported),
		check_test(page_leaked_as_bad_is_not_lost),
		check_test(free_list_that_is_no_list_is_reported),
	};

	return cmocka_run_group_tests_name("check_page_in_one_place", tests, NULL, NULL);
}
