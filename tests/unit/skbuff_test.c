/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

/* A packet with @nr_frags fragments of new pages. */
static struct sk_buff *new_skb(struct net *f, unsigned int nr_frags)
{
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);

	assert_non_null(skb);
	for (unsigned int i = 0; i < nr_frags; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		assert_non_null(page);
		assert_int_equal(skb_add_rx_frag(skb, page, 0, 1000, PAGE_SIZE), 0);
	}
	return skb;
}

/* A pool of whole pages, or of two fragments each. */
static struct page_pool *new_pool(struct net *f, unsigned int flags)
{
	const struct page_pool_params params = { .flags = flags };
	struct page_pool *pool;

	assert_int_equal(page_pool_create(f->m, "pp0", &params, &pool), 0);
	return pool;
}

/* A packet with one whole page of @pool, to be recycled. */
static struct sk_buff *new_pool_skb(struct net *f, struct page_pool *pool)
{
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);
	struct page *page = page_pool_dev_alloc_pages(pool);

	assert_int_equal(skb_add_rx_frag(skb, page, 0, PAGE_SIZE, PAGE_SIZE), 0);
	skb_mark_for_recycle(skb);
	return skb;
}

/* The same with half a page. */
static struct sk_buff *new_frag_skb(struct net *f, struct page_pool *pool)
{
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);
	unsigned int offset;
	struct page *page = page_pool_alloc_frag(pool, &offset, 2048, GFP_ATOMIC);

	assert_int_equal(skb_add_rx_frag(skb, page, offset, 2048, 2048), 0);
	skb_mark_for_recycle(skb);
	return skb;
}

static u64 recycled(struct page_pool *pool)
{
	struct page_pool_stats stats = { 0 };

	page_pool_get_stats(pool, &stats);
	return stats.recycle_stats.ring;
}

static void fragment_adds_to_length_and_truesize(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 2);

	(void)state;
	assert_int_equal(skb->len, 2000);
	assert_int_equal(skb->truesize, 2 * PAGE_SIZE);
	assert_int_equal(skb->shinfo->nr_frags, 2);
	kfree_skb(skb);
	net_end(f);
}

static void eighteenth_fragment_is_refused_and_stays_the_callers(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, MAX_SKB_FRAGS);
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	assert_int_equal(skb_add_rx_frag(skb, page, 0, PAGE_SIZE, PAGE_SIZE), -EMSGSIZE);
	kfree_skb(skb);
	assert_page_refs(page, 1);
	put_page(page);
	net_end(f);
}

static void free_drops_the_references_of_fragments(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 1);
	struct page *page = frag_page(skb, 0);

	(void)state;
	get_page(page);
	kfree_skb(skb);
	assert_page_refs(page, 1);
	put_page(page);
	assert_int_equal(pages_taken(f), 0);
	net_end(f);
}

static void free_of_nothing_is_nothing(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	kfree_skb(NULL);
	net_end(f);
}

static void second_user_keeps_the_packet(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = skb_get(new_skb(f, 1));
	struct page *page = frag_page(skb, 0);

	(void)state;
	kfree_skb(skb);
	assert_page_refs(page, 1);
	kfree_skb(skb);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void fragments_go_with_the_last_clone(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	(void)state;
	assert_int_equal(clone->len, skb->len);
	assert_int_equal(clone->truesize, skb->truesize);
	assert_page_refs(page, 1);
	kfree_skb(skb);
	assert_page_refs(page, 1);
	kfree_skb(clone);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void clones_are_one_holder(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 2), *clone = skb_clone(skb, GFP_KERNEL);

	(void)state;
	assert_consistent(f);
	kfree_skb(skb);
	assert_consistent(f);
	kfree_skb(clone);
	net_end(f);
}

static void page_of_a_pool_returns_to_it(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page_pool *pool = new_pool(f, 0);

	(void)state;
	kfree_skb(new_pool_skb(f, pool));
	assert_int_equal(recycled(pool), 1);
	net_end(f);
}

static void page_of_a_pool_is_recycled_once_for_all_clones(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page_pool *pool = new_pool(f, 0);
	struct sk_buff *skb = new_pool_skb(f, pool), *clone = skb_clone(skb, GFP_KERNEL);

	(void)state;
	assert_true(clone->pp_recycle);
	kfree_skb(skb);
	assert_int_equal(recycled(pool), 0);
	kfree_skb(clone);
	assert_int_equal(recycled(pool), 1);
	assert_consistent(f);
	net_end(f);
}

static void other_pages_of_a_recycling_packet_are_put(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 1);

	(void)state;
	skb_mark_for_recycle(skb);
	kfree_skb(skb);
	assert_int_equal(pages_taken(f), 0);
	net_end(f);
}

static void unref_drops_one_reference(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 1);
	struct page *page = frag_page(skb, 0);

	(void)state;
	__skb_frag_ref(&skb->shinfo->frags[0]);
	assert_page_refs(page, 2);
	__skb_frag_unref(&skb->shinfo->frags[0], false);
	assert_page_refs(page, 1);
	kfree_skb(skb);
	net_end(f);
}

static void false_tail_is_reported_and_not_followed(void **state)
{
	struct net *f = net_begin_options(
		"unaccounted", (struct np_machine_options){ .dma_layout = NP_DMA_32_BROKEN });
	struct sk_buff *skb = new_skb(f, 1);
	struct page *page = frag_page(skb, 0);

	(void)state;
	WRITE_ONCE(page->compound_head, 1UL);
	__skb_frag_ref(&skb->shinfo->frags[0]);
	assert_reported(f, "get_page() would follow compound_head=0x1");
	__skb_frag_unref(&skb->shinfo->frags[0], true);
	assert_reported(f, "put_page() would follow compound_head=0x1");
	assert_violation(f->m, NP_UNION_ARM);
	WRITE_ONCE(page->compound_head, 0UL);
	kfree_skb(skb);
	net_end(f);
}

/* --- fragments of pool pages --- */

static void both_halves_of_a_page_are_explained(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page_pool *pool = new_pool(f, PP_FLAG_PAGE_FRAG);
	struct sk_buff *a = new_frag_skb(f, pool), *b = new_frag_skb(f, pool);
	struct page *page = frag_page(a, 0);

	(void)state;
	assert_ptr_equal(frag_page(b, 0), page);
	/* The pool still cuts from it, then two packets share it, then one has it. */
	assert_consistent(f);
	kfree_skb(new_frag_skb(f, pool));
	assert_ptr_not_equal(pool->frag_page, page);
	assert_consistent(f);
	kfree_skb(a);
	assert_consistent(f);
	kfree_skb(b);
	assert_consistent(f);
	net_end(f);
}

/* --- coalescing --- */

static void coalescing_moves_fragments(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, 1), *from = new_skb(f, 2);
	struct page *page = frag_page(from, 1);

	(void)state;
	assert_true(skb_try_coalesce(to, from));
	assert_int_equal(to->shinfo->nr_frags, 3);
	assert_int_equal(to->len, 3000);
	assert_int_equal(to->truesize, 3 * PAGE_SIZE);
	assert_int_equal(from->len, 0);
	kfree_skb(from);
	assert_page_refs(page, 1);
	kfree_skb(to);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void coalescing_refuses_two_kinds_of_references(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page_pool *pool = new_pool(f, 0);
	struct sk_buff *to = new_skb(f, 1), *from = new_pool_skb(f, pool);

	(void)state;
	assert_false(skb_try_coalesce(to, from));
	assert_false(skb_try_coalesce(from, to));
	kfree_skb(to);
	kfree_skb(from);
	net_end(f);
}

static void coalescing_refuses_pool_pages_of_a_clone(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page_pool *pool = new_pool(f, PP_FLAG_PAGE_FRAG);
	struct sk_buff *to = new_frag_skb(f, pool), *skb = new_frag_skb(f, pool);
	struct sk_buff *clone = skb_clone(skb, GFP_KERNEL);

	(void)state;
	assert_false(skb_try_coalesce(to, clone));
	/* The only one left is not shared any more. */
	kfree_skb(skb);
	assert_true(skb_try_coalesce(to, clone));
	kfree_skb(clone);
	kfree_skb(to);
	assert_consistent(f);
	net_end(f);
}

static void coalescing_takes_references_of_a_clones_pages(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, 1), *skb = new_skb(f, 1);
	struct sk_buff *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	(void)state;
	assert_true(skb_try_coalesce(to, clone));
	assert_page_refs(page, 2);
	kfree_skb(clone);
	assert_consistent(f);
	kfree_skb(skb);
	assert_page_refs(page, 1);
	kfree_skb(to);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void coalescing_refuses_a_shared_target(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, 1), *clone = skb_clone(to, GFP_KERNEL);
	struct sk_buff *from = new_skb(f, 1);

	(void)state;
	assert_false(skb_try_coalesce(to, from));
	assert_false(skb_try_coalesce(to, to));
	kfree_skb(clone);
	assert_true(skb_try_coalesce(to, from));
	kfree_skb(from);
	kfree_skb(to);
	net_end(f);
}

static void coalescing_refuses_more_fragments_than_fit(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, MAX_SKB_FRAGS), *from = new_skb(f, 1);

	(void)state;
	assert_false(skb_try_coalesce(to, from));
	kfree_skb(from);
	kfree_skb(to);
	net_end(f);
}

static void coalescing_into_a_queue_adds_to_its_bytes(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, 1), *from = new_skb(f, 2);

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, to), 0);
	assert_true(skb_try_coalesce(to, from));
	kfree_skb(from);
	assert_int_equal(tcp_inq(f->s), 3000);
	assert_int_equal(atomic_long_read(&f->s->sk_rmem_alloc), 3 * PAGE_SIZE);
	assert_int_equal(tcp_recvmsg(f->s, 3000), 3000);
	assert_int_equal(atomic_long_read(&f->s->sk_rmem_alloc), 0);
	net_end(f);
}

static void coalescing_two_of_a_queue_keeps_bytes_and_charge(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, 1), *from = new_skb(f, 2);

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, to), 0);
	assert_int_equal(tcp_queue_rcv(f->s, from), 0);
	assert_true(skb_try_coalesce(to, from));
	kfree_skb(from);
	assert_int_equal(tcp_inq(f->s), 3000);
	assert_memcg_usage(f->A, 3);
	assert_int_equal(tcp_recvmsg(f->s, 3000), 3000);
	assert_memcg_usage(f->A, 0);
	net_end(f);
}

static void coalescing_refuses_a_packet_of_another_queue(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *to = new_skb(f, 1), *from = new_skb(f, 1);

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, from), 0);
	assert_false(skb_try_coalesce(to, from));
	kfree_skb(to);
	net_end(f);
}

/* --- trace --- */

static void count_free(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)machine;
	if (event->id == NP_TRACE_SKB_FREE)
		*(long *)arg += event->value;
}

static void trace_tells_how_many_fragments_are_freed(void **state)
{
	struct net *f = net_begin("unaccounted");
	long freed = 0;

	(void)state;
	np_trace_subscribe(f->m, count_free, &freed);
	kfree_skb(new_skb(f, 3));
	assert_int_equal(freed, 3);
	np_trace_unsubscribe(f->m, count_free, &freed);
	net_end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragment_adds_to_length_and_truesize),
		cmocka_unit_test(eighteenth_fragment_is_refused_and_stays_the_callers),
		cmocka_unit_test(free_drops_the_references_of_fragments),
		cmocka_unit_test(free_of_nothing_is_nothing),
		cmocka_unit_test(second_user_keeps_the_packet),
		cmocka_unit_test(fragments_go_with_the_last_clone),
		cmocka_unit_test(clones_are_one_holder),
		cmocka_unit_test(page_of_a_pool_returns_to_it),
		cmocka_unit_test(page_of_a_pool_is_recycled_once_for_all_clones),
		cmocka_unit_test(other_pages_of_a_recycling_packet_are_put),
		cmocka_unit_test(unref_drops_one_reference),
		cmocka_unit_test(false_tail_is_reported_and_not_followed),
		cmocka_unit_test(both_halves_of_a_page_are_explained),
		cmocka_unit_test(coalescing_moves_fragments),
		cmocka_unit_test(coalescing_refuses_two_kinds_of_references),
		cmocka_unit_test(coalescing_refuses_pool_pages_of_a_clone),
		cmocka_unit_test(coalescing_takes_references_of_a_clones_pages),
		cmocka_unit_test(coalescing_refuses_a_shared_target),
		cmocka_unit_test(coalescing_refuses_more_fragments_than_fit),
		cmocka_unit_test(coalescing_into_a_queue_adds_to_its_bytes),
		cmocka_unit_test(coalescing_two_of_a_queue_keeps_bytes_and_charge),
		cmocka_unit_test(coalescing_refuses_a_packet_of_another_queue),
		cmocka_unit_test(trace_tells_how_many_fragments_are_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
