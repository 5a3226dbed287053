/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Compound pages: what a head and its tails say about themselves, and whose count a
 * reference to a tail is.
 *
 * Models: include/linux/page-flags.h, include/linux/mm.h and mm/page_alloc.c
 * (prep_compound_page(), free_tail_pages_check()), 6.1.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/poison.h>

/* In the kernel this is declared in mm/internal.h, for mm/ only. */
void prep_compound_page(struct page *page, unsigned int order);

struct compound {
	struct page *head;
	unsigned int order;
};

static const unsigned int orders[] = { 1, 2, 3, 4, 9 };

static void order_name(const unsigned int *order, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "order %u", *order);
}

KUNIT_ARRAY_PARAM(order, orders, order_name);

/* How many of the pages behind the first one @is() true of. */
static unsigned int count_tails(struct compound *c,
				bool (*is)(struct page *tail, struct page *head))
{
	unsigned int i, n = 0;

	for (i = 1; i < 1U << c->order; i++)
		n += is(c->head + i, c->head);
	return n;
}

static bool is_tail(struct page *tail, struct page *head)
{
	return PageTail(tail) && PageCompound(tail) && !PageHead(tail);
}

static bool has_this_head(struct page *tail, struct page *head)
{
	return compound_head(tail) == head;
}

static bool has_no_count_of_its_own(struct page *tail, struct page *head)
{
	return page_ref_count(tail) == 0;
}

static bool shows_the_count_of_the_head(struct page *tail, struct page *head)
{
	return page_count(tail) == page_ref_count(head);
}

static bool is_not_mapped(struct page *tail, struct page *head)
{
	return page_mapcount(tail) == 0;
}

static bool is_one_page_large(struct page *tail, struct page *head)
{
	return compound_order(tail) == 0 && compound_nr(tail) == 1 &&
	       page_size(tail) == PAGE_SIZE && page_shift(tail) == PAGE_SHIFT;
}

static bool is_no_part_of_anything(struct page *tail, struct page *head)
{
	return !PageTail(tail) && !PageCompound(tail) && compound_head(tail) == tail;
}

static unsigned int nr_tails(const struct compound *c)
{
	return (1U << c->order) - 1;
}

static void the_first_page_is_the_head(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_TRUE(test, PageHead(c->head));
	KUNIT_EXPECT_FALSE(test, PageTail(c->head));
	KUNIT_EXPECT_TRUE(test, PageCompound(c->head));
	KUNIT_EXPECT_PTR_EQ(test, compound_head(c->head), c->head);
}

static void every_other_page_is_a_tail_of_it(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_EQ(test, count_tails(c, is_tail), nr_tails(c));
	KUNIT_EXPECT_EQ(test, count_tails(c, has_this_head), nr_tails(c));
}

static void the_head_knows_order_number_size_and_shift(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_EQ(test, compound_order(c->head), c->order);
	KUNIT_EXPECT_EQ(test, compound_nr(c->head), 1UL << c->order);
	KUNIT_EXPECT_EQ(test, page_size(c->head), PAGE_SIZE << c->order);
	KUNIT_EXPECT_EQ(test, page_shift(c->head), PAGE_SHIFT + c->order);
}

static void a_tail_knows_only_its_own_size(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_EQ(test, count_tails(c, is_one_page_large), nr_tails(c));
}

static void tails_have_no_count_and_show_that_of_the_head(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_EQ(test, count_tails(c, has_no_count_of_its_own), nr_tails(c));
	page_ref_add(c->head, 6);
	KUNIT_EXPECT_EQ(test, count_tails(c, shows_the_count_of_the_head), nr_tails(c));
	KUNIT_EXPECT_EQ(test, page_count(c->head + 1), 7);
	page_ref_sub(c->head, 6);
}

static void the_first_tail_carries_the_data_of_the_head(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_EQ(test, (int)c->head[1].compound_dtor, (int)COMPOUND_PAGE_DTOR);
	KUNIT_EXPECT_EQ(test, (unsigned int)c->head[1].compound_order, c->order);
	KUNIT_EXPECT_EQ(test, atomic_read(&c->head[1].compound_mapcount), -1);
	KUNIT_EXPECT_EQ(test, atomic_read(&c->head[1].compound_pincount), 0);
}

static void no_page_of_it_is_mapped(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_EQ(test, page_mapcount(c->head), 0);
	KUNIT_EXPECT_EQ(test, count_tails(c, is_not_mapped), nr_tails(c));
}

static void a_reference_to_any_page_is_one_to_the_head(struct kunit *test)
{
	struct compound *c = test->priv;
	unsigned int i;

	for (i = 0; i < 1U << c->order; i++)
		get_page(c->head + i);
	KUNIT_EXPECT_EQ(test, page_ref_count(c->head), 1 + (1 << c->order));
	KUNIT_EXPECT_EQ(test, count_tails(c, has_no_count_of_its_own), nr_tails(c));
	for (i = 0; i < 1U << c->order; i++)
		put_page(c->head + i);
	KUNIT_EXPECT_EQ(test, page_ref_count(c->head), 1);
}

static void the_last_put_of_a_tail_dissolves_it(struct kunit *test)
{
	struct compound *c = test->priv;
	struct page *head = c->head;

	put_page(head + nr_tails(c));
	KUNIT_EXPECT_EQ(test, page_ref_count(head), 0);
	KUNIT_EXPECT_FALSE(test, PageHead(head));
	KUNIT_EXPECT_EQ(test, count_tails(c, is_no_part_of_anything), nr_tails(c));
	c->head = NULL;
}

static void tails_behind_the_first_carry_the_tail_mapping(struct kunit *test)
{
	struct compound *c = test->priv;
	unsigned int i;

	for (i = 2; i < 1U << c->order; i++)
		KUNIT_ASSERT_PTR_EQ(test, (void *)c->head[i].mapping, (void *)TAIL_MAPPING);
}

static void tails_have_no_private_word(struct kunit *test)
{
	struct compound *c = test->priv;
	unsigned int i;

	for (i = 1; i < 1U << c->order; i++)
		KUNIT_ASSERT_EQ(test, page_private(c->head + i), 0UL);
}

static void pages_allocated_without_comp_are_no_compound_page(struct kunit *test)
{
	const unsigned int *order = test->param_value;
	struct compound c = { alloc_pages(GFP_KERNEL, *order), *order };

	KUNIT_ASSERT_NOT_NULL(test, c.head);
	KUNIT_EXPECT_FALSE(test, PageCompound(c.head));
	KUNIT_EXPECT_EQ(test, compound_order(c.head), 0U);
	KUNIT_EXPECT_EQ(test, page_count(c.head), 1);
	KUNIT_EXPECT_EQ(test, count_tails(&c, is_no_part_of_anything), nr_tails(&c));
	KUNIT_EXPECT_EQ(test, count_tails(&c, has_no_count_of_its_own), nr_tails(&c));
	__free_pages(c.head, *order);
}

static void such_pages_become_one_by_prep_compound_page(struct kunit *test)
{
	const unsigned int *order = test->param_value;
	struct compound c = { alloc_pages(GFP_KERNEL, *order), *order };

	KUNIT_ASSERT_NOT_NULL(test, c.head);
	prep_compound_page(c.head, *order);
	KUNIT_EXPECT_TRUE(test, PageHead(c.head));
	KUNIT_EXPECT_EQ(test, compound_order(c.head), *order);
	KUNIT_EXPECT_EQ(test, count_tails(&c, has_this_head), nr_tails(&c));
	put_page(c.head + 1);
	KUNIT_EXPECT_FALSE(test, PageHead(c.head));
}

static void a_single_page_is_never_compound(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 0);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_FALSE(test, PageCompound(page));
	KUNIT_EXPECT_EQ(test, compound_order(page), 0U);
	KUNIT_EXPECT_EQ(test, compound_nr(page), 1UL);
	KUNIT_EXPECT_EQ(test, page_size(page), PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, compound_head(page), page);
	__free_page(page);
}

static void try_get_page_of_a_tail_takes_the_head(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_TRUE(test, try_get_page(c->head + 3));
	KUNIT_EXPECT_EQ(test, page_ref_count(c->head), 2);
	KUNIT_EXPECT_EQ(test, page_ref_count(c->head + 3), 0);
	put_page(c->head);
}

/* It looks at the page it is given: whoever finds a tail must go to the head first. */
static void get_page_unless_zero_of_a_tail_fails(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_FALSE(test, get_page_unless_zero(c->head + 1));
	KUNIT_EXPECT_TRUE(test, get_page_unless_zero(compound_head(c->head + 1)));
	KUNIT_EXPECT_EQ(test, page_ref_count(c->head), 2);
	put_page(c->head + 1);
}

static void a_frozen_head_shows_in_its_tails(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_ASSERT_TRUE(test, page_ref_freeze(c->head, 1));
	KUNIT_EXPECT_EQ(test, page_count(c->head + 2), 0);
	page_ref_unfreeze(c->head, 1);
	KUNIT_EXPECT_EQ(test, page_count(c->head + 2), 1);
}

static void the_address_of_any_page_leads_to_the_head(struct kunit *test)
{
	struct compound *c = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(page_address(c->head)), c->head);
	KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(page_address(c->head + 3)), c->head);
	KUNIT_EXPECT_PTR_EQ(test, virt_to_page(page_address(c->head + 3)), c->head + 3);
}

static int compound_page_test_init(struct kunit *test)
{
	struct compound *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	/* A case without a parameter has a page of four. */
	c->order = test->param_value ? *(const unsigned int *)test->param_value : 2;
	c->head = alloc_pages(GFP_KERNEL | __GFP_COMP, c->order);
	test->priv = c;
	return c->head ? 0 : -ENOMEM;
}

static void compound_page_test_exit(struct kunit *test)
{
	struct compound *c = test->priv;

	if (!c || !c->head)
		return;
	set_page_count(c->head, 1);
	__free_pages(c->head, c->order);
}

static struct kunit_case compound_page_test_cases[] = {
	KUNIT_CASE_PARAM(the_first_page_is_the_head, order_gen_params),
	KUNIT_CASE_PARAM(every_other_page_is_a_tail_of_it, order_gen_params),
	KUNIT_CASE_PARAM(the_head_knows_order_number_size_and_shift, order_gen_params),
	KUNIT_CASE_PARAM(a_tail_knows_only_its_own_size, order_gen_params),
	KUNIT_CASE_PARAM(tails_have_no_count_and_show_that_of_the_head, order_gen_params),
	KUNIT_CASE_PARAM(the_first_tail_carries_the_data_of_the_head, order_gen_params),
	KUNIT_CASE_PARAM(no_page_of_it_is_mapped, order_gen_params),
	KUNIT_CASE_PARAM(a_reference_to_any_page_is_one_to_the_head, order_gen_params),
	KUNIT_CASE_PARAM(the_last_put_of_a_tail_dissolves_it, order_gen_params),
	KUNIT_CASE_PARAM(pages_allocated_without_comp_are_no_compound_page, order_gen_params),
	KUNIT_CASE_PARAM(such_pages_become_one_by_prep_compound_page, order_gen_params),
	KUNIT_CASE(tails_behind_the_first_carry_the_tail_mapping),
	KUNIT_CASE(tails_have_no_private_word),
	KUNIT_CASE(a_single_page_is_never_compound),
	KUNIT_CASE(try_get_page_of_a_tail_takes_the_head),
	KUNIT_CASE(get_page_unless_zero_of_a_tail_fails),
	KUNIT_CASE(a_frozen_head_shows_in_its_tails),
	KUNIT_CASE(the_address_of_any_page_leads_to_the_head),
	{}
};

static struct kunit_suite compound_page_test_suite = {
	.name = "compound_page",
	.init = compound_page_test_init,
	.exit = compound_page_test_exit,
	.test_cases = compound_page_test_cases,
};

kunit_test_suite(compound_page_test_suite);

MODULE_LICENSE("GPL");
