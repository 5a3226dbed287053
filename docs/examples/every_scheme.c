/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * np_scheme_at(): one question to every accounting design.  A driver keeps its reference while the
 * stack has the page (mlx5 of 5.12): who still pays after the process has unmapped it?
 */
#include <stdio.h>

#include <netpage/netpage.h>

static void ignore(void *arg, const struct np_violation *violation)
{
	(void)arg;
	(void)violation;
}

/* A page is received, mapped, unmapped. Return: pages that @memcg pays for at the end; -1. */
static long receive_and_unmap(struct np_machine *machine, struct task_struct *task,
			      struct mem_cgroup *memcg)
{
	struct np_nic_options card = { .driver = &np_driver_page_cache, .keeps_reference = true };
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct vm_area_struct *vma;
	struct np_context softirq;
	struct net_device *dev;
	struct sock *sk;

	if (np_nic_create(machine, &card, &dev) || np_sock_create(machine, "s", task, &sk) ||
	    tcp_mmap(task->mm, 1, &vma) || np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL))
		return -1;
	np_nic_receive(dev, sk, 1, 0, NULL);
	np_leave(&softirq);
	zc.address = vma->vm_start;
	tcp_zerocopy_receive(sk, &zc);
	do_munmap(task->mm, vma->vm_start, PAGE_SIZE);
	tcp_recvmsg(sk, tcp_inq(sk)); /* what could not be mapped */
	return (long)np_memcg_usage(memcg);
}

static long ask(const struct np_scheme *scheme)
{
	struct np_machine_options options = { .scheme = scheme, .nr_pages = 1024 };
	struct np_machine *machine;
	struct task_struct *task;
	struct mem_cgroup *memcg;
	struct np_context app;
	long left = -1;

	if (np_machine_create(&machine, &options))
		return -1;
	np_set_sink(machine, ignore, NULL); /* the answer is all we want */
	if (!np_memcg_create(machine, "A", NULL, &memcg) &&
	    !np_task_create(machine, "P", memcg, &task) &&
	    !np_enter(&app, machine, 0, NP_TASK, task)) {
		left = receive_and_unmap(machine, task, memcg);
		np_leave(&app);
	}
	np_machine_destroy(machine);
	return left;
}

int main(void)
{
	const struct np_scheme *scheme;
	bool good = true;

	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++) {
		long left = ask(scheme);

		printf("%-22s %s\n", scheme->name,
		       left < 0 ? "failed" :
		       left	? "still charged" :
				  "not charged");
		good &= left >= 0;
	}
	return !good;
}
