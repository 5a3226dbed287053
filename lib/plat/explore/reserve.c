/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Address space without memory: of the image in a search, else of the process.
 */
#include <sys/mman.h>

#include <plat/explore/actor.h>

static void alloc_by(struct np_explorer *x)
{
	np_image_alloc_by(&x->image, x->hot.execution,
			  x->running == NP_NOBODY ? 0 : 1u + x->running);
}

void *np_reserve(size_t size)
{
	struct np_explorer *x = np_explorer_here();
	void *ptr;

	if (x) {
		alloc_by(x);
		return np_image_reserve(&x->image, size);
	}
	ptr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		   -1, 0);
	return ptr == MAP_FAILED ? NULL : ptr;
}

void np_unreserve(void *ptr, size_t size)
{
	struct np_explorer *x = np_explorer_here();

	/* The image goes as a whole. */
	if (ptr && !(x && np_in_image(&x->image, ptr)))
		munmap(ptr, size);
}
