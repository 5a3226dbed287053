/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

static bool all_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static void memory_is_zeroed_even_when_it_was_used_before(void **state)
{
	struct host *h = *state;

	for (size_t size = 1; size < 20000; size = size * 3 + 1) {
		unsigned char *bytes = np_alloc(h->m, size);

		assert_non_null(bytes);
		assert_true(all_zero(bytes, size));
		memset(bytes, 0xff, size);
		np_free(h->m, bytes, size);
	}
}

static void what_fills_a_cache_line_is_aligned_to_one(void **state)
{
	struct host *h = *state;

	for (size_t size = 1; size < 5000; size = size * 2 + 1) {
		void *ptr = np_alloc(h->m, size);

		assert_int_equal((uintptr_t)ptr % (size >= SMP_CACHE_BYTES ? SMP_CACHE_BYTES : 16),
				 0);
		np_free(h->m, ptr, size);
	}
}

static void machine_counts_the_memory_its_objects_hold(void **state)
{
	struct host *h = *state;
	size_t before = np_machine_memory(h->m);
	void *ptr = np_alloc(h->m, 1000);

	assert_int_equal(np_machine_memory(h->m), before + 1000);
	np_free(h->m, ptr, 1000);
	np_free(h->m, NULL, 1000);
	assert_int_equal(np_machine_memory(h->m), before);
}

static void nothing_is_what_zero_bytes_get(void **state)
{
	struct host *h = *state;
	size_t before = np_machine_memory(h->m);

	assert_null(np_alloc(h->m, 0));
	assert_int_equal(np_machine_memory(h->m), before);
}

static void more_than_there_is_gives_null(void **state)
{
	struct host *h = *state;
	size_t before = np_machine_memory(h->m);

	assert_null(np_alloc(h->m, SIZE_MAX / 2));
	assert_null(np_alloc(h->m, SIZE_MAX - 8));
	assert_int_equal(np_machine_memory(h->m), before);
}

static void memory_that_is_never_freed_goes_with_the_machine_and_is_reported(void **state)
{
	struct np_recorder *recorder = calloc(1, sizeof(*recorder));
	struct np_machine *m;

	(void)state;
	assert_int_equal(np_machine_create(&m, NULL), 0);
	np_recorder_attach(recorder, m);
	assert_non_null(np_alloc(m, 123));
	assert_int_equal(np_machine_destroy(m), 0);
	assert_int_equal(recorder->nr, 1);
	assert_int_equal(recorder->seen[0].invariant, NP_MACHINE_MEMORY);
	assert_non_null(strstr(recorder->seen[0].message, "123 bytes"));
	free(recorder);
}

static void address_space_can_be_reserved_and_is_zero(void **state)
{
	unsigned char *bytes = np_reserve(1UL << 32);

	(void)state;
	assert_non_null(bytes);
	bytes[(1UL << 32) - 1] = 1;
	assert_int_equal(bytes[1UL << 31], 0);
	np_unreserve(bytes, 1UL << 32);
	np_unreserve(NULL, 1);
	assert_null(np_reserve(SIZE_MAX / 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(memory_is_zeroed_even_when_it_was_used_before),
		host_test(what_fills_a_cache_line_is_aligned_to_one),
		host_test(machine_counts_the_memory_its_objects_hold),
		host_test(nothing_is_what_zero_bytes_get),
		host_test(more_than_there_is_gives_null),
		cmocka_unit_test(memory_that_is_never_freed_goes_with_the_machine_and_is_reported),
		cmocka_unit_test(address_space_can_be_reserved_and_is_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
