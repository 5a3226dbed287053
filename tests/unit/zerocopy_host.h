/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A host whose process P has a socket and an area to receive into; packets come from
 * a card, or are put together fragment by fragment.
 */
#ifndef TESTS_ZEROCOPY_HOST_H
#define TESTS_ZEROCOPY_HOST_H

#include "host.h"

struct receiver {
	struct host *h;
	struct task_struct *task;
	struct sock *sk;
	struct vm_area_struct *vma;
	struct tcp_zerocopy_receive zc; /* of the last receive() */
};

/* @task gets a socket and an area of @nr_pages. */
static inline struct receiver receiver(struct host *h, struct task_struct *task,
				       unsigned long nr_pages)
{
	struct receiver r = { .h = h, .task = task };

	assert_int_equal(np_sock_create(h->m, "s", task, &r.sk), 0);
	assert_int_equal(tcp_mmap(task->mm, nr_pages, &r.vma), 0);
	return r;
}

static inline struct net_device *nic(struct host *h, const struct np_nic_options *options)
{
	struct net_device *dev;

	assert_int_equal(np_nic_create(h->m, options, &dev), 0);
	return dev;
}

/* The card receives a packet of @nr_frags whole pages. */
static inline struct sk_buff *rx(struct receiver *r, struct net_device *dev, unsigned int nr_frags)
{
	struct sk_buff *skb = NULL;

	host_as(r->h, 0, NP_SOFTIRQ, NULL,
		assert_int_equal(np_nic_receive(dev, r->sk, nr_frags, 0, &skb), 0));
	return skb;
}

static inline struct page *frag_page(const struct sk_buff *skb, unsigned int i)
{
	return skb->shinfo->frags[i].bv_page;
}

/* One packet of fragments of these sizes, from no card; its pages go to @pages. */
static inline struct sk_buff *queue(struct receiver *r, unsigned int nr, const unsigned int *sizes,
				    struct page **pages)
{
	struct sk_buff *skb = alloc_skb(r->h->m, GFP_KERNEL);

	for (unsigned int i = 0; i < nr; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (pages)
			pages[i] = page;
		assert_int_equal(skb_add_rx_frag(skb, page, 0, sizes[i], PAGE_SIZE), 0);
	}
	assert_int_equal(tcp_queue_rcv(r->sk, skb), 0);
	return skb;
}

#define queue_frags(r, pages, ...)                                                                 \
	queue((r), sizeof((unsigned int[]){ __VA_ARGS__ }) / sizeof(unsigned int),                 \
	      (unsigned int[]){ __VA_ARGS__ }, (pages))

/* Receives into the area from its page @index on, as the task. */
static inline int receive_at(struct receiver *r, unsigned long index, unsigned long length,
			     u32 copybuf_len, u32 flags)
{
	int err;

	r->zc = (struct tcp_zerocopy_receive){ .address = r->vma->vm_start + (index << PAGE_SHIFT),
					       .length = (u32)length,
					       .copybuf_len = copybuf_len,
					       .flags = flags };
	host_as(r->h, 0, NP_TASK, r->task, err = tcp_zerocopy_receive(r->sk, &r->zc));
	return err;
}

static inline int receive(struct receiver *r, unsigned long nr_pages)
{
	return receive_at(r, 0, nr_pages << PAGE_SHIFT, 0, 0);
}

static inline struct page *page_at(const struct receiver *r, unsigned long index)
{
	return r->vma->ptes[index].page;
}

static inline void unmap_at(struct receiver *r, unsigned long index, unsigned long nr_pages)
{
	host_as(r->h, 0, NP_TASK, r->task,
		zap_page_range(r->vma, r->vma->vm_start + (index << PAGE_SHIFT),
			       nr_pages << PAGE_SHIFT));
}

#define assert_received(r, want_length, want_skip_hint, want_inq)                                  \
	do {                                                                                       \
		assert_int_equal((r)->zc.length, (want_length));                                   \
		assert_int_equal((r)->zc.recv_skip_hint, (want_skip_hint));                        \
		assert_int_equal((r)->zc.inq, (want_inq));                                         \
	} while (0)

#endif /* TESTS_ZEROCOPY_HOST_H */
