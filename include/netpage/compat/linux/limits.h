/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/limits.h - the system's, and the kernel's names for the ends of integers
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_LIMITS_H
#define NETPAGE_COMPAT_LINUX_LIMITS_H

#include_next <linux/limits.h>

#define U8_MAX ((unsigned char)~0U)
#define U16_MAX ((unsigned short)~0U)
#define U32_MAX (~0U)
#define S32_MAX ((int)(U32_MAX >> 1))
#define S32_MIN ((int)(-S32_MAX - 1))
#define U64_MAX (~0ULL)
#define S64_MAX ((long long)(U64_MAX >> 1))
#define S64_MIN ((long long)(-S64_MAX - 1))

#endif /* NETPAGE_COMPAT_LINUX_LIMITS_H */
