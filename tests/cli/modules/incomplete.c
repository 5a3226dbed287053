/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A scheme that wants to be asked at zero, and has no answer. */
#include <netpage/scheme.h>

static const struct np_scheme incomplete = {
	.abi = NP_SCHEME_ABI,
	.name = "incomplete",
	.summary = "has a hook and no function",
	.origin = "a test",
	.cost = { .page_words = "none", .driver_changes = "none" },
	.put = { .flags_mask = BIT(PG_network), .hooks = NP_HOOK___PUT_PAGE },
};

NP_SCHEME_ENTRY(incomplete);
