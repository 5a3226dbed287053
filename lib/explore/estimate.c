/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * How far a depth-first search has come: weighted backtrack estimation.
 *
 * Kilby, Slaney, Thiebaux, Walsh: "Estimating Search Tree Size" (AAAI 2006).  Each branch
 * of a node counts the same, as far as they are known: what is behind us at a node is
 * that share of what the node itself is of its parent.
 */
#include <explore/engine.h>

static u32 waiting(const struct np_node *node)
{
	u32 nr = (u32)__builtin_popcount(node->todo);

	for (const struct np_wakeup *w = node->wakeup; w; w = w->next)
		nr++;
	return nr;
}

double np_explored_fraction(const struct np_explorer *x)
{
	double weight = 1, explored = 0;

	for (u32 d = 0; d < x->nr_path; d++) {
		const struct np_node *node = &x->nodes[d];

		weight /= node->done + 1 + waiting(node);
		explored += weight * node->done;
	}
	return explored;
}
