/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Who holds pages on the mm's side: page tables, pins, files, device memory.
 */
#include <machine.h>

static void mm_holders(struct mm_struct *mm, np_holder_fn *fn, void *arg)
{
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &mm->vmas, list) {
		unsigned long nr = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;

		for (unsigned long i = 0; i < nr; i++) {
			const struct np_pte *pte = &vma->ptes[i];

			if (pte->page)
				fn(arg, &(struct np_holder){ .kind = NP_HOLDER_MAPPING,
							     .name = mm->owner->name,
							     .where = pte->where,
							     .page = pte->page,
							     .refs = 1,
							     .len = PAGE_SIZE,
							     .stamp = pte->stamp,
							     .task = mm->owner,
							     .memcg_id = pte->memcg_id });
		}
	}
}

static void pin_holders(struct task_struct *task, np_holder_fn *fn, void *arg)
{
	struct np_pin *pin;

	list_for_each_entry(pin, &task->pins, list)
		fn(arg, &(struct np_holder){ .kind = NP_HOLDER_PIN,
					     .name = task->name,
					     .where = pin->where,
					     .page = pin->page,
					     .refs = pin->refs,
					     .len = PAGE_SIZE,
					     .stamp = pin->stamp,
					     .task = task,
					     .memcg_id = pin->memcg_id });
}

static void device_holders(struct np_machine *machine, np_holder_fn *fn, void *arg)
{
	for (unsigned long i = 0; i < machine->nr_device_pages; i++) {
		struct page *page = &machine->memmap[machine->options.nr_pages + i];

		if (page->zone_device_data)
			fn(arg, &(struct np_holder){ .kind = NP_HOLDER_DRIVER,
						     .name = "zone device",
						     .page = page,
						     .refs = 1 });
	}
}

void np_mm_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg)
{
	struct task_struct *task;
	struct address_space *file;

	list_for_each_entry(task, &machine->tasks, all) {
		mm_holders(task->mm, fn, arg);
		pin_holders(task, fn, arg);
	}
	list_for_each_entry(file, &machine->files, all)
		fn(arg, &(struct np_holder){ .kind = NP_HOLDER_PAGE_CACHE,
					     .name = "page cache",
					     .page = file->page,
					     .refs = 1 });
	device_holders(machine, fn, arg);
}
