/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Memory control groups as objects: creation, removal, what pins them, statistics.
 * What is charged to them is in memcg_stock.c, memcg_page.c and obj_cgroup.c.
 */
#include <stdio.h>
#include <string.h>

#include <machine.h>

static size_t vmstats_size(const struct np_machine *machine)
{
	return sizeof(atomic_long_t) * MEMCG_NR_STAT * machine->options.nr_cpus;
}

static struct mem_cgroup *alloc_memcg(struct np_machine *machine, const char *name,
				      struct mem_cgroup *parent)
{
	struct mem_cgroup *memcg = np_alloc(machine, sizeof(*memcg));

	if (!memcg)
		return NULL;
	memcg->vmstats = np_alloc(machine, vmstats_size(machine));
	if (!memcg->vmstats) {
		np_free(machine, memcg, sizeof(*memcg));
		return NULL;
	}
	memcg->machine = machine;
	memcg->parent = parent;
	memcg->online = 1;
	atomic_long_set(&memcg->css.refcnt, 1);
	INIT_LIST_HEAD(&memcg->objcg_list);
	snprintf(memcg->name, sizeof(memcg->name), "%s", name);
	page_counter_init(&memcg->memory, parent ? &parent->memory : NULL);
	memcg->memory.high = PAGE_COUNTER_MAX;
	return memcg;
}

static void free_memcg(struct mem_cgroup *memcg)
{
	np_free_rcu(memcg->machine, memcg->vmstats, vmstats_size(memcg->machine));
	np_free_rcu(memcg->machine, memcg, sizeof(*memcg));
}

int np_memcg_init(struct np_machine *machine)
{
	struct mem_cgroup *root = alloc_memcg(machine, "root", NULL);

	if (!root)
		return -ENOMEM;
	np_stock_init(machine);
	root->id = machine->next_memcg_id++;
	machine->root = root;
	list_add_tail(&root->all, &machine->memcgs);
	return 0;
}

void np_memcg_exit(struct np_machine *machine)
{
	if (!machine->root)
		return;
	list_del(&machine->root->all);
	np_free(machine, machine->root->vmstats, vmstats_size(machine));
	np_free(machine, machine->root, sizeof(*machine->root));
	machine->root = NULL;
}

struct mem_cgroup *np_memcg_find(struct np_machine *machine, u32 id)
{
	struct mem_cgroup *memcg, *found = NULL;

	spin_lock_irqsave(&machine->objects_lock);
	list_for_each_entry(memcg, &machine->memcgs, all)
		if (memcg->id == id)
			found = memcg;
	spin_unlock_irqrestore(&machine->objects_lock);
	return found;
}

struct mem_cgroup *root_mem_cgroup(struct np_machine *machine)
{
	return machine->root;
}

bool mem_cgroup_is_root(const struct mem_cgroup *memcg)
{
	return memcg == memcg->machine->root;
}

static bool name_taken(struct np_machine *machine, const char *name)
{
	struct mem_cgroup *memcg;
	bool taken = false;

	spin_lock_irqsave(&machine->objects_lock);
	list_for_each_entry(memcg, &machine->memcgs, all)
		taken |= READ_ONCE(memcg->online) && !strcmp(memcg->name, name);
	spin_unlock_irqrestore(&machine->objects_lock);
	return taken;
}

int np_memcg_create(struct np_machine *machine, const char *name, struct mem_cgroup *parent,
		    struct mem_cgroup **out)
{
	struct mem_cgroup *memcg;

	if (!name || !*name || strlen(name) >= sizeof(memcg->name) || name_taken(machine, name))
		return -EINVAL;
	parent = parent ? parent : machine->root;
	if (!READ_ONCE(parent->online))
		return -EINVAL;
	np_rcu_reclaim(machine);
	memcg = alloc_memcg(machine, name, parent);
	if (!memcg)
		return -ENOMEM;
	if (np_objcg_online(memcg)) {
		free_memcg(memcg);
		return -ENOMEM;
	}
	css_get(&parent->css);
	spin_lock_irqsave(&machine->objects_lock);
	memcg->id = machine->next_memcg_id++;
	list_add_tail(&memcg->all, &machine->memcgs);
	spin_unlock_irqrestore(&machine->objects_lock);
	*out = memcg;
	return 0;
}

static bool has_online_children(struct mem_cgroup *parent)
{
	struct mem_cgroup *memcg;
	bool found = false;

	spin_lock_irqsave(&parent->machine->objects_lock);
	list_for_each_entry(memcg, &parent->machine->memcgs, all)
		found |= memcg->parent == parent && READ_ONCE(memcg->online);
	spin_unlock_irqrestore(&parent->machine->objects_lock);
	return found;
}

/* Models: mm/memcontrol.c, mem_cgroup_css_offline(), 6.1: in this order. */
int np_memcg_rmdir(struct mem_cgroup *memcg)
{
	struct np_machine *machine = memcg->machine;

	if (mem_cgroup_is_root(memcg))
		return -EINVAL;
	if (atomic_long_read(&memcg->nr_tasks) || has_online_children(memcg))
		return -EBUSY;
	if (!xchg(&memcg->online, 0))
		return -EINVAL;
	page_counter_set_min(&memcg->memory, 0);
	page_counter_set_low(&memcg->memory, 0);
	np_objcg_offline(memcg);
	/*
	 * Not waited for.  A CPU that refills its stock after its drain keeps the dead
	 * group pinned until another group needs the stock: the kernel has that too.
	 */
	drain_all_stock(memcg);
	css_put(&memcg->css);
	np_rcu_reclaim(machine);
	return 0;
}

int np_memcg_set_max(struct mem_cgroup *memcg, unsigned long nr_pages)
{
	xchg(&memcg->memory.max, nr_pages);
	if (page_counter_read(&memcg->memory) > nr_pages)
		drain_all_stock(memcg);
	return 0;
}

void css_get_many(struct cgroup_subsys_state *css, unsigned long n)
{
	atomic_long_add((long)n, &css->refcnt);
}

bool css_tryget(struct cgroup_subsys_state *css)
{
	return atomic_long_add_unless(&css->refcnt, 1, 0);
}

void css_put_many(struct cgroup_subsys_state *css, unsigned long n)
{
	/* A child's release unpins its parent, which may be the parent's last pin too. */
	while (css && atomic_long_sub_and_test((long)n, &css->refcnt)) {
		struct mem_cgroup *memcg = np_container_of(css, struct mem_cgroup, css);
		struct mem_cgroup *parent = memcg->parent;

		spin_lock_irqsave(&memcg->machine->objects_lock);
		list_del(&memcg->all);
		spin_unlock_irqrestore(&memcg->machine->objects_lock);
		free_memcg(memcg);
		css = parent ? &parent->css : NULL;
		n = 1;
	}
}

struct mem_cgroup *mem_cgroup_from_task(struct task_struct *task)
{
	/* Pairs with the release in np_task_migrate(): the group may be brand new. */
	return smp_load_acquire(&task->memcg);
}

struct mem_cgroup *get_mem_cgroup_from_mm(struct mm_struct *mm)
{
	struct mem_cgroup *memcg;

	if (!mm) {
		memcg = root_mem_cgroup(this_machine());
		css_get(&memcg->css);
		return memcg;
	}
	rcu_read_lock();
	do {
		memcg = mem_cgroup_from_task(mm->owner);
	} while (!css_tryget(&memcg->css));
	rcu_read_unlock();
	return memcg;
}

void mod_memcg_state(struct mem_cgroup *memcg, enum memcg_stat_item item, long val)
{
	/* Only this CPU writes here; atomic so that readers elsewhere see whole words. */
	atomic_long_t *stat = &memcg->vmstats[smp_processor_id() * MEMCG_NR_STAT + (int)item];

	atomic_long_set(stat, atomic_long_read(stat) + val);
}

long memcg_page_state(struct mem_cgroup *memcg, enum memcg_stat_item item)
{
	long sum = 0;

	for (unsigned int cpu = 0; cpu < memcg->machine->options.nr_cpus; cpu++)
		sum += atomic_long_read(&memcg->vmstats[cpu * MEMCG_NR_STAT + item]);
	/* Another CPU may be between the two halves of a move. */
	return sum < 0 ? 0 : sum;
}
