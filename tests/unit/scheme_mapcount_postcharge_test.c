/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The second patch of the thread, with its holes.
 */
#include "zerocopy_host.h"

#define PG 4096u

static void page_is_tied_before_it_is_mapped_and_charged_after(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);
	struct page *page = frag_page(rx(&r, nic(h, NULL), 2), 0);

	assert_int_equal(receive(&r, 2), 0);
	assert_ptr_equal(page_memcg(page), h->A);
	assert_memcg_usage(h->A, 2);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 2);
	unmap_at(&r, 0, 2);
	assert_memcg_usage(h->A, 0);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 0);
	assert_int_equal(np_check(h->m, NP_CHECK_STEP), 0);
}

static void pages_that_were_not_mapped_are_untied_and_never_charged(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct sk_buff *skb = rx(&r, nic(h, NULL), 3);
	struct page *last = frag_page(skb, 2);

	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive(&r, 3), 0);
	assert_received(&r, PG, 2 * PG, 2 * PG);
	assert_null(page_memcg(last));
	unmap_at(&r, 0, 1);
	np_sock_close(r.sk);
	assert_memcg_usage(h->A, 0);
}

static void charge_at_the_end_overruns_the_limit(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	rx(&r, nic(h, NULL), 4);
	np_memcg_set_max(h->A, 2);
	assert_int_equal(receive(&r, 4), 0);
	assert_counter(h->A, 4);
	unmap_at(&r, 0, 4);
}

static void root_is_tied_and_its_counter_taken_below_zero(void **state)
{
	struct host *h = *state;
	struct net_device *dev = nic(h, NULL);
	struct task_struct *task;
	struct receiver r;

	assert_int_equal(np_task_create(h->m, "T", NULL, &task), 0);
	r = receiver(h, task, 4);
	rx(&r, dev, 2);
	assert_int_equal(receive(&r, 2), 0);
	assert_ptr_equal(page_memcg(page_at(&r, 0)), root_mem_cgroup(h->m));
	assert_counter(root_mem_cgroup(h->m), 0);
	unmap_at(&r, 0, 2);
	/* Two pages in the stock that were never charged. */
	assert_int_equal(np_memcg_stock(root_mem_cgroup(h->m)), 2);
	drain_all_stock(root_mem_cgroup(h->m));
	assert_violation(h->m, NP_COUNTER_NOT_NEGATIVE);
}

static void page_of_another_group_is_not_charged_to_who_maps_it_next(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1), q = receiver(h, h->Q, 1);
	struct sk_buff *skb = rx(&p, nic(h, NULL), 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);

	assert_int_equal(tcp_queue_rcv(q.sk, clone), 0);
	assert_int_equal(receive(&p, 1), 0);
	assert_int_equal(receive(&q, 1), 0);
	assert_ptr_equal(page_memcg(page), h->A);
	assert_memcg_usage(h->A, 1);
	assert_memcg_usage(h->B, 0);
	/* P lets go, and A goes on paying for what Q maps. */
	unmap_at(&p, 0, 1);
	assert_memcg_usage(h->A, 1);
	assert_int_equal(np_check_one(h->m, NP_ZEROCOPY_CHARGED, NP_CHECK_STEP), 1);
	assert_violation(h->m, NP_ZEROCOPY_CHARGED);
	unmap_at(&q, 0, 1);
	assert_memcg_usage(h->A, 0);
}

/* --- played in between --- */

struct played {
	struct receiver *r;
	enum np_trace_id at;
	bool done;
};

static void play(struct played *played)
{
	struct host *h = played->r->h;

	played->done = true;
	if (played->at == NP_TRACE_SKB_FREE) {
		/* Mapped, but not yet charged: another thread unmaps, and the stock is drained. */
		host_enter(h, 1, NP_TASK, h->P);
		zap_page_range(played->r->vma, played->r->vma->vm_start, PAGE_SIZE);
		drain_all_stock(h->A);
		host_leave(h);
	} else {
		/* P's last mapping is gone, its charge not yet: Q maps the page. */
		host_enter(h, 1, NP_TASK, h->Q);
		played->r->zc = (struct tcp_zerocopy_receive){ .address = played->r->vma->vm_start,
							       .length = PG };
		assert_int_equal(tcp_zerocopy_receive(played->r->sk, &played->r->zc), 0);
		host_leave(h);
	}
}

static void on_trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct played *played = arg;

	(void)machine;
	if (event->id == played->at && !played->done)
		play(played);
}

static void unmap_before_the_late_charge_leaves_it_for_ever(void **state)
{
	struct host *h = *state;
	struct played played = { .at = NP_TRACE_SKB_FREE };
	struct net_device *dev = nic(h, NULL);
	struct receiver r;

	/* A socket that A does not pay for: no other charge hides the hole. */
	assert_int_equal(np_task_migrate(h->P, root_mem_cgroup(h->m)), 0);
	r = receiver(h, h->P, 1);
	assert_int_equal(np_task_migrate(h->P, h->A), 0);
	played.r = &r;
	rx(&r, dev, 1);
	np_trace_subscribe(h->m, on_trace, &played);
	assert_int_equal(receive(&r, 1), 0);
	np_trace_unsubscribe(h->m, on_trace, &played);
	assert_true(played.done);
	assert_violation(h->m, NP_COUNTER_NOT_NEGATIVE);
	/* The page is nobody's, and A is charged for it. */
	assert_memcg_usage(h->A, 1);
	assert_int_equal(np_check_one(h->m, NP_CHARGE_CONSERVED, NP_CHECK_STEP), 1);
	assert_violation(h->m, NP_CHARGE_CONSERVED);
	cancel_charge(h->A, 1);
}

static void page_mapped_again_during_its_uncharge_is_charged_to_nobody(void **state)
{
	struct host *h = *state;
	struct receiver p = receiver(h, h->P, 1), q = receiver(h, h->Q, 1);
	struct sk_buff *skb = rx(&p, nic(h, NULL), 1), *clone = skb_clone(skb, GFP_KERNEL);
	struct page *page = frag_page(skb, 0);
	struct played played = { .r = &q, .at = NP_TRACE_RMAP_REMOVE };

	assert_int_equal(tcp_queue_rcv(q.sk, clone), 0);
	assert_int_equal(receive(&p, 1), 0);
	np_trace_subscribe(h->m, on_trace, &played);
	unmap_at(&p, 0, 1);
	np_trace_unsubscribe(h->m, on_trace, &played);
	assert_true(played.done);
	assert_page_mapcount(page, 1);
	assert_null(page_memcg(page));
	assert_memcg_usage(h->B, 0);
	assert_int_equal(np_check_one(h->m, NP_ZEROCOPY_CHARGED, NP_CHECK_STEP), 1);
	assert_violation(h->m, NP_ZEROCOPY_CHARGED);
	unmap_at(&q, 0, 1);
}

int main(void)
{
	const struct np_machine_options options = {
		.nr_pages = HOST_PAGES, .scheme = np_scheme_find("mapcount_postcharge")
	};
	const struct CMUnitTest tests[] = {
		host_test_with(page_is_tied_before_it_is_mapped_and_charged_after, &options),
		host_test_with(pages_that_were_not_mapped_are_untied_and_never_charged, &options),
		host_test_with(charge_at_the_end_overruns_the_limit, &options),
		host_test_with(root_is_tied_and_its_counter_taken_below_zero, &options),
		host_test_with(page_of_another_group_is_not_charged_to_who_maps_it_next, &options),
		host_test_with(unmap_before_the_late_charge_leaves_it_for_ever, &options),
		host_test_with(page_mapped_again_during_its_uncharge_is_charged_to_nobody,
			       &options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
