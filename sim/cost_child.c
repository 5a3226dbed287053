/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The child of a measurement: a host with one card and one process, and on it the situation of each
 * path.  All of it is public API, as a user would write it.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <netpage/netpage.h>

#include "cost.h"

/* Two rounds to warm up, one that is measured. */
#define ROUNDS 3
#define SECONDS_MAX 60

struct host {
	struct np_cost_report *report;
	struct np_machine *machine;
	struct mem_cgroup *memcg;
	struct task_struct *task;
	struct sock *sock;
	struct net_device *dev;
	struct vm_area_struct *vma;
	struct np_context context;
	struct page *page;
};

/* Different bodies, or a compiler may make one function of the two. */
__attribute__((noinline)) void np_cost_begin(void)
{
	__asm__ volatile("" : : "r"(1) : "memory");
}

__attribute__((noinline)) void np_cost_end(void)
{
	__asm__ volatile("" : : "r"(2) : "memory");
}

static int refuse(char *why, const char *fmt, ...) NP_PRINTF(2, 3);

static int refuse(char *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, NP_COST_WHY_MAX, fmt, args);
	va_end(args);
	return -EINVAL;
}

/* A scheme's mistakes are for the scenarios to show. */
static void ignore(void *arg, const struct np_violation *violation)
{
	(void)arg;
	(void)violation;
}

static int build_host(struct host *host, const struct np_scheme *scheme)
{
	struct np_machine_options options = {
		.nr_cpus = 1, .nr_pages = 4096, .scheme = scheme, .unchecked = true
	};
	struct np_nic_options nic = { 0 };
	int err = np_machine_create(&host->machine, &options);

	if (err)
		return err;
	np_set_sink(host->machine, ignore, NULL);
	err = np_memcg_create(host->machine, "A", NULL, &host->memcg);
	if (!err)
		err = np_task_create(host->machine, "P", host->memcg, &host->task);
	if (!err)
		err = np_sock_create(host->machine, "s", host->task, &host->sock);
	if (!err)
		err = np_enter(&host->context, host->machine, 0, NP_TASK, host->task);
	if (!err)
		err = np_nic_create(host->machine, &nic, &host->dev);
	if (!err)
		err = tcp_mmap(host->task->mm, 1, &host->vma);
	return err;
}

/* --- situations: host->page is what the path is about --- */

static int prepare_nothing(struct host *host, char *why)
{
	(void)host;
	(void)why;
	return 0;
}

static int prepare_ordinary(struct host *host, char *why)
{
	host->page = alloc_page(GFP_KERNEL);
	if (!host->page)
		return refuse(why, "no page");
	get_page(host->page);
	return 0;
}

static int receive(struct host *host, char *why)
{
	struct np_context softirq;
	struct sk_buff *skb;
	int err = np_enter(&softirq, host->machine, 0, NP_SOFTIRQ, NULL);

	if (err)
		return refuse(why, "softirq: %s", strerror(-err));
	err = np_nic_receive(host->dev, host->sock, 1, 0, &skb);
	np_leave(&softirq);
	if (err)
		return refuse(why, "the page is not received: %s", strerror(-err));
	host->page = skb->shinfo->frags[0].bv_page;
	return 0;
}

static int prepare_received(struct host *host, char *why)
{
	int err = receive(host, why);

	if (!err)
		get_page(host->page);
	return err;
}

static int prepare_mapped(struct host *host, char *why)
{
	struct tcp_zerocopy_receive zc = { .address = host->vma->vm_start, .length = PAGE_SIZE };
	int err = receive(host, why);

	if (err)
		return err;
	err = tcp_zerocopy_receive(host->sock, &zc);
	if (!err && zc.length == PAGE_SIZE)
		return 0;
	tcp_recvmsg(host->sock, PAGE_SIZE);
	return refuse(why, "the page is not mapped%s%s", err ? ": " : "",
		      err ? strerror(-err) : ", only copied");
}

/* Nobody but the measured put is left; what the driver keeps, it keeps. */
static int prepare_last(struct host *host, char *why)
{
	int err = prepare_mapped(host, why);

	if (err)
		return err;
	get_page(host->page);
	zap_page_range(host->vma, host->vma->vm_start, PAGE_SIZE);
	return 0;
}

/* --- paths --- */

static __attribute__((noinline)) void do_nothing(struct host *host)
{
	__asm__ volatile("" : : "r"(host) : "memory");
}

static __attribute__((noinline)) void do_put_page(struct host *host)
{
	put_page(host->page);
}

static __attribute__((noinline)) void do_release_pages(struct host *host)
{
	release_pages(&host->page, 1);
}

static __attribute__((noinline)) void do_unmap(struct host *host)
{
	zap_page_range(host->vma, host->vma->vm_start, PAGE_SIZE);
}

/* --- afterwards --- */

static void put_it(struct host *host)
{
	put_page(host->page);
}

static void read_it(struct host *host)
{
	tcp_recvmsg(host->sock, PAGE_SIZE);
}

static void note_holder(void *arg, const struct np_holder *holder)
{
	struct host *host = arg;
	const char *name = holder->kind == NP_HOLDER_POOL    ? "page_pool" :
			   holder->kind == NP_HOLDER_RX_RING ? "RX ring" :
			   holder->kind == NP_HOLDER_DRIVER  ? "driver" :
							       holder->name;

	if (holder->page == host->page)
		snprintf(host->report->ends_in, sizeof(host->report->ends_in), "%s", name);
}

static void look_where(struct host *host)
{
	strcpy(host->report->ends_in,
	       np_page_is_free(host->machine, host->page) ? "page allocator" : "nobody");
	np_for_each_holder(host->machine, note_holder, host);
}

static const struct situation {
	int (*prepare)(struct host *host, char *why);
	void (*path)(struct host *host);
	void (*afterwards)(struct host *host);
} situations[NP_COST_PATHS] = {
	[NP_COST_PUT_ORDINARY] = { prepare_ordinary, do_put_page, put_it },
	[NP_COST_PUT_NETWORK] = { prepare_received, do_put_page, read_it },
	[NP_COST_LAST_PUT] = { prepare_last, do_put_page, look_where },
	[NP_COST_RELEASE_PAGES] = { prepare_last, do_release_pages, NULL },
	[NP_COST_UNMAP] = { prepare_mapped, do_unmap, NULL },
};

/* The path is called through a pointer, so that each one is called alike. */
static void measure(struct host *host, void (*volatile path)(struct host *host), bool stop)
{
	if (stop)
		raise(SIGSTOP);
	np_cost_begin();
	path(host);
	np_cost_end();
}

static int play(struct host *host, const struct situation *situation, char *why)
{
	int err = 0;

	for (int round = 0; round < ROUNDS && !err; round++) {
		err = situation->prepare(host, why);
		if (err)
			break;
		measure(host, situation->path, round == ROUNDS - 1);
		if (situation->afterwards)
			situation->afterwards(host);
	}
	return err;
}

void np_cost_child(const struct np_scheme *scheme, struct np_cost_report *report)
{
	static const struct situation nothing = { prepare_nothing, do_nothing, NULL };
	struct host host = { .report = report };
	int err;

	/* A scheme of the user's own may wait for ever. */
	alarm(SECONDS_MAX);
	err = build_host(&host, scheme);
	if (err)
		refuse(report->setup, "the host cannot be built: %s", strerror(-err));
	else
		play(&host, &nothing, report->setup);
	for (int i = 0; i < NP_COST_PATHS && !err; i++) {
		/* The parent expects as many stops as there are paths. */
		if (play(&host, &situations[i], report->why[i]))
			measure(&host, do_nothing, true);
	}
	_exit(0);
}
