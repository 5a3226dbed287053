/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * model - internal: what a memory model adds to an execution
 *
 * Under sequential consistency, nothing: memory is what the image holds.  A weaker
 * model keeps what else a reader may get, and puts that into the image for as long
 * as the reader's access lasts.
 */
#ifndef NP_EXPLORE_MODEL_H
#define NP_EXPLORE_MODEL_H

#include <explore/engine.h>

struct np_model_ops {
	void (*begin)(struct np_explorer *x); /* an execution */
	void (*end)(struct np_explorer *x);   /* all have ended, or it was cut off */
	/*
	 * @event was written down, and is new: what it finds, and so whether it writes. Of several
	 * ways to make it the one that its node, or the strategy, chooses.
	 */
	void (*choose)(struct np_explorer *x, u32 event);
	/* @event is done, or done again. */
	void (*link)(struct np_explorer *x, u32 event);
	/* What the running actor does from now on also comes after @event. */
	void (*join)(struct np_explorer *x, u32 event);
	/* The running actor is about to make the access of the event just written down. */
	void (*before)(struct np_explorer *x, u8 actor);
	/*
	 * The access of the latest event has been made: memory is coherent again, .written says
	 * what was written. Called before anything else happens, perhaps more than once.
	 */
	void (*after)(struct np_explorer *x);
	void (*fence)(struct np_explorer *x, int order);
	/* The running actor uses a lock or an atomic that nobody else uses. */
	void (*private)(struct np_explorer *x, enum np_op_kind kind, u16 flags);
	void (*exit)(struct np_explorer *x);
};

extern const struct np_model_ops np_graph_model;

/* As np_strategy_dpor, where reads and writes need not be the latest; see dpor_graph.c. */
extern const struct np_strategy_ops np_strategy_dpor_graph;

#endif /* NP_EXPLORE_MODEL_H */
