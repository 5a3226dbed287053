/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The words of struct page that mean different things to different owners agree
 * with who owns the page now.
 */
#include <check/check.h>

static void check_compound(struct np_census *census, struct np_page_fact *fact)
{
	struct page *page = fact->page;
	unsigned int order;

	if (!np_compound_head_valid(census->machine, page)) {
		np_report_page(census, NP_UNION_ARM, fact,
			       "looks like a tail page (bit 0 of its first union word is set), but "
			       "has no head");
		return;
	}
	if (!PageHead(page))
		return;
	order = compound_order_of(page);
	if (!order || order >= MAX_ORDER || !np_census_page(census, page + (1UL << order) - 1)) {
		np_report_page(census, NP_UNION_ARM, fact, "is a head page of order %u", order);
		return;
	}
	for (unsigned long i = 1; i < 1UL << order; i++)
		if (compound_head(page + i) != page) {
			np_report_page(census, NP_UNION_ARM, fact,
				       "is a head page, but its tail %lu is not", i);
			return;
		}
}

static void check_type(struct np_census *census, struct np_page_fact *fact)
{
	if (fact->nr_mappings && page_has_type(fact->page))
		np_report_page(census, NP_UNION_ARM, fact,
			       "is mapped, but its mapcount is a page type (0x%08x)",
			       fact->page->page_type);
}

static void check_network(struct np_census *census, struct np_page_fact *fact)
{
	struct page *page = fact->page;

	if (!page_is_network(census->machine, page))
		return;
	if (page->mapping)
		np_report_page(census, NP_UNION_ARM, fact,
			       "is marked as a network page and has a mapping");
	/* Asking takes a lock, and for that one has to be on a CPU. */
	else if (np_here() && !network_page_valid(census->machine, page))
		np_report_page(
			census, NP_UNION_ARM, fact,
			"is marked as a network page, but its words name no pool and no card");
}

static bool pool_is_there(const struct np_machine *machine, const struct page_pool *wanted)
{
	const struct page_pool *pool;

	list_for_each_entry(pool, &machine->pools, all)
		if (pool == wanted)
			return true;
	return false;
}

static void check_pool(struct np_census *census, struct np_page_fact *fact)
{
	bool signature = page_is_page_pool(fact->page);

	if (signature && !pool_is_there(census->machine, fact->page->pp))
		np_report_page(census, NP_UNION_ARM, fact,
			       "carries the signature of a page_pool that is not there");
	if (!signature && fact->nr_pooled)
		np_report_page(census, NP_UNION_ARM, fact,
			       "is in a page_pool without its signature");
}

static void check_memcg_data(struct np_census *census, struct np_page_fact *fact)
{
	unsigned long data = fact->page->memcg_data;

	if (data && !np_census_charged(census, fact->page))
		np_report_page(census, NP_UNION_ARM, fact,
			       "has a memcg_data (flags 0x%lx) that points at no %s",
			       data & MEMCG_DATA_FLAGS_MASK,
			       data & MEMCG_DATA_KMEM ? "objcg" : "memcg");
}

static void check_page(struct np_census *census, struct np_page_fact *fact)
{
	if (!fact->seen)
		return;
	check_compound(census, fact);
	/* Words of free pages are the allocator's: see clean_at_free. */
	if (fact->nr_free || PageTail(fact->page))
		return;
	check_type(census, fact);
	check_network(census, fact);
	check_pool(census, fact);
	check_memcg_data(census, fact);
}

void np_check_union_arm(struct np_census *census)
{
	np_census_each_page(census, check_page);
}
