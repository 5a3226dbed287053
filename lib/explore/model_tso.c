/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Total store order: writes wait in a buffer, as on x86.
 *
 * The axioms: Owens, Sarkar, Sewell: "A Better x86 Memory Model: x86-TSO" (TPHOLs 2009);
 * Alglave, Maranget, Tautschnig: "Herding Cats" (TOPLAS 2014), section 4.3.  What a
 * buffer does is that a read need not wait for the writes before it: program order but
 * for these pairs, reads from others, coherence order and from-reads have no cycle.
 */
#include <explore/graph.h>

/* Locked instructions are full barriers, even a compare-and-swap that fails. */
static bool is_locked(u8 kind)
{
	return kind == NP_OP_RMW || kind == NP_OP_CAS || kind == NP_OP_LOCK;
}

static bool tso_place(struct np_graph *g, const struct np_attempt *a)
{
	u64 *before = np_graph_row(g, NP_BEFORE, a->event);
	const u64 *po = np_graph_row(g, NP_PO, a->event);
	u32 sources[NP_GRANULE];
	unsigned int nr = a->reads ? np_graph_sources(g, a->at, a->op->mask, sources) : 0;

	np_bits_copy(np_graph_row(g, NP_FENCED, a->event), g->scratch[NP_SCRATCH_FENCED], g->n);
	np_bits_copy(before, g->scratch[NP_SCRATCH_FENCED], g->n);
	np_bits_add_common(before, po, g->reads, g->n);
	if (a->op->kind != NP_OP_READ)
		np_bits_add(before, po, g->n);
	while (nr--)
		if (!np_bit(po, sources[nr]))
			np_bit_set(before, sources[nr]);
	if (a->writes)
		np_graph_add_earlier(g, a, before);
	np_graph_close(g, a->event);
	return !np_bits_meet(before, g->scratch[NP_SCRATCH_LATER], g->n);
}

static void tso_take(struct np_graph *g, const struct np_attempt *a)
{
	const u64 *later = g->scratch[NP_SCRATCH_LATER];

	if (np_bits_any(later, g->n))
		np_graph_precede(g, a->event, later);
}

static void tso_pass(struct np_graph *g, u32 e)
{
	const struct np_event *event = &g->x->events[e];
	u64 **own = g->actors[event->actor].row;

	if (is_locked(event->kind) || (event->flags & NP_OP_STRONG))
		np_bits_add(own[NP_OWN_FENCED], own[NP_OWN_PO], g->n);
}

static void tso_fence(struct np_graph *g, u8 actor, int order)
{
	u64 **own = g->actors[actor].row;

	if (order == __ATOMIC_SEQ_CST)
		np_bits_add(own[NP_OWN_FENCED], own[NP_OWN_PO], g->n);
}

static void tso_private(struct np_graph *g, u8 actor, enum np_op_kind kind, u16 flags)
{
	(void)flags;
	if (is_locked(kind))
		tso_fence(g, actor, __ATOMIC_SEQ_CST);
}

const struct np_rules np_rules_tso = {
	.place = tso_place,
	.take = tso_take,
	.pass = tso_pass,
	.fence = tso_fence,
	.private = tso_private,
};
