/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static void charge(struct mem_cgroup *memcg, unsigned int nr_pages)
{
	assert_int_equal(try_charge(memcg, GFP_KERNEL, nr_pages), 0);
}

/* --- batches --- */

static void one_to_63_pages_charge_64_once(void **state)
{
	struct host *h = *state;

	for (int i = 0; i < 63; i++) {
		charge(h->A, 1);
		assert_counter(h->A, 64);
		assert_int_equal(np_memcg_stock(h->A), 63 - (unsigned long)i);
	}
	assert_memcg_usage(h->A, 63);
	charge(h->A, 1);
	assert_counter(h->A, 64);
	charge(h->A, 1);
	assert_counter(h->A, 128);
	cancel_charge(h->A, 65);
}

static void batch_and_more_is_charged_exactly(void **state)
{
	struct host *h = *state;

	charge(h->A, 64);
	assert_counter(h->A, 64);
	charge(h->A, 512);
	assert_counter(h->A, 576);
	assert_int_equal(np_memcg_stock(h->A), 0);
	cancel_charge(h->A, 576);
}

static void order_9_charges_exactly_512(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 9);

	assert_counter(h->A, 512);
	assert_int_equal(np_memcg_stock(h->A), 0);
	__free_pages(page, 9);
	/* More than a batch: the stock that it went into was drained. */
	assert_counter(h->A, 0);
}

static void batch_of_5_12_is_32(void **state)
{
	struct host *h = *state;

	charge(h->A, 1);
	assert_counter(h->A, 32);
	cancel_charge(h->A, 1);
}

static void charge_fits_exactly_where_a_batch_does_not(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 10);
	charge(h->A, 3);
	assert_counter(h->A, 3);
	assert_int_equal(np_memcg_stock(h->A), 0);
	/* The batch was refused first. */
	assert_int_equal(h->A->memory.failcnt, 1);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_MAX]), 0);
	cancel_charge(h->A, 3);
}

static void root_is_not_charged(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *root = root_mem_cgroup(h->m);

	charge(root, 100000);
	assert_counter(root, 0);
	cancel_charge(root, 100000);
	assert_counter(root, 0);
}

static void ancestors_are_charged_with_their_children(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_create(h->m, "child", h->A, &child), 0);
	charge(child, 1);
	assert_counter(child, 64);
	assert_counter(h->A, 64);
	assert_counter(root_mem_cgroup(h->m), 64);
	assert_memcg_usage(h->A, 1);
	assert_int_equal(np_memcg_stock(h->A), 0);
	cancel_charge(child, 1);
}

/* --- the stock --- */

static void stock_serves_its_group_only(void **state)
{
	struct host *h = *state;
	long pins = atomic_long_read(&h->A->css.refcnt);

	charge(h->A, 1);
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins + 1);
	/* Another group: the stock goes back first. */
	charge(h->B, 1);
	assert_counter(h->A, 1);
	assert_counter(h->B, 64);
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins);
	cancel_charge(h->A, 1);
	cancel_charge(h->B, 1);
}

static void every_cpu_has_a_stock_of_its_own(void **state)
{
	struct host *h = *state;

	charge(h->A, 1);
	host_as(h, 1, NP_TASK, h->P, charge(h->A, 1));
	assert_counter(h->A, 128);
	assert_int_equal(np_memcg_stock(h->A), 126);
	assert_memcg_usage(h->A, 2);
	cancel_charge(h->A, 2);
}

static void stock_above_a_batch_is_drained_whole(void **state)
{
	struct host *h = *state;

	charge(h->A, 65);
	refill_stock(h->A, 64);
	assert_counter(h->A, 65);
	assert_int_equal(np_memcg_stock(h->A), 64);
	refill_stock(h->A, 1);
	assert_counter(h->A, 0);
	assert_int_equal(np_memcg_stock(h->A), 0);
	assert_null(h->m->cpus[0].stock.cached);
}

static void stock_of_pages_that_were_never_charged_takes_the_counter_below_zero(void **state)
{
	struct host *h = *state;

	refill_stock(h->A, 10);
	assert_no_violations(h->m);
	drain_all_stock(h->A);
	assert_violation(h->m, NP_COUNTER_NOT_NEGATIVE);
	assert_counter(h->A, 0);
}

static void stock_of_root_takes_the_root_counter_below_zero(void **state)
{
	struct host *h = *state;

	/* What the second patch did for a task in root: never charged, but given back. */
	charge(root_mem_cgroup(h->m), 65);
	refill_stock(root_mem_cgroup(h->m), 64);
	assert_no_violations(h->m);
	refill_stock(root_mem_cgroup(h->m), 1);
	assert_violation(h->m, NP_COUNTER_NOT_NEGATIVE);
}

static void stock_pins_a_removed_group_until_another_group_comes(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg, *dead;
	bool found = false;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	charge(memcg, 1);
	css_get(&memcg->css);
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	/* Its drain is done; now somebody gives back what was charged before. */
	refill_stock(memcg, 1);
	css_put(&memcg->css);
	list_for_each_entry(dead, &h->m->memcgs, all)
		found |= dead == memcg;
	assert_true(found);
	charge(h->A, 1);
	found = false;
	list_for_each_entry(dead, &h->m->memcgs, all)
		found |= dead == memcg;
	assert_false(found);
	cancel_charge(h->A, 1);
}

/* --- draining --- */

static void drain_is_immediate_here_and_work_elsewhere(void **state)
{
	struct host *h = *state;

	charge(h->A, 1);
	host_as(h, 1, NP_TASK, h->P, charge(h->A, 1));
	drain_all_stock(h->A);
	assert_null(h->m->cpus[0].stock.cached);
	assert_int_equal(np_memcg_stock(h->A), 63);
	assert_counter(h->A, 65);
	np_machine_settle(h->m);
	assert_counter(h->A, 2);
	cancel_charge(h->A, 2);
}

static void drain_of_a_busy_cpu_waits_until_it_is_left(void **state)
{
	struct host *h = *state;

	host_enter(h, 1, NP_TASK, h->Q);
	charge(h->A, 1);
	host_enter(h, 0, NP_TASK, h->P);
	drain_all_stock(h->A);
	drain_all_stock(h->A);
	np_machine_settle(h->m);
	assert_int_equal(np_memcg_stock(h->A), 63);
	host_leave(h);
	host_leave(h);
	assert_int_equal(np_memcg_stock(h->A), 0);
	cancel_charge(h->A, 1);
}

static void drain_takes_descendants_and_spares_others(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_create(h->m, "child", h->A, &child), 0);
	charge(child, 1);
	drain_all_stock(h->B);
	assert_int_equal(np_memcg_stock(child), 63);
	drain_all_stock(h->A);
	assert_int_equal(np_memcg_stock(child), 0);
	assert_counter(h->A, 1);
	cancel_charge(child, 1);
}

static void drain_leaves_an_empty_stock_in_place(void **state)
{
	struct host *h = *state;

	charge(h->A, 64);
	refill_stock(h->A, 0);
	drain_all_stock(h->A);
	assert_ptr_equal(h->m->cpus[0].stock.cached, h->A);
	cancel_charge(h->A, 64);
}

/* --- limits --- */

static void charge_drains_all_stocks_before_it_fails(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 64);
	host_as(h, 1, NP_TASK, h->P, charge(h->A, 1));
	assert_counter(h->A, 64);
	/* CPU 1 has 63 of the 64; a task that may wait gets them. */
	charge(h->A, 63);
	assert_counter(h->A, 64);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_MAX]), 1);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_OOM]), 0);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), -ENOMEM);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_OOM]), 1);
	cancel_charge(h->A, 64);
}

/* The first one, one after the drain, and 16 more. */
static void charge_that_may_wait_is_tried_eighteen_times(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 1);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 100), -ENOMEM);
	assert_int_equal(h->A->memory.failcnt, 18);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_MAX]), 18);
}

static void charge_of_many_pages_or_that_may_fail_kills_nobody(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 1);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 9), -ENOMEM);
	assert_int_equal(try_charge(h->A, GFP_KERNEL | __GFP_RETRY_MAYFAIL, 2), -ENOMEM);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_OOM]), 0);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 8), -ENOMEM);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_OOM]), 1);
}

static void charge_of_a_child_fails_at_the_limit_of_its_parent(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_create(h->m, "child", h->A, &child), 0);
	np_memcg_set_max(h->A, 4);
	assert_int_equal(try_charge(child, GFP_KERNEL, 5), -ENOMEM);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_OOM]), 1);
	assert_int_equal(atomic_long_read(&child->events[MEMCG_OOM]), 0);
	assert_counter(child, 0);
	assert_counter(root_mem_cgroup(h->m), 0);
}

static void charge_that_may_not_wait_fails_at_once(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 64);
	host_as(h, 1, NP_TASK, h->P, charge(h->A, 1));
	assert_int_equal(try_charge(h->A, GFP_NOWAIT, 1), -ENOMEM);
	assert_int_equal(np_memcg_stock(h->A), 63);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_MAX]), 0);
	cancel_charge(h->A, 1);
}

static void charge_without_retries_tries_once_after_the_drain(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 1);
	assert_int_equal(try_charge(h->A, GFP_KERNEL | __GFP_NORETRY, 2), -ENOMEM);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_MAX]), 2);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_OOM]), 0);
}

static void charge_that_may_not_fail_goes_over_the_limit(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 10);
	assert_int_equal(try_charge(h->A, GFP_KERNEL | __GFP_NOFAIL, 100), 0);
	assert_counter(h->A, 100);
	assert_int_equal(np_memcg_stock(h->A), 0);
	cancel_charge(h->A, 100);
}

static void atomic_charge_goes_over_the_limit_and_says_so(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 10);
	assert_int_equal(try_charge(h->A, GFP_ATOMIC, 100), 0);
	assert_counter(h->A, 100);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_MAX]), 1);
	cancel_charge(h->A, 100);
}

static void injected_fault_fails_all_but_charges_that_may_not_fail(void **state)
{
	struct host *h = *state;

	np_fault_set(h->m, NP_FAULT_TRY_CHARGE, 1, 3);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), -ENOMEM);
	assert_int_equal(try_charge(h->A, GFP_ATOMIC, 1), -ENOMEM);
	assert_int_equal(try_charge(h->A, GFP_KERNEL | __GFP_NOFAIL, 1), 0);
	cancel_charge(h->A, 1);
}

static void high_is_looked_at_when_the_counter_is_charged(void **state)
{
	struct host *h = *state;

	page_counter_set_high(&h->A->memory, 10);
	charge(h->A, 1);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_HIGH]), 1);
	/* From the stock: nobody looks. */
	charge(h->A, 1);
	assert_int_equal(atomic_long_read(&h->A->events[MEMCG_HIGH]), 1);
	cancel_charge(h->A, 2);
}

/* --- socket memory --- */

static void socket_memory_is_charged_exactly_and_uncharged_with_the_stock(void **state)
{
	struct host *h = *state;

	assert_true(mem_cgroup_charge_skmem(h->A, 100, GFP_KERNEL));
	assert_counter(h->A, 100);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 100);
	charge(h->A, 1);
	assert_counter(h->A, 164);
	/* 63 in the stock and 100 more are above a batch: all of it goes. */
	mem_cgroup_uncharge_skmem(h->A, 100);
	assert_counter(h->A, 1);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 0);
	cancel_charge(h->A, 1);
}

static void small_socket_memory_is_charged_in_batches(void **state)
{
	struct host *h = *state;

	assert_true(mem_cgroup_charge_skmem(h->A, 1, GFP_ATOMIC));
	assert_counter(h->A, 64);
	mem_cgroup_uncharge_skmem(h->A, 1);
	assert_counter(h->A, 64);
	assert_int_equal(np_memcg_stock(h->A), 64);
}

static void socket_memory_that_is_refused_is_not_counted(void **state)
{
	struct host *h = *state;

	np_memcg_set_max(h->A, 10);
	assert_false(mem_cgroup_charge_skmem(h->A, 11, GFP_KERNEL));
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 0);
	assert_counter(h->A, 0);
	/* In a softirq it goes over the limit: __GFP_HIGH. */
	assert_true(mem_cgroup_charge_skmem(h->A, 11, GFP_ATOMIC));
	assert_counter(h->A, 11);
	mem_cgroup_uncharge_skmem(h->A, 11);
}

static long charged, uncharged;

static void trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)machine;
	if (event->memcg != arg)
		return;
	if (event->id == NP_TRACE_MEMCG_CHARGE)
		charged += event->value;
	if (event->id == NP_TRACE_MEMCG_UNCHARGE)
		uncharged += event->value;
}

static void charges_pass_their_tracepoints(void **state)
{
	struct host *h = *state;

	charged = uncharged = 0;
	np_trace_subscribe(h->m, trace, h->A);
	mem_cgroup_charge_skmem(h->A, 7, GFP_KERNEL);
	mem_cgroup_uncharge_skmem(h->A, 7);
	put_page(alloc_page(GFP_KERNEL | __GFP_ACCOUNT));
	np_trace_unsubscribe(h->m, trace, h->A);
	assert_int_equal(charged, 8);
	assert_int_equal(uncharged, -8);
}

int main(void)
{
	const struct np_machine_options thread = { .nr_pages = HOST_PAGES, .model = NP_MODEL_5_12 };
	const struct CMUnitTest tests[] = {
		host_test(one_to_63_pages_charge_64_once),
		host_test(batch_and_more_is_charged_exactly),
		host_test(order_9_charges_exactly_512),
		host_test_with(batch_of_5_12_is_32, &thread),
		host_test(charge_fits_exactly_where_a_batch_does_not),
		host_test(root_is_not_charged),
		host_test(ancestors_are_charged_with_their_children),
		host_test(stock_serves_its_group_only),
		host_test(every_cpu_has_a_stock_of_its_own),
		host_test(stock_above_a_batch_is_drained_whole),
		host_test(stock_of_pages_that_were_never_charged_takes_the_counter_below_zero),
		host_test(stock_of_root_takes_the_root_counter_below_zero),
		host_test(stock_pins_a_removed_group_until_another_group_comes),
		host_test(drain_is_immediate_here_and_work_elsewhere),
		host_test(drain_of_a_busy_cpu_waits_until_it_is_left),
		host_test(drain_takes_descendants_and_spares_others),
		host_test(drain_leaves_an_empty_stock_in_place),
		host_test(charge_drains_all_stocks_before_it_fails),
		host_test(charge_that_may_wait_is_tried_eighteen_times),
		host_test(charge_of_many_pages_or_that_may_fail_kills_nobody),
		host_test(charge_of_a_child_fails_at_the_limit_of_its_parent),
		host_test(charge_that_may_not_wait_fails_at_once),
		host_test(charge_without_retries_tries_once_after_the_drain),
		host_test(charge_that_may_not_fail_goes_over_the_limit),
		host_test(atomic_charge_goes_over_the_limit_and_says_so),
		host_test(injected_fault_fails_all_but_charges_that_may_not_fail),
		host_test(high_is_looked_at_when_the_counter_is_charged),
		host_test(socket_memory_is_charged_exactly_and_uncharged_with_the_stock),
		host_test(small_socket_memory_is_charged_in_batches),
		host_test(socket_memory_that_is_refused_is_not_counted),
		host_test(charges_pass_their_tracepoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
