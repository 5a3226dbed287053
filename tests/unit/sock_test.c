/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

static struct sk_buff *new_skb(struct net *f, unsigned int nr_frags, unsigned int truesize)
{
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);

	assert_non_null(skb);
	for (unsigned int i = 0; i < nr_frags; i++)
		assert_int_equal(skb_add_rx_frag(skb, alloc_page(GFP_KERNEL), 0, 1000, truesize),
				 0);
	return skb;
}

static struct sk_buff *queue(struct net *f, unsigned int nr_frags)
{
	struct sk_buff *skb = new_skb(f, nr_frags, PAGE_SIZE);

	assert_int_equal(tcp_queue_rcv(f->s, skb), 0);
	return skb;
}

static void socket_needs_a_name_and_an_owner(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sock *sk;

	(void)state;
	assert_int_equal(np_sock_create(f->m, "", f->P, &sk), -EINVAL);
	assert_int_equal(np_sock_create(f->m, NULL, f->P, &sk), -EINVAL);
	assert_int_equal(np_sock_create(f->m, "a name of more than thirty-one letters", f->P, &sk),
			 -EINVAL);
	assert_int_equal(np_sock_create(f->m, "t", NULL, &sk), -EINVAL);
	net_end(f);
}

static void queued_packet_is_charged_in_whole_pages(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, new_skb(f, 3, 2048)), 0);
	assert_memcg_usage(f->A, 2);
	assert_int_equal(memcg_page_state(f->A, MEMCG_SOCK), 2);
	assert_int_equal(atomic_long_read(&f->s->sk_rmem_alloc), 3 * 2048);
	tcp_recvmsg(f->s, 3000);
	assert_memcg_usage(f->A, 0);
	assert_int_equal(memcg_page_state(f->A, MEMCG_SOCK), 0);
	net_end(f);
}

static void root_pays_for_nothing(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct task_struct *Q;
	struct sock *sk;
	struct sk_buff *skb = new_skb(f, 1, PAGE_SIZE);

	(void)state;
	assert_int_equal(np_task_create(f->m, "Q", NULL, &Q), 0);
	assert_int_equal(np_sock_create(f->m, "t", Q, &sk), 0);
	assert_null(sk->sk_memcg);
	assert_int_equal(tcp_queue_rcv(sk, skb), 0);
	assert_int_equal(skb->charged, 0);
	net_end(f);
}

static void socket_charges_the_group_it_was_made_in(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct mem_cgroup *B;

	(void)state;
	assert_int_equal(np_memcg_create(f->m, "B", NULL, &B), 0);
	assert_int_equal(np_task_migrate(f->P, B), 0);
	queue(f, 1);
	assert_memcg_usage(f->A, 1);
	assert_memcg_usage(B, 0);
	net_end(f);
}

static void socket_pins_its_group(void **state)
{
	struct net *f = net_begin("unaccounted");
	long pinned = atomic_long_read(&f->A->css.refcnt);
	struct sock *sk;

	(void)state;
	assert_int_equal(np_sock_create(f->m, "t", f->P, &sk), 0);
	assert_int_equal(atomic_long_read(&f->A->css.refcnt), pinned + 1);
	np_sock_close(sk);
	assert_int_equal(atomic_long_read(&f->A->css.refcnt), pinned);
	net_end(f);
}

static void clone_is_charged_for_itself(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 2, PAGE_SIZE), *clone = skb_clone(skb, GFP_KERNEL);

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, skb), 0);
	assert_memcg_usage(f->A, 2);
	assert_int_equal(tcp_queue_rcv(f->s, clone), 0);
	assert_memcg_usage(f->A, 4);
	assert_consistent(f);
	net_end(f);
}

static void packet_that_cannot_be_charged_is_dropped(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 2, PAGE_SIZE);
	struct page *page = frag_page(skb, 0);

	(void)state;
	np_memcg_set_max(f->A, 1);
	assert_int_equal(tcp_queue_rcv(f->s, skb), -ENOBUFS);
	assert_true(np_page_is_free(f->m, page));
	assert_int_equal(tcp_inq(f->s), 0);
	assert_memcg_usage(f->A, 0);
	net_end(f);
}

static void packet_is_in_one_queue_only(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = queue(f, 1);

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, skb), -EINVAL);
	assert_int_equal(tcp_inq(f->s), 1000);
	net_end(f);
}

static void bytes_are_read_in_the_order_of_arrival(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *first = queue(f, 2);
	struct page *page = frag_page(first, 0);

	(void)state;
	queue(f, 1);
	assert_int_equal(tcp_inq(f->s), 3000);
	assert_int_equal(tcp_recvmsg(f->s, 1500), 1500);
	assert_int_equal(first->consumed, 1500);
	assert_int_equal(first->len, 500);
	/* Fragments go with their packet. */
	assert_page_refs(page, 1);
	assert_int_equal(tcp_recvmsg(f->s, 500), 500);
	assert_true(np_page_is_free(f->m, page));
	assert_int_equal(tcp_inq(f->s), 1000);
	assert_int_equal(tcp_recvmsg(f->s, 5000), 1000);
	assert_int_equal(tcp_recvmsg(f->s, 5000), 0);
	assert_int_equal(f->s->copied_seq, 3000);
	net_end(f);
}

static void reading_nothing_takes_nothing(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	queue(f, 1);
	assert_int_equal(tcp_recvmsg(f->s, 0), 0);
	assert_int_equal(tcp_inq(f->s), 1000);
	net_end(f);
}

static void empty_packet_does_not_block_the_queue(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	queue(f, 0);
	queue(f, 1);
	assert_int_equal(tcp_recvmsg(f->s, 1000), 1000);
	assert_true(list_empty(&f->s->sk_receive_queue));
	net_end(f);
}

static void closing_frees_what_is_queued(void **state)
{
	struct net *f = net_begin("unaccounted");

	(void)state;
	queue(f, 2);
	queue(f, 1);
	np_sock_close(f->s);
	np_sock_close(NULL);
	assert_memcg_usage(f->A, 0);
	assert_int_equal(pages_taken(f), 0);
	net_end(f);
}

static void packet_freed_in_the_queue_leaves_it(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = queue(f, 1);

	(void)state;
	queue(f, 1);
	kfree_skb(skb);
	assert_int_equal(tcp_inq(f->s), 1000);
	assert_memcg_usage(f->A, 1);
	assert_int_equal(tcp_recvmsg(f->s, 5000), 1000);
	net_end(f);
}

static void packet_with_another_user_outlives_its_socket(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = skb_get(queue(f, 1));

	(void)state;
	np_sock_close(f->s);
	assert_memcg_usage(f->A, 0);
	assert_null(skb->sk);
	assert_consistent(f);
	kfree_skb(skb);
	assert_int_equal(pages_taken(f), 0);
	net_end(f);
}

static void page_cache_page_arrives_without_a_card(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct address_space mapping;
	struct page *page = np_add_to_page_cache(&mapping, NULL);

	(void)state;
	assert_int_equal(np_loopback_sendfile(page, f->s), 0);
	assert_page_refs(page, 2);
	assert_memcg_usage(f->A, 1);
	assert_consistent(f);
	assert_int_equal(tcp_recvmsg(f->s, PAGE_SIZE), PAGE_SIZE);
	assert_page_refs(page, 1);
	assert_int_equal(np_loopback_sendfile(NULL, f->s), -EINVAL);
	np_remove_from_page_cache(&mapping);
	net_end(f);
}

static void sendfile_to_a_full_group_leaves_the_page_alone(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct address_space mapping;
	struct page *page = np_add_to_page_cache(&mapping, NULL);

	(void)state;
	np_memcg_set_max(f->A, 0);
	assert_int_equal(np_loopback_sendfile(page, f->s), -ENOBUFS);
	assert_page_refs(page, 1);
	np_remove_from_page_cache(&mapping);
	net_end(f);
}

static void reader_of_overwritten_bytes_is_told(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = queue(f, 2);

	(void)state;
	np_page_write(f->m, frag_page(skb, 1), 0, 100);
	assert_int_equal(tcp_recvmsg(f->s, 1000), 1000);
	assert_no_violations(f->m);
	assert_int_equal(tcp_recvmsg(f->s, 1000), 1000);
	assert_violation(f->m, NP_NO_WRITE_TO_USED_PAGE);
	assert_reported(f, "s reads content number");
	net_end(f);
}

static void bytes_already_read_may_be_overwritten(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = queue(f, 2);

	(void)state;
	assert_int_equal(tcp_recvmsg(f->s, 1000), 1000);
	np_page_write(f->m, frag_page(skb, 0), 0, 100);
	assert_consistent(f);
	assert_int_equal(tcp_recvmsg(f->s, 1000), 1000);
	net_end(f);
}

static void bytes_that_a_clone_has_yet_to_read_may_not_be_overwritten(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct sk_buff *skb = new_skb(f, 1, PAGE_SIZE), *clone = skb_clone(skb, GFP_KERNEL);

	(void)state;
	assert_int_equal(tcp_queue_rcv(f->s, skb), 0);
	skb_get(skb);
	assert_int_equal(tcp_recvmsg(f->s, 1000), 1000);
	np_page_write(f->m, frag_page(clone, 0), 0, 100);
	assert_int_equal(np_check_one(f->m, NP_NO_WRITE_TO_USED_PAGE, NP_CHECK_STEP), 1);
	assert_violation(f->m, NP_NO_WRITE_TO_USED_PAGE);
	kfree_skb(clone);
	assert_int_equal(np_check_one(f->m, NP_NO_WRITE_TO_USED_PAGE, NP_CHECK_STEP), 0);
	kfree_skb(skb);
	net_end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(socket_needs_a_name_and_an_owner),
		cmocka_unit_test(queued_packet_is_charged_in_whole_pages),
		cmocka_unit_test(root_pays_for_nothing),
		cmocka_unit_test(socket_charges_the_group_it_was_made_in),
		cmocka_unit_test(socket_pins_its_group),
		cmocka_unit_test(clone_is_charged_for_itself),
		cmocka_unit_test(packet_that_cannot_be_charged_is_dropped),
		cmocka_unit_test(packet_is_in_one_queue_only),
		cmocka_unit_test(bytes_are_read_in_the_order_of_arrival),
		cmocka_unit_test(reading_nothing_takes_nothing),
		cmocka_unit_test(empty_packet_does_not_block_the_queue),
		cmocka_unit_test(closing_frees_what_is_queued),
		cmocka_unit_test(packet_freed_in_the_queue_leaves_it),
		cmocka_unit_test(packet_with_another_user_outlives_its_socket),
		cmocka_unit_test(page_cache_page_arrives_without_a_card),
		cmocka_unit_test(sendfile_to_a_full_group_leaves_the_page_alone),
		cmocka_unit_test(reader_of_overwritten_bytes_is_told),
		cmocka_unit_test(bytes_already_read_may_be_overwritten),
		cmocka_unit_test(bytes_that_a_clone_has_yet_to_read_may_not_be_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
