/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/page_ref.h - the reference count of a page
 *
 * Provenance: real (netpage/page_ref.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_PAGE_REF_H
#define NETPAGE_COMPAT_LINUX_PAGE_REF_H

#include <linux/page-flags.h>

#include <netpage/page_ref.h>

static inline int page_ref_add_return(struct page *page, int nr)
{
	return page_ref_sub_return(page, -nr);
}

#define folio_ref_count(folio) page_ref_count(&(folio)->page)
#define folio_ref_inc(folio) page_ref_inc(&(folio)->page)
#define folio_ref_dec(folio) page_ref_dec(&(folio)->page)
#define folio_ref_add(folio, nr) page_ref_add(&(folio)->page, nr)
#define folio_ref_sub(folio, nr) page_ref_sub(&(folio)->page, nr)
#define folio_ref_inc_return(folio) page_ref_inc_return(&(folio)->page)
#define folio_ref_dec_and_test(folio) page_ref_dec_and_test(&(folio)->page)
#define folio_ref_sub_and_test(folio, nr) page_ref_sub_and_test(&(folio)->page, nr)
#define folio_ref_dec_return(folio) page_ref_dec_return(&(folio)->page)
#define folio_ref_sub_return(folio, nr) page_ref_sub_return(&(folio)->page, nr)
#define folio_ref_add_unless(folio, nr, u) page_ref_add_unless(&(folio)->page, nr, u)
#define folio_ref_freeze(folio, count) page_ref_freeze(&(folio)->page, count)
#define folio_ref_unfreeze(folio, count) page_ref_unfreeze(&(folio)->page, count)
#define folio_try_get(folio) page_ref_add_unless(&(folio)->page, 1, 0)
#define folio_set_count(folio, count) set_page_count(&(folio)->page, count)

#endif /* NETPAGE_COMPAT_LINUX_PAGE_REF_H */
