/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The Linux kernel memory model: tools/memory-model/linux-kernel.cat, 6.1, whose names are
 * used below; Alglave, Maranget, McKenney, Parri, Stern: "Frightening Small Children and
 * Disconcerting Grown-ups: Concurrency in the Linux Kernel" (ASPLOS 2018).
 *
 * The axioms happens-before, propagation and rcu say that `hb | pb | rb` has no cycle: row
 * NP_BEFORE is its transitive closure.  A link of these that can point to an earlier event
 * begins with `overwrite & ext`: the new event misses a write W that others have made, and
 * so comes before whoever sees W, if that is in its own past or behind a full barrier:
 * (prop & int) and prop; strong-fence.  Who sees W is rows NP_SEES and NP_CARRIES: W
 * cumul-fence* W', and W' rfe? e.
 *
 * What compiled code does not show is taken to be there: every read of an actor has a
 * dependency to each of its later writes.  So nothing is explored that these
 * dependencies forbid, and what they would allow only in their absence is not either:
 * docs/limits.md.  Plain accesses are as marked ones.  Writes of a chain of
 * read-modify-writes carry on what its first one released, as `rmw-sequence` says since 6.3.
 */
#include <explore/graph.h>

/* --- preserved program order --- */

static void add_dependencies(struct np_graph *g, const struct np_attempt *a, u64 *before)
{
	const struct np_graph_actor *own = &g->actors[a->actor];

	for (unsigned int i = 0; i < own->nr_dependencies; i++) {
		const struct np_dependency *d = &own->dependency[i];

		if (a->op->location >= d->from && a->op->location <= d->to)
			np_bit_set(before, d->event);
	}
}

/* overwrite & int, as far as it is between writes. */
static void add_own_writes(struct np_graph *g, const struct np_attempt *a, u64 *before)
{
	const u64 *po = np_graph_row(g, NP_PO, a->event);

	for (u32 f = a->last; f != NP_NO_EVENT; f = g->x->events[f].prev)
		if (np_bit(po, f) && (g->x->events[f].mask & a->op->mask) && np_bit(g->writes, f))
			np_bit_set(before, f);
}

static bool is_full(u16 flags)
{
	return flags & (NP_OP_FULL | NP_OP_STRONG);
}

static void add_ppo(struct np_graph *g, const struct np_attempt *a, u64 *before)
{
	const u64 *po = np_graph_row(g, NP_PO, a->event);
	u64 *const *own = g->actors[a->actor].row;

	np_bits_add(before, np_graph_row(g, NP_FENCED, a->event), g->n);
	np_bits_add(before, own[NP_OWN_READ_FENCED], g->n);
	np_bits_add(before, own[NP_OWN_RELOCKED], g->n);
	np_bits_add_common(before, po, g->acquires, g->n);
	if (a->flags & NP_OP_RELEASE)
		np_bits_add(before, po, g->n);
	if (a->writes) {
		np_bits_add(before, own[NP_OWN_WRITE_FENCED], g->n);
		np_bits_add_common(before, po, g->reads, g->n);
		add_own_writes(g, a, before);
	}
	add_dependencies(g, a, before);
}

/* --- who sees what --- */

static void set_fenced(struct np_graph *g, const struct np_attempt *a)
{
	bool full = is_full(a->flags);

	np_bits_copy(np_graph_row(g, NP_FENCED, a->event),
		     full ? np_graph_row(g, NP_PO, a->event) : g->scratch[NP_SCRATCH_FENCED], g->n);
	if (full)
		np_bits_add(np_graph_row(g, NP_FENCED, a->event), g->scratch[NP_SCRATCH_FENCED],
			    g->n);
	np_bits_copy(np_graph_row(g, NP_SETTLED, a->event),
		     g->scratch[full ? NP_SCRATCH_KNOWN : NP_SCRATCH_SETTLED], g->n);
	np_bits_copy(np_graph_row(g, NP_KNOWN, a->event), g->scratch[NP_SCRATCH_KNOWN], g->n);
}

/* cumul-fence*, backwards from the attempt. */
static void set_carries(struct np_graph *g, const struct np_attempt *a)
{
	u64 *carries = np_graph_row(g, NP_CARRIES, a->event);
	u64 *const *own = g->actors[a->actor].row;

	np_bits_copy(carries, np_graph_row(g, NP_SETTLED, a->event), g->n);
	np_bits_add(carries, own[NP_OWN_TAKEN_OVER], g->n);
	if (a->flags & NP_OP_RELEASE)
		np_bits_add(carries, g->scratch[NP_SCRATCH_KNOWN], g->n);
	if (!a->writes)
		return;
	np_bits_add(carries, own[NP_OWN_WRITE_KNOWN], g->n);
	np_bit_set(carries, a->event);
}

/* What it reads: rfe; and of its own writes, what they depend on: dep; rfi. */
static void read_sources(struct np_graph *g, const struct np_attempt *a, u64 *before)
{
	const u64 *po = np_graph_row(g, NP_PO, a->event);
	u64 *carries = np_graph_row(g, NP_CARRIES, a->event);
	u64 *sees = np_graph_row(g, NP_SEES, a->event);
	u32 sources[NP_GRANULE];
	unsigned int nr = np_graph_sources(g, a->at, a->op->mask, sources);

	while (nr--) {
		u32 s = sources[nr];

		if (np_bit(po, s)) {
			np_bits_add_common(before, np_graph_row(g, NP_PO, s), g->reads, g->n);
		} else {
			np_bit_set(before, s);
			np_bits_add(sees, np_graph_row(g, NP_CARRIES, s), g->n);
		}
		if (a->writes)
			np_bits_add(carries, np_graph_row(g, NP_CARRIES, s), g->n);
	}
}

/* Those that missed what this one sees: prop & int, and prop; strong-fence. */
static void add_stale(struct np_graph *g, const struct np_attempt *a, u64 *before)
{
	const u64 *settled = np_graph_row(g, NP_SETTLED, a->event);
	const u64 *sees = np_graph_row(g, NP_SEES, a->event);
	u64 *stale = g->scratch[NP_SCRATCH_1];

	np_bits_for_each(w, settled, g->n) np_bits_add(before, np_graph_row(g, NP_STALE, w), g->n);
	np_bits_clear(stale, g->n);
	np_bits_for_each(v, sees, g->n) np_bits_add(stale, np_graph_row(g, NP_STALE, v), g->n);
	np_bits_add_common(before, stale, np_graph_row(g, NP_PO, a->event), g->n);
}

/* Every write that it cannot miss without coming before what it comes after. */
static void must_see(struct np_graph *g, const struct np_attempt *a, const u64 *before, u64 *must)
{
	const u64 *po = np_graph_row(g, NP_PO, a->event);

	np_bits_copy(must, np_graph_row(g, NP_SETTLED, a->event), g->n);
	np_bits_for_each(f, before, g->n)
	{
		np_bits_add(must, np_graph_row(g, NP_SETTLED, f), g->n);
		if (np_bit(po, f))
			np_bits_add(must, np_graph_row(g, NP_SEES, f), g->n);
	}
}

static bool lkmm_place(struct np_graph *g, const struct np_attempt *a)
{
	u64 *before = np_graph_row(g, NP_BEFORE, a->event);
	u64 *sees = np_graph_row(g, NP_SEES, a->event);
	u64 *must = g->scratch[NP_SCRATCH_2];

	np_bits_clear(before, g->n);
	np_bits_clear(sees, g->n);
	set_fenced(g, a);
	set_carries(g, a);
	add_ppo(g, a, before);
	if (a->reads)
		read_sources(g, a, before);
	np_bits_add(sees, np_graph_row(g, NP_CARRIES, a->event), g->n);
	add_stale(g, a, before);
	np_graph_close(g, a->event);
	if (!np_bits_any(g->scratch[NP_SCRATCH_LATER], g->n))
		return true;
	must_see(g, a, before, must);
	return !np_bits_meet(must, g->scratch[NP_SCRATCH_LATER], g->n);
}

/* --- it is made --- */

/* What it comes before, having missed what is in NP_SCRATCH_LATER. */
static void find_targets(const struct np_graph *g, const struct np_attempt *a, u64 *targets)
{
	const u64 *later = g->scratch[NP_SCRATCH_LATER];
	const u64 *po = np_graph_row(g, NP_PO, a->event);

	np_bits_clear(targets, g->n);
	for (u32 f = 0; f < a->event; f++)
		if (np_bits_meet(np_graph_row(g, NP_SETTLED, f), later, g->n) ||
		    (np_bit(po, f) && np_bits_meet(np_graph_row(g, NP_SEES, f), later, g->n)))
			np_bit_set(targets, f);
}

static void lkmm_take(struct np_graph *g, const struct np_attempt *a)
{
	const u64 *later = g->scratch[NP_SCRATCH_LATER];
	const u64 *po = np_graph_row(g, NP_PO, a->event);
	u64 *stale = np_graph_row(g, NP_STALE, a->event);
	u64 *targets = g->scratch[NP_SCRATCH_2];

	if (a->writes) {
		np_graph_add_earlier(g, a, stale);
		for (u32 i = 0; i < g->n; i++)
			stale[i] &= ~po[i];
	}
	if (!np_bits_any(later, g->n))
		return;
	np_bits_for_each(w, later, g->n) np_graph_mark(g, NP_STALE, w, a->event, a->event);
	find_targets(g, a, targets);
	if (np_bits_any(targets, g->n))
		np_graph_precede(g, a->event, targets);
}

/* --- the actor goes on --- */

/* Larger blocks, and the state that all actors share, are many things: then it is what is near. */
#define LARGE_BLOCK 4096
#define NEAR_BEFORE 64
#define NEAR_AFTER 256

static bool find_object(const struct np_explorer *x, const char *ptr, const char **from,
			const char **to)
{
	size_t size;
	const char *block = np_image_block(&x->image, ptr, &size);

	if (!block)
		return false;
	*from = block;
	*to = block + size;
	if (size <= LARGE_BLOCK && block != x->state)
		return true;
	if (ptr - *from > NEAR_BEFORE)
		*from = ptr - NEAR_BEFORE;
	if (*to - ptr > NEAR_AFTER)
		*to = ptr + NEAR_AFTER;
	return true;
}

/* addr: whatever it does to what the pointer that it has read points to. */
static void note_pointer(struct np_graph *g, u32 e)
{
	const struct np_event *event = &g->x->events[e];
	struct np_graph_actor *own = &g->actors[event->actor];
	/* Low bits are tags, such as the one of a tail page's compound_head. */
	uintptr_t ptr = (uintptr_t)(event->value >> 8 * (unsigned int)__builtin_ctz(event->mask)) &
			~(uintptr_t)(NP_GRANULE - 1);
	const char *from, *to;

	if (event->size != sizeof(void *) || !np_in_image(&g->x->image, (const void *)ptr) ||
	    !find_object(g->x, (const char *)ptr, &from, &to))
		return;
	/* Too many to remember: then everything depends on it. */
	if (own->nr_dependencies == NP_DEPENDENCIES_MAX) {
		np_bit_set(own->row[NP_OWN_READ_FENCED], e);
		return;
	}
	own->dependency[own->nr_dependencies++] =
		(struct np_dependency){ .from = np_location_of(&g->x->image, from),
					.to = np_location_of(&g->x->image, to - 1),
					.event = e };
}

/* What writes in @po carry. */
static void add_carried(const struct np_graph *g, const u64 *po, u64 *row)
{
	np_bits_for_each(f, po, g->n) if (np_bit(g->writes, f))
		np_bits_add(row, np_graph_row(g, NP_CARRIES, f), g->n);
}

/* po; [UL] */
static void give_back_lock(const struct np_graph *g, u64 *const *own, const u64 *po)
{
	np_bits_copy(own[NP_OWN_UNLOCKED], po, g->n);
	add_carried(g, po, own[NP_OWN_PASSED]);
}

/* [UL]; po; [LKR]; po */
static void take_lock(const struct np_graph *g, u64 *const *own)
{
	np_bits_add(own[NP_OWN_RELOCKED], own[NP_OWN_UNLOCKED], g->n);
	np_bits_add(own[NP_OWN_TAKEN_OVER], own[NP_OWN_PASSED], g->n);
}

/* [UL]; rf; [LKR]; po */
static void take_lock_over(const struct np_graph *g, u64 *const *own, u32 e)
{
	u32 sources[NP_GRANULE];
	unsigned int nr = np_graph_read_from(g->x, e, sources);

	while (nr--)
		if (g->x->events[sources[nr]].kind == NP_OP_UNLOCK)
			add_carried(g, np_graph_row(g, NP_PO, sources[nr]), own[NP_OWN_TAKEN_OVER]);
}

static void pass_full_barrier(const struct np_graph *g, u64 *const *own)
{
	np_bits_add(own[NP_OWN_FENCED], own[NP_OWN_PO], g->n);
	np_bits_add(own[NP_OWN_SETTLED], own[NP_OWN_KNOWN], g->n);
}

static void lkmm_pass(struct np_graph *g, u32 e)
{
	const struct np_event *event = &g->x->events[e];
	u64 **own = g->actors[event->actor].row;

	if (is_full(event->flags))
		pass_full_barrier(g, own);
	if (event->kind == NP_OP_UNLOCK)
		give_back_lock(g, own, np_graph_row(g, NP_PO, e));
	if (event->kind == NP_OP_LOCK ||
	    ((event->flags & NP_OP_TRYLOCK) && (event->flags & NP_OP_WRITES))) {
		take_lock(g, own);
		take_lock_over(g, own, e);
	}
	if (np_op_reads(event->kind))
		note_pointer(g, e);
}

static void lkmm_fence(struct np_graph *g, u8 actor, int order)
{
	u64 **own = g->actors[actor].row;

	if (order == __ATOMIC_SEQ_CST) {
		pass_full_barrier(g, own);
		return;
	}
	if (order != __ATOMIC_RELEASE)
		np_bits_add_common(own[NP_OWN_READ_FENCED], own[NP_OWN_PO], g->reads, g->n);
	if (order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL) {
		np_bits_add(own[NP_OWN_WRITE_FENCED], own[NP_OWN_PO], g->n);
		np_bits_add(own[NP_OWN_WRITE_KNOWN], own[NP_OWN_KNOWN], g->n);
	}
}

/* A lock that nobody else takes orders what is before and behind it all the same. */
static void lkmm_private(struct np_graph *g, u8 actor, enum np_op_kind kind, u16 flags)
{
	u64 *const *own = g->actors[actor].row;

	if (kind == NP_OP_UNLOCK)
		give_back_lock(g, own, own[NP_OWN_PO]);
	else if (kind == NP_OP_LOCK || (flags & NP_OP_TRYLOCK))
		take_lock(g, own);
}

const struct np_rules np_rules_lkmm = {
	.place = lkmm_place,
	.take = lkmm_take,
	.pass = lkmm_pass,
	.fence = lkmm_fence,
	.private = lkmm_private,
};
