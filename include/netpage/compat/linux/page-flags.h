/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/page-flags.h - flags, types and compound pages
 *
 * Provenance: real (netpage/page.h), with the flags that the library itself never tests.
 */
#ifndef NETPAGE_COMPAT_LINUX_PAGE_FLAGS_H
#define NETPAGE_COMPAT_LINUX_PAGE_FLAGS_H

#include <linux/mm_types.h>

#include <netpage/page_alloc.h>

NP_PAGE_FLAG(Workingset, PG_workingset)
NP_PAGE_FLAG(Error, PG_error)
NP_PAGE_FLAG(Reserved, PG_reserved)
NP_PAGE_FLAG(Private, PG_private)
NP_PAGE_FLAG(Private2, PG_private_2)
NP_PAGE_FLAG(Writeback, PG_writeback)
NP_PAGE_FLAG(MappedToDisk, PG_mappedtodisk)
NP_PAGE_FLAG(Reclaim, PG_reclaim)
NP_PAGE_FLAG(SwapBacked, PG_swapbacked)
NP_PAGE_FLAG(Unevictable, PG_unevictable)
NP_PAGE_FLAG(Mlocked, PG_mlocked)
NP_PAGE_FLAG(HWPoison, PG_hwpoison)
NP_PAGE_FLAG(SwapCache, PG_swapcache)

#define NP_PAGE_TYPE(uname, type)                                                                  \
	static inline bool Page##uname(const struct page *page)                                    \
	{                                                                                          \
		return PageType(page, type);                                                       \
	}                                                                                          \
	static inline void __SetPage##uname(struct page *page)                                     \
	{                                                                                          \
		WRITE_ONCE(page->page_type, page->page_type & ~(type));                            \
	}                                                                                          \
	static inline void __ClearPage##uname(struct page *page)                                   \
	{                                                                                          \
		WRITE_ONCE(page->page_type, page->page_type | (type));                             \
	}

NP_PAGE_TYPE(Buddy, PG_buddy)
NP_PAGE_TYPE(Offline, PG_offline)
NP_PAGE_TYPE(Table, PG_table)
NP_PAGE_TYPE(Guard, PG_guard)

#define __SetPageReferenced SetPageReferenced
#define __SetPageLocked SetPageLocked
#define __ClearPageLocked ClearPageLocked
#define __SetPageSlab SetPageSlab
#define __ClearPageSlab ClearPageSlab
#define __SetPageUptodate SetPageUptodate

/* On a per-CPU list, too, which the kernel would not call free: drain it first. */
#define is_free_buddy_page(page) np_page_is_free(np_this_machine(), page)

static inline bool PageTransHuge(const struct page *page)
{
	return PageHead(page);
}

static inline struct folio *page_folio(const struct page *page)
{
	return (struct folio *)compound_head(page);
}

#define folio_page(folio, n) (&(folio)->page + (n))
#define folio_test_locked(folio) PageLocked(&(folio)->page)
#define folio_test_lru(folio) PageLRU(&(folio)->page)
#define folio_test_slab(folio) PageSlab(&(folio)->page)
#define folio_test_large(folio) PageHead(&(folio)->page)
#define folio_test_anon(folio) PageAnon(&(folio)->page)

#endif /* NETPAGE_COMPAT_LINUX_PAGE_FLAGS_H */
