/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: page - struct page: its flags, and a union of five words
 *
 * The layout is that of Linux 6.1 (include/linux/mm_types.h), every arm at the
 * kernel's offsets, plus one arm for the thread's proposal.  A word of the union
 * means what the page's present owner says; reading it through another arm is
 * the mistake that the invariant `union_arm` is about.
 *
 * Unit: a pfn counts pages from 0 within one machine.
 * Context: any; single words may be read by anybody at any time, which is why
 * bit 0 of the first word must never be set by anything but a compound tail.
 */
#ifndef NETPAGE_PAGE_H
#define NETPAGE_PAGE_H

#include <netpage/atomic.h>
#include <netpage/list.h>
#include <netpage/spinlock.h>

NP_BEGIN_DECLS

/** Bit numbers in page->flags, in the order of 6.1 (include/linux/page-flags.h). */
enum pageflags {
	PG_locked,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_active,
	PG_workingset,
	PG_waiters,
	PG_error,
	PG_slab,
	PG_owner_priv_1,
	PG_arch_1,
	PG_reserved,
	PG_private,
	PG_private_2,
	PG_writeback,
	PG_head,
	PG_mappedtodisk,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_mlocked,
	PG_hwpoison,
	/* The thread's flag: the page belongs to the network stack. */
	PG_network,
	/* Ask the driver at every put_page(), not only the last (Arjun's point 3). */
	PG_network_callback,
	__NR_PAGEFLAGS,
	/* Aliases of PG_owner_priv_1, each with its own owner. */
	PG_checked = PG_owner_priv_1,
	PG_swapcache = PG_owner_priv_1,
};

/*
 * The top of the flags word names the zone and the node.  Zone numbers are those
 * of 6.1 with all zones configured; ZONE_DEVICE alone has the third bit, so one
 * test of one bit recognizes it.
 */
enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, ZONE_DEVICE };
#define ZONES_WIDTH 3
#define NODES_WIDTH 2
#define NODES_PGSHIFT (BITS_PER_LONG - NODES_WIDTH)
#define ZONES_PGSHIFT (NODES_PGSHIFT - ZONES_WIDTH)
#define PG_ZONE_DEVICE_BIT (ZONES_PGSHIFT + 2)

/** Flags that must be clear when a page is freed. */
#define PAGE_FLAGS_CHECK_AT_FREE                                                                   \
	(BIT(PG_lru) | BIT(PG_locked) | BIT(PG_private) | BIT(PG_private_2) | BIT(PG_writeback) |  \
	 BIT(PG_reserved) | BIT(PG_slab) | BIT(PG_active) | BIT(PG_unevictable) | BIT(PG_mlocked))
/** Flags that freeing clears without a word, and that allocation insists on being clear. */
#define PAGE_FLAGS_CHECK_AT_PREP ((BIT(__NR_PAGEFLAGS) - 1) & ~BIT(PG_hwpoison))
/** put_page() of such a page does not simply count down. */
#define PAGE_FLAGS_MANAGED_PUT (BIT(PG_ZONE_DEVICE_BIT) | BIT(PG_network_callback))

struct address_space;
struct dev_pagemap;

struct page {
	unsigned long flags;
	union {
		struct
		{ /* page cache and anonymous memory; free pages (lru as buddy and pcp list) */
			union {
				struct list_head lru;
				struct {
					void *__filler; /* always even, to negate PageTail */
					unsigned int mlock_count;
				};
				struct list_head buddy_list;
				struct list_head pcp_list;
			};
			struct address_space *mapping;
			unsigned long index;
			unsigned long NP_CXX_KEYWORD(private);
		};
		struct { /* page_pool */
			unsigned long pp_magic;
			struct page_pool *pp;
			unsigned long _pp_mapping_pad;
			unsigned long dma_addr;
			union {
				unsigned long dma_addr_upper;
				atomic_long_t pp_frag_count;
			};
		};
		struct { /* PageNetwork outside a page_pool: the one word of 5.12 and four more */
			unsigned long network_dma_addr; /* low two bits clear */
			struct net_device *network_owner;
			unsigned long _network_mapping_pad; /* mapping: stays NULL */
			unsigned long network_private[2];   /* the driver's own */
		};
		struct { /* tail of a compound page; [1] also carries the head's data */
			unsigned long compound_head; /* bit 0 set */
			unsigned char compound_dtor;
			unsigned char compound_order;
			atomic_t compound_mapcount;
			atomic_t compound_pincount;
#if ULONG_MAX > 0xffffffffUL
			unsigned int compound_nr;
			unsigned long _private_1;
#endif
		};
		struct { /* second tail */
			unsigned long _compound_pad_1;
			unsigned long _compound_pad_2;
			struct list_head deferred_list;
		};
		struct { /* page table */
			unsigned long _pt_pad_1;
			struct page *pmd_huge_pte;
			unsigned long _pt_pad_2;
			union {
				struct mm_struct *pt_mm;
				atomic_t pt_frag_refcount;
				atomic_t pt_share_count;
			};
			spinlock_t ptl;
		};
		struct { /* zone device */
			struct dev_pagemap *pgmap;
			void *zone_device_data;
		};
		struct { /* freed after a grace period */
			void *rcu_next;
			void (*rcu_func)(void *head);
		};
	};
	union {
		atomic_t _mapcount;	/* mappings - 1 */
		unsigned int page_type; /* the same word, for pages that are never mapped */
	};
	atomic_t _refcount;
	unsigned long memcg_data;
} __attribute__((aligned(2 * sizeof(long))));

#define compound_order_of(page) ((page)[1].compound_order)

/* What is in a tail's mapping: no address_space. Models: include/linux/poison.h, 6.1. */
#define TAIL_MAPPING ((void *)0x400)

/**
 * compound_head - the page that carries the reference count of @page
 *
 * Order: relaxed, one read of the first union word.
 * Hazard: trusts bit 0. np_compound_head_valid() says whether it may.
 */
static inline struct page *compound_head(const struct page *page)
{
	unsigned long head = READ_ONCE(page->compound_head);

	if (unlikely(head & 1))
		return (struct page *)(head - 1);
	return (struct page *)page;
}

#define NP_PAGE_FLAG(uname, bit)                                                                   \
	static inline bool Page##uname(const struct page *page)                                    \
	{                                                                                          \
		return READ_ONCE(page->flags) & BIT(bit);                                          \
	}                                                                                          \
	static inline void SetPage##uname(struct page *page)                                       \
	{                                                                                          \
		__atomic_fetch_or(&page->flags, BIT(bit), __ATOMIC_RELAXED);                       \
	}                                                                                          \
	static inline void ClearPage##uname(struct page *page)                                     \
	{                                                                                          \
		__atomic_fetch_and(&page->flags, ~BIT(bit), __ATOMIC_RELAXED);                     \
	}

/* Test, set, clear. Order: relaxed. Set and clear are atomic on the word. */
NP_PAGE_FLAG(Locked, PG_locked)
NP_PAGE_FLAG(LRU, PG_lru)
NP_PAGE_FLAG(Referenced, PG_referenced)
NP_PAGE_FLAG(Active, PG_active)
NP_PAGE_FLAG(Waiters, PG_waiters)
NP_PAGE_FLAG(Slab, PG_slab)
NP_PAGE_FLAG(Head, PG_head)
NP_PAGE_FLAG(Checked, PG_checked)
NP_PAGE_FLAG(OwnerPriv1, PG_owner_priv_1)
NP_PAGE_FLAG(Uptodate, PG_uptodate)
NP_PAGE_FLAG(Dirty, PG_dirty)

static inline bool PageTail(const struct page *page)
{
	return READ_ONCE(page->compound_head) & 1;
}

static inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

static inline bool PageAnon(const struct page *page)
{
	return (uintptr_t)READ_ONCE(page->mapping) & 1;
}

static inline bool is_zone_device_page(const struct page *page)
{
	return READ_ONCE(page->flags) & BIT(PG_ZONE_DEVICE_BIT);
}

static inline int page_to_nid(const struct page *page)
{
	return (int)(READ_ONCE(page->flags) >> NODES_PGSHIFT);
}

static inline unsigned int compound_order(struct page *page)
{
	return PageHead(page) ? compound_order_of(page) : 0;
}

/*
 * Page types live in the word of _mapcount: top nibble 0xf and a *cleared* bit
 * mean "of this type", so that -1 (no mapping) is no type at all.
 * Models: include/linux/page-flags.h, 6.1.
 */
#define PAGE_TYPE_BASE 0xf0000000u
#define PAGE_MAPCOUNT_RESERVE (-128)
#define PG_buddy 0x00000080u
#define PG_offline 0x00000100u
#define PG_table 0x00000200u
#define PG_guard 0x00000400u
#define PG_network_type 0x00000800u /* what PGTY_netpp was to be */

static inline bool PageType(const struct page *page, unsigned int type)
{
	return (READ_ONCE(page->page_type) & (PAGE_TYPE_BASE | type)) == PAGE_TYPE_BASE;
}

static inline bool page_has_type(const struct page *page)
{
	return (int)READ_ONCE(page->page_type) < PAGE_MAPCOUNT_RESERVE;
}

/** page_mapcount - how many page tables map @page; only for pages without a type. */
static inline int page_mapcount(const struct page *page)
{
	return atomic_read(&page->_mapcount) + 1;
}

/*
 * Bit 1 of the first word says that the page came out of the emergency reserves.
 * Models: include/linux/mm.h, page_is_pfmemalloc(), 6.1.
 */
static inline bool page_is_pfmemalloc(const struct page *page)
{
	return (uintptr_t)READ_ONCE(page->lru.next) & BIT(1);
}

static inline void set_page_pfmemalloc(struct page *page)
{
	WRITE_ONCE(page->lru.next, (struct list_head *)BIT(1));
}

static inline void clear_page_pfmemalloc(struct page *page)
{
	WRITE_ONCE(page->lru.next, (struct list_head *)NULL);
}

/** page_to_pfn - number of @page in @machine, which must own it. */
NP_API unsigned long page_to_pfn(const struct np_machine *machine, const struct page *page);
/** pfn_to_page - the page numbered @pfn, or NULL beyond the end. */
NP_API struct page *pfn_to_page(const struct np_machine *machine, unsigned long pfn);
/** np_page_valid - whether @page points at a struct page of @machine. */
NP_API bool np_page_valid(const struct np_machine *machine, const struct page *page);
/**
 * np_compound_head_valid - whether compound_head(@page) is a page of @machine that is a head
 *
 * What a speculative reader would need to know and cannot.
 */
NP_API bool np_compound_head_valid(const struct np_machine *machine, const struct page *page);

/** np_page_set_name - what reports call @page; 23 bytes of @name are copied. Return: 0, -EINVAL. */
NP_API int np_page_set_name(struct np_machine *machine, struct page *page, const char *name);
/** np_page_name - that name, or "pfn:N", in @buf. Return: @buf. */
NP_API const char *np_page_name(const struct np_machine *machine, const struct page *page,
				char *buf, size_t size);

NP_END_DECLS

#endif /* NETPAGE_PAGE_H */
