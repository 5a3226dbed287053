/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the kernel promises to be atomic: _refcount, _mapcount, flags, pp_frag_count, and
 * page_counter.usage.  Reported as data_race:
 *
 *  - an access to a part of one, or to one and its neighbour at once, that writes or is marked;
 *  - a plain write to a count, whoever else is there;
 *  - a marked store to one that others update, when nothing orders it after an update that it
 *    has not seen: it overwrites that.  No race detector sees it, for both are marked.
 *
 * Plain accesses to flags are left to the race detector: an owner may set up a page that
 * nobody else can find.
 */
#include <stdio.h>

#include <explore/detect.h>
#include <machine.h>

bool np_is_event(const struct np_explorer *x, const struct np_access *access)
{
	const struct np_location *l = &x->image.locations[np_location_of(&x->image, access->ptr)];

	return l->epoch == x->hot.execution && l->last == x->nr_events - 1 &&
	       x->events[l->last].actor == x->running;
}

u32 np_event_before(const struct np_explorer *x, const struct np_access *access)
{
	const struct np_actor_state *actor = &x->actors[x->running];

	if (!np_is_event(x, access))
		return actor->last;
	return actor->index > 1 ? x->positions[x->running][actor->index - 2] : NP_NO_EVENT;
}

u32 np_detect_unordered(struct np_detector *d, const struct np_access *access, u32 kinds)
{
	const struct np_explorer *x = d->x;
	const struct np_location *l = &x->image.locations[np_location_of(&x->image, access->ptr)];
	u32 e = l->last, before;
	u8 mask;

	/* What is no event nobody else comes by. */
	if (!np_is_event(x, access))
		return NP_NO_EVENT;
	mask = x->events[e].mask;
	before = np_event_before(x, access);
	while ((e = x->events[e].prev) != NP_NO_EVENT) {
		const struct np_event *event = &x->events[e];

		if (!(event->mask & mask))
			continue;
		/* It knows what it found then, and decides by it. */
		if (event->actor == x->running)
			return NP_NO_EVENT;
		if (np_writes(event) && (kinds & BIT(event->kind)) &&
		    !np_comes_after(x, before, event->actor, (u16)event->index))
			return e;
	}
	return NP_NO_EVENT;
}

static NP_COLD bool report(struct np_detector *d, const struct np_page_access *a, const char *why,
			   u32 update)
{
	char name[48], text[768];

	text[0] = 0;
	if (update != NP_NO_EVENT)
		np_add_place(d, text, sizeof(text), 0, "updated", d->x->events[update].actor,
			     d->x->events[update].pc);
	np_explorer_violate(d->x, NP_DATA_RACE, np_detect_page_name(d, a->page, name, sizeof(name)),
			    "%s of %s: %s%s", np_access_name(a->access->how),
			    np_page_word_name(a->word), why, text);
	return true;
}

/* Whether the word is a counter in the page's present state. */
static bool is_count(const struct np_detector *d, const struct np_page_access *a)
{
	return a->word == NP_WORD_REFCOUNT || a->word == NP_WORD_MAPCOUNT ||
	       (a->word == NP_WORD_5 && a->life->pool &&
		d->machine->options.dma_layout == NP_DMA_64);
}

static bool is_torn(const struct np_page_access *a)
{
	size_t size = a->word == NP_WORD_REFCOUNT || a->word == NP_WORD_MAPCOUNT ?
			      sizeof(atomic_t) :
			      sizeof(long);

	/* A plain read may be part of a copy. */
	return a->access->how != NP_READ_PLAIN && (a->within || a->access->size != size);
}

bool np_detect_atomic(struct np_detector *d, struct np_page_access *a)
{
	bool count = is_count(d, a), flags = a->word == NP_WORD_FLAGS;
	u32 update;

	if ((!count && !flags) || a->life->state != NP_PAGE_USED)
		return false;
	if (is_torn(a))
		return report(d, a, "not the whole of it, or more: it is updated atomically",
			      NP_NO_EVENT);
	/* The word of _mapcount is a plain one where nobody maps the page: page_type. */
	if (a->access->how == NP_WRITE_PLAIN &&
	    (a->word == NP_WORD_REFCOUNT ||
	     (a->word == NP_WORD_MAPCOUNT && a->page->_mapcount.counter >= 0)))
		return report(d, a, "it is counted by atomics", NP_NO_EVENT);
	if (a->access->how != NP_WRITE_MARKED)
		return false;
	update = np_detect_unordered(d, a->access, BIT(NP_OP_RMW) | BIT(NP_OP_CAS));
	if (update == NP_NO_EVENT)
		return false;
	return report(d, a, "it overwrites an update that nothing orders before it", update);
}

/* --- page_counter.usage --- */

int np_detect_counters_init(struct np_detector *d)
{
	struct mem_cgroup *memcg;

	list_for_each_entry(memcg, &d->machine->memcgs, all)
		np_watch(d->x, &memcg->memory.usage, sizeof(memcg->memory.usage), NP_WATCH_COUNTER);
	return 0;
}

/* The memory may be another object's by now. */
static struct mem_cgroup *memcg_of(const struct np_detector *d, const char *ptr)
{
	struct mem_cgroup *memcg;

	list_for_each_entry(memcg, &d->machine->memcgs, all)
		if ((uintptr_t)(ptr - (const char *)&memcg->memory.usage) <
		    sizeof(memcg->memory.usage))
			return memcg;
	return NULL;
}

void np_detect_counter(struct np_detector *d, const struct np_access *access)
{
	bool torn = access->size != sizeof(atomic_long_t);
	const struct mem_cgroup *memcg;

	if (access->how == NP_READ_PLAIN || (access->how != NP_WRITE_PLAIN && !torn))
		return;
	memcg = memcg_of(d, access->ptr);
	if (!memcg)
		return;
	np_explorer_violate(d->x, NP_DATA_RACE, memcg->name, "%s of memory.usage: %s",
			    np_access_name(access->how),
			    torn ? "not the whole of it: it is updated atomically" :
				   "it is counted by atomics");
}
