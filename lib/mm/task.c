/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Processes, as far as memory goes: an address space, a group, and pins.
 */
#include <stdio.h>
#include <string.h>

#include <mm/mmap.h>

static struct task_struct *alloc_task(struct np_machine *machine, const char *name)
{
	struct task_struct *task = np_alloc(machine, sizeof(*task));

	if (!task)
		return NULL;
	task->mm = np_alloc(machine, sizeof(*task->mm));
	if (!task->mm) {
		np_free(machine, task, sizeof(*task));
		return NULL;
	}
	task->machine = machine;
	INIT_LIST_HEAD(&task->pins);
	snprintf(task->name, sizeof(task->name), "%s", name);
	task->mm->machine = machine;
	task->mm->owner = task;
	INIT_LIST_HEAD(&task->mm->vmas);
	task->mm->mmap_base = 0x10000;
	return task;
}

int np_task_create(struct np_machine *machine, const char *name, struct mem_cgroup *memcg,
		   struct task_struct **out)
{
	struct task_struct *task;

	if (!name || !*name || strlen(name) >= sizeof(task->name))
		return -EINVAL;
	memcg = memcg ? memcg : machine->root;
	if (!READ_ONCE(memcg->online))
		return -EINVAL;
	task = alloc_task(machine, name);
	if (!task)
		return -ENOMEM;
	task->memcg = memcg;
	atomic_long_inc(&memcg->nr_tasks);
	spin_lock_irqsave(&machine->objects_lock);
	list_add_tail(&task->all, &machine->tasks);
	spin_unlock_irqrestore(&machine->objects_lock);
	*out = task;
	return 0;
}

/* Where this thread runs as @task it goes on as a kernel thread. */
static void forget_current(const struct task_struct *task)
{
	for (struct np_context *context = np_here(); context; context = context->outer) {
		if (context->task != task)
			continue;
		context->task = NULL;
		context->kind = NP_KTHREAD;
	}
}

void np_task_exit(struct task_struct *task)
{
	struct np_machine *machine = task->machine;
	struct mm_struct *mm = task->mm;

	np_pins_release(task, NULL);
	do_munmap(mm, 0, mm->mmap_base & PAGE_MASK);
	spin_lock_irqsave(&machine->objects_lock);
	list_del(&task->all);
	spin_unlock_irqrestore(&machine->objects_lock);
	WRITE_ONCE(task->mm, NULL);
	forget_current(task);
	atomic_long_dec(&task->memcg->nr_tasks);
	np_free_rcu(machine, mm, sizeof(*mm));
	np_free_rcu(machine, task, sizeof(*task));
}

int np_task_fork(struct task_struct *parent, const char *name, struct task_struct **out)
{
	struct task_struct *child;
	int err = np_task_create(parent->machine, name, parent->memcg, &child);

	if (err)
		return err;
	err = np_dup_mmap(parent->mm, child->mm);
	if (err) {
		np_task_exit(child);
		return err;
	}
	*out = child;
	return 0;
}

int np_task_migrate(struct task_struct *task, struct mem_cgroup *memcg)
{
	struct mem_cgroup *old = task->memcg;

	if (!memcg || !READ_ONCE(memcg->online))
		return -EINVAL;
	atomic_long_inc(&memcg->nr_tasks);
	smp_store_release(&task->memcg, memcg);
	atomic_long_dec(&old->nr_tasks);
	return 0;
}

u32 np_task_memcg_id(struct task_struct *task)
{
	u32 id;

	/* The task may be moved away, and the group removed, while we look. */
	rcu_read_lock();
	id = mem_cgroup_from_task(task)->id;
	rcu_read_unlock();
	return id;
}
