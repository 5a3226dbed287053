/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * tcp_zerocopy_receive(): a packet arrives, its page is mapped into a process, and the process's
 * memcg pays for it until it is unmapped; then the page is back in the card's page_pool.
 *
 * Change SCHEME to "unaccounted" to see what Linux does today.
 */
#include <stdio.h>

#include <netpage/netpage.h>

#define SCHEME "network_at_zero"

static struct page *receive(struct np_machine *machine, struct net_device *dev, struct sock *sk)
{
	struct np_context softirq;
	struct sk_buff *skb = NULL;

	if (np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL))
		return NULL;
	np_nic_receive(dev, sk, 1, 0, &skb);
	np_leave(&softirq);
	return skb ? skb->shinfo->frags[0].bv_page : NULL;
}

static void show(const char *after, struct page *page, struct mem_cgroup *memcg)
{
	const struct mem_cgroup *payer = page_memcg(page);

	printf("%-18s refs %d, maps %d, charged to %-6s, usage(%s) %lu\n", after, page_count(page),
	       page_mapcount(page), payer ? payer->name : "nobody", memcg->name,
	       np_memcg_usage(memcg));
}

static bool play(struct np_machine *machine, struct task_struct *P, struct mem_cgroup *A)
{
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct vm_area_struct *vma;
	struct net_device *dev;
	struct page *page;
	struct sock *sk;
	bool paid;

	if (np_nic_create(machine, NULL, &dev) || np_sock_create(machine, "s", P, &sk) ||
	    tcp_mmap(P->mm, 1, &vma))
		return false;
	page = receive(machine, dev, sk);
	if (!page)
		return false;
	/* In the queue it is the socket's memory: charged, but not on the page. */
	show("received", page, A);
	zc.address = vma->vm_start;
	if (tcp_zerocopy_receive(sk, &zc) || zc.length != PAGE_SIZE)
		return false;
	show("mapped", page, A);
	paid = page_memcg(page) == A;
	do_munmap(P->mm, vma->vm_start, PAGE_SIZE);
	show("unmapped", page, A);
	return paid && !page_memcg(page) && !np_memcg_usage(A) && page_is_page_pool(page);
}

int main(void)
{
	struct np_machine_options options = { .scheme = np_scheme_find(SCHEME) };
	struct np_machine *machine;
	struct task_struct *P;
	struct mem_cgroup *A;
	struct np_context app;
	bool good;

	if (np_machine_create(&machine, &options) || np_memcg_create(machine, "A", NULL, &A) ||
	    np_task_create(machine, "P", A, &P) || np_enter(&app, machine, 1, NP_TASK, P))
		return 1;
	good = play(machine, P, A) && !np_check(machine, NP_CHECK_STEP);
	np_leave(&app);
	if (np_machine_destroy(machine) || !good) {
		fprintf(stderr, "the page was not paid for while it was mapped, or still is\n");
		return 1;
	}
	return 0;
}
