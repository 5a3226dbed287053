/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * An accounting design of one's own, as a shared object:
 *
 *	cc -shared -fPIC -o mine_scheme.so mine_scheme.c $(pkg-config --cflags --libs libnetpage-sim)
 *	netpage-sim compare --scheme network_at_zero --scheme ./mine_scheme.so
 *
 * The idea: no flag, no hook, no callback.  A page is charged as kernel memory when it is mapped,
 * and the put path, which uncharges whatever it frees, does the rest.
 */
#include <netpage/netpage.h>

static void kmem_not_mapped(struct np_receive *receive, struct page **pages, unsigned int first,
			    unsigned int nr)
{
	for (unsigned int i = first; i < nr; i++)
		if (receive->page_prepared[i])
			__memcg_kmem_uncharge_page(pages[i], 0);
}

static int kmem_charge(struct np_receive *receive, struct page **pages, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		/* Who maps it second rides along, as with page cache. */
		bool mine = !READ_ONCE(pages[i]->memcg_data);
		int err = mine ? __memcg_kmem_charge_page(pages[i], GFP_KERNEL, 0) : 0;

		if (err) {
			kmem_not_mapped(receive, pages, 0, i);
			return err;
		}
		receive->page_prepared[i] = mine;
	}
	return 0;
}

static const struct np_scheme kmem_at_map = {
	.abi = NP_SCHEME_ABI,
	.name = "kmem_at_map",
	.summary = "charged as kernel memory when mapped, uncharged when freed",
	.origin = "docs/examples/mine_scheme.c",
	.features = NP_FEATURE_CHARGING,
	.recycle = NP_RECYCLE_DETACH, /* a page that was out is freed, not posted again */
	.cost = { .page_words = "memcg_data", .driver_changes = "none; no recycling" },
	.charge_pages = kmem_charge,
	.pages_not_mapped = kmem_not_mapped,
};

NP_SCHEME_ENTRY(kmem_at_map);
