/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <schemes/network.h>

/*
 * First come, first charged, as for page cache that two groups share.  Return: 1
 * when this call charged the page, 0 when nothing was to be done, or an error.
 */
static int charge_page(struct page *page)
{
	struct obj_cgroup *objcg;
	int err;

	if (!PageNetwork(page) || READ_ONCE(page->memcg_data))
		return 0;
	objcg = get_obj_cgroup_from_current();
	if (!objcg)
		return 0;
	err = obj_cgroup_charge_pages(objcg, GFP_KERNEL, 1);
	if (err) {
		obj_cgroup_put(objcg);
		return err;
	}
	/* Another mm may be mapping the same page: one of us pays. */
	if (np_cmpxchg(&page->memcg_data, 0UL, (unsigned long)objcg | MEMCG_DATA_KMEM)) {
		obj_cgroup_uncharge_pages(objcg, 1);
		obj_cgroup_put(objcg);
		return 0;
	}
	return 1;
}

int np_network_charge_pages(struct np_receive *receive, struct page **pages, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		int ret = charge_page(pages[i]);

		if (ret < 0) {
			np_network_pages_not_mapped(receive, pages, 0, i);
			return ret;
		}
		receive->page_prepared[i] = (u8)ret;
	}
	return 0;
}

void np_network_pages_not_mapped(struct np_receive *receive, struct page **pages,
				 unsigned int first, unsigned int nr)
{
	for (unsigned int i = first; i < nr; i++)
		/* Whoever mapped it in the meantime relies on our charge; under a type nobody can. */
		if (receive->page_prepared[i] &&
		    (page_has_type(pages[i]) || !page_mapcount(pages[i])))
			np_network_uncharge(pages[i]);
}

void np_network_uncharge(struct page *page)
{
	unsigned long data = xchg(&page->memcg_data, 0UL);
	struct obj_cgroup *objcg = (struct obj_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK);

	if (!objcg)
		return;
	obj_cgroup_uncharge_pages(objcg, 1);
	obj_cgroup_put(objcg);
}

bool np_network_owns(struct page *page)
{
	struct np_machine *machine = np_this_machine();
	char name[32];

	/* Its card may be gone: it is the network's all the same. */
	if (network_page_valid(machine, page))
		return true;
	np_violate(
		machine, NP_UNION_ARM, np_page_name(machine, page, name, sizeof(name)),
		"put_page_network() on a page whose owner words are not the network's: the mark was "
		"set by somebody else");
	ClearPageNetwork(page);
	return false;
}

bool np_network_put_recycle(struct page *page)
{
	if (!np_network_owns(page))
		return false;
	np_network_uncharge(page);
	np_trace_point(NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED, page, page_ref_count(page));
	/*
	 * Relaxed, as the mail has it: nothing orders the uncharge before the new
	 * count.  A speculative getter that succeeds from here on may be the next
	 * life's first holder.
	 */
	set_page_count(page, 1);
	np_trace_point(NP_TRACE_PUT_PAGE_NETWORK_RETURNED, page, page_ref_count(page));
	network_page_return(page);
	return true;
}

bool np_network_put_to_allocator(struct page *page)
{
	if (!np_network_owns(page))
		return false;
	np_network_uncharge(page);
	np_trace_point(NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED, page, page_ref_count(page));
	network_page_release(page);
	return false;
}
