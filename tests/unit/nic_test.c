/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

#include <netpage/zerocopy.h>

static void card_without_options_is_a_page_pool_card(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct net_device *dev;

	(void)state;
	assert_int_equal(np_nic_create(f->m, NULL, &dev), 0);
	assert_ptr_equal(dev->driver, &np_driver_page_pool);
	assert_string_equal(dev->name, "eth0");
	assert_int_equal(dev->opt.ring_size, 4);
	assert_int_equal(np_nic_poll(dev), 4);
	net_end(f);
}

static void options_out_of_range_are_refused(void **state)
{
	static const struct np_driver incomplete = { .name = "incomplete" };
	const struct np_nic_options wrong[] = {
		{ .name = "" },
		{ .name = "a name of more than thirty-one letters" },
		{ .ring_size = 4097 },
		{ .node = 1 },
		{ .node = -1 },
		{ .bias = -1 },
		{ .compound_order = MAX_ORDER },
		{ .driver = &incomplete },
	};
	struct net *f = net_begin("unaccounted");
	struct np_machine *other;
	struct net_device *dev;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(np_nic_create(f->m, &wrong[i], &dev), -EINVAL);
	assert_int_equal(np_nic_create(NULL, NULL, &dev), -EINVAL);
	assert_int_equal(np_nic_create(f->m, NULL, NULL), -EINVAL);
	assert_int_equal(np_machine_create(&other, NULL), 0);
	assert_int_equal(np_nic_create(other, NULL, &dev), -EINVAL);
	np_machine_destroy(other);
	net_end(f);
}

static void card_without_memory_for_its_ring_is_not_created(void **state)
{
	struct net *f = net_begin("unaccounted");
	const struct np_nic_options options = { .driver = &np_driver_page_alloc };
	struct net_device *dev;

	(void)state;
	np_fault_set(f->m, NP_FAULT_ALLOC_PAGES, 3, 1);
	assert_int_equal(np_nic_create(f->m, &options, &dev), -ENOMEM);
	assert_int_equal(pages_taken(f), 0);
	assert_true(list_empty(&f->m->devs));
	net_end(f);
}

static void strategies_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(np_driver_find("page_pool"), &np_driver_page_pool);
	assert_ptr_equal(np_driver_find("page_bias"), &np_driver_page_bias);
	assert_ptr_equal(np_driver_find("page_cache"), &np_driver_page_cache);
	assert_ptr_equal(np_driver_find("page_alloc"), &np_driver_page_alloc);
	assert_null(np_driver_find("page"));
	assert_null(np_driver_find(NULL));
}

/* --- receiving --- */

static void packet_arrives_in_the_queue(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	skb = net_rx(f, 2);
	assert_int_equal(skb->shinfo->nr_frags, 2);
	assert_int_equal(tcp_inq(f->s), 2 * PAGE_SIZE);
	assert_ptr_equal(skb->dev, f->dev);
	assert_false(skb->no_optin);
	assert_int_equal(f->dev->rx_packets, 1);
	assert_int_equal(f->dev->rx_bytes, 2 * PAGE_SIZE);
	assert_memcg_usage(f->A, 2);
	assert_consistent(f);
	net_end(f);
}

static void short_fragments_cost_their_whole_buffers(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	assert_int_equal(net_rx_bytes(f, 3, 100, &skb), 0);
	assert_int_equal(skb->len, 300);
	assert_int_equal(skb->truesize, 3 * PAGE_SIZE);
	net_end(f);
}

static void descriptors_are_posted_again_in_order(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	net_nic(f, (struct np_nic_options){ .ring_size = 3 });
	for (int i = 0; i < 5; i++)
		net_rx(f, 2);
	assert_int_equal(np_nic_poll(f->dev), 3);
	assert_int_equal(f->dev->next, 10 % 3);
	assert_consistent(f);
	net_end(f);
}

static void impossible_packets_are_refused(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	net_nic(f, (struct np_nic_options){ .ring_size = 32 });
	assert_int_equal(np_nic_receive(f->dev, f->s, 0, 0, NULL), -EINVAL);
	assert_int_equal(np_nic_receive(f->dev, f->s, MAX_SKB_FRAGS + 1, 0, NULL), -EINVAL);
	assert_int_equal(np_nic_receive(f->dev, f->s, 1, PAGE_SIZE + 1, NULL), -EINVAL);
	assert_int_equal(np_nic_receive(f->dev, NULL, 1, 0, NULL), -EINVAL);
	assert_int_equal(np_nic_receive(NULL, f->s, 1, 0, NULL), -EINVAL);
	assert_int_equal(f->dev->rx_dropped, 0);
	net_end(f);
}

static void packet_for_more_descriptors_than_there_are_is_dropped(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	net_nic(f, (struct np_nic_options){ .ring_size = 2 });
	assert_int_equal(net_rx_bytes(f, 3, 0, NULL), -ENOBUFS);
	assert_int_equal(f->dev->rx_dropped, 1);
	assert_int_equal(tcp_inq(f->s), 0);
	net_end(f);
}

static void card_without_pages_drops_until_there_is_memory(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_alloc, .ring_size = 2 });
	np_fault_set(f->m, NP_FAULT_ALLOC_PAGES, 1, 1000);
	net_rx(f, 2);
	assert_int_equal(np_nic_poll(f->dev), 0);
	assert_consistent(f);
	assert_int_equal(np_nic_write(f->dev), -ENOBUFS);
	assert_int_equal(net_rx_bytes(f, 1, 0, NULL), -ENOBUFS);
	np_fault_set(f->m, NP_FAULT_ALLOC_PAGES, 0, 0);
	/* The packet that comes now is lost, too, but the driver is called for it. */
	assert_int_equal(net_rx_bytes(f, 1, 0, NULL), -ENOBUFS);
	net_rx(f, 2);
	assert_int_equal(f->dev->rx_dropped, 2);
	net_end(f);
}

static void packet_without_socket_memory_is_dropped(void **state)
{
	struct net *f = net_begin_options("unaccounted",
					  (struct np_machine_options){ .model = NP_MODEL_5_12 });

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	np_memcg_set_max(f->A, 1);
	assert_int_equal(net_rx_bytes(f, 2, 0, NULL), -ENOBUFS);
	assert_int_equal(f->dev->rx_dropped, 1);
	assert_int_equal(np_nic_poll(f->dev), 4);
	assert_consistent(f);
	net_end(f);
}

static void softirq_charges_above_the_limit_since_6_1(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	np_memcg_set_max(f->A, 1);
	net_rx(f, 2);
	assert_memcg_usage(f->A, 2);
	net_end(f);
}

/* --- content --- */

static void each_write_changes_the_content_of_the_half_it_hits(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page = alloc_page(GFP_KERNEL);
	u64 first = np_page_stamp(f->m, page, 0, 2048), second;

	(void)state;
	second = np_page_stamp(f->m, page, 2048, 2048);
	np_page_write(f->m, page, 2048, 1);
	assert_int_equal(np_page_stamp(f->m, page, 0, 2048), first);
	assert_int_not_equal(np_page_stamp(f->m, page, 2048, 2048), second);
	second = np_page_stamp(f->m, page, 0, PAGE_SIZE);
	np_page_write(f->m, page, 0, 1);
	assert_int_not_equal(np_page_stamp(f->m, page, 0, PAGE_SIZE), second);
	put_page(page);
	net_end(f);
}

static void content_of_slices_is_that_of_the_pages_behind_the_head(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	u64 first = np_page_stamp(f->m, page, 0, PAGE_SIZE);

	(void)state;
	np_page_write(f->m, page, PAGE_SIZE, PAGE_SIZE);
	assert_int_equal(np_page_stamp(f->m, page, 0, PAGE_SIZE), first);
	assert_int_equal(np_page_stamp(f->m, page, PAGE_SIZE, PAGE_SIZE),
			 np_page_stamp(f->m, page + 1, 0, PAGE_SIZE));
	assert_int_not_equal(np_page_stamp(f->m, page, PAGE_SIZE, PAGE_SIZE), first);
	put_page(page);
	net_end(f);
}

static void content_of_no_page_is_0(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	assert_int_equal(np_page_stamp(f->m, NULL, 0, PAGE_SIZE), 0);
	assert_int_equal(np_page_stamp(f->m, pfn_to_page(f->m, 0), 0, 0), 0);
	np_page_write(f->m, NULL, 0, PAGE_SIZE);
	net_end(f);
}

static void unchecked_machine_keeps_no_content(void **state)
{
	struct net *f =
		net_begin_options("unaccounted", (struct np_machine_options){ .unchecked = true });
	struct sk_buff *skb;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	skb = net_rx(f, 1);
	assert_int_equal(skb->shinfo->frags[0].stamp, 0);
	assert_int_equal(tcp_recvmsg(f->s, PAGE_SIZE), PAGE_SIZE);
	net_end(f);
}

static void card_may_write_what_it_has_posted(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page;
	u64 before;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	page = f->dev->ring[0].page;
	before = np_page_stamp(f->m, page, 0, PAGE_SIZE);
	assert_true(np_nic_can_write(f->dev, page));
	assert_int_equal(np_nic_write(f->dev), 0);
	assert_int_not_equal(np_page_stamp(f->m, page, 0, PAGE_SIZE), before);
	net_rx(f, 1);
	assert_false(np_nic_can_write(f->dev, page));
	net_end(f);
}

static void card_may_write_all_of_a_compound_page_it_cuts(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){
			   .driver = &np_driver_page_alloc, .ring_size = 3, .compound_order = 2 });
	page = f->dev->ring[0].page;
	assert_true(np_nic_can_write(f->dev, page));
	assert_true(np_nic_can_write(f->dev, page + 2));
	assert_false(np_nic_can_write(f->dev, page + 3));
	net_end(f);
}

/* --- DMA --- */

static void mappings_are_counted(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page = alloc_page(GFP_KERNEL);
	struct net_device *dev = net_nic(f, (struct np_nic_options){ 0 });
	long mapped = atomic_long_read(&dev->nr_dma_mapped);
	dma_addr_t addr = dma_map_page(dev, page);

	(void)state;
	assert_int_equal(atomic_long_read(&dev->nr_dma_mapped), mapped + 1);
	dma_unmap_page(dev, addr);
	assert_int_equal(atomic_long_read(&dev->nr_dma_mapped), mapped);
	put_page(page);
	net_end(f);
}

static void failed_mapping_is_not_counted(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct page *page = alloc_page(GFP_KERNEL);
	struct net_device *dev = net_nic(f, (struct np_nic_options){ 0 });
	long mapped = atomic_long_read(&dev->nr_dma_mapped);

	(void)state;
	np_fault_set(f->m, NP_FAULT_DMA_MAP_PAGE, 1, 1);
	assert_true(dma_map_page(dev, page) == DMA_MAPPING_ERROR);
	dma_unmap_page(dev, DMA_MAPPING_ERROR);
	assert_int_equal(atomic_long_read(&dev->nr_dma_mapped), mapped);
	put_page(page);
	net_end(f);
}

static void every_strategy_survives_failed_mappings(void **state)
{
	const struct np_driver *const drivers[] = { &np_driver_page_pool, &np_driver_page_bias,
						    &np_driver_page_cache, &np_driver_page_alloc };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		struct net *f = net_begin("network_at_zero");

		/* All that a pool allocates at once is mapped at once. */
		net_nic(f, (struct np_nic_options){ .driver = drivers[i], .ring_size = 2 });
		np_fault_set(f->m, NP_FAULT_DMA_MAP_PAGE, 1, 1000);
		for (int n = 0; n < 40; n++)
			net_rx_bytes(f, 2, 0, NULL);
		np_fault_set(f->m, NP_FAULT_DMA_MAP_PAGE, 0, 0);
		tcp_recvmsg(f->s, tcp_inq(f->s));
		net_poll(f);
		assert_int_equal(np_nic_poll(f->dev), 2);
		net_end(f);
	}
}

static void packet_on_a_false_tail_is_reported_and_dropped(void **state)
{
	struct net *f = net_begin_options(
		"unaccounted", (struct np_machine_options){ .dma_layout = NP_DMA_32_BROKEN });

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	assert_int_equal(net_rx_bytes(f, 1, 0, NULL), -ENOBUFS);
	assert_reported(f, "the stack would follow compound_head");
	assert_violation(f->m, NP_UNION_ARM);
	unregister_netdev(f->dev);
	net_end(f);
}

static void page_of_a_fixed_layout_is_no_tail(void **state)
{
	struct net *f = net_begin_options(
		"unaccounted", (struct np_machine_options){ .dma_layout = NP_DMA_32_FIXED });

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	net_rx(f, 1);
	assert_consistent(f);
	net_end(f);
}

/* --- marks and owners --- */

static void card_that_has_opted_in_marks_its_pages(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_alloc });
	page = f->dev->ring[0].page;
	assert_true(PageNetwork(page));
	assert_true(network_page_valid(f->m, page));
	assert_ptr_equal(network_page_owner(f->m, page), f->dev);
	assert_int_equal(atomic_long_read(&f->dev->refs), 1 + 4);
	net_end(f);
}

static void card_that_has_not_opted_in_marks_nothing(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct sk_buff *skb;

	(void)state;
	net_nic(f, (struct np_nic_options){ .no_optin = true });
	assert_false(PageNetwork(f->dev->ring[0].page));
	skb = net_rx(f, 1);
	assert_true(skb->no_optin);
	/* Pages leave the pool for good when they are received. */
	assert_false(page_is_page_pool(frag_page(skb, 0)));
	net_end(f);
}

static void scheme_without_a_mark_marks_nothing(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_alloc });
	assert_false(PageNetwork(f->dev->ring[0].page));
	assert_int_equal(atomic_long_read(&f->dev->refs), 1);
	net_end(f);
}

static void owner_of_a_pool_page_is_the_pools_card(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	page = f->dev->ring[0].page;
	assert_true(page_is_page_pool(page));
	assert_ptr_equal(network_page_owner(f->m, page), f->dev);
	net_end(f);
}

static void words_of_somebody_else_name_no_owner(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	page->network_owner = (struct net_device *)page;
	assert_false(network_page_valid(f->m, page));
	assert_null(network_page_owner(f->m, page));
	page->pp_magic = PP_SIGNATURE;
	assert_false(network_page_valid(f->m, page));
	assert_null(network_page_owner(f->m, page));
	page->pp_magic = 0;
	page->network_owner = NULL;
	assert_false(network_page_valid(f->m, page));
	put_page(page);
	net_end(f);
}

static void released_page_is_like_any_other(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	network_page_init(f->dev, page);
	network_page_init(f->dev, page);
	assert_int_equal(atomic_long_read(&f->dev->refs), 1 + 1);
	network_page_release(page);
	assert_false(PageNetwork(page));
	assert_int_equal(page->network_dma_addr, 0);
	assert_null(page->network_owner);
	assert_int_equal(atomic_long_read(&f->dev->refs), 1);
	/* Nothing to be done for a page that is not marked. */
	network_page_release(page);
	put_page(page);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void release_takes_a_page_out_of_its_pool(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	page = page_pool_dev_alloc_pages(f->dev->pool);
	network_page_init(f->dev, page);
	network_page_release(page);
	assert_false(PageNetwork(page));
	assert_false(page_is_page_pool(page));
	put_page(page);
	net_end(f);
}

static void release_of_a_foreign_page_takes_off_the_mark_only(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	SetPageNetwork(page);
	page->network_private[0] = 7;
	network_page_release(page);
	assert_false(PageNetwork(page));
	assert_int_equal(page->network_private[0], 7);
	put_page(page);
	net_end(f);
}

static void returned_foreign_page_is_reported_and_freed(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	SetPageNetwork(page);
	network_page_return(page);
	assert_violation(f->m, NP_UNION_ARM);
	assert_true(np_page_is_free(f->m, page));
	net_end(f);
}

static void returned_pool_page_goes_into_the_ring(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page_pool_stats stats = { 0 };
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	page = page_pool_dev_alloc_pages(f->dev->pool);
	network_page_init(f->dev, page);
	network_page_return(page);
	page_pool_get_stats(f->dev->pool, &stats);
	assert_int_equal(stats.recycle_stats.ring, 1);
	net_end(f);
}

static void returned_page_of_a_pool_without_a_card_goes_into_the_ring(void **state)
{
	struct net *f = net_begin("network_at_zero");
	const struct page_pool_params params = { 0 };
	struct page_pool_stats stats = { 0 };
	struct page_pool *pool;
	struct page *page;

	(void)state;
	assert_int_equal(page_pool_create(f->m, "pp0", &params, &pool), 0);
	page = page_pool_dev_alloc_pages(pool);
	SetPageNetwork(page);
	assert_true(network_page_valid(f->m, page));
	assert_null(network_page_owner(f->m, page));
	network_page_return(page);
	page_pool_get_stats(pool, &stats);
	assert_int_equal(stats.recycle_stats.ring, 1);
	net_end(f);
}

/* --- the end of a card --- */

static void unregistered_card_leaves_nothing(void **state)
{
	const struct np_driver *const drivers[] = { &np_driver_page_pool, &np_driver_page_bias,
						    &np_driver_page_cache, &np_driver_page_alloc };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		struct net *f = net_begin("network_at_zero");
		size_t memory;

		np_machine_settle(f->m);
		memory = np_machine_memory(f->m);
		net_nic(f, (struct np_nic_options){ .driver = drivers[i] });
		net_rx(f, 3);
		tcp_recvmsg(f->s, tcp_inq(f->s));
		unregister_netdev(f->dev);
		unregister_netdev(NULL);
		np_machine_settle(f->m);
		assert_int_equal(pages_taken(f), 0);
		assert_int_equal(np_machine_memory(f->m), memory);
		net_end(f);
	}
}

static void page_that_is_out_goes_to_the_allocator_when_its_card_is_gone(void **state)
{
	const struct np_driver *const drivers[] = { &np_driver_page_pool, &np_driver_page_bias,
						    &np_driver_page_cache, &np_driver_page_alloc };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		struct net *f = net_begin("network_at_zero");
		struct sk_buff *skb;
		struct page *page;

		net_nic(f, (struct np_nic_options){ .driver = drivers[i] });
		skb = net_rx(f, 1);
		page = frag_page(skb, 0);
		unregister_netdev(f->dev);
		assert_null(skb->dev);
		assert_true(PageNetwork(page));
		assert_true(network_page_valid(f->m, page));
		assert_null(network_page_owner(f->m, page));
		assert_consistent(f);
		tcp_recvmsg(f->s, PAGE_SIZE);
		np_machine_advance(f->m, 1000);
		assert_int_equal(pages_taken(f), 0);
		net_end(f);
	}
}

static void next_card_does_not_get_the_pages_of_the_one_before(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page *page;

	(void)state;
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_cache });
	page = frag_page(net_rx(f, 1), 0);
	unregister_netdev(f->dev);
	np_machine_settle(f->m);
	assert_false(list_empty(&f->m->devs));
	net_nic(f, (struct np_nic_options){ .driver = &np_driver_page_cache });
	assert_null(network_page_owner(f->m, page));
	tcp_recvmsg(f->s, PAGE_SIZE);
	assert_true(np_page_is_free(f->m, page));
	unregister_netdev(f->dev);
	assert_true(list_empty(&f->m->devs));
	net_end(f);
}

static void pool_outlives_its_card_until_its_pages_are_back(void **state)
{
	struct net *f = net_begin("network_at_zero");
	struct page_pool *pool;

	(void)state;
	net_nic(f, (struct np_nic_options){ 0 });
	net_rx(f, 2);
	pool = f->dev->pool;
	unregister_netdev(f->dev);
	assert_null(pool->p.dev);
	assert_int_equal(page_pool_inflight(pool), 2);
	tcp_recvmsg(f->s, 2 * PAGE_SIZE);
	np_machine_advance(f->m, 1000);
	assert_true(list_empty(&f->m->pools));
	net_end(f);
}

/* --- a driver of the user's own --- */

static int own_post(struct net_device *dev, struct np_rx_desc *desc)
{
	desc->page = alloc_pages_node(dev->opt.node, GFP_ATOMIC, 0);
	desc->offset = 0;
	desc->len = 512;
	desc->bias = 1;
	return desc->page ? 0 : -ENOMEM;
}

static int own_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	unsigned int *received = dev->opt.priv;

	(*received)++;
	skb_add_rx_frag(skb, desc->page, desc->offset, desc->written, desc->len);
	desc->page = NULL;
	return 0;
}

static void own_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	(void)dev;
	put_page(desc->page);
}

static bool own_holds_all_refs(struct net_device *dev, struct page *page)
{
	(void)dev;
	(void)page;
	return false;
}

static void own_page_returned(struct net_device *dev, struct page *page)
{
	(void)dev;
	network_page_release(page);
	put_page(page);
}

static void driver_of_ones_own_may_leave_out_what_it_does_not_need(void **state)
{
	static const struct np_driver own = {
		.name = "own",
		.post = own_post,
		.receive = own_receive,
		.drop = own_drop,
		.holds_all_refs = own_holds_all_refs,
		.page_returned = own_page_returned,
	};
	struct net *f = net_begin("unaccounted");
	unsigned int received = 0;

	(void)state;
	net_nic(f, (struct np_nic_options){ .driver = &own, .priv = &received });
	net_rx(f, 3);
	assert_int_equal(received, 3);
	assert_int_equal(tcp_inq(f->s), 3 * 512);
	assert_consistent(f);
	net_end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(card_without_options_is_a_page_pool_card),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(card_without_memory_for_its_ring_is_not_created),
		cmocka_unit_test(strategies_are_found_by_name),
		cmocka_unit_test(packet_arrives_in_the_queue),
		cmocka_unit_test(short_fragments_cost_their_whole_buffers),
		cmocka_unit_test(descriptors_are_posted_again_in_order),
		cmocka_unit_test(impossible_packets_are_refused),
		cmocka_unit_test(packet_for_more_descriptors_than_there_are_is_dropped),
		cmocka_unit_test(card_without_pages_drops_until_there_is_memory),
		cmocka_unit_test(packet_without_socket_memory_is_dropped),
		cmocka_unit_test(softirq_charges_above_the_limit_since_6_1),
		cmocka_unit_test(each_write_changes_the_content_of_the_half_it_hits),
		cmocka_unit_test(content_of_slices_is_that_of_the_pages_behind_the_head),
		cmocka_unit_test(content_of_no_page_is_0),
		cmocka_unit_test(unchecked_machine_keeps_no_content),
		cmocka_unit_test(card_may_write_what_it_has_posted),
		cmocka_unit_test(card_may_write_all_of_a_compound_page_it_cuts),
		cmocka_unit_test(mappings_are_counted),
		cmocka_unit_test(failed_mapping_is_not_counted),
		cmocka_unit_test(every_strategy_survives_failed_mappings),
		cmocka_unit_test(packet_on_a_false_tail_is_reported_and_dropped),
		cmocka_unit_test(page_of_a_fixed_layout_is_no_tail),
		cmocka_unit_test(card_that_has_opted_in_marks_its_pages),
		cmocka_unit_test(card_that_has_not_opted_in_marks_nothing),
		cmocka_unit_test(scheme_without_a_mark_marks_nothing),
		cmocka_unit_test(owner_of_a_pool_page_is_the_pools_card),
		cmocka_unit_test(words_of_somebody_else_name_no_owner),
		cmocka_unit_test(released_page_is_like_any_other),
		cmocka_unit_test(release_takes_a_page_out_of_its_pool),
		cmocka_unit_test(release_of_a_foreign_page_takes_off_the_mark_only),
		cmocka_unit_test(returned_foreign_page_is_reported_and_freed),
		cmocka_unit_test(returned_pool_page_goes_into_the_ring),
		cmocka_unit_test(returned_page_of_a_pool_without_a_card_goes_into_the_ring),
		cmocka_unit_test(unregistered_card_leaves_nothing),
		cmocka_unit_test(page_that_is_out_goes_to_the_allocator_when_its_card_is_gone),
		cmocka_unit_test(next_card_does_not_get_the_pages_of_the_one_before),
		cmocka_unit_test(pool_outlives_its_card_until_its_pages_are_back),
		cmocka_unit_test(driver_of_ones_own_may_leave_out_what_it_does_not_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
