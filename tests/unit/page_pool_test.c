/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

#include <pthread.h>
#include <sched.h>

#define GFP (GFP_ATOMIC | __GFP_NOWARN)

/* A pool pp0, used from a softirq on CPU 0 until end(). */
struct pooled {
	struct net *f;
	struct page_pool *pool;
	struct np_context softirq;
};

static struct pooled *begin_machine(struct np_machine_options options,
				    struct page_pool_params params)
{
	struct pooled *p = calloc(1, sizeof(*p));

	p->f = net_begin_options("unaccounted", options);
	assert_int_equal(page_pool_create(p->f->m, "pp0", &params, &p->pool), 0);
	softirq_enter(p->f, &p->softirq);
	return p;
}

static struct pooled *begin(struct page_pool_params params)
{
	return begin_machine((struct np_machine_options){ 0 }, params);
}

/* The test has destroyed the pool. */
static void end_net(struct pooled *p)
{
	np_leave(&p->softirq);
	net_end(p->f);
	free(p);
}

static void end(struct pooled *p)
{
	page_pool_destroy(p->pool);
	end_net(p);
}

static struct page *get(struct pooled *p)
{
	struct page *page = page_pool_alloc_pages(p->pool, GFP);

	assert_non_null(page);
	return page;
}

static void put(struct pooled *p, struct page *page, bool direct)
{
	page_pool_put_full_page(p->pool, page, direct);
}

static struct page_pool_stats stats(const struct pooled *p)
{
	struct page_pool_stats s = { 0 };

	page_pool_get_stats(p->pool, &s);
	return s;
}

static u32 released(const struct pooled *p)
{
	return (u32)atomic_read(&p->pool->pages_state_release_cnt);
}

/* --- creation --- */

static void create_refuses_what_6_1_refuses(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct net_device *dev = net_nic(f, (struct np_nic_options){ 0 });
	const struct page_pool_params wrong[] = {
		{ .flags = 1u << 3 },
		{ .flags = PP_FLAG_DMA_MAP, .dev = dev, .dma_dir = DMA_TO_DEVICE },
		{ .flags = PP_FLAG_DMA_MAP, .dev = dev, .dma_dir = DMA_NONE },
		{ .flags = PP_FLAG_DMA_SYNC_DEV, .dev = dev, .max_len = 1 },
		{ .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .dev = dev },
		{ .order = 32 },
		{ .nid = 1 },
		{ .nid = -2 },
	};
	const struct page_pool_params right = { 0 };
	struct page_pool *pool;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(page_pool_create(f->m, "pp0", &wrong[i], &pool), -EINVAL);
	assert_int_equal(page_pool_create(f->m, "", &right, &pool), -EINVAL);
	assert_int_equal(page_pool_create(f->m, NULL, &right, &pool), -EINVAL);
	assert_int_equal(page_pool_create(f->m, "pp0", NULL, &pool), -EINVAL);
	net_end(f);
}

static void fragments_are_refused_where_a_dma_address_needs_two_words(void **state)
{
	struct net *f = net_begin_options(
		"unaccounted", (struct np_machine_options){ .dma_layout = NP_DMA_32_FIXED });
	const struct page_pool_params params = { .flags = PP_FLAG_PAGE_FRAG };
	struct page_pool *pool;

	(void)state;
	assert_int_equal(page_pool_create(f->m, "pp0", &params, &pool), -EINVAL);
	net_end(f);
}

static void ring_size_is_limited_to_16384_slots(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ .pool_size = 100000 });

	(void)state;
	assert_int_equal(p->pool->ring.size, 16384);
	end(p);
}

static void ring_has_1024_slots_by_default(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });

	(void)state;
	assert_int_equal(p->pool->ring.size, 1024);
	end(p);
}

/* --- allocation --- */

static void empty_pool_takes_64_pages_from_the_allocator(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	assert_page_refs(page, 1);
	assert_ptr_equal(page->pp, p->pool);
	assert_true(page_is_page_pool(page));
	assert_int_equal(p->pool->pages_state_hold_cnt, 64);
	assert_int_equal(p->pool->alloc.count, 63);
	assert_int_equal(stats(p).alloc_stats.empty, 1);
	assert_int_equal(stats(p).alloc_stats.slow, 1);
	put(p, page, true);
	end(p);
}

static void cache_is_a_stack(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *a = get(p), *b = get(p);

	(void)state;
	page_pool_recycle_direct(p->pool, a);
	page_pool_recycle_direct(p->pool, b);
	assert_ptr_equal(get(p), b);
	assert_ptr_equal(get(p), a);
	assert_int_equal(stats(p).recycle_stats.cached, 2);
	assert_int_equal(stats(p).alloc_stats.fast, 3);
	put(p, a, true);
	put(p, b, true);
	end(p);
}

/* Takes everything out of the cache, so that the ring is what is left to look at. */
static unsigned int take_cached(struct pooled *p, struct page **pages)
{
	unsigned int n = 0;

	while (p->pool->alloc.count)
		pages[n++] = get(p);
	return n;
}

static void ring_is_a_queue_that_refills_the_cache(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *pages[PP_ALLOC_CACHE_SIZE];
	unsigned int n;

	(void)state;
	pages[0] = get(p);
	n = 1 + take_cached(p, pages + 1);
	assert_int_equal(n, 64);
	for (unsigned int i = 0; i < n; i++)
		put(p, pages[i], false);
	assert_int_equal(stats(p).recycle_stats.ring, 64);
	/* All of them are taken over in order; the last one is on top. */
	assert_ptr_equal(get(p), pages[63]);
	assert_int_equal(p->pool->alloc.count, 63);
	assert_ptr_equal(p->pool->alloc.cache[0], pages[0]);
	assert_int_equal(stats(p).alloc_stats.refill, 1);
	assert_int_equal(p->pool->pages_state_hold_cnt, 64);
	put(p, pages[63], false);
	end(p);
}

static void refill_gives_a_page_of_another_node_away_and_stops(void **state)
{
	struct pooled *p = begin_machine((struct np_machine_options){ .nr_nodes = 2 },
					 (struct page_pool_params){ .nid = 1 });
	struct page *pages[PP_ALLOC_CACHE_SIZE];
	unsigned int n;

	(void)state;
	pages[0] = get(p);
	assert_int_equal(page_to_nid(pages[0]), 1);
	n = 1 + take_cached(p, pages + 1);
	for (unsigned int i = 0; i < n; i++)
		put(p, pages[i], false);
	page_pool_nid_changed(p->pool, 0);
	pages[0] = get(p);
	assert_int_equal(page_to_nid(pages[0]), 0);
	assert_int_equal(stats(p).alloc_stats.waive, 1);
	assert_int_equal(released(p), 1);
	put(p, pages[0], false);
	end(p);
}

static void pool_without_a_node_prefers_the_consumers(void **state)
{
	struct pooled *p = begin_machine((struct np_machine_options){ .nr_nodes = 2, .nr_cpus = 2 },
					 (struct page_pool_params){ .nid = NUMA_NO_NODE });
	struct page *page = get(p);

	(void)state;
	assert_int_equal(page_to_nid(page), numa_mem_id());
	put(p, page, false);
	end(p);
}

static void update_nid_empties_the_cache(void **state)
{
	struct pooled *p = begin_machine((struct np_machine_options){ .nr_nodes = 2 },
					 (struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	page_pool_update_nid(p->pool, 1);
	assert_int_equal(p->pool->alloc.count, 0);
	assert_int_equal(released(p), 63);
	assert_int_equal(page_pool_inflight(p->pool), 1);
	put(p, page, false);
	end(p);
}

static void pool_of_a_high_order_allocates_one_compound_page(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ .order = 2 });
	struct page *page = get(p);

	(void)state;
	assert_int_equal(compound_order(page), 2);
	assert_int_equal(p->pool->pages_state_hold_cnt, 1);
	assert_int_equal(stats(p).alloc_stats.slow_high_order, 1);
	put(p, page, true);
	assert_ptr_equal(get(p), page);
	put(p, page, true);
	end(p);
}

static void bulk_allocation_gives_what_there_is(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *pages[100];

	(void)state;
	np_fault_set(p->f->m, NP_FAULT_ALLOC_PAGES, 65, 1000);
	assert_int_equal(page_pool_alloc_pages_bulk(p->pool, pages, 100, GFP), 64);
	np_fault_set(p->f->m, NP_FAULT_ALLOC_PAGES, 0, 0);
	for (int i = 0; i < 64; i++)
		put(p, pages[i], true);
	end(p);
}

static void allocation_fails_without_memory(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });

	(void)state;
	np_fault_set(p->f->m, NP_FAULT_ALLOC_PAGES, 1, 1000);
	assert_null(page_pool_alloc_pages(p->pool, GFP));
	assert_int_equal(p->pool->pages_state_hold_cnt, 0);
	np_fault_set(p->f->m, NP_FAULT_ALLOC_PAGES, 0, 0);
	end(p);
}

/* --- put --- */

static void page_that_others_use_leaves_the_pool(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	get_page(page);
	put(p, page, true);
	assert_page_refs(page, 1);
	assert_false(page_is_page_pool(page));
	assert_null(page->pp);
	assert_int_equal(stats(p).recycle_stats.released_refcnt, 1);
	assert_int_equal(released(p), 1);
	put_page(page);
	assert_true(np_page_is_free(p->f->m, page));
	end(p);
}

static void emergency_page_is_not_kept(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page;

	(void)state;
	np_fault_set(p->f->m, NP_FAULT_PFMEMALLOC, 64, 1);
	page = get(p);
	assert_true(page_is_pfmemalloc(page));
	assert_true(page_is_page_pool(page));
	put(p, page, true);
	assert_true(np_page_is_free(p->f->m, page));
	assert_int_equal(stats(p).recycle_stats.released_refcnt, 1);
	end(p);
}

static void direct_put_outside_softirq_goes_to_the_ring(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);
	struct np_context task;

	(void)state;
	assert_int_equal(np_enter(&task, p->f->m, 0, NP_TASK, p->f->P), 0);
	put(p, page, true);
	np_leave(&task);
	assert_int_equal(stats(p).recycle_stats.cached, 0);
	assert_int_equal(stats(p).recycle_stats.ring, 1);
	end(p);
}

static void full_cache_sends_pages_to_the_ring(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *pages[130];

	(void)state;
	assert_int_equal(page_pool_alloc_pages_bulk(p->pool, pages, 130, GFP), 130);
	/* 62 of the third bulk are still there. */
	assert_int_equal(p->pool->alloc.count, 62);
	for (int i = 0; i < 130; i++)
		put(p, pages[i], true);
	assert_int_equal(p->pool->alloc.count, PP_ALLOC_CACHE_SIZE);
	assert_int_equal(stats(p).recycle_stats.cached, 66);
	assert_int_equal(stats(p).recycle_stats.cache_full, 64);
	assert_int_equal(stats(p).recycle_stats.ring, 64);
	end(p);
}

static void full_ring_sends_pages_to_the_allocator(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ .pool_size = 2 });
	struct page *pages[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		pages[i] = get(p);
	for (int i = 0; i < 3; i++)
		put(p, pages[i], false);
	assert_int_equal(stats(p).recycle_stats.ring_full, 1);
	assert_true(np_page_is_free(p->f->m, pages[2]));
	assert_int_equal(released(p), 1);
	end(p);
}

static void bulk_put_frees_what_does_not_fit(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ .pool_size = 4 });
	struct page *pages[8];

	(void)state;
	for (int i = 0; i < 8; i++)
		pages[i] = get(p);
	get_page(pages[0]);
	np_claim(p->f->m, pages[0], "test", 1);
	page_pool_put_page_bulk(p->pool, pages, 8);
	/* One is in use, four fit, three do not. */
	assert_int_equal(stats(p).recycle_stats.released_refcnt, 1);
	assert_int_equal(stats(p).recycle_stats.ring, 4);
	assert_int_equal(stats(p).recycle_stats.ring_full, 1);
	assert_int_equal(released(p), 4);
	end(p);
	/* np_claim() above explains the reference to the checks; the page goes with the machine. */
}

static void release_leaves_the_page_to_its_user(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct net_device *dev = net_nic(f, (struct np_nic_options){ 0 });
	struct page *page = page_pool_alloc_pages(dev->pool, GFP);
	long mapped = atomic_long_read(&dev->nr_dma_mapped);

	(void)state;
	network_page_init(dev, page);
	assert_true(PageNetwork(page));
	page_pool_release_page(dev->pool, page);
	assert_page_refs(page, 1);
	assert_int_equal(page->pp_magic, 0);
	assert_null(page->pp);
	assert_int_equal(page->dma_addr, 0);
	assert_false(PageNetwork(page));
	assert_int_equal(atomic_long_read(&dev->nr_dma_mapped), mapped - 1);
	put_page(page);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void only_pages_of_a_pool_return_to_one(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p), *other = alloc_page(GFP_KERNEL);

	(void)state;
	assert_true(page_pool_return_skb_page(page));
	assert_false(page_pool_return_skb_page(other));
	assert_int_equal(stats(p).recycle_stats.ring, 1);
	put_page(other);
	end(p);
}

static void injected_ring_fault_sends_the_page_to_the_allocator(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	np_fault_set(p->f->m, NP_FAULT_PTR_RING_PRODUCE, 1, 1);
	put(p, page, false);
	assert_true(np_page_is_free(p->f->m, page));
	end(p);
}

/* --- fragments --- */

static const struct page_pool_params frag_params = { .flags = PP_FLAG_PAGE_FRAG };

static struct page *get_frag(struct pooled *p, unsigned int size, unsigned int *offset)
{
	struct page *page = page_pool_alloc_frag(p->pool, offset, size, GFP);

	assert_non_null(page);
	return page;
}

static void fragments_share_a_page_that_counts_one_reference(void **state)
{
	struct pooled *p = begin(frag_params);
	unsigned int first, second;
	struct page *a = get_frag(p, 2048, &first), *b = get_frag(p, 2048, &second);

	(void)state;
	assert_ptr_equal(a, b);
	assert_int_equal(first, 0);
	assert_int_equal(second, 2048);
	assert_page_refs(a, 1);
	put(p, a, false);
	put(p, a, false);
	end(p);
}

static void sizes_of_fragments_are_rounded_up_to_8_bytes(void **state)
{
	struct pooled *p = begin(frag_params);
	unsigned int offset;
	struct page *page = get_frag(p, 1, &offset);

	(void)state;
	get_frag(p, 1, &offset);
	assert_int_equal(offset, 8);
	put(p, page, false);
	put(p, page, false);
	end(p);
}

static void last_fragment_brings_the_page_back(void **state)
{
	struct pooled *p = begin(frag_params);
	unsigned int offset;
	struct page *page = get_frag(p, 2048, &offset), *next;

	(void)state;
	get_frag(p, 2048, &offset);
	/* A third one does not fit: the pool lets go of the page, its users still have it. */
	next = get_frag(p, 2048, &offset);
	assert_ptr_not_equal(next, page);
	put(p, page, false);
	assert_int_equal(stats(p).recycle_stats.ring, 0);
	put(p, page, false);
	assert_int_equal(stats(p).recycle_stats.ring, 1);
	put(p, next, false);
	end(p);
}

static void page_whose_fragments_are_all_back_is_cut_again(void **state)
{
	struct pooled *p = begin(frag_params);
	unsigned int offset;
	struct page *page = get_frag(p, 4096, &offset);

	(void)state;
	put(p, page, false);
	assert_ptr_equal(get_frag(p, 4096, &offset), page);
	assert_int_equal(offset, 0);
	assert_int_equal(stats(p).alloc_stats.fast, 1);
	put(p, page, false);
	end(p);
}

static void page_that_others_use_is_not_cut_again(void **state)
{
	struct pooled *p = begin(frag_params);
	unsigned int offset;
	struct page *page = get_frag(p, 4096, &offset), *next;

	(void)state;
	get_page(page);
	put(p, page, false);
	next = get_frag(p, 4096, &offset);
	assert_ptr_not_equal(next, page);
	assert_false(page_is_page_pool(page));
	put_page(page);
	put(p, next, false);
	end(p);
}

static void bulk_put_waits_for_the_last_fragment(void **state)
{
	struct pooled *p = begin(frag_params);
	struct page *pages[2];
	unsigned int offset;

	(void)state;
	pages[0] = get_frag(p, 2048, &offset);
	pages[1] = get_frag(p, 2048, &offset);
	page_pool_put_page_bulk(p->pool, pages, 2);
	/* The pool itself still has its part of the page. */
	assert_int_equal(stats(p).recycle_stats.ring, 0);
	end(p);
}

static void fragments_need_a_pool_that_cuts_and_a_size_that_fits(void **state)
{
	struct pooled *whole = begin((struct page_pool_params){ 0 });
	struct pooled *cut;
	unsigned int offset;

	(void)state;
	assert_null(page_pool_alloc_frag(whole->pool, &offset, 2048, GFP));
	end(whole);
	cut = begin(frag_params);
	assert_null(page_pool_alloc_frag(cut->pool, &offset, 4097, GFP));
	end(cut);
}

static void fragment_of_nothing_is_a_fragment(void **state)
{
	struct pooled *p = begin(frag_params);
	struct page *page, *again;
	unsigned int offset;

	(void)state;
	page = page_pool_alloc_frag(p->pool, &offset, 0, GFP);
	assert_non_null(page);
	again = page_pool_alloc_frag(p->pool, &offset, 0, GFP);
	assert_ptr_equal(again, page);
	assert_int_equal(offset, 0);
	page_pool_put_full_page(p->pool, page, false);
	page_pool_put_full_page(p->pool, page, false);
	end(p);
}

static void count_page(struct page *page, void *arg)
{
	assert_page_refs(page, 1);
	++*(unsigned int *)arg;
}

static void each_page_is_shown_once_to_who_made_the_pool(void **state)
{
	unsigned int seen = 0;
	struct pooled *p =
		begin((struct page_pool_params){ .init_callback = count_page, .init_arg = &seen });
	struct page *page = page_pool_alloc_pages(p->pool, GFP);

	(void)state;
	assert_int_equal(seen, PP_ALLOC_CACHE_REFILL);
	page_pool_put_full_page(p->pool, page, true);
	page = page_pool_alloc_pages(p->pool, GFP);
	assert_int_equal(seen, PP_ALLOC_CACHE_REFILL);
	page_pool_put_full_page(p->pool, page, true);
	end(p);
}

static void pool_that_cannot_allocate_gives_no_page(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ .order = MAX_ORDER });

	(void)state;
	assert_null(page_pool_alloc_pages(p->pool, GFP));
	end(p);
}

static void pool_that_maps_without_a_device_gives_no_page(void **state)
{
	struct net *f = net_begin("unaccounted");
	const struct page_pool_params params = { .flags = PP_FLAG_DMA_MAP };
	struct page_pool *pool;

	(void)state;
	assert_int_equal(page_pool_create(f->m, "pp0", &params, &pool), 0);
	assert_null(page_pool_alloc_pages(pool, GFP));
	page_pool_destroy(pool);
	net_end(f);
}

static void last_defrag_leaves_the_word_as_it_is(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	atomic_long_set(&page->pp_frag_count, 3);
	assert_int_equal(page_pool_defrag_page(page, 1), 2);
	assert_int_equal(page_pool_defrag_page(page, 2), 0);
	assert_int_equal(atomic_long_read(&page->pp_frag_count), 2);
	put(p, page, false);
	end(p);
}

static void more_fragments_dropped_than_there_were_is_reported(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	atomic_long_set(&page->pp_frag_count, 1);
	assert_int_equal(page_pool_defrag_page(page, 2), -1);
	assert_violation(p->f->m, NP_USE_AFTER_PUT);
	put(p, page, false);
	end(p);
}

/* --- DMA addresses --- */

static dma_addr_t posted_address(const struct net_device *dev, struct page **page)
{
	*page = dev->ring[0].page;
	return page_pool_get_dma_addr(*page);
}

static void dma_address_is_one_word_on_64_bits(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page;
	dma_addr_t addr = posted_address(net_nic(f, (struct np_nic_options){ 0 }), &page);

	(void)state;
	assert_true(addr != 0);
	assert_int_equal(page->dma_addr, addr);
	net_end(f);
}

static void dma_address_is_two_words_on_32_bits(void **state)
{
	struct net *f = net_begin_options(
		"unaccounted", (struct np_machine_options){ .dma_layout = NP_DMA_32_FIXED });
	struct page *page;
	dma_addr_t addr = posted_address(net_nic(f, (struct np_nic_options){ 0 }), &page);

	(void)state;
	assert_int_equal(addr >> 32, 1);
	assert_int_equal(page->dma_addr_upper, 1);
	assert_int_equal(page->dma_addr, (u32)addr);
	assert_true(np_compound_head_valid(f->m, page));
	net_end(f);
}

static void odd_upper_half_over_compound_head_makes_a_tail(void **state)
{
	struct net *f = net_begin_options(
		"unaccounted", (struct np_machine_options){ .dma_layout = NP_DMA_32_BROKEN });
	struct page *page;
	dma_addr_t addr = posted_address(net_nic(f, (struct np_nic_options){ 0 }), &page);

	(void)state;
	assert_int_equal(addr >> 32, 1);
	assert_true(PageTail(page));
	assert_false(np_compound_head_valid(f->m, page));
	assert_false(page_pool_return_skb_page(page));
	assert_violation(f->m, NP_UNION_ARM);
	unregister_netdev(f->dev);
	assert_false(PageTail(page));
	net_end(f);
}

static void page_that_cannot_be_mapped_goes_back(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct net_device *dev = net_nic(f, (struct np_nic_options){ 0 });
	struct page_pool_params params = { .flags = PP_FLAG_DMA_MAP, .dev = dev };
	struct page_pool *pool;
	unsigned long taken;
	struct page *page;

	(void)state;
	assert_int_equal(page_pool_create(f->m, "pp0", &params, &pool), 0);
	taken = pages_taken(f);
	np_fault_set(f->m, NP_FAULT_DMA_MAP_PAGE, 1, 64);
	assert_null(page_pool_alloc_pages(pool, GFP));
	assert_int_equal(pages_taken(f), taken);
	assert_int_equal(page_pool_inflight(pool), 0);
	np_fault_set(f->m, NP_FAULT_DMA_MAP_PAGE, 64, 1);
	page = page_pool_alloc_pages(pool, GFP);
	assert_non_null(page);
	assert_int_equal(pool->alloc.count, 62);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
	net_end(f);
}

/* --- the end --- */

static unsigned int pools(const struct pooled *p)
{
	unsigned int n = 0;

	for (struct list_head *entry = p->f->m->pools.next; entry != &p->f->m->pools;
	     entry = entry->next)
		n++;
	return n;
}

/* Virtual time passes while nobody is on CPU 0. */
static void advance(struct pooled *p, unsigned long ms)
{
	np_machine_advance(p->f->m, ms);
}

static void pool_with_all_pages_inside_ends_at_once(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *a = get(p), *b = get(p);

	(void)state;
	put(p, a, true);
	put(p, b, false);
	page_pool_destroy(p->pool);
	assert_int_equal(pools(p), 0);
	assert_int_equal(pages_taken(p->f), 0);
	end_net(p);
}

static void pool_ends_a_second_after_its_last_page_is_back(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	page_pool_destroy(p->pool);
	advance(p, 1000);
	assert_int_equal(pools(p), 1);
	assert_int_equal(p->pool->destroy_cnt, 2);
	put(p, page, false);
	assert_int_equal(pools(p), 1);
	advance(p, 999);
	assert_int_equal(pools(p), 1);
	advance(p, 1);
	assert_int_equal(pools(p), 0);
	assert_true(np_page_is_free(p->f->m, page));
	end_net(p);
}

static void pool_with_a_fragment_page_lets_go_of_it(void **state)
{
	struct pooled *p = begin(frag_params);
	unsigned int offset;
	struct page *page = get_frag(p, 2048, &offset);

	(void)state;
	page_pool_destroy(p->pool);
	assert_int_equal(pools(p), 1);
	put(p, page, false);
	advance(p, 1000);
	assert_int_equal(pools(p), 0);
	end_net(p);
}

static void stalled_shutdown_is_reported_each_minute(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p), *other = get(p);

	(void)state;
	page_pool_destroy(p->pool);
	advance(p, 59999);
	assert_no_violations(p->f->m);
	advance(p, 1);
	assert_violation(p->f->m, NP_POOL_DRAINED);
	assert_string_equal(p->f->recorder.seen[0].object, "pp0");
	assert_string_equal(p->f->recorder.seen[0].message,
			    "stalled pool shutdown 2 inflight 60 sec");
	put(p, other, false);
	advance(p, 60000);
	assert_reported(p->f, "stalled pool shutdown 1 inflight 120 sec");
	assert_violation(p->f->m, NP_POOL_DRAINED);
	assert_int_equal(p->f->recorder.nr, 2);
	put(p, page, false);
	advance(p, 1000);
	end_net(p);
}

static void more_released_than_held_is_reported(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	put(p, page, true);
	atomic_add(65, &p->pool->pages_state_release_cnt);
	assert_int_equal(page_pool_inflight(p->pool), -1);
	assert_reported(p->f, "Negative(-1) inflight packet-pages");
	assert_violation(p->f->m, NP_POOL_DRAINED);
	atomic_sub(65, &p->pool->pages_state_release_cnt);
	end(p);
}

static void inflight_survives_the_overflow_of_the_serial_numbers(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page;

	(void)state;
	p->pool->pages_state_hold_cnt = UINT_MAX - 10;
	atomic_set(&p->pool->pages_state_release_cnt, (int)(UINT_MAX - 10));
	page = get(p);
	assert_int_equal(page_pool_inflight(p->pool), 64);
	put(p, page, true);
	page_pool_destroy(p->pool);
	assert_int_equal(pools(p), 0);
	end_net(p);
}

static void second_user_keeps_the_pool(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });

	(void)state;
	page_pool_get(p->pool);
	page_pool_destroy(p->pool);
	put(p, get(p), true);
	assert_int_equal(pools(p), 1);
	page_pool_destroy(p->pool);
	assert_int_equal(pools(p), 0);
	end_net(p);
}

static void pool_that_waits_may_be_destroyed_again(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	page_pool_destroy(p->pool);
	page_pool_destroy(p->pool);
	page_pool_destroy(NULL);
	put(p, page, false);
	advance(p, 1000);
	assert_int_equal(pools(p), 0);
	end_net(p);
}

static void page_in_the_ring_with_another_user_is_reported(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct page *page = get(p);

	(void)state;
	put(p, page, false);
	/* A speculative reference to a page that rests in the ring. */
	get_page(page);
	page_pool_destroy(p->pool);
	assert_violation(p->f->m, NP_PAGE_IN_ONE_PLACE);
	put_page(page);
	end_net(p);
}

static void pool_is_found_by_name_until_it_ends(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });

	(void)state;
	assert_ptr_equal(np_page_pool_find(p->f->m, "pp0"), p->pool);
	assert_null(np_page_pool_find(p->f->m, "pp1"));
	page_pool_destroy(p->pool);
	assert_null(np_page_pool_find(p->f->m, "pp0"));
	end_net(p);
}

/* --- traces --- */

struct traced {
	unsigned int nr[NP_TRACE_NR];
	struct np_trace_event last[NP_TRACE_NR];
};

static void count_event(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct traced *traced = arg;

	(void)machine;
	traced->nr[event->id]++;
	traced->last[event->id] = *event;
}

static void tracepoints_tell_hold_and_release(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct traced traced = { 0 };
	struct page *page;

	(void)state;
	np_trace_subscribe(p->f->m, count_event, &traced);
	page = get(p);
	get_page(page);
	put(p, page, false);
	put_page(page);
	assert_int_equal(traced.nr[NP_TRACE_PAGE_POOL_STATE_HOLD], 64);
	assert_int_equal(traced.last[NP_TRACE_PAGE_POOL_STATE_HOLD].hold, 64);
	assert_int_equal(traced.nr[NP_TRACE_PAGE_POOL_STATE_RELEASE], 1);
	assert_int_equal(traced.last[NP_TRACE_PAGE_POOL_STATE_RELEASE].release, 1);
	assert_ptr_equal(traced.last[NP_TRACE_PAGE_POOL_STATE_RELEASE].page, page);
	page_pool_update_nid(p->pool, 0);
	assert_int_equal(traced.nr[NP_TRACE_PAGE_POOL_UPDATE_NID], 1);
	page_pool_destroy(p->pool);
	assert_int_equal(traced.nr[NP_TRACE_PAGE_POOL_RELEASE], 1);
	assert_int_equal(traced.last[NP_TRACE_PAGE_POOL_RELEASE].result, 0);
	np_trace_unsubscribe(p->f->m, count_event, &traced);
	end_net(p);
}

/* --- two CPUs --- */

#define ROUNDS 2000

struct returner {
	struct pooled *p;
	struct ptr_ring to_return;
	bool done;
};

static void *return_pages(void *arg)
{
	struct returner *r = arg;
	struct np_context context;
	struct page *page;

	np_enter(&context, r->p->f->m, 1, NP_SOFTIRQ, NULL);
	do {
		page = ptr_ring_consume(&r->to_return);
		if (page)
			page_pool_put_full_page(r->p->pool, page, false);
		else
			sched_yield();
	} while (page || !__atomic_load_n(&r->done, __ATOMIC_ACQUIRE) ||
		 !ptr_ring_empty(&r->to_return));
	np_leave(&context);
	return NULL;
}

static void pages_returned_by_another_cpu_are_found_again(void **state)
{
	struct pooled *p = begin((struct page_pool_params){ 0 });
	struct returner r = { .p = p };
	pthread_t thread;

	(void)state;
	assert_int_equal(ptr_ring_init(p->f->m, &r.to_return, 32), 0);
	assert_int_equal(pthread_create(&thread, NULL, return_pages, &r), 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct page *page = get(p);

		while (ptr_ring_produce(&r.to_return, page))
			sched_yield();
	}
	__atomic_store_n(&r.done, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	ptr_ring_cleanup(p->f->m, &r.to_return, NULL);
	assert_int_equal(stats(p).recycle_stats.ring + stats(p).recycle_stats.ring_full, ROUNDS);
	assert_true(p->pool->pages_state_hold_cnt < ROUNDS);
	page_pool_destroy(p->pool);
	assert_int_equal(pools(p), 0);
	end_net(p);
}

static void *return_last_page(void *arg)
{
	struct returner *r = arg;
	struct np_context context;

	np_enter(&context, r->p->f->m, 1, NP_SOFTIRQ, NULL);
	page_pool_put_full_page(r->p->pool, ptr_ring_consume(&r->to_return), false);
	np_leave(&context);
	return NULL;
}

static void pool_is_not_freed_under_whoever_returns_its_last_page(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++) {
		struct pooled *p = begin((struct page_pool_params){ 0 });
		struct returner r = { .p = p };
		pthread_t thread;

		assert_int_equal(ptr_ring_init(p->f->m, &r.to_return, 1), 0);
		ptr_ring_produce(&r.to_return, get(p));
		assert_int_equal(pthread_create(&thread, NULL, return_last_page, &r), 0);
		page_pool_destroy(p->pool);
		while (pools(p))
			advance(p, 1000);
		pthread_join(thread, NULL);
		ptr_ring_cleanup(p->f->m, &r.to_return, NULL);
		/* However often it looked. */
		while (np_recorder_find(&p->f->recorder, NP_POOL_DRAINED))
			assert_violation(p->f->m, NP_POOL_DRAINED);
		end_net(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_refuses_what_6_1_refuses),
		cmocka_unit_test(fragments_are_refused_where_a_dma_address_needs_two_words),
		cmocka_unit_test(ring_size_is_limited_to_16384_slots),
		cmocka_unit_test(ring_has_1024_slots_by_default),
		cmocka_unit_test(empty_pool_takes_64_pages_from_the_allocator),
		cmocka_unit_test(cache_is_a_stack),
		cmocka_unit_test(ring_is_a_queue_that_refills_the_cache),
		cmocka_unit_test(refill_gives_a_page_of_another_node_away_and_stops),
		cmocka_unit_test(pool_without_a_node_prefers_the_consumers),
		cmocka_unit_test(update_nid_empties_the_cache),
		cmocka_unit_test(pool_of_a_high_order_allocates_one_compound_page),
		cmocka_unit_test(bulk_allocation_gives_what_there_is),
		cmocka_unit_test(allocation_fails_without_memory),
		cmocka_unit_test(page_that_others_use_leaves_the_pool),
		cmocka_unit_test(emergency_page_is_not_kept),
		cmocka_unit_test(direct_put_outside_softirq_goes_to_the_ring),
		cmocka_unit_test(full_cache_sends_pages_to_the_ring),
		cmocka_unit_test(full_ring_sends_pages_to_the_allocator),
		cmocka_unit_test(bulk_put_frees_what_does_not_fit),
		cmocka_unit_test(release_leaves_the_page_to_its_user),
		cmocka_unit_test(only_pages_of_a_pool_return_to_one),
		cmocka_unit_test(injected_ring_fault_sends_the_page_to_the_allocator),
		cmocka_unit_test(fragments_share_a_page_that_counts_one_reference),
		cmocka_unit_test(sizes_of_fragments_are_rounded_up_to_8_bytes),
		cmocka_unit_test(last_fragment_brings_the_page_back),
		cmocka_unit_test(page_whose_fragments_are_all_back_is_cut_again),
		cmocka_unit_test(page_that_others_use_is_not_cut_again),
		cmocka_unit_test(bulk_put_waits_for_the_last_fragment),
		cmocka_unit_test(fragments_need_a_pool_that_cuts_and_a_size_that_fits),
		cmocka_unit_test(fragment_of_nothing_is_a_fragment),
		cmocka_unit_test(each_page_is_shown_once_to_who_made_the_pool),
		cmocka_unit_test(pool_that_cannot_allocate_gives_no_page),
		cmocka_unit_test(pool_that_maps_without_a_device_gives_no_page),
		cmocka_unit_test(last_defrag_leaves_the_word_as_it_is),
		cmocka_unit_test(more_fragments_dropped_than_there_were_is_reported),
		cmocka_unit_test(dma_address_is_one_word_on_64_bits),
		cmocka_unit_test(dma_address_is_two_words_on_32_bits),
		cmocka_unit_test(odd_upper_half_over_compound_head_makes_a_tail),
		cmocka_unit_test(page_that_cannot_be_mapped_goes_back),
		cmocka_unit_test(pool_with_all_pages_inside_ends_at_once),
		cmocka_unit_test(pool_ends_a_second_after_its_last_page_is_back),
		cmocka_unit_test(pool_with_a_fragment_page_lets_go_of_it),
		cmocka_unit_test(stalled_shutdown_is_reported_each_minute),
		cmocka_unit_test(more_released_than_held_is_reported),
		cmocka_unit_test(inflight_survives_the_overflow_of_the_serial_numbers),
		cmocka_unit_test(second_user_keeps_the_pool),
		cmocka_unit_test(pool_that_waits_may_be_destroyed_again),
		cmocka_unit_test(page_in_the_ring_with_another_user_is_reported),
		cmocka_unit_test(pool_is_found_by_name_until_it_ends),
		cmocka_unit_test(tracepoints_tell_hold_and_release),
		cmocka_unit_test(pages_returned_by_another_cpu_are_found_again),
		cmocka_unit_test(pool_is_not_freed_under_whoever_returns_its_last_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
