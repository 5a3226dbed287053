/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Putting a machine together from its rooms, letting it come to rest, taking it
 * apart.
 */
#include <machine.h>

#define CHARGE_BATCH_6_1 64
#define CHARGE_BATCH_5_12 32
#define DEFAULT_CPUS 2
#define DEFAULT_PAGES 65536UL

/* Unit: 2^52 bytes are more than any host; the limit keeps sizes from overflowing. */
#define PAGES_MAX ((sizeof(long) == 8) ? (unsigned long)(1ULL << 40) : 1UL << 20)

static int fill_options(struct np_machine_options *to, const struct np_machine_options *from)
{
	*to = from ? *from : (struct np_machine_options){ 0 };
	if (!to->nr_cpus)
		to->nr_cpus = DEFAULT_CPUS;
	if (!to->nr_nodes)
		to->nr_nodes = 1;
	if (!to->nr_pages)
		to->nr_pages = DEFAULT_PAGES;
	if (!to->scheme)
		to->scheme = np_scheme_at(0);
	if (to->nr_cpus > NP_CPUS_MAX || to->nr_nodes > NP_NODES_MAX || to->nr_pages > PAGES_MAX ||
	    to->nr_pages < to->nr_nodes)
		return -EINVAL;
	to->map_any_frag |= to->model == NP_MODEL_5_12;
	if (to->model > NP_MODEL_5_12 || to->dma_layout > NP_DMA_32_BROKEN ||
	    to->policy > NP_POLICY_REFUSE)
		return -EINVAL;
	return np_scheme_validate(to->scheme, NULL, 0);
}

static void init_lists(struct np_machine *machine)
{
	INIT_LIST_HEAD(&machine->memcgs);
	INIT_LIST_HEAD(&machine->objcgs);
	INIT_LIST_HEAD(&machine->tasks);
	INIT_LIST_HEAD(&machine->socks);
	INIT_LIST_HEAD(&machine->skbs);
	INIT_LIST_HEAD(&machine->devs);
	INIT_LIST_HEAD(&machine->pools);
	INIT_LIST_HEAD(&machine->files);
	INIT_LIST_HEAD(&machine->claims);
}

static size_t cpus_size(const struct np_machine *machine)
{
	return machine->options.nr_cpus * sizeof(*machine->cpus);
}

static int reserve(struct np_machine *machine)
{
	machine->nr_pfns = machine->options.nr_pages + NP_DEVICE_PAGES;
	machine->memmap = np_reserve(machine->nr_pfns * sizeof(*machine->memmap));
	machine->cpus = np_reserve(cpus_size(machine));
	if (!machine->options.unchecked)
		machine->notes = np_reserve(machine->nr_pfns * sizeof(*machine->notes));
	if (!machine->memmap || !machine->cpus || (!machine->options.unchecked && !machine->notes))
		return -ENOMEM;
	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
		machine->cpus[cpu].work_tail = &machine->cpus[cpu].work_head;
	return 0;
}

static void free_machine(struct np_machine *machine)
{
	np_unreserve(machine->notes, machine->nr_pfns * sizeof(*machine->notes));
	np_unreserve(machine->cpus, cpus_size(machine));
	np_unreserve(machine->memmap, machine->nr_pfns * sizeof(*machine->memmap));
	np_memory_exit(&machine->memory);
	np_machine_free(machine, sizeof(*machine));
}

static int init_rooms(struct np_machine *machine)
{
	int err = reserve(machine);

	if (err)
		return err;
	init_lists(machine);
	machine->charge_batch = machine->options.model == NP_MODEL_5_12 ? CHARGE_BATCH_5_12 :
									  CHARGE_BATCH_6_1;
	machine->scheme = machine->options.scheme;
	np_page_alloc_init(machine);
	err = np_memcg_init(machine);
	if (err)
		return err;
	np_net_init(machine);
	if (machine->scheme->init)
		err = machine->scheme->init(machine, &machine->scheme_private);
	if (err)
		np_memcg_exit(machine);
	machine->scheme_running = !err;
	return err;
}

int np_machine_create(struct np_machine **out, const struct np_machine_options *options)
{
	struct np_machine *machine;
	int err;

	if (!out)
		return -EINVAL;
	machine = np_machine_alloc(sizeof(*machine));
	if (!machine)
		return -ENOMEM;
	err = fill_options(&machine->options, options);
	if (!err)
		err = np_memory_init(&machine->memory);
	if (err) {
		np_machine_free(machine, sizeof(*machine));
		return err;
	}
	err = init_rooms(machine);
	if (err) {
		free_machine(machine);
		return err;
	}
	*out = machine;
	return 0;
}

void np_machine_settle(struct np_machine *machine)
{
	/* Work of one CPU may queue some on another. */
	while (np_run_idle_cpus(machine))
		;
	np_rcu_reclaim(machine);
}

static void drain_all(struct np_machine *machine)
{
	struct np_context context;

	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++) {
		if (np_enter(&context, machine, (int)cpu, NP_KTHREAD, NULL))
			continue;
		np_drain_stock(machine, (int)cpu);
		np_leave(&context);
	}
}

/* Runs @body as a kernel thread on CPU 0, where an empty list ends it. */
static void as_kthread(struct np_machine *machine, void (*body)(struct np_machine *machine))
{
	struct np_context context;

	if (np_enter(&context, machine, 0, NP_KTHREAD, NULL))
		return;
	np_set_where("rest");
	body(machine);
	np_leave(&context);
}

static void let_users_go(struct np_machine *machine)
{
	while (!list_empty(&machine->socks))
		np_sock_close(list_first_entry(&machine->socks, struct sock, all));
	while (!list_empty(&machine->tasks))
		np_task_exit(list_first_entry(&machine->tasks, struct task_struct, all));
}

void np_machine_rest(struct np_machine *machine)
{
	np_machine_settle(machine);
	as_kthread(machine, let_users_go);
	np_machine_settle(machine);
	drain_all(machine);
	np_machine_settle(machine);
}

static void let_network_go(struct np_machine *machine)
{
	struct net_device *dev, *next;

	list_for_each_entry_safe(dev, next, &machine->devs, all)
		if (dev->registered)
			unregister_netdev(dev);
}

static void let_files_go(struct np_machine *machine)
{
	while (!list_empty(&machine->files))
		np_remove_from_page_cache(
			list_first_entry(&machine->files, struct address_space, all));
}

static void destroy_pools(struct np_machine *machine)
{
	struct page_pool *pool, *next;

	list_for_each_entry_safe(pool, next, &machine->pools, all)
		if (atomic_read(&pool->user_cnt) > 0)
			page_pool_destroy(pool);
}

/* Children before their parents: a group with online children stays. */
static void remove_memcgs(struct np_machine *machine)
{
	struct mem_cgroup *memcg;
	bool again = true;

	while (again) {
		again = false;
		list_for_each_entry(memcg, &machine->memcgs, all) {
			if (mem_cgroup_is_root(memcg) || !READ_ONCE(memcg->online) ||
			    np_memcg_rmdir(memcg))
				continue;
			/* The list may have changed under us. */
			again = true;
			break;
		}
	}
}

static void exit_scheme(struct np_machine *machine)
{
	const struct np_scheme *scheme = machine->scheme;

	machine->scheme_running = false;
	if (scheme->exit)
		scheme->exit(machine, machine->scheme_private);
	machine->scheme_private = NULL;
}

void np_machine_teardown(struct np_machine *machine)
{
	np_machine_settle(machine);
	as_kthread(machine, let_network_go);
	as_kthread(machine, let_files_go);
	as_kthread(machine, destroy_pools);
	/* A pool looks for its last pages once a second. */
	np_machine_advance(machine, 2000);
	if (machine->scheme_running)
		as_kthread(machine, exit_scheme);
	as_kthread(machine, remove_memcgs);
	np_machine_settle(machine);
	drain_all(machine);
	np_machine_settle(machine);
}

static void check_memory(struct np_machine *machine)
{
	long left = READ_ONCE(machine->memory.bytes);

	if (left)
		np_violate(machine, NP_MACHINE_MEMORY, "machine",
			   "%ld bytes of objects are left after everything was let go (wanted 0)",
			   left);
}

int np_machine_destroy(struct np_machine *machine)
{
	if (!machine)
		return 0;
	if (np_machine_busy(machine))
		return -EBUSY;
	np_machine_rest(machine);
	np_machine_teardown(machine);
	np_check(machine, NP_CHECK_TEARDOWN);
	np_memcg_exit(machine);
	np_check_exit(machine);
	/* What a leak pins is reported by its own checker: bytes tell only the rest. */
	if (!np_violations(machine))
		check_memory(machine);
	free_machine(machine);
	return 0;
}

int np_machine_abandon(struct np_machine *machine)
{
	if (!machine)
		return 0;
	if (np_machine_busy(machine))
		return -EBUSY;
	free_machine(machine);
	return 0;
}

const struct np_machine_options *np_machine_options_of(const struct np_machine *machine)
{
	return &machine->options;
}

size_t np_machine_memory(const struct np_machine *machine)
{
	return (size_t)READ_ONCE(machine->memory.bytes);
}

static size_t alignment_of(size_t size)
{
	return size >= SMP_CACHE_BYTES ? SMP_CACHE_BYTES : 16;
}

void *np_alloc(struct np_machine *machine, size_t size)
{
	void *ptr;

	/* Allocators differ about nothing; and some of them do not survive it. */
	if (!size)
		return NULL;
	ptr = np_memory_alloc(&machine->memory, size, alignment_of(size));
	if (ptr)
		np_memory_count(&machine->memory, (long)size);
	return ptr;
}

void np_free(struct np_machine *machine, void *ptr, size_t size)
{
	if (!ptr)
		return;
	np_memory_count(&machine->memory, -(long)size);
	np_memory_free(&machine->memory, ptr, size, alignment_of(size));
}

int np_fault_set(struct np_machine *machine, enum np_fault_point point, unsigned long nth,
		 unsigned long times)
{
	if ((unsigned int)point >= NP_FAULT_POINTS)
		return -EINVAL;
	machine->faults[point] = (struct np_fault){ .nth = nth, .times = times };
	return 0;
}

bool np_fault_hit(struct np_machine *machine, enum np_fault_point point)
{
	struct np_fault *fault;
	unsigned long call;

	if (unlikely((unsigned int)point >= NP_FAULT_POINTS))
		return false;
	/* Off is the rule, and costs one load. */
	fault = &machine->faults[point];
	if (likely(!fault->nth))
		return false;
	call = __atomic_add_fetch(&fault->calls, 1, __ATOMIC_RELAXED);
	return call >= fault->nth && call - fault->nth < fault->times;
}

void np_trace_point(int id, struct page *page, long result)
{
	np_trace(this_machine(), .id = (enum np_trace_id)id, .page = page, .result = result);
}

void *np_scheme_private(const struct np_machine *machine)
{
	return machine->scheme_private;
}
