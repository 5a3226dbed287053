/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * mm_world - an address space for suites, which run where there is no process
 *
 * The kernel's is what a kernel thread can make of an mm_struct; the library's belongs to a
 * task. Pages are mapped with vm_insert_pages() in both, under the lock that mmap() and a
 * system call would hold.
 */
#ifndef CONFORMANCE_MM_WORLD_H
#define CONFORMANCE_MM_WORLD_H

#include <linux/kernel.h>
#include <linux/mm.h>

#ifdef __KERNEL__

#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>

/* 508 pages before the end of a page table, so that a suite can cross it. */
#define WORLD_BASE (0x20000000UL + 4 * PAGE_SIZE)

static const struct vm_operations_struct world_vm_ops = {};

/* A new address space with room for @nr_pages. Return: NULL on failure. */
static inline struct vm_area_struct *world_vma_create(unsigned long nr_pages)
{
	struct mm_struct *mm = mm_alloc();
	struct vm_area_struct *vma;

	if (!mm)
		return NULL;
	mmap_write_lock(mm);
	vma = vm_area_alloc(mm);
	if (vma) {
		vma->vm_start = WORLD_BASE;
		vma->vm_end = WORLD_BASE + nr_pages * PAGE_SIZE;
		vma->vm_flags = VM_READ | VM_MAYREAD | VM_MIXEDMAP | VM_DONTEXPAND;
		vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
		vma->vm_ops = &world_vm_ops;
		if (insert_vm_struct(mm, vma)) {
			vm_area_free(vma);
			vma = NULL;
		}
	}
	mmap_write_unlock(mm);
	if (!vma)
		mmput(mm);
	return vma;
}

/* What the exit of the process does. */
static inline void world_vma_destroy(struct vm_area_struct *vma)
{
	mmput(vma->vm_mm);
}

static inline int world_insert(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
			       unsigned long *num)
{
	int err;

	mmap_read_lock(vma->vm_mm);
	err = vm_insert_pages(vma, addr, pages, num);
	mmap_read_unlock(vma->vm_mm);
	return err;
}

static inline void world_zap(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	mmap_read_lock(vma->vm_mm);
	zap_page_range(vma, addr, size);
	mmap_read_unlock(vma->vm_mm);
}

/* Pages of files and devices that are mapped. */
static inline long world_rss(struct vm_area_struct *vma)
{
	return get_mm_counter(vma->vm_mm, MM_FILEPAGES);
}

#else /* the library */

#include <netpage/mmap.h>

static inline struct vm_area_struct *world_vma_create(unsigned long nr_pages)
{
	struct vm_area_struct *vma;
	struct task_struct *task;

	if (np_task_create(np_this_machine(), "mm_world", NULL, &task))
		return NULL;
	if (!tcp_mmap(task->mm, nr_pages, &vma))
		return vma;
	np_task_exit(task);
	return NULL;
}

static inline void world_vma_destroy(struct vm_area_struct *vma)
{
	np_task_exit(vma->vm_mm->owner);
}

static inline int world_insert(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
			       unsigned long *num)
{
	return vm_insert_pages(vma, addr, pages, num);
}

static inline void world_zap(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	zap_page_range(vma, addr, size);
}

static inline long world_rss(struct vm_area_struct *vma)
{
	return atomic_long_read(&vma->vm_mm->rss_filepages);
}

#endif

#endif /* CONFORMANCE_MM_WORLD_H */
