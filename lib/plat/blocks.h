/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* blocks - internal: a machine's memory as blocks of malloc(), in .blocks */
#ifndef NP_PLAT_BLOCKS_H
#define NP_PLAT_BLOCKS_H

#include <plat/plat.h>

/* 0 or -ENOMEM. */
int np_blocks_init(struct np_memory *memory);
/* Frees whatever is left. */
void np_blocks_exit(struct np_memory *memory);
/* Zeroed; NULL when there is none, or @align is more than a cache line. */
void *np_blocks_alloc(struct np_memory *memory, size_t size, size_t align);
void np_blocks_free(struct np_memory *memory, void *ptr);

#endif /* NP_PLAT_BLOCKS_H */
