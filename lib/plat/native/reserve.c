/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Address space without memory: the memmap of a terabyte is 16 GiB of it, of
 * which only what is touched becomes real.
 */
#include <sys/mman.h>

#include <plat/plat.h>

void *np_reserve(size_t size)
{
	void *ptr = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return ptr == MAP_FAILED ? NULL : ptr;
}

void np_unreserve(void *ptr, size_t size)
{
	if (ptr)
		munmap(ptr, size);
}
