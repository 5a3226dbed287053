/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/mm_types.h - struct page, struct folio, address spaces
 *
 * Provenance: real (netpage/page.h, mmap.h); custom: a folio is its first page and has no fields
 * of its own.
 */
#ifndef NETPAGE_COMPAT_LINUX_MM_TYPES_H
#define NETPAGE_COMPAT_LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <netpage/mmap.h>
#include <netpage/page.h>

struct folio {
	struct page page;
};

#endif /* NETPAGE_COMPAT_LINUX_MM_TYPES_H */
