/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Pools of pages for receive queues: where a page comes from, where it goes when it is
 * given back, and what the pool counts of both.
 *
 * Models: include/net/page_pool.h and net/core/page_pool.c, 6.1.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/page_ref.h>
#include <linux/poison.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/page_pool.h>
#include <net/xdp.h>

#define NR_PAGES 256
#define DONT_SYNC 0
#define DIRECT true
#define TO_RING false

struct pool_test {
	struct page_pool *pool;
	struct page *page[NR_PAGES]; /* taken out and not given back */
	void *data[NR_PAGES];
	unsigned int nr;
};

static void make_pool(struct kunit *test, unsigned int flags, unsigned int order,
		      unsigned int pool_size)
{
	struct page_pool_params params = {
		.flags = flags,
		.order = order,
		.pool_size = pool_size,
		.nid = NUMA_NO_NODE,
	};
	struct pool_test *t = test->priv;
	struct page_pool *pool = page_pool_create(&params);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pool);
	t->pool = pool;
}

static void make_plain_pool(struct kunit *test)
{
	make_pool(test, 0, 0, 0);
}

/* As the pool's NAPI would: t->page[0..nr) are out afterwards. */
static void take(struct kunit *test, unsigned int nr)
{
	struct pool_test *t = test->priv;
	unsigned int i;

	local_bh_disable();
	for (i = 0; i < nr; i++)
		t->page[t->nr + i] = page_pool_dev_alloc_pages(t->pool);
	local_bh_enable();
	for (i = 0; i < nr; i++)
		KUNIT_ASSERT_NOT_NULL(test, t->page[t->nr + i]);
	t->nr += nr;
}

/* Gives back @nr pages, the first one taken first. */
static void give(struct pool_test *t, unsigned int nr, bool direct)
{
	unsigned int i;

	local_bh_disable();
	for (i = 0; i < nr; i++)
		page_pool_put_full_page(t->pool, t->page[i], direct);
	local_bh_enable();
	for (i = nr; i < t->nr; i++)
		t->page[i - nr] = t->page[i];
	t->nr -= nr;
}

static struct page *alloc_one(struct pool_test *t)
{
	struct page *page;

	local_bh_disable();
	page = page_pool_dev_alloc_pages(t->pool);
	local_bh_enable();
	return page;
}

/* How many pages wait in the ring. */
static unsigned int in_ring(struct pool_test *t)
{
	struct ptr_ring *r = &t->pool->ring;
	int slot = r->consumer_head;
	unsigned int n = 0;

	while (n < (unsigned int)r->size && r->queue[slot]) {
		slot = slot + 1 == r->size ? 0 : slot + 1;
		n++;
	}
	return n;
}

static void expect_alloc_stats(struct kunit *test, u64 fast, u64 slow, u64 empty, u64 refill)
{
	struct pool_test *t = test->priv;
	struct page_pool_stats stats = {};

	KUNIT_EXPECT_TRUE(test, page_pool_get_stats(t->pool, &stats));
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.fast, fast);
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.slow, slow);
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.empty, empty);
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.refill, refill);
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.waive, 0ULL);
}

static void expect_recycle_stats(struct kunit *test, u64 cached, u64 cache_full, u64 ring,
				 u64 ring_full, u64 released)
{
	struct pool_test *t = test->priv;
	struct page_pool_stats stats = {};

	page_pool_get_stats(t->pool, &stats);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.cached, cached);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.cache_full, cache_full);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.ring, ring);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.ring_full, ring_full);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.released_refcnt, released);
}

/* Pages that ever came in, and that left for good. */
static void expect_held_and_released(struct kunit *test, u32 held, u32 released)
{
	struct pool_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->pool->pages_state_hold_cnt, held);
	KUNIT_EXPECT_EQ(test, (u32)atomic_read(&t->pool->pages_state_release_cnt), released);
}

/* Pages in the two places where the pool keeps them. */
static void expect_kept(struct kunit *test, unsigned int cache, unsigned int ring)
{
	struct pool_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->pool->alloc.count, cache);
	KUNIT_EXPECT_EQ(test, in_ring(t), ring);
}

static bool belongs_to_no_pool(const struct page *page)
{
	return !page->pp && !page->pp_magic;
}

/* --- taking --- */

static void the_first_page_brings_63_others_into_the_cache(struct kunit *test)
{
	make_plain_pool(test);
	take(test, 1);
	expect_alloc_stats(test, 0, 1, 1, 0);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 1, 0);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 0);
}

static void a_page_knows_its_pool_and_has_one_reference(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	KUNIT_EXPECT_PTR_EQ(test, t->page[0]->pp, t->pool);
	KUNIT_EXPECT_EQ(test, t->page[0]->pp_magic, (unsigned long)PP_SIGNATURE);
	KUNIT_EXPECT_EQ(test, page_ref_count(t->page[0]), 1);
	KUNIT_EXPECT_FALSE(test, PageCompound(t->page[0]));
	KUNIT_EXPECT_FALSE(test, page_is_pfmemalloc(t->page[0]));
}

static void pages_in_the_cache_belong_to_the_pool_already(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int i;

	make_plain_pool(test);
	take(test, 1);
	for (i = 0; i < t->pool->alloc.count; i++) {
		KUNIT_ASSERT_PTR_EQ(test, t->pool->alloc.cache[i]->pp, t->pool);
		KUNIT_ASSERT_EQ(test, page_ref_count(t->pool->alloc.cache[i]), 1);
	}
}

static void the_next_63_pages_come_from_the_cache(struct kunit *test)
{
	make_plain_pool(test);
	take(test, PP_ALLOC_CACHE_REFILL);
	expect_alloc_stats(test, PP_ALLOC_CACHE_REFILL - 1, 1, 1, 0);
	expect_kept(test, 0, 0);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 0);
}

static void page_65_goes_to_the_allocator_again(struct kunit *test)
{
	make_plain_pool(test);
	take(test, PP_ALLOC_CACHE_REFILL + 1);
	expect_alloc_stats(test, PP_ALLOC_CACHE_REFILL - 1, 2, 2, 0);
	expect_held_and_released(test, 2 * PP_ALLOC_CACHE_REFILL, 0);
}

static void no_page_is_handed_out_twice(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int i, k;

	make_plain_pool(test);
	take(test, 130);
	for (i = 0; i < t->nr; i++)
		for (k = 0; k < i; k++)
			KUNIT_ASSERT_PTR_NE(test, t->page[i], t->page[k]);
}

static void a_higher_order_is_allocated_page_by_page(struct kunit *test)
{
	struct page_pool_stats stats = {};
	struct pool_test *t = test->priv;

	make_pool(test, 0, 2, 0);
	take(test, 2);
	page_pool_get_stats(t->pool, &stats);
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.slow_high_order, 2ULL);
	KUNIT_EXPECT_EQ(test, compound_order(t->page[0]), 2U);
	KUNIT_EXPECT_EQ(test, t->page[1]->pp_magic, (unsigned long)PP_SIGNATURE);
	expect_alloc_stats(test, 0, 0, 2, 0);
	expect_kept(test, 0, 0);
	expect_held_and_released(test, 2, 0);
}

static void a_higher_order_is_recycled_like_any_other(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_pool(test, 0, 3, 0);
	take(test, 1);
	page = t->page[0];
	give(t, 1, DIRECT);
	expect_kept(test, 1, 0);
	take(test, 1);
	KUNIT_EXPECT_PTR_EQ(test, t->page[0], page);
	expect_alloc_stats(test, 1, 0, 1, 0);
	expect_held_and_released(test, 1, 0);
}

static void an_order_that_no_allocator_has_gives_no_page(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_pool(test, 0, MAX_ORDER, 0);
	KUNIT_EXPECT_NULL(test, alloc_one(t));
	expect_held_and_released(test, 0, 0);
}

/* --- giving back --- */

static void a_direct_put_goes_into_the_cache(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 2);
	give(t, 2, DIRECT);
	expect_recycle_stats(test, 2, 0, 0, 0, 0);
	expect_kept(test, PP_ALLOC_CACHE_REFILL, 0);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 0);
}

static void another_put_goes_into_the_ring(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 2);
	give(t, 2, TO_RING);
	expect_recycle_stats(test, 0, 0, 2, 0, 0);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 2, 2);
}

/* The cache has no lock: a task may not touch it, whatever it asks for. */
static void a_direct_put_outside_of_softirq_goes_into_the_ring(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	KUNIT_ASSERT_FALSE(test, in_softirq());
	page_pool_put_page(t->pool, t->page[0], DONT_SYNC, DIRECT);
	t->nr = 0;
	expect_recycle_stats(test, 0, 0, 1, 0, 0);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 1, 1);
}

static void recycle_direct_is_a_direct_put(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	local_bh_disable();
	page_pool_recycle_direct(t->pool, t->page[0]);
	local_bh_enable();
	t->nr = 0;
	expect_recycle_stats(test, 1, 0, 0, 0, 0);
}

static void the_cache_gives_the_page_put_last_first(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *first, *second, *third;

	make_plain_pool(test);
	take(test, 3);
	first = t->page[0];
	second = t->page[1];
	third = t->page[2];
	give(t, 3, DIRECT);
	take(test, 3);
	KUNIT_EXPECT_PTR_EQ(test, t->page[0], third);
	KUNIT_EXPECT_PTR_EQ(test, t->page[1], second);
	KUNIT_EXPECT_PTR_EQ(test, t->page[2], first);
}

static void a_page_in_the_pool_keeps_its_reference_and_its_mark(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *cached, *ringed;

	make_plain_pool(test);
	take(test, 2);
	cached = t->page[0];
	ringed = t->page[1];
	give(t, 1, DIRECT);
	give(t, 1, TO_RING);
	KUNIT_EXPECT_EQ(test, page_ref_count(cached), 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(ringed), 1);
	KUNIT_EXPECT_PTR_EQ(test, cached->pp, t->pool);
	KUNIT_EXPECT_PTR_EQ(test, ringed->pp, t->pool);
}

static void a_full_cache_overflows_into_the_ring(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 2 * PP_ALLOC_CACHE_REFILL + 2);
	/* 62 are in the cache: 66 more fit. */
	give(t, 70, DIRECT);
	expect_recycle_stats(test, 66, 4, 4, 0, 0);
	expect_kept(test, PP_ALLOC_CACHE_SIZE, 4);
}

static void a_full_ring_lets_pages_go(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *third;

	make_pool(test, 0, 0, 2);
	take(test, 3);
	third = t->page[2];
	give(t, 3, TO_RING);
	expect_recycle_stats(test, 0, 0, 2, 1, 0);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 3, 2);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(third), 0);
}

static void with_cache_and_ring_full_a_direct_put_frees(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_pool(test, 0, 0, 1);
	take(test, 2 * PP_ALLOC_CACHE_REFILL + 2);
	give(t, 66 + 3, DIRECT);
	expect_recycle_stats(test, 66, 3, 1, 2, 0);
	expect_held_and_released(test, 3 * PP_ALLOC_CACHE_REFILL, 2);
}

static const bool directions[] = { TO_RING, DIRECT };

static void direction_name(const bool *direct, char *desc)
{
	strscpy(desc, *direct ? "direct" : "not direct", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(direction, directions, direction_name);

static void a_page_in_other_use_leaves_the_pool(struct kunit *test)
{
	const bool *direct = test->param_value;
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	get_page(page);
	give(t, 1, *direct);
	expect_recycle_stats(test, 0, 0, 0, 0, 1);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 1);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 1, 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_TRUE(test, belongs_to_no_pool(page));
	put_page(page);
}

static void a_page_from_the_reserves_leaves_the_pool(struct kunit *test)
{
	const bool *direct = test->param_value;
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	/* What __GFP_MEMALLOC would have left there. */
	page->pp_magic |= BIT(1);
	KUNIT_EXPECT_TRUE(test, page_is_pfmemalloc(page));
	give(t, 1, *direct);
	expect_recycle_stats(test, 0, 0, 0, 0, 1);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

static void a_released_page_is_an_ordinary_page(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	t->nr = 0;
	page_pool_release_page(t->pool, page);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 1);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_TRUE(test, belongs_to_no_pool(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

/* --- the ring back into the cache --- */

static const unsigned int ring_fills[] = { 1, 2, 10, 63, 64 };

static void ring_fill_name(const unsigned int *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u in the ring", *n);
}

KUNIT_ARRAY_PARAM(ring_fill, ring_fills, ring_fill_name);

static void an_empty_cache_is_refilled_from_the_ring(struct kunit *test)
{
	const unsigned int *n = test->param_value;
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, PP_ALLOC_CACHE_REFILL);
	give(t, *n, TO_RING);
	expect_kept(test, 0, *n);
	take(test, 1);
	expect_kept(test, *n - 1, 0);
	expect_alloc_stats(test, PP_ALLOC_CACHE_REFILL - 1, 1, 1, 1);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 0);
}

/* The oldest are fetched, and of these the one fetched last is handed out first. */
static void a_refill_hands_out_the_youngest_it_fetched(struct kunit *test)
{
	const unsigned int *n = test->param_value;
	struct pool_test *t = test->priv;
	struct page *oldest, *youngest;

	make_plain_pool(test);
	take(test, PP_ALLOC_CACHE_REFILL);
	oldest = t->page[0];
	youngest = t->page[*n - 1];
	give(t, *n, TO_RING);
	KUNIT_EXPECT_PTR_EQ(test, alloc_one(t), youngest);
	if (*n > 1)
		KUNIT_EXPECT_PTR_EQ(test, t->pool->alloc.cache[0], oldest);
	page_pool_put_full_page(t->pool, youngest, TO_RING);
}

static void a_refill_fetches_64_at_most(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 2 * PP_ALLOC_CACHE_REFILL);
	give(t, 100, TO_RING);
	take(test, 1);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 1, 100 - PP_ALLOC_CACHE_REFILL);
	take(test, PP_ALLOC_CACHE_REFILL);
	expect_kept(test, 100 - PP_ALLOC_CACHE_REFILL - 1, 0);
	expect_alloc_stats(test, 2 * 63 + 63, 2, 2, 2);
}

static void the_ring_is_left_alone_while_the_cache_has_pages(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 10);
	give(t, 5, TO_RING);
	take(test, 50);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 60, 5);
	expect_alloc_stats(test, 59, 1, 1, 0);
}

static void an_empty_ring_is_counted_at_each_look(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, PP_ALLOC_CACHE_REFILL);
	take(test, PP_ALLOC_CACHE_REFILL);
	give(t, 1, TO_RING);
	take(test, 1);
	take(test, 1);
	expect_alloc_stats(test, 2 * 63, 3, 3, 1);
}

/* --- many at once --- */

static void put_bulk(struct pool_test *t, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		t->data[i] = page_address(t->page[i]);
	page_pool_put_page_bulk(t->pool, t->data, (int)nr);
	for (i = nr; i < t->nr; i++)
		t->page[i - nr] = t->page[i];
	t->nr -= nr;
}

static void a_bulk_put_goes_into_the_ring_in_order(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *first;

	make_plain_pool(test);
	take(test, 20);
	first = t->page[0];
	put_bulk(t, 20);
	expect_recycle_stats(test, 0, 0, 20, 0, 0);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 20, 20);
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->pool->ring), (void *)first);
}

static void a_bulk_put_of_nothing_does_nothing(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	put_bulk(t, 0);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
}

static void a_bulk_put_never_uses_the_cache(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 5);
	local_bh_disable();
	put_bulk(t, 5);
	local_bh_enable();
	expect_recycle_stats(test, 0, 0, 5, 0, 0);
}

/* Only the first page that does not fit is counted; all that do not fit are freed. */
static void a_bulk_put_counts_a_full_ring_once(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *last;

	make_pool(test, 0, 0, 4);
	take(test, 10);
	last = t->page[9];
	put_bulk(t, 10);
	expect_recycle_stats(test, 0, 0, 4, 1, 0);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 6);
	KUNIT_EXPECT_EQ(test, page_ref_count(last), 0);
}

static void a_bulk_put_lets_go_of_pages_in_other_use(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *busy;

	make_plain_pool(test);
	take(test, 6);
	busy = t->page[3];
	get_page(busy);
	put_bulk(t, 6);
	expect_recycle_stats(test, 0, 0, 5, 0, 1);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 1);
	KUNIT_EXPECT_TRUE(test, belongs_to_no_pool(busy));
	put_page(busy);
}

static void a_bulk_put_finds_the_head_from_any_address(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *head;

	make_pool(test, 0, 2, 0);
	take(test, 1);
	head = t->page[0];
	t->data[0] = page_address(head + 2);
	page_pool_put_page_bulk(t->pool, t->data, 1);
	t->nr = 0;
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->pool->ring), (void *)head);
}

/* --- what an skb does --- */

static void return_skb_page_puts_a_page_of_a_pool(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	KUNIT_EXPECT_TRUE(test, page_pool_return_skb_page(t->page[0]));
	t->nr = 0;
	expect_recycle_stats(test, 0, 0, 1, 0, 0);
}

static void return_skb_page_refuses_any_other_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_FALSE(test, page_pool_return_skb_page(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	put_page(page);
}

static void return_skb_page_refuses_a_page_that_left_its_pool(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	t->nr = 0;
	page_pool_release_page(t->pool, page);
	KUNIT_EXPECT_FALSE(test, page_pool_return_skb_page(page));
	put_page(page);
}

static void return_skb_page_takes_a_tail_for_its_head(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *head;

	make_pool(test, 0, 1, 0);
	take(test, 1);
	head = t->page[0];
	KUNIT_EXPECT_TRUE(test, page_pool_return_skb_page(head + 1));
	t->nr = 0;
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->pool->ring), (void *)head);
}

/* The mark is looked at without the two bits that others may set in the same word. */
static void return_skb_page_knows_a_page_from_the_reserves(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	t->page[0]->pp_magic |= BIT(1);
	KUNIT_EXPECT_TRUE(test, page_pool_return_skb_page(t->page[0]));
	t->nr = 0;
	expect_recycle_stats(test, 0, 0, 0, 0, 1);
}

/* --- fragments --- */

#define FRAG 2048

/* A fragment is in t->page[], once for each that is out. */
static struct page *take_frag(struct pool_test *t, unsigned int *offset, unsigned int size)
{
	struct page *page;

	local_bh_disable();
	page = page_pool_dev_alloc_frag(t->pool, offset, size);
	local_bh_enable();
	if (page)
		t->page[t->nr++] = page;
	return page;
}

static void the_first_fragment_opens_a_page(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset = 77;
	struct page *page;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	page = take_frag(t, &offset, 100);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, offset, 0U);
	KUNIT_EXPECT_EQ(test, t->pool->frag_users, 1L);
	KUNIT_EXPECT_EQ(test, t->pool->frag_offset, 104U);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&page->pp_frag_count), (long)LONG_MAX);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	expect_alloc_stats(test, 0, 1, 1, 0);
}

static void further_fragments_follow_in_the_same_page(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset[3];

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	take_frag(t, &offset[0], 1000);
	take_frag(t, &offset[1], 1);
	take_frag(t, &offset[2], 9);
	KUNIT_ASSERT_EQ(test, t->nr, 3U);
	KUNIT_EXPECT_PTR_EQ(test, t->page[1], t->page[0]);
	KUNIT_EXPECT_PTR_EQ(test, t->page[2], t->page[0]);
	KUNIT_EXPECT_EQ(test, offset[1], 1000U);
	KUNIT_EXPECT_EQ(test, offset[2], 1008U);
	KUNIT_EXPECT_EQ(test, t->pool->frag_offset, 1024U);
	KUNIT_EXPECT_EQ(test, t->pool->frag_users, 3L);
	expect_alloc_stats(test, 2, 1, 1, 0);
}

static void a_fragment_that_does_not_fit_opens_another_page(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	take_frag(t, &offset, FRAG);
	take_frag(t, &offset, FRAG);
	KUNIT_EXPECT_EQ(test, offset, (unsigned int)FRAG);
	take_frag(t, &offset, FRAG);
	KUNIT_ASSERT_EQ(test, t->nr, 3U);
	KUNIT_EXPECT_PTR_EQ(test, t->page[1], t->page[0]);
	KUNIT_EXPECT_PTR_NE(test, t->page[2], t->page[0]);
	KUNIT_EXPECT_EQ(test, offset, 0U);
	/* The old page counts its users only from now on. */
	KUNIT_EXPECT_EQ(test, atomic_long_read(&t->page[0]->pp_frag_count), 2L);
	KUNIT_EXPECT_EQ(test, t->pool->frag_users, 1L);
}

static void the_last_fragment_returns_the_page(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	take_frag(t, &offset, FRAG);
	take_frag(t, &offset, FRAG);
	take_frag(t, &offset, FRAG);
	page = t->page[0];
	give(t, 1, TO_RING);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&page->pp_frag_count), 1L);
	give(t, 1, TO_RING);
	expect_recycle_stats(test, 0, 0, 1, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->pool->ring), (void *)page);
}

static void a_page_without_users_is_opened_again(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	page = take_frag(t, &offset, FRAG);
	take_frag(t, &offset, FRAG);
	give(t, 2, DIRECT);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, take_frag(t, &offset, FRAG), page);
	KUNIT_EXPECT_EQ(test, offset, 0U);
	KUNIT_EXPECT_EQ(test, t->pool->frag_users, 1L);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&page->pp_frag_count), (long)LONG_MAX);
	expect_alloc_stats(test, 2, 1, 1, 0);
}

/* Nobody has a fragment of it any more, but somebody has the page. */
static void a_page_in_other_use_is_not_opened_again(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	page = take_frag(t, &offset, 4096);
	get_page(page);
	give(t, 1, DIRECT);
	KUNIT_EXPECT_PTR_NE(test, take_frag(t, &offset, 4096), page);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, 1);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_TRUE(test, belongs_to_no_pool(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	put_page(page);
}

static void a_fragment_may_be_as_large_as_the_page(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 1, 0);
	KUNIT_EXPECT_NOT_NULL(test, take_frag(t, &offset, 2 * PAGE_SIZE));
	KUNIT_EXPECT_NOT_NULL(test, take_frag(t, &offset, PAGE_SIZE));
	KUNIT_EXPECT_PTR_NE(test, t->page[0], t->page[1]);
	KUNIT_EXPECT_NOT_NULL(test, take_frag(t, &offset, PAGE_SIZE));
	KUNIT_EXPECT_PTR_EQ(test, t->page[1], t->page[2]);
	KUNIT_EXPECT_EQ(test, offset, (unsigned int)PAGE_SIZE);
}

static void a_fragment_larger_than_the_page_is_refused(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset = 5;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	KUNIT_EXPECT_NULL(test, take_frag(t, &offset, PAGE_SIZE + 1));
	KUNIT_EXPECT_EQ(test, offset, 5U);
	expect_held_and_released(test, 0, 0);
}

static void a_pool_without_fragments_refuses_them(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset;

	make_plain_pool(test);
	KUNIT_EXPECT_NULL(test, take_frag(t, &offset, 100));
}

static void a_fragment_of_nothing_is_a_fragment(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	KUNIT_EXPECT_NOT_NULL(test, take_frag(t, &offset, 0));
	KUNIT_EXPECT_EQ(test, t->pool->frag_users, 1L);
	KUNIT_EXPECT_EQ(test, t->pool->frag_offset, 0U);
}

static void a_bulk_put_returns_only_last_fragments(struct kunit *test)
{
	struct pool_test *t = test->priv;
	unsigned int offset, i;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	for (i = 0; i < 5; i++)
		take_frag(t, &offset, FRAG);
	KUNIT_ASSERT_EQ(test, t->nr, 5U);
	/* Both fragments of the first page, one of the second. */
	put_bulk(t, 3);
	expect_recycle_stats(test, 0, 0, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&t->page[0]->pp_frag_count), 1L);
}

struct defrag_case {
	long count;
	long nr;
	long left;
	long after; /* the word itself: not written when the last fragments go */
};

static const struct defrag_case defrag_cases[] = {
	{ 1, 1, 0, 1 },
	{ 5, 5, 0, 5 },
	{ 5, 1, 4, 4 },
	{ 5, 4, 1, 1 },
	{ 5, 0, 5, 5 },
	{ LONG_MAX, LONG_MAX - 2, 2, 2 },
	{ LONG_MAX, 1, LONG_MAX - 1, LONG_MAX - 1 },
};

static void defrag_case_name(const struct defrag_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%ld of %ld", c->nr, c->count);
}

KUNIT_ARRAY_PARAM(defrag_case, defrag_cases, defrag_case_name);

static void defrag_page_returns_how_many_are_left(struct kunit *test)
{
	const struct defrag_case *c = test->param_value;
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 1);
	page_pool_fragment_page(t->page[0], c->count);
	KUNIT_EXPECT_EQ(test, page_pool_defrag_page(t->page[0], c->nr), c->left);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&t->page[0]->pp_frag_count), c->after);
}

static void a_driver_may_cut_a_page_itself(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	take(test, 1);
	page = t->page[0];
	page_pool_fragment_page(page, 3);
	page_pool_put_full_page(t->pool, page, TO_RING);
	page_pool_put_full_page(t->pool, page, TO_RING);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
	page_pool_put_full_page(t->pool, page, TO_RING);
	t->nr = 0;
	expect_recycle_stats(test, 0, 0, 1, 0, 0);
}

static void put_defragged_page_asks_for_no_fragments(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	take(test, 1);
	page_pool_fragment_page(t->page[0], 3);
	page_pool_put_defragged_page(t->pool, t->page[0], DONT_SYNC, TO_RING);
	t->nr = 0;
	expect_recycle_stats(test, 0, 0, 1, 0, 0);
}

/* --- nodes --- */

static void a_change_of_node_empties_the_cache(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 4);
	give(t, 3, TO_RING);
	local_bh_disable();
	page_pool_update_nid(t->pool, 0);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, t->pool->p.nid, 0);
	expect_kept(test, 0, 3);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, PP_ALLOC_CACHE_REFILL - 4);
	/* What is in the ring is on the right node, and found at the next refill. */
	take(test, 1);
	expect_kept(test, 2, 0);
}

static void the_same_node_again_changes_nothing(struct kunit *test)
{
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 4);
	page_pool_nid_changed(t->pool, NUMA_NO_NODE);
	expect_kept(test, PP_ALLOC_CACHE_REFILL - 4, 0);
	page_pool_nid_changed(t->pool, 0);
	expect_kept(test, 0, 0);
}

/* --- the end --- */

static void destroy_of_no_pool_is_allowed(struct kunit *test)
{
	page_pool_destroy(NULL);
	KUNIT_SUCCEED(test);
}

static void destroy_frees_what_the_pool_keeps(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *cached, *ringed;

	make_plain_pool(test);
	take(test, 2);
	cached = t->page[0];
	ringed = t->page[1];
	give(t, 1, DIRECT);
	give(t, 1, TO_RING);
	page_pool_destroy(t->pool);
	t->pool = NULL;
	KUNIT_EXPECT_EQ(test, page_ref_count(cached), 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(ringed), 0);
}

static void destroy_takes_the_page_of_fragments_back(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;
	unsigned int offset;

	make_pool(test, PP_FLAG_PAGE_FRAG, 0, 0);
	page = take_frag(t, &offset, 100);
	give(t, 1, DIRECT);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	page_pool_destroy(t->pool);
	t->pool = NULL;
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

/* The pool lives on for the page that is out, which comes back through it. */
static void a_destroyed_pool_waits_for_its_pages(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	page_pool_destroy(t->pool);
	expect_held_and_released(test, PP_ALLOC_CACHE_REFILL, PP_ALLOC_CACHE_REFILL - 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_PTR_EQ(test, page->pp, t->pool);
	page_pool_put_full_page(t->pool, page, TO_RING);
	t->nr = 0;
	expect_kept(test, 0, 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	t->pool = NULL;
	/* It looks again once in a second. */
	msleep(1300);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

static void a_destroyed_pool_has_an_empty_cache(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	page_pool_destroy(t->pool);
	expect_kept(test, 0, 0);
	KUNIT_EXPECT_EQ(test, t->pool->destroy_cnt, 1ULL);
	t->pool = NULL;
	t->nr = 0;
	get_page(page);
	page_pool_put_full_page(page->pp, page, DIRECT);
	KUNIT_EXPECT_TRUE(test, belongs_to_no_pool(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	put_page(page);
	msleep(1300);
}

static void a_second_user_keeps_the_pool(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct xdp_mem_info mem = { .id = 7 };
	struct page *page;

	make_plain_pool(test);
	take(test, 1);
	page = t->page[0];
	give(t, 1, DIRECT);
	page_pool_use_xdp_mem(t->pool, NULL, &mem);
	page_pool_destroy(t->pool);
	expect_kept(test, PP_ALLOC_CACHE_REFILL, 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	page_pool_destroy(t->pool);
	t->pool = NULL;
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

static void the_numbers_of_pages_wrap(struct kunit *test)
{
	struct pool_test *t = test->priv;
	struct page *page;

	make_plain_pool(test);
	t->pool->pages_state_hold_cnt = (u32)-10;
	atomic_set(&t->pool->pages_state_release_cnt, -10);
	take(test, 2);
	page = t->page[0];
	expect_held_and_released(test, 54, (u32)-10);
	give(t, 2, TO_RING);
	page_pool_destroy(t->pool);
	t->pool = NULL;
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

/* --- several at once --- */

/* A CPU that frees packets while the pool's own allocates: pages travel through a ring. */
struct returner {
	struct work_struct work;
	struct page_pool *pool;
	struct ptr_ring packets;
	unsigned int expected;
};

static void return_pages(struct work_struct *work)
{
	struct returner *r = container_of(work, struct returner, work);

	while (r->expected) {
		struct page *page = ptr_ring_consume(&r->packets);

		if (!page) {
			cond_resched();
			continue;
		}
		page_pool_put_full_page(r->pool, page, DIRECT);
		r->expected--;
	}
}

static void pages_put_elsewhere_come_back_and_none_is_lost(struct kunit *test)
{
	struct returner *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	struct page_pool_stats stats = {};
	struct pool_test *t = test->priv;
	unsigned int i;

	make_plain_pool(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_EQ(test, ptr_ring_init(&r->packets, 16, GFP_KERNEL), 0);
	r->pool = t->pool;
	r->expected = 1000;
	INIT_WORK(&r->work, return_pages);
	queue_work(system_unbound_wq, &r->work);
	for (i = 0; i < 1000; i++) {
		struct page *page = alloc_one(t);

		KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
		while (ptr_ring_produce(&r->packets, page))
			cond_resched();
	}
	flush_work(&r->work);
	ptr_ring_cleanup(&r->packets, NULL);
	/* So few are out at once that the first pages from the allocator are enough. */
	KUNIT_EXPECT_EQ(test, t->pool->pages_state_hold_cnt, (u32)PP_ALLOC_CACHE_REFILL);
	KUNIT_EXPECT_EQ(test, (u32)atomic_read(&t->pool->pages_state_release_cnt), 0U);
	KUNIT_EXPECT_EQ(test, t->pool->alloc.count + in_ring(t), t->pool->pages_state_hold_cnt);
	page_pool_get_stats(t->pool, &stats);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.ring, 1000ULL);
	KUNIT_EXPECT_EQ(test,
			stats.alloc_stats.fast + stats.alloc_stats.slow + stats.alloc_stats.refill,
			1000ULL);
}

/* --- statistics --- */

static void statistics_are_added_to_what_is_there(struct kunit *test)
{
	struct page_pool_stats stats = { .alloc_stats.fast = 100, .recycle_stats.ring = 1000 };
	struct pool_test *t = test->priv;

	make_plain_pool(test);
	take(test, 3);
	give(t, 1, TO_RING);
	KUNIT_EXPECT_TRUE(test, page_pool_get_stats(t->pool, &stats));
	KUNIT_EXPECT_EQ(test, stats.alloc_stats.fast, 102ULL);
	KUNIT_EXPECT_EQ(test, stats.recycle_stats.ring, 1001ULL);
	KUNIT_EXPECT_FALSE(test, page_pool_get_stats(t->pool, NULL));
}

static void statistics_of_a_new_pool_are_0(struct kunit *test)
{
	make_plain_pool(test);
	expect_alloc_stats(test, 0, 0, 0, 0);
	expect_recycle_stats(test, 0, 0, 0, 0, 0);
	expect_held_and_released(test, 0, 0);
}

static int page_pool_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct pool_test), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void page_pool_test_exit(struct kunit *test)
{
	struct pool_test *t = test->priv;

	if (!t || !t->pool)
		return;
	give(t, t->nr, TO_RING);
	page_pool_destroy(t->pool);
}

static struct kunit_case page_pool_test_cases[] = {
	KUNIT_CASE(the_first_page_brings_63_others_into_the_cache),
	KUNIT_CASE(a_page_knows_its_pool_and_has_one_reference),
	KUNIT_CASE(pages_in_the_cache_belong_to_the_pool_already),
	KUNIT_CASE(the_next_63_pages_come_from_the_cache),
	KUNIT_CASE(page_65_goes_to_the_allocator_again),
	KUNIT_CASE(no_page_is_handed_out_twice),
	KUNIT_CASE(a_higher_order_is_allocated_page_by_page),
	KUNIT_CASE(a_higher_order_is_recycled_like_any_other),
	KUNIT_CASE(an_order_that_no_allocator_has_gives_no_page),
	KUNIT_CASE(a_direct_put_goes_into_the_cache),
	KUNIT_CASE(another_put_goes_into_the_ring),
	KUNIT_CASE(a_direct_put_outside_of_softirq_goes_into_the_ring),
	KUNIT_CASE(recycle_direct_is_a_direct_put),
	KUNIT_CASE(the_cache_gives_the_page_put_last_first),
	KUNIT_CASE(a_page_in_the_pool_keeps_its_reference_and_its_mark),
	KUNIT_CASE(a_full_cache_overflows_into_the_ring),
	KUNIT_CASE(a_full_ring_lets_pages_go),
	KUNIT_CASE(with_cache_and_ring_full_a_direct_put_frees),
	KUNIT_CASE_PARAM(a_page_in_other_use_leaves_the_pool, direction_gen_params),
	KUNIT_CASE_PARAM(a_page_from_the_reserves_leaves_the_pool, direction_gen_params),
	KUNIT_CASE(a_released_page_is_an_ordinary_page),
	KUNIT_CASE_PARAM(an_empty_cache_is_refilled_from_the_ring, ring_fill_gen_params),
	KUNIT_CASE_PARAM(a_refill_hands_out_the_youngest_it_fetched, ring_fill_gen_params),
	KUNIT_CASE(a_refill_fetches_64_at_most),
	KUNIT_CASE(the_ring_is_left_alone_while_the_cache_has_pages),
	KUNIT_CASE(an_empty_ring_is_counted_at_each_look),
	KUNIT_CASE(a_bulk_put_goes_into_the_ring_in_order),
	KUNIT_CASE(a_bulk_put_of_nothing_does_nothing),
	KUNIT_CASE(a_bulk_put_never_uses_the_cache),
	KUNIT_CASE(a_bulk_put_counts_a_full_ring_once),
	KUNIT_CASE(a_bulk_put_lets_go_of_pages_in_other_use),
	KUNIT_CASE(a_bulk_put_finds_the_head_from_any_address),
	KUNIT_CASE(return_skb_page_puts_a_page_of_a_pool),
	KUNIT_CASE(return_skb_page_refuses_any_other_page),
	KUNIT_CASE(return_skb_page_refuses_a_page_that_left_its_pool),
	KUNIT_CASE(return_skb_page_takes_a_tail_for_its_head),
	KUNIT_CASE(return_skb_page_knows_a_page_from_the_reserves),
	KUNIT_CASE(the_first_fragment_opens_a_page),
	KUNIT_CASE(further_fragments_follow_in_the_same_page),
	KUNIT_CASE(a_fragment_that_does_not_fit_opens_another_page),
	KUNIT_CASE(the_last_fragment_returns_the_page),
	KUNIT_CASE(a_page_without_users_is_opened_again),
	KUNIT_CASE(a_page_in_other_use_is_not_opened_again),
	KUNIT_CASE(a_fragment_may_be_as_large_as_the_page),
	KUNIT_CASE(a_fragment_larger_than_the_page_is_refused),
	KUNIT_CASE(a_pool_without_fragments_refuses_them),
	KUNIT_CASE(a_fragment_of_nothing_is_a_fragment),
	KUNIT_CASE(a_bulk_put_returns_only_last_fragments),
	KUNIT_CASE_PARAM(defrag_page_returns_how_many_are_left, defrag_case_gen_params),
	KUNIT_CASE(a_driver_may_cut_a_page_itself),
	KUNIT_CASE(put_defragged_page_asks_for_no_fragments),
	KUNIT_CASE(a_change_of_node_empties_the_cache),
	KUNIT_CASE(the_same_node_again_changes_nothing),
	KUNIT_CASE(destroy_of_no_pool_is_allowed),
	KUNIT_CASE(destroy_frees_what_the_pool_keeps),
	KUNIT_CASE(destroy_takes_the_page_of_fragments_back),
	KUNIT_CASE(a_destroyed_pool_waits_for_its_pages),
	KUNIT_CASE(a_destroyed_pool_has_an_empty_cache),
	KUNIT_CASE(a_second_user_keeps_the_pool),
	KUNIT_CASE(the_numbers_of_pages_wrap),
	KUNIT_CASE(pages_put_elsewhere_come_back_and_none_is_lost),
	KUNIT_CASE(statistics_are_added_to_what_is_there),
	KUNIT_CASE(statistics_of_a_new_pool_are_0),
	{}
};

static struct kunit_suite page_pool_test_suite = {
	.name = "page_pool",
	.init = page_pool_test_init,
	.exit = page_pool_test_exit,
	.test_cases = page_pool_test_cases,
};

kunit_test_suite(page_pool_test_suite);

MODULE_LICENSE("GPL");
