/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The proposal: what a network page goes through, in a kernel that has the proposal and in the
 * simulator's network_at_zero. Each case is a short story of one page or a few.
 */
#include <kunit/test.h>
#include <linux/mm.h>

#include "network_world.h"

static struct network_world *world_of(struct kunit *test)
{
	return test->priv;
}

static struct page *receive(struct kunit *test)
{
	struct page *page = network_world_receive(world_of(test));

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static struct network_process *process(struct kunit *test, enum network_group group)
{
	struct network_process *process = network_process_create(world_of(test), group);

	KUNIT_ASSERT_NOT_NULL(test, process);
	return process;
}

static void map(struct kunit *test, struct network_process *process, struct page *page,
		unsigned int place)
{
	unsigned long nr = 1;

	KUNIT_ASSERT_EQ(test, network_process_map(process, &page, place, &nr), 0);
}

/* What is to be seen of a page, and what its pool has seen since the case began. */
struct sight {
	int count, mapcount;
	enum network_group payer;
	bool marked;
	unsigned long recycled;
};

#define SEE(test, page, ...)                                                                       \
	do {                                                                                       \
		const struct sight sight = { __VA_ARGS__ };                                        \
                                                                                                   \
		KUNIT_EXPECT_EQ(test, page_count(page), sight.count);                              \
		KUNIT_EXPECT_EQ(test, page_mapcount(page), sight.mapcount);                        \
		KUNIT_EXPECT_EQ(test, (int)network_world_payer(world_of(test), page),              \
				(int)sight.payer);                                                 \
		KUNIT_EXPECT_EQ(test, network_page_marked(page), sight.marked);                    \
		KUNIT_EXPECT_EQ(test, network_world_recycled(world_of(test)), sight.recycled);     \
	} while (0)

#define CHARGED(test, group, pages)                                                                \
	KUNIT_EXPECT_EQ(test, network_world_charged(world_of(test), group), (long)(pages))

/* --- put_page --- */

static void put_page_of_the_last_reference_recycles_the_page(struct kunit *test)
{
	struct page *page = receive(test);
	int held = network_world_held(world_of(test));

	SEE(test, page, .count = 1, .marked = true);
	put_page(page);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	KUNIT_EXPECT_EQ(test, network_world_held(world_of(test)), held);
}

static void put_page_of_another_reference_only_counts_down(struct kunit *test)
{
	struct page *page = receive(test);

	get_page(page);
	get_page(page);
	put_page(page);
	SEE(test, page, .count = 2, .marked = true);
	put_page(page);
	SEE(test, page, .count = 1, .marked = true);
	put_page(page);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
}

static void a_page_that_nobody_mapped_is_charged_to_nobody(struct kunit *test)
{
	struct page *page = receive(test);

	SEE(test, page, .count = 1, .payer = GROUP_NOBODY, .marked = true);
	CHARGED(test, GROUP_PARENT, 0);
	put_page(page);
	CHARGED(test, GROUP_PARENT, 0);
}

/* --- charges --- */

static void mapping_charges_the_page_to_the_group_of_the_process(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	SEE(test, page, .count = 2, .mapcount = 1, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	CHARGED(test, GROUP_PARENT, 1);
	CHARGED(test, GROUP_B, 0);
	put_page(page);
	network_process_exit(reader);
}

static void the_charge_outlives_the_skb(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	put_page(page);
	SEE(test, page, .count = 1, .mapcount = 1, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	network_process_exit(reader);
}

static void the_charge_outlives_the_mapping(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	network_process_unmap(reader, 0, 1);
	SEE(test, page, .count = 1, .mapcount = 0, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	put_page(page);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
}

/* The pool has fresh pages, too: it hands out @page some time. The others are let go of. */
static bool received_again(struct kunit *test, struct page *page)
{
	for (int i = 0; i < 128; i++) {
		struct page *other = receive(test);

		if (other == page)
			return true;
		network_world_detach(world_of(test), other);
		put_page(other);
	}
	return false;
}

static void a_recycled_page_is_charged_again_to_its_next_reader(struct kunit *test)
{
	struct network_process *first = process(test, GROUP_A), *second = process(test, GROUP_B);
	struct page *page = receive(test);

	map(test, first, page, 0);
	put_page(page);
	network_process_unmap(first, 0, 1);
	KUNIT_ASSERT_TRUE(test, received_again(test, page));
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	map(test, second, page, 0);
	SEE(test, page, .count = 2, .mapcount = 1, .payer = GROUP_B, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
	CHARGED(test, GROUP_B, 1);
	put_page(page);
	network_process_exit(second);
	network_process_exit(first);
	SEE(test, page, .count = 1, .marked = true, .recycled = 2);
	CHARGED(test, GROUP_B, 0);
}

static void an_unmarked_page_is_mapped_without_a_charge(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	map(test, reader, page, 0);
	SEE(test, page, .count = 2, .mapcount = 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
	SEE(test, page, .count = 1);
	put_page(page);
}

/* --- unmap: release_pages --- */

static void unmapping_the_last_reference_uncharges_and_recycles(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	put_page(page);
	network_process_unmap(reader, 0, 1);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
}

static void exit_of_the_process_uncharges_and_recycles(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *pages[8];

	for (int i = 0; i < 8; i++) {
		pages[i] = receive(test);
		map(test, reader, pages[i], i);
		put_page(pages[i]);
	}
	CHARGED(test, GROUP_A, 8);
	network_process_exit(reader);
	for (int i = 0; i < 8; i++)
		SEE(test, pages[i], .count = 1, .marked = true, .recycled = 8);
	CHARGED(test, GROUP_A, 0);
}

static void release_pages_recycles_those_that_nobody_else_has(struct kunit *test)
{
	struct page *pages[4];

	for (int i = 0; i < 4; i++)
		pages[i] = receive(test);
	get_page(pages[1]);
	release_pages(pages, 4);
	for (int i = 0; i < 4; i++)
		SEE(test, pages[i], .count = 1, .marked = true, .recycled = 3);
	put_page(pages[1]);
	SEE(test, pages[1], .count = 1, .marked = true, .recycled = 4);
}

static void release_pages_frees_ordinary_pages_between_network_pages(struct kunit *test)
{
	struct page *pages[3] = { receive(test), alloc_page(GFP_KERNEL), receive(test) };
	int held = network_world_held(world_of(test));

	KUNIT_ASSERT_NOT_NULL(test, pages[1]);
	release_pages(pages, 3);
	SEE(test, pages[0], .count = 1, .marked = true, .recycled = 2);
	SEE(test, pages[2], .count = 1, .marked = true, .recycled = 2);
	KUNIT_EXPECT_EQ(test, page_count(pages[1]), 0);
	KUNIT_EXPECT_EQ(test, network_world_held(world_of(test)), held);
}

/* @page went to the allocator: its group has been uncharged, its pool waits for it. */
static void see_lost(struct kunit *test, struct page *page, int held)
{
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	KUNIT_EXPECT_EQ(test, (int)network_world_payer(world_of(test), page), (int)GROUP_NOBODY);
	KUNIT_EXPECT_EQ(test, network_world_recycled(world_of(test)), 0UL);
	KUNIT_EXPECT_EQ(test, network_world_held(world_of(test)), held);
	CHARGED(test, GROUP_A, 0);
}

static void with_a_branch_in_one_place_unmapped_pages_never_come_home(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);
	int held = network_world_held(world_of(test));

	map(test, reader, page, 0);
	put_page(page);
	network_process_unmap(reader, 0, 1);
	see_lost(test, page, held);
	network_process_exit(reader);
}

static void with_a_branch_in_one_place_a_last_put_page_comes_home(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	network_process_unmap(reader, 0, 1);
	put_page(page);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
}

/* --- ways round it --- */

static void __free_page_of_the_last_reference_asks_nobody(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);
	int held = network_world_held(world_of(test));

	map(test, reader, page, 0);
	network_process_unmap(reader, 0, 1);
	CHARGED(test, GROUP_A, 1);
	__free_page(page);
	see_lost(test, page, held);
	network_process_exit(reader);
}

/* --- double map --- */

static void a_page_mapped_twice_by_one_process_is_charged_once(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	map(test, reader, page, 1);
	put_page(page);
	SEE(test, page, .count = 2, .mapcount = 2, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	network_process_unmap(reader, 0, 1);
	SEE(test, page, .count = 1, .mapcount = 1, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	network_process_unmap(reader, 1, 1);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
}

static void both_mappings_may_go_in_one_unmap(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	map(test, reader, page, 1);
	put_page(page);
	network_process_unmap(reader, 0, 2);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
}

static void the_first_of_two_groups_pays(struct kunit *test)
{
	struct network_process *first = process(test, GROUP_A), *second = process(test, GROUP_B);
	struct page *page = receive(test);

	map(test, first, page, 0);
	map(test, second, page, 0);
	put_page(page);
	SEE(test, page, .count = 2, .mapcount = 2, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	CHARGED(test, GROUP_B, 0);
	network_process_exit(second);
	network_process_exit(first);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
}

static void the_first_goes_on_paying_while_only_the_second_maps(struct kunit *test)
{
	struct network_process *first = process(test, GROUP_A), *second = process(test, GROUP_B);
	struct page *page = receive(test);

	map(test, first, page, 0);
	map(test, second, page, 0);
	put_page(page);
	network_process_exit(first);
	SEE(test, page, .count = 1, .mapcount = 1, .payer = GROUP_A, .marked = true);
	CHARGED(test, GROUP_A, 1);
	CHARGED(test, GROUP_B, 0);
	network_process_exit(second);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
	CHARGED(test, GROUP_A, 0);
}

static void a_place_that_is_taken_takes_no_page_and_no_charge(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *mapped = receive(test), *refused = receive(test);
	unsigned long nr = 1;

	map(test, reader, mapped, 0);
	KUNIT_EXPECT_EQ(test, network_process_map(reader, &refused, 0, &nr), -EBUSY);
	SEE(test, refused, .count = 1, .marked = true);
	CHARGED(test, GROUP_A, 1);
	put_page(refused);
	put_page(mapped);
	network_process_exit(reader);
	SEE(test, mapped, .count = 1, .marked = true, .recycled = 2);
}

/* --- batches --- */

static void a_batch_is_charged_to_one_group(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_B);
	struct page *pages[NETWORK_PLACES];
	unsigned long nr = NETWORK_PLACES;

	for (int i = 0; i < NETWORK_PLACES; i++)
		pages[i] = receive(test);
	KUNIT_EXPECT_EQ(test, network_process_map(reader, pages, 0, &nr), 0);
	KUNIT_EXPECT_EQ(test, nr, (unsigned long)NETWORK_PLACES);
	CHARGED(test, GROUP_B, NETWORK_PLACES);
	for (int i = 0; i < NETWORK_PLACES; i++)
		put_page(pages[i]);
	network_process_exit(reader);
	CHARGED(test, GROUP_B, 0);
	SEE(test, pages[0], .count = 1, .marked = true, .recycled = NETWORK_PLACES);
}

static void a_batch_that_meets_a_mapping_is_charged_up_to_there(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *there = receive(test);
	struct page *pages[4] = { receive(test), receive(test), receive(test), receive(test) };
	unsigned long nr = 4;

	map(test, reader, there, 2);
	KUNIT_EXPECT_EQ(test, network_process_map(reader, pages, 0, &nr), -EBUSY);
	KUNIT_EXPECT_EQ(test, nr, 2UL);
	CHARGED(test, GROUP_A, 3);
	for (int i = 0; i < 4; i++)
		SEE(test, pages[i], .count = i < 2 ? 2 : 1, .mapcount = i < 2,
		    .payer = i < 2 ? GROUP_A : GROUP_NOBODY, .marked = true);
	put_page(there);
	release_pages(pages, 4);
	network_process_exit(reader);
	CHARGED(test, GROUP_A, 0);
	SEE(test, there, .count = 1, .marked = true, .recycled = 5);
}

static void a_batch_that_cannot_be_paid_for_is_not_mapped(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *pages[4] = { receive(test), receive(test), receive(test), receive(test) };
	unsigned long nr = 4;
	long before;

	KUNIT_ASSERT_TRUE(test, network_world_leave_room(world_of(test), GROUP_A, 2));
	before = network_world_charged(world_of(test), GROUP_A);
	KUNIT_EXPECT_EQ(test, network_process_map(reader, pages, 0, &nr), -ENOMEM);
	KUNIT_EXPECT_EQ(test, nr, 0UL);
	CHARGED(test, GROUP_A, before);
	for (int i = 0; i < 4; i++)
		SEE(test, pages[i], .count = 1, .marked = true);
	nr = 2;
	KUNIT_EXPECT_EQ(test, network_process_map(reader, pages, 0, &nr), 0);
	CHARGED(test, GROUP_A, before + 2);
	release_pages(pages, 4);
	network_process_exit(reader);
	CHARGED(test, GROUP_A, before);
	SEE(test, pages[0], .count = 1, .marked = true, .recycled = 4);
}

static void a_page_that_is_mapped_already_costs_a_full_group_nothing(struct kunit *test)
{
	struct network_process *first = process(test, GROUP_B), *second = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, first, page, 0);
	KUNIT_ASSERT_TRUE(test, network_world_leave_room(world_of(test), GROUP_A, 0));
	map(test, second, page, 0);
	SEE(test, page, .count = 3, .mapcount = 2, .payer = GROUP_B, .marked = true);
	put_page(page);
	network_process_exit(first);
	network_process_exit(second);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
}

/* --- offline --- */

static void the_charge_of_an_offline_group_is_its_parents(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	put_page(page);
	network_world_offline(world_of(test), GROUP_A);
	SEE(test, page, .count = 1, .mapcount = 1, .payer = GROUP_PARENT, .marked = true);
	network_process_exit(reader);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
}

static void put_page_uncharges_the_parent_of_an_offline_group(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	network_process_exit(reader);
	network_world_offline(world_of(test), GROUP_A);
	SEE(test, page, .count = 1, .payer = GROUP_PARENT, .marked = true);
	put_page(page);
	SEE(test, page, .count = 1, .marked = true, .recycled = 1);
}

/* --- ends --- */

static void a_page_that_its_pool_let_go_of_is_freed(struct kunit *test)
{
	struct page *page = receive(test);
	int held = network_world_held(world_of(test));

	network_world_detach(world_of(test), page);
	SEE(test, page, .count = 1, .marked = false);
	KUNIT_EXPECT_EQ(test, network_world_held(world_of(test)), held - 1);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	KUNIT_EXPECT_EQ(test, network_world_recycled(world_of(test)), 0UL);
}

static void a_mapped_page_that_its_pool_let_go_of_is_uncharged_and_freed(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	network_world_detach(world_of(test), page);
	put_page(page);
	SEE(test, page, .count = 1, .mapcount = 1, .payer = GROUP_A, .marked = false);
	network_process_exit(reader);
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	CHARGED(test, GROUP_A, 0);
}

static void a_page_that_finds_the_ring_full_is_freed(struct kunit *test)
{
	struct page *pages[NETWORK_RING + 1];
	int held;

	for (int i = 0; i <= NETWORK_RING; i++)
		pages[i] = receive(test);
	held = network_world_held(world_of(test));
	for (int i = 0; i <= NETWORK_RING; i++)
		put_page(pages[i]);
	SEE(test, pages[0], .count = 1, .marked = true, .recycled = NETWORK_RING);
	SEE(test, pages[NETWORK_RING], .count = 0, .marked = false, .recycled = NETWORK_RING);
	KUNIT_EXPECT_EQ(test, network_world_held(world_of(test)), held - 1);
}

static void a_mapped_page_that_finds_the_ring_full_is_uncharged_and_freed(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);
	int held;

	map(test, reader, page, 0);
	put_page(page);
	for (int i = 0; i < NETWORK_RING; i++) {
		struct page *other[1] = { receive(test) };

		map(test, reader, other[0], i % (NETWORK_PLACES - 1) + 1);
		put_page(other[0]);
		if (i % (NETWORK_PLACES - 1) == NETWORK_PLACES - 2 || i == NETWORK_RING - 1)
			network_process_unmap(reader, 1, NETWORK_PLACES - 1);
	}
	held = network_world_held(world_of(test));
	CHARGED(test, GROUP_A, 1);
	network_process_unmap(reader, 0, 1);
	SEE(test, page, .count = 0, .marked = false, .recycled = NETWORK_RING);
	KUNIT_EXPECT_EQ(test, network_world_held(world_of(test)), held - 1);
	CHARGED(test, GROUP_A, 0);
	network_process_exit(reader);
}

static void a_page_that_outlives_its_pool_is_uncharged_and_freed(struct kunit *test)
{
	struct network_process *reader = process(test, GROUP_A);
	struct page *page = receive(test);

	map(test, reader, page, 0);
	put_page(page);
	network_world_close_pool(world_of(test));
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, (int)network_world_payer(world_of(test), page), (int)GROUP_A);
	network_process_unmap(reader, 0, 1);
	CHARGED(test, GROUP_A, 0);
	/* It went home to the ring of a pool that is going. */
	network_world_wait(world_of(test));
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	KUNIT_EXPECT_FALSE(test, network_page_marked(page));
	network_process_exit(reader);
}

static int both_places_init(struct kunit *test)
{
	test->priv = network_world_create(false);
	return test->priv ? 0 : -ENOMEM;
}

static int one_place_init(struct kunit *test)
{
	test->priv = network_world_create(true);
	return test->priv ? 0 : -ENOMEM;
}

static void world_exit(struct kunit *test)
{
	if (test->priv)
		network_world_destroy(test->priv);
}

static struct kunit_case both_places_cases[] = {
	KUNIT_CASE(put_page_of_the_last_reference_recycles_the_page),
	KUNIT_CASE(put_page_of_another_reference_only_counts_down),
	KUNIT_CASE(a_page_that_nobody_mapped_is_charged_to_nobody),
	KUNIT_CASE(mapping_charges_the_page_to_the_group_of_the_process),
	KUNIT_CASE(the_charge_outlives_the_skb),
	KUNIT_CASE(the_charge_outlives_the_mapping),
	KUNIT_CASE(a_recycled_page_is_charged_again_to_its_next_reader),
	KUNIT_CASE(an_unmarked_page_is_mapped_without_a_charge),
	KUNIT_CASE(unmapping_the_last_reference_uncharges_and_recycles),
	KUNIT_CASE(exit_of_the_process_uncharges_and_recycles),
	KUNIT_CASE(release_pages_recycles_those_that_nobody_else_has),
	KUNIT_CASE(release_pages_frees_ordinary_pages_between_network_pages),
	KUNIT_CASE(__free_page_of_the_last_reference_asks_nobody),
	KUNIT_CASE(a_page_mapped_twice_by_one_process_is_charged_once),
	KUNIT_CASE(both_mappings_may_go_in_one_unmap),
	KUNIT_CASE(the_first_of_two_groups_pays),
	KUNIT_CASE(the_first_goes_on_paying_while_only_the_second_maps),
	KUNIT_CASE(a_place_that_is_taken_takes_no_page_and_no_charge),
	KUNIT_CASE(a_batch_is_charged_to_one_group),
	KUNIT_CASE(a_batch_that_meets_a_mapping_is_charged_up_to_there),
	KUNIT_CASE(a_batch_that_cannot_be_paid_for_is_not_mapped),
	KUNIT_CASE(a_page_that_is_mapped_already_costs_a_full_group_nothing),
	KUNIT_CASE(the_charge_of_an_offline_group_is_its_parents),
	KUNIT_CASE(put_page_uncharges_the_parent_of_an_offline_group),
	KUNIT_CASE(a_page_that_its_pool_let_go_of_is_freed),
	KUNIT_CASE(a_mapped_page_that_its_pool_let_go_of_is_uncharged_and_freed),
	KUNIT_CASE(a_page_that_finds_the_ring_full_is_freed),
	KUNIT_CASE(a_mapped_page_that_finds_the_ring_full_is_uncharged_and_freed),
	KUNIT_CASE(a_page_that_outlives_its_pool_is_uncharged_and_freed),
	{},
};

static struct kunit_case one_place_cases[] = {
	KUNIT_CASE(with_a_branch_in_one_place_unmapped_pages_never_come_home),
	KUNIT_CASE(with_a_branch_in_one_place_a_last_put_page_comes_home),
	{},
};

static struct kunit_suite both_places_suite = {
	.name = "page_network",
	.init = both_places_init,
	.exit = world_exit,
	.test_cases = both_places_cases,
};

static struct kunit_suite one_place_suite = {
	.name = "page_network_one_place",
	.init = one_place_init,
	.exit = world_exit,
	.test_cases = one_place_cases,
};

kunit_test_suites(&both_places_suite, &one_place_suite);

MODULE_LICENSE("GPL");
