/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hold - release of a pool is what is really out; once it has been destroyed, that
 * becomes 0 and the pool goes away.
 */
#include <check/check.h>

/* A page belongs to a pool from allocation to release: it carries the signature. */
static bool is_of_pool(const struct np_page_fact *fact, const struct page_pool *pool)
{
	return fact->seen && !fact->nr_free && page_is_page_pool(fact->page) &&
	       fact->page->pp == pool;
}

static long count_pages(const struct np_census *census, const struct page_pool *pool)
{
	long nr = 0;

	for (unsigned long i = 0; i < census->nr_pages; i++)
		nr += is_of_pool(census->pages[i], pool);
	return nr;
}

static void check_pool(struct np_census *census, const struct page_pool *pool)
{
	u32 hold = pool->pages_state_hold_cnt;
	u32 release = (u32)atomic_read(&pool->pages_state_release_cnt);
	s32 inflight = (s32)(hold - release);
	long pages = count_pages(census, pool);

	if (inflight < 0)
		np_report(census, NP_POOL_DRAINED, pool->name,
			  "has %d pages out: hold %u, release %u", inflight, hold, release);
	else if (inflight != pages)
		np_report(census, NP_POOL_DRAINED, pool->name,
			  "has %d pages out (hold %u, release %u), but %ld are its own", inflight,
			  hold, release, pages);
	if (census->when == NP_CHECK_TEARDOWN)
		np_report(census, NP_POOL_DRAINED, pool->name,
			  "does not end: %d pages are out (hold %u, release %u)", inflight, hold,
			  release);
}

void np_check_pool_drained(struct np_census *census)
{
	struct page_pool *pool;

	list_for_each_entry(pool, &census->machine->pools, all)
		check_pool(census, pool);
}
