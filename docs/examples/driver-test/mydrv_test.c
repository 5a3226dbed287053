/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The test of mydrv: a whole host around it, and every invariant checked after each test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <netpage/cmocka.h>
#include <netpage/netpage.h>

#include "mydrv.h"

#define RING 4

struct host {
	struct np_machine *machine;
	struct np_recorder recorder;
	struct np_context app;
	struct mem_cgroup *A;
	struct task_struct *P;
	struct sock *sk;
	struct net_device *dev;
	struct mydrv drv;
};

static struct host *boot(const struct np_driver *driver)
{
	struct np_machine_options options = { .scheme = np_scheme_find("mapcount_precharge") };
	struct host *h = calloc(1, sizeof(*h));
	struct np_nic_options card = { .driver = driver, .ring_size = RING };

	assert_non_null(h);
	card.priv = &h->drv;
	assert_int_equal(np_machine_create(&h->machine, &options), 0);
	np_recorder_attach(&h->recorder, h->machine);
	assert_int_equal(np_memcg_create(h->machine, "A", NULL, &h->A), 0);
	assert_int_equal(np_task_create(h->machine, "P", h->A, &h->P), 0);
	assert_int_equal(np_sock_create(h->machine, "s", h->P, &h->sk), 0);
	assert_int_equal(np_enter(&h->app, h->machine, 0, NP_TASK, h->P), 0);
	assert_int_equal(np_nic_create(h->machine, &card, &h->dev), 0);
	return h;
}

/* Everything is let go; what the machine finds then is found here. */
static void halt(struct host *h)
{
	np_check(h->machine, NP_CHECK_STEP);
	assert_no_violations(h->machine);
	np_leave(&h->app);
	assert_int_equal(np_machine_destroy(h->machine), 0);
	np_recorder_print(&h->recorder);
	assert_null(np_recorder_find(&h->recorder, NP_INVARIANTS));
	free(h);
}

/* A packet of one page; NULL when it was dropped. */
static struct page *receive(struct host *h)
{
	struct sk_buff *skb = NULL;
	struct np_context softirq;

	assert_int_equal(np_enter(&softirq, h->machine, 0, NP_SOFTIRQ, NULL), 0);
	np_nic_receive(h->dev, h->sk, 1, 0, &skb);
	np_leave(&softirq);
	return skb ? skb->shinfo->frags[0].bv_page : NULL;
}

static struct vm_area_struct *map_what_is_queued(struct host *h)
{
	struct tcp_zerocopy_receive zc = { .length = PAGE_SIZE };
	struct vm_area_struct *vma;

	assert_int_equal(tcp_mmap(h->P->mm, 1, &vma), 0);
	zc.address = vma->vm_start;
	assert_int_equal(tcp_zerocopy_receive(h->sk, &zc), 0);
	assert_int_equal(zc.length, PAGE_SIZE);
	return vma;
}

static void receive_and_read(struct host *h, unsigned int packets)
{
	while (packets--) {
		receive(h);
		tcp_recvmsg(h->sk, tcp_inq(h->sk));
	}
}

static void page_in_the_queue_is_held_by_the_packet_and_the_driver(void **state)
{
	struct host *h = boot(&mydrv_driver);

	(void)state;
	assert_page_refs(receive(h), 2);
	halt(h);
}

static void page_that_was_read_is_posted_again(void **state)
{
	struct host *h = boot(&mydrv_driver);
	struct page *page = receive(h);

	(void)state;
	tcp_recvmsg(h->sk, PAGE_SIZE);
	assert_page_refs(page, 1);
	receive_and_read(h, 1);
	assert_true(np_nic_can_write(h->dev, page));
	halt(h);
}

static void page_that_is_mapped_is_not_posted_again(void **state)
{
	struct host *h = boot(&mydrv_driver);
	struct page *page = receive(h);

	(void)state;
	map_what_is_queued(h);
	receive_and_read(h, 3 * RING);
	assert_page_mapcount(page, 1);
	assert_false(np_nic_can_write(h->dev, page));
	halt(h);
}

static void page_is_charged_while_it_is_mapped(void **state)
{
	struct host *h = boot(&mydrv_driver);
	struct vm_area_struct *vma;

	(void)state;
	receive(h);
	vma = map_what_is_queued(h);
	assert_memcg_usage(h->A, 1);
	do_munmap(h->P->mm, vma->vm_start, PAGE_SIZE);
	assert_memcg_usage(h->A, 0);
	halt(h);
}

static void ring_is_filled_again_when_there_is_memory_again(void **state)
{
	struct host *h = boot(&mydrv_driver);

	(void)state;
	np_fault_set(h->machine, NP_FAULT_ALLOC_PAGES, 1, 1000);
	for (int i = 0; i < RING; i++)
		assert_non_null(receive(h));
	assert_null(receive(h));
	np_fault_set(h->machine, NP_FAULT_ALLOC_PAGES, 0, 0);
	assert_int_equal(np_nic_poll(h->dev), RING);
	assert_non_null(receive(h));
	halt(h);
}

static void page_that_is_mapped_outlives_the_card(void **state)
{
	struct host *h = boot(&mydrv_driver);
	struct page *page = receive(h);
	struct vm_area_struct *vma = map_what_is_queued(h);

	(void)state;
	unregister_netdev(h->dev);
	assert_page_refs(page, 1);
	do_munmap(h->P->mm, vma->vm_start, PAGE_SIZE);
	assert_true(np_page_is_free(h->machine, page));
	halt(h);
}

/* What the tests above would miss if they could not fail: mydrv without its look at the count. */
static int reckless_post(struct net_device *dev, struct np_rx_desc *desc)
{
	struct mydrv *drv = dev->priv;

	if (!drv->count)
		return mydrv_driver.post(dev, desc);
	desc->page = mydrv_cache_pop(drv);
	desc->len = PAGE_SIZE;
	desc->bias = 1;
	return 0;
}

static void driver_that_does_not_look_is_caught(void **state)
{
	struct np_driver reckless = mydrv_driver;
	struct host *h;

	(void)state;
	reckless.post = reckless_post;
	h = boot(&reckless);
	receive(h);
	map_what_is_queued(h);
	receive_and_read(h, RING);
	np_check(h->machine, NP_CHECK_STEP);
	assert_violation(h->machine, NP_NO_WRITE_TO_USED_PAGE);
	halt(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_in_the_queue_is_held_by_the_packet_and_the_driver),
		cmocka_unit_test(page_that_was_read_is_posted_again),
		cmocka_unit_test(page_that_is_mapped_is_not_posted_again),
		cmocka_unit_test(page_is_charged_while_it_is_mapped),
		cmocka_unit_test(ring_is_filled_again_when_there_is_memory_again),
		cmocka_unit_test(page_that_is_mapped_outlives_the_card),
		cmocka_unit_test(driver_that_does_not_look_is_caught),
	};

	return cmocka_run_group_tests_name("mydrv", tests, NULL, NULL);
}
