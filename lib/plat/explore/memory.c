/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Machine memory: of the image for a machine that is created in a search, else
 * blocks of malloc().
 */
#include <stdlib.h>
#include <string.h>

#include <plat/blocks.h>
#include <plat/explore/actor.h>
#include <explore/detect.h>
#include <explore/place.h>

/* The image to allocate from, on behalf of whoever runs; NULL outside of searches. */
static struct np_image *image_here(void)
{
	struct np_explorer *x = np_explorer_here();

	if (!x)
		return NULL;
	np_image_alloc_by(&x->image, x->hot.execution,
			  x->running == NP_NOBODY ? 0 : 1u + x->running);
	return &x->image;
}

static bool is_of_image(const void *ptr)
{
	const struct np_explorer *x = np_explorer_here();

	return x && np_in_image(&x->image, ptr);
}

void *np_machine_alloc(size_t size)
{
	size_t whole = (size + SMP_CACHE_BYTES - 1) & ~(size_t)(SMP_CACHE_BYTES - 1);
	struct np_image *image = image_here();
	void *ptr;

	if (image)
		return np_image_alloc(image, size, SMP_CACHE_BYTES);
	ptr = aligned_alloc(SMP_CACHE_BYTES, whole);
	if (ptr)
		memset(ptr, 0, whole);
	return ptr;
}

void np_machine_free(void *ptr, size_t size)
{
	if (is_of_image(ptr))
		np_image_free(image_here(), ptr, size);
	else
		free(ptr);
}

int np_memory_init(struct np_memory *memory)
{
	/* No list of blocks: the image is the arena. */
	return is_of_image(memory) ? 0 : np_blocks_init(memory);
}

void np_memory_exit(struct np_memory *memory)
{
	if (memory->blocks)
		np_blocks_exit(memory);
}

void *np_memory_alloc(struct np_memory *memory, size_t size, size_t align)
{
	struct np_image *image;

	if (memory->blocks)
		return np_blocks_alloc(memory, size, align);
	image = image_here();
	return image ? np_image_alloc(image, size, align) : NULL;
}

/* --- giving back --- */

static NP_COLD void report_free(struct np_explorer *x, const void *ptr)
{
	char name[64];

	np_explore_name_address(x, ptr, name, sizeof(name));
	np_explorer_violate(x, NP_USE_AFTER_FREE, name, "%s",
			    np_image_freed(&x->image, ptr) ? "freed twice" :
							     "freed, but it is no block of memory");
}

static NP_COLD void report_user(struct np_explorer *x, const void *ptr, const struct np_event *use)
{
	char name[64], place[160];

	np_explore_name_address(x, ptr, name, sizeof(name));
	np_explore_name_code(x, use->pc, 1, place, sizeof(place));
	np_explorer_violate(x, NP_USE_AFTER_FREE, name,
			    "freed by %s, but nothing makes that wait for the use by %s at %s",
			    x->actors[x->running].name, x->actors[use->actor].name, place);
}

/* The latest event at @location that could also come after what the running actor does now. */
static const struct np_event *unordered_use(const struct np_explorer *x, u32 location)
{
	const struct np_location *l = &x->image.locations[location];
	u32 last = x->actors[x->running].last, e;

	if (l->epoch != x->hot.execution)
		return NULL;
	for (e = l->last; e != NP_NO_EVENT; e = x->events[e].prev) {
		const struct np_event *use = &x->events[e];

		if (use->actor != x->running && (last == NP_NO_EVENT || !np_before(x, e, last)))
			return use;
		/* What came before this write is ordered through it. */
		if (np_writes(use))
			break;
	}
	return NULL;
}

/*
 * To free is to access all of the block, which is what makes the others' accesses steps; but
 * not a step itself: a use that comes later is seen by the detector, and one that came
 * earlier and was free to come later is looked for here.
 */
static void look_for_users(struct np_explorer *x, const char *ptr, size_t size)
{
	u32 first = np_location_of(&x->image, ptr);
	u32 last = np_location_of(&x->image, ptr + size - 1);
	const struct np_event *use = NULL;

	for (u32 location = first; location <= last; location++)
		if (np_explore_visit_location(x, location, true) && !use)
			use = unordered_use(x, location);
	if (use)
		report_user(x, ptr, use);
}

void np_memory_free(struct np_memory *memory, void *ptr, size_t size, size_t align)
{
	struct np_explorer *x = np_explorer_here();
	size_t found;

	(void)align;
	if (memory->blocks) {
		np_blocks_free(memory, ptr);
		return;
	}
	if (!x)
		return;
	if (np_image_block(&x->image, ptr, &found) != ptr) {
		report_free(x, ptr);
		return;
	}
	if (np_acting())
		look_for_users(x, ptr, found);
	np_image_free(image_here(), ptr, size);
	if (x->detector_private)
		np_detect_freed(x, ptr, found);
}

/*
 * Not a step: it would order all actors that allocate anything, and what it counts is
 * only looked at when they have ended.
 */
void np_memory_count(struct np_memory *memory, long bytes)
{
	np_plat_touch(&memory->bytes, sizeof(memory->bytes));
	__atomic_fetch_add(&memory->bytes, bytes, __ATOMIC_RELAXED);
}
