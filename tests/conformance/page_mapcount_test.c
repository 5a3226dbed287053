/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The word that is a count of mappings, or a type: how it counts, which values are a type,
 * and that types are told apart by cleared bits.
 *
 * Models: include/linux/page-flags.h and include/linux/mm.h, 6.1.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/page-flags.h>

static void a_new_page_is_mapped_nowhere(struct kunit *test)
{
	struct page *page = test->priv;

	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
	KUNIT_EXPECT_FALSE(test, page_mapped(page));
	KUNIT_EXPECT_EQ(test, atomic_read(&page->_mapcount), -1);
	KUNIT_EXPECT_FALSE(test, page_has_type(page));
}

static const int mappings[] = { 1, 2, 3, 1000 };

static void mapping_name(const int *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%d mappings", *n);
}

KUNIT_ARRAY_PARAM(mapping, mappings, mapping_name);

static void the_word_holds_one_less_than_the_mappings(struct kunit *test)
{
	const int *n = test->param_value;
	struct page *page = test->priv;
	int i;

	for (i = 0; i < *n; i++)
		atomic_inc(&page->_mapcount);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), *n);
	KUNIT_EXPECT_TRUE(test, page_mapped(page));
	KUNIT_EXPECT_EQ(test, atomic_read(&page->_mapcount), *n - 1);
}

/* A first mapping and a last unmapping are seen in one step each. */
static void zero_and_below_zero_are_the_edges(struct kunit *test)
{
	const int *n = test->param_value;
	struct page *page = test->priv;
	int i, first = 0, last = 0;

	for (i = 0; i < *n; i++)
		first += atomic_inc_and_test(&page->_mapcount);
	for (i = 0; i < *n; i++)
		last += atomic_add_negative(-1, &page->_mapcount);
	KUNIT_EXPECT_EQ(test, first, 1);
	KUNIT_EXPECT_EQ(test, last, 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
}

static void reset_forgets_all_mappings(struct kunit *test)
{
	struct page *page = test->priv;

	atomic_set(&page->_mapcount, 77);
	page_mapcount_reset(page);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
}

static void mappings_and_references_are_two_counts(struct kunit *test)
{
	struct page *page = test->priv;

	get_page(page);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
	atomic_inc(&page->_mapcount);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 1);
}

struct word {
	unsigned int value;
	bool type;
};

static const struct word words[] = {
	{ 0xffffffff, false }, { 0, false },	      { 1, false },	    { INT_MAX, false },
	{ 0xffffff81, false }, { 0xffffff80, false }, { 0xffffff7f, true }, { 0xfffffbff, true },
	{ 0xf0000000, true },  { 0x80000000, true },
};

static void word_name(const struct word *w, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%08x", w->value);
}

KUNIT_ARRAY_PARAM(word, words, word_name);

/* Room is left below 0 for counts that went wrong. */
static void values_far_below_zero_are_a_type(struct kunit *test)
{
	const struct word *w = test->param_value;
	struct page *page = test->priv;

	page->page_type = w->value;
	KUNIT_EXPECT_EQ(test, (int)page_has_type(page), (int)w->type);
}

struct type {
	const char *name;
	unsigned int bit;
};

static const struct type types[] = {
	{ "buddy", PG_buddy },
	{ "offline", PG_offline },
	{ "table", PG_table },
	{ "guard", PG_guard },
};

static void type_name(const struct type *type, char *desc)
{
	strscpy(desc, type->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(type, types, type_name);

static int is_of_type(const struct page *page, unsigned int bit)
{
	return PageType(page, bit);
}

static void a_cleared_bit_is_a_type(struct kunit *test)
{
	const struct type *type = test->param_value;
	struct page *page = test->priv;

	KUNIT_EXPECT_FALSE(test, is_of_type(page, type->bit));
	page->page_type &= ~type->bit;
	KUNIT_EXPECT_TRUE(test, is_of_type(page, type->bit));
	KUNIT_EXPECT_TRUE(test, page_has_type(page));
	page->page_type |= type->bit;
	KUNIT_EXPECT_FALSE(test, page_has_type(page));
	KUNIT_EXPECT_EQ(test, page->page_type, 0xffffffffU);
}

static void one_type_is_no_other(struct kunit *test)
{
	const struct type *type = test->param_value;
	struct page *page = test->priv;
	unsigned int i;

	page->page_type &= ~type->bit;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		KUNIT_EXPECT_EQ(test, is_of_type(page, types[i].bit), types[i].bit == type->bit);
}

/* Without the upper bits a cleared bit means nothing: it is a count. */
static void a_mapped_page_has_no_type(struct kunit *test)
{
	const struct type *type = test->param_value;
	struct page *page = test->priv;

	atomic_set(&page->_mapcount, 0);
	KUNIT_EXPECT_FALSE(test, is_of_type(page, type->bit));
	KUNIT_EXPECT_FALSE(test, page_has_type(page));
}

static void the_named_functions_agree_with_the_bits(struct kunit *test)
{
	struct page *page = test->priv;

	__SetPageTable(page);
	KUNIT_EXPECT_TRUE(test, PageTable(page));
	KUNIT_EXPECT_EQ(test, page->page_type, ~(unsigned int)PG_table);
	__ClearPageTable(page);
	__SetPageOffline(page);
	KUNIT_EXPECT_TRUE(test, PageOffline(page));
	KUNIT_EXPECT_FALSE(test, PageTable(page));
	KUNIT_EXPECT_FALSE(test, PageBuddy(page));
	KUNIT_EXPECT_FALSE(test, PageGuard(page));
	__ClearPageOffline(page);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
}

static void two_types_at_once_are_both_there(struct kunit *test)
{
	struct page *page = test->priv;

	__SetPageTable(page);
	__SetPageOffline(page);
	KUNIT_EXPECT_TRUE(test, PageTable(page));
	KUNIT_EXPECT_TRUE(test, PageOffline(page));
	__ClearPageTable(page);
	KUNIT_EXPECT_TRUE(test, PageOffline(page));
	__ClearPageOffline(page);
}

static int page_mapcount_test_init(struct kunit *test)
{
	test->priv = alloc_page(GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

/* Freeing insists on a page that is mapped nowhere and has no type. */
static void page_mapcount_test_exit(struct kunit *test)
{
	struct page *page = test->priv;

	if (!page)
		return;
	page_mapcount_reset(page);
	put_page(page);
}

static struct kunit_case page_mapcount_test_cases[] = {
	KUNIT_CASE(a_new_page_is_mapped_nowhere),
	KUNIT_CASE_PARAM(the_word_holds_one_less_than_the_mappings, mapping_gen_params),
	KUNIT_CASE_PARAM(zero_and_below_zero_are_the_edges, mapping_gen_params),
	KUNIT_CASE(reset_forgets_all_mappings),
	KUNIT_CASE(mappings_and_references_are_two_counts),
	KUNIT_CASE_PARAM(values_far_below_zero_are_a_type, word_gen_params),
	KUNIT_CASE_PARAM(a_cleared_bit_is_a_type, type_gen_params),
	KUNIT_CASE_PARAM(one_type_is_no_other, type_gen_params),
	KUNIT_CASE_PARAM(a_mapped_page_has_no_type, type_gen_params),
	KUNIT_CASE(the_named_functions_agree_with_the_bits),
	KUNIT_CASE(two_types_at_once_are_both_there),
	{}
};

static struct kunit_suite page_mapcount_test_suite = {
	.name = "page_mapcount",
	.init = page_mapcount_test_init,
	.exit = page_mapcount_test_exit,
	.test_cases = page_mapcount_test_cases,
};

kunit_test_suite(page_mapcount_test_suite);

MODULE_LICENSE("GPL");
