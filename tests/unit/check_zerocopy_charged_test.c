/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "check_fixture.h"

#define INVARIANT NP_ZEROCOPY_CHARGED

/* Filled by a card. */
static struct page *received_page(struct fixture *f)
{
	struct page *page = claimed_page(f);

	np_page_write(f->m, page, 0, PAGE_SIZE);
	return page;
}

static void charge(struct mem_cgroup *memcg, struct page *page)
{
	assert_int_equal(try_charge(memcg, GFP_KERNEL, 1), 0);
	css_get(&memcg->css);
	page->memcg_data = (unsigned long)memcg | MEMCG_DATA_SOCK;
}

static unsigned long check(struct fixture *f)
{
	return np_check_one(f->m, INVARIANT, NP_CHECK_STEP);
}

static void mapped_page_charged_to_its_mapper_is_in_order(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);

	charge(f->A, page);
	map_page(f->P, page);
	assert_int_equal(check(f), 0);
}

static void mapped_page_charged_to_nobody_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);

	map_page(f->P, page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is mapped by P of memcg A, charged to nobody");
}

static void mapped_page_charged_to_a_stranger_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);
	struct task_struct *Q;
	struct mem_cgroup *B;

	assert_int_equal(np_memcg_create(f->m, "B", NULL, &B), 0);
	assert_int_equal(np_task_create(f->m, "Q", B, &Q), 0);
	charge(B, page);
	map_page(f->P, page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p", "is mapped by P of memcg A, charged to B");
	/* One of those that map it has to pay, not all. */
	map_page(Q, page);
	assert_int_equal(check(f), 0);
}

static void charge_that_moved_to_the_parent_counts(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);
	struct mem_cgroup *child;

	assert_int_equal(np_memcg_create(f->m, "C", f->A, &child), 0);
	assert_int_equal(np_task_migrate(f->P, child), 0);
	charge(f->A, page);
	map_page(f->P, page);
	assert_int_equal(check(f), 0);
	assert_int_equal(np_task_migrate(f->P, f->A), 0);
}

static void charge_stays_when_the_mapper_moves_to_another_group(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);
	struct mem_cgroup *B;

	assert_int_equal(np_memcg_create(f->m, "B", NULL, &B), 0);
	charge(f->A, page);
	map_page(f->P, page);
	assert_int_equal(np_task_migrate(f->P, B), 0);
	assert_int_equal(check(f), 0);
	assert_int_equal(np_task_migrate(f->P, f->A), 0);
}

static void charge_of_a_removed_group_may_be_roots(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);
	struct mem_cgroup *B;

	assert_int_equal(np_memcg_create(f->m, "B", NULL, &B), 0);
	assert_int_equal(np_task_migrate(f->P, B), 0);
	assert_int_equal(__memcg_kmem_charge_page(page, GFP_KERNEL, 0), 0);
	map_page(f->P, page);
	assert_int_equal(np_task_migrate(f->P, f->A), 0);
	/* Whether something still pins the group or not. */
	css_get(&B->css);
	assert_int_equal(np_memcg_rmdir(B), 0);
	assert_ptr_equal(page_memcg(page), f->m->root);
	assert_int_equal(check(f), 0);
	css_put(&B->css);
	assert_int_equal(check(f), 0);
}

static void charge_to_root_does_not_pay_for_others(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);

	/* What v2 of the patch leaves behind when root received the page first. */
	charge(f->m->root, page);
	map_page(f->P, page);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is mapped by P of memcg A, charged to root");
}

static void pin_that_outlives_its_mapping_is_paid_for_too(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);
	struct vm_area_struct *vma = map_page(f->P, page);

	assert_int_equal(np_vmsplice(f->P, vma->vm_start, 1), 1);
	unmap_page(vma);
	assert_fires(f, INVARIANT, NP_CHECK_STEP, "p",
		     "is pinned by P of memcg A, charged to nobody");
}

static void root_maps_without_paying(void **state)
{
	struct fixture *f = *state;
	struct page *page = received_page(f);
	struct task_struct *init;

	assert_int_equal(np_task_create(f->m, "init", NULL, &init), 0);
	map_page(init, page);
	assert_int_equal(check(f), 0);
}

static void page_cache_and_pages_of_no_card_are_exempt(void **state)
{
	struct fixture *f = *state;
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, NULL);
	struct vm_area_struct *vma;

	np_page_write(f->m, page, 0, PAGE_SIZE);
	vma = map_page(f->P, page);
	map_page(f->P, claimed_page(f));
	assert_int_equal(check(f), 0);
	unmap_page(vma);
	np_remove_from_page_cache(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		check_test(mapped_page_charged_to_its_mapper_is_in_order),
		check_test(mapped_page_charged_to_nobody_is_reported),
		check_test(mapped_page_charged_to_a_stranger_is_reported),
		check_test(charge_that_moved_to_the_parent_counts),
		check_test(charge_stays_when_the_mapper_moves_to_another_group),
		check_test(charge_of_a_removed_group_may_be_roots),
		check_test(charge_to_root_does_not_pay_for_others),
		check_test(pin_that_outlives_its_mapping_is_paid_for_too),
		check_test(root_maps_without_paying),
		check_test(page_cache_and_pages_of_no_card_are_exempt),
	};

	return cmocka_run_group_tests_name("check_zerocopy_charged", tests, NULL, NULL);
}
