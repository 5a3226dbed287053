/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The seed mail: a page flag, a branch in __put_page() and in release_pages(),
 * and put_page_network() that uncharges and sets the count to 1: the page goes
 * back to its driver without the allocator hearing of it.
 *
 * The driver must have given up its own reference, or the count never gets to 0
 * (Shakeel, 24 March 2021).
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

const struct np_scheme np_scheme_network_at_zero = {
	.abi = NP_SCHEME_ABI,
	.name = "network_at_zero",
	.summary = "PageNetwork: uncharged and silently recycled when the count is 0",
	.origin = "the seed mail, 23 March 2021",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO,
	.recycle = NP_RECYCLE_AT_ZERO,
	.cost = { .page_words = "one flag, memcg_data",
		  .driver_changes = "give up the base reference, take pages back from the hook" },
	.put = { .flags_mask = BIT(PG_network),
		 .hooks = NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = np_network_put_recycle },
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
};
