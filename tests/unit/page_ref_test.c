/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef CONFIG_DEBUG_PAGE_REF
#define CONFIG_DEBUG_PAGE_REF /* the tracepoints in the inline functions */
#endif
#include "host.h"

/* A page on its own: nobody counts its references but the test. */
static struct page *lone_page(struct host *h, int count)
{
	struct page *page = pfn_to_page(h->m, 1000);

	atomic_set(&page->_refcount, count);
	return page;
}

static int up(void **state)
{
	return host_up(state);
}

static int down(void **state)
{
	struct host *h = *state;

	lone_page(h, 0);
	return host_down(state);
}

static void count_is_read_at_the_page_or_at_its_head(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	(void)state;
	page_ref_inc(page);
	assert_int_equal(page_ref_count(page), 2);
	assert_int_equal(page_ref_count(page + 1), 0);
	assert_int_equal(page_count(page + 1), 2);
	page_ref_dec(page);
	put_page(page);
}

static void count_is_set_added_to_and_taken_from(void **state)
{
	struct page *page = lone_page(*state, 0);

	init_page_count(page);
	assert_int_equal(page_ref_count(page), 1);
	set_page_count(page, 10);
	page_ref_add(page, 5);
	page_ref_sub(page, 2);
	page_ref_inc(page);
	page_ref_dec(page);
	assert_int_equal(page_ref_count(page), 13);
	assert_int_equal(page_ref_sub_return(page, 3), 10);
	assert_int_equal(page_ref_inc_return(page), 11);
	assert_int_equal(page_ref_dec_return(page), 10);
}

static void tests_for_zero_are_true_once(void **state)
{
	struct page *page = lone_page(*state, 3);

	assert_false(page_ref_dec_and_test(page));
	assert_true(page_ref_sub_and_test(page, 2));
	assert_false(page_ref_sub_and_test(page, 1));
	assert_int_equal(page_ref_count(page), -1);
}

static void free_page_gives_no_speculative_reference(void **state)
{
	struct page *page = lone_page(*state, 0);

	assert_false(get_page_unless_zero(page));
	assert_int_equal(page_ref_count(page), 0);
	set_page_count(page, 1);
	assert_true(get_page_unless_zero(page));
	assert_int_equal(page_ref_count(page), 2);
}

static void add_unless_compares_with_any_value(void **state)
{
	struct page *page = lone_page(*state, 5);

	assert_false(page_ref_add_unless(page, 10, 5));
	assert_true(page_ref_add_unless(page, 10, 4));
	assert_int_equal(page_ref_count(page), 15);
}

static void page_freezes_at_the_expected_count_only(void **state)
{
	struct page *page = lone_page(*state, 2);

	assert_false(page_ref_freeze(page, 1));
	assert_int_equal(page_ref_count(page), 2);
	assert_true(page_ref_freeze(page, 2));
	assert_int_equal(page_ref_count(page), 0);
	assert_false(get_page_unless_zero(page));
	page_ref_unfreeze(page, 2);
	assert_int_equal(page_ref_count(page), 2);
}

static void count_wraps_behind_int_max_without_a_word(void **state)
{
	struct host *h = *state;
	struct page *page = lone_page(h, INT_MAX);

	/* The hole of CVE-2019-11487: INT_MIN is outside of what get_page() checks. */
	get_page(page);
	assert_int_equal(page_ref_count(page), INT_MIN);
	assert_no_violations(h->m);
	assert_false(try_get_page(page));
	page_ref_sub(page, 1);
	assert_int_equal(page_ref_count(page), INT_MAX);
	assert_true(try_get_page(page));
}

static void large_biases_are_added_and_dropped_at_once(void **state)
{
	struct page *page = lone_page(*state, 1);

	page_ref_add(page, INT_MAX - 1);
	assert_int_equal(page_ref_count(page), INT_MAX);
	assert_true(page_ref_sub_and_test(page, INT_MAX));
}

struct traced {
	enum np_trace_id id;
	long value, result;
};

static struct traced traced[16];
static unsigned int nr_traced;

static void trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)machine;
	if (event->page == arg && nr_traced < ARRAY_SIZE(traced))
		traced[nr_traced++] = (struct traced){ event->id, event->value, event->result };
}

static void every_operation_passes_its_tracepoint(void **state)
{
	struct host *h = *state;
	struct page *page = lone_page(h, 0);
	const struct traced want[] = {
		{ NP_TRACE_PAGE_REF_SET, 3, 0 },
		{ NP_TRACE_PAGE_REF_MOD, 2, 0 },
		{ NP_TRACE_PAGE_REF_MOD, -1, 0 },
		{ NP_TRACE_PAGE_REF_MOD_AND_RETURN, -1, 3 },
		{ NP_TRACE_PAGE_REF_MOD_AND_RETURN, 1, 4 },
		{ NP_TRACE_PAGE_REF_MOD_AND_TEST, -1, 0 },
		{ NP_TRACE_PAGE_REF_MOD_UNLESS, 1, 1 },
		{ NP_TRACE_PAGE_REF_FREEZE, 9, 0 },
		{ NP_TRACE_PAGE_REF_FREEZE, 4, 1 },
		{ NP_TRACE_PAGE_REF_UNFREEZE, 1, 0 },
		{ NP_TRACE_PAGE_REF_MOD_AND_TEST, -1, 1 },
	};

	nr_traced = 0;
	assert_int_equal(np_trace_subscribe(h->m, trace, page), 0);
	set_page_count(page, 3);
	page_ref_add(page, 2);
	page_ref_sub(page, 1);
	page_ref_dec_return(page);
	page_ref_inc_return(page);
	page_ref_dec_and_test(page);
	get_page_unless_zero(page);
	page_ref_freeze(page, 9);
	page_ref_freeze(page, 4);
	page_ref_unfreeze(page, 1);
	page_ref_dec_and_test(page);
	assert_int_equal(np_trace_unsubscribe(h->m, trace, page), 0);
	assert_int_equal(nr_traced, ARRAY_SIZE(want));
	for (unsigned int i = 0; i < nr_traced; i++) {
		assert_string_equal(np_trace_name(traced[i].id), np_trace_name(want[i].id));
		assert_int_equal(traced[i].value, want[i].value);
		assert_int_equal(traced[i].result, want[i].result);
	}
}

#define ref_test(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ref_test(count_is_read_at_the_page_or_at_its_head),
		ref_test(count_is_set_added_to_and_taken_from),
		ref_test(tests_for_zero_are_true_once),
		ref_test(free_page_gives_no_speculative_reference),
		ref_test(add_unless_compares_with_any_value),
		ref_test(page_freezes_at_the_expected_count_only),
		ref_test(count_wraps_behind_int_max_without_a_word),
		ref_test(large_biases_are_added_and_dropped_at_once),
		ref_test(every_operation_passes_its_tracepoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
