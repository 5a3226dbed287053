/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: host - the machine of a workload: cards, sockets, processes, and what they do
 *
 * Context: one thread, which has not entered any CPU: each function enters where it must.
 */
#ifndef NP_SIM_HOST_H
#define NP_SIM_HOST_H

#include "random.h"
#include "workload.h"

/** struct np_host_window - one tcp_mmap() of a process, with pages in it. */
struct np_host_window {
	struct list_head list;
	struct vm_area_struct *vma;
	unsigned long mapped;
};

/** struct np_host_process - a process, and at most one child that only holds on. */
struct np_host_process {
	struct task_struct *task;
	struct task_struct *child;
	struct np_workload_memcg *memcg;
	struct list_head windows; /* oldest first */
	unsigned long held;	  /* pages in them */
	unsigned int generation;  /* how often it has been replaced, forks included */
	int cpu;
};

/** struct np_host_socket - a socket and what is in its queue. */
struct np_host_socket {
	struct sock *sk;
	struct np_host_process *process;
	struct net_device *dev;
	int cpu;	       /* of the card's softirq */
	unsigned long waiting; /* packets since it was last read */
	long queued;	       /* pages charged for what is queued */
};

struct np_host {
	const struct np_workload_options *options;
	struct np_workload_report *report;
	struct np_machine *machine;
	struct mem_cgroup **memcgs;
	struct net_device **nics;
	struct np_host_process *processes;
	struct np_host_socket *sockets;
};

/**
 * np_host_create() - build it
 * @host: caller's memory; np_host_destroy() it in any case
 * Return: 0 or -errno with a message in @error.
 */
int np_host_create(struct np_host *host, const struct np_workload_options *options,
		   struct np_workload_report *report, char *error, size_t size);
/** np_host_collect() - copy what can only be read from a machine that runs into the report. */
void np_host_collect(struct np_host *host);
/** np_host_rest() - let every user go; what is charged now, is charged for nobody. */
void np_host_rest(struct np_host *host);
/** np_host_destroy() - take it apart; the machine reports what it finds then. */
void np_host_destroy(struct np_host *host);

/** np_host_enter() - run on @cpu from now on; @where is what reports call the place. */
void np_host_enter(struct np_context *context, struct np_host *host, int cpu,
		   enum np_context_kind kind, struct task_struct *task, const char *where);
/** np_host_create_task() - a new task for @process; np_host_create_sockets() - and its sockets. */
int np_host_create_task(struct np_host *host, struct np_host_process *process, char *error,
			size_t size);
int np_host_create_sockets(struct np_host *host, struct np_host_process *process, char *error,
			   size_t size);

/** np_host_receive() - @payload bytes for @socket: as many packets as they need, then NAPI. */
int np_host_receive(struct np_host *host, struct np_host_socket *socket, u32 payload);
/** np_host_read() - the owner of @socket reads what is queued. Return: 0 or -ENOMEM. */
int np_host_read(struct np_host *host, struct np_host_socket *socket);
/** np_host_event() - @process forks, or its child exits, or it exits and is replaced. 0, -errno. */
int np_host_event(struct np_host *host, struct np_host_process *process, struct np_random *random);

#endif /* NP_SIM_HOST_H */
