/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the engine and a memory model have to do with each other: the rows of each
 * event, what memory holds while an access is made, and what is kept from one
 * execution to the next.
 *
 * Rows of events below x->kept are as they were.  A later event may have added to them
 * (it comes before something that was made earlier): that is logged, and taken back.
 * Lists are built anew in each execution, as events are made or made again.
 */
#include <string.h>

#include <explore/dependence.h>
#include <explore/graph.h>
#include <explore/graph_order.h>
#include <explore/model.h>

#define FIRST_CAPACITY 256
#define FIRST_LOG 1024

/* --- room --- */

/* A matrix with more and longer rows; the rest of each is empty. */
static u64 *grown(struct np_graph *g, const u64 *old, u32 rows, u32 capacity, u32 old_rows)
{
	u32 words = capacity / NP_BITS_PER_WORD;
	u64 *matrix = np_explorer_alloc(g->x, (size_t)rows * words * sizeof(u64));

	for (u32 i = 0; matrix && old && i < old_rows; i++)
		np_bits_copy(matrix + (size_t)i * words, old + (size_t)i * g->words, g->words);
	return matrix;
}

static bool grow_matrices(struct np_graph *g, u32 capacity)
{
	u64 *rows[NP_ROWS], *sets[3] = { g->reads, g->writes, g->acquires };
	u32 words = capacity / NP_BITS_PER_WORD;
	bool ok = true;

	for (unsigned int r = 0; r < NP_ROWS; r++) {
		rows[r] = grown(g, g->rows[r], capacity, capacity, g->capacity);
		ok &= rows[r] != NULL;
	}
	for (unsigned int s = 0; s < ARRAY_SIZE(sets); s++) {
		sets[s] = grown(g, sets[s], 1, capacity, 1);
		ok &= sets[s] != NULL;
	}
	for (unsigned int s = 0; ok && s < NP_SCRATCH_ROWS; s++) {
		g->scratch[s] = grown(g, g->scratch[s], 1, capacity, 1);
		ok = g->scratch[s] != NULL;
	}
	for (u8 a = 0; ok && a < g->x->nr_actors; a++) {
		u64 *own = grown(g, g->actors[a].row[0], NP_OWN_ROWS, capacity, NP_OWN_ROWS);

		for (unsigned int r = 0; r < NP_OWN_ROWS; r++)
			g->actors[a].row[r] = own + (size_t)r * words;
		ok = own != NULL;
	}
	if (!ok)
		return false;
	memcpy(g->rows, rows, sizeof(rows));
	g->reads = sets[0];
	g->writes = sets[1];
	g->acquires = sets[2];
	return true;
}

static bool grow(struct np_graph *g, u32 capacity)
{
	struct np_graph_event *events = np_explorer_alloc(g->x, capacity * sizeof(*events));
	struct np_history *histories = np_explorer_alloc(g->x, capacity * sizeof(*histories));

	if (!events || !histories || !grow_matrices(g, capacity))
		return false;
	if (g->capacity) {
		memcpy(events, g->events, g->capacity * sizeof(*events));
		memcpy(histories, g->histories, g->capacity * sizeof(*histories));
	}
	g->events = events;
	g->histories = histories;
	g->capacity = capacity;
	g->words = capacity / NP_BITS_PER_WORD;
	return true;
}

/* Room for event @e. Without memory the search is over: what happens until then counts no more. */
static bool room_for(struct np_graph *g, u32 e)
{
	if (e >= g->capacity && !grow(g, 2 * g->capacity))
		return false;
	g->n = e / NP_BITS_PER_WORD + 1;
	return true;
}

int np_graph_init(struct np_explorer *x, const struct np_rules *rules)
{
	struct np_graph *g = np_explorer_alloc(x, sizeof(*g));

	if (!g)
		return -ENOMEM;
	g->x = x;
	g->rules = rules;
	x->memory_private = g;
	return grow(g, FIRST_CAPACITY) ? 0 : -ENOMEM;
}

/* --- what is known of earlier events --- */

static bool log_word(struct np_graph *g, enum np_row row, u32 of, u32 word, u32 by)
{
	if (g->nr_log == g->max_log) {
		u32 max = g->max_log ? 2 * g->max_log : FIRST_LOG;
		struct np_row_undo *log = np_explorer_alloc(g->x, max * sizeof(*log));

		if (!log)
			return false;
		if (g->nr_log)
			memcpy(log, g->log, g->nr_log * sizeof(*log));
		g->log = log;
		g->max_log = max;
	}
	g->log[g->nr_log++] = (struct np_row_undo){ .event = by,
						    .of = of,
						    .word = word,
						    .row = row,
						    .old = np_graph_row(g, row, of)[word] };
	return true;
}

void np_graph_mark(struct np_graph *g, enum np_row row, u32 of, u32 bit, u32 by)
{
	u64 *words = np_graph_row(g, row, of);

	if (!np_bit(words, bit) && log_word(g, row, of, bit / NP_BITS_PER_WORD, by))
		np_bit_set(words, bit);
}

void np_graph_close(struct np_graph *g, u32 event)
{
	u64 *before = np_graph_row(g, NP_BEFORE, event), *direct = g->scratch[NP_SCRATCH_1];

	np_bits_copy(direct, before, g->n);
	np_bits_for_each(d, direct, g->n) np_bits_add(before, np_graph_row(g, NP_BEFORE, d), g->n);
}

static void add_logged(struct np_graph *g, u32 of, const u64 *more, u32 by)
{
	u64 *before = np_graph_row(g, NP_BEFORE, of);

	for (u32 i = 0; i < g->n; i++)
		if ((more[i] & ~before[i]) && log_word(g, NP_BEFORE, of, i, by))
			before[i] |= more[i];
}

void np_graph_precede(struct np_graph *g, u32 e, const u64 *targets)
{
	u64 *more = g->scratch[NP_SCRATCH_1];

	np_bits_copy(more, np_graph_row(g, NP_BEFORE, e), g->n);
	np_bit_set(more, e);
	for (u32 f = 0; f < e; f++)
		if (np_bit(targets, f) ||
		    np_bits_meet(np_graph_row(g, NP_BEFORE, f), targets, g->n))
			add_logged(g, f, more, e);
}

static void take_back(struct np_graph *g, u32 kept)
{
	for (; g->nr_log && g->log[g->nr_log - 1].event >= kept; g->nr_log--) {
		const struct np_row_undo *undo = &g->log[g->nr_log - 1];

		np_graph_row(g, undo->row, undo->of)[undo->word] = undo->old;
	}
}

/* --- an attempt --- */

/* Everything of @f's actor until then, and whatever that knew, comes before the attempt. */
static void come_after(struct np_graph *g, const struct np_attempt *a, u32 f)
{
	u64 *po = np_graph_row(g, NP_PO, a->event);

	if (np_same_cpu(g->x, a->actor, g->x->events[f].actor)) {
		np_bits_add(po, np_graph_row(g, NP_PO, f), g->n);
		np_bit_set(po, f);
	}
	np_bits_add(g->scratch[NP_SCRATCH_FENCED], np_graph_row(g, NP_PO, f), g->n);
	np_bit_set(g->scratch[NP_SCRATCH_FENCED], f);
	np_bits_add(g->scratch[NP_SCRATCH_SETTLED], np_graph_row(g, NP_KNOWN, f), g->n);
	np_bits_add(g->scratch[NP_SCRATCH_KNOWN], np_graph_row(g, NP_KNOWN, f), g->n);
}

/*
 * What is ordered by the schedule: uses of a pseudo-location, of which the writes are queueing
 * of work and beginnings of grace periods; and accesses of those that have one CPU in turn.
 */
static void join_others(struct np_graph *g, const struct np_attempt *a)
{
	const struct np_explorer *x = g->x;
	bool access = np_graph_is_access(x, a->op->location);

	for (u32 f = a->last; f != NP_NO_EVENT; f = x->events[f].prev) {
		const struct np_event *event = &x->events[f];

		if (event->actor == a->actor || !(event->mask & a->op->mask))
			continue;
		if (access ? np_same_cpu(x, a->actor, event->actor) &&
				     (np_writes(event) || a->op->kind != NP_OP_READ) :
			     np_writes(event))
			come_after(g, a, f);
	}
}

void np_graph_prepare(struct np_graph *g, struct np_attempt *a)
{
	const struct np_graph_actor *own = &g->actors[a->actor];

	for (unsigned int r = 0; r < NP_ROWS; r++)
		np_bits_clear(np_graph_row(g, r, a->event), g->words);
	np_bits_copy(np_graph_row(g, NP_PO, a->event), own->row[NP_OWN_PO], g->n);
	np_bits_copy(g->scratch[NP_SCRATCH_FENCED], own->row[NP_OWN_FENCED], g->n);
	np_bits_copy(g->scratch[NP_SCRATCH_SETTLED], own->row[NP_OWN_SETTLED], g->n);
	np_bits_copy(g->scratch[NP_SCRATCH_KNOWN], own->row[NP_OWN_KNOWN], g->n);
	a->reads = np_op_reads(a->op->kind);
	a->flags = a->op->flags;
	if (a->op->location != NP_NOWHERE)
		join_others(g, a);
	if (np_graph_is_access(g->x, a->op->location))
		return;
	np_bits_copy(np_graph_row(g, NP_FENCED, a->event), g->scratch[NP_SCRATCH_FENCED], g->n);
	np_bits_copy(np_graph_row(g, NP_SETTLED, a->event), g->scratch[NP_SCRATCH_SETTLED], g->n);
	np_bits_copy(np_graph_row(g, NP_KNOWN, a->event), g->scratch[NP_SCRATCH_KNOWN], g->n);
}

void np_graph_look(struct np_graph *g, u8 actor)
{
	struct np_explorer *x = g->x;
	const struct np_op *op = &x->actors[actor].op;
	const struct np_location *l = &x->image.locations[op->location];
	struct np_attempt a = { .op = op, .event = x->nr_events, .actor = actor };

	g->nr_choices = 0;
	if (!np_graph_is_access(x, op->location) || !room_for(g, a.event))
		return;
	a.last = l->epoch == x->hot.execution ? l->last : NP_NO_EVENT;
	a.history = a.last == NP_NO_EVENT ? NP_NO_EVENT : g->events[a.last].history;
	np_graph_prepare(g, &a);
	np_graph_find_choices(g, &a);
}

/* --- the event is new --- */

static u32 chosen(struct np_graph *g, u32 e)
{
	struct np_explorer *x = g->x;
	struct np_node *node = &x->nodes[e];

	node->nr_choices = (u8)g->nr_choices;
	if (x->strategy->choose)
		node->choice = x->strategy->choose(x, e);
	if (node->choice >= g->nr_choices)
		node->choice = (u8)(g->nr_choices - 1);
	return g->choice[node->choice];
}

static void make_access(struct np_graph *g, struct np_attempt *a)
{
	struct np_event *event = &g->x->events[a->event];

	np_graph_find_choices(g, a);
	np_graph_set_choice(g, a, chosen(g, a->event));
	g->rules->place(g, a);
	np_bits_add(np_graph_row(g, NP_KNOWN, a->event), np_graph_row(g, NP_SEES, a->event), g->n);
	g->rules->take(g, a);
	event->value = a->value;
	event->flags = (u16)(a->flags & ~NP_OP_WRITES);
	if (a->writes)
		event->flags |= NP_OP_WRITES;
}

static void graph_choose(struct np_explorer *x, u32 e)
{
	struct np_graph *g = np_graph_of(x);
	struct np_event *event = &x->events[e];
	struct np_attempt a = { .op = &x->actors[event->actor].op,
				.event = e,
				.actor = event->actor,
				.last = event->prev,
				.history = NP_NO_EVENT,
				.at = NP_NO_EVENT };

	if (!room_for(g, e))
		return;
	if (event->prev != NP_NO_EVENT)
		a.history = g->events[event->prev].history;
	np_graph_prepare(g, &a);
	if (np_graph_is_access(x, event->location))
		make_access(g, &a);
	else
		x->nodes[e].choice = x->nodes[e].nr_choices = 0;
	g->events[e].at = a.at;
}

/* --- it was made, or made again --- */

static void graph_link(struct np_explorer *x, u32 e)
{
	struct np_graph *g = np_graph_of(x);
	const struct np_event *event = &x->events[e];
	u64 **own = g->actors[event->actor].row;

	if (!room_for(g, e))
		return;
	if (event->location != NP_NOWHERE)
		np_graph_enter(g, e);
	np_bits_copy(own[NP_OWN_PO], np_graph_row(g, NP_PO, e), g->n);
	np_bit_set(own[NP_OWN_PO], e);
	np_bits_copy(own[NP_OWN_FENCED], np_graph_row(g, NP_FENCED, e), g->n);
	np_bits_copy(own[NP_OWN_SETTLED], np_graph_row(g, NP_SETTLED, e), g->n);
	np_bits_copy(own[NP_OWN_KNOWN], np_graph_row(g, NP_KNOWN, e), g->n);
	if (!np_graph_is_access(x, event->location))
		return;
	if (np_op_reads(event->kind))
		np_bit_set(g->reads, e);
	if (np_writes(event))
		np_bit_set(g->writes, e);
	if ((event->flags & NP_OP_ACQUIRE) && np_op_reads(event->kind))
		np_bit_set(g->acquires, e);
	g->rules->pass(g, e);
}

/* Joins that the program asks for: the event also comes after @before, across a full barrier. */
static void graph_join(struct np_explorer *x, u32 before)
{
	struct np_graph *g = np_graph_of(x);
	u64 **own = g->actors[x->running].row;

	np_bits_add(own[NP_OWN_FENCED], np_graph_row(g, NP_PO, before), g->n);
	np_bit_set(own[NP_OWN_FENCED], before);
	np_bits_add(own[NP_OWN_SETTLED], np_graph_row(g, NP_KNOWN, before), g->n);
	np_bits_add(own[NP_OWN_KNOWN], np_graph_row(g, NP_KNOWN, before), g->n);
}

static void graph_fence(struct np_explorer *x, int order)
{
	struct np_graph *g = np_graph_of(x);

	g->rules->fence(g, x->running, order);
}

static void graph_private(struct np_explorer *x, enum np_op_kind kind, u16 flags)
{
	struct np_graph *g = np_graph_of(x);

	g->rules->private(g, x->running, kind, flags);
}

/* --- memory --- */

static u64 bytes_of(u8 mask)
{
	u64 bytes = 0;

	for (unsigned int byte = 0; byte < NP_GRANULE; byte++)
		if (mask & (1u << byte))
			bytes |= 0xffULL << (8 * byte);
	return bytes;
}

static void set_granule(struct np_explorer *x, u32 location, u64 value)
{
	memcpy(x->image.base + (size_t)location * NP_GRANULE, &value, sizeof(value));
}

/* Not logged for undo: a write to the granule was, and a read puts back what was there. */
static void graph_before(struct np_explorer *x, u8 actor)
{
	struct np_graph *g = np_graph_of(x);
	const struct np_event *event = &x->events[x->nr_events - 1];
	u64 bytes = bytes_of(event->mask);

	(void)actor;
	if (!np_graph_is_access(x, event->location))
		return;
	g->patched = true;
	g->saved = np_granule(x, event->location);
	if ((g->saved ^ event->value) & bytes)
		set_granule(x, event->location, (g->saved & ~bytes) | (event->value & bytes));
}

/* Which of its bytes were not overwritten, in coherence order, before it was made. */
static u8 mask_of_the_last(const struct np_graph *g, u32 e)
{
	const struct np_event *events = g->x->events;
	u8 mask = events[e].mask;

	for (u32 w = g->events[e].after; w != NP_NO_EVENT; w = g->events[w].after)
		mask &= (u8)~events[w].mask;
	return mask;
}

static void graph_after(struct np_explorer *x)
{
	struct np_graph *g = np_graph_of(x);
	u32 e = x->nr_events - 1;
	struct np_event *event = &x->events[e];
	u64 now, bytes;

	if (!g->patched)
		return;
	g->patched = false;
	now = np_granule(x, event->location);
	bytes = 0;
	if (np_writes(event)) {
		event->written = now;
		bytes = bytes_of(mask_of_the_last(g, e));
	}
	if (now != ((g->saved & ~bytes) | (now & bytes)))
		set_granule(x, event->location, (g->saved & ~bytes) | (now & bytes));
}

/* --- executions --- */

static void graph_begin(struct np_explorer *x)
{
	struct np_graph *g = np_graph_of(x);

	take_back(g, x->kept);
	np_bits_clear(g->reads, g->words);
	np_bits_clear(g->writes, g->words);
	np_bits_clear(g->acquires, g->words);
	for (u8 a = 0; a < x->nr_actors; a++) {
		np_bits_clear(g->actors[a].row[0], NP_OWN_ROWS * g->words);
		g->actors[a].nr_dependencies = 0;
	}
	g->nr_histories = 0;
	g->n = 1;
	g->patched = false;
}

static void graph_end(struct np_explorer *x)
{
	graph_after(x);
}

static void graph_exit(struct np_explorer *x)
{
	/* All memory is the search's. */
	(void)x;
}

const struct np_model_ops np_graph_model = {
	.begin = graph_begin,
	.end = graph_end,
	.choose = graph_choose,
	.link = graph_link,
	.join = graph_join,
	.before = graph_before,
	.after = graph_after,
	.fence = graph_fence,
	.private = graph_private,
	.exit = graph_exit,
};
