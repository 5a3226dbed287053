/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: net/page_pool/types.h - see net/page_pool.h; newer kernels have two headers
 *
 * Provenance: real (netpage/page_pool.h).
 */
#ifndef NETPAGE_COMPAT_NET_PAGE_POOL_TYPES_H
#define NETPAGE_COMPAT_NET_PAGE_POOL_TYPES_H

#include <net/page_pool.h>

#endif /* NETPAGE_COMPAT_NET_PAGE_POOL_TYPES_H */
