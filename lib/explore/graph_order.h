/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* graph_order - internal: coherence order, and the ways in which an access can be made */
#ifndef NP_EXPLORE_GRAPH_ORDER_H
#define NP_EXPLORE_GRAPH_ORDER_H

#include <explore/graph.h>

/* The rows that do not depend on the choice; row NP_PO is final then. */
void np_graph_prepare(struct np_graph *g, struct np_attempt *a);
/* All consistent choices, the latest first, into .choice; a prepared attempt. */
void np_graph_find_choices(struct np_graph *g, struct np_attempt *a);
/* @a is made like this from now on: fills it in, and row NP_SCRATCH_LATER. */
void np_graph_set_choice(struct np_graph *g, struct np_attempt *a, u32 at);
/* An event at a location is made: it gets its place there. */
void np_graph_enter(struct np_graph *g, u32 e);

#endif /* NP_EXPLORE_GRAPH_ORDER_H */
