/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * References to mapped pages that outlive the mapping: pipes and pins.
 */
#include <string.h>

#include <mm/mmap.h>

static int gup_refs(unsigned int gup_flags)
{
	return gup_flags & FOLL_PIN ? GUP_PIN_COUNTING_BIAS : 1;
}

/*
 * Only the last one is put with all that a put asks.  Not put_page(): by now @head may be
 * a tail itself, and the references would be another page's.
 * Models: mm/gup.c, put_page_refs(), 5.12, and gup_put_folio(), 6.1.
 */
static void put_refs(struct page *head, int refs)
{
	if (refs > 1)
		page_ref_sub(head, refs - 1);
	if (unlikely(READ_ONCE(head->flags) & PAGE_FLAGS_MANAGED_PUT) && put_managed_page(head))
		return;
	if (put_page_testzero(head))
		__put_page(head);
}

/* Models: mm/gup.c, try_get_folio(), 6.1. NULL: free, or too many references already. */
static struct page *try_get_head(struct page *page, int refs)
{
	struct page *head;

	for (;;) {
		head = compound_head(page);
		if (page_ref_count(head) < 0 || !page_ref_add_unless(head, refs, 0))
			return NULL;
		if (compound_head(page) == head)
			return head;
		/* It was split, or freed and made part of another, before we had it. */
		put_refs(head, refs);
	}
}

/*
 * The speculative part: the entry may be cleared and the page freed and given to
 * somebody else between our look and our reference.  So take one unless the page
 * is free, then look again; a page that has left is put back.
 */
static struct page *gup_pte(struct np_pte *pte, int refs)
{
	struct np_machine *machine = this_machine();
	struct page *page = smp_load_acquire(&pte->page), *head;
	char name[32];

	if (!page)
		return NULL;
	if (!np_compound_head_valid(machine, page)) {
		np_violate(machine, NP_UNION_ARM, np_page_name(machine, page, name, sizeof(name)),
			   "a lockless walk follows compound_head into no page: bit 0 of the first "
			   "union word is set and this is no tail");
		return NULL;
	}
	head = try_get_head(page, refs);
	if (!head)
		return NULL;
	if (READ_ONCE(pte->page) == page)
		return page;
	put_refs(head, refs);
	return NULL;
}

/*
 * As find_vma(), against a munmap() at the same time: what is taken off the list stays
 * as it is while we are an RCU reader, and still leads back to the list.
 */
static struct vm_area_struct *find_vma_lockless(struct mm_struct *mm, unsigned long addr)
{
	struct list_head *pos = &mm->vmas;

	while ((pos = smp_load_acquire(&pos->next)) != &mm->vmas) {
		struct vm_area_struct *vma = list_entry(pos, struct vm_area_struct, list);

		if (addr >= vma->vm_start && addr < vma->vm_end)
			return vma;
	}
	return NULL;
}

static int gup_fast(struct task_struct *task, unsigned long start, int nr_pages,
		    unsigned int gup_flags, struct page **pages)
{
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	int nr = 0;

	if (!task || nr_pages <= 0 || start & ~PAGE_MASK || !(gup_flags & (FOLL_GET | FOLL_PIN)))
		return -EINVAL;
	rcu_read_lock();
	/* Of another task: it may be exiting. */
	mm = READ_ONCE(task->mm);
	vma = mm ? find_vma_lockless(mm, start) : NULL;
	if (vma) {
		struct np_pte *pte = &vma->ptes[(start - vma->vm_start) >> PAGE_SHIFT];

		for (; nr < nr_pages && start < vma->vm_end; nr++, pte++, start += PAGE_SIZE) {
			pages[nr] = gup_pte(pte, gup_refs(gup_flags));
			if (!pages[nr])
				break;
		}
	}
	rcu_read_unlock();
	return nr ? nr : -EFAULT;
}

int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages)
{
	return gup_fast(get_current(), start, nr_pages, gup_flags, pages);
}

static int remember_pin(struct task_struct *task, struct page *page, int refs, const char *kind)
{
	struct np_pin *pin = np_alloc(task->machine, sizeof(*pin));

	if (!pin)
		return -ENOMEM;
	pin->page = page;
	pin->refs = refs;
	pin->kind = kind;
	pin->where = np_where();
	pin->memcg_id = np_task_memcg_id(task);
	pin->stamp = np_page_stamp(task->machine, page, 0, PAGE_SIZE);
	spin_lock(&task->pins_lock);
	list_add_tail(&pin->list, &task->pins);
	spin_unlock(&task->pins_lock);
	return 0;
}

static int pin_one(struct task_struct *task, unsigned long addr, unsigned int gup_flags,
		   const char *kind)
{
	struct page *page;
	int err = gup_fast(task, addr, 1, gup_flags, &page);

	if (err < 0)
		return err;
	err = remember_pin(task, page, gup_refs(gup_flags), kind);
	if (err)
		put_refs(compound_head(page), gup_refs(gup_flags));
	return err ? err : 1;
}

int np_vmsplice(struct task_struct *task, unsigned long start, int nr_pages)
{
	int nr, err = 0;

	if (nr_pages <= 0)
		return -EINVAL;
	for (nr = 0; nr < nr_pages; nr++) {
		err = pin_one(task, start + ((unsigned long)nr << PAGE_SHIFT), FOLL_GET,
			      "vmsplice");
		if (err < 0)
			break;
	}
	return nr ? nr : err;
}

int np_pin_user_page(struct task_struct *task, unsigned long addr)
{
	return pin_one(task, addr, FOLL_PIN, "pin");
}

/* The oldest pin of @kind and of @page, each NULL for any. */
static struct np_pin *take_pin(struct task_struct *task, const char *kind, const struct page *page)
{
	struct np_pin *pin, *found = NULL;

	spin_lock(&task->pins_lock);
	list_for_each_entry(pin, &task->pins, list) {
		if ((kind && strcmp(kind, pin->kind)) || (page && page != pin->page))
			continue;
		found = pin;
		list_del(&pin->list);
		break;
	}
	spin_unlock(&task->pins_lock);
	return found;
}

static void release_pin(struct task_struct *task, struct np_pin *pin)
{
	put_refs(compound_head(pin->page), pin->refs);
	np_free(task->machine, pin, sizeof(*pin));
}

int np_unpin_user_page(struct task_struct *task, struct page *page)
{
	struct np_pin *pin = take_pin(task, "pin", page);

	if (!pin)
		return -ENOENT;
	release_pin(task, pin);
	return 0;
}

void np_pins_release(struct task_struct *task, const char *kind)
{
	struct np_pin *pin;

	while ((pin = take_pin(task, kind, NULL)))
		release_pin(task, pin);
}
