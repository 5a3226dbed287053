/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "explore_detect_fixture.h"

/* --- after the page has gone to the allocator --- */

static void put_then_read(void *state)
{
	struct shared *s = state;

	if (faulty())
		put_page(s->page);
	s->sink = (unsigned long)s->page->mapping;
	if (!faulty())
		put_page(s->page);
}

static void plain_read_of_a_page_that_the_reader_has_freed_is_reported(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("owner", 0, put_then_read, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_USE_AFTER_PUT, "page", "plain read of mapping: the page is free");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void report_names_who_freed_the_page_and_where(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("owner", 0, put_then_read, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_USE_AFTER_PUT, "page", "\n  freed by owner at ");
	assert_finds(options, NP_USE_AFTER_PUT, "page", "put_then_read tests/unit/explore_");
}

static void put(void *state)
{
	put_page(((struct shared *)state)->page);
}

static int set_up_two_references(struct np_machine *machine, void *state)
{
	int err = set_up_pages(machine, state);

	if (!err)
		get_page(((struct shared *)state)->page);
	return err;
}

/* Without a reference of its own, if faulty. */
static void read_mapping(void *state)
{
	struct shared *s = state;

	if (faulty() && !page_ref_count(s->page))
		return;
	s->sink = (unsigned long)READ_ONCE(s->page->mapping);
	if (!faulty())
		put_page(s->page);
}

/* No other order of steps shows it: freeing does not write what is read. */
static void look_at_the_count_is_no_reference(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("owner", 0, put, REPAIRED),
			    actor("reader", 1, read_mapping, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_USE_AFTER_PUT, "page",
		     "freed, and nothing orders the marked read of mapping by reader before that");
	options.setup = set_up_two_references;
	options.actors[1].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void mark_dirty(void *state)
{
	struct shared *s = state;

	if (faulty() && !page_ref_count(s->page))
		return;
	SetPageDirty(s->page);
	if (!faulty())
		put_page(s->page);
}

static void page_whose_last_reference_another_one_has_dropped_is_not_touched(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("owner", 0, put, REPAIRED),
			    actor("writer", 1, mark_dirty, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_USE_AFTER_PUT, "page",
		     "read-modify-write of flags: the last reference is gone");
	assert_finds(options, NP_USE_AFTER_PUT, "page", "\n  put by owner at ");
	assert_finds(options, NP_USE_AFTER_PUT, "page",
		     "read-modify-write of flags: the page is free");
	options.setup = set_up_two_references;
	options.actors[1].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void increment(void *state)
{
	struct shared *s = state;

	if (faulty())
		page_ref_inc(s->page);
	else if (!get_page_unless_zero(s->page))
		return;
	put_page(s->page);
}

static void count_is_raised_from_zero_only_by_those_who_look(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("owner", 0, put, REPAIRED),
			    actor("walker", 1, increment, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_USE_AFTER_PUT, "page", "read-modify-write of _refcount");
	options.actors[1].arg = REPAIRED;
	assert_finds_nothing(options);
}

/* --- what is allowed --- */

static void walk(void *state)
{
	struct shared *s = state;
	struct page *head = compound_head(s->page);

	s->sink = PageSlab(head) + (unsigned long)page_has_type(head);
	if (!get_page_unless_zero(head))
		return;
	s->sink = (unsigned long)READ_ONCE(head->mapping);
	put_page(head);
}

static void speculative_reader_is_not_reported(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("owner", 0, put, REPAIRED), actor("walker", 1, walk, REPAIRED) },
	};

	(void)unused;
	assert_finds_nothing(options);
	/* Of equal schedules not one, but all: also those that stop in the middle of a put. */
	options.strategy = NP_BOUNDED;
	options.bound = 3;
	assert_finds_nothing(options);
}

static void allocate_and_free(void *state)
{
	struct shared *s = state;

	for (unsigned int order = 0; order < 3; order++) {
		__free_pages(alloc_pages(GFP_KERNEL, order), order);
		put_page(alloc_pages(GFP_KERNEL | __GFP_COMP, order));
	}
	put_page(s->page);
}

static void allocator_may_use_pages_that_are_free(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("a", 0, allocate_and_free, REPAIRED),
			    actor("b", 1, walk, REPAIRED) },
	};

	(void)unused;
	assert_finds_nothing(options);
}

static struct task_struct *the_task;

static int create_task(struct shared *s)
{
	int err = np_memcg_create(s->machine, "A", NULL, &s->memcg);

	if (!err)
		err = np_task_create(s->machine, "P", s->memcg, &the_task);
	return err;
}

static int set_up_task(struct np_machine *machine, void *state)
{
	return as_kthread(machine, state, create_task);
}

static void allocate_accounted(void *state)
{
	(void)state;
	put_page(alloc_pages(GFP_KERNEL | __GFP_ACCOUNT, 0));
}

static void memcg_may_uncharge_a_page_that_the_allocator_is_freeing(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_task,
		.actors = { { .name = "P",
			      .body = allocate_accounted,
			      .kind = NP_TASK,
			      .task = &the_task } },
	};

	(void)unused;
	assert_finds_nothing(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_read_of_a_page_that_the_reader_has_freed_is_reported),
		cmocka_unit_test(report_names_who_freed_the_page_and_where),
		cmocka_unit_test(look_at_the_count_is_no_reference),
		cmocka_unit_test(page_whose_last_reference_another_one_has_dropped_is_not_touched),
		cmocka_unit_test(count_is_raised_from_zero_only_by_those_who_look),
		cmocka_unit_test(speculative_reader_is_not_reported),
		cmocka_unit_test(allocator_may_use_pages_that_are_free),
		cmocka_unit_test(memcg_may_uncharge_a_page_that_the_allocator_is_freeing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
