/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The image: its memory, the undo log, and an allocator that is undone too.
 *
 * From the bottom: the allocator's words, a bit for each unit in which a block
 * begins, arena 0 growing up, far blocks growing down, the arenas of the actors,
 * the stacks.  A block has a header of one unit before it: neighbours do not touch,
 * and the block that any address is in is found by looking back through the bits.
 *
 * An execution takes fresh memory only, so that a use after free is not hidden by
 * the next owner; undoing gives all of it back at once.  The set-up, which nobody
 * watches, uses freed blocks again.
 */
#include <string.h>
#include <sys/mman.h>

#include <explore/image.h>
#include <explore/engine.h>

#define IMAGE_PAGE 4096
#define UNIT 16
#define LINE SMP_CACHE_BYTES
#define IMAGE_MIN ((size_t)1 << 20) /* besides the stacks */
#define IMAGE_MAX ((size_t)1 << 34) /* locations are 32 bits wide */
#define BLOCK_MAX ((size_t)1 << 31)
#define ARENA_SHARE 64 /* an actor's arena is this part of the image */
#define NR_FAR 32

/*
 * Blocks below a cache line have 1..3 units; then come whole lines, up to 64 of them;
 * then powers of two.
 */
#define NR_SMALL 3
#define NR_LINES 64
#define NR_CLASSES (NR_SMALL + NR_LINES + 20)

enum block_state { BLOCK_LIVE = 0x11fe, BLOCK_FREED = 0xdead };

struct block {
	u32 size; /* as it was asked for */
	u16 state, class;
	u32 next; /* in the free list, in units; 0: the last */
	u32 unused;
};
_Static_assert(sizeof(struct block) == UNIT, "a block's header is one unit");

struct arena {
	u64 frontier, end; /* offsets: fresh memory */
	u32 free[NR_CLASSES];
};

struct far_block {
	u64 start, size;
};

struct np_image_heap {
	u64 far; /* offset of the lowest far block */
	u64 far_end;
	u64 nr_far;
	struct far_block fars[NR_FAR];
	u64 first_block, arena_size;
	struct arena arenas[1 + NP_ACTORS_MAX];
	u64 starts[]; /* a bit for each unit: a header is there */
};

static size_t up(size_t size, size_t align)
{
	return (size + align - 1) & ~(align - 1);
}

/* --- the memory and its log --- */

static size_t locations_size(size_t size)
{
	return (size / NP_GRANULE + NP_PSEUDO_LOCATIONS) * sizeof(struct np_location);
}

/* A granule is logged once in an execution, so this is as long as the log can get. */
static size_t log_size(size_t size)
{
	return size / NP_GRANULE * sizeof(struct np_undo);
}

static void init_heap(struct np_image *image, unsigned int nr_stacks)
{
	struct np_image_heap *heap = (struct np_image_heap *)image->base;
	size_t bits = image->size / UNIT / 8;
	size_t arena_size = up(image->stacks / ARENA_SHARE, IMAGE_PAGE);
	size_t actors = image->stacks - nr_stacks * arena_size;

	image->heap = heap;
	heap->far = actors;
	heap->far_end = actors;
	heap->arena_size = arena_size;
	heap->first_block = up(sizeof(*heap) + bits, IMAGE_PAGE);
	heap->arenas[0].frontier = heap->first_block;
	for (unsigned int n = 0; n < nr_stacks; n++) {
		heap->arenas[1 + n].frontier = actors + n * arena_size;
		heap->arenas[1 + n].end = actors + (n + 1) * arena_size;
	}
}

int np_image_init(struct np_image *image, size_t size, unsigned int nr_stacks)
{
	size_t stacks = nr_stacks * (size_t)NP_STACK_SIZE, total;
	void *base;

	*image = (struct np_image){ .size = 0 };
	size = up(size, IMAGE_PAGE);
	if (nr_stacks > NP_ACTORS_MAX || size > IMAGE_MAX || size < stacks + IMAGE_MIN)
		return -ENOMEM;
	total = size + up(locations_size(size), IMAGE_PAGE) + log_size(size);
	base = mmap(NULL, total, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED)
		return -ENOMEM;
	/* All of it is used here and there: a huge page would mostly be wasted. */
	madvise(base, total, MADV_NOHUGEPAGE);
	image->base = base;
	image->size = size;
	image->stacks = size - stacks;
	image->nr_stacks = nr_stacks;
	image->locations = (struct np_location *)(image->base + size);
	image->log = (struct np_undo *)(image->base + size + up(locations_size(size), IMAGE_PAGE));
	image->max_log = size / NP_GRANULE;
	init_heap(image, nr_stacks);
	image->settled = image->heap->first_block;
	return 0;
}

void np_image_exit(struct np_image *image)
{
	size_t size = image->size;

	if (image->base)
		munmap(image->base, size + up(locations_size(size), IMAGE_PAGE) + log_size(size));
	*image = (struct np_image){ .size = 0 };
}

void np_image_log(struct np_image *image, u32 location)
{
	size_t offset = (size_t)location * NP_GRANULE;

	/* Every execution begins with empty stacks: what is on them does not matter then. */
	if (unlikely(image->nr_log == image->max_log || offset >= image->stacks))
		return;
	image->log[image->nr_log++] =
		(struct np_undo){ .location = location,
				  .old = *(const u64 *)(const void *)(image->base + offset) };
}

static void touch_granule(struct np_image *image, u32 execution, u32 location)
{
	struct np_location *l = &image->locations[location];

	/* In execution 0 this never holds: the set-up is not undone. */
	if (l->logged != execution) {
		l->logged = execution;
		np_image_log(image, location);
	}
}

void np_image_touch(struct np_image *image, u32 execution, const void *ptr, size_t size)
{
	uintptr_t offset = (uintptr_t)ptr - (uintptr_t)image->base;

	if (!execution || offset >= image->size || !size)
		return;
	if (size > image->size - offset)
		size = image->size - offset;
	for (size_t g = offset / NP_GRANULE; g <= (offset + size - 1) / NP_GRANULE; g++)
		touch_granule(image, execution, (u32)g);
}

void np_image_undo(struct np_image *image)
{
	u64 *granules = (u64 *)(void *)image->base;

	while (image->nr_log) {
		const struct np_undo *undo = &image->log[--image->nr_log];

		granules[undo->location] = undo->old;
	}
}

/* --- the allocator --- */

#define TOUCH(image, word) np_image_touch(image, (image)->execution, &(word), sizeof(word))

static struct block *block_at(const struct np_image *image, u64 unit)
{
	return (struct block *)(void *)(image->base + unit * UNIT);
}

static u64 unit_of(const struct np_image *image, const void *ptr)
{
	return ((uintptr_t)ptr - (uintptr_t)image->base) / UNIT;
}

static unsigned int class_of(size_t size)
{
	unsigned int class = NR_SMALL + NR_LINES;

	if (size < LINE - UNIT + 1)
		return (unsigned int)((size - 1) / UNIT);
	if (size <= NR_LINES * LINE)
		return (unsigned int)(NR_SMALL + (size - 1) / LINE);
	for (size_t most = 2 * NR_LINES * LINE; most < size; most *= 2)
		class ++;
	return class;
}

/* What a block of @class can hold. */
static size_t capacity_of(unsigned int class)
{
	if (class < NR_SMALL)
		return (class + 1) * UNIT;
	if (class < NR_SMALL + NR_LINES)
		return (class - NR_SMALL + 1) * LINE;
	return (size_t)NR_LINES * LINE << (class - NR_SMALL - NR_LINES + 1);
}

static struct arena *arena_of(const struct np_image *image, u64 offset)
{
	struct np_image_heap *heap = image->heap;

	if (offset < heap->far_end)
		return &heap->arenas[0];
	return &heap->arenas[1 + (offset - heap->far_end) / heap->arena_size];
}

static void *take_fresh(struct np_image *image, struct arena *arena, unsigned int class,
			size_t align)
{
	struct np_image_heap *heap = image->heap;
	u64 end = arena == &heap->arenas[0] ? heap->far : arena->end;
	u64 start = up(arena->frontier + UNIT, align), unit = start / UNIT - 1;

	if (start + capacity_of(class) > end)
		return NULL;
	TOUCH(image, arena->frontier);
	arena->frontier = start + capacity_of(class);
	TOUCH(image, heap->starts[unit / 64]);
	heap->starts[unit / 64] |= 1ULL << unit % 64;
	if (!image->execution && arena == &heap->arenas[0])
		image->settled = arena->frontier;
	return image->base + start;
}

static void *take_freed(struct np_image *image, struct arena *arena, unsigned int class,
			size_t align)
{
	u32 unit = arena->free[class];

	if (!unit || (unit + 1) * (u64)UNIT % align)
		return NULL;
	TOUCH(image, arena->free[class]);
	arena->free[class] = block_at(image, unit)->next;
	return block_at(image, unit) + 1;
}

static void *take(struct np_image *image, struct arena *arena, unsigned int class, size_t align)
{
	void *ptr;

	/* What is freed in an execution rests until the end of it, if that is possible. */
	if (image->execution) {
		ptr = take_fresh(image, arena, class, align);
		return ptr ? ptr : take_freed(image, arena, class, align);
	}
	ptr = take_freed(image, arena, class, align);
	return ptr ? ptr : take_fresh(image, arena, class, align);
}

/*
 * Fresh memory is zero after all but what wrote into it unseen: a C library. To look is
 * cheaper than to log.
 */
static void clear(struct np_image *image, void *ptr, size_t size)
{
	volatile u64 *granule = ptr;

	for (size_t n = 0; n < (size + NP_GRANULE - 1) / NP_GRANULE; n++) {
		if (!granule[n])
			continue;
		np_image_touch(image, image->execution, (void *)(uintptr_t)&granule[n], NP_GRANULE);
		granule[n] = 0;
	}
}

void *np_image_alloc(struct np_image *image, size_t size, size_t align)
{
	struct np_image_heap *heap = image->heap;
	struct arena *arena;
	struct block *block;
	unsigned int class;
	void *ptr;

	if (!size || size > BLOCK_MAX || size > image->size)
		return NULL;
	class = class_of(size);
	if (align < UNIT)
		align = UNIT;
	if (size >= LINE && align < LINE)
		align = LINE;
	arena = &heap->arenas[image->arena <= image->nr_stacks ? image->arena : 0];
	ptr = take(image, arena, class, align);
	/* An actor that allocates more than its arena has: then only replays are equal. */
	if (!ptr && arena != heap->arenas)
		ptr = take(image, heap->arenas, class, align);
	if (!ptr)
		return NULL;
	block = (struct block *)ptr - 1;
	TOUCH(image, *block);
	*block = (struct block){ .size = (u32)size, .state = BLOCK_LIVE, .class = (u16) class };
	clear(image, ptr, size);
	return ptr;
}

/* The header of the block that @ptr points into, live or not; NULL when in none. */
static struct block *find_block(const struct np_image *image, const void *ptr)
{
	const struct np_image_heap *heap = image->heap;
	u64 offset = (uintptr_t)ptr - (uintptr_t)image->base, unit = offset / UNIT, bits;
	struct block *block;
	size_t word;

	if (offset < heap->first_block || offset >= image->stacks)
		return NULL;
	/* A header itself belongs to no block. */
	if (!unit--)
		return NULL;
	word = unit / 64;
	bits = heap->starts[word] & (~0ULL >> (63 - unit % 64));
	while (!bits && word > heap->first_block / UNIT / 64)
		bits = heap->starts[--word];
	if (!bits)
		return NULL;
	block = block_at(image, word * 64 + 63 - (unsigned int)__builtin_clzll(bits));
	return offset - (unit_of(image, block) + 1) * UNIT < block->size ? block : NULL;
}

void np_image_free(struct np_image *image, void *ptr, size_t size)
{
	struct block *block = ptr && np_in_image(image, ptr) ? find_block(image, ptr) : NULL;
	struct arena *arena;

	(void)size;
	if (!block || block + 1 != ptr || block->state != BLOCK_LIVE)
		return;
	arena = arena_of(image, (u64)((char *)ptr - image->base));
	TOUCH(image, *block);
	TOUCH(image, arena->free[block->class]);
	block->state = BLOCK_FREED;
	block->next = arena->free[block->class];
	arena->free[block->class] = (u32)unit_of(image, block);
}

void *np_image_reserve(struct np_image *image, size_t size)
{
	struct np_image_heap *heap = image->heap;
	struct far_block *far;

	if (!size || size > heap->far || heap->nr_far == NR_FAR)
		return NULL;
	size = up(size, IMAGE_PAGE);
	if (size > heap->far || heap->far - size < heap->arenas[0].frontier)
		return NULL;
	far = &heap->fars[heap->nr_far];
	TOUCH(image, heap->far);
	TOUCH(image, heap->nr_far);
	TOUCH(image, *far);
	heap->far -= size;
	heap->nr_far++;
	*far = (struct far_block){ .start = heap->far, .size = size };
	return image->base + heap->far;
}

static const struct far_block *find_far(const struct np_image *image, const void *ptr)
{
	const struct np_image_heap *heap = image->heap;
	u64 offset = (uintptr_t)ptr - (uintptr_t)image->base;

	for (u64 n = 0; n < heap->nr_far; n++)
		if (offset - heap->fars[n].start < heap->fars[n].size)
			return &heap->fars[n];
	return NULL;
}

void *np_image_block(const struct np_image *image, const void *ptr, size_t *size)
{
	const struct far_block *far;
	struct block *block;

	if (!np_in_image(image, ptr))
		return NULL;
	far = find_far(image, ptr);
	if (far) {
		*size = far->size;
		return image->base + far->start;
	}
	block = find_block(image, ptr);
	if (!block || block->state != BLOCK_LIVE)
		return NULL;
	*size = block->size;
	return block + 1;
}

bool np_image_freed(const struct np_image *image, const void *ptr)
{
	const struct block *block;

	if (!np_in_image(image, ptr) || find_far(image, ptr))
		return false;
	block = find_block(image, ptr);
	return block && block->state == BLOCK_FREED;
}

bool np_image_settled(const struct np_image *image, const void *ptr)
{
	u64 offset = (uintptr_t)ptr - (uintptr_t)image->base;

	return offset < image->settled || find_far(image, ptr);
}
