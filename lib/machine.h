/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * machine - what a struct np_machine is made of
 *
 * Every room keeps its state here and nowhere else.  lib/mm uses what lib/net
 * registered (network, rmap) and never names it.
 */
#ifndef NP_LIB_MACHINE_H
#define NP_LIB_MACHINE_H

#include <netpage/netpage.h>
#include <plat/plat.h>

#define NP_SUBSCRIBERS_MAX 4
#define NP_DEVICE_PAGES 64 /* struct pages of device memory, behind the ordinary ones */
#define PCP_BATCH 63
#define PCP_HIGH (6 * PCP_BATCH)

/* Models: mm/memcontrol.c, struct memcg_stock_pcp, 6.1. */
struct memcg_stock_pcp {
	struct mem_cgroup *cached; /* pinned while it is here */
	unsigned int nr_pages;
	struct work_struct work;
};

/* Models: include/linux/mmzone.h, struct per_cpu_pages: order 0 only. */
struct per_cpu_pages {
	int count;
	struct list_head list;
};

struct np_cpu {
	u32 owner; /* tag of the thread that has entered; 0: none */
	u32 depth; /* how often, one inside the other */
	spinlock_t work_lock;
	struct work_struct *work_head, **work_tail;
	struct memcg_stock_pcp stock;
	struct per_cpu_pages pcp[NP_NODES_MAX];
} ____cacheline_aligned;

struct np_zone {
	spinlock_t lock;
	struct list_head free_area[MAX_ORDER];
	unsigned long nr_free; /* pages in free_area */
	unsigned long start_pfn, end_pfn;
	unsigned long frontier; /* pages from here on have never been touched */
} ____cacheline_aligned;

/* What reports want to know about a page; kept beside struct page, touched with it. */
struct np_page_note {
	u64 stamp[2]; /* content of each half, by number of the write */
	const char *allocated, *freed, *last_put;
	char name[24];
};

/* A reference that only its holder can explain: see np_claim(). */
struct np_claimed {
	struct list_head list;
	struct page *page; /* NULL: pages charged to a memcg, see np_claim_charge() */
	u32 memcg_id;
	long refs;
	const char *where;
	char holder[48];
};

struct np_fault {
	unsigned long calls, nth, times;
};

struct np_subscriber {
	np_trace_fn *fn;
	void *arg;
	u32 ids; /* a bit for each event that it wants */
};

struct np_rcu_garbage {
	struct np_rcu_garbage *next;
	void *ptr;
	size_t size;
};

struct np_finding; /* lib/check: what the last np_check() found */

struct np_machine {
	struct np_machine_options options;
	struct page *memmap;
	struct np_page_note *notes; /* NULL when unchecked */
	unsigned long nr_pfns;	    /* ordinary and device pages */
	unsigned long nr_device_pages;
	unsigned int charge_batch; /* MEMCG_CHARGE_BATCH of the model */
	struct np_cpu *cpus;
	struct np_zone zones[NP_NODES_MAX];
	atomic_long_t nr_bad_pages;

	const struct network_page_ops *network;
	const struct network_rmap_ops *rmap;
	const struct np_scheme *scheme;
	struct network_rmap_ops scheme_rmap;
	void *scheme_private;
	bool scheme_running; /* its init was done, its exit is due */

	struct mem_cgroup *root;
	u32 next_memcg_id;
	spinlock_t objects_lock; /* the lists below */
	struct list_head memcgs, objcgs, tasks, socks, skbs, devs, pools, files, claims;
	spinlock_t objcg_lock; /* objcg->memcg and the objcg lists, as in the kernel */
	u64 next_stamp;

	struct np_fault faults[NP_FAULT_POINTS];
	struct np_subscriber subscribers[NP_SUBSCRIBERS_MAX];
	unsigned int nr_subscribers;
	u32 traced; /* events that any of them wants */

	np_sink_fn *sink;
	void *sink_arg;
	atomic_long_t nr_violations;
	struct np_finding *findings;

	unsigned long jiffies;
	spinlock_t delayed_lock;
	struct delayed_work *delayed;

	struct np_memory memory;
	spinlock_t garbage_lock;
	struct np_rcu_garbage *garbage;
};

/* The machine of the caller's context; every model function runs inside one. */
static inline struct np_machine *this_machine(void)
{
	return np_here()->machine;
}

static inline struct np_cpu *this_np_cpu(void)
{
	struct np_context *here = np_here();

	return &here->machine->cpus[here->cpu];
}

static inline unsigned long np_pfn(const struct np_machine *machine, const struct page *page)
{
	return (unsigned long)(page - machine->memmap);
}

static inline struct np_page_note *np_note(const struct np_machine *machine,
					   const struct page *page)
{
	return machine->notes ? &machine->notes[np_pfn(machine, page)] : NULL;
}

/* Where the caller is, for reports; never NULL. */
static inline const char *np_where(void)
{
	struct np_context *here = np_here();

	return here && here->where ? here->where : "";
}

/* Fast "is PG_network or its stand-in set", for the put path. */
static inline bool page_is_network(const struct np_machine *machine, const struct page *page)
{
	const struct network_page_ops *ops = machine->network;

	return (READ_ONCE(page->flags) & ops->flags_mask) ||
	       (ops->page_type && PageType(page, ops->page_type));
}

/* lib/trace.c: fills in cpu and where, hands the event to every subscriber. */
void np_trace_deliver(struct np_machine *machine, struct np_trace_event *event);
/* As np_trace_subscribe(), for events with a bit in @ids: the others do not even look at memory. */
int np_trace_subscribe_to(struct np_machine *machine, u32 ids, np_trace_fn *fn, void *arg);
/* np_trace(machine, .id = ..., ...): what follows the id is evaluated if somebody wants it. */
#define np_trace(machine, id_, ...)                                                                \
	do {                                                                                       \
		if (unlikely((machine)->traced & BIT(((struct np_trace_event){ id_ }).id)))        \
			np_trace_deliver((machine), &(struct np_trace_event){ id_, __VA_ARGS__ }); \
	} while (0)

/* Rooms' own parts of creation and destruction, in this order and its reverse. */
int np_page_alloc_init(struct np_machine *machine);
int np_memcg_init(struct np_machine *machine);
void np_memcg_exit(struct np_machine *machine);
void np_net_init(struct np_machine *machine);
void np_check_exit(struct np_machine *machine);

void np_stock_init(struct np_machine *machine);
/* What the stock of @cpu holds goes back to the counters. Context: nobody else is on @cpu. */
void np_drain_stock(struct np_machine *machine, int cpu);
/* try_charge() of any group, root too. Models: mm/memcontrol.c, try_charge_memcg(), 6.1. */
int np_try_charge_memcg(struct mem_cgroup *memcg, gfp_t gfp, unsigned int nr_pages);
/* lib/mm/obj_cgroup.c: the objcg of a new memcg, and where its charges go at offline. */
int np_objcg_online(struct mem_cgroup *memcg);
void np_objcg_offline(struct mem_cgroup *memcg);
/* Everything this CPU's lists hold goes back to the buddy allocator. */
void np_drain_pages(struct np_machine *machine, int cpu);

/* lib/check/holders.c asks these; each room answers for its own objects. */
void np_mm_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg);
void np_net_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg);

/* A page the NIC has just written: a new content. */
void np_page_write(struct np_machine *machine, struct page *page, unsigned int offset,
		   unsigned int len);

#endif /* NP_LIB_MACHINE_H */
