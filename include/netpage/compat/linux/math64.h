/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/math64.h - 64-bit division
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_MATH64_H
#define NETPAGE_COMPAT_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = (u32)(dividend % divisor);
	return dividend / divisor;
}

#define div_u64(dividend, divisor) ((u64)(dividend) / (u32)(divisor))
#define div64_u64(dividend, divisor) ((u64)(dividend) / (u64)(divisor))
#define do_div(n, base)                                                                            \
	({                                                                                         \
		u32 np_rest = (u32)((n) % (base));                                                 \
		(n) /= (base);                                                                     \
		np_rest;                                                                           \
	})

#endif /* NETPAGE_COMPAT_LINUX_MATH64_H */
