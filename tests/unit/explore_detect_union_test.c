/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "explore_detect_fixture.h"

/* --- pages of a page_pool --- */

static int create_pool(struct shared *s)
{
	const struct page_pool_params params = { .pool_size = 4 };
	struct np_context softirq;
	int err = page_pool_create(s->machine, "pool", &params, &s->pool);

	if (err)
		return err;
	np_enter(&softirq, s->machine, 0, NP_SOFTIRQ, NULL);
	s->page = page_pool_alloc_pages(s->pool, GFP_ATOMIC);
	np_leave(&softirq);
	return s->page ? np_page_set_name(s->machine, s->page, "page") : -ENOMEM;
}

static int set_up_pool(struct np_machine *machine, void *state)
{
	return as_kthread(machine, state, create_pool);
}

static struct np_explore_options pool_options(void (*body)(void *state))
{
	return (struct np_explore_options){
		.setup = set_up_pool,
		.actors = { actor("a", 0, body, FAULTY) },
	};
}

static void assert_fault_and_twin(struct np_explore_options options, const char *text)
{
	assert_finds(options, NP_UNION_ARM, "page", text);
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void unmap(void *state)
{
	struct shared *s = state;

	if (!faulty())
		page_pool_release_page(s->pool, s->page);
	release_pages(&s->page, 1);
}

static void mm_threads_a_pool_page_on_its_list(void **unused)
{
	(void)unused;
	assert_fault_and_twin(
		pool_options(unmap),
		"by the mm: the page is in a page_pool, whose word it is as pp_magic");
}

static void set_mapping(void *state)
{
	struct shared *s = state;

	if (!faulty())
		page_pool_release_page(s->pool, s->page);
	WRITE_ONCE(s->page->mapping, (struct address_space *)&s->sink);
}

static void driver_gives_a_pool_page_a_mapping(void **unused)
{
	(void)unused;
	assert_fault_and_twin(
		pool_options(set_mapping),
		"write of mapping: the page is in a page_pool, whose word it is as _pp_mapping_pad");
}

static void set_private(void *state)
{
	struct shared *s = state;

	if (!faulty())
		page_pool_release_page(s->pool, s->page);
	s->page->private = 1;
}

static void driver_uses_private_of_a_pool_page(void **unused)
{
	(void)unused;
	assert_fault_and_twin(
		pool_options(set_private),
		"plain write of private: the page is in a page_pool, whose word it is as pp_frag_count");
}

static void set_index(void *state)
{
	struct shared *s = state;

	if (!faulty())
		page_pool_release_page(s->pool, s->page);
	s->page->index = 1;
}

static void driver_uses_index_of_a_pool_page(void **unused)
{
	(void)unused;
	assert_fault_and_twin(
		pool_options(set_index),
		"plain write of index: the page is in a page_pool, whose word it is as dma_addr");
}

static void use_pool(void *state)
{
	struct shared *s = state;
	struct page *page;

	s->sink = (unsigned long)page_pool_get_dma_addr(s->page) + page_is_page_pool(s->page) +
		  page_is_pfmemalloc(s->page);
	page_pool_put_full_page(s->pool, s->page, false);
	page = page_pool_alloc_pages(s->pool, GFP_ATOMIC);
	get_page(page);
	page_pool_put_full_page(s->pool, page, false);
	put_page(page);
	page_pool_destroy(s->pool);
}

static void pool_uses_its_own_words(void **unused)
{
	struct np_explore_options options = pool_options(use_pool);

	(void)unused;
	options.actors[0].kind = NP_SOFTIRQ;
	assert_finds_nothing(options);
}

/* --- other owners --- */

static void mark_and_set_mapping(void *state)
{
	struct shared *s = state;

	if (faulty())
		SetPageNetwork(s->page);
	WRITE_ONCE(s->page->mapping, (struct address_space *)&s->sink);
}

static void network_page_has_no_mapping(void **unused)
{
	struct np_machine_options machine = {
		.nr_cpus = 2,
		.scheme = np_scheme_find("network_at_zero"),
	};
	struct np_explore_options options = {
		.machine = &machine,
		.setup = set_up_pages,
		.actors = { actor("a", 0, mark_and_set_mapping, FAULTY) },
	};

	(void)unused;
	assert_fault_and_twin(options,
			      "write of mapping: the page is the network's, whose word it is "
			      "as _network_mapping_pad");
}

static void unmap_marked(void *state)
{
	struct shared *s = state;

	WRITE_ONCE(s->page->network_dma_addr, 0x1000UL);
	if (faulty())
		SetPageNetwork(s->page);
	release_pages(&s->page, 1);
}

static void mm_threads_a_network_page_on_its_list(void **unused)
{
	struct np_machine_options machine = {
		.nr_cpus = 2,
		.scheme = np_scheme_find("network_at_zero_naive"),
	};
	struct np_explore_options options = {
		.machine = &machine,
		.setup = set_up_pages,
		.actors = { actor("a", 0, unmap_marked, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_UNION_ARM, "page",
		     "by the mm: the page is the network's, whose word it is as network_dma_addr");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void set_pool_words(void *state)
{
	struct shared *s = state;

	if (faulty())
		WRITE_ONCE(s->page->mapping, (struct address_space *)&s->sink);
	page_pool_set_dma_addr(s->page, 0x1000);
}

static void pool_writes_words_of_a_files_page(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("a", 0, set_pool_words, FAULTY) },
	};

	(void)unused;
	assert_fault_and_twin(options, "plain write of index by page_pool: the page is a file's, "
				       "whose word it is as index");
}

static int allocate_blocks(struct shared *s)
{
	s->page = new_page(s->machine, "page", __GFP_COMP, 2);
	s->other = new_page(s->machine, "other", 0, 2);
	if (!s->page || !s->other)
		return -ENOMEM;
	for (int i = 1; i < 4; i++) {
		np_page_set_name(s->machine, s->page + i, "tail");
		np_page_set_name(s->machine, s->other + i, "behind");
	}
	return 0;
}

static int set_up_blocks(struct np_machine *machine, void *state)
{
	return as_kthread(machine, state, allocate_blocks);
}

static void set_lru_of_second(void *state)
{
	struct shared *s = state;

	/* Behind a page that is not compound are pages like any other. */
	(faulty() ? s->page : s->other)[1].lru.prev = NULL;
}

static void set_index_of_last(void *state)
{
	struct shared *s = state;

	(faulty() ? s->page : s->other)[3].index = 1;
}

static void count_on_tail(void *state)
{
	struct shared *s = state;

	if (faulty())
		page_ref_inc(s->page + 1);
	else
		get_page(s->page + 1);
}

static void words_of_a_tail_are_not_the_owners(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_blocks,
		.actors = { actor("a", 0, set_lru_of_second, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_UNION_ARM, "tail",
		     "write of lru.prev: the page is a tail, whose word it is as compound_order");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
	options.actors[0] = actor("a", 0, set_index_of_last, FAULTY);
	assert_finds(options, NP_UNION_ARM, "tail", "write of index: the page is a tail");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void head_counts_for_its_tails(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_blocks,
		.actors = { actor("a", 0, count_on_tail, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_UNION_ARM, "tail",
		     "read-modify-write of _refcount: the page is a tail, and has none");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void allocate_block(void *state)
{
	struct shared *s = state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	np_page_set_name(s->machine, page + 1, "tail");
	if (faulty())
		page[1].lru.prev = NULL;
	else
		s->sink = compound_order(page) + PageTail(page + 1) + PageCompound(page + 2);
	put_page(page);
}

static void tail_of_a_page_that_an_actor_allocates_is_known(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("a", 0, allocate_block, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_UNION_ARM, "tail", "plain write of lru.prev: the page is a tail");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

/* --- page types and the count of mappings --- */

static void map_typed_page(void *state)
{
	struct shared *s = state;

	if (faulty())
		s->page->page_type &= ~PG_table;
	atomic_inc(&s->page->_mapcount);
}

static void page_with_a_type_is_not_mapped(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("a", 0, map_typed_page, FAULTY) },
	};

	(void)unused;
	assert_fault_and_twin(options, "read-modify-write of _mapcount: the page has a type "
				       "(page_type 0xfffffdff)");
}

static void give_mapped_page_a_type(void *state)
{
	struct shared *s = state;

	if (faulty())
		atomic_inc(&s->page->_mapcount);
	WRITE_ONCE(s->page->page_type, ~PG_table);
}

static void mapped_page_gets_no_type(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("a", 0, give_mapped_page_a_type, FAULTY) },
	};

	(void)unused;
	assert_fault_and_twin(
		options, "marked write of page_type over _mapcount: 1 page tables map the page");
}

/* --- the first word --- */

static void set_first_word(void *state)
{
	struct shared *s = state;

	WRITE_ONCE(s->page->network_dma_addr, faulty() ? 0x1001UL : 0x1000UL);
}

static void write_then_look(void *state)
{
	struct shared *s = state;

	set_first_word(state);
	s->sink = PageTail(s->page);
}

static void page_that_looks_like_a_tail_is_reported_at_the_write(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pages,
		.actors = { actor("a", 0, write_then_look, FAULTY) },
	};

	(void)unused;
	assert_fault_and_twin(options, "a write has set bit 0 of the first union word");
	assert_finds(options, NP_UNION_ARM, "page", "set_first_word tests/unit/explore_detect_");
	/* Nobody touches a page afterwards. */
	options.actors[0] = actor("a", 0, set_first_word, FAULTY);
	assert_fault_and_twin(options, "a write has set bit 0 of the first union word");
}

static void set_upper_half(void *state)
{
	struct shared *s = state;

	page_pool_set_dma_addr(s->page, 0x100000000ULL);
	s->sink = PageTail(s->page);
}

static void upper_half_of_a_dma_address_over_compound_head_is_reported(void **unused)
{
	struct np_machine_options machine = { .nr_cpus = 2, .dma_layout = NP_DMA_32_BROKEN };
	struct np_explore_options options = {
		.machine = &machine,
		.setup = set_up_pages,
		.actors = { actor("a", 0, set_upper_half, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_UNION_ARM, "page",
		     "a write has set bit 0 of the first union word");
	assert_finds(options, NP_UNION_ARM, "page", "page_pool_set_dma_addr lib/net/page_pool.c:");
	machine.dma_layout = NP_DMA_32_FIXED;
	assert_finds_nothing(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mm_threads_a_pool_page_on_its_list),
		cmocka_unit_test(driver_gives_a_pool_page_a_mapping),
		cmocka_unit_test(driver_uses_private_of_a_pool_page),
		cmocka_unit_test(driver_uses_index_of_a_pool_page),
		cmocka_unit_test(pool_uses_its_own_words),
		cmocka_unit_test(network_page_has_no_mapping),
		cmocka_unit_test(mm_threads_a_network_page_on_its_list),
		cmocka_unit_test(pool_writes_words_of_a_files_page),
		cmocka_unit_test(words_of_a_tail_are_not_the_owners),
		cmocka_unit_test(head_counts_for_its_tails),
		cmocka_unit_test(tail_of_a_page_that_an_actor_allocates_is_known),
		cmocka_unit_test(page_with_a_type_is_not_mapped),
		cmocka_unit_test(mapped_page_gets_no_type),
		cmocka_unit_test(page_that_looks_like_a_tail_is_reported_at_the_write),
		cmocka_unit_test(upper_half_of_a_dma_address_over_compound_head_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
