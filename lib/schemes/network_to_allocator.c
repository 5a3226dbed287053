/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The seed mail's last suggestion: ClearPageNetwork() and back to the page
 * allocator.  Nothing is recycled, so nothing can be recycled wrongly.
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

const struct np_scheme np_scheme_network_to_allocator = {
	.abi = NP_SCHEME_ABI,
	.name = "network_to_allocator",
	.summary = "PageNetwork: uncharged, unmarked and freed when the count is 0",
	.origin = "the seed mail, 23 March 2021",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO,
	.recycle = NP_RECYCLE_AT_ZERO,
	.cost = { .page_words = "one flag, memcg_data",
		  .driver_changes = "give up the base reference; no recycling of mapped pages" },
	.put = { .flags_mask = BIT(PG_network),
		 .hooks = NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = np_network_put_to_allocator },
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
};
