/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Groups, warnings and compound pages under the kernel's names.
 */
#include "compat_fixture.h"

#include <linux/memcontrol.h>
#include <linux/poison.h>
#include <linux/refcount.h>
#include <memcg_world.h>

static void the_active_group_pays(void **state)
{
	struct mem_cgroup *a = world_memcg_create("a", NULL), *b = world_memcg_create("b", a);
	struct page *page;

	(void)state;
	assert_null(set_active_memcg(a));
	assert_ptr_equal(set_active_memcg(b), a);
	page = alloc_page(GFP_KERNEL_ACCOUNT);
	assert_ptr_equal(set_active_memcg(NULL), b);
	assert_ptr_equal(page_memcg_check(page), b);
	assert_true(PageMemcgKmem(page));
	assert_memcg_usage(b, 1);
	__free_page(page);
	assert_ptr_equal(parent_mem_cgroup(b), a);
	assert_ptr_equal(parent_mem_cgroup(a), root_mem_cgroup);
	world_memcg_destroy(b);
	world_memcg_destroy(a);
}

static void a_task_pays_for_itself(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *a = world_memcg_create("a", NULL);
	struct np_context context;
	struct task_struct *task;

	assert_int_equal(np_task_create(f->machine, "task", NULL, &task), 0);
	assert_int_equal(np_enter(&context, f->machine, 0, NP_TASK, task), 0);
	assert_null(set_active_memcg(a));
	assert_violation(f->machine, NP_ASSERTION);
	assert_ptr_equal(current, task);
	np_leave(&context);
	np_task_exit(task);
	world_memcg_destroy(a);
	assert_null(world_memcg_create("", NULL));
}

static void a_group_with_a_task_cannot_be_removed(void **state)
{
	struct fixture *f = *state;
	struct mem_cgroup *a = world_memcg_create("a", NULL);

	set_active_memcg(a);
	world_memcg_destroy(a);
	assert_violation(f->machine, NP_ASSERTION);
	set_active_memcg(NULL);
	world_memcg_destroy(a);
}

static void a_page_cache_page_is_charged_by_folio(void **state)
{
	struct mem_cgroup *a = world_memcg_create("a", NULL);
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	set_active_memcg(a);
	assert_int_equal(mem_cgroup_charge(page_folio(page), NULL, GFP_KERNEL), 0);
	set_active_memcg(NULL);
	assert_ptr_equal(folio_memcg(page_folio(page)), a);
	put_page(page);
	assert_memcg_usage(a, 0);
	world_memcg_destroy(a);
}

static void a_block_that_is_split_is_charged_page_by_page(void **state)
{
	struct mem_cgroup *a = world_memcg_create("a", NULL);
	struct page *page;

	(void)state;
	set_active_memcg(a);
	page = alloc_pages(GFP_KERNEL_ACCOUNT, 2);
	set_active_memcg(NULL);
	split_page(page, 2);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(page_count(&page[i]), 1);
		assert_ptr_equal(page_memcg_check(&page[i]), a);
		__free_page(&page[i]);
	}
	assert_memcg_usage(a, 0);
	world_memcg_destroy(a);
}

static void a_compound_page_can_be_made_by_hand(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	(void)state;
	prep_compound_page(page, 2);
	assert_int_equal(compound_order(page), 2);
	assert_int_equal(compound_nr(page), 4);
	assert_ptr_equal(compound_head(&page[3]), page);
	assert_ptr_equal(page[2].mapping, TAIL_MAPPING);
	put_page(&page[3]);
}

/* --- counts that saturate, and warnings --- */

static void a_count_that_comes_back_from_0_warns_and_saturates(void **state)
{
	struct fixture *f = *state;
	refcount_t r = REFCOUNT_INIT(1);

	assert_false(refcount_inc_not_zero(&(refcount_t)REFCOUNT_INIT(0)));
	assert_true(refcount_inc_not_zero(&r));
	assert_false(refcount_dec_and_test(&r));
	assert_true(refcount_dec_and_test(&r));
	refcount_inc(&r);
	assert_violation(f->machine, NP_ASSERTION);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void a_count_below_0_warns(void **state)
{
	struct fixture *f = *state;
	refcount_t r = REFCOUNT_INIT(1);

	refcount_dec(&r);
	assert_violation(f->machine, NP_ASSERTION);
	refcount_set(&r, 0);
	assert_false(refcount_dec_and_test(&r));
	assert_violation(f->machine, NP_ASSERTION);
}

static void a_warning_tells_whether_its_condition_held(void **state)
{
	struct fixture *f = *state;

	assert_false(WARN_ON(0));
	assert_no_violations(f->machine);
	assert_true(WARN(1, "a %s\nb", "pear"));
	assert_string_equal(f->recorder.seen[0].object, "WARNING");
	assert_non_null(strstr(f->recorder.seen[0].message, ": a pear"));
	assert_violation(f->machine, NP_ASSERTION);
}

static void numbers_with_suffixes_are_bytes(void **state)
{
	unsigned long pages;
	char *end;

	(void)state;
	assert_int_equal(memparse("0x10k", &end), 16 << 10);
	assert_int_equal(*end, 0);
	assert_int_equal(memparse("010", NULL), 8);
	assert_int_equal(memparse("1Mb", &end), 1 << 20);
	assert_int_equal(*end, 'b');
	assert_int_equal(page_counter_memparse("8K", "max", &pages), 0);
	assert_int_equal(pages, 2);
	assert_int_equal(page_counter_memparse("max", "max", &pages), 0);
	assert_int_equal(pages, PAGE_COUNTER_MAX);
	assert_int_equal(page_counter_memparse("-1", "max", &pages), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_machine(the_active_group_pays),
		with_machine(a_task_pays_for_itself),
		with_machine(a_group_with_a_task_cannot_be_removed),
		with_machine(a_page_cache_page_is_charged_by_folio),
		with_machine(a_block_that_is_split_is_charged_page_by_page),
		with_machine(a_compound_page_can_be_made_by_hand),
		with_machine(a_count_that_comes_back_from_0_warns_and_saturates),
		with_machine(a_count_below_0_warns),
		with_machine(a_warning_tells_whether_its_condition_held),
		with_machine(numbers_with_suffixes_are_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
