/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"

#define CHUNK_BYTES ((size_t)16 * 1024)
#define GROW_FIRST 8

struct np_arena_chunk {
	struct np_arena_chunk *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char bytes[];
};

void np_arena_init(struct np_arena *arena, size_t limit)
{
	arena->chunks = NULL;
	arena->used = 0;
	arena->limit = limit;
}

void np_arena_free(struct np_arena *arena)
{
	while (arena->chunks) {
		struct np_arena_chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		free(chunk);
	}
	arena->used = 0;
}

static struct np_arena_chunk *chunk_with_room(struct np_arena *arena, size_t size)
{
	struct np_arena_chunk *chunk = arena->chunks;
	size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;

	if (chunk && chunk->size - chunk->used >= size)
		return chunk;
	chunk = calloc(1, sizeof(*chunk) + room);
	if (!chunk)
		return NULL;
	chunk->size = room;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

void *np_arena_alloc(struct np_arena *arena, size_t size)
{
	size_t align = alignof(max_align_t);
	struct np_arena_chunk *chunk;
	void *memory;

	np_assure(arena->used <= arena->limit);
	if (size > arena->limit - arena->used)
		return NULL;
	size = size ? (size + align - 1) & ~(align - 1) : align;
	if (size > arena->limit - arena->used)
		return NULL;
	chunk = chunk_with_room(arena, size);
	if (!chunk)
		return NULL;
	memory = chunk->bytes + chunk->used;
	chunk->used += size;
	arena->used += size;
	return memory;
}

char *np_arena_copy(struct np_arena *arena, const char *bytes, size_t len)
{
	char *copy = np_arena_alloc(arena, len + 1);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}

void *np_arena_grow(struct np_arena *arena, void *array, size_t count, size_t size)
{
	size_t capacity = count ? count * 2 : GROW_FIRST;
	void *larger;

	np_assure(size > 0 && count <= SIZE_MAX / 4 / size);
	np_assure(!count == !array);
	/* A full array holds a power of two of elements: no capacity needs to be remembered. */
	if (count && (count < GROW_FIRST || (count & (count - 1))))
		return array;
	larger = np_arena_alloc(arena, capacity * size);
	if (larger && count)
		memcpy(larger, array, count * size);
	return larger;
}
