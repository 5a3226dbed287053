/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Mapping pages that somebody else allocated, as zerocopy receive does: which are refused,
 * what a mapping counts, and what unmapping gives back.
 *
 * Models: mm/memory.c (vm_insert_pages(), insert_pages(), validate_page_before_insert(),
 * zap_pte_range()) and mm/rmap.c, 6.1.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/page-flags.h>
#include <linux/slab.h>

#include "mm_world.h"

/* More than one page table has entries for. */
#define NR_PLACES 600
#define NR_PAGES 32

struct insert_test {
	struct vm_area_struct *vma;
	struct vm_area_struct *other;
	struct page *page[NR_PAGES];
};

static unsigned long place(struct vm_area_struct *vma, unsigned long n)
{
	return vma->vm_start + n * PAGE_SIZE;
}

/* Return: the error of inserting @nr pages at the place numbered @at. */
static int insert(struct insert_test *t, unsigned long at, unsigned long *nr)
{
	return world_insert(t->vma, place(t->vma, at), t->page, nr);
}

static void insert_all(struct kunit *test, unsigned long at, unsigned long nr)
{
	unsigned long left = nr;

	KUNIT_ASSERT_EQ(test, insert(test->priv, at, &left), 0);
	KUNIT_ASSERT_EQ(test, left, 0UL);
}

static void zap(struct insert_test *t, unsigned long at, unsigned long nr)
{
	world_zap(t->vma, place(t->vma, at), nr * PAGE_SIZE);
}

/* How many of the first @nr pages are mapped once, with a reference for it. */
static unsigned long nr_mapped(struct insert_test *t, unsigned long nr)
{
	unsigned long i, n = 0;

	for (i = 0; i < nr; i++)
		n += page_mapcount(t->page[i]) == 1 && page_count(t->page[i]) == 2;
	return n;
}

static unsigned long nr_unmapped(struct insert_test *t, unsigned long nr)
{
	unsigned long i, n = 0;

	for (i = 0; i < nr; i++)
		n += page_mapcount(t->page[i]) == 0 && page_count(t->page[i]) == 1;
	return n;
}

/* Numbers around that of the entries that are filled under one hold of the lock. */
static const unsigned long counts[] = { 1, 2, 7, 8, 9, 16, 17, 32 };

static void count_name(const unsigned long *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%lu pages", *n);
}

KUNIT_ARRAY_PARAM(count, counts, count_name);

static void a_mapping_is_a_reference_and_counts_one(struct kunit *test)
{
	const unsigned long *n = test->param_value;
	struct insert_test *t = test->priv;

	insert_all(test, 0, *n);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, *n), *n);
	KUNIT_EXPECT_EQ(test, world_rss(t->vma), (long)*n);
}

static void unmapping_gives_both_back(struct kunit *test)
{
	const unsigned long *n = test->param_value;
	struct insert_test *t = test->priv;

	insert_all(test, 3, *n);
	zap(t, 3, *n);
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, *n), *n);
	KUNIT_EXPECT_EQ(test, world_rss(t->vma), 0L);
}

static void exit_unmaps_everything(struct kunit *test)
{
	const unsigned long *n = test->param_value;
	struct insert_test *t = test->priv;

	insert_all(test, 0, *n);
	world_vma_destroy(t->vma);
	t->vma = NULL;
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, *n), *n);
}

static void pages_go_over_the_end_of_a_page_table(struct kunit *test)
{
	struct insert_test *t = test->priv;

	insert_all(test, 500, NR_PAGES);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, NR_PAGES), (unsigned long)NR_PAGES);
	zap(t, 500, NR_PAGES);
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, NR_PAGES), (unsigned long)NR_PAGES);
}

static const unsigned long taken[] = { 0, 1, 7, 8, 11 };

static void taken_name(const unsigned long *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "at page %lu of 12", *n);
}

KUNIT_ARRAY_PARAM(taken, taken, taken_name);

static void a_taken_place_stops_it_and_what_was_mapped_stays(struct kunit *test)
{
	const unsigned long *at = test->param_value;
	struct insert_test *t = test->priv;
	unsigned long one = 1, left = 12;

	/* One more than the twelve. */
	KUNIT_ASSERT_EQ(test, world_insert(t->vma, place(t->vma, *at), &t->page[12], &one), 0);
	KUNIT_EXPECT_EQ(test, insert(t, 0, &left), -EBUSY);
	KUNIT_EXPECT_EQ(test, left, 12 - *at);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, *at), *at);
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, 12), 12 - *at);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[12]), 1);
}

static void after_unmapping_what_was_in_the_way_the_rest_goes_in(struct kunit *test)
{
	const unsigned long *at = test->param_value;
	struct insert_test *t = test->priv;
	unsigned long one = 1, left = 12;

	KUNIT_ASSERT_EQ(test, world_insert(t->vma, place(t->vma, *at), &t->page[12], &one), 0);
	KUNIT_ASSERT_EQ(test, insert(t, 0, &left), -EBUSY);
	zap(t, *at, left);
	KUNIT_EXPECT_EQ(test, world_insert(t->vma, place(t->vma, *at), t->page + *at, &left), 0);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, 12), 12UL);
	KUNIT_EXPECT_EQ(test, page_count(t->page[12]), 1);
}

enum bad_page { BAD_FREE, BAD_ANON, BAD_SLAB, BAD_TABLE, BAD_OFFLINE };

struct bad_case {
	const char *name;
	enum bad_page what;
};

static const struct bad_case bad_cases[] = {
	{ "without a reference", BAD_FREE }, { "of a process", BAD_ANON },
	{ "of the slab", BAD_SLAB },	     { "that is a page table", BAD_TABLE },
	{ "that is offline", BAD_OFFLINE },
};

static void bad_case_name(const struct bad_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "a page %s", c->name);
}

KUNIT_ARRAY_PARAM(bad_case, bad_cases, bad_case_name);

static void make_bad(struct page *page, enum bad_page what)
{
	switch (what) {
	case BAD_FREE:
		set_page_count(page, 0);
		break;
	case BAD_ANON:
		page->mapping = (void *)1UL;
		break;
	case BAD_SLAB:
		__SetPageSlab(page);
		break;
	case BAD_TABLE:
		__SetPageTable(page);
		break;
	case BAD_OFFLINE:
		__SetPageOffline(page);
		break;
	}
}

static void make_good(struct page *page)
{
	set_page_count(page, 1);
	page->mapping = NULL;
	__ClearPageSlab(page);
	page_mapcount_reset(page);
}

static void some_pages_must_not_be_mapped(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct insert_test *t = test->priv;
	unsigned long left = 5;

	make_bad(t->page[2], c->what);
	KUNIT_EXPECT_EQ(test, insert(t, 0, &left), -EINVAL);
	make_good(t->page[2]);
	KUNIT_EXPECT_EQ(test, left, 3UL);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, 2), 2UL);
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, 5), 3UL);
}

struct range_case {
	const char *name;
	long at;
	unsigned long nr;
	int err;
};

static const struct range_case range_cases[] = {
	{ "the first place", 0, 1, 0 },
	{ "the last place", NR_PLACES - 1, 1, 0 },
	{ "up to the end", NR_PLACES - 9, 9, 0 },
	{ "one place too many", NR_PLACES - 9, 10, -EFAULT },
	{ "behind the end", NR_PLACES, 1, -EFAULT },
	{ "before the start", -1, 1, -EFAULT },
	{ "from before the start into it", -1, 2, -EFAULT },
	{ "no pages at the start", 0, 0, 0 },
	{ "no pages at the end", NR_PLACES, 0, 0 },
	{ "no pages behind the end", NR_PLACES + 1, 0, -EFAULT },
};

static void range_case_name(const struct range_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(range_case, range_cases, range_case_name);

static void a_range_outside_is_refused_as_a_whole(struct kunit *test)
{
	const struct range_case *c = test->param_value;
	struct insert_test *t = test->priv;
	unsigned long left = c->nr;

	KUNIT_EXPECT_EQ(test, insert(t, c->at, &left), c->err);
	KUNIT_EXPECT_EQ(test, left, c->err ? c->nr : 0);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, NR_PAGES), c->err ? 0 : c->nr);
	KUNIT_EXPECT_EQ(test, world_rss(t->vma), (long)(c->err ? 0 : c->nr));
}

/* The address is where the entry is looked up; its low bits are not looked at. */
static void an_address_within_a_page_means_that_page(struct kunit *test)
{
	struct insert_test *t = test->priv;
	unsigned long one = 1;

	KUNIT_EXPECT_EQ(test, world_insert(t->vma, place(t->vma, 4) + 100, t->page, &one), 0);
	one = 1;
	KUNIT_EXPECT_EQ(test, insert(t, 4, &one), -EBUSY);
	zap(t, 4, 1);
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, 1), 1UL);
}

static void a_page_may_be_mapped_at_two_places(struct kunit *test)
{
	struct insert_test *t = test->priv;

	insert_all(test, 0, 1);
	insert_all(test, 9, 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[0]), 2);
	KUNIT_EXPECT_EQ(test, page_count(t->page[0]), 3);
	zap(t, 9, 1);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, 1), 1UL);
}

static void a_page_may_be_given_twice_in_one_call(struct kunit *test)
{
	struct insert_test *t = test->priv;
	struct page *twice[2] = { t->page[0], t->page[0] };
	unsigned long left = 2;

	KUNIT_EXPECT_EQ(test, world_insert(t->vma, place(t->vma, 0), twice, &left), 0);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[0]), 2);
	KUNIT_EXPECT_EQ(test, page_count(t->page[0]), 3);
}

static void two_processes_map_a_page_each_for_itself(struct kunit *test)
{
	struct insert_test *t = test->priv;
	unsigned long one = 1;

	t->other = world_vma_create(1);
	KUNIT_ASSERT_NOT_NULL(test, t->other);
	insert_all(test, 0, 1);
	KUNIT_EXPECT_EQ(test, world_insert(t->other, t->other->vm_start, t->page, &one), 0);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[0]), 2);
	KUNIT_EXPECT_EQ(test, world_rss(t->other), 1L);
	world_vma_destroy(t->other);
	t->other = NULL;
	KUNIT_EXPECT_EQ(test, nr_mapped(t, 1), 1UL);
	KUNIT_EXPECT_EQ(test, world_rss(t->vma), 1L);
}

static void the_mapping_keeps_a_page_that_its_owner_let_go(struct kunit *test)
{
	struct insert_test *t = test->priv;
	struct page *page = t->page[0];

	insert_all(test, 0, 1);
	put_page(page);
	t->page[0] = NULL;
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 1);
	zap(t, 0, 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
}

static void nobody_writes_mapping_or_charge(struct kunit *test)
{
	struct insert_test *t = test->priv;

	insert_all(test, 0, 1);
	KUNIT_EXPECT_NULL(test, t->page[0]->mapping);
	KUNIT_EXPECT_EQ(test, page_private(t->page[0]), 0UL);
	KUNIT_EXPECT_EQ(test, t->page[0]->memcg_data, 0UL);
	KUNIT_EXPECT_FALSE(test, PageDirty(t->page[0]));
}

/* A mapping counts as a use; a second one of a page on no list would activate it, and cannot. */
static void every_unmapping_turns_the_referenced_flag(struct kunit *test)
{
	struct insert_test *t = test->priv;
	int i;

	for (i = 1; i <= 4; i++) {
		insert_all(test, 0, 2);
		zap(t, 0, 2);
		KUNIT_EXPECT_EQ(test, (int)PageReferenced(t->page[0]), i % 2);
		KUNIT_EXPECT_EQ(test, (int)PageReferenced(t->page[1]), i % 2);
	}
}

static void unmapping_holes_does_nothing(struct kunit *test)
{
	struct insert_test *t = test->priv;

	insert_all(test, 10, 4);
	zap(t, 0, 10);
	zap(t, 14, 100);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, 4), 4UL);
	zap(t, 0, NR_PLACES);
	zap(t, 0, NR_PLACES);
	KUNIT_EXPECT_EQ(test, nr_unmapped(t, 4), 4UL);
}

static void a_part_may_be_unmapped(struct kunit *test)
{
	struct insert_test *t = test->priv;

	insert_all(test, 0, 8);
	zap(t, 2, 3);
	KUNIT_EXPECT_EQ(test, nr_mapped(t, 8), 5UL);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[1]), 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[2]), 0);
	KUNIT_EXPECT_EQ(test, page_mapcount(t->page[5]), 1);
	KUNIT_EXPECT_EQ(test, world_rss(t->vma), 5L);
}

/* The reference is the head's, the mapping is the tail's own. */
static void a_tail_is_mapped_by_itself(struct kunit *test)
{
	struct page *head = alloc_pages(GFP_KERNEL | __GFP_COMP, 2), *tail;
	struct insert_test *t = test->priv;
	unsigned long one = 1;

	KUNIT_ASSERT_NOT_NULL(test, head);
	tail = head + 2;
	KUNIT_EXPECT_EQ(test, world_insert(t->vma, place(t->vma, 0), &tail, &one), 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(head), 2);
	KUNIT_EXPECT_EQ(test, page_mapcount(tail), 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(head), 0);
	KUNIT_EXPECT_EQ(test, page_mapcount(head + 1), 0);
	zap(t, 0, 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(head), 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(tail), 0);
	put_page(head);
}

static int vm_insert_pages_test_init(struct kunit *test)
{
	struct insert_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	int i;

	if (!t)
		return -ENOMEM;
	test->priv = t;
	t->vma = world_vma_create(NR_PLACES);
	if (!t->vma)
		return -ENOMEM;
	for (i = 0; i < NR_PAGES; i++) {
		t->page[i] = alloc_page(GFP_KERNEL);
		if (!t->page[i])
			return -ENOMEM;
	}
	return 0;
}

static void vm_insert_pages_test_exit(struct kunit *test)
{
	struct insert_test *t = test->priv;
	int i;

	if (!t)
		return;
	if (t->vma)
		world_vma_destroy(t->vma);
	if (t->other)
		world_vma_destroy(t->other);
	for (i = 0; i < NR_PAGES; i++)
		if (t->page[i])
			put_page(t->page[i]);
}

static struct kunit_case vm_insert_pages_test_cases[] = {
	KUNIT_CASE_PARAM(a_mapping_is_a_reference_and_counts_one, count_gen_params),
	KUNIT_CASE_PARAM(unmapping_gives_both_back, count_gen_params),
	KUNIT_CASE_PARAM(exit_unmaps_everything, count_gen_params),
	KUNIT_CASE(pages_go_over_the_end_of_a_page_table),
	KUNIT_CASE_PARAM(a_taken_place_stops_it_and_what_was_mapped_stays, taken_gen_params),
	KUNIT_CASE_PARAM(after_unmapping_what_was_in_the_way_the_rest_goes_in, taken_gen_params),
	KUNIT_CASE_PARAM(some_pages_must_not_be_mapped, bad_case_gen_params),
	KUNIT_CASE_PARAM(a_range_outside_is_refused_as_a_whole, range_case_gen_params),
	KUNIT_CASE(an_address_within_a_page_means_that_page),
	KUNIT_CASE(a_page_may_be_mapped_at_two_places),
	KUNIT_CASE(a_page_may_be_given_twice_in_one_call),
	KUNIT_CASE(two_processes_map_a_page_each_for_itself),
	KUNIT_CASE(the_mapping_keeps_a_page_that_its_owner_let_go),
	KUNIT_CASE(nobody_writes_mapping_or_charge),
	KUNIT_CASE(every_unmapping_turns_the_referenced_flag),
	KUNIT_CASE(unmapping_holes_does_nothing),
	KUNIT_CASE(a_part_may_be_unmapped),
	KUNIT_CASE(a_tail_is_mapped_by_itself),
	{}
};

static struct kunit_suite vm_insert_pages_test_suite = {
	.name = "vm_insert_pages",
	.init = vm_insert_pages_test_init,
	.exit = vm_insert_pages_test_exit,
	.test_cases = vm_insert_pages_test_cases,
};

kunit_test_suite(vm_insert_pages_test_suite);

MODULE_LICENSE("GPL");
