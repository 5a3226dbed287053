/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * struct np_driver: a recycling strategy of one's own, plugged into np_nic_create().  This one
 * gives its reference away with each packet and keeps a few of the pages that the network hands
 * back.
 */
#include <stdio.h>

#include <netpage/netpage.h>

#define SPARE_MAX 8

struct mydrv {
	struct page *spare[SPARE_MAX];
	unsigned int nr_spare;
};

static int mydrv_post(struct net_device *dev, struct np_rx_desc *desc)
{
	struct mydrv *drv = dev->priv;

	if (drv->nr_spare) {
		desc->page = drv->spare[--drv->nr_spare];
	} else {
		desc->page = alloc_page(GFP_ATOMIC);
		if (!desc->page)
			return -ENOMEM;
		atomic_long_inc(&dev->nr_allocated);
		network_page_init(dev, desc->page); /* the mark: we have opted in */
	}
	desc->len = PAGE_SIZE;
	desc->bias = 1;
	return 0;
}

static int mydrv_receive(struct net_device *dev, struct np_rx_desc *desc, struct sk_buff *skb)
{
	int err = skb_add_rx_frag(skb, desc->page, 0, desc->written, PAGE_SIZE);

	(void)dev;
	if (!err)
		desc->page = NULL;
	return err;
}

static void mydrv_drop(struct net_device *dev, struct np_rx_desc *desc)
{
	(void)dev;
	put_page(desc->page);
}

/* We keep no reference while the stack has the page. */
static bool mydrv_holds_all_refs(struct net_device *dev, struct page *page)
{
	(void)dev;
	(void)page;
	return false;
}

static void mydrv_page_returned(struct net_device *dev, struct page *page)
{
	struct mydrv *drv = dev->priv;

	/* Somebody who found it by chance may hold on: then it is not the card's to write. */
	if (dev->registered && drv->nr_spare < SPARE_MAX && page_count(page) == 1) {
		drv->spare[drv->nr_spare++] = page;
		return;
	}
	network_page_release(page);
	put_page(page);
}

static void mydrv_close(struct net_device *dev)
{
	struct mydrv *drv = dev->priv;

	while (drv->nr_spare)
		mydrv_page_returned(dev, drv->spare[--drv->nr_spare]);
}

/* Each reference that is in no descriptor, or the checker calls it a leak. */
static void mydrv_for_each_holder(struct net_device *dev, np_holder_fn *fn, void *arg)
{
	const struct mydrv *drv = dev->priv;
	struct np_holder holder = { .kind = NP_HOLDER_DRIVER, .name = dev->name, .refs = 1 };

	for (unsigned int i = 0; i < drv->nr_spare; i++) {
		holder.page = drv->spare[i];
		fn(arg, &holder);
	}
}

static const struct np_driver mydrv_driver = {
	.name = "mydrv",
	.models = "an example",
	.close = mydrv_close,
	.post = mydrv_post,
	.receive = mydrv_receive,
	.drop = mydrv_drop,
	.holds_all_refs = mydrv_holds_all_refs,
	.page_returned = mydrv_page_returned,
	.for_each_holder = mydrv_for_each_holder,
};

static bool play(struct np_machine *machine, struct task_struct *task, struct mydrv *drv)
{
	struct np_nic_options options = { .name = "eth0", .driver = &mydrv_driver, .priv = drv };
	struct np_context softirq;
	struct net_device *dev;
	struct sock *sk;

	if (np_nic_create(machine, &options, &dev) || np_sock_create(machine, "s", task, &sk))
		return false;
	for (int i = 0; i < 10; i++) {
		if (np_enter(&softirq, machine, 0, NP_SOFTIRQ, NULL))
			return false;
		np_nic_receive(dev, sk, 2, 0, NULL);
		np_leave(&softirq);
		tcp_recvmsg(sk, tcp_inq(sk));
		if (np_check(machine, NP_CHECK_STEP))
			return false;
	}
	printf("%d packets of 2 pages with %ld pages: %d in the ring, %u spare\n",
	       (int)dev->rx_packets, atomic_long_read(&dev->nr_allocated), dev->opt.ring_size,
	       drv->nr_spare);
	return dev->rx_packets == 10 && atomic_long_read(&dev->nr_allocated) == 6;
}

int main(void)
{
	struct np_machine_options options = { .scheme = np_scheme_find("network_at_zero") };
	struct mydrv drv = { .nr_spare = 0 };
	struct np_machine *machine;
	struct task_struct *task;
	struct np_context app;
	bool good;

	if (np_machine_create(&machine, &options) || np_task_create(machine, "P", NULL, &task) ||
	    np_enter(&app, machine, 0, NP_TASK, task))
		return 1;
	good = play(machine, task, &drv);
	np_leave(&app);
	return np_machine_destroy(machine) || drv.nr_spare || !good;
}
