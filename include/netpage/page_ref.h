/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: page_ref - the reference count of a page
 *
 * The count is a signed int: 0 is free or frozen, and nobody may raise it from
 * there except by unfreezing, or by set_page_count() while it is known that the
 * count is 0.  Anybody may hold a reference for a moment (speculative lookups),
 * so "count == 1" never proves to the owner that it is alone for ever.
 *
 * Order: see atomic.h; each function names its own.
 * Context: any.
 * Models: include/linux/page_ref.h, 6.1, and the tracepoints of the same name,
 * which are compiled in under CONFIG_DEBUG_PAGE_REF as in the kernel.
 */
#ifndef NETPAGE_PAGE_REF_H
#define NETPAGE_PAGE_REF_H

#include <netpage/page.h>

NP_BEGIN_DECLS

/* The tracepoints; called through NP_PAGE_REF_TRACE() only. */
NP_API void __page_ref_set(struct page *page, int v);
NP_API void __page_ref_mod(struct page *page, int v);
NP_API void __page_ref_mod_and_test(struct page *page, int v, int ret);
NP_API void __page_ref_mod_and_return(struct page *page, int v, int ret);
NP_API void __page_ref_mod_unless(struct page *page, int v, int ret);
NP_API void __page_ref_freeze(struct page *page, int v, int ret);
NP_API void __page_ref_unfreeze(struct page *page, int v);
#ifdef CONFIG_DEBUG_PAGE_REF
#define NP_PAGE_REF_TRACE(call) call
#else
#define NP_PAGE_REF_TRACE(call) ((void)0)
#endif

/** page_ref_count - the count of this very struct page. Order: relaxed. */
static inline int page_ref_count(const struct page *page)
{
	return atomic_read(&page->_refcount);
}

/** page_count - the count of the page that @page belongs to. Order: relaxed. */
static inline int page_count(const struct page *page)
{
	return atomic_read(&compound_head(page)->_refcount);
}

/**
 * set_page_count - write the count
 *
 * Order: relaxed. Legal only where nobody else can change the count: at 0, where
 * every speculative getter fails, or before the page is known to anyone. What was
 * written to the page before is NOT ordered before the count: page_ref_unfreeze() is.
 */
static inline void set_page_count(struct page *page, int v)
{
	atomic_set(&page->_refcount, v);
	NP_PAGE_REF_TRACE(__page_ref_set(page, v));
}

static inline void init_page_count(struct page *page)
{
	set_page_count(page, 1);
}

/** page_ref_add, _sub, _inc, _dec - unchecked. Order: relaxed. */
static inline void page_ref_add(struct page *page, int nr)
{
	atomic_add(nr, &page->_refcount);
	NP_PAGE_REF_TRACE(__page_ref_mod(page, nr));
}

static inline void page_ref_sub(struct page *page, int nr)
{
	atomic_sub(nr, &page->_refcount);
	NP_PAGE_REF_TRACE(__page_ref_mod(page, -nr));
}

static inline void page_ref_inc(struct page *page)
{
	page_ref_add(page, 1);
}

static inline void page_ref_dec(struct page *page)
{
	page_ref_sub(page, 1);
}

/** page_ref_sub_return, _inc_return, _dec_return - Order: full barrier. Return: the new count. */
static inline int page_ref_sub_return(struct page *page, int nr)
{
	int ret = atomic_sub_return(nr, &page->_refcount);

	NP_PAGE_REF_TRACE(__page_ref_mod_and_return(page, -nr, ret));
	return ret;
}

static inline int page_ref_inc_return(struct page *page)
{
	int ret = atomic_add_return(1, &page->_refcount);

	NP_PAGE_REF_TRACE(__page_ref_mod_and_return(page, 1, ret));
	return ret;
}

static inline int page_ref_dec_return(struct page *page)
{
	return page_ref_sub_return(page, 1);
}

/** page_ref_sub_and_test, _dec_and_test - Order: full barrier. Return: whether it is 0 now. */
static inline bool page_ref_sub_and_test(struct page *page, int nr)
{
	bool ret = atomic_sub_and_test(nr, &page->_refcount);

	NP_PAGE_REF_TRACE(__page_ref_mod_and_test(page, -nr, ret));
	return ret;
}

static inline bool page_ref_dec_and_test(struct page *page)
{
	return page_ref_sub_and_test(page, 1);
}

/**
 * page_ref_add_unless - add @nr unless the count is @u
 * Order: full barrier when it added, relaxed when not. Return: whether it added.
 */
static inline bool page_ref_add_unless(struct page *page, int nr, int u)
{
	bool ret = atomic_add_unless(&page->_refcount, nr, u);

	NP_PAGE_REF_TRACE(__page_ref_mod_unless(page, nr, ret));
	return ret;
}

/** get_page_unless_zero - a reference to a page found without holding one. As above. */
static inline bool get_page_unless_zero(struct page *page)
{
	return page_ref_add_unless(page, 1, 0);
}

/**
 * page_ref_freeze - make the count 0 if it is exactly @count
 * Order: full barrier on success, relaxed on failure. Return: whether it did.
 */
static inline bool page_ref_freeze(struct page *page, int count)
{
	bool ret = atomic_cmpxchg(&page->_refcount, count, 0) == count;

	NP_PAGE_REF_TRACE(__page_ref_freeze(page, count, ret));
	return ret;
}

/** page_ref_unfreeze - give a frozen page @count (not 0) references. Order: release. */
static inline void page_ref_unfreeze(struct page *page, int count)
{
	atomic_set_release(&page->_refcount, count);
	NP_PAGE_REF_TRACE(__page_ref_unfreeze(page, count));
}

NP_END_DECLS

#endif /* NETPAGE_PAGE_REF_H */
