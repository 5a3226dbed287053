/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Who pays for a page, when the counter of a memory cgroup moves, and by how much: charges
 * come in batches, of which a CPU keeps the rest in its stock.
 *
 * Usage is compared by differences, and where it matters after the stock of this CPU has
 * been drained, which a charge to another group does.
 *
 * Models: mm/memcontrol.c (try_charge_memcg(), refill_stock(), __memcg_kmem_charge_page(),
 * uncharge_batch(), split_page_memcg(), memcg_reparent_objcgs()), 6.1 with cgroup v2.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/page_counter.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/page_pool.h>

#include "memcg_world.h"

#define BATCH 64
#define NR_PAGES 80

/* child is below parent; other is beside them. */
struct charge_test {
	struct mem_cgroup *parent;
	struct mem_cgroup *child;
	struct mem_cgroup *other;
	unsigned long parent_before;
	unsigned long child_before;
	struct page *page[NR_PAGES];
};

/* Names are unique for good: a group that is gone may still be remembered. */
static unsigned int nr_groups;

static struct mem_cgroup *make_group(struct mem_cgroup *parent)
{
	char name[32];

	snprintf(name, sizeof(name), "charge_test_%u", nr_groups++);
	return world_memcg_create(name, parent);
}

static struct page *alloc_for(struct mem_cgroup *memcg, gfp_t gfp, unsigned int order)
{
	struct mem_cgroup *before = set_active_memcg(memcg);
	struct page *page = alloc_pages(gfp | __GFP_ACCOUNT, order);

	set_active_memcg(before);
	return page;
}

static struct page *get_charged(struct kunit *test, gfp_t gfp, unsigned int order)
{
	struct charge_test *t = test->priv;
	struct page *page = alloc_for(t->child, GFP_KERNEL | gfp, order);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static void get_many_charged(struct kunit *test, unsigned int nr)
{
	struct charge_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < nr; i++)
		t->page[i] = get_charged(test, 0, 0);
}

static void put_many(struct kunit *test, unsigned int nr)
{
	struct charge_test *t = test->priv;

	while (nr)
		put_page(t->page[--nr]);
}

/* One stock serves one group: what it has for the child goes back to the counters. */
static void drain(struct charge_test *t)
{
	struct page *page = alloc_for(t->other, GFP_KERNEL, 0);

	if (page)
		put_page(page);
}

static long child_usage(struct charge_test *t)
{
	return page_counter_read(&t->child->memory) - t->child_before;
}

static long parent_usage(struct charge_test *t)
{
	return page_counter_read(&t->parent->memory) - t->parent_before;
}

static void expect_usage(struct kunit *test, long pages)
{
	struct charge_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, child_usage(t), pages);
	KUNIT_EXPECT_EQ(test, parent_usage(t), pages);
}

/* --- batches and the stock --- */

static void the_first_charge_takes_a_batch(struct kunit *test)
{
	struct page *page = get_charged(test, 0, 0);

	expect_usage(test, BATCH);
	put_page(page);
}

static void the_rest_of_a_batch_serves_the_next_charges(struct kunit *test)
{
	get_many_charged(test, BATCH);
	expect_usage(test, BATCH);
	put_many(test, BATCH);
}

static void the_charge_after_a_batch_takes_another(struct kunit *test)
{
	get_many_charged(test, BATCH + 1);
	expect_usage(test, 2 * BATCH);
	put_many(test, BATCH + 1);
}

static void a_drain_leaves_what_pages_weigh(struct kunit *test)
{
	struct charge_test *t = test->priv;

	get_many_charged(test, 3);
	drain(t);
	expect_usage(test, 3);
	put_many(test, 3);
	expect_usage(test, 0);
}

struct order_case {
	unsigned int order;
	long usage; /* after the charge, the stock included */
};

static const struct order_case order_cases[] = {
	{ 0, 64 }, { 1, 64 }, { 5, 64 }, { 6, 64 }, { 7, 128 }, { 9, 512 },
};

static void order_case_name(const struct order_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "order %u", c->order);
}

KUNIT_ARRAY_PARAM(order_case, order_cases, order_case_name);

static void a_large_page_is_charged_without_rounding(struct kunit *test)
{
	const struct order_case *c = test->param_value;
	struct charge_test *t = test->priv;
	struct page *page = get_charged(test, __GFP_COMP, c->order);

	expect_usage(test, c->usage);
	drain(t);
	expect_usage(test, 1L << c->order);
	put_page(page);
	expect_usage(test, 0);
}

static void put_page_uncharges_at_once(struct kunit *test)
{
	const struct order_case *c = test->param_value;
	struct page *page = get_charged(test, __GFP_COMP, c->order);

	put_page(page);
	expect_usage(test, c->usage - (1L << c->order));
}

/* A stock above one batch is drained whole; up to that it just grows. */
static void __free_pages_uncharges_into_the_stock(struct kunit *test)
{
	const struct order_case *c = test->param_value;
	struct charge_test *t = test->priv;
	struct page *page = get_charged(test, __GFP_COMP, c->order);

	__free_pages(page, c->order);
	expect_usage(test, c->order <= 6 ? BATCH : 0);
	drain(t);
	expect_usage(test, 0);
}

static void what_was_freed_into_the_stock_is_charged_from_it(struct kunit *test)
{
	struct page *page = get_charged(test, 0, 6);

	expect_usage(test, BATCH);
	__free_pages(page, 6);
	get_many_charged(test, BATCH);
	expect_usage(test, BATCH);
	put_many(test, BATCH);
}

static void a_stock_above_a_batch_is_given_back(struct kunit *test)
{
	struct charge_test *t = test->priv;

	get_many_charged(test, BATCH + 1);
	expect_usage(test, 2 * BATCH);
	/* 63 are in the stock. */
	__free_page(t->page[BATCH]);
	expect_usage(test, 2 * BATCH);
	__free_page(t->page[BATCH - 1]);
	expect_usage(test, BATCH - 1);
	put_many(test, BATCH - 1);
	expect_usage(test, 0);
}

static void a_charge_to_another_group_takes_the_stock_over(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *mine = get_charged(test, 0, 0), *theirs;
	unsigned long before = page_counter_read(&t->other->memory);

	theirs = alloc_for(t->other, GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, theirs);
	expect_usage(test, 1);
	/* And the other way round: the charges of a group are its own. */
	put_page(get_charged(test, 0, 0));
	KUNIT_EXPECT_EQ(test, page_counter_read(&t->other->memory), before + 1);
	put_page(mine);
	put_page(theirs);
}

static void release_pages_uncharges_at_once(struct kunit *test)
{
	struct charge_test *t = test->priv;

	get_many_charged(test, 10);
	get_page(t->page[4]);
	release_pages(t->page, 10);
	expect_usage(test, BATCH - 9);
	put_page(t->page[4]);
	expect_usage(test, BATCH - 10);
}

static void a_page_is_uncharged_with_its_last_reference(struct kunit *test)
{
	struct page *page = get_charged(test, 0, 0);

	get_page(page);
	put_page(page);
	expect_usage(test, BATCH);
	put_page(page);
	expect_usage(test, BATCH - 1);
}

/* --- whose a page is --- */

static void a_charged_page_names_its_group(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page = get_charged(test, 0, 0);

	KUNIT_EXPECT_TRUE(test, PageMemcgKmem(page));
	KUNIT_EXPECT_PTR_EQ(test, page_memcg(page), t->child);
	KUNIT_EXPECT_NE(test, page->memcg_data, 0UL);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
}

static void __free_page_forgets_the_group_too(struct kunit *test)
{
	struct page *page = get_charged(test, 0, 0);

	__free_page(page);
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
}

static void tails_carry_no_charge(struct kunit *test)
{
	struct page *page = get_charged(test, __GFP_COMP, 1);

	KUNIT_EXPECT_TRUE(test, PageMemcgKmem(page));
	KUNIT_EXPECT_EQ(test, page[1].memcg_data, 0UL);
	put_page(page);
}

static void without_the_flag_nobody_pays(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct mem_cgroup *before = set_active_memcg(t->child);
	struct page *page = alloc_page(GFP_KERNEL);

	set_active_memcg(before);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
	KUNIT_EXPECT_NULL(test, page_memcg(page));
	expect_usage(test, 0);
	put_page(page);
}

static void without_a_group_nobody_pays(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
	expect_usage(test, 0);
	put_page(page);
}

static void set_active_memcg_returns_the_one_before(struct kunit *test)
{
	struct charge_test *t = test->priv;

	KUNIT_EXPECT_NULL(test, set_active_memcg(t->child));
	KUNIT_EXPECT_PTR_EQ(test, set_active_memcg(t->other), t->child);
	KUNIT_EXPECT_PTR_EQ(test, set_active_memcg(NULL), t->other);
}

/* --- parts of a charged block --- */

static void each_page_of_a_split_block_carries_its_part(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page = get_charged(test, 0, 2);
	int i;

	drain(t);
	split_page(page, 2);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, page_memcg(page + i), t->child);
	for (i = 3; i >= 0; i--) {
		put_page(page + i);
		expect_usage(test, i);
	}
}

/* A bug of 6.1: the rest is freed by pages that know of no charge, and nobody uncharges it. */
static void what_free_pages_frees_of_a_referenced_block_stays_charged(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page = get_charged(test, 0, 2);

	drain(t);
	get_page(page);
	__free_pages(page, 2);
	expect_usage(test, 4);
	put_page(page);
	expect_usage(test, 3);
	/* For the groups to be able to go. */
	page_counter_uncharge(&t->child->memory, 3);
}

/* --- limits --- */

#define NOWAIT_GFP (GFP_NOWAIT | __GFP_NOWARN)

static void below_a_limit_pages_are_charged_one_by_one(struct kunit *test)
{
	struct charge_test *t = test->priv;
	int i;

	KUNIT_ASSERT_EQ(test, page_counter_set_max(&t->child->memory, t->child_before + 5), 0);
	for (i = 0; i < 5; i++) {
		t->page[i] = alloc_for(t->child, NOWAIT_GFP, 0);
		KUNIT_ASSERT_NOT_NULL(test, t->page[i]);
		expect_usage(test, i + 1);
	}
	/* The batch was refused each time. */
	KUNIT_EXPECT_EQ(test, t->child->memory.failcnt, 5UL);
	put_many(test, 5);
}

static void at_the_limit_an_allocation_fails(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page;

	page_counter_set_max(&t->child->memory, t->child_before + 1);
	page = alloc_for(t->child, NOWAIT_GFP, 0);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_NULL(test, alloc_for(t->child, NOWAIT_GFP, 0));
	expect_usage(test, 1);
	/* Refused as a batch for the first page, as a batch and alone for the second. */
	KUNIT_EXPECT_EQ(test, t->child->memory.failcnt, 3UL);
	put_page(page);
}

static void the_limit_of_the_parent_counts_as_well(struct kunit *test)
{
	struct charge_test *t = test->priv;

	page_counter_set_max(&t->parent->memory, t->parent_before + 3);
	KUNIT_EXPECT_NULL(test, alloc_for(t->child, NOWAIT_GFP, 2));
	expect_usage(test, 0);
	KUNIT_EXPECT_EQ(test, t->child->memory.failcnt, 0UL);
	KUNIT_EXPECT_EQ(test, t->parent->memory.failcnt, 2UL);
}

/* There is no reserve for atomic allocations: they go above the limit. */
static void an_atomic_allocation_is_charged_above_the_limit(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page;

	page_counter_set_max(&t->child->memory, t->child_before);
	page = alloc_for(t->child, GFP_ATOMIC | __GFP_NOWARN, 0);
	KUNIT_ASSERT_NOT_NULL(test, page);
	expect_usage(test, 1);
	KUNIT_EXPECT_PTR_EQ(test, page_memcg(page), t->child);
	put_page(page);
	expect_usage(test, 0);
}

static void the_stock_is_used_above_the_limit(struct kunit *test)
{
	struct charge_test *t = test->priv;

	get_many_charged(test, 1);
	page_counter_set_max(&t->child->memory, t->child_before + BATCH);
	t->page[1] = alloc_for(t->child, NOWAIT_GFP, 5);
	KUNIT_EXPECT_NOT_NULL(test, t->page[1]);
	expect_usage(test, BATCH);
	/* 31 are left in the stock: not enough, and no room for more. */
	KUNIT_EXPECT_NULL(test, alloc_for(t->child, NOWAIT_GFP, 5));
	expect_usage(test, BATCH);
	if (t->page[1])
		__free_pages(t->page[1], 5);
	put_page(t->page[0]);
}

#define NORETRY_GFP (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

/* As a batch, alone, and once more when the stocks have been drained. */
static void a_charge_that_may_wait_looks_again_after_a_drain(struct kunit *test)
{
	struct charge_test *t = test->priv;

	page_counter_set_max(&t->child->memory, t->child_before);
	KUNIT_EXPECT_NULL(test, alloc_for(t->child, NORETRY_GFP, 0));
	KUNIT_EXPECT_EQ(test, t->child->memory.failcnt, 3UL);
	expect_usage(test, 0);
}

static void a_charge_that_may_wait_gets_what_a_sibling_has_in_stock(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct mem_cgroup *sibling = make_group(t->parent);
	struct page *page, *theirs;
	unsigned long before;

	KUNIT_ASSERT_NOT_NULL(test, sibling);
	drain(t);
	before = page_counter_read(&t->parent->memory);
	page = get_charged(test, 0, 0);
	page_counter_set_max(&t->parent->memory, before + BATCH);
	KUNIT_EXPECT_NULL(test, alloc_for(sibling, NOWAIT_GFP, 0));
	KUNIT_EXPECT_EQ(test, page_counter_read(&t->parent->memory), before + BATCH);
	theirs = alloc_for(sibling, NORETRY_GFP, 0);
	KUNIT_EXPECT_NOT_NULL(test, theirs);
	KUNIT_EXPECT_EQ(test, child_usage(t), 1L);
	KUNIT_EXPECT_EQ(test, page_counter_read(&sibling->memory), 1UL);
	if (theirs)
		put_page(theirs);
	put_page(page);
	world_memcg_destroy(sibling);
}

/* --- socket memory --- */

static void socket_memory_is_charged_like_pages(struct kunit *test)
{
	struct charge_test *t = test->priv;

	KUNIT_EXPECT_TRUE(test, mem_cgroup_charge_skmem(t->child, 100, GFP_NOWAIT));
	expect_usage(test, 100);
	KUNIT_EXPECT_TRUE(test, mem_cgroup_charge_skmem(t->child, 10, GFP_NOWAIT));
	expect_usage(test, 100 + BATCH);
	/* 54 and 10 in the stock are a batch; 100 more are too many, and all go. */
	mem_cgroup_uncharge_skmem(t->child, 10);
	expect_usage(test, 100 + BATCH);
	mem_cgroup_uncharge_skmem(t->child, 100);
	expect_usage(test, 0);
}

static void socket_memory_is_refused_at_the_limit(struct kunit *test)
{
	struct charge_test *t = test->priv;

	page_counter_set_max(&t->child->memory, t->child_before + 9);
	KUNIT_EXPECT_FALSE(test, mem_cgroup_charge_skmem(t->child, 10, GFP_NOWAIT));
	expect_usage(test, 0);
	KUNIT_EXPECT_TRUE(test, mem_cgroup_charge_skmem(t->child, 9, GFP_NOWAIT));
	expect_usage(test, 9);
	mem_cgroup_uncharge_skmem(t->child, 9);
	drain(t);
	expect_usage(test, 0);
}

static void socket_memory_is_forced_above_the_limit(struct kunit *test)
{
	struct charge_test *t = test->priv;

	page_counter_set_max(&t->child->memory, t->child_before + 9);
	KUNIT_EXPECT_TRUE(test, mem_cgroup_charge_skmem(t->child, 10, GFP_NOWAIT | __GFP_NOFAIL));
	expect_usage(test, 10);
	mem_cgroup_uncharge_skmem(t->child, 10);
	drain(t);
	expect_usage(test, 0);
}

static void sockets_and_pages_share_the_stock(struct kunit *test)
{
	struct charge_test *t = test->priv;

	KUNIT_EXPECT_TRUE(test, mem_cgroup_charge_skmem(t->child, 1, GFP_NOWAIT));
	get_many_charged(test, 10);
	expect_usage(test, BATCH);
	mem_cgroup_uncharge_skmem(t->child, 1);
	drain(t);
	expect_usage(test, 10);
	put_many(test, 10);
}

/* --- pages of processes and files --- */

/* As a page of a process or a file is charged: to the group itself, not through an objcg. */
static struct page *get_user_charged(struct kunit *test, unsigned int order)
{
	struct charge_test *t = test->priv;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);
	struct mem_cgroup *before;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, page);
	before = set_active_memcg(t->child);
	err = mem_cgroup_charge(page_folio(page), NULL, GFP_KERNEL);
	set_active_memcg(before);
	KUNIT_ASSERT_EQ(test, err, 0);
	return page;
}

static void a_user_page_names_its_group_without_an_objcg(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page = get_user_charged(test, 0);

	KUNIT_EXPECT_FALSE(test, PageMemcgKmem(page));
	KUNIT_EXPECT_PTR_EQ(test, page_memcg(page), t->child);
	KUNIT_EXPECT_EQ(test, page->memcg_data, (unsigned long)t->child);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
}

static void a_user_page_is_charged_in_batches_and_uncharged_at_once(struct kunit *test)
{
	const struct order_case *c = test->param_value;
	struct charge_test *t = test->priv;
	struct page *page = get_user_charged(test, c->order);

	expect_usage(test, c->usage);
	put_page(page);
	expect_usage(test, c->usage - (1L << c->order));
	drain(t);
	expect_usage(test, 0);
}

static void user_and_kernel_pages_share_the_stock(struct kunit *test)
{
	struct page *user = get_user_charged(test, 0);

	get_many_charged(test, BATCH - 1);
	expect_usage(test, BATCH);
	put_page(user);
	put_many(test, BATCH - 1);
	expect_usage(test, 0);
}

static void uncharging_by_hand_leaves_an_uncharged_page(struct kunit *test)
{
	struct page *page = get_user_charged(test, 0);

	mem_cgroup_uncharge(page_folio(page));
	expect_usage(test, BATCH - 1);
	KUNIT_EXPECT_EQ(test, page->memcg_data, 0UL);
	put_page(page);
	expect_usage(test, BATCH - 1);
}

static void release_pages_uncharges_both_kinds(struct kunit *test)
{
	struct charge_test *t = test->priv;

	t->page[0] = get_charged(test, 0, 0);
	t->page[1] = get_user_charged(test, 0);
	t->page[2] = get_charged(test, __GFP_COMP, 2);
	t->page[3] = get_user_charged(test, 2);
	expect_usage(test, BATCH);
	release_pages(t->page, 4);
	expect_usage(test, BATCH - 10);
	drain(t);
	expect_usage(test, 0);
}

/* Uncharged in runs of pages of one group: every change of the group ends one. */
static void release_pages_uncharges_every_group_its_own(struct kunit *test)
{
	struct charge_test *t = test->priv;
	unsigned long before;
	int i;

	/* The child's charge drains what the other group has in stock. */
	put_page(get_charged(test, 0, 0));
	before = page_counter_read(&t->other->memory);
	for (i = 0; i < 6; i++)
		t->page[i] = alloc_for(i % 2 ? t->other : t->child, GFP_KERNEL, i == 4);
	for (i = 0; i < 6; i++)
		KUNIT_ASSERT_NOT_NULL(test, t->page[i]);
	drain(t);
	expect_usage(test, 4);
	/* The blocks of two are not compound: their second page has no charge of its own. */
	split_page(t->page[4], 1);
	t->page[6] = t->page[4] + 1;
	release_pages(t->page, 7);
	expect_usage(test, 0);
	put_page(get_charged(test, 0, 0));
	KUNIT_EXPECT_EQ(test, page_counter_read(&t->other->memory), before);
}

/* It is not moved: the group lives on, unseen, until the page is gone. */
static void a_user_page_keeps_its_removed_group(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page = get_user_charged(test, 9);
	struct mem_cgroup *child = t->child;
	unsigned long before;

	world_memcg_destroy(t->child);
	t->child = NULL;
	KUNIT_EXPECT_PTR_EQ(test, page_memcg(page), child);
	before = page_counter_read(&t->parent->memory);
	put_page(page);
	KUNIT_EXPECT_EQ(test, before - page_counter_read(&t->parent->memory), 512UL);
}

/* --- allocators that charge --- */

/* The bulk allocator cannot charge: it allocates one page in the ordinary way. */
static void a_charged_bulk_is_one_page(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct mem_cgroup *before = set_active_memcg(t->child);
	unsigned long nr =
		alloc_pages_bulk_array_node(GFP_KERNEL | __GFP_ACCOUNT, NUMA_NO_NODE, 8, t->page);

	set_active_memcg(before);
	KUNIT_EXPECT_EQ(test, nr, 1UL);
	KUNIT_EXPECT_NULL(test, t->page[1]);
	KUNIT_EXPECT_PTR_EQ(test, page_memcg(t->page[0]), t->child);
	expect_usage(test, BATCH);
	put_many(test, nr);
}

static void a_pool_that_charges_gets_its_pages_one_by_one(struct kunit *test)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE };
	struct page_pool *pool = page_pool_create(&params);
	struct charge_test *t = test->priv;
	struct mem_cgroup *before;
	struct page *page;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pool);
	before = set_active_memcg(t->child);
	local_bh_disable();
	page = page_pool_alloc_pages(pool, GFP_ATOMIC | __GFP_ACCOUNT);
	local_bh_enable();
	set_active_memcg(before);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, pool->pages_state_hold_cnt, 1U);
	KUNIT_EXPECT_EQ(test, pool->alloc.count, 0U);
	if (page)
		page_pool_put_full_page(pool, page, false);
	/* Recycled is not freed: it is charged for as long as the pool keeps it. */
	drain(t);
	expect_usage(test, 1);
	page_pool_destroy(pool);
	expect_usage(test, 0);
}

/* --- a group goes --- */

static void the_charge_of_a_removed_group_is_the_parents(struct kunit *test)
{
	struct charge_test *t = test->priv;
	struct page *page = get_charged(test, __GFP_COMP, 9);
	unsigned long before;

	world_memcg_destroy(t->child);
	t->child = NULL;
	KUNIT_EXPECT_PTR_EQ(test, page_memcg(page), t->parent);
	before = page_counter_read(&t->parent->memory);
	put_page(page);
	KUNIT_EXPECT_EQ(test, before - page_counter_read(&t->parent->memory), 512UL);
}

static int memcg_charge_test_init(struct kunit *test)
{
	struct charge_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	test->priv = t;
	t->parent = make_group(NULL);
	t->child = t->parent ? make_group(t->parent) : NULL;
	t->other = make_group(NULL);
	if (!t->child || !t->other)
		return -ENOMEM;
	drain(t);
	t->parent_before = page_counter_read(&t->parent->memory);
	t->child_before = page_counter_read(&t->child->memory);
	return 0;
}

static void memcg_charge_test_exit(struct kunit *test)
{
	struct charge_test *t = test->priv;

	if (!t)
		return;
	if (t->child)
		world_memcg_destroy(t->child);
	if (t->parent)
		world_memcg_destroy(t->parent);
	if (t->other)
		world_memcg_destroy(t->other);
}

static struct kunit_case memcg_charge_test_cases[] = {
	KUNIT_CASE(the_first_charge_takes_a_batch),
	KUNIT_CASE(the_rest_of_a_batch_serves_the_next_charges),
	KUNIT_CASE(the_charge_after_a_batch_takes_another),
	KUNIT_CASE(a_drain_leaves_what_pages_weigh),
	KUNIT_CASE_PARAM(a_large_page_is_charged_without_rounding, order_case_gen_params),
	KUNIT_CASE_PARAM(put_page_uncharges_at_once, order_case_gen_params),
	KUNIT_CASE_PARAM(__free_pages_uncharges_into_the_stock, order_case_gen_params),
	KUNIT_CASE(what_was_freed_into_the_stock_is_charged_from_it),
	KUNIT_CASE(a_stock_above_a_batch_is_given_back),
	KUNIT_CASE(a_charge_to_another_group_takes_the_stock_over),
	KUNIT_CASE(release_pages_uncharges_at_once),
	KUNIT_CASE(a_page_is_uncharged_with_its_last_reference),
	KUNIT_CASE(a_charged_page_names_its_group),
	KUNIT_CASE(__free_page_forgets_the_group_too),
	KUNIT_CASE(tails_carry_no_charge),
	KUNIT_CASE(without_the_flag_nobody_pays),
	KUNIT_CASE(without_a_group_nobody_pays),
	KUNIT_CASE(set_active_memcg_returns_the_one_before),
	KUNIT_CASE(each_page_of_a_split_block_carries_its_part),
	KUNIT_CASE(what_free_pages_frees_of_a_referenced_block_stays_charged),
	KUNIT_CASE(below_a_limit_pages_are_charged_one_by_one),
	KUNIT_CASE(at_the_limit_an_allocation_fails),
	KUNIT_CASE(the_limit_of_the_parent_counts_as_well),
	KUNIT_CASE(an_atomic_allocation_is_charged_above_the_limit),
	KUNIT_CASE(the_stock_is_used_above_the_limit),
	KUNIT_CASE(a_charge_that_may_wait_looks_again_after_a_drain),
	KUNIT_CASE(a_charge_that_may_wait_gets_what_a_sibling_has_in_stock),
	KUNIT_CASE(socket_memory_is_charged_like_pages),
	KUNIT_CASE(socket_memory_is_refused_at_the_limit),
	KUNIT_CASE(socket_memory_is_forced_above_the_limit),
	KUNIT_CASE(sockets_and_pages_share_the_stock),
	KUNIT_CASE(a_user_page_names_its_group_without_an_objcg),
	KUNIT_CASE_PARAM(a_user_page_is_charged_in_batches_and_uncharged_at_once,
			 order_case_gen_params),
	KUNIT_CASE(user_and_kernel_pages_share_the_stock),
	KUNIT_CASE(uncharging_by_hand_leaves_an_uncharged_page),
	KUNIT_CASE(release_pages_uncharges_both_kinds),
	KUNIT_CASE(release_pages_uncharges_every_group_its_own),
	KUNIT_CASE(a_user_page_keeps_its_removed_group),
	KUNIT_CASE(a_charged_bulk_is_one_page),
	KUNIT_CASE(a_pool_that_charges_gets_its_pages_one_by_one),
	KUNIT_CASE(the_charge_of_a_removed_group_is_the_parents),
	{}
};

static struct kunit_suite memcg_charge_test_suite = {
	.name = "memcg_charge",
	.init = memcg_charge_test_init,
	.exit = memcg_charge_test_exit,
	.test_cases = memcg_charge_test_cases,
};

kunit_test_suite(memcg_charge_test_suite);

MODULE_LICENSE("GPL");
