/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The first patch of the thread: charge a batch before it is mapped, uncharge a
 * page when its last mapping goes.
 *
 * Models: <20210112214105.1440932-1-shakeelb@google.com>, with its assumptions:
 * whoever maps overwrites memcg_data, and all pages of a batch are of one group.
 */
#include <schemes/schemes.h>

static int mem_cgroup_charge_sock_pages(struct np_receive *receive, struct page **pages,
					unsigned int nr)
{
	struct mem_cgroup *memcg = receive->memcg;
	int err;

	if (mem_cgroup_is_root(memcg))
		return 0;
	err = try_charge(memcg, GFP_KERNEL, nr);
	if (err)
		return err;
	for (unsigned int i = 0; i < nr; i++)
		WRITE_ONCE(pages[i]->memcg_data, (unsigned long)memcg | MEMCG_DATA_SOCK);
	css_get_many(&memcg->css, nr);
	return 0;
}

static void mem_cgroup_uncharge_sock_pages(struct page **pages, unsigned int nr)
{
	struct mem_cgroup *memcg = page_memcg(pages[0]);

	/* Uncharged by an unmap in the meantime: the patch would have crashed here. */
	if (!memcg)
		return;
	refill_stock(memcg, nr);
	for (unsigned int i = 0; i < nr; i++)
		WRITE_ONCE(pages[i]->memcg_data, 0UL);
	css_put_many(&memcg->css, nr);
}

static void pages_not_mapped(struct np_receive *receive, struct page **pages, unsigned int first,
			     unsigned int nr)
{
	if (!mem_cgroup_is_root(receive->memcg))
		mem_cgroup_uncharge_sock_pages(pages + first, nr - first);
}

static void page_unmapped(struct page *page)
{
	if (READ_ONCE(page->memcg_data) & MEMCG_DATA_SOCK)
		mem_cgroup_uncharge_sock_pages(&page, 1);
}

const struct np_scheme np_scheme_mapcount_precharge = {
	.abi = NP_SCHEME_ABI,
	.name = "mapcount_precharge",
	.summary = "v1: charged before mapping, uncharged at the last unmap",
	.origin = "<20210112214105.1440932-1-shakeelb@google.com>",
	.features = NP_FEATURE_CHARGING | NP_FEATURE_MAPCOUNT,
	.recycle = NP_RECYCLE_DETACH,
	.cost = { .page_words = "memcg_data, with a third tag bit", .driver_changes = "none" },
	.charge_pages = mem_cgroup_charge_sock_pages,
	.pages_not_mapped = pages_not_mapped,
	.page_unmapped = page_unmapped,
};
