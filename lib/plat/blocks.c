/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Machine memory from malloc().  A list of all blocks stands in for an arena.
 */
#include <stdlib.h>
#include <string.h>

#include <netpage/list.h>
#include <plat/blocks.h>

/* Unit: bytes. A sanitizer ends the program for a size that it cannot have. */
#define BLOCK_MAX (SIZE_MAX / 4 >> (sizeof(size_t) == 8 ? 24 : 0))

struct block {
	struct list_head list;
} __attribute__((aligned(SMP_CACHE_BYTES)));

struct blocks {
	struct list_head list;
	u32 lock;
};

/* Not spin_lock(): that one reports to a machine, and this is beneath machines. */
static void lock_blocks(struct blocks *blocks)
{
	while (__atomic_exchange_n(&blocks->lock, 1, __ATOMIC_ACQUIRE))
		;
}

static void unlock_blocks(struct blocks *blocks)
{
	__atomic_store_n(&blocks->lock, 0, __ATOMIC_RELEASE);
}

int np_blocks_init(struct np_memory *memory)
{
	struct blocks *blocks = malloc(sizeof(*blocks));

	if (!blocks)
		return -ENOMEM;
	INIT_LIST_HEAD(&blocks->list);
	blocks->lock = 0;
	memory->blocks = blocks;
	return 0;
}

void np_blocks_exit(struct np_memory *memory)
{
	struct blocks *blocks = memory->blocks;
	struct block *block, *next;

	list_for_each_entry_safe(block, next, &blocks->list, list)
		free(block);
	free(blocks);
}

void *np_blocks_alloc(struct np_memory *memory, size_t size, size_t align)
{
	struct blocks *blocks = memory->blocks;
	size_t total = (sizeof(struct block) + size + SMP_CACHE_BYTES - 1) &
		       ~(size_t)(SMP_CACHE_BYTES - 1);
	struct block *block;

	if (size > BLOCK_MAX || align > SMP_CACHE_BYTES)
		return NULL;
	block = aligned_alloc(SMP_CACHE_BYTES, total);
	if (!block)
		return NULL;
	memset(block, 0, total);
	lock_blocks(blocks);
	list_add(&block->list, &blocks->list);
	unlock_blocks(blocks);
	return block + 1;
}

void np_blocks_free(struct np_memory *memory, void *ptr)
{
	struct blocks *blocks = memory->blocks;
	struct block *block = (struct block *)ptr - 1;

	lock_blocks(blocks);
	list_del(&block->list);
	unlock_blocks(blocks);
	free(block);
}
