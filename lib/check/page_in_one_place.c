/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A page is in one place: on one free list, in one pool, on a scheme's list, or
 * out and in use.  At rest a page that is in none of them is lost.
 *
 * Claims are no place: somebody may look at any page for a moment, and hold it.
 */
#include <check/check.h>

static unsigned int count_kind(const struct np_page_fact *fact, enum np_holder_kind kind)
{
	unsigned int n = 0;

	for (const struct np_held *held = fact->held; held; held = held->next)
		n += held->holder.kind == kind;
	return n;
}

static bool in_use(const struct np_page_fact *fact)
{
	return np_held_by_user(fact) || np_held_by(fact, NP_HOLDER_RX_RING);
}

static void check_free(struct np_census *census, struct np_page_fact *fact)
{
	if (fact->nr_free > 1)
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact, "is on the free lists %u times",
			       fact->nr_free);
	if (fact->nr_free && fact->nr_pooled)
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact, "is free and in a page_pool");
	else if (fact->nr_free && fact->held)
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact, "is free and held");
}

static void check_pooled(struct np_census *census, struct np_page_fact *fact)
{
	if (fact->nr_pooled > 1)
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact, "is in page_pools %u times",
			       fact->nr_pooled);
	if (fact->nr_pooled && in_use(fact))
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact, "is in a page_pool and in use");
}

static void check_scheme(struct np_census *census, struct np_page_fact *fact)
{
	unsigned int lists = count_kind(fact, NP_HOLDER_SCHEME);

	if (lists > 1)
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact,
			       "is on the scheme's lists %u times", lists);
	if (lists && (in_use(fact) || fact->nr_pooled))
		np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact,
			       "is on the scheme's list and in use");
}

/*
 * A page that failed the checks at free is leaked on purpose, and was reported
 * then; what was wrong with it still is.
 */
static bool failed_at_free(const struct page *page)
{
	return page->mapping || page->memcg_data || atomic_read(&page->_mapcount) != -1 ||
	       page->flags & PAGE_FLAGS_CHECK_AT_FREE;
}

static bool is_lost(const struct np_page_fact *fact)
{
	return fact->seen && !fact->nr_free && !fact->held && !fact->block_tail &&
	       !page_ref_count(fact->page) && !PageTail(fact->page);
}

static void check_lost(struct np_census *census)
{
	unsigned long known = np_nr_bad_pages(census->machine);

	/* A count of 0 outside is a page that somebody has frozen: only until rest. */
	if (census->when == NP_CHECK_STEP || census->lists_broken)
		return;
	for (unsigned long i = 0; i < census->nr_pages; i++) {
		const struct np_page_fact *fact = census->pages[i];

		if (!is_lost(fact))
			continue;
		if (known && failed_at_free(fact->page))
			known--;
		else
			np_report_page(census, NP_PAGE_IN_ONE_PLACE, fact,
				       "is lost: nobody holds it and it is not free");
	}
}

static void check_page(struct np_census *census, struct np_page_fact *fact)
{
	check_free(census, fact);
	check_pooled(census, fact);
	check_scheme(census, fact);
}

void np_check_page_in_one_place(struct np_census *census)
{
	char name[48];

	np_census_each_page(census, check_page);
	if (census->lists_broken)
		np_report(census, NP_PAGE_IN_ONE_PLACE, "free list", "cannot be followed behind %s",
			  census->broken_behind ?
				  np_page_name(census->machine, census->broken_behind, name,
					       sizeof(name)) :
				  "its head");
	check_lost(census);
}
