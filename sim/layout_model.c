/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "layout_model.h"

#include <netpage/memcg.h>
#include <netpage/page_counter.h>
#include <netpage/page_pool.h>
#include <netpage/ptr_ring.h>
#include <netpage/skbuff.h>
#include <string.h>

/*
 * What is said here is checked against a kernel by layout_check.c; offsets and sizes are measured,
 * the kernel's are never written down.
 */

#define PLACE(type, member)                                                                        \
	{                                                                                          \
		offsetof(type, member), sizeof(((type *)NULL)->member)                             \
	}
#define SAME(type, member)                                                                         \
	{                                                                                          \
		.name = #member, .place = PLACE(type, member)                                      \
	}
#define FREE(type, member, kernel_name, freedom, why)                                              \
	{                                                                                          \
		.name = #member, .kernel = kernel_name, .place = PLACE(type, member),              \
		.liberty = freedom, .reason = why                                                  \
	}
#define ELSEWHERE(type, member, why) FREE(type, member, NULL, NP_ELSEWHERE, why)
#define OTHERWISE(type, member, why) FREE(type, member, NULL, NP_OTHERWISE, why)
#define OURS(type, member, why) FREE(type, member, NULL, NP_OURS, why)
#define MAY_LACK(type, member, freedom, why)                                                       \
	{                                                                                          \
		.name = #member, .place = PLACE(type, member), .liberty = freedom,                 \
		.may_lack = true, .reason = why                                                    \
	}
#define SIZE(type, freedom, why)                                                                   \
	{                                                                                          \
		.name = NP_MODEL_SIZE, .place = { 0, sizeof(type) }, .liberty = freedom,           \
		.reason = why                                                                      \
	}
#define BIT_NUMBER(flag)                                                                           \
	{                                                                                          \
		.name = #flag, .place = { flag, 0 }                                                \
	}
#define OTHER_BIT(flag, freedom, why)                                                              \
	{                                                                                          \
		.name = #flag, .place = { flag, 0 }, .liberty = freedom, .reason = why             \
	}
#define TYPE(type_name, array)                                                                     \
	{                                                                                          \
		type_name, ARRAY_SIZE(array), array                                                \
	}

/*
 * struct page: what layout.c says of it, and these reasons.
 */

#define WHY_PROPOSAL                                                                               \
	"The proposal's: no kernel has it yet. The words are those that other arms have."
#define WHY_SPLIT                                                                                  \
	"The half of a DMA address: the kernel has one field of 64 bits, and the compiler "        \
	"decides where its halves are."

#define WHY_ALIGNED                                                                                \
	"With CONFIG_HAVE_ALIGNED_STRUCT_PAGE (x86) the kernel rounds it up to a multiple of two " \
	"words."
#define WHY_SHARE "With CONFIG_ARCH_WANT_HUGE_PMD_SHARE only: x86, arm64 and riscv of 64 bits."

static const struct {
	const char *name, *kernel;
	enum np_liberty liberty;
	const char *reason;
	bool may_lack;
} page_reasons[] = {
	{ "network_dma_addr", NULL, NP_OURS, WHY_PROPOSAL, false },
	{ "network_owner", NULL, NP_OURS, WHY_PROPOSAL, false },
	{ "_network_mapping_pad", NULL, NP_OURS, WHY_PROPOSAL, false },
	{ "network_private[0]", NULL, NP_OURS, WHY_PROPOSAL, false },
	{ "network_private[1]", NULL, NP_OURS, WHY_PROPOSAL, false },
	{ "rcu_next", "callback_head.next", NP_AT_ITS_PLACE, NULL, false },
	{ "rcu_func", "callback_head.func", NP_AT_ITS_PLACE, NULL, false },
	{ "dma_addr_low", "dma_addr", NP_WITHIN, WHY_SPLIT, false },
	{ "dma_addr_high", "dma_addr", NP_WITHIN, WHY_SPLIT, false },
	{ "pt_share_count", NULL, NP_AT_ITS_PLACE, WHY_SHARE, true },
};

/*
 * The library's other structs.
 */

static const struct np_model_field counter_fields[] = {
	SIZE(struct page_counter, NP_AT_ITS_PLACE, NULL),
	SAME(struct page_counter, usage),
	SAME(struct page_counter, emin),
	SAME(struct page_counter, min_usage),
	SAME(struct page_counter, children_min_usage),
	SAME(struct page_counter, elow),
	SAME(struct page_counter, low_usage),
	SAME(struct page_counter, children_low_usage),
	SAME(struct page_counter, watermark),
	SAME(struct page_counter, failcnt),
	SAME(struct page_counter, min),
	SAME(struct page_counter, low),
	SAME(struct page_counter, high),
	SAME(struct page_counter, max),
	SAME(struct page_counter, parent),
};

static const struct np_model_field ring_fields[] = {
	SIZE(struct ptr_ring, NP_AT_ITS_PLACE, NULL),
	SAME(struct ptr_ring, producer),
	SAME(struct ptr_ring, producer_lock),
	SAME(struct ptr_ring, consumer_head),
	SAME(struct ptr_ring, consumer_tail),
	SAME(struct ptr_ring, consumer_lock),
	SAME(struct ptr_ring, size),
	SAME(struct ptr_ring, batch),
	SAME(struct ptr_ring, queue),
};

static const struct np_model_field cache_fields[] = {
	SIZE(struct pp_alloc_cache, NP_AT_ITS_PLACE, NULL),
	SAME(struct pp_alloc_cache, count),
	SAME(struct pp_alloc_cache, cache),
};

static const struct np_model_field params_fields[] = {
	SIZE(struct page_pool_params, NP_AT_ITS_PLACE, NULL),
	SAME(struct page_pool_params, flags),
	SAME(struct page_pool_params, order),
	SAME(struct page_pool_params, pool_size),
	SAME(struct page_pool_params, nid),
	SAME(struct page_pool_params, dev),
	SAME(struct page_pool_params, dma_dir),
	SAME(struct page_pool_params, max_len),
	SAME(struct page_pool_params, offset),
	SAME(struct page_pool_params, init_callback),
	SAME(struct page_pool_params, init_arg),
};

#define WHY_POOL_MOVED                                                                             \
	"The kernel's type at another offset: in front of it the model keeps the pool's machine "  \
	"and name. No access depends on the distance to other fields."
#define WHY_POOL_OURS "The model's: a kernel has one machine, and its pools have no names."
#define WHY_WORK "Work of the model waits for virtual time and has no timer in it."
#define WHY_STATS                                                                                  \
	"Always kept by the model; a kernel has it with CONFIG_PAGE_POOL_STATS only, which "       \
	"distributions leave off."

static const struct np_model_field pool_fields[] = {
	SIZE(struct page_pool, NP_OTHERWISE, WHY_POOL_MOVED),
	SAME(struct page_pool, p),
	OTHERWISE(struct page_pool, release_dw, WHY_WORK),
	OURS(struct page_pool, machine, WHY_POOL_OURS),
	OURS(struct page_pool, all, WHY_POOL_OURS),
	OURS(struct page_pool, name, WHY_POOL_OURS),
	ELSEWHERE(struct page_pool, defer_start, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, defer_warn, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, pages_state_hold_cnt, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, frag_offset, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, frag_page, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, frag_users, WHY_POOL_MOVED),
	MAY_LACK(struct page_pool, alloc_stats, NP_ELSEWHERE, WHY_STATS),
	MAY_LACK(struct page_pool, recycle_stats, NP_ELSEWHERE, WHY_STATS),
	ELSEWHERE(struct page_pool, alloc, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, ring, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, pages_state_release_cnt, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, user_cnt, WHY_POOL_MOVED),
	ELSEWHERE(struct page_pool, destroy_cnt, WHY_POOL_MOVED),
};

#define STAT(type, member)                                                                         \
	MAY_LACK(struct page_pool_##type##_stats, member, NP_AT_ITS_PLACE, WHY_STATS)

static const struct np_model_field alloc_stats_fields[] = {
	STAT(alloc, fast),  STAT(alloc, slow),	 STAT(alloc, slow_high_order),
	STAT(alloc, empty), STAT(alloc, refill), STAT(alloc, waive),
};

static const struct np_model_field recycle_stats_fields[] = {
	STAT(recycle, cached),	  STAT(recycle, cache_full),	  STAT(recycle, ring),
	STAT(recycle, ring_full), STAT(recycle, released_refcnt),
};

#define WHY_MEMCG_MOVED                                                                            \
	"The kernel's type at another offset: of struct mem_cgroup the model has the parts that "  \
	"network pages touch."
#define WHY_MEMCG_OURS                                                                             \
	"The model's: names and tasks are the cgroup core's in a kernel, and not here."
#define WHY_REFS                                                                                   \
	"One plain counter stands for the kernel's percpu_ref: the same count, without the mode "  \
	"in which nobody can read it."
#define WHY_PARENT "The kernel finds it through the css of the parent."
#define WHY_ID "The kernel pins an id longer than the group; the model never uses one again."
#define WHY_VMSTATS                                                                                \
	"A pointer in both; the model's are one array for all CPUs, and no tree of sums."
#define WHY_EVENTS "The model counts three events of the kernel's, by its own numbers."

static const struct np_model_field memcg_fields[] = {
	SIZE(struct mem_cgroup, NP_OTHERWISE, WHY_MEMCG_MOVED),
	ELSEWHERE(struct mem_cgroup, memory, WHY_MEMCG_MOVED),
	OTHERWISE(struct mem_cgroup, css, WHY_REFS),
	OTHERWISE(struct mem_cgroup, css.refcnt, WHY_REFS),
	OURS(struct mem_cgroup, machine, WHY_MEMCG_OURS),
	FREE(struct mem_cgroup, parent, "css.parent", NP_ELSEWHERE, WHY_PARENT),
	ELSEWHERE(struct mem_cgroup, objcg, WHY_MEMCG_MOVED),
	ELSEWHERE(struct mem_cgroup, objcg_list, WHY_MEMCG_MOVED),
	OURS(struct mem_cgroup, all, WHY_MEMCG_OURS),
	ELSEWHERE(struct mem_cgroup, vmstats, WHY_VMSTATS),
	FREE(struct mem_cgroup, events, "memory_events", NP_OTHERWISE, WHY_EVENTS),
	OURS(struct mem_cgroup, nr_tasks, WHY_MEMCG_OURS),
	FREE(struct mem_cgroup, id, "id.id", NP_ELSEWHERE, WHY_ID),
	FREE(struct mem_cgroup, online, "css.flags", NP_ELSEWHERE,
	     "CSS_ONLINE of the kernel's flags, and none of the others."),
	OURS(struct mem_cgroup, name, WHY_MEMCG_OURS),
};

#define WHY_OBJCG_MOVED                                                                             \
	"The kernel's type at another offset: refcnt in front of it is smaller, and bytes of slab " \
	"objects (nr_charged_bytes) are not modelled."

static const struct np_model_field objcg_fields[] = {
	SIZE(struct obj_cgroup, NP_OTHERWISE, WHY_OBJCG_MOVED),
	OTHERWISE(struct obj_cgroup, refcnt, WHY_REFS),
	ELSEWHERE(struct obj_cgroup, memcg, WHY_OBJCG_MOVED),
	ELSEWHERE(struct obj_cgroup, list, WHY_OBJCG_MOVED),
	OURS(struct obj_cgroup, all, WHY_MEMCG_OURS),
};

#define WHY_STAMP "The model's: what the card delivered, to notice when it writes there again."

static const struct np_model_field frag_fields[] = {
	SIZE(skb_frag_t, NP_OTHERWISE, WHY_STAMP),
	SAME(skb_frag_t, bv_page),
	SAME(skb_frag_t, bv_len),
	SAME(skb_frag_t, bv_offset),
	OURS(skb_frag_t, stamp, WHY_STAMP),
};

#define WHY_SHINFO                                                                                 \
	"No GSO, no timestamps, no frag_list in the model. There are as many fragments as "        \
	"CONFIG_MAX_SKB_FRAGS of later kernels allows, and as the hosts of the thread have."

static const struct np_model_field shinfo_fields[] = {
	SIZE(struct skb_shared_info, NP_OTHERWISE, WHY_SHINFO),
	ELSEWHERE(struct skb_shared_info, dataref, WHY_SHINFO),
	ELSEWHERE(struct skb_shared_info, nr_frags, WHY_SHINFO),
	OTHERWISE(struct skb_shared_info, frags, WHY_SHINFO),
};

#define WHY_HWPOISON                                                                               \
	"With CONFIG_MEMORY_FAILURE only, and behind flags that only some architectures have: "    \
	"PG_uncached is in front of it on x86."
#define WHY_LAST_FLAG                                                                              \
	"The model has two flags of its own, and not those of configurations that it does not "    \
	"model (page_idle, arch)."

static const struct np_model_field flag_fields[] = {
	BIT_NUMBER(PG_locked),
	BIT_NUMBER(PG_referenced),
	BIT_NUMBER(PG_uptodate),
	BIT_NUMBER(PG_dirty),
	BIT_NUMBER(PG_lru),
	BIT_NUMBER(PG_active),
	BIT_NUMBER(PG_workingset),
	BIT_NUMBER(PG_waiters),
	BIT_NUMBER(PG_error),
	BIT_NUMBER(PG_slab),
	BIT_NUMBER(PG_owner_priv_1),
	BIT_NUMBER(PG_arch_1),
	BIT_NUMBER(PG_reserved),
	BIT_NUMBER(PG_private),
	BIT_NUMBER(PG_private_2),
	BIT_NUMBER(PG_writeback),
	BIT_NUMBER(PG_head),
	BIT_NUMBER(PG_mappedtodisk),
	BIT_NUMBER(PG_reclaim),
	BIT_NUMBER(PG_swapbacked),
	BIT_NUMBER(PG_unevictable),
	BIT_NUMBER(PG_mlocked),
	{
		.name = "PG_hwpoison",
		.place = { PG_hwpoison, 0 },
		.liberty = NP_ELSEWHERE,
		.may_lack = true,
		.reason = WHY_HWPOISON,
	},
	OTHER_BIT(PG_network, NP_OURS, WHY_PROPOSAL),
	OTHER_BIT(PG_network_callback, NP_OURS, WHY_PROPOSAL),
	OTHER_BIT(__NR_PAGEFLAGS, NP_ELSEWHERE, WHY_LAST_FLAG),
	BIT_NUMBER(PG_checked),
	BIT_NUMBER(PG_swapcache),
};

static const struct np_model_type types[] = {
	{ "struct page", 0, NULL },
	TYPE("enum pageflags", flag_fields),
	TYPE("struct page_counter", counter_fields),
	TYPE("struct mem_cgroup", memcg_fields),
	TYPE("struct obj_cgroup", objcg_fields),
	TYPE("struct page_pool", pool_fields),
	TYPE("struct page_pool_params", params_fields),
	TYPE("struct pp_alloc_cache", cache_fields),
	TYPE("struct ptr_ring", ring_fields),
	TYPE("struct page_pool_alloc_stats", alloc_stats_fields),
	TYPE("struct page_pool_recycle_stats", recycle_stats_fields),
	TYPE("skb_frag_t", frag_fields),
	TYPE("struct skb_shared_info", shinfo_fields),
};

const struct np_model_type *np_model_type_at(const struct np_layout *layout, unsigned int index)
{
	/* The others are as long as this program's own longs. */
	unsigned int nr = layout == np_layout_at(0) ? ARRAY_SIZE(types) : 1;

	return index < nr ? &types[index] : NULL;
}

static void describe(const char *arm, const struct np_layout_field *from,
		     struct np_model_field *field)
{
	*field = (struct np_model_field){ .arm = arm,
					  .name = from->name,
					  .place = { from->offset, from->size } };
	for (size_t i = 0; i < ARRAY_SIZE(page_reasons); i++) {
		if (strcmp(page_reasons[i].name, from->name) != 0)
			continue;
		field->kernel = page_reasons[i].kernel;
		field->liberty = page_reasons[i].liberty;
		field->may_lack = page_reasons[i].may_lack;
		field->reason = page_reasons[i].reason;
	}
}

static bool page_field_at(const struct np_layout *layout, size_t index,
			  struct np_model_field *field)
{
	if (!index) {
		bool may_be_rounded = layout->size % (layout->bits / 4);

		*field = (struct np_model_field){
			.name = NP_MODEL_SIZE,
			.place = { 0, layout->size },
			.liberty = may_be_rounded ? NP_ROUNDED : NP_AT_ITS_PLACE,
			.reason = may_be_rounded ? WHY_ALIGNED : NULL,
		};
		return true;
	}
	index--;
	if (index < layout->nr_common) {
		describe(NULL, &layout->common[index], field);
		return true;
	}
	index -= layout->nr_common;
	for (size_t i = 0; i < layout->nr_arms; i++) {
		const struct np_layout_arm *arm = &layout->arms[i];

		if (index < arm->nr_fields) {
			describe(arm->name, &arm->fields[index], field);
			return true;
		}
		index -= arm->nr_fields;
	}
	return false;
}

bool np_model_field_at(const struct np_layout *layout, unsigned int type, size_t index,
		       struct np_model_field *field)
{
	if (!type)
		return page_field_at(layout, index, field);
	if (index >= types[type].nr_fields)
		return false;
	*field = types[type].fields[index];
	return true;
}
