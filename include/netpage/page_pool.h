/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: page_pool - recycling pages for one receive queue
 *
 * Pages come from a cache that only the pool's NAPI context touches, then from
 * a ring that any CPU may return pages to, then from the page allocator, 64 at a
 * time.  A page goes back only if the returning reference is the last one and
 * the page is no emergency page; else it leaves the pool for good.
 *
 * What the pool has handed out and not seen again is hold - release, as 32-bit
 * serial numbers; a destroyed pool waits for that to become 0.
 *
 * Context: "direct" functions and alloc only in the pool's softirq; put from
 * anywhere.  The put that returns the last page may free a destroyed pool: do
 * not touch the pool after it.
 * Models: net/core/page_pool.c and include/net/page_pool.h, 6.1.
 */
#ifndef NETPAGE_PAGE_POOL_H
#define NETPAGE_PAGE_POOL_H

#include <netpage/dma_direction.h>
#include <netpage/machine.h>
#include <netpage/put_page.h>
#include <netpage/ptr_ring.h>

NP_BEGIN_DECLS

#define PP_FLAG_DMA_MAP BIT(0)
#define PP_FLAG_DMA_SYNC_DEV BIT(1)
#define PP_FLAG_PAGE_FRAG BIT(2)
#define PP_FLAG_ALL (PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_PAGE_FRAG)

#define PP_ALLOC_CACHE_SIZE 128
#define PP_ALLOC_CACHE_REFILL 64
/** "This page is from a page_pool": bits 0 and 1 belong to PageTail and pfmemalloc. */
#define PP_SIGNATURE 0x40UL
#define PP_FRAG_BIAS_MAX LONG_MAX

struct pp_alloc_cache {
	u32 count;
	struct page *cache[PP_ALLOC_CACHE_SIZE];
};

/** struct page_pool_params - what page_pool_create() builds. */
struct page_pool_params {
	unsigned int flags; /* PP_FLAG_* */
	unsigned int order;
	unsigned int pool_size;		 /* ring slots; 0: 1024; at most 16384 are used */
	int nid;			 /* NUMA_NO_NODE: where the consumer runs */
	struct net_device *dev;		 /* for DMA; may be NULL without PP_FLAG_DMA_MAP */
	enum dma_data_direction dma_dir; /* of PP_FLAG_DMA_MAP: from the device, or both */
	unsigned int max_len;		 /* DMA sync length in bytes */
	unsigned int offset;		 /* DMA sync offset in bytes */
	/* Each page that becomes the pool's, before anybody has it; may be NULL. */
	void (*init_callback)(struct page *page, void *arg);
	void *init_arg;
};

struct page_pool_alloc_stats {
	u64 fast, slow, slow_high_order, empty, refill, waive;
};

struct page_pool_recycle_stats {
	u64 cached, cache_full, ring, ring_full, released_refcnt;
};

/** struct page_pool_stats - names as in `ethtool -S`, without the rx_pp_ prefix. */
struct page_pool_stats {
	struct page_pool_alloc_stats alloc_stats;
	struct page_pool_recycle_stats recycle_stats;
};

struct page_pool {
	struct page_pool_params p;
	struct delayed_work release_dw;
	struct np_machine *machine;
	struct list_head all;
	char name[32];
	unsigned long defer_start; /* virtual ms */
	unsigned long defer_warn;
	u32 pages_state_hold_cnt; /* written by the softirq only */
	unsigned int frag_offset;
	struct page *frag_page;
	long frag_users;
	struct page_pool_alloc_stats alloc_stats;
	struct page_pool_recycle_stats *recycle_stats; /* [nr_cpus] */
	struct pp_alloc_cache alloc ____cacheline_aligned;
	struct ptr_ring ring;
	atomic_t pages_state_release_cnt;
	atomic_t user_cnt;
	u64 destroy_cnt;
};

/**
 * page_pool_create - a pool
 * @name: for reports; copied
 *
 * An order that the allocator does not have, and DMA_MAP without a device, are only noticed
 * by those who then get no page.
 *
 * Return: 0; -EINVAL (unknown flag; DMA_MAP the wrong way; SYNC_DEV without DMA_MAP or max_len; PAGE_FRAG where a
 * DMA address needs two words; no such node; an order above 31); -ENOMEM.
 */
NP_API int page_pool_create(struct np_machine *machine, const char *name,
			    const struct page_pool_params *params, struct page_pool **pool);
/** page_pool_get - one more user (an XDP memory model, a second queue). */
NP_API void page_pool_get(struct page_pool *pool);
/**
 * page_pool_destroy - one user less; after the last, the pool ends when all pages are back
 *
 * Looks again every virtual second (np_machine_advance()); after 60 s a stalled
 * shutdown is reported in the kernel's words.
 * Context: a CPU of the machine has been entered.
 */
NP_API void page_pool_destroy(struct page_pool *pool);

/** page_pool_alloc_pages - a page with count 1, or NULL. Context: softirq of the pool. */
NP_API struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp);
static inline struct page *page_pool_dev_alloc_pages(struct page_pool *pool)
{
	return page_pool_alloc_pages(pool, GFP_ATOMIC | __GFP_NOWARN);
}
/**
 * page_pool_alloc_frag - @size bytes (at most a page, even none) of a shared page
 * @offset: receives where in the page. Context: as page_pool_alloc_pages().
 */
NP_API struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset,
					 unsigned int size, gfp_t gfp);
/** page_pool_alloc_pages_bulk - up to @nr pages. Return: how many. Context: as above. */
NP_API unsigned int page_pool_alloc_pages_bulk(struct page_pool *pool, struct page **pages,
					       unsigned int nr, gfp_t gfp);

/** page_pool_defrag_page - drop @nr fragments. Return: those left. */
NP_API long page_pool_defrag_page(struct page *page, long nr);
/** page_pool_put_defragged_page - give back a page whose last fragment is gone. */
NP_API void page_pool_put_defragged_page(struct page_pool *pool, struct page *page,
					 unsigned int dma_sync_size, bool allow_direct);
/** page_pool_put_page - give back a page, or one fragment of it. */
NP_API void page_pool_put_page(struct page_pool *pool, struct page *page,
			       unsigned int dma_sync_size, bool allow_direct);
static inline void page_pool_put_full_page(struct page_pool *pool, struct page *page,
					   bool allow_direct)
{
	page_pool_put_page(pool, page, -1U, allow_direct);
}
/** page_pool_recycle_direct - into the cache. Context: softirq of the pool. */
static inline void page_pool_recycle_direct(struct page_pool *pool, struct page *page)
{
	page_pool_put_full_page(pool, page, true);
}
/** page_pool_put_page_bulk - give back @count pages with one turn at the ring's lock. */
NP_API void page_pool_put_page_bulk(struct page_pool *pool, struct page **data, int count);
/** page_pool_release_page - let go of a page without freeing it: it leaves the pool as it is. */
NP_API void page_pool_release_page(struct page_pool *pool, struct page *page);
/** page_pool_return_skb_page - whether @page was a pool page and went back to its pool. */
NP_API bool page_pool_return_skb_page(struct page *page);
/** page_pool_update_nid - the consumer moved to another node: the cache is emptied. */
NP_API void page_pool_update_nid(struct page_pool *pool, int new_nid);
static inline void page_pool_nid_changed(struct page_pool *pool, int new_nid)
{
	if (unlikely(pool->p.nid != new_nid))
		page_pool_update_nid(pool, new_nid);
}

/** page_is_page_pool - whether @page's first word carries the pool's signature. */
static inline bool page_is_page_pool(const struct page *page)
{
	return (READ_ONCE(page->pp_magic) & ~0x3UL) == PP_SIGNATURE;
}

/** np_page_pool_find - the pool called @name, or NULL once it has ended. */
NP_API struct page_pool *np_page_pool_find(struct np_machine *machine, const char *name);
/** page_pool_inflight - pages that are out. Reported as `pool_drained` when negative. */
NP_API s32 page_pool_inflight(struct page_pool *pool);
/** page_pool_get_stats - adds this pool's numbers to @stats. */
NP_API void page_pool_get_stats(struct page_pool *pool, struct page_pool_stats *stats);
/** page_pool_get_dma_addr, _set_ - the DMA address, stored as the machine's layout says. */
NP_API dma_addr_t page_pool_get_dma_addr(struct page *page);
NP_API void page_pool_set_dma_addr(struct page *page, dma_addr_t addr);

NP_END_DECLS

#endif /* NETPAGE_PAGE_POOL_H */
