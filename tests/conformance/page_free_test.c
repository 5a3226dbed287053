/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Giving pages back: which reference frees, which pages it frees, and in what state the
 * next owner gets them.
 *
 * Models: mm/page_alloc.c (__free_pages(), split_page(), __page_frag_cache_drain(), the bulk
 * allocator) and mm/swap.c (put_page(), release_pages(), put_pages_list()), 6.1.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/slab.h>

#define NR_PAGES 32

/* The pages of a block, or single ones. What a case freed it must not touch any more. */
struct free_test {
	struct page *page[NR_PAGES];
};

/* How many of the @nr pages from @page on the allocator owns. */
static unsigned int nr_free(struct page *page, unsigned int nr)
{
	unsigned int i, n = 0;

	/* Out of the per-CPU lists, where a free page does not look free. */
	drain_local_pages(NULL);
	for (i = 0; i < nr; i++)
		n += is_free_buddy_page(page + i);
	return n;
}

static bool is_free(struct page *page)
{
	return nr_free(page, 1) == 1;
}

static struct page *get_block(struct kunit *test, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | gfp, order);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static struct page *get_single(struct kunit *test)
{
	return get_block(test, 0, 0);
}

static void get_singles(struct kunit *test, unsigned int nr)
{
	struct free_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < nr; i++)
		t->page[i] = get_single(test);
}

static const unsigned int orders[] = { 1, 2, 3, 4, 6 };

static void order_name(const unsigned int *order, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "order %u", *order);
}

KUNIT_ARRAY_PARAM(order, orders, order_name);

static unsigned int this_order(struct kunit *test)
{
	return *(const unsigned int *)test->param_value;
}

/* --- single pages --- */

static void put_page_frees_with_the_last_reference(struct kunit *test)
{
	struct page *page = get_single(test);

	get_page(page);
	put_page(page);
	KUNIT_EXPECT_FALSE(test, is_free(page));
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void __free_page_drops_one_reference_like_any_other(struct kunit *test)
{
	struct page *page = get_single(test);

	get_page(page);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_FALSE(test, is_free(page));
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void the_last_reference_may_be_dropped_either_way(struct kunit *test)
{
	struct page *page = get_single(test);

	get_page(page);
	__free_page(page);
	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void testzero_followed_by_nothing_frees_nothing(struct kunit *test)
{
	struct page *page = get_single(test);

	KUNIT_EXPECT_TRUE(test, put_page_testzero(page));
	KUNIT_EXPECT_FALSE(test, is_free(page));
	set_page_count(page, 1);
	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void a_frozen_page_is_not_free(struct kunit *test)
{
	struct page *page = get_single(test);

	KUNIT_ASSERT_TRUE(test, page_ref_freeze(page, 1));
	KUNIT_EXPECT_FALSE(test, is_free(page));
	page_ref_unfreeze(page, 1);
	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

/* --- blocks that are no compound pages --- */

static void __free_pages_frees_the_whole_block(struct kunit *test)
{
	unsigned int order = this_order(test);
	struct page *page = get_block(test, 0, order);

	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 0U);
	__free_pages(page, order);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
}

/* Whoever holds the first page knows nothing of the others: they are freed at once. */
static void __free_pages_of_a_referenced_block_frees_all_but_the_first(struct kunit *test)
{
	unsigned int order = this_order(test);
	struct page *page = get_block(test, 0, order);

	get_page(page);
	__free_pages(page, order);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_FALSE(test, is_free(page));
	KUNIT_EXPECT_EQ(test, nr_free(page + 1, (1U << order) - 1), (1U << order) - 1);
	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void two_references_more_free_the_rest_only_once(struct kunit *test)
{
	struct page *page = get_block(test, 0, 2);

	page_ref_add(page, 2);
	__free_pages(page, 2);
	KUNIT_EXPECT_EQ(test, nr_free(page, 4), 3U);
	/* From here on it is a single page with two holders. */
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	__free_pages(page, 0);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

/* It looks at what the page says of itself, and that is: I am alone. */
static void put_page_of_a_block_frees_the_first_page_only(struct kunit *test)
{
	unsigned int order = this_order(test), o;
	struct page *page = get_block(test, 0, order);

	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
	KUNIT_EXPECT_EQ(test, nr_free(page + 1, (1U << order) - 1), 0U);
	for (o = 0; o < order; o++) {
		set_page_count(page + (1U << o), 1);
		__free_pages(page + (1U << o), o);
	}
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
}

/* --- compound pages --- */

static void __free_pages_of_a_compound_page_frees_it(struct kunit *test)
{
	unsigned int order = this_order(test);
	struct page *page = get_block(test, __GFP_COMP, order);

	__free_pages(page, order);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
	KUNIT_EXPECT_FALSE(test, PageHead(page));
}

static void __free_pages_of_a_referenced_compound_page_frees_nothing(struct kunit *test)
{
	unsigned int order = this_order(test);
	struct page *page = get_block(test, __GFP_COMP, order);

	get_page(page + 1);
	__free_pages(page, order);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 0U);
	put_page(page + 1);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
}

static void put_page_of_any_tail_frees_the_whole(struct kunit *test)
{
	unsigned int order = this_order(test);
	struct page *page = get_block(test, __GFP_COMP, order);

	put_page(page + (1U << order) - 1);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
}

/* --- split_page() --- */

static void a_split_block_is_as_many_single_pages(struct kunit *test)
{
	unsigned int order = this_order(test), i;
	struct page *page = get_block(test, 0, order);

	split_page(page, order);
	for (i = 0; i < 1U << order; i++)
		KUNIT_EXPECT_EQ(test, page_count(page + i), 1);
	/* Every second one, so that nothing can be merged. */
	for (i = 1; i < 1U << order; i += 2)
		put_page(page + i);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << (order - 1));
	for (i = 0; i < 1U << order; i += 2)
		__free_page(page + i);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
}

static void a_split_keeps_references_of_the_first_page(struct kunit *test)
{
	struct page *page = get_block(test, 0, 1);

	get_page(page);
	split_page(page, 1);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	KUNIT_EXPECT_EQ(test, page_count(page + 1), 1);
	put_page(page);
	put_page(page);
	put_page(page + 1);
	KUNIT_EXPECT_EQ(test, nr_free(page, 2), 2U);
}

static void a_split_of_a_single_page_changes_nothing(struct kunit *test)
{
	struct page *page = get_single(test);

	split_page(page, 0);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

/* --- release_pages() --- */

static const unsigned int batches[] = { 1, 2, 15, 32 };

static void batch_name(const unsigned int *nr, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u pages", *nr);
}

KUNIT_ARRAY_PARAM(batch, batches, batch_name);

static void release_pages_frees_all_of_a_batch(struct kunit *test)
{
	unsigned int nr = *(const unsigned int *)test->param_value, i, n = 0;
	struct free_test *t = test->priv;

	get_singles(test, nr);
	release_pages(t->page, (int)nr);
	for (i = 0; i < nr; i++)
		n += is_free(t->page[i]);
	KUNIT_EXPECT_EQ(test, n, nr);
}

static void release_pages_leaves_pages_in_other_use(struct kunit *test)
{
	unsigned int nr = *(const unsigned int *)test->param_value, i, n = 0;
	struct free_test *t = test->priv;

	get_singles(test, nr);
	for (i = 0; i < nr; i += 2)
		get_page(t->page[i]);
	release_pages(t->page, (int)nr);
	for (i = 0; i < nr; i++)
		n += is_free(t->page[i]);
	KUNIT_EXPECT_EQ(test, n, nr / 2);
	for (i = 0; i < nr; i += 2) {
		KUNIT_EXPECT_EQ(test, page_ref_count(t->page[i]), 1);
		put_page(t->page[i]);
	}
}

static void release_pages_of_none_does_nothing(struct kunit *test)
{
	struct free_test *t = test->priv;

	get_singles(test, 1);
	release_pages(t->page, 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(t->page[0]), 1);
	put_page(t->page[0]);
}

static void release_pages_drops_a_reference_for_each_mention(struct kunit *test)
{
	struct free_test *t = test->priv;

	get_singles(test, 1);
	page_ref_add(t->page[0], 3);
	t->page[1] = t->page[2] = t->page[0];
	release_pages(t->page, 3);
	KUNIT_EXPECT_EQ(test, page_ref_count(t->page[0]), 1);
	get_page(t->page[0]);
	release_pages(t->page, 2);
	KUNIT_EXPECT_TRUE(test, is_free(t->page[0]));
}

static void release_pages_takes_a_tail_for_its_head(struct kunit *test)
{
	struct free_test *t = test->priv;
	struct page *page = get_block(test, __GFP_COMP, 2);

	get_page(page);
	t->page[0] = page + 3;
	release_pages(t->page, 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	release_pages(t->page, 1);
	KUNIT_EXPECT_EQ(test, nr_free(page, 4), 4U);
}

static void release_pages_mixes_single_and_compound_pages(struct kunit *test)
{
	struct free_test *t = test->priv;

	get_singles(test, 3);
	t->page[1] = get_block(test, __GFP_COMP, 1);
	__free_page(t->page[2]);
	t->page[2] = get_single(test);
	release_pages(t->page, 3);
	KUNIT_EXPECT_TRUE(test, is_free(t->page[0]));
	KUNIT_EXPECT_EQ(test, nr_free(t->page[1], 2), 2U);
	KUNIT_EXPECT_TRUE(test, is_free(t->page[2]));
}

static void put_pages_list_drops_a_reference_of_each(struct kunit *test)
{
	struct free_test *t = test->priv;
	LIST_HEAD(pages);

	get_singles(test, 3);
	get_page(t->page[1]);
	list_add(&t->page[0]->lru, &pages);
	list_add(&t->page[1]->lru, &pages);
	list_add(&t->page[2]->lru, &pages);
	put_pages_list(&pages);
	KUNIT_EXPECT_TRUE(test, list_empty(&pages));
	KUNIT_EXPECT_TRUE(test, is_free(t->page[0]));
	KUNIT_EXPECT_EQ(test, page_ref_count(t->page[1]), 1);
	KUNIT_EXPECT_TRUE(test, is_free(t->page[2]));
	put_page(t->page[1]);
}

/* --- draining a bias --- */

static void a_drained_bias_frees_at_0(struct kunit *test)
{
	struct page *page = get_single(test);

	page_ref_add(page, 99);
	__page_frag_cache_drain(page, 99);
	KUNIT_EXPECT_FALSE(test, is_free(page));
	__page_frag_cache_drain(page, 1);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void a_drained_bias_frees_a_compound_page(struct kunit *test)
{
	unsigned int order = this_order(test);
	struct page *page = get_block(test, __GFP_COMP, order);

	page_ref_add(page, 9);
	__page_frag_cache_drain(page, 10);
	KUNIT_EXPECT_EQ(test, nr_free(page, 1U << order), 1U << order);
}

/* --- many at once --- */

static void a_bulk_fills_only_what_is_empty(struct kunit *test)
{
	struct free_test *t = test->priv;
	struct page *mine = get_single(test);
	unsigned int i;

	t->page[0] = mine;
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array_node(GFP_KERNEL, NUMA_NO_NODE, 8, t->page),
			8UL);
	KUNIT_EXPECT_PTR_EQ(test, t->page[0], mine);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, page_count(t->page[i]), 1);
	KUNIT_EXPECT_NULL(test, t->page[8]);
	release_pages(t->page, 8);
}

static void a_bulk_skips_what_is_filled_in_the_middle(struct kunit *test)
{
	struct free_test *t = test->priv;
	struct page *mine = get_single(test);

	t->page[3] = mine;
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array_node(GFP_KERNEL, NUMA_NO_NODE, 6, t->page),
			6UL);
	KUNIT_EXPECT_PTR_EQ(test, t->page[3], mine);
	KUNIT_EXPECT_NOT_NULL(test, t->page[2]);
	KUNIT_EXPECT_NOT_NULL(test, t->page[5]);
	release_pages(t->page, 6);
}

static void a_bulk_of_a_full_array_allocates_nothing(struct kunit *test)
{
	struct free_test *t = test->priv;
	struct page *before;

	get_singles(test, 3);
	before = t->page[2];
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array_node(GFP_KERNEL, NUMA_NO_NODE, 3, t->page),
			3UL);
	KUNIT_EXPECT_PTR_EQ(test, t->page[2], before);
	release_pages(t->page, 3);
}

static void a_bulk_of_none_allocates_nothing(struct kunit *test)
{
	struct free_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array_node(GFP_KERNEL, NUMA_NO_NODE, 0, t->page),
			0UL);
	KUNIT_EXPECT_NULL(test, t->page[0]);
}

/* --- what a new owner finds --- */

static void a_new_page_is_clean(struct kunit *test)
{
	struct page *page = get_single(test);

	KUNIT_EXPECT_NULL(test, page->mapping);
	KUNIT_EXPECT_EQ(test, page_private(page), 0UL);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
	KUNIT_EXPECT_FALSE(test, page_is_pfmemalloc(page));
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
	KUNIT_EXPECT_EQ(test, page->flags & PAGE_FLAGS_CHECK_AT_PREP, 0UL);
	put_page(page);
}

/* These may be set when a page is freed: nobody is told, and they do not outlive it. */
static void freeing_clears_harmless_flags(struct kunit *test)
{
	struct page *page = get_single(test);

	SetPageUptodate(page);
	SetPageDirty(page);
	SetPageChecked(page);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page->flags & PAGE_FLAGS_CHECK_AT_PREP, 0UL);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

static void freeing_clears_the_private_word(struct kunit *test)
{
	struct page *page = get_single(test), *again;

	set_page_private(page, 0x1234);
	put_page(page);
	again = get_single(test);
	KUNIT_EXPECT_EQ(test, page_private(again), 0UL);
	put_page(again);
}

static void freeing_forgets_the_reserves(struct kunit *test)
{
	struct page *page = get_single(test);

	set_page_pfmemalloc(page);
	KUNIT_EXPECT_TRUE(test, page_is_pfmemalloc(page));
	clear_page_pfmemalloc(page);
	KUNIT_EXPECT_FALSE(test, page_is_pfmemalloc(page));
	set_page_pfmemalloc(page);
	put_page(page);
	KUNIT_EXPECT_TRUE(test, is_free(page));
}

/* The list of free pages of a CPU is a stack. */
static void the_page_freed_last_is_allocated_first(struct kunit *test)
{
	struct page *first = get_single(test), *second = get_single(test);

	put_page(first);
	put_page(second);
	KUNIT_EXPECT_PTR_EQ(test, get_single(test), second);
	KUNIT_EXPECT_PTR_EQ(test, get_single(test), first);
	put_page(first);
	put_page(second);
}

static int page_free_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct free_test), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case page_free_test_cases[] = {
	KUNIT_CASE(put_page_frees_with_the_last_reference),
	KUNIT_CASE(__free_page_drops_one_reference_like_any_other),
	KUNIT_CASE(the_last_reference_may_be_dropped_either_way),
	KUNIT_CASE(testzero_followed_by_nothing_frees_nothing),
	KUNIT_CASE(a_frozen_page_is_not_free),
	KUNIT_CASE_PARAM(__free_pages_frees_the_whole_block, order_gen_params),
	KUNIT_CASE_PARAM(__free_pages_of_a_referenced_block_frees_all_but_the_first,
			 order_gen_params),
	KUNIT_CASE(two_references_more_free_the_rest_only_once),
	KUNIT_CASE_PARAM(put_page_of_a_block_frees_the_first_page_only, order_gen_params),
	KUNIT_CASE_PARAM(__free_pages_of_a_compound_page_frees_it, order_gen_params),
	KUNIT_CASE_PARAM(__free_pages_of_a_referenced_compound_page_frees_nothing,
			 order_gen_params),
	KUNIT_CASE_PARAM(put_page_of_any_tail_frees_the_whole, order_gen_params),
	KUNIT_CASE_PARAM(a_split_block_is_as_many_single_pages, order_gen_params),
	KUNIT_CASE(a_split_keeps_references_of_the_first_page),
	KUNIT_CASE(a_split_of_a_single_page_changes_nothing),
	KUNIT_CASE_PARAM(release_pages_frees_all_of_a_batch, batch_gen_params),
	KUNIT_CASE_PARAM(release_pages_leaves_pages_in_other_use, batch_gen_params),
	KUNIT_CASE(release_pages_of_none_does_nothing),
	KUNIT_CASE(release_pages_drops_a_reference_for_each_mention),
	KUNIT_CASE(release_pages_takes_a_tail_for_its_head),
	KUNIT_CASE(release_pages_mixes_single_and_compound_pages),
	KUNIT_CASE(put_pages_list_drops_a_reference_of_each),
	KUNIT_CASE(a_drained_bias_frees_at_0),
	KUNIT_CASE_PARAM(a_drained_bias_frees_a_compound_page, order_gen_params),
	KUNIT_CASE(a_bulk_fills_only_what_is_empty),
	KUNIT_CASE(a_bulk_skips_what_is_filled_in_the_middle),
	KUNIT_CASE(a_bulk_of_a_full_array_allocates_nothing),
	KUNIT_CASE(a_bulk_of_none_allocates_nothing),
	KUNIT_CASE(a_new_page_is_clean),
	KUNIT_CASE(freeing_clears_harmless_flags),
	KUNIT_CASE(freeing_clears_the_private_word),
	KUNIT_CASE(freeing_forgets_the_reserves),
	KUNIT_CASE(the_page_freed_last_is_allocated_first),
	{}
};

static struct kunit_suite page_free_test_suite = {
	.name = "page_free",
	.init = page_free_test_init,
	.test_cases = page_free_test_cases,
};

kunit_test_suite(page_free_test_suite);

MODULE_LICENSE("GPL");
