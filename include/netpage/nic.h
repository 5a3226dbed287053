/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: nic - a network card that writes into pages, and the drivers that own them
 *
 * A card has a ring of descriptors; each posts a range of a page that the card
 * may write at any time.  A driver fills descriptors, turns a written one into a
 * fragment of an skb, and decides when a page may be posted again.  How drivers
 * decide that, and how many references they keep meanwhile, is what the schemes
 * have to live with; four real strategies are built in.
 *
 * Every write leaves a stamp in the page, so that a reader of an older content
 * is caught.
 *
 * Unit: bytes for offsets and lengths, pages for rings.
 * Context: softirq (NAPI) for receive and poll; task for create and unregister.
 */
#ifndef NETPAGE_NIC_H
#define NETPAGE_NIC_H

#include <netpage/check.h>
#include <netpage/page_pool.h>
#include <netpage/skbuff.h>

NP_BEGIN_DECLS

/** struct np_rx_desc - one descriptor; page is NULL while nothing is posted. */
struct np_rx_desc {
	struct page *page; /* a head; @offset may go beyond its first PAGE_SIZE bytes */
	unsigned int offset, len;
	unsigned int written; /* bytes the card wrote; valid during receive() */
	long bias;  /* references of @page that this descriptor accounts for; 0: it borrows them */
	void *priv; /* the driver's own */
	const char *where;
};

/**
 * struct np_driver - a recycling strategy
 *
 * open, close and for_each_holder may be NULL.
 * All in softirq context of the card unless said otherwise.
 */
struct np_driver {
	const char *name;
	const char *models; /* the real drivers that work so */
	/* Create what the strategy needs. Task context. Return: 0 or -errno. */
	int (*open)(struct net_device *dev);
	/* Let go of every page. Task context. The ring has been emptied by drop(). */
	void (*close)(struct net_device *dev);
	/* Put a page range into @desc. Return: 0 or -ENOMEM. */
	int (*post)(struct net_device *dev, struct np_rx_desc *desc);
	/*
	 * The card has written @desc: make desc->written bytes a fragment of @skb, clear
	 * desc->page or keep it posted. Return: 0, or -errno with @desc as it was.
	 */
	int (*receive)(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb);
	/* Take a posted page back unused. Task context. */
	void (*drop)(struct net_device *dev, struct np_rx_desc *desc);
	/*
	 * Point 2 of the thread: are all references of @page the driver's? Any context.
	 * Asked of marked pages only; true for none that the driver cannot take back now.
	 */
	bool (*holds_all_refs)(struct net_device *dev, struct page *page);
	/*
	 * The network hands @page back: with a count of 1 (schemes at zero), or because
	 * holds_all_refs() was true (callback schemes). A page that the driver has never
	 * given away, or has back already, is ignored. Any context.
	 */
	void (*page_returned)(struct net_device *dev, struct page *page);
	/* Every reference the driver holds outside descriptors. Any context, machine at rest. */
	void (*for_each_holder)(struct net_device *dev, np_holder_fn *fn, void *arg);
};

extern NP_API const struct np_driver np_driver_page_pool;  /* most drivers today */
extern NP_API const struct np_driver np_driver_page_bias;  /* ixgbe, i40e, ice, gve */
extern NP_API const struct np_driver np_driver_page_cache; /* mlx5 of 5.12 */
extern NP_API const struct np_driver np_driver_page_alloc; /* mlx4, virtio_net: no recycling */
/** np_driver_find - a built-in strategy by name, or NULL. */
NP_API const struct np_driver *np_driver_find(const char *name);

/** struct np_nic_options - what np_nic_create() builds; 0 means the default. */
struct np_nic_options {
	const char *name;		/* default "eth0" */
	const struct np_driver *driver; /* default page_pool */
	unsigned int ring_size;		/* descriptors; default 4, at most 4096 */
	int node;			/* of its memory; 0 by default */
	bool no_optin;			/* the driver has not been converted to the scheme */
	bool half_page;			/* two 2 KiB buffers of each page */
	bool keeps_reference;		/* page_cache: stays holder while the stack uses the page */
	int bias;			/* page_bias: references taken at once; default 65535 */
	unsigned int pool_size;		/* page_pool: ring slots; default 1024 */
	unsigned int compound_order;	/* page_alloc: buffers are slices of such pages */
	void *priv;			/* for drivers of the user's own */
};

struct net_device {
	struct np_machine *machine;
	struct list_head all;
	struct np_nic_options opt;
	const struct np_driver *driver;
	struct page_pool *pool; /* page_pool strategy only */
	struct np_rx_desc *ring;
	unsigned int next;	 /* descriptor that is written next */
	unsigned int refill;	 /* the first of those without a page */
	unsigned int nr_missing; /* descriptors without a page */
	void *priv;		 /* the strategy's own */
	atomic_long_t nr_dma_mapped;
	atomic_long_t refs; /* 1 while registered, 1 for each marked page that names it */
	u64 rx_packets, rx_dropped, rx_bytes;
	atomic_long_t nr_reused;    /* pages posted again without the page allocator */
	atomic_long_t nr_allocated; /* pages posted fresh */
	u32 registered;		    /* 0 from the moment it is being unregistered */
	char name[32];
};

/**
 * np_nic_create - a card with all descriptors posted
 * Context: a CPU of @machine has been entered, as a task.
 * Return: 0; -EINVAL (an option out of range, no context); -ENOMEM; what the driver's
 * open() returned. page_pool with half_page under a scheme that recycles through skbs
 * is refused where a DMA address needs two words of struct page, as in 6.1.
 */
NP_API int np_nic_create(struct np_machine *machine, const struct np_nic_options *options,
			 struct net_device **dev);
/**
 * unregister_netdev - the card stops; posted pages and the driver's are let go; @dev is gone
 *
 * Pages that the stack still uses keep their mark, but have no owner any more: the last
 * put sends them to the allocator. The struct is freed with the last page that names it;
 * a pool whose pages are out outlives the card, too.
 */
NP_API void unregister_netdev(struct net_device *dev);

/**
 * np_nic_receive - one packet of @nr_frags fragments for @sk
 * @bytes: length of each fragment; 0: as much as a descriptor holds
 * @skb: receives the packet, owned by the socket; may be NULL
 *
 * Context: softirq; one call for a card at a time.
 * Return: 0; -ENOBUFS when the packet was dropped (no descriptor, no memory, no
 * socket memory); -EINVAL: nothing was written.
 */
NP_API int np_nic_receive(struct net_device *dev, struct sock *sk, unsigned int nr_frags,
			  unsigned int bytes, struct sk_buff **skb);
/** np_nic_poll - post what is missing. Return: how many descriptors are posted. */
NP_API unsigned int np_nic_poll(struct net_device *dev);
/** np_nic_write - the card writes the next descriptor, no packet is received. 0 or -ENOBUFS. */
NP_API int np_nic_write(struct net_device *dev);
/** np_nic_can_write - whether a descriptor posts any part of @page. */
NP_API bool np_nic_can_write(const struct net_device *dev, const struct page *page);

/**
 * np_page_stamp - content of a page as a number: changes with every write of a card
 * @offset: may go beyond @page, into the pages behind it
 *
 * Each half of a page has a content of its own. Return: 0 in an unchecked machine, or
 * for what is no page of it.
 */
NP_API u64 np_page_stamp(const struct np_machine *machine, const struct page *page,
			 unsigned int offset, unsigned int len);

#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
/** dma_map_page - an address for @page, counted per card. Return: never 0; DMA_MAPPING_ERROR. */
NP_API dma_addr_t dma_map_page(struct net_device *dev, struct page *page);
/** dma_unmap_page - undo it. */
NP_API void dma_unmap_page(struct net_device *dev, dma_addr_t addr);

/**
 * network_page_init - a driver got @page for receiving: mark it if driver and scheme want that
 *
 * Writes the owner into @page's words, or leaves them to the page_pool it is from.
 * Marking a marked page again does nothing.
 * Context: whoever owns @page alone; @page is a head.
 */
NP_API void network_page_init(struct net_device *dev, struct page *page);
/**
 * network_page_release - @page leaves the network for the allocator: no mark, no owner
 *
 * Undoes the DMA mapping that its words know of. A pool's page leaves its pool. Of a
 * page whose words are not the network's only the mark is taken off.
 * Context: the caller holds a reference, or found the count at 0.
 */
NP_API void network_page_release(struct page *page);
/**
 * network_page_return - hand @page (count 1) back to the pool or driver that owns it
 *
 * Without an owner any more it goes to the allocator; so does a page whose words are
 * not the network's, which is reported as `union_arm`. Under NP_RECYCLE_CALLBACK the
 * one reference is the driver's, and a page without an owner is left alone.
 */
NP_API void network_page_return(struct page *page);
/** network_page_valid - whether the words of a marked page are the network's. Any context. */
NP_API bool network_page_valid(struct np_machine *machine, const struct page *page);
/**
 * network_page_owner - the card that owns a marked page
 * Return: NULL when there is none: unregistered, a pool without a card, or !network_page_valid().
 * Context: rcu_read_lock() for as long as the card is used.
 */
NP_API struct net_device *network_page_owner(struct np_machine *machine, const struct page *page);

NP_END_DECLS

#endif /* NETPAGE_NIC_H */
