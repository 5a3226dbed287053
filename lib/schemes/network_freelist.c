/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The seed mail's "put it on a private network freelist": pages of all drivers
 * meet on one list, from which drivers are served before the page allocator is
 * asked, and the list knows how many there are.
 */
#include <schemes/network.h>
#include <schemes/schemes.h>

#define FREELIST_MAX 4096

struct freelist {
	spinlock_t lock;
	struct list_head pages; /* threaded on page->lru, each with a count of 1: ours */
	unsigned long nr, freed, reused, overflowed;
};

static int freelist_init(struct np_machine *machine, void **priv)
{
	struct freelist *list = np_alloc(machine, sizeof(*list));

	if (!list)
		return -ENOMEM;
	INIT_LIST_HEAD(&list->pages);
	*priv = list;
	return 0;
}

static struct page *pop(struct freelist *list)
{
	struct page *page = NULL;

	spin_lock_irqsave(&list->lock);
	if (list->nr) {
		page = list_first_entry(&list->pages, struct page, lru);
		list_del(&page->lru);
		list->nr--;
	}
	spin_unlock_irqrestore(&list->lock);
	if (page) {
		/* The list's words are a driver's now, and must not look like a tail's. */
		WRITE_ONCE(page->lru.next, NULL);
		page->lru.prev = NULL;
		page->index = 0;
		page->private = 0;
	}
	return page;
}

static bool push(struct freelist *list, struct page *page)
{
	bool room;

	spin_lock_irqsave(&list->lock);
	room = list->nr < FREELIST_MAX;
	if (room) {
		/* The count is ours alone before the page can be found on the list. */
		set_page_count(page, 1);
		list_add(&page->lru, &list->pages);
		list->nr++;
		list->freed++;
	} else {
		list->overflowed++;
	}
	spin_unlock_irqrestore(&list->lock);
	return room;
}

static void freelist_exit(struct np_machine *machine, void *priv)
{
	struct freelist *list = priv;
	struct page *page;

	while ((page = pop(list)))
		put_page(page);
	np_free(machine, list, sizeof(*list));
}

static bool put_page_network_freelist(struct page *page)
{
	struct freelist *list = np_scheme_private(np_this_machine());
	bool emergency = page_is_pfmemalloc(page);

	if (!np_network_owns(page))
		return false;
	/* Uncharged, unmarked, out of its pool: as if on its way to the allocator. */
	np_network_put_to_allocator(page);
	/* Reserves must go back to where emergencies find them. */
	return list && !emergency && push(list, page);
}

static struct page *freelist_alloc_page(struct np_machine *machine, int nid)
{
	struct freelist *list = np_scheme_private(machine);
	struct page *page = list ? pop(list) : NULL;

	if (!page)
		return NULL;
	if (nid != NUMA_NO_NODE && page_to_nid(page) != nid) {
		put_page(page);
		return NULL;
	}
	__atomic_fetch_add(&list->reused, 1, __ATOMIC_RELAXED);
	return page;
}

static void freelist_for_each_holder(struct np_machine *machine, void *priv, np_holder_fn *fn,
				     void *arg)
{
	const struct freelist *list = priv;
	const struct list_head *next = list->pages.next;

	for (unsigned long left = list->nr; left; left--, next = next->next) {
		struct page *page = list_entry(next, struct page, lru);

		/* Whoever frees a page under us takes its links along. */
		if (!np_page_valid(machine, page))
			return;
		fn(arg, &(struct np_holder){ .kind = NP_HOLDER_SCHEME,
					     .name = "network freelist",
					     .page = page,
					     .refs = 1 });
	}
}

static bool freelist_statistic(struct np_machine *machine, void *priv, unsigned int index,
			       const char **name, unsigned long *value)
{
	const struct freelist *list = priv;
	const char *const names[] = { "nr_network_free", "network_freed", "network_reused",
				      "network_overflowed" };
	const unsigned long values[] = { list->nr, list->freed, list->reused, list->overflowed };

	(void)machine;
	if (index >= ARRAY_SIZE(names))
		return false;
	*name = names[index];
	*value = values[index];
	return true;
}

const struct np_scheme np_scheme_network_freelist = {
	.abi = NP_SCHEME_ABI,
	.name = "network_freelist",
	.summary = "PageNetwork: uncharged, then on a private list that all drivers allocate from",
	.origin = "the seed mail, 23 March 2021",
	.features = NP_FEATURE_NETWORK_MARK | NP_FEATURE_CHARGING | NP_FEATURE_AT_ZERO,
	.recycle = NP_RECYCLE_AT_ZERO,
	.cost = { .page_words = "one flag, memcg_data, lru while on the list",
		  .driver_changes = "give up the base reference, allocate from the list" },
	.put = { .flags_mask = BIT(PG_network),
		 .hooks = NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES,
		 .put_page_network = put_page_network_freelist },
	.init = freelist_init,
	.exit = freelist_exit,
	.charge_pages = np_network_charge_pages,
	.pages_not_mapped = np_network_pages_not_mapped,
	.alloc_page = freelist_alloc_page,
	.for_each_holder = freelist_for_each_holder,
	.statistic = freelist_statistic,
};
