/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: mmap - tasks, address spaces, and pages mapped into them
 *
 * Each mapping of a page holds one reference and counts one in _mapcount.
 * Unmapping goes through a gather of pages that ends in release_pages(), as in
 * the kernel: the mapping is gone first, the reference after the (modelled) TLB
 * flush.
 *
 * Unit: addresses and lengths in bytes, page aligned; counts in pages.
 * Context: task context unless said otherwise; mmap_lock is taken inside.
 * Models: mm/memory.c, mm/rmap.c, mm/gup.c, mm/mmap.c, 6.1.
 */
#ifndef NETPAGE_MMAP_H
#define NETPAGE_MMAP_H

#include <netpage/machine.h>
#include <netpage/put_page.h>

NP_BEGIN_DECLS

/** struct np_pte - one page table entry, and what a reader saw through it when it was made. */
struct np_pte {
	struct page *page;
	u64 stamp;	   /* content of the page at that moment */
	const char *where; /* who mapped it */
	u32 memcg_id;	   /* group of the process at that moment: the one to pay */
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct mm_struct *vm_mm;
	struct list_head list;
	bool tcp_vma; /* vm_ops == &tcp_vm_ops */
	struct np_pte *ptes;
};

struct mm_struct {
	struct np_machine *machine;
	struct task_struct *owner;
	struct list_head vmas;
	spinlock_t page_table_lock;
	struct mutex mmap_lock; /* as mmap_write_lock(): the model has no readers of it */
	atomic_long_t rss_filepages;
	unsigned long mmap_base; /* next free address */
};

/** struct task_struct - a process: name, address space, group, what it pinned. */
struct task_struct {
	struct np_machine *machine;
	struct mm_struct *mm; /* NULL once it has exited */
	struct mem_cgroup *memcg;
	struct list_head all;
	struct list_head pins;
	spinlock_t pins_lock;
	char name[32];
};

/** struct np_pin - references that outlive a mapping: a pipe of vmsplice(), a FOLL_PIN. */
struct np_pin {
	struct list_head list;
	struct page *page;
	int refs;
	u64 stamp;
	u32 memcg_id;
	const char *kind; /* "vmsplice", "pin" */
	const char *where;
};

/** np_task_create - a process in @memcg (NULL: root). Return: 0, -EINVAL (name), -ENOMEM. */
NP_API int np_task_create(struct np_machine *machine, const char *name, struct mem_cgroup *memcg,
			  struct task_struct **task);
/**
 * np_task_exit - exit_mmap(), pins and pipes released; @task must not be used afterwards
 *
 * Context: any; its sockets are closed first, by the caller.
 */
NP_API void np_task_exit(struct task_struct *task);
/** np_task_fork - dup_mmap(): the child maps the same pages, one more reference and mapcount each.
 *  Return: 0, -EINVAL, -ENOMEM. */
NP_API int np_task_fork(struct task_struct *parent, const char *name, struct task_struct **child);
/** np_task_migrate - move to another group; what is charged stays charged there. 0 or -EINVAL. */
NP_API int np_task_migrate(struct task_struct *task, struct mem_cgroup *memcg);

/** tcp_mmap - a VMA of @nr_pages for zerocopy receive. Return: 0, -EINVAL, -ENOMEM. */
NP_API int tcp_mmap(struct mm_struct *mm, unsigned long nr_pages, struct vm_area_struct **vma);
/** find_vma - the VMA that holds @addr, or NULL. */
NP_API struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
/** np_find_page - the address at which @mm maps @page, 0 if it does not. */
NP_API unsigned long np_find_page(struct mm_struct *mm, const struct page *page);

/**
 * vm_insert_pages - map @num pages from @addr on
 * @num: in: how many; out: how many were NOT mapped
 *
 * @addr may be within a page, which is then the first one. Never sets page->mapping, never
 * charges.
 * Return: 0; -EFAULT outside the VMA; -EINVAL for a page that must not be mapped
 * (count 0, anonymous, slab, or with a page type: that word is _mapcount);
 * -EBUSY where something is mapped already. What was mapped before the error stays.
 */
NP_API int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
			   unsigned long *num);
/**
 * zap_page_range - unmap what is mapped in the range; the VMA stays
 *
 * Each unmapping turns PG_referenced of the page: set at the first, clear at the second.
 * Models: mm/memory.c, zap_pte_range(), 6.1.
 */
NP_API void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long size);
/** do_munmap - unmap, and remove VMAs that lie in the range entirely. 0 or -EINVAL. */
NP_API int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long len);

#define FOLL_GET 0x04u	  /* one reference */
#define FOLL_PIN 0x40000u /* GUP_PIN_COUNTING_BIAS references */
#define GUP_PIN_COUNTING_BIAS 1024

/**
 * get_user_pages_fast - references to what the current task has mapped, without locks
 * Order: try_get first, then the entry is read again: a page that went away is put back.
 * Return: how many pages; -EFAULT when the first is not mapped; -EINVAL.
 */
NP_API int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages);
/** np_vmsplice - put a mapped range into @task's pipe: a reference for each page. As above. */
NP_API int np_vmsplice(struct task_struct *task, unsigned long start, int nr_pages);
/** np_pin_user_page - FOLL_PIN one page of @task and remember it. Return: 1, or as above. */
NP_API int np_pin_user_page(struct task_struct *task, unsigned long addr);
/** np_unpin_user_page - drop one FOLL_PIN of @page by @task. Return: 0, or -ENOENT. */
NP_API int np_unpin_user_page(struct task_struct *task, struct page *page);
/** np_pins_release - drop all pins of @task whose kind is @kind (NULL: all). */
NP_API void np_pins_release(struct task_struct *task, const char *kind);

/**
 * struct network_rmap_ops - schemes that account at (un)map time, the v1 and v2 patches
 *
 * page_unmapped: the last mapping of @page is gone; its reference is not yet.
 * Context: under the page table lock, must not sleep.
 */
struct network_rmap_ops {
	void (*page_unmapped)(struct page *page);
};
NP_API void register_network_rmap_ops(struct np_machine *machine,
				      const struct network_rmap_ops *ops);

NP_END_DECLS

#endif /* NETPAGE_MMAP_H */
