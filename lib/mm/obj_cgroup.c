/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Object cgroups: kernel memory points at one of these instead of at a memcg, so
 * that a removed group can hand its charges to its parent by changing one word.
 */
#include <machine.h>

int np_objcg_online(struct mem_cgroup *memcg)
{
	struct np_machine *machine = memcg->machine;
	struct obj_cgroup *objcg = np_alloc(machine, sizeof(*objcg));

	if (!objcg)
		return -ENOMEM;
	atomic_long_set(&objcg->refcnt, 1);
	objcg->memcg = memcg;
	INIT_LIST_HEAD(&objcg->list);
	spin_lock_irqsave(&machine->objcg_lock);
	list_add_tail(&objcg->all, &machine->objcgs);
	spin_unlock_irqrestore(&machine->objcg_lock);
	smp_store_release(&memcg->objcg, objcg);
	return 0;
}

/* Models: mm/memcontrol.c, memcg_reparent_objcgs(), 6.1. */
void np_objcg_offline(struct mem_cgroup *memcg)
{
	struct np_machine *machine = memcg->machine;
	struct mem_cgroup *parent = memcg->parent;
	struct obj_cgroup *objcg = xchg(&memcg->objcg, NULL), *each;
	long kmem = memcg_page_state(memcg, MEMCG_KMEM);

	spin_lock_irqsave(&machine->objcg_lock);
	list_add(&objcg->list, &memcg->objcg_list);
	/* The parent's counter has these charges already: counters are hierarchical. */
	list_for_each_entry(each, &memcg->objcg_list, list)
		smp_store_release(&each->memcg, parent);
	list_splice_init(&memcg->objcg_list, &parent->objcg_list);
	spin_unlock_irqrestore(&machine->objcg_lock);
	/* A charge that found the old group a moment ago is still counted there: a statistic. */
	mod_memcg_state(memcg, MEMCG_KMEM, -kmem);
	mod_memcg_state(parent, MEMCG_KMEM, kmem);
	obj_cgroup_put(objcg);
}

void obj_cgroup_get(struct obj_cgroup *objcg)
{
	atomic_long_inc(&objcg->refcnt);
}

static bool obj_cgroup_tryget(struct obj_cgroup *objcg)
{
	return atomic_long_add_unless(&objcg->refcnt, 1, 0);
}

void obj_cgroup_put(struct obj_cgroup *objcg)
{
	struct np_machine *machine = this_machine();

	if (!atomic_long_sub_and_test(1, &objcg->refcnt))
		return;
	spin_lock_irqsave(&machine->objcg_lock);
	list_del(&objcg->list);
	list_del(&objcg->all);
	spin_unlock_irqrestore(&machine->objcg_lock);
	np_free_rcu(machine, objcg, sizeof(*objcg));
}

struct obj_cgroup *get_obj_cgroup_from_current(void)
{
	struct task_struct *task = get_current();
	struct obj_cgroup *objcg = NULL;
	struct mem_cgroup *memcg;

	if (!task)
		return NULL;
	rcu_read_lock();
	/* An offline group has none: the nearest ancestor that has one pays. */
	for (memcg = mem_cgroup_from_task(task); memcg && !mem_cgroup_is_root(memcg);
	     memcg = memcg->parent) {
		objcg = smp_load_acquire(&memcg->objcg);
		if (objcg && obj_cgroup_tryget(objcg))
			break;
		objcg = NULL;
	}
	rcu_read_unlock();
	return objcg;
}

struct mem_cgroup *get_mem_cgroup_from_objcg(struct obj_cgroup *objcg)
{
	struct mem_cgroup *memcg;

	rcu_read_lock();
	/* A group whose count is 0 is past offline: the objcg points at its parent by now. */
	do {
		memcg = smp_load_acquire(&objcg->memcg);
	} while (!css_tryget(&memcg->css));
	rcu_read_unlock();
	return memcg;
}

int obj_cgroup_charge_pages(struct obj_cgroup *objcg, gfp_t gfp, unsigned int nr_pages)
{
	struct mem_cgroup *memcg = get_mem_cgroup_from_objcg(objcg);
	int err;

	/*
	 * Root, when a removal has just handed its objcg up: the uncharge will not make an
	 * exception of root, so the charge must not either.  5.12 made one (c5c8b16b596e).
	 */
	if (memcg->machine->options.model == NP_MODEL_5_12)
		err = try_charge(memcg, gfp, nr_pages);
	else
		err = np_try_charge_memcg(memcg, gfp, nr_pages);
	if (!err)
		mod_memcg_state(memcg, MEMCG_KMEM, (long)nr_pages);
	css_put(&memcg->css);
	return err;
}

void obj_cgroup_uncharge_pages(struct obj_cgroup *objcg, unsigned int nr_pages)
{
	struct mem_cgroup *memcg = get_mem_cgroup_from_objcg(objcg);

	mod_memcg_state(memcg, MEMCG_KMEM, -(long)nr_pages);
	refill_stock(memcg, nr_pages);
	np_trace(memcg->machine, .id = NP_TRACE_MEMCG_UNCHARGE, .memcg = memcg,
		 .value = -(long)nr_pages, .result = (long)page_counter_read(&memcg->memory));
	css_put(&memcg->css);
}

int __memcg_kmem_charge_page(struct page *page, gfp_t gfp, unsigned int order)
{
	struct obj_cgroup *objcg = get_obj_cgroup_from_current();
	int err;

	if (!objcg)
		return 0;
	err = obj_cgroup_charge_pages(objcg, gfp, 1U << order);
	if (err) {
		obj_cgroup_put(objcg);
		return err;
	}
	/* The page's reference to the objcg is the one just taken. */
	WRITE_ONCE(page->memcg_data, (unsigned long)objcg | MEMCG_DATA_KMEM);
	return 0;
}

void __memcg_kmem_uncharge_page(struct page *page, unsigned int order)
{
	unsigned long data = READ_ONCE(page->memcg_data);
	struct obj_cgroup *objcg = (struct obj_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK);

	if (!(data & MEMCG_DATA_KMEM))
		return;
	obj_cgroup_uncharge_pages(objcg, 1U << order);
	WRITE_ONCE(page->memcg_data, 0UL);
	obj_cgroup_put(objcg);
}

/* Models: mm/memcontrol.c, mem_cgroup_charge_skmem(), 6.1 on cgroup v2. */
bool mem_cgroup_charge_skmem(struct mem_cgroup *memcg, unsigned int nr_pages, gfp_t gfp)
{
	if (try_charge(memcg, gfp, nr_pages))
		return false;
	mod_memcg_state(memcg, MEMCG_SOCK, (long)nr_pages);
	return true;
}

void mem_cgroup_uncharge_skmem(struct mem_cgroup *memcg, unsigned int nr_pages)
{
	mod_memcg_state(memcg, MEMCG_SOCK, -(long)nr_pages);
	refill_stock(memcg, nr_pages);
	np_trace(memcg->machine, .id = NP_TRACE_MEMCG_UNCHARGE, .memcg = memcg,
		 .value = -(long)nr_pages, .result = (long)page_counter_read(&memcg->memory));
}
