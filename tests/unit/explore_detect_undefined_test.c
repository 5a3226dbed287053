/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "explore_detect_fixture.h"

static struct np_explore_options options_of(void (*body)(void *state))
{
	return (struct np_explore_options){
		.setup = set_up_pages,
		.actors = { actor("owner", 0, body, FAULTY) },
	};
}

static struct page *new_named_page(struct shared *s)
{
	struct page *page = alloc_page(GFP_KERNEL);

	np_page_set_name(s->machine, page, "fresh");
	return page;
}

static void read_index(void *state)
{
	struct shared *s = state;
	struct page *page = new_named_page(s);

	if (!faulty())
		page->index = 1;
	s->sink = page->index;
	put_page(page);
}

static void word_that_the_allocator_leaves_is_not_read_before_it_is_written(void **unused)
{
	struct np_explore_options options = options_of(read_index);

	(void)unused;
	assert_finds(options, NP_UNINITIALISED, "fresh",
		     "plain read of index, which nobody has written since the page was allocated");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void read_lru(void *state)
{
	struct shared *s = state;
	struct page *page = new_named_page(s);
	struct list_head list;

	INIT_LIST_HEAD(&list);
	if (!faulty())
		list_add(&page->lru, &list);
	s->sink = page->lru.prev != NULL;
	put_page(page);
}

static void lru_is_defined_by_a_list(void **unused)
{
	struct np_explore_options options = options_of(read_lru);

	(void)unused;
	assert_finds(options, NP_UNINITIALISED, "fresh", "plain read of lru.prev");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

/* What 6.1 promises of a new page. */
static void read_defined_words(void *state)
{
	struct shared *s = state;
	struct page *page = new_named_page(s);

	s->sink = (unsigned long)page->mapping + page->private + page->memcg_data +
		  (unsigned long)page_mapcount(page) + page_is_pfmemalloc(page) +
		  (unsigned long)page_count(page) + PageTail(page);
	put_page(page);
}

static void words_that_the_allocator_sets_are_defined(void **unused)
{
	(void)unused;
	assert_finds_nothing(options_of(read_defined_words));
}

static void copy_page(void *state)
{
	struct shared *s = state;
	struct page *page = new_named_page(s);
	struct page copy = *page;

	s->sink = copy.private + (unsigned long)&copy;
	put_page(page);
}

static void copy_of_a_page_uses_none_of_its_words(void **unused)
{
	(void)unused;
	assert_finds_nothing(options_of(copy_page));
}

/* The next owner of a page must not rely on what the one before has written. */
static void reallocate(void *state)
{
	struct shared *s = state;
	struct page *page = s->page;

	page->index = 1;
	put_page(page);
	page = alloc_page(GFP_KERNEL);
	np_page_set_name(s->machine, page, "fresh");
	if (!faulty())
		page->index = 2;
	s->sink = page->index;
	put_page(page);
}

static void words_of_the_owner_before_are_undefined(void **unused)
{
	struct np_explore_options options = options_of(reallocate);

	(void)unused;
	assert_finds(options, NP_UNINITIALISED, "fresh", "plain read of index");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(word_that_the_allocator_leaves_is_not_read_before_it_is_written),
		cmocka_unit_test(lru_is_defined_by_a_list),
		cmocka_unit_test(words_that_the_allocator_sets_are_defined),
		cmocka_unit_test(copy_of_a_page_uses_none_of_its_words),
		cmocka_unit_test(words_of_the_owner_before_are_undefined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
