/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * try_charge() and refill_stock(): a CPU charges a batch and keeps what it does not need yet, so
 * memory.current says more than is in use until drain_all_stock().
 */
#include <stdio.h>

#include <netpage/netpage.h>

static void show(const char *after, struct mem_cgroup *memcg)
{
	printf("%-22s counter %3lu = usage %lu + stock %lu\n", after,
	       page_counter_read(&memcg->memory), np_memcg_usage(memcg), np_memcg_stock(memcg));
}

static int charge_on(struct np_machine *machine, int cpu, struct mem_cgroup *memcg)
{
	struct np_context context;
	int err = np_enter(&context, machine, cpu, NP_KTHREAD, NULL);

	if (err)
		return err;
	err = try_charge(memcg, GFP_KERNEL, 1);
	np_leave(&context);
	return err;
}

static void uncharge_on(struct np_machine *machine, int cpu, struct mem_cgroup *memcg)
{
	struct np_context context;

	if (np_enter(&context, machine, cpu, NP_KTHREAD, NULL))
		return;
	/* What is given back stays with the CPU that gives it back. */
	refill_stock(memcg, 1);
	np_leave(&context);
}

int main(void)
{
	struct np_machine *machine;
	struct mem_cgroup *A;
	struct np_context context;
	unsigned long counter;

	if (np_machine_create(&machine, NULL) || np_memcg_create(machine, "A", NULL, &A))
		return 1;
	if (charge_on(machine, 0, A) || charge_on(machine, 1, A))
		return 1;
	show("charged on two CPUs", A);
	counter = page_counter_read(&A->memory);
	uncharge_on(machine, 0, A);
	uncharge_on(machine, 0, A);
	show("uncharged on CPU 0", A);

	/* Asked for on one CPU, done on each of them, when it gets to it. */
	if (np_enter(&context, machine, 0, NP_KTHREAD, NULL))
		return 1;
	drain_all_stock(A);
	np_leave(&context);
	np_machine_settle(machine);
	show("drain_all_stock(A)", A);
	if (counter != 128 || page_counter_read(&A->memory) || np_machine_destroy(machine)) {
		fprintf(stderr, "6.1 charges 64 pages at a time, and a drain returns them all\n");
		return 1;
	}
	return 0;
}
