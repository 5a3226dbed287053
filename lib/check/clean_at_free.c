/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Every free page is clean.  The allocator looks at a page as it is freed; this
 * finds what was written to it afterwards, or on a way around that look.
 */
#include <check/check.h>

static const char *what_is_left(const struct np_machine *machine, const struct page *page)
{
	if (page->memcg_data)
		return "charged";
	if (page->mapping)
		return "with a mapping";
	if (page_is_network(machine, page) || page->flags & BIT(PG_network_callback))
		return "marked as a network page";
	if (page_has_type(page) && !PageType(page, PG_buddy))
		return "with a page type";
	if (!page_has_type(page) && atomic_read(&page->_mapcount) != -1)
		return "mapped";
	if (page->flags & PAGE_FLAGS_CHECK_AT_PREP)
		return "with flags";
	return NULL;
}

static void check_page(struct np_census *census, struct np_page_fact *fact)
{
	const char *left;

	/* The inside of a large free block may never have been written to. */
	if (!fact->nr_free || !fact->seen)
		return;
	left = what_is_left(census->machine, fact->page);
	if (left)
		np_report_page(census, NP_CLEAN_AT_FREE, fact, "is free and %s", left);
}

void np_check_clean_at_free(struct np_census *census)
{
	np_census_each_page(census, check_page);
}
