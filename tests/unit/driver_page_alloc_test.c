/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

static struct net *begin(const char *scheme, struct np_nic_options options)
{
	struct net *f = net_begin(scheme);

	options.driver = &np_driver_page_alloc;
	net_nic(f, options);
	return f;
}

static void reference_of_the_driver_goes_to_the_packet(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ 0 });
	struct page *page = f->dev->ring[0].page;

	(void)state;
	assert_page_refs(page, 1);
	net_rx(f, 1);
	assert_page_refs(page, 1);
	assert_consistent(f);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void next_descriptor_gets_a_new_page(void **state)
{
	struct net *f = begin("unaccounted", (struct np_nic_options){ 0 });
	struct page *page = f->dev->ring[0].page;

	(void)state;
	net_rx(f, 1);
	assert_ptr_not_equal(f->dev->ring[0].page, page);
	assert_int_equal(atomic_long_read(&f->dev->nr_allocated), 5);
	assert_int_equal(atomic_long_read(&f->dev->nr_reused), 0);
	net_end(f);
}

static void mapping_ends_when_the_packet_goes_up(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ 0 });

	(void)state;
	assert_int_equal(atomic_long_read(&f->dev->nr_dma_mapped), 4);
	net_rx(f, 3);
	assert_int_equal(atomic_long_read(&f->dev->nr_dma_mapped), 4);
	net_end(f);
}

static void slices_of_a_compound_page_have_a_reference_each(void **state)
{
	struct net *f = begin("unaccounted",
			      (struct np_nic_options){ .ring_size = 6, .compound_order = 2 });
	struct page *page = f->dev->ring[0].page;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		assert_ptr_equal(f->dev->ring[i].page, page);
		assert_int_equal(f->dev->ring[i].offset, i * PAGE_SIZE);
	}
	/* The last slice has the driver's; of the next page two slices are left to cut. */
	assert_page_refs(page, 4);
	assert_page_refs(f->dev->ring[4].page, 3);
	assert_consistent(f);
	net_end(f);
}

static void fragment_of_a_slice_lies_behind_its_head(void **state)
{
	struct net *f = begin("unaccounted",
			      (struct np_nic_options){ .ring_size = 2, .compound_order = 1 });
	struct sk_buff *skb = net_rx(f, 2);

	(void)state;
	assert_ptr_equal(frag_page(skb, 1), frag_page(skb, 0));
	assert_int_equal(skb->shinfo->frags[1].bv_offset, PAGE_SIZE);
	assert_page_refs(frag_page(skb, 0), 2);
	assert_consistent(f);
	net_end(f);
}

static void slices_cannot_be_mapped(void **state)
{
	struct net *f = begin("unaccounted",
			      (struct np_nic_options){ .ring_size = 2, .compound_order = 1 });
	struct sk_buff *skb = net_rx(f, 1);

	(void)state;
	assert_false(can_map_frag(f->m, &skb->shinfo->frags[0]));
	net_end(f);
}

static void compound_page_goes_when_its_last_slice_is_read(void **state)
{
	struct net *f = begin("network_at_zero",
			      (struct np_nic_options){ .ring_size = 2, .compound_order = 1 });
	struct page *page = f->dev->ring[0].page;

	(void)state;
	net_rx(f, 1);
	net_read_all(f);
	assert_page_refs(page, 1);
	net_rx(f, 1);
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void halves_of_a_page_go_to_two_packets(void **state)
{
	struct net *f =
		begin("unaccounted", (struct np_nic_options){ .ring_size = 2, .half_page = true });
	struct sk_buff *a = net_rx(f, 1), *b = net_rx(f, 1);

	(void)state;
	assert_ptr_equal(frag_page(a, 0), frag_page(b, 0));
	assert_int_equal(b->shinfo->frags[0].bv_offset, 2048);
	assert_page_refs(frag_page(a, 0), 2);
	assert_consistent(f);
	net_end(f);
}

static void returned_page_goes_to_the_allocator(void **state)
{
	struct net *f = begin("network_at_zero", (struct np_nic_options){ 0 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_true(PageNetwork(page));
	net_read_all(f);
	assert_true(np_page_is_free(f->m, page));
	assert_int_equal(atomic_long_read(&f->dev->refs), 1 + 4);
	net_end(f);
}

static void pages_come_from_the_schemes_list_first(void **state)
{
	struct net *f = begin("network_freelist", (struct np_nic_options){ 0 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	net_read_all(f);
	net_rx(f, 1);
	assert_ptr_equal(f->dev->ring[1].page, page);
	assert_consistent(f);
	net_end(f);
}

static void it_holds_no_page_that_could_come_back(void **state)
{
	struct net *f = begin("network_callback", (struct np_nic_options){ 0 });
	struct page *page = frag_page(net_rx(f, 1), 0);

	(void)state;
	assert_false(f->dev->driver->holds_all_refs(f->dev, page));
	assert_false(f->dev->driver->holds_all_refs(f->dev, f->dev->ring[0].page));
	net_end(f);
}

static void it_lives_under_every_scheme(void **state)
{
	(void)state;
	net_live_under_every_scheme((struct np_nic_options){ .driver = &np_driver_page_alloc });
	net_live_under_every_scheme(
		(struct np_nic_options){ .driver = &np_driver_page_alloc, .half_page = true });
	net_live_under_every_scheme((struct np_nic_options){
		.driver = &np_driver_page_alloc, .ring_size = 7, .compound_order = 2 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_of_the_driver_goes_to_the_packet),
		cmocka_unit_test(next_descriptor_gets_a_new_page),
		cmocka_unit_test(mapping_ends_when_the_packet_goes_up),
		cmocka_unit_test(slices_of_a_compound_page_have_a_reference_each),
		cmocka_unit_test(fragment_of_a_slice_lies_behind_its_head),
		cmocka_unit_test(slices_cannot_be_mapped),
		cmocka_unit_test(compound_page_goes_when_its_last_slice_is_read),
		cmocka_unit_test(halves_of_a_page_go_to_two_packets),
		cmocka_unit_test(returned_page_goes_to_the_allocator),
		cmocka_unit_test(pages_come_from_the_schemes_list_first),
		cmocka_unit_test(it_holds_no_page_that_could_come_back),
		cmocka_unit_test(it_lives_under_every_scheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
