/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The page pool, as 6.1 has it (net/core/page_pool.c): same order of places to look
 * for a page, same tests before one is kept, same arithmetic of what is out.
 *
 * Two things are ours: a scheme may have a page at hand before the allocator is
 * asked, and what leaves the pool leaves the network (network_page_release()).
 */
#include <stdio.h>
#include <string.h>

#include <net/net.h>

#define DEFER_TIME 1000UL /* virtual ms between two looks at a destroyed pool */
#define DEFER_WARN_INTERVAL (60 * 1000UL)
#define RING_SIZE_DEFAULT 1024u
#define RING_SIZE_MAX 16384u
/* Unit: bytes. What kernels align pool fragments to: struct skb_shared_info. */
#define FRAG_ALIGN 8u

/* This CPU's own numbers; others read them at any time. */
#define recycle_stat_add(pool, stat, n)                                                            \
	do {                                                                                       \
		struct page_pool_recycle_stats *s = &(pool)->recycle_stats[smp_processor_id()];    \
		WRITE_ONCE(s->stat, s->stat + (u64)(n));                                           \
	} while (0)
#define recycle_stat_inc(pool, stat) recycle_stat_add(pool, stat, 1)

/* --- the DMA address in struct page --- */

dma_addr_t page_pool_get_dma_addr(struct page *page)
{
	u64 upper;

	switch (this_machine()->options.dma_layout) {
	case NP_DMA_32_FIXED:
		upper = page->dma_addr_upper;
		break;
	case NP_DMA_32_BROKEN:
		/* The signature came later than the bug; it is not part of the address. */
		upper = READ_ONCE(page->compound_head) & ~PP_SIGNATURE;
		break;
	default:
		return page->dma_addr;
	}
	return upper << 32 | (u32)page->dma_addr;
}

void page_pool_set_dma_addr(struct page *page, dma_addr_t addr)
{
	switch (this_machine()->options.dma_layout) {
	case NP_DMA_32_FIXED:
		page->dma_addr = (u32)addr;
		page->dma_addr_upper = (unsigned long)(addr >> 32);
		break;
	case NP_DMA_32_BROKEN:
		page->dma_addr = (u32)addr;
		/* An odd one makes a tail of this page for everybody who looks at it. */
		WRITE_ONCE(page->compound_head, (unsigned long)(addr >> 32));
		break;
	default:
		page->dma_addr = (unsigned long)addr;
		break;
	}
}

/* --- creation --- */

static int check_params(const struct np_machine *machine, const struct page_pool_params *params)
{
	unsigned int flags = params->flags;

	if (flags & ~PP_FLAG_ALL)
		return -EINVAL;
	if ((flags & PP_FLAG_DMA_MAP) && params->dma_dir != DMA_FROM_DEVICE &&
	    params->dma_dir != DMA_BIDIRECTIONAL)
		return -EINVAL;
	if ((flags & PP_FLAG_DMA_SYNC_DEV) && (!(flags & PP_FLAG_DMA_MAP) || !params->max_len))
		return -EINVAL;
	/* The count of fragments is where the upper half of the address would be. */
	if ((flags & PP_FLAG_PAGE_FRAG) && machine->options.dma_layout != NP_DMA_64)
		return -EINVAL;
	/* Of these the kernel asks nothing, and does what C leaves open. */
	if (params->order >= 32 || params->nid < NUMA_NO_NODE ||
	    params->nid >= (int)machine->options.nr_nodes)
		return -EINVAL;
	return 0;
}

static void page_pool_release_retry(struct work_struct *work);

static size_t recycle_stats_size(const struct np_machine *machine)
{
	return machine->options.nr_cpus * sizeof(struct page_pool_recycle_stats);
}

static void free_pool(struct page_pool *pool)
{
	struct np_machine *machine = pool->machine;

	ptr_ring_cleanup(machine, &pool->ring, NULL);
	np_free(machine, pool->recycle_stats, recycle_stats_size(machine));
	np_free_rcu(machine, pool, sizeof(*pool));
}

static int page_pool_init(struct page_pool *pool, const struct page_pool_params *params)
{
	unsigned int ring_qsize = params->pool_size ? params->pool_size : RING_SIZE_DEFAULT;

	if (ring_qsize > RING_SIZE_MAX)
		ring_qsize = RING_SIZE_MAX;
	pool->p = *params;
	pool->release_dw.work.func = page_pool_release_retry;
	/* Whoever creates it destroys it. */
	atomic_set(&pool->user_cnt, 1);
	pool->recycle_stats = np_alloc(pool->machine, recycle_stats_size(pool->machine));
	if (!pool->recycle_stats)
		return -ENOMEM;
	return ptr_ring_init(pool->machine, &pool->ring, (int)ring_qsize);
}

int page_pool_create(struct np_machine *machine, const char *name,
		     const struct page_pool_params *params, struct page_pool **out)
{
	struct page_pool *pool;
	int err;

	if (!machine || !params || !out || !name || !*name || strlen(name) >= sizeof(pool->name) ||
	    check_params(machine, params))
		return -EINVAL;
	pool = np_alloc(machine, sizeof(*pool));
	if (!pool)
		return -ENOMEM;
	pool->machine = machine;
	snprintf(pool->name, sizeof(pool->name), "%s", name);
	err = page_pool_init(pool, params);
	if (err) {
		free_pool(pool);
		return err;
	}
	spin_lock_irqsave(&machine->objects_lock);
	list_add_tail(&pool->all, &machine->pools);
	spin_unlock_irqrestore(&machine->objects_lock);
	*out = pool;
	return 0;
}

void page_pool_get(struct page_pool *pool)
{
	atomic_inc(&pool->user_cnt);
}

/* --- a page leaves --- */

/* The card may be unregistered meanwhile: then there is nothing to unmap from. */
static void page_pool_dma_unmap(struct page_pool *pool, struct page *page)
{
	struct net_device *dev;

	rcu_read_lock();
	dev = READ_ONCE(pool->p.dev);
	if (dev)
		dma_unmap_page(dev, page_pool_get_dma_addr(page));
	rcu_read_unlock();
	page_pool_set_dma_addr(page, 0);
}

static void page_pool_clear_pp_info(struct page *page)
{
	WRITE_ONCE(page->pp_magic, 0UL);
	WRITE_ONCE(page->pp, NULL);
}

void page_pool_release_page(struct page_pool *pool, struct page *page)
{
	struct np_machine *machine = pool->machine;
	u32 count;

	if (pool->p.flags & PP_FLAG_DMA_MAP)
		page_pool_dma_unmap(pool, page);
	page_pool_clear_pp_info(page);
	network_page_release(page);
	/* May be the last one that is out: another CPU frees the pool then, but not under a trace. */
	rcu_read_lock();
	count = (u32)atomic_inc_return_relaxed(&pool->pages_state_release_cnt);
	np_trace(machine, .id = NP_TRACE_PAGE_POOL_STATE_RELEASE, .pool = pool, .page = page,
		 .release = count);
	rcu_read_unlock();
}

/* To the page allocator. */
static void page_pool_return_page(struct page_pool *pool, struct page *page)
{
	page_pool_release_page(pool, page);
	put_page(page);
}

/* --- getting a page --- */

/* Context: the pool's softirq, so that the CPU and its node do not change. */
static struct page *page_pool_refill_alloc_cache(struct page_pool *pool)
{
	struct ptr_ring *r = &pool->ring;
	struct page *page;
	int pref_nid;

	if (__ptr_ring_empty(r)) {
		pool->alloc_stats.empty++;
		return NULL;
	}
	pref_nid = pool->p.nid == NUMA_NO_NODE ? numa_mem_id() : pool->p.nid;
	do {
		page = __ptr_ring_consume(r);
		if (!page)
			break;
		if (page_to_nid(page) != pref_nid) {
			/* One at a time: moving a consumer must not swamp the allocator. */
			page_pool_return_page(pool, page);
			pool->alloc_stats.waive++;
			page = NULL;
			break;
		}
		pool->alloc.cache[pool->alloc.count++] = page;
	} while (pool->alloc.count < PP_ALLOC_CACHE_REFILL);
	if (pool->alloc.count) {
		page = pool->alloc.cache[--pool->alloc.count];
		pool->alloc_stats.refill++;
	}
	return page;
}

static struct page *__page_pool_get_cached(struct page_pool *pool)
{
	if (unlikely(!pool->alloc.count))
		return page_pool_refill_alloc_cache(pool);
	pool->alloc_stats.fast++;
	return pool->alloc.cache[--pool->alloc.count];
}

static bool page_pool_dma_map(struct page_pool *pool, struct page *page)
{
	/* A pool may be made before its device; there the first mapping would end it all. */
	dma_addr_t dma = pool->p.dev ? dma_map_page(pool->p.dev, page) : DMA_MAPPING_ERROR;

	if (dma == DMA_MAPPING_ERROR)
		return false;
	page_pool_set_dma_addr(page, dma);
	return true;
}

/* A page of the allocator's becomes one of the pool's, or goes back. Whether it did. */
static bool page_pool_hold_page(struct page_pool *pool, struct page *page)
{
	u32 hold;

	if ((pool->p.flags & PP_FLAG_DMA_MAP) && !page_pool_dma_map(pool, page)) {
		put_page(page);
		return false;
	}
	WRITE_ONCE(page->pp, pool);
	/* Added to what is there: bit 1 tells that the page is an emergency page. */
	WRITE_ONCE(page->pp_magic, page->pp_magic | PP_SIGNATURE);
	if (pool->p.init_callback)
		pool->p.init_callback(page, pool->p.init_arg);
	hold = pool->pages_state_hold_cnt + 1;
	WRITE_ONCE(pool->pages_state_hold_cnt, hold);
	np_trace(pool->machine, .id = NP_TRACE_PAGE_POOL_STATE_HOLD, .pool = pool, .page = page,
		 .hold = hold);
	return true;
}

/* One page of a high order, or one that a scheme keeps for its drivers. */
static struct page *page_pool_alloc_one(struct page_pool *pool, struct page *page, u64 *stat)
{
	if (!page || !page_pool_hold_page(pool, page))
		return NULL;
	(*stat)++;
	return page;
}

static struct page *page_from_scheme(struct page_pool *pool)
{
	struct np_machine *machine = pool->machine;
	struct net_device *dev = pool->p.dev;
	int nid = pool->p.nid == NUMA_NO_NODE ? numa_mem_id() : pool->p.nid;

	if (!dev || dev->opt.no_optin || !machine->scheme->alloc_page)
		return NULL;
	return machine->scheme->alloc_page(machine, nid);
}

static struct page *__page_pool_alloc_pages_slow(struct page_pool *pool, gfp_t gfp)
{
	struct page *page;
	unsigned long nr_pages;

	/* Drivers forget it, and nobody needs a report about one lost packet. */
	if ((gfp & GFP_ATOMIC) == GFP_ATOMIC)
		gfp |= __GFP_NOWARN;
	if (pool->p.order)
		return page_pool_alloc_one(
			pool, alloc_pages_node(pool->p.nid, gfp | __GFP_COMP, pool->p.order),
			&pool->alloc_stats.slow_high_order);
	page = page_from_scheme(pool);
	if (page)
		return page_pool_alloc_one(pool, page, &pool->alloc_stats.slow);
	/* Filled into the cache, whose count stays 0 until each page is the pool's. */
	memset(pool->alloc.cache, 0, PP_ALLOC_CACHE_REFILL * sizeof(struct page *));
	nr_pages = alloc_pages_bulk_array_node(gfp, pool->p.nid, PP_ALLOC_CACHE_REFILL,
					       pool->alloc.cache);
	for (unsigned long i = 0; i < nr_pages; i++) {
		page = pool->alloc.cache[i];
		if (page_pool_hold_page(pool, page))
			pool->alloc.cache[pool->alloc.count++] = page;
	}
	if (!pool->alloc.count)
		return NULL;
	pool->alloc_stats.slow++;
	return pool->alloc.cache[--pool->alloc.count];
}

struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp)
{
	struct page *page = __page_pool_get_cached(pool);

	return likely(page) ? page : __page_pool_alloc_pages_slow(pool, gfp);
}

unsigned int page_pool_alloc_pages_bulk(struct page_pool *pool, struct page **pages,
					unsigned int nr, gfp_t gfp)
{
	unsigned int n;

	for (n = 0; n < nr; n++) {
		pages[n] = page_pool_alloc_pages(pool, gfp);
		if (!pages[n])
			break;
	}
	return n;
}

/* --- giving a page back --- */

static void page_pool_producer_lock(struct page_pool *pool, bool softirq)
{
	if (softirq)
		spin_lock(&pool->ring.producer_lock);
	else
		spin_lock_bh(&pool->ring.producer_lock);
}

static void page_pool_producer_unlock(struct page_pool *pool, bool softirq)
{
	if (softirq)
		spin_unlock(&pool->ring.producer_lock);
	else
		spin_unlock_bh(&pool->ring.producer_lock);
}

static bool page_pool_recycle_in_ring(struct page_pool *pool, struct page *page)
{
	bool softirq = in_softirq(), kept;

	page_pool_producer_lock(pool, softirq);
	kept = !__ptr_ring_produce(&pool->ring, page);
	/* Under the lock: without it, this may have been the pool's last page (271683bb2cf3). */
	if (kept)
		recycle_stat_inc(pool, ring);
	page_pool_producer_unlock(pool, softirq);
	return kept;
}

static bool page_pool_recycle_in_cache(struct page_pool *pool, struct page *page)
{
	if (unlikely(pool->alloc.count == PP_ALLOC_CACHE_SIZE)) {
		recycle_stat_inc(pool, cache_full);
		return false;
	}
	pool->alloc.cache[pool->alloc.count++] = page;
	recycle_stat_inc(pool, cached);
	return true;
}

static bool page_pool_may_keep(const struct page *page)
{
	return page_ref_count(page) == 1 && !page_is_pfmemalloc(page);
}

/*
 * Return: @page when it is fit for the ring; NULL when it has been dealt with.
 *
 * A count above 1 says that somebody else uses the page: whoever drops it last will
 * not be us, so it leaves the pool now and the pool's reference is dropped.
 */
static struct page *__page_pool_put_page(struct page_pool *pool, struct page *page,
					 bool allow_direct)
{
	if (unlikely(!page_pool_may_keep(page))) {
		recycle_stat_inc(pool, released_refcnt);
		page_pool_return_page(pool, page);
		return NULL;
	}
	if (allow_direct && in_softirq() && page_pool_recycle_in_cache(pool, page))
		return NULL;
	return page;
}

void page_pool_put_defragged_page(struct page_pool *pool, struct page *page,
				  unsigned int dma_sync_size, bool allow_direct)
{
	/* Memory is coherent here: there is nothing to sync. */
	(void)dma_sync_size;
	page = __page_pool_put_page(pool, page, allow_direct);
	if (page && !page_pool_recycle_in_ring(pool, page)) {
		recycle_stat_inc(pool, ring_full);
		page_pool_return_page(pool, page);
	}
}

/* Models: include/net/page_pool.h, page_pool_is_last_frag(), 6.1. */
static bool page_pool_is_last_frag(struct page_pool *pool, struct page *page)
{
	return !(pool->p.flags & PP_FLAG_PAGE_FRAG) || page_pool_defrag_page(page, 1) == 0;
}

void page_pool_put_page(struct page_pool *pool, struct page *page, unsigned int dma_sync_size,
			bool allow_direct)
{
	if (page_pool_is_last_frag(pool, page))
		page_pool_put_defragged_page(pool, page, dma_sync_size, allow_direct);
}

/* Puts @data[0..@len) into the ring. Return: how many fitted. */
static int page_pool_produce_bulk(struct page_pool *pool, struct page **data, int len)
{
	bool softirq = in_softirq();
	int i;

	page_pool_producer_lock(pool, softirq);
	for (i = 0; i < len; i++) {
		if (__ptr_ring_produce(&pool->ring, data[i])) {
			recycle_stat_inc(pool, ring_full);
			break;
		}
	}
	recycle_stat_add(pool, ring, i);
	page_pool_producer_unlock(pool, softirq);
	return i;
}

void page_pool_put_page_bulk(struct page_pool *pool, struct page **data, int count)
{
	int len = 0, i;

	for (i = 0; i < count; i++) {
		struct page *page = data[i];

		if (!np_head_usable(pool->machine, page, "page_pool_put_page_bulk()"))
			continue;
		page = compound_head(page);
		if (!page_pool_is_last_frag(pool, page))
			continue;
		page = __page_pool_put_page(pool, page, false);
		if (page)
			data[len++] = page;
	}
	if (!len)
		return;
	/* Freeing is slow: what does not fit is freed without the lock. */
	for (i = page_pool_produce_bulk(pool, data, len); i < len; i++)
		page_pool_return_page(pool, data[i]);
}

bool page_pool_return_skb_page(struct page *page)
{
	struct page_pool *pool;
	char name[48];

	if (!np_head_usable(this_machine(), page, "page_pool_return_skb_page()"))
		return false;
	page = compound_head(page);
	if (!page_is_page_pool(page))
		return false;
	pool = READ_ONCE(page->pp);
	/* Two that recycle one page: the other has just let it go. Lost, where 6.1 would crash. */
	if (unlikely(!pool)) {
		np_violate(this_machine(), NP_UNION_ARM,
			   np_page_name(this_machine(), page, name, sizeof(name)),
			   "page_pool_return_skb_page(): the page left its pool meanwhile");
		return true;
	}
	page_pool_put_full_page(pool, page, false);
	return true;
}

void page_pool_update_nid(struct page_pool *pool, int new_nid)
{
	np_trace(pool->machine, .id = NP_TRACE_PAGE_POOL_UPDATE_NID, .pool = pool,
		 .value = new_nid);
	pool->p.nid = new_nid;
	/* The ring is looked through at refill; what is in the cache would not be. */
	while (pool->alloc.count)
		page_pool_return_page(pool, pool->alloc.cache[--pool->alloc.count]);
}

/* --- fragments --- */

long page_pool_defrag_page(struct page *page, long nr)
{
	char name[48];
	long left;

	/* Nobody else has a fragment: spares the locked operation, and leaves the word as it is. */
	if (atomic_long_read(&page->pp_frag_count) == nr)
		return 0;
	left = atomic_long_sub_return(nr, &page->pp_frag_count);
	if (unlikely(left < 0))
		np_violate(this_machine(), NP_USE_AFTER_PUT,
			   np_page_name(this_machine(), page, name, sizeof(name)),
			   "pp_frag_count is %ld after %ld were dropped (wanted at least 0)", left,
			   nr);
	return left;
}

/* No more fragments from this page. Return: it, when nobody has any and it may be used again. */
static struct page *page_pool_drain_frag(struct page_pool *pool, struct page *page)
{
	if (page_pool_defrag_page(page, PP_FRAG_BIAS_MAX - pool->frag_users))
		return NULL;
	if (page_pool_may_keep(page))
		return page;
	page_pool_return_page(pool, page);
	return NULL;
}

static void page_pool_free_frag(struct page_pool *pool)
{
	struct page *page = pool->frag_page;

	pool->frag_page = NULL;
	if (!page || page_pool_defrag_page(page, PP_FRAG_BIAS_MAX - pool->frag_users))
		return;
	page_pool_return_page(pool, page);
}

/* The first fragment of @page, which nobody else has. */
static struct page *page_pool_first_frag(struct page_pool *pool, struct page *page,
					 unsigned int size)
{
	pool->frag_page = page;
	pool->frag_users = 1;
	pool->frag_offset = size;
	atomic_long_set(&page->pp_frag_count, PP_FRAG_BIAS_MAX);
	return page;
}

struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset, unsigned int size,
				  gfp_t gfp)
{
	unsigned int max_size = (unsigned int)(PAGE_SIZE << pool->p.order);
	struct page *page = pool->frag_page;

	if (!(pool->p.flags & PP_FLAG_PAGE_FRAG) || size > max_size)
		return NULL;
	size = (size + FRAG_ALIGN - 1) & ~(FRAG_ALIGN - 1);
	*offset = pool->frag_offset;
	if (page && *offset + size > max_size) {
		page = page_pool_drain_frag(pool, page);
		if (page) {
			pool->alloc_stats.fast++;
			*offset = 0;
			return page_pool_first_frag(pool, page, size);
		}
	}
	if (!page) {
		page = page_pool_alloc_pages(pool, gfp);
		pool->frag_page = page;
		*offset = 0;
		return page ? page_pool_first_frag(pool, page, size) : NULL;
	}
	pool->frag_users++;
	pool->frag_offset = *offset + size;
	pool->alloc_stats.fast++;
	return page;
}

/* --- the end --- */

/* Serial numbers: valid while fewer than 2^31 pages are out. */
static s32 inflight_of(struct page_pool *pool, u32 *hold, u32 *release)
{
	s32 inflight;

	*release = (u32)atomic_read(&pool->pages_state_release_cnt);
	*hold = READ_ONCE(pool->pages_state_hold_cnt);
	inflight = (s32)(*hold - *release);
	if (unlikely(inflight < 0))
		np_violate(pool->machine, NP_POOL_DRAINED, pool->name,
			   "Negative(%d) inflight packet-pages", inflight);
	return inflight;
}

s32 page_pool_inflight(struct page_pool *pool)
{
	u32 hold, release;

	return inflight_of(pool, &hold, &release);
}

static void page_pool_empty_ring(struct page_pool *pool)
{
	struct page *page;
	char name[48];

	while ((page = ptr_ring_consume_bh(&pool->ring))) {
		if (page_ref_count(page) != 1)
			np_violate(pool->machine, NP_PAGE_IN_ONE_PLACE,
				   np_page_name(pool->machine, page, name, sizeof(name)),
				   "page_pool %s: refcnt %d violation in the ring (wanted 1)",
				   pool->name, page_ref_count(page));
		page_pool_return_page(pool, page);
	}
}

static void page_pool_scrub(struct page_pool *pool)
{
	/* Once: nobody allocates any more, so nobody puts anything there either. */
	while (!pool->destroy_cnt && pool->alloc.count)
		page_pool_return_page(pool, pool->alloc.cache[--pool->alloc.count]);
	pool->destroy_cnt++;
	page_pool_empty_ring(pool);
}

static void page_pool_free(struct page_pool *pool)
{
	struct np_machine *machine = pool->machine;

	spin_lock_irqsave(&machine->objects_lock);
	list_del(&pool->all);
	spin_unlock_irqrestore(&machine->objects_lock);
	free_pool(pool);
}

/* Return: pages that are out; at 0 the pool is gone. */
static s32 page_pool_release(struct page_pool *pool)
{
	bool softirq = in_softirq();
	u32 hold, release;
	s32 inflight;

	page_pool_scrub(pool);
	inflight = inflight_of(pool, &hold, &release);
	np_trace(pool->machine, .id = NP_TRACE_PAGE_POOL_RELEASE, .pool = pool, .result = inflight,
		 .hold = hold, .release = release);
	/* Whoever put the last page may still be in the ring's lock: wait for him to leave. */
	page_pool_producer_lock(pool, softirq);
	page_pool_producer_unlock(pool, softirq);
	if (!inflight)
		page_pool_free(pool);
	return inflight;
}

static void page_pool_release_retry(struct work_struct *work)
{
	struct delayed_work *dwork = np_container_of(work, struct delayed_work, work);
	struct page_pool *pool = np_container_of(dwork, struct page_pool, release_dw);
	unsigned long now = np_machine_jiffies(pool->machine);
	s32 inflight = page_pool_release(pool);

	/* Gone; or negative, which no page that comes back will cure. */
	if (inflight <= 0)
		return;
	if (now >= pool->defer_warn) {
		np_violate(pool->machine, NP_POOL_DRAINED, pool->name,
			   "stalled pool shutdown %d inflight %lu sec", inflight,
			   (now - pool->defer_start) / 1000);
		pool->defer_warn = now + DEFER_WARN_INTERVAL;
	}
	schedule_delayed_work(&pool->release_dw, DEFER_TIME);
}

void page_pool_destroy(struct page_pool *pool)
{
	/* A second call for a pool that only waits for its pages is harmless. */
	if (!pool || atomic_read(&pool->user_cnt) <= 0 || !atomic_dec_and_test(&pool->user_cnt))
		return;
	page_pool_free_frag(pool);
	if (page_pool_release(pool) == 0)
		return;
	pool->defer_start = np_machine_jiffies(pool->machine);
	pool->defer_warn = pool->defer_start + DEFER_WARN_INTERVAL;
	schedule_delayed_work(&pool->release_dw, DEFER_TIME);
}

/* --- statistics --- */

void page_pool_get_stats(struct page_pool *pool, struct page_pool_stats *stats)
{
	struct page_pool_recycle_stats *recycle = &stats->recycle_stats;
	struct page_pool_alloc_stats *alloc = &stats->alloc_stats;

	alloc->fast += pool->alloc_stats.fast;
	alloc->slow += pool->alloc_stats.slow;
	alloc->slow_high_order += pool->alloc_stats.slow_high_order;
	alloc->empty += pool->alloc_stats.empty;
	alloc->refill += pool->alloc_stats.refill;
	alloc->waive += pool->alloc_stats.waive;
	for (unsigned int cpu = 0; cpu < pool->machine->options.nr_cpus; cpu++) {
		const struct page_pool_recycle_stats *s = &pool->recycle_stats[cpu];

		recycle->cached += READ_ONCE(s->cached);
		recycle->cache_full += READ_ONCE(s->cache_full);
		recycle->ring += READ_ONCE(s->ring);
		recycle->ring_full += READ_ONCE(s->ring_full);
		recycle->released_refcnt += READ_ONCE(s->released_refcnt);
	}
}

struct page_pool *np_page_pool_find(struct np_machine *machine, const char *name)
{
	struct page_pool *pool, *found = NULL;

	spin_lock_irqsave(&machine->objects_lock);
	list_for_each_entry(pool, &machine->pools, all)
		if (!strcmp(pool->name, name))
			found = pool;
	spin_unlock_irqrestore(&machine->objects_lock);
	return found;
}
