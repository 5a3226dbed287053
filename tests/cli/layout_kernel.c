/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The types of a kernel that never was: names and places are those that the BTF of Linux 6.1
 * (amd64) has, as far as the model speaks of them; what is in between is left out.
 *
 * For layout_check_test.sh, which compiles it for BPF to have its BTF.  COUNTER_MOVES, PP_IS_GONE
 * and PAGE_GROWS make kernels that the model must not agree with.
 */

/* @declaration at byte @offset of the union that it is in. */
#define AT(offset, before, declaration)                                                            \
	struct {                                                                                   \
		char before[offset];                                                               \
		declaration;                                                                       \
	} __attribute__((packed))

typedef unsigned int u32;
typedef unsigned long long u64;

struct list_head {
	struct list_head *next, *prev;
};

struct callback_head {
	void *next, *func;
};

struct page {
	union {
		unsigned long flags;
		AT(8, p0, struct list_head lru);
		AT(8, p1, void *__filler);
		AT(16, p2, u32 mlock_count);
		AT(8, p3, struct list_head buddy_list);
		AT(8, p4, struct list_head pcp_list);
		AT(24, p5, void *mapping);
		AT(32, p6, unsigned long index);
		AT(40, p7, unsigned long private);
		AT(8, p8, unsigned long pp_magic);
#ifndef PP_IS_GONE
		AT(16, p9, void *pp);
#endif
		AT(24, p10, unsigned long _pp_mapping_pad);
		AT(32, p11, unsigned long dma_addr);
		AT(40, p12, unsigned long dma_addr_upper);
		AT(40, p13, long pp_frag_count);
		AT(8, p14, unsigned long compound_head);
		AT(16, p15, char compound_dtor);
		AT(17, p16, char compound_order);
		AT(20, p17, int compound_mapcount);
		AT(24, p18, int compound_pincount);
		AT(28, p19, u32 compound_nr);
		AT(32, p20, unsigned long _private_1);
		AT(8, p21, unsigned long _compound_pad_1);
		AT(16, p22, unsigned long _compound_pad_2);
		AT(24, p23, struct list_head deferred_list);
		AT(8, p24, unsigned long _pt_pad_1);
		AT(16, p25, void *pmd_huge_pte);
		AT(24, p26, unsigned long _pt_pad_2);
		AT(32, p27, void *pt_mm);
		AT(32, p28, int pt_frag_refcount);
		AT(32, p29, int pt_share_count);
		AT(40, p30, u32 ptl);
		AT(8, p31, void *pgmap);
		AT(16, p32, void *zone_device_data);
		AT(8, p33, struct callback_head callback_head);
		AT(48, p34, int _mapcount);
		AT(48, p35, u32 page_type);
		AT(52, p36, int _refcount);
		AT(56, p37, unsigned long memcg_data);
#ifdef PAGE_GROWS
		AT(64, p38, int _last_cpupid);
#endif
	};
};

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
	PG_uncached,
	PG_hwpoison,
	__NR_PAGEFLAGS,
	PG_checked = PG_owner_priv_1,
	PG_swapcache = PG_owner_priv_1,
};

struct page_counter {
	union {
		long usage;
		AT(64, p0, unsigned long emin);
		AT(72, p1, long min_usage);
		AT(80, p2, long children_min_usage);
		AT(88, p3, unsigned long elow);
		AT(96, p4, long low_usage);
		AT(104, p5, long children_low_usage);
		AT(112, p6, unsigned long watermark);
		AT(120, p7, unsigned long failcnt);
		AT(128, p8, unsigned long min);
		AT(136, p9, unsigned long low);
		AT(144, p10, unsigned long high);
#ifdef COUNTER_MOVES
		AT(168, p11, unsigned long max);
#else
		AT(152, p11, unsigned long max);
#endif
		AT(160, p12, struct page_counter *parent);
		char whole[192];
	};
};

struct percpu_ref {
	unsigned long percpu_count_ptr;
	void *data;
};

struct cgroup_subsys_state {
	union {
		AT(16, p0, struct percpu_ref refcnt);
		AT(84, p1, u32 flags);
		AT(192, p2, struct cgroup_subsys_state *parent);
	};
};

struct mem_cgroup {
	union {
		struct cgroup_subsys_state css;
		AT(
			200, p0, struct {
				int id;
				int ref;
			} id);
		AT(256, p1, struct page_counter memory);
		AT(1472, p2, void *vmstats);
		AT(1480, p3, long memory_events[9]);
		AT(1648, p4, void *objcg);
		AT(1656, p5, struct list_head objcg_list);
		char whole[2176];
	};
};

struct obj_cgroup {
	struct percpu_ref refcnt;
	struct mem_cgroup *memcg;
	int nr_charged_bytes;
	struct list_head list;
};

struct page_pool_params {
	u32 flags, order, pool_size;
	int nid;
	void *dev;
	int dma_dir;
	u32 max_len, offset;
	void *init_callback, *init_arg;
};

struct pp_alloc_cache {
	u32 count;
	struct page *cache[128];
};

struct ptr_ring {
	union {
		int producer;
		AT(4, p0, u32 producer_lock);
		AT(64, p1, int consumer_head);
		AT(68, p2, int consumer_tail);
		AT(72, p3, u32 consumer_lock);
		AT(128, p4, int size);
		AT(132, p5, int batch);
		AT(136, p6, void **queue);
		char whole[192];
	};
};

struct page_pool {
	union {
		struct page_pool_params p;
		AT(56, p0, char release_dw[88]);
		AT(152, p1, unsigned long defer_start);
		AT(160, p2, unsigned long defer_warn);
		AT(168, p3, u32 pages_state_hold_cnt);
		AT(172, p4, u32 frag_offset);
		AT(176, p5, struct page *frag_page);
		AT(184, p6, long frag_users);
		AT(256, p7, struct pp_alloc_cache alloc);
		AT(1344, p8, struct ptr_ring ring);
		AT(1536, p9, int pages_state_release_cnt);
		AT(1540, p10, int user_cnt);
		AT(1544, p11, u64 destroy_cnt);
		char whole[1600];
	};
};

typedef struct bio_vec {
	struct page *bv_page;
	u32 bv_len, bv_offset;
} skb_frag_t;

struct skb_shared_info {
	union {
		AT(2, p0, unsigned char nr_frags);
		AT(32, p1, int dataref);
		AT(48, p2, skb_frag_t frags[17]);
	};
};

/* BTF has what something is made of. */
struct kernel {
	struct page page;
	enum pageflags pageflags;
	struct mem_cgroup mem_cgroup;
	struct obj_cgroup obj_cgroup;
	struct page_pool page_pool;
	struct skb_shared_info skb_shared_info;
};

extern struct kernel kernel;
struct kernel kernel;
