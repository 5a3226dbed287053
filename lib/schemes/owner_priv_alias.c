/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * PageNetwork as one more alias of PG_owner_priv_1, as first proposed on 17 March
 * 2021.  The flag is not among those checked at free, so somebody else's stale
 * PG_checked brings a foreign page to put_page_network() (Michal Hocko, 24 March).
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

const struct np_scheme np_scheme_owner_priv_alias = {
	.abi = NP_SCHEME_ABI,
	.name = "owner_priv_alias",
	.summary = "the mark is an alias of PG_owner_priv_1",
	.origin = "<YFJ+5+NBOBiUbGWS@cmpxchg.org>, 17 March 2021",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO |
		    NP_FEATURE_ALIAS,
	.recycle = NP_RECYCLE_AT_ZERO,
	.cost = { .page_words = "no flag of its own, memcg_data",
		  .driver_changes = "give up the base reference, take pages back from the hook" },
	.put = { .flags_mask = BIT(PG_owner_priv_1),
		 .hooks = NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = np_network_put_recycle },
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
};
