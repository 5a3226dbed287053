/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A driver that takes thousands of references of a page at once, so that giving one
 * to a packet needs no locked operation: "pagecnt_bias" is how many it has left.
 * All references are the driver's again when the count is the bias.
 *
 * half_page: the buffer flips to the other half as long as at most the packet just
 * received uses the page; else the driver lets go of it (Intel).  Whole pages are
 * parked until their count is the bias, and posted again then (gve).
 *
 * Models: ixgbe_main.c ixgbe_can_reuse_rx_page(), i40e_txrx.c, ice_txrx.c of
 * drivers/net/ethernet/intel; gve_rx_dqo.c of google/gve, 6.1.
 */
#include <net/net.h>

/* How many of the parked pages are looked at before a new one is taken. */
#define PARKED_LOOKS 5
/* Buffers for each descriptor, posted ones included: with more out, the oldest is let go. */
#define BUFFERS_PER_DESC 4

struct rx_buffer {
	struct list_head list;
	struct page *page;
	long bias;
	unsigned int offset;
};

struct bias_ring {
	struct list_head parked; /* those not looked at longest first; softirq only */
	unsigned int nr_parked;
	spinlock_t lock;	   /* what follows: pages come back in any context */
	struct list_head returned; /* bias 1: nobody else uses them */
	bool closed;
};

static int page_bias_open(struct net_device *dev)
{
	struct bias_ring *ring = np_alloc(dev->machine, sizeof(*ring));

	if (!ring)
		return -ENOMEM;
	INIT_LIST_HEAD(&ring->parked);
	INIT_LIST_HEAD(&ring->returned);
	dev->priv = ring;
	return 0;
}

static void free_buffer(struct net_device *dev, struct rx_buffer *buffer)
{
	np_free(dev->machine, buffer, sizeof(*buffer));
}

/* Lets go of the page with all references that are left. */
static void put_buffer(struct net_device *dev, struct rx_buffer *buffer)
{
	if (buffer->bias)
		np_driver_put_page(dev, buffer->page, (int)buffer->bias);
	else
		np_driver_give_page(dev, buffer->page);
	free_buffer(dev, buffer);
}

static struct rx_buffer *pop_buffer(struct list_head *list)
{
	struct rx_buffer *buffer = NULL;

	if (!list_empty(list)) {
		buffer = list_first_entry(list, struct rx_buffer, list);
		list_del(&buffer->list);
	}
	return buffer;
}

static struct rx_buffer *pop_returned(struct bias_ring *ring)
{
	struct rx_buffer *buffer;

	spin_lock_irqsave(&ring->lock);
	buffer = pop_buffer(&ring->returned);
	spin_unlock_irqrestore(&ring->lock);
	return buffer;
}

static void page_bias_close(struct net_device *dev)
{
	struct bias_ring *ring = dev->priv;
	struct rx_buffer *buffer;

	spin_lock_irqsave(&ring->lock);
	ring->closed = true;
	spin_unlock_irqrestore(&ring->lock);
	while ((buffer = pop_returned(ring)))
		put_buffer(dev, buffer);
	while ((buffer = pop_buffer(&ring->parked)))
		put_buffer(dev, buffer);
	np_free_rcu(dev->machine, ring, sizeof(*ring));
}

static void park(struct net_device *dev, struct rx_buffer *buffer)
{
	struct bias_ring *ring = dev->priv;

	list_add_tail(&buffer->list, &ring->parked);
	if (++ring->nr_parked <= dev->opt.ring_size * BUFFERS_PER_DESC)
		return;
	ring->nr_parked--;
	put_buffer(dev, pop_buffer(&ring->parked));
}

/* One whose references are all ours. Busy ones go to the back: the next is looked at next time. */
static struct rx_buffer *pop_idle(struct bias_ring *ring)
{
	struct rx_buffer *buffer;

	for (int looks = 0; looks < PARKED_LOOKS && (buffer = pop_buffer(&ring->parked)); looks++) {
		if (page_ref_count(buffer->page) == buffer->bias) {
			ring->nr_parked--;
			return buffer;
		}
		list_add_tail(&buffer->list, &ring->parked);
	}
	return NULL;
}

static struct rx_buffer *new_buffer(struct net_device *dev)
{
	struct rx_buffer *buffer = np_alloc(dev->machine, sizeof(*buffer));

	if (!buffer)
		return NULL;
	buffer->page = np_driver_get_page(dev);
	if (!buffer->page) {
		free_buffer(dev, buffer);
		return NULL;
	}
	buffer->bias = 1;
	return buffer;
}

/* Up to opt.bias references again. Added, never set: others may hold some for a moment. */
static void replenish(struct net_device *dev, struct rx_buffer *buffer)
{
	long missing = dev->opt.bias - buffer->bias;

	if (missing > 0) {
		page_ref_add(buffer->page, (int)missing);
		buffer->bias += missing;
	}
}

static int page_bias_post(struct net_device *dev, struct np_rx_desc *desc)
{
	struct bias_ring *ring = dev->priv;
	struct rx_buffer *buffer = pop_returned(ring);

	if (!buffer)
		buffer = pop_idle(ring);
	if (buffer) {
		atomic_long_inc(&dev->nr_reused);
	} else {
		buffer = new_buffer(dev);
		if (!buffer)
			return -ENOMEM;
		atomic_long_inc(&dev->nr_allocated);
	}
	if (buffer->bias == 1)
		replenish(dev, buffer);
	np_driver_set_held(buffer->page, buffer->bias);
	desc->page = buffer->page;
	desc->offset = buffer->offset;
	desc->len = dev->opt.half_page ? HALF_PAGE : PAGE_SIZE;
	desc->bias = buffer->bias;
	desc->priv = buffer;
	return 0;
}

/* Whether the other half may be written: the packet just received is the only user. */
static bool can_flip(const struct net_device *dev, const struct rx_buffer *buffer)
{
	return np_driver_reusable(dev, buffer->page) &&
	       page_ref_count(buffer->page) - buffer->bias <= 1;
}

static void flip_or_put(struct net_device *dev, struct np_rx_desc *desc, struct rx_buffer *buffer)
{
	if (!can_flip(dev, buffer)) {
		desc->page = NULL;
		put_buffer(dev, buffer);
		return;
	}
	if (buffer->bias <= 1)
		replenish(dev, buffer);
	np_driver_set_held(buffer->page, buffer->bias);
	buffer->offset ^= HALF_PAGE;
	desc->offset = buffer->offset;
	desc->bias = buffer->bias;
	atomic_long_inc(&dev->nr_reused);
}

static int page_bias_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	struct rx_buffer *buffer = desc->priv;
	int err = np_driver_add_frag(skb, desc);

	if (err)
		return err;
	buffer->bias--;
	np_driver_set_held(buffer->page, buffer->bias);
	if (dev->opt.half_page) {
		flip_or_put(dev, desc, buffer);
		return 0;
	}
	desc->page = NULL;
	if (buffer->bias && np_driver_reusable(dev, buffer->page))
		park(dev, buffer);
	else
		put_buffer(dev, buffer);
	return 0;
}

static void page_bias_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	put_buffer(dev, desc->priv);
}

static bool page_bias_holds_all_refs(struct net_device *dev, struct page *page)
{
	long held;

	if (network_page_owner(dev->machine, page) != dev || page_is_page_pool(page))
		return false;
	held = np_driver_held(page);
	return held && page_ref_count(page) == held;
}

/* Takes back a page that it had given away entirely. Whether it could. */
static bool take_back(struct net_device *dev, struct page *page)
{
	struct bias_ring *ring = dev->priv;
	struct rx_buffer *buffer;
	bool open;

	if (!np_driver_reusable(dev, page))
		return false;
	buffer = np_alloc(dev->machine, sizeof(*buffer));
	if (!buffer)
		return false;
	buffer->page = page;
	buffer->bias = 1;
	spin_lock_irqsave(&ring->lock);
	open = !ring->closed;
	if (open)
		list_add_tail(&buffer->list, &ring->returned);
	spin_unlock_irqrestore(&ring->lock);
	if (!open)
		free_buffer(dev, buffer);
	return open;
}

static void page_bias_page_returned(struct net_device *dev, struct page *page)
{
	/* Posted or parked: it is found when a page is wanted. */
	if (np_driver_held(page))
		return;
	np_driver_set_held(page, 1);
	if (take_back(dev, page))
		return;
	network_page_release(page);
	put_page(page);
}

static void list_holders(struct net_device *dev, const struct list_head *list, np_holder_fn *fn,
			 void *arg)
{
	const struct rx_buffer *buffer;

	list_for_each_entry(buffer, list, list)
		fn(arg, &(struct np_holder){ .kind = NP_HOLDER_DRIVER,
					     .name = dev->name,
					     .page = buffer->page,
					     .refs = buffer->bias,
					     .dev = dev });
}

static void page_bias_for_each_holder(struct net_device *dev, np_holder_fn *fn, void *arg)
{
	const struct bias_ring *ring = dev->priv;

	list_holders(dev, &ring->parked, fn, arg);
	list_holders(dev, &ring->returned, fn, arg);
}

const struct np_driver np_driver_page_bias = {
	.name = "page_bias",
	.models = "ixgbe, i40e, ice, gve",
	.open = page_bias_open,
	.close = page_bias_close,
	.post = page_bias_post,
	.receive = page_bias_receive,
	.drop = page_bias_drop,
	.holds_all_refs = page_bias_holds_all_refs,
	.page_returned = page_bias_page_returned,
	.for_each_holder = page_bias_for_each_holder,
};
