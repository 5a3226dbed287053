/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A driver's receive path as it would be written for the kernel, and the mistakes that are
 * made in such code.
 */
#include "compat_fixture.h"

#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/page_pool.h>

#define RING 4
#define HEADROOM 64

/* --- the driver: kernel vocabulary only --- */

struct rx_queue {
	struct napi_struct napi;
	struct page_pool *pool;
	struct device *dev;
	struct page *ring[RING];
	unsigned int next;
	int pending;	   /* packets that the card has written */
	unsigned int refs; /* a mistake: further references that it forgets */
	unsigned int received;
};

static int rx_fill(struct rx_queue *q, unsigned int i)
{
	q->ring[i] = page_pool_dev_alloc_pages(q->pool);
	return q->ring[i] ? 0 : -ENOMEM;
}

static struct sk_buff *rx_build(struct rx_queue *q, struct page *page)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, 128);

	if (!skb) {
		page_pool_recycle_direct(q->pool, page);
		return NULL;
	}
	dma_sync_single_for_cpu(q->dev, page_pool_get_dma_addr(page), 1500, DMA_FROM_DEVICE);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, HEADROOM, 1500, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	return skb;
}

static int rx_poll(struct napi_struct *napi, int budget)
{
	struct rx_queue *q = container_of(napi, struct rx_queue, napi);
	int done = 0;

	while (done < budget && q->pending) {
		unsigned int i = q->next++ % RING;
		struct page *page = q->ring[i];
		struct sk_buff *skb;

		page_ref_add(page, (int)q->refs);
		skb = rx_build(q, page);
		if (skb)
			napi_gro_receive(napi, skb);
		rx_fill(q, i);
		q->pending--;
		q->received++;
		done++;
	}
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

static struct rx_queue *rx_open(struct net_device *dev, unsigned int flags)
{
	struct rx_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);
	struct page_pool_params params = {
		.flags = flags,
		.pool_size = RING,
		.nid = NUMA_NO_NODE,
		.dma_dir = DMA_FROM_DEVICE,
	};

	assert_non_null(q);
	q->pool = page_pool_create(&params);
	assert_false(IS_ERR(q->pool));
	for (unsigned int i = 0; i < RING; i++)
		assert_int_equal(rx_fill(q, i), 0);
	netif_napi_add(dev, &q->napi, rx_poll);
	napi_enable(&q->napi);
	return q;
}

static void rx_close(struct rx_queue *q)
{
	napi_disable(&q->napi);
	netif_napi_del(&q->napi);
	for (unsigned int i = 0; i < RING; i++)
		page_pool_put_full_page(q->pool, q->ring[i], false);
	page_pool_destroy(q->pool);
	kfree(q);
}

/* --- what becomes of it --- */

static void a_packet_is_received_and_its_page_comes_back(void **state)
{
	struct rx_queue *q = rx_open(NULL, 0);
	struct page_pool_stats stats = { 0 };

	(void)state;
	q->pending = 3 * NAPI_POLL_WEIGHT;
	assert_int_equal(napi_schedule(&q->napi), 0);
	assert_int_equal(q->received, 3 * NAPI_POLL_WEIGHT);
	page_pool_get_stats(q->pool, &stats);
	assert_int_equal(stats.recycle_stats.released_refcnt, 0);
	assert_int_not_equal(stats.recycle_stats.ring + stats.recycle_stats.cached, 0);
	rx_close(q);
}

static void a_page_that_is_put_once_more_is_reported(void **state)
{
	struct fixture *f = *state;
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);
	struct page *page = alloc_page(GFP_KERNEL);

	/* The reference is the packet's from here on. */
	skb_add_rx_frag(skb, 0, page, 0, 100, PAGE_SIZE);
	netif_receive_skb(skb);
	assert_no_violations(f->machine);
	put_page(page);
	assert_violation(f->machine, NP_USE_AFTER_PUT);
}

static void a_packet_with_a_socket_is_queued_there(void **state)
{
	struct fixture *f = *state;
	struct rx_queue *q = rx_open(NULL, 0);
	struct sk_buff *skb = rx_build(q, page_pool_dev_alloc_pages(q->pool));
	struct task_struct *task;
	struct sock *sk;

	assert_int_equal(np_task_create(f->machine, "reader", NULL, &task), 0);
	assert_int_equal(np_sock_create(f->machine, "s", task, &sk), 0);
	skb->sk = sk;
	netif_receive_skb(skb);
	assert_int_equal(tcp_inq(sk), 1500);
	np_sock_close(sk);
	np_task_exit(task);
	rx_close(q);
}

static void a_reference_that_is_forgotten_is_reported(void **state)
{
	struct fixture *f = *state;
	struct rx_queue *q = rx_open(NULL, 0);
	struct page *page = q->ring[0];

	q->refs = 1;
	q->pending = 1;
	napi_schedule(&q->napi);
	np_check_one(f->machine, NP_REFS_HAVE_HOLDERS, NP_CHECK_REST);
	assert_violation(f->machine, NP_REFS_HAVE_HOLDERS);
	put_page(page);
	rx_close(q);
	np_check_forget(f->machine);
}

static void too_many_fragments_are_refused_with_a_warning(void **state)
{
	struct fixture *f = *state;
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);

	for (unsigned int i = 0; i < MAX_SKB_FRAGS; i++)
		skb_add_rx_frag(skb, i, alloc_page(GFP_KERNEL), 0, 100, PAGE_SIZE);
	assert_no_violations(f->machine);
	skb_add_rx_frag(skb, MAX_SKB_FRAGS, alloc_page(GFP_KERNEL), 0, 100, PAGE_SIZE);
	assert_violation(f->machine, NP_ASSERTION);
	consume_skb(skb);
}

static void packets_coalesce_with_the_kernels_arguments(void **state)
{
	struct sk_buff *to = alloc_skb(0, GFP_KERNEL), *from = alloc_skb(0, GFP_KERNEL);
	bool stolen;
	int delta;

	(void)state;
	skb_add_rx_frag(to, 0, alloc_page(GFP_KERNEL), 0, 100, PAGE_SIZE);
	skb_add_rx_frag(from, 0, alloc_page(GFP_KERNEL), 0, 100, PAGE_SIZE);
	assert_true(skb_try_coalesce(to, from, &stolen, &delta));
	assert_int_equal(delta, PAGE_SIZE);
	kfree_skb(from);
	skb_mark_for_recycle(to);
	to->pp_recycle = false;
	assert_int_equal(skb_shinfo(to)->nr_frags, 2);
	kfree_skb(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_machine(a_packet_is_received_and_its_page_comes_back),
		with_machine(a_page_that_is_put_once_more_is_reported),
		with_machine(a_packet_with_a_socket_is_queued_there),
		with_machine(a_reference_that_is_forgotten_is_reported),
		with_machine(too_many_fragments_are_refused_with_a_warning),
		with_machine(packets_coalesce_with_the_kernels_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
