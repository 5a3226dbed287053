/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the tests of lib/net share: a machine with a group A, a process P in it that
 * runs on CPU 0, a socket s of P, and a card eth0 when a test wants one.
 *
 * net_end() lets everything go: whatever is reported until the machine is gone fails
 * the test, unless it asked for it.
 */
#ifndef NET_FIXTURE_H
#define NET_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <machine.h>
#include <netpage/cmocka.h>

struct net {
	struct np_machine *m;
	struct mem_cgroup *A;
	struct task_struct *P;
	struct sock *s;
	struct net_device *dev;
	struct np_context task;
	struct np_recorder recorder;
};

/* @scheme must outlive the machine. */
static inline struct net *net_begin_scheme(const struct np_scheme *scheme,
					   struct np_machine_options options)
{
	struct net *f = calloc(1, sizeof(*f));

	options.scheme = scheme;
	if (!options.nr_pages)
		options.nr_pages = 4096;
	assert_non_null(options.scheme);
	assert_int_equal(np_machine_create(&f->m, &options), 0);
	np_recorder_attach(&f->recorder, f->m);
	assert_int_equal(np_memcg_create(f->m, "A", NULL, &f->A), 0);
	assert_int_equal(np_task_create(f->m, "P", f->A, &f->P), 0);
	assert_int_equal(np_sock_create(f->m, "s", f->P, &f->s), 0);
	assert_int_equal(np_enter(&f->task, f->m, 0, NP_TASK, f->P), 0);
	return f;
}

static inline struct net *net_begin_options(const char *scheme, struct np_machine_options options)
{
	return net_begin_scheme(np_scheme_find(scheme), options);
}

static inline struct net *net_begin(const char *scheme)
{
	return net_begin_options(scheme, (struct np_machine_options){ 0 });
}

static inline void net_end(struct net *f)
{
	const char *got = "";

	np_check(f->m, NP_CHECK_STEP);
	np_leave(&f->task);
	np_machine_rest(f->m);
	np_check(f->m, NP_CHECK_REST);
	assert_int_equal(np_machine_destroy(f->m), 0);
	if (np_recorder_find(&f->recorder, NP_INVARIANTS)) {
		np_recorder_print(&f->recorder);
		got = "the above";
	}
	assert_string_equal(got, "");
	free(f);
}

/* A card of its own choosing; NULL options: all defaults. */
static inline struct net_device *net_nic(struct net *f, struct np_nic_options options)
{
	assert_int_equal(np_nic_create(f->m, &options, &f->dev), 0);
	return f->dev;
}

static inline void softirq_enter(struct net *f, struct np_context *context)
{
	assert_int_equal(np_enter(context, f->m, 0, NP_SOFTIRQ, NULL), 0);
}

/* One packet for s, in softirq. Returns what np_nic_receive() returned. */
static inline int net_rx_bytes(struct net *f, unsigned int nr_frags, unsigned int bytes,
			       struct sk_buff **skb)
{
	struct np_context softirq;
	int err;

	softirq_enter(f, &softirq);
	err = np_nic_receive(f->dev, f->s, nr_frags, bytes, skb);
	np_leave(&softirq);
	return err;
}

static inline struct sk_buff *net_rx(struct net *f, unsigned int nr_frags)
{
	struct sk_buff *skb;

	assert_int_equal(net_rx_bytes(f, nr_frags, 0, &skb), 0);
	assert_non_null(skb);
	return skb;
}

static inline void net_poll(struct net *f)
{
	struct np_context softirq;

	softirq_enter(f, &softirq);
	np_nic_poll(f->dev);
	np_leave(&softirq);
}

static inline struct page *frag_page(const struct sk_buff *skb, unsigned int i)
{
	assert_true(i < skb->shinfo->nr_frags);
	return skb->shinfo->frags[i].bv_page;
}

static inline void net_read_all(struct net *f)
{
	tcp_recvmsg(f->s, tcp_inq(f->s));
}

/* The machine is consistent now. */
#define assert_consistent(f)                                                                       \
	do {                                                                                       \
		np_check((f)->m, NP_CHECK_STEP);                                                   \
		assert_no_violations((f)->m);                                                      \
	} while (0)

/* Pages that are not free: what everybody together has taken. */
static inline unsigned long pages_taken(const struct net *f)
{
	return f->m->options.nr_pages - nr_free_pages(f->m);
}

/* The last report says @text. */
static inline void assert_reported(const struct net *f, const char *text)
{
	const char *got = "nothing";

	if (f->recorder.nr)
		got = f->recorder.seen[f->recorder.nr - 1].message;
	if (!strstr(got, text))
		fail_msg("got \"%s\", want \"%s\" in it", got, text);
}

/* P maps all that it can of one packet, lets go of the mapping, and reads the rest. */
static inline void net_map_and_unmap(struct net *f)
{
	struct tcp_zerocopy_receive zc = { .length = 4 * PAGE_SIZE };
	struct vm_area_struct *vma;

	assert_int_equal(tcp_mmap(f->P->mm, 4, &vma), 0);
	zc.address = vma->vm_start;
	tcp_zerocopy_receive(f->s, &zc);
	assert_int_equal(do_munmap(f->P->mm, vma->vm_start, 4 * PAGE_SIZE), 0);
	net_read_all(f);
}

/*
 * Packets come, are read, and stay in the queue for a while, longer than the ring is;
 * a part is mapped; the card goes while packets are in the queue.  What the scheme
 * itself does wrong is reported to nobody here, but @copy_only must go without a word.
 */
static inline void net_live(const struct np_scheme *scheme, struct np_nic_options options,
			    bool copy_only)
{
	struct net *f = net_begin_scheme(scheme, (struct np_machine_options){ 0 });

	net_nic(f, options);
	for (unsigned int round = 0; round < 24; round++) {
		net_rx(f, 1 + round % options.ring_size);
		if (round % 5 == 4)
			net_read_all(f);
		if (!copy_only && round % 3 == 2)
			net_map_and_unmap(f);
		if (copy_only)
			assert_consistent(f);
	}
	net_rx(f, 1);
	unregister_netdev(f->dev);
	if (copy_only) {
		assert_consistent(f);
		net_end(f);
		return;
	}
	np_leave(&f->task);
	assert_int_equal(np_machine_destroy(f->m), 0);
	free(f);
}

static inline void net_live_twice(const struct np_scheme *scheme, struct np_nic_options options)
{
	for (int no_optin = 0; no_optin < 2; no_optin++) {
		options.no_optin = no_optin;
		net_live(scheme, options, true);
		net_live(scheme, options, false);
	}
}

/*
 * The same under every scheme, opted in and not; and under two more: one whose mark
 * nobody asks about, and one that is asked at zero while pools let go of their pages.
 */
static inline void net_live_under_every_scheme(struct np_nic_options options)
{
	struct np_scheme unasked = *np_scheme_find("network_at_zero"), detached = unasked;
	const struct np_scheme *scheme;

	unasked.put.hooks = 0;
	unasked.charge_pages = NULL;
	unasked.recycle = NP_RECYCLE_DETACH;
	detached.recycle = NP_RECYCLE_DETACH;
	if (!options.ring_size)
		options.ring_size = 4;
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++)
		net_live_twice(scheme, options);
	net_live_twice(&unasked, options);
	net_live_twice(&detached, options);
}

#endif /* NET_FIXTURE_H */
