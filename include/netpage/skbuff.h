/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: skbuff - packets as lists of page fragments, and the sockets that queue them
 *
 * Each fragment holds one reference of its page, of one of two kinds: a page
 * reference, dropped by put_page(), or a page_pool reference, dropped by giving
 * the page back to its pool.  Which one is decided for the whole skb by
 * pp_recycle: mixing them is a double put or a leak.
 *
 * The linear part of a packet (headers) is not modelled.
 *
 * Unit: offsets and sizes in bytes.
 * Context: softirq or task; one skb is used by one context at a time, its
 * shared info by all clones.
 * Models: include/linux/skbuff.h, net/core/skbuff.c, 6.1.
 */
#ifndef NETPAGE_SKBUFF_H
#define NETPAGE_SKBUFF_H

#include <netpage/machine.h>
#include <netpage/put_page.h>

NP_BEGIN_DECLS

/* CONFIG_MAX_SKB_FRAGS at its most: 17 by default, 45 on the hosts the thread speaks of. */
#define MAX_SKB_FRAGS 45

typedef struct skb_frag {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
	u64 stamp; /* content when the NIC delivered it */
} skb_frag_t;

struct skb_shared_info {
	atomic_t dataref; /* how many clones share the fragments */
	u8 nr_frags;
	skb_frag_t frags[MAX_SKB_FRAGS];
};

struct sk_buff {
	struct list_head list;
	struct list_head all;
	struct np_machine *machine;
	struct sock *sk;
	struct net_device *dev; /* who received it; NULL: not from a NIC, or it is gone */
	struct skb_shared_info *shinfo;
	atomic_t users;
	unsigned int len;      /* bytes not yet read */
	unsigned int consumed; /* bytes read from the front */
	unsigned int truesize; /* bytes of page memory charged to a socket */
	unsigned int charged;  /* pages of it charged as socket memory */
	bool pp_recycle, cloned;
	bool no_optin; /* received by a driver that has not opted in; survives the card */
	const char *where;
};

/** struct sock - a TCP socket in established state, as far as receiving goes. */
struct sock {
	struct np_machine *machine;
	struct list_head all;
	struct list_head sk_receive_queue;
	spinlock_t sk_lock; /* the queue; short sections, also in softirq */
	struct task_struct *owner;
	struct mem_cgroup *sk_memcg; /* pinned; NULL for root */
	atomic_long_t sk_rmem_alloc; /* bytes */
	u64 copied_seq;		     /* written by the reader */
	u64 rcv_nxt;		     /* written under sk_lock */
	char name[32];
};

/** alloc_skb - an empty packet with one user. Return: NULL without memory. */
NP_API struct sk_buff *alloc_skb(struct np_machine *machine, gfp_t gfp);
/**
 * skb_add_rx_frag - append a fragment; takes over the caller's reference of @page
 * Return: 0; -EMSGSIZE when there are MAX_SKB_FRAGS already: the reference stays the caller's.
 */
NP_API int skb_add_rx_frag(struct sk_buff *skb, struct page *page, unsigned int off,
			   unsigned int size, unsigned int truesize);
/** skb_mark_for_recycle - the fragments' references are page_pool references. */
static inline void skb_mark_for_recycle(struct sk_buff *skb)
{
	skb->pp_recycle = true;
}
/** skb_get, kfree_skb - users of the packet; the last one frees it, even out of a queue. */
static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	atomic_inc(&skb->users);
	return skb;
}
NP_API void kfree_skb(struct sk_buff *skb);
/** skb_clone - a second packet that shares the fragments, not queued; NULL without memory. */
NP_API struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp);
/**
 * skb_try_coalesce - move @from's fragments behind @to's
 * Socket memory that @from was charged goes with them when both are @to's socket's.
 * Return: whether it was done; @from is then empty, and to be freed by the caller.
 * Refuses mixed pp_recycle; a cloned @to; a cloned @from with pool fragments; more
 * fragments than fit; @from partly read, or queued elsewhere than @to.
 */
NP_API bool skb_try_coalesce(struct sk_buff *to, struct sk_buff *from);
/** __skb_frag_ref, __skb_frag_unref - one reference of a fragment's page. */
NP_API void __skb_frag_ref(skb_frag_t *frag);
NP_API void __skb_frag_unref(skb_frag_t *frag, bool recycle);

/**
 * np_sock_create - a socket of @owner, charging the memcg it is in now
 * Return: 0; -EINVAL (no owner, empty or over-long name); -ENOMEM.
 */
NP_API int np_sock_create(struct np_machine *machine, const char *name, struct task_struct *owner,
			  struct sock **sk);
/** np_sock_close - what is queued is freed, the memcg unpinned; @sk must not be used afterwards. */
NP_API void np_sock_close(struct sock *sk);
/**
 * tcp_queue_rcv - append @skb to @sk's receive queue, charging its memory
 * In softirq 6.1 charges above the limit where 5.12 fails.
 * Return: 0; -ENOBUFS when socket memory cannot be charged: @skb is freed (dropped);
 * -EINVAL when it is queued already.
 */
NP_API int tcp_queue_rcv(struct sock *sk, struct sk_buff *skb);
/** tcp_inq - bytes waiting in @sk. */
NP_API unsigned long tcp_inq(const struct sock *sk);
/**
 * tcp_recvmsg - copy up to @len bytes out, freeing what is read entirely
 *
 * Bytes that a card has overwritten since they arrived are reported as
 * `no_write_to_used_page`.
 * Context: one reader of @sk at a time.
 * Return: how many.
 */
NP_API unsigned long tcp_recvmsg(struct sock *sk, unsigned long len);

/**
 * np_loopback_sendfile - a page cache page arrives in @sk without a NIC
 * Return: 0, -ENOMEM, or as tcp_queue_rcv().
 */
NP_API int np_loopback_sendfile(struct page *page, struct sock *sk);

NP_END_DECLS

#endif /* NETPAGE_SKBUFF_H */
