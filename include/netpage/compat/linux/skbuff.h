/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/skbuff.h - packets
 *
 * Provenance: real (netpage/skbuff.h); custom: alloc_skb() takes the kernel's arguments
 * and makes a packet without a linear part; fields are the library's.
 */
#ifndef NETPAGE_COMPAT_LINUX_SKBUFF_H
#define NETPAGE_COMPAT_LINUX_SKBUFF_H

#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>

#include <netpage/skbuff.h>

static inline struct sk_buff *np_compat_alloc_skb(gfp_t gfp)
{
	return alloc_skb(np_this_machine(), gfp);
}

static inline void np_compat_skb_add_rx_frag(struct sk_buff *skb, struct page *page,
					     unsigned int off, unsigned int size,
					     unsigned int truesize)
{
	/* A kernel would write beyond the array: here the reference is dropped, and told. */
	if (WARN(skb_add_rx_frag(skb, page, off, size, truesize), "too many fragments"))
		put_page(page);
}

/* What is stolen is all or nothing: @delta is the truesize that @to has got. */
static inline bool np_compat_skb_try_coalesce(struct sk_buff *to, struct sk_buff *from,
					      bool *fragstolen, int *delta)
{
	unsigned int truesize = to->truesize;

	*fragstolen = false;
	if (!skb_try_coalesce(to, from))
		return false;
	*delta = (int)(to->truesize - truesize);
	return true;
}

#undef skb_add_rx_frag
#undef skb_try_coalesce
/* @i: which fragment; always the next one. */
#define skb_add_rx_frag(skb, i, page, off, size, truesize)                                         \
	((void)(i), np_compat_skb_add_rx_frag(skb, page, off, size, truesize))
#define skb_try_coalesce(to, from, fragstolen, delta)                                              \
	np_compat_skb_try_coalesce(to, from, fragstolen, delta)

#undef alloc_skb
#define alloc_skb(size, gfp) ((void)(size), np_compat_alloc_skb(gfp))
#define dev_alloc_skb(size) alloc_skb(size, GFP_ATOMIC)
#define netdev_alloc_skb(dev, size) ((void)(dev), alloc_skb(size, GFP_ATOMIC))
#define skb_shinfo(skb) ((skb)->shinfo)
#define consume_skb(skb) kfree_skb(skb)
#define dev_kfree_skb(skb) kfree_skb(skb)
#define dev_kfree_skb_any(skb) kfree_skb(skb)
#define skb_cloned(skb) ((skb)->cloned && atomic_read(&(skb)->shinfo->dataref) > 1)
#define skb_frag_page(frag) ((frag)->bv_page)
#define skb_frag_size(frag) ((frag)->bv_len)
#define skb_frag_off(frag) ((frag)->bv_offset)
#define skb_is_nonlinear(skb) true

#endif /* NETPAGE_COMPAT_LINUX_SKBUFF_H */
