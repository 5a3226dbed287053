/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * No counter is below zero.  A page_counter reports that itself, and starts again
 * from 0, so one that is negative here was not changed by its functions.
 */
#include <check/check.h>

static void check_one(struct np_census *census, const char *object, const char *what, long value)
{
	if (value < 0)
		np_report(census, NP_COUNTER_NOT_NEGATIVE, object, "has %s of %ld", what, value);
}

/* Not memcg_page_state(), which hides what is below zero. */
static long raw_state(const struct mem_cgroup *memcg, enum memcg_stat_item item)
{
	long sum = 0;

	for (unsigned int cpu = 0; cpu < memcg->machine->options.nr_cpus; cpu++)
		sum += atomic_long_read(&memcg->vmstats[cpu * MEMCG_NR_STAT + item]);
	return sum;
}

static void check_memcg(struct np_census *census, struct np_memcg_fact *fact)
{
	const struct mem_cgroup *memcg = fact->memcg;

	check_one(census, memcg->name, "a usage", atomic_long_read(&memcg->memory.usage));
	check_one(census, memcg->name, "a min_usage", atomic_long_read(&memcg->memory.min_usage));
	check_one(census, memcg->name, "a low_usage", atomic_long_read(&memcg->memory.low_usage));
	check_one(census, memcg->name, "a children_min_usage",
		  atomic_long_read(&memcg->memory.children_min_usage));
	check_one(census, memcg->name, "a children_low_usage",
		  atomic_long_read(&memcg->memory.children_low_usage));
	check_one(census, memcg->name, "a css count", atomic_long_read(&memcg->css.refcnt));
	check_one(census, memcg->name, "a number of tasks", atomic_long_read(&memcg->nr_tasks));
	check_one(census, memcg->name, "a sock statistic", raw_state(memcg, MEMCG_SOCK));
	check_one(census, memcg->name, "a file statistic", raw_state(memcg, NR_FILE_PAGES));
	/* MEMCG_KMEM moves at rmdir; a charge that races with that is counted on one side only. */
}

void np_check_counter_not_negative(struct np_census *census)
{
	struct np_machine *machine = census->machine;
	struct task_struct *task;
	struct net_device *dev;
	struct sock *sk;

	np_census_each_memcg(census, check_memcg);
	list_for_each_entry(task, &machine->tasks, all)
		check_one(census, task->name, "a number of mapped pages",
			  task->mm ? atomic_long_read(&task->mm->rss_filepages) : 0);
	list_for_each_entry(sk, &machine->socks, all)
		check_one(census, sk->name, "receive memory", atomic_long_read(&sk->sk_rmem_alloc));
	list_for_each_entry(dev, &machine->devs, all)
		check_one(census, dev->name, "a number of DMA mappings",
			  atomic_long_read(&dev->nr_dma_mapped));
}
