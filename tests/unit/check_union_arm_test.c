/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_UNION_ARM

static void words_of_ordinary_pages_agree_with_their_owners(void **state)
{
	struct fixture *f = *state;
	struct page *compound = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ACCOUNT, 3);
	struct address_space file = { 0 };

	assert_non_null(np_add_to_page_cache(&file, f->A));
	map_page(f->P, claimed_page(f));
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	np_remove_from_page_cache(&file);
	put_page(compound);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void pages_of_two_live_pools_agree_with_their_owners(void **state)
{
	struct fixture *f = *state;
	struct page_pool_params params = { .pool_size = 16 };
	struct page_pool *pools[2];
	struct page *out[2];

	for (int i = 0; i < 2; i++) {
		assert_int_equal(page_pool_create(f->m, i ? "tx" : "rx", &params, &pools[i]), 0);
		out[i] = page_pool_dev_alloc_pages(pools[i]);
	}
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	for (int i = 0; i < 2; i++) {
		page_pool_put_full_page(pools[i], out[i], false);
		page_pool_destroy(pools[i]);
	}
}

static void tail_without_a_head_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	unsigned long word = page->compound_head;

	/* What the upper half of a DMA address did to 32-bit machines in 2021. */
	page->compound_head = 0x11;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "looks like a tail page");
	page->compound_head = word;
}

static void head_whose_tail_went_away_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *head = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
	unsigned long word = head[3].compound_head;

	np_page_set_name(f->m, head, "p");
	head[3].compound_head = 0;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is a head page, but its tail 3 is not");
	head[3].compound_head = word;
	put_page(head);
}

static void head_of_an_impossible_order_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *head = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	np_page_set_name(f->m, head, "p");
	compound_order_of(head) = 12;
	/* Its tail is then none either. */
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 2);
	assert_string_equal(f->recorder.seen[0].object, "p");
	assert_non_null(strstr(f->recorder.seen[0].message, "is a head page of order 12"));
	compound_order_of(head) = 0;
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 1);
	assert_non_null(strstr(f->recorder.seen[2].message, "is a head page of order 0"));
	assert_violation(f->m, INVARIANT);
	compound_order_of(head) = 1;
	put_page(head);
}

static void mapcount_that_is_a_page_type_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	page->page_type = ~PG_network_type;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is mapped, but its mapcount is a page type (0xfffff7ff)");
	atomic_set(&page->_mapcount, 0);
	unmap_page(vma);
}

static void signature_of_a_pool_that_is_not_there_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	page->pp_magic = PP_SIGNATURE;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "carries the signature of a page_pool that is not there");
	page->pp_magic = 0;
}

static void pooled_page_without_a_signature_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool_params params = { .pool_size = 16 };
	struct page *page = claimed_page(f);
	struct page_pool *pool;

	assert_int_equal(page_pool_create(f->m, "rx", &params, &pool), 0);
	pool->alloc.cache[pool->alloc.count++] = page;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is in a page_pool without its signature");
	pool->alloc.count--;
	page_pool_destroy(pool);
}

static void memcg_data_that_points_nowhere_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	page->memcg_data = 0x1000;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "has a memcg_data (flags 0x0) that points at no memcg");
	/* A group where an objcg belongs. */
	page->memcg_data = (unsigned long)f->A | MEMCG_DATA_KMEM;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "has a memcg_data (flags 0x2) that points at no objcg");
	page->memcg_data = 0;
}

static int up_network(void **state)
{
	return fixture_up(state, "network_at_zero");
}

static void mark_on_a_page_cache_page_is_reported(void **state)
{
	struct fixture *f = *state;
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, NULL);

	np_page_set_name(f->m, page, "p");
	SetPageNetwork(page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is marked as a network page and has a mapping");
	ClearPageNetwork(page);
	np_remove_from_page_cache(&file);
}

static void mark_on_a_page_of_no_card_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	SetPageNetwork(page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is marked as a network page, but its words name no pool and no card");
	np_leave(&f->context);
	/* Nor does it matter whether the caller is on a CPU. */
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	np_check_forget(f->m);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 1);
	assert_int_equal(np_enter(&f->context, f->m, 0, NP_TASK, f->P), 0);
	ClearPageNetwork(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(words_of_ordinary_pages_agree_with_their_owners),
		check_test(pages_of_two_live_pools_agree_with_their_owners),
		check_test(tail_without_a_head_is_reported),
		check_test(head_whose_tail_went_away_is_reported),
		check_test(head_of_an_impossible_order_is_reported),
		check_test(mapcount_that_is_a_page_type_is_reported),
		check_test(signature_of_a_pool_that_is_not_there_is_reported),
		check_test(pooled_page_without_a_signature_is_reported),
		check_test(memcg_data_that_points_nowhere_is_reported),
		cmocka_unit_test_setup_teardown(mark_on_a_page_cache_page_is_reported, up_network,
						down),
		cmocka_unit_test_setup_teardown(mark_on_a_page_of_no_card_is_reported, up_network,
						down),
	};

	return cmocka_run_group_tests_name("check_union_arm", tests, NULL, NULL);
}
