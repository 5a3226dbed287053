/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the recycling strategies have in common: where pages come from, and how a
 * driver lets go of one that others may still use.
 */
#include <string.h>

#include <net/net.h>

const struct np_driver *np_driver_find(const char *name)
{
	static const struct np_driver *const drivers[] = {
		&np_driver_page_pool,
		&np_driver_page_bias,
		&np_driver_page_cache,
		&np_driver_page_alloc,
	};

	for (size_t i = 0; name && i < ARRAY_SIZE(drivers); i++)
		if (!strcmp(drivers[i]->name, name))
			return drivers[i];
	return NULL;
}

enum np_recycle np_driver_recycle(const struct net_device *dev)
{
	return dev->opt.no_optin ? NP_RECYCLE_DETACH : dev->machine->scheme->recycle;
}

struct page *np_driver_alloc(struct net_device *dev, unsigned int order)
{
	const struct np_scheme *scheme = dev->machine->scheme;
	gfp_t gfp = (in_task() ? GFP_KERNEL : GFP_ATOMIC) | __GFP_NOWARN;
	struct page *page = NULL;

	if (!order && !dev->opt.no_optin && scheme->alloc_page)
		page = scheme->alloc_page(dev->machine, dev->opt.node);
	if (!page)
		page = alloc_pages_node(dev->opt.node, order ? gfp | __GFP_COMP : gfp, order);
	return page;
}

struct page *np_driver_get_page(struct net_device *dev)
{
	struct page *page = np_driver_alloc(dev, 0);
	dma_addr_t dma;

	if (!page)
		return NULL;
	dma = dma_map_page(dev, page);
	if (dma == DMA_MAPPING_ERROR) {
		put_page(page);
		return NULL;
	}
	network_page_init(dev, page);
	/* Added to what is there: bit 1 tells that the page is an emergency page. */
	if (PageNetwork(page))
		WRITE_ONCE(page->network_dma_addr, page->network_dma_addr | (unsigned long)dma);
	return page;
}

void np_driver_forget_page(struct net_device *dev, struct page *page)
{
	if (PageNetwork(page))
		network_page_release(page);
	else
		dma_unmap_page(dev, np_dma_address(dev->machine, page));
}

void np_driver_put_page(struct net_device *dev, struct page *page, int refs)
{
	if (!PageNetwork(page)) {
		np_driver_forget_page(dev, page);
		/* As unconverted drivers do: at 0 it goes straight to the allocator. */
		if (refs == 1)
			put_page(page);
		else
			__page_frag_cache_drain(page, (unsigned int)refs);
		return;
	}
	if (np_asked_at_zero(dev->machine))
		/* Before the count says so: page_returned() may run on another CPU at once. */
		np_driver_set_held(page, 0);
	else
		network_page_release(page);
	if (page_ref_sub_and_test(page, refs))
		__put_page(page);
}

void np_driver_give_page(struct net_device *dev, struct page *page)
{
	if (PageNetwork(page) && np_asked_at_zero(dev->machine))
		np_driver_set_held(page, 0);
	else
		np_driver_forget_page(dev, page);
}

bool np_driver_reusable(const struct net_device *dev, const struct page *page)
{
	return !page_is_pfmemalloc(page) && page_to_nid(page) == dev->opt.node;
}
