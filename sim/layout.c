/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "layout.h"

#include <netpage/page.h>
#include <string.h>

#define FIELD(type, member)                                                                        \
	{                                                                                          \
#member, offsetof(type, member), sizeof(((type *)NULL)->member)                    \
	}
#define ARM(arm_name, arm_title, array)                                                            \
	{                                                                                          \
		arm_name, arm_title, ARRAY_SIZE(array), array                                      \
	}

#define TITLE_LRU "page cache and anonymous memory"
#define TITLE_POOL "page of a page_pool"
#define TITLE_TAIL1 "first tail of a compound page"

/*
 * The struct page that this program is built with.
 */

static const struct np_layout_field native_common[] = {
	FIELD(struct page, flags),	FIELD(struct page, _mapcount),
	FIELD(struct page, page_type),	FIELD(struct page, _refcount),
	FIELD(struct page, memcg_data),
};

static const struct np_layout_field native_lru[] = {
	FIELD(struct page, lru.next),	 FIELD(struct page, lru.prev), FIELD(struct page, __filler),
	FIELD(struct page, mlock_count), FIELD(struct page, mapping),  FIELD(struct page, index),
	FIELD(struct page, private),
};

static const struct np_layout_field native_free[] = {
	FIELD(struct page, buddy_list.next), FIELD(struct page, buddy_list.prev),
	FIELD(struct page, pcp_list.next),   FIELD(struct page, pcp_list.prev),
	FIELD(struct page, mapping),	     FIELD(struct page, index),
	FIELD(struct page, private),
};

static const struct np_layout_field native_pool[] = {
	FIELD(struct page, pp_magic),	     FIELD(struct page, pp),
	FIELD(struct page, _pp_mapping_pad), FIELD(struct page, dma_addr),
	FIELD(struct page, dma_addr_upper),  FIELD(struct page, pp_frag_count),
};

static const struct np_layout_field native_network[] = {
	FIELD(struct page, network_dma_addr),	  FIELD(struct page, network_owner),
	FIELD(struct page, _network_mapping_pad), FIELD(struct page, network_private[0]),
	FIELD(struct page, network_private[1]),
};

static const struct np_layout_field native_tail1[] = {
	FIELD(struct page, compound_head),     FIELD(struct page, compound_dtor),
	FIELD(struct page, compound_order),    FIELD(struct page, compound_mapcount),
	FIELD(struct page, compound_pincount),
#if ULONG_MAX > 0xffffffffUL
	FIELD(struct page, compound_nr),       FIELD(struct page, _private_1),
#endif
};

static const struct np_layout_field native_tail2[] = {
	FIELD(struct page, _compound_pad_1),
	FIELD(struct page, _compound_pad_2),
	FIELD(struct page, deferred_list.next),
	FIELD(struct page, deferred_list.prev),
};

static const struct np_layout_field native_table[] = {
	FIELD(struct page, _pt_pad_1),
	FIELD(struct page, pmd_huge_pte),
	FIELD(struct page, _pt_pad_2),
	FIELD(struct page, pt_mm),
	FIELD(struct page, pt_frag_refcount),
	FIELD(struct page, pt_share_count),
	FIELD(struct page, ptl),
};

static const struct np_layout_field native_device[] = {
	FIELD(struct page, pgmap),   FIELD(struct page, zone_device_data),
	FIELD(struct page, mapping), FIELD(struct page, index),
	FIELD(struct page, private),
};

static const struct np_layout_field native_rcu[] = {
	FIELD(struct page, rcu_next),
	FIELD(struct page, rcu_func),
};

static const struct np_layout_arm native_arms[] = {
	ARM("lru", TITLE_LRU, native_lru),
	ARM("free", "free page: buddy and per-CPU lists", native_free),
	ARM("page_pool", TITLE_POOL, native_pool),
	ARM("network", "PageNetwork outside a page_pool (the proposal)", native_network),
	ARM("tail1", TITLE_TAIL1, native_tail1),
	ARM("tail2", "second tail of a compound page", native_tail2),
	ARM("page_table", "page table", native_table),
	ARM("zone_device", "device memory; W3 to W5 of the page it stands for", native_device),
	ARM("rcu", "freed after a grace period", native_rcu),
};

/*
 * Linux 6.1 where a long has 32 bits: the same arms in words of four bytes.
 * Models: include/linux/mm_types.h, struct page, 6.1.
 */

struct list_head32 {
	u32 next, prev;
};

struct page32 {
	u32 flags;
	union {
		struct {
			union {
				struct list_head32 lru;
				struct {
					u32 __filler;
					u32 mlock_count;
				};
				struct list_head32 buddy_list;
				struct list_head32 pcp_list;
			};
			u32 mapping;
			u32 index;
			u32 private;
		};
		struct {
			u32 pp_magic;
			u32 pp;
			u32 _pp_mapping_pad;
			u32 dma_addr;
			union {
				u32 dma_addr_upper;
				u32 pp_frag_count;
			};
		};
		struct {
			u32 network_dma_addr;
			u32 network_owner;
			u32 _network_mapping_pad;
			u32 network_private[2];
		};
		struct {
			u32 compound_head;
			u8 compound_dtor;
			u8 compound_order;
			s32 compound_mapcount;
			s32 compound_pincount;
		};
		struct {
			u32 _compound_pad_1;
			u32 _compound_pad_2;
			struct list_head32 deferred_list;
		};
		struct {
			u32 _pt_pad_1;
			u32 pmd_huge_pte;
			u32 _pt_pad_2;
			union {
				u32 pt_mm;
				s32 pt_frag_refcount;
			};
			u32 ptl;
		};
		struct {
			u32 pgmap;
			u32 zone_device_data;
		};
		struct {
			u32 rcu_next;
			u32 rcu_func;
		};
	};
	union {
		s32 _mapcount;
		u32 page_type;
	};
	s32 _refcount;
	u32 memcg_data;
};
_Static_assert(sizeof(struct page32) == 36, "32 bytes, and 4 with CONFIG_MEMCG");
_Static_assert(offsetof(struct page32, _mapcount) == 24, "five words behind the flags");

static const struct np_layout_field common32[] = {
	FIELD(struct page32, flags),	  FIELD(struct page32, _mapcount),
	FIELD(struct page32, page_type),  FIELD(struct page32, _refcount),
	FIELD(struct page32, memcg_data),
};

static const struct np_layout_field lru32[] = {
	FIELD(struct page32, lru.next), FIELD(struct page32, lru.prev),
	FIELD(struct page32, __filler), FIELD(struct page32, mlock_count),
	FIELD(struct page32, mapping),	FIELD(struct page32, index),
	FIELD(struct page32, private),
};

static const struct np_layout_field free32[] = {
	FIELD(struct page32, buddy_list.next), FIELD(struct page32, buddy_list.prev),
	FIELD(struct page32, pcp_list.next),   FIELD(struct page32, pcp_list.prev),
	FIELD(struct page32, mapping),	       FIELD(struct page32, index),
	FIELD(struct page32, private),
};

static const struct np_layout_field pool32[] = {
	FIELD(struct page32, pp_magic),	       FIELD(struct page32, pp),
	FIELD(struct page32, _pp_mapping_pad), FIELD(struct page32, dma_addr),
	FIELD(struct page32, dma_addr_upper),  FIELD(struct page32, pp_frag_count),
};

static const struct np_layout_field network32[] = {
	FIELD(struct page32, network_dma_addr),	    FIELD(struct page32, network_owner),
	FIELD(struct page32, _network_mapping_pad), FIELD(struct page32, network_private[0]),
	FIELD(struct page32, network_private[1]),
};

static const struct np_layout_field tail1_32[] = {
	FIELD(struct page32, compound_head),	 FIELD(struct page32, compound_dtor),
	FIELD(struct page32, compound_order),	 FIELD(struct page32, compound_mapcount),
	FIELD(struct page32, compound_pincount),
};

static const struct np_layout_field tail2_32[] = {
	FIELD(struct page32, _compound_pad_1),
	FIELD(struct page32, _compound_pad_2),
	FIELD(struct page32, deferred_list.next),
	FIELD(struct page32, deferred_list.prev),
};

static const struct np_layout_field table32[] = {
	FIELD(struct page32, _pt_pad_1),	FIELD(struct page32, pmd_huge_pte),
	FIELD(struct page32, _pt_pad_2),	FIELD(struct page32, pt_mm),
	FIELD(struct page32, pt_frag_refcount), FIELD(struct page32, ptl),
};

static const struct np_layout_field device32[] = {
	FIELD(struct page32, pgmap),   FIELD(struct page32, zone_device_data),
	FIELD(struct page32, mapping), FIELD(struct page32, index),
	FIELD(struct page32, private),
};

static const struct np_layout_field rcu32[] = {
	FIELD(struct page32, rcu_next),
	FIELD(struct page32, rcu_func),
};

static const struct np_layout_arm arms32[] = {
	ARM("lru", TITLE_LRU, lru32),
	ARM("free", "free page: buddy and per-CPU lists", free32),
	ARM("page_pool", TITLE_POOL, pool32),
	ARM("network", "PageNetwork outside a page_pool (the proposal)", network32),
	ARM("tail1", TITLE_TAIL1, tail1_32),
	ARM("tail2", "second tail of a compound page", tail2_32),
	ARM("page_table", "page table", table32),
	ARM("zone_device", "device memory; W3 to W5 of the page it stands for", device32),
	ARM("rcu", "freed after a grace period", rcu32),
};

/*
 * The thread's day: a page_pool page had one field, and where a long has 32 bits and a DMA address
 * 64, the compiler decided what that did to everything else. @dma is that field.
 * Models: include/linux/mm_types.h, struct page, 5.12, CONFIG_MEMCG=y, 5.13 for the last.
 */
#define PAGE32_OF_2021(name, dma)                                                                  \
	struct name {                                                                              \
		u32 flags;                                                                         \
		union {                                                                            \
			struct {                                                                   \
				struct list_head32 lru;                                            \
				u32 mapping;                                                       \
				u32 index;                                                         \
				u32 private;                                                       \
			};                                                                         \
			dma;                                                                       \
			struct {                                                                   \
				u32 compound_head;                                                 \
				u8 compound_dtor;                                                  \
				u8 compound_order;                                                 \
				s32 compound_mapcount;                                             \
				u32 compound_nr;                                                   \
			};                                                                         \
		};                                                                                 \
		union {                                                                            \
			s32 _mapcount;                                                             \
			u32 page_type;                                                             \
		};                                                                                 \
		s32 _refcount;                                                                     \
		u32 memcg_data;                                                                    \
	}

#define HALVES(first, second)                                                                      \
	struct {                                                                                   \
		u32 first, second;                                                                 \
	}

PAGE32_OF_2021(page32_align4, HALVES(dma_addr_low, dma_addr_high));
PAGE32_OF_2021(page32_little, HALVES(dma_addr_low, dma_addr_high) __attribute__((aligned(8))));
PAGE32_OF_2021(page32_big, HALVES(dma_addr_high, dma_addr_low) __attribute__((aligned(8))));
PAGE32_OF_2021(page32_fixed, u32 dma_addr[2]);

_Static_assert(sizeof(struct page32_align4) == 36, "an ABI that aligns u64 to 4 does not mind");
_Static_assert(sizeof(struct page32_fixed) == 36, "9ddb3c14afba gives the bytes back");
_Static_assert(sizeof(struct page32_little) == 48, "40 without CONFIG_MEMCG");
_Static_assert(offsetof(struct page32_little, lru) == 8, "a hole behind the flags");
_Static_assert(offsetof(struct page32_little, _refcount) == 36, "the union is 24 bytes now");
_Static_assert(offsetof(struct page32_big, dma_addr_high) ==
		       offsetof(struct page32_big, compound_head),
	       "bit 32 of the DMA address is PageTail");
_Static_assert(offsetof(struct page32_fixed, dma_addr) ==
		       offsetof(struct page32_fixed, compound_head),
	       "its low word is page aligned: bit 0 is clear");

#define COMMON_OF(type)                                                                            \
	{                                                                                          \
		FIELD(type, flags), FIELD(type, _mapcount), FIELD(type, page_type),                \
			FIELD(type, _refcount), FIELD(type, memcg_data)                            \
	}
#define LRU_OF(type)                                                                               \
	{                                                                                          \
		FIELD(type, lru.next), FIELD(type, lru.prev), FIELD(type, mapping),                \
			FIELD(type, index), FIELD(type, private)                                   \
	}
#define TAIL1_OF(type)                                                                             \
	{                                                                                          \
		FIELD(type, compound_head), FIELD(type, compound_dtor),                            \
			FIELD(type, compound_order), FIELD(type, compound_mapcount),               \
			FIELD(type, compound_nr)                                                   \
	}

#define TABLES_OF_2021(prefix, type, ...)                                                          \
	static const struct np_layout_field prefix##_common[] = COMMON_OF(type);                   \
	static const struct np_layout_field prefix##_lru[] = LRU_OF(type);                         \
	static const struct np_layout_field prefix##_pool[] = { __VA_ARGS__ };                     \
	static const struct np_layout_field prefix##_tail1[] = TAIL1_OF(type);                     \
	static const struct np_layout_arm prefix##_arms[] = {                                      \
		ARM("lru", TITLE_LRU, prefix##_lru),                                               \
		ARM("page_pool", TITLE_POOL, prefix##_pool),                                       \
		ARM("tail1", TITLE_TAIL1, prefix##_tail1),                                         \
	}

TABLES_OF_2021(align4, struct page32_align4, FIELD(struct page32_align4, dma_addr_low),
	       FIELD(struct page32_align4, dma_addr_high));
TABLES_OF_2021(little, struct page32_little, FIELD(struct page32_little, dma_addr_low),
	       FIELD(struct page32_little, dma_addr_high));
TABLES_OF_2021(big, struct page32_big, FIELD(struct page32_big, dma_addr_high),
	       FIELD(struct page32_big, dma_addr_low));
TABLES_OF_2021(fixed, struct page32_fixed, FIELD(struct page32_fixed, dma_addr[0]),
	       FIELD(struct page32_fixed, dma_addr[1]));

#define LAYOUT(layout_name, layout_title, layout_bits, type, first_word, common_fields,            \
	       layout_arms, layout_note)                                                           \
	{                                                                                          \
		.name = layout_name, .title = layout_title, .bits = layout_bits,                   \
		.size = sizeof(type), .union_offset = offsetof(type, first_word),                  \
		.nr_common = ARRAY_SIZE(common_fields), .common = common_fields,                   \
		.nr_arms = ARRAY_SIZE(layout_arms), .arms = layout_arms, .note = layout_note       \
	}

#if ULONG_MAX > 0xffffffffUL
#define NATIVE "6.1-64", "Linux 6.1, 64-bit"
#else
#define NATIVE "6.1-native", "Linux 6.1, as this program is built"
#endif

/* So that NATIVE becomes two arguments. */
#define NATIVE_LAYOUT(...) LAYOUT(__VA_ARGS__)

static const struct np_layout layouts[] = {
	NATIVE_LAYOUT(
		NATIVE, BITS_PER_LONG, struct page, lru, native_common, native_arms,
		"Measured in the library's own struct page. One cache line where a long has 64 "
		"bits: a word more for anybody is a word more for every page of the machine."),
	LAYOUT("6.1-32", "Linux 6.1, 32-bit", 32, struct page32, lru, common32, arms32,
	       "A 64-bit DMA address is split between W4 and W5. pp_frag_count is in W5 as well, "
	       "so page_pool_init() (net/core/page_pool.c) refuses PP_FLAG_PAGE_FRAG there. Where "
	       "struct page is aligned to two words (CONFIG_HAVE_ALIGNED_STRUCT_PAGE: x86 with "
	       "SLUB), it is rounded up to 40 bytes."),
	LAYOUT("5.12-32-align4", "Linux 5.12, 32-bit, 64-bit DMA addresses aligned to 4 (i386)", 32,
	       struct page32_align4, lru, align4_common, align4_arms,
	       "Nothing grows (but to 40 bytes with CONFIG_HAVE_ALIGNED_STRUCT_PAGE, which has "
	       "nothing to do with it). W1 is the lower half of an address of a page: bit 0 is "
	       "clear."),
	LAYOUT("5.12-32-align8-little",
	       "Linux 5.12, 32-bit, 64-bit DMA addresses aligned to 8 (arm LPAE)", 32,
	       struct page32_little, lru, little_common, little_arms,
	       "Broken: the union moves behind a hole of 4 bytes and is rounded up from 20 to 24, "
	       "so that every struct page of the machine grows from 36 to 48 bytes (from 32 to 40 "
	       "without memcg_data). W1 is the lower half: bit 0 is clear."),
	LAYOUT("5.12-32-align8-big",
	       "Linux 5.12, 32-bit big endian, 64-bit DMA addresses aligned to 8 (mips, ppc)", 32,
	       struct page32_big, lru, big_common, big_arms,
	       "Broken: it grows as the little endian one does, and W1 is the upper half of the "
	       "address. For a page at an odd multiple of 4 GiB, bit 0 of W1 is set: PageTail() "
	       "is true for it, and compound_head() of whoever comes along without a reference "
	       "(GUP-fast with a stale page table entry) follows half a DMA address."),
	LAYOUT("5.13-32-fixed", "Linux 5.13, 32-bit, after 9ddb3c14afba", 32, struct page32_fixed,
	       lru, fixed_common, fixed_arms,
	       "Two longs instead of one dma_addr_t, the lower half always first: nothing grows, "
	       "and bit 0 of W1 is clear whatever the byte order."),
};

const struct np_layout *np_layout_at(unsigned int index)
{
	return index < ARRAY_SIZE(layouts) ? &layouts[index] : NULL;
}

const struct np_layout_arm *np_layout_find_arm(const struct np_layout *layout, const char *name)
{
	for (size_t i = 0; i < layout->nr_arms; i++) {
		if (!strcmp(layout->arms[i].name, name))
			return &layout->arms[i];
	}
	return NULL;
}

static const struct np_layout_field *find_field(const struct np_layout_field *fields, size_t nr,
						const char *name)
{
	for (size_t i = 0; i < nr; i++) {
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

const struct np_layout_field *np_layout_find_field(const struct np_layout *layout, const char *arm,
						   const char *name)
{
	const struct np_layout_arm *found = np_layout_find_arm(layout, arm);
	const struct np_layout_field *field = NULL;

	if (found)
		field = find_field(found->fields, found->nr_fields, name);
	return field ? field : find_field(layout->common, layout->nr_common, name);
}

unsigned int np_layout_word(const struct np_layout *layout, const struct np_layout_field *field)
{
	size_t word = layout->bits / 8;

	if (field->offset < layout->union_offset ||
	    field->offset >= layout->union_offset + 5 * word)
		return 0;
	return (unsigned int)((field->offset - layout->union_offset) / word + 1);
}
