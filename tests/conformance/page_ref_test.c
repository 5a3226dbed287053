/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The reference count of a page: what each operation returns, what it leaves behind,
 * and what it refuses.
 *
 * Models: include/linux/page_ref.h and include/linux/mm.h, 6.1.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/page_ref.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

enum ref_op {
	REF_SET,
	REF_INIT,
	REF_ADD,
	REF_SUB,
	REF_INC,
	REF_DEC,
	REF_SUB_RETURN,
	REF_INC_RETURN,
	REF_DEC_RETURN,
	REF_SUB_AND_TEST,
	REF_DEC_AND_TEST,
	REF_ADD_UNLESS,
	REF_FREEZE,
	REF_UNFREEZE,
	REF_GET_PAGE,
	REF_TRY_GET_PAGE,
	REF_GET_PAGE_UNLESS_ZERO,
	REF_PUT_PAGE_TESTZERO,
};

/* A row: the count before, the operation, the count after and what the operation returns. */
struct ref_step {
	const char *name;
	enum ref_op op;
	int before;
	int arg;
	int unless;
	int after;
	int result; /* of an operation that returns nothing: 0 */
};

/* Values that the operations treat alike are one row; every row is another edge. */
static const struct ref_step ref_steps[] = {
	{ "set_page_count writes 0", REF_SET, 1, 0, 0, 0, 0 },
	{ "set_page_count writes the largest count", REF_SET, 1, INT_MAX, 0, INT_MAX, 0 },
	{ "set_page_count writes a negative count", REF_SET, 1, -5, 0, -5, 0 },
	{ "init_page_count writes 1 over 0", REF_INIT, 0, 0, 0, 1, 0 },
	{ "init_page_count writes 1 over a large count", REF_INIT, 4711, 0, 0, 1, 0 },
	{ "page_ref_add of 0 changes nothing", REF_ADD, 7, 0, 0, 7, 0 },
	{ "page_ref_add of a driver bias", REF_ADD, 1, 65534, 0, 65535, 0 },
	{ "page_ref_add of a negative number subtracts", REF_ADD, 7, -3, 0, 4, 0 },
	{ "page_ref_add is not stopped at 0", REF_ADD, 0, 2, 0, 2, 0 },
	{ "page_ref_add reaches the largest count", REF_ADD, 1, INT_MAX - 1, 0, INT_MAX, 0 },
	{ "page_ref_add wraps above the largest count", REF_ADD, INT_MAX, 1, 0, INT_MIN, 0 },
	{ "page_ref_sub takes several", REF_SUB, 65535, 65534, 0, 1, 0 },
	{ "page_ref_sub reaches 0 and frees nothing", REF_SUB, 3, 3, 0, 0, 0 },
	{ "page_ref_sub goes below 0", REF_SUB, 1, 2, 0, -1, 0 },
	{ "page_ref_inc adds 1", REF_INC, 1, 0, 0, 2, 0 },
	{ "page_ref_inc is not stopped at 0", REF_INC, 0, 0, 0, 1, 0 },
	{ "page_ref_dec takes 1", REF_DEC, 2, 0, 0, 1, 0 },
	{ "page_ref_dec reaches 0 and frees nothing", REF_DEC, 1, 0, 0, 0, 0 },
	{ "page_ref_dec wraps below the smallest count", REF_DEC, INT_MIN, 0, 0, INT_MAX, 0 },
	{ "page_ref_sub_return returns the new count", REF_SUB_RETURN, 9, 4, 0, 5, 5 },
	{ "page_ref_sub_return of 0 reads the count", REF_SUB_RETURN, 9, 0, 0, 9, 9 },
	{ "page_ref_sub_return returns 0", REF_SUB_RETURN, 4, 4, 0, 0, 0 },
	{ "page_ref_sub_return returns a negative count", REF_SUB_RETURN, 1, 3, 0, -2, -2 },
	{ "page_ref_inc_return returns the new count", REF_INC_RETURN, 1, 0, 0, 2, 2 },
	{ "page_ref_inc_return from 0 returns 1", REF_INC_RETURN, 0, 0, 0, 1, 1 },
	{ "page_ref_inc_return from -1 returns 0", REF_INC_RETURN, -1, 0, 0, 0, 0 },
	{ "page_ref_dec_return returns the new count", REF_DEC_RETURN, 3, 0, 0, 2, 2 },
	{ "page_ref_dec_return returns 0", REF_DEC_RETURN, 1, 0, 0, 0, 0 },
	{ "page_ref_dec_return from 0 returns -1", REF_DEC_RETURN, 0, 0, 0, -1, -1 },
	{ "page_ref_sub_and_test is true at 0", REF_SUB_AND_TEST, 5, 5, 0, 0, 1 },
	{ "page_ref_sub_and_test is false above 0", REF_SUB_AND_TEST, 5, 4, 0, 1, 0 },
	{ "page_ref_sub_and_test is false below 0", REF_SUB_AND_TEST, 5, 6, 0, -1, 0 },
	{ "page_ref_sub_and_test of 0 from 0 is true", REF_SUB_AND_TEST, 0, 0, 0, 0, 1 },
	{ "page_ref_dec_and_test is true for the last", REF_DEC_AND_TEST, 1, 0, 0, 0, 1 },
	{ "page_ref_dec_and_test is false for others", REF_DEC_AND_TEST, 2, 0, 0, 1, 0 },
	{ "page_ref_dec_and_test is false below 0", REF_DEC_AND_TEST, 0, 0, 0, -1, 0 },
	{ "page_ref_add_unless adds", REF_ADD_UNLESS, 2, 3, 0, 5, 1 },
	{ "page_ref_add_unless refuses its count", REF_ADD_UNLESS, 2, 3, 2, 2, 0 },
	{ "page_ref_add_unless refuses 0", REF_ADD_UNLESS, 0, 1, 0, 0, 0 },
	{ "page_ref_add_unless adds to 0 if told so", REF_ADD_UNLESS, 0, 1, 1, 1, 1 },
	{ "page_ref_add_unless of 0 tells whether", REF_ADD_UNLESS, 6, 0, 5, 6, 1 },
	{ "page_ref_add_unless wraps", REF_ADD_UNLESS, INT_MAX, 1, 0, INT_MIN, 1 },
	{ "page_ref_freeze takes the expected count", REF_FREEZE, 2, 2, 0, 0, 1 },
	{ "page_ref_freeze refuses one reference more", REF_FREEZE, 3, 2, 0, 3, 0 },
	{ "page_ref_freeze refuses one reference less", REF_FREEZE, 1, 2, 0, 1, 0 },
	{ "page_ref_freeze of a frozen page is refused", REF_FREEZE, 0, 1, 0, 0, 0 },
	{ "page_ref_unfreeze gives 1", REF_UNFREEZE, 0, 1, 0, 1, 0 },
	{ "page_ref_unfreeze gives many", REF_UNFREEZE, 0, 513, 0, 513, 0 },
	{ "get_page adds 1", REF_GET_PAGE, 1, 0, 0, 2, 0 },
	{ "get_page adds 1 to a large count", REF_GET_PAGE, INT_MAX - 1, 0, 0, INT_MAX, 0 },
	{ "get_page below the guarded range adds 1", REF_GET_PAGE, -128, 0, 0, -127, 0 },
	{ "try_get_page adds 1", REF_TRY_GET_PAGE, 1, 0, 0, 2, 1 },
	{ "try_get_page refuses 0", REF_TRY_GET_PAGE, 0, 0, 0, 0, 0 },
	{ "try_get_page refuses a negative count", REF_TRY_GET_PAGE, -1, 0, 0, -1, 0 },
	{ "try_get_page refuses the smallest count", REF_TRY_GET_PAGE, INT_MIN, 0, 0, INT_MIN, 0 },
	{ "get_page_unless_zero adds 1", REF_GET_PAGE_UNLESS_ZERO, 1, 0, 0, 2, 1 },
	{ "get_page_unless_zero refuses 0", REF_GET_PAGE_UNLESS_ZERO, 0, 0, 0, 0, 0 },
	{ "get_page_unless_zero takes a negative count", REF_GET_PAGE_UNLESS_ZERO, -2, 0, 0, -1,
	  1 },
	{ "put_page_testzero is true for the last", REF_PUT_PAGE_TESTZERO, 1, 0, 0, 0, 1 },
	{ "put_page_testzero is false for others", REF_PUT_PAGE_TESTZERO, 3, 0, 0, 2, 0 },
};

static void ref_step_name(const struct ref_step *step, char *desc)
{
	strscpy(desc, step->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ref_step, ref_steps, ref_step_name);

static int do_void_op(struct page *page, const struct ref_step *step)
{
	switch (step->op) {
	case REF_SET:
		set_page_count(page, step->arg);
		break;
	case REF_INIT:
		init_page_count(page);
		break;
	case REF_ADD:
		page_ref_add(page, step->arg);
		break;
	case REF_SUB:
		page_ref_sub(page, step->arg);
		break;
	case REF_INC:
		page_ref_inc(page);
		break;
	case REF_DEC:
		page_ref_dec(page);
		break;
	case REF_UNFREEZE:
		page_ref_unfreeze(page, step->arg);
		break;
	default:
		get_page(page);
		break;
	}
	return 0;
}

static int do_ref_op(struct page *page, const struct ref_step *step)
{
	switch (step->op) {
	case REF_SUB_RETURN:
		return page_ref_sub_return(page, step->arg);
	case REF_INC_RETURN:
		return page_ref_inc_return(page);
	case REF_DEC_RETURN:
		return page_ref_dec_return(page);
	case REF_SUB_AND_TEST:
		return page_ref_sub_and_test(page, step->arg);
	case REF_DEC_AND_TEST:
		return page_ref_dec_and_test(page);
	case REF_ADD_UNLESS:
		return page_ref_add_unless(page, step->arg, step->unless);
	case REF_FREEZE:
		return page_ref_freeze(page, step->arg);
	case REF_TRY_GET_PAGE:
		return try_get_page(page);
	case REF_GET_PAGE_UNLESS_ZERO:
		return get_page_unless_zero(page);
	case REF_PUT_PAGE_TESTZERO:
		return put_page_testzero(page);
	default:
		return do_void_op(page, step);
	}
}

static void one_operation_changes_and_returns_the_count(struct kunit *test)
{
	const struct ref_step *step = test->param_value;
	struct page *page = test->priv;

	set_page_count(page, step->before);
	KUNIT_EXPECT_EQ(test, do_ref_op(page, step), step->result);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), step->after);
}

static void a_new_page_has_one_reference(struct kunit *test)
{
	struct page *page = test->priv;

	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
}

static void page_count_and_page_ref_count_agree_on_a_single_page(struct kunit *test)
{
	struct page *page = test->priv;
	int i;

	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, page_count(page), 1 + i);
		KUNIT_EXPECT_EQ(test, page_ref_count(page), page_count(page));
		get_page(page);
	}
}

static void put_page_of_a_shared_page_only_counts_down(struct kunit *test)
{
	struct page *page = test->priv;

	get_page(page);
	get_page(page);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
}

static void a_frozen_page_gives_no_reference_until_it_is_unfrozen(struct kunit *test)
{
	struct page *page = test->priv;

	KUNIT_ASSERT_TRUE(test, page_ref_freeze(page, 1));
	KUNIT_EXPECT_FALSE(test, get_page_unless_zero(page));
	KUNIT_EXPECT_FALSE(test, page_ref_add_unless(page, 5, 0));
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	page_ref_unfreeze(page, 1);
	KUNIT_EXPECT_TRUE(test, get_page_unless_zero(page));
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
}

static void a_speculative_reference_makes_a_freeze_fail(struct kunit *test)
{
	struct page *page = test->priv;

	KUNIT_ASSERT_TRUE(test, get_page_unless_zero(page));
	KUNIT_EXPECT_FALSE(test, page_ref_freeze(page, 1));
	put_page(page);
	KUNIT_EXPECT_TRUE(test, page_ref_freeze(page, 1));
	page_ref_unfreeze(page, 1);
}

static void only_one_of_two_freezes_succeeds(struct kunit *test)
{
	struct page *page = test->priv;

	page_ref_add(page, 2);
	KUNIT_EXPECT_TRUE(test, page_ref_freeze(page, 3));
	KUNIT_EXPECT_FALSE(test, page_ref_freeze(page, 3));
	page_ref_unfreeze(page, 3);
	KUNIT_EXPECT_TRUE(test, page_ref_freeze(page, 3));
	page_ref_unfreeze(page, 3);
}

static void put_page_testzero_frees_nothing_by_itself(struct kunit *test)
{
	struct page *page = test->priv;

	KUNIT_ASSERT_TRUE(test, put_page_testzero(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
	/* Nobody else could get it meanwhile: it is as it was before the test. */
	set_page_count(page, 1);
	put_page(page);
	test->priv = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	KUNIT_EXPECT_EQ(test, page_count((struct page *)test->priv), 1);
}

static void a_driver_bias_is_drained_in_one_step(struct kunit *test)
{
	struct page *page = test->priv;
	int i;

	page_ref_add(page, USHRT_MAX - 1);
	for (i = 0; i < 10; i++)
		put_page(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), USHRT_MAX - 10);
	__page_frag_cache_drain(page, USHRT_MAX - 11);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
}

static void ref_counts_of_two_pages_are_independent(struct kunit *test)
{
	struct page *page = test->priv, *other = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, other);
	page_ref_add(page, 3);
	get_page(other);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 4);
	KUNIT_EXPECT_EQ(test, page_ref_count(other), 2);
	put_page(other);
	put_page(other);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 4);
}

/* --- several at once --- */

#define NR_USERS 3
#define NR_ROUNDS 300

struct ref_user {
	struct work_struct work;
	struct page *page;
	unsigned int taken;
};

static void get_and_put(struct work_struct *work)
{
	struct ref_user *user = container_of(work, struct ref_user, work);
	int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		get_page(user->page);
		cond_resched();
		put_page(user->page);
		user->taken++;
	}
}

static void try_and_put(struct work_struct *work)
{
	struct ref_user *user = container_of(work, struct ref_user, work);
	int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		if (get_page_unless_zero(user->page)) {
			user->taken++;
			cond_resched();
			put_page(user->page);
		}
		cond_resched();
	}
}

static struct ref_user *start_users(struct kunit *test, work_func_t fn)
{
	struct ref_user *user = kunit_kcalloc(test, NR_USERS, sizeof(*user), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, user);
	for (i = 0; i < NR_USERS; i++) {
		INIT_WORK(&user[i].work, fn);
		user[i].page = test->priv;
		queue_work(system_unbound_wq, &user[i].work);
	}
	return user;
}

static void wait_for_users(struct ref_user *user)
{
	int i;

	for (i = 0; i < NR_USERS; i++)
		flush_work(&user[i].work);
}

static void references_of_several_users_add_up(struct kunit *test)
{
	struct ref_user *user = start_users(test, get_and_put);
	int i;

	wait_for_users(user);
	for (i = 0; i < NR_USERS; i++)
		KUNIT_EXPECT_EQ(test, user[i].taken, (unsigned int)NR_ROUNDS);
	KUNIT_EXPECT_EQ(test, page_ref_count((struct page *)test->priv), 1);
}

/* Whoever freezes a page has it alone; whoever looks meanwhile gets nothing and breaks nothing. */
static void a_freeze_excludes_speculative_references(struct kunit *test)
{
	struct ref_user *user = start_users(test, try_and_put);
	struct page *page = test->priv;
	int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		if (page_ref_freeze(page, 1)) {
			cond_resched();
			KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
			page_ref_unfreeze(page, 1);
		}
		cond_resched();
	}
	wait_for_users(user);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_TRUE(test, page_ref_freeze(page, 1));
}

static int page_ref_test_init(struct kunit *test)
{
	test->priv = alloc_page(GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

/* Whatever count a case left: the page is this test's own. */
static void page_ref_test_exit(struct kunit *test)
{
	struct page *page = test->priv;

	if (!page)
		return;
	set_page_count(page, 1);
	__free_page(page);
}

static struct kunit_case page_ref_test_cases[] = {
	KUNIT_CASE_PARAM(one_operation_changes_and_returns_the_count, ref_step_gen_params),
	KUNIT_CASE(a_new_page_has_one_reference),
	KUNIT_CASE(page_count_and_page_ref_count_agree_on_a_single_page),
	KUNIT_CASE(put_page_of_a_shared_page_only_counts_down),
	KUNIT_CASE(a_frozen_page_gives_no_reference_until_it_is_unfrozen),
	KUNIT_CASE(a_speculative_reference_makes_a_freeze_fail),
	KUNIT_CASE(only_one_of_two_freezes_succeeds),
	KUNIT_CASE(put_page_testzero_frees_nothing_by_itself),
	KUNIT_CASE(a_driver_bias_is_drained_in_one_step),
	KUNIT_CASE(ref_counts_of_two_pages_are_independent),
	KUNIT_CASE(references_of_several_users_add_up),
	KUNIT_CASE(a_freeze_excludes_speculative_references),
	{}
};

static struct kunit_suite page_ref_test_suite = {
	.name = "page_ref",
	.init = page_ref_test_init,
	.exit = page_ref_test_exit,
	.test_cases = page_ref_test_cases,
};

kunit_test_suite(page_ref_test_suite);

MODULE_LICENSE("GPL");
