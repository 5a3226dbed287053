/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A scheme of another time. */
#include <netpage/scheme.h>

static const struct np_scheme wrong_abi = {
	.abi = NP_SCHEME_ABI + 1000,
	.name = "wrong_abi",
	.summary = "of another time",
	.origin = "a test",
	.cost = { .page_words = "none", .driver_changes = "none" },
};

NP_SCHEME_ENTRY(wrong_abi);
