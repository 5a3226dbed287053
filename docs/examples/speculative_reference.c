/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A lockless walker meets put_page_network(): between the uncharge and set_page_count(page, 1) it
 * can take no reference; right behind it can, to a page that is already on its way home.
 *
 * A trace subscriber runs in the middle of the put path; by entering another CPU it plays that
 * CPU's step at exactly this moment.
 */
#include <stdio.h>

#include <netpage/netpage.h>

struct walker {
	bool uncharged, returned; /* whether it got its reference there */
	struct page *page;
};

static void walk(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct walker *walker = arg;
	struct np_context gup;
	bool got;

	if (event->id != NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED &&
	    event->id != NP_TRACE_PUT_PAGE_NETWORK_RETURNED)
		return;
	if (np_enter(&gup, machine, 1, NP_KTHREAD, NULL))
		return;
	got = get_page_unless_zero(event->page);
	np_leave(&gup);
	printf("%-27s count %d: get_page_unless_zero() is %s\n", np_trace_name(event->id),
	       page_count(event->page) - got, got ? "true" : "false");
	if (event->id == NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED)
		walker->uncharged = got;
	else
		walker->returned = got;
	walker->page = event->page;
}

/* One packet is received and thrown away unread. Context: task. */
static bool receive_and_close(struct np_machine *machine, struct task_struct *task)
{
	struct np_context softirq;
	struct net_device *dev;
	struct sock *sk;
	int err;

	if (np_nic_create(machine, NULL, &dev) || np_sock_create(machine, "s", task, &sk) ||
	    np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL))
		return false;
	err = np_nic_receive(dev, sk, 1, 0, NULL);
	np_leave(&softirq);
	np_sock_close(sk);
	return !err;
}

int main(void)
{
	struct np_machine_options options = { .scheme = np_scheme_find("network_at_zero") };
	struct walker walker = { 0 };
	struct np_machine *machine;
	struct task_struct *task;
	struct np_context app;
	bool good;

	if (np_machine_create(&machine, &options) || np_task_create(machine, "P", NULL, &task) ||
	    np_enter(&app, machine, 0, NP_TASK, task))
		return 1;
	np_trace_subscribe(machine, walk, &walker);
	good = receive_and_close(machine, task) && !walker.uncharged && walker.returned;
	np_trace_unsubscribe(machine, walk, &walker);
	if (good) {
		printf("the pool found a second reference and let go of the page: pooled %d\n",
		       page_is_page_pool(walker.page));
		good = !page_is_page_pool(walker.page);
		put_page(walker.page);
	}
	np_leave(&app);
	return np_machine_destroy(machine) || !good;
}
