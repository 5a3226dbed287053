/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The receive path of a driver that recycles pages by looking at their count. */
#include "mydrv.h"

#include <netpage/page_alloc.h>

struct page *mydrv_cache_pop(struct mydrv *drv)
{
	struct page *page = drv->cache[drv->head];

	drv->head = (drv->head + 1) % MYDRV_CACHE_SIZE;
	drv->count--;
	return page;
}

static bool mydrv_cache_push(struct mydrv *drv, struct page *page)
{
	if (drv->count == MYDRV_CACHE_SIZE)
		return false;
	drv->cache[(drv->head + drv->count++) % MYDRV_CACHE_SIZE] = page;
	return true;
}

/* Only ours again?  An emergency page must go back to where emergencies find it. */
static bool mydrv_can_reuse(const struct page *page)
{
	return page_count(page) == 1 && !page_is_pfmemalloc(page);
}

static struct page *mydrv_get_page(struct net_device *dev)
{
	struct mydrv *drv = dev->priv;
	struct page *page;

	if (drv->count && mydrv_can_reuse(drv->cache[drv->head])) {
		atomic_long_inc(&dev->nr_reused);
		return mydrv_cache_pop(drv);
	}
	page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
	if (page)
		atomic_long_inc(&dev->nr_allocated);
	return page;
}

static int mydrv_post(struct net_device *dev, struct np_rx_desc *desc)
{
	desc->page = mydrv_get_page(dev);
	if (!desc->page)
		return -ENOMEM;
	desc->offset = 0;
	desc->len = PAGE_SIZE;
	desc->bias = 1;
	return 0;
}

static int mydrv_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	int err = skb_add_rx_frag(skb, desc->page, desc->offset, desc->written, PAGE_SIZE);

	if (err)
		return err;
	/* One reference goes with the packet; the other is ours while there is room for it. */
	if (mydrv_cache_push(dev->priv, desc->page))
		get_page(desc->page);
	desc->page = NULL;
	return 0;
}

static void mydrv_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	(void)dev;
	put_page(desc->page);
}

static void mydrv_close(struct net_device *dev)
{
	struct mydrv *drv = dev->priv;

	while (drv->count)
		put_page(mydrv_cache_pop(drv));
}

/* Asked of marked pages only, and this driver has not opted in: it marks none. */
static bool mydrv_holds_all_refs(struct net_device *dev, struct page *page)
{
	(void)dev;
	(void)page;
	return false;
}

static void mydrv_page_returned(struct net_device *dev, struct page *page)
{
	(void)dev;
	put_page(page);
}

static void mydrv_for_each_holder(struct net_device *dev, np_holder_fn *fn, void *arg)
{
	const struct mydrv *drv = dev->priv;
	struct np_holder holder = { .kind = NP_HOLDER_DRIVER, .name = dev->name, .refs = 1 };

	for (unsigned int i = 0; i < drv->count; i++) {
		holder.page = drv->cache[(drv->head + i) % MYDRV_CACHE_SIZE];
		fn(arg, &holder);
	}
}

const struct np_driver mydrv_driver = {
	.name = "mydrv",
	.models = "no real card",
	.close = mydrv_close,
	.post = mydrv_post,
	.receive = mydrv_receive,
	.drop = mydrv_drop,
	.holds_all_refs = mydrv_holds_all_refs,
	.page_returned = mydrv_page_returned,
	.for_each_holder = mydrv_for_each_holder,
};
