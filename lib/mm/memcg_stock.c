/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Charging a group: the per-CPU stock, and the ladder of try_charge().
 */
#include <machine.h>

#define MAX_RECLAIM_RETRIES 16
#define PAGE_ALLOC_COSTLY_ORDER 3

/*
 * Only its CPU writes a stock, with interrupts off: whoever interrupts a charge may charge as
 * well, and so may whoever runs next.  Other CPUs look at it to decide about a drain.
 * Models: mm/memcontrol.c, memcg_stock.stock_lock, 6.1.
 */

static bool consume_stock(struct mem_cgroup *memcg, unsigned int nr_pages)
{
	struct memcg_stock_pcp *stock;
	bool enough;

	local_irq_save();
	stock = &this_np_cpu()->stock;
	enough = stock->cached == memcg && stock->nr_pages >= nr_pages;
	if (enough)
		WRITE_ONCE(stock->nr_pages, stock->nr_pages - nr_pages);
	local_irq_restore();
	return enough;
}

static void drain_stock(struct memcg_stock_pcp *stock)
{
	struct mem_cgroup *old = stock->cached;

	if (!old)
		return;
	if (stock->nr_pages) {
		page_counter_uncharge(&old->memory, stock->nr_pages);
		WRITE_ONCE(stock->nr_pages, 0);
	}
	WRITE_ONCE(stock->cached, NULL);
	css_put(&old->css);
}

static void drain_local_stock(struct work_struct *work)
{
	local_irq_save();
	drain_stock(np_container_of(work, struct memcg_stock_pcp, work));
	local_irq_restore();
}

/* Once: CPUs that want a stock drained do not write its work. */
void np_stock_init(struct np_machine *machine)
{
	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
		machine->cpus[cpu].stock.work.func = drain_local_stock;
}

void np_drain_stock(struct np_machine *machine, int cpu)
{
	drain_stock(&machine->cpus[cpu].stock);
}

void refill_stock(struct mem_cgroup *memcg, unsigned int nr_pages)
{
	struct memcg_stock_pcp *stock;

	local_irq_save();
	stock = &this_np_cpu()->stock;
	if (stock->cached != memcg) {
		drain_stock(stock);
		css_get(&memcg->css);
		/* Pairs with the acquire of those who look at whose pages these are. */
		smp_store_release(&stock->cached, memcg);
	}
	WRITE_ONCE(stock->nr_pages, stock->nr_pages + nr_pages);
	if (stock->nr_pages > memcg->machine->charge_batch)
		drain_stock(stock);
	local_irq_restore();
}

static bool is_descendant(const struct mem_cgroup *memcg, const struct mem_cgroup *ancestor)
{
	while (memcg && memcg != ancestor)
		memcg = memcg->parent;
	return memcg;
}

/* Whether @cpu's stock holds pages of @root or below; a guess, the CPU may be at it. */
static bool stock_is_of(const struct np_cpu *cpu, const struct mem_cgroup *root)
{
	const struct mem_cgroup *cached;
	bool flush;

	/* The stock pins what it caches, but may let go while we look. */
	rcu_read_lock();
	cached = smp_load_acquire(&cpu->stock.cached);
	flush = cached && READ_ONCE(cpu->stock.nr_pages) && is_descendant(cached, root);
	rcu_read_unlock();
	return flush;
}

void drain_all_stock(struct mem_cgroup *root)
{
	struct np_machine *machine = root->machine;
	struct np_context *here = np_here();

	for (int cpu = 0; cpu < (int)machine->options.nr_cpus; cpu++) {
		struct memcg_stock_pcp *stock = &machine->cpus[cpu].stock;

		if (!stock_is_of(&machine->cpus[cpu], root))
			continue;
		if (here && here->machine == machine && here->cpu == cpu) {
			drain_local_stock(&stock->work);
			continue;
		}
		schedule_work_on(cpu, &stock->work);
	}
}

static void count_event(struct mem_cgroup *memcg, enum memcg_memory_event event)
{
	atomic_long_inc(&memcg->events[event]);
}

static bool charge_exactly(struct mem_cgroup *memcg, unsigned int nr_pages,
			   struct mem_cgroup **over_limit)
{
	struct page_counter *fail;

	/* The stock is looked at again: in the kernel an interrupt may have filled it. */
	if (consume_stock(memcg, nr_pages) ||
	    page_counter_try_charge(&memcg->memory, nr_pages, &fail))
		return true;
	*over_limit = np_container_of(fail, struct mem_cgroup, memory);
	return false;
}

static bool charge_batch(struct mem_cgroup *memcg, unsigned int nr_pages,
			 struct mem_cgroup **over_limit)
{
	unsigned int batch = memcg->machine->charge_batch;
	struct page_counter *fail;

	if (batch > nr_pages && page_counter_try_charge(&memcg->memory, batch, &fail)) {
		refill_stock(memcg, batch - nr_pages);
		return true;
	}
	return charge_exactly(memcg, nr_pages, over_limit);
}

static void check_high(struct mem_cgroup *memcg)
{
	for (; memcg; memcg = memcg->parent)
		if (page_counter_read(&memcg->memory) > READ_ONCE(memcg->memory.high))
			count_event(memcg, MEMCG_HIGH);
}

/* Many pages at once are no reason to kill anybody. */
static bool may_kill(gfp_t gfp, unsigned int nr_pages)
{
	return !(gfp & __GFP_RETRY_MAYFAIL) && nr_pages <= 1u << PAGE_ALLOC_COSTLY_ORDER;
}

/*
 * With nothing to reclaim, waiting helps only by what other CPUs' stocks give
 * back.  Whether the charge went through; *@over_limit is the group that is full.
 * The attempt after the drain is one of its own, before those that are counted.
 */
static bool charge_after_drain(struct mem_cgroup *memcg, gfp_t gfp, unsigned int nr_pages,
			       struct mem_cgroup **over_limit)
{
	int retries = MAX_RECLAIM_RETRIES;

	count_event(*over_limit, MEMCG_MAX);
	drain_all_stock(*over_limit);
	cond_resched();
	while (!charge_exactly(memcg, nr_pages, over_limit)) {
		count_event(*over_limit, MEMCG_MAX);
		if (gfp & __GFP_NORETRY)
			return false;
		if (!retries--) {
			if (may_kill(gfp, nr_pages))
				count_event(*over_limit, MEMCG_OOM);
			return false;
		}
		cond_resched();
	}
	return true;
}

static int do_try_charge(struct mem_cgroup *memcg, gfp_t gfp, unsigned int nr_pages)
{
	struct mem_cgroup *over_limit;

	/* What is in the stock has been looked at when it was charged. */
	if (consume_stock(memcg, nr_pages))
		return 0;
	if (charge_batch(memcg, nr_pages, &over_limit) ||
	    ((gfp & __GFP_DIRECT_RECLAIM) &&
	     charge_after_drain(memcg, gfp, nr_pages, &over_limit))) {
		check_high(memcg);
		return 0;
	}
	/* Atomic charges go over the limit: the burden is on those that can wait. */
	if (!(gfp & (__GFP_NOFAIL | __GFP_HIGH)))
		return -ENOMEM;
	if (!(gfp & __GFP_DIRECT_RECLAIM))
		count_event(over_limit, MEMCG_MAX);
	page_counter_charge(&memcg->memory, nr_pages);
	return 0;
}

int np_try_charge_memcg(struct mem_cgroup *memcg, gfp_t gfp, unsigned int nr_pages)
{
	struct np_machine *machine = memcg->machine;
	int err;

	if (np_fault_hit(machine, NP_FAULT_TRY_CHARGE) && !(gfp & __GFP_NOFAIL))
		return -ENOMEM;
	err = do_try_charge(memcg, gfp, nr_pages);
	if (!err)
		np_trace(machine, .id = NP_TRACE_MEMCG_CHARGE, .memcg = memcg,
			 .value = (long)nr_pages,
			 .result = (long)page_counter_read(&memcg->memory));
	return err;
}

int try_charge(struct mem_cgroup *memcg, gfp_t gfp, unsigned int nr_pages)
{
	return mem_cgroup_is_root(memcg) ? 0 : np_try_charge_memcg(memcg, gfp, nr_pages);
}

void cancel_charge(struct mem_cgroup *memcg, unsigned int nr_pages)
{
	if (!mem_cgroup_is_root(memcg))
		page_counter_uncharge(&memcg->memory, nr_pages);
}

unsigned long np_memcg_stock(struct mem_cgroup *memcg)
{
	unsigned long nr = 0;

	for (unsigned int cpu = 0; cpu < memcg->machine->options.nr_cpus; cpu++) {
		const struct memcg_stock_pcp *stock = &memcg->machine->cpus[cpu].stock;

		if (READ_ONCE(stock->cached) == memcg)
			nr += READ_ONCE(stock->nr_pages);
	}
	return nr;
}

unsigned long np_memcg_usage(struct mem_cgroup *memcg)
{
	unsigned long usage = page_counter_read(&memcg->memory), stocked = 0;

	/* Stocks of descendants are in this counter too; they may let go while we look. */
	rcu_read_lock();
	for (unsigned int cpu = 0; cpu < memcg->machine->options.nr_cpus; cpu++) {
		const struct memcg_stock_pcp *stock = &memcg->machine->cpus[cpu].stock;
		const struct mem_cgroup *cached = smp_load_acquire(&stock->cached);

		if (cached && is_descendant(cached, memcg))
			stocked += READ_ONCE(stock->nr_pages);
	}
	rcu_read_unlock();
	return usage > stocked ? usage - stocked : 0;
}
