/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The world of the proposal's cases in the library: a machine under network_at_zero (with a branch
 * in one place only: network_at_zero_naive), a card whose driver is the page_pool one, and tasks
 * in memory cgroups.
 */
#include <netpage/netpage.h>

#include "network_world.h"

struct network_world {
	struct np_machine *machine;
	struct np_context context; /* on top of the one that the suite runs in */
	struct net_device *dev;
	struct mem_cgroup *memcg[GROUPS];
	bool one_place;
	struct task_struct *tasks[4];
	struct page *fill[NETWORK_FILL];
	unsigned int nr_fill;
};

struct network_process {
	struct network_world *world;
	struct task_struct *task;
	struct vm_area_struct *vma;
};

static bool populate(struct network_world *world)
{
	const struct np_nic_options nic = { .pool_size = NETWORK_RING, .ring_size = 1 };

	return !np_nic_create(world->machine, &nic, &world->dev) &&
	       !np_memcg_create(world->machine, "network", NULL, &world->memcg[GROUP_PARENT]) &&
	       !np_memcg_create(world->machine, "A", world->memcg[GROUP_PARENT],
				&world->memcg[GROUP_A]) &&
	       !np_memcg_create(world->machine, "B", world->memcg[GROUP_PARENT],
				&world->memcg[GROUP_B]);
}

struct network_world *network_world_create(bool one_place)
{
	const struct np_machine_options options = {
		.scheme = np_scheme_find(one_place ? "network_at_zero_naive" : "network_at_zero"),
	};
	struct network_world *world;
	struct np_machine *machine;

	if (np_machine_create(&machine, &options))
		return NULL;
	world = np_alloc(machine, sizeof(*world));
	if (!world || np_enter(&world->context, machine, 0, NP_KTHREAD, NULL)) {
		np_machine_abandon(machine);
		return NULL;
	}
	world->machine = machine;
	world->one_place = one_place;
	if (populate(world))
		return world;
	network_world_destroy(world);
	return NULL;
}

void network_world_destroy(struct network_world *world)
{
	struct np_machine *machine = world->machine;
	bool abandon = world->one_place;

	while (world->nr_fill)
		__free_page(world->fill[--world->nr_fill]);
	np_leave(&world->context);
	np_free(machine, world, sizeof(*world));
	/* A pool that waits for pages for ever is what the one place is about. */
	if (abandon)
		np_machine_abandon(machine);
	else
		np_machine_destroy(machine);
}

struct page *network_world_receive(struct network_world *world)
{
	struct np_context softirq;
	struct page *page;

	if (np_enter(&softirq, world->machine, 0, NP_SOFTIRQ, NULL))
		return NULL;
	page = page_pool_dev_alloc_pages(world->dev->pool);
	if (page)
		network_page_init(world->dev, page);
	np_leave(&softirq);
	return page;
}

int network_world_held(struct network_world *world)
{
	return page_pool_inflight(world->dev->pool);
}

unsigned long network_world_recycled(struct network_world *world)
{
	struct page_pool_stats stats = { 0 };

	page_pool_get_stats(world->dev->pool, &stats);
	return stats.recycle_stats.cached + stats.recycle_stats.ring;
}

void network_world_detach(struct network_world *world, struct page *page)
{
	page_pool_release_page(world->dev->pool, page);
}

void network_world_close_pool(struct network_world *world)
{
	unregister_netdev(world->dev);
	world->dev = NULL;
}

void network_world_wait(struct network_world *world)
{
	np_machine_advance(world->machine, 2100);
}

enum network_group network_world_payer(struct network_world *world, struct page *page)
{
	struct mem_cgroup *memcg = page_memcg(page);

	for (int group = GROUP_PARENT; memcg && group < GROUPS; group++)
		if (world->memcg[group] == memcg)
			return (enum network_group)group;
	return GROUP_NOBODY;
}

/* The library keeps the statistics of each group by itself. */
long network_world_charged(struct network_world *world, enum network_group group)
{
	long pages = 0;

	for (int other = GROUP_PARENT; other < GROUPS; other++)
		if (world->memcg[other] && (group == GROUP_PARENT || (int)group == other))
			pages += memcg_page_state(world->memcg[other], MEMCG_KMEM);
	return pages;
}

/* A task of the group's allocates: what is charged to it is what the group uses. */
bool network_world_leave_room(struct network_world *world, enum network_group group,
			      unsigned int pages)
{
	struct mem_cgroup *memcg = world->memcg[group];
	struct page *page = NULL;
	struct task_struct *task;
	struct np_context app;

	np_memcg_set_max(memcg, np_memcg_usage(memcg) + np_memcg_stock(memcg) + pages);
	if (np_task_create(world->machine, "fill", memcg, &task) ||
	    np_enter(&app, world->machine, 0, NP_TASK, task))
		return false;
	while (world->nr_fill < NETWORK_FILL) {
		page = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 0);
		if (!page)
			break;
		world->fill[world->nr_fill++] = page;
	}
	np_leave(&app);
	np_task_exit(task);
	if (page || world->nr_fill < pages)
		return false;
	while (pages--)
		__free_page(world->fill[--world->nr_fill]);
	return true;
}

/* The kernel's world has no processes in its groups; the library's leave before. */
void network_world_offline(struct network_world *world, enum network_group group)
{
	struct mem_cgroup *memcg = world->memcg[group];

	for (size_t i = 0; i < ARRAY_SIZE(world->tasks); i++)
		if (world->tasks[i])
			np_task_migrate(world->tasks[i], world->memcg[GROUP_PARENT]);
	world->memcg[group] = NULL;
	np_memcg_rmdir(memcg);
}

struct network_process *network_process_create(struct network_world *world,
					       enum network_group group)
{
	struct network_process *process = np_alloc(world->machine, sizeof(*process));
	char name[] = "P0";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(world->tasks) && world->tasks[i]; i++)
		;
	if (!process || i == ARRAY_SIZE(world->tasks))
		return NULL;
	name[1] = (char)('0' + i);
	process->world = world;
	if (np_task_create(world->machine, name, world->memcg[group], &process->task) ||
	    tcp_mmap(process->task->mm, NETWORK_PLACES, &process->vma))
		return NULL;
	world->tasks[i] = process->task;
	return process;
}

void network_process_exit(struct network_process *process)
{
	for (size_t i = 0; i < ARRAY_SIZE(process->world->tasks); i++)
		if (process->world->tasks[i] == process->task)
			process->world->tasks[i] = NULL;
	np_task_exit(process->task);
	np_free(process->world->machine, process, sizeof(*process));
}

/* As lib/net/zerocopy.c does with a batch. */
int network_process_map(struct network_process *process, struct page **pages, unsigned int place,
			unsigned long *nr)
{
	struct np_machine *machine = process->world->machine;
	const struct np_scheme *scheme = np_machine_options_of(machine)->scheme;
	struct np_receive receive = { .machine = machine, .mm = process->task->mm };
	unsigned int all = (unsigned int)*nr;
	unsigned long left = all;
	struct np_context app;
	int err;

	if (np_enter(&app, machine, 0, NP_TASK, process->task))
		return -EBUSY;
	receive.memcg = mem_cgroup_from_task(process->task);
	err = scheme->charge_pages(&receive, pages, all);
	if (!err) {
		err = vm_insert_pages(process->vma, process->vma->vm_start + place * PAGE_SIZE,
				      pages, &left);
		if (left)
			scheme->pages_not_mapped(&receive, pages, all - (unsigned int)left, all);
	}
	np_leave(&app);
	*nr = all - left;
	return err;
}

void network_process_unmap(struct network_process *process, unsigned int place, unsigned int nr)
{
	zap_page_range(process->vma, process->vma->vm_start + place * PAGE_SIZE, nr * PAGE_SIZE);
}

bool network_page_marked(const struct page *page)
{
	return PageNetwork(page);
}
