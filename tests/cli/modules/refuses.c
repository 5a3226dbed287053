/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A scheme that cannot be set up. */
#include <netpage/scheme.h>

static int refuse(struct np_machine *machine, void **priv)
{
	(void)machine;
	(void)priv;
	return -ENODEV;
}

static const struct np_scheme refuses = {
	.abi = NP_SCHEME_ABI,
	.name = "refuses",
	.summary = "its init fails",
	.origin = "a test",
	.cost = { .page_words = "none", .driver_changes = "none" },
	.init = refuse,
};

NP_SCHEME_ENTRY(refuses);
