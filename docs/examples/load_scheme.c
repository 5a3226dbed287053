/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * np_scheme_load(): one packet under an accounting design that comes from a shared object,
 * mine_scheme.c for example.
 *
 *	./load_scheme ./mine_scheme.so
 */
#include <stdio.h>

#include <netpage/netpage.h>

/* A packet of one page arrives for @task and is mapped. Return: the pages @memcg pays for then. */
static unsigned long receive_one(struct np_machine *machine, struct task_struct *task,
				 struct mem_cgroup *memcg)
{
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct np_context app, softirq;
	struct vm_area_struct *vma;
	unsigned long usage = 0;
	struct net_device *dev;
	struct sock *sk;

	if (np_enter(&app, machine, 0, NP_TASK, task))
		return 0;
	if (!np_nic_create(machine, NULL, &dev) && !np_sock_create(machine, "s", task, &sk) &&
	    !tcp_mmap(task->mm, 1, &vma) && !np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL)) {
		np_nic_receive(dev, sk, 1, 0, NULL);
		np_leave(&softirq);
		zc.address = vma->vm_start;
		if (!tcp_zerocopy_receive(sk, &zc) && zc.length == PAGE_SIZE)
			usage = np_memcg_usage(memcg);
	}
	np_leave(&app);
	return usage;
}

static int run_under(const struct np_scheme *scheme)
{
	struct np_machine_options options = { .scheme = scheme };
	struct np_machine *machine;
	struct task_struct *task;
	struct mem_cgroup *memcg;
	unsigned long mapped = 0, left = 1;

	if (np_machine_create(&machine, &options))
		return 1;
	if (!np_memcg_create(machine, "A", NULL, &memcg) &&
	    !np_task_create(machine, "P", memcg, &task)) {
		mapped = receive_one(machine, task, memcg);
		np_machine_rest(machine);
		left = np_memcg_usage(memcg);
	}
	printf("%s: %s\n", scheme->name, scheme->summary);
	printf("  mapped: %lu page charged; process gone: %lu\n", mapped, left);
	np_machine_destroy(machine);
	return mapped == 1 && !left ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "./mine_scheme.so";
	const struct np_scheme *scheme;
	char error[200];
	void *handle;
	int ret;

	if (np_scheme_load(path, &scheme, &handle, error, sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	ret = run_under(scheme);
	np_scheme_unload(handle);
	return ret;
}
