/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: net/xdp.h - memory models
 *
 * Provenance: stub: a memory model has a number and is not registered anywhere.
 */
#ifndef NETPAGE_COMPAT_NET_XDP_H
#define NETPAGE_COMPAT_NET_XDP_H

#include <linux/skbuff.h>

enum xdp_mem_type { MEM_TYPE_PAGE_SHARED, MEM_TYPE_PAGE_ORDER0, MEM_TYPE_PAGE_POOL };

struct xdp_mem_info {
	u32 type;
	u32 id;
};

#endif /* NETPAGE_COMPAT_NET_XDP_H */
