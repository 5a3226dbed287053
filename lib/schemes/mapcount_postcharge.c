/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The second patch of the thread: tie a batch to its group before mapping, charge
 * all of it once at the end of the call, uncharge at the last unmap.
 *
 * Models: <20210316041645.144249-1-arjunroy.kdev@gmail.com>, with its rules: only
 * a page that is tied to nobody is tied, root is not special, and the charge at
 * the end cannot fail.
 */
#include <schemes/schemes.h>

static int mem_cgroup_prepare_sock_pages(struct np_receive *receive, struct page **pages,
					 unsigned int nr)
{
	struct mem_cgroup *memcg = receive->memcg;
	unsigned int prepared = 0;

	css_get_many(&memcg->css, nr);
	for (unsigned int i = 0; i < nr; i++) {
		bool won = !np_cmpxchg(&pages[i]->memcg_data, 0UL,
				       (unsigned long)memcg | MEMCG_DATA_SOCK);

		receive->page_prepared[i] = won;
		prepared += won;
	}
	if (nr != prepared)
		css_put_many(&memcg->css, nr - prepared);
	receive->total += prepared;
	return 0;
}

static void mem_cgroup_unprepare_sock_pages(struct np_receive *receive, struct page **pages,
					    unsigned int first, unsigned int nr)
{
	unsigned int unprepared = 0;

	for (unsigned int i = first; i < nr; i++) {
		if (!receive->page_prepared[i])
			continue;
		WRITE_ONCE(pages[i]->memcg_data, 0UL);
		unprepared++;
	}
	receive->total -= unprepared;
	if (unprepared)
		css_put_many(&receive->memcg->css, unprepared);
}

/* Too late to fail: what is mapped is mapped, so the limit may be overrun. */
static void mem_cgroup_post_charge_sock_pages(struct np_receive *receive)
{
	if (!receive->total)
		return;
	try_charge(receive->memcg, GFP_KERNEL | __GFP_NOFAIL, (unsigned int)receive->total);
	mod_memcg_state(receive->memcg, MEMCG_SOCK, (long)receive->total);
}

static void mem_cgroup_uncharge_sock_page(struct page *page)
{
	struct mem_cgroup *memcg = page_memcg(page);

	if (!(READ_ONCE(page->memcg_data) & MEMCG_DATA_SOCK))
		return;
	mod_memcg_state(memcg, MEMCG_SOCK, -1);
	refill_stock(memcg, 1);
	css_put(&memcg->css);
	WRITE_ONCE(page->memcg_data, 0UL);
}

const struct np_scheme np_scheme_mapcount_postcharge = {
	.abi = NP_SCHEME_ABI,
	.name = "mapcount_postcharge",
	.summary = "v2: tied before mapping, charged after, uncharged at the last unmap",
	.origin = "<20210316041645.144249-1-arjunroy.kdev@gmail.com>",
	.features = NP_FEATURE_CHARGING | NP_FEATURE_MAPCOUNT,
	.recycle = NP_RECYCLE_DETACH,
	.cost = { .page_words = "memcg_data, with a third tag bit", .driver_changes = "none" },
	.charge_pages = mem_cgroup_prepare_sock_pages,
	.pages_not_mapped = mem_cgroup_unprepare_sock_pages,
	.receive_done = mem_cgroup_post_charge_sock_pages,
	.page_unmapped = mem_cgroup_uncharge_sock_page,
};
