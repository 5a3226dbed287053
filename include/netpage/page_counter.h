/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: page_counter - hierarchical, lockless page accounting
 *
 * A counter is charged together with all its ancestors or not at all.  Charges
 * are speculative: usage is raised first and taken back when a level turns out
 * to be full, so that
 *
 *  - usage may be above max for a moment, by at most the charges in flight;
 *  - a small charge may fail because a big one is just being rolled back;
 *  - watermark may miss a maximum and failcnt may miss a count: both are
 *    statistics and are written without synchronization.
 *
 * Unit: pages everywhere.
 * Context: any, without locks, unless a function says otherwise.
 * Lifetime: a counter must outlive its children; init needs no undo.
 * Models: include/linux/page_counter.h and mm/page_counter.c, 6.1.
 */
#ifndef NETPAGE_PAGE_COUNTER_H
#define NETPAGE_PAGE_COUNTER_H

#include <netpage/atomic.h>

NP_BEGIN_DECLS

#if ULONG_MAX > 0xffffffffUL
#define PAGE_COUNTER_MAX ((unsigned long)LONG_MAX / PAGE_SIZE)
#else
#define PAGE_COUNTER_MAX ((unsigned long)LONG_MAX)
#endif

struct page_counter {
	/* Written by every charge: a line of its own. */
	atomic_long_t usage;
	/* Written by some: effective protection and statistics. */
	unsigned long emin ____cacheline_aligned;
	atomic_long_t min_usage;
	atomic_long_t children_min_usage;
	unsigned long elow;
	atomic_long_t low_usage;
	atomic_long_t children_low_usage;
	unsigned long watermark;
	unsigned long failcnt;
	/* Read by every charge, written by hand. */
	unsigned long min ____cacheline_aligned;
	unsigned long low;
	unsigned long high;
	unsigned long max;
	struct page_counter *parent;
} ____cacheline_aligned;

/**
 * page_counter_init - prepare @counter below @parent (NULL for a root)
 *
 * Resets usage, max and parent only: watermark and failcnt of a counter that is
 * initialized again survive, as in 6.1.
 */
static inline void page_counter_init(struct page_counter *counter, struct page_counter *parent)
{
	atomic_long_set(&counter->usage, 0);
	counter->max = PAGE_COUNTER_MAX;
	counter->parent = parent;
}

/** page_counter_read - pages charged at this moment; relaxed, may be stale at once. */
static inline unsigned long page_counter_read(struct page_counter *counter)
{
	return (unsigned long)atomic_long_read(&counter->usage);
}

/**
 * page_counter_try_charge - charge @nr_pages to @counter and every ancestor
 * @fail: set to the level that was full when the charge fails; else untouched
 *
 * Order: full barrier at each level; pairs with page_counter_set_max().
 * Return: whether all levels were charged. On false no level is.
 */
NP_API bool page_counter_try_charge(struct page_counter *counter, unsigned long nr_pages,
				    struct page_counter **fail);
/** page_counter_charge - charge @nr_pages at all levels, whatever the limits. */
NP_API void page_counter_charge(struct page_counter *counter, unsigned long nr_pages);
/**
 * page_counter_cancel - take @nr_pages from this one level
 *
 * A counter that would go negative is reported as `counter_not_negative` and
 * set to 0, as 6.1 does (9317d0fffeb4): a charge that arrives later then stays
 * for ever.
 */
NP_API void page_counter_cancel(struct page_counter *counter, unsigned long nr_pages);
/** page_counter_uncharge - take @nr_pages from @counter and every ancestor. */
NP_API void page_counter_uncharge(struct page_counter *counter, unsigned long nr_pages);
/**
 * page_counter_set_max - limit usage to @nr_pages
 *
 * Context: the caller serializes calls for one counter.
 * Order: the new limit is visible to every charge that starts after the return.
 * Return: 0, or -EBUSY when usage is above @nr_pages; the old limit then stays.
 */
NP_API int page_counter_set_max(struct page_counter *counter, unsigned long nr_pages);
/** page_counter_set_min - hard protection of @nr_pages. Context: serialized by the caller. */
NP_API void page_counter_set_min(struct page_counter *counter, unsigned long nr_pages);
/** page_counter_set_low - best-effort protection of @nr_pages. Context: as set_min. */
NP_API void page_counter_set_low(struct page_counter *counter, unsigned long nr_pages);
/** page_counter_set_high - throttling limit; checked by try_charge(), never enforced here. */
static inline void page_counter_set_high(struct page_counter *counter, unsigned long nr_pages)
{
	WRITE_ONCE(counter->high, nr_pages);
}

NP_END_DECLS

#endif /* NETPAGE_PAGE_COUNTER_H */
