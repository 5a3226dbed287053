/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "zerocopy_host.h"

#define FREELIST_MAX 4096ul

static unsigned long statistic(struct host *h, const char *name)
{
	const struct np_scheme *scheme = h->m->scheme;
	const char *found;
	unsigned long value;

	for (unsigned int i = 0;
	     scheme->statistic(h->m, np_scheme_private(h->m), i, &found, &value); i++)
		if (!strcmp(found, name))
			return value;
	fail_msg("no statistic %s", name);
	return 0;
}

/* A page of the card's own, unmapped again: on the list now. */
static struct page *freed_page(struct receiver *r, struct net_device *dev)
{
	struct page *page = frag_page(rx(r, dev, 1), 0);

	assert_int_equal(receive(r, 1), 0);
	unmap_at(r, 0, 1);
	return page;
}

static struct net_device *plain_nic(struct host *h, const char *name)
{
	return nic(h, &(struct np_nic_options){ .name = name, .driver = &np_driver_page_alloc });
}

static void freed_page_is_uncharged_and_kept_on_the_list(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = freed_page(&r, plain_nic(h, "eth0"));

	assert_memcg_usage(h->A, 0);
	assert_page_refs(page, 1);
	assert_false(PageNetwork(page));
	assert_int_equal(statistic(h, "nr_network_free"), 1);
	assert_int_equal(statistic(h, "network_freed"), 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void page_is_reused_by_any_driver(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = freed_page(&r, plain_nic(h, "eth0"));
	struct net_device *other = plain_nic(h, "eth1");

	assert_true(np_nic_can_write(other, page));
	assert_true(PageNetwork(page));
	assert_int_equal(statistic(h, "nr_network_free"), 0);
	assert_int_equal(statistic(h, "network_reused"), 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void page_of_a_pool_leaves_it_for_the_list(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	s32 inflight = page_pool_inflight(dev->pool);
	struct page *page = freed_page(&r, dev);

	assert_int_equal(page_pool_inflight(dev->pool), inflight - 1);
	assert_false(page_is_page_pool(page));
	assert_int_equal(statistic(h, "nr_network_free"), 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void page_taken_off_the_list_is_like_a_fresh_one(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = freed_page(&r, nic(h, NULL));

	assert_ptr_equal(h->m->scheme->alloc_page(h->m, NUMA_NO_NODE), page);
	assert_null(page->lru.next);
	assert_null(page->lru.prev);
	assert_null(page->mapping);
	assert_int_equal(page->index, 0);
	assert_int_equal(page->private, 0);
	assert_null(h->m->scheme->alloc_page(h->m, NUMA_NO_NODE));
	put_page(page);
}

static void reserve_pages_go_to_the_allocator(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = plain_nic(h, "eth0");
	struct page *page;

	/* The next page that the card is given is the first to be written after the ring. */
	np_fault_set(h->m, NP_FAULT_PFMEMALLOC, 1, 1);
	for (int i = 0; i < 5; i++)
		page = frag_page(rx(&r, dev, 1), 0);
	assert_true(page_is_pfmemalloc(page));
	assert_int_equal(tcp_recvmsg(r.sk, 5 * PAGE_SIZE), 5 * PAGE_SIZE);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(statistic(h, "nr_network_free"), 4);
}

static void page_of_another_node_goes_to_the_allocator(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = freed_page(&r, plain_nic(h, "eth0"));

	assert_int_equal(page_to_nid(page), 0);
	assert_null(h->m->scheme->alloc_page(h->m, 1));
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(statistic(h, "nr_network_free"), 0);
	assert_int_equal(statistic(h, "network_reused"), 0);
}

static void foreign_page_is_not_kept(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	SetPageNetwork(page);
	put_page(page);
	assert_violation(h->m, NP_UNION_ARM);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(statistic(h, "nr_network_free"), 0);
}

static void full_list_lets_pages_go(void **state)
{
	struct host *h = *state;
	struct net_device *dev = plain_nic(h, "eth0");
	static struct page *pages[FREELIST_MAX + 3];

	for (unsigned long i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		network_page_init(dev, pages[i]);
	}
	for (unsigned long i = 0; i < ARRAY_SIZE(pages); i++)
		put_page(pages[i]);
	assert_int_equal(statistic(h, "nr_network_free"), FREELIST_MAX);
	assert_int_equal(statistic(h, "network_overflowed"), 3);
	assert_true(np_page_is_free(h->m, pages[FREELIST_MAX + 2]));
}

static void list_is_emptied_when_the_cards_are_gone(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);

	freed_page(&r, plain_nic(h, "eth0"));
	host_leave(h);
	np_machine_rest(h->m);
	assert_int_equal(np_check(h->m, NP_CHECK_REST), 0);
	np_machine_teardown(h->m);
	assert_int_equal(nr_free_pages(h->m), 4 * HOST_PAGES);
	assert_int_equal(np_check(h->m, NP_CHECK_TEARDOWN), 0);
	assert_null(h->m->scheme->alloc_page(h->m, 0));
}

int main(void)
{
	const struct np_machine_options options = {
		.nr_pages = 4 * HOST_PAGES,
		.nr_nodes = 2,
		.scheme = np_scheme_find("network_freelist"),
	};
	const struct CMUnitTest tests[] = {
		host_test_with(freed_page_is_uncharged_and_kept_on_the_list, &options),
		host_test_with(page_is_reused_by_any_driver, &options),
		host_test_with(page_of_a_pool_leaves_it_for_the_list, &options),
		host_test_with(page_taken_off_the_list_is_like_a_fresh_one, &options),
		host_test_with(reserve_pages_go_to_the_allocator, &options),
		host_test_with(page_of_another_node_goes_to_the_allocator, &options),
		host_test_with(foreign_page_is_not_kept, &options),
		host_test_with(full_list_lets_pages_go, &options),
		host_test_with(list_is_emptied_when_the_cards_are_gone, &options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
