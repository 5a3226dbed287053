/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A graph of locks: an edge from each that was held to each that was taken then.
 *
 * A lock is known by its place in the image.  That of memory which an execution
 * allocates may be another lock in the next one, so what is known of it is dropped
 * then.  Edges are few: they are kept in an open hash table, and a cycle is looked
 * for only when there is a new one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <explore/lock_order.h>
#include <explore/place.h>

#define FIRST_SIZE 64 /* a power of two */
#define PLACE_SIZE 160
#define MESSAGE_SIZE 640

/* In which contexts a lock has been taken. */
enum usage {
	IN_SOFTIRQ,
	IN_HARDIRQ,
	WITH_SOFTIRQS, /* on: a softirq may come on top */
	WITH_IRQS,
	USAGES,
};

/* Locks are numbered by their places: two may share a granule. */
#define LOCK_SIZE 4

struct edge {
	u32 held, taken; /* NP_NOWHERE: an empty slot */
	const void *taken_pc;
	char *report; /* it closes a cycle; NULL: it does not */
};

struct lock_use {
	u32 lock; /* NP_NOWHERE: an empty slot */
	u8 used;  /* a bit for each enum usage */
	const void *pc[USAGES];
	char *report[2]; /* of softirqs, of hardirqs; NULL: nothing is wrong */
};

struct table {
	void *slots;
	size_t size, nr;
};

struct np_lock_order {
	struct table edges, uses;
	u32 execution; /* of the locks in memory that it allocated; 0: there are none */
};

static struct edge *edges(const struct np_lock_order *order)
{
	return order->edges.slots;
}

static struct lock_use *uses(const struct np_lock_order *order)
{
	return order->uses.slots;
}

static size_t hash(u32 a, u32 b)
{
	return (a * 0x9e3779b1u ^ b * 0x85ebca6bu) >> 7;
}

static u32 number_of(const struct np_explorer *x, const void *lock)
{
	return (u32)(((uintptr_t)lock - (uintptr_t)x->image.base) / LOCK_SIZE);
}

static const void *address_of(const struct np_explorer *x, u32 lock)
{
	return x->image.base + (size_t)lock * LOCK_SIZE;
}

/* --- the tables --- */

static struct edge *edge_slot(const struct np_lock_order *order, u32 held, u32 taken)
{
	size_t mask = order->edges.size - 1, i = hash(held, taken) & mask;

	while (edges(order)[i].held != NP_NOWHERE &&
	       (edges(order)[i].held != held || edges(order)[i].taken != taken))
		i = (i + 1) & mask;
	return &edges(order)[i];
}

static struct lock_use *use_slot(const struct np_lock_order *order, u32 lock)
{
	size_t mask = order->uses.size - 1, i = hash(lock, lock) & mask;

	while (uses(order)[i].lock != NP_NOWHERE && uses(order)[i].lock != lock)
		i = (i + 1) & mask;
	return &uses(order)[i];
}

/* An array of @nr slots of which all are empty: 0xff in each byte. */
static void *empty_slots(size_t nr, size_t size)
{
	void *slots = malloc(nr * size);

	if (slots)
		memset(slots, 0xff, nr * size);
	return slots;
}

typedef bool keep_fn(const struct np_explorer *x, u32 lock);

static void free_reports(char *const *reports, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(reports[i]);
}

static bool keep_all(const struct np_explorer *x, u32 lock)
{
	(void)x;
	(void)lock;
	return true;
}

static bool keep_settled(const struct np_explorer *x, u32 lock)
{
	return np_image_settled(&x->image, address_of(x, lock));
}

/* Both tables anew, with @size slots, without what @keep drops. Whether there was memory. */
static bool rebuild(struct np_explorer *x, size_t edge_size, size_t use_size, keep_fn *keep)
{
	struct np_lock_order *order = x->lock_order, old = *order;

	order->edges = (struct table){ empty_slots(edge_size, sizeof(struct edge)), edge_size, 0 };
	order->uses = (struct table){ empty_slots(use_size, sizeof(struct lock_use)), use_size, 0 };
	if (!order->edges.slots || !order->uses.slots) {
		free(order->edges.slots);
		free(order->uses.slots);
		*order = old;
		return false;
	}
	for (size_t i = 0; i < old.edges.size; i++) {
		const struct edge *edge = &edges(&old)[i];

		if (edge->held == NP_NOWHERE)
			continue;
		if (!keep(x, edge->held) || !keep(x, edge->taken)) {
			free_reports(&edge->report, 1);
			continue;
		}
		*edge_slot(order, edge->held, edge->taken) = *edge;
		order->edges.nr++;
	}
	for (size_t i = 0; i < old.uses.size; i++) {
		const struct lock_use *use = &uses(&old)[i];

		if (use->lock == NP_NOWHERE)
			continue;
		if (!keep(x, use->lock)) {
			free_reports(use->report, 2);
			continue;
		}
		*use_slot(order, use->lock) = *use;
		order->uses.nr++;
	}
	free(old.edges.slots);
	free(old.uses.slots);
	return true;
}

static struct np_lock_order *order_of(struct np_explorer *x)
{
	struct np_lock_order *order = x->lock_order;

	if (!order) {
		order = calloc(1, sizeof(*order));
		if (!order)
			return NULL;
		x->lock_order = order;
		if (!rebuild(x, FIRST_SIZE, FIRST_SIZE, keep_all)) {
			free(order);
			x->lock_order = NULL;
			return NULL;
		}
	}
	if (order->execution && order->execution != x->hot.execution) {
		if (!rebuild(x, order->edges.size, order->uses.size, keep_settled))
			return NULL;
		order->execution = 0;
	}
	return order;
}

/* Room for one more of each. */
static bool has_room(struct np_explorer *x)
{
	struct np_lock_order *order = x->lock_order;
	size_t edge_size = order->edges.size, use_size = order->uses.size;

	if (order->edges.nr + 1 > edge_size / 2)
		edge_size *= 2;
	if (order->uses.nr + 1 > use_size / 2)
		use_size *= 2;
	return (edge_size == order->edges.size && use_size == order->uses.size) ||
	       rebuild(x, edge_size, use_size, keep_all);
}

void np_lock_order_free(struct np_explorer *x)
{
	struct np_lock_order *order = x->lock_order;

	if (!order)
		return;
	for (size_t i = 0; i < order->edges.size; i++)
		if (edges(order)[i].held != NP_NOWHERE)
			free_reports(&edges(order)[i].report, 1);
	for (size_t i = 0; i < order->uses.size; i++)
		if (uses(order)[i].lock != NP_NOWHERE)
			free_reports(uses(order)[i].report, 2);
	free(order->edges.slots);
	free(order->uses.slots);
	free(order);
	x->lock_order = NULL;
}

/* --- cycles --- */

struct search {
	const struct np_lock_order *order;
	u32 *stack; /* locks still to be looked at */
	size_t nr;
	bool *pushed; /* of each edge */
};

static void push_successors(struct search *search, u32 lock)
{
	for (size_t i = 0; i < search->order->edges.size; i++) {
		const struct edge *edge = &edges(search->order)[i];

		if (edge->held != lock || search->pushed[i])
			continue;
		search->pushed[i] = true;
		search->stack[search->nr++] = edge->taken;
	}
}

/*
 * The edge that leads away from @from on a way to @to; NULL when there is no way. Which of
 * several is found depends on places in the image only.
 */
static const struct edge *way(const struct np_lock_order *order, u32 from, u32 to)
{
	const struct edge *found = NULL;
	struct search search = { .order = order,
				 .stack = malloc(order->edges.size * sizeof(u32)),
				 .pushed = malloc(order->edges.size) };

	for (size_t i = 0; search.stack && search.pushed && !found && i < order->edges.size; i++) {
		const struct edge *first = &edges(order)[i];

		if (first->held != from)
			continue;
		memset(search.pushed, 0, order->edges.size);
		search.nr = 0;
		search.stack[search.nr++] = first->taken;
		while (search.nr) {
			u32 lock = search.stack[--search.nr];

			if (lock == to) {
				found = first;
				break;
			}
			push_successors(&search, lock);
		}
	}
	free(search.stack);
	free(search.pushed);
	return found;
}

static char *cycle_text(struct np_explorer *x, const struct edge *edge, const struct edge *back)
{
	char held[64], next[64], here[PLACE_SIZE], there[PLACE_SIZE], text[MESSAGE_SIZE];

	np_explore_name_address(x, address_of(x, edge->held), held, sizeof(held));
	np_explore_name_address(x, address_of(x, back->taken), next, sizeof(next));
	np_explore_name_code(x, edge->taken_pc, 1, here, sizeof(here));
	np_explore_name_code(x, back->taken_pc, 1, there, sizeof(there));
	snprintf(text, sizeof(text),
		 "taken with %s held, at %s; the other way round: %s is taken with this one held, "
		 "at %s%s",
		 held, here, next, there, back->taken == edge->held ? "" : ", and so on");
	return strdup(text);
}

/* The lock is named as it is called now: its memory may have got another name. */
static void report(struct np_explorer *x, enum np_invariant invariant, u32 lock, const char *text)
{
	char name[64];

	np_explore_name_address(x, address_of(x, lock), name, sizeof(name));
	np_explorer_violate(x, invariant, name, "%s", text);
}

static void take_with(struct np_explorer *x, u32 held, u32 taken, const void *taken_pc)
{
	struct np_lock_order *order = x->lock_order;
	struct edge *edge = edge_slot(order, held, taken);
	const struct edge *back;

	if (edge->held == NP_NOWHERE) {
		if (!has_room(x))
			return;
		edge = edge_slot(order, held, taken);
		*edge = (struct edge){ held, taken, taken_pc, NULL };
		order->edges.nr++;
		back = way(order, taken, held);
		if (back)
			edge->report = cycle_text(x, edge, back);
	}
	if (edge->report)
		report(x, NP_LOCK_ORDER, taken, edge->report);
}

/* --- interrupts --- */

static u8 usage_now(const struct np_actor_state *actor)
{
	bool softirqs = true, irqs = true, in_softirq = false, in_hardirq = false;

	for (const struct np_context *c = actor->here; c; c = c->outer) {
		in_softirq |= c->kind == NP_SOFTIRQ;
		in_hardirq |= c->kind == NP_HARDIRQ;
		softirqs &= c->kind < NP_SOFTIRQ && c->bh_disabled <= 0 && c->irq_disabled <= 0;
		irqs &= c->kind != NP_HARDIRQ && c->irq_disabled <= 0;
	}
	return (u8)((in_softirq && !in_hardirq) << IN_SOFTIRQ | in_hardirq << IN_HARDIRQ |
		    softirqs << WITH_SOFTIRQS | irqs << WITH_IRQS);
}

static char *usage_text(struct np_explorer *x, const struct lock_use *use, enum usage in,
			enum usage with)
{
	char inside[PLACE_SIZE], outside[PLACE_SIZE], text[MESSAGE_SIZE];

	np_explore_name_code(x, use->pc[in], 1, inside, sizeof(inside));
	np_explore_name_code(x, use->pc[with], 1, outside, sizeof(outside));
	snprintf(text, sizeof(text), "taken in a %s, at %s, and with %s on, at %s",
		 in == IN_SOFTIRQ ? "softirq" : "hard interrupt", inside,
		 in == IN_SOFTIRQ ? "softirqs" : "interrupts", outside);
	return strdup(text);
}

static void check_usage(struct np_explorer *x, struct lock_use *use, u8 now, enum usage in,
			enum usage with)
{
	u8 both = (u8)(1u << in | 1u << with);

	if ((use->used & both) != both || !(now & both))
		return;
	if (!use->report[in])
		use->report[in] = usage_text(x, use, in, with);
	if (use->report[in])
		report(x, NP_WRONG_CONTEXT, use->lock, use->report[in]);
}

static void note_usage(struct np_explorer *x, u32 lock, const void *pc, bool tried)
{
	struct lock_use *use = use_slot(x->lock_order, lock);
	u8 now = usage_now(&x->actors[x->running]), fresh;

	/* An interrupt that only tries does not hang; one that comes on top of it may. */
	if (tried)
		now &= (u8) ~(1u << IN_SOFTIRQ | 1u << IN_HARDIRQ);
	if (use->lock == NP_NOWHERE) {
		if (!has_room(x))
			return;
		use = use_slot(x->lock_order, lock);
		*use = (struct lock_use){ .lock = lock };
		x->lock_order->uses.nr++;
	}
	fresh = (u8)(now & ~use->used);
	use->used |= fresh;
	for (int usage = 0; fresh && usage < USAGES; usage++)
		if (fresh & 1u << usage)
			use->pc[usage] = pc;
	check_usage(x, use, now, IN_SOFTIRQ, WITH_SOFTIRQS);
	check_usage(x, use, now, IN_HARDIRQ, WITH_IRQS);
}

void np_lock_order_take(struct np_explorer *x, const void *lock, const void *pc, bool tried)
{
	const struct np_actor_state *actor = &x->actors[x->running];
	u32 taken = number_of(x, lock);
	struct np_lock_order *order;

	if (!np_in_image(&x->image, lock))
		return;
	order = order_of(x);
	if (!order)
		return;
	if (!keep_settled(x, taken))
		order->execution = x->hot.execution;
	for (unsigned int i = 0; !tried && i < actor->nr_locks; i++)
		if (actor->locks_held[i] != lock && np_in_image(&x->image, actor->locks_held[i]))
			take_with(x, number_of(x, actor->locks_held[i]), taken, pc);
	note_usage(x, taken, pc, tried);
}
