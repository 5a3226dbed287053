/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A driver that takes its pages from a page_pool.  How they come back is decided by
 * the scheme (enum np_recycle); one that has not opted in lets them go.
 *
 * half_page: where skbs recycle, each half is a fragment of the pool's.  Elsewhere a
 * packet drops page references, and the halves share the one reference that the pool
 * gave: the first half borrows it, the second, which the card writes later, has it.
 */
#include <net/net.h>
#include <net/page_set.h>

struct pool_ring {
	enum np_recycle recycle;
	bool frag;
	u32 fresh;	   /* pages at the bottom of the pool's cache that were never posted */
	struct page *half; /* half of it is posted; its reference waits for the other half */
	spinlock_t lock;   /* pages come back in any context */
	struct np_page_set lent; /* the driver's one reference; packets have others */
};

static int page_pool_open(struct net_device *dev)
{
	struct pool_ring *ring = np_alloc(dev->machine, sizeof(*ring));
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP,
		.dma_dir = DMA_FROM_DEVICE,
		.pool_size = dev->opt.pool_size,
		.nid = dev->opt.node,
		.dev = dev,
	};
	int err;

	if (!ring)
		return -ENOMEM;
	ring->recycle = np_driver_recycle(dev);
	ring->frag = dev->opt.half_page && ring->recycle == NP_RECYCLE_SKB;
	if (ring->frag)
		params.flags |= PP_FLAG_PAGE_FRAG;
	err = page_pool_create(dev->machine, dev->name, &params, &dev->pool);
	if (err) {
		np_free(dev->machine, ring, sizeof(*ring));
		return err;
	}
	dev->priv = ring;
	return 0;
}

static struct page *pop_lent(struct pool_ring *ring)
{
	struct page *page = NULL;

	spin_lock_irqsave(&ring->lock);
	if (ring->lent.count) {
		page = ring->lent.pages[0];
		np_page_set_remove(&ring->lent, page);
	}
	spin_unlock_irqrestore(&ring->lock);
	return page;
}

static void page_pool_close(struct net_device *dev)
{
	struct pool_ring *ring = dev->priv;
	struct page_pool *pool = dev->pool;
	struct np_page_set lent;
	struct page *page;

	if (ring->half)
		page_pool_put_full_page(pool, ring->half, false);
	while ((page = pop_lent(ring)))
		page_pool_put_full_page(pool, page, false);
	spin_lock_irqsave(&ring->lock);
	lent = ring->lent;
	ring->lent = (struct np_page_set){ 0 };
	spin_unlock_irqrestore(&ring->lock);
	np_page_set_free(dev->machine, &lent);
	np_free_rcu(dev->machine, ring, sizeof(*ring));
	WRITE_ONCE(dev->pool, NULL);
	page_pool_destroy(pool);
}

/*
 * The cache is a stack, filled from the allocator only when it is empty: what has
 * never been posted is at its bottom.
 */
static void count_page(struct net_device *dev, u32 held, u32 cached)
{
	struct pool_ring *ring = dev->priv;
	const struct page_pool *pool = dev->pool;
	bool fresh = pool->pages_state_hold_cnt != held;

	if (fresh) {
		ring->fresh = pool->alloc.count;
	} else if (pool->alloc.count < cached && cached <= ring->fresh) {
		ring->fresh = cached - 1;
		fresh = true;
	}
	atomic_long_inc(fresh ? &dev->nr_allocated : &dev->nr_reused);
}

static struct page *next_page(struct net_device *dev, unsigned int *offset)
{
	struct pool_ring *ring = dev->priv;
	u32 held = dev->pool->pages_state_hold_cnt, cached = dev->pool->alloc.count;
	struct page *page;

	*offset = 0;
	if (ring->frag)
		page = page_pool_alloc_frag(dev->pool, offset, HALF_PAGE,
					    GFP_ATOMIC | __GFP_NOWARN);
	else
		page = page_pool_dev_alloc_pages(dev->pool);
	if (page && !*offset) {
		count_page(dev, held, cached);
		network_page_init(dev, page);
	}
	return page;
}

static int page_pool_post(struct net_device *dev, struct np_rx_desc *desc)
{
	struct pool_ring *ring = dev->priv;
	bool borrows = dev->opt.half_page && !ring->frag && !ring->half;
	struct page *page = ring->half;

	desc->offset = HALF_PAGE;
	if (!page)
		page = next_page(dev, &desc->offset);
	if (!page)
		return -ENOMEM;
	desc->page = page;
	desc->len = dev->opt.half_page ? HALF_PAGE : PAGE_SIZE;
	desc->bias = !borrows;
	ring->half = borrows ? page : NULL;
	return 0;
}

/* Asked at every put, the driver must be a holder: its reference stays. */
static int lend_page(struct net_device *dev, struct page *page)
{
	struct pool_ring *ring = dev->priv;
	int err;

	spin_lock_irqsave(&ring->lock);
	err = np_page_set_add(dev->machine, &ring->lent, page);
	spin_unlock_irqrestore(&ring->lock);
	return err;
}

/* The page belongs to the stack: the pool forgets it, the mark may stay. */
static void detach_page(struct net_device *dev, struct page *page)
{
	page_pool_release_page(dev->pool, page);
	if (np_asked_at_zero(dev->machine))
		network_page_init(dev, page);
}

static int page_pool_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	const struct pool_ring *ring = dev->priv;
	struct page *page = desc->page;
	bool lend = ring->recycle == NP_RECYCLE_CALLBACK && desc->bias;
	int err = np_driver_add_frag(skb, desc);

	if (err)
		return err;
	/* Before it is lent: a page that is lent and has a count of 1 goes back to the pool. */
	if (lend || !desc->bias)
		page_ref_inc(page);
	if (lend) {
		err = lend_page(dev, page);
		if (err)
			return err;
	}
	desc->page = NULL;
	if (desc->bias && ring->recycle == NP_RECYCLE_DETACH)
		detach_page(dev, page);
	if (ring->recycle == NP_RECYCLE_SKB)
		skb_mark_for_recycle(skb);
	return 0;
}

static void page_pool_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	if (desc->bias)
		page_pool_put_full_page(dev->pool, desc->page, false);
}

static bool page_pool_holds_all_refs(struct net_device *dev, struct page *page)
{
	struct pool_ring *ring = dev->priv;
	bool lent;

	if (network_page_owner(dev->machine, page) != dev || page_ref_count(page) != 1)
		return false;
	spin_lock_irqsave(&ring->lock);
	lent = np_page_set_has(&ring->lent, page);
	spin_unlock_irqrestore(&ring->lock);
	return lent;
}

static void page_pool_page_returned(struct net_device *dev, struct page *page)
{
	struct pool_ring *ring = dev->priv;
	bool lent;

	if (!page_is_page_pool(page)) {
		network_page_release(page);
		put_page(page);
		return;
	}
	if (ring->recycle == NP_RECYCLE_CALLBACK) {
		/* Two last users may both have seen the count at 1: the first one wins. */
		spin_lock_irqsave(&ring->lock);
		lent = np_page_set_remove(&ring->lent, page);
		spin_unlock_irqrestore(&ring->lock);
		if (!lent)
			return;
	}
	page_pool_put_full_page(page->pp, page, false);
}

static void page_pool_for_each_holder(struct net_device *dev, np_holder_fn *fn, void *arg)
{
	const struct pool_ring *ring = dev->priv;
	struct np_holder holder = {
		.kind = NP_HOLDER_DRIVER, .name = dev->name, .refs = 1, .dev = dev
	};

	for (unsigned int i = 0; i < ring->lent.count; i++) {
		holder.page = ring->lent.pages[i];
		fn(arg, &holder);
	}
	holder.page = ring->half;
	if (holder.page)
		fn(arg, &holder);
}

const struct np_driver np_driver_page_pool = {
	.name = "page_pool",
	.models = "mlx5, mvneta, stmmac, bnxt and some forty more",
	.open = page_pool_open,
	.close = page_pool_close,
	.post = page_pool_post,
	.receive = page_pool_receive,
	.drop = page_pool_drop,
	.holds_all_refs = page_pool_holds_all_refs,
	.page_returned = page_pool_page_returned,
	.for_each_holder = page_pool_for_each_holder,
};
