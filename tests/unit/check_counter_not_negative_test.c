/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_COUNTER_NOT_NEGATIVE

static void counters_of_a_fresh_machine_are_not_negative(void **state)
{
	struct fixture *f = *state;

	map_page(f->P, claimed_page(f));
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
}

static void negative_usage_is_reported(void **state)
{
	struct fixture *f = *state;

	atomic_long_set(&f->A->memory.usage, -3);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "A", "has a usage of -3");
	atomic_long_set(&f->A->memory.usage, 0);
}

static void negative_statistic_is_reported_as_a_sum_over_cpus(void **state)
{
	struct fixture *f = *state;

	mod_memcg_state(f->A, MEMCG_SOCK, -2);
	atomic_long_set(&f->A->vmstats[MEMCG_NR_STAT + MEMCG_SOCK], 2);
	assert_int_equal(np_check_one(f->m, INVARIANT, NP_CHECK_STEP), 0);
	mod_memcg_state(f->A, MEMCG_SOCK, -1);
	assert_int_equal(memcg_page_state(f->A, MEMCG_SOCK), 0);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "A", "has a sock statistic of -1");
}

static void negative_number_of_mapped_pages_is_reported(void **state)
{
	struct fixture *f = *state;

	atomic_long_set(&f->P->mm->rss_filepages, -1);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "P", "has a number of mapped pages of -1");
}

static void negative_receive_memory_is_reported(void **state)
{
	struct fixture *f = *state;
	struct sock *sk;

	assert_int_equal(np_sock_create(f->m, "s", f->P, &sk), 0);
	atomic_long_set(&sk->sk_rmem_alloc, -4096);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "s", "has receive memory of -4096");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(counters_of_a_fresh_machine_are_not_negative),
		check_test(negative_usage_is_reported),
		check_test(negative_statistic_is_reported_as_a_sum_over_cpus),
		check_test(negative_number_of_mapped_pages_is_reported),
		check_test(negative_receive_memory_is_reported),
	};

	return cmocka_run_group_tests_name("check_counter_not_negative", tests, NULL, NULL);
}
