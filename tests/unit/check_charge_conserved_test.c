/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_CHARGE_CONSERVED

/* @page charged to @memcg as the patches of the thread do it. */
static void charge_sock_page(struct mem_cgroup *memcg, struct page *page)
{
	assert_int_equal(try_charge(memcg, GFP_KERNEL, 1), 0);
	css_get(&memcg->css);
	page->memcg_data = (unsigned long)memcg | MEMCG_DATA_SOCK;
}

static unsigned long check(struct fixture *f)
{
	return np_check_one(f->m, INVARIANT, NP_CHECK_STEP);
}

static void every_kind_of_charge_is_explained(void **state)
{
	struct fixture *f = *state;
	struct page *kernel = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 2);
	struct page *compound = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT | __GFP_COMP, 3);
	struct address_space file = { 0 };

	assert_int_equal(check(f), 1); /* nothing tells how long the first one is */
	assert_violation(f->m, INVARIANT);
	np_claim(f->m, kernel, "test", 1);
	np_claim(f->m, compound, "test", 1);
	assert_non_null(np_add_to_page_cache(&file, f->A));
	charge_sock_page(f->A, claimed_page(f));
	assert_memcg_usage(f->A, 4 + 8 + 1 + 1);
	assert_int_equal(check(f), 0);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	np_remove_from_page_cache(&file);
	assert_int_equal(check(f), 0);
}

static void socket_memory_is_explained_by_skbs(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct sk_buff *skb = alloc_skb(f->m, GFP_KERNEL);
	struct sock *sk;

	assert_int_equal(np_sock_create(f->m, "s", f->P, &sk), 0);
	assert_int_equal(skb_add_rx_frag(skb, page, 0, PAGE_SIZE, PAGE_SIZE), 0);
	assert_int_equal(tcp_queue_rcv(sk, skb), 0);
	assert_int_equal(check(f), 0);
	assert_int_equal(tcp_recvmsg(sk, PAGE_SIZE), PAGE_SIZE);
	assert_int_equal(check(f), 0);
}

static void stocks_of_all_cpus_are_counted(void **state)
{
	struct fixture *f = *state;
	struct np_context other_cpu;

	charge_sock_page(f->A, claimed_page(f));
	assert_int_equal(np_enter(&other_cpu, f->m, 1, NP_KTHREAD, NULL), 0);
	charge_sock_page(f->A, claimed_page(f));
	np_leave(&other_cpu);
	assert_int_equal(np_memcg_stock(f->A), 63 + 63);
	assert_int_equal(check(f), 0);
}

static void charge_without_an_object_must_be_claimed(void **state)
{
	struct fixture *f = *state;

	assert_true(mem_cgroup_charge_skmem(f->A, 3, GFP_KERNEL));
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "A",
		     "has 64 pages charged, wanted 61: 0 carry it, 0 of sockets, 0 claimed, "
		     "61 in stocks, 0 of children");
	assert_int_equal(np_claim_charge(f->m, f->A, "test", 3), 0);
	assert_int_equal(check(f), 0);
	mem_cgroup_uncharge_skmem(f->A, 3);
	assert_int_equal(np_claim_charge(f->m, f->A, "test", -3), 0);
	assert_int_equal(check(f), 0);
}

static void charge_lost_in_a_child_is_reported_there_alone(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_create(f->m, "C", f->A, &child), 0);
	page_counter_charge(&child->memory, 5);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "C", "has 5 pages charged, wanted 0");
	page_counter_uncharge(&child->memory, 5);
}

static void parent_below_its_children_is_reported(void **state)
{
	struct fixture *f = *state;

	charge_sock_page(f->A, claimed_page(f));
	page_counter_cancel(&f->m->root->memory, 1);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "root",
		     "has 63 pages charged, wanted 64: 0 carry it, 0 of sockets, 0 claimed, "
		     "0 in stocks, 64 of children");
	atomic_long_inc(&f->m->root->memory.usage);
}

static void page_charged_twice_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	charge_sock_page(f->A, page);
	charge_sock_page(f->A, page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "A",
		     "has 64 pages charged, wanted 63: 1 carry it");
}

static void charges_of_a_removed_group_are_its_parents(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *child;
	struct page *kernel;

	assert_int_equal(np_memcg_create(f->m, "C", f->A, &child), 0);
	assert_int_equal(np_task_migrate(f->P, child), 0);
	kernel = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);
	np_claim(f->m, kernel, "test", 1);
	charge_sock_page(child, claimed_page(f));
	assert_int_equal(check(f), 0);
	assert_int_equal(np_task_migrate(f->P, f->A), 0);
	assert_int_equal(np_memcg_rmdir(child), 0);
	/* The socket page keeps the dead group; the kernel page has moved up. */
	assert_int_equal(check(f), 0);
	np_claim(f->m, kernel, "test", -1);
	put_page(kernel);
	assert_int_equal(check(f), 0);
}

static void charge_that_only_a_driver_holds_is_reported_at_rest(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	charge_sock_page(f->A, page);
	invent(f, NP_HOLDER_DRIVER, "eth0", page, 65534);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	np_claim(f->m, page, "test", -1);
	assert_int_equal(check(f), 0);
	assert_fires(f, INVARIANT, NP_CHECK_REST, "p", "is charged to A but only eth0 holds it");
}

static void charge_that_nobody_holds_is_reported_at_rest(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	charge_sock_page(f->A, page);
	np_claim(f->m, page, "test", -1);
	set_page_count(page, 0);
	assert_int_equal(check(f), 0);
	assert_fires(f, INVARIANT, NP_CHECK_REST, "p", "is charged to A but nobody holds it");
	set_page_count(page, 1);
}

static void stock_of_root_that_was_never_charged_is_reported(void **state)
{
	struct fixture *f = *state;

	refill_stock(f->m->root, 1);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "root", "has 0 pages charged, wanted 1");
	this_np_cpu()->stock.nr_pages = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(every_kind_of_charge_is_explained),
		check_test(socket_memory_is_explained_by_skbs),
		check_test(stocks_of_all_cpus_are_counted),
		check_test(charge_without_an_object_must_be_claimed),
		check_test(charge_lost_in_a_child_is_reported_there_alone),
		check_test(parent_below_its_children_is_reported),
		check_test(page_charged_twice_is_reported),
		check_test(charges_of_a_removed_group_are_its_parents),
		check_test(charge_that_only_a_driver_holds_is_reported_at_rest),
		check_test(charge_that_nobody_holds_is_reported_at_rest),
		check_test(stock_of_root_that_was_never_charged_is_reported),
	};

	return cmocka_run_group_tests_name("check_charge_conserved", tests, NULL, NULL);
}
