/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: net/page_pool.h - pools of pages for receive queues
 *
 * Provenance: real (netpage/page_pool.h): struct page_pool is the library's, with the
 * kernel's names for what both have; custom: struct page_pool_params is the kernel's, with a
 * struct device where pool->p has the card; use_xdp_mem() counts a user and registers nothing.
 */
#ifndef NETPAGE_COMPAT_NET_PAGE_POOL_H
#define NETPAGE_COMPAT_NET_PAGE_POOL_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/ptr_ring.h>

#include <netpage/page_pool.h>

struct xdp_mem_info;

struct np_compat_pool_params {
	unsigned int flags;
	unsigned int order;
	unsigned int pool_size;
	int nid;
	struct device *dev;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	unsigned int offset;
	void (*init_callback)(struct page *page, void *arg);
	void *init_arg;
};

/* Return: the pool, or an error in a pointer: -EINVAL, -ENOMEM. */
struct page_pool *np_compat_page_pool_create(const struct np_compat_pool_params *params);
void np_compat_page_pool_destroy(struct page_pool *pool);
/* @data: addresses in the pages. */
void np_compat_page_pool_put_bulk(struct page_pool *pool, void **data, int count);
int page_pool_ethtool_stats_get_count(void);
u8 *page_pool_ethtool_stats_get_strings(u8 *data);
u64 *page_pool_ethtool_stats_get(u64 *data, void *stats);

static inline bool np_compat_page_pool_get_stats(struct page_pool *pool,
						 struct page_pool_stats *stats)
{
	if (!stats)
		return false;
	page_pool_get_stats(pool, stats);
	return true;
}

#define page_pool_params np_compat_pool_params
#undef page_pool_create
#undef page_pool_destroy
#undef page_pool_put_page_bulk
#undef page_pool_get_stats
#define page_pool_create(params) np_compat_page_pool_create(params)
#define page_pool_destroy(pool) np_compat_page_pool_destroy(pool)
#define page_pool_put_page_bulk(pool, data, count) np_compat_page_pool_put_bulk(pool, data, count)
#define page_pool_get_stats(pool, stats) np_compat_page_pool_get_stats(pool, stats)

static inline struct page *page_pool_dev_alloc_frag(struct page_pool *pool, unsigned int *offset,
						    unsigned int size)
{
	return page_pool_alloc_frag(pool, offset, size, GFP_ATOMIC | __GFP_NOWARN);
}

static inline void page_pool_fragment_page(struct page *page, long nr)
{
	atomic_long_set(&page->pp_frag_count, nr);
}

static inline bool page_pool_is_last_frag(struct page_pool *pool, struct page *page)
{
	return !(pool->p.flags & PP_FLAG_PAGE_FRAG) || page_pool_defrag_page(page, 1) == 0;
}

static inline void page_pool_use_xdp_mem(struct page_pool *pool, void (*disconnect)(void *),
					 struct xdp_mem_info *mem)
{
	(void)disconnect;
	(void)mem;
	page_pool_get(pool);
}

static inline bool is_page_pool_compiled_in(void)
{
	return true;
}

#endif /* NETPAGE_COMPAT_NET_PAGE_POOL_H */
