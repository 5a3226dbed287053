/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/netdevice.h - cards
 *
 * Provenance: real (netpage/nic.h): struct net_device is the library's card. custom:
 * napi_schedule() enters a softirq of this CPU and polls until less than the budget was done;
 * a packet that is received goes to its socket if it has one, and is freed if not.
 */
#ifndef NETPAGE_COMPAT_LINUX_NETDEVICE_H
#define NETPAGE_COMPAT_LINUX_NETDEVICE_H

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/skbuff.h>

#define NAPI_POLL_WEIGHT 64

struct napi_struct {
	struct net_device *dev;
	int (*poll)(struct napi_struct *napi, int budget);
	int weight;
};

#define netdev_name(netdev) ((netdev)->name)
static inline void netif_napi_add(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *napi, int budget))
{
	*napi = (struct napi_struct){ .dev = dev, .poll = poll, .weight = NAPI_POLL_WEIGHT };
}

static inline void netif_napi_del(struct napi_struct *napi)
{
	napi->poll = NULL;
}

#define napi_enable(napi) ((void)(napi))
#define napi_disable(napi) ((void)(napi))
#define napi_alloc_skb(napi, size) ((void)(napi), alloc_skb(size, GFP_ATOMIC))

static inline bool napi_complete_done(struct napi_struct *napi, int work)
{
	(void)napi;
	(void)work;
	return true;
}

/* Return: 0, or what np_enter() says: nobody else may be on this CPU. */
static inline int napi_schedule(struct napi_struct *napi)
{
	struct np_context context;
	int err = np_enter(&context, np_this_machine(), smp_processor_id(), NP_SOFTIRQ, NULL);

	if (err)
		return err;
	while (napi->poll(napi, napi->weight) >= napi->weight)
		;
	np_leave(&context);
	return 0;
}

static inline int netif_receive_skb(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	skb->sk = NULL;
	/* What the socket has no room for it frees itself. */
	if (sk)
		tcp_queue_rcv(sk, skb);
	else
		kfree_skb(skb);
	return 0;
}

#define napi_gro_receive(napi, skb) ((void)(napi), netif_receive_skb(skb))

#endif /* NETPAGE_COMPAT_LINUX_NETDEVICE_H */
