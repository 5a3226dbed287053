/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The story in the library: packets of a card, a task that maps them, and the three schemes that
 * the three drivers of loopback_driver.c are.
 */
#include <stdlib.h>

#include <netpage/netpage.h>

#include "zerocopy_story.h"

struct world {
	struct np_machine *machine;
	struct net_device *dev;
	struct mem_cgroup *memcg;
	struct task_struct *task;
	struct sock *sk;
	struct vm_area_struct *vma;
	struct page *given[PAGES];
	unsigned int nr;
};

static void check(int ok, const char *what)
{
	if (ok)
		return;
	printf("# %s failed\n", what);
	fflush(stdout);
	exit(1);
}

static void tell(struct world *world, const char *driver, const char *step, unsigned long copied)
{
	struct page_pool_stats stats = { 0 };
	struct story_counts counts = { .given = world->nr };

	page_pool_get_stats(world->dev->pool, &stats);
	counts.recycled = stats.recycle_stats.cached + stats.recycle_stats.ring;
	counts.let_go = atomic_read(&world->dev->pool->pages_state_release_cnt);
	for (unsigned int i = 0; i < world->nr; i++) {
		counts.mapped += page_mapcount(world->given[i]) > 0;
		counts.charged += page_memcg(world->given[i]) == world->memcg;
	}
	story_step(driver, step, &counts, copied);
}

static void create(struct world *world, const char *scheme)
{
	const struct np_machine_options options = { .scheme = np_scheme_find(scheme) };

	check(options.scheme && !np_machine_create(&world->machine, &options), "machine");
	check(!np_memcg_create(world->machine, "receiver", NULL, &world->memcg), "memcg");
	check(!np_task_create(world->machine, "receiver", world->memcg, &world->task), "task");
}

/* In the context of the task. */
static void populate(struct world *world)
{
	const struct np_nic_options nic = { .pool_size = 4096, .ring_size = SEGMENT };

	check(!np_nic_create(world->machine, &nic, &world->dev), "card");
	check(!np_sock_create(world->machine, "receiver", world->task, &world->sk), "socket");
	check(!tcp_mmap(world->task->mm, PAGES, &world->vma), "mmap");
}

static void send_all(struct world *world)
{
	struct np_context softirq;

	check(!np_enter(&softirq, world->machine, 0, NP_SOFTIRQ, NULL), "softirq");
	while (world->nr < PAGES) {
		struct sk_buff *skb = NULL;

		check(!np_nic_receive(world->dev, world->sk, SEGMENT, 0, &skb) && skb, "packet");
		for (unsigned int i = 0; i < SEGMENT; i++)
			world->given[world->nr++] = skb->shinfo->frags[i].bv_page;
	}
	np_leave(&softirq);
}

static unsigned long receive_all(struct world *world)
{
	unsigned long got = 0, copied = 0;

	while (got < PAGES * PAGE_SIZE) {
		struct tcp_zerocopy_receive zc = {
			.address = world->vma->vm_start + got,
			.length = (u32)(PAGES * PAGE_SIZE - got),
		};
		unsigned long n;

		check(!tcp_zerocopy_receive(world->sk, &zc), "receive");
		n = tcp_recvmsg(world->sk, zc.recv_skip_hint);
		check(zc.length + n, "progress");
		got += zc.length + n;
		copied += n;
	}
	return copied;
}

static void story(const char *scheme, const char *driver)
{
	struct world world = { 0 };
	unsigned long copied, start;
	struct np_context app;

	create(&world, scheme);
	check(!np_enter(&app, world.machine, 1, NP_TASK, world.task), "enter");
	populate(&world);
	send_all(&world);
	copied = receive_all(&world);
	tell(&world, driver, "received", copied);
	np_sock_close(world.sk);
	tell(&world, driver, "closed", copied);
	start = world.vma->vm_start;
	do_munmap(world.task->mm, start, PAGES / 2 * PAGE_SIZE);
	tell(&world, driver, "half unmapped", copied);
	do_munmap(world.task->mm, start + PAGES / 2 * PAGE_SIZE, PAGES / 2 * PAGE_SIZE);
	tell(&world, driver, "unmapped", copied);
	np_leave(&app);
	/* What is wrong with the pages of one of the three is known: see the kernel's. */
	np_machine_abandon(world.machine);
}

int main(void)
{
	story("unaccounted", "today's");
	story("network_at_zero", "opted in");
	story("network_at_zero_naive", "opted in, one place");
	return 0;
}
