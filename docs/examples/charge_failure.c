/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * np_fault_set(): try_charge() fails in the middle of a batch.  What was charged for the batch is
 * given back, nothing of it is mapped, and the bytes wait in the queue to be read by copying.
 */
#include <stdio.h>

#include <netpage/netpage.h>

#define FRAGS 4

static bool receive(struct np_machine *machine, struct sock *sk)
{
	struct np_context softirq;
	struct net_device *dev;
	int err;

	if (np_nic_create(machine, NULL, &dev) || np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL))
		return false;
	err = np_nic_receive(dev, sk, FRAGS, 0, NULL);
	np_leave(&softirq);
	return !err;
}

static bool play(struct np_machine *machine, struct task_struct *P, struct mem_cgroup *A)
{
	struct tcp_zerocopy_receive zc = { .length = FRAGS * PAGE_SIZE };
	struct vm_area_struct *vma;
	struct sock *sk;
	int err;

	if (np_sock_create(machine, "s", P, &sk) || tcp_mmap(P->mm, FRAGS, &vma) ||
	    !receive(machine, sk))
		return false;
	/* The socket's memory, until the packet has been read. */
	printf("queued:    usage(A) %lu\n", np_memcg_usage(A));

	np_fault_set(machine, NP_FAULT_TRY_CHARGE, 3, 1);
	zc.address = vma->vm_start;
	err = tcp_zerocopy_receive(sk, &zc);
	printf("3rd fails: %s, %u bytes mapped, %u to be copied, usage(A) %lu\n",
	       err == -ENOMEM ? "-ENOMEM" : "another error", zc.length, zc.recv_skip_hint,
	       np_memcg_usage(A));
	if (err != -ENOMEM || zc.length || np_memcg_usage(A) != FRAGS)
		return false;

	zc = (struct tcp_zerocopy_receive){ .address = vma->vm_start, .length = FRAGS * PAGE_SIZE };
	err = tcp_zerocopy_receive(sk, &zc);
	printf("again:     %lu pages mapped, usage(A) %lu\n", zc.length / PAGE_SIZE,
	       np_memcg_usage(A));
	return !err && zc.length == FRAGS * PAGE_SIZE && np_memcg_usage(A) == FRAGS;
}

int main(void)
{
	struct np_machine_options options = { .scheme = np_scheme_find("network_at_zero") };
	struct np_machine *machine;
	struct task_struct *P;
	struct mem_cgroup *A;
	struct np_context app;
	bool good;

	if (np_machine_create(&machine, &options) || np_memcg_create(machine, "A", NULL, &A) ||
	    np_task_create(machine, "P", A, &P) || np_enter(&app, machine, 0, NP_TASK, P))
		return 1;
	good = play(machine, P, A) && !np_check(machine, NP_CHECK_STEP);
	np_leave(&app);
	if (np_machine_destroy(machine) || !good) {
		fprintf(stderr, "the failed charge left something behind\n");
		return 1;
	}
	return 0;
}
