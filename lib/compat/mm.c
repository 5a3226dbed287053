/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Compound pages made by hand, and blocks taken apart.
 *
 * Models: mm/page_alloc.c, prep_compound_page(), split_page(); mm/memcontrol.c,
 * split_page_memcg(), 6.1.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/poison.h>

void np_compat_prep_compound_page(struct page *page, unsigned int order)
{
	SetPageHead(page);
	for (unsigned int i = 1; i < 1U << order; i++) {
		page[i].mapping = TAIL_MAPPING;
		page[i].private = 0;
	}
	page[1].compound_dtor = COMPOUND_PAGE_DTOR;
	page[1].compound_order = (unsigned char)order;
	atomic_set(&page[1].compound_mapcount, -1);
	atomic_set(&page[1].compound_pincount, 0);
	page[1].compound_nr = 1U << order;
	/* Last: from here on others follow it. */
	for (unsigned int i = 1; i < 1U << order; i++)
		WRITE_ONCE(page[i].compound_head, (unsigned long)page + 1);
}

void np_compat_split_page(struct page *page, unsigned int order)
{
	unsigned long data = page->memcg_data;

	VM_BUG_ON_PAGE(PageCompound(page), page);
	VM_BUG_ON_PAGE(!page_count(page), page);
	for (unsigned int i = 1; i < 1U << order; i++) {
		set_page_count(&page[i], 1);
		WRITE_ONCE(page[i].memcg_data, data);
		if (data & MEMCG_DATA_KMEM)
			obj_cgroup_get((struct obj_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK));
		else if (data)
			css_get(&((struct mem_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK))->css);
	}
}
