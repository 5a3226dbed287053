/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the compat layer adds to the library's pool, ring and DMA: the kernel's arguments.
 */
#include "compat_fixture.h"

#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include <net/page_pool/helpers.h>

static struct page_pool *make_pool(unsigned int flags)
{
	struct page_pool_params params = {
		.flags = flags, .nid = NUMA_NO_NODE, .dma_dir = DMA_FROM_DEVICE, .max_len = 64
	};
	struct page_pool *pool = page_pool_create(&params);

	assert_false(IS_ERR(pool));
	return pool;
}

static void a_pool_that_cannot_be_made_is_an_error_in_a_pointer(void **state)
{
	struct page_pool_params params = { .flags = PP_FLAG_DMA_MAP, .dma_dir = DMA_TO_DEVICE };

	(void)state;
	assert_int_equal(PTR_ERR(page_pool_create(&params)), -EINVAL);
	params.flags = BIT(20);
	assert_int_equal(PTR_ERR(page_pool_create(&params)), -EINVAL);
	page_pool_destroy(NULL);
}

static void note(struct page *page, void *arg)
{
	unsigned int *seen = arg;

	assert_true(page_is_page_pool(page));
	(*seen)++;
}

static void each_page_is_shown_once_to_the_callback(void **state)
{
	unsigned int seen = 0;
	struct page_pool_params params = { .nid = NUMA_NO_NODE,
					   .init_callback = note,
					   .init_arg = &seen };
	struct page_pool *pool = page_pool_create(&params), *other = make_pool(0);
	struct page *page = page_pool_dev_alloc_pages(pool);

	(void)state;
	assert_int_equal(seen, PP_ALLOC_CACHE_REFILL);
	page_pool_put_full_page(pool, page, false);
	page_pool_put_full_page(other, page_pool_dev_alloc_pages(other), false);
	assert_int_equal(seen, PP_ALLOC_CACHE_REFILL);
	page_pool_destroy(pool);
	page_pool_destroy(other);
}

static void a_second_user_keeps_the_pool(void **state)
{
	struct page_pool *pool = make_pool(0);

	(void)state;
	page_pool_use_xdp_mem(pool, NULL, NULL);
	page_pool_destroy(pool);
	page_pool_put_full_page(pool, page_pool_dev_alloc_pages(pool), false);
	page_pool_destroy(pool);
}

static void addresses_in_pages_are_put_in_bulk(void **state)
{
	struct page_pool *pool = make_pool(0);
	struct page_pool_stats stats = { 0 };
	void *data[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		data[i] = (char *)page_address(page_pool_dev_alloc_pages(pool)) + 100 * i;
	page_pool_put_page_bulk(pool, data, 3);
	assert_true(page_pool_get_stats(pool, &stats));
	assert_int_equal(stats.recycle_stats.ring, 3);
	assert_false(page_pool_get_stats(pool, NULL));
	page_pool_destroy(pool);
}

static void statistics_have_a_name_for_each_number(void **state)
{
	int n = page_pool_ethtool_stats_get_count();
	struct page_pool_stats stats = { .alloc_stats = { .fast = 1 },
					 .recycle_stats = { .released_refcnt = 11 } };
	u8 names[16 * 32];
	u64 data[16];

	(void)state;
	assert_int_equal(n, 11);
	assert_ptr_equal(page_pool_ethtool_stats_get_strings(names), names + 32 * n);
	assert_string_equal((char *)names, "rx_pp_alloc_fast");
	assert_string_equal((char *)names + 320, "rx_pp_recycle_released_ref");
	assert_ptr_equal(page_pool_ethtool_stats_get(data, &stats), data + n);
	assert_int_equal(data[0], 1);
	assert_int_equal(data[10], 11);
}

static void fragments_share_a_page_until_the_last(void **state)
{
	struct page_pool *pool = make_pool(PP_FLAG_PAGE_FRAG);
	unsigned int first, second;
	struct page *page = page_pool_dev_alloc_frag(pool, &first, 1000);

	(void)state;
	assert_ptr_equal(page_pool_dev_alloc_frag(pool, &second, 1000), page);
	assert_int_equal(second - first, 1000);
	page_pool_put_full_page(pool, page, false);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
}

/* --- DMA --- */

static void a_card_counts_what_is_mapped_for_it(void **state)
{
	struct fixture *f = *state;
	struct np_nic_options options = { .ring_size = 1, .driver = &np_driver_page_alloc };
	struct page *page = alloc_page(GFP_KERNEL);
	struct device dev = { 0 };
	long mapped;
	dma_addr_t addr;

	assert_int_equal(np_nic_create(f->machine, &options, &dev.np_netdev), 0);
	mapped = atomic_long_read(&dev.np_netdev->nr_dma_mapped);
	addr = dma_map_page(&dev, page, 16, 100, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(&dev, addr), 0);
	assert_int_equal(atomic_long_read(&dev.np_netdev->nr_dma_mapped), mapped + 1);
	dma_unmap_page(&dev, addr - 16, 100, DMA_FROM_DEVICE);
	assert_int_equal(atomic_long_read(&dev.np_netdev->nr_dma_mapped), mapped);
	unregister_netdev(dev.np_netdev);
	put_page(page);
}

static void without_a_card_the_address_is_that_of_the_page(void **state)
{
	struct device *dev = root_device_register("dev");
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(dev, page, 8, 100, DMA_TO_DEVICE);

	(void)state;
	assert_int_equal(addr, page_to_phys(page) + 8);
	dma_unmap_page(dev, addr, 100, DMA_TO_DEVICE);
	assert_int_not_equal(dma_mapping_error(dev, DMA_MAPPING_ERROR), 0);
	get_device(dev);
	put_device(dev);
	root_device_unregister(dev);
	put_page(page);
}

/* --- rings --- */

static unsigned int nr_destroyed;

static void destroy(void *ptr)
{
	(void)ptr;
	nr_destroyed++;
}

static void what_was_consumed_can_be_put_back(void **state)
{
	struct ptr_ring ring;
	int items[4];
	void *batch[3];

	(void)state;
	nr_destroyed = 0;
	assert_int_equal(ptr_ring_init(&ring, 4, GFP_KERNEL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(ptr_ring_produce(&ring, &items[i]), 0);
	assert_int_equal(ptr_ring_consume_batched(&ring, batch, 3), 3);
	assert_int_equal(ptr_ring_produce(&ring, &items[0]), 0);
	ptr_ring_unconsume(&ring, batch, 3, destroy);
	assert_int_equal(nr_destroyed, 1);
	assert_ptr_equal(ptr_ring_consume(&ring), &items[1]);
	ptr_ring_cleanup(&ring, destroy);
	assert_int_equal(nr_destroyed, 4);
}

static void a_smaller_ring_keeps_the_oldest(void **state)
{
	struct ptr_ring ring;
	int items[4];

	(void)state;
	nr_destroyed = 0;
	assert_int_equal(ptr_ring_init(&ring, -1, GFP_KERNEL), -ENOMEM);
	assert_int_equal(ptr_ring_init(&ring, 4, GFP_KERNEL), 0);
	for (int i = 0; i < 4; i++)
		ptr_ring_produce(&ring, &items[i]);
	assert_int_equal(ptr_ring_resize(&ring, INT_MAX, GFP_KERNEL, destroy), -ENOMEM);
	assert_int_equal(ptr_ring_resize(&ring, 2, GFP_KERNEL, destroy), 0);
	assert_int_equal(nr_destroyed, 2);
	assert_true(ptr_ring_full(&ring));
	assert_ptr_equal(__ptr_ring_peek(&ring), &items[0]);
	assert_ptr_equal(ptr_ring_consume_bh(&ring), &items[0]);
	assert_ptr_equal(ptr_ring_consume_irq(&ring), &items[1]);
	assert_true(ptr_ring_empty_any(&ring));
	ptr_ring_cleanup(&ring, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_machine(a_pool_that_cannot_be_made_is_an_error_in_a_pointer),
		with_machine(each_page_is_shown_once_to_the_callback),
		with_machine(a_second_user_keeps_the_pool),
		with_machine(addresses_in_pages_are_put_in_bulk),
		with_machine(statistics_have_a_name_for_each_number),
		with_machine(fragments_share_a_page_until_the_last),
		with_machine(a_card_counts_what_is_mapped_for_it),
		with_machine(without_a_card_the_address_is_that_of_the_page),
		with_machine(what_was_consumed_can_be_put_back),
		with_machine(a_smaller_ring_keeps_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
