/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Groups for kernel code that runs as no task of a group.
 */
#include <linux/memcontrol.h>

#include <memcg_world.h>
#include <netpage/mmap.h>

#define HIDDEN_TASK "active_memcg"

struct mem_cgroup *world_memcg_create(const char *name, struct mem_cgroup *parent)
{
	struct mem_cgroup *memcg;

	return np_memcg_create(np_this_machine(), name, parent, &memcg) ? NULL : memcg;
}

void world_memcg_destroy(struct mem_cgroup *memcg)
{
	int err = np_memcg_rmdir(memcg);

	WARN(err, "rmdir of a memory cgroup: error %d", err);
	/* What is offline is offline when this returns, and drained. */
	np_machine_settle(np_this_machine());
}

/* Whom an allocation with __GFP_ACCOUNT charges is the current task's group. */
struct mem_cgroup *np_compat_set_active_memcg(struct mem_cgroup *memcg)
{
	struct np_context *here = np_here();
	struct task_struct *task = here->task, *hidden = NULL;
	struct mem_cgroup *before = NULL;

	if (task && strcmp(task->name, HIDDEN_TASK)) {
		WARN(1, "set_active_memcg() by a task, which pays for itself");
		return NULL;
	}
	if (memcg && np_task_create(here->machine, HIDDEN_TASK, memcg, &hidden)) {
		WARN(1, "set_active_memcg(): no memory, or the group is offline");
		return NULL;
	}
	if (task) {
		before = mem_cgroup_from_task(task);
		np_task_exit(task);
	}
	here->task = hidden;
	here->kind = hidden ? NP_TASK : NP_KTHREAD;
	return before;
}
