/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* net - internal: what the files of this folder share */
#ifndef NP_NET_H
#define NP_NET_H

#include <machine.h>

#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define HALF_PAGE (PAGE_SIZE / 2)

/* Models: include/linux/preempt.h, in_softirq(), 6.1: serving one, or keeping them out. */
static inline bool in_softirq(void)
{
	return in_serving_softirq() || np_here()->bh_disabled;
}

/* One read while nothing is to fail: the places below are hot. */
static inline bool np_fault_armed(struct np_machine *machine, enum np_fault_point point)
{
	return unlikely(READ_ONCE(machine->faults[point].nth)) && np_fault_hit(machine, point);
}

/*
 * Whether compound_head(@page) may be followed.  Always, but where a DMA address
 * lies over the first word: there it is reported instead, as @who would crash.
 */
bool np_head_usable(struct np_machine *machine, struct page *page, const char *who);

/* --- network_page.c --- */

/* Whether the put path asks the network at zero: then a mark may outlive the driver. */
static inline bool np_asked_at_zero(const struct np_machine *machine)
{
	return machine->network->hooks & (NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES);
}

/* --- nic.c --- */

/* One page less that names @dev, or its registration ends; the last one frees it. */
void np_netdev_put(struct net_device *dev);
/* What dma_map_page() returns when it does not fail. */
dma_addr_t np_dma_address(const struct np_machine *machine, const struct page *page);

/* --- driver.c: what the strategies have in common --- */

/* How pool pages come back: a driver that has not opted in lets them go. */
enum np_recycle np_driver_recycle(const struct net_device *dev);
/* 2^@order pages, from the scheme or the allocator. NULL without memory. */
struct page *np_driver_alloc(struct net_device *dev, unsigned int order);
/* A single page, mapped for DMA and marked; the words of a marked one know the address. */
struct page *np_driver_get_page(struct net_device *dev);
/* The reverse, but for the reference: @page stays a page like any other. */
void np_driver_forget_page(struct net_device *dev, struct page *page);
/*
 * Drops @refs references, all the driver has.  Where the network is asked at zero
 * the mark stays: should others still use @page, the last of them sends it to
 * page_returned().
 */
void np_driver_put_page(struct net_device *dev, struct page *page, int refs);
/* The reference, all the driver has, is now a fragment's: as above, without a put. */
void np_driver_give_page(struct net_device *dev, struct page *page);
/* No emergency page, and on the card's node. */
bool np_driver_reusable(const struct net_device *dev, const struct page *page);

/*
 * How many references the driver holds of a marked page: kept in the page's own
 * words, where any context finds it.  Nothing for a page without a mark.
 */
static inline void np_driver_set_held(struct page *page, long refs)
{
	if (PageNetwork(page))
		WRITE_ONCE(page->network_private[0], (unsigned long)refs);
}

static inline long np_driver_held(const struct page *page)
{
	return (long)READ_ONCE(page->network_private[0]);
}

/* desc->written bytes become a fragment; the descriptor's room is what they cost. */
static inline int np_driver_add_frag(struct sk_buff *skb, const struct np_rx_desc *desc)
{
	return skb_add_rx_frag(skb, desc->page, desc->offset, desc->written, desc->len);
}

/* --- sock.c --- */

/* Takes @skb out of its queue, its unread bytes with it. */
void np_sock_unlink(struct sk_buff *skb);
/* The socket's memory for @skb is given back; it is nobody's then. */
void np_sock_rfree(struct sk_buff *skb);

#endif /* NP_NET_H */
