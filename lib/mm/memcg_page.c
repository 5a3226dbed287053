/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The tie between a page and the group that pays for it: page->memcg_data.
 */
#include <machine.h>

struct mem_cgroup *page_memcg(const struct page *page)
{
	unsigned long data = READ_ONCE(page->memcg_data);
	unsigned long pointer = data & ~MEMCG_DATA_FLAGS_MASK;

	if (data & MEMCG_DATA_KMEM)
		return pointer ? READ_ONCE(((struct obj_cgroup *)pointer)->memcg) : NULL;
	return (struct mem_cgroup *)pointer;
}

int mem_cgroup_charge(struct page *page, struct mem_cgroup *memcg, gfp_t gfp)
{
	unsigned int nr_pages = 1U << compound_order(page);
	int err = try_charge(memcg, gfp, nr_pages);

	if (err)
		return err;
	css_get(&memcg->css);
	mod_memcg_state(memcg, NR_FILE_PAGES, (long)nr_pages);
	WRITE_ONCE(page->memcg_data, (unsigned long)memcg);
	return 0;
}

/* Neighbours in a batch mostly belong to one group: its counters are touched once. */
struct uncharge_gather {
	struct mem_cgroup *memcg; /* pinned while it is here: the pages' own pins are gone */
	unsigned long nr_memory, nr_kmem, nr_file;
};

static void uncharge_batch(struct uncharge_gather *ug)
{
	struct mem_cgroup *memcg = ug->memcg;

	if (!memcg)
		return;
	if (ug->nr_memory) {
		page_counter_uncharge(&memcg->memory, ug->nr_memory);
		np_trace(memcg->machine, .id = NP_TRACE_MEMCG_UNCHARGE, .memcg = memcg,
			 .value = -(long)ug->nr_memory,
			 .result = (long)page_counter_read(&memcg->memory));
	}
	if (ug->nr_kmem)
		mod_memcg_state(memcg, MEMCG_KMEM, -(long)ug->nr_kmem);
	if (ug->nr_file)
		mod_memcg_state(memcg, NR_FILE_PAGES, -(long)ug->nr_file);
	css_put(&memcg->css);
	*ug = (struct uncharge_gather){ 0 };
}

static void gather_memcg(struct uncharge_gather *ug, struct mem_cgroup *memcg)
{
	if (ug->memcg == memcg)
		return;
	uncharge_batch(ug);
	css_get(&memcg->css);
	ug->memcg = memcg;
}

/* Nobody else can change memcg_data: the count of @page is 0. */
static void uncharge_page(struct page *page, struct uncharge_gather *ug)
{
	unsigned long data = page->memcg_data;
	unsigned long nr_pages = 1UL << compound_order(page);
	struct mem_cgroup *memcg;
	struct obj_cgroup *objcg;

	if (!data)
		return;
	WRITE_ONCE(page->memcg_data, 0UL);
	if (data & MEMCG_DATA_KMEM) {
		objcg = (struct obj_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK);
		memcg = get_mem_cgroup_from_objcg(objcg);
		gather_memcg(ug, memcg);
		ug->nr_memory += nr_pages;
		ug->nr_kmem += nr_pages;
		obj_cgroup_put(objcg);
	} else {
		memcg = (struct mem_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK);
		gather_memcg(ug, memcg);
		if (!mem_cgroup_is_root(memcg))
			ug->nr_memory += nr_pages;
		if (!(data & MEMCG_DATA_SOCK))
			ug->nr_file += nr_pages;
	}
	css_put(&memcg->css);
}

void mem_cgroup_uncharge(struct page *page)
{
	struct uncharge_gather ug = { 0 };

	/* page->lru of a random page is not ours to touch: most are not charged. */
	if (!page->memcg_data)
		return;
	uncharge_page(page, &ug);
	uncharge_batch(&ug);
}

void mem_cgroup_uncharge_list(struct list_head *list)
{
	struct uncharge_gather ug = { 0 };
	struct page *page;

	list_for_each_entry(page, list, lru)
		uncharge_page(page, &ug);
	uncharge_batch(&ug);
}
