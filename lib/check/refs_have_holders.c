/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The reference count of every page is what its holders hold, and its mapcount is
 * how many page tables map it.
 */
#include <check/check.h>

static void check_count(struct np_census *census, struct np_page_fact *fact)
{
	int count = page_ref_count(fact->page);

	if (count < 0)
		np_report_page(census, NP_REFS_HAVE_HOLDERS, fact, "has a count of %d", count);
	else if (count > fact->refs)
		np_report_page(census, NP_REFS_HAVE_HOLDERS, fact, "has %ld/%d users unexplained",
			       count - fact->refs, count);
	else if (count < fact->refs)
		np_report_page(census, NP_REFS_HAVE_HOLDERS, fact,
			       "has a count of %d, its holders hold %ld", count, fact->refs);
}

static void check_mapcount(struct np_census *census, struct np_page_fact *fact)
{
	const struct page *page = fact->page;

	/* Under a type the word says nothing about mappings: see union_arm. */
	if (!fact->seen || page_has_type(page))
		return;
	if (page_mapcount(page) != (int)fact->nr_mappings)
		np_report_page(census, NP_REFS_HAVE_HOLDERS, fact,
			       "has a mapcount of %d, page tables map it %u times",
			       page_mapcount(page), fact->nr_mappings);
}

static void check_page(struct np_census *census, struct np_page_fact *fact)
{
	check_count(census, fact);
	check_mapcount(census, fact);
}

void np_check_refs_have_holders(struct np_census *census)
{
	np_census_each_page(census, check_page);
}
