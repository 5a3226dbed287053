/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

static struct net *begin(const char *scheme, struct np_nic_options options)
{
	struct net *f = net_begin(scheme);

	options.driver = &np_driver_page_bias;
	if (!options.ring_size)
		options.ring_size = 1;
	net_nic(f, options);
	return f;
}

static const struct np_nic_options whole = { 0 };
static const struct np_nic_options half = { .half_page = true };

static struct page *posted(const struct net *f)
{
	return f->dev->ring[f->dev->next].page;
}

static long bias(const struct net *f)
{
	return f->dev->ring[f->dev->next].bias;
}

static void posted_page_counts_all_references_of_the_driver(void **state)
{
	struct net *f = begin("unaccounted", whole);

	(void)state;
	assert_page_refs(posted(f), 65535);
	assert_int_equal(bias(f), 65535);
	assert_consistent(f);
	net_end(f);
}

static void one_of_them_goes_to_the_packet(void **state)
{
	struct net *f = begin("unaccounted", whole);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_page_refs(page, 65535);
	assert_consistent(f);
	net_read_all(f);
	assert_page_refs(page, 65534);
	assert_consistent(f);
	net_end(f);
}

static void parked_page_is_posted_again_when_its_count_is_the_bias(void **state)
{
	struct net *f = begin("unaccounted", whole);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_ptr_not_equal(posted(f), page);
	net_read_all(f);
	net_rx(f, 1);
	assert_ptr_equal(posted(f), page);
	assert_int_equal(bias(f), 65534);
	assert_int_equal(atomic_long_read(&f->dev->nr_reused), 1);
	net_end(f);
}

static void busy_page_is_passed_over(void **state)
{
	struct net *f = begin("unaccounted", whole);
	struct page *idle;

	(void)state;
	net_rx(f, 1);
	idle = frag_page(net_rx(f, 1), 0);
	kfree_skb(list_entry(f->s->sk_receive_queue.prev, struct sk_buff, list));
	net_rx(f, 1);
	assert_ptr_equal(posted(f), idle);
	net_end(f);
}

static void busy_pages_do_not_hide_an_idle_one_for_ever(void **state)
{
	struct net *f = begin("unaccounted", whole);
	struct page *idle;
	int receives = 0;

	(void)state;
	for (int i = 0; i < 12; i++)
		net_rx(f, 1);
	idle = frag_page(net_rx(f, 1), 0);
	kfree_skb(list_entry(f->s->sk_receive_queue.prev, struct sk_buff, list));
	while (posted(f) != idle && receives < 8) {
		net_rx(f, 1);
		receives++;
	}
	assert_in_range(receives, 1, 7);
	net_end(f);
}

static void no_more_than_four_pages_are_parked_for_each_descriptor(void **state)
{
	struct net *f = begin("unaccounted", whole);
	unsigned int parked = 0;
	struct sk_buff *skb;

	(void)state;
	for (int i = 0; i < 40; i++)
		net_rx(f, 1);
	list_for_each_entry(skb, &f->s->sk_receive_queue, list)
		parked += page_ref_count(frag_page(skb, 0)) > 1;
	assert_int_equal(parked, 4 * f->dev->opt.ring_size);
	assert_consistent(f);
	net_end(f);
}

static void last_reference_of_the_driver_is_replenished(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ .bias = 2 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	assert_page_refs(page, 1);
	net_rx(f, 1);
	assert_ptr_equal(posted(f), page);
	assert_int_equal(bias(f), 2);
	assert_page_refs(page, 2);
	net_end(f);
}

static void driver_with_one_reference_gives_the_page_away(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ .bias = 1 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void page_given_away_comes_back_at_zero(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ .bias = 1 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_rx(f, 1);
	assert_ptr_equal(posted(f), page);
	net_end(f);
}

static void bias_may_be_as_large_as_a_count(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ .bias = INT_MAX });

	(void)state;
	assert_page_refs(posted(f), INT_MAX);
	net_rx(f, 1);
	net_read_all(f);
	net_rx(f, 1);
	assert_int_equal(bias(f), INT_MAX - 1);
	assert_consistent(f);
	net_end(f);
}

static void charge_outlives_the_mapping_under_the_bias(void **state)
{
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct net *f = begin("network_at_zero", whole);
	struct page *page = frag_page(net_rx(f, 1), 0);
	struct vm_area_struct *vma;

	(void)state;
	assert_int_equal(tcp_mmap(f->P->mm, 1, &vma), 0);
	zc.address = vma->vm_start;
	assert_int_equal(tcp_zerocopy_receive(f->s, &zc), 0);
	assert_page_refs(page, 65535);
	assert_memcg_usage(f->A, 1);
	do_munmap(f->P->mm, vma->vm_start, PAGE_SIZE);
	/* Nobody has reached 0, so nobody has uncharged. */
	assert_page_refs(page, 65534);
	assert_memcg_usage(f->A, 1);
	assert_int_equal(np_check_one(f->m, NP_CHARGE_CONSERVED, NP_CHECK_REST), 1);
	assert_violation(f->m, NP_CHARGE_CONSERVED);
	/* The driver's last reference does. */
	unregister_netdev(f->dev);
	assert_memcg_usage(f->A, 0);
	net_end(f);
}

static void callback_finds_that_all_references_are_the_drivers(void **state)
{
	struct net *f = begin("network_callback", whole);
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	net_read_all(f);
	assert_true(f->dev->driver->holds_all_refs(f->dev, page));
	get_page(page);
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	put_page(page);
	net_end(f);
}

static void page_that_was_never_away_does_not_come_back(void **state)
{
	struct net *f = begin("network_at_zero", whole);

	(void)state;
	network_page_return(posted(f));
	assert_consistent(f);
	net_end(f);
}

static void emergency_page_does_not_come_back(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page;

	(void)state;
	np_fault_set(f->m, NP_FAULT_PFMEMALLOC, 1, 1);
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_bias, .ring_size = 1 });
	page = frag_page(net_rx(f, 1), 0);
	assert_true(PageNetwork(page));
	assert_page_refs(page, 1);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void foreign_page_is_not_all_the_drivers(void **state)
{
	struct net *f = begin("network_callback", whole);
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	put_page(page);
	net_end(f);
}

/* --- flipping halves --- */

static void buffer_flips_to_the_other_half(void **state)
{
	struct net *f = begin("unaccounted", half);
	struct page *page = posted(f);

	(void)state;
	assert_int_equal(f->dev->ring[0].offset, 0);
	net_rx(f, 1);
	assert_ptr_equal(posted(f), page);
	assert_int_equal(f->dev->ring[0].offset, 2048);
	assert_int_equal(bias(f), 65534);
	assert_page_refs(page, 65535);
	assert_consistent(f);
	net_end(f);
}

static void page_with_both_halves_in_use_is_let_go(void **state)
{
	struct net *f = begin("unaccounted", half);
	struct page *page = posted(f);

	(void)state;
	net_rx(f, 1);
	net_rx(f, 1);
	assert_ptr_not_equal(posted(f), page);
	assert_page_refs(page, 2);
	assert_consistent(f);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void page_whose_other_half_was_read_flips_back(void **state)
{
	struct net *f = begin("unaccounted", half);
	struct page *page = posted(f);

	(void)state;
	for (int i = 0; i < 10; i++) {
		net_rx(f, 1);
		net_read_all(f);
	}
	assert_ptr_equal(posted(f), page);
	assert_int_equal(f->dev->ring[0].offset, 0);
	assert_int_equal(atomic_long_read(&f->dev->nr_allocated), 1);
	assert_consistent(f);
	net_end(f);
}

static void flipping_replenishes_the_bias_at_one(void **state)
{
	struct net *f =
		begin("unaccounted", (struct np_nic_options){ .half_page = true, .bias = 3 });

	(void)state;
	net_rx(f, 1);
	assert_int_equal(bias(f), 2);
	net_read_all(f);
	net_rx(f, 1);
	assert_int_equal(bias(f), 3);
	assert_page_refs(posted(f), 4);
	assert_consistent(f);
	net_end(f);
}

static void emergency_page_is_not_flipped(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page;

	(void)state;
	np_fault_set(f->m, NP_FAULT_PFMEMALLOC, 1, 1);
	net_nic(f, (struct np_nic_options){
			   .driver = &np_driver_page_bias, .ring_size = 1, .half_page = true });
	page = frag_page(net_rx(f, 1), 0);
	assert_ptr_not_equal(posted(f), page);
	assert_page_refs(page, 1);
	net_end(f);
}

static void page_of_another_node_is_not_flipped(void **state)
{
	struct net *f =
		net_begin_options("unaccounted", (struct np_machine_options){ .nr_nodes = 2 });
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){
			   .driver = &np_driver_page_bias, .ring_size = 1, .half_page = true });
	/* The card is moved to the other node. */
	f->dev->opt.node = 1;
	page = frag_page(net_rx(f, 1), 0);
	assert_ptr_not_equal(posted(f), page);
	assert_int_equal(page_to_nid(posted(f)), 1);
	net_end(f);
}

static void page_let_go_under_a_mark_comes_back_at_zero(void **state)
{
	struct net *f = begin("network_at_zero", half);
	struct page *page = posted(f);

	(void)state;
	net_rx(f, 1);
	net_rx(f, 1);
	assert_page_refs(page, 2);
	assert_true(PageNetwork(page));
	net_read_all(f);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_end(f);
}

static void it_lives_under_every_scheme(void **state)
{
	const int biases[] = { 1, 2, 3, 65535, INT_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(biases); i++) {
		struct np_nic_options options = { .driver = &np_driver_page_bias,
						  .bias = biases[i] };

		net_live_under_every_scheme(options);
		options.half_page = true;
		net_live_under_every_scheme(options);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posted_page_counts_all_references_of_the_driver),
		cmocka_unit_test(one_of_them_goes_to_the_packet),
		cmocka_unit_test(parked_page_is_posted_again_when_its_count_is_the_bias),
		cmocka_unit_test(busy_page_is_passed_over),
		cmocka_unit_test(busy_pages_do_not_hide_an_idle_one_for_ever),
		cmocka_unit_test(no_more_than_four_pages_are_parked_for_each_descriptor),
		cmocka_unit_test(last_reference_of_the_driver_is_replenished),
		cmocka_unit_test(driver_with_one_reference_gives_the_page_away),
		cmocka_unit_test(page_given_away_comes_back_at_zero),
		cmocka_unit_test(bias_may_be_as_large_as_a_count),
		cmocka_unit_test(charge_outlives_the_mapping_under_the_bias),
		cmocka_unit_test(callback_finds_that_all_references_are_the_drivers),
		cmocka_unit_test(page_that_was_never_away_does_not_come_back),
		cmocka_unit_test(emergency_page_does_not_come_back),
		cmocka_unit_test(foreign_page_is_not_all_the_drivers),
		cmocka_unit_test(buffer_flips_to_the_other_half),
		cmocka_unit_test(page_with_both_halves_in_use_is_let_go),
		cmocka_unit_test(page_whose_other_half_was_read_flips_back),
		cmocka_unit_test(flipping_replenishes_the_bias_at_one),
		cmocka_unit_test(emergency_page_is_not_flipped),
		cmocka_unit_test(page_of_another_node_is_not_flipped),
		cmocka_unit_test(page_let_go_under_a_mark_comes_back_at_zero),
		cmocka_unit_test(it_lives_under_every_scheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
