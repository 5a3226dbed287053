/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: types - the words every other header is written in
 *
 * Fixed-width integers, page geometry and the few compiler helpers of the
 * kernel that the modelled code cannot be read without.  Nothing here has
 * state; everything may be used from any context.
 *
 * Unit: a "page" is always PAGE_SIZE (4096) bytes; sizes are in pages unless a
 * name ends in bytes, size or len.
 */
#ifndef NETPAGE_TYPES_H
#define NETPAGE_TYPES_H

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netpage/flavour.h>

#ifdef __cplusplus
#define NP_BEGIN_DECLS extern "C" {
#define NP_END_DECLS }
/* A kernel field whose name C++ reserves gets a trailing underscore there. */
#define NP_CXX_KEYWORD(name) name##_
#else
#define NP_BEGIN_DECLS
#define NP_END_DECLS
#define NP_CXX_KEYWORD(name) name
#endif

#define NP_API __attribute__((visibility("default")))
#define NP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NP_COLD __attribute__((cold, noinline))

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;
/* 64 bits even on 32-bit builds: the case that broke struct page in 2021. */
typedef u64 dma_addr_t;
typedef unsigned int gfp_t;

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define SMP_CACHE_BYTES 64
#define BITS_PER_LONG (8 * (int)sizeof(long))
#define BIT(nr) (1UL << (nr))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ____cacheline_aligned __attribute__((aligned(SMP_CACHE_BYTES)))

/*
 * Order: relaxed; exactly one access, never torn.  Spelled as atomics so that
 * every race detector agrees that the access is marked.
 */
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
/* Order: acquire and release; the two ends of one hand-over. */
#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
/* Order: sequentially consistent exchange, as xchg() and cmpxchg() are. */
#define xchg(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)

#define np_container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

/**
 * np_cmpxchg - compare-and-swap that returns the value found
 *
 * Order: full on success, relaxed on failure (Documentation/atomic_t.txt).
 */
#define np_cmpxchg(p, old, new_value)                                                              \
	__extension__({                                                                            \
		__typeof__(*(p)) found__ = (old);                                                  \
		__atomic_compare_exchange_n((p), &found__, (new_value), false, __ATOMIC_SEQ_CST,   \
					    __ATOMIC_RELAXED);                                     \
		found__;                                                                           \
	})

struct np_machine;
struct np_context;
struct np_scheme;
struct page;
struct page_pool;
struct mem_cgroup;
struct obj_cgroup;
struct mm_struct;
struct vm_area_struct;
struct task_struct;
struct net_device;
struct sock;
struct sk_buff;

/** Allocation flags that the model distinguishes; include/linux/gfp_types.h, 6.1. */
#define __GFP_HIGH 0x20u	    /* may dip into reserves */
#define __GFP_DIRECT_RECLAIM 0x400u /* the caller may sleep */
#define __GFP_NOWARN 0x2000u
#define __GFP_RETRY_MAYFAIL 0x4000u /* try hard, but kill nobody */
#define __GFP_NOFAIL 0x8000u	    /* force the charge through, whatever the limit */
#define __GFP_NORETRY 0x10000u	    /* one attempt at reclaim, then fail */
#define __GFP_COMP 0x40000u	    /* order > 0: make a compound page */
#define __GFP_ZERO 0x100u
#define __GFP_MEMALLOC 0x20000u /* use reserves: the page is marked pfmemalloc */
#define __GFP_ACCOUNT 0x400000u /* charge to the current task's memcg */
#define GFP_ATOMIC (__GFP_HIGH)
#define GFP_NOWAIT 0u
#define GFP_KERNEL (__GFP_DIRECT_RECLAIM)

#define NUMA_NO_NODE (-1)

#endif /* NETPAGE_TYPES_H */
