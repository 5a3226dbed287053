/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/gfp.h - flags of the page allocator, and its functions
 *
 * Provenance: real (netpage/types.h, page_alloc.h); flags that the model does not distinguish
 * are 0, or part of one that it does.
 */
#ifndef NETPAGE_COMPAT_LINUX_GFP_H
#define NETPAGE_COMPAT_LINUX_GFP_H

#include <linux/types.h>

#include <netpage/machine.h>
#include <netpage/page_alloc.h>

#define __GFP_IO 0u
#define __GFP_FS 0u
#define __GFP_DMA 0u
#define __GFP_DMA32 0u
#define __GFP_HIGHMEM 0u
#define __GFP_MOVABLE 0u
#define __GFP_HARDWALL 0u
#define __GFP_THISNODE 0u
#define __GFP_NOMEMALLOC 0u
#define __GFP_KSWAPD_RECLAIM 0u
#define __GFP_RECLAIM __GFP_DIRECT_RECLAIM
#define GFP_NOIO GFP_KERNEL
#define GFP_NOFS GFP_KERNEL
#define GFP_USER GFP_KERNEL
#define GFP_HIGHUSER GFP_KERNEL
#define GFP_HIGHUSER_MOVABLE GFP_KERNEL
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)

static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

static inline struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid,
					 void *nodemask)
{
	(void)nodemask;
	return alloc_pages_node(preferred_nid, gfp, order);
}

static inline struct page *__alloc_pages_node(int nid, gfp_t gfp, unsigned int order)
{
	return alloc_pages_node(nid, gfp, order);
}

static inline struct page *dev_alloc_pages(unsigned int order)
{
	return alloc_pages(GFP_ATOMIC | __GFP_NOWARN | __GFP_COMP, order);
}

static inline struct page *dev_alloc_page(void)
{
	return dev_alloc_pages(0);
}

struct zone;

static inline void np_compat_drain_local_pages(void)
{
	drain_local_pages();
}

/* Only this CPU's lists: those of others are theirs. */
#undef drain_local_pages
#define drain_local_pages(zone) ((void)(zone), np_compat_drain_local_pages())
#define drain_all_pages(zone) drain_local_pages(zone)

#endif /* NETPAGE_COMPAT_LINUX_GFP_H */
