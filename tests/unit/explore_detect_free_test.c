/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <plat/plat.h>

#include "explore_detect_fixture.h"

#define BLOCK 100

static int set_up_block(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	s->machine = machine;
	s->block = np_alloc(machine, BLOCK);
	return s->block ? 0 : -ENOMEM;
}

static void free_block(void *state)
{
	struct shared *s = state;

	np_free(s->machine, s->block, BLOCK);
}

/* Whether something was found, in which block is the machine's business. */
static void assert_finds_use(struct np_explore_options options, const char *text)
{
	struct np_explored *explored = search(options);
	const char *got = "the above";

	for (unsigned int i = 0; i < explored->nr_found; i++)
		if (explored->found[i].invariant == NP_USE_AFTER_FREE &&
		    strstr(explored->found[i].message, text))
			got = text;
	if (strcmp(got, text))
		print_found(explored);
	assert_string_equal(got, text);
	np_explored_free(explored);
}

static void use_and_free(void *state)
{
	struct shared *s = state;
	u32 *words = s->block;

	if (faulty())
		free_block(state);
	s->sink = words[10];
	if (!faulty())
		free_block(state);
}

static void read_of_a_block_that_was_freed_is_reported_with_its_place_in_it(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_block,
		.actors = { actor("a", 0, use_and_free, FAULTY) },
	};

	(void)unused;
	assert_finds_use(options, "plain read of 4 bytes at offset 40 of 100 bytes that are free");
	assert_finds_use(options, "\n  freed by a at ");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void use_block(void *state)
{
	struct shared *s = state;
	u64 *words = s->block;
	u64 sink = 0;

	if (!faulty())
		spin_lock(&s->lock);
	if (!READ_ONCE(s->flag))
		sink = READ_ONCE(words[3]);
	(void)sink;
	if (!faulty())
		spin_unlock(&s->lock);
}

static void retire_block(void *state)
{
	struct shared *s = state;

	if (!faulty())
		spin_lock(&s->lock);
	WRITE_ONCE(s->flag, 1u);
	if (!faulty())
		spin_unlock(&s->lock);
	free_block(state);
}

/* Nobody writes to the block: no other order of steps shows it. */
static void block_is_freed_while_another_one_may_still_read_it(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_block,
		.actors = { actor("owner", 0, retire_block, FAULTY),
			    actor("reader", 1, use_block, FAULTY) },
	};

	(void)unused;
	assert_finds_use(options,
			 "freed by owner, but nothing makes that wait for the use by reader at "
			 "use_block");
	options.actors[0].arg = options.actors[1].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void allocate_again(void *state)
{
	struct shared *s = state;
	u64 *words;

	for (int i = 0; i < 3; i++) {
		words = np_alloc(s->machine, BLOCK);
		words[0] = 1;
		s->sink = words[12];
		np_free(s->machine, words, BLOCK);
	}
	words = s->block;
	s->sink = words[0] + words[12];
	free_block(state);
}

static void what_an_execution_freed_is_there_again_in_the_next_one(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_block,
		.actors = { actor("a", 0, allocate_again, REPAIRED),
			    actor("b", 1, use_block, REPAIRED) },
	};

	(void)unused;
	/* Of b's block: a frees it without a word. */
	options.ignore = BIT(NP_USE_AFTER_FREE);
	assert_finds_nothing(options);
	options.actors[1].body = NULL;
	options.ignore = 0;
	assert_finds_nothing(options);
}

/* --- locks in a block --- */

struct locked {
	spinlock_t lock;
	bool last;
};

static int set_up_locked(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	s->machine = machine;
	s->block = np_alloc(machine, sizeof(struct locked));
	return s->block ? 0 : -ENOMEM;
}

/* Frees what its own unlock, or that of another one, still touches. */
static void leave(void *state)
{
	struct shared *s = state;
	struct locked *locked = s->block;
	bool last;

	spin_lock(&locked->lock);
	last = locked->last;
	locked->last = true;
	if (faulty() && last) {
		np_free(s->machine, locked, sizeof(*locked));
		spin_unlock(&locked->lock);
		return;
	}
	spin_unlock(&locked->lock);
	if (last)
		np_free(s->machine, locked, sizeof(*locked));
}

static void unlock_of_a_lock_that_was_freed_is_reported(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_locked,
		.actors = { actor("a", 0, leave, FAULTY), actor("b", 1, leave, FAULTY) },
	};

	(void)unused;
	assert_finds_use(options, "unlock of 4 bytes at offset 0 of 8 bytes that are free");
	options.actors[0].arg = options.actors[1].arg = REPAIRED;
	assert_finds_nothing(options);
}

/* --- RCU --- */

static void read_under_rcu(void *state)
{
	struct shared *s = state;
	u64 *words;

	if (!faulty())
		rcu_read_lock();
	words = READ_ONCE(s->block);
	if (words)
		s->sink = words[3];
	if (!faulty())
		rcu_read_unlock();
}

static void retire_under_rcu(void *state)
{
	struct shared *s = state;
	void *block = s->block;

	WRITE_ONCE(s->block, NULL);
	np_free_rcu(s->machine, block, BLOCK);
}

static void block_is_freed_after_all_rcu_readers_have_left(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_block,
		.actors = { actor("owner", 0, retire_under_rcu, REPAIRED),
			    actor("reader", 1, read_under_rcu, FAULTY) },
	};

	(void)unused;
	assert_finds_use(options, "reader");
	options.actors[1].arg = REPAIRED;
	assert_finds_nothing(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_of_a_block_that_was_freed_is_reported_with_its_place_in_it),
		cmocka_unit_test(block_is_freed_while_another_one_may_still_read_it),
		cmocka_unit_test(what_an_execution_freed_is_there_again_in_the_next_one),
		cmocka_unit_test(unlock_of_a_lock_that_was_freed_is_reported),
		cmocka_unit_test(block_is_freed_after_all_rcu_readers_have_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
