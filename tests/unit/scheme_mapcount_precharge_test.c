/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The first patch of the thread, with its holes.
 */
#include "zerocopy_host.h"

#define PG 4096u

static bool charged_to(const struct page *page, const struct mem_cgroup *memcg)
{
	return page_memcg(page) == memcg && (page->memcg_data & MEMCG_DATA_SOCK);
}

static void page_is_charged_before_it_is_mapped_and_uncharged_at_the_last_unmap(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	assert_true(charged_to(page, h->A));
	assert_memcg_usage(h->A, 1);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void pages_that_were_not_mapped_are_uncharged(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	rx(&r, nic(h, NULL), 3);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive(&r, 3), 0);
	assert_received(&r, PG, 2 * PG, 2 * PG);
	/* Net of the socket memory of the packet, which is not yet read to its end. */
	assert_memcg_usage(h->A, 1 + 3);
	unmap_at(&r, 0, 1);
	np_sock_close(r.sk);
	assert_memcg_usage(h->A, 0);
}

static void batch_over_the_limit_is_not_mapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct page *page = frag_page(rx(&r, nic(h, NULL), 3), 0);

	np_memcg_set_max(h->A, 4);
	assert_int_equal(receive(&r, 3), -ENOMEM);
	assert_null(page_memcg(page));
	assert_null(page_at(&r, 0));
}

static void root_is_not_charged(void **state)
{
	struct host *h = *state;
	struct task_struct *task;
	struct receiver r;

	assert_int_equal(np_task_create(h->m, "T", NULL, &task), 0);
	r = receiver(h, task, 2);
	rx(&r, nic(h, NULL), 2);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive(&r, 2), 0);
	assert_null(page_memcg(page_at(&r, 0)));
	unmap_at(&r, 0, 2);
	assert_counter(root_mem_cgroup(h->m), 0);
}

/* Both processes receive one packet, as after a tap: the second through a clone. */
static struct page *map_twice(struct receiver *p, struct receiver *q, struct net_device *dev)
{
	struct sk_buff *skb = rx(p, dev, 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	assert_int_equal(tcp_queue_rcv(q->sk, clone), 0);
	assert_int_equal(receive(p, 1), 0);
	assert_int_equal(receive(q, 1), 0);
	assert_page_mapcount(page, 2);
	return page;
}

static void page_mapped_twice_is_charged_twice_and_uncharged_once(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1), q = receiver(h, h->Q, 1);
	struct page *page = map_twice(&p, &q, nic(h, NULL));
	long pins = atomic_long_read(&h->A->css.refcnt);

	/* The second charge overwrote the first: A pays for ever, and is pinned. */
	assert_true(charged_to(page, h->B));
	assert_memcg_usage(h->A, 1);
	assert_memcg_usage(h->B, 1);
	unmap_at(&p, 0, 1);
	unmap_at(&q, 0, 1);
	assert_memcg_usage(h->A, 1);
	assert_memcg_usage(h->B, 0);
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins);
	assert_int_equal(np_check_one(h->m, NP_CHARGE_CONSERVED, NP_CHECK_STEP), 1);
	assert_violation(h->m, NP_CHARGE_CONSERVED);
	/* What the patch has lost. */
	cancel_charge(h->A, 1);
	css_put(&h->A->css);
}

static void pin_keeps_the_memory_and_not_the_charge(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = frag_page(rx(&r, nic(h, NULL), 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	assert_int_equal(np_vmsplice(h->P, r.vma->vm_start, 1), 1);
	unmap_at(&r, 0, 1);
	assert_page_refs(page, 1);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(np_check_one(h->m, NP_ZEROCOPY_CHARGED, NP_CHECK_STEP), 1);
	assert_violation(h->m, NP_ZEROCOPY_CHARGED);
	np_pins_release(h->P, NULL);
}

static void charge_of_a_page_cache_page_is_overwritten(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, h->B);

	assert_int_equal(np_loopback_sendfile(page, r.sk), 0);
	assert_int_equal(receive(&r, 1), 0);
	assert_true(charged_to(page, h->A));
	unmap_at(&r, 0, 1);
	np_remove_from_page_cache(&file);
	assert_memcg_usage(h->B, 1);
	cancel_charge(h->B, 1);
	css_put(&h->B->css);
	mod_memcg_state(h->B, NR_FILE_PAGES, -1);
}

static void page_that_the_retry_unmaps_loses_one_of_its_charges(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct sk_buff *skb = rx(&p, dev, 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	assert_int_equal(receive(&p, 1), 0);
	/* The same page once more at the same address, which is said to be clean. */
	assert_int_equal(tcp_queue_rcv(p.sk, clone), 0);
	assert_int_equal(receive_at(&p, 0, PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT), 0);
	assert_page_mapcount(page, 1);
	assert_null(page_memcg(page));
	unmap_at(&p, 0, 1);
	assert_memcg_usage(h->A, 1);
	cancel_charge(h->A, 1);
	css_put(&h->A->css);
}

static void page_that_is_uncharged_already_is_not_uncharged_again(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct sk_buff *skb = rx(&p, dev, 1), *clone = skb_clone(skb, GFP_KERNEL);

	assert_int_equal(receive(&p, 1), 0);
	assert_int_equal(tcp_queue_rcv(p.sk, clone), 0);
	/* The second try fails as well, and the zap before it has uncharged the page. */
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 1, 1);
	assert_int_equal(receive_at(&p, 0, PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT),
			 -EBUSY);
	np_sock_close(p.sk);
	assert_memcg_usage(h->A, 1);
	cancel_charge(h->A, 1);
	css_put(&h->A->css);
}

int main(void)
{
	const struct np_machine_options now = { .nr_pages = HOST_PAGES,
						.scheme = np_scheme_find("mapcount_precharge") };
	const struct np_machine_options then = { .nr_pages = HOST_PAGES,
						 .scheme = now.scheme,
						 .model = NP_MODEL_5_12 };
	const struct CMUnitTest tests[] = {
		host_test_with(page_is_charged_before_it_is_mapped_and_uncharged_at_the_last_unmap,
			       &now),
		host_test_with(pages_that_were_not_mapped_are_uncharged, &now),
		host_test_with(batch_over_the_limit_is_not_mapped, &now),
		host_test_with(root_is_not_charged, &now),
		host_test_with(page_mapped_twice_is_charged_twice_and_uncharged_once, &now),
		host_test_with(pin_keeps_the_memory_and_not_the_charge, &now),
		host_test_with(charge_of_a_page_cache_page_is_overwritten, &then),
		host_test_with(page_that_the_retry_unmaps_loses_one_of_its_charges, &now),
		host_test_with(page_that_is_uncharged_already_is_not_uncharged_again, &now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
