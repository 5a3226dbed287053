/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: page_alloc - the page allocator
 *
 * A buddy allocator of orders 0..MAX_ORDER-1 for each node, with per-CPU lists
 * for order 0.  Free memory that was never used is not touched: a machine of
 * any size costs what it uses.
 *
 * Unit: 2^order pages.
 * Context: a CPU of the machine has been entered; any context.  Charging and
 * waiting happen only where @gfp allows.
 * Models: mm/page_alloc.c, 6.1.
 */
#ifndef NETPAGE_PAGE_ALLOC_H
#define NETPAGE_PAGE_ALLOC_H

#include <netpage/put_page.h>

NP_BEGIN_DECLS

#define MAX_ORDER 11

/**
 * alloc_pages_node - 2^@order pages with a count of 1
 * @nid: the preferred node, or NUMA_NO_NODE for that of this CPU; others are tried after it
 * @gfp: __GFP_COMP makes a compound page, __GFP_ACCOUNT charges the current memcg,
 *	 __GFP_MEMALLOC marks the pages pfmemalloc
 *
 * Return: the first page, or NULL (no memory, limit hit, injected fault, bad order).
 */
NP_API struct page *alloc_pages_node(int nid, gfp_t gfp, unsigned int order);
/** alloc_pages - from this CPU's node first. As alloc_pages_node(). */
NP_API struct page *alloc_pages(gfp_t gfp, unsigned int order);
static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

/**
 * alloc_pages_bulk_array_node - fill the NULL entries of @page_array with single pages
 *
 * With __GFP_ACCOUNT it is one page at most, as there: the batch knows nothing of charges.
 * Models: mm/page_alloc.c, __alloc_pages_bulk(), 6.1.
 * Return: how many entries are filled from the start, those that already were included.
 */
NP_API unsigned long alloc_pages_bulk_array_node(gfp_t gfp, int nid, unsigned long nr_pages,
						 struct page **page_array);

/**
 * __free_pages - drop one reference of what alloc_pages() returned
 *
 * Frees at 0 directly: no LRU removal, no mem_cgroup_uncharge(), no PageNetwork
 * branch.  When another holder keeps a non-compound head alive, the tail pages
 * are freed here.
 */
NP_API void __free_pages(struct page *page, unsigned int order);
static inline void __free_page(struct page *page)
{
	__free_pages(page, 0);
}

/**
 * __page_frag_cache_drain - drop @count references at once and free at 0
 * Models: mm/page_alloc.c, __page_frag_cache_drain(), 6.1: the same shortcuts as __free_pages().
 */
NP_API void __page_frag_cache_drain(struct page *page, unsigned int count);

/** free_unref_page - give back a page of count 0, 2^@order pages. Checks it first. */
NP_API void free_unref_page(struct page *page, unsigned int order);
/** free_unref_page_list - the same for single pages threaded on page->lru. */
NP_API void free_unref_page_list(struct list_head *list);
/** drain_local_pages - give this CPU's lists back to the buddy allocator. */
NP_API void drain_local_pages(void);

/** numa_mem_id - the node of this CPU. */
NP_API int numa_mem_id(void);
/** nr_free_pages - pages that are free, per-CPU lists included. */
NP_API unsigned long nr_free_pages(const struct np_machine *machine);
/** np_nr_bad_pages - pages that failed the checks at free and were leaked, as the kernel does. */
NP_API unsigned long np_nr_bad_pages(const struct np_machine *machine);
/** np_page_is_free - whether the allocator owns @page. For checkers and tests. */
NP_API bool np_page_is_free(const struct np_machine *machine, const struct page *page);

/**
 * np_alloc_zone_device_page - a page of device memory with a count of 1
 * Lifetime: @pgmap must outlive the machine.
 * Return: the page or NULL.
 */
NP_API struct page *np_alloc_zone_device_page(struct dev_pagemap *pgmap);

/** struct address_space - a file of one page, as far as that page knows it. */
struct address_space {
	struct page *page;
	struct list_head all;
};

/**
 * np_add_to_page_cache - a page cache page: count 1 (the cache's), on the LRU, mapping set
 * @mapping: receives the page; in use until np_remove_from_page_cache()
 * @memcg: charged for it, as mem_cgroup_charge() would; NULL for root
 * Return: the page or NULL.
 */
NP_API struct page *np_add_to_page_cache(struct address_space *mapping, struct mem_cgroup *memcg);
/** np_remove_from_page_cache - mapping cleared, the cache's reference dropped. */
NP_API void np_remove_from_page_cache(struct address_space *mapping);

NP_END_DECLS

#endif /* NETPAGE_PAGE_ALLOC_H */
