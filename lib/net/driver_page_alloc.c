/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A driver that recycles nothing: its reference goes to the packet, and the next
 * descriptor gets a new page.  Several descriptors may share one page, or one
 * compound page: each of them has a reference of its own then, and while there is
 * room left the driver has one more.
 *
 * Models: mlx4 (drivers/net/ethernet/mellanox/mlx4/en_rx.c), virtio_net with
 * skb_page_frag_refill() (net/core/sock.c), 6.1.
 */
#include <net/net.h>

/* The page that is being cut into slices; NULL between pages. */
struct page_frag {
	struct page *page;
	unsigned int offset;
};

static unsigned int slice_size(const struct net_device *dev)
{
	return dev->opt.half_page ? HALF_PAGE : PAGE_SIZE;
}

static int page_alloc_open(struct net_device *dev)
{
	dev->priv = np_alloc(dev->machine, sizeof(struct page_frag));
	return dev->priv ? 0 : -ENOMEM;
}

/*
 * The mapping belongs to the slice and not to the page, so the mark's words know no
 * address.  A mark that nobody would ask about must not reach the allocator.
 */
static void unmap_slice(struct net_device *dev, struct page *page)
{
	dma_unmap_page(dev, np_dma_address(dev->machine, page));
	if (PageNetwork(page) && !np_asked_at_zero(dev->machine))
		network_page_release(page);
}

static void page_alloc_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	unmap_slice(dev, desc->page);
	put_page(desc->page);
}

static void page_alloc_close(struct net_device *dev)
{
	struct page_frag *frag = dev->priv;

	if (frag->page) {
		if (PageNetwork(frag->page) && !np_asked_at_zero(dev->machine))
			network_page_release(frag->page);
		put_page(frag->page);
	}
	np_free_rcu(dev->machine, frag, sizeof(*frag));
}

static int refill_frag(struct net_device *dev, struct page_frag *frag)
{
	if (frag->page)
		return 0;
	frag->page = np_driver_alloc(dev, dev->opt.compound_order);
	if (!frag->page)
		return -ENOMEM;
	frag->offset = 0;
	network_page_init(dev, frag->page);
	atomic_long_inc(&dev->nr_allocated);
	return 0;
}

static int page_alloc_post(struct net_device *dev, struct np_rx_desc *desc)
{
	unsigned int size = slice_size(dev);
	struct page_frag *frag = dev->priv;
	int err = refill_frag(dev, frag);

	if (err)
		return err;
	if (dma_map_page(dev, frag->page) == DMA_MAPPING_ERROR)
		return -ENOMEM;
	desc->page = frag->page;
	desc->offset = frag->offset;
	desc->len = size;
	desc->bias = 1;
	frag->offset += size;
	/* The last slice gets the driver's own reference. */
	if (frag->offset < PAGE_SIZE << dev->opt.compound_order)
		get_page(frag->page);
	else
		frag->page = NULL;
	return 0;
}

static int page_alloc_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	int err = np_driver_add_frag(skb, desc);

	if (err)
		return err;
	unmap_slice(dev, desc->page);
	desc->page = NULL;
	return 0;
}

/* What it holds is posted or about to be: there is nothing that could come back. */
static bool page_alloc_holds_all_refs(struct net_device *dev, struct page *page)
{
	(void)dev;
	(void)page;
	return false;
}

static void page_alloc_page_returned(struct net_device *dev, struct page *page)
{
	(void)dev;
	network_page_release(page);
	put_page(page);
}

static void page_alloc_for_each_holder(struct net_device *dev, np_holder_fn *fn, void *arg)
{
	const struct page_frag *frag = dev->priv;

	if (frag->page)
		fn(arg, &(struct np_holder){ .kind = NP_HOLDER_DRIVER,
					     .name = dev->name,
					     .page = frag->page,
					     .refs = 1,
					     .dev = dev });
}

const struct np_driver np_driver_page_alloc = {
	.name = "page_alloc",
	.models = "mlx4, virtio_net",
	.open = page_alloc_open,
	.close = page_alloc_close,
	.post = page_alloc_post,
	.receive = page_alloc_receive,
	.drop = page_alloc_drop,
	.holds_all_refs = page_alloc_holds_all_refs,
	.page_returned = page_alloc_page_returned,
	.for_each_holder = page_alloc_for_each_holder,
};
