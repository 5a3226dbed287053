/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "zerocopy_host.h"

static void page_is_uncharged_when_only_the_driver_is_left(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, &(struct np_nic_options){ .driver = &np_driver_page_bias });
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	assert_ptr_equal(page_memcg(page), h->A);
	assert_page_refs(page, 65534 + 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
	unmap_at(&r, 0, 1);
	assert_page_refs(page, 65534);
	assert_null(page_memcg(page));
	assert_memcg_usage(h->A, 0);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void pool_gets_its_page_back_and_keeps_it(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);
	s32 inflight;

	assert_page_refs(page, 2);
	assert_int_equal(receive(&r, 1), 0);
	inflight = page_pool_inflight(dev->pool);
	unmap_at(&r, 0, 1);
	assert_page_refs(page, 1);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(page_pool_inflight(dev->pool), inflight);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void driver_is_asked_when_a_pin_goes(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	assert_int_equal(np_pin_user_page(h->P, r.vma->vm_start), 1);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 1);
	np_pins_release(h->P, NULL);
	assert_memcg_usage(h->A, 0);
	assert_page_refs(page, 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void page_whose_card_is_gone_is_uncharged_at_zero(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	unregister_netdev(dev);
	assert_memcg_usage(h->A, 1);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 0);
	assert_true(np_page_is_free(h->m, page));
	np_machine_advance(h->m, 2000);
}

static void page_that_was_not_mapped_comes_back_uncharged(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(tcp_recvmsg(r.sk, PAGE_SIZE), PAGE_SIZE);
	assert_page_refs(page, 1);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void spurious_reference_delays_the_answer_to_its_put(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = frag_page(rx(&r, nic(h, NULL), 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	assert_true(get_page_unless_zero(page));
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 1);
	put_page(page);
	assert_memcg_usage(h->A, 0);
	assert_page_refs(page, 1);
}

int main(void)
{
	const struct np_machine_options options = { .nr_pages = HOST_PAGES,
						    .scheme = np_scheme_find("network_callback") };
	const struct CMUnitTest tests[] = {
		host_test_with(page_is_uncharged_when_only_the_driver_is_left, &options),
		host_test_with(pool_gets_its_page_back_and_keeps_it, &options),
		host_test_with(driver_is_asked_when_a_pin_goes, &options),
		host_test_with(page_whose_card_is_gone_is_uncharged_at_zero, &options),
		host_test_with(page_that_was_not_mapped_comes_back_uncharged, &options),
		host_test_with(spurious_reference_delays_the_answer_to_its_put, &options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
