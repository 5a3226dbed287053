/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static struct page *mapped_page(struct task_struct *task, struct vm_area_struct **vma)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long nr = 1;

	assert_int_equal(tcp_mmap(task->mm, 2, vma), 0);
	assert_int_equal(vm_insert_pages(*vma, (*vma)->vm_start, &page, &nr), 0);
	put_page(page);
	return page;
}

static void task_has_a_name_an_mm_and_a_group(void **state)
{
	struct host *h = *state;
	struct task_struct *task;

	assert_int_equal(np_task_create(h->m, "T", NULL, &task), 0);
	assert_string_equal(task->name, "T");
	assert_ptr_equal(task->mm->owner, task);
	assert_ptr_equal(task->memcg, root_mem_cgroup(h->m));
	assert_int_equal(atomic_long_read(&h->A->nr_tasks), 1);
	np_task_exit(task);
}

static void names_are_there_and_short(void **state)
{
	struct host *h = *state;
	struct task_struct *task;

	assert_int_equal(np_task_create(h->m, NULL, NULL, &task), -EINVAL);
	assert_int_equal(np_task_create(h->m, "", NULL, &task), -EINVAL);
	assert_int_equal(np_task_create(h->m, "a_name_of_thirty_two_characters_", NULL, &task),
			 -EINVAL);
}

static void removed_group_takes_no_tasks(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *gone;
	struct task_struct *task;

	assert_int_equal(np_memcg_create(h->m, "gone", NULL, &gone), 0);
	css_get(&gone->css);
	assert_int_equal(np_memcg_rmdir(gone), 0);
	assert_int_equal(np_task_create(h->m, "T", gone, &task), -EINVAL);
	assert_int_equal(np_task_migrate(h->P, gone), -EINVAL);
	assert_int_equal(np_task_migrate(h->P, NULL), -EINVAL);
	assert_ptr_equal(h->P->memcg, h->A);
	css_put(&gone->css);
}

static void exit_unmaps_unpins_and_leaves_the_group(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma;
	struct task_struct *task;
	struct page *page;

	assert_int_equal(np_task_create(h->m, "T", h->A, &task), 0);
	page = mapped_page(task, &vma);
	assert_int_equal(np_vmsplice(task, vma->vm_start, 1), 1);
	assert_int_equal(np_pin_user_page(task, vma->vm_start), 1);
	assert_page_refs(page, 2 + GUP_PIN_COUNTING_BIAS);
	np_task_exit(task);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(atomic_long_read(&h->A->nr_tasks), 1);
	np_machine_settle(h->m);
}

static void migrated_task_leaves_its_charges_where_they_are(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);

	assert_int_equal(np_task_migrate(h->P, h->B), 0);
	assert_ptr_equal(h->P->memcg, h->B);
	assert_memcg_usage(h->A, 1);
	assert_memcg_usage(h->B, 0);
	assert_int_equal(atomic_long_read(&h->A->nr_tasks), 0);
	assert_int_equal(atomic_long_read(&h->B->nr_tasks), 2);
	put_page(page);
	assert_memcg_usage(h->A, 0);
}

static void child_maps_the_same_pages_at_the_same_addresses(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma, *second;
	struct task_struct *child;
	struct page *page = mapped_page(h->P, &vma), *other = mapped_page(h->P, &second);

	assert_int_equal(np_task_fork(h->P, "child", &child), 0);
	assert_page_refs(page, 2);
	assert_page_mapcount(page, 2);
	assert_int_equal(np_find_page(child->mm, page), vma->vm_start);
	assert_int_equal(np_find_page(child->mm, other), second->vm_start);
	assert_ptr_equal(child->memcg, h->A);
	assert_int_equal(atomic_long_read(&child->mm->rss_filepages), 2);
	assert_int_equal(np_check_one(h->m, NP_REFS_HAVE_HOLDERS, NP_CHECK_STEP), 0);
	do_munmap(h->P->mm, vma->vm_start, 2 * PAGE_SIZE);
	assert_page_refs(page, 1);
	np_task_exit(child);
	assert_true(np_page_is_free(h->m, page));
	assert_page_mapcount(other, 1);
}

static void child_maps_new_areas_behind_its_parents(void **state)
{
	struct host *h = *state;
	struct vm_area_struct *vma, *new_vma;
	struct task_struct *child;

	mapped_page(h->P, &vma);
	assert_int_equal(np_task_fork(h->P, "child", &child), 0);
	assert_int_equal(tcp_mmap(child->mm, 1, &new_vma), 0);
	assert_true(new_vma->vm_start > vma->vm_end);
	np_task_exit(child);
}

static void child_needs_a_name_too(void **state)
{
	struct host *h = *state;
	struct task_struct *child;

	assert_int_equal(np_task_fork(h->P, "", &child), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(task_has_a_name_an_mm_and_a_group),
		host_test(names_are_there_and_short),
		host_test(removed_group_takes_no_tasks),
		host_test(exit_unmaps_unpins_and_leaves_the_group),
		host_test(migrated_task_leaves_its_charges_where_they_are),
		host_test(child_maps_the_same_pages_at_the_same_addresses),
		host_test(child_maps_new_areas_behind_its_parents),
		host_test(child_needs_a_name_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
