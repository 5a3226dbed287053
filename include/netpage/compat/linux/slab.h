/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/slab.h - kmalloc() and its kin, from the memory of the machine
 *
 * Provenance: real (np_alloc(), np_free()); custom: objects start on a cache line, and a size is
 * kept in front of each; without a machine NULL is returned.
 */
#ifndef NETPAGE_COMPAT_LINUX_SLAB_H
#define NETPAGE_COMPAT_LINUX_SLAB_H

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define ARCH_KMALLOC_MINALIGN SMP_CACHE_BYTES
#define KMALLOC_MAX_SIZE (4UL << 20)
#define SLAB_HWCACHE_ALIGN 0x2000u
#define SLAB_PANIC 0x40000u
#define SLAB_ACCOUNT 0x4000000u
#define SLAB_TYPESAFE_BY_RCU 0x80000u
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

/* Zeroed whether or not @gfp asks for it. Return: NULL without memory. */
void *np_compat_kmalloc(size_t size, gfp_t gfp);
void *np_compat_krealloc(const void *ptr, size_t size, gfp_t gfp);
void np_compat_kfree(const void *ptr);
size_t np_compat_ksize(const void *ptr);

#define kmalloc(size, gfp) np_compat_kmalloc(size, gfp)
#define kzalloc(size, gfp) np_compat_kmalloc(size, (gfp) | __GFP_ZERO)
#define kmalloc_node(size, gfp, node) ((void)(node), np_compat_kmalloc(size, gfp))
#define kzalloc_node(size, gfp, node) ((void)(node), np_compat_kmalloc(size, (gfp) | __GFP_ZERO))
#define krealloc(ptr, size, gfp) np_compat_krealloc(ptr, size, gfp)
#define kfree(ptr) np_compat_kfree(ptr)
#define kfree_sensitive(ptr) np_compat_kfree(ptr)
#define ksize(ptr) np_compat_ksize(ptr)
#define kvmalloc(size, gfp) np_compat_kmalloc(size, gfp)
#define kvzalloc(size, gfp) np_compat_kmalloc(size, (gfp) | __GFP_ZERO)
#define kvfree(ptr) np_compat_kfree(ptr)

static inline void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmalloc(bytes, gfp);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc_array(n, size, gfp | __GFP_ZERO);
}

#define kvmalloc_array(n, size, gfp) kmalloc_array(n, size, gfp)
#define kvcalloc(n, size, gfp) kcalloc(n, size, gfp)

static inline void *kmemdup(const void *from, size_t size, gfp_t gfp)
{
	void *ptr = kmalloc(size, gfp);

	return ptr ? memcpy(ptr, from, size) : NULL;
}

#define kstrdup(text, gfp) ((char *)kmemdup(text, strlen(text) + 1, gfp))

/* struct kmem_cache - objects of one size; no more than that. */
struct kmem_cache {
	const char *name;
	size_t size;
	void (*ctor)(void *object);
};

static inline struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
						   unsigned int align, slab_flags_t flags,
						   void (*ctor)(void *))
{
	struct kmem_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	(void)align, (void)flags;
	if (cache)
		*cache = (struct kmem_cache){ name, size, ctor };
	return cache;
}

static inline void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = kmalloc(cache->size, gfp);

	if (object && cache->ctor)
		cache->ctor(object);
	return object;
}

#define kmem_cache_zalloc(cache, gfp) kmem_cache_alloc(cache, (gfp) | __GFP_ZERO)
#define kmem_cache_free(cache, object) ((void)(cache), kfree(object))
#define kmem_cache_destroy(cache) kfree(cache)

#endif /* NETPAGE_COMPAT_LINUX_SLAB_H */
