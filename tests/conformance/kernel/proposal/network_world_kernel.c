/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The world of the proposal's cases in a kernel that has the proposal.
 */
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page_network.h>
#include <linux/page_network_rig.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/page_pool.h>

#include "memcg_world.h"
#include "network_world.h"

#define BASE 0x10000000UL

struct network_world {
	struct page_pool *pool;
	struct mem_cgroup *memcg[GROUPS];
	long charged[GROUPS];
	struct page *fill[NETWORK_FILL];
	unsigned int nr_fill;
};

struct network_process {
	struct network_world *world;
	enum network_group group;
	struct mm_struct *mm;
	struct vm_area_struct *vma;
};

static long kernel_pages(struct network_world *world, enum network_group group)
{
	cgroup_rstat_flush(world->memcg[group]->css.cgroup);
	return (long)memcg_page_state(world->memcg[group], MEMCG_KMEM);
}

struct network_world *network_world_create(bool one_place)
{
	const struct page_pool_params params = { .pool_size = NETWORK_RING, .nid = NUMA_NO_NODE };
	struct network_world *world = kzalloc(sizeof(*world), GFP_KERNEL);
	struct page_pool *pool;

	if (!world)
		return NULL;
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		goto free;
	world->pool = pool;
	world->memcg[GROUP_PARENT] = world_memcg_create("network", NULL);
	if (!world->memcg[GROUP_PARENT])
		goto destroy;
	world->memcg[GROUP_A] = world_memcg_create("A", world->memcg[GROUP_PARENT]);
	world->memcg[GROUP_B] = world_memcg_create("B", world->memcg[GROUP_PARENT]);
	if (!world->memcg[GROUP_A] || !world->memcg[GROUP_B])
		goto destroy;
	for (int group = GROUP_PARENT; group < GROUPS; group++)
		world->charged[group] = kernel_pages(world, group);
	network_release_pages_asks = !one_place;
	return world;
destroy:
	page_pool_destroy(pool);
	for (int group = GROUP_B; group >= GROUP_PARENT; group--)
		network_world_offline(world, group);
free:
	kfree(world);
	return NULL;
}

void network_world_destroy(struct network_world *world)
{
	while (world->nr_fill)
		__free_page(world->fill[--world->nr_fill]);
	network_release_pages_asks = true;
	if (world->pool)
		page_pool_destroy(world->pool);
	for (int group = GROUP_B; group >= GROUP_PARENT; group--)
		network_world_offline(world, group);
	kfree(world);
}

struct page *network_world_receive(struct network_world *world)
{
	struct page *page = page_pool_dev_alloc_pages(world->pool);

	if (page)
		SetPageNetwork(page);
	return page;
}

int network_world_held(struct network_world *world)
{
	return (int)(READ_ONCE(world->pool->pages_state_hold_cnt) -
		     (u32)atomic_read(&world->pool->pages_state_release_cnt));
}

unsigned long network_world_recycled(struct network_world *world)
{
	struct page_pool_stats stats = {};

	page_pool_get_stats(world->pool, &stats);
	return stats.recycle_stats.cached + stats.recycle_stats.ring;
}

void network_world_detach(struct network_world *world, struct page *page)
{
	page_pool_release_page(world->pool, page);
}

void network_world_close_pool(struct network_world *world)
{
	page_pool_destroy(world->pool);
	world->pool = NULL;
}

/* It looks once a second. */
void network_world_wait(struct network_world *world)
{
	msleep(2100);
}

enum network_group network_world_payer(struct network_world *world, struct page *page)
{
	struct mem_cgroup *memcg = page_memcg_check(page);

	for (int group = GROUP_PARENT; memcg && group < GROUPS; group++)
		if (world->memcg[group] == memcg)
			return group;
	return GROUP_NOBODY;
}

long network_world_charged(struct network_world *world, enum network_group group)
{
	return kernel_pages(world, group) - world->charged[group];
}

void network_world_offline(struct network_world *world, enum network_group group)
{
	if (world->memcg[group])
		world_memcg_destroy(world->memcg[group]);
	world->memcg[group] = NULL;
}

/* The group has a stock on this CPU, which counts as used: it is used up before, page by page. */
bool network_world_leave_room(struct network_world *world, enum network_group group,
			      unsigned int pages)
{
	struct mem_cgroup *memcg = world->memcg[group], *before;
	struct page *page = NULL;

	if (page_counter_set_max(&memcg->memory, page_counter_read(&memcg->memory) + pages))
		return false;
	before = set_active_memcg(memcg);
	while (world->nr_fill < NETWORK_FILL) {
		page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
		if (!page)
			break;
		world->fill[world->nr_fill++] = page;
	}
	set_active_memcg(before);
	if (page || world->nr_fill < pages)
		return false;
	while (pages--)
		__free_page(world->fill[--world->nr_fill]);
	return true;
}

static const struct vm_operations_struct network_vm_ops = {};

/* Page tables are kernel memory, too. They are made here, by no group, and not when a page comes. */
static bool make_page_tables(struct network_process *process)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long nr = 1;
	int err;

	if (!page)
		return false;
	mmap_read_lock(process->mm);
	err = vm_insert_pages(process->vma, BASE, &page, &nr);
	zap_page_range(process->vma, BASE, PAGE_SIZE);
	mmap_read_unlock(process->mm);
	put_page(page);
	return !err;
}

struct network_process *network_process_create(struct network_world *world,
					       enum network_group group)
{
	struct network_process *process = kzalloc(sizeof(*process), GFP_KERNEL);

	if (!process)
		return NULL;
	process->world = world;
	process->group = group;
	process->mm = mm_alloc();
	if (!process->mm)
		goto free;
	mmap_write_lock(process->mm);
	process->vma = vm_area_alloc(process->mm);
	if (process->vma) {
		process->vma->vm_start = BASE;
		process->vma->vm_end = BASE + NETWORK_PLACES * PAGE_SIZE;
		process->vma->vm_flags = VM_READ | VM_MAYREAD | VM_MIXEDMAP | VM_DONTEXPAND;
		process->vma->vm_page_prot = vm_get_page_prot(process->vma->vm_flags);
		process->vma->vm_ops = &network_vm_ops;
		if (insert_vm_struct(process->mm, process->vma)) {
			vm_area_free(process->vma);
			process->vma = NULL;
		}
	}
	mmap_write_unlock(process->mm);
	if (process->vma && make_page_tables(process))
		return process;
	mmput(process->mm);
free:
	kfree(process);
	return NULL;
}

void network_process_exit(struct network_process *process)
{
	mmput(process->mm);
	kfree(process);
}

int network_process_map(struct network_process *process, struct page **pages, unsigned int place,
			unsigned long *nr)
{
	struct mem_cgroup *before = set_active_memcg(process->world->memcg[process->group]);
	unsigned long left = *nr;
	int err;

	mmap_read_lock(process->mm);
	err = vm_insert_network_pages(process->vma, BASE + place * PAGE_SIZE, pages, &left);
	mmap_read_unlock(process->mm);
	set_active_memcg(before);
	*nr -= left;
	return err;
}

void network_process_unmap(struct network_process *process, unsigned int place, unsigned int nr)
{
	mmap_read_lock(process->mm);
	zap_page_range(process->vma, BASE + place * PAGE_SIZE, nr * PAGE_SIZE);
	mmap_read_unlock(process->mm);
}

bool network_page_marked(const struct page *page)
{
	return PageNetwork(page);
}
