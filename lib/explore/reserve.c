/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Arrays as long as they could ever get, of which only the touched part costs memory.
 */
#include <sys/mman.h>

#include <explore/engine.h>

void *np_explorer_reserve(struct np_explorer *x, size_t size)
{
	void *ptr = MAP_FAILED;

	if (x->nr_reserved < ARRAY_SIZE(x->reserved))
		ptr = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ptr == MAP_FAILED) {
		x->error = -ENOMEM;
		x->stop = true;
		return NULL;
	}
	x->reserved[x->nr_reserved].ptr = ptr;
	x->reserved[x->nr_reserved++].size = size;
	return ptr;
}

void np_explorer_unreserve(struct np_explorer *x)
{
	while (x->nr_reserved) {
		x->nr_reserved--;
		munmap(x->reserved[x->nr_reserved].ptr, x->reserved[x->nr_reserved].size);
	}
}
