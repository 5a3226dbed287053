/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

/* --- creation --- */

static void group_begins_empty_and_unlimited(void **state)
{
	struct host *h = *state;

	assert_string_equal(h->A->name, "A");
	assert_ptr_equal(h->A->parent, root_mem_cgroup(h->m));
	assert_counter(h->A, 0);
	assert_true(h->A->memory.max == PAGE_COUNTER_MAX);
	assert_int_equal(h->A->online, 1);
	assert_int_not_equal(h->A->id, h->B->id);
	assert_true(mem_cgroup_is_root(root_mem_cgroup(h->m)));
	assert_false(mem_cgroup_is_root(h->A));
}

static void names_are_short_and_taken_once(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg;

	assert_int_equal(np_memcg_create(h->m, NULL, NULL, &memcg), -EINVAL);
	assert_int_equal(np_memcg_create(h->m, "", NULL, &memcg), -EINVAL);
	assert_int_equal(np_memcg_create(h->m, "A", NULL, &memcg), -EINVAL);
	assert_int_equal(np_memcg_create(h->m, "root", NULL, &memcg), -EINVAL);
	assert_int_equal(np_memcg_create(h->m, "a_name_of_thirty_two_characters_", NULL, &memcg),
			 -EINVAL);
	assert_int_equal(np_memcg_create(h->m, "a_name_of_thirty_one_characters", NULL, &memcg), 0);
}

static void name_of_a_removed_group_is_free_again(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *first, *second;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &first), 0);
	css_get(&first->css);
	assert_int_equal(np_memcg_rmdir(first), 0);
	assert_int_equal(np_memcg_create(h->m, "C", NULL, &second), 0);
	assert_int_not_equal(first->id, second->id);
	css_put(&first->css);
}

static void removed_group_gets_no_children(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *gone, *memcg;

	assert_int_equal(np_memcg_create(h->m, "gone", NULL, &gone), 0);
	css_get(&gone->css);
	assert_int_equal(np_memcg_rmdir(gone), 0);
	assert_int_equal(np_memcg_create(h->m, "C", gone, &memcg), -EINVAL);
	css_put(&gone->css);
}

/* --- removal --- */

static void group_with_tasks_or_children_is_busy(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_rmdir(h->A), -EBUSY);
	assert_int_equal(np_memcg_create(h->m, "child", h->A, &child), 0);
	assert_int_equal(np_task_migrate(h->P, h->B), 0);
	assert_int_equal(np_memcg_rmdir(h->A), -EBUSY);
	assert_int_equal(np_memcg_rmdir(child), 0);
	assert_int_equal(np_memcg_rmdir(h->A), 0);
}

static void root_is_never_removed(void **state)
{
	struct host *h = *state;

	assert_int_equal(np_memcg_rmdir(root_mem_cgroup(h->m)), -EINVAL);
}

static void group_is_removed_once(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	css_get(&memcg->css);
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	assert_int_equal(np_memcg_rmdir(memcg), -EINVAL);
	css_put(&memcg->css);
}

static unsigned int nr_groups(struct host *h)
{
	struct mem_cgroup *memcg;
	unsigned int n = 0;

	list_for_each_entry(memcg, &h->m->memcgs, all)
		n++;
	return n;
}

static void group_lives_until_its_last_pin_is_gone(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg, *child;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	assert_int_equal(np_memcg_create(h->m, "child", memcg, &child), 0);
	css_get_many(&child->css, 2);
	assert_int_equal(np_memcg_rmdir(child), 0);
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	assert_int_equal(nr_groups(h), 5);
	css_put_many(&child->css, 1);
	assert_int_equal(nr_groups(h), 5);
	/* The child pins its parent: both go. */
	css_put(&child->css);
	assert_int_equal(nr_groups(h), 3);
}

static void group_being_released_cannot_be_pinned(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	assert_true(css_tryget(&memcg->css));
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	rcu_read_lock();
	css_put(&memcg->css);
	assert_false(css_tryget(&memcg->css));
	rcu_read_unlock();
}

static void protection_of_a_removed_group_is_gone(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg;

	assert_int_equal(np_memcg_create(h->m, "C", h->B, &memcg), 0);
	page_counter_set_min(&memcg->memory, 100);
	page_counter_set_low(&memcg->memory, 100);
	page_counter_charge(&memcg->memory, 10);
	assert_int_equal(atomic_long_read(&h->B->memory.children_min_usage), 10);
	css_get(&memcg->css);
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	assert_int_equal(atomic_long_read(&h->B->memory.children_min_usage), 0);
	assert_int_equal(atomic_long_read(&h->B->memory.children_low_usage), 0);
	page_counter_uncharge(&memcg->memory, 10);
	css_put(&memcg->css);
}

static void rmdir_moves_the_charge_of_kernel_pages_to_the_parent(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *parent, *child;
	struct page *pages[100];

	assert_int_equal(np_memcg_create(h->m, "parent", NULL, &parent), 0);
	assert_int_equal(np_memcg_create(h->m, "child", parent, &child), 0);
	np_task_migrate(h->P, child);
	for (int i = 0; i < 100; i++)
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);
	assert_memcg_usage(child, 100);
	np_task_migrate(h->P, h->A);
	assert_int_equal(np_memcg_rmdir(child), 0);
	assert_ptr_equal(page_memcg(pages[0]), parent);
	assert_memcg_usage(parent, 100);
	assert_int_equal(memcg_page_state(parent, MEMCG_KMEM), 100);
	assert_int_equal(nr_groups(h), 4);
	release_pages(pages, 100);
	assert_memcg_usage(parent, 0);
	assert_int_equal(memcg_page_state(parent, MEMCG_KMEM), 0);
}

static void rmdir_below_root_moves_the_charge_to_root(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg, *root = root_mem_cgroup(h->m);
	struct page *page;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	np_task_migrate(h->P, memcg);
	page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);
	np_task_migrate(h->P, h->A);
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	assert_ptr_equal(page_memcg(page), root);
	assert_memcg_usage(root, 1);
	put_page(page);
	assert_memcg_usage(root, 0);
	assert_int_equal(np_check_one(h->m, NP_CHARGE_CONSERVED, NP_CHECK_REST), 0);
}

static void page_cache_pins_a_removed_group(void **state)
{
	struct host *h = *state;
	struct address_space file = { 0 };
	struct mem_cgroup *memcg;

	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	assert_non_null(np_add_to_page_cache(&file, memcg));
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	assert_int_equal(nr_groups(h), 4);
	assert_counter(memcg, 1);
	np_remove_from_page_cache(&file);
	assert_int_equal(nr_groups(h), 3);
}

/* --- charging pages --- */

static void page_is_tied_to_the_group_it_is_charged_to(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
	long pins = atomic_long_read(&h->A->css.refcnt);

	assert_null(page_memcg(page));
	assert_int_equal(mem_cgroup_charge(page, h->A, GFP_KERNEL), 0);
	assert_ptr_equal(page_memcg(page), h->A);
	assert_false(PageMemcgKmem(page));
	assert_memcg_usage(h->A, 4);
	/* One for the page, one for the stock that keeps the rest of the batch. */
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins + 2);
	mem_cgroup_uncharge(page);
	assert_null(page_memcg(page));
	assert_memcg_usage(h->A, 0);
	mem_cgroup_uncharge(page);
	put_page(page);
}

static void page_that_does_not_fit_stays_uncharged(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	np_memcg_set_max(h->A, 0);
	assert_int_equal(mem_cgroup_charge(page, h->A, GFP_KERNEL), -ENOMEM);
	assert_null(page_memcg(page));
	put_page(page);
}

static void page_charged_to_root_counts_nowhere(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_int_equal(mem_cgroup_charge(page, root_mem_cgroup(h->m), GFP_KERNEL), 0);
	assert_counter(root_mem_cgroup(h->m), 0);
	put_page(page);
	assert_counter(root_mem_cgroup(h->m), 0);
}

static void last_put_of_an_accounted_page_uncharges_the_counter_at_once(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);

	assert_counter(h->A, 64);
	put_page(page);
	assert_counter(h->A, 63);
	assert_int_equal(np_memcg_stock(h->A), 63);
}

static void free_pages_of_an_accounted_page_uncharges_into_the_stock(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);

	__free_page(page);
	assert_counter(h->A, 64);
	assert_int_equal(np_memcg_stock(h->A), 64);
}

static void list_is_uncharged_group_by_group(void **state)
{
	struct host *h = *state;
	struct list_head list;
	struct page *pages[6];

	INIT_LIST_HEAD(&list);
	for (int i = 0; i < 6; i++) {
		pages[i] = alloc_page(i % 3 == 0 ? GFP_KERNEL | __GFP_ACCOUNT : GFP_KERNEL);
		if (i % 3)
			mem_cgroup_charge(pages[i], i % 3 == 1 ? h->B : h->A, GFP_KERNEL);
		list_add(&pages[i]->lru, &list);
	}
	assert_memcg_usage(h->A, 4);
	assert_memcg_usage(h->B, 2);
	mem_cgroup_uncharge_list(&list);
	assert_memcg_usage(h->A, 0);
	assert_memcg_usage(h->B, 0);
	assert_int_equal(memcg_page_state(h->A, MEMCG_KMEM), 0);
	assert_int_equal(memcg_page_state(h->A, NR_FILE_PAGES), 0);
	release_pages(pages, 6);
}

static void uncharge_keeps_the_group_while_it_is_used(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg;
	struct page *pages[2];

	/* f1796544a0ca: the last page's pin was the group's last. */
	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	for (int i = 0; i < 2; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		assert_int_equal(mem_cgroup_charge(pages[i], memcg, GFP_KERNEL), 0);
	}
	assert_int_equal(np_memcg_rmdir(memcg), 0);
	release_pages(pages, 2);
	assert_int_equal(nr_groups(h), 3);
}

/* --- whose --- */

static void group_of_an_mm_is_that_of_its_owner_and_pinned(void **state)
{
	struct host *h = *state;
	long pins = atomic_long_read(&h->A->css.refcnt);
	struct mem_cgroup *memcg = get_mem_cgroup_from_mm(h->P->mm);

	assert_ptr_equal(memcg, h->A);
	assert_ptr_equal(mem_cgroup_from_task(h->P), h->A);
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins + 1);
	mem_cgroup_put(memcg);
	mem_cgroup_put(NULL);
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins);
}

static void without_an_mm_it_is_root_and_pinned_as_well(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *root = root_mem_cgroup(h->m);

	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(get_mem_cgroup_from_mm(NULL), root);
		mem_cgroup_put(root);
	}
	assert_int_equal(nr_groups(h), 3);
}

/* --- limits and statistics --- */

static void limit_below_usage_is_set_and_leaves_the_group_over_it(void **state)
{
	struct host *h = *state;

	assert_int_equal(try_charge(h->A, GFP_KERNEL, 100), 0);
	assert_int_equal(np_memcg_set_max(h->A, 50), 0);
	assert_int_equal(h->A->memory.max, 50);
	assert_counter(h->A, 100);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), -ENOMEM);
	cancel_charge(h->A, 100);
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), 0);
	cancel_charge(h->A, 1);
}

static void limit_below_usage_drains_the_stocks(void **state)
{
	struct host *h = *state;

	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), 0);
	assert_counter(h->A, 64);
	np_memcg_set_max(h->A, 1);
	assert_counter(h->A, 1);
	cancel_charge(h->A, 1);
}

static void statistics_are_summed_over_cpus(void **state)
{
	struct host *h = *state;

	mod_memcg_state(h->A, MEMCG_SOCK, 5);
	host_as(h, 1, NP_KTHREAD, NULL, mod_memcg_state(h->A, MEMCG_SOCK, -3));
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 2);
	assert_int_equal(memcg_page_state(h->B, MEMCG_SOCK), 0);
	mod_memcg_state(h->A, MEMCG_SOCK, -2);
}

static void statistics_are_never_below_zero(void **state)
{
	struct host *h = *state;

	mod_memcg_state(h->A, MEMCG_SOCK, -5);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 0);
	mod_memcg_state(h->A, MEMCG_SOCK, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(group_begins_empty_and_unlimited),
		host_test(names_are_short_and_taken_once),
		host_test(name_of_a_removed_group_is_free_again),
		host_test(removed_group_gets_no_children),
		host_test(group_with_tasks_or_children_is_busy),
		host_test(root_is_never_removed),
		host_test(group_is_removed_once),
		host_test(group_lives_until_its_last_pin_is_gone),
		host_test(group_being_released_cannot_be_pinned),
		host_test(protection_of_a_removed_group_is_gone),
		host_test(rmdir_moves_the_charge_of_kernel_pages_to_the_parent),
		host_test(rmdir_below_root_moves_the_charge_to_root),
		host_test(page_cache_pins_a_removed_group),
		host_test(page_is_tied_to_the_group_it_is_charged_to),
		host_test(page_that_does_not_fit_stays_uncharged),
		host_test(page_charged_to_root_counts_nowhere),
		host_test(last_put_of_an_accounted_page_uncharges_the_counter_at_once),
		host_test(free_pages_of_an_accounted_page_uncharges_into_the_stock),
		host_test(list_is_uncharged_group_by_group),
		host_test(uncharge_keeps_the_group_while_it_is_used),
		host_test(group_of_an_mm_is_that_of_its_owner_and_pinned),
		host_test(without_an_mm_it_is_root_and_pinned_as_well),
		host_test(limit_below_usage_is_set_and_leaves_the_group_over_it),
		host_test(limit_below_usage_drains_the_stocks),
		host_test(statistics_are_summed_over_cpus),
		host_test(statistics_are_never_below_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
