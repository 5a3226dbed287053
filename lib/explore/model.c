/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Which memory model a search has. */
#include <explore/graph.h>
#include <explore/model.h>

int np_model_init(struct np_explorer *x)
{
	bool tso = x->options->memory == NP_MEMORY_TSO;
	int err;

	if (x->options->memory == NP_MEMORY_SC)
		return 0;
	err = np_graph_init(x, tso ? &np_rules_tso : &np_rules_lkmm);
	if (err)
		return err;
	x->model = &np_graph_model;
	if (x->strategy == &np_strategy_dpor)
		x->strategy = &np_strategy_dpor_graph;
	return 0;
}
