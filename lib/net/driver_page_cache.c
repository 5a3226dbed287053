/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A driver with a cache of pages that are, or soon will be, free again.
 *
 * keeps_reference: a page goes into the cache when it has been received, while the
 * packet still uses it: the driver stays a holder, the count never reaches 0, and
 * "free again" is found out by looking at the count of the oldest one.  Else the
 * driver's reference goes to the packet, and the page comes into the cache when the
 * network hands it back; without a mark it never does.
 *
 * Models: mlx5 of 5.12 (drivers/net/ethernet/mellanox/mlx5/core/en_rx.c:
 * mlx5e_rx_cache_put(), mlx5e_rx_cache_get(), mlx5e_page_release()).
 */
#include <net/net.h>

#define CACHE_SIZE 256u

struct page_cache {
	spinlock_t lock; /* pages come back in any context */
	bool keeps;
	bool closed;
	unsigned int head, count;
	struct page *pages[CACHE_SIZE];
	struct page *half; /* half of it is posted; its reference waits for the other half */
};

static int page_cache_open(struct net_device *dev)
{
	struct page_cache *cache = np_alloc(dev->machine, sizeof(*cache));

	if (!cache)
		return -ENOMEM;
	/* Who wants to be asked at every put has to be a holder. */
	cache->keeps = dev->opt.keeps_reference || np_driver_recycle(dev) == NP_RECYCLE_CALLBACK;
	dev->priv = cache;
	return 0;
}

/* Whether there was room. */
static bool cache_push(struct page_cache *cache, struct page *page)
{
	bool room;

	spin_lock_irqsave(&cache->lock);
	room = !cache->closed && cache->count < CACHE_SIZE;
	if (room)
		cache->pages[(cache->head + cache->count++) % CACHE_SIZE] = page;
	spin_unlock_irqrestore(&cache->lock);
	return room;
}

/* The oldest page; @idle: only if nobody else uses it: one slow reader blocks all behind it. */
static struct page *cache_pop(struct page_cache *cache, bool idle)
{
	struct page *page = NULL;

	spin_lock_irqsave(&cache->lock);
	if (cache->count && (!idle || page_ref_count(cache->pages[cache->head]) == 1)) {
		page = cache->pages[cache->head];
		cache->head = (cache->head + 1) % CACHE_SIZE;
		cache->count--;
	}
	spin_unlock_irqrestore(&cache->lock);
	return page;
}

static void page_cache_close(struct net_device *dev)
{
	struct page_cache *cache = dev->priv;
	struct page *page;

	spin_lock_irqsave(&cache->lock);
	cache->closed = true;
	spin_unlock_irqrestore(&cache->lock);
	while ((page = cache_pop(cache, false)))
		np_driver_put_page(dev, page, 1);
	if (cache->half)
		np_driver_put_page(dev, cache->half, 1);
	np_free_rcu(dev->machine, cache, sizeof(*cache));
}

static struct page *next_page(struct net_device *dev)
{
	struct page *page = cache_pop(dev->priv, true);

	if (page) {
		atomic_long_inc(&dev->nr_reused);
		return page;
	}
	page = np_driver_get_page(dev);
	if (!page)
		return NULL;
	np_driver_set_held(page, 1);
	atomic_long_inc(&dev->nr_allocated);
	return page;
}

/* Of two halves the first borrows, the second has the reference: it is written later. */
static int page_cache_post(struct net_device *dev, struct np_rx_desc *desc)
{
	struct page_cache *cache = dev->priv;
	struct page *page = cache->half ? cache->half : next_page(dev);

	if (!page)
		return -ENOMEM;
	desc->page = page;
	desc->offset = cache->half ? HALF_PAGE : 0;
	desc->len = dev->opt.half_page ? HALF_PAGE : PAGE_SIZE;
	desc->bias = !dev->opt.half_page || cache->half;
	cache->half = desc->bias ? NULL : page;
	return 0;
}

/* The driver is done with writing @page, and keeps its reference. */
static void cache_page(struct net_device *dev, struct page *page)
{
	if (!np_driver_reusable(dev, page) || !cache_push(dev->priv, page))
		np_driver_put_page(dev, page, 1);
}

static int page_cache_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	struct page_cache *cache = dev->priv;
	struct page *page = desc->page;
	bool keep = cache->keeps || !desc->bias;
	int err = np_driver_add_frag(skb, desc);

	if (err)
		return err;
	/* Nobody knows the packet yet: the reference is there in time. */
	if (keep)
		page_ref_inc(page);
	desc->page = NULL;
	if (!desc->bias)
		return 0;
	if (keep)
		cache_page(dev, page);
	else
		np_driver_give_page(dev, page);
	return 0;
}

static void page_cache_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	if (desc->bias)
		np_driver_put_page(dev, desc->page, 1);
}

static bool page_cache_holds_all_refs(struct net_device *dev, struct page *page)
{
	long held;

	if (network_page_owner(dev->machine, page) != dev || page_is_page_pool(page))
		return false;
	held = np_driver_held(page);
	return held && page_ref_count(page) == held;
}

static void page_cache_page_returned(struct net_device *dev, struct page *page)
{
	/* Posted, or in the cache: it was never away. */
	if (np_driver_held(page))
		return;
	np_driver_set_held(page, 1);
	if (np_driver_reusable(dev, page) && cache_push(dev->priv, page))
		return;
	network_page_release(page);
	put_page(page);
}

static void page_cache_for_each_holder(struct net_device *dev, np_holder_fn *fn, void *arg)
{
	const struct page_cache *cache = dev->priv;
	struct np_holder holder = {
		.kind = NP_HOLDER_DRIVER, .name = dev->name, .refs = 1, .dev = dev
	};

	for (unsigned int i = 0; i < cache->count; i++) {
		holder.page = cache->pages[(cache->head + i) % CACHE_SIZE];
		fn(arg, &holder);
	}
	holder.page = cache->half;
	if (holder.page)
		fn(arg, &holder);
}

const struct np_driver np_driver_page_cache = {
	.name = "page_cache",
	.models = "mlx5 of 5.12",
	.open = page_cache_open,
	.close = page_cache_close,
	.post = page_cache_post,
	.receive = page_cache_receive,
	.drop = page_cache_drop,
	.holds_all_refs = page_cache_holds_all_refs,
	.page_returned = page_cache_page_returned,
	.for_each_holder = page_cache_for_each_holder,
};
