/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: trace/events/page_pool.h - tracepoints of net/core/page_pool.c
 *
 * Provenance: stub: empty when the pool is the kernel's own source; the library's
 * pool has real ones (netpage/trace.h).
 */
#ifndef NETPAGE_COMPAT_TRACE_EVENTS_PAGE_POOL_H
#define NETPAGE_COMPAT_TRACE_EVENTS_PAGE_POOL_H

#include <linux/tracepoint.h>

struct page_pool;

#define trace_page_pool_release(pool, inflight, hold, release)                                     \
	((void)(pool), (void)(inflight), (void)(hold), (void)(release))
#define trace_page_pool_state_release(pool, page, release)                                         \
	((void)(pool), (void)(page), (void)(release))
#define trace_page_pool_state_hold(pool, page, hold) ((void)(pool), (void)(page), (void)(hold))
#define trace_page_pool_update_nid(pool, nid) ((void)(pool), (void)(nid))

#endif /* NETPAGE_COMPAT_TRACE_EVENTS_PAGE_POOL_H */
