/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the C library writes for instrumented code takes effect step by step: lib/explore/string.c. */
#include "explore_fixture.h"

#define WORDS 4

struct shared {
	u64 word[WORDS];
	u64 from[WORDS];
};

/* The compiler is not to know how many bytes they are. */
static volatile size_t two_words = 2 * sizeof(u64), odd_bytes = 13;

static void begin(void *state)
{
	struct shared *s = state;

	for (u64 i = 0; i < WORDS; i++)
		s->from[i] = i + 1;
}

static void clear_and_look(void *state)
{
	struct shared *s = state;

	memset(s->word, 0xff, two_words);
	np_assert(READ_ONCE(s->word[0]) == ~0ULL, "the first word was not written");
	np_assert(READ_ONCE(s->word[1]) == ~0ULL, "the second word was not written");
}

static void copy_and_look(void *state)
{
	struct shared *s = state;

	memcpy(s->word, s->from, two_words);
	np_assert(READ_ONCE(s->word[0]) == 1 && READ_ONCE(s->word[1]) == 2, "it was not copied");
}

static void read_both(void *state)
{
	struct shared *s = state;

	(void)READ_ONCE(s->word[1]);
	(void)READ_ONCE(s->word[0]);
}

static void expect_clean(void (*body)(void *state), enum np_memory_model memory)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.begin = begin,
		.memory = memory,
		.ignore = BIT(NP_DATA_RACE),
		.actors = { { .name = "a", .body = body, .cpu = 0 },
			    { .name = "b", .body = read_both, .cpu = 1 } },
	};
	struct np_explored *explored = NULL;

	assert_int_equal(np_explore(&options, &explored), 0);
	assert_true(explored->exhausted);
	print_found(explored);
	assert_int_equal(explored->nr_found, 0);
	np_explored_free(explored);
}

static void actor_reads_what_it_has_set_under_each_memory_model(void **state)
{
	(void)state;
	expect_clean(clear_and_look, NP_MEMORY_SC);
	expect_clean(clear_and_look, NP_MEMORY_TSO);
	expect_clean(clear_and_look, NP_MEMORY_LKMM);
}

static void actor_reads_what_it_has_copied_under_each_memory_model(void **state)
{
	(void)state;
	expect_clean(copy_and_look, NP_MEMORY_SC);
	expect_clean(copy_and_look, NP_MEMORY_TSO);
	expect_clean(copy_and_look, NP_MEMORY_LKMM);
}

static void second_word_is_never_seen_before_the_first(void *state)
{
	struct shared *s = state;

	if (READ_ONCE(s->word[1]))
		np_assert(READ_ONCE(s->word[0]), "the second word came first");
}

static void set_in_order(void *state)
{
	memset(((struct shared *)state)->word, 1, two_words);
}

static void others_see_the_words_one_after_the_other(void **unused)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.ignore = BIT(NP_DATA_RACE),
		.actors = { { .name = "a", .body = set_in_order, .cpu = 0 },
			    { .name = "b",
			      .body = second_word_is_never_seen_before_the_first,
			      .cpu = 1 } },
	};
	struct np_explored *explored = explore(&options);

	(void)unused;
	assert_int_equal(explored->nr_found, 0);
	/* The second word is there or not; if it is, so is the first. */
	assert_int_equal(explored->executions, 2);
	np_explored_free(explored);
}

/* Overlapping, odd, and across granules. */
static void move_both_ways(void *state)
{
	unsigned char *bytes = (unsigned char *)((struct shared *)state)->word;
	unsigned char want[32];

	for (unsigned char i = 0; i < sizeof(want); i++)
		bytes[i] = want[i] = i;
	memmove(bytes + 3, bytes + 1, odd_bytes);
	for (size_t i = odd_bytes; i--;)
		want[3 + i] = want[1 + i];
	for (unsigned char i = 0; i < sizeof(want); i++)
		np_assert(bytes[i] == want[i], "up: byte %d is %d, want %d", i, bytes[i], want[i]);
	memmove(bytes + 2, bytes + 5, odd_bytes);
	for (size_t i = 0; i < odd_bytes; i++)
		want[2 + i] = want[5 + i];
	for (unsigned char i = 0; i < sizeof(want); i++)
		np_assert(bytes[i] == want[i], "down: byte %d is %d, want %d", i, bytes[i],
			  want[i]);
}

static void what_overlaps_is_moved_as_if_it_did_not(void **unused)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.actors = { { .name = "a", .body = move_both_ways } },
	};
	struct np_explored *explored = explore(&options);

	(void)unused;
	print_found(explored);
	assert_int_equal(explored->nr_found, 0);
	np_explored_free(explored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actor_reads_what_it_has_set_under_each_memory_model),
		cmocka_unit_test(actor_reads_what_it_has_copied_under_each_memory_model),
		cmocka_unit_test(others_see_the_words_one_after_the_other),
		cmocka_unit_test(what_overlaps_is_moved_as_if_it_did_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
