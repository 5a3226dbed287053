/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Machine memory from malloc(), for builds in which a sanitizer or Valgrind must
 * see every block.
 */
#include <plat/blocks.h>

int np_memory_init(struct np_memory *memory)
{
	return np_blocks_init(memory);
}

void np_memory_exit(struct np_memory *memory)
{
	np_blocks_exit(memory);
}

void *np_memory_alloc(struct np_memory *memory, size_t size, size_t align)
{
	return np_blocks_alloc(memory, size, align);
}

void np_memory_free(struct np_memory *memory, void *ptr, size_t size, size_t align)
{
	(void)size;
	(void)align;
	np_blocks_free(memory, ptr);
}
