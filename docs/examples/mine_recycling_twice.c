/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A design that breaks: the hook at zero of the thread, and skb_mark_for_recycle() of 5.14 with it.
 *
 *	netpage-sim run tests/scenarios/compare/unmap/unmap_before_the_skb_is_freed.npt \
 *		--scheme ./mine_recycling_twice.so
 *
 * When the mapping goes before the packet, the pool gets its page back at a count of 1.  The count
 * never was 0, so the hook never ran, and the page is recycled with its charge.
 */
#include <netpage/netpage.h>

static int charge(struct np_receive *receive, struct page **pages, unsigned int nr)
{
	int err = 0;

	(void)receive;
	for (unsigned int i = 0; i < nr && !err; i++)
		if (PageNetwork(pages[i]) && !READ_ONCE(pages[i]->memcg_data))
			err = __memcg_kmem_charge_page(pages[i], GFP_KERNEL, 0);
	return err;
}

static bool uncharge_and_recycle(struct page *page)
{
	__memcg_kmem_uncharge_page(page, 0);
	set_page_count(page, 1);
	network_page_return(page);
	return true;
}

static const struct np_scheme recycling_twice = {
	.abi = NP_SCHEME_ABI,
	.name = "recycling_twice",
	.summary = "the hook at zero together with skb_mark_for_recycle()",
	.origin = "docs/examples/mine_recycling_twice.c",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO,
	.recycle = NP_RECYCLE_SKB,
	.cost = { .page_words = "one flag, memcg_data", .driver_changes = "none: that is the bug" },
	.put = { .flags_mask = BIT(PG_network),
		 .hooks = NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = uncharge_and_recycle },
	.charge_pages = charge,
};

NP_SCHEME_ENTRY(recycling_twice);
