/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Whose a marked page is.
 *
 * The mark is one bit that says "ask the network".  Whom exactly is in the page's
 * words: a page_pool in the arm that pools use, or a card in the arm of pages that
 * a driver keeps itself.  A mark may be an alias of a flag that others set too: no
 * pointer found there is followed before it has been found among the machine's own.
 *
 * A card that is unregistered while such pages are out stays on the machine's list,
 * for their sake alone, until the last of them has gone.
 */
#include <net/net.h>

bool np_head_usable(struct np_machine *machine, struct page *page, const char *who)
{
	char name[48];

	if (likely(machine->options.dma_layout != NP_DMA_32_BROKEN) ||
	    np_compound_head_valid(machine, page))
		return true;
	np_violate(machine, NP_UNION_ARM, np_page_name(machine, page, name, sizeof(name)),
		   "%s would follow compound_head=0x%lx, which is the upper half of a DMA address",
		   who, np_page_valid(machine, page) ? READ_ONCE(page->compound_head) : 0UL);
	return false;
}

void np_net_init(struct np_machine *machine)
{
	register_network_page_ops(machine, &machine->scheme->put);
	machine->scheme_rmap.page_unmapped = machine->scheme->page_unmapped;
	register_network_rmap_ops(machine, &machine->scheme_rmap);
}

/* --- owners --- */

static bool pool_exists(struct np_machine *machine, const struct page_pool *pool)
{
	const struct page_pool *found;
	bool exists = false;

	spin_lock_irqsave(&machine->objects_lock);
	list_for_each_entry(found, &machine->pools, all)
		exists |= found == pool;
	spin_unlock_irqrestore(&machine->objects_lock);
	return exists;
}

static struct net_device *find_device(struct np_machine *machine, const struct net_device *wanted)
{
	struct net_device *dev, *found = NULL;

	spin_lock_irqsave(&machine->objects_lock);
	list_for_each_entry(dev, &machine->devs, all)
		if (dev == wanted)
			found = dev;
	spin_unlock_irqrestore(&machine->objects_lock);
	return found;
}

/* The card in the words of a page that is in no pool; it may be on its way out. */
static struct net_device *device_of(struct np_machine *machine, const struct page *page)
{
	return find_device(machine, READ_ONCE(page->network_owner));
}

bool network_page_valid(struct np_machine *machine, const struct page *page)
{
	if (page_is_page_pool(page))
		return pool_exists(machine, READ_ONCE(page->pp));
	return device_of(machine, page);
}

struct net_device *network_page_owner(struct np_machine *machine, const struct page *page)
{
	struct net_device *dev;

	if (page_is_page_pool(page)) {
		struct page_pool *pool = READ_ONCE(page->pp);

		/* A pool lasts as long as it has pages out: once found, it stays. */
		dev = pool_exists(machine, pool) ? READ_ONCE(pool->p.dev) : NULL;
	} else {
		dev = device_of(machine, page);
	}
	return dev && READ_ONCE(dev->registered) ? dev : NULL;
}

/* --- coming and going --- */

static bool wants_mark(const struct net_device *dev)
{
	const struct network_page_ops *ops = dev->machine->network;

	return !dev->opt.no_optin && (ops->flags_mask || ops->page_type);
}

void network_page_init(struct net_device *dev, struct page *page)
{
	if (!wants_mark(dev) || PageNetwork(page))
		return;
	if (!page_is_page_pool(page)) {
		WRITE_ONCE(page->network_owner, dev);
		WRITE_ONCE(page->network_private[0], 0UL);
		WRITE_ONCE(page->network_private[1], 0UL);
		atomic_long_inc(&dev->refs);
	}
	SetPageNetwork(page);
}

/* Undoes network_page_init() and the mapping of a page that is in no pool. */
static void clear_owner(struct np_machine *machine, struct page *page)
{
	/* The low bits are not the address's: bit 1 is pfmemalloc's. */
	dma_addr_t dma = READ_ONCE(page->network_dma_addr) & ~3UL;
	struct net_device *dev = device_of(machine, page);

	/* For the mm the first word is compound_head: never half written. */
	WRITE_ONCE(page->network_dma_addr, 0UL);
	WRITE_ONCE(page->network_owner, NULL);
	WRITE_ONCE(page->network_private[0], 0UL);
	WRITE_ONCE(page->network_private[1], 0UL);
	if (dma)
		dma_unmap_page(dev, dma);
	np_netdev_put(dev);
}

void network_page_release(struct page *page)
{
	struct np_machine *machine = this_machine();

	if (page_is_page_pool(page) && pool_exists(machine, page->pp)) {
		/* Comes back here once the words are no pool's any more. */
		page_pool_release_page(page->pp, page);
		return;
	}
	if (!PageNetwork(page))
		return;
	if (network_page_valid(machine, page))
		clear_owner(machine, page);
	ClearPageNetwork(page);
}

/* Nobody takes it back: to the allocator, like a page that never was the network's. */
static void return_to_allocator(struct np_machine *machine, struct page *page)
{
	char name[48];

	if (!network_page_valid(machine, page))
		np_violate(machine, NP_UNION_ARM, np_page_name(machine, page, name, sizeof(name)),
			   "is marked as a network page, and its words name no pool and no card");
	network_page_release(page);
	put_page(page);
}

void network_page_return(struct page *page)
{
	struct np_machine *machine = this_machine();
	struct net_device *dev;

	/* Keeps a card that another CPU unregisters meanwhile. */
	rcu_read_lock();
	dev = network_page_owner(machine, page);
	if (dev && (!page_is_page_pool(page) || READ_ONCE(dev->pool) == page->pp))
		dev->driver->page_returned(dev, page);
	else if (machine->scheme->recycle == NP_RECYCLE_CALLBACK)
		; /* Its card has just gone, and dropped its reference; the caller has none to give. */
	else if (page_is_page_pool(page) && network_page_valid(machine, page))
		page_pool_put_full_page(page->pp, page, false);
	else
		return_to_allocator(machine, page);
	rcu_read_unlock();
}
