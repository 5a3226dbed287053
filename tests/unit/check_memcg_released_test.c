/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_MEMCG_RELEASED

static void charge_sock_page(struct mem_cgroup *memcg, struct page *page)
{
	assert_int_equal(try_charge(memcg, GFP_KERNEL, 1), 0);
	css_get(&memcg->css);
	page->memcg_data = (unsigned long)memcg | MEMCG_DATA_SOCK;
}

static void everything_that_pins_a_group_is_known(void **state)
{
	struct fixture *f = *state;
	struct address_space file = { 0 };
	struct mem_cgroup *child;
	struct sock *sk;

	assert_int_equal(np_memcg_create(f->m, "C", f->A, &child), 0);
	assert_int_equal(np_sock_create(f->m, "s", f->P, &sk), 0);
	charge_sock_page(f->A, claimed_page(f));
	assert_non_null(np_add_to_page_cache(&file, child));
	alloc_page(GFP_KERNEL | __GFP_ACCOUNT);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	np_remove_from_page_cache(&file);
	assert_int_equal(np_memcg_rmdir(child), 0);
	np_sock_close(sk);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void pin_that_nothing_explains_is_reported(void **state)
{
	struct fixture *f = *state;

	css_get(&f->A->css);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "A",
		     "has a css count of 2, wanted 1: 1 online, 0 charged pages, 0 stocks, "
		     "0 sockets, 0 children");
	css_put(&f->A->css);
}

static void group_that_stays_after_teardown_is_reported_with_its_pins(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *dead;
	struct np_context other_cpu;
	struct sock *sk, *other;

	assert_int_equal(np_memcg_create(f->m, "D", f->A, &dead), 0);
	charge_sock_page(dead, claimed_page(f));
	assert_int_equal(np_sock_create(f->m, "other", f->P, &other), 0);
	assert_int_equal(np_task_migrate(f->P, dead), 0);
	assert_int_equal(np_sock_create(f->m, "s", f->P, &sk), 0);
	assert_int_equal(np_task_migrate(f->P, f->A), 0);
	assert_int_equal(np_memcg_rmdir(dead), 0);
	/* The stock comes back to the dead group: the next group to need it lets it go. */
	assert_int_equal(np_enter(&other_cpu, f->m, 1, NP_KTHREAD, NULL), 0);
	refill_stock(dead, 2);
	np_leave(&other_cpu);
	page_counter_charge(&dead->memory, 2);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_REST), 0);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_TEARDOWN), 2);
	assert_reported(f, "D",
			"is still there, with a css count of 3 and 3 pages charged\n"
			"  1 charged pages\n"
			"  the stock of CPU 1 (2 pages)\n"
			"  socket s");
	assert_string_equal(f->recorder.seen[0].object, "A");
	assert_non_null(
		strstr(f->recorder.seen[0].message, "\n  not removed\n  socket other\n  child D"));
	assert_violation(f->m, INVARIANT);
}

static void machine_that_was_torn_down_has_no_groups(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_create(f->m, "C", f->A, &child), 0);
	alloc_page(GFP_KERNEL | __GFP_ACCOUNT);
	np_leave(&f->context);
	np_machine_rest(f->m);
	np_machine_teardown(f->m);
	/* The kernel page pins nobody. */
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_TEARDOWN), 0);
	assert_int_equal(np_enter(&f->context, f->m, 0, NP_KTHREAD, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(everything_that_pins_a_group_is_known),
		check_test(pin_that_nothing_explains_is_reported),
		check_test(group_that_stays_after_teardown_is_reported_with_its_pins),
		check_test(machine_that_was_torn_down_has_no_groups),
	};

	return cmocka_run_group_tests_name("check_memcg_released", tests, NULL, NULL);
}
