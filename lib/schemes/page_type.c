/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A page type as the mark, to save the flag.  Mainline merged that for pool pages
 * in 2026 (db359fccf212) and reverted it within weeks: the type lives in the word
 * of _mapcount, so a page that has one cannot be mapped, and zerocopy is about
 * mapping.
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

const struct np_scheme np_scheme_page_type = {
	.abi = NP_SCHEME_ABI,
	.name = "page_type",
	.summary = "the mark is a page type, in the word of _mapcount",
	.origin = "db359fccf212, reverted by 66ed6eb45ddd (2026)",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO |
		    NP_FEATURE_PAGE_TYPE,
	.recycle = NP_RECYCLE_AT_ZERO,
	.cost = { .page_words = "_mapcount, so that it cannot count mappings",
		  .driver_changes = "give up the base reference, take pages back from the hook" },
	.put = { .page_type = PG_network_type,
		 .hooks = NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = np_network_put_recycle },
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
};
