/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Packets.  Clones share one list of fragments, and with it the references of the
 * pages; which clone drops them last, and in which of the two ways, is the subject
 * of half of the bugs there have been.
 *
 * Models: net/core/skbuff.c, 6.1.
 */
#include <string.h>

#include <net/net.h>

static void link_skb(struct sk_buff *skb)
{
	struct np_machine *machine = skb->machine;

	spin_lock_irqsave(&machine->objects_lock);
	list_add_tail(&skb->all, &machine->skbs);
	spin_unlock_irqrestore(&machine->objects_lock);
}

struct sk_buff *alloc_skb(struct np_machine *machine, gfp_t gfp)
{
	struct sk_buff *skb = np_alloc(machine, sizeof(*skb));

	(void)gfp;
	if (!skb)
		return NULL;
	skb->shinfo = np_alloc(machine, sizeof(*skb->shinfo));
	if (!skb->shinfo) {
		np_free(machine, skb, sizeof(*skb));
		return NULL;
	}
	skb->machine = machine;
	atomic_set(&skb->shinfo->dataref, 1);
	atomic_set(&skb->users, 1);
	INIT_LIST_HEAD(&skb->list);
	skb->where = np_where();
	link_skb(skb);
	return skb;
}

int skb_add_rx_frag(struct sk_buff *skb, struct page *page, unsigned int off, unsigned int size,
		    unsigned int truesize)
{
	struct skb_shared_info *shinfo = skb->shinfo;

	if (shinfo->nr_frags == MAX_SKB_FRAGS)
		return -EMSGSIZE;
	shinfo->frags[shinfo->nr_frags++] = (skb_frag_t){
		.bv_page = page,
		.bv_len = size,
		.bv_offset = off,
		.stamp = np_page_stamp(skb->machine, page, off, size),
	};
	skb->len += size;
	skb->truesize += truesize;
	return 0;
}

void __skb_frag_ref(skb_frag_t *frag)
{
	if (np_head_usable(this_machine(), frag->bv_page, "get_page()"))
		get_page(frag->bv_page);
}

void __skb_frag_unref(skb_frag_t *frag, bool recycle)
{
	/* Lost, where the kernel would have written to a wrong address. */
	if (!np_head_usable(this_machine(), frag->bv_page, "put_page()"))
		return;
	if (recycle && page_pool_return_skb_page(frag->bv_page))
		return;
	put_page(frag->bv_page);
}

/* Models: include/linux/skbuff.h, skb_cloned(), 6.1. */
static bool skb_cloned(const struct sk_buff *skb)
{
	return skb->cloned && atomic_read(&skb->shinfo->dataref) != 1;
}

/*
 * The fragments belong to all clones: who is not the last leaves them alone, and may
 * not recycle them either, or two of them would (2cc3aeb5eccc).
 */
static void skb_release_data(struct sk_buff *skb)
{
	struct skb_shared_info *shinfo = skb->shinfo;

	if (!skb->cloned || !atomic_sub_return(1, &shinfo->dataref)) {
		for (unsigned int i = 0; i < shinfo->nr_frags; i++)
			__skb_frag_unref(&shinfo->frags[i], skb->pp_recycle);
		np_free(skb->machine, shinfo, sizeof(*shinfo));
	}
	skb->shinfo = NULL;
	skb->pp_recycle = false;
}

void kfree_skb(struct sk_buff *skb)
{
	struct np_machine *machine;

	if (!skb || !atomic_dec_and_test(&skb->users))
		return;
	machine = skb->machine;
	np_trace(machine, .id = NP_TRACE_SKB_FREE, .value = skb->shinfo->nr_frags,
		 .result = skb->pp_recycle);
	if (skb->sk) {
		if (!list_empty(&skb->list))
			np_sock_unlink(skb);
		np_sock_rfree(skb);
	}
	/* Off the list first: a packet that is walked over has its fragments. */
	spin_lock_irqsave(&machine->objects_lock);
	list_del(&skb->all);
	spin_unlock_irqrestore(&machine->objects_lock);
	skb_release_data(skb);
	np_free(machine, skb, sizeof(*skb));
}

struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp)
{
	struct np_machine *machine = skb->machine;
	struct sk_buff *clone = np_alloc(machine, sizeof(*clone));

	(void)gfp;
	if (!clone)
		return NULL;
	skb->cloned = true;
	clone->machine = machine;
	clone->dev = skb->dev;
	clone->no_optin = skb->no_optin;
	clone->shinfo = skb->shinfo;
	clone->len = skb->len;
	clone->consumed = skb->consumed;
	clone->truesize = skb->truesize;
	clone->pp_recycle = skb->pp_recycle;
	clone->cloned = true;
	clone->where = np_where();
	atomic_set(&clone->users, 1);
	INIT_LIST_HEAD(&clone->list);
	atomic_inc(&skb->shinfo->dataref);
	link_skb(clone);
	return clone;
}

/* Whether @from's memory may become @to's: theirs alone, or of one queue. */
static bool can_coalesce(const struct sk_buff *to, const struct sk_buff *from)
{
	if (to == from || skb_cloned(to) || from->consumed)
		return false;
	/* Fragments are dropped in one way for all of a packet. */
	if (to->pp_recycle != from->pp_recycle)
		return false;
	/* A clone's fragments get page references here, pool fragments would need others. */
	if (from->pp_recycle && skb_cloned(from))
		return false;
	if (from->sk && from->sk != to->sk)
		return false;
	return to->shinfo->nr_frags + from->shinfo->nr_frags <= MAX_SKB_FRAGS;
}

/* What @to's socket knows of its memory and its bytes. */
static void coalesce_sock(struct sk_buff *to, struct sk_buff *from)
{
	struct sock *sk = to->sk;

	if (!sk || from->sk == sk)
		return;
	atomic_long_add((long)from->truesize, &sk->sk_rmem_alloc);
	spin_lock_bh(&sk->sk_lock);
	WRITE_ONCE(sk->rcv_nxt, sk->rcv_nxt + from->len);
	spin_unlock_bh(&sk->sk_lock);
}

bool skb_try_coalesce(struct sk_buff *to, struct sk_buff *from)
{
	struct skb_shared_info *to_shinfo = to->shinfo, *from_shinfo = from->shinfo;

	if (!can_coalesce(to, from))
		return false;
	memcpy(to_shinfo->frags + to_shinfo->nr_frags, from_shinfo->frags,
	       from_shinfo->nr_frags * sizeof(*from_shinfo->frags));
	to_shinfo->nr_frags = (u8)(to_shinfo->nr_frags + from_shinfo->nr_frags);
	if (!skb_cloned(from))
		from_shinfo->nr_frags = 0;
	/* None left, unless the other clones still need theirs. */
	for (unsigned int i = 0; i < from_shinfo->nr_frags; i++)
		__skb_frag_ref(&from_shinfo->frags[i]);
	coalesce_sock(to, from);
	to->len += from->len;
	to->truesize += from->truesize;
	to->charged += from->charged;
	from->len = 0;
	from->truesize = 0;
	from->charged = 0;
	return true;
}
