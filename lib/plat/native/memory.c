/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is beside a machine's own memory: the machine itself, and how much there is. */
#include <stdlib.h>
#include <string.h>

#include <plat/plat.h>

/* A machine's zones are aligned to cache lines, and calloc() does not do that. */
void *np_machine_alloc(size_t size)
{
	size_t whole = (size + SMP_CACHE_BYTES - 1) & ~(size_t)(SMP_CACHE_BYTES - 1);
	void *ptr = aligned_alloc(SMP_CACHE_BYTES, whole);

	if (ptr)
		memset(ptr, 0, whole);
	return ptr;
}

void np_machine_free(void *ptr, size_t size)
{
	(void)size;
	free(ptr);
}

void np_memory_count(struct np_memory *memory, long bytes)
{
	__atomic_fetch_add(&memory->bytes, bytes, __ATOMIC_RELAXED);
}
