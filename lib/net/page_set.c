/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A sorted array: what walks it meets pages in an order that no address decides.
 */
#include <string.h>

#include <net/page_set.h>
#include <netpage/scheme.h>

#define ROOM_MIN 16u

/* Index of the first page that is not before @page. */
static unsigned int lower_bound(const struct np_page_set *set, const struct page *page)
{
	unsigned int low = 0, high = set->count;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (set->pages[mid] < page)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int grow(struct np_machine *machine, struct np_page_set *set)
{
	unsigned int room = set->room ? 2 * set->room : ROOM_MIN;
	struct page **pages;

	if (room < set->room)
		return -ENOMEM;
	pages = np_alloc(machine, room * sizeof(struct page *));
	if (!pages)
		return -ENOMEM;
	if (set->count)
		memcpy(pages, set->pages, set->count * sizeof(struct page *));
	np_free(machine, set->pages, set->room * sizeof(struct page *));
	set->pages = pages;
	set->room = room;
	return 0;
}

int np_page_set_add(struct np_machine *machine, struct np_page_set *set, struct page *page)
{
	unsigned int at = lower_bound(set, page);

	if (at < set->count && set->pages[at] == page)
		return -EEXIST;
	if (set->count == set->room && grow(machine, set))
		return -ENOMEM;
	memmove(set->pages + at + 1, set->pages + at, (set->count - at) * sizeof(struct page *));
	set->pages[at] = page;
	set->count++;
	return 0;
}

bool np_page_set_has(const struct np_page_set *set, const struct page *page)
{
	unsigned int at = lower_bound(set, page);

	return at < set->count && set->pages[at] == page;
}

bool np_page_set_remove(struct np_page_set *set, const struct page *page)
{
	unsigned int at = lower_bound(set, page);

	if (at == set->count || set->pages[at] != page)
		return false;
	set->count--;
	memmove(set->pages + at, set->pages + at + 1, (set->count - at) * sizeof(struct page *));
	return true;
}

void np_page_set_free(struct np_machine *machine, struct np_page_set *set)
{
	np_free(machine, set->pages, set->room * sizeof(struct page *));
	*set = (struct np_page_set){ 0 };
}
