/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: put_page - taking and dropping references, and what the last drop does
 *
 * Inline is what every reference costs: the look at the first union word, a
 * check that hides under the locked operation, and that operation.  Everything
 * a last reference sets off is out of line.
 *
 * Context: any; the last put may happen in any context at all, interrupts
 * included, which is why nothing behind it may sleep.
 * Errors: none are returned.  A put below zero or a get from zero is reported
 * as `use_after_put` and leaves the count alone, so that the run goes on.
 * Models: include/linux/mm.h and mm/swap.c, 6.1 (there folio_put() and
 * __folio_put(); the names here are those of the thread and of put_page()).
 */
#ifndef NETPAGE_PUT_PAGE_H
#define NETPAGE_PUT_PAGE_H

#include <netpage/page_ref.h>

NP_BEGIN_DECLS

/* The count is in [-127, 0]: as good as zero, or about to wrap. */
static inline bool page_ref_zero_or_close_to_overflow(const struct page *page)
{
	return (unsigned int)page_ref_count(page) + 127u <= 127u;
}

/* Cold halves of the checks below: report, with who allocated and who freed the page. */
NP_API NP_COLD void np_get_page_from_zero(struct page *page);
NP_API NP_COLD void np_put_page_below_zero(struct page *page);

/** get_page - one more reference to a page that the caller already holds. Order: relaxed. */
static inline void get_page(struct page *page)
{
	page = compound_head(page);
	if (unlikely(page_ref_zero_or_close_to_overflow(page))) {
		np_get_page_from_zero(page);
		return;
	}
	page_ref_inc(page);
}

/**
 * try_get_page - a reference unless the count is not positive
 * Order: relaxed; the check and the increment are not one atomic step.
 * Return: whether it was taken.
 */
NP_API bool try_get_page(struct page *page);

/** put_page_testzero - drop one reference. Order: full barrier. Return: whether it was the last. */
static inline bool put_page_testzero(struct page *page)
{
	if (unlikely(page_ref_count(page) == 0)) {
		np_put_page_below_zero(page);
		return false;
	}
	return page_ref_dec_and_test(page);
}

/** __put_page - what happens to @page, whose count has just become 0. */
NP_API void __put_page(struct page *page);
/**
 * put_managed_page - the put of a page for which counting down is not all
 *
 * Device memory counts from 1; a page marked PG_network_callback asks its driver.
 * Return: whether the put is done; else the caller goes on as for any page.
 */
NP_API bool put_managed_page(struct page *page);

/** put_page - drop one reference; the last one frees or hands back. Order: full barrier. */
static inline void put_page(struct page *page)
{
	page = compound_head(page);
	if (unlikely(READ_ONCE(page->flags) & PAGE_FLAGS_MANAGED_PUT) && put_managed_page(page))
		return;
	if (put_page_testzero(page))
		__put_page(page);
}

/**
 * release_pages - drop one reference of each of @nr pages
 *
 * The path of every unmap. Pages whose count becomes 0 are collected, uncharged
 * and freed together; this path does NOT go through __put_page().
 * Hazard: uses page->lru of such a page as a list entry, so two words of the
 * union are gone before the allocator sees it.
 */
NP_API void release_pages(struct page **pages, int nr);

/** struct dev_pagemap - device memory: who takes its pages back instead of the allocator. */
struct dev_pagemap {
	void (*page_free)(struct page *page);
	bool fs_dax; /* counts from 1: 1 means idle */
	atomic_long_t freed;
};

/**
 * free_zone_device_page - the last reference of a device page
 *
 * Uncharges, calls pgmap->page_free, and sets the count to 1 again for the next
 * user: the in-tree precedent of what the thread proposes.
 * Models: mm/memremap.c, free_zone_device_page(), 6.1.
 */
NP_API void free_zone_device_page(struct page *page);

NP_END_DECLS

#endif /* NETPAGE_PUT_PAGE_H */
