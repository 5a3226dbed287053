/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * image - internal: the one piece of memory that a search watches and undoes
 *
 * It is divided into granules of eight bytes, each with a *location* that says who
 * uses it.  The first write to a granule in an execution logs what was there, so
 * that the next execution begins by writing the log back: the cost of a new
 * execution is what the last one touched.
 *
 * Execution 0 is the set-up: nothing is logged, what it leaves behind is what every
 * execution begins with.
 */
#ifndef NP_EXPLORE_IMAGE_H
#define NP_EXPLORE_IMAGE_H

#include <netpage/types.h>

#define NP_NOWHERE UINT32_MAX
#define NP_GRANULE 8
/* The lowest page is a guard. A report reads debug information on the stack of its actor. */
#define NP_STACK_SIZE (256 * 1024)
#define NP_PSEUDO_LOCATIONS 64 /* behind those of the image: RCU, work queues */

/*
 * Who has used a granule, over all executions: the state only ever moves down this
 * list, and that is what makes leaving the private accesses out sound. When it
 * becomes SHARED the search starts anew with that knowledge.
 *  0; READ_BY(a); WRITTEN_BY(a); READ_BY_MANY; SHARED.
 */
#define NP_LOC_FRESH 0
#define NP_LOC_READ_BY(actor) (u8)(1 + 2 * (actor))
#define NP_LOC_WRITTEN_BY(actor) (u8)(2 + 2 * (actor))
#define NP_LOC_READ_BY_MANY 254
#define NP_LOC_SHARED 255
#define NP_LOC_NEVER 0xffff /* of no location: the state and the watch byte together */

struct np_location {
	union {
		struct {
			u8 state;
			u8 watch; /* detectors: every access is looked at, private or not */
		};
		u16 state_and_watch; /* compared at once */
	};
	u16 unused;
	u32 logged; /* execution whose undo log has it */
	u32 epoch;  /* execution that .last is of */
	u32 last;   /* latest event here */
};

/* All that an access needs to find out that it need not be looked at. */
struct np_hot {
	uintptr_t base;
	size_t size; /* 0: nothing is watched */
	struct np_location *locations;
	u32 execution;
	/* state_and_watch of the running actor's own granules, and of those nobody writes. */
	u16 read_by, written_by, read_by_many;
	/*
	 * Accesses until the running actor is taken for one that spins: what it spins on is then
	 * made SHARED, for only a step lets others go on.
	 */
	u32 patience;
};

#define NP_PATIENCE (1u << 20)

struct np_undo {
	u32 location;
	u64 old;
};

struct np_image {
	char *base;
	size_t size;   /* bytes, stacks included */
	size_t stacks; /* offset of the first stack */
	unsigned int nr_stacks;
	struct np_location *locations;
	struct np_undo *log;
	size_t nr_log, max_log;
	/* The allocator: see image.c. Its own words lie in the image and are undone with it. */
	struct np_image_heap *heap;
	/* For whom the next block is: set before each call, np_image_alloc_by(). */
	u32 execution;
	unsigned int arena;
	size_t settled; /* offset: where the blocks of the set-up end */
};

/* Reserves address space; what is not touched costs nothing. 0 or -ENOMEM. */
int np_image_init(struct np_image *image, size_t size, unsigned int nr_stacks);
void np_image_exit(struct np_image *image);

/*
 * Who asks the allocator from now on. Each actor has an arena of its own, so that where
 * its blocks are does not depend on what others allocate meanwhile. @arena: 0 is nobody's,
 * 1 + n that of actor n.
 */
static inline void np_image_alloc_by(struct np_image *image, u32 execution, unsigned int arena)
{
	image->execution = execution;
	image->arena = arena;
}

/*
 * Memory of the image: zeroed, cache-line aligned from a cache line upwards. The same
 * calls give the same addresses. What an execution frees is not used again in it while
 * there is other memory. @align: a power of two. NULL: none left, or size 0.
 */
void *np_image_alloc(struct np_image *image, size_t size, size_t align);
/* @ptr: NULL, or a block; anything else is left alone. */
void np_image_free(struct np_image *image, void *ptr, size_t size);
/* A large block that is touched here and there (a memmap), in whole pages; never freed. */
void *np_image_reserve(struct np_image *image, size_t size);
/* The live block that @ptr points into: its start and size; NULL when it is in none. */
void *np_image_block(const struct np_image *image, const void *ptr, size_t *size);
/* Whether @ptr points into a block that was freed. */
bool np_image_freed(const struct np_image *image, const void *ptr);
/* Whether @ptr points to what is there in every execution: a block of the set-up. */
bool np_image_settled(const struct np_image *image, const void *ptr);

/* Notes what is in the granule at @location now; once in an execution, never in 0. Not stacks. */
void np_image_log(struct np_image *image, u32 location);
/* Before code that is not instrumented writes. Outside of the image: nothing. */
void np_image_touch(struct np_image *image, u32 execution, const void *ptr, size_t size);
/* The image is again what it was when the log was empty. */
void np_image_undo(struct np_image *image);

static inline u32 np_location_of(const struct np_image *image, const void *ptr)
{
	return (u32)(((uintptr_t)ptr - (uintptr_t)image->base) / NP_GRANULE);
}

static inline bool np_in_image(const struct np_image *image, const void *ptr)
{
	return (uintptr_t)ptr - (uintptr_t)image->base < image->size;
}

#endif /* NP_EXPLORE_IMAGE_H */
