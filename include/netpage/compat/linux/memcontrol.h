/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/memcontrol.h - memory cgroups
 *
 * Provenance: real (netpage/memcg.h); custom: set_active_memcg() makes a hidden task of
 * the group the current one, so it works for kernel threads only and keeps the group from
 * being removed; root_mem_cgroup is a question to the machine.
 */
#ifndef NETPAGE_COMPAT_LINUX_MEMCONTROL_H
#define NETPAGE_COMPAT_LINUX_MEMCONTROL_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/page_counter.h>

#include <netpage/memcg.h>
#include <netpage/page_alloc.h>

/* Return: the one that was active before; NULL for none. */
struct mem_cgroup *np_compat_set_active_memcg(struct mem_cgroup *memcg);
#define set_active_memcg(memcg) np_compat_set_active_memcg(memcg)

static inline struct mem_cgroup *np_compat_root_mem_cgroup(void)
{
	return root_mem_cgroup(np_this_machine());
}

/* @mm: whose owner pays; NULL: the active group, or root. */
static inline int np_compat_mem_cgroup_charge(struct folio *folio, struct mm_struct *mm, gfp_t gfp)
{
	struct task_struct *task = mm ? mm->owner : get_current();
	struct mem_cgroup *memcg = task ? mem_cgroup_from_task(task) : np_compat_root_mem_cgroup();

	return mem_cgroup_charge(&folio->page, memcg, gfp);
}

static inline void np_compat_mem_cgroup_uncharge(struct folio *folio)
{
	mem_cgroup_uncharge(&folio->page);
}

#undef root_mem_cgroup
#undef mem_cgroup_charge
#undef mem_cgroup_uncharge
#define root_mem_cgroup np_compat_root_mem_cgroup()
#define mem_cgroup_charge(folio, mm, gfp) np_compat_mem_cgroup_charge(folio, mm, gfp)
#define mem_cgroup_uncharge(folio) np_compat_mem_cgroup_uncharge(folio)

#define page_memcg_check(page) page_memcg(page)
#define folio_memcg(folio) page_memcg(&(folio)->page)
#define folio_memcg_kmem(folio) PageMemcgKmem(&(folio)->page)
#define mem_cgroup_disabled() false
#define memcg_kmem_enabled() true
#define parent_mem_cgroup(memcg) ((memcg)->parent)
#define MEMCG_CHARGE_BATCH 64U

#endif /* NETPAGE_COMPAT_LINUX_MEMCONTROL_H */
