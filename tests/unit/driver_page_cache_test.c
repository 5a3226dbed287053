/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

static struct net *begin(const char *scheme, struct np_nic_options options)
{
	struct net *f = net_begin(scheme);

	options.driver = &np_driver_page_cache;
	net_nic(f, options);
	return f;
}

static const struct np_nic_options keeps = { .keeps_reference = true };

static long reused(const struct net *f)
{
	return atomic_long_read(&f->dev->nr_reused);
}

static void keeping_driver_stays_a_holder(void **state)
{
	struct net *f = begin("unaccounted", keeps);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_page_refs(page, 2);
	assert_consistent(f);
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_end(f);
}

static void idle_page_at_the_head_of_the_cache_is_posted_again(void **state)
{
	struct net *f = begin("unaccounted", keeps);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	net_rx(f, 1);
	assert_ptr_equal(f->dev->ring[1].page, page);
	assert_int_equal(reused(f), 1);
	net_end(f);
}

static void busy_page_at_the_head_blocks_the_idle_ones_behind_it(void **state)
{
	struct net *f = begin("unaccounted", keeps);
	struct sk_buff *slow = net_rx(f, 1), *fast = net_rx(f, 1);

	(void)state;
	kfree_skb(fast);
	net_rx(f, 1);
	assert_int_equal(reused(f), 0);
	kfree_skb(slow);
	net_rx(f, 2);
	assert_int_equal(reused(f), 2);
	net_end(f);
}

static void full_cache_drops_the_drivers_reference(void **state)
{
	struct net *f = begin("unaccounted", keeps);
	struct sk_buff *skb = NULL;

	(void)state;
	for (int i = 0; i < 256; i++)
		net_rx(f, 1);
	skb = net_rx(f, 1);
	assert_page_refs(frag_page(skb, 0), 1);
	assert_consistent(f);
	net_end(f);
}

static void emergency_pages_are_not_cached(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb;

	(void)state;
	np_fault_set(f->m, NP_FAULT_PFMEMALLOC, 1, 1);
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_cache,
					    .keeps_reference = true });
	skb = net_rx(f, 1);
	assert_page_refs(frag_page(skb, 0), 1);
	net_end(f);
}

static void mark_does_not_hide_that_a_page_is_an_emergency_page(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page;

	(void)state;
	np_fault_set(f->m, NP_FAULT_PFMEMALLOC, 1, 1);
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_cache });
	page = frag_page(net_rx(f, 1), 0);
	assert_true(PageNetwork(page));
	assert_true(page_is_pfmemalloc(page));
	assert_int_equal(atomic_long_read(&f->dev->nr_dma_mapped), 5);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	assert_int_equal(atomic_long_read(&f->dev->nr_dma_mapped), 4);
	net_end(f);
}

static void giving_driver_gets_its_pages_back_at_zero(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ 0 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_page_refs(page, 1);
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_rx(f, 1);
	assert_ptr_equal(f->dev->ring[1].page, page);
	assert_int_equal(reused(f), 1);
	net_end(f);
}

static void giving_driver_without_a_mark_never_sees_its_pages_again(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ .no_optin = true });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_rx(f, 1);
	assert_int_equal(reused(f), 0);
	net_end(f);
}

static void mapping_stays_while_the_words_of_the_page_know_it(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ 0 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_true(page->network_dma_addr != 0);
	assert_int_equal(atomic_long_read(&f->dev->nr_dma_mapped), 5);
	net_end(f);
}

static void mapping_ends_with_a_page_that_will_not_come_back(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ 0 });

	(void)state;
	net_rx(f, 1);
	assert_int_equal(atomic_long_read(&f->dev->nr_dma_mapped), 4);
	net_end(f);
}

static void page_that_was_never_away_does_not_come_back(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ 0 });

	(void)state;
	network_page_return(f->dev->ring[0].page);
	assert_consistent(f);
	net_end(f);
}

static void driver_under_callbacks_stays_a_holder_unasked(void **state)
{
	struct net *f = begin("network_callback", (struct np_nic_options){ 0 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_page_refs(page, 2);
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	net_read_all(f);
	assert_true(f->dev->driver->holds_all_refs(f->dev, page));
	net_end(f);
}

static void page_given_away_for_want_of_room_comes_back_at_zero(void **state)
{
	struct net *f = begin("network_at_zero", keeps);
	struct page *page = NULL;

	(void)state;
	for (int i = 0; i < 257; i++)
		page = frag_page(net_rx(f, 1), 0);
	assert_page_refs(page, 1);
	/* The oldest one leaves the cache: there is room. */
	tcp_recvmsg(f->s, PAGE_SIZE);
	net_rx(f, 1);
	tcp_recvmsg(f->s, 256 * PAGE_SIZE);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_end(f);
}

static void second_half_has_the_reference_of_both(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ .keeps_reference = true,
								      .half_page = true });
	struct page *page = f->dev->ring[0].page;

	(void)state;
	assert_ptr_equal(f->dev->ring[1].page, page);
	assert_int_equal(f->dev->ring[1].offset, 2048);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_rx(f, 1);
	assert_page_refs(page, 2);
	assert_consistent(f);
	net_rx(f, 1);
	assert_page_refs(page, 3);
	assert_consistent(f);
	net_end(f);
}

static void it_lives_under_every_scheme(void **state)
{
	struct np_nic_options options = { .driver = &np_driver_page_cache };

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		options.keeps_reference = i & 1;
		options.half_page = i & 2;
		options.ring_size = 4;
		net_live_under_every_scheme(options);
		options.ring_size = 3;
		net_live_under_every_scheme(options);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeping_driver_stays_a_holder),
		cmocka_unit_test(idle_page_at_the_head_of_the_cache_is_posted_again),
		cmocka_unit_test(busy_page_at_the_head_blocks_the_idle_ones_behind_it),
		cmocka_unit_test(full_cache_drops_the_drivers_reference),
		cmocka_unit_test(emergency_pages_are_not_cached),
		cmocka_unit_test(mark_does_not_hide_that_a_page_is_an_emergency_page),
		cmocka_unit_test(giving_driver_gets_its_pages_back_at_zero),
		cmocka_unit_test(giving_driver_without_a_mark_never_sees_its_pages_again),
		cmocka_unit_test(mapping_stays_while_the_words_of_the_page_know_it),
		cmocka_unit_test(mapping_ends_with_a_page_that_will_not_come_back),
		cmocka_unit_test(page_that_was_never_away_does_not_come_back),
		cmocka_unit_test(driver_under_callbacks_stays_a_holder_unasked),
		cmocka_unit_test(page_given_away_for_want_of_room_comes_back_at_zero),
		cmocka_unit_test(second_half_has_the_reference_of_both),
		cmocka_unit_test(it_lives_under_every_scheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
