/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Device memory: pages that go back to the device that made them, with a count of
 * 1, instead of to the allocator.
 */
#include <machine.h>

struct page *np_alloc_zone_device_page(struct dev_pagemap *pgmap)
{
	struct np_machine *machine = this_machine();
	struct page *page;

	if (machine->nr_device_pages == NP_DEVICE_PAGES)
		return NULL;
	page = &machine->memmap[machine->options.nr_pages + machine->nr_device_pages++];
	page->flags = (unsigned long)ZONE_DEVICE << ZONES_PGSHIFT;
	atomic_set(&page->_mapcount, -1);
	page->pgmap = pgmap;
	page->zone_device_data = NULL;
	init_page_count(page);
	return page;
}

void free_zone_device_page(struct page *page)
{
	struct dev_pagemap *pgmap = page->pgmap;

	mem_cgroup_uncharge(page);
	page->mapping = NULL;
	atomic_long_inc(&pgmap->freed);
	if (pgmap->page_free)
		pgmap->page_free(page);
	/* Nobody can hold it at 0: the relaxed store loses no reference. */
	set_page_count(page, 1);
	/* Idle: the device's own again. */
	WRITE_ONCE(page->zone_device_data, (void *)pgmap);
}
