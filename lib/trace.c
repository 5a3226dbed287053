/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Trace points: delivery to subscribers, and the text of each event as the kernel
 * prints it (include/trace/events/page_ref.h, kmem.h and page_pool.h, 6.1), with
 * names in the place of addresses.
 */
#include <stdio.h>

#include <check/check.h>

/* Every block of memory begins as movable, and the model has no other kind. */
#define MIGRATE_MOVABLE 1

static const char *const names[NP_TRACE_NR] = {
	[NP_TRACE_PAGE_REF_SET] = "page_ref_set",
	[NP_TRACE_PAGE_REF_MOD] = "page_ref_mod",
	[NP_TRACE_PAGE_REF_MOD_AND_TEST] = "page_ref_mod_and_test",
	[NP_TRACE_PAGE_REF_MOD_AND_RETURN] = "page_ref_mod_and_return",
	[NP_TRACE_PAGE_REF_MOD_UNLESS] = "page_ref_mod_unless",
	[NP_TRACE_PAGE_REF_FREEZE] = "page_ref_freeze",
	[NP_TRACE_PAGE_REF_UNFREEZE] = "page_ref_unfreeze",
	[NP_TRACE_MM_PAGE_ALLOC] = "mm_page_alloc",
	[NP_TRACE_MM_PAGE_FREE] = "mm_page_free",
	[NP_TRACE_PAGE_POOL_RELEASE] = "page_pool_release",
	[NP_TRACE_PAGE_POOL_STATE_RELEASE] = "page_pool_state_release",
	[NP_TRACE_PAGE_POOL_STATE_HOLD] = "page_pool_state_hold",
	[NP_TRACE_PAGE_POOL_UPDATE_NID] = "page_pool_update_nid",
	[NP_TRACE_PUT_PAGE_NETWORK] = "put_page_network",
	[NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED] = "put_page_network_uncharged",
	[NP_TRACE_PUT_PAGE_NETWORK_RETURNED] = "put_page_network_returned",
	[NP_TRACE_MEMCG_CHARGE] = "memcg_charge",
	[NP_TRACE_MEMCG_UNCHARGE] = "memcg_uncharge",
	[NP_TRACE_RMAP_ADD] = "rmap_add",
	[NP_TRACE_RMAP_REMOVE] = "rmap_remove",
	[NP_TRACE_SKB_FREE] = "skb_free",
};

const char *np_trace_name(enum np_trace_id id)
{
	return (unsigned int)id < NP_TRACE_NR ? names[id] : NULL;
}

/* --- subscribers --- */

int np_trace_subscribe_to(struct np_machine *machine, u32 ids, np_trace_fn *fn, void *arg)
{
	if (!fn)
		return -EINVAL;
	if (machine->nr_subscribers == NP_SUBSCRIBERS_MAX)
		return -ENOSPC;
	machine->subscribers[machine->nr_subscribers++] = (struct np_subscriber){ fn, arg, ids };
	machine->traced |= ids;
	return 0;
}

int np_trace_subscribe(struct np_machine *machine, np_trace_fn *fn, void *arg)
{
	return np_trace_subscribe_to(machine, BIT(NP_TRACE_NR) - 1, fn, arg);
}

int np_trace_unsubscribe(struct np_machine *machine, np_trace_fn *fn, void *arg)
{
	struct np_subscriber *subscriber = machine->subscribers;
	unsigned int i, left = machine->nr_subscribers;

	for (i = 0; i < left; i++)
		if (subscriber[i].fn == fn && subscriber[i].arg == arg)
			break;
	if (i == left)
		return -ENOENT;
	for (machine->nr_subscribers--; i < machine->nr_subscribers; i++)
		subscriber[i] = subscriber[i + 1];
	machine->traced = 0;
	for (i = 0; i < machine->nr_subscribers; i++)
		machine->traced |= subscriber[i].ids;
	return 0;
}

void np_trace_deliver(struct np_machine *machine, struct np_trace_event *event)
{
	struct np_context *here = np_here();
	bool inside = here && here->machine == machine;

	/*
	 * A subscriber that takes a reference causes the next event, and so on for
	 * ever.  What it does in a context of its own is a step like any other.
	 */
	if (inside && here->tracing)
		return;
	event->cpu = inside ? here->cpu : -1;
	event->where = np_where();
	if (inside)
		here->tracing = true;
	for (unsigned int i = 0; i < machine->nr_subscribers; i++)
		if (machine->subscribers[i].ids & BIT(event->id))
			machine->subscribers[i].fn(machine->subscribers[i].arg, machine, event);
	if (inside)
		here->tracing = false;
}

/* --- page_ref.h --- */

/* Counts may be changed where no machine is, in a bench or on a page of the test's own. */
static void trace_page_ref(enum np_trace_id id, struct page *page, int v, int ret)
{
	struct np_machine *machine = np_this_machine();

	if (unlikely(machine && machine->traced & BIT(id) && np_page_valid(machine, page)))
		np_trace(machine, .id = id, .page = page, .value = v, .result = ret);
}

void __page_ref_set(struct page *page, int v)
{
	trace_page_ref(NP_TRACE_PAGE_REF_SET, page, v, 0);
}

void __page_ref_mod(struct page *page, int v)
{
	trace_page_ref(NP_TRACE_PAGE_REF_MOD, page, v, 0);
}

void __page_ref_mod_and_test(struct page *page, int v, int ret)
{
	trace_page_ref(NP_TRACE_PAGE_REF_MOD_AND_TEST, page, v, ret);
}

void __page_ref_mod_and_return(struct page *page, int v, int ret)
{
	trace_page_ref(NP_TRACE_PAGE_REF_MOD_AND_RETURN, page, v, ret);
}

void __page_ref_mod_unless(struct page *page, int v, int ret)
{
	trace_page_ref(NP_TRACE_PAGE_REF_MOD_UNLESS, page, v, ret);
}

void __page_ref_freeze(struct page *page, int v, int ret)
{
	trace_page_ref(NP_TRACE_PAGE_REF_FREEZE, page, v, ret);
}

void __page_ref_unfreeze(struct page *page, int v)
{
	trace_page_ref(NP_TRACE_PAGE_REF_UNFREEZE, page, v, 0);
}

/* --- text --- */

static const struct {
	unsigned long bit;
	const char *name;
} page_flags[] = {
	/* In the order of include/trace/events/mmflags.h. */
	{ BIT(PG_locked), "locked" },
	{ BIT(PG_waiters), "waiters" },
	{ BIT(PG_error), "error" },
	{ BIT(PG_referenced), "referenced" },
	{ BIT(PG_uptodate), "uptodate" },
	{ BIT(PG_dirty), "dirty" },
	{ BIT(PG_lru), "lru" },
	{ BIT(PG_active), "active" },
	{ BIT(PG_workingset), "workingset" },
	{ BIT(PG_slab), "slab" },
	{ BIT(PG_owner_priv_1), "owner_priv_1" },
	{ BIT(PG_arch_1), "arch_1" },
	{ BIT(PG_reserved), "reserved" },
	{ BIT(PG_private), "private" },
	{ BIT(PG_private_2), "private_2" },
	{ BIT(PG_writeback), "writeback" },
	{ BIT(PG_head), "head" },
	{ BIT(PG_mappedtodisk), "mappedtodisk" },
	{ BIT(PG_reclaim), "reclaim" },
	{ BIT(PG_swapbacked), "swapbacked" },
	{ BIT(PG_unevictable), "unevictable" },
	{ BIT(PG_mlocked), "mlocked" },
	{ BIT(PG_hwpoison), "hwpoison" },
	{ BIT(PG_network), "network" },
	{ BIT(PG_network_callback), "network_callback" },
};

void np_text_page_flags(struct np_text *text, unsigned long flags)
{
	bool first = true;

	for (size_t i = 0; i < ARRAY_SIZE(page_flags); i++) {
		if (!(flags & page_flags[i].bit))
			continue;
		np_text_add(text, first ? "%s" : "|%s", page_flags[i].name);
		first = false;
	}
	if (first)
		np_text_add(text, "none");
}

static void add_gfp_flags(struct np_text *text, gfp_t gfp)
{
	static const struct {
		gfp_t bits;
		const char *name;
	} flags[] = {
		/* GFP_KERNEL and GFP_ATOMIC are one bit each here. */
		{ GFP_KERNEL, "GFP_KERNEL" },	    { GFP_ATOMIC, "GFP_ATOMIC" },
		{ __GFP_NOWARN, "__GFP_NOWARN" },   { __GFP_NOFAIL, "__GFP_NOFAIL" },
		{ __GFP_NORETRY, "__GFP_NORETRY" }, { __GFP_COMP, "__GFP_COMP" },
		{ __GFP_ZERO, "__GFP_ZERO" },	    { __GFP_MEMALLOC, "__GFP_MEMALLOC" },
		{ __GFP_ACCOUNT, "__GFP_ACCOUNT" },
	};
	bool first = true;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!(gfp & flags[i].bits))
			continue;
		np_text_add(text, first ? "%s" : "|%s", flags[i].name);
		first = false;
	}
	if (first)
		np_text_add(text, "none");
}

/* What %p prints is an address; who owns the word says as much. */
static const char *mapping_name(const struct page *page)
{
	if (!page->mapping)
		return "(null)";
	return PageAnon(page) ? "anon" : "file";
}

static void add_page(struct np_text *text, struct np_machine *machine, const struct page *page)
{
	char name[48];

	if (page)
		np_text_add(text, "page=%s pfn=0x%lx",
			    np_page_name(machine, page, name, sizeof(name)), np_pfn(machine, page));
	else
		np_text_add(text, "page=(null) pfn=0x0");
}

static void add_pool(struct np_text *text, const struct page_pool *pool)
{
	np_text_add(text, "page_pool=%s", pool ? pool->name : "(null)");
}

static void format_page_ref(struct np_text *text, struct np_machine *machine,
			    const struct np_trace_event *event)
{
	const struct page *page = event->page;

	np_text_add(text, "pfn=0x%lx flags=", np_pfn(machine, page));
	np_text_page_flags(text, page->flags);
	np_text_add(text, " count=%d mapcount=%d mapping=%s mt=%d val=%ld", page_ref_count(page),
		    page_mapcount(page), mapping_name(page), MIGRATE_MOVABLE, event->value);
	if (event->id >= NP_TRACE_PAGE_REF_MOD_AND_TEST && event->id <= NP_TRACE_PAGE_REF_FREEZE)
		np_text_add(text, " ret=%ld", event->result);
}

static void format_page_alloc(struct np_text *text, struct np_machine *machine,
			      const struct np_trace_event *event)
{
	add_page(text, machine, event->page);
	np_text_add(text, " order=%ld", event->value);
	if (event->id == NP_TRACE_MM_PAGE_FREE)
		return;
	np_text_add(text, " migratetype=%d gfp_flags=", MIGRATE_MOVABLE);
	add_gfp_flags(text, (gfp_t)event->result);
}

static void format_page_pool(struct np_text *text, struct np_machine *machine,
			     const struct np_trace_event *event)
{
	const struct page_pool *pool = event->pool;

	add_pool(text, pool);
	switch (event->id) {
	case NP_TRACE_PAGE_POOL_RELEASE:
		np_text_add(text, " inflight=%ld hold=%u release=%u cnt=%llu", event->result,
			    event->hold, event->release,
			    (unsigned long long)(pool ? pool->destroy_cnt : 0));
		break;
	case NP_TRACE_PAGE_POOL_UPDATE_NID:
		np_text_add(text, " pool_nid=%d new_nid=%ld", pool ? pool->p.nid : NUMA_NO_NODE,
			    event->value);
		break;
	case NP_TRACE_PAGE_POOL_STATE_HOLD:
		np_text_add(text, " ");
		add_page(text, machine, event->page);
		np_text_add(text, " hold=%u", event->hold);
		break;
	default:
		np_text_add(text, " ");
		add_page(text, machine, event->page);
		np_text_add(text, " release=%u", event->release);
		break;
	}
}

static void format_memcg(struct np_text *text, const struct np_trace_event *event)
{
	np_text_add(text, "memcg=%s nr_pages=%ld usage=%ld",
		    event->memcg ? event->memcg->name : "(null)", event->value, event->result);
}

static void format_page(struct np_text *text, struct np_machine *machine,
			const struct np_trace_event *event)
{
	const char *memcg = "(null)";

	add_page(text, machine, event->page);
	if (event->id == NP_TRACE_RMAP_ADD || event->id == NP_TRACE_RMAP_REMOVE) {
		np_text_add(text, " mapcount=%ld task=%s", event->result,
			    event->task ? event->task->name : "(null)");
		return;
	}
	if (event->page && page_memcg(event->page))
		memcg = page_memcg(event->page)->name;
	np_text_add(text, " count=%d memcg=%s", event->page ? page_ref_count(event->page) : 0,
		    memcg);
}

int np_trace_format(struct np_machine *machine, const struct np_trace_event *event, char *buf,
		    size_t size)
{
	struct np_text text = { buf, size, 0 };

	if (size)
		*buf = '\0';
	/* A page_ref event is about a page; for others, none is an answer. */
	if ((event->page || event->id <= NP_TRACE_PAGE_REF_UNFREEZE) &&
	    !np_page_valid(machine, event->page))
		np_text_add(&text, "page=(no page)");
	else if (event->id <= NP_TRACE_PAGE_REF_UNFREEZE)
		format_page_ref(&text, machine, event);
	else if (event->id <= NP_TRACE_MM_PAGE_FREE)
		format_page_alloc(&text, machine, event);
	else if (event->id <= NP_TRACE_PAGE_POOL_UPDATE_NID)
		format_page_pool(&text, machine, event);
	else if (event->id == NP_TRACE_MEMCG_CHARGE || event->id == NP_TRACE_MEMCG_UNCHARGE)
		format_memcg(&text, event);
	else if (event->id == NP_TRACE_SKB_FREE)
		np_text_add(&text, "frags=%ld recycle=%ld", event->value, event->result);
	else
		format_page(&text, machine, event);
	return (int)text.len;
}
