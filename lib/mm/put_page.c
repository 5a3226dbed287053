/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the last reference sets off.
 *
 * A page whose count has become 0 belongs to this code alone: every speculative
 * getter fails on 0.  There are two ways here, and only two: __put_page() for one
 * page, release_pages() for the many of an unmap.  The second does not call the
 * first, which is why a design that looks at the page's mark needs a branch in
 * both.
 */
#include <machine.h>

/* Models: mm/swap.c, __page_cache_release(), 6.1. There is one LRU, and it has no order. */
static void __page_cache_release(struct page *page)
{
	if (PageLRU(page))
		ClearPageLRU(page);
	ClearPageWaiters(page);
}

static void __put_single_page(struct page *page)
{
	__page_cache_release(page);
	mem_cgroup_uncharge(page);
	free_unref_page(page, 0);
}

/* Models: mm/page_alloc.c, free_compound_page(): the destructor of ordinary compound pages. */
static void __put_compound_page(struct page *page)
{
	unsigned int order = compound_order(page);

	__page_cache_release(page);
	mem_cgroup_uncharge(page);
	free_unref_page(page, order);
}

/* Whether the network took @page, whose count is 0. */
static bool network_takes(struct np_machine *machine, struct page *page, unsigned int hook)
{
	return unlikely(page_is_network(machine, page)) && (machine->network->hooks & hook) &&
	       put_page_network(page);
}

void __put_page(struct page *page)
{
	struct np_machine *machine = this_machine();

	if (is_zone_device_page(page)) {
		free_zone_device_page(page);
		return;
	}
	if (network_takes(machine, page, NP_HOOK___PUT_PAGE))
		return;
	if (unlikely(PageCompound(page)))
		__put_compound_page(page);
	else
		__put_single_page(page);
}

/* A reference of a page marked PG_network_callback is gone: is the driver alone now? */
static void put_callback_page(struct np_machine *machine, struct page *page)
{
	const struct network_page_ops *network = machine->network;

	if (put_page_testzero(page))
		__put_page(page);
	else if (page_ref_count(page) > 0 && network->put_page_callback)
		network->put_page_callback(page);
}

bool put_managed_page(struct page *page)
{
	struct np_machine *machine = this_machine();

	if (is_zone_device_page(page)) {
		if (!page->pgmap->fs_dax)
			return false;
		/* Idle at 1; whoever waits for that would be woken here. */
		if (unlikely(page_ref_count(page) == 0))
			np_put_page_below_zero(page);
		else if (page_ref_sub_return(page, 1) == 0)
			__put_page(page);
		return true;
	}
	if (!(machine->network->hooks & NP_HOOK_PUT_PAGE))
		return false;
	put_callback_page(machine, page);
	return true;
}

/* Drops one reference on the unmap path. Whether @page must be freed with the rest. */
static bool release_one(struct np_machine *machine, struct page *page)
{
	if (unlikely(READ_ONCE(page->flags) & PAGE_FLAGS_MANAGED_PUT) && put_managed_page(page))
		return false;
	if (!put_page_testzero(page))
		return false;
	if (is_zone_device_page(page)) {
		free_zone_device_page(page);
		return false;
	}
	if (network_takes(machine, page, NP_HOOK_RELEASE_PAGES))
		return false;
	if (PageCompound(page)) {
		__put_compound_page(page);
		return false;
	}
	__page_cache_release(page);
	return true;
}

void release_pages(struct page **pages, int nr)
{
	struct np_machine *machine = this_machine();
	struct list_head pages_to_free;

	INIT_LIST_HEAD(&pages_to_free);
	for (int i = 0; i < nr; i++) {
		struct page *page = compound_head(pages[i]);

		/* Last in, first freed: the order the allocator sees in 6.1. */
		if (release_one(machine, page))
			list_add(&page->lru, &pages_to_free);
	}
	mem_cgroup_uncharge_list(&pages_to_free);
	free_unref_page_list(&pages_to_free);
}

bool try_get_page(struct page *page)
{
	page = compound_head(page);
	/* Another put may come between: the kernel has this window too. */
	if (page_ref_count(page) <= 0)
		return false;
	page_ref_inc(page);
	return true;
}

static void report_bad_count(struct page *page, const char *what)
{
	struct np_machine *machine = np_this_machine();
	const struct np_page_note *note;
	char name[32];

	if (!machine || !np_page_valid(machine, page))
		return;
	note = np_note(machine, page);
	np_violate(machine, NP_USE_AFTER_PUT, np_page_name(machine, page, name, sizeof(name)),
		   "%s with a count of %d\n  allocated in: %s\n  freed in: %s", what,
		   page_ref_count(page), note && note->allocated ? note->allocated : "(unknown)",
		   note && note->freed ? note->freed : "(not freed)");
}

void np_get_page_from_zero(struct page *page)
{
	report_bad_count(page, "get_page()");
}

void np_put_page_below_zero(struct page *page)
{
	report_bad_count(page, "put_page()");
}
