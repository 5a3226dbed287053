/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The census: one walk of the machine, in time proportional to the pages that
 * were ever touched and the objects there are.
 *
 * It trusts nothing that a bug may have broken: lists of pages are followed only
 * from page to page of this machine, and only as long as each is new.
 */
#include <check/check.h>

/* --- pages --- */

static void add_range(struct np_census *census, unsigned long start, unsigned long end)
{
	struct np_pfn_range *range;

	if (start >= end)
		return;
	range = &census->ranges[census->nr_ranges++];
	*range = (struct np_pfn_range){ .start = start, .end = end, .base = census->nr_facts };
	census->nr_facts += end - start;
}

static int list_pages(struct np_census *census)
{
	struct np_machine *machine = census->machine;
	struct np_page_fact *fact;

	for (unsigned int nid = 0; nid < machine->options.nr_nodes; nid++)
		add_range(census, machine->zones[nid].start_pfn, machine->zones[nid].frontier);
	add_range(census, machine->options.nr_pages,
		  machine->options.nr_pages + machine->nr_device_pages);
	/* Never of size 0: an idle machine has touched nothing. */
	census->facts = np_alloc(machine, (census->nr_facts + 1) * sizeof(*census->facts));
	if (!census->facts)
		return -ENOMEM;
	fact = census->facts;
	for (unsigned int i = 0; i < census->nr_ranges; i++) {
		for (unsigned long pfn = census->ranges[i].start; pfn < census->ranges[i].end;
		     pfn++, fact++) {
			fact->page = &machine->memmap[pfn];
			/* The node and zone bits are never all 0 in a page that was in use. */
			fact->seen = fact->page->flags != 0;
			fact->block_pages = 1;
		}
	}
	return 0;
}

struct np_page_fact *np_census_page(const struct np_census *census, const struct page *page)
{
	unsigned long pfn;

	if (!np_page_valid(census->machine, page))
		return NULL;
	pfn = np_pfn(census->machine, page);
	for (unsigned int i = 0; i < census->nr_ranges; i++) {
		const struct np_pfn_range *range = &census->ranges[i];

		if (pfn >= range->start && pfn < range->end)
			return &census->facts[range->base + (pfn - range->start)];
	}
	return NULL;
}

struct np_page_fact *np_census_head(const struct np_census *census, const struct page *page)
{
	if (!np_compound_head_valid(census->machine, page))
		return NULL;
	return np_census_page(census, compound_head(page));
}

unsigned long np_census_nr_pages(const struct np_page_fact *fact)
{
	return PageHead(fact->page) ? 1UL << compound_order_of(fact->page) : fact->block_pages;
}

void np_census_each_page(struct np_census *census,
			 void (*fn)(struct np_census *census, struct np_page_fact *fact))
{
	for (unsigned long i = 0; i < census->nr_pages; i++)
		fn(census, census->pages[i]);
}

/* --- holders --- */

static void count_holder(void *arg, const struct np_holder *holder)
{
	struct np_census *census = arg;

	(void)holder;
	census->max_held++;
}

/* References count at the head; a page whose head is no head keeps them itself. */
static struct np_page_fact *fact_of_holder(const struct np_census *census, const struct page *page)
{
	struct np_page_fact *fact = np_census_head(census, page);

	return fact ? fact : np_census_page(census, page);
}

static void add_holder(void *arg, const struct np_holder *holder)
{
	struct np_census *census = arg;
	struct np_page_fact *fact = fact_of_holder(census, holder->page), *mapped;
	struct np_held *held;

	if (census->nr_held == census->max_held)
		return;
	held = &census->held[census->nr_held++];
	held->holder = *holder;
	held->next = NULL;
	if (!fact)
		return;
	if (fact->held_last)
		fact->held_last->next = held;
	else
		fact->held = held;
	fact->held_last = held;
	fact->refs += holder->refs;
	mapped = np_census_page(census, holder->page);
	if (mapped && holder->kind == NP_HOLDER_MAPPING)
		mapped->nr_mappings++;
}

static int list_holders(struct np_census *census)
{
	np_for_each_holder(census->machine, count_holder, census);
	census->held = np_alloc(census->machine, (census->max_held + 1) * sizeof(*census->held));
	if (!census->held)
		return -ENOMEM;
	np_for_each_holder(census->machine, add_holder, census);
	return 0;
}

/* Most of a large free block was never written to, and there is nothing to say about it. */
static int list_interesting_pages(struct np_census *census)
{
	census->pages = np_alloc(census->machine, (census->nr_facts + 1) * sizeof(*census->pages));
	if (!census->pages)
		return -ENOMEM;
	for (unsigned long i = 0; i < census->nr_facts; i++)
		if (census->facts[i].seen || census->facts[i].held)
			census->pages[census->nr_pages++] = &census->facts[i];
	return 0;
}

const struct np_held *np_held_by(const struct np_page_fact *fact, enum np_holder_kind kind)
{
	const struct np_held *held;

	for (held = fact->held; held; held = held->next)
		if (held->holder.kind == kind)
			break;
	return held;
}

bool np_held_by_user(const struct np_page_fact *fact)
{
	return np_held_by(fact, NP_HOLDER_MAPPING) || np_held_by(fact, NP_HOLDER_PIN) ||
	       np_held_by(fact, NP_HOLDER_SKB);
}

/* --- free lists and pools --- */

/* Whether the list can be followed beyond this block: each page of it is seen once. */
static bool count_free_block(struct np_census *census, const struct page *page, unsigned int order)
{
	bool first_time = true;

	for (unsigned long i = 0; i < 1UL << order; i++) {
		struct np_page_fact *fact = np_census_page(census, page + i);

		if (!fact)
			return false;
		first_time = !fact->nr_free++ && first_time;
	}
	return first_time;
}

static void walk_free_list(struct np_census *census, const struct list_head *head,
			   unsigned int order)
{
	const struct page *page, *last = NULL;

	for (const struct list_head *entry = head->next; entry != head;
	     entry = page->buddy_list.next) {
		page = list_entry(entry, struct page, buddy_list);
		if (!np_page_valid(census->machine, page) ||
		    !count_free_block(census, page, order)) {
			census->lists_broken = true;
			census->broken_behind = last;
			return;
		}
		last = page;
	}
}

static void walk_free_lists(struct np_census *census)
{
	struct np_machine *machine = census->machine;

	for (unsigned int nid = 0; nid < machine->options.nr_nodes; nid++) {
		for (unsigned int order = 0; order < MAX_ORDER; order++)
			walk_free_list(census, &machine->zones[nid].free_area[order], order);
		for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
			walk_free_list(census, &machine->cpus[cpu].pcp[nid].list, 0);
	}
}

static void count_pooled(struct np_census *census, const struct page *page)
{
	struct np_page_fact *fact = np_census_page(census, page);

	if (fact)
		fact->nr_pooled++;
}

static void walk_pool(struct np_census *census, const struct page_pool *pool)
{
	const struct ptr_ring *ring = &pool->ring;
	int slot = ring->consumer_head;

	for (u32 i = 0; i < pool->alloc.count && i < PP_ALLOC_CACHE_SIZE; i++)
		count_pooled(census, pool->alloc.cache[i]);
	/* Consumed slots that wait to be cleared, from the tail on, are not content. */
	for (int i = ring->size - (ring->consumer_head - ring->consumer_tail); i > 0; i--) {
		if (!ring->queue[slot])
			break;
		count_pooled(census, ring->queue[slot]);
		slot = slot + 1 < ring->size ? slot + 1 : 0;
	}
}

/*
 * An allocation of order > 0 without __GFP_COMP has one count, in its first page,
 * and nothing says how long it is.  Only tests and drivers that claim their pages
 * have such; the length is that of the largest aligned block whose other pages
 * are neither free nor anybody's.
 */
static bool is_rest_of_block(const struct np_page_fact *fact)
{
	return fact && !fact->nr_free && !fact->held && !page_ref_count(fact->page) &&
	       !PageCompound(fact->page) && fact->seen && !fact->page->memcg_data;
}

static void find_block(struct np_census *census, struct np_page_fact *fact)
{
	unsigned long pfn = np_pfn(census->machine, fact->page), nr = 1;

	if (PageCompound(fact->page) || !page_ref_count(fact->page) ||
	    !np_held_by(fact, NP_HOLDER_CLAIM))
		return;
	while (nr < 1UL << (MAX_ORDER - 1) && !(pfn & nr)) {
		unsigned long i = nr;

		while (i < 2 * nr && is_rest_of_block(np_census_page(census, fact->page + i)))
			i++;
		if (i < 2 * nr)
			break;
		nr *= 2;
	}
	fact->block_pages = (unsigned int)nr;
	for (unsigned long i = 1; i < nr; i++)
		np_census_page(census, fact->page + i)->block_tail = true;
}

/* --- all of it --- */

int np_census_take(struct np_census *census)
{
	struct np_machine *machine = census->machine;

	if (list_pages(census) || list_holders(census) || list_interesting_pages(census) ||
	    np_census_take_memcgs(census))
		return -ENOMEM;
	walk_free_lists(census);
	for (struct list_head *pool = machine->pools.next; pool != &machine->pools;
	     pool = pool->next)
		walk_pool(census, list_entry(pool, struct page_pool, all));
	np_census_each_page(census, find_block);
	np_census_count_charges(census);
	return 0;
}

void np_census_free(struct np_census *census)
{
	struct np_machine *machine = census->machine;

	np_free(machine, census->facts, (census->nr_facts + 1) * sizeof(*census->facts));
	np_free(machine, census->pages, (census->nr_facts + 1) * sizeof(*census->pages));
	np_free(machine, census->held, (census->max_held + 1) * sizeof(*census->held));
	np_census_free_memcgs(census);
}
