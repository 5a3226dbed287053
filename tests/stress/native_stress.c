/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * native_stress [OPERATIONS [SCHEME...]]
 *
 * One thread for each CPU of a machine, and everything at once: cards receive for
 * sockets of other CPUs, pages are mapped, pinned, forked and unmapped, pools get
 * their pages back from the wrong CPU, groups come, are charged and go, stocks are
 * drained, and everybody takes references to pages that are not his.  At the end
 * everything is let go, and nothing may be lost, charged or touched too late.
 *
 * Meant to be run under ThreadSanitizer as well; the operations are chosen by a
 * generator with a fixed seed, their interleaving is not.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netpage/netpage.h>

#define CPUS 4
#define OPERATIONS 20000UL
#define ROUNDS 10 /* after each of them everybody stops, and the machine is checked */
#define PAGES 32768UL
#define SLOTS 256
#define AREA_PAGES 48
#define STASH 16
#define QUEUE_MAX (24 * PAGE_SIZE)

struct worker {
	struct stress *stress;
	int cpu;
	u64 random;
	struct np_context context;
	struct mem_cgroup *memcg;
	struct task_struct *task;
	struct sock *sk;
	struct net_device *dev;
	struct page_pool *pool;
	struct vm_area_struct *vma;
	unsigned long area;	      /* its address, for the others */
	struct page *borrowed[STASH]; /* speculative references to others' pages */
	struct page *charged[STASH];  /* accounted pages that outlive their group */
	unsigned int nr_groups;
};

struct stress {
	struct np_machine *m;
	pthread_barrier_t barrier;
	unsigned long operations;
	struct worker workers[CPUS];
	struct page *seen[SLOTS];   /* pages that somebody has received; no references */
	struct page *pooled[SLOTS]; /* pages of pools, for whoever takes them */
};

static unsigned int random_below(struct worker *w, unsigned int bound)
{
	/* xorshift64*: good enough to choose by, and the same everywhere. */
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (unsigned int)((w->random * 0x2545f4914f6cdd1dULL) >> 33) % bound;
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "native_stress: %s failed\n", what);
	exit(1);
}

/* Another thread may be running work on this CPU, or draining it. */
static void enter(struct worker *w, enum np_context_kind kind)
{
	while (np_enter(&w->context, w->stress->m, w->cpu, kind, kind == NP_TASK ? w->task : NULL))
		sched_yield();
}

/* --- softirq --- */

static void show(struct worker *w, struct page *page)
{
	WRITE_ONCE(w->stress->seen[random_below(w, SLOTS)], page);
}

static void receive_packet(struct worker *w)
{
	struct sock *sk = w->stress->workers[random_below(w, CPUS)].sk;
	struct page *next = w->dev->ring[w->dev->next].page;

	if (tcp_inq(sk) >= QUEUE_MAX)
		return;
	/* Before it belongs to the reader, who may be done with it at once. */
	if (next)
		show(w, next);
	np_nic_receive(w->dev, sk, 1 + random_below(w, 3), random_below(w, 4) ? 0 : 1000, NULL);
}

static void allocate_for_others(struct worker *w)
{
	struct page *page = page_pool_dev_alloc_pages(w->pool), *old;

	if (!page)
		return;
	show(w, page);
	old = xchg(&w->stress->pooled[random_below(w, SLOTS)], page);
	if (old)
		page_pool_put_full_page(old->pp, old, false);
}

static void give_back_to_others(struct worker *w)
{
	struct page *pages[4];
	int nr = 0;

	for (int i = 0; i < 4; i++) {
		pages[nr] = xchg(&w->stress->pooled[random_below(w, SLOTS)], NULL);
		nr += pages[nr] != NULL;
	}
	for (int i = 0; i < nr; i++)
		page_pool_put_full_page(pages[i]->pp, pages[i], pages[i]->pp == w->pool);
}

static void in_softirq(struct worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		allocate_for_others(w);
		break;
	case 1:
		give_back_to_others(w);
		break;
	case 2:
		np_nic_write(w->dev);
		break;
	default:
		receive_packet(w);
		break;
	}
}

/* --- task --- */

static void zerocopy(struct worker *w)
{
	unsigned int index = random_below(w, AREA_PAGES - 8);
	struct tcp_zerocopy_receive zc = {
		.address = w->vma->vm_start + ((unsigned long)index << PAGE_SHIFT),
		.length = (u32)(8 * PAGE_SIZE),
		.copybuf_len = random_below(w, 3) ? 0 : 2000,
		.flags = random_below(w, 2) ? TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT : 0,
	};

	tcp_zerocopy_receive(w->sk, &zc);
	if (zc.recv_skip_hint && zc.recv_skip_hint < PAGE_SIZE)
		tcp_recvmsg(w->sk, zc.recv_skip_hint);
}

static void map_area(struct worker *w)
{
	must(!tcp_mmap(w->task->mm, AREA_PAGES, &w->vma), "tcp_mmap");
	WRITE_ONCE(w->area, w->vma->vm_start);
}

static void unmap(struct worker *w)
{
	unsigned long start = w->vma->vm_start;

	if (random_below(w, 4)) {
		start += (unsigned long)random_below(w, AREA_PAGES) << PAGE_SHIFT;
		zap_page_range(w->vma, start, 4 * PAGE_SIZE);
		return;
	}
	do_munmap(w->task->mm, start, AREA_PAGES * PAGE_SIZE);
	map_area(w);
}

/* Pages of any process, which may be unmapping them at this moment. */
static void pin(struct worker *w)
{
	struct worker *other = &w->stress->workers[random_below(w, CPUS)];
	unsigned long addr =
		READ_ONCE(other->area) + ((unsigned long)random_below(w, AREA_PAGES) << PAGE_SHIFT);

	switch (random_below(w, 4)) {
	case 0:
		np_vmsplice(other->task, addr, 4);
		break;
	case 1:
		np_pin_user_page(other->task, addr);
		break;
	default:
		np_pins_release(other->task, NULL);
		break;
	}
}

/* A reference to a page that may be free, in a pool, or in its next life by now. */
static struct page *borrow(struct page *page)
{
	struct page *head = page ? compound_head(page) : NULL;

	if (!head || !get_page_unless_zero(head))
		return NULL;
	if (compound_head(page) == head)
		return head;
	put_page(head);
	return NULL;
}

static void borrow_or_return(struct worker *w)
{
	struct page **slot = &w->borrowed[random_below(w, STASH)];

	if (*slot) {
		put_page(*slot);
		*slot = NULL;
	} else {
		*slot = borrow(READ_ONCE(w->stress->seen[random_below(w, SLOTS)]));
	}
}

static void charge_pages(struct worker *w)
{
	unsigned int order = random_below(w, 4) ? 0 : random_below(w, 4);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT | __GFP_COMP, order);
	struct page **slot = &w->charged[random_below(w, STASH)];

	if (!page)
		return;
	if (!order)
		show(w, page);
	if (random_below(w, 2)) {
		__free_pages(page, order);
		return;
	}
	if (*slot)
		put_page(*slot);
	*slot = page;
}

static void charge_socket(struct worker *w)
{
	unsigned int nr_pages = 1 + random_below(w, 100);

	if (mem_cgroup_charge_skmem(w->memcg, nr_pages, GFP_KERNEL))
		mem_cgroup_uncharge_skmem(w->memcg, nr_pages);
}

/* A group that is charged, and removed while some of its pages live on. */
static void come_and_go(struct worker *w)
{
	struct mem_cgroup *memcg;
	char name[32];

	snprintf(name, sizeof(name), "group-%d-%u", w->cpu, w->nr_groups++);
	must(!np_memcg_create(w->stress->m, name, w->memcg, &memcg), "np_memcg_create");
	must(!np_task_migrate(w->task, memcg), "np_task_migrate");
	for (int i = 0; i < 4; i++)
		charge_pages(w);
	zerocopy(w);
	must(!np_task_migrate(w->task, w->memcg), "np_task_migrate");
	must(!np_memcg_rmdir(memcg), "np_memcg_rmdir");
}

static void squeeze(struct worker *w)
{
	np_memcg_set_max(w->memcg, random_below(w, 4) ? PAGE_COUNTER_MAX : random_below(w, 40));
}

static void fork_and_exit(struct worker *w)
{
	struct task_struct *child;

	must(!np_task_fork(w->task, "child", &child), "np_task_fork");
	np_task_exit(child);
}

static void copy(struct worker *w)
{
	tcp_recvmsg(w->sk, 3 * PAGE_SIZE);
}

static void drain(struct worker *w)
{
	drain_all_stock(root_mem_cgroup(w->stress->m));
}

static void reschedule(struct worker *w)
{
	(void)w;
	cond_resched();
}

static void in_task_context(struct worker *w)
{
	static const struct {
		unsigned int weight;
		void (*play)(struct worker *w);
	} plays[] = {
		{ 20, zerocopy },     { 20, borrow_or_return },
		{ 8, unmap },	      { 8, charge_pages },
		{ 8, pin },	      { 4, copy },
		{ 4, squeeze },	      { 4, charge_socket },
		{ 4, drain },	      { 4, reschedule },
		{ 4, fork_and_exit }, { 2, come_and_go },
	};
	unsigned int at = random_below(w, 90);

	for (size_t i = 0; i < ARRAY_SIZE(plays); i++) {
		if (at < plays[i].weight) {
			plays[i].play(w);
			return;
		}
		at -= plays[i].weight;
	}
}

static void return_all(struct worker *w)
{
	enter(w, NP_TASK);
	for (int i = 0; i < STASH; i++) {
		if (w->borrowed[i])
			put_page(w->borrowed[i]);
		if (w->charged[i])
			put_page(w->charged[i]);
	}
	np_memcg_set_max(w->memcg, PAGE_COUNTER_MAX);
	np_leave(&w->context);
}

/* --- while everybody stands still --- */

/* What only this program knows to be held. */
static void claim(struct stress *s, long refs)
{
	for (int cpu = 0; cpu < CPUS; cpu++) {
		const struct worker *w = &s->workers[cpu];

		for (int i = 0; i < STASH; i++) {
			if (w->borrowed[i])
				np_claim(s->m, w->borrowed[i], "borrowed", refs);
			if (w->charged[i])
				np_claim(s->m, w->charged[i], "charged", refs);
		}
	}
	for (int i = 0; i < SLOTS; i++)
		if (s->pooled[i])
			np_claim(s->m, s->pooled[i], "pooled", refs);
}

/*
 * Not all: designs may charge a page twice for a while, or not at all, and a limit is
 * changed at any time.
 */
static void check(struct stress *s)
{
	static const enum np_invariant invariants[] = {
		NP_REFS_HAVE_HOLDERS,	 NP_PAGE_IN_ONE_PLACE, NP_NO_WRITE_TO_USED_PAGE,
		NP_CHARGE_CONSERVED,	 NP_CLEAN_AT_FREE,     NP_UNION_ARM,
		NP_COUNTER_NOT_NEGATIVE, NP_MEMCG_RELEASED,    NP_POOL_DRAINED,
	};

	claim(s, 1);
	for (size_t i = 0; i < ARRAY_SIZE(invariants); i++)
		np_check_one(s->m, invariants[i], NP_CHECK_STEP);
	claim(s, -1);
}

static void work_on(struct worker *w, unsigned long operations)
{
	for (unsigned long i = 0; i < operations; i++) {
		bool softirq = random_below(w, 2);

		enter(w, softirq ? NP_SOFTIRQ : NP_TASK);
		for (unsigned int j = random_below(w, 4); j; j--)
			softirq ? in_softirq(w) : in_task_context(w);
		np_leave(&w->context);
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct stress *s = w->stress;

	for (int round = 0; round < ROUNDS; round++) {
		work_on(w, s->operations / ROUNDS);
		if (pthread_barrier_wait(&s->barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			check(s);
		pthread_barrier_wait(&s->barrier);
	}
	return_all(w);
	return NULL;
}

/* --- the beginning and the end --- */

static void set_up_worker(struct stress *s, int cpu)
{
	struct worker *w = &s->workers[cpu];
	const struct page_pool_params params = { .pool_size = 64, .nid = NUMA_NO_NODE };
	struct np_nic_options nic = { .ring_size = 16, .pool_size = 64 };
	char name[16];

	*w = (struct worker){ .stress = s, .cpu = cpu, .random = 0x9e3779b97f4a7c15ULL + cpu };
	snprintf(name, sizeof(name), "cpu%d", cpu);
	nic.name = name;
	must(!np_memcg_create(s->m, name, NULL, &w->memcg), "np_memcg_create");
	must(!np_task_create(s->m, name, w->memcg, &w->task), "np_task_create");
	enter(w, NP_TASK);
	must(!np_sock_create(s->m, name, w->task, &w->sk), "np_sock_create");
	map_area(w);
	must(!np_nic_create(s->m, &nic, &w->dev), "np_nic_create");
	must(!page_pool_create(s->m, name, &params, &w->pool), "page_pool_create");
	np_leave(&w->context);
}

static void give_back_pooled(struct stress *s)
{
	struct worker *w = &s->workers[0];

	enter(w, NP_TASK);
	for (int i = 0; i < SLOTS; i++)
		if (s->pooled[i])
			page_pool_put_full_page(s->pooled[i]->pp, s->pooled[i], false);
	np_leave(&w->context);
}

/* Return: violations. */
static unsigned long finish(struct stress *s)
{
	struct np_machine *m = s->m;
	unsigned long violations;

	give_back_pooled(s);
	np_machine_settle(m);
	np_machine_rest(m);
	np_check(m, NP_CHECK_REST);
	np_machine_teardown(m);
	np_check(m, NP_CHECK_TEARDOWN);
	if (nr_free_pages(m) != PAGES)
		np_violate(m, NP_PAGE_IN_ONE_PLACE, "machine", "%lu pages are free, wanted %lu",
			   nr_free_pages(m), PAGES);
	violations = np_violations(m);
	must(!np_machine_destroy(m), "np_machine_destroy");
	pthread_barrier_destroy(&s->barrier);
	return violations;
}

static unsigned long run(const char *scheme, unsigned long operations)
{
	struct np_machine_options options = { .nr_cpus = CPUS,
					      .nr_pages = PAGES,
					      .scheme = np_scheme_find(scheme) };
	static struct stress stress;
	struct stress *s = &stress;
	pthread_t threads[CPUS];
	u64 packets = 0;

	must(options.scheme, scheme);
	memset(s, 0, sizeof(*s));
	s->operations = operations;
	must(!np_machine_create(&s->m, &options), "np_machine_create");
	must(!pthread_barrier_init(&s->barrier, NULL, CPUS), "pthread_barrier_init");
	for (int cpu = 0; cpu < CPUS; cpu++)
		set_up_worker(s, cpu);
	for (int cpu = 0; cpu < CPUS; cpu++)
		must(!pthread_create(&threads[cpu], NULL, work, &s->workers[cpu]),
		     "pthread_create");
	for (int cpu = 0; cpu < CPUS; cpu++)
		pthread_join(threads[cpu], NULL);
	for (int cpu = 0; cpu < CPUS; cpu++)
		packets += s->workers[cpu].dev->rx_packets;
	printf("%s: %lu operations on each of %d CPUs, %llu packets", scheme, operations, CPUS,
	       (unsigned long long)packets);
	fflush(stdout);
	operations = finish(s);
	printf(", %lu violations\n", operations);
	return operations;
}

int main(int argc, char **argv)
{
	const char *const schemes[] = { "network_at_zero", "network_freelist",
					"network_to_allocator", "page_pool_magic" };
	unsigned long operations = argc > 1 ? strtoul(argv[1], NULL, 10) : OPERATIONS;
	unsigned long violations = 0;

	for (int i = 2; i < argc; i++)
		violations += run(argv[i], operations);
	for (size_t i = 0; argc <= 2 && i < ARRAY_SIZE(schemes); i++)
		violations += run(schemes[i], operations);
	return violations != 0;
}
