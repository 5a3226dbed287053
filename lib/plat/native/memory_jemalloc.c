/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Machine memory from a jemalloc arena of its own: no cache shared with the rest
 * of the process, and destroying the arena frees whatever is left.
 */
#include <jemalloc/jemalloc.h>
#include <stdio.h>

#include <plat/plat.h>

static int arena_flags(const struct np_memory *memory, size_t align)
{
	return (int)(MALLOCX_ARENA(memory->arena) | MALLOCX_TCACHE_NONE | MALLOCX_ALIGN(align));
}

int np_memory_init(struct np_memory *memory)
{
	size_t size = sizeof(memory->arena);

	return mallctl("arenas.create", &memory->arena, &size, NULL, 0) ? -ENOMEM : 0;
}

void np_memory_exit(struct np_memory *memory)
{
	char name[32];

	snprintf(name, sizeof(name), "arena.%u.destroy", memory->arena);
	mallctl(name, NULL, NULL, NULL, 0);
}

void *np_memory_alloc(struct np_memory *memory, size_t size, size_t align)
{
	return mallocx(size, arena_flags(memory, align) | MALLOCX_ZERO);
}

void np_memory_free(struct np_memory *memory, void *ptr, size_t size, size_t align)
{
	sdallocx(ptr, size, arena_flags(memory, align));
}
