/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: memcg - memory control groups: who pays for a page
 *
 * Every CPU keeps a stock: pages already charged to one memcg, from which small
 * charges are served without touching the shared counters.  So the raw counter
 * of a memcg is what its pages weigh plus what stocks hold for it.
 *
 * Several functions are static in the kernel's memcontrol.c; they are public
 * here because accounting schemes are written with them.
 *
 * Unit: pages.
 * Context: a CPU of the machine has been entered.
 * Models: mm/memcontrol.c and include/linux/memcontrol.h, 6.1; cgroup v2 only.
 */
#ifndef NETPAGE_MEMCG_H
#define NETPAGE_MEMCG_H

#include <netpage/machine.h>
#include <netpage/page.h>
#include <netpage/page_counter.h>

NP_BEGIN_DECLS

/** Low bits of page->memcg_data. The pointer above them is a memcg, or an objcg under KMEM. */
#define MEMCG_DATA_OBJCGS BIT(0)
#define MEMCG_DATA_KMEM BIT(1)
/** The bit that v1 and v2 of the patch added: mapped socket memory. */
#define MEMCG_DATA_SOCK BIT(2)
#define MEMCG_DATA_FLAGS_MASK (MEMCG_DATA_OBJCGS | MEMCG_DATA_KMEM | MEMCG_DATA_SOCK)

/** Counters of memory.stat that the model keeps, in pages. */
enum memcg_stat_item { MEMCG_SOCK, MEMCG_KMEM, NR_FILE_PAGES, MEMCG_NR_STAT };
/** Events of memory.events that the model counts. */
enum memcg_memory_event { MEMCG_HIGH, MEMCG_MAX, MEMCG_OOM, MEMCG_NR_EVENTS };

/** struct cgroup_subsys_state - what pins a memcg. */
struct cgroup_subsys_state {
	/*
	 * 1 while online, 1 for each page that points here (not through an objcg), each
	 * stock that caches it, each socket, each child that is not released.
	 */
	atomic_long_t refcnt;
};

/** struct mem_cgroup - fields may be read by tests; they are written by the functions below. */
struct mem_cgroup {
	struct page_counter memory;
	struct cgroup_subsys_state css;
	struct np_machine *machine;
	struct mem_cgroup *parent;
	struct obj_cgroup *objcg;    /* NULL once offline */
	struct list_head objcg_list; /* inherited from offline children */
	struct list_head all;	     /* machine's list, until released */
	atomic_long_t *vmstats;	     /* [nr_cpus][MEMCG_NR_STAT] */
	atomic_long_t events[MEMCG_NR_EVENTS];
	atomic_long_t nr_tasks;
	u32 id;
	u32 online;
	char name[32];
};

/** struct obj_cgroup - the indirection that lets charges of kernel pages move to the parent. */
struct obj_cgroup {
	atomic_long_t refcnt; /* 1 of its memcg while online, 1 for each charged page */
	struct mem_cgroup *memcg;
	struct list_head list;
	struct list_head all;
};

/**
 * np_memcg_create - a new memory control group
 * @parent: NULL for a child of root
 * Return: 0; -EINVAL (empty or over-long name, offline parent, name taken); -ENOMEM.
 */
NP_API int np_memcg_create(struct np_machine *machine, const char *name, struct mem_cgroup *parent,
			   struct mem_cgroup **memcg);
/** np_memcg_find - the group numbered @id, or NULL once it is released. */
NP_API struct mem_cgroup *np_memcg_find(struct np_machine *machine, u32 id);
/** root_mem_cgroup - the group that is never limited and never charged for user memory. */
NP_API struct mem_cgroup *root_mem_cgroup(struct np_machine *machine);
/**
 * np_memcg_rmdir - take @memcg offline: kernel charges move to the parent, stocks are drained
 *
 * The struct lives on until nothing pins it; the caller must not use it afterwards.
 * Return: 0; -EBUSY with tasks or online children inside; -EINVAL for root or twice.
 * Models: mem_cgroup_css_offline(), memcg_reparent_objcgs().
 */
NP_API int np_memcg_rmdir(struct mem_cgroup *memcg);
/** mem_cgroup_is_root - whether @memcg is the root of its machine. */
NP_API bool mem_cgroup_is_root(const struct mem_cgroup *memcg);
/** np_memcg_set_max - memory.max. Return: 0 always: a limit below usage is set after what
 *  reclaim there is (none) and leaves the group over it, as memory.max does on cgroup v2. */
NP_API int np_memcg_set_max(struct mem_cgroup *memcg, unsigned long nr_pages);
/** np_memcg_usage - pages charged, net of what stocks hold: what memory.current is after a drain. */
NP_API unsigned long np_memcg_usage(struct mem_cgroup *memcg);
/** np_memcg_stock - pages that stocks of all CPUs hold for @memcg itself. */
NP_API unsigned long np_memcg_stock(struct mem_cgroup *memcg);
/** memcg_page_state - sum over CPUs of one counter; not below 0. */
NP_API long memcg_page_state(struct mem_cgroup *memcg, enum memcg_stat_item item);
/** mod_memcg_state - add @val to this CPU's part. */
NP_API void mod_memcg_state(struct mem_cgroup *memcg, enum memcg_stat_item item, long val);

/** css_get, css_get_many - pin. Context: the caller holds a reference already. */
NP_API void css_get_many(struct cgroup_subsys_state *css, unsigned long n);
static inline void css_get(struct cgroup_subsys_state *css)
{
	css_get_many(css, 1);
}
/** css_tryget - pin unless it is being released. Return: whether it did. */
NP_API bool css_tryget(struct cgroup_subsys_state *css);
/** css_put, css_put_many - unpin; the last one releases after a grace period. */
NP_API void css_put_many(struct cgroup_subsys_state *css, unsigned long n);
static inline void css_put(struct cgroup_subsys_state *css)
{
	css_put_many(css, 1);
}
static inline void mem_cgroup_put(struct mem_cgroup *memcg)
{
	if (memcg)
		css_put(&memcg->css);
}

/** get_mem_cgroup_from_mm - the group of @mm's owner (root for NULL), pinned. */
NP_API struct mem_cgroup *get_mem_cgroup_from_mm(struct mm_struct *mm);
/** mem_cgroup_from_task - the group of @task, not pinned. */
NP_API struct mem_cgroup *mem_cgroup_from_task(struct task_struct *task);

/**
 * try_charge - charge @nr_pages to @memcg
 *
 * Serves from this CPU's stock, else charges a batch (64 pages in 6.1, 32 in
 * 5.12) and keeps the rest, else exactly @nr_pages; when that fails and @gfp lets
 * it sleep, drains all stocks and tries again. There is nothing to reclaim in the
 * model. Root is never charged.
 *
 * Return: 0; -ENOMEM. With __GFP_NOFAIL always 0, if need be above the limit.
 */
NP_API int try_charge(struct mem_cgroup *memcg, gfp_t gfp, unsigned int nr_pages);
/** cancel_charge - undo try_charge() at the counter, past the stock. */
NP_API void cancel_charge(struct mem_cgroup *memcg, unsigned int nr_pages);
/** refill_stock - give charged pages to this CPU's stock; above a batch the stock is drained. */
NP_API void refill_stock(struct mem_cgroup *memcg, unsigned int nr_pages);
/** drain_all_stock - have every CPU drain what it holds for @memcg or below; not waited for. */
NP_API void drain_all_stock(struct mem_cgroup *memcg);

/** page_memcg - the group that @page is charged to, or NULL. Unstable without a reference. */
NP_API struct mem_cgroup *page_memcg(const struct page *page);
/** PageMemcgKmem - whether @page is charged as kernel memory, through an objcg. */
static inline bool PageMemcgKmem(const struct page *page)
{
	return READ_ONCE(page->memcg_data) & MEMCG_DATA_KMEM;
}

/** mem_cgroup_charge - charge a page cache page and tie it to @memcg. Return: 0 or -ENOMEM. */
NP_API int mem_cgroup_charge(struct page *page, struct mem_cgroup *memcg, gfp_t gfp);
/** mem_cgroup_uncharge - at count 0: whatever @page is charged as; directly at the counter. */
NP_API void mem_cgroup_uncharge(struct page *page);
/** mem_cgroup_uncharge_list - the same for pages on page->lru, batched by group. */
NP_API void mem_cgroup_uncharge_list(struct list_head *list);

/** get_obj_cgroup_from_current - the current task's objcg, referenced; NULL for root. */
NP_API struct obj_cgroup *get_obj_cgroup_from_current(void);
/** get_mem_cgroup_from_objcg - the group an objcg charges now, pinned. */
NP_API struct mem_cgroup *get_mem_cgroup_from_objcg(struct obj_cgroup *objcg);
NP_API void obj_cgroup_get(struct obj_cgroup *objcg);
NP_API void obj_cgroup_put(struct obj_cgroup *objcg);
/** obj_cgroup_charge_pages - try_charge() of the group behind @objcg. Return: 0 or -ENOMEM. */
NP_API int obj_cgroup_charge_pages(struct obj_cgroup *objcg, gfp_t gfp, unsigned int nr_pages);
/** obj_cgroup_uncharge_pages - back into this CPU's stock. */
NP_API void obj_cgroup_uncharge_pages(struct obj_cgroup *objcg, unsigned int nr_pages);
/** __memcg_kmem_charge_page - charge 2^@order pages to current and mark @page. 0 or -ENOMEM. */
NP_API int __memcg_kmem_charge_page(struct page *page, gfp_t gfp, unsigned int order);
/** __memcg_kmem_uncharge_page - undo it, into the stock; nothing for an uncharged page. */
NP_API void __memcg_kmem_uncharge_page(struct page *page, unsigned int order);

/** mem_cgroup_charge_skmem - socket memory. Return: whether it was charged. */
NP_API bool mem_cgroup_charge_skmem(struct mem_cgroup *memcg, unsigned int nr_pages, gfp_t gfp);
NP_API void mem_cgroup_uncharge_skmem(struct mem_cgroup *memcg, unsigned int nr_pages);

NP_END_DECLS

#endif /* NETPAGE_MEMCG_H */
