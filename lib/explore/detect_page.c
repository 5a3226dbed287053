/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What state each struct page is in.
 *
 * Learned from the machine's own trace points, and before the first execution from the free
 * lists and from the words themselves.  A page is free from the trace point mm_page_free on,
 * while the allocator still works on it, to mm_page_alloc, when it has done so; a count that
 * is not 0 shows that the page has left before.
 *
 * Subscribing must not change what is explored: only trace points whose arguments are at hand
 * are asked for.
 */
#include <stdio.h>
#include <string.h>

#include <explore/detect.h>
#include <explore/report.h>
#include <machine.h>

/* --- the life of a page --- */

struct np_page_life *np_page_life(struct np_detector *d, unsigned long pfn)
{
	struct np_page_shadow *shadow = &d->shadow[pfn];

	if (unlikely(shadow->execution != d->x->hot.execution)) {
		shadow->execution = d->x->hot.execution;
		shadow->now.number = ++d->lives;
		shadow->now.state = shadow->before.state;
		shadow->now.part = shadow->before.part;
		shadow->now.pool = shadow->before.pool;
		shadow->now.undefined = 0;
		shadow->now.told = false;
		shadow->now.actor = NP_NOBODY;
		shadow->now.stack.nr = 0;
	}
	return &shadow->now;
}

/* .watch is never taken back: it only says that the detector is to be asked. */
static void watch_page(struct np_detector *d, unsigned long pfn)
{
	struct np_explorer *x = d->x;

	np_watch(x, &d->memmap[pfn], sizeof(*d->memmap), NP_WATCH_PAGE);
	if (d->notes)
		np_watch(x, d->notes[pfn].stamp, sizeof(d->notes[pfn].stamp), NP_WATCH_CONTENT);
}

static bool is_watched(const struct np_detector *d, unsigned long pfn)
{
	return d->x->image.locations[np_location_of(&d->x->image, &d->memmap[pfn])].watch;
}

static u8 part_of(unsigned long behind, bool compound)
{
	if (!behind)
		return NP_PART_FIRST;
	if (!compound)
		return NP_PART_BEHIND;
	return behind == 1 ? NP_PART_TAIL_1 : behind == 2 ? NP_PART_TAIL_2 : NP_PART_TAIL;
}

/*
 * Words that 6.1 leaves as the last owner had them: mm/page_alloc.c, post_alloc_hook(),
 * prep_new_page(), prep_compound_tail().  Bit 0 of the first word is a promise all the same.
 * The model clears them; code that runs here shall not rely on it.
 */
static u8 undefined_of(u8 part)
{
	switch (part) {
	case NP_PART_FIRST:
		return BIT(NP_WORD_2) | BIT(NP_WORD_4);
	case NP_PART_BEHIND:
		return BIT(NP_WORD_1) | BIT(NP_WORD_2) | BIT(NP_WORD_4) | BIT(NP_WORD_5);
	case NP_PART_TAIL_1:
		/* A word of it is _private_1 with 64 bits only. */
		return sizeof(long) == 8 ? BIT(NP_WORD_4) : 0;
	default:
		return BIT(NP_WORD_2) | BIT(NP_WORD_4);
	}
}

static void page_allocated(struct np_detector *d, unsigned long pfn, u8 part)
{
	struct np_page_life *life = np_page_life(d, pfn);

	if (!is_watched(d, pfn))
		watch_page(d, pfn);
	life->number = ++d->lives;
	life->state = NP_PAGE_USED;
	life->part = part;
	life->undefined = undefined_of(part);
	life->pool = false;
	life->told = false;
	life->actor = d->x->running;
	life->stack.nr = 0;
}

static void page_freed(struct np_detector *d, unsigned long pfn, const struct np_stack *stack)
{
	struct np_page_life *life = np_page_life(d, pfn);

	if (!is_watched(d, pfn))
		watch_page(d, pfn);
	if (life->state == NP_PAGE_USED && d->x->running != NP_NOBODY && !d->x->quiet)
		np_detect_last_put(d, &d->memmap[pfn], life);
	life->state = NP_PAGE_FREE;
	life->part = NP_PART_FIRST;
	life->undefined = 0;
	life->actor = d->x->running;
	life->stack.nr = stack->nr;
	memcpy(life->stack.pcs, stack->pcs, stack->nr * sizeof(*stack->pcs));
}

static void walk_here(struct np_explorer *x, const void *frame, struct np_stack *stack)
{
	stack->nr = 0;
	if (x->running != NP_NOBODY)
		np_report_walk(x, x->running, frame, stack);
}

static void block_event(struct np_detector *d, unsigned long pfn,
			const struct np_trace_event *event)
{
	unsigned long nr = event->value < MAX_ORDER ? 1UL << event->value : 1;
	bool compound = event->result & __GFP_COMP;
	struct np_stack stack;

	if (event->id == NP_TRACE_MM_PAGE_FREE)
		walk_here(d->x, __builtin_frame_address(0), &stack);
	for (unsigned long i = 0; i < nr && pfn + i < d->nr_pfns; i++) {
		if (event->id == NP_TRACE_MM_PAGE_FREE)
			page_freed(d, pfn + i, &stack);
		else
			page_allocated(d, pfn + i, part_of(i, compound));
	}
}

static void page_event(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct np_detector *d = arg;
	unsigned long pfn = (unsigned long)(event->page - d->memmap);

	(void)machine;
	if (pfn >= d->nr_pfns)
		return;
	if (event->id == NP_TRACE_MM_PAGE_ALLOC || event->id == NP_TRACE_MM_PAGE_FREE)
		block_event(d, pfn, event);
	else
		np_page_life(d, pfn)->pool = event->id == NP_TRACE_PAGE_POOL_STATE_HOLD;
}

/* --- before the first execution --- */

static void set_before(struct np_detector *d, unsigned long pfn, u8 state, u8 part)
{
	d->shadow[pfn].before.state = state;
	d->shadow[pfn].before.part = part;
	watch_page(d, pfn);
}

static bool is_pool_of(const struct np_machine *machine, const struct page *page)
{
	const struct page_pool *pool;

	if ((page->pp_magic & ~0x3UL) != PP_SIGNATURE)
		return false;
	list_for_each_entry(pool, &machine->pools, all)
		if (pool == page->pp)
			return true;
	return false;
}

/* A page that somebody may have: what is free is found afterwards. */
static void guess_page(struct np_detector *d, unsigned long pfn)
{
	const struct page *page = &d->memmap[pfn];
	unsigned long head = page->compound_head - 1 - (unsigned long)d->memmap;
	u8 part = NP_PART_FIRST;

	/* The inside of a block that was never given out. */
	if (!page->flags)
		return;
	if ((page->compound_head & 1) && head / sizeof(*page) < pfn)
		part = part_of(pfn - head / sizeof(*page), true);
	else if (!page->_refcount.counter)
		part = NP_PART_BEHIND;
	set_before(d, pfn, NP_PAGE_USED, part);
	d->shadow[pfn].before.pool = is_pool_of(d->machine, page);
}

static void free_list(struct np_detector *d, const struct list_head *list, unsigned int order)
{
	const struct list_head *entry = list->next;

	for (unsigned long left = d->nr_pfns; left && entry != list; left--, entry = entry->next) {
		const struct page *page = list_entry(entry, struct page, lru);
		unsigned long pfn = (unsigned long)(page - d->memmap);

		if (pfn >= d->nr_pfns)
			return;
		for (unsigned long i = 0; i < 1UL << order && pfn + i < d->nr_pfns; i++)
			if (d->memmap[pfn + i].flags)
				set_before(d, pfn + i, NP_PAGE_FREE, NP_PART_FIRST);
	}
}

static void guess_node(struct np_detector *d, unsigned int nid)
{
	struct np_machine *machine = d->machine;
	const struct np_zone *zone = &machine->zones[nid];

	for (unsigned long pfn = zone->start_pfn; pfn < zone->frontier; pfn++)
		guess_page(d, pfn);
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		free_list(d, &zone->free_area[order], order);
	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
		free_list(d, &machine->cpus[cpu].pcp[nid].list, 0);
}

int np_detect_pages_init(struct np_detector *d)
{
	struct np_machine *machine = d->machine;

	d->shadow = np_explorer_reserve(d->x, machine->nr_pfns * sizeof(*d->shadow));
	if (!d->shadow)
		return -ENOMEM;
	for (unsigned int nid = 0; nid < machine->options.nr_nodes; nid++)
		guess_node(d, nid);
	for (unsigned long pfn = machine->options.nr_pages; pfn < machine->nr_pfns; pfn++)
		set_before(d, pfn, NP_PAGE_DEVICE, NP_PART_FIRST);
	if (np_trace_subscribe_to(machine,
				  BIT(NP_TRACE_MM_PAGE_ALLOC) | BIT(NP_TRACE_MM_PAGE_FREE) |
					  BIT(NP_TRACE_PAGE_POOL_STATE_HOLD) |
					  BIT(NP_TRACE_PAGE_POOL_STATE_RELEASE),
				  page_event, d)) {
		/* What becomes of pages cannot be followed: none is looked at. */
		fprintf(stderr, "netpage: np_explore: all subscribers of trace points are taken: "
				"accesses to pages are not looked at\n");
		d->nr_pfns = 0;
	}
	return 0;
}

/* --- who used it, who counted last --- */

void np_page_used(struct np_detector *d, struct np_page_life *life, const struct np_access *access,
		  u8 word)
{
	const struct np_explorer *x = d->x;
	struct np_page_use *use = &life->uses[x->running];
	u32 index = x->actors[x->running].index;

	use->life = life->number;
	/* The access is the latest event of the actor, or comes after it. */
	use->ordered_at = (u16)(np_is_event(x, access) ? index : index + 1);
	use->word = word;
	use->how = access->how;
	use->pc = access->pc;
	if (word == NP_WORD_MAPCOUNT && access->how == NP_READ_WRITE)
		life->mappers[x->running] = *use;
}

static u8 only_writer(const struct np_location *l)
{
	for (u8 a = 0; a < NP_ACTORS_MAX; a++)
		if (l->state == NP_LOC_WRITTEN_BY(a))
			return a;
	return NP_NOBODY;
}

u8 np_page_last_count(struct np_detector *d, const struct page *page, u32 *event)
{
	const struct np_explorer *x = d->x;
	u32 location = np_location_of(&x->image, &page->_refcount);
	const struct np_location *l = &x->image.locations[location];
	u8 mask = (u8)(0xf << ((uintptr_t)&page->_refcount % NP_GRANULE));

	*event = NP_NO_EVENT;
	if (l->logged != x->hot.execution)
		return NP_NOBODY;
	if (l->epoch != x->hot.execution)
		return only_writer(l);
	for (u32 e = l->last; e != NP_NO_EVENT; e = x->events[e].prev)
		if (np_writes(&x->events[e]) && (x->events[e].mask & mask)) {
			*event = e;
			return x->events[e].actor;
		}
	return NP_NOBODY;
}
