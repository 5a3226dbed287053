/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The card: a ring of descriptors that it fills in order, and what it does to the
 * pages behind them.
 */
#include <stdio.h>
#include <string.h>

#include <net/net.h>

#define RING_SIZE_DEFAULT 4
#define RING_SIZE_MAX 4096
#define BIAS_DEFAULT 65535

/*
 * Where memory begins on the bus.  No page is at address 0, which means "not mapped";
 * with addresses of two 32-bit words the upper one is odd: the bit that matters.
 */
#define BUS_BASE (1ULL << 30)
#define BUS_BASE_ABOVE_4G (1ULL << 32)

/* --- what a page contains --- */

void np_page_write(struct np_machine *machine, struct page *page, unsigned int offset,
		   unsigned int len)
{
	u64 stamp;

	if (!machine->notes || !len || !np_page_valid(machine, page))
		return;
	stamp = __atomic_add_fetch(&machine->next_stamp, 1, __ATOMIC_RELAXED);
	for (unsigned long half = offset / HALF_PAGE; half <= (offset + len - 1) / HALF_PAGE;
	     half++)
		if (np_page_valid(machine, page + half / 2))
			WRITE_ONCE(np_note(machine, page + half / 2)->stamp[half % 2], stamp);
}

u64 np_page_stamp(const struct np_machine *machine, const struct page *page, unsigned int offset,
		  unsigned int len)
{
	u64 newest = 0;

	if (!machine->notes || !len || !np_page_valid(machine, page))
		return 0;
	for (unsigned long half = offset / HALF_PAGE; half <= (offset + len - 1) / HALF_PAGE;
	     half++) {
		u64 stamp;

		if (!np_page_valid(machine, page + half / 2))
			break;
		stamp = READ_ONCE(np_note(machine, page + half / 2)->stamp[half % 2]);
		newest = stamp > newest ? stamp : newest;
	}
	/* 0 is for readers who do not care: content that no card wrote is 1. */
	return newest + 1;
}

/* --- DMA --- */

dma_addr_t np_dma_address(const struct np_machine *machine, const struct page *page)
{
	u64 base = machine->options.dma_layout == NP_DMA_64 ? BUS_BASE : BUS_BASE_ABOVE_4G;

	return base + ((dma_addr_t)np_pfn(machine, page) << PAGE_SHIFT);
}

dma_addr_t dma_map_page(struct net_device *dev, struct page *page)
{
	if (np_fault_armed(dev->machine, NP_FAULT_DMA_MAP_PAGE))
		return DMA_MAPPING_ERROR;
	atomic_long_inc(&dev->nr_dma_mapped);
	return np_dma_address(dev->machine, page);
}

void dma_unmap_page(struct net_device *dev, dma_addr_t addr)
{
	if (addr != DMA_MAPPING_ERROR)
		atomic_long_dec(&dev->nr_dma_mapped);
}

/* --- creation --- */

static bool is_complete(const struct np_driver *driver)
{
	return driver->name && driver->post && driver->receive && driver->drop &&
	       driver->holds_all_refs && driver->page_returned;
}

static int fill_options(struct np_machine *machine, struct np_nic_options *to,
			const struct np_nic_options *from)
{
	*to = from ? *from : (struct np_nic_options){ 0 };
	if (!to->name)
		to->name = "eth0";
	if (!to->driver)
		to->driver = &np_driver_page_pool;
	if (!to->ring_size)
		to->ring_size = RING_SIZE_DEFAULT;
	if (!to->bias)
		to->bias = BIAS_DEFAULT;
	if (!*to->name || strlen(to->name) >= sizeof(((struct net_device *)NULL)->name))
		return -EINVAL;
	if (to->ring_size > RING_SIZE_MAX || to->bias < 0 || to->compound_order >= MAX_ORDER)
		return -EINVAL;
	if (to->node < 0 || (unsigned int)to->node >= machine->options.nr_nodes)
		return -EINVAL;
	return is_complete(to->driver) ? 0 : -EINVAL;
}

static struct net_device *alloc_netdev(struct np_machine *machine,
				       const struct np_nic_options *options)
{
	struct net_device *dev = np_alloc(machine, sizeof(*dev));

	if (!dev)
		return NULL;
	dev->ring = np_alloc(machine, options->ring_size * sizeof(*dev->ring));
	if (!dev->ring) {
		np_free(machine, dev, sizeof(*dev));
		return NULL;
	}
	dev->machine = machine;
	dev->opt = *options;
	dev->driver = options->driver;
	dev->priv = options->priv;
	dev->nr_missing = options->ring_size;
	snprintf(dev->name, sizeof(dev->name), "%s", options->name);
	dev->opt.name = dev->name;
	return dev;
}

/* The put path of another CPU may still be looking at it. */
static void free_netdev(struct net_device *dev)
{
	np_free_rcu(dev->machine, dev->ring, dev->opt.ring_size * sizeof(*dev->ring));
	np_free_rcu(dev->machine, dev, sizeof(*dev));
}

void np_netdev_put(struct net_device *dev)
{
	struct np_machine *machine = dev->machine;

	if (!atomic_long_dec_and_test(&dev->refs))
		return;
	spin_lock_irqsave(&machine->objects_lock);
	list_del(&dev->all);
	spin_unlock_irqrestore(&machine->objects_lock);
	free_netdev(dev);
}

int np_nic_create(struct np_machine *machine, const struct np_nic_options *options,
		  struct net_device **out)
{
	struct np_nic_options filled;
	struct net_device *dev;
	int err;

	if (!machine || !out || np_this_machine() != machine ||
	    fill_options(machine, &filled, options))
		return -EINVAL;
	dev = alloc_netdev(machine, &filled);
	if (!dev)
		return -ENOMEM;
	err = dev->driver->open ? dev->driver->open(dev) : 0;
	if (err) {
		free_netdev(dev);
		return err;
	}
	WRITE_ONCE(dev->registered, 1);
	atomic_long_set(&dev->refs, 1);
	spin_lock_irqsave(&machine->objects_lock);
	list_add_tail(&dev->all, &machine->devs);
	spin_unlock_irqrestore(&machine->objects_lock);
	if (np_nic_poll(dev) < dev->opt.ring_size) {
		unregister_netdev(dev);
		return -ENOMEM;
	}
	*out = dev;
	return 0;
}

/* --- the end --- */

/* Packets and pools that name @dev outlive it; pages do not. */
static void forget_device(struct net_device *dev)
{
	struct np_machine *machine = dev->machine;
	struct page_pool *pool;
	struct sk_buff *skb;

	spin_lock_irqsave(&machine->objects_lock);
	list_for_each_entry(skb, &machine->skbs, all)
		if (skb->dev == dev)
			WRITE_ONCE(skb->dev, NULL);
	/* A pool with pages out lives on; it has nothing to unmap them from any more. */
	list_for_each_entry(pool, &machine->pools, all)
		if (pool->p.dev == dev)
			WRITE_ONCE(pool->p.dev, NULL);
	spin_unlock_irqrestore(&machine->objects_lock);
}

void unregister_netdev(struct net_device *dev)
{
	if (!dev || !READ_ONCE(dev->registered))
		return;
	/* From here on pages that come back go to the allocator. */
	WRITE_ONCE(dev->registered, 0);
	/* In the order of the ring: a descriptor may borrow from the one behind it. */
	for (unsigned int i = 0; i < dev->opt.ring_size; i++) {
		struct np_rx_desc *desc = &dev->ring[(dev->next + i) % dev->opt.ring_size];

		if (!desc->page)
			continue;
		dev->driver->drop(dev, desc);
		desc->page = NULL;
	}
	if (dev->driver->close)
		dev->driver->close(dev);
	forget_device(dev);
	np_netdev_put(dev);
}

/* --- receiving --- */

unsigned int np_nic_poll(struct net_device *dev)
{
	while (dev->nr_missing) {
		struct np_rx_desc *desc = &dev->ring[dev->refill];

		/* Some drivers keep a descriptor posted when its page can be written again. */
		if (!desc->page) {
			/* The oldest first, or none: the card takes them in order. */
			if (dev->driver->post(dev, desc))
				break;
			desc->where = np_where();
			dev->nr_missing--;
		}
		dev->refill = (dev->refill + 1) % dev->opt.ring_size;
	}
	if (!dev->nr_missing)
		dev->refill = dev->next;
	return dev->opt.ring_size - dev->nr_missing;
}

/* Whether the card has room for a packet. -EINVAL: never, for @bytes in one fragment. */
static int check_room(const struct net_device *dev, unsigned int nr_frags, unsigned int bytes)
{
	if (nr_frags > dev->opt.ring_size)
		return -ENOBUFS;
	for (unsigned int i = 0; i < nr_frags; i++) {
		const struct np_rx_desc *desc = &dev->ring[(dev->next + i) % dev->opt.ring_size];

		if (!desc->page)
			return -ENOBUFS;
		if (bytes > desc->len)
			return -EINVAL;
		/* The stack counts references through the head: not on this page. */
		if (!np_head_usable(dev->machine, desc->page, "the stack"))
			return -ENOBUFS;
	}
	return 0;
}

/* The card writes the next descriptor, the driver makes a fragment of it. */
static int receive_frag(struct net_device *dev, unsigned int bytes, struct sk_buff *skb)
{
	struct np_rx_desc *desc = &dev->ring[dev->next];
	int err;

	desc->written = bytes ? bytes : desc->len;
	np_page_write(dev->machine, desc->page, desc->offset, desc->written);
	err = dev->driver->receive(dev, desc, skb);
	if (err)
		return err;
	if (!desc->page)
		dev->nr_missing++;
	dev->next = (dev->next + 1) % dev->opt.ring_size;
	return 0;
}

static struct sk_buff *receive_skb(struct net_device *dev, unsigned int nr_frags,
				   unsigned int bytes)
{
	struct sk_buff *skb = alloc_skb(dev->machine, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb->dev = dev;
	skb->no_optin = dev->opt.no_optin;
	while (nr_frags--) {
		if (receive_frag(dev, bytes, skb)) {
			kfree_skb(skb);
			return NULL;
		}
	}
	return skb;
}

int np_nic_receive(struct net_device *dev, struct sock *sk, unsigned int nr_frags,
		   unsigned int bytes, struct sk_buff **out)
{
	struct sk_buff *skb = NULL;
	unsigned int len = 0;
	int err;

	if (out)
		*out = NULL;
	if (!dev || !sk || !nr_frags || nr_frags > MAX_SKB_FRAGS ||
	    np_this_machine() != dev->machine || sk->machine != dev->machine)
		return -EINVAL;
	err = check_room(dev, nr_frags, bytes);
	if (err == -EINVAL)
		return err;
	if (!err)
		skb = receive_skb(dev, nr_frags, bytes);
	if (skb)
		len = skb->len;
	if (!skb || tcp_queue_rcv(sk, skb)) {
		dev->rx_dropped++;
		np_nic_poll(dev);
		return -ENOBUFS;
	}
	dev->rx_packets++;
	dev->rx_bytes += len;
	if (out)
		*out = skb;
	np_nic_poll(dev);
	return 0;
}

int np_nic_write(struct net_device *dev)
{
	const struct np_rx_desc *desc = &dev->ring[dev->next];

	if (!desc->page)
		return -ENOBUFS;
	np_page_write(dev->machine, desc->page, desc->offset, desc->len);
	return 0;
}

bool np_nic_can_write(const struct net_device *dev, const struct page *page)
{
	for (unsigned int i = 0; i < dev->opt.ring_size; i++) {
		const struct np_rx_desc *desc = &dev->ring[i];
		unsigned long first = desc->offset / PAGE_SIZE;
		unsigned long last = (desc->offset + desc->len - 1) / PAGE_SIZE;

		/* The head stands for all of a compound page. */
		if (desc->page && (desc->page == page ||
				   (page >= desc->page + first && page <= desc->page + last)))
			return true;
	}
	return false;
}
