/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_ARENA_H
#define NP_SIM_ARENA_H

#include <stddef.h>

struct np_arena_chunk;

/*
 * struct np_arena - memory that is given back all at once.
 * @chunks: newest chunk first
 * @used: bytes handed out so far
 * @limit: the most bytes that will ever be handed out
 *
 * Everything that is read from one scenario lives in one arena, so that no error path can leak.
 */
struct np_arena {
	struct np_arena_chunk *chunks;
	size_t used;
	size_t limit;
};

/*
 * np_arena_init() - an empty arena; allocates nothing.
 * @arena: caller's memory, contents ignored
 * @limit: bytes after which np_arena_alloc() fails, so that no input can eat the machine
 */
void np_arena_init(struct np_arena *arena, size_t limit);

/*
 * np_arena_free() - give everything back; the arena is empty and usable again.
 * @arena: initialised arena
 */
void np_arena_free(struct np_arena *arena);

/*
 * np_arena_alloc() - zeroed memory, aligned for any type.
 * @arena: initialised arena
 * @size: bytes; 0 is served as 1
 *
 * Return: memory which lives until np_arena_free(), or NULL at the limit or out of memory.
 */
void *np_arena_alloc(struct np_arena *arena, size_t size);

/*
 * np_arena_copy() - copy of @len bytes with a NUL behind them.
 * @arena: initialised arena
 * @bytes: what to copy
 * @len: how much
 *
 * Return: the copy, which lives until np_arena_free(), or NULL.
 */
char *np_arena_copy(struct np_arena *arena, const char *bytes, size_t len);

/*
 * np_arena_grow() - room for one more element in an array of the arena.
 * @arena: initialised arena
 * @array: the array, NULL when @count is 0
 * @count: elements in use; capacity is the next power of two, at least 8
 * @size: bytes of one element
 *
 * Return: @array or a larger copy of it, whose element @count is zeroed; NULL on failure. The old
 * array stays where it is until np_arena_free().
 */
void *np_arena_grow(struct np_arena *arena, void *array, size_t count, size_t size);

#endif /* NP_SIM_ARENA_H */
