/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Hierarchical page counters: which levels a charge reaches, who refuses it, and what a
 * refused charge leaves behind.
 *
 * Models: include/linux/page_counter.h and mm/page_counter.c, 6.1.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/page_counter.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define NR_LEVELS 3
#define NR_CHARGERS 4
#define NO_LEVEL (-1)

/* level[0] is charged; level[2] is the root. */
struct hierarchy {
	struct page_counter level[NR_LEVELS];
};

static void expect_usage(struct kunit *test, unsigned long level0, unsigned long level1,
			 unsigned long level2)
{
	struct hierarchy *h = test->priv;

	KUNIT_EXPECT_EQ(test, page_counter_read(&h->level[0]), level0);
	KUNIT_EXPECT_EQ(test, page_counter_read(&h->level[1]), level1);
	KUNIT_EXPECT_EQ(test, page_counter_read(&h->level[2]), level2);
}

/* A limit of 0 here means that the level is left as page_counter_init() made it. */
struct try_case {
	const char *name;
	unsigned long max[NR_LEVELS];
	unsigned long before; /* charged to all levels */
	unsigned long nr_pages;
	int full; /* the level that refuses */
};

static const struct try_case try_cases[] = {
	{ "without limits", { 0, 0, 0 }, 0, 1, NO_LEVEL },
	{ "of nothing", { 0, 0, 0 }, 0, 0, NO_LEVEL },
	{ "of nothing at the limit", { 5, 5, 5 }, 5, 0, NO_LEVEL },
	{ "up to the limit of its own level", { 8, 0, 0 }, 3, 5, NO_LEVEL },
	{ "up to the limit of the middle", { 0, 8, 0 }, 3, 5, NO_LEVEL },
	{ "up to the limit of the root", { 0, 0, 8 }, 3, 5, NO_LEVEL },
	{ "up to all limits at once", { 8, 8, 8 }, 3, 5, NO_LEVEL },
	{ "one above its own limit", { 8, 0, 0 }, 3, 6, 0 },
	{ "one above the limit of the middle", { 0, 8, 0 }, 3, 6, 1 },
	{ "one above the limit of the root", { 0, 0, 8 }, 3, 6, 2 },
	{ "above two limits names the lower level", { 0, 8, 8 }, 3, 6, 1 },
	{ "above all limits names the lowest level", { 8, 8, 8 }, 3, 6, 0 },
	{ "above the root only when the others are wider", { 20, 10, 8 }, 3, 6, 2 },
	{ "above the largest limit there is", { 0, 0, 0 }, 0, PAGE_COUNTER_MAX + 1, 0 },
	{ "of the largest limit there is", { 0, 0, 0 }, 0, PAGE_COUNTER_MAX, NO_LEVEL },
	{ "that makes the count negative", { 0, 0, 0 }, 1, LONG_MAX, 0 },
};

static void try_case_name(const struct try_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "a charge %s", c->name);
}

KUNIT_ARRAY_PARAM(try_case, try_cases, try_case_name);

static void prepare_try_case(struct hierarchy *h, const struct try_case *c)
{
	int i;

	page_counter_charge(&h->level[0], c->before);
	for (i = 0; i < NR_LEVELS; i++)
		if (c->max[i])
			h->level[i].max = c->max[i];
}

static void a_charge_reaches_all_levels_or_none(struct kunit *test)
{
	const struct try_case *c = test->param_value;
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;
	unsigned long after = c->before + (c->full == NO_LEVEL ? c->nr_pages : 0);

	prepare_try_case(h, c);
	KUNIT_EXPECT_EQ(test, page_counter_try_charge(&h->level[0], c->nr_pages, &fail),
			c->full == NO_LEVEL);
	KUNIT_EXPECT_PTR_EQ(test, fail, c->full == NO_LEVEL ? NULL : &h->level[c->full]);
	expect_usage(test, after, after, after);
}

static void a_refused_charge_is_counted_where_it_was_refused(struct kunit *test)
{
	const struct try_case *c = test->param_value;
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;
	int i;

	prepare_try_case(h, c);
	page_counter_try_charge(&h->level[0], c->nr_pages, &fail);
	for (i = 0; i < NR_LEVELS; i++)
		KUNIT_EXPECT_EQ(test, h->level[i].failcnt, c->full == i ? 1UL : 0UL);
}

/* Levels below the one that refuses have been charged for a moment: their maximum shows it. */
static void a_refused_charge_raises_watermarks_below_only(struct kunit *test)
{
	const struct try_case *c = test->param_value;
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;
	int i, reached = c->full == NO_LEVEL ? NR_LEVELS : c->full;

	prepare_try_case(h, c);
	page_counter_try_charge(&h->level[0], c->nr_pages, &fail);
	for (i = 0; i < NR_LEVELS; i++)
		KUNIT_EXPECT_EQ(test, h->level[i].watermark,
				c->before + (i < reached ? c->nr_pages : 0));
}

static void a_new_counter_is_empty_and_unlimited(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	expect_usage(test, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, h->level[0].max, (unsigned long)PAGE_COUNTER_MAX);
	KUNIT_EXPECT_PTR_EQ(test, h->level[0].parent, &h->level[1]);
	KUNIT_EXPECT_NULL(test, h->level[2].parent);
}

static void the_largest_limit_fits_a_long_in_bytes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (unsigned long)PAGE_COUNTER_MAX, (unsigned long)LONG_MAX / PAGE_SIZE);
}

static void a_charge_starts_at_the_level_it_is_made_at(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;

	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(&h->level[1], 4, &fail));
	expect_usage(test, 0, 4, 4);
	page_counter_charge(&h->level[2], 3);
	expect_usage(test, 0, 4, 7);
}

static void charge_looks_at_no_limit(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	h->level[0].max = 1;
	h->level[1].max = 2;
	page_counter_charge(&h->level[0], 10);
	expect_usage(test, 10, 10, 10);
	KUNIT_EXPECT_EQ(test, h->level[0].failcnt, 0UL);
	KUNIT_EXPECT_EQ(test, h->level[0].watermark, 10UL);
}

static void after_a_forced_charge_the_smallest_one_is_refused(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;

	h->level[1].max = 5;
	page_counter_charge(&h->level[0], 6);
	/* Even nothing is too much for a counter above its limit. */
	KUNIT_EXPECT_FALSE(test, page_counter_try_charge(&h->level[0], 0, &fail));
	KUNIT_EXPECT_PTR_EQ(test, fail, &h->level[1]);
	expect_usage(test, 6, 6, 6);
}

static void uncharge_takes_from_all_levels(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], 10);
	page_counter_charge(&h->level[1], 5);
	page_counter_uncharge(&h->level[0], 4);
	expect_usage(test, 6, 11, 11);
	page_counter_uncharge(&h->level[1], 5);
	expect_usage(test, 6, 6, 6);
}

static void cancel_takes_from_one_level(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], 10);
	page_counter_cancel(&h->level[1], 3);
	expect_usage(test, 10, 7, 10);
}

static void siblings_share_the_limit_of_their_parent(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *sibling = kunit_kzalloc(test, sizeof(*sibling), GFP_KERNEL);
	struct page_counter *fail = NULL;

	KUNIT_ASSERT_NOT_NULL(test, sibling);
	page_counter_init(sibling, &h->level[1]);
	h->level[1].max = 10;
	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(&h->level[0], 6, &fail));
	KUNIT_EXPECT_FALSE(test, page_counter_try_charge(sibling, 5, &fail));
	KUNIT_EXPECT_PTR_EQ(test, fail, &h->level[1]);
	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(sibling, 4, &fail));
	KUNIT_EXPECT_EQ(test, page_counter_read(sibling), 4UL);
	expect_usage(test, 6, 10, 10);
}

static void a_successful_charge_leaves_fail_alone(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail = &h->level[2];

	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(&h->level[0], 1, &fail));
	KUNIT_EXPECT_PTR_EQ(test, fail, &h->level[2]);
}

static void the_watermark_is_the_largest_usage_so_far(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], 9);
	page_counter_uncharge(&h->level[0], 9);
	page_counter_charge(&h->level[0], 4);
	KUNIT_EXPECT_EQ(test, h->level[0].watermark, 9UL);
	KUNIT_EXPECT_EQ(test, h->level[2].watermark, 9UL);
	page_counter_charge(&h->level[0], 6);
	KUNIT_EXPECT_EQ(test, h->level[0].watermark, 10UL);
}

static void every_refusal_is_counted(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail;
	int i;

	h->level[2].max = 2;
	for (i = 0; i < 7; i++)
		page_counter_try_charge(&h->level[0], 3, &fail);
	KUNIT_EXPECT_EQ(test, h->level[2].failcnt, 7UL);
	KUNIT_EXPECT_EQ(test, h->level[0].failcnt, 0UL);
}

static void init_again_keeps_watermark_and_failcnt(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *counter = &h->level[0], *fail;

	counter->max = 5;
	page_counter_charge(counter, 4);
	page_counter_try_charge(counter, 2, &fail);
	page_counter_init(counter, NULL);
	KUNIT_EXPECT_EQ(test, page_counter_read(counter), 0UL);
	KUNIT_EXPECT_EQ(test, counter->max, (unsigned long)PAGE_COUNTER_MAX);
	KUNIT_EXPECT_NULL(test, counter->parent);
	KUNIT_EXPECT_EQ(test, counter->watermark, 4UL);
	KUNIT_EXPECT_EQ(test, counter->failcnt, 1UL);
}

struct max_case {
	const char *name;
	unsigned long usage;
	unsigned long old_max;
	unsigned long new_max;
	int result;
};

static const struct max_case max_cases[] = {
	{ "above the usage", 5, 100, 6, 0 },
	{ "at the usage", 5, 100, 5, 0 },
	{ "one below the usage", 5, 100, 4, -EBUSY },
	{ "of 0 over an empty counter", 0, 100, 0, 0 },
	{ "of 0 over a used counter", 1, 100, 0, -EBUSY },
	{ "that is higher", 5, 10, 20, 0 },
	{ "that is the same", 5, 10, 10, 0 },
	{ "that is the largest", 5, 10, PAGE_COUNTER_MAX, 0 },
	{ "that is higher but still below the usage", 50, 10, 20, -EBUSY },
};

static void max_case_name(const struct max_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "a limit %s", c->name);
}

KUNIT_ARRAY_PARAM(max_case, max_cases, max_case_name);

static void set_max_refuses_a_limit_below_the_usage(struct kunit *test)
{
	const struct max_case *c = test->param_value;
	struct page_counter *counter = &((struct hierarchy *)test->priv)->level[0];

	page_counter_charge(counter, c->usage);
	counter->max = c->old_max;
	KUNIT_EXPECT_EQ(test, page_counter_set_max(counter, c->new_max), c->result);
	KUNIT_EXPECT_EQ(test, counter->max, c->result ? c->old_max : c->new_max);
	KUNIT_EXPECT_EQ(test, page_counter_read(counter), c->usage);
}

static void set_max_limits_the_next_charge(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;

	KUNIT_EXPECT_EQ(test, page_counter_set_max(&h->level[1], 3), 0);
	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(&h->level[0], 3, &fail));
	KUNIT_EXPECT_FALSE(test, page_counter_try_charge(&h->level[0], 1, &fail));
	KUNIT_EXPECT_EQ(test, page_counter_set_max(&h->level[1], 4), 0);
	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(&h->level[0], 1, &fail));
}

static void set_max_looks_at_its_own_level_only(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], 9);
	page_counter_charge(&h->level[1], 1);
	KUNIT_EXPECT_EQ(test, page_counter_set_max(&h->level[0], 9), 0);
	KUNIT_EXPECT_EQ(test, page_counter_set_max(&h->level[1], 9), -EBUSY);
	KUNIT_EXPECT_EQ(test, h->level[2].max, (unsigned long)PAGE_COUNTER_MAX);
}

static void set_high_changes_no_other_limit(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail = NULL;

	page_counter_set_high(&h->level[0], 2);
	KUNIT_EXPECT_EQ(test, h->level[0].high, 2UL);
	KUNIT_EXPECT_EQ(test, h->level[0].max, (unsigned long)PAGE_COUNTER_MAX);
	KUNIT_EXPECT_TRUE(test, page_counter_try_charge(&h->level[0], 50, &fail));
}

/* More uncharges than charges are reported once, and the level starts again from 0. */
static void an_uncharge_too_many_stops_each_level_at_0(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], 2);
	page_counter_charge(&h->level[2], 5);
	page_counter_uncharge(&h->level[0], 3);
	expect_usage(test, 0, 0, 4);
	page_counter_charge(&h->level[0], 1);
	expect_usage(test, 1, 1, 5);
}

struct protect_case {
	const char *name;
	unsigned long protection;
	unsigned long usage;
	unsigned long shown; /* in the parent */
};

static const struct protect_case protect_cases[] = {
	{ "no protection", 0, 9, 0 },
	{ "more protection than usage", 10, 4, 4 },
	{ "as much protection as usage", 7, 7, 7 },
	{ "less protection than usage", 3, 8, 3 },
	{ "protection of an empty counter", 6, 0, 0 },
};

static void protect_case_name(const struct protect_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(protect_case, protect_cases, protect_case_name);

static void min_shows_the_protected_usage_in_the_parent(struct kunit *test)
{
	const struct protect_case *c = test->param_value;
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], c->usage);
	page_counter_set_min(&h->level[0], c->protection);
	KUNIT_EXPECT_EQ(test, h->level[0].min, c->protection);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[0].min_usage), (long)c->shown);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), (long)c->shown);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_low_usage), 0L);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[2].children_min_usage), 0L);
}

static void low_shows_the_protected_usage_in_the_parent(struct kunit *test)
{
	const struct protect_case *c = test->param_value;
	struct hierarchy *h = test->priv;

	page_counter_set_low(&h->level[0], c->protection);
	page_counter_charge(&h->level[0], c->usage);
	KUNIT_EXPECT_EQ(test, h->level[0].low, c->protection);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[0].low_usage), (long)c->shown);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_low_usage), (long)c->shown);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), 0L);
}

/* Charged first, protected afterwards; and the other way round for min. */
static void protection_may_be_set_before_or_after_the_charge(struct kunit *test)
{
	const struct protect_case *c = test->param_value;
	struct hierarchy *h = test->priv;

	page_counter_set_min(&h->level[0], c->protection);
	page_counter_charge(&h->level[0], c->usage);
	page_counter_set_low(&h->level[0], c->protection);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), (long)c->shown);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_low_usage), (long)c->shown);
	page_counter_set_low(&h->level[0], 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[0].low_usage), 0L);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_low_usage), 0L);
}

static void protection_of_the_middle_shows_in_the_root(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_charge(&h->level[0], 6);
	page_counter_set_min(&h->level[1], 4);
	page_counter_set_low(&h->level[1], 9);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[2].children_min_usage), 4L);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[2].children_low_usage), 6L);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_low_usage), 0L);
	/* The root has nobody to show it to. */
	page_counter_set_min(&h->level[2], 5);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[2].min_usage), 0L);
	page_counter_uncharge(&h->level[0], 5);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[2].children_min_usage), 1L);
}

static void protected_usage_follows_charge_and_uncharge(struct kunit *test)
{
	struct hierarchy *h = test->priv;

	page_counter_set_min(&h->level[0], 5);
	page_counter_charge(&h->level[0], 3);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), 3L);
	page_counter_charge(&h->level[0], 4);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), 5L);
	page_counter_uncharge(&h->level[0], 6);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), 1L);
	page_counter_set_min(&h->level[0], 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), 0L);
}

static void protected_usage_of_siblings_adds_up(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *sibling = kunit_kzalloc(test, sizeof(*sibling), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sibling);
	page_counter_init(sibling, &h->level[1]);
	page_counter_set_low(&h->level[0], 2);
	page_counter_set_low(sibling, 3);
	page_counter_charge(&h->level[0], 9);
	page_counter_charge(sibling, 9);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_low_usage), 5L);
}

/* The refused charge was there for a moment; its protection must go away with it. */
static void a_refused_charge_leaves_no_protected_usage(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct page_counter *fail;

	page_counter_set_min(&h->level[0], 50);
	h->level[2].max = 5;
	page_counter_charge(&h->level[0], 2);
	KUNIT_EXPECT_FALSE(test, page_counter_try_charge(&h->level[0], 4, &fail));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[0].min_usage), 2L);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&h->level[1].children_min_usage), 2L);
}

struct parse_case {
	const char *text;
	unsigned long nr_pages;
	int result;
};

static const struct parse_case parse_cases[] = {
	{ "max", PAGE_COUNTER_MAX, 0 },
	{ "0", 0, 0 },
	{ "4096", 1, 0 },
	{ "4095", 0, 0 },
	{ "8193", 2, 0 },
	{ "1k", 0, 0 },
	{ "1M", 256, 0 },
	{ "2G", 524288, 0 },
	{ "0x10000", 16, 0 },
	{ "4096 ", 0, -EINVAL },
	{ "maximum", 0, -EINVAL },
	{ "12x", 0, -EINVAL },
	{ "18446744073709551615", PAGE_COUNTER_MAX, 0 },
};

static void parse_case_name(const struct parse_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%s'", c->text);
}

KUNIT_ARRAY_PARAM(parse_case, parse_cases, parse_case_name);

static void memparse_reads_a_limit_in_bytes(struct kunit *test)
{
	const struct parse_case *c = test->param_value;
	unsigned long nr_pages = 0;

	KUNIT_EXPECT_EQ(test, page_counter_memparse(c->text, "max", &nr_pages), c->result);
	KUNIT_EXPECT_EQ(test, nr_pages, c->nr_pages);
}

/* --- several at once --- */

struct charger {
	struct work_struct work;
	struct page_counter *counter;
	unsigned long nr_pages;
	unsigned long charged;
	unsigned long refused;
	bool keep;
};

static void charge_and_uncharge(struct work_struct *work)
{
	struct charger *c = container_of(work, struct charger, work);
	struct page_counter *fail;
	int i;

	for (i = 0; i < 200; i++) {
		if (!page_counter_try_charge(c->counter, c->nr_pages, &fail)) {
			c->refused++;
		} else {
			c->charged++;
			cond_resched();
			if (!c->keep)
				page_counter_uncharge(c->counter, c->nr_pages);
		}
	}
}

static struct charger *start_chargers(struct kunit *test, bool keep)
{
	struct charger *c = kunit_kcalloc(test, NR_CHARGERS, sizeof(*c), GFP_KERNEL);
	struct hierarchy *h = test->priv;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, c);
	for (i = 0; i < NR_CHARGERS; i++) {
		INIT_WORK(&c[i].work, charge_and_uncharge);
		c[i].counter = &h->level[0];
		c[i].nr_pages = i + 1;
		c[i].keep = keep;
		queue_work(system_unbound_wq, &c[i].work);
	}
	return c;
}

static void wait_for_chargers(struct charger *c)
{
	int i;

	for (i = 0; i < NR_CHARGERS; i++)
		flush_work(&c[i].work);
}

static void racing_charges_and_uncharges_end_at_0(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct charger *c;
	int i;

	page_counter_set_max(&h->level[1], 6);
	c = start_chargers(test, false);
	wait_for_chargers(c);
	expect_usage(test, 0, 0, 0);
	KUNIT_EXPECT_LE(test, h->level[1].watermark, 6UL);
	for (i = 0; i < NR_CHARGERS; i++)
		KUNIT_EXPECT_EQ(test, c[i].charged + c[i].refused, 200UL);
}

static void racing_charges_never_stay_above_the_limit(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	unsigned long sum = 0;
	struct charger *c;
	int i;

	page_counter_set_max(&h->level[2], 300);
	c = start_chargers(test, true);
	wait_for_chargers(c);
	for (i = 0; i < NR_CHARGERS; i++)
		sum += c[i].charged * c[i].nr_pages;
	KUNIT_EXPECT_LE(test, sum, 300UL);
	/* What is charged for a moment only may cost the others at most one charge of each size. */
	KUNIT_EXPECT_GT(test, sum, 290UL);
	expect_usage(test, sum, sum, sum);
}

static void set_max_races_with_charges_and_wins_or_says_busy(struct kunit *test)
{
	struct hierarchy *h = test->priv;
	struct charger *c = start_chargers(test, false);
	unsigned long nr_pages;
	int err;

	for (nr_pages = 1; nr_pages < 50; nr_pages++) {
		err = page_counter_set_max(&h->level[0], nr_pages);
		KUNIT_EXPECT_TRUE(test, err == 0 || err == -EBUSY);
		if (!err)
			KUNIT_EXPECT_EQ(test, h->level[0].max, nr_pages);
	}
	wait_for_chargers(c);
	expect_usage(test, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, page_counter_set_max(&h->level[0], 1), 0);
}

static int page_counter_test_init(struct kunit *test)
{
	struct hierarchy *h = kunit_kzalloc(test, sizeof(*h), GFP_KERNEL);

	if (!h)
		return -ENOMEM;
	page_counter_init(&h->level[2], NULL);
	page_counter_init(&h->level[1], &h->level[2]);
	page_counter_init(&h->level[0], &h->level[1]);
	test->priv = h;
	return 0;
}

static struct kunit_case page_counter_test_cases[] = {
	KUNIT_CASE_PARAM(a_charge_reaches_all_levels_or_none, try_case_gen_params),
	KUNIT_CASE_PARAM(a_refused_charge_is_counted_where_it_was_refused, try_case_gen_params),
	KUNIT_CASE_PARAM(a_refused_charge_raises_watermarks_below_only, try_case_gen_params),
	KUNIT_CASE(a_new_counter_is_empty_and_unlimited),
	KUNIT_CASE(the_largest_limit_fits_a_long_in_bytes),
	KUNIT_CASE(a_charge_starts_at_the_level_it_is_made_at),
	KUNIT_CASE(charge_looks_at_no_limit),
	KUNIT_CASE(after_a_forced_charge_the_smallest_one_is_refused),
	KUNIT_CASE(uncharge_takes_from_all_levels),
	KUNIT_CASE(cancel_takes_from_one_level),
	KUNIT_CASE(siblings_share_the_limit_of_their_parent),
	KUNIT_CASE(a_successful_charge_leaves_fail_alone),
	KUNIT_CASE(the_watermark_is_the_largest_usage_so_far),
	KUNIT_CASE(every_refusal_is_counted),
	KUNIT_CASE(init_again_keeps_watermark_and_failcnt),
	KUNIT_CASE_PARAM(set_max_refuses_a_limit_below_the_usage, max_case_gen_params),
	KUNIT_CASE(set_max_limits_the_next_charge),
	KUNIT_CASE(set_max_looks_at_its_own_level_only),
	KUNIT_CASE(set_high_changes_no_other_limit),
	KUNIT_CASE(an_uncharge_too_many_stops_each_level_at_0),
	KUNIT_CASE_PARAM(min_shows_the_protected_usage_in_the_parent, protect_case_gen_params),
	KUNIT_CASE_PARAM(low_shows_the_protected_usage_in_the_parent, protect_case_gen_params),
	KUNIT_CASE_PARAM(protection_may_be_set_before_or_after_the_charge, protect_case_gen_params),
	KUNIT_CASE(protection_of_the_middle_shows_in_the_root),
	KUNIT_CASE(protected_usage_follows_charge_and_uncharge),
	KUNIT_CASE(protected_usage_of_siblings_adds_up),
	KUNIT_CASE(a_refused_charge_leaves_no_protected_usage),
	KUNIT_CASE_PARAM(memparse_reads_a_limit_in_bytes, parse_case_gen_params),
	KUNIT_CASE(racing_charges_and_uncharges_end_at_0),
	KUNIT_CASE(racing_charges_never_stay_above_the_limit),
	KUNIT_CASE(set_max_races_with_charges_and_wins_or_says_busy),
	{}
};

static struct kunit_suite page_counter_test_suite = {
	.name = "page_counter",
	.init = page_counter_test_init,
	.test_cases = page_counter_test_cases,
};

kunit_test_suite(page_counter_test_suite);

MODULE_LICENSE("GPL");
