/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <pthread.h>

/* Three levels; each test has its own. */
struct levels {
	struct page_counter root, middle, leaf;
};

static int up(void **state)
{
	struct levels *l = aligned_alloc(_Alignof(struct levels), sizeof(*l));

	memset(l, 0, sizeof(*l));
	page_counter_init(&l->root, NULL);
	page_counter_init(&l->middle, &l->root);
	page_counter_init(&l->leaf, &l->middle);
	*state = l;
	return 0;
}

static int down(void **state)
{
	free(*state);
	return 0;
}

#define assert_usages(l, root_usage, middle_usage, leaf_usage)                                     \
	do {                                                                                       \
		assert_int_equal(page_counter_read(&(l)->root), (root_usage));                     \
		assert_int_equal(page_counter_read(&(l)->middle), (middle_usage));                 \
		assert_int_equal(page_counter_read(&(l)->leaf), (leaf_usage));                     \
	} while (0)

static void charge_counts_at_every_level(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail = NULL;

	assert_true(page_counter_try_charge(&l->leaf, 5, &fail));
	assert_true(page_counter_try_charge(&l->middle, 2, &fail));
	assert_usages(l, 7, 7, 5);
	assert_null(fail);
	page_counter_uncharge(&l->leaf, 5);
	assert_usages(l, 2, 2, 0);
}

static void failed_charge_names_the_full_level_and_charges_none(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail = NULL;

	assert_int_equal(page_counter_set_max(&l->middle, 10), 0);
	assert_true(page_counter_try_charge(&l->leaf, 10, &fail));
	assert_false(page_counter_try_charge(&l->leaf, 1, &fail));
	assert_ptr_equal(fail, &l->middle);
	assert_usages(l, 10, 10, 10);
	assert_int_equal(l->middle.failcnt, 1);
	assert_int_equal(l->leaf.failcnt, 0);
}

static void charge_goes_over_limits(void **state)
{
	struct levels *l = *state;

	page_counter_set_max(&l->leaf, 1);
	page_counter_charge(&l->leaf, 100);
	assert_usages(l, 100, 100, 100);
	assert_int_equal(l->leaf.failcnt, 0);
	assert_int_equal(l->leaf.watermark, 100);
}

static void cancel_takes_from_one_level(void **state)
{
	struct levels *l = *state;

	page_counter_charge(&l->leaf, 10);
	page_counter_cancel(&l->leaf, 4);
	assert_usages(l, 10, 10, 6);
}

static void counter_that_would_go_negative_becomes_zero(void **state)
{
	struct levels *l = *state;

	page_counter_charge(&l->leaf, 1);
	page_counter_uncharge(&l->leaf, 3);
	assert_usages(l, 0, 0, 0);
	/* What arrives late stays for ever. */
	page_counter_charge(&l->leaf, 2);
	assert_usages(l, 2, 2, 2);
}

static void counter_that_would_go_negative_is_reported(void **state)
{
	struct host *h = *state;
	struct page_counter *counter = &h->A->memory;

	page_counter_cancel(counter, 3);
	assert_violation(h->m, NP_COUNTER_NOT_NEGATIVE);
	assert_message(h, "page_counter underflow: -3 nr_pages=3");
	assert_int_equal(page_counter_read(counter), 0);
}

static void init_keeps_watermark_and_failcnt(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail;

	page_counter_set_max(&l->leaf, 10);
	assert_true(page_counter_try_charge(&l->leaf, 8, &fail));
	assert_false(page_counter_try_charge(&l->leaf, 8, &fail));
	page_counter_init(&l->leaf, NULL);
	assert_int_equal(page_counter_read(&l->leaf), 0);
	assert_true(l->leaf.max == PAGE_COUNTER_MAX);
	assert_null(l->leaf.parent);
	assert_int_equal(l->leaf.watermark, 8);
	assert_int_equal(l->leaf.failcnt, 1);
}

static void watermark_is_the_highest_usage(void **state)
{
	struct levels *l = *state;

	page_counter_charge(&l->leaf, 10);
	page_counter_uncharge(&l->leaf, 9);
	page_counter_charge(&l->leaf, 5);
	assert_int_equal(l->leaf.watermark, 10);
	assert_int_equal(l->root.watermark, 10);
}

static void limit_below_usage_is_refused_and_the_old_one_stays(void **state)
{
	struct levels *l = *state;

	page_counter_charge(&l->leaf, 10);
	assert_int_equal(page_counter_set_max(&l->leaf, 9), -EBUSY);
	assert_true(l->leaf.max == PAGE_COUNTER_MAX);
	assert_int_equal(page_counter_set_max(&l->leaf, 10), 0);
	assert_int_equal(l->leaf.max, 10);
}

static void limit_of_zero_lets_nothing_through(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail = NULL;

	assert_int_equal(page_counter_set_max(&l->leaf, 0), 0);
	assert_false(page_counter_try_charge(&l->leaf, 1, &fail));
	assert_true(page_counter_try_charge(&l->leaf, 0, &fail));
}

static void largest_limit_holds_the_largest_charge(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail = NULL;

	assert_true(page_counter_try_charge(&l->leaf, PAGE_COUNTER_MAX, &fail));
	assert_false(page_counter_try_charge(&l->leaf, 1, &fail));
	assert_ptr_equal(fail, &l->leaf);
	page_counter_uncharge(&l->leaf, PAGE_COUNTER_MAX);
	assert_usages(l, 0, 0, 0);
}

static void high_is_stored_and_never_enforced(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail;

	page_counter_set_high(&l->leaf, 1);
	assert_true(page_counter_try_charge(&l->leaf, 5, &fail));
	assert_int_equal(l->leaf.high, 1);
}

static void protection_is_the_smaller_of_usage_and_limit(void **state)
{
	struct levels *l = *state;

	page_counter_set_min(&l->leaf, 10);
	page_counter_set_low(&l->leaf, 4);
	page_counter_charge(&l->leaf, 6);
	assert_int_equal(atomic_long_read(&l->middle.children_min_usage), 6);
	assert_int_equal(atomic_long_read(&l->middle.children_low_usage), 4);
	page_counter_charge(&l->leaf, 6);
	assert_int_equal(atomic_long_read(&l->middle.children_min_usage), 10);
	page_counter_uncharge(&l->leaf, 12);
	assert_int_equal(atomic_long_read(&l->middle.children_min_usage), 0);
	assert_int_equal(atomic_long_read(&l->middle.children_low_usage), 0);
}

static void protection_propagates_for_each_level_its_own_usage(void **state)
{
	struct levels *l = *state;

	/* 5.10 propagated the leaf's at every level (a6f23d14ec7d). */
	page_counter_set_low(&l->middle, 3);
	page_counter_set_low(&l->leaf, 100);
	page_counter_charge(&l->leaf, 20);
	assert_int_equal(atomic_long_read(&l->middle.children_low_usage), 20);
	assert_int_equal(atomic_long_read(&l->root.children_low_usage), 3);
	page_counter_set_low(&l->leaf, 0);
	assert_int_equal(atomic_long_read(&l->middle.children_low_usage), 0);
}

static void failed_charge_leaves_no_protection_behind(void **state)
{
	struct levels *l = *state;
	struct page_counter *fail;

	page_counter_set_low(&l->leaf, 100);
	page_counter_set_max(&l->root, 5);
	assert_false(page_counter_try_charge(&l->leaf, 10, &fail));
	assert_ptr_equal(fail, &l->root);
	assert_int_equal(atomic_long_read(&l->middle.children_low_usage), 0);
}

#define ROUNDS 20000

static void *charge_and_uncharge(void *arg)
{
	struct levels *l = arg;
	struct page_counter *fail;

	for (int i = 0; i < ROUNDS; i++)
		if (page_counter_try_charge(&l->leaf, 3, &fail))
			page_counter_uncharge(&l->leaf, 3);
	return NULL;
}

static void racing_charges_leave_nothing_and_overrun_by_what_is_in_flight(void **state)
{
	struct levels *l = *state;
	pthread_t thread;

	page_counter_set_max(&l->middle, 4);
	assert_int_equal(pthread_create(&thread, NULL, charge_and_uncharge, l), 0);
	for (int i = 0; i < 1000; i++) {
		/* One charge may be rolled back while the other one is made. */
		assert_in_range(page_counter_read(&l->middle), 0, 6);
		page_counter_set_max(&l->middle, 3 + (unsigned long)(i % 3));
	}
	charge_and_uncharge(l);
	pthread_join(thread, NULL);
	assert_usages(l, 0, 0, 0);
}

#define counter_test(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		counter_test(charge_counts_at_every_level),
		counter_test(failed_charge_names_the_full_level_and_charges_none),
		counter_test(charge_goes_over_limits),
		counter_test(cancel_takes_from_one_level),
		counter_test(counter_that_would_go_negative_becomes_zero),
		host_test(counter_that_would_go_negative_is_reported),
		counter_test(init_keeps_watermark_and_failcnt),
		counter_test(watermark_is_the_highest_usage),
		counter_test(limit_below_usage_is_refused_and_the_old_one_stays),
		counter_test(limit_of_zero_lets_nothing_through),
		counter_test(largest_limit_holds_the_largest_charge),
		counter_test(high_is_stored_and_never_enforced),
		counter_test(protection_is_the_smaller_of_usage_and_limit),
		counter_test(protection_propagates_for_each_level_its_own_usage),
		counter_test(failed_charge_leaves_no_protection_behind),
		counter_test(racing_charges_leave_nothing_and_overrun_by_what_is_in_flight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
