/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What mainline did instead, in 5.14: a page says by a signature in its first
 * word that it comes from a page_pool, and an skb says by a bit that its pages go
 * back there.  Recycling is solved; who pays for mapped pages is not.
 */
#include <schemes/schemes.h>

const struct np_scheme np_scheme_page_pool_magic = {
	.abi = NP_SCHEME_ABI,
	.name = "page_pool_magic",
	.summary = "pp_magic and skb_mark_for_recycle(); mapped pages are charged to nobody",
	.origin = "Linux 5.14, c07aea3ef4d4 and 6a5bcd84e886",
	.features = NP_FEATURE_SKB_RECYCLE,
	.recycle = NP_RECYCLE_SKB,
	.cost = { .page_words = "pp_magic, pp, and the pool's words",
		  .driver_changes = "use page_pool, skb_mark_for_recycle()" },
};
