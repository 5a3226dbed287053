/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The buddy allocator with per-CPU lists, and the checks at free.
 *
 * Memory above a zone's frontier has never been used and is not touched: blocks
 * are carved there only when the free lists are empty, and within a block only
 * the heads of what is split off are written.  A struct page of all zeroes is
 * one that nobody has seen yet.
 */
#include <machine.h>

/* index of a page on a per-CPU list; the kernel keeps the migratetype there. */
#define PCP_INDEX 0x706370UL

int np_page_alloc_init(struct np_machine *machine)
{
	unsigned int nodes = machine->options.nr_nodes;
	unsigned long each = machine->options.nr_pages / nodes;

	for (unsigned int nid = 0; nid < nodes; nid++) {
		struct np_zone *zone = &machine->zones[nid];

		for (int order = 0; order < MAX_ORDER; order++)
			INIT_LIST_HEAD(&zone->free_area[order]);
		zone->start_pfn = zone->frontier = nid * each;
		zone->end_pfn = nid + 1 == nodes ? machine->options.nr_pages : (nid + 1) * each;
		for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
			INIT_LIST_HEAD(&machine->cpus[cpu].pcp[nid].list);
	}
	return 0;
}

static struct np_zone *page_zone(struct np_machine *machine, const struct page *page)
{
	return &machine->zones[page_to_nid(page)];
}

static void init_single_page(struct page *page, unsigned int nid)
{
	WRITE_ONCE(page->flags, ((unsigned long)nid << NODES_PGSHIFT) |
					((unsigned long)ZONE_NORMAL << ZONES_PGSHIFT));
	atomic_set(&page->_mapcount, -1);
}

/* --- buddy --- */

static bool page_is_buddy(const struct page *page, unsigned int order)
{
	return PageType(page, PG_buddy) && page->private == order;
}

static void add_to_free_area(struct np_zone *zone, struct page *page, unsigned int order)
{
	page->page_type = ~PG_buddy;
	page->private = order;
	list_add(&page->buddy_list, &zone->free_area[order]);
	zone->nr_free += 1UL << order;
}

static void del_from_free_area(struct np_zone *zone, struct page *page, unsigned int order)
{
	list_del(&page->buddy_list);
	page->page_type = ~0u;
	page->private = 0;
	zone->nr_free -= 1UL << order;
}

/* Merges as far as buddies are free. Context: zone lock. */
static void __free_one_page(struct np_machine *machine, struct np_zone *zone, struct page *page,
			    unsigned int order)
{
	unsigned long pfn = np_pfn(machine, page);

	while (order < MAX_ORDER - 1) {
		unsigned long buddy_pfn = pfn ^ (1UL << order);
		struct page *buddy = &machine->memmap[buddy_pfn];

		if (buddy_pfn < zone->start_pfn || buddy_pfn + (1UL << order) > zone->frontier ||
		    !page_is_buddy(buddy, order))
			break;
		del_from_free_area(zone, buddy, order);
		pfn &= ~(1UL << order);
		order++;
	}
	add_to_free_area(zone, &machine->memmap[pfn], order);
}

/* The largest aligned block at the frontier becomes a free one. Whether there was any. */
static bool carve_block(struct np_machine *machine, struct np_zone *zone)
{
	unsigned int order = MAX_ORDER - 1;
	struct page *page;

	if (zone->frontier >= zone->end_pfn)
		return false;
	while (zone->frontier & ((1UL << order) - 1) ||
	       zone->frontier + (1UL << order) > zone->end_pfn)
		order--;
	page = &machine->memmap[zone->frontier];
	init_single_page(page, (unsigned int)(zone - machine->zones));
	zone->frontier += 1UL << order;
	add_to_free_area(zone, page, order);
	return true;
}

/* Gives the halves that are not wanted back. Context: zone lock. */
static void expand(struct np_zone *zone, struct page *page, unsigned int low, unsigned int high)
{
	while (high > low) {
		struct page *half = page + (1UL << --high);

		if (!half->flags)
			init_single_page(half, (unsigned int)page_to_nid(page));
		add_to_free_area(zone, half, high);
	}
}

/* Context: zone lock. */
static struct page *__rmqueue(struct np_machine *machine, struct np_zone *zone, unsigned int order)
{
	do {
		for (unsigned int high = order; high < MAX_ORDER; high++) {
			struct page *page;

			if (list_empty(&zone->free_area[high]))
				continue;
			page = list_first_entry(&zone->free_area[high], struct page, buddy_list);
			del_from_free_area(zone, page, high);
			expand(zone, page, order, high);
			return page;
		}
	} while (carve_block(machine, zone));
	return NULL;
}

/* --- per-CPU lists --- */

static void rmqueue_bulk(struct np_machine *machine, struct np_zone *zone,
			 struct per_cpu_pages *pcp)
{
	spin_lock_irqsave(&zone->lock);
	while (pcp->count < PCP_BATCH) {
		struct page *page = __rmqueue(machine, zone, 0);

		if (!page)
			break;
		page->index = PCP_INDEX;
		/* Behind what is there: pages come out in the order of their numbers. */
		list_add_tail(&page->pcp_list, &pcp->list);
		pcp->count++;
	}
	spin_unlock_irqrestore(&zone->lock);
}

static struct page *rmqueue(struct np_machine *machine, int nid, unsigned int order)
{
	struct np_zone *zone = &machine->zones[nid];
	struct per_cpu_pages *pcp = &this_np_cpu()->pcp[nid];
	struct page *page = NULL;

	if (order) {
		spin_lock_irqsave(&zone->lock);
		page = __rmqueue(machine, zone, order);
		spin_unlock_irqrestore(&zone->lock);
		return page;
	}
	if (list_empty(&pcp->list))
		rmqueue_bulk(machine, zone, pcp);
	if (list_empty(&pcp->list))
		return NULL;
	page = list_first_entry(&pcp->list, struct page, pcp_list);
	list_del(&page->pcp_list);
	pcp->count--;
	return page;
}

static void free_pcppages_bulk(struct np_machine *machine, struct per_cpu_pages *pcp, int nid,
			       int count)
{
	struct np_zone *zone = &machine->zones[nid];

	spin_lock_irqsave(&zone->lock);
	while (count-- > 0 && pcp->count) {
		/* From the back: what was freed longest ago is the coldest. */
		struct page *page = list_entry(pcp->list.prev, struct page, pcp_list);

		list_del(&page->pcp_list);
		page->index = 0;
		pcp->count--;
		__free_one_page(machine, zone, page, 0);
	}
	spin_unlock_irqrestore(&zone->lock);
}

void np_drain_pages(struct np_machine *machine, int cpu)
{
	for (unsigned int nid = 0; nid < machine->options.nr_nodes; nid++) {
		struct per_cpu_pages *pcp = &machine->cpus[cpu].pcp[nid];

		free_pcppages_bulk(machine, pcp, (int)nid, pcp->count);
	}
}

void drain_local_pages(void)
{
	np_drain_pages(this_machine(), smp_processor_id());
}

/* --- allocation --- */

static void prep_compound_page(struct page *page, unsigned int order)
{
	SetPageHead(page);
	for (unsigned long i = 1; i < 1UL << order; i++) {
		page[i].mapping = TAIL_MAPPING;
		page[i].private = 0;
		WRITE_ONCE(page[i].compound_head, (unsigned long)page | 1);
	}
	/* These lie on the first tail's mapping. */
	page[1].compound_dtor = 1;
	page[1].compound_order = (unsigned char)order;
	atomic_set(&page[1].compound_mapcount, -1);
	atomic_set(&page[1].compound_pincount, 0);
#if ULONG_MAX > 0xffffffffUL
	page[1].compound_nr = 1U << order;
#endif
}

static void prep_new_page(struct np_machine *machine, struct page *page, unsigned int order,
			  gfp_t gfp)
{
	unsigned int nid = (unsigned int)page_to_nid(page);

	for (unsigned long i = 0; i < 1UL << order; i++) {
		struct np_page_note *note = np_note(machine, page + i);

		if (!page[i].flags)
			init_single_page(page + i, nid);
		page[i].mapping = NULL;
		page[i].index = 0;
		page[i].private = 0;
		WRITE_ONCE(page[i].lru.next, (struct list_head *)NULL);
		page[i].lru.prev = NULL;
		if (note) {
			note->allocated = np_where();
			note->last_put = NULL;
		}
	}
	init_page_count(page);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
	if ((gfp & __GFP_MEMALLOC) || np_fault_hit(machine, NP_FAULT_PFMEMALLOC))
		set_page_pfmemalloc(page);
}

static struct page *get_page_from_freelist(struct np_machine *machine, int nid, unsigned int order)
{
	struct page *page = rmqueue(machine, nid, order);

	for (int other = 0; !page && other < (int)machine->options.nr_nodes; other++)
		if (other != nid)
			page = rmqueue(machine, other, order);
	return page;
}

/*
 * Per-CPU lists hold pages back from other CPUs, and from higher orders.  A CPU that
 * another thread is on keeps its own.  Models: mm/page_alloc.c,
 * __alloc_pages_direct_reclaim(), 6.1, which drains them all.
 */
static void drain_all_pages(struct np_machine *machine)
{
	struct np_context context;

	for (int cpu = 0; cpu < (int)machine->options.nr_cpus; cpu++) {
		if (np_enter(&context, machine, cpu, NP_KTHREAD, NULL))
			continue;
		np_drain_pages(machine, cpu);
		np_leave(&context);
	}
}

static struct page *get_page_slowly(struct np_machine *machine, gfp_t gfp, int nid,
				    unsigned int order)
{
	if (!(gfp & __GFP_DIRECT_RECLAIM) || !in_task())
		return NULL;
	drain_all_pages(machine);
	return get_page_from_freelist(machine, nid, order);
}

struct page *alloc_pages_node(int nid, gfp_t gfp, unsigned int order)
{
	struct np_machine *machine = this_machine();
	struct page *page;

	if (nid == NUMA_NO_NODE)
		nid = numa_mem_id();
	if (order >= MAX_ORDER || nid < 0 || nid >= (int)machine->options.nr_nodes ||
	    np_fault_hit(machine, NP_FAULT_ALLOC_PAGES))
		return NULL;
	page = get_page_from_freelist(machine, nid, order);
	if (unlikely(!page))
		page = get_page_slowly(machine, gfp, nid, order);
	if (!page)
		return NULL;
	prep_new_page(machine, page, order, gfp);
	if ((gfp & __GFP_ACCOUNT) && __memcg_kmem_charge_page(page, gfp, order)) {
		__free_pages(page, order);
		return NULL;
	}
	np_trace(machine, .id = NP_TRACE_MM_PAGE_ALLOC, .page = page, .value = (long)order,
		 .result = (long)gfp);
	return page;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return alloc_pages_node(NUMA_NO_NODE, gfp, order);
}

unsigned long alloc_pages_bulk_array_node(gfp_t gfp, int nid, unsigned long nr_pages,
					  struct page **page_array)
{
	unsigned long n;

	for (n = 0; n < nr_pages; n++) {
		if (page_array[n])
			continue;
		page_array[n] = alloc_pages_node(nid, gfp, 0);
		if (!page_array[n])
			break;
		/* The batch knows nothing of charges: that is left to the allocator of single pages. */
		if (gfp & __GFP_ACCOUNT)
			return n + 1;
	}
	return n;
}

int numa_mem_id(void)
{
	struct np_context *here = np_here();
	unsigned int cpus = here->machine->options.nr_cpus;
	unsigned int nodes = here->machine->options.nr_nodes;

	/* CPUs are spread over the nodes in blocks, as firmware numbers them. */
	return (int)((unsigned int)here->cpu * nodes / cpus);
}

/* --- free --- */

/* Why @page must not be freed, in the kernel's words; NULL when it may. The last match counts. */
static const char *bad_page_reason(const struct page *page)
{
	const char *reason = NULL;

	if (atomic_read(&page->_mapcount) != -1)
		reason = "nonzero mapcount";
	if (page->mapping)
		reason = "non-NULL mapping";
	if (page_ref_count(page) != 0)
		reason = "nonzero _refcount";
	if (page->flags & PAGE_FLAGS_CHECK_AT_FREE)
		reason = "PAGE_FLAGS_CHECK_AT_FREE flag(s) set";
	if (page->memcg_data)
		reason = "page still charged to cgroup";
	return reason;
}

static void report_dirty_free(struct np_machine *machine, const struct page *page,
			      const char *reason)
{
	char name[32];

	np_violate(machine, NP_CLEAN_AT_FREE, np_page_name(machine, page, name, sizeof(name)),
		   "Bad page state: %s", reason);
}

/*
 * What 6.1 lets pass in silence and we do not: its free clears every flag, and
 * nobody would learn that the network has lost a page.
 */
static void check_network_left(struct np_machine *machine, const struct page *page)
{
	if (page_is_network(machine, page))
		report_dirty_free(machine, page, "PageNetwork still set: the network never got it");
	else if (page_is_page_pool(page))
		report_dirty_free(machine, page, "page_pool leak");
}

/* Nobody can see @page, but a lockless reader of its previous life looks at the flags. */
static void clear_flags_at_free(struct page *page)
{
	WRITE_ONCE(page->flags, page->flags & ~PAGE_FLAGS_CHECK_AT_PREP);
}

static bool free_page_is_bad(struct np_machine *machine, const struct page *page)
{
	const char *reason = bad_page_reason(page);

	if (reason)
		report_dirty_free(machine, page, reason);
	return reason;
}

/* The pages behind the first one. Whether one of them is bad. */
static bool free_tail_pages_prepare(struct np_machine *machine, struct page *page,
				    unsigned int order)
{
	bool compound = PageHead(page), bad = false;

	for (unsigned long i = 1; i < 1UL << order; i++) {
		struct page *tail = page + i;

		/* Under a head these words are those of the compound page. */
		if (compound) {
			WRITE_ONCE(tail->compound_head, 0UL);
			tail->lru.prev = NULL;
			tail->mapping = NULL;
		}
		bad |= free_page_is_bad(machine, tail);
		tail->index = 0;
		tail->private = 0;
		clear_flags_at_free(tail);
	}
	return bad;
}

/* A part of a compound page cannot be freed: its tails would point into the free list. */
static bool order_is_wrong(struct np_machine *machine, struct page *page, unsigned int order)
{
	if (PageTail(page)) {
		report_dirty_free(machine, page, "PageTail is freed by itself");
		return true;
	}
	if (PageHead(page) && compound_order(page) != order) {
		report_dirty_free(machine, page, "compound page freed with another order");
		return true;
	}
	return false;
}

/* Whether @page may go to a free list. A bad one is leaked, as in the kernel. */
static bool free_pages_prepare(struct np_machine *machine, struct page *page, unsigned int order)
{
	struct np_page_note *note = np_note(machine, page);
	bool bad;

	np_trace(machine, .id = NP_TRACE_MM_PAGE_FREE, .page = page, .value = (long)order);
	if (PageAnon(page))
		WRITE_ONCE(page->mapping, NULL);
	if (PageMemcgKmem(page))
		__memcg_kmem_uncharge_page(page, order);
	check_network_left(machine, page);
	if (note)
		note->freed = np_where();
	bad = order_is_wrong(machine, page, order);
	if (!bad) {
		bad = order && free_tail_pages_prepare(machine, page, order);
		bad |= free_page_is_bad(machine, page);
	}
	if (bad) {
		atomic_long_inc(&machine->nr_bad_pages);
		return false;
	}
	clear_flags_at_free(page);
	page->private = 0;
	return true;
}

static void free_unref_page_commit(struct np_machine *machine, struct page *page)
{
	int nid = page_to_nid(page);
	struct per_cpu_pages *pcp = &this_np_cpu()->pcp[nid];

	page->index = PCP_INDEX;
	list_add(&page->pcp_list, &pcp->list);
	if (++pcp->count > PCP_HIGH)
		free_pcppages_bulk(machine, pcp, nid, PCP_BATCH);
}

void free_unref_page(struct page *page, unsigned int order)
{
	struct np_machine *machine = this_machine();
	struct np_zone *zone = page_zone(machine, page);

	if (!free_pages_prepare(machine, page, order))
		return;
	if (!order) {
		free_unref_page_commit(machine, page);
		return;
	}
	spin_lock_irqsave(&zone->lock);
	__free_one_page(machine, zone, page, order);
	spin_unlock_irqrestore(&zone->lock);
}

void free_unref_page_list(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		list_del(&page->lru);
		/* The list's words are not the page_pool's signature: nothing is left to see. */
		WRITE_ONCE(page->lru.next, NULL);
		page->lru.prev = NULL;
		free_unref_page(page, 0);
	}
	INIT_LIST_HEAD(list);
}

void __free_pages(struct page *page, unsigned int order)
{
	/* Before the reference goes: afterwards the page may be somebody's compound page. */
	bool head = PageHead(page);

	/* Freed twice: the pages behind it may be somebody else's by now. */
	if (unlikely(page_ref_count(page) == 0)) {
		np_put_page_below_zero(page);
		return;
	}
	if (put_page_testzero(page)) {
		free_unref_page(page, order);
		return;
	}
	if (head)
		return;
	/* Another holder will free the first page alone: the rest is freed here, in halves. */
	while (order-- > 0)
		free_unref_page(page + (1UL << order), order);
}

void __page_frag_cache_drain(struct page *page, unsigned int count)
{
	if (unlikely(page_ref_count(page) == 0))
		np_put_page_below_zero(page);
	else if (page_ref_sub_and_test(page, (int)count))
		free_unref_page(page, compound_order(page));
}

unsigned long nr_free_pages(const struct np_machine *machine)
{
	unsigned long nr = 0;

	for (unsigned int nid = 0; nid < machine->options.nr_nodes; nid++) {
		const struct np_zone *zone = &machine->zones[nid];

		nr += zone->nr_free + zone->end_pfn - zone->frontier;
		for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
			nr += (unsigned long)machine->cpus[cpu].pcp[nid].count;
	}
	return nr;
}

unsigned long np_nr_bad_pages(const struct np_machine *machine)
{
	return (unsigned long)atomic_long_read(&machine->nr_bad_pages);
}

bool np_page_is_free(const struct np_machine *machine, const struct page *page)
{
	unsigned long pfn = np_pfn(machine, page);

	if (is_zone_device_page(page) || page_ref_count(page))
		return false;
	if (!page->flags || page->index == PCP_INDEX)
		return true;
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		unsigned long head = pfn & ~((1UL << order) - 1);

		if (page_is_buddy(&machine->memmap[head], order))
			return true;
		/* A smaller block may lie inside what used to be a larger one's middle. */
	}
	return false;
}
