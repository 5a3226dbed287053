/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/log2.h - powers of two
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_LOG2_H
#define NETPAGE_COMPAT_LINUX_LOG2_H

#include <linux/kernel.h>

#define ilog2(n) (63 - __builtin_clzll(n))
#define roundup_pow_of_two(n) ((n) <= 1 ? 1UL : 1UL << (ilog2((n)-1) + 1))
#define rounddown_pow_of_two(n) (1UL << ilog2(n))

#endif /* NETPAGE_COMPAT_LINUX_LOG2_H */
