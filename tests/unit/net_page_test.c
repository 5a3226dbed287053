/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

/*
 * A network of the test's own: it takes marked pages at zero onto a shelf, or lets
 * them go, and counts how often it was asked.
 */
static struct page *shelf;
static int asked_at_zero, asked_at_put, refs_at_put;
static bool take;

static bool at_zero(struct page *page)
{
	asked_at_zero++;
	assert_int_equal(page_ref_count(page), 0);
	if (!take) {
		ClearPageNetwork(page);
		return false;
	}
	set_page_count(page, 1);
	shelf = page;
	return true;
}

static void at_put(struct page *page)
{
	asked_at_put++;
	refs_at_put = page_ref_count(page);
}

#define BOTH_HOOKS (NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES)

static const struct network_page_ops ops_both = { .flags_mask = BIT(PG_network),
						  .hooks = BOTH_HOOKS,
						  .put_page_network = at_zero };
static const struct network_page_ops ops_put_only = { .flags_mask = BIT(PG_network),
						      .hooks = NP_HOOK___PUT_PAGE,
						      .put_page_network = at_zero };
static const struct network_page_ops ops_type = { .page_type = PG_network_type,
						  .hooks = BOTH_HOOKS,
						  .put_page_network = at_zero };
static const struct network_page_ops ops_callback = {
	.flags_mask = BIT(PG_network),
	.hooks = BOTH_HOOKS | NP_HOOK_PUT_PAGE,
	.put_page_network = at_zero,
	.put_page_callback = at_put,
};

static struct page *marked_page(struct host *h, const struct network_page_ops *ops)
{
	struct page *page = alloc_page(GFP_KERNEL);

	shelf = NULL;
	take = true;
	asked_at_zero = asked_at_put = 0;
	register_network_page_ops(h->m, ops);
	SetPageNetwork(page);
	return page;
}

/* Off the shelf, for good. */
static void let_go(struct page *page)
{
	take = false;
	put_page(page);
}

static void mark_is_set_and_cleared_as_registered(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_both);

	assert_true(PageNetwork(page));
	assert_int_equal(page->flags & PAGE_FLAGS_CHECK_AT_PREP, BIT(PG_network));
	ClearPageNetwork(page);
	assert_false(PageNetwork(page));
	put_page(page);
	assert_int_equal(asked_at_zero, 0);
}

static void nothing_is_marked_where_no_network_registered(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, NULL);

	assert_false(PageNetwork(page));
	SetPageDirty(page);
	assert_false(PageNetwork(page));
	assert_false(put_page_network(page));
	put_page(page);
	assert_int_equal(asked_at_zero, 0);
}

static void type_as_a_mark_is_in_the_word_of_mapcount(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_type);
	struct vm_area_struct *vma;
	unsigned long nr = 1;

	assert_true(PageNetwork(page));
	assert_true(page_has_type(page));
	assert_int_equal(tcp_mmap(h->P->mm, 1, &vma), 0);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start, &page, &nr), -EINVAL);
	ClearPageNetwork(page);
	assert_page_mapcount(page, 0);
	assert_false(PageNetwork(page));
	/* Twice: the word is a mapcount again, and must stay one. */
	ClearPageNetwork(page);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start, &page, &nr), 0);
	ClearPageNetwork(page);
	assert_page_mapcount(page, 1);
	put_page(page);
}

static void network_is_asked_at_zero_and_may_take_the_page(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_both);

	get_page(page);
	put_page(page);
	assert_int_equal(asked_at_zero, 0);
	put_page(page);
	assert_int_equal(asked_at_zero, 1);
	assert_ptr_equal(shelf, page);
	assert_page_refs(page, 1);
	assert_false(np_page_is_free(h->m, page));
	let_go(page);
	assert_true(np_page_is_free(h->m, page));
}

static void page_that_the_network_lets_go_is_freed(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_both);

	let_go(page);
	assert_int_equal(asked_at_zero, 1);
	assert_true(np_page_is_free(h->m, page));
	assert_no_violations(h->m);
}

static void release_pages_asks_where_the_branch_is_there(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_both);

	release_pages(&page, 1);
	assert_int_equal(asked_at_zero, 1);
	assert_ptr_equal(shelf, page);
	let_go(page);
}

static void branch_in_put_page_alone_misses_every_unmap(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_put_only);

	/* The diff of the mail as it stands: 0 of 954 pages at munmap. */
	release_pages(&page, 1);
	assert_int_equal(asked_at_zero, 0);
	assert_true(np_page_is_free(h->m, page));
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	assert_message(h, "PageNetwork still set: the network never got it");
	page = marked_page(h, &ops_put_only);
	put_page(page);
	assert_int_equal(asked_at_zero, 1);
	let_go(page);
}

static void uncharging_does_not_depend_on_the_branch(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_put_only);

	assert_int_equal(__memcg_kmem_charge_page(page, GFP_KERNEL, 0), 0);
	release_pages(&page, 1);
	assert_memcg_usage(h->A, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
}

static void free_pages_asks_nobody(void **state)
{
	struct host *h = *state;

	__free_page(marked_page(h, &ops_both));
	assert_int_equal(asked_at_zero, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
	__page_frag_cache_drain(marked_page(h, &ops_both), 1);
	assert_int_equal(asked_at_zero, 0);
	assert_violation(h->m, NP_CLEAN_AT_FREE);
}

static void compound_page_of_the_network_is_taken_too(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	put_page(marked_page(h, &ops_both));
	let_go(shelf);
	take = true;
	SetPageNetwork(page);
	put_page(page + 3);
	assert_ptr_equal(shelf, page);
	let_go(page);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void driver_is_asked_at_every_put_but_the_last(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_callback);

	assert_true(page->flags & BIT(PG_network_callback));
	page_ref_add(page, 2);
	put_page(page);
	assert_int_equal(asked_at_put, 1);
	assert_int_equal(refs_at_put, 2);
	release_pages(&page, 1);
	assert_int_equal(asked_at_put, 2);
	assert_int_equal(refs_at_put, 1);
	put_page(page);
	assert_int_equal(asked_at_put, 2);
	assert_int_equal(asked_at_zero, 1);
	take = false;
	put_page(page);
	assert_true(np_page_is_free(h->m, page));
	assert_int_equal(page->flags & BIT(PG_network_callback), 0);
}

static void unpinning_asks_the_driver_once(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_callback);
	struct vm_area_struct *vma;
	unsigned long nr = 1;

	assert_int_equal(tcp_mmap(h->P->mm, 1, &vma), 0);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start, &page, &nr), 0);
	assert_int_equal(np_pin_user_page(h->P, vma->vm_start), 1);
	do_munmap(h->P->mm, vma->vm_start, PAGE_SIZE);
	asked_at_put = 0;
	np_pins_release(h->P, NULL);
	assert_int_equal(asked_at_put, 1);
	assert_int_equal(refs_at_put, 1);
	let_go(page);
}

static void put_below_zero_asks_nobody(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_callback);

	page_ref_freeze(page, 1);
	put_page(page);
	assert_violation(h->m, NP_USE_AFTER_PUT);
	assert_int_equal(asked_at_put + asked_at_zero, 0);
	page_ref_unfreeze(page, 1);
	let_go(page);
}

static int nr_traced;

static void trace(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	(void)arg;
	(void)machine;
	nr_traced += event->id == NP_TRACE_PUT_PAGE_NETWORK;
}

static void asking_passes_a_tracepoint(void **state)
{
	struct host *h = *state;
	struct page *page = marked_page(h, &ops_both);

	nr_traced = 0;
	np_trace_subscribe(h->m, trace, NULL);
	put_page(page);
	np_trace_unsubscribe(h->m, trace, NULL);
	assert_int_equal(nr_traced, 1);
	let_go(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(mark_is_set_and_cleared_as_registered),
		host_test(nothing_is_marked_where_no_network_registered),
		host_test(type_as_a_mark_is_in_the_word_of_mapcount),
		host_test(network_is_asked_at_zero_and_may_take_the_page),
		host_test(page_that_the_network_lets_go_is_freed),
		host_test(release_pages_asks_where_the_branch_is_there),
		host_test(branch_in_put_page_alone_misses_every_unmap),
		host_test(uncharging_does_not_depend_on_the_branch),
		host_test(free_pages_asks_nobody),
		host_test(compound_page_of_the_network_is_taken_too),
		host_test(driver_is_asked_at_every_put_but_the_last),
		host_test(unpinning_asks_the_driver_once),
		host_test(put_below_zero_asks_nobody),
		host_test(asking_passes_a_tracepoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
