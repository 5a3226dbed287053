/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Memory of the machine that was given back.
 *
 * Freeing a block marks its granules, and the mark stays when the execution is undone or the
 * block is given out again: whoever then comes along looks whether it is still true, and takes
 * it off.  Here are the accesses that come later; those that come earlier, and could as well
 * come later, are seen by whoever frees: lib/plat/explore/memory.c.
 */
#include <stdio.h>

#include <explore/detect.h>
#include <explore/place.h>

static const char *block_name(struct np_detector *d, const char *ptr, char *buf, size_t size)
{
	bool quiet = d->x->quiet;

	d->x->quiet = true;
	np_explore_name_address(d->x, ptr, buf, size);
	d->x->quiet = quiet;
	return buf;
}

void np_detect_freed(struct np_explorer *x, void *ptr, size_t size)
{
	struct np_detector *d = x->detector_private;
	struct np_freed_block *block;

	if (np_is_checking(x))
		return;
	np_watch(x, ptr, size, NP_WATCH_FREED);
	/* In the set-up nobody looks on. */
	if (!d)
		return;
	block = &d->freed[d->nr_freed++ % NP_FREED_BLOCKS];
	block->execution = x->hot.execution;
	block->actor = x->running;
	block->ptr = ptr;
	block->size = size;
	block->stack.nr = 0;
	if (x->running != NP_NOBODY)
		np_report_walk(x, x->running, __builtin_frame_address(0), &block->stack);
}

static const struct np_freed_block *find_block(const struct np_detector *d, const char *ptr)
{
	const struct np_freed_block *block;

	for (unsigned int i = 1; i <= NP_FREED_BLOCKS && i <= d->nr_freed; i++) {
		block = &d->freed[(d->nr_freed - i) % NP_FREED_BLOCKS];
		if (block->execution == d->x->hot.execution &&
		    (uintptr_t)ptr - (uintptr_t)block->ptr < block->size)
			return block;
	}
	return NULL;
}

static const char *what(const struct np_access *access)
{
	if (access->kind == NP_OP_LOCK)
		return "lock";
	return access->kind == NP_OP_UNLOCK ? "unlock" : np_access_name(access->how);
}

static NP_COLD void report(struct np_detector *d, const struct np_access *access)
{
	const struct np_freed_block *block = find_block(d, access->ptr);
	char name[64], text[768];

	block_name(d, block ? block->ptr : access->ptr, name, sizeof(name));
	text[0] = 0;
	if (!block) {
		np_explorer_violate(d->x, NP_USE_AFTER_FREE, name, "%s of memory that is free",
				    what(access));
		return;
	}
	np_add_stack(d, text, sizeof(text), 0, "freed", block->actor, &block->stack);
	np_explorer_violate(d->x, NP_USE_AFTER_FREE, name,
			    "%s of %u bytes at offset %zu of %zu bytes that are free%s",
			    what(access), access->size, (size_t)(access->ptr - block->ptr),
			    block->size, text);
}

bool np_detect_use(struct np_detector *d, const struct np_access *access)
{
	struct np_explorer *x = d->x;

	if (!np_image_freed(&x->image, access->ptr)) {
		x->image.locations[np_location_of(&x->image, access->ptr)].watch &=
			(u8)~NP_WATCH_FREED;
		return false;
	}
	if (!x->quiet && x->running != NP_NOBODY)
		report(d, access);
	return true;
}
