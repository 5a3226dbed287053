/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "compat_fixture.h"

#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static void memory_starts_on_a_cache_line_and_knows_its_size(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 5000; size += 333) {
		unsigned char *ptr = kzalloc(size, GFP_KERNEL);

		assert_non_null(ptr);
		assert_int_equal((uintptr_t)ptr % SMP_CACHE_BYTES, 0);
		assert_int_equal(ksize(ptr), size);
		assert_int_equal(ptr[0] | ptr[size - 1], 0);
		kfree(ptr);
	}
}

static void freeing_nothing_is_allowed(void **state)
{
	(void)state;
	kfree(NULL);
	kfree(ZERO_SIZE_PTR);
	free_percpu(NULL);
	assert_int_equal(ksize(NULL), 0);
}

static void a_size_that_overflows_gives_no_memory(void **state)
{
	(void)state;
	assert_null(kmalloc(SIZE_MAX, GFP_KERNEL));
	assert_null(kcalloc(SIZE_MAX / 2, 3, GFP_KERNEL));
	assert_null(np_compat_alloc_percpu(PCPU_UNIT + 1));
}

static void krealloc_keeps_what_was_there(void **state)
{
	char *ptr = kstrdup("apples", GFP_KERNEL);

	(void)state;
	ptr = krealloc(ptr, 1000, GFP_KERNEL);
	assert_string_equal(ptr, "apples");
	ptr = krealloc(ptr, 3, GFP_KERNEL);
	assert_memory_equal(ptr, "app", 3);
	kfree(ptr);
	ptr = krealloc(NULL, 8, GFP_KERNEL);
	assert_non_null(ptr);
	assert_null(krealloc(ptr, SIZE_MAX, GFP_KERNEL));
	kfree(ptr);
}

static void fill(void *object)
{
	memset(object, 7, 16);
}

static void a_cache_constructs_its_objects(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("things", 16, 0, 0, fill);
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)state;
	assert_int_equal(object[15], 7);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}

static void each_cpu_has_its_own(void **state)
{
	u64 __percpu *counter = alloc_percpu(u64);
	int cpu;

	(void)state;
	assert_non_null(counter);
	for_each_possible_cpu(cpu) * per_cpu_ptr(counter, cpu) = 10 * (u64)cpu;
	this_cpu_inc(*counter);
	this_cpu_add(*counter, 4);
	this_cpu_dec(*counter);
	assert_int_equal(*per_cpu_ptr(counter, 0), 4);
	assert_int_equal(*per_cpu_ptr(counter, 1), 10);
	assert_int_equal(this_cpu_read(*counter), 4);
	free_percpu(counter);
}

static DEFINE_PER_CPU(int, named);

static void a_named_one_has_as_many_places_as_there_are_cpus(void **state)
{
	struct fixture *f = *state;
	struct np_context context;

	this_cpu_write(named, 1);
	assert_int_equal(np_enter(&context, f->machine, 1, NP_KTHREAD, NULL), 0);
	this_cpu_write(named, 2);
	np_leave(&context);
	assert_int_equal(this_cpu_read(named), 1);
	assert_int_equal(per_cpu(named, 1), 2);
	get_cpu_var(named)++;
	put_cpu_var(named);
	assert_int_equal(per_cpu(named, 0), 2);
}

static void without_a_machine_there_is_no_memory(void **state)
{
	(void)state;
	assert_null(kmalloc(1, GFP_KERNEL));
	assert_null(alloc_percpu(int));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_machine(memory_starts_on_a_cache_line_and_knows_its_size),
		with_machine(freeing_nothing_is_allowed),
		with_machine(a_size_that_overflows_gives_no_memory),
		with_machine(krealloc_keeps_what_was_there),
		with_machine(a_cache_constructs_its_objects),
		with_machine(each_cpu_has_its_own),
		with_machine(a_named_one_has_as_many_places_as_there_are_cpus),
		cmocka_unit_test(without_a_machine_there_is_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
