/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/mm.h - getting and putting pages, compound pages, addresses
 *
 * Provenance: real (netpage/put_page.h, page_alloc.h, mmap.h); custom: a page has no memory
 * behind it, so page_address() is an address that names the page and must not be followed.
 */
#ifndef NETPAGE_COMPAT_LINUX_MM_H
#define NETPAGE_COMPAT_LINUX_MM_H

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <asm/page.h>

#include <netpage/machine.h>
#include <netpage/mmap.h>
#include <netpage/page_alloc.h>
#include <netpage/put_page.h>

static inline unsigned long np_compat_page_to_pfn(const struct page *page)
{
	return page_to_pfn(np_this_machine(), page);
}

static inline struct page *np_compat_pfn_to_page(unsigned long pfn)
{
	return pfn_to_page(np_this_machine(), pfn);
}

#undef page_to_pfn
#undef pfn_to_page
#define page_to_pfn(page) np_compat_page_to_pfn(page)
#define pfn_to_page(pfn) np_compat_pfn_to_page(pfn)
#define pfn_valid(pfn) (pfn_to_page(pfn) != NULL)

/* Far from any memory that a process has. */
#define NP_LINEAR_MAP 0xffff888000000000UL

static inline void *page_address(const struct page *page)
{
	return (void *)(NP_LINEAR_MAP + (page_to_pfn(page) << PAGE_SHIFT));
}

static inline struct page *virt_to_page(const void *address)
{
	return pfn_to_page(((unsigned long)address - NP_LINEAR_MAP) >> PAGE_SHIFT);
}

static inline struct page *virt_to_head_page(const void *address)
{
	return compound_head(virt_to_page(address));
}

#define page_to_phys(page) ((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define nth_page(page, n) ((page) + (n))
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

static inline unsigned long compound_nr(struct page *page)
{
	return 1UL << compound_order(page);
}

static inline unsigned long page_size(struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static inline unsigned int page_shift(struct page *page)
{
	return PAGE_SHIFT + compound_order(page);
}

#define page_private(page) ((page)->private)
#define set_page_private(page, value) WRITE_ONCE((page)->private, value)

/* What is to be called when a compound page dissolves: a number in its first tail. */
enum compound_dtor_id { NULL_COMPOUND_DTOR, COMPOUND_PAGE_DTOR, NR_COMPOUND_DTORS };

/* Makes a compound page of 2^@order pages that nobody else knows. */
void np_compat_prep_compound_page(struct page *page, unsigned int order);
/* 2^@order pages, not compound, become as many single ones; each has a charge like the first. */
void np_compat_split_page(struct page *page, unsigned int order);
#define prep_compound_page(page, order) np_compat_prep_compound_page(page, order)
#define split_page(page, order) np_compat_split_page(page, order)

static inline bool page_mapped(struct page *page)
{
	return page_mapcount(page) > 0;
}

static inline void page_mapcount_reset(struct page *page)
{
	atomic_set(&page->_mapcount, -1);
}

static inline struct address_space *page_mapping(struct page *page)
{
	return PageAnon(page) ? NULL : READ_ONCE(page->mapping);
}

static inline int folio_nid(const struct folio *folio)
{
	return page_to_nid(&folio->page);
}

#define folio_get(folio) get_page(&(folio)->page)
#define folio_put(folio) put_page(&(folio)->page)
#define folio_put_testzero(folio) put_page_testzero(&(folio)->page)
#define folio_order(folio) compound_order(&(folio)->page)
#define folio_nr_pages(folio) compound_nr(&(folio)->page)
#define folio_mapcount(folio) page_mapcount(&(folio)->page)
#define __folio_put(folio) __put_page(&(folio)->page)

/* Drops one reference of each page that is threaded on page->lru. */
static inline void put_pages_list(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru) {
		list_del(&page->lru);
		put_page(page);
	}
	INIT_LIST_HEAD(pages);
}

#endif /* NETPAGE_COMPAT_LINUX_MM_H */
