/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The interpreter of random programs. See interpreter.h for what it is, README.md for the
 * operations and for what two worlds may differ in.
 *
 * What an operation may do is decided by the interpreter's own books (struct seen), never by what
 * the pages and pools say: were it otherwise, two worlds that differ would go different ways and
 * the log could not tell where they parted.
 */
#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page_counter.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/poison.h>
#include <linux/ptr_ring.h>
#include <linux/refcount.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/page_pool.h>
#include <net/xdp.h>

#include "interpreter.h"
#include "memcg_world.h"
#include "mm_world.h"

#define NR_PAGES 256
#define NR_POOLS 4
#define NR_COUNTERS 12
#define NR_RINGS 4
#define NR_GROUPS 4
#define NR_SLOTS 64
#define NR_SEEN 4096
#define NR_BUCKETS 1024
#define NR_ARGS 16
#define NR_LEVELS 3
#define ORDER_MAX 3
#define POOL_SIZE_MAX 256
#define NR_STATS 11
#define EXTRA_MAX 1000000
#define LOG_LINE_MAX 65536
#define SKIP INT_MIN /* what an operation returns that was not played */

/*
 * One page that the program knows of: what references to it the program holds. A page of a pool
 * has one reference of the pool's as long as it belongs to it, and may be put @frags times.
 */
struct seen {
	struct page *page; /* NULL: not in use */
	u32 id;
	u32 next; /* in its bucket or in the free list; index + 1, 0 ends */
	int order;
	int extra;  /* references of the program's own */
	int maps;   /* places where it is mapped, each with a reference */
	int frozen; /* the count that was frozen, or 0 */
	int pool;   /* it belongs to, or -1 */
	long frags; /* how often the program may put it to the pool */
	bool pfmemalloc;
	bool user_charge; /* by mem_cgroup_charge(): not for __free_pages() */
	bool kept;	  /* in the pool's cache, ring or fragments when last looked */
};

/* A page register: which page, and its share of what the program holds of it. */
struct hold {
	u32 slot, id; /* id 0: empty */
	int extra;
	long frags;
	bool touched;
};

struct pool {
	struct page_pool *pool; /* NULL: not in use */
	bool destroyed;
	bool touched;
	bool scheduled; /* it will look again */
	int users;
	long inits; /* calls of init_callback */
	u64 sum;    /* of what it keeps, by identity and place */
};

struct counter {
	struct page_counter counter;
	int parent; /* or -1 */
	int children;
	bool used;
	bool touched;
};

struct ring {
	struct ptr_ring ring;
	bool used;
	bool touched;
};

struct arg {
	int reg; /* of a register */
	long n;	 /* a number; of a page register, which page of the compound page */
	char word[24];
	bool given;
};

struct differ {
	/* What a reset clears. */
	struct seen seen[NR_SEEN];
	u32 bucket[NR_BUCKETS];
	u32 free_seen;
	u32 nr_seen; /* slots that were ever in use */
	u32 next_id;
	struct hold page[NR_PAGES];
	struct {
		u32 slot, id; /* as of a register */
	} mapped[NR_SLOTS];
	bool touched_maps;
	struct {
		long sockmem; /* charged by the program */
		bool touched;
	} group[NR_GROUPS];
	struct pool pool[NR_POOLS];
	struct counter counter[NR_COUNTERS];
	struct ring ring[NR_RINGS];
	/* What it does not. */
	struct vm_area_struct *vma; /* of NR_SLOTS pages */
	struct mem_cgroup *memcg[NR_GROUPS];
	long usage_before[NR_GROUPS];
	struct differ_host *host;
	struct arg arg[NR_ARGS];
	int nr_args;
	bool full;
	unsigned long step;
	size_t len;
	char line[LOG_LINE_MAX];
};

size_t differ_size(void)
{
	return sizeof(struct differ);
}

/* --- the log --- */

static void out_char(struct differ *d, char c)
{
	if (d->len < LOG_LINE_MAX)
		d->line[d->len++] = c;
}

static void out(struct differ *d, const char *text)
{
	while (*text)
		out_char(d, *text++);
}

static void out_u64(struct differ *d, u64 v)
{
	char digits[20];
	int n = 0;

	do {
		digits[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while (n)
		out_char(d, digits[--n]);
}

static void out_long(struct differ *d, long v)
{
	if (v < 0)
		out_char(d, '-');
	out_u64(d, v < 0 ? -(u64)v : (u64)v);
}

static void out_hex(struct differ *d, u64 v)
{
	for (int shift = 60; shift >= 0; shift -= 4)
		out_char(d, "0123456789abcdef"[v >> shift & 15]);
}

static void out_named(struct differ *d, const char *name, long v)
{
	out(d, name);
	out_long(d, v);
}

static void out_line(struct differ *d)
{
	if (d->len == LOG_LINE_MAX)
		d->len--;
	out_char(d, '\n');
	d->host->write(d->host, d->line, d->len);
	d->len = 0;
}

static u64 mix(u64 sum, u64 v)
{
	sum = (sum ^ v) * 0x9e3779b97f4a7c15ULL;
	return sum ^ sum >> 29;
}

/* --- pages by identity --- */

/* References that keep the page alive: the program's, those of mappings, the one of its pool. */
static int refs_of(const struct seen *seen)
{
	return seen->extra + seen->maps + (seen->pool >= 0);
}

static u32 bucket_of(const struct page *page)
{
	return (u32)((unsigned long)page / sizeof(struct page)) % NR_BUCKETS;
}

static struct seen *seen_find(struct differ *d, const struct page *page)
{
	u32 i = d->bucket[bucket_of(page)];

	while (i && d->seen[i - 1].page != page)
		i = d->seen[i - 1].next;
	return i ? &d->seen[i - 1] : NULL;
}

/* NULL when there is no room: the program then knows too many pages. */
static struct seen *seen_add(struct differ *d, struct page *page)
{
	u32 *bucket = &d->bucket[bucket_of(page)], i = d->free_seen;
	struct seen *seen;

	if (i)
		d->free_seen = d->seen[i - 1].next;
	else if (d->nr_seen < NR_SEEN)
		i = ++d->nr_seen;
	else
		return NULL;
	seen = &d->seen[i - 1];
	memset(seen, 0, sizeof(*seen));
	seen->page = page;
	seen->pool = -1;
	seen->id = ++d->next_id;
	seen->next = *bucket;
	*bucket = i;
	return seen;
}

/* The allocator has it: if it comes back it is another page to us. */
static void seen_drop(struct differ *d, struct seen *seen)
{
	u32 i = (u32)(seen - d->seen) + 1, *link = &d->bucket[bucket_of(seen->page)];

	while (*link != i)
		link = &d->seen[*link - 1].next;
	*link = seen->next;
	seen->next = d->free_seen;
	d->free_seen = i;
	seen->page = NULL;
	seen->id = 0;
}

static struct seen *seen_in(struct differ *d, int reg)
{
	struct seen *seen = &d->seen[d->page[reg].slot];

	return d->page[reg].id && seen->id == d->page[reg].id ? seen : NULL;
}

/* Whether a register holds on to something: one that only names a page may be used again. */
static bool page_held(struct differ *d, int reg)
{
	const struct hold *hold = &d->page[reg];

	return seen_in(d, reg) && (hold->extra || hold->frags);
}

static void page_set(struct differ *d, int reg, struct seen *seen, int extra, long frags)
{
	struct hold *hold = &d->page[reg];

	*hold = (struct hold){ .slot = (u32)(seen - d->seen), .id = seen->id, .touched = true };
	hold->extra = extra;
	seen->extra += extra;
	hold->frags = frags;
	seen->frags += frags;
}

/* --- what a pool keeps --- */

static bool keep(struct differ *d, int q, struct page *page, u64 place)
{
	struct seen *seen = seen_find(d, page);

	/* Freed and taken again within one operation: an emergency page is not kept. */
	if (seen && seen->pfmemalloc && !page_is_pfmemalloc(page) && !seen->extra && !seen->maps) {
		seen_drop(d, seen);
		seen = NULL;
	}
	if (!seen)
		seen = seen_add(d, page);
	if (!seen)
		return false;
	seen->pool = q;
	seen->kept = true;
	seen->order = (int)d->pool[q].pool->p.order;
	d->pool[q].sum = mix(d->pool[q].sum, place << 32 | seen->id);
	if (d->full && place)
		out_named(d, " #", seen->id);
	return true;
}

static int ring_used(const struct ptr_ring *ring, int (*each)(void *, void *), void *arg)
{
	int i = READ_ONCE(ring->consumer_head), n = 0;

	/* A slot may keep what was consumed until it is cleared: the ends are told by index. */
	if (!ring->queue[i])
		return 0;
	do {
		if (each)
			each(arg, ring->queue[i]);
		n++;
		i = i + 1 == ring->size ? 0 : i + 1;
	} while (i != ring->producer);
	return n;
}

struct ring_walk {
	struct differ *d;
	int q;
	u64 place;
};

static int keep_in_ring(void *arg, void *ptr)
{
	struct ring_walk *walk = arg;

	keep(walk->d, walk->q, ptr, ++walk->place);
	return 0;
}

static void pool_walk(struct differ *d, int q)
{
	struct page_pool *pool = d->pool[q].pool;
	struct ring_walk walk = { .d = d, .q = q, .place = 1000 };

	d->pool[q].sum = 0;
	if (d->full)
		out(d, " cache");
	for (u32 i = 0; i < pool->alloc.count; i++)
		keep(d, q, pool->alloc.cache[i], 1 + i);
	if (d->full)
		out(d, " ring");
	ring_used(&pool->ring, keep_in_ring, &walk);
	if (pool->frag_page)
		keep(d, q, pool->frag_page, 0);
}

/* Pages that pool @q had, that the program need not put, and that the pool keeps no more. */
static void pool_lost(struct differ *d, int q)
{
	for (u32 i = 0; i < d->nr_seen; i++) {
		struct seen *seen = &d->seen[i];

		if (!seen->page || seen->pool != q || seen->kept || seen->frags)
			continue;
		seen->pool = -1;
		if (!refs_of(seen))
			seen_drop(d, seen);
	}
}

/* Looks at pool @q anew: @out says whether the lists are printed. */
static void pool_look(struct differ *d, int q)
{
	for (u32 i = 0; i < d->nr_seen; i++)
		if (d->seen[i].pool == q)
			d->seen[i].kept = false;
	if (d->pool[q].pool)
		pool_walk(d, q);
	pool_lost(d, q);
}

static bool pool_has_pages_out(struct differ *d, int q)
{
	for (u32 i = 0; i < d->nr_seen; i++)
		if (d->seen[i].page && d->seen[i].pool == q && d->seen[i].frags)
			return true;
	return false;
}

/* --- the state --- */

static const struct {
	int bit;
	char letter;
} flags[] = {
	{ PG_locked, 'L' },	{ PG_referenced, 'r' },	 { PG_uptodate, 'u' },
	{ PG_dirty, 'd' },	{ PG_lru, 'l' },	 { PG_active, 'a' },
	{ PG_waiters, 'w' },	{ PG_error, 'e' },	 { PG_slab, 's' },
	{ PG_checked, 'c' },	{ PG_reserved, 'R' },	 { PG_private, 'p' },
	{ PG_writeback, 'W' },	{ PG_head, 'h' },	 { PG_reclaim, 'i' },
	{ PG_swapbacked, 'b' }, { PG_unevictable, 'n' },
};

static u32 flags_of(const struct page *page)
{
	unsigned long word = READ_ONCE(page->flags);
	u32 set = 0;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		set |= (u32)(word >> flags[i].bit & 1) << i;
	return set;
}

static int pool_of(struct differ *d, const struct page *page)
{
	if ((page->pp_magic & ~0x3UL) != PP_SIGNATURE)
		return -1;
	for (int q = 0; q < NR_POOLS; q++)
		if (d->pool[q].pool && page->pp == d->pool[q].pool)
			return q;
	return -2;
}

/* Tails that are tails of this page, and the sum of their counts. */
static long tails_of(const struct seen *seen)
{
	long n = 0;

	for (int i = 1; i < 1 << seen->order; i++) {
		struct page *tail = seen->page + i;

		n += PageTail(tail) && compound_head(tail) == seen->page;
		n += 1000L * page_ref_count(tail);
	}
	return n;
}

static char charged_as(const struct page *page)
{
	unsigned long data = READ_ONCE(page->memcg_data);

	if (!data)
		return '-';
	return data & MEMCG_DATA_KMEM ? 'k' : 'm';
}

/* Its group's number, or -1 for none and for what is not ours. */
static int charged_to(struct differ *d, struct page *page)
{
	struct mem_cgroup *memcg = READ_ONCE(page->memcg_data) ? page_memcg_check(page) : NULL;

	for (int i = 0; memcg && i < NR_GROUPS; i++)
		if (memcg == d->memcg[i])
			return i;
	return -1;
}

static long group_usage(struct differ *d, int i)
{
	return (long)page_counter_read(&d->memcg[i]->memory) - d->usage_before[i];
}

/* Relative as well: what a group has been charged for before the program is not the program's. */
static long group_max(struct differ *d, int i)
{
	unsigned long max = d->memcg[i]->memory.max;

	return (long)max - (max == PAGE_COUNTER_MAX ? 0 : d->usage_before[i]);
}

static void out_group(struct differ *d, int i)
{
	out_named(d, " | g", i);
	if (!d->memcg[i])
		return;
	out_named(d, " usage=", group_usage(d, i));
	out_named(d, " max=", group_max(d, i));
	out_named(d, " fail=", (long)d->memcg[i]->memory.failcnt);
}

static u64 group_sum(struct differ *d, int i)
{
	u64 sum = mix(mix(4, (u64)i), (u64)group_usage(d, i));

	return mix(mix(sum, (u64)group_max(d, i)), d->memcg[i]->memory.failcnt);
}

static bool counts_frags(struct differ *d, const struct seen *seen)
{
	return seen->pool >= 0 && (seen->frags || seen->kept) && d->pool[seen->pool].pool &&
	       (d->pool[seen->pool].pool->p.flags & PP_FLAG_PAGE_FRAG);
}

static u64 page_sum(struct differ *d, struct seen *seen)
{
	struct page *page = seen->page;
	u64 sum = mix(mix(seen->id + 1, (u32)page_ref_count(page)), seen->id);

	sum = mix(sum, (u64)(u32)atomic_read(&page->_mapcount) << 32 | flags_of(page));
	sum = mix(sum, (u64)(pool_of(d, page) + 2) << 8 | (u64)charged_as(page));
	sum = mix(sum, (u64)page_to_nid(page) << 8 | (u64)(charged_to(d, page) + 1));
	if (seen->order)
		sum = mix(sum, (u64)tails_of(seen) << 8 | compound_order(page));
	if (counts_frags(d, seen))
		sum = mix(sum, (u64)atomic_long_read(&page->pp_frag_count));
	return sum;
}

static void out_page(struct differ *d, int reg)
{
	struct seen *seen = seen_in(d, reg);
	struct page *page;
	u32 set;

	out_named(d, " | p", reg);
	if (!seen) {
		out(d, " gone");
		return;
	}
	page = seen->page;
	out_named(d, " #", seen->id);
	out_named(d, " ref=", page_ref_count(page));
	out_named(d, " map=", atomic_read(&page->_mapcount));
	out(d, " fl=");
	set = flags_of(page);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (set >> i & 1)
			out_char(d, flags[i].letter);
	out(d, " memcg=");
	out_char(d, charged_as(page));
	if (charged_to(d, page) >= 0)
		out_named(d, ":g", charged_to(d, page));
	if (page_to_nid(page))
		out_named(d, " node=", page_to_nid(page));
	if (pool_of(d, page) != -1)
		out_named(d, " pp=", pool_of(d, page));
	if (page_is_pfmemalloc(page) && seen->pool >= 0)
		out(d, " pfmemalloc");
	if (seen->pool >= 0 && d->pool[seen->pool].pool &&
	    (d->pool[seen->pool].pool->p.flags & PP_FLAG_DMA_MAP))
		out(d, page_pool_get_dma_addr(page) ? " dma" : " nodma");
	if (counts_frags(d, seen))
		out_named(d, " frag=", atomic_long_read(&page->pp_frag_count));
	if (seen->order) {
		out_named(d, " order=", compound_order(page));
		out_named(d, " tails=", tails_of(seen));
	}
}

static u64 counter_sum(const struct counter *counter)
{
	const struct page_counter *c = &counter->counter;
	u64 sum = mix(mix(1, (u64)atomic_long_read(&c->usage)), c->max);

	sum = mix(sum, c->min);
	sum = mix(sum, c->low);
	sum = mix(sum, c->high);
	sum = mix(sum, c->watermark);
	sum = mix(sum, c->failcnt);
	sum = mix(sum, (u64)atomic_long_read(&c->min_usage));
	sum = mix(sum, (u64)atomic_long_read(&c->low_usage));
	sum = mix(sum, (u64)atomic_long_read(&c->children_min_usage));
	return mix(sum, (u64)atomic_long_read(&c->children_low_usage));
}

static void out_counter(struct differ *d, int number)
{
	struct page_counter *c = &d->counter[number].counter;

	out_named(d, " | c", number);
	out_named(d, " u=", (long)page_counter_read(c));
	out_named(d, " max=", (long)c->max);
	out_named(d, " wm=", (long)c->watermark);
	out_named(d, " fail=", (long)c->failcnt);
	out_named(d, " min=", (long)c->min);
	out_named(d, "/", atomic_long_read(&c->min_usage));
	out_named(d, "/", atomic_long_read(&c->children_min_usage));
	out_named(d, " low=", (long)c->low);
	out_named(d, "/", atomic_long_read(&c->low_usage));
	out_named(d, "/", atomic_long_read(&c->children_low_usage));
	out_named(d, " high=", (long)c->high);
}

/* The numbers of a pool in the order in which they are printed. Return: how many. */
static int pool_numbers(struct differ *d, int q, long *v)
{
	struct page_pool *pool = d->pool[q].pool;
	struct page_pool_stats stats;
	int n = 0;

	memset(&stats, 0, sizeof(stats));
	page_pool_get_stats(pool, &stats);
	v[n++] = (long)pool->pages_state_hold_cnt;
	v[n++] = atomic_read(&pool->pages_state_release_cnt);
	v[n++] = (s32)(pool->pages_state_hold_cnt -
		       (u32)atomic_read(&pool->pages_state_release_cnt));
	v[n++] = (long)pool->alloc.count;
	v[n++] = ring_used(&pool->ring, NULL, NULL);
	v[n++] = pool->frag_users;
	v[n++] = (long)pool->frag_offset;
	v[n++] = (long)pool->destroy_cnt;
	v[n++] = d->pool[q].inits;
	v[n++] = d->pool[q].scheduled;
	v[n++] = d->host->mapped ? d->host->mapped(d->host) : 0;
	v[n++] = (long)stats.alloc_stats.fast;
	v[n++] = (long)stats.alloc_stats.slow;
	v[n++] = (long)stats.alloc_stats.slow_high_order;
	v[n++] = (long)stats.alloc_stats.empty;
	v[n++] = (long)stats.alloc_stats.refill;
	v[n++] = (long)stats.alloc_stats.waive;
	v[n++] = (long)stats.recycle_stats.cached;
	v[n++] = (long)stats.recycle_stats.cache_full;
	v[n++] = (long)stats.recycle_stats.ring;
	v[n++] = (long)stats.recycle_stats.ring_full;
	v[n++] = (long)stats.recycle_stats.released_refcnt;
	return n;
}

static const char *const pool_number_names[] = {
	" hold=",  " rel=",    " inflight=", " cache=",	 " ring=",   " users=",
	" off=",   " scrubs=", " inits=",    " retry=",	 " mapped=", " fast=",
	" slow=",  " high=",   " empty=",    " refill=", " waive=",  " cached=",
	" cfull=", " toring=", " rfull=",    " refcnt=",
};

static void out_pool(struct differ *d, int q)
{
	struct page_pool *pool = d->pool[q].pool;
	long v[ARRAY_SIZE(pool_number_names)];
	int n;

	out_named(d, " | q", q);
	if (!pool) {
		out(d, " gone");
		pool_look(d, q);
		return;
	}
	n = pool_numbers(d, q, v);
	for (int i = 0; i < n; i++)
		if (v[i])
			out_named(d, pool_number_names[i], v[i]);
	pool_look(d, q);
	out(d, " list=");
	out_hex(d, d->pool[q].sum);
}

static u64 pool_sum(struct differ *d, int q)
{
	long v[ARRAY_SIZE(pool_number_names)];
	int n = pool_numbers(d, q, v);
	u64 sum = d->pool[q].sum;

	for (int i = 0; i < n; i++)
		sum = mix(sum, (u64)v[i]);
	return sum;
}

static int mix_slot(void *arg, void *ptr)
{
	u64 *sum = arg;

	*sum = mix(*sum, (unsigned long)ptr);
	return 0;
}

static u64 ring_sum(struct ring *ring)
{
	u64 sum = mix(mix(1, (u64)ring->ring.producer), (u64)ring->ring.consumer_head);

	sum = mix(sum, (u64)ring->ring.consumer_tail);
	ring_used(&ring->ring, mix_slot, &sum);
	return sum;
}

static void out_ring(struct differ *d, int number)
{
	struct ptr_ring *ring = &d->ring[number].ring;

	out_named(d, " | r", number);
	if (!d->ring[number].used) {
		out(d, " gone");
		return;
	}
	out_named(d, " used=", ring_used(ring, NULL, NULL));
	out_named(d, " prod=", ring->producer);
	out_named(d, " head=", ring->consumer_head);
	out_named(d, " tail=", ring->consumer_tail);
}

/* Everything, in an order that does not depend on where a page is in our table. */
static u64 state_sum(struct differ *d)
{
	u64 sum = 0;

	for (u32 i = 0; i < d->nr_seen; i++)
		if (d->seen[i].page)
			sum += page_sum(d, &d->seen[i]);
	for (int i = 0; i < NR_COUNTERS; i++)
		if (d->counter[i].used)
			sum += mix(mix(1, (u64)i), counter_sum(&d->counter[i]));
	for (int q = 0; q < NR_POOLS; q++)
		if (d->pool[q].pool)
			sum += mix(mix(2, (u64)q), pool_sum(d, q));
	for (int i = 0; i < NR_GROUPS; i++)
		if (d->memcg[i])
			sum += group_sum(d, i);
	if (d->vma)
		sum += mix(5, (u64)world_rss(d->vma));
	for (int i = 0; i < NR_RINGS; i++)
		if (d->ring[i].used)
			sum += mix(mix(3, (u64)i), ring_sum(&d->ring[i]));
	return sum;
}

static void out_state(struct differ *d)
{
	for (int q = 0; q < NR_POOLS; q++)
		if (d->pool[q].touched)
			out_pool(d, q);
	for (int reg = 0; reg < NR_PAGES; reg++)
		if (d->page[reg].touched)
			out_page(d, reg);
	for (int i = 0; i < NR_COUNTERS; i++)
		if (d->counter[i].touched)
			out_counter(d, i);
	for (int i = 0; i < NR_GROUPS; i++)
		if (d->group[i].touched)
			out_group(d, i);
	for (int i = 0; i < NR_RINGS; i++)
		if (d->ring[i].touched)
			out_ring(d, i);
	if (d->touched_maps)
		out_named(d, " | rss=", world_rss(d->vma));
	out(d, " =");
	out_hex(d, state_sum(d));
}

static void untouch(struct differ *d)
{
	d->touched_maps = false;
	for (int q = 0; q < NR_POOLS; q++)
		d->pool[q].touched = false;
	for (int reg = 0; reg < NR_PAGES; reg++)
		d->page[reg].touched = false;
	for (int i = 0; i < NR_COUNTERS; i++)
		d->counter[i].touched = false;
	for (int i = 0; i < NR_GROUPS; i++)
		d->group[i].touched = false;
	for (int i = 0; i < NR_RINGS; i++)
		d->ring[i].touched = false;
}

/* --- counters --- */

static struct counter *counter_arg(struct differ *d, int i)
{
	struct counter *counter = &d->counter[d->arg[i].reg];

	return counter->used ? counter : NULL;
}

/* A charge is seen in all levels. */
static void touch_counter(struct differ *d, const struct counter *counter)
{
	for (int i = (int)(counter - d->counter); i >= 0; i = d->counter[i].parent)
		d->counter[i].touched = true;
}

static int depth_of(struct differ *d, int number)
{
	int depth = 0;

	for (; number >= 0; number = d->counter[number].parent)
		depth++;
	return depth;
}

/* counter_new C [PARENT]: a counter that was used before keeps what init does not reset. */
static long op_counter_new(struct differ *d)
{
	struct counter *counter = &d->counter[d->arg[0].reg];
	struct counter *parent = d->arg[1].given ? counter_arg(d, 1) : NULL;

	if (counter->children || (d->arg[1].given && (!parent || parent == counter)))
		return SKIP;
	if (parent && depth_of(d, d->arg[1].reg) >= NR_LEVELS)
		return SKIP;
	if (counter->used && counter->parent >= 0)
		d->counter[counter->parent].children--;
	counter->used = true;
	counter->parent = parent ? d->arg[1].reg : -1;
	if (parent)
		parent->children++;
	page_counter_init(&counter->counter, parent ? &parent->counter : NULL);
	touch_counter(d, counter);
	return 0;
}

static long op_counter_charge(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	page_counter_charge(&counter->counter, (unsigned long)d->arg[1].n);
	touch_counter(d, counter);
	return 0;
}

/* Return: 0, or 1 + the number of the counter that was full. */
static long op_counter_try_charge(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);
	struct page_counter *fail = NULL;

	if (!counter)
		return SKIP;
	touch_counter(d, counter);
	if (page_counter_try_charge(&counter->counter, (unsigned long)d->arg[1].n, &fail))
		return 0;
	for (int i = 0; i < NR_COUNTERS; i++)
		if (fail == &d->counter[i].counter)
			return 1 + i;
	return -1;
}

static long op_counter_uncharge(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	page_counter_uncharge(&counter->counter, (unsigned long)d->arg[1].n);
	touch_counter(d, counter);
	return 0;
}

static long op_counter_cancel(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	page_counter_cancel(&counter->counter, (unsigned long)d->arg[1].n);
	touch_counter(d, counter);
	return 0;
}

static long op_counter_max(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	touch_counter(d, counter);
	return page_counter_set_max(&counter->counter, (unsigned long)d->arg[1].n);
}

static long op_counter_min(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	page_counter_set_min(&counter->counter, (unsigned long)d->arg[1].n);
	touch_counter(d, counter);
	return 0;
}

static long op_counter_low(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	page_counter_set_low(&counter->counter, (unsigned long)d->arg[1].n);
	touch_counter(d, counter);
	return 0;
}

static long op_counter_high(struct differ *d)
{
	struct counter *counter = counter_arg(d, 0);

	if (!counter)
		return SKIP;
	page_counter_set_high(&counter->counter, (unsigned long)d->arg[1].n);
	touch_counter(d, counter);
	return 0;
}

static long op_counter_parse(struct differ *d)
{
	unsigned long nr_pages = 0;
	int err = page_counter_memparse(d->arg[0].word, "max", &nr_pages);

	return err ? err : (long)nr_pages;
}

/* --- references --- */

/* The page of a register, if its count may be changed. */
static struct seen *page_arg(struct differ *d, int i)
{
	struct seen *seen = seen_in(d, d->arg[i].reg);

	if (!seen || seen->frozen || d->arg[i].n >= 1L << seen->order)
		return NULL;
	/* Pages behind the first one have counts of their own, unless it is a compound page. */
	if (d->arg[i].n && !PageHead(seen->page))
		return NULL;
	d->page[d->arg[i].reg].touched = true;
	return seen;
}

static struct page *page_of(struct differ *d, int i, struct seen *seen)
{
	return seen->page + d->arg[i].n;
}

/* The register of argument @i gets @n references more, or less. */
static void refs_add(struct differ *d, int i, struct seen *seen, long n)
{
	d->page[d->arg[i].reg].extra += (int)n;
	seen->extra += (int)n;
}

static void frags_sub(struct differ *d, int i, struct seen *seen, long n)
{
	d->page[d->arg[i].reg].frags -= n;
	seen->frags -= n;
}

static bool may_drop(struct differ *d, int i, const struct seen *seen, long n)
{
	return d->page[d->arg[i].reg].extra >= n && refs_of(seen) - n >= 1;
}

/* The last reference of @order pages that are no compound page is not for put_page(). */
static bool may_free(struct differ *d, int i, const struct seen *seen)
{
	return refs_of(seen) == 1 && d->page[d->arg[i].reg].extra == 1 &&
	       (!seen->order || PageHead(seen->page));
}

static bool may_take(const struct seen *seen, long n)
{
	return refs_of(seen) + n <= EXTRA_MAX;
}

/* alloc P ORDER KIND: KIND is a word of the letters c (compound) and z (zeroed), or - */
static long op_alloc(struct differ *d)
{
	gfp_t gfp = GFP_KERNEL;
	struct seen *seen;
	struct page *page;

	if (page_held(d, d->arg[0].reg) || d->arg[1].n > ORDER_MAX)
		return SKIP;
	for (const char *c = d->arg[2].word; *c; c++)
		gfp |= *c == 'c' ? __GFP_COMP : *c == 'z' ? __GFP_ZERO : 0;
	page = alloc_pages(gfp, (unsigned int)d->arg[1].n);
	if (!page)
		return -ENOMEM;
	seen = seen_add(d, page);
	if (!seen) {
		__free_pages(page, (unsigned int)d->arg[1].n);
		return -ENOSPC;
	}
	seen->order = (int)d->arg[1].n;
	page_set(d, d->arg[0].reg, seen, 1, 0);
	return 0;
}

static long op_get(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || !may_take(seen, 1))
		return SKIP;
	get_page(page_of(d, 0, seen));
	refs_add(d, 0, seen, 1);
	return 0;
}

static long op_put(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || (!may_drop(d, 0, seen, 1) && !may_free(d, 0, seen)))
		return SKIP;
	put_page(page_of(d, 0, seen));
	refs_add(d, 0, seen, -1);
	if (!refs_of(seen))
		seen_drop(d, seen);
	return 0;
}

static long op_try_get(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);
	bool ret;

	if (!seen || !may_take(seen, 1))
		return SKIP;
	ret = try_get_page(page_of(d, 0, seen));
	refs_add(d, 0, seen, 1);
	return ret;
}

/* The only one that is for frozen pages too: that is what it is there for. */
static long op_get_unless_zero(struct differ *d)
{
	struct seen *seen = seen_in(d, d->arg[0].reg);
	bool ret;

	if (!seen || d->arg[0].n || !may_take(seen, 1))
		return SKIP;
	d->page[d->arg[0].reg].touched = true;
	ret = get_page_unless_zero(seen->page);
	if (!seen->frozen)
		refs_add(d, 0, seen, 1);
	return ret;
}

static long op_ref_add(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_take(seen, d->arg[1].n))
		return SKIP;
	page_ref_add(seen->page, (int)d->arg[1].n);
	refs_add(d, 0, seen, d->arg[1].n);
	return 0;
}

static long op_ref_sub(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_drop(d, 0, seen, d->arg[1].n))
		return SKIP;
	page_ref_sub(seen->page, (int)d->arg[1].n);
	refs_add(d, 0, seen, -d->arg[1].n);
	return 0;
}

static long op_ref_inc(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_take(seen, 1))
		return SKIP;
	page_ref_inc(seen->page);
	refs_add(d, 0, seen, 1);
	return 0;
}

static long op_ref_dec(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_drop(d, 0, seen, 1))
		return SKIP;
	page_ref_dec(seen->page);
	refs_add(d, 0, seen, -1);
	return 0;
}

static long op_ref_inc_return(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_take(seen, 1))
		return SKIP;
	refs_add(d, 0, seen, 1);
	return page_ref_inc_return(seen->page);
}

static long op_ref_dec_return(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_drop(d, 0, seen, 1))
		return SKIP;
	refs_add(d, 0, seen, -1);
	return page_ref_dec_return(seen->page);
}

static long op_ref_sub_return(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_drop(d, 0, seen, d->arg[1].n))
		return SKIP;
	refs_add(d, 0, seen, -d->arg[1].n);
	return page_ref_sub_return(seen->page, (int)d->arg[1].n);
}

static long op_ref_sub_and_test(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_drop(d, 0, seen, d->arg[1].n))
		return SKIP;
	refs_add(d, 0, seen, -d->arg[1].n);
	return page_ref_sub_and_test(seen->page, (int)d->arg[1].n);
}

static long op_ref_dec_and_test(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_drop(d, 0, seen, 1))
		return SKIP;
	refs_add(d, 0, seen, -1);
	return page_ref_dec_and_test(seen->page);
}

/* ref_add_unless P N U: U other than the count adds, an equal one does not. */
static long op_ref_add_unless(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !may_take(seen, d->arg[1].n))
		return SKIP;
	if (refs_of(seen) != d->arg[2].n)
		refs_add(d, 0, seen, d->arg[1].n);
	return page_ref_add_unless(seen->page, (int)d->arg[1].n, (int)d->arg[2].n);
}

/* freeze P N: succeeds if N is the count. */
static long op_freeze(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n || !d->arg[1].n)
		return SKIP;
	if (refs_of(seen) == d->arg[1].n)
		seen->frozen = (int)d->arg[1].n;
	return page_ref_freeze(seen->page, (int)d->arg[1].n);
}

static long op_unfreeze(struct differ *d)
{
	struct seen *seen = seen_in(d, d->arg[0].reg);

	if (!seen || d->arg[0].n || !seen->frozen)
		return SKIP;
	d->page[d->arg[0].reg].touched = true;
	page_ref_unfreeze(seen->page, seen->frozen);
	seen->frozen = 0;
	return 0;
}

/* reuse P N: drop all references at once and begin anew with N, as a fragment cache does. */
static long op_reuse(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);
	bool last;

	if (!seen || d->arg[0].n || seen->pool >= 0 || !d->arg[1].n || d->arg[1].n > EXTRA_MAX ||
	    refs_of(seen) != d->page[d->arg[0].reg].extra)
		return SKIP;
	last = page_ref_sub_and_test(seen->page, seen->extra);
	refs_add(d, 0, seen, d->arg[1].n - seen->extra);
	set_page_count(seen->page, seen->extra);
	return last;
}

static long op_free_pages(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);
	bool tails_go;

	if (!seen || d->arg[0].n || seen->pool >= 0 || !d->page[d->arg[0].reg].extra ||
	    seen->user_charge)
		return SKIP;
	tails_go = !PageHead(seen->page);
	__free_pages(seen->page, (unsigned int)seen->order);
	refs_add(d, 0, seen, -1);
	if (!refs_of(seen))
		seen_drop(d, seen);
	else if (tails_go)
		seen->order = 0;
	return 0;
}

/* release_pages P...: the same page may be there more than once. */
static long op_release_pages(struct differ *d)
{
	struct page *pages[NR_ARGS];
	int n = 0;

	for (int i = 0; i < d->nr_args; i++) {
		struct seen *seen = page_arg(d, i);

		if (!seen || (!may_drop(d, i, seen, 1) && !may_free(d, i, seen)))
			continue;
		pages[n++] = page_of(d, i, seen);
		/* Dropped from our books first, so that the next one counts right. */
		refs_add(d, i, seen, -1);
		if (!refs_of(seen))
			seen_drop(d, seen);
	}
	if (!n)
		return SKIP;
	release_pages(pages, n);
	return n;
}

/* flag P LETTER ON: c checked, u uptodate, d owner_priv... */
static long op_flag(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || d->arg[0].n)
		return SKIP;
	switch (d->arg[1].word[0]) {
	case 'c':
		if (d->arg[2].n)
			SetPageChecked(seen->page);
		else
			ClearPageChecked(seen->page);
		return PageChecked(seen->page);
	case 'u':
		if (d->arg[2].n)
			SetPageUptodate(seen->page);
		else
			ClearPageUptodate(seen->page);
		return PageUptodate(seen->page);
	}
	return SKIP;
}

static long op_count(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	return seen ? page_count(page_of(d, 0, seen)) : SKIP;
}

/* --- page pools --- */

static struct pool *pool_arg(struct differ *d, int i)
{
	struct pool *pool = &d->pool[d->arg[i].reg];

	return pool->pool && !pool->destroyed ? pool : NULL;
}

static void count_init(struct page *page, void *arg)
{
	long *inits = arg;

	*inits += !!page;
}

/* Where there is no DMA, parameters that ask for it are only good to be refused. */
static bool params_fit(struct differ *d, const struct page_pool_params *params)
{
	if (!(params->flags & PP_FLAG_DMA_MAP) || d->host->dev)
		return true;
	return params->dma_dir == DMA_TO_DEVICE ||
	       ((params->flags & PP_FLAG_DMA_SYNC_DEV) && !params->max_len);
}

/*
 * pool_new Q FLAGS ORDER SIZE [DIRECTION MAX_LEN NODE]: FLAGS and DIRECTION are the kernel's
 * numbers, NODE is counted from 1. An error is an answer as well.
 */
static long op_pool_new(struct differ *d)
{
	struct page_pool_params params;
	struct pool *pool = &d->pool[d->arg[0].reg];
	struct page_pool *new;

	if (pool->pool || d->arg[2].n > ORDER_MAX || d->arg[3].n > POOL_SIZE_MAX || !d->arg[3].n)
		return SKIP;
	memset(&params, 0, sizeof(params));
	params.flags = (unsigned int)d->arg[1].n;
	params.order = (unsigned int)d->arg[2].n;
	params.pool_size = (unsigned int)d->arg[3].n;
	params.dma_dir = (enum dma_data_direction)(d->arg[4].given ? d->arg[4].n : DMA_FROM_DEVICE);
	params.max_len = d->arg[5].given ? (unsigned int)d->arg[5].n : 0;
	params.nid = d->arg[6].given ? (int)d->arg[6].n - 1 : -1;
	params.dev = d->host->dev;
	if (!params_fit(d, &params) || params.nid >= (d->host->nodes ? d->host->nodes : 1))
		return SKIP;
	memset(pool, 0, sizeof(*pool));
	/* Not of all pools: one without is worth a look, too. */
	if (d->arg[0].reg < 2) {
		params.init_callback = count_init;
		params.init_arg = &pool->inits;
	}
	new = page_pool_create(&params);
	if (IS_ERR(new))
		return PTR_ERR(new);
	pool->pool = new;
	pool->users = 1;
	pool->touched = true;
	return 0;
}

/* pool_use Q: somebody else, an XDP memory model, uses it as well. */
static long op_pool_use(struct differ *d)
{
	struct xdp_mem_info mem;
	struct pool *pool = pool_arg(d, 0);

	if (!pool)
		return SKIP;
	memset(&mem, 0, sizeof(mem));
	page_pool_use_xdp_mem(pool->pool, NULL, &mem);
	pool->users++;
	pool->touched = true;
	return 0;
}

/* pool_ethtool Q: the same statistics by the other way. Return: a sum of names and numbers. */
static long op_pool_ethtool(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);
	struct page_pool_stats stats;
	u8 names[NR_STATS * 32], *end;
	u64 numbers[NR_STATS], sum = 0;

	if (!pool || page_pool_ethtool_stats_get_count() != NR_STATS)
		return SKIP;
	memset(&stats, 0, sizeof(stats));
	pool->touched = true;
	if (!page_pool_get_stats(pool->pool, &stats) || page_pool_get_stats(pool->pool, NULL))
		return -EINVAL;
	end = page_pool_ethtool_stats_get_strings(names);
	for (u8 *name = names; name < end; name++)
		sum = mix(sum, *name);
	sum = mix(sum, (u64)(page_pool_ethtool_stats_get(numbers, &stats) - numbers));
	for (int i = 0; i < NR_STATS; i++)
		sum = mix(sum, numbers[i]);
	return (long)(sum >> 1);
}

/* held WHAT: what the program, or something on its way, has not given back. */
static long op_held(struct differ *d)
{
	return d->host->held ? d->host->held(d->host, d->arg[0].word[0]) : SKIP;
}

/* fail WHAT N TIMES: the Nth call from now on fails, and TIMES - 1 after it. */
static long op_fail(struct differ *d)
{
	if (!d->host->fail)
		return SKIP;
	d->host->fail(d->host, d->arg[0].word[0], (unsigned long)d->arg[1].n,
		      (unsigned long)d->arg[2].n);
	return 0;
}

/* A page that has just come out of pool @q, to be put @frags times. */
static long pool_gave(struct differ *d, int q, int reg, struct page *page, long frags)
{
	struct seen *seen;

	d->pool[q].touched = true;
	if (!page)
		return -ENOMEM;
	/* In the order of what is in the pool first: that is the order in which they came. */
	pool_look(d, q);
	seen = seen_find(d, page);
	if (!seen)
		seen = seen_add(d, page);
	if (!seen)
		return -ENOSPC;
	seen->pool = q;
	seen->order = (int)d->pool[q].pool->p.order;
	page_set(d, reg, seen, 0, frags);
	return 0;
}

/* pool_alloc Q P: of a pool with fragments the page is one fragment. */
static long op_pool_alloc(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);
	struct page *page;

	if (!pool || page_held(d, d->arg[1].reg))
		return SKIP;
	local_bh_disable();
	page = page_pool_alloc_pages(pool->pool, GFP_ATOMIC | __GFP_NOWARN);
	local_bh_enable();
	if (page && (pool->pool->p.flags & PP_FLAG_PAGE_FRAG))
		page_pool_fragment_page(page, 1);
	return pool_gave(d, d->arg[0].reg, d->arg[1].reg, page, 1);
}

/* pool_split Q P N: a page in N fragments. */
static long op_pool_split(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);
	struct page *page;

	if (!pool || page_held(d, d->arg[1].reg) || !d->arg[2].n || d->arg[2].n > 64 ||
	    !(pool->pool->p.flags & PP_FLAG_PAGE_FRAG))
		return SKIP;
	local_bh_disable();
	page = page_pool_alloc_pages(pool->pool, GFP_ATOMIC | __GFP_NOWARN);
	local_bh_enable();
	if (page)
		page_pool_fragment_page(page, d->arg[2].n);
	return pool_gave(d, d->arg[0].reg, d->arg[1].reg, page, d->arg[2].n);
}

/* pool_frag Q P SIZE: returns the offset. More than a page, or of the wrong pool, is refused. */
static long op_pool_frag(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);
	unsigned int offset = 0;
	struct page *page;
	long err;

	if (!pool || page_held(d, d->arg[1].reg) || d->arg[2].n > INT_MAX)
		return SKIP;
	local_bh_disable();
	page = page_pool_alloc_frag(pool->pool, &offset, (unsigned int)d->arg[2].n,
				    GFP_ATOMIC | __GFP_NOWARN);
	local_bh_enable();
	err = pool_gave(d, d->arg[0].reg, d->arg[1].reg, page, 1);
	return err ? err : (long)offset;
}

/* The page of a register, if it may be put to its pool. */
static struct seen *pool_page_arg(struct differ *d, int i)
{
	struct seen *seen = page_arg(d, i);

	if (!seen || d->arg[i].n || seen->pool < 0 || !d->page[d->arg[i].reg].frags)
		return NULL;
	d->pool[seen->pool].touched = true;
	return seen;
}

/* pool_put P HOW: d direct in a softirq, t direct asked for in a task, s softirq, - task */
static long op_pool_put(struct differ *d)
{
	struct seen *seen = pool_page_arg(d, 0);
	char how = d->arg[1].word[0];
	struct pool *pool;
	bool softirq;

	if (!seen)
		return SKIP;
	pool = &d->pool[seen->pool];
	/* Nobody may use the cache of a pool that is destroyed. */
	softirq = (how == 'd' && !pool->destroyed) || how == 's';
	frags_sub(d, 0, seen, 1);
	if (softirq)
		local_bh_disable();
	page_pool_put_full_page(pool->pool, seen->page, how == 'd' || how == 't');
	if (softirq)
		local_bh_enable();
	return 0;
}

/* pool_put_bulk P...: those that are of the first one's pool. */
static long op_pool_put_bulk(struct differ *d)
{
	void *data[NR_ARGS];
	int n = 0, q = -1;

	for (int i = 0; i < d->nr_args; i++) {
		struct seen *seen = pool_page_arg(d, i);

		if (!seen || (q >= 0 && seen->pool != q))
			continue;
		q = seen->pool;
		frags_sub(d, i, seen, 1);
		data[n++] = page_address(seen->page);
	}
	if (!n)
		return SKIP;
	page_pool_put_page_bulk(d->pool[q].pool, data, n);
	return n;
}

/* pool_defrag P N: drop N fragments, never the last one. */
static long op_pool_defrag(struct differ *d)
{
	struct seen *seen = pool_page_arg(d, 0);

	if (!seen || !d->arg[1].n || d->arg[1].n >= seen->frags ||
	    d->arg[1].n > d->page[d->arg[0].reg].frags ||
	    !(d->pool[seen->pool].pool->p.flags & PP_FLAG_PAGE_FRAG))
		return SKIP;
	frags_sub(d, 0, seen, d->arg[1].n);
	return page_pool_defrag_page(seen->page, d->arg[1].n);
}

/* pool_release P: the pool lets go of it; its reference becomes the program's. */
static long op_pool_release(struct differ *d)
{
	struct seen *seen = pool_page_arg(d, 0);
	struct page_pool *pool;

	if (!seen || seen->frags != 1)
		return SKIP;
	pool = d->pool[seen->pool].pool;
	if (pool->frag_page == seen->page)
		return SKIP;
	page_pool_release_page(pool, seen->page);
	frags_sub(d, 0, seen, 1);
	seen->pool = -1;
	refs_add(d, 0, seen, 1);
	/* A pool that maps takes its address along; what else is in that word is nobody's. */
	return 2 * !!seen->page->pp +
	       ((pool->p.flags & PP_FLAG_DMA_MAP) && page_pool_get_dma_addr(seen->page));
}

/* pool_return_skb P: as kfree_skb() puts it; of other pages it says that they are not its. */
static long op_pool_return_skb(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);

	if (!seen || (seen->pool >= 0 && !d->page[d->arg[0].reg].frags))
		return SKIP;
	if (seen->pool >= 0) {
		frags_sub(d, 0, seen, 1);
		d->pool[seen->pool].touched = true;
	}
	return page_pool_return_skb_page(page_of(d, 0, seen));
}

/* pool_pfmemalloc P: the page came from the emergency reserves. */
static long op_pool_pfmemalloc(struct differ *d)
{
	struct seen *seen = pool_page_arg(d, 0);

	if (!seen)
		return SKIP;
	seen->page->pp_magic |= 2;
	seen->pfmemalloc = true;
	return page_is_pfmemalloc(seen->page);
}

/* pool_nid Q NODE: the consumer moved; the cache is emptied. NODE is counted from 1; 0 is none. */
static long op_pool_nid(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);

	if (!pool || d->arg[1].n > (d->host->nodes ? d->host->nodes : 1))
		return SKIP;
	pool->touched = true;
	local_bh_disable();
	page_pool_update_nid(pool->pool, (int)d->arg[1].n - 1);
	local_bh_enable();
	return 0;
}

/* What is left of a destroyed pool looks once a second; here it does when the program says so. */
static void pool_looked(struct differ *d, int q, bool ended)
{
	struct pool *pool = &d->pool[q];

	pool->touched = true;
	if (ended)
		pool->pool = NULL;
	else
		pool->scheduled = cancel_delayed_work(&pool->pool->release_dw);
}

static long op_pool_destroy(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);
	bool ends;

	if (!pool)
		return SKIP;
	if (--pool->users) {
		page_pool_destroy(pool->pool);
		pool->touched = true;
		return 0;
	}
	ends = !pool_has_pages_out(d, d->arg[0].reg);
	pool->destroyed = true;
	page_pool_destroy(pool->pool);
	pool_looked(d, d->arg[0].reg, ends);
	return ends;
}

/* tick: a second passes. Return: how many pools ended. */
static long op_tick(struct differ *d)
{
	long n = 0;

	for (int q = 0; q < NR_POOLS; q++) {
		struct pool *pool = &d->pool[q];
		bool ends;

		if (!pool->pool || !pool->destroyed)
			continue;
		ends = !pool_has_pages_out(d, q);
		n += ends;
		pool->pool->release_dw.work.func(&pool->pool->release_dw.work);
		pool_looked(d, q, ends);
	}
	return n;
}

/* --- mappings --- */

/* map SLOT P...: single pages, from there on. Return: 0, or the error and how many were left. */
static long op_map(struct differ *d)
{
	unsigned long n = 0, left, addr = d->vma ? d->vma->vm_start : 0;
	struct page *pages[NR_ARGS];
	struct seen *all[NR_ARGS];
	int err;

	for (int i = 1; i < d->nr_args && d->vma; i++) {
		struct seen *seen = seen_in(d, d->arg[i].reg);

		if (!seen || seen->order || d->arg[i].n)
			continue;
		d->page[d->arg[i].reg].touched = true;
		all[n] = seen;
		pages[n++] = seen->page;
	}
	if (!n || d->arg[0].n > NR_SLOTS)
		return SKIP;
	left = n;
	err = world_insert(d->vma, addr + (unsigned long)d->arg[0].n * PAGE_SIZE, pages, &left);
	d->touched_maps = true;
	for (unsigned long i = 0; i < n - left; i++) {
		all[i]->maps++;
		d->mapped[d->arg[0].n + (long)i].slot = (u32)(all[i] - d->seen);
		d->mapped[d->arg[0].n + (long)i].id = all[i]->id;
	}
	return err ? 100L * err - (long)left : 0;
}

static struct seen *mapped_at(struct differ *d, long slot)
{
	struct seen *seen = &d->seen[d->mapped[slot].slot];

	return d->mapped[slot].id && seen->id == d->mapped[slot].id ? seen : NULL;
}

static void unmap(struct differ *d, long slot, long n)
{
	world_zap(d->vma, d->vma->vm_start + (unsigned long)slot * PAGE_SIZE,
		  (unsigned long)n * PAGE_SIZE);
	d->touched_maps = true;
	for (; n > 0; n--, slot++) {
		struct seen *seen = mapped_at(d, slot);

		d->mapped[slot].id = 0;
		if (!seen)
			continue;
		seen->maps--;
		if (!refs_of(seen))
			seen_drop(d, seen);
	}
}

/* unmap SLOT N: none of them may be frozen. Return: how many were mapped. */
static long op_unmap(struct differ *d)
{
	long slot = d->arg[0].n, n = d->arg[1].n, found = 0;

	if (!d->vma || !n || slot >= NR_SLOTS || n > NR_SLOTS - slot)
		return SKIP;
	for (long i = slot; i < slot + n; i++) {
		struct seen *seen = mapped_at(d, i);

		if (seen && seen->frozen)
			return SKIP;
		found += seen != NULL;
		for (int reg = 0; seen && reg < NR_PAGES; reg++)
			d->page[reg].touched |= seen_in(d, reg) == seen;
	}
	unmap(d, slot, n);
	return found;
}

/* --- memory cgroups --- */

/* How a charge may fail: k reclaims and drains before, n does not, a may go over the limit. */
static gfp_t gfp_of(const char *word)
{
	switch (*word) {
	case 'a':
		return GFP_ATOMIC | __GFP_NOWARN;
	case 'n':
		return GFP_NOWAIT | __GFP_NOWARN;
	}
	return GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
}

static void charge_and_uncharge(struct mem_cgroup *memcg)
{
	struct mem_cgroup *before = set_active_memcg(memcg);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 0);

	set_active_memcg(before);
	if (page)
		put_page(page);
}

/*
 * What this CPU has in stock from here on is of g3, and 63 pages; usage is counted from here.
 * A charge that fails comes before: it drains all stocks of g0 and below, that of parts of pages
 * included, which has what is left of the memory of the groups themselves.
 */
static void memcg_settle(struct differ *d)
{
	charge_and_uncharge(d->memcg[0]);
	if (!page_counter_set_max(&d->memcg[0]->memory, 1000) &&
	    mem_cgroup_charge_skmem(d->memcg[0], 2000, gfp_of("k")))
		mem_cgroup_uncharge_skmem(d->memcg[0], 2000);
	page_counter_set_max(&d->memcg[0]->memory, PAGE_COUNTER_MAX);
	charge_and_uncharge(d->memcg[3]);
	for (int i = 0; i < NR_GROUPS; i++) {
		d->usage_before[i] = (long)page_counter_read(&d->memcg[i]->memory);
		d->memcg[i]->memory.failcnt = 0;
	}
}

/*
 * Four groups are there from the start: g1 and g2 below g0, g3 beside it. They are made before
 * the program and outlive it: making and removing a group charges its parent for the memory of
 * the group itself, at times of the kernel's own choice.
 */
static void memcg_begin(struct differ *d)
{
	static const char *const names[] = { "differ_0", "differ_1", "differ_2", "differ_3" };

	for (int i = 0; i < NR_GROUPS; i++) {
		d->memcg[i] = world_memcg_create(names[i], i == 1 || i == 2 ? d->memcg[0] : NULL);
		if (!d->memcg[i])
			return;
	}
	memcg_settle(d);
}

static void memcg_end(struct differ *d)
{
	static const int order[] = { 1, 2, 0, 3 };

	for (int i = 0; i < NR_GROUPS; i++)
		if (d->memcg[order[i]])
			world_memcg_destroy(d->memcg[order[i]]);
}

static bool touch_group(struct differ *d, int i)
{
	if (!d->memcg[i])
		return false;
	d->group[i].touched = true;
	d->group[0].touched |= i == 1 || i == 2;
	return true;
}

/* alloc_for P ORDER G HOW: a compound page that group G pays for. */
static long op_alloc_for(struct differ *d)
{
	int i = d->arg[2].reg, order = (int)d->arg[1].n;
	gfp_t gfp = gfp_of(d->arg[3].word) | __GFP_ACCOUNT | __GFP_COMP;
	struct mem_cgroup *before;
	struct seen *seen;
	struct page *page;

	if (page_held(d, d->arg[0].reg) || order > ORDER_MAX || !touch_group(d, i))
		return SKIP;
	before = set_active_memcg(d->memcg[i]);
	page = alloc_pages(gfp, (unsigned int)order);
	set_active_memcg(before);
	if (!page)
		return -ENOMEM;
	seen = seen_add(d, page);
	if (!seen) {
		__free_pages(page, (unsigned int)order);
		return -ENOSPC;
	}
	seen->order = order;
	page_set(d, d->arg[0].reg, seen, 1, 0);
	return 0;
}

/* pool_alloc_for Q P G: a page of a pool that group G pays for, if it is a new one. */
static long op_pool_alloc_for(struct differ *d)
{
	struct pool *pool = pool_arg(d, 0);
	struct mem_cgroup *before;
	struct page *page;

	if (!pool || page_held(d, d->arg[1].reg) || !touch_group(d, d->arg[2].reg))
		return SKIP;
	before = set_active_memcg(d->memcg[d->arg[2].reg]);
	page = page_pool_alloc_pages(pool->pool, GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN |
							 __GFP_ACCOUNT);
	set_active_memcg(before);
	if (page && (pool->pool->p.flags & PP_FLAG_PAGE_FRAG))
		page_pool_fragment_page(page, 1);
	return pool_gave(d, d->arg[0].reg, d->arg[1].reg, page, 1);
}

/* memcg_charge P G HOW: as page cache and anonymous memory is charged. */
static long op_memcg_charge(struct differ *d)
{
	struct seen *seen = page_arg(d, 0);
	struct mem_cgroup *before;
	int err;

	if (!seen || seen->order || seen->pool >= 0 || READ_ONCE(seen->page->memcg_data) ||
	    seen->user_charge || !touch_group(d, d->arg[1].reg))
		return SKIP;
	before = set_active_memcg(d->memcg[d->arg[1].reg]);
	err = mem_cgroup_charge(page_folio(seen->page), NULL, gfp_of(d->arg[2].word));
	set_active_memcg(before);
	seen->user_charge = !err;
	return err;
}

static long op_memcg_max(struct differ *d)
{
	if (!touch_group(d, d->arg[0].reg))
		return SKIP;
	return page_counter_set_max(&d->memcg[d->arg[0].reg]->memory,
				    (unsigned long)(d->arg[1].n + d->usage_before[d->arg[0].reg]));
}

static long op_skmem_charge(struct differ *d)
{
	int i = d->arg[0].reg;
	bool ret;

	if (!d->arg[1].n || d->arg[1].n > 10000 || !touch_group(d, i))
		return SKIP;
	ret = mem_cgroup_charge_skmem(d->memcg[i], (unsigned int)d->arg[1].n,
				      gfp_of(d->arg[2].word));
	if (ret)
		d->group[i].sockmem += d->arg[1].n;
	return ret;
}

static long op_skmem_uncharge(struct differ *d)
{
	int i = d->arg[0].reg;

	if (!d->arg[1].n || d->arg[1].n > d->group[i].sockmem || !touch_group(d, i))
		return SKIP;
	mem_cgroup_uncharge_skmem(d->memcg[i], (unsigned int)d->arg[1].n);
	d->group[i].sockmem -= d->arg[1].n;
	return 0;
}

static void memcg_reset(struct differ *d)
{
	for (int i = 0; i < NR_GROUPS; i++) {
		if (!d->memcg[i])
			continue;
		page_counter_set_max(&d->memcg[i]->memory, PAGE_COUNTER_MAX);
		if (d->group[i].sockmem)
			mem_cgroup_uncharge_skmem(d->memcg[i], (unsigned int)d->group[i].sockmem);
	}
	if (d->memcg[NR_GROUPS - 1])
		memcg_settle(d);
}

/* --- pointer rings --- */

static long op_ring_new(struct differ *d)
{
	struct ring *ring = &d->ring[d->arg[0].reg];
	int err;

	if (ring->used || !d->arg[1].n || d->arg[1].n > POOL_SIZE_MAX)
		return SKIP;
	err = ptr_ring_init(&ring->ring, (int)d->arg[1].n, GFP_KERNEL);
	ring->used = !err;
	ring->touched = true;
	return err;
}

static struct ring *ring_arg(struct differ *d)
{
	struct ring *ring = &d->ring[d->arg[0].reg];

	ring->touched = ring->used;
	return ring->used ? ring : NULL;
}

static long op_ring_produce(struct differ *d)
{
	struct ring *ring = ring_arg(d);

	if (!ring || !d->arg[1].n)
		return SKIP;
	return ptr_ring_produce(&ring->ring, (void *)(unsigned long)d->arg[1].n);
}

static long op_ring_consume(struct differ *d)
{
	struct ring *ring = ring_arg(d);

	return ring ? (long)ptr_ring_consume(&ring->ring) : SKIP;
}

static long op_ring_empty(struct differ *d)
{
	struct ring *ring = ring_arg(d);

	return ring ? ptr_ring_empty(&ring->ring) : SKIP;
}

static long op_ring_cleanup(struct differ *d)
{
	struct ring *ring = ring_arg(d);

	if (!ring)
		return SKIP;
	ptr_ring_cleanup(&ring->ring, NULL);
	ring->used = false;
	return 0;
}

/* --- programs --- */

static void let_go(struct differ *d, struct seen *seen)
{
	if (seen->pool < 0) {
		page_ref_sub(seen->page, seen->extra - 1);
		if (seen->user_charge)
			put_page(seen->page);
		else
			__free_pages(seen->page, (unsigned int)seen->order);
		return;
	}
	if (seen->extra)
		page_ref_sub(seen->page, seen->extra);
	for (; seen->frags; seen->frags--)
		page_pool_put_full_page(d->pool[seen->pool].pool, seen->page, false);
}

/* reset: as if the program began here. */
static long op_reset(struct differ *d)
{
	if (d->host->fail) {
		d->host->fail(d->host, 'a', 0, 0);
		d->host->fail(d->host, 'd', 0, 0);
	}
	for (u32 i = 0; i < d->nr_seen; i++) {
		if (d->seen[i].page && d->seen[i].frozen)
			page_ref_unfreeze(d->seen[i].page, d->seen[i].frozen);
		d->seen[i].frozen = 0;
	}
	if (d->vma)
		unmap(d, 0, NR_SLOTS);
	for (u32 i = 0; i < d->nr_seen; i++)
		if (d->seen[i].page)
			let_go(d, &d->seen[i]);
	for (int q = 0; q < NR_POOLS; q++) {
		struct page_pool *pool = d->pool[q].pool;

		for (; pool && d->pool[q].users; d->pool[q].users--)
			page_pool_destroy(pool);
		if (pool && d->pool[q].destroyed)
			pool->release_dw.work.func(&pool->release_dw.work);
	}
	for (int i = 0; i < NR_RINGS; i++)
		if (d->ring[i].used)
			ptr_ring_cleanup(&d->ring[i].ring, NULL);
	memcg_reset(d);
	memset(d, 0, offsetof(struct differ, vma));
	return 0;
}

/* full N: from now on lists are printed as well as summed up. */
static long op_full(struct differ *d)
{
	d->full = d->arg[0].n;
	return 0;
}

/*
 * Arguments, one letter each: p page, q pool, c counter, g memcg, r ring, n number, w word; a
 * capital letter may be left out; * repeats the last one.
 */
static const struct operation {
	const char *name, *args;
	long (*play)(struct differ *d);
} operations[] = {
	{ "alloc", "pnw", op_alloc },
	{ "get", "p", op_get },
	{ "put", "p", op_put },
	{ "try_get", "p", op_try_get },
	{ "get_unless_zero", "p", op_get_unless_zero },
	{ "ref_add", "pn", op_ref_add },
	{ "ref_sub", "pn", op_ref_sub },
	{ "ref_inc", "p", op_ref_inc },
	{ "ref_dec", "p", op_ref_dec },
	{ "ref_inc_return", "p", op_ref_inc_return },
	{ "ref_dec_return", "p", op_ref_dec_return },
	{ "ref_sub_return", "pn", op_ref_sub_return },
	{ "ref_sub_and_test", "pn", op_ref_sub_and_test },
	{ "ref_dec_and_test", "p", op_ref_dec_and_test },
	{ "ref_add_unless", "pnn", op_ref_add_unless },
	{ "freeze", "pn", op_freeze },
	{ "unfreeze", "p", op_unfreeze },
	{ "reuse", "pn", op_reuse },
	{ "free_pages", "p", op_free_pages },
	{ "release_pages", "p*", op_release_pages },
	{ "flag", "pwn", op_flag },
	{ "count", "p", op_count },
	{ "counter_new", "cC", op_counter_new },
	{ "counter_charge", "cn", op_counter_charge },
	{ "counter_try_charge", "cn", op_counter_try_charge },
	{ "counter_uncharge", "cn", op_counter_uncharge },
	{ "counter_cancel", "cn", op_counter_cancel },
	{ "counter_max", "cn", op_counter_max },
	{ "counter_min", "cn", op_counter_min },
	{ "counter_low", "cn", op_counter_low },
	{ "counter_high", "cn", op_counter_high },
	{ "counter_parse", "w", op_counter_parse },
	{ "pool_new", "qnnnNNN", op_pool_new },
	{ "pool_alloc", "qp", op_pool_alloc },
	{ "pool_split", "qpn", op_pool_split },
	{ "pool_frag", "qpn", op_pool_frag },
	{ "pool_put", "pw", op_pool_put },
	{ "pool_put_bulk", "p*", op_pool_put_bulk },
	{ "pool_defrag", "pn", op_pool_defrag },
	{ "pool_release", "p", op_pool_release },
	{ "pool_return_skb", "p", op_pool_return_skb },
	{ "pool_pfmemalloc", "p", op_pool_pfmemalloc },
	{ "pool_nid", "qn", op_pool_nid },
	{ "pool_destroy", "q", op_pool_destroy },
	{ "pool_use", "q", op_pool_use },
	{ "pool_ethtool", "q", op_pool_ethtool },
	{ "fail", "wnn", op_fail },
	{ "held", "w", op_held },
	{ "tick", "", op_tick },
	{ "map", "np*", op_map },
	{ "unmap", "nn", op_unmap },
	{ "alloc_for", "pngw", op_alloc_for },
	{ "pool_alloc_for", "qpg", op_pool_alloc_for },
	{ "memcg_charge", "pgw", op_memcg_charge },
	{ "memcg_max", "gn", op_memcg_max },
	{ "skmem_charge", "gnw", op_skmem_charge },
	{ "skmem_uncharge", "gn", op_skmem_uncharge },
	{ "ring_new", "rn", op_ring_new },
	{ "ring_produce", "rn", op_ring_produce },
	{ "ring_consume", "r", op_ring_consume },
	{ "ring_empty", "r", op_ring_empty },
	{ "ring_cleanup", "r", op_ring_cleanup },
	{ "full", "n", op_full },
	{ "reset", "", op_reset },
};

struct text {
	const char *at, *end;
};

static bool word_next(struct text *text, struct text *word)
{
	while (text->at < text->end && *text->at == ' ')
		text->at++;
	word->at = text->at;
	while (text->at < text->end && *text->at != ' ')
		text->at++;
	word->end = text->at;
	return word->at < word->end;
}

/* Return: whether it is a number; @at goes behind it. At most 15 digits. */
static bool parse_number(struct text *word, long *n)
{
	const char *begin = word->at;

	for (*n = 0; word->at < word->end && *word->at >= '0' && *word->at <= '9'; word->at++) {
		if (word->at - begin == 15)
			return false;
		*n = *n * 10 + (*word->at - '0');
	}
	return word->at > begin;
}

/* p3, or p3+1 for the second page of what p3 is. */
static bool parse_register(struct text *word, char letter, int count, struct arg *arg)
{
	long n;

	if (*word->at++ != letter || !parse_number(word, &n) || n >= count)
		return false;
	arg->reg = (int)n;
	arg->n = 0;
	if (letter == 'p' && word->at < word->end && *word->at == '+') {
		word->at++;
		return parse_number(word, &arg->n);
	}
	return true;
}

static bool parse_arg(struct text word, char kind, struct arg *arg)
{
	size_t len = (size_t)(word.end - word.at);
	bool ok;

	switch (kind) {
	case 'p':
		ok = parse_register(&word, kind, NR_PAGES, arg);
		break;
	case 'q':
		ok = parse_register(&word, kind, NR_POOLS, arg);
		break;
	case 'c':
	case 'C':
		ok = parse_register(&word, 'c', NR_COUNTERS, arg);
		break;
	case 'g':
		ok = parse_register(&word, kind, NR_GROUPS, arg);
		break;
	case 'r':
		ok = parse_register(&word, kind, NR_RINGS, arg);
		break;
	case 'n':
	case 'N':
		ok = parse_number(&word, &arg->n);
		break;
	default:
		if (len >= sizeof(arg->word))
			return false;
		memcpy(arg->word, word.at, len);
		arg->word[len] = '\0';
		return true;
	}
	return ok && word.at == word.end;
}

static bool parse_line(struct differ *d, const char *kinds, struct text *text)
{
	struct text word;
	char kind = '\0';

	d->nr_args = 0;
	while (word_next(text, &word)) {
		if (*kinds && *kinds != '*')
			kind = *kinds++;
		else if (!*kinds)
			return false;
		if (d->nr_args == NR_ARGS || !parse_arg(word, kind, &d->arg[d->nr_args]))
			return false;
		d->arg[d->nr_args++].given = true;
	}
	for (int i = d->nr_args; i < NR_ARGS; i++)
		d->arg[i].given = false;
	return !*kinds || *kinds == '*' || (*kinds >= 'A' && *kinds <= 'Z');
}

static const struct operation *operation_of(struct text word)
{
	size_t len = (size_t)(word.end - word.at);

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (!strncmp(operations[i].name, word.at, len) && !operations[i].name[len])
			return &operations[i];
	return NULL;
}

static void play_line(struct differ *d, struct text line)
{
	const struct operation *operation;
	struct text text = line, word;
	long ret = SKIP;

	out_u64(d, ++d->step);
	out_char(d, ' ');
	while (line.at < line.end)
		out_char(d, *line.at++);
	out(d, " -> ");
	untouch(d);
	if (!word_next(&text, &word))
		return;
	operation = operation_of(word);
	if (!operation || !parse_line(d, operation->args, &text)) {
		out(d, "not understood");
	} else {
		ret = operation->play(d);
		if (ret == SKIP)
			out(d, "skip");
		else
			out_long(d, ret);
	}
	if (ret != SKIP)
		out_state(d);
	out_line(d);
}

unsigned long differ_run(struct differ_host *host, void *memory, const char *program, size_t len)
{
	struct text text = { program, program + len }, line;
	struct differ *d = memory;

	memset(d, 0, sizeof(*d));
	d->host = host;
	memcg_begin(d);
	d->vma = world_vma_create(NR_SLOTS);
	while (text.at < text.end) {
		line.at = text.at;
		while (text.at < text.end && *text.at != '\n')
			text.at++;
		line.end = text.at++;
		if (line.at < line.end && *line.at != '#')
			play_line(d, line);
	}
	op_reset(d);
	if (d->vma)
		world_vma_destroy(d->vma);
	memcg_end(d);
	return d->step;
}
