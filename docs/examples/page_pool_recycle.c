/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * page_pool: a page that its own softirq gives back goes into the cache, one that another CPU gives
 * back into the ring, and one that somebody else still holds leaves the pool.
 */
#include <stdio.h>

#include <netpage/netpage.h>

static void put_on_another_cpu(struct np_machine *machine, struct page_pool *pool,
			       struct page *page)
{
	struct np_context other;

	if (np_enter(&other, machine, 1, NP_KTHREAD, NULL))
		return;
	page_pool_put_full_page(pool, page, false);
	np_leave(&other);
}

/* Context: the pool's softirq. */
static bool play(struct np_machine *machine, struct page_pool *pool)
{
	struct page *direct = page_pool_dev_alloc_pages(pool);
	struct page *remote = page_pool_dev_alloc_pages(pool);
	struct page *shared = page_pool_dev_alloc_pages(pool);
	struct page_pool_stats stats = { 0 };
	const struct page_pool_recycle_stats *recycle = &stats.recycle_stats;

	if (!direct || !remote || !shared)
		return false;
	page_pool_recycle_direct(pool, direct);
	put_on_another_cpu(machine, pool, remote);
	get_page(shared); /* somebody looks at it */
	page_pool_recycle_direct(pool, shared);
	printf("64 pages came at once, inflight %d: the shared one has left the pool, page_count %d\n",
	       page_pool_inflight(pool), page_count(shared));
	put_page(shared);

	page_pool_get_stats(pool, &stats);
	printf("cached %d, ring %d, released_refcnt %d\n", (int)recycle->cached, (int)recycle->ring,
	       (int)recycle->released_refcnt);
	return page_pool_inflight(pool) == 63 && recycle->cached == 1 && recycle->ring == 1 &&
	       recycle->released_refcnt == 1;
}

int main(void)
{
	struct page_pool_params params = { .pool_size = 16, .nid = NUMA_NO_NODE };
	struct np_context task, softirq;
	struct np_machine *machine;
	struct page_pool *pool;
	bool good, gone;

	if (np_machine_create(&machine, NULL) || np_enter(&task, machine, 0, NP_KTHREAD, NULL) ||
	    page_pool_create(machine, "rxq0", &params, &pool) ||
	    np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL))
		return 1;
	good = play(machine, pool) && !np_check(machine, NP_CHECK_STEP);
	np_leave(&softirq);
	page_pool_destroy(pool);
	gone = !np_page_pool_find(machine, "rxq0");
	printf("page_pool_destroy(): %s\n", gone ? "all pages were home" : "it waits for pages");
	np_leave(&task);
	return np_machine_destroy(machine) || !good || !gone;
}
