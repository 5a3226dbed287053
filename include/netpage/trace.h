/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: trace - tracepoints, under the kernel's names and in its words
 *
 * Where the kernel has a tracepoint, the event has its name and its text; the
 * few that it lacks (memcg charges, rmap, the PageNetwork hook) follow the same
 * style.  Events are delivered synchronously, in the context that passes the
 * point: a subscriber may look at the machine, and may even play another CPU's
 * step there, which is how a scenario says "at".
 *
 * What a subscriber does in the very context it is called in is not delivered,
 * or one that takes a reference to what it looks at would never end.  What it
 * plays in a context that it enters (np_enter()) is, to itself as well.
 */
#ifndef NETPAGE_TRACE_H
#define NETPAGE_TRACE_H

#include <netpage/types.h>

NP_BEGIN_DECLS

enum np_trace_id {
	/* include/trace/events/page_ref.h */
	NP_TRACE_PAGE_REF_SET,
	NP_TRACE_PAGE_REF_MOD,
	NP_TRACE_PAGE_REF_MOD_AND_TEST,
	NP_TRACE_PAGE_REF_MOD_AND_RETURN,
	NP_TRACE_PAGE_REF_MOD_UNLESS,
	NP_TRACE_PAGE_REF_FREEZE,
	NP_TRACE_PAGE_REF_UNFREEZE,
	/* include/trace/events/kmem.h */
	NP_TRACE_MM_PAGE_ALLOC,
	NP_TRACE_MM_PAGE_FREE,
	/* include/trace/events/page_pool.h */
	NP_TRACE_PAGE_POOL_RELEASE,
	NP_TRACE_PAGE_POOL_STATE_RELEASE,
	NP_TRACE_PAGE_POOL_STATE_HOLD,
	NP_TRACE_PAGE_POOL_UPDATE_NID,
	/* no counterpart */
	NP_TRACE_PUT_PAGE_NETWORK,	     /* count is 0, the network is asked */
	NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED, /* the charge is gone, the count still 0 */
	NP_TRACE_PUT_PAGE_NETWORK_RETURNED,  /* count is 1 again, the owner not yet told */
	NP_TRACE_MEMCG_CHARGE,
	NP_TRACE_MEMCG_UNCHARGE,
	NP_TRACE_RMAP_ADD,
	NP_TRACE_RMAP_REMOVE,
	NP_TRACE_SKB_FREE,
	NP_TRACE_NR,
};

/**
 * struct np_trace_event - one event; pointers are valid during delivery only
 *
 * @cpu: -1 outside any context
 * @value: references, pages or mappings added (negative: removed); order for
 *	   mm_page_alloc and _free; nid for update_nid; fragments for skb_free
 * @result: count after, return value, inflight, usage after for memcg events, gfp
 *	    flags for mm_page_alloc, pp_recycle for skb_free
 * @hold, @release: serial numbers of the pool, for its events
 */
struct np_trace_event {
	enum np_trace_id id;
	int cpu;
	const char *where;
	struct page *page;
	struct page_pool *pool;
	struct mem_cgroup *memcg;
	struct task_struct *task;
	long value;
	long result;
	u32 hold, release;
};

typedef void np_trace_fn(void *arg, struct np_machine *machine, const struct np_trace_event *event);

/**
 * np_trace_subscribe - deliver every event of @machine to @fn; one more of at most 4
 * Context: no other thread is inside the machine.
 * Return: 0; -ENOSPC; -EINVAL.
 */
NP_API int np_trace_subscribe(struct np_machine *machine, np_trace_fn *fn, void *arg);
/** np_trace_unsubscribe - stop it. Return: 0, -ENOENT. */
NP_API int np_trace_unsubscribe(struct np_machine *machine, np_trace_fn *fn, void *arg);
/** np_trace_name - "page_ref_mod" and so on; NULL for an id that is not there. */
NP_API const char *np_trace_name(enum np_trace_id id);
/**
 * np_trace_format - the event's text in @buf, without a newline
 *
 * What the kernel prints as an address is a name here, or (null): the same run
 * gives the same text. Return: its length, which is cut to fit, as snprintf() does.
 */
NP_API int np_trace_format(struct np_machine *machine, const struct np_trace_event *event,
			   char *buf, size_t size);

NP_END_DECLS

#endif /* NETPAGE_TRACE_H */
