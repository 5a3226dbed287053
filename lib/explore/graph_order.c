/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Coherence order: the writes to each granule, and where among them an access can be.
 *
 * An actor's accesses to the same bytes go forward in it (coherence), and a
 * read-modify-write comes directly after the write that it reads (atomicity).  Writes
 * without a byte in common have no order; in the list they have one all the same, which
 * a read that is as wide as both of them follows.
 */
#include <explore/dependence.h>
#include <explore/graph_order.h>

static bool is_update(const struct np_event *event)
{
	return event->kind == NP_OP_RMW || event->kind == NP_OP_CAS || event->kind == NP_OP_LOCK;
}

/* Place in coherence order: of a write its own, of a read that of what it reads; 0: initial. */
static u32 position(const struct np_graph *g, u32 e)
{
	u32 at = np_writes(&g->x->events[e]) ? e : g->events[e].at;

	return at == NP_NO_EVENT ? 0 : g->events[at].rank;
}

/* --- what is found at a place --- */

static u64 put_bytes(u64 value, u64 more, u8 mask)
{
	for (unsigned int byte = 0; byte < NP_GRANULE; byte++)
		if (mask & (1u << byte))
			value = (value & ~(0xffULL << (8 * byte))) |
				(more & (0xffULL << (8 * byte)));
	return value;
}

/* The bytes of @mask after write @at. */
static u64 value_at(const struct np_graph *g, const struct np_attempt *a, u32 at)
{
	u8 left = a->op->mask;
	u64 value = 0;

	for (u32 w = at; w != NP_NO_EVENT && left; w = g->events[w].before) {
		const struct np_event *write = &g->x->events[w];

		value = put_bytes(value, write->written, write->mask & left);
		left &= (u8)~write->mask;
	}
	if (a->history == NP_NO_EVENT)
		return put_bytes(value, np_granule(g->x, a->op->location), left);
	return put_bytes(value, g->histories[a->history].initial, left);
}

unsigned int np_graph_sources(const struct np_graph *g, u32 at, u8 mask, u32 sources[NP_GRANULE])
{
	unsigned int nr = 0;

	for (u32 w = at; w != NP_NO_EVENT && mask; w = g->events[w].before) {
		if (!(g->x->events[w].mask & mask))
			continue;
		sources[nr++] = w;
		mask &= (u8)~g->x->events[w].mask;
	}
	return nr;
}

unsigned int np_graph_read_from(const struct np_explorer *x, u32 e, u32 sources[NP_GRANULE])
{
	const struct np_graph *g = np_graph_of(x);

	if (!np_op_reads(x->events[e].kind))
		return 0;
	return np_graph_sources(g, g->events[e].at, x->events[e].mask, sources);
}

/* --- choices --- */

static bool would_swap(const struct np_op *op, u64 value)
{
	unsigned int shift = 8u * (unsigned int)__builtin_ctz(op->mask);

	return np_truncate(value >> shift, op->size) == np_truncate(op->expected, op->size);
}

static bool would_write(const struct np_op *op, u64 value)
{
	return op->kind == NP_OP_CAS ? would_swap(op, value) : op->kind != NP_OP_READ;
}

void np_graph_set_choice(struct np_graph *g, struct np_attempt *a, u32 at)
{
	const u64 *po = np_graph_row(g, NP_PO, a->event);
	u64 *later = g->scratch[NP_SCRATCH_LATER];
	u32 w;

	a->at = at;
	a->value = value_at(g, a, at);
	a->writes = would_write(a->op, a->value);
	a->flags = a->op->flags;
	if (a->op->kind == NP_OP_CAS && !a->writes)
		a->flags &= (u16) ~(NP_OP_ACQUIRE | NP_OP_RELEASE | NP_OP_FULL);
	np_bits_clear(later, g->n);
	if (a->history == NP_NO_EVENT)
		return;
	w = at == NP_NO_EVENT ? g->histories[a->history].first : g->events[at].after;
	for (; w != NP_NO_EVENT; w = g->events[w].after)
		if ((g->x->events[w].mask & a->op->mask) && !np_bit(po, w))
			np_bit_set(later, w);
}

/* What the actor itself has seen of these bytes: it goes on from there. */
static u32 own_position(const struct np_graph *g, const struct np_attempt *a)
{
	const u64 *po = np_graph_row(g, NP_PO, a->event);
	u32 own = 0;

	for (u32 f = a->last; f != NP_NO_EVENT; f = g->x->events[f].prev)
		if (np_bit(po, f) && (g->x->events[f].mask & a->op->mask) && position(g, f) > own)
			own = position(g, f);
	return own;
}

/* Whether it can be made behind @at, with the write @next as the next one there. */
static bool consistent(struct np_graph *g, struct np_attempt *a, u32 at, u32 next)
{
	np_graph_set_choice(g, a, at);
	if (next == NP_NO_EVENT)
		return true;
	if (a->writes && is_update(&g->x->events[next]))
		return false;
	return g->rules->place(g, a);
}

/* Locks are not had, or given back, in the past. */
static bool only_the_latest(u8 kind)
{
	return kind == NP_OP_LOCK || kind == NP_OP_UNLOCK;
}

void np_graph_find_choices(struct np_graph *g, struct np_attempt *a)
{
	u32 own = own_position(g, a), next = NP_NO_EVENT, w = NP_NO_EVENT;

	g->nr_choices = 0;
	if (a->history != NP_NO_EVENT)
		w = g->histories[a->history].last;
	for (;; w = g->events[w].before) {
		if (w != NP_NO_EVENT && !(g->x->events[w].mask & a->op->mask))
			continue;
		if (g->nr_choices == NP_CHOICES_MAX) {
			g->x->cut_short = true;
			return;
		}
		if (consistent(g, a, w, next))
			g->choice[g->nr_choices++] = w;
		if (w == NP_NO_EVENT || g->events[w].rank <= own || only_the_latest(a->op->kind))
			return;
		next = w;
	}
}

void np_graph_add_earlier(struct np_graph *g, const struct np_attempt *a, u64 *row)
{
	u32 rank = a->at == NP_NO_EVENT ? 0 : g->events[a->at].rank;

	for (u32 f = a->last; f != NP_NO_EVENT; f = g->x->events[f].prev)
		if ((g->x->events[f].mask & a->op->mask) && position(g, f) <= rank)
			np_bit_set(row, f);
}

/* --- an event is made --- */

/* Behind @at, and behind what has no byte in common with it and follows there. */
static void insert(struct np_graph *g, struct np_history *h, u32 e, u32 at)
{
	u8 mask = g->x->events[e].mask;
	u32 next = at == NP_NO_EVENT ? h->first : g->events[at].after, rank;
	struct np_graph_event *event = &g->events[e];

	while (next != NP_NO_EVENT && !(g->x->events[next].mask & mask))
		next = g->events[next].after;
	event->after = next;
	event->before = next == NP_NO_EVENT ? h->last : g->events[next].before;
	if (event->before == NP_NO_EVENT)
		h->first = e;
	else
		g->events[event->before].after = e;
	if (next == NP_NO_EVENT)
		h->last = e;
	else
		g->events[next].before = e;
	rank = event->before == NP_NO_EVENT ? 1 : g->events[event->before].rank + 1;
	for (u32 w = e; w != NP_NO_EVENT; w = g->events[w].after)
		g->events[w].rank = rank++;
}

void np_graph_enter(struct np_graph *g, u32 e)
{
	const struct np_event *event = &g->x->events[e];
	struct np_graph_event *entry = &g->events[e];

	if (event->prev == NP_NO_EVENT) {
		entry->history = g->nr_histories++;
		g->histories[entry->history] =
			(struct np_history){ .initial = np_graph_is_access(g->x, event->location) ?
								np_granule(g->x, event->location) :
								0,
					     .first = NP_NO_EVENT,
					     .last = NP_NO_EVENT };
	} else {
		entry->history = g->events[event->prev].history;
	}
	if (np_graph_is_access(g->x, event->location) && np_writes(event))
		insert(g, &g->histories[entry->history], e, entry->at);
}
