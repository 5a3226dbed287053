/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static void current_task_has_the_objcg_of_its_group(void **state)
{
	struct host *h = *state;
	struct obj_cgroup *objcg = get_obj_cgroup_from_current();
	struct mem_cgroup *memcg;

	assert_ptr_equal(objcg, h->A->objcg);
	memcg = get_mem_cgroup_from_objcg(objcg);
	assert_ptr_equal(memcg, h->A);
	css_put(&memcg->css);
	obj_cgroup_put(objcg);
}

static void root_interrupts_and_kernel_threads_have_none(void **state)
{
	struct host *h = *state;
	struct task_struct *task;

	assert_int_equal(np_task_create(h->m, "T", NULL, &task), 0);
	host_as(h, 1, NP_TASK, task, assert_null(get_obj_cgroup_from_current()));
	host_as(h, 1, NP_SOFTIRQ, NULL, assert_null(get_obj_cgroup_from_current()));
	host_as(h, 1, NP_KTHREAD, NULL, assert_null(get_obj_cgroup_from_current()));
	np_task_exit(task);
}

static void page_of_root_or_of_an_interrupt_is_not_charged(void **state)
{
	struct host *h = *state;
	struct page *page;

	host_enter(h, 0, NP_SOFTIRQ, NULL);
	page = alloc_page(GFP_ATOMIC | __GFP_ACCOUNT);
	assert_non_null(page);
	assert_int_equal(page->memcg_data, 0);
	__memcg_kmem_uncharge_page(page, 0);
	put_page(page);
	host_leave(h);
	assert_counter(h->A, 0);
}

static void charge_is_the_groups_and_counted_as_kernel_memory(void **state)
{
	struct host *h = *state;
	struct obj_cgroup *objcg = get_obj_cgroup_from_current();

	assert_int_equal(obj_cgroup_charge_pages(objcg, GFP_KERNEL, 5), 0);
	assert_memcg_usage(h->A, 5);
	assert_int_equal(memcg_page_state(h->A, MEMCG_KMEM), 5);
	obj_cgroup_uncharge_pages(objcg, 5);
	assert_memcg_usage(h->A, 0);
	assert_counter(h->A, 64);
	assert_int_equal(memcg_page_state(h->A, MEMCG_KMEM), 0);
	np_memcg_set_max(h->A, 4);
	assert_int_equal(obj_cgroup_charge_pages(objcg, GFP_KERNEL, 5), -ENOMEM);
	assert_int_equal(memcg_page_state(h->A, MEMCG_KMEM), 0);
	obj_cgroup_put(objcg);
}

static void charged_page_holds_a_reference_of_its_objcg(void **state)
{
	struct host *h = *state;
	struct obj_cgroup *objcg = h->A->objcg;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_int_equal(atomic_long_read(&objcg->refcnt), 1);
	assert_int_equal(__memcg_kmem_charge_page(page, GFP_KERNEL, 0), 0);
	assert_true(PageMemcgKmem(page));
	assert_int_equal(atomic_long_read(&objcg->refcnt), 2);
	assert_ptr_equal(page_memcg(page), h->A);
	__memcg_kmem_uncharge_page(page, 0);
	assert_int_equal(page->memcg_data, 0);
	assert_int_equal(atomic_long_read(&objcg->refcnt), 1);
	__memcg_kmem_uncharge_page(page, 0);
	put_page(page);
}

static void page_that_cannot_be_charged_takes_no_reference(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	np_memcg_set_max(h->A, 0);
	assert_int_equal(__memcg_kmem_charge_page(page, GFP_KERNEL, 0), -ENOMEM);
	assert_int_equal(page->memcg_data, 0);
	assert_int_equal(atomic_long_read(&h->A->objcg->refcnt), 1);
	put_page(page);
}

static unsigned int nr_objcgs(struct host *h)
{
	struct obj_cgroup *objcg;
	unsigned int n = 0;

	list_for_each_entry(objcg, &h->m->objcgs, all)
		n++;
	return n;
}

static void objcg_of_a_removed_group_is_its_parents_until_the_last_page(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *grandparent, *parent, *child, *memcg;
	struct obj_cgroup *objcg;

	assert_int_equal(np_memcg_create(h->m, "grandparent", NULL, &grandparent), 0);
	assert_int_equal(np_memcg_create(h->m, "parent", grandparent, &parent), 0);
	assert_int_equal(np_memcg_create(h->m, "child", parent, &child), 0);
	objcg = child->objcg;
	obj_cgroup_get(objcg);
	assert_int_equal(np_memcg_rmdir(child), 0);
	assert_ptr_equal(objcg->memcg, parent);
	/* Inherited ones move on with the parent's own. */
	assert_int_equal(np_memcg_rmdir(parent), 0);
	memcg = get_mem_cgroup_from_objcg(objcg);
	assert_ptr_equal(memcg, grandparent);
	css_put(&memcg->css);
	assert_int_equal(nr_objcgs(h), 4);
	obj_cgroup_put(objcg);
	assert_int_equal(nr_objcgs(h), 3);
}

static void task_of_a_group_that_is_offline_charges_an_ancestor(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *parent, *child;
	struct obj_cgroup *objcg;

	assert_int_equal(np_memcg_create(h->m, "parent", NULL, &parent), 0);
	assert_int_equal(np_memcg_create(h->m, "child", parent, &child), 0);
	css_get(&child->css);
	assert_int_equal(np_memcg_rmdir(child), 0);
	/* As seen by a charge that has read the task's group just before. */
	WRITE_ONCE(h->P->memcg, child);
	objcg = get_obj_cgroup_from_current();
	WRITE_ONCE(h->P->memcg, h->A);
	assert_ptr_equal(objcg, parent->objcg);
	obj_cgroup_put(objcg);
	css_put(&child->css);
}

static void tails_that_a_plain_block_frees_early_leave_their_charge_behind(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 2);

	/* As in 6.1: who frees the head last uncharges one page, not four. */
	get_page(page);
	__free_pages(page, 2);
	assert_memcg_usage(h->A, 4);
	put_page(page);
	assert_memcg_usage(h->A, 3);
	assert_int_equal(np_check_one(h->m, NP_CHARGE_CONSERVED, NP_CHECK_STEP), 1);
	assert_violation(h->m, NP_CHARGE_CONSERVED);
	cancel_charge(h->A, 3);
	mod_memcg_state(h->A, MEMCG_KMEM, -3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(current_task_has_the_objcg_of_its_group),
		host_test(root_interrupts_and_kernel_threads_have_none),
		host_test(page_of_root_or_of_an_interrupt_is_not_charged),
		host_test(charge_is_the_groups_and_counted_as_kernel_memory),
		host_test(charged_page_holds_a_reference_of_its_objcg),
		host_test(page_that_cannot_be_charged_takes_no_reference),
		host_test(objcg_of_a_removed_group_is_its_parents_until_the_last_page),
		host_test(task_of_a_group_that_is_offline_charges_an_ancestor),
		host_test(tails_that_a_plain_block_frees_early_leave_their_charge_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
