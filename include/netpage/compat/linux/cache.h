/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/cache.h - see linux/compiler.h; padding between fields of two cache lines
 *
 * Provenance: real (netpage/types.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_CACHE_H
#define NETPAGE_COMPAT_LINUX_CACHE_H

#include <linux/compiler.h>

struct np_cacheline_padding {
	char x[0];
} ____cacheline_aligned;
#define CACHELINE_PADDING(name) struct np_cacheline_padding name

#endif /* NETPAGE_COMPAT_LINUX_CACHE_H */
