/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The page cache, as far as one page of one file goes: what a network page must
 * not be mistaken for.
 */
#include <machine.h>

struct page *np_add_to_page_cache(struct address_space *mapping, struct mem_cgroup *memcg)
{
	struct np_machine *machine = this_machine();
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return NULL;
	if (mem_cgroup_charge(page, memcg ? memcg : machine->root, GFP_KERNEL)) {
		put_page(page);
		return NULL;
	}
	WRITE_ONCE(page->mapping, mapping);
	SetPageUptodate(page);
	SetPageLRU(page);
	mapping->page = page;
	spin_lock_irqsave(&machine->objects_lock);
	list_add_tail(&mapping->all, &machine->files);
	spin_unlock_irqrestore(&machine->objects_lock);
	return page;
}

void np_remove_from_page_cache(struct address_space *mapping)
{
	struct np_machine *machine = this_machine();
	struct page *page = mapping->page;

	if (!page)
		return;
	spin_lock_irqsave(&machine->objects_lock);
	list_del(&mapping->all);
	spin_unlock_irqrestore(&machine->objects_lock);
	mapping->page = NULL;
	/* A packet may have the page too: it is looked at when it is received. */
	WRITE_ONCE(page->mapping, NULL);
	put_page(page);
}
