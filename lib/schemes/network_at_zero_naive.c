/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The seed mail's diff taken literally: the branch in __put_page() alone.  An
 * unmap ends in release_pages(), which frees pages without going there, so the
 * network never hears of the pages it lent to user space.
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

const struct np_scheme np_scheme_network_at_zero_naive = {
	.abi = NP_SCHEME_ABI,
	.name = "network_at_zero_naive",
	.summary = "the same with the branch in __put_page() only",
	.origin = "the diff in the seed mail, 23 March 2021",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO,
	.recycle = NP_RECYCLE_AT_ZERO,
	.cost = { .page_words = "one flag, memcg_data",
		  .driver_changes = "give up the base reference, take pages back from the hook" },
	.put = { .flags_mask = BIT(PG_network),
		 .hooks = NP_HOOK___PUT_PAGE,
		 .put_page_network = np_network_put_recycle },
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
};
