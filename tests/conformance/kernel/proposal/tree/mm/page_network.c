/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The network's side of the put path, and the charge.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page_network.h>
#include <linux/poison.h>
#include <net/page_pool.h>

/*
 * First come, first charged, as for page cache that two groups share.
 * Return: 1 if this call charged the page, 0 if nothing was to be done, or an error.
 */
static int network_page_charge(struct page *page)
{
	struct obj_cgroup *objcg;
	int err;

	if (!PageNetwork(page) || READ_ONCE(page->memcg_data))
		return 0;
	objcg = get_obj_cgroup_from_current();
	if (!objcg)
		return 0;
	/* Where there is no room, copying is the way out, not the OOM killer. */
	err = obj_cgroup_charge(objcg, GFP_KERNEL | __GFP_RETRY_MAYFAIL, PAGE_SIZE);
	if (err) {
		obj_cgroup_put(objcg);
		return err;
	}
	/* Two processes may map one page at the same time: one of them pays. */
	if (cmpxchg(&page->memcg_data, 0UL, (unsigned long)objcg | MEMCG_DATA_KMEM)) {
		obj_cgroup_uncharge(objcg, PAGE_SIZE);
		obj_cgroup_put(objcg);
		return 0;
	}
	return 1;
}

/* Nobody else may look at the charge of @page: its count is 0, or it is mapped nowhere yet. */
static void network_page_uncharge(struct page *page)
{
	if (page->memcg_data)
		__memcg_kmem_uncharge_page(page, 0);
}

bool put_page_network(struct page *page)
{
	network_page_uncharge(page);
	if ((page->pp_magic & ~0x3UL) != PP_SIGNATURE) {
		/* Its pool has let go of it. */
		ClearPageNetwork(page);
		return false;
	}
	set_page_count(page, 1);
	page_pool_put_full_page(page->pp, page, false);
	return true;
}

/* Of pages[0..nr), those that this call has charged and that nobody has mapped. */
static void take_back(struct page **pages, const unsigned long *charged, unsigned long nr)
{
	for (unsigned long i = 0; i < nr; i++)
		if (test_bit(i, charged) && !page_mapcount(pages[i]))
			network_page_uncharge(pages[i]);
}

/* All are paid for, or none is mapped: what is not mapped will be copied, and is accounted then. */
static int insert_charged(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
			  unsigned long *num)
{
	DECLARE_BITMAP(charged, 64) = {};
	unsigned long nr = *num;
	int ret;

	for (unsigned long i = 0; i < nr; i++) {
		ret = network_page_charge(pages[i]);
		if (ret < 0) {
			take_back(pages, charged, i);
			return ret;
		}
		if (ret)
			__set_bit(i, charged);
	}
	ret = vm_insert_pages(vma, addr, pages, num);
	if (*num)
		take_back(pages, charged, nr);
	return ret;
}

int vm_insert_network_pages(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
			    unsigned long *num)
{
	while (*num) {
		unsigned long batch = min(*num, 64UL), left = batch;
		int err = insert_charged(vma, addr, pages, &left);

		addr += (batch - left) * PAGE_SIZE;
		pages += batch - left;
		*num -= batch - left;
		if (err)
			return err;
	}
	return 0;
}
