/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_CLEAN_AT_FREE

/* Free, on this CPU's list. */
static struct page *free_page_of(struct fixture *f)
{
	struct page *page = claimed_page(f);

	put_claimed_page(f, page);
	return page;
}

static void pages_used_and_freed_are_clean(void **state)
{
	struct fixture *f = *state;
	struct page *compound = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ACCOUNT, 3);

	free_page_of(f);
	put_page(compound);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	drain_local_pages();
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void page_in_use_may_be_all_of_that(void **state)
{
	struct fixture *f = *state;
	struct address_space file = { 0 };

	map_page(f->P, np_add_to_page_cache(&file, f->A));
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	np_remove_from_page_cache(&file);
}

static void free_page_that_is_charged_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = free_page_of(f);

	page->memcg_data = (unsigned long)f->A;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and charged");
	page->memcg_data = 0;
}

static void free_page_with_a_mapping_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = free_page_of(f);
	struct address_space file = { 0 };

	page->mapping = &file;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and with a mapping");
	page->mapping = NULL;
}

static void free_page_that_is_flagged_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = free_page_of(f);

	SetPageDirty(page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and with flags");
	ClearPageDirty(page);
}

static void free_page_that_is_mapped_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = free_page_of(f);

	atomic_set(&page->_mapcount, 0);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and mapped");
	atomic_set(&page->_mapcount, -1);
}

static void free_page_with_a_type_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = free_page_of(f);

	page->page_type = ~PG_table;
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and with a page type");
	atomic_set(&page->_mapcount, -1);
}

static int up_network(void **state)
{
	return fixture_up(state, "network_at_zero");
}

static void free_page_that_is_marked_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = free_page_of(f);

	SetPageNetwork(page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is free and marked as a network page");
	ClearPageNetwork(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(pages_used_and_freed_are_clean),
		check_test(page_in_use_may_be_all_of_that),
		check_test(free_page_that_is_charged_is_reported),
		check_test(free_page_with_a_mapping_is_reported),
		check_test(free_page_that_is_flagged_is_reported),
		check_test(free_page_that_is_mapped_is_reported),
		check_test(free_page_with_a_type_is_reported),
		cmocka_unit_test_setup_teardown(free_page_that_is_marked_is_reported, up_network,
						down),
	};

	return cmocka_run_group_tests_name("check_clean_at_free", tests, NULL, NULL);
}
