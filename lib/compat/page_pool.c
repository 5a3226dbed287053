/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The library's page pool under the kernel's arguments.
 */
/* First: kernel-style macros (jiffies) are named like its fields. */
#include <machine.h>

#include <net/page_pool.h>

static int create(const struct np_compat_pool_params *params, struct page_pool **pool)
{
	struct np_machine *machine = np_this_machine();
	/* The library's struct, whose name is the compat one's here. */
	typeof((*pool)->p) p = {
		.flags = params->flags,
		.order = params->order,
		.pool_size = params->pool_size,
		.nid = params->nid,
		.dev = params->dev ? params->dev->np_netdev : NULL,
		.dma_dir = params->dma_dir,
		.max_len = params->max_len,
		.offset = params->offset,
		.init_callback = params->init_callback,
		.init_arg = params->init_arg,
	};

	return NP_FLAVOUR_SYMBOL(page_pool_create)(machine, "page_pool", (const void *)&p, pool);
}

struct page_pool *np_compat_page_pool_create(const struct np_compat_pool_params *params)
{
	struct page_pool *pool;
	int err = create(params, &pool);

	return err ? ERR_PTR(err) : pool;
}

void np_compat_page_pool_destroy(struct page_pool *pool)
{
	if (pool)
		NP_FLAVOUR_SYMBOL(page_pool_destroy)(pool);
}

void np_compat_page_pool_put_bulk(struct page_pool *pool, void **data, int count)
{
	for (int i = 0; i < count; i++)
		data[i] = virt_to_head_page(data[i]);
	NP_FLAVOUR_SYMBOL(page_pool_put_page_bulk)(pool, (struct page **)data, count);
}

static const char names[][32] = {
	"rx_pp_alloc_fast",	   "rx_pp_alloc_slow",		 "rx_pp_alloc_slow_ho",
	"rx_pp_alloc_empty",	   "rx_pp_alloc_refill",	 "rx_pp_alloc_waive",
	"rx_pp_recycle_cached",	   "rx_pp_recycle_cache_full",	 "rx_pp_recycle_ring",
	"rx_pp_recycle_ring_full", "rx_pp_recycle_released_ref",
};

int page_pool_ethtool_stats_get_count(void)
{
	return ARRAY_SIZE(names);
}

u8 *page_pool_ethtool_stats_get_strings(u8 *data)
{
	memcpy(data, names, sizeof(names));
	return data + sizeof(names);
}

u64 *page_pool_ethtool_stats_get(u64 *data, void *stats)
{
	_Static_assert(sizeof(struct page_pool_stats) == ARRAY_SIZE(names) * sizeof(u64),
		       "one number for each name, in the same order");
	memcpy(data, stats, sizeof(struct page_pool_stats));
	return data + ARRAY_SIZE(names);
}
