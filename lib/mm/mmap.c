/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Page tables: inserting, zapping, copying at fork.  One array of entries for
 * each VMA stands for the page table; one lock for each mm for the pte locks.
 */
#include <mm/mmap.h>

/* Pages that one TLB flush covers; mm/mmu_gather.c, MAX_GATHER_BATCH, 6.1. */
#define MAX_GATHER_BATCH 510

static const struct network_rmap_ops no_rmap;

void register_network_rmap_ops(struct np_machine *machine, const struct network_rmap_ops *ops)
{
	machine->rmap = ops ? ops : &no_rmap;
}

static unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

static struct np_pte *pte_at(struct vm_area_struct *vma, unsigned long addr)
{
	return &vma->ptes[(addr - vma->vm_start) >> PAGE_SHIFT];
}

/* At the end of the list; pairs with the acquire of get_user_pages_fast()'s lockless walk. */
static void publish_vma(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct list_head *last = mm->vmas.prev;

	vma->list.next = &mm->vmas;
	vma->list.prev = last;
	mm->vmas.prev = &vma->list;
	smp_store_release(&last->next, &vma->list);
}

int tcp_mmap(struct mm_struct *mm, unsigned long nr_pages, struct vm_area_struct **out)
{
	struct np_machine *machine = mm->machine;
	struct vm_area_struct *vma;

	if (!nr_pages || nr_pages > machine->nr_pfns)
		return -EINVAL;
	vma = np_alloc(machine, sizeof(*vma));
	if (!vma)
		return -ENOMEM;
	vma->ptes = np_alloc(machine, nr_pages * sizeof(*vma->ptes));
	if (!vma->ptes) {
		np_free(machine, vma, sizeof(*vma));
		return -ENOMEM;
	}
	vma->vm_mm = mm;
	vma->tcp_vma = true;
	mutex_lock(&mm->mmap_lock);
	vma->vm_start = mm->mmap_base;
	vma->vm_end = vma->vm_start + (nr_pages << PAGE_SHIFT);
	/* A page of nothing between two VMAs: running over the end is seen. */
	mm->mmap_base = vma->vm_end + PAGE_SIZE;
	publish_vma(mm, vma);
	mutex_unlock(&mm->mmap_lock);
	*out = vma;
	return 0;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &mm->vmas, list)
		if (addr >= vma->vm_start && addr < vma->vm_end)
			return vma;
	return NULL;
}

unsigned long np_find_page(struct mm_struct *mm, const struct page *page)
{
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &mm->vmas, list)
		for (unsigned long i = 0; i < vma_pages(vma); i++)
			if (vma->ptes[i].page == page)
				return vma->vm_start + (i << PAGE_SHIFT);
	return 0;
}

/* Models: mm/rmap.c, page_add_file_rmap(), 6.1, order 0. */
static void page_add_file_rmap(struct mm_struct *mm, struct page *page)
{
	struct np_machine *machine = mm->machine;

	atomic_inc(&page->_mapcount);
	np_trace(machine, .id = NP_TRACE_RMAP_ADD, .page = page, .task = mm->owner, .value = 1,
		 .result = page_mapcount(page));
}

/* Models: mm/rmap.c, page_remove_rmap(), 6.1, order 0. */
static void page_remove_rmap(struct mm_struct *mm, struct page *page)
{
	struct np_machine *machine = mm->machine;
	bool last = atomic_add_negative(-1, &page->_mapcount);

	np_trace(machine, .id = NP_TRACE_RMAP_REMOVE, .page = page, .task = mm->owner, .value = -1,
		 .result = page_mapcount(page));
	/* Another mm may map the page again before the scheme looks: its problem to show. */
	if (last && machine->rmap->page_unmapped)
		machine->rmap->page_unmapped(page);
}

/* Models: mm/memory.c, validate_page_before_insert(), 6.1. */
static int validate_page_before_insert(const struct page *page)
{
	if (PageAnon(page) || PageSlab(page) || page_has_type(page))
		return -EINVAL;
	return 0;
}

/* Context: page table lock. */
static int insert_page(struct vm_area_struct *vma, struct np_pte *pte, struct page *page)
{
	struct mm_struct *mm = vma->vm_mm;
	int err;

	if (!page_count(page))
		return -EINVAL;
	err = validate_page_before_insert(page);
	if (err)
		return err;
	if (pte->page || np_fault_hit(mm->machine, NP_FAULT_VM_INSERT_PAGE))
		return -EBUSY;
	get_page(page);
	atomic_long_inc(&mm->rss_filepages);
	page_add_file_rmap(mm, page);
	pte->stamp = np_page_stamp(mm->machine, page, 0, PAGE_SIZE);
	pte->where = np_where();
	pte->memcg_id = np_task_memcg_id(mm->owner);
	/* Pairs with the lockless look of get_user_pages_fast(). */
	smp_store_release(&pte->page, page);
	return 0;
}

int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
		    unsigned long *num)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long nr = *num, done = 0;
	int err = 0;

	/* An address within a page means that page, but its bytes must all be inside. */
	if (addr < vma->vm_start || addr > vma->vm_end || nr > (vma->vm_end - addr) >> PAGE_SHIFT)
		return -EFAULT;
	spin_lock(&mm->page_table_lock);
	for (; done < nr; done++) {
		err = insert_page(vma, pte_at(vma, addr) + done, pages[done]);
		if (err)
			break;
	}
	spin_unlock(&mm->page_table_lock);
	*num = nr - done;
	return err;
}

/*
 * What the processor has noted in the entry, which is young from the first, goes to the page:
 * mm/swap.c, folio_mark_accessed(), 6.1. Without an LRU nothing comes of the second time.
 */
static void mark_page_accessed(struct page *page)
{
	page = compound_head(page);
	if (!PageReferenced(page))
		SetPageReferenced(page);
	else if (!PageActive(page))
		ClearPageReferenced(page);
}

/* Takes up to MAX_GATHER_BATCH pages out of the entries from *@pte on. */
static int gather_pages(struct vm_area_struct *vma, struct np_pte **pte, struct np_pte *end,
			struct page **pages)
{
	struct mm_struct *mm = vma->vm_mm;
	int nr = 0;

	spin_lock(&mm->page_table_lock);
	for (; *pte < end && nr < MAX_GATHER_BATCH; ++*pte) {
		struct page *page = (*pte)->page;

		if (!page)
			continue;
		WRITE_ONCE((*pte)->page, (struct page *)NULL);
		mark_page_accessed(page);
		atomic_long_dec(&mm->rss_filepages);
		page_remove_rmap(mm, page);
		pages[nr++] = page;
	}
	spin_unlock(&mm->page_table_lock);
	return nr;
}

void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long size)
{
	struct page *pages[MAX_GATHER_BATCH];
	struct np_pte *pte, *end;
	unsigned long stop = start + size;
	int nr;

	if (stop < size)
		stop = ULONG_MAX;
	if (start < vma->vm_start)
		start = vma->vm_start;
	if (stop > vma->vm_end)
		stop = vma->vm_end;
	if (start >= stop)
		return;
	pte = pte_at(vma, start);
	end = pte + ((stop - start) >> PAGE_SHIFT);
	/* The mapcount has gone with the entry; the reference goes after the TLB flush. */
	while ((nr = gather_pages(vma, &pte, end, pages)))
		release_pages(pages, nr);
}

static void free_vma(struct vm_area_struct *vma)
{
	struct np_machine *machine = vma->vm_mm->machine;

	np_free_rcu(machine, vma->ptes, vma_pages(vma) * sizeof(*vma->ptes));
	np_free_rcu(machine, vma, sizeof(*vma));
}

int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long len)
{
	struct vm_area_struct *vma, *next;
	unsigned long end = start + len;

	if ((start | len) & ~PAGE_MASK || end < start)
		return -EINVAL;
	mutex_lock(&mm->mmap_lock);
	list_for_each_entry_safe(vma, next, &mm->vmas, list) {
		if (vma->vm_end <= start || vma->vm_start >= end)
			continue;
		zap_page_range(vma, start, len);
		if (vma->vm_start >= start && vma->vm_end <= end) {
			list_del(&vma->list);
			free_vma(vma);
		}
	}
	mutex_unlock(&mm->mmap_lock);
	return 0;
}

/* The child's entry for @page: one more mapping and one more reference. */
static void copy_pte(struct mm_struct *child, struct np_pte *to, const struct np_pte *from)
{
	if (!from->page)
		return;
	get_page(from->page);
	atomic_long_inc(&child->rss_filepages);
	page_add_file_rmap(child, from->page);
	*to = *from;
	to->where = np_where();
}

int np_dup_mmap(struct mm_struct *parent, struct mm_struct *child)
{
	struct vm_area_struct *vma, *copy;
	int err = 0;

	mutex_lock(&parent->mmap_lock);
	list_for_each_entry(vma, &parent->vmas, list) {
		child->mmap_base = vma->vm_start;
		err = tcp_mmap(child, vma_pages(vma), &copy);
		if (err)
			break;
		spin_lock(&parent->page_table_lock);
		for (unsigned long i = 0; i < vma_pages(vma); i++)
			copy_pte(child, &copy->ptes[i], &vma->ptes[i]);
		spin_unlock(&parent->page_table_lock);
	}
	child->mmap_base = parent->mmap_base;
	mutex_unlock(&parent->mmap_lock);
	return err;
}
