/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_POOL_DRAINED

static struct page_pool *new_pool(struct fixture *f)
{
	struct page_pool_params params = { .pool_size = 16 };
	struct page_pool *pool;

	assert_int_equal(page_pool_create(f->m, "rx", &params, &pool), 0);
	return pool;
}

static void pool_counts_the_pages_that_are_out(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page;

	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	page = page_pool_dev_alloc_pages(pool);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	page_pool_release_page(pool, page);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	put_page(page);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	page_pool_destroy(pool);
}

static void negative_number_of_pages_out_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);

	atomic_inc(&pool->pages_state_release_cnt);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "rx", "has -1 pages out: hold 0, release 1");
	atomic_dec(&pool->pages_state_release_cnt);
	page_pool_destroy(pool);
}

static void page_that_left_without_release_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page = page_pool_dev_alloc_pages(pool);
	u32 hold = pool->pages_state_hold_cnt;
	unsigned long got;

	/* As drivers did that handed pool pages to the stack as if they were their own. */
	put_page(page);
	got = np_check_one(f->m, INVARIANT, NP_CHECK_STEP);
	assert_int_equal(got, 1);
	assert_reported(f, "rx", " pages out (hold ");
	assert_violation(f->m, INVARIANT);
	assert_violation(f->m, NP_CLEAN_AT_FREE);
	pool->pages_state_hold_cnt = hold - 1;
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	page_pool_destroy(pool);
}

static void destroyed_pool_that_waits_for_a_page_is_reported_at_teardown(void **state)
{
	struct fixture *f = *state;
	struct page_pool *pool = new_pool(f);
	struct page *page = page_pool_dev_alloc_pages(pool);

	np_claim(f->m, page, "test", 1);
	page_pool_destroy(pool);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	assert_fires(f, INVARIANT, NP_CHECK_TEARDOWN, "rx", "does not end: 1 pages are out");
	np_claim(f->m, page, "test", -1);
	page_pool_put_full_page(pool, page, false);
	np_machine_advance(f->m, 2000);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_TEARDOWN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(pool_counts_the_pages_that_are_out),
		check_test(negative_number_of_pages_out_is_reported),
		check_test(page_that_left_without_release_is_reported),
		check_test(destroyed_pool_that_waits_for_a_page_is_reported_at_teardown),
	};

	return cmocka_run_group_tests_name("check_pool_drained", tests, NULL, NULL);
}
