/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "explore_detect_fixture.h"

static struct np_explore_options options_of(void (*body)(void *state))
{
	return (struct np_explore_options){
		.setup = set_up_pages,
		.actors = { actor("a", 0, body, FAULTY) },
	};
}

static void assert_fault_and_twin(struct np_explore_options options, const char *text)
{
	assert_finds(options, NP_DATA_RACE, "page", text);
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void add_to_refcount(void *state)
{
	struct shared *s = state;

	if (faulty())
		s->page->_refcount.counter++;
	else
		page_ref_inc(s->page);
}

static void plain_write_of_the_refcount_is_reported_though_nobody_else_is_there(void **unused)
{
	(void)unused;
	assert_fault_and_twin(options_of(add_to_refcount),
			      "plain write of _refcount: it is counted by atomics");
}

static void add_to_mapcount(void *state)
{
	struct shared *s = state;

	atomic_inc(&s->page->_mapcount);
	if (faulty())
		s->page->_mapcount.counter--;
	else
		atomic_dec(&s->page->_mapcount);
}

static void plain_write_of_the_count_of_mappings_is_reported(void **unused)
{
	(void)unused;
	assert_fault_and_twin(options_of(add_to_mapcount),
			      "plain write of _mapcount: it is counted by atomics");
}

static void set_both_counts(void *state)
{
	struct shared *s = state;
	u64 *both = (u64 *)(void *)&s->page->_mapcount;

	if (faulty())
		__atomic_store_n(both, 0x1ffffffffULL, __ATOMIC_RELAXED);
	else
		set_page_count(s->page, 1);
}

static void store_over_two_counts_at_once_is_reported(void **unused)
{
	(void)unused;
	assert_fault_and_twin(options_of(set_both_counts),
			      "marked write of _mapcount: not the whole of it, or more");
}

static void set_flag_in_a_byte(void *state)
{
	struct shared *s = state;
	u8 *byte = (u8 *)&s->page->flags;

	if (faulty())
		*byte = (u8)(*byte | BIT(PG_referenced));
	else
		SetPageUptodate(s->page);
}

static void write_to_a_byte_of_the_flags_is_reported(void **unused)
{
	(void)unused;
	assert_fault_and_twin(options_of(set_flag_in_a_byte),
			      "plain write of flags: not the whole of it, or more");
}

/* --- stores against updates --- */

/* As drivers of 2014 did with a page of which they knew all references: but not this one. */
static void take_two(void *state)
{
	struct shared *s = state;

	if (faulty())
		set_page_count(s->page, 2);
	else
		page_ref_inc(s->page);
}

static void take_one(void *state)
{
	(void)get_page_unless_zero(((struct shared *)state)->page);
}

static void store_that_loses_a_reference_of_another_one_is_reported(void **unused)
{
	struct np_explore_options options = options_of(take_two);

	(void)unused;
	options.actors[1] = actor("walker", 1, take_one, REPAIRED);
	assert_fault_and_twin(options, "marked write of _refcount: it overwrites an update that "
				       "nothing orders before it");
	assert_finds(options, NP_DATA_RACE, "page", "\n  updated by walker at ");
}

static void set_flag(void *state)
{
	struct shared *s = state;

	if (faulty())
		WRITE_ONCE(s->page->flags, READ_ONCE(s->page->flags) | BIT(PG_uptodate));
	else
		SetPageUptodate(s->page);
}

static void set_other_flag(void *state)
{
	SetPageDirty(((struct shared *)state)->page);
}

static void flag_that_is_stored_loses_others(void **unused)
{
	struct np_explore_options options = options_of(set_flag);

	(void)unused;
	options.actors[1] = actor("b", 1, set_other_flag, REPAIRED);
	assert_fault_and_twin(options, "marked write of flags: it overwrites an update");
}

/* The owner knows of no other reference, and there is none: it may set the count. */
static void put_to_zero(void *state)
{
	struct shared *s = state;

	if (put_page_testzero(s->page))
		set_page_count(s->page, 1);
}

static void take_and_put(void *state)
{
	struct shared *s = state;

	if (get_page_unless_zero(s->page) && put_page_testzero(s->page))
		set_page_count(s->page, 1);
}

static void count_is_set_by_who_made_it_zero(void **unused)
{
	struct np_explore_options options = options_of(put_to_zero);

	(void)unused;
	options.actors[1] = actor("walker", 1, take_and_put, REPAIRED);
	assert_finds_nothing(options);
}

/* --- page_counter --- */

static int create_memcg(struct shared *s)
{
	return np_memcg_create(s->machine, "A", NULL, &s->memcg);
}

static int set_up_memcg(struct np_machine *machine, void *state)
{
	return as_kthread(machine, state, create_memcg);
}

static void charge_one(void *state)
{
	struct shared *s = state;
	struct page_counter *fail;

	if (faulty())
		s->memcg->memory.usage.counter++;
	else
		page_counter_try_charge(&s->memcg->memory, 1, &fail);
}

static void plain_write_of_a_page_counter_is_reported(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_memcg,
		.actors = { actor("a", 0, charge_one, FAULTY) },
	};

	(void)unused;
	assert_finds(options, NP_DATA_RACE, "A",
		     "plain write of memory.usage: it is counted by atomics");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			plain_write_of_the_refcount_is_reported_though_nobody_else_is_there),
		cmocka_unit_test(plain_write_of_the_count_of_mappings_is_reported),
		cmocka_unit_test(store_over_two_counts_at_once_is_reported),
		cmocka_unit_test(write_to_a_byte_of_the_flags_is_reported),
		cmocka_unit_test(store_that_loses_a_reference_of_another_one_is_reported),
		cmocka_unit_test(flag_that_is_stored_loses_others),
		cmocka_unit_test(count_is_set_by_who_made_it_zero),
		cmocka_unit_test(plain_write_of_a_page_counter_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
