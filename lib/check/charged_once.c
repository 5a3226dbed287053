/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A page in a packet that is charged to a socket has a charge of its own besides:
 * one too many.  It lasts from the mapping to the freeing of the packet, which may
 * never be read to its end (the 45 pages of the thread).
 *
 * The page cache is exempt: the sender's group pays for it, whoever reads it.
 */
#include <check/check.h>

static void check_frag(struct np_census *census, const struct sk_buff *skb, const skb_frag_t *frag)
{
	const struct np_page_fact *fact = np_census_head(census, frag->bv_page);
	const struct np_memcg_fact *memcg;

	if (!fact || fact->page->mapping)
		return;
	memcg = np_census_charged(census, fact->page);
	if (memcg)
		np_report_page(census, NP_CHARGED_ONCE, fact,
			       "is charged to %s, and as socket memory of %s to %s",
			       memcg->memcg->name, skb->sk->name, skb->sk->sk_memcg->name);
}

static void check_skb(struct np_census *census, const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb->shinfo;

	if (!skb->charged || !skb->sk || !np_census_memcg(census, skb->sk->sk_memcg))
		return;
	for (unsigned int i = 0; i < shinfo->nr_frags; i++)
		check_frag(census, skb, &shinfo->frags[i]);
}

void np_check_charged_once(struct np_census *census)
{
	struct sk_buff *skb;

	list_for_each_entry(skb, &census->machine->skbs, all)
		check_skb(census, skb);
}
