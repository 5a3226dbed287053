/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <explore/engine.h>

#define IMAGE_SIZE ((size_t)16 << 20)
#define NR_STACKS 4u
#define ARENA_OF_ACTOR(n) (1u + (n))

static int image_up(void **state)
{
	struct np_image *image = calloc(1, sizeof(*image));

	*state = image;
	return !image || np_image_init(image, IMAGE_SIZE, NR_STACKS);
}

static int image_down(void **state)
{
	np_image_exit(*state);
	free(*state);
	return 0;
}

/* An access as the runtime makes it: noted, then done. */
static void store(struct np_image *image, u32 execution, void *ptr, unsigned char byte, size_t size)
{
	volatile unsigned char *bytes = ptr;

	np_image_touch(image, execution, ptr, size);
	for (size_t i = 0; i < size; i++)
		bytes[i] = byte;
}

/* The words of an image; what is not there is zero. */
static u64 sum_of(const struct np_image *image)
{
	const u64 *words = (const u64 *)(void *)image->base;
	u64 sum = 0;

	for (size_t i = 0; i < image->stacks / sizeof(*words); i++)
		if (words[i])
			sum = (sum ^ words[i] ^ i) * 0x100000001b3ULL;
	return sum;
}

static void begin_execution(struct np_image *image, u32 execution, unsigned int arena)
{
	np_image_alloc_by(image, execution, arena);
}

static void memory_is_zeroed_and_aligned_to_what_it_fills(void **state)
{
	struct np_image *image = *state;

	for (size_t size = 1; size < 300000; size = size * 2 + 1) {
		unsigned char *bytes = np_image_alloc(image, size, 16);

		assert_non_null(bytes);
		assert_int_equal(
			(uintptr_t)bytes % (size >= SMP_CACHE_BYTES ? SMP_CACHE_BYTES : 16), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(bytes[i], 0);
		memset(bytes, 0xff, size);
	}
}

static void block_can_be_aligned_to_more_than_a_cache_line(void **state)
{
	for (size_t align = 128; align <= 4096; align *= 2)
		assert_int_equal((uintptr_t)np_image_alloc(*state, 8, align) % align, 0);
}

static void set_up_uses_freed_memory_again_the_latest_first(void **state)
{
	struct np_image *image = *state;
	unsigned char *first = np_image_alloc(image, 200, 16), *second;

	second = np_image_alloc(image, 200, 16);
	memset(first, 1, 200);
	memset(second, 2, 200);
	np_image_free(image, first, 200);
	np_image_free(image, second, 200);
	assert_ptr_equal(np_image_alloc(image, 200, 16), second);
	assert_ptr_equal(np_image_alloc(image, 199, 16), first);
	assert_int_equal(first[0] | first[199] | second[0] | second[199], 0);
}

static void execution_does_not_use_again_what_is_freed(void **state)
{
	struct np_image *image = *state;
	void *before = np_image_alloc(image, 64, 16), *ptr, *again;

	np_image_free(image, before, 64);
	begin_execution(image, 1, 0);
	ptr = np_image_alloc(image, 64, 16);
	assert_ptr_not_equal(ptr, before);
	np_image_free(image, ptr, 64);
	again = np_image_alloc(image, 64, 16);
	assert_ptr_not_equal(again, ptr);
	assert_ptr_not_equal(again, before);
}

static void execution_without_fresh_memory_uses_freed_memory(void **state)
{
	struct np_image *image = *state;
	size_t size = 1 << 16, nr = 0;
	void *ptr, *last = NULL;

	begin_execution(image, 1, ARENA_OF_ACTOR(0));
	while ((ptr = np_image_alloc(image, size, 16))) {
		last = ptr;
		nr++;
	}
	assert_in_range(nr, 10, IMAGE_SIZE / size);
	np_image_free(image, last, size);
	assert_ptr_equal(np_image_alloc(image, size, 16), last);
	assert_null(np_image_alloc(image, size, 16));
}

static void place_of_an_actors_block_does_not_depend_on_other_actors(void **state)
{
	struct np_image *image = *state;
	void *alone[2], *among_others[2];

	begin_execution(image, 1, ARENA_OF_ACTOR(1));
	alone[0] = np_image_alloc(image, 24, 16);
	alone[1] = np_image_alloc(image, 500, 16);
	np_image_undo(image);
	begin_execution(image, 2, ARENA_OF_ACTOR(0));
	np_image_alloc(image, 100, 16);
	begin_execution(image, 2, ARENA_OF_ACTOR(1));
	among_others[0] = np_image_alloc(image, 24, 16);
	begin_execution(image, 2, ARENA_OF_ACTOR(2));
	np_image_free(image, among_others[0], 24);
	begin_execution(image, 2, ARENA_OF_ACTOR(1));
	among_others[1] = np_image_alloc(image, 500, 16);
	assert_memory_equal(alone, among_others, sizeof(alone));
}

static void undoing_restores_every_byte_an_execution_wrote(void **state)
{
	struct np_image *image = *state;
	char *kept = np_image_alloc(image, 4000, 16), *freed = np_image_alloc(image, 96, 16);
	u64 before;

	memset(kept, 'k', 4000);
	before = sum_of(image);
	for (u32 execution = 1; execution < 4; execution++) {
		begin_execution(image, execution, ARENA_OF_ACTOR(execution));
		store(image, execution, kept + 3, 'x', 1000);
		store(image, execution, kept + 500, 'y', 1000);
		store(image, execution, np_image_alloc(image, 5000, 16), 'z', 5000);
		np_image_free(image, freed, 96);
		assert_true(np_image_freed(image, freed));
		assert_int_not_equal(sum_of(image), before);
		np_image_undo(image);
		assert_int_equal(sum_of(image), before);
		assert_false(np_image_freed(image, freed));
		assert_int_equal(image->nr_log, 0);
	}
}

static void granule_is_logged_once_in_an_execution(void **state)
{
	struct np_image *image = *state;
	u64 *words = np_image_alloc(image, 8 * sizeof(*words), 16);

	for (int i = 0; i < 3; i++)
		np_image_touch(image, 1, words, 8 * sizeof(*words));
	assert_int_equal(image->nr_log, 8);
	np_image_undo(image);
	np_image_touch(image, 2, (char *)words + 7, 2);
	assert_int_equal(image->nr_log, 2);
}

static void set_up_is_not_logged(void **state)
{
	struct np_image *image = *state;
	void *ptr = np_image_alloc(image, 100, 16);

	np_image_touch(image, 0, ptr, 100);
	np_image_free(image, ptr, 100);
	assert_int_equal(image->nr_log, 0);
}

static void what_is_outside_of_the_image_is_not_logged(void **state)
{
	struct np_image *image = *state;
	char outside[8] = "outside";

	np_image_touch(image, 1, outside, sizeof(outside));
	np_image_touch(image, 1, image->base, 0);
	np_image_touch(image, 1, image->base + image->size, 8);
	assert_int_equal(image->nr_log, 0);
	np_image_touch(image, 1, image->base + image->stacks - 8, 8);
	assert_int_equal(image->nr_log, 1);
}

static void stacks_are_not_undone(void **state)
{
	struct np_image *image = *state;

	np_image_touch(image, 1, image->base + image->stacks, 100);
	np_image_touch(image, 1, image->base + image->size - 8, 100);
	assert_int_equal(image->nr_log, 0);
}

static void memory_written_unseen_is_zero_for_its_next_owner(void **state)
{
	struct np_image *image = *state;
	unsigned char *bytes;

	begin_execution(image, 1, ARENA_OF_ACTOR(0));
	bytes = np_image_alloc(image, 100, 16);
	memset(bytes, 0xff, 100);
	np_image_undo(image);
	begin_execution(image, 2, ARENA_OF_ACTOR(0));
	assert_ptr_equal(np_image_alloc(image, 100, 16), bytes);
	for (int i = 0; i < 100; i++)
		assert_int_equal(bytes[i], 0);
}

static void block_is_found_by_each_of_its_bytes_and_no_other(void **state)
{
	struct np_image *image = *state;
	static const size_t sizes[] = {
		1, 15, 16, 17, 48, 49, 63, 64, 65, 1000, 4096, 4097, 70000
	};
	char *blocks[ARRAY_SIZE(sizes)];

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		blocks[i] = np_image_alloc(image, sizes[i], 16);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t size = 0;

		for (size_t byte = 0; byte < sizes[i]; byte++)
			assert_ptr_equal(np_image_block(image, blocks[i] + byte, &size), blocks[i]);
		assert_int_equal(size, sizes[i]);
		assert_null(np_image_block(image, blocks[i] - 1, &size));
		assert_null(np_image_block(image, blocks[i] + sizes[i], &size));
	}
}

static void freed_block_is_known_as_such_and_is_no_block_any_more(void **state)
{
	struct np_image *image = *state;
	char *ptr = np_image_alloc(image, 300, 16), *live = np_image_alloc(image, 300, 16);
	size_t size;

	assert_false(np_image_freed(image, ptr));
	np_image_free(image, ptr, 300);
	assert_true(np_image_freed(image, ptr));
	assert_true(np_image_freed(image, ptr + 299));
	assert_false(np_image_freed(image, ptr + 300));
	assert_null(np_image_block(image, ptr, &size));
	assert_false(np_image_freed(image, live));
	assert_false(np_image_freed(image, image->base));
	assert_false(np_image_freed(image, NULL));
	assert_false(np_image_freed(image, &size));
}

static void freeing_what_is_no_block_changes_nothing(void **state)
{
	struct np_image *image = *state;
	char *ptr = np_image_alloc(image, 64, 16), on_stack[64];
	size_t size;

	np_image_free(image, NULL, 64);
	np_image_free(image, on_stack, 64);
	np_image_free(image, ptr + 16, 48);
	np_image_free(image, image->base, 64);
	np_image_free(image, image->base + image->size - 64, 64);
	assert_ptr_equal(np_image_block(image, ptr, &size), ptr);
	np_image_free(image, ptr, 64);
	np_image_free(image, ptr, 64);
	assert_ptr_equal(np_image_alloc(image, 64, 16), ptr);
	assert_ptr_not_equal(np_image_alloc(image, 64, 16), ptr);
}

static void large_block_is_found_and_costs_only_what_is_touched(void **state)
{
	struct np_image *image = *state;
	char *far = np_image_reserve(image, (4 << 20) + 1);
	size_t size = 0;

	assert_non_null(far);
	assert_int_equal((uintptr_t)far % 4096, 0);
	far[4 << 20] = 1;
	assert_ptr_equal(np_image_block(image, far + (2 << 20), &size), far);
	assert_int_equal(size, (4 << 20) + 4096);
	assert_null(np_image_reserve(image, IMAGE_SIZE));
	assert_null(np_image_reserve(image, 0));
	assert_null(np_image_reserve(image, SIZE_MAX));
	np_image_free(image, far, size);
	assert_false(np_image_freed(image, far));
}

static void large_blocks_do_not_run_into_small_ones(void **state)
{
	struct np_image *image = *state;
	size_t size;
	char *ptr;

	while (np_image_reserve(image, 1 << 20))
		;
	while ((ptr = np_image_alloc(image, 10000, 16)))
		assert_ptr_equal(np_image_block(image, ptr + 9999, &size), ptr);
}

static void more_than_there_is_gives_null(void **state)
{
	assert_null(np_image_alloc(*state, 0, 16));
	assert_null(np_image_alloc(*state, IMAGE_SIZE, 16));
	assert_null(np_image_alloc(*state, SIZE_MAX / 2, 16));
	assert_null(np_image_alloc(*state, SIZE_MAX, 16));
}

static void image_that_is_too_small_or_too_large_is_refused(void **state)
{
	struct np_image image;

	(void)state;
	assert_int_equal(np_image_init(&image, 1 << 16, 4), -ENOMEM);
	assert_int_equal(np_image_init(&image, SIZE_MAX / 2, 4), -ENOMEM);
	assert_int_equal(np_image_init(&image, IMAGE_SIZE, NP_ACTORS_MAX + 1), -ENOMEM);
	np_image_exit(&image);
}

static void stacks_are_at_the_end_of_the_image(void **state)
{
	const struct np_image *image = *state;
	size_t size;

	assert_int_equal(image->stacks + NR_STACKS * NP_STACK_SIZE, image->size);
	assert_int_equal((uintptr_t)(image->base + image->stacks) % 4096, 0);
	assert_true(np_in_image(image, image->base + image->size - 1));
	assert_false(np_in_image(image, image->base + image->size));
	assert_null(np_image_block(image, image->base + image->stacks, &size));
	/* As far as pseudo-locations go, there is a word for each. */
	image->locations[image->size / NP_GRANULE + NP_PSEUDO_LOCATIONS - 1].state = 1;
}

static void what_the_set_up_allocated_is_settled(void **state)
{
	struct np_image *image = *state;
	char *before = np_image_alloc(image, 100, 16), *far = np_image_reserve(image, 4096), *after;

	begin_execution(image, 1, 0);
	after = np_image_alloc(image, 100, 16);
	assert_true(np_image_settled(image, before + 50));
	assert_true(np_image_settled(image, far));
	assert_false(np_image_settled(image, after));
	begin_execution(image, 1, ARENA_OF_ACTOR(2));
	assert_false(np_image_settled(image, np_image_alloc(image, 100, 16)));
}

/* A thousand random operations, undone, leave the image as it was; their twin is equal to them. */
static void same_calls_give_the_same_addresses_after_an_undo(void **state)
{
	struct np_image *image = *state;
	uintptr_t first = 0;
	u64 before;

	for (int i = 0; i < 50; i++)
		np_image_alloc(image, (size_t)(i * 37 % 700 + 1), 16);
	before = sum_of(image);
	for (u32 execution = 1; execution <= 3; execution++) {
		uintptr_t hash = 0;
		void *last = NULL;
		u32 random = 1;

		for (int i = 0; i < 1000; i++) {
			random = random * 1664525 + 1013904223;
			begin_execution(image, execution, random >> 30);
			if (random >> 8 & 1)
				np_image_free(image, last, 0);
			last = np_image_alloc(image, (random >> 10 & 1023) + 1, 16);
			hash = hash * 31 + (uintptr_t)last;
		}
		first = first ? first : hash;
		assert_int_equal(hash, first);
		np_image_undo(image);
		assert_int_equal(sum_of(image), before);
	}
}

#define image_test(name) cmocka_unit_test_setup_teardown(name, image_up, image_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		image_test(memory_is_zeroed_and_aligned_to_what_it_fills),
		image_test(block_can_be_aligned_to_more_than_a_cache_line),
		image_test(set_up_uses_freed_memory_again_the_latest_first),
		image_test(execution_does_not_use_again_what_is_freed),
		image_test(execution_without_fresh_memory_uses_freed_memory),
		image_test(place_of_an_actors_block_does_not_depend_on_other_actors),
		image_test(undoing_restores_every_byte_an_execution_wrote),
		image_test(granule_is_logged_once_in_an_execution),
		image_test(set_up_is_not_logged),
		image_test(what_is_outside_of_the_image_is_not_logged),
		image_test(stacks_are_not_undone),
		image_test(memory_written_unseen_is_zero_for_its_next_owner),
		image_test(block_is_found_by_each_of_its_bytes_and_no_other),
		image_test(freed_block_is_known_as_such_and_is_no_block_any_more),
		image_test(freeing_what_is_no_block_changes_nothing),
		image_test(large_block_is_found_and_costs_only_what_is_touched),
		image_test(large_blocks_do_not_run_into_small_ones),
		image_test(more_than_there_is_gives_null),
		image_test(image_that_is_too_small_or_too_large_is_refused),
		image_test(stacks_are_at_the_end_of_the_image),
		image_test(what_the_set_up_allocated_is_settled),
		image_test(same_calls_give_the_same_addresses_after_an_undo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
