/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Points 2 and 3 of Arjun's mail: every put_page() of a marked page asks the
 * driver whether the references that remain are all its own; if so the page is
 * uncharged.  The driver keeps its references, one or INT_MAX of them.
 *
 * The question comes after the reference is gone, so the page may already be in
 * its next life when the answer is read; and of two racing putters both may hear
 * "yes".
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

static void put_page_callback(struct page *page)
{
	struct net_device *dev;

	/* The driver is asked without a reference to its card, which may be unregistered. */
	rcu_read_lock();
	dev = network_page_owner(np_this_machine(), page);
	if (dev && dev->driver->holds_all_refs(dev, page)) {
		np_network_uncharge(page);
		/* A pool does not poll for its pages: it gets them back here. */
		if (page_is_page_pool(page))
			network_page_return(page);
	}
	rcu_read_unlock();
}

const struct np_scheme np_scheme_network_callback = {
	.abi = NP_SCHEME_ABI,
	.name = "network_callback",
	.summary = "every put_page() asks the driver whether all remaining references are its own",
	.origin = "Arjun Roy, 22 March 2021, points 2 and 3",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_CALLBACK,
	.recycle = NP_RECYCLE_CALLBACK,
	.cost = { .page_words = "two flags, memcg_data, one word to find the driver",
		  .driver_changes = "provide the callback, know its own references of each page" },
	.put = { .flags_mask = BIT(PG_network),
		 .hooks = NP_HOOK_PUT_PAGE | NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = np_network_put_to_allocator,
		 .put_page_callback = put_page_callback },
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
};
