/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

static struct net *begin(const char *scheme, struct np_nic_options options)
{
	struct net *f = net_begin(scheme);

	options.driver = &np_driver_page_pool;
	net_nic(f, options);
	return f;
}

static const struct np_nic_options defaults = { 0 };
static const struct np_nic_options half = { .half_page = true };

static struct page_pool_recycle_stats recycled(const struct net *f)
{
	struct page_pool_stats stats = { 0 };

	page_pool_get_stats(f->dev->pool, &stats);
	return stats.recycle_stats;
}

/* --- 5.12: detach --- */

static void detached_page_has_left_the_pool(void **state)
{
	struct net *f = begin("unaccounted", defaults);
	struct sk_buff *skb = net_rx(f, 1);
	struct page *page = frag_page(skb, 0);

	(void)state;
	assert_false(skb->pp_recycle);
	assert_false(page_is_page_pool(page));
	assert_page_refs(page, 1);
	assert_int_equal(atomic_read(&f->dev->pool->pages_state_release_cnt), 1);
	assert_consistent(f);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void detached_halves_share_a_page_that_leaves_with_the_second(void **state)
{
	struct net *f = begin("unaccounted", half);
	struct page *page = f->dev->ring[0].page;

	(void)state;
	assert_ptr_equal(f->dev->ring[1].page, page);
	assert_page_refs(page, 1);
	net_rx(f, 1);
	assert_true(page_is_page_pool(page));
	assert_page_refs(page, 2);
	assert_consistent(f);
	net_rx(f, 1);
	assert_false(page_is_page_pool(page));
	assert_page_refs(page, 2);
	assert_consistent(f);
	net_end(f);
}

/* --- 5.14: skbs recycle --- */

static void recycling_packet_gives_the_page_back(void **state)
{
	struct net *f = begin("page_pool_magic", defaults);
	struct sk_buff *skb = net_rx(f, 1);
	struct page *page = frag_page(skb, 0);

	(void)state;
	assert_true(skb->pp_recycle);
	assert_true(page_is_page_pool(page));
	assert_consistent(f);
	net_read_all(f);
	assert_int_equal(recycled(f).ring, 1);
	assert_page_refs(page, 1);
	net_end(f);
}

static void mapped_page_of_a_recycling_packet_is_lost_to_the_pool(void **state)
{
	struct net *f = begin("page_pool_magic", defaults);
	struct page *page = frag_page(net_rx(f, 1), 0);
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct vm_area_struct *vma;

	(void)state;
	assert_int_equal(tcp_mmap(f->P->mm, 1, &vma), 0);
	zc.address = vma->vm_start;
	assert_int_equal(tcp_zerocopy_receive(f->s, &zc), 0);
	assert_int_equal(zc.length, PAGE_SIZE);
	assert_int_equal(recycled(f).released_refcnt, 1);
	assert_page_refs(page, 1);
	do_munmap(f->P->mm, vma->vm_start, PAGE_SIZE);
	assert_true(np_page_is_free(f->m, page));
	/* Mapped without a charge: what this scheme is known for. */
	net_end(f);
}

static void recycling_halves_are_fragments_of_the_pool(void **state)
{
	struct net *f = begin("page_pool_magic", half);
	struct page *page = f->dev->ring[0].page;

	(void)state;
	assert_true(f->dev->pool->p.flags & PP_FLAG_PAGE_FRAG);
	assert_ptr_equal(f->dev->ring[1].page, page);
	assert_int_equal(f->dev->ring[1].offset, 2048);
	assert_consistent(f);
	net_rx(f, 2);
	assert_page_refs(page, 1);
	assert_consistent(f);
	tcp_recvmsg(f->s, 2 * 2048);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

static void recycling_halves_need_a_free_word(void **state)
{
	struct net *f = net_begin_options(
		"page_pool_magic", (struct np_machine_options){ .dma_layout = NP_DMA_32_FIXED });
	struct net_device *dev;

	(void)state;
	assert_int_equal(np_nic_create(f->m, &half, &dev), -EINVAL);
	assert_int_equal(np_nic_create(f->m, &defaults, &dev), 0);
	net_end(f);
}

/* --- the proposal: back at zero --- */

static void page_comes_back_when_its_count_is_zero(void **state)
{
	struct net *f = begin("network_at_zero", defaults);
	struct sk_buff *skb = net_rx(f, 1);
	struct page *page = frag_page(skb, 0);

	(void)state;
	assert_false(skb->pp_recycle);
	assert_true(PageNetwork(page));
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

static void mapped_page_comes_back_after_the_unmap(void **state)
{
	struct net *f = begin("network_at_zero", defaults);
	struct page *page = frag_page(net_rx(f, 1), 0);
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct vm_area_struct *vma;

	(void)state;
	assert_int_equal(tcp_mmap(f->P->mm, 1, &vma), 0);
	zc.address = vma->vm_start;
	assert_int_equal(tcp_zerocopy_receive(f->s, &zc), 0);
	assert_page_refs(page, 1);
	assert_page_mapcount(page, 1);
	assert_memcg_usage(f->A, 1);
	assert_int_equal(recycled(f).ring, 0);
	do_munmap(f->P->mm, vma->vm_start, PAGE_SIZE);
	assert_memcg_usage(f->A, 0);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

static void halves_come_back_when_both_are_gone(void **state)
{
	struct net *f = begin("network_at_zero", half);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	/* The second half is posted. */
	assert_page_refs(page, 1);
	assert_int_equal(recycled(f).ring, 0);
	net_rx(f, 1);
	net_read_all(f);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

/* --- asked at every put --- */

static void lent_page_keeps_a_reference_of_the_driver(void **state)
{
	struct net *f = begin("network_callback", defaults);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_page_refs(page, 2);
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	assert_consistent(f);
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

static void speculative_put_of_a_posted_page_does_not_bring_it_back(void **state)
{
	struct net *f = begin("network_callback", defaults);
	struct page *page = f->dev->ring[0].page;

	(void)state;
	get_page(page);
	put_page(page);
	assert_int_equal(recycled(f).ring, 0);
	assert_consistent(f);
	net_end(f);
}

static void page_comes_back_once_whoever_asks(void **state)
{
	struct net *f = begin("network_callback", defaults);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	/* Another CPU that dropped its reference at the same time asks again. */
	network_page_return(page);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

static void many_pages_may_be_lent(void **state)
{
	struct net *f = begin("network_callback", defaults);

	(void)state;
	for (int i = 0; i < 50; i++)
		net_rx(f, 2);
	assert_consistent(f);
	net_read_all(f);
	assert_int_equal(recycled(f).ring, 100);
	assert_consistent(f);
	net_end(f);
}

static void answer_that_comes_after_the_card_has_gone_is_ignored(void **state)
{
	struct net *f = begin("network_callback", defaults);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	unregister_netdev(f->dev);
	network_page_return(page);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_end(f);
}

static void lent_pages_leave_the_pool_with_the_card(void **state)
{
	struct net *f = begin("network_callback", defaults);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	unregister_netdev(f->dev);
	assert_page_refs(page, 1);
	assert_false(PageNetwork(page));
	assert_true(list_empty(&f->m->pools));
	assert_consistent(f);
	net_read_all(f);
	assert_int_equal(pages_taken(f), 0);
	net_end(f);
}

static void half_that_borrows_does_not_bring_the_page_back(void **state)
{
	struct net *f = begin("network_callback", half);
	struct page *page = f->dev->ring[0].page;

	(void)state;
	/* First the half that borrows: the other one is still posted. */
	net_rx(f, 1);
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	assert_int_equal(recycled(f).ring, 0);
	net_rx(f, 1);
	net_read_all(f);
	assert_int_equal(recycled(f).ring, 1);
	assert_consistent(f);
	net_end(f);
}

/* --- all --- */

static void fresh_and_recycled_pages_are_told_apart(void **state)
{
	struct net *f = begin("network_at_zero", defaults);

	(void)state;
	assert_int_equal(atomic_long_read(&f->dev->nr_allocated), 4);
	/* The 60 pages in the cache were never posted; then the ring's turn comes. */
	for (int i = 0; i < 60; i++) {
		net_rx(f, 1);
		net_read_all(f);
	}
	assert_int_equal(atomic_long_read(&f->dev->nr_allocated), 64);
	assert_int_equal(atomic_long_read(&f->dev->nr_reused), 0);
	net_rx(f, 1);
	assert_int_equal(atomic_long_read(&f->dev->nr_allocated), 64);
	assert_int_equal(atomic_long_read(&f->dev->nr_reused), 1);
	net_end(f);
}

static void size_of_the_ring_is_an_option(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ .pool_size = 7 });

	(void)state;
	assert_int_equal(f->dev->pool->ring.size, 7);
	assert_string_equal(f->dev->pool->name, "eth0");
	net_end(f);
}

static void it_lives_under_every_scheme(void **state)
{
	(void)state;
	net_live_under_every_scheme((struct np_nic_options){ .driver = &np_driver_page_pool });
	net_live_under_every_scheme(
		(struct np_nic_options){ .driver = &np_driver_page_pool, .pool_size = 2 });
	net_live_under_every_scheme(
		(struct np_nic_options){ .driver = &np_driver_page_pool, .half_page = true });
	net_live_under_every_scheme((struct np_nic_options){
		.driver = &np_driver_page_pool, .ring_size = 3, .half_page = true });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detached_page_has_left_the_pool),
		cmocka_unit_test(detached_halves_share_a_page_that_leaves_with_the_second),
		cmocka_unit_test(recycling_packet_gives_the_page_back),
		cmocka_unit_test(mapped_page_of_a_recycling_packet_is_lost_to_the_pool),
		cmocka_unit_test(recycling_halves_are_fragments_of_the_pool),
		cmocka_unit_test(recycling_halves_need_a_free_word),
		cmocka_unit_test(page_comes_back_when_its_count_is_zero),
		cmocka_unit_test(mapped_page_comes_back_after_the_unmap),
		cmocka_unit_test(halves_come_back_when_both_are_gone),
		cmocka_unit_test(lent_page_keeps_a_reference_of_the_driver),
		cmocka_unit_test(speculative_put_of_a_posted_page_does_not_bring_it_back),
		cmocka_unit_test(page_comes_back_once_whoever_asks),
		cmocka_unit_test(many_pages_may_be_lent),
		cmocka_unit_test(answer_that_comes_after_the_card_has_gone_is_ignored),
		cmocka_unit_test(lent_pages_leave_the_pool_with_the_card),
		cmocka_unit_test(half_that_borrows_does_not_bring_the_page_back),
		cmocka_unit_test(fresh_and_recycled_pages_are_told_apart),
		cmocka_unit_test(size_of_the_ring_is_an_option),
		cmocka_unit_test(it_lives_under_every_scheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
