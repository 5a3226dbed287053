/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Memory for kernel code: from the machine that the thread is in, so that the explorer sees
 * who uses it after it was given back, and a machine that ends tells what was left.
 */
#include <linux/percpu.h>
#include <linux/slab.h>

#include <netpage/scheme.h>

/* In front of each object, on a line of its own: kernel objects may want to start on one. */
struct header {
	size_t size; /* bytes, without this */
	char room[SMP_CACHE_BYTES - sizeof(size_t)];
};

void *np_compat_kmalloc(size_t size, gfp_t gfp)
{
	struct np_machine *machine = np_this_machine();
	struct header *header;

	(void)gfp;
	if (!machine || size > SIZE_MAX - sizeof(*header))
		return NULL;
	header = np_alloc(machine, sizeof(*header) + size);
	if (!header)
		return NULL;
	header->size = size;
	return header + 1;
}

static struct header *header_of(const void *ptr)
{
	return (struct header *)ptr - 1;
}

void np_compat_kfree(const void *ptr)
{
	struct header *header;

	if (ZERO_OR_NULL_PTR(ptr))
		return;
	header = header_of(ptr);
	np_free(np_this_machine(), header, sizeof(*header) + header->size);
}

size_t np_compat_ksize(const void *ptr)
{
	return ZERO_OR_NULL_PTR(ptr) ? 0 : header_of(ptr)->size;
}

void *np_compat_krealloc(const void *ptr, size_t size, gfp_t gfp)
{
	size_t old = np_compat_ksize(ptr);
	void *grown = np_compat_kmalloc(size, gfp);

	if (!grown)
		return NULL;
	if (old)
		memcpy(grown, ptr, min(old, size));
	np_compat_kfree(ptr);
	return grown;
}

int np_compat_nr_cpus(void)
{
	return (int)np_machine_options_of(np_this_machine())->nr_cpus;
}

void *np_compat_alloc_percpu(size_t size)
{
	struct np_machine *machine = np_this_machine();

	if (!machine || size > PCPU_UNIT)
		return NULL;
	return np_alloc(machine, PCPU_UNIT * (size_t)np_compat_nr_cpus());
}

void np_compat_free_percpu(void *ptr)
{
	if (ptr)
		np_free(np_this_machine(), ptr, PCPU_UNIT * (size_t)np_compat_nr_cpus());
}
