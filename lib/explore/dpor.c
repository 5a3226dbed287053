/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Optimal dynamic partial order reduction: source sets with wakeup trees.
 *
 * Abdulla, Aronis, Jonsson, Sagonas: "Optimal Dynamic Partial Order Reduction"
 * (POPL 2014) and "Source Sets: A Foundation for Optimal Dynamic Partial Order
 * Reduction" (JACM 2017).  The names v, WI and notdep below are theirs.
 *
 * One thing differs: a race is looked at when its second event is first made, with
 * the execution as it is until then, and not again at the end of each execution.
 * The sequence that is inserted then wakes every sleeper of its node by itself, so
 * that nothing that begins with it is ever blocked.
 */
#include <string.h>

#include <explore/dependence.h>
#include <explore/dpor.h>
#include <explore/resume.h>
#include <explore/sequence.h>

#define COVERED_PER_EVENT 16

/* --- wakeup trees --- */

#define WAKEUPS_AT_ONCE 128

/* Many at a time, side by side: a tree is walked soon after it was built. */
static void more_wakeups(struct np_explorer *x)
{
	struct np_wakeup *w = np_explorer_alloc(x, WAKEUPS_AT_ONCE * sizeof(*w));

	for (unsigned int i = 0; w && i < WAKEUPS_AT_ONCE; i++) {
		w[i].next = x->free_wakeups;
		x->free_wakeups = &w[i];
	}
}

struct np_wakeup *np_wakeup_new(struct np_explorer *x)
{
	struct np_wakeup *w;

	if (!x->free_wakeups)
		more_wakeups(x);
	w = x->free_wakeups;
	if (w)
		x->free_wakeups = w->next;
	return w;
}

void np_wakeup_free(struct np_explorer *x, struct np_wakeup *w)
{
	w->next = x->free_wakeups;
	x->free_wakeups = w;
}

void np_wakeup_free_all(struct np_explorer *x, struct np_wakeup *w)
{
	while (w) {
		struct np_wakeup *next = w->next;

		np_wakeup_free_all(x, w->child);
		np_wakeup_free(x, w);
		w = next;
	}
}

/* --- what is asleep at a node --- */

/* The next step of actor @q at the state before event @i: the one after its first @steps. */
static struct np_effect next_effect(const struct np_explorer *x, u32 i, u8 q, u32 steps)
{
	const struct np_actor_state *actor = &x->actors[q];
	struct np_effect effect;

	if (steps < actor->index)
		effect = np_effect_of(&x->events[x->positions[q][steps]]);
	else
		effect = (struct np_effect){ actor->op.location, actor->op.excl, actor->op.shared,
					     actor->op.flags, actor->op.mask };
	/* It did it here once, and nothing it touches has changed since: with that outcome. */
	effect.flags &= (u16)~NP_OP_WRITES;
	if (x->nodes[i].sleep_writes & (1u << q))
		effect.flags |= NP_OP_WRITES;
	return effect;
}

/*
 * A step that takes no part in v, and that can come before it all the same. If it has been made
 * it depends on the race, and what will depend on it does so as well: is no part of v either.
 */
static void rely_on(const struct np_explorer *x, struct np_covered *c, u8 actor, u32 index,
		    const struct np_effect *effect)
{
	if (index <= x->actors[actor].index &&
	    (np_writes(&x->events[x->positions[actor][index - 1]]) ||
	     !(effect->flags & NP_OP_WRITES)))
		return;
	if (c->nr == ARRAY_SIZE(c->by)) {
		c->by_more = true;
		return;
	}
	c->by[c->nr++] = (struct np_cover){
		.effect = *effect, .made = NP_NO_EVENT, .index = (u16)index, .actor = actor
	};
}

/* Whether what v leads to is explored from a sleeper of node @i. */
static bool sleeper_covers(const struct np_explorer *x, u32 i, struct np_sequence *v,
			   struct np_covered *c)
{
	for (u32 sleep = x->nodes[i].sleep; sleep; sleep &= sleep - 1) {
		u8 q = (u8)__builtin_ctz(sleep);
		struct np_effect effect = { 0 };
		u32 steps = 0;
		u8 nr = c->nr;

		if (!np_sequence_has(v, q)) {
			steps = np_made_before(x, i, q);
			effect = next_effect(x, i, q, steps);
		}
		if (!np_sequence_may_begin(v, q, &effect))
			continue;
		/* If its step is part of v it stays the first whatever comes. */
		if (!np_sequence_has(v, q))
			rely_on(x, c, q, steps + 1, &effect);
		if (c->nr == nr && !c->by_more) {
			c->nr = 0;
			return true;
		}
		c->nr = 1;
		c->by_more = false;
		c->sleepers |= 1u << q;
	}
	return c->sleepers;
}

/* --- inserting v --- */

/* A branch behind @link. Return: the link behind that. */
static struct np_wakeup **append(struct np_explorer *x, struct np_wakeup **link, u8 actor,
				 const struct np_effect *effect)
{
	struct np_wakeup *w = np_wakeup_new(x);

	/* Without memory the search is over anyway. */
	if (!w)
		return link;
	*w = (struct np_wakeup){ .effect = *effect, .actor = actor };
	*link = w;
	return &w->child;
}

/* What is left of v, as a branch without forks. */
static void append_rest(struct np_explorer *x, struct np_wakeup **link, const struct np_sequence *v)
{
	for (u32 k = v->first_gives_way + 1; k < v->end; k++) {
		struct np_effect effect = np_effect_of(&x->events[k]);

		if (k != v->event && np_sequence_part(v, k))
			link = append(x, link, x->events[k].actor, &effect);
	}
	if (np_sequence_part(v, v->event))
		append(x, link, x->events[v->event].actor, &v->effect);
}

/* The steps of @actor on the way from a node's tree to branch @to. */
static u32 steps_to(const struct np_explorer *x, u32 i, const struct np_wakeup *const *path,
		    unsigned int nr, u8 actor)
{
	u32 steps = np_made_before(x, i, actor);

	while (nr--)
		steps += path[nr]->actor == actor;
	return steps;
}

/* Into the tree of node @i. */
static void insert(struct np_explorer *x, u32 i, struct np_sequence *v, struct np_covered *c)
{
	struct np_wakeup **link = &x->nodes[i].wakeup, *w;
	const struct np_wakeup *path[64];
	unsigned int nr = 0;

	while ((w = *link)) {
		if (!np_sequence_may_begin(v, w->actor, &w->effect)) {
			link = &w->next;
			continue;
		}
		if (!np_sequence_has(v, w->actor))
			rely_on(x, c, w->actor, steps_to(x, i, path, nr, w->actor) + 1, &w->effect);
		np_sequence_take(v, w->actor);
		/* A leaf is explored with all that follows it. */
		if (!v->left || !w->child)
			return;
		if (nr < ARRAY_SIZE(path))
			path[nr++] = w;
		else
			c->by_more = true;
		link = &w->child;
	}
	append_rest(x, link, v);
}

/* Of the execution up to event @end: the race's event may have been one of those before. */
static void reverse(struct np_explorer *x, struct np_covered *c, u32 end)
{
	struct np_sequence v;
	u32 i;

	if (!np_sequence_fill(x, &v, c->race, c->event, end))
		return;
	if (c->swap && !(v.effect.flags & NP_OP_WRITES))
		return;
	i = v.first_gives_way;
	if (!sleeper_covers(x, i, &v, c))
		insert(x, i, &v, c);
	/* Of another node. */
	if (i != c->race)
		c->sleepers = 0;
}

/*
 * The original algorithm looks at each race again at the end of each execution, with all that
 * came after it in v. That makes a difference only to races that something else covers, and
 * only when what comes depends on that: so those are kept, and looked at again then.
 */
static void keep_covered(struct np_explorer *x, const struct np_covered *c)
{
	if (x->nr_covered < x->max_covered)
		x->covered[x->nr_covered++] = *c;
	else
		x->cut_short = true;
}

static void race(struct np_explorer *x, u32 i, u32 e)
{
	struct np_covered c = { .event = e, .race = i, .since = e, .over = NP_NO_EVENT };

	reverse(x, &c, e);
	if (c.nr)
		keep_covered(x, &c);
}

/*
 * A compare-and-swap that failed is a read, and later reads need no order with it. If it can
 * be made to succeed by coming earlier they do: as if it were covered by that write.
 */
static void keep_failed(struct np_explorer *x, u32 e)
{
	const struct np_event *event = &x->events[e];
	struct np_effect effect = np_effect_of(event);

	if (event->kind != NP_OP_CAS || np_writes(event))
		return;
	effect.flags |= NP_OP_WRITES;
	for (unsigned int r = 0; r < x->nr_races; r++) {
		struct np_covered c = { .event = e,
					.race = x->race[r],
					.since = e,
					.over = NP_NO_EVENT,
					.swap = true };

		rely_on(x, &c, event->actor, event->index, &effect);
		keep_covered(x, &c);
	}
}

/* Whether event @e, which is new, comes in between. */
static bool uncovers(const struct np_explorer *x, struct np_covered *c, u32 e)
{
	const struct np_event *race = &x->events[c->race], *event = &x->events[e];
	struct np_effect effect = np_effect_of(event);
	bool uncovered = c->by_more;

	for (unsigned int n = 0; n < c->nr; n++) {
		struct np_cover *by = &c->by[n];

		/* What depends on a step that has been made comes after it. */
		if (by->made < e)
			continue;
		by->made = NP_NO_EVENT;
		if (by->actor != event->actor)
			uncovered |= np_dependent(x, &effect, &by->effect);
		else if (by->index == event->index &&
			 (np_writes(event) || !(by->effect.flags & NP_OP_WRITES)))
			by->made = e;
	}
	/* What depends on the race itself is no part of v. */
	return uncovered && np_row(x, x->clocks, e)[race->actor] < race->index;
}

/* Whether sleeper @q still covers it, with all events up to @e; then *@c relies on that. */
static bool still_covers(const struct np_explorer *x, struct np_covered *c, u8 q, u32 e)
{
	const struct np_event *race = &x->events[c->race];
	u32 steps = np_made_before(x, c->race, q);
	struct np_effect effect = next_effect(x, c->race, q, steps);

	for (u32 k = c->event + 1; k <= e; k++) {
		const struct np_event *event = &x->events[k];
		struct np_effect other;

		if (event->actor == q) {
			/* Its own step, at last: what depends on it comes later. */
			if (np_writes(event) || !(effect.flags & NP_OP_WRITES))
				break;
			continue;
		}
		other = np_effect_of(event);
		if (np_dependent(x, &effect, &other) &&
		    np_row(x, x->clocks, k)[race->actor] < race->index)
			return false;
	}
	c->nr = 0;
	rely_on(x, c, q, steps + 1, &effect);
	return true;
}

/* What comes in between is part of v from now on. */
static void look_at_covered_again(struct np_explorer *x, u32 n, u32 e)
{
	struct np_covered c = { .event = x->covered[n].event,
				.race = x->covered[n].race,
				.since = e,
				.over = NP_NO_EVENT,
				.swap = x->covered[n].swap,
				.sleepers = x->covered[n].sleepers };
	bool covered = false;

	/* There may be more than one such read. */
	if (!c.swap)
		x->covered[n].over = e;
	while (c.sleepers && !covered) {
		covered = still_covers(x, &c, (u8)__builtin_ctz(c.sleepers), e);
		if (!covered)
			c.sleepers &= c.sleepers - 1;
	}
	if (!covered)
		reverse(x, &c, e + 1);
	if (c.nr)
		keep_covered(x, &c);
}

static void look_again(struct np_explorer *x, u32 e)
{
	u32 nr;

	/* Those that were found with an event that this one replaces. */
	while (x->nr_covered && x->covered[x->nr_covered - 1].since >= e)
		x->nr_covered--;
	nr = x->nr_covered;
	for (u32 n = 0; n < nr; n++) {
		struct np_covered *c = &x->covered[n];

		if (c->over < e)
			continue;
		c->over = NP_NO_EVENT;
		if (uncovers(x, c, e))
			look_at_covered_again(x, n, e);
	}
}

/* --- the search --- */

/* The next node's sleepers: those that this event does not wake. */
static void put_to_sleep(struct np_explorer *x, u32 e)
{
	struct np_node *node = &x->nodes[e], *next = &x->nodes[e + 1];
	struct np_effect effect = np_effect_of(&x->events[e]);
	u32 sleep;

	next->sleep = next->sleep_writes = 0;
	next->done = 0;
	for (sleep = node->sleep & ~(1u << node->actor); sleep; sleep &= sleep - 1) {
		u8 q = (u8)__builtin_ctz(sleep);
		u32 bit = 1u << q;
		const struct np_op *op = &x->actors[q].op;
		struct np_effect other = { op->location, op->excl, op->shared, op->flags,
					   op->mask };

		other.flags &= (u16)~NP_OP_WRITES;
		if (node->sleep_writes & bit)
			other.flags |= NP_OP_WRITES;
		if (np_dependent(x, &effect, &other))
			continue;
		next->sleep |= bit;
		next->sleep_writes |= node->sleep_writes & bit;
	}
}

/* How many events each actor has made by now. */
static void count_made(struct np_explorer *x, u32 e)
{
	u16 *made = np_row(x, x->made, e);

	np_row_copy(made + x->stride, made, x->stride);
	made[x->stride + x->events[e].actor]++;
}

static void dpor_did(struct np_explorer *x, u32 e)
{
	unsigned int nr = x->nr_races;

	count_made(x, e);
	look_again(x, e);
	for (unsigned int r = 0; r < nr; r++)
		race(x, x->race[r], e);
	keep_failed(x, e);
	/* Of a path that was read from a file all but the last node are as they were. */
	if (!x->resume || e + 1 >= x->resume->nr)
		put_to_sleep(x, e);
}

/* The sequence to be followed begins at node @d; its rest is for the next one. */
static void follow(struct np_explorer *x, u32 d)
{
	struct np_node *node = &x->nodes[d];
	struct np_wakeup *w = node->wakeup;

	node->wakeup = w->next;
	node->actor = w->actor;
	node[1].wakeup = w->child;
	np_wakeup_free(x, w);
}

static u8 dpor_pick(struct np_explorer *x, u32 enabled)
{
	struct np_node *node = &x->nodes[x->nr_events];

	if (node->wakeup) {
		follow(x, x->nr_events);
		if (!(enabled & (1u << node->actor))) {
			/* It waits for what this order does not bring: see np_wait_until(). */
			np_wakeup_free_all(x, node[1].wakeup);
			node[1].wakeup = NULL;
			x->outcome = NP_INFEASIBLE;
			return NP_NOBODY;
		}
	} else {
		enabled &= ~node->sleep;
		if (!enabled) {
			x->outcome = NP_BLOCKED;
			return NP_NOBODY;
		}
		node->actor = np_default_pick(x, enabled);
		node[1].wakeup = NULL;
	}
	x->nr_path = x->nr_events + 1;
	return node->actor;
}

static int dpor_init(struct np_explorer *x)
{
	if (!x->covered) {
		x->max_covered = x->max_events * COVERED_PER_EVENT;
		x->covered = np_explorer_reserve(x, x->max_covered * sizeof(*x->covered));
		x->made =
			np_explorer_reserve(x, (x->max_events + 2u) * x->stride * sizeof(*x->made));
	}
	memset(&x->nodes[0], 0, sizeof(x->nodes[0]));
	x->nr_path = x->kept = x->nr_covered = 0;
	return x->error;
}

/* Those that waited in vain could have been the first: they take part in races too. */
static void blocked_at_the_end(struct np_explorer *x)
{
	for (u8 a = 0; a < x->nr_actors; a++) {
		unsigned int nr;

		if (x->actors[a].ended)
			continue;
		np_dependence_blocked(x, a);
		nr = x->nr_races;
		for (unsigned int r = 0; r < nr; r++)
			race(x, x->race[r], x->nr_events);
	}
}

static bool dpor_next(struct np_explorer *x, enum np_outcome outcome)
{
	np_resume_free(x);
	if (outcome == NP_DEADLOCKED)
		blocked_at_the_end(x);
	while (x->nr_path) {
		struct np_node *node = &x->nodes[x->nr_path - 1];
		u32 bit = 1u << node->actor;

		np_wakeup_free_all(x, node[1].wakeup);
		node[1].wakeup = NULL;
		node->sleep |= bit;
		node->sleep_writes &= ~bit;
		if (np_writes(&x->events[x->nr_path - 1]))
			node->sleep_writes |= bit;
		node->done++;
		while (node->wakeup) {
			follow(x, x->nr_path - 1);
			x->kept = x->nr_path - 1;
			if (node->enabled & (1u << node->actor))
				return true;
			/* As in dpor_pick(). It was not explored, so it does not sleep either. */
			np_wakeup_free_all(x, node[1].wakeup);
			node[1].wakeup = NULL;
		}
		x->nr_path--;
	}
	return false;
}

static void dpor_exit(struct np_explorer *x)
{
	np_resume_free(x);
	for (u32 d = 0; d <= x->nr_path; d++) {
		np_wakeup_free_all(x, x->nodes[d].wakeup);
		x->nodes[d].wakeup = NULL;
	}
	x->nr_path = x->kept = 0;
}

const struct np_strategy_ops np_strategy_dpor = {
	.name = "dpor",
	.race = true,
	.exhaustive = true,
	.init = dpor_init,
	.pick = dpor_pick,
	.did = dpor_did,
	.next = dpor_next,
	.exit = dpor_exit,
};
