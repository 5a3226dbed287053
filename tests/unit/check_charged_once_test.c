/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_CHARGED_ONCE

/* Two pages in one skb, waiting in a socket that A pays for. */
static struct sock *two_pages_in_a_socket(struct fixture *f, struct page *pages[2])
{
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);
	struct sock *sk;

	assert_int_equal(np_sock_create(f->m, "s", f->P, &sk), 0);
	for (int i = 0; i < 2; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		assert_int_equal(skb_add_rx_frag(skb, pages[i], 0, PAGE_SIZE, PAGE_SIZE), 0);
	}
	np_page_set_name(f->m, pages[1], "p");
	assert_int_equal(tcp_queue_rcv(sk, skb), 0);
	return sk;
}

static void charge(struct mem_cgroup *memcg, struct page *page)
{
	assert_int_equal(try_charge(memcg, GFP_KERNEL, 1), 0);
	css_get(&memcg->css);
	page->memcg_data = (unsigned long)memcg | MEMCG_DATA_SOCK;
}

static void page_in_a_queue_is_paid_for_by_the_socket(void **state)
{
	struct fixture *f = *state;
	struct page *pages[2];

	two_pages_in_a_socket(f, pages);
	assert_memcg_usage(f->A, 2);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void page_charged_while_it_waits_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *pages[2];

	two_pages_in_a_socket(f, pages);
	charge(f->A, pages[1]);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is charged to A, and as socket memory of s to A");
}

static void page_in_a_queue_that_root_pays_for_may_be_charged(void **state)
{
	struct fixture *f = *state;
	struct page *pages[2];

	assert_int_equal(np_task_migrate(f->P, f->m->root), 0);
	two_pages_in_a_socket(f, pages);
	charge(f->A, pages[1]);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	/* Nor does a packet count that nobody has queued yet. */
	assert_int_equal(skb_add_rx_frag(alloc_skb(f->m, GFP_KERNEL), pages[1], 0, 1, 1), 0);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void page_received_is_charged_twice_until_its_skb_is_freed(void **state)
{
	struct fixture *f = *state;
	struct page *pages[2];
	struct sock *sk = two_pages_in_a_socket(f, pages);

	np_page_set_name(f->m, pages[0], "q");
	/* Mapped and charged, as tcp_zerocopy_receive() leaves it. */
	charge(f->A, pages[0]);
	map_page(f->P, pages[0]);
	assert_int_equal(tcp_recvmsg(sk, PAGE_SIZE), PAGE_SIZE);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "q",
		     "is charged to A, and as socket memory of s to A");
	assert_int_equal(tcp_recvmsg(sk, PAGE_SIZE), PAGE_SIZE);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void page_cache_in_a_queue_is_exempt(void **state)
{
	struct fixture *f = *state;
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, f->A);
	struct sock *sk;

	assert_int_equal(np_sock_create(f->m, "s", f->P, &sk), 0);
	assert_int_equal(np_loopback_sendfile(page, sk), 0);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	np_sock_close(sk);
	np_remove_from_page_cache(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(page_in_a_queue_is_paid_for_by_the_socket),
		check_test(page_charged_while_it_waits_is_reported),
		check_test(page_in_a_queue_that_root_pays_for_may_be_charged),
		check_test(page_received_is_charged_twice_until_its_skb_is_freed),
		check_test(page_cache_in_a_queue_is_exempt),
	};

	return cmocka_run_group_tests_name("check_charged_once", tests, NULL, NULL);
}
