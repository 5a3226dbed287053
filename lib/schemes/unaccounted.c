/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The kernel of the thread's day.  Nothing is marked and nothing is charged: what
 * a process maps of the network's memory belongs to nobody.
 */
#include <schemes/schemes.h>

const struct np_scheme np_scheme_unaccounted = {
	.abi = NP_SCHEME_ABI,
	.name = "unaccounted",
	.summary = "zerocopy memory is charged to nobody",
	.origin = "Linux 5.12, and still 6.1",
	.recycle = NP_RECYCLE_DETACH,
	.cost = { .page_words = "none", .driver_changes = "none" },
};
