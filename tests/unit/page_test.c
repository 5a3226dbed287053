/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static void pages_are_numbered_from_zero(void **state)
{
	struct host *h = *state;
	struct page *page = pfn_to_page(h->m, 7);

	assert_int_equal(page_to_pfn(h->m, page), 7);
	assert_int_equal(page_to_pfn(h->m, pfn_to_page(h->m, 0)), 0);
	assert_non_null(pfn_to_page(h->m, HOST_PAGES - 1));
	assert_null(pfn_to_page(h->m, HOST_PAGES + NP_DEVICE_PAGES));
	assert_null(pfn_to_page(h->m, ULONG_MAX));
}

static void only_pointers_at_struct_pages_are_valid(void **state)
{
	struct host *h = *state;
	struct page *first = pfn_to_page(h->m, 0), elsewhere;

	assert_true(np_page_valid(h->m, first));
	assert_true(np_page_valid(h->m, first + HOST_PAGES - 1));
	assert_false(np_page_valid(h->m, first - 1));
	assert_false(np_page_valid(h->m, first + h->m->nr_pfns));
	assert_false(np_page_valid(h->m, (struct page *)((char *)first + 8)));
	assert_false(np_page_valid(h->m, &elsewhere));
	assert_false(np_page_valid(h->m, NULL));
}

static void flags_are_set_tested_and_cleared_one_by_one(void **state)
{
	struct page page = { 0 };

	(void)state;
	SetPageLRU(&page);
	SetPageDirty(&page);
	SetPageUptodate(&page);
	SetPageWaiters(&page);
	SetPageLocked(&page);
	SetPageSlab(&page);
	assert_true(PageLRU(&page) && PageDirty(&page) && PageUptodate(&page));
	assert_true(PageWaiters(&page) && PageLocked(&page) && PageSlab(&page));
	ClearPageLRU(&page);
	assert_false(PageLRU(&page));
	assert_int_equal(page.flags, BIT(PG_dirty) | BIT(PG_uptodate) | BIT(PG_waiters) |
					     BIT(PG_locked) | BIT(PG_slab));
}

static void aliases_of_owner_priv_1_are_one_flag(void **state)
{
	struct page page = { 0 };

	(void)state;
	SetPageChecked(&page);
	assert_true(PageOwnerPriv1(&page));
	assert_int_equal(PG_swapcache, PG_owner_priv_1);
	ClearPageOwnerPriv1(&page);
	assert_false(PageChecked(&page));
}

static void owner_priv_1_is_not_checked_at_free(void **state)
{
	(void)state;
	assert_int_equal(PAGE_FLAGS_CHECK_AT_FREE & BIT(PG_owner_priv_1), 0);
	assert_int_equal(PAGE_FLAGS_CHECK_AT_FREE & BIT(PG_network), 0);
	assert_true(PAGE_FLAGS_CHECK_AT_PREP & BIT(PG_owner_priv_1));
	assert_false(PAGE_FLAGS_CHECK_AT_PREP & BIT(PG_hwpoison));
	assert_int_equal(PAGE_FLAGS_CHECK_AT_PREP & (~0UL << __NR_PAGEFLAGS), 0);
}

static void flags_fit_below_zone_and_node(void **state)
{
	(void)state;
	assert_in_range(__NR_PAGEFLAGS, 1, ZONES_PGSHIFT);
	assert_int_equal(ZONE_DEVICE >> 2, 1);
	assert_int_equal(ZONE_MOVABLE >> 2, 0);
}

static void no_type_is_the_initial_value_and_every_mapcount(void **state)
{
	struct page page = { .page_type = ~0u };

	(void)state;
	for (int count = -127; count < 100; count++) {
		atomic_set(&page._mapcount, count - 1);
		assert_int_equal(page_mapcount(&page), count);
		assert_false(page_has_type(&page));
		assert_false(PageType(&page, PG_buddy));
	}
	atomic_set(&page._mapcount, -128);
	assert_false(page_has_type(&page));
	atomic_set(&page._mapcount, -129);
	assert_true(page_has_type(&page));
}

static void type_is_a_cleared_bit_under_the_base(void **state)
{
	const unsigned int types[] = { PG_buddy, PG_offline, PG_table, PG_guard, PG_network_type };
	struct page page;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		page.page_type = ~types[i];
		assert_true(page_has_type(&page));
		for (size_t j = 0; j < ARRAY_SIZE(types); j++)
			assert_int_equal(PageType(&page, types[j]), i == j);
	}
	page.page_type = 0;
	assert_false(PageType(&page, PG_buddy));
}

static void reserve_pages_are_told_by_bit_1_of_the_first_word(void **state)
{
	struct page page = { 0 };

	(void)state;
	assert_false(page_is_pfmemalloc(&page));
	set_page_pfmemalloc(&page);
	assert_true(page_is_pfmemalloc(&page));
	assert_int_equal(page.compound_head, 2);
	assert_false(PageTail(&page));
	clear_page_pfmemalloc(&page);
	assert_false(page_is_pfmemalloc(&page));
}

static void anonymous_memory_is_told_by_bit_0_of_the_mapping(void **state)
{
	struct page page = { 0 };

	(void)state;
	assert_false(PageAnon(&page));
	page.mapping = (struct address_space *)0x1001;
	assert_true(PageAnon(&page));
}

static void words_of_the_union_lie_where_6_1_has_them(void **state)
{
	struct page page = { 0 };

	(void)state;
	page.lru.next = (struct list_head *)1;
	assert_true(PageTail(&page));
	page.pp_magic = PP_SIGNATURE;
	assert_false(PageTail(&page));
	assert_true(page_is_page_pool(&page));
	page.network_dma_addr = 0x1000;
	assert_int_equal(page.pp_magic, 0x1000);
	assert_ptr_equal(&page._pp_mapping_pad, &page.mapping);
	assert_ptr_equal(&page._network_mapping_pad, &page.mapping);
	assert_ptr_equal(&page.dma_addr, &page.index);
	assert_ptr_equal(&page.pp_frag_count, &page.private);
	assert_ptr_equal(&page.dma_addr_upper, &page.private);
	assert_ptr_equal(&page.network_private[1], &page.private);
	assert_ptr_equal(&page.page_type, &page._mapcount);
}

static void tails_lead_to_their_head(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	assert_true(PageHead(page) && PageCompound(page) && !PageTail(page));
	assert_int_equal(compound_order(page), 3);
	assert_ptr_equal(compound_head(page), page);
	for (int i = 1; i < 8; i++) {
		assert_true(PageTail(page + i) && PageCompound(page + i));
		assert_ptr_equal(compound_head(page + i), page);
		assert_int_equal(compound_order(page + i), 0);
		assert_true(np_compound_head_valid(h->m, page + i));
	}
	put_page(page + 5);
	assert_false(PageCompound(page));
	assert_false(PageTail(page + 7));
}

static void heads_that_are_none_are_not_valid(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1),
		    *single = alloc_page(GFP_KERNEL);

	assert_true(np_compound_head_valid(h->m, page));
	assert_false(np_compound_head_valid(h->m, NULL));
	/* No page at all, a page that is no head, a head that ends before it, one behind it. */
	WRITE_ONCE(single->compound_head, 1UL);
	assert_false(np_compound_head_valid(h->m, single));
	WRITE_ONCE(single->compound_head, (unsigned long)pfn_to_page(h->m, 100) | 1);
	assert_false(np_compound_head_valid(h->m, single));
	WRITE_ONCE(single->compound_head, (unsigned long)page | 1);
	assert_false(np_compound_head_valid(h->m, single));
	WRITE_ONCE(single->compound_head, (unsigned long)single | 1);
	assert_false(np_compound_head_valid(h->m, single));
	WRITE_ONCE(single->compound_head, 0UL);
	put_page(single);
	put_page(page);
}

static void pages_are_called_by_name_or_number(void **state)
{
	struct host *h = *state;
	struct page *page = pfn_to_page(h->m, 42);
	char name[32], small[4];

	assert_string_equal(np_page_name(h->m, page, name, sizeof(name)), "pfn:42");
	assert_int_equal(np_page_set_name(h->m, page, "p"), 0);
	assert_string_equal(np_page_name(h->m, page, name, sizeof(name)), "p");
	assert_string_equal(np_page_name(h->m, page + 1, small, sizeof(small)), "pfn");
	assert_string_equal(np_page_name(h->m, NULL, name, sizeof(name)), "(no page)");
}

static void names_are_cut_and_what_is_no_page_has_none(void **state)
{
	struct host *h = *state;
	struct page *page = pfn_to_page(h->m, 1), elsewhere;
	char name[64];

	assert_int_equal(np_page_set_name(h->m, page, "a_name_of_thirty_characters_xx"), 0);
	assert_string_equal(np_page_name(h->m, page, name, sizeof(name)),
			    "a_name_of_thirty_charac");
	assert_int_equal(np_page_set_name(h->m, &elsewhere, "p"), -EINVAL);
	assert_int_equal(np_page_set_name(h->m, NULL, "p"), -EINVAL);
	assert_int_equal(np_page_set_name(h->m, page, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(pages_are_numbered_from_zero),
		host_test(only_pointers_at_struct_pages_are_valid),
		cmocka_unit_test(flags_are_set_tested_and_cleared_one_by_one),
		cmocka_unit_test(aliases_of_owner_priv_1_are_one_flag),
		cmocka_unit_test(owner_priv_1_is_not_checked_at_free),
		cmocka_unit_test(flags_fit_below_zone_and_node),
		cmocka_unit_test(no_type_is_the_initial_value_and_every_mapcount),
		cmocka_unit_test(type_is_a_cleared_bit_under_the_base),
		cmocka_unit_test(reserve_pages_are_told_by_bit_1_of_the_first_word),
		cmocka_unit_test(anonymous_memory_is_told_by_bit_0_of_the_mapping),
		cmocka_unit_test(words_of_the_union_lie_where_6_1_has_them),
		host_test(tails_lead_to_their_head),
		host_test(heads_that_are_none_are_not_valid),
		host_test(pages_are_called_by_name_or_number),
		host_test(names_are_cut_and_what_is_no_page_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
