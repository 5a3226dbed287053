/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Creating a pool: which parameters are refused, what a pool makes of the others, and
 * the callback that sees each page once.
 *
 * Models: page_pool_init() and page_pool_set_pp_info() of net/core/page_pool.c, 6.1.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/dma-direction.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/string.h>
#include <net/page_pool.h>

struct create_case {
	const char *name;
	unsigned int flags;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	int err;
};

static const struct create_case create_cases[] = {
	{ "no flags", 0, DMA_NONE, 0, 0 },
	{ "a direction nobody asks for", 0, DMA_TO_DEVICE, 0, 0 },
	{ "fragments", PP_FLAG_PAGE_FRAG, DMA_NONE, 0, 0 },
	{ "an unknown flag", BIT(3), DMA_NONE, 0, -EINVAL },
	{ "the highest flag", BIT(31), DMA_NONE, 0, -EINVAL },
	{ "an unknown flag beside a known one", PP_FLAG_PAGE_FRAG | BIT(4), DMA_NONE, 0, -EINVAL },
	{ "mapping for receive", PP_FLAG_DMA_MAP, DMA_FROM_DEVICE, 0, 0 },
	{ "mapping for both directions", PP_FLAG_DMA_MAP, DMA_BIDIRECTIONAL, 0, 0 },
	{ "mapping for transmit", PP_FLAG_DMA_MAP, DMA_TO_DEVICE, 0, -EINVAL },
	{ "mapping for nothing", PP_FLAG_DMA_MAP, DMA_NONE, 0, -EINVAL },
	{ "mapping of fragments", PP_FLAG_DMA_MAP | PP_FLAG_PAGE_FRAG, DMA_FROM_DEVICE, 0, 0 },
	{ "sync without mapping", PP_FLAG_DMA_SYNC_DEV, DMA_FROM_DEVICE, 100, -EINVAL },
	{ "sync of no bytes", PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, DMA_FROM_DEVICE, 0, -EINVAL },
	{ "sync of some bytes", PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, DMA_FROM_DEVICE, 1, 0 },
	{ "everything", PP_FLAG_ALL, DMA_BIDIRECTIONAL, 4096, 0 },
};

static void create_case_name(const struct create_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(create_case, create_cases, create_case_name);

/* Without a device: nothing is mapped before the first page. */
static void a_pool_is_created_or_refused(struct kunit *test)
{
	const struct create_case *c = test->param_value;
	struct page_pool_params params = {
		.flags = c->flags,
		.nid = NUMA_NO_NODE,
		.dma_dir = c->dma_dir,
		.max_len = c->max_len,
	};
	struct page_pool *pool = page_pool_create(&params);

	KUNIT_EXPECT_EQ(test, IS_ERR(pool) ? PTR_ERR(pool) : 0L, (long)c->err);
	KUNIT_EXPECT_FALSE(test, !pool);
	if (IS_ERR_OR_NULL(pool))
		return;
	KUNIT_EXPECT_EQ(test, pool->p.flags, c->flags);
	KUNIT_EXPECT_EQ(test, pool->p.max_len, c->max_len);
	page_pool_destroy(pool);
}

struct ring_case {
	unsigned int pool_size;
	int ring_size;
};

static const struct ring_case ring_cases[] = {
	{ 0, 1024 },	  { 1, 1 },	    { 100, 100 },	 { 1024, 1024 },
	{ 16384, 16384 }, { 16385, 16384 }, { UINT_MAX, 16384 },
};

static void ring_case_name(const struct ring_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "pool_size %u", c->pool_size);
}

KUNIT_ARRAY_PARAM(ring_case, ring_cases, ring_case_name);

static void the_ring_is_as_large_as_asked_within_bounds(struct kunit *test)
{
	const struct ring_case *c = test->param_value;
	struct page_pool_params params = { .pool_size = c->pool_size, .nid = NUMA_NO_NODE };
	struct page_pool *pool = page_pool_create(&params);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, pool->ring.size, c->ring_size);
	KUNIT_EXPECT_EQ(test, pool->p.pool_size, c->pool_size);
	page_pool_destroy(pool);
}

struct seen {
	struct page *page[2 * PP_ALLOC_CACHE_REFILL];
	unsigned int count;
	unsigned int marked; /* of them: already the pool's when they were shown */
};

static void note_page(struct page *page, void *arg)
{
	struct seen *seen = arg;

	if (seen->count < ARRAY_SIZE(seen->page))
		seen->page[seen->count] = page;
	seen->count++;
	seen->marked += page->pp && page->pp_magic == PP_SIGNATURE;
}

static struct page_pool *make_noted_pool(struct kunit *test, struct seen **seen, unsigned int order)
{
	struct page_pool_params params = {
		.order = order,
		.nid = NUMA_NO_NODE,
		.init_callback = note_page,
	};
	struct page_pool *pool;

	*seen = kunit_kzalloc(test, sizeof(**seen), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *seen);
	params.init_arg = *seen;
	pool = page_pool_create(&params);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pool);
	return pool;
}

static struct page *alloc_one(struct page_pool *pool)
{
	struct page *page;

	local_bh_disable();
	page = page_pool_dev_alloc_pages(pool);
	local_bh_enable();
	return page;
}

static void the_callback_sees_every_page_of_a_bulk(struct kunit *test)
{
	struct seen *seen;
	struct page_pool *pool = make_noted_pool(test, &seen, 0);
	struct page *page = alloc_one(pool);

	KUNIT_EXPECT_EQ(test, seen->count, (unsigned int)PP_ALLOC_CACHE_REFILL);
	KUNIT_EXPECT_EQ(test, seen->marked, (unsigned int)PP_ALLOC_CACHE_REFILL);
	/* Handed out is the last one; the others wait in the order they were shown. */
	KUNIT_EXPECT_PTR_EQ(test, seen->page[PP_ALLOC_CACHE_REFILL - 1], page);
	KUNIT_EXPECT_PTR_EQ(test, seen->page[0], pool->alloc.cache[0]);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
}

static void the_callback_does_not_see_a_page_again(struct kunit *test)
{
	struct seen *seen;
	struct page_pool *pool = make_noted_pool(test, &seen, 1);
	int i;

	for (i = 0; i < 3; i++) {
		struct page *page = alloc_one(pool);

		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, seen->count, 1U);
		page_pool_put_full_page(pool, page, false);
	}
	page_pool_destroy(pool);
}

static const char *const stat_names[] = {
	"rx_pp_alloc_fast",	   "rx_pp_alloc_slow",		 "rx_pp_alloc_slow_ho",
	"rx_pp_alloc_empty",	   "rx_pp_alloc_refill",	 "rx_pp_alloc_waive",
	"rx_pp_recycle_cached",	   "rx_pp_recycle_cache_full",	 "rx_pp_recycle_ring",
	"rx_pp_recycle_ring_full", "rx_pp_recycle_released_ref",
};

static void ethtool_names_every_statistic(struct kunit *test)
{
	char *names = kunit_kzalloc(test, 32 * ARRAY_SIZE(stat_names), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, names);
	KUNIT_ASSERT_EQ(test, page_pool_ethtool_stats_get_count(), (int)ARRAY_SIZE(stat_names));
	KUNIT_EXPECT_PTR_EQ(test, (char *)page_pool_ethtool_stats_get_strings((u8 *)names),
			    names + 32 * ARRAY_SIZE(stat_names));
	for (i = 0; i < ARRAY_SIZE(stat_names); i++)
		KUNIT_EXPECT_STREQ(test, names + 32 * i, stat_names[i]);
}

static void ethtool_shows_the_numbers_in_that_order(struct kunit *test)
{
	struct page_pool_stats stats = {
		.alloc_stats = { .fast = 1,
				 .slow = 2,
				 .slow_high_order = 3,
				 .empty = 4,
				 .refill = 5,
				 .waive = 6 },
		.recycle_stats = { .cached = 7,
				   .cache_full = 8,
				   .ring = 9,
				   .ring_full = 10,
				   .released_refcnt = 11 },
	};
	u64 data[ARRAY_SIZE(stat_names)] = { 0 };
	unsigned int i;

	KUNIT_EXPECT_PTR_EQ(test, page_pool_ethtool_stats_get(data, &stats),
			    data + ARRAY_SIZE(data));
	for (i = 0; i < ARRAY_SIZE(data); i++)
		KUNIT_EXPECT_EQ(test, data[i], (u64)(i + 1));
}

static struct kunit_case page_pool_create_test_cases[] = {
	KUNIT_CASE_PARAM(a_pool_is_created_or_refused, create_case_gen_params),
	KUNIT_CASE_PARAM(the_ring_is_as_large_as_asked_within_bounds, ring_case_gen_params),
	KUNIT_CASE(the_callback_sees_every_page_of_a_bulk),
	KUNIT_CASE(the_callback_does_not_see_a_page_again),
	KUNIT_CASE(ethtool_names_every_statistic),
	KUNIT_CASE(ethtool_shows_the_numbers_in_that_order),
	{}
};

static struct kunit_suite page_pool_create_test_suite = {
	.name = "page_pool_create",
	.test_cases = page_pool_create_test_cases,
};

kunit_test_suite(page_pool_create_test_suite);

MODULE_LICENSE("GPL");
