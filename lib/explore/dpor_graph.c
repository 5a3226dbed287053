/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Dynamic partial order reduction where a read need not get the latest write: graphs, as
 * graph.h has them, and each of them once.
 *
 * An event is made in every way that the memory model allows, so that what order two
 * writes, or a write and a read after it, were made in does not matter.  What does is a read
 * that was made before a write that it could have got: only that is a race, and the read is
 * then to be made after that write.  In the way of source sets (Abdulla, Aronis, Jonsson,
 * Sagonas: JACM 2017; for reads-from: "Optimal Stateless Model Checking under the
 * Release-Acquire Semantics", OOPSLA 2018), with this for a sleep set: an actor whose
 * read was explored at a node sleeps *since* then, and is woken by writes made later; it
 * may only get one of those.  So the branches of a node have no graph in common.
 *
 * A race that is found behind a node's first branch asks there for the past of the write
 * (or, of a read-modify-write that could have been the first, its own).  This is enough if
 * that branch made the read in the way that is consistent with all that comes, which is
 * that of the latest write.  Where that was asleep all who can go on are branches.
 *
 * What the schedule orders (locks of CPUs, work, grace periods) is turned round as
 * under sequential consistency.  Executions in which nobody but sleepers is left are
 * possible, and counted as blocked.
 */
#include <string.h>

#include <explore/dependence.h>
#include <explore/dpor.h>
#include <explore/graph.h>
#include <explore/model.h>

/* What is known of a node besides struct np_node. */
struct node {
	u32 since
		[NP_ACTORS_MAX]; /* of those asleep: events that were there when they fell asleep */
	u32 may;		 /* who could go on here, as one awake */
	u32 begun;		 /* who was a branch: those behind us and the present one */
	struct np_wakeup *hint;	 /* who goes on here, and after that */
	u32 label;		 /* what the event is to get; NO_LABEL */
	bool fresh;		 /* no choice was made yet */
	bool latest;		 /* choice 0 is one of them */
	u64 left[(NP_CHOICES_MAX + 1) / 64]; /* choices to be made */
};

#define NO_LABEL UINT32_MAX

/* The write of an event by a name that is the same wherever in an execution it is. */
static u32 label_of(const struct np_explorer *x, u32 at)
{
	if (at == NP_NO_EVENT)
		return 0;
	return (x->events[at].actor + 1u) << 16 | x->events[at].index;
}

static struct node *node_at(const struct np_explorer *x, u32 d)
{
	return (struct node *)np_graph_of(x)->search + d;
}

/* --- who sleeps --- */

/* The last event that it would get something from in way @choice. */
static u32 newest_source(const struct np_graph *g, u32 at, u8 mask)
{
	u32 sources[NP_GRANULE], newest = 0;
	unsigned int nr = np_graph_sources(g, at, mask, sources);

	while (nr--)
		if (sources[nr] + 1 > newest)
			newest = sources[nr] + 1;
	return newest;
}

/* Whether sleeper @q may do what it waits with in way @at: it gets what is new to it. */
static bool is_new(const struct np_explorer *x, u32 d, u8 q, u32 at)
{
	const struct np_op *op = &x->actors[q].op;

	return np_op_reads(op->kind) &&
	       newest_source(np_graph_of(x), at, op->mask) > node_at(x, d)->since[q];
}

static bool can_wake(const struct np_explorer *x, u32 d, u8 q)
{
	struct np_graph *g = np_graph_of(x);

	np_graph_look(g, q);
	for (u32 i = 0; i < g->nr_choices; i++)
		if (is_new(x, d, q, g->choice[i]))
			return true;
	return false;
}

/* Whether the schedule orders event @e and what @q waits with. */
static bool ordered_by_schedule(const struct np_explorer *x, u32 e, u8 q)
{
	const struct np_event *event = &x->events[e];
	const struct np_op *op = &x->actors[q].op;

	if ((event->excl & (op->excl | op->shared)) | (op->excl & event->shared))
		return true;
	if (event->location != op->location || op->location == NP_NOWHERE ||
	    !(event->mask & op->mask) || (!np_writes(event) && op->kind == NP_OP_READ))
		return false;
	return !np_graph_is_access(x, op->location) || np_same_cpu(x, event->actor, q);
}

static void put_to_sleep(struct np_explorer *x, u32 e)
{
	struct np_node *node = &x->nodes[e], *next = &x->nodes[e + 1];
	u32 sleep = node->sleep & ~(1u << node->actor);

	next->sleep = 0;
	for (; sleep; sleep &= sleep - 1) {
		u8 q = (u8)__builtin_ctz(sleep);

		if (ordered_by_schedule(x, e, q))
			continue;
		next->sleep |= 1u << q;
		node_at(x, e + 1)->since[q] = node_at(x, e)->since[q];
	}
}

/* --- the sequence that a race asks for --- */

struct sequence {
	u32 i, e;   /* events: the branch is at the node of the first one, for the second one */
	u32 *event; /* between them, in the past of @e */
	u32 nr;
	u16 first[NP_ACTORS_MAX]; /* of each actor: index of its first event; NP_NO_INDEX */
	bool writes;		  /* @e */
	bool placed;		  /* @e is made behind @at */
	bool again;		  /* @i follows, and gets @e */
	u32 at;
};

static const u16 *clock_of(const struct np_explorer *x, u32 e)
{
	return np_row(x, x->clocks, e);
}

/* What came before event @e without what it itself reads and waits for. */
static const u16 *clock_before(const struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];

	return event->index > 1 ? clock_of(x, x->positions[event->actor][event->index - 2]) :
				  x->nothing_before;
}

static void fill_sequence(const struct np_explorer *x, struct sequence *v, const u16 *past)
{
	const struct np_event *i = &x->events[v->i], *e = &x->events[v->e];

	v->event = np_graph_of(x)->sequence;
	v->nr = 0;
	memset(v->first, 0xff, sizeof(v->first));
	for (u32 k = v->i + 1; k < v->e; k++) {
		const struct np_event *event = &x->events[k];

		if (past[event->actor] < event->index || clock_of(x, k)[i->actor] >= i->index)
			continue;
		if (v->first[event->actor] == NP_NO_INDEX)
			v->first[event->actor] = (u16)event->index;
		v->event[v->nr++] = k;
	}
	if (v->first[e->actor] == NP_NO_INDEX)
		v->first[e->actor] = (u16)e->index;
}

/* Whether nothing in v comes before the event with that clock. */
static bool is_first(const struct np_explorer *x, const struct sequence *v, u8 actor,
		     const u16 *clock)
{
	for (u8 a = 0; a < x->nr_actors; a++)
		if (a != actor && clock[a] >= v->first[a])
			return false;
	return true;
}

/* The event with which @actor could begin v; NP_NO_EVENT: it could not. */
static u32 initial_of(const struct np_explorer *x, const struct sequence *v, u8 actor)
{
	u32 e;

	if (v->first[actor] == NP_NO_INDEX)
		return NP_NO_EVENT;
	e = x->positions[actor][v->first[actor] - 1];
	/* The last one has nothing but the rest of v before it. */
	if (e == v->e)
		return v->nr ? NP_NO_EVENT : e;
	return is_first(x, v, actor, clock_of(x, e)) ? e : NP_NO_EVENT;
}

/* --- what is explored elsewhere --- */

/* What actor @b would do at node @d: its event there, or what it waits with. */
struct step {
	u32 location, excl, shared;
	u8 mask, kind;
};

static struct step step_at(const struct np_explorer *x, u32 d, u8 b)
{
	const struct np_actor_state *actor = &x->actors[b];
	const struct np_op *op = &actor->op;

	for (u32 k = 0; k < actor->index; k++) {
		const struct np_event *event = &x->events[x->positions[b][k]];

		if (x->positions[b][k] >= d)
			return (struct step){ event->location, event->excl, event->shared,
					      event->mask, event->kind };
	}
	return (struct step){ op->location, op->excl, op->shared, op->mask, op->kind };
}

static bool disturbs(const struct np_explorer *x, const struct step *step, u8 b, u32 e, bool writes)
{
	const struct np_event *event = &x->events[e];

	if ((event->excl & (step->excl | step->shared)) | (step->excl & event->shared))
		return true;
	if (event->location != step->location || step->location == NP_NOWHERE ||
	    !(event->mask & step->mask))
		return false;
	if (!np_graph_is_access(x, step->location) || np_same_cpu(x, b, event->actor))
		return writes || step->kind != NP_OP_READ;
	return writes && np_op_reads(step->kind);
}

/* Whether v can come after what @b does at its node as well as before it. */
static bool stays_out_of(const struct np_explorer *x, const struct sequence *v, u8 b,
			 const struct step *step)
{
	for (u32 k = 0; k < v->nr; k++)
		if (disturbs(x, step, b, v->event[k], np_writes(&x->events[v->event[k]])))
			return false;
	return !disturbs(x, step, b, v->e, v->writes);
}

static bool only_writes(u8 kind)
{
	return kind == NP_OP_WRITE || kind == NP_OP_UNLOCK;
}

/* What @e of v, or an event before it, is made behind there. */
static u32 at_in(const struct np_explorer *x, const struct sequence *v, u32 e)
{
	return e == v->e ? v->at : np_graph_of(x)->events[e].at;
}

static bool sleeper_covers(const struct np_explorer *x, const struct sequence *v, u8 q)
{
	u32 event = initial_of(x, v, q);
	struct step step;

	/* A write that nobody has to wait for is in every execution that there is. */
	if (v->first[q] == NP_NO_INDEX) {
		step = step_at(x, v->i, q);
		return only_writes(step.kind) && stays_out_of(x, v, q, &step);
	}
	if (event == NP_NO_EVENT)
		return false;
	/* Explored at this very node, or in no need of being told what it gets. */
	if ((node_at(x, v->i)->begun & (1u << q)) || !np_op_reads(x->events[event].kind) ||
	    !np_graph_is_access(x, x->events[event].location) || (event == v->e && !v->placed))
		return true;
	return newest_source(np_graph_of(x), at_in(x, v, event), x->events[event].mask) <=
	       node_at(x, v->i)->since[q];
}

static bool branch_covers(const struct np_explorer *x, const struct sequence *v, u8 b)
{
	struct step step;

	if (v->first[b] != NP_NO_INDEX)
		return initial_of(x, v, b) != NP_NO_EVENT;
	step = step_at(x, v->i, b);
	return stays_out_of(x, v, b, &step);
}

static bool is_covered(const struct np_explorer *x, const struct sequence *v)
{
	const struct np_node *node = &x->nodes[v->i];

	for (u32 sleep = node->sleep; sleep; sleep &= sleep - 1)
		if (sleeper_covers(x, v, (u8)__builtin_ctz(sleep)))
			return true;
	for (const struct np_wakeup *w = node->wakeup; w; w = w->next)
		if (branch_covers(x, v, w->actor))
			return true;
	return false;
}

/* --- branches --- */

/* Adds a step to the branch that ends at @link. */
static struct np_wakeup **add_step(struct np_explorer *x, struct np_wakeup **link, u8 actor,
				   u32 label)
{
	struct np_wakeup *w = np_wakeup_new(x);

	if (!w)
		return link;
	*w = (struct np_wakeup){ .effect.location = label, .actor = actor };
	*link = w;
	return &w->child;
}

static struct np_wakeup **last_branch(struct np_explorer *x, u32 d)
{
	struct np_wakeup **link = &x->nodes[d].wakeup;

	while (*link)
		link = &(*link)->next;
	return link;
}

/* Everybody who could go on at node @d. */
static void branch_to_all(struct np_explorer *x, u32 d)
{
	u32 others = node_at(x, d)->may & ~node_at(x, d)->begun;

	for (const struct np_wakeup *w = x->nodes[d].wakeup; w; w = w->next)
		others &= ~(1u << w->actor);
	for (; others; others &= others - 1)
		add_step(x, last_branch(x, d), (u8)__builtin_ctz(others), NO_LABEL);
}

static u32 label_in(const struct np_explorer *x, const struct sequence *v, u32 e)
{
	if (e == v->e ? !v->placed : !np_graph_is_access(x, x->events[e].location))
		return NO_LABEL;
	return label_of(x, at_in(x, v, e));
}

/* The first in v that could begin it and was able to, at that node; NP_NO_EVENT: none. */
static u32 beginning(const struct np_explorer *x, const struct sequence *v)
{
	u32 may = node_at(x, v->i)->may;

	for (u32 k = 0; k <= v->nr; k++) {
		u32 e = k < v->nr ? v->event[k] : v->e;
		u8 actor = x->events[e].actor;

		if ((may & (1u << actor)) && initial_of(x, v, actor) == e)
			return e;
	}
	return NP_NO_EVENT;
}

static void insert(struct np_explorer *x, const struct sequence *v)
{
	u32 first = beginning(x, v);
	struct np_wakeup **link = last_branch(x, v->i);

	/* Whatever it is that it waits for: somebody does it. */
	if (first == NP_NO_EVENT) {
		branch_to_all(x, v->i);
		return;
	}
	link = add_step(x, link, x->events[first].actor, label_in(x, v, first));
	for (u32 k = 0; k < v->nr; k++)
		if (v->event[k] != first)
			link = add_step(x, link, x->events[v->event[k]].actor,
					label_in(x, v, v->event[k]));
	if (v->e != first)
		link = add_step(x, link, x->events[v->e].actor, label_in(x, v, v->e));
	if (v->again)
		add_step(x, link, x->events[v->i].actor, label_of(x, v->e));
}

/* Asks for a branch at the node of @v->i, unless what it leads to is explored elsewhere. */
static void ask(struct np_explorer *x, struct sequence *v, const u16 *past)
{
	fill_sequence(x, v, past);
	if (!is_covered(x, v))
		insert(x, v);
}

/* --- races --- */

/* Whether the event of node @d was made so that whatever comes is consistent with it. */
static bool was_latest(const struct np_explorer *x, u32 d)
{
	return !x->nodes[d].choice && node_at(x, d)->latest;
}

static bool is_other(const struct np_explorer *x, u32 a, u32 b)
{
	return x->events[a].actor != x->events[b].actor &&
	       !np_same_cpu(x, x->events[a].actor, x->events[b].actor);
}

/* Reads that could have got what @e writes. */
static void race_with_reads(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	const u16 *clock = clock_of(x, e);

	for (u32 r = event->prev; r != NP_NO_EVENT; r = x->events[r].prev) {
		const struct np_event *read = &x->events[r];
		struct sequence v = { .i = r,
				      .e = e,
				      .writes = true,
				      .placed = true,
				      .again = true,
				      .at = np_graph_of(x)->events[e].at };

		if (!np_op_reads(read->kind) || !(read->mask & event->mask) || !is_other(x, r, e) ||
		    clock[read->actor] >= read->index || !was_latest(x, r))
			continue;
		ask(x, &v, clock);
	}
}

/* The read-modify-write after which @e comes; of a lock, the one that begins the section. */
static u32 update_before(const struct np_explorer *x, u32 e)
{
	u32 sources[NP_GRANULE], u;

	if (!np_graph_read_from(x, e, sources))
		return NP_NO_EVENT;
	u = sources[0];
	if (x->events[u].kind == NP_OP_UNLOCK)
		u = x->events[u].partner;
	return u != NP_NO_EVENT && np_op_reads(x->events[u].kind) ? u : NP_NO_EVENT;
}

/* Whether @e would also be a read-modify-write where update @u is one. */
static bool could_replace(const struct np_explorer *x, u32 u, u32 e)
{
	const struct np_event *event = &x->events[e];
	unsigned int shift = 8u * (unsigned int)__builtin_ctz(event->mask);

	return event->kind != NP_OP_CAS || np_truncate(x->events[u].value >> shift, event->size) ==
						   np_truncate(event->expected, event->size);
}

/* Another one that could have been the first to change what both read. */
static void race_with_update(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	u32 u = event->kind == NP_OP_READ ? NP_NO_EVENT : update_before(x, e);
	struct sequence v = { .i = u, .e = e, .writes = true, .placed = true };

	if (u == NP_NO_EVENT || !is_other(x, u, e) || !was_latest(x, u) ||
	    clock_before(x, e)[x->events[u].actor] >= x->events[u].index || !could_replace(x, u, e))
		return;
	v.at = np_graph_of(x)->events[u].at;
	ask(x, &v, clock_before(x, e));
}

static void race_in_schedule(struct np_explorer *x, u32 e)
{
	unsigned int nr = x->nr_races;

	for (unsigned int r = 0; r < nr; r++) {
		struct sequence v = { .i = x->race[r], .e = e, .writes = np_writes(&x->events[e]) };

		ask(x, &v, clock_of(x, e));
	}
}

static void graph_did(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];

	if (!np_graph_is_access(x, event->location))
		node_at(x, e)->fresh = false;
	else if (!node_at(x, e)->latest)
		branch_to_all(x, e);
	race_in_schedule(x, e);
	if (np_graph_is_access(x, event->location)) {
		if (np_writes(event))
			race_with_reads(x, e);
		if (np_op_reads(event->kind))
			race_with_update(x, e);
	}
	put_to_sleep(x, e);
}

/* Who waits for a lock, or his CPU, at the end could have had it first. */
static void race_at_the_end(struct np_explorer *x, enum np_outcome outcome)
{
	u32 enabled = outcome == NP_BLOCKED ? x->nodes[x->nr_events].enabled : 0;

	for (u8 a = 0; a < x->nr_actors; a++) {
		const struct np_actor_state *actor = &x->actors[a];
		unsigned int nr;

		if (actor->ended || (enabled & (1u << a)) || actor->op.kind == NP_OP_START)
			continue;
		np_dependence_blocked(x, a);
		nr = x->nr_races;
		for (unsigned int r = 0; r < nr; r++) {
			struct sequence v = { .i = x->race[r], .e = x->nr_events, .writes = true };

			ask(x, &v,
			    actor->op.kind == NP_OP_LOCK ? clock_before(x, v.e) : clock_of(x, v.e));
		}
	}
}

/* --- the search --- */

static void begin_branch(struct np_explorer *x, u32 d, u8 actor, u32 label, struct np_wakeup *rest)
{
	struct node *node = node_at(x, d);

	x->nodes[d].actor = actor;
	x->nodes[d].choice = x->nodes[d].nr_choices = 0;
	memset(node->left, 0, sizeof(node->left));
	node->begun |= 1u << actor;
	node->label = label;
	node->fresh = true;
	node->latest = true;
	node_at(x, d + 1)->hint = rest;
	x->nodes[d + 1].wakeup = NULL;
	x->nr_path = d + 1;
}

/* Those awake, and those that something new could wake. */
static u32 who_may(struct np_explorer *x, u32 d, u32 enabled)
{
	u32 may = enabled & ~x->nodes[d].sleep;

	for (u32 sleep = enabled & x->nodes[d].sleep; sleep; sleep &= sleep - 1)
		if (can_wake(x, d, (u8)__builtin_ctz(sleep)))
			may |= sleep & -sleep;
	return may;
}

static u8 graph_pick(struct np_explorer *x, u32 enabled)
{
	u32 d = x->nr_events, awake;
	struct node *node = node_at(x, d);
	struct np_wakeup *hint = node->hint, *rest = NULL;
	u32 label = NO_LABEL;
	u8 actor;

	node->may = who_may(x, d, enabled);
	node->begun = 0;
	node->hint = NULL;
	x->nodes[d].done = 0;
	if (hint && (node->may & (1u << hint->actor))) {
		actor = hint->actor;
		label = hint->effect.location;
		rest = hint->child;
		np_wakeup_free(x, hint);
	} else {
		np_wakeup_free_all(x, hint);
		if (!node->may) {
			x->outcome = NP_BLOCKED;
			return NP_NOBODY;
		}
		awake = node->may & ~x->nodes[d].sleep;
		actor = np_default_pick(x, awake ? awake : node->may);
	}
	begin_branch(x, d, actor, label, rest);
	return actor;
}

/* The choices that are left to a new event: of a sleeper, those that are new to it. */
static void find_allowed(struct np_explorer *x, u32 e)
{
	struct np_graph *g = np_graph_of(x);
	struct node *node = node_at(x, e);
	bool asleep = x->nodes[e].sleep & (1u << x->nodes[e].actor);

	for (u32 i = 0; i < g->nr_choices; i++)
		if (!asleep || is_new(x, e, x->nodes[e].actor, g->choice[i]))
			np_bit_set(node->left, i);
	node->latest = np_bit(node->left, 0);
}

static u8 take_choice(struct node *node, u32 choice)
{
	node->left[choice / 64] &= ~(1ULL << choice % 64);
	return (u8)choice;
}

static u8 graph_choose(struct np_explorer *x, u32 e)
{
	const struct np_graph *g = np_graph_of(x);
	struct node *node = node_at(x, e);
	u32 first;

	if (!node->fresh)
		return x->nodes[e].choice;
	node->fresh = false;
	find_allowed(x, e);
	for (u32 i = 0; i < g->nr_choices; i++)
		if (np_bit(node->left, i) && label_of(x, g->choice[i]) == node->label)
			return take_choice(node, i);
	first = np_bits_next(node->left, 0, ARRAY_SIZE(node->left));
	return first > NP_CHOICES_MAX ? 0 : take_choice(node, first);
}

/* The present branch of node @d made differently, else its next one. Whether there is one. */
static bool turn(struct np_explorer *x, u32 d)
{
	struct np_node *node = &x->nodes[d];
	struct node *more = node_at(x, d);
	u32 choice = np_bits_next(more->left, 0, ARRAY_SIZE(more->left));
	struct np_wakeup *w;

	if (choice <= NP_CHOICES_MAX) {
		node->choice = take_choice(more, choice);
		return true;
	}
	node->sleep |= 1u << node->actor;
	more->since[node->actor] = d;
	node->done++;
	w = node->wakeup;
	if (!w)
		return false;
	node->wakeup = w->next;
	begin_branch(x, d, w->actor, w->effect.location, w->child);
	np_wakeup_free(x, w);
	return true;
}

static bool graph_next(struct np_explorer *x, enum np_outcome outcome)
{
	/* What was to follow is of no use to the next branch. */
	np_wakeup_free_all(x, node_at(x, x->nr_path)->hint);
	node_at(x, x->nr_path)->hint = NULL;
	if (outcome != NP_INFEASIBLE)
		race_at_the_end(x, outcome);
	for (; x->nr_path; x->nr_path--) {
		if (!turn(x, x->nr_path - 1))
			continue;
		x->kept = x->nr_path - 1;
		return true;
	}
	return false;
}

static int graph_init(struct np_explorer *x)
{
	struct np_graph *g = np_graph_of(x);
	size_t events = x->max_events + 2u;

	if (!g->search) {
		g->search = np_explorer_reserve(x, events * sizeof(struct node));
		g->sequence = np_explorer_reserve(x, events * sizeof(*g->sequence));
	}
	if (x->error)
		return x->error;
	memset(&x->nodes[0], 0, sizeof(x->nodes[0]));
	x->nr_path = x->kept = 0;
	return 0;
}

static void graph_exit(struct np_explorer *x)
{
	for (u32 d = 0; d <= x->nr_path; d++) {
		np_wakeup_free_all(x, x->nodes[d].wakeup);
		x->nodes[d].wakeup = NULL;
		np_wakeup_free_all(x, node_at(x, d)->hint);
		node_at(x, d)->hint = NULL;
	}
	x->nr_path = x->kept = 0;
}

const struct np_strategy_ops np_strategy_dpor_graph = {
	.name = "dpor",
	.race = true,
	.exhaustive = true,
	.init = graph_init,
	.pick = graph_pick,
	.choose = graph_choose,
	.did = graph_did,
	.next = graph_next,
	.exit = graph_exit,
};
