/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Two machines in one process: the same packet, mapped on a kernel that does not account for it and
 * on one that does.  Nothing is global; a thread is on whichever machine it entered last.
 */
#include <stdio.h>

#include <netpage/netpage.h>

struct host {
	struct np_machine *machine;
	struct mem_cgroup *memcg;
	struct task_struct *task;
	struct net_device *dev;
	struct sock *sk;
	struct np_context app;
};

static bool boot(struct host *host, const char *scheme)
{
	struct np_machine_options options = { .scheme = np_scheme_find(scheme) };

	return !np_machine_create(&host->machine, &options) &&
	       !np_memcg_create(host->machine, "A", NULL, &host->memcg) &&
	       !np_task_create(host->machine, "P", host->memcg, &host->task) &&
	       !np_enter(&host->app, host->machine, 0, NP_TASK, host->task) &&
	       !np_nic_create(host->machine, NULL, &host->dev) &&
	       !np_sock_create(host->machine, "s", host->task, &host->sk);
}

/* Context: this host is the one entered last. */
static unsigned long receive_and_map(struct host *host)
{
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct np_context softirq;
	struct vm_area_struct *vma;

	if (tcp_mmap(host->task->mm, 1, &vma) ||
	    np_enter(&softirq, host->machine, 0, NP_SOFTIRQ, NULL))
		return 99;
	np_nic_receive(host->dev, host->sk, 1, 0, NULL);
	np_leave(&softirq);
	zc.address = vma->vm_start;
	tcp_zerocopy_receive(host->sk, &zc);
	printf("%-16s %lu page mapped, usage(A) %lu\n",
	       np_machine_options_of(np_this_machine())->scheme->name,
	       (unsigned long)zc.length >> PAGE_SHIFT, np_memcg_usage(host->memcg));
	return np_memcg_usage(host->memcg);
}

int main(void)
{
	struct host old = { 0 }, new = { 0 };
	unsigned long charged[2];

	if (!boot(&old, "unaccounted") || !boot(&new, "network_at_zero"))
		return 1;
	/* This thread is on `new` now; when it leaves, it is back on `old`. */
	charged[1] = receive_and_map(&new);
	np_leave(&new.app);
	charged[0] = receive_and_map(&old);
	np_leave(&old.app);
	if (np_machine_destroy(old.machine) || np_machine_destroy(new.machine))
		return 1;
	return charged[0] == 0 && charged[1] == 1 ? 0 : 1;
}
