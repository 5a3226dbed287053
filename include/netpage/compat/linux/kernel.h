/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/kernel.h - min(), container_of() and other everyday words
 *
 * Provenance: real. min() and max() evaluate their arguments once; that their types must be
 * the same is not enforced, as newer kernels do not either where it is harmless.
 */
#ifndef NETPAGE_COMPAT_LINUX_KERNEL_H
#define NETPAGE_COMPAT_LINUX_KERNEL_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/printk.h>
#include <linux/types.h>

/* Names of their own, because they nest. */
#define NP_PICK_(a, op, b, ua, ub)                                                                 \
	({                                                                                         \
		typeof(a) ua = (a);                                                                \
		typeof(b) ub = (b);                                                                \
		ua op ub ? ua : ub;                                                                \
	})
#define min(a, b) NP_PICK_(a, <, b, __UNIQUE_ID(x_), __UNIQUE_ID(y_))
#define max(a, b) NP_PICK_(a, >, b, __UNIQUE_ID(x_), __UNIQUE_ID(y_))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define min3(a, b, c) min(min(a, b), c)
#define max3(a, b, c) max(max(a, b), c)
#define clamp(value, low, high) min(max(value, low), high)
#define clamp_t(type, value, low, high) min_t(type, max_t(type, value, low), high)
#define swap(a, b)                                                                                 \
	do {                                                                                       \
		typeof(a) np_swapped = (a);                                                        \
		(a) = (b);                                                                         \
		(b) = np_swapped;                                                                  \
	} while (0)

/* A type that is not that of the member does not compile. */
#define NP_MEMBER_CHECK_(ptr, type, member)                                                        \
	BUILD_BUG_ON_ZERO(!__same_type(*(ptr), ((type *)0)->member) && !__same_type(*(ptr), void))
#define container_of(ptr, type, member)                                                            \
	((type *)((char *)(ptr)-offsetof(type, member) + NP_MEMBER_CHECK_(ptr, type, member)))
#define typeof_member(type, member) typeof(((type *)0)->member)
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof(*(p)->member) * (n))

#define ALIGN(x, a) (((x) + ((typeof(x))(a)-1)) & ~((typeof(x))(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a)-1)) == 0)
#define PTR_ALIGN(p, a) ((typeof(p))ALIGN((unsigned long)(p), (a)))
#ifndef DIV_ROUND_UP
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#endif
#ifndef roundup
#define roundup(x, y) (DIV_ROUND_UP(x, y) * (y))
#endif
#define round_up(x, y) ALIGN(x, y)
#define round_down(x, y) ALIGN_DOWN(x, y)
#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n)&0xffffffff))
#define abs_diff(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#define is_power_of_2(n) ((n) && !((n) & ((n)-1)))
#define BIT_ULL(nr) (1ULL << (nr))
#define GENMASK(h, l) ((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))

/* The checks of a configuration without sleeping checks: the explorer has its own. */
#define might_sleep() ((void)0)
#define might_sleep_if(condition) ((void)0)

static inline int scnprintf_length(int length, size_t size)
{
	if (length < 0 || !size)
		return 0;
	return (size_t)length < size ? length : (int)size - 1;
}
#define scnprintf(buf, size, ...) scnprintf_length(snprintf(buf, size, __VA_ARGS__), size)

#endif /* NETPAGE_COMPAT_LINUX_KERNEL_H */
