/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Who holds pages on the network's side: packets, rings, drivers, pools.
 *
 * A page that a pool has cut into fragments has one reference for all of them, in
 * whose hands only the last user will know.  It is put down to the pool while the
 * pool cuts from the page, afterwards to the first user that is met; the others
 * know the page and hold nothing.
 */
#include <net/net.h>
#include <net/page_set.h>

struct walk {
	struct np_machine *machine;
	np_holder_fn *fn;
	void *arg;
	struct np_page_set fragmented; /* whose one reference somebody has answered for */
};

/* References that one user of @page holds, who would hold one of an ordinary page. */
static long fragment_refs(struct walk *walk, struct page *page)
{
	const struct page_pool *pool = page->pp;

	if (!page_is_page_pool(page) || !(pool->p.flags & PP_FLAG_PAGE_FRAG))
		return 1;
	if (pool->frag_page == page)
		return 0;
	/* Without memory to remember it: counted twice, and reported, rather than not at all. */
	return np_page_set_add(walk->machine, &walk->fragmented, page) != -EEXIST;
}

/* --- rings and drivers --- */

static void ring_holders(struct walk *walk, struct net_device *dev)
{
	for (unsigned int i = 0; i < dev->opt.ring_size; i++) {
		const struct np_rx_desc *desc = &dev->ring[i];

		if (!desc->page)
			continue;
		walk->fn(walk->arg, &(struct np_holder){
					    .kind = NP_HOLDER_RX_RING,
					    .name = dev->name,
					    .where = desc->where,
					    .page = desc->page,
					    .refs = desc->bias * fragment_refs(walk, desc->page),
					    .offset = desc->offset,
					    .len = desc->len,
					    .dev = dev,
				    });
	}
}

static void device_holders(struct walk *walk)
{
	struct net_device *dev;

	list_for_each_entry(dev, &walk->machine->devs, all) {
		/* One that is gone holds nothing; it waits for pages of others. */
		if (!dev->registered)
			continue;
		ring_holders(walk, dev);
		if (dev->driver->for_each_holder)
			dev->driver->for_each_holder(dev, walk->fn, walk->arg);
	}
}

/* --- pools --- */

static void pool_holds(struct walk *walk, const struct page_pool *pool, struct page *page)
{
	walk->fn(walk->arg,
		 &(struct np_holder){
			 .kind = NP_HOLDER_POOL, .name = pool->name, .page = page, .refs = 1 });
}

/* From the next slot to be consumed to the first empty one; those before it are not yet cleared. */
static void ptr_ring_holders(struct walk *walk, const struct page_pool *pool)
{
	const struct ptr_ring *r = &pool->ring;
	int used = r->size - (r->consumer_head - r->consumer_tail);

	for (int i = 0; i < used; i++) {
		struct page *page = r->queue[(r->consumer_head + i) % r->size];

		if (!page)
			break;
		pool_holds(walk, pool, page);
	}
}

static void pool_holders(struct walk *walk)
{
	const struct page_pool *pool;

	list_for_each_entry(pool, &walk->machine->pools, all) {
		for (u32 i = 0; i < pool->alloc.count; i++)
			pool_holds(walk, pool, pool->alloc.cache[i]);
		ptr_ring_holders(walk, pool);
		if (pool->frag_page)
			pool_holds(walk, pool, pool->frag_page);
	}
}

/* --- packets --- */

/* Of several clones the first in the list answers for the fragments. */
static bool answered_before(const struct np_machine *machine, const struct sk_buff *skb)
{
	const struct sk_buff *earlier;

	if (atomic_read(&skb->shinfo->dataref) == 1)
		return false;
	list_for_each_entry(earlier, &machine->skbs, all) {
		if (earlier == skb)
			return false;
		if (earlier->shinfo == skb->shinfo)
			return true;
	}
	return false;
}

/* Whether any clone has yet to read a byte of the fragment that begins at @begin. */
static bool still_read(const struct np_machine *machine, const struct sk_buff *skb,
		       unsigned int begin, unsigned int len)
{
	const struct sk_buff *clone;

	if (skb->consumed < begin + len)
		return true;
	if (atomic_read(&skb->shinfo->dataref) == 1)
		return false;
	list_for_each_entry(clone, &machine->skbs, all)
		if (clone->shinfo == skb->shinfo && clone->consumed < begin + len)
			return true;
	return false;
}

static void skb_holders(struct walk *walk, const struct sk_buff *skb)
{
	unsigned int begin = 0;

	for (unsigned int i = 0; i < skb->shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &skb->shinfo->frags[i];
		bool reads = still_read(walk->machine, skb, begin, frag->bv_len);

		begin += frag->bv_len;
		walk->fn(walk->arg, &(struct np_holder){
					    .kind = NP_HOLDER_SKB,
					    .name = skb->sk ? skb->sk->name : "skb",
					    .where = skb->where,
					    .page = frag->bv_page,
					    .refs = fragment_refs(walk, frag->bv_page),
					    .offset = frag->bv_offset,
					    .len = reads ? frag->bv_len : 0,
					    .stamp = reads ? frag->stamp : 0,
					    .sk = skb->sk,
				    });
	}
}

void np_net_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg)
{
	struct walk walk = { .machine = machine, .fn = fn, .arg = arg };
	const struct sk_buff *skb;

	pool_holders(&walk);
	device_holders(&walk);
	list_for_each_entry(skb, &machine->skbs, all)
		if (!answered_before(machine, skb))
			skb_holders(&walk, skb);
	np_page_set_free(machine, &walk.fragmented);
}
