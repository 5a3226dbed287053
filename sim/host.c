/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <stdlib.h>

#include "assure.h"

/* What one tcp_zerocopy_receive() is asked for at most: tools/testing/selftests/net/tcp_mmap.c. */
#define WINDOW_PAGES 128

/* How many pages of @vma nobody else maps: those that are gone when it is unmapped. */
static long count_sole(const struct vm_area_struct *vma)
{
	unsigned long nr = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	long sole = 0;

	for (unsigned long i = 0; i < nr; i++)
		sole += vma->ptes[i].page && page_mapcount(vma->ptes[i].page) == 1;
	return sole;
}

static void unmap(struct np_workload_memcg *memcg, struct vm_area_struct *vma)
{
	int ret;

	memcg->mapped -= count_sole(vma);
	ret = do_munmap(vma->vm_mm, vma->vm_start, vma->vm_end - vma->vm_start);
	np_assure(!ret);
}

static void drop_window(struct np_host_process *process, struct np_host_window *window)
{
	unmap(process->memcg, window->vma);
	process->held -= window->mapped;
	list_del(&window->list);
	free(window);
}

static void count_queued(struct np_host_socket *socket)
{
	long before = socket->queued;
	struct sk_buff *skb;

	socket->queued = 0;
	list_for_each_entry(skb, &socket->sk->sk_receive_queue, list)
		socket->queued += skb->charged;
	socket->process->memcg->queued += socket->queued - before;
}

/*
 * The card.
 */

/* A card writes fragments of one length: what does not fill a page is an skb of its own. */
static int receive_skb(struct np_host *host, struct np_host_socket *socket, u32 *payload)
{
	unsigned int most = host->options->ring < MAX_SKB_FRAGS ? host->options->ring :
								  MAX_SKB_FRAGS;
	unsigned int full = (unsigned int)(*payload / PAGE_SIZE);
	unsigned int frags = !full ? 1 : full < most ? full : most;
	u32 bytes = full ? PAGE_SIZE : *payload;
	int ret = np_nic_receive(socket->dev, socket->sk, frags, bytes, NULL);

	host->report->skbs++;
	*payload -= frags * bytes;
	np_nic_poll(socket->dev);
	if (ret == -ENOBUFS) {
		host->report->dropped++;
		return 0;
	}
	if (ret)
		return ret;
	host->report->frags += frags;
	host->report->bytes += frags * bytes;
	return 0;
}

int np_host_receive(struct np_host *host, struct np_host_socket *socket, u32 payload)
{
	struct np_context context;
	int ret = 0;

	np_host_enter(&context, host, socket->cpu, NP_SOFTIRQ, NULL, "receive");
	while (payload && !ret)
		ret = receive_skb(host, socket, &payload);
	np_leave(&context);
	socket->waiting++;
	count_queued(socket);
	return ret;
}

/*
 * The process.
 */

/* What a program reads after tcp_zerocopy_receive(): all there is, if that was of no help. */
static unsigned long bytes_to_copy(const struct sock *sk, int ret,
				   const struct tcp_zerocopy_receive *zc)
{
	if (ret || !(zc->length || zc->recv_skip_hint))
		return tcp_inq(sk);
	return zc->recv_skip_hint;
}

static int map_window(struct np_host *host, struct np_host_socket *socket, unsigned long pages)
{
	struct np_host_process *process = socket->process;
	struct np_workload_report *report = host->report;
	struct tcp_zerocopy_receive zc = { .length = (u32)(pages << PAGE_SHIFT) };
	struct np_host_window *window = malloc(sizeof(*window));
	int ret;

	if (!window || tcp_mmap(process->task->mm, pages, &window->vma)) {
		free(window);
		return -ENOMEM;
	}
	zc.address = window->vma->vm_start;
	ret = tcp_zerocopy_receive(socket->sk, &zc);
	report->calls++;
	report->no_charge += ret == -ENOMEM;
	report->refused += ret == -EINVAL;
	report->failed += ret && ret != -ENOMEM && ret != -EINVAL;
	window->mapped = ret ? 0 : zc.length >> PAGE_SHIFT;
	report->mapped += window->mapped;
	process->held += window->mapped;
	process->memcg->mapped += count_sole(window->vma);
	list_add_tail(&window->list, &process->windows);
	if (!window->mapped)
		drop_window(process, window);
	report->copied += tcp_recvmsg(socket->sk, bytes_to_copy(socket->sk, ret, &zc));
	return 0;
}

int np_host_read(struct np_host *host, struct np_host_socket *socket)
{
	struct np_host_process *process = socket->process;
	struct np_context context;
	unsigned long inq;
	int ret = 0;

	np_host_enter(&context, host, process->cpu, NP_TASK, process->task, "read");
	while (!ret && (inq = tcp_inq(socket->sk)) >= PAGE_SIZE) {
		unsigned long pages = inq >> PAGE_SHIFT;

		ret = map_window(host, socket, pages < WINDOW_PAGES ? pages : WINDOW_PAGES);
		/* Nothing is left to be read, or the library is stuck: either way, no hurry. */
		if (tcp_inq(socket->sk) == inq)
			break;
	}
	host->report->copied += tcp_recvmsg(socket->sk, tcp_inq(socket->sk));
	np_set_where("munmap");
	while (process->held > host->options->hold)
		drop_window(process,
			    list_first_entry(&process->windows, struct np_host_window, list));
	np_leave(&context);
	socket->waiting = 0;
	count_queued(socket);
	return ret;
}

static void close_sockets(struct np_host *host, struct np_host_process *process)
{
	for (unsigned int i = 0; i < host->options->sockets; i++) {
		struct np_host_socket *socket = &host->sockets[i];

		if (socket->process != process)
			continue;
		process->memcg->queued -= socket->queued;
		socket->queued = 0;
		np_sock_close(socket->sk);
		socket->sk = NULL;
	}
}

static int replace(struct np_host *host, struct np_host_process *process)
{
	struct np_context context;
	char error[160];
	int ret;

	/* Not as the task itself: it is gone before its context is. */
	np_host_enter(&context, host, process->cpu, NP_KTHREAD, NULL, "exit");
	close_sockets(host, process);
	while (!list_empty(&process->windows))
		drop_window(process,
			    list_first_entry(&process->windows, struct np_host_window, list));
	np_task_exit(process->task);
	host->report->exits++;
	ret = np_host_create_task(host, process, error, sizeof(error));
	if (!ret)
		ret = np_host_create_sockets(host, process, error, sizeof(error));
	np_leave(&context);
	return ret;
}

static int fork_child(struct np_host *host, struct np_host_process *process)
{
	unsigned int number = (unsigned int)(process - host->processes);
	struct np_context context;
	char name[32];
	int ret;

	snprintf(name, sizeof(name), "proc%u.%u", number, process->generation++);
	np_host_enter(&context, host, process->cpu, NP_TASK, process->task, "fork");
	ret = np_task_fork(process->task, name, &process->child);
	np_leave(&context);
	host->report->forks += !ret;
	return ret;
}

/* Never reads, so that all it maps it has from its parent. */
static void exit_child(struct np_host *host, struct np_host_process *process)
{
	struct list_head *vmas = &process->child->mm->vmas;
	struct np_context context;

	np_host_enter(&context, host, process->cpu, NP_KTHREAD, NULL, "exit of a child");
	while (!list_empty(vmas))
		unmap(process->memcg, list_first_entry(vmas, struct vm_area_struct, list));
	np_task_exit(process->child);
	process->child = NULL;
	host->report->exits++;
	np_leave(&context);
}

int np_host_event(struct np_host *host, struct np_host_process *process, struct np_random *random)
{
	if (np_random_one_in(random, 4))
		return replace(host, process);
	if (!process->child)
		return fork_child(host, process);
	exit_child(host, process);
	return 0;
}
