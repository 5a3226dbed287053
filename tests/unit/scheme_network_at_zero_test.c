/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The proposal of the seed mail, and what all designs with a network page share.
 */
#include "zerocopy_host.h"

#define PG 4096u

static struct np_machine_options with_scheme(const char *name)
{
	return (struct np_machine_options){ .nr_pages = HOST_PAGES,
					    .scheme = np_scheme_find(name) };
}

static bool charged_to(const struct page *page, const struct mem_cgroup *memcg)
{
	return PageMemcgKmem(page) && page_memcg(page) == memcg;
}

static void page_is_charged_when_it_is_mapped_and_recycled_when_it_is_not(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);
	s32 inflight = page_pool_inflight(dev->pool);

	assert_true(PageNetwork(page));
	assert_int_equal(receive(&r, 1), 0);
	assert_true(charged_to(page, h->A));
	assert_memcg_usage(h->A, 1);
	assert_page_refs(page, 1);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 0);
	/* Back in the pool, marked, with the pool's reference; the allocator heard nothing. */
	assert_page_refs(page, 1);
	assert_true(PageNetwork(page));
	assert_int_equal(page_pool_inflight(dev->pool), inflight);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void charge_lasts_as_long_as_the_memory_is_used(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);

	/* What the mapcount designs cannot: Johannes' vmsplice. */
	rx(&r, nic(h, NULL), 1);
	assert_int_equal(receive(&r, 1), 0);
	assert_int_equal(np_vmsplice(h->P, r.vma->vm_start, 1), 1);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
	np_pins_release(h->P, NULL);
	assert_memcg_usage(h->A, 0);
}

static void first_who_maps_pays_until_the_last_lets_go(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1), q = receiver(h, h->Q, 1);
	struct sk_buff *skb = rx(&p, nic(h, NULL), 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	assert_int_equal(tcp_queue_rcv(q.sk, clone), 0);
	assert_int_equal(receive(&p, 1), 0);
	assert_int_equal(receive(&q, 1), 0);
	assert_true(charged_to(page, h->A));
	assert_memcg_usage(h->B, 0);
	unmap_at(&p, 0, 1);
	assert_memcg_usage(h->A, 1);
	unmap_at(&q, 0, 1);
	assert_memcg_usage(h->A, 0);
}

static void page_that_was_never_mapped_is_never_charged(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(tcp_recvmsg(r.sk, PG), PG);
	assert_memcg_usage(h->A, 0);
	assert_page_refs(page, 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void task_of_root_maps_uncharged(void **state)
{
	struct host *h = *state;
	struct task_struct *task;
	struct receiver r;

	assert_int_equal(np_task_create(h->m, "T", NULL, &task), 0);
	r = receiver(h, task, 1);
	rx(&r, nic(h, NULL), 1);
	assert_int_equal(receive(&r, 1), 0);
	assert_null(page_memcg(page_at(&r, 0)));
	unmap_at(&r, 0, 1);
	assert_counter(root_mem_cgroup(h->m), 0);
}

static void limit_in_the_middle_of_a_batch_uncharges_its_beginning(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct page *page = frag_page(rx(&r, nic(h, NULL), 3), 0);

	np_fault_set(h->m, NP_FAULT_TRY_CHARGE, 3, 1);
	assert_int_equal(receive(&r, 3), -ENOMEM);
	assert_received(&r, 0, 3 * PG, 3 * PG);
	assert_null(page_memcg(page));
	assert_page_mapcount(page, 0);
	/* Socket memory only. */
	assert_memcg_usage(h->A, 3);
	assert_int_equal(memcg_page_state(h->A, MEMCG_KMEM), 0);
	assert_int_equal(receive(&r, 3), 0);
	assert_memcg_usage(h->A, 3);
}

static void pages_that_were_not_mapped_are_uncharged(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct sk_buff *skb = rx(&r, nic(h, NULL), 3);
	struct page *last = frag_page(skb, 2);

	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive(&r, 3), 0);
	assert_null(page_memcg(last));
	assert_int_equal(memcg_page_state(h->A, MEMCG_KMEM), 1);
	np_sock_close(r.sk);
	assert_memcg_usage(h->A, 1);
}

static void charge_that_somebody_relies_on_stays_when_the_mapping_fails(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 2);
	struct sk_buff *skb = rx(&p, nic(h, NULL), 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	assert_int_equal(receive(&p, 1), 0);
	assert_int_equal(tcp_queue_rcv(p.sk, clone), 0);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 1, 1);
	assert_int_equal(receive_at(&p, 1, PG, 0, 0), -EBUSY);
	assert_true(charged_to(page, h->A));
	np_sock_close(p.sk);
	assert_memcg_usage(h->A, 1);
	unmap_at(&p, 0, 1);
	assert_memcg_usage(h->A, 0);
}

struct played {
	struct receiver *r;
	bool done;
};

/* Q maps the page while P is about to: both have found it uncharged. */
static void on_charge(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct played *played = arg;
	struct host *h = played->r->h;

	(void)machine;
	if (event->id != NP_TRACE_MEMCG_CHARGE || played->done)
		return;
	played->done = true;
	host_enter(h, 1, NP_TASK, h->Q);
	played->r->zc =
		(struct tcp_zerocopy_receive){ .address = played->r->vma->vm_start, .length = PG };
	assert_int_equal(tcp_zerocopy_receive(played->r->sk, &played->r->zc), 0);
	host_leave(h);
}

static void of_two_who_map_at_once_one_pays(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1), q = receiver(h, h->Q, 1);
	struct sk_buff *skb = rx(&p, nic(h, NULL), 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);
	struct played played = { .r = &q };

	assert_int_equal(tcp_queue_rcv(q.sk, clone), 0);
	np_trace_subscribe(h->m, on_charge, &played);
	assert_int_equal(receive(&p, 1), 0);
	np_trace_unsubscribe(h->m, on_charge, &played);
	assert_true(played.done);
	assert_true(charged_to(page, h->B));
	assert_memcg_usage(h->A, 0);
	assert_memcg_usage(h->B, 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
	unmap_at(&p, 0, 1);
	unmap_at(&q, 0, 1);
	assert_memcg_usage(h->B, 0);
}

static void page_whose_card_is_gone_is_uncharged_and_freed(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);
	struct net_device *pool = nic(h, &(struct np_nic_options){ .name = "pool" });
	struct net_device *plain = nic(
		h, &(struct np_nic_options){ .name = "plain", .driver = &np_driver_page_alloc });

	rx(&r, pool, 1);
	rx(&r, plain, 1);
	assert_int_equal(receive(&r, 2), 0);
	assert_memcg_usage(h->A, 2);
	unregister_netdev(pool);
	unregister_netdev(plain);
	unmap_at(&r, 0, 2);
	assert_memcg_usage(h->A, 0);
	np_machine_advance(h->m, 2000);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void page_marked_by_somebody_else_is_reported_and_freed(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	/* The alias: a file system has left PG_checked set. */
	SetPageChecked(page);
	put_page(page);
	assert_violation(h->m, NP_UNION_ARM);
	assert_true(np_page_is_free(h->m, page));
	assert_false(PageChecked(page));
}

static void page_with_a_type_cannot_be_mapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct page *page = frag_page(rx(&r, nic(h, NULL), 1), 0);

	assert_int_equal(receive(&r, 1), -EINVAL);
	assert_violation(h->m, NP_ZEROCOPY_MAPS);
	assert_message(h, "page_type 0xfffff7ff");
	assert_null(page_memcg(page));
	/* It can still be copied. */
	assert_int_equal(tcp_recvmsg(r.sk, PG), PG);
}

static void naive_branch_loses_what_is_unmapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	s32 inflight = page_pool_inflight(dev->pool);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	/* The pool waits for a page that the allocator has given away. */
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(page_pool_inflight(dev->pool), inflight);
	h->broken = true;
}

static void pages_let_go_to_the_allocator_leave_their_pool(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);
	struct net_device *dev = nic(h, NULL);
	s32 inflight = page_pool_inflight(dev->pool);
	struct page *page = frag_page(rx(&r, dev, 1), 0);

	assert_int_equal(receive(&r, 1), 0);
	unmap_at(&r, 0, 1);
	assert_memcg_usage(h->A, 0);
	assert_true(np_page_is_free(h->m, page));
	assert_false(PageNetwork(page));
	assert_int_equal(page_pool_inflight(dev->pool), inflight - 1);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void foreign_page_is_not_let_go_as_the_networks(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	SetPageNetwork(page);
	put_page(page);
	assert_violation(h->m, NP_UNION_ARM);
	assert_true(np_page_is_free(h->m, page));
}

static int nr_uncharged, nr_returned;
static long count_when_uncharged, count_when_returned;

static void on_put(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)arg;
	(void)machine;
	if (event->id == NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED) {
		nr_uncharged++;
		count_when_uncharged = event->result;
	}
	if (event->id == NP_TRACE_PUT_PAGE_NETWORK_RETURNED) {
		nr_returned++;
		count_when_returned = event->result;
	}
}

static void page_is_uncharged_at_zero_and_returned_at_one(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);

	nr_uncharged = nr_returned = 0;
	rx(&r, nic(h, NULL), 1);
	assert_int_equal(receive(&r, 1), 0);
	np_trace_subscribe(h->m, on_put, NULL);
	unmap_at(&r, 0, 1);
	np_trace_unsubscribe(h->m, on_put, NULL);
	assert_int_equal(nr_uncharged, 1);
	assert_int_equal(nr_returned, 1);
	assert_int_equal(count_when_uncharged, 0);
	assert_int_equal(count_when_returned, 1);
}

int main(void)
{
	const struct np_machine_options at_zero = with_scheme("network_at_zero");
	const struct np_machine_options naive = with_scheme("network_at_zero_naive");
	const struct np_machine_options allocator = with_scheme("network_to_allocator");
	const struct np_machine_options alias = with_scheme("owner_priv_alias");
	const struct np_machine_options type = with_scheme("page_type");
	const struct CMUnitTest tests[] = {
		host_test_with(page_is_charged_when_it_is_mapped_and_recycled_when_it_is_not,
			       &at_zero),
		host_test_with(charge_lasts_as_long_as_the_memory_is_used, &at_zero),
		host_test_with(first_who_maps_pays_until_the_last_lets_go, &at_zero),
		host_test_with(page_that_was_never_mapped_is_never_charged, &at_zero),
		host_test_with(task_of_root_maps_uncharged, &at_zero),
		host_test_with(limit_in_the_middle_of_a_batch_uncharges_its_beginning, &at_zero),
		host_test_with(pages_that_were_not_mapped_are_uncharged, &at_zero),
		host_test_with(charge_that_somebody_relies_on_stays_when_the_mapping_fails,
			       &at_zero),
		host_test_with(of_two_who_map_at_once_one_pays, &at_zero),
		host_test_with(page_whose_card_is_gone_is_uncharged_and_freed, &at_zero),
		host_test_with(page_whose_card_is_gone_is_uncharged_and_freed, &allocator),
		host_test_with(page_marked_by_somebody_else_is_reported_and_freed, &alias),
		host_test_with(page_with_a_type_cannot_be_mapped, &type),
		host_test_with(naive_branch_loses_what_is_unmapped, &naive),
		host_test_with(pages_let_go_to_the_allocator_leave_their_pool, &allocator),
		host_test_with(foreign_page_is_not_let_go_as_the_networks, &allocator),
		host_test_with(page_is_uncharged_at_zero_and_returned_at_one, &at_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
