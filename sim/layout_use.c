/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "layout.h"

#include <netpage/types.h>

#include "assure.h"

/*
 * Whose the words are. Each reason is one that the code of 6.1 gives.
 */

#define ALWAYS(u)                                                                                  \
	{                                                                                          \
		u, u, u, u, u                                                                      \
	}
#define UNTIL_FREED(u)                                                                             \
	{                                                                                          \
		u, u, u, NP_USE_LOST, u                                                            \
	}

#define WHY_BIT_0                                                                                   \
	"compound_head() (include/linux/page-flags.h) looks at it in every get and put, and so do " \
	"readers that hold no reference: GUP-fast with a stale entry, compaction, whoever walks "   \
	"pfns. Set, it turns the word into a pointer that is followed."
#define WHY_BIT_1                                                                                  \
	"page_is_pfmemalloc() (include/linux/mm.h): the page comes from the emergency reserves. "  \
	"Set by the allocator, read when the page becomes a fragment (__skb_fill_page_desc()) "    \
	"and when it is recycled; in 5.12 index == -1 said so."
#define WHY_MAPPING                                                                                \
	"page->mapping stays NULL. Its bit 0 is PageAnon(), which vm_insert_pages() refuses; "     \
	"can_map_frag() refuses any value since 577e4432f3ac; page_is_secretmem() in GUP-fast "    \
	"follows it; free_page_is_bad() leaks a page that has one."
#define WHY_LOST_LIST                                                                              \
	"release_pages() (mm/swap.c), the path of every unmap, threads pages of count 0 on "       \
	"page->lru, which is W1 and W2; so do the per-CPU and buddy lists. A hook finds the "      \
	"words only in front of that list_add()."

static const struct np_layout_use network_rows[] = {
	{ 1, "0", ALWAYS(NP_USE_ZERO), WHY_BIT_0 },
	{ 1, "1", UNTIL_FREED(NP_USE_KEEP), WHY_BIT_1 },
	{ 1, "2 and up", UNTIL_FREED(NP_USE_FREE),
	  "The DMA address, page aligned: the one word that the network had in 5.12. " WHY_LOST_LIST },
	{ 2, "all", UNTIL_FREED(NP_USE_OWNER),
	  "Free in 5.12. Here it names the card, or the last put could not find whom to ask. Lost "
	  "like W1. mlock_count (6.1) is here too, but only on the unevictable list: a VM_MIXEDMAP "
	  "mapping is VM_SPECIAL and never mlocked (mm/internal.h, mlock_vma_page())." },
	{ 3, "all", ALWAYS(NP_USE_ZERO), WHY_MAPPING },
	{ 4, "all", UNTIL_FREED(NP_USE_FREE),
	  "page->index means nothing without a mapping; but in 5.12 the value -1 marks emergency "
	  "pages, so any value but that. free_unref_page_prepare() (mm/page_alloc.c) keeps the "
	  "migrate type of a free page here." },
	{ 5, "all", UNTIL_FREED(NP_USE_FREE),
	  "page->private means nothing without PG_private. free_pages_prepare() clears it and the "
	  "buddy allocator keeps the order here; free_unref_page_list() of 5.10 kept the pfn." },
};

static const struct np_layout_use pool_rows[] = {
	{ 1, "0", ALWAYS(NP_USE_ZERO), WHY_BIT_0 },
	{ 1, "1", UNTIL_FREED(NP_USE_KEEP), WHY_BIT_1 },
	{ 1, "2 and up", UNTIL_FREED(NP_USE_POOL),
	  "pp_magic: page_pool_return_skb_page() (net/core/page_pool.c) believes it. It is or-ed "
	  "in, to spare bits 0 and 1, and cleared by page_pool_release_page(): a page that has left "
	  "the pool while it is mapped is nobody's until the last put. " WHY_LOST_LIST },
	{ 2, "all", UNTIL_FREED(NP_USE_POOL),
	  "pp: the pool that page_pool_return_skb_page() gives the page to; NULL once the page has "
	  "left it. Cache and ring are arrays of pointers and need no word of the page." },
	{ 3, "all", ALWAYS(NP_USE_ZERO), WHY_MAPPING },
	{ 4, "all", UNTIL_FREED(NP_USE_POOL),
	  "dma_addr, in use while the page is mapped for DMA: from page_pool_alloc_pages() to "
	  "page_pool_release_page()." },
	{ 5, "all", UNTIL_FREED(NP_USE_POOL),
	  "pp_frag_count with PP_FLAG_PAGE_FRAG; dma_addr_upper where a DMA address needs two "
	  "words. A driver of a page_pool has no word at all." },
};

static const struct np_layout_uses uses[] = {
	{ "network", "PageNetwork outside a page_pool", ARRAY_SIZE(network_rows), network_rows },
	{ "page_pool", "page of a page_pool", ARRAY_SIZE(pool_rows), pool_rows },
};

static const struct {
	const char *name, *help;
} states[NP_STATES] =
	{
		[NP_STATE_POSTED] = {"posted", "in a receive descriptor: the card may write it"},
		[NP_STATE_IN_SKB] = {"skb", "a fragment in the queue of a socket"},
		[NP_STATE_MAPPED] = {"mapped", "in a process, by zerocopy receive"},
		[NP_STATE_FREED] = {"freed", "count 0, and nobody has kept it from the allocator"},
		[NP_STATE_CACHED] = {"cached",
				     "back with its owner: private list, pool cache, pool ring"},
},
  use_words[NP_USES] = {
	  [NP_USE_FREE] = {"free", "the driver's own"},
	  [NP_USE_OWNER] = {"owner", "says whose page it is: written once, then only read"},
	  [NP_USE_POOL] = {"pool", "the page_pool's"},
	  [NP_USE_KEEP] = {"keep", "stays as the allocator left it"},
	  [NP_USE_ZERO] = {"zero", "stays 0"},
	  [NP_USE_LOST] = {"lost", "overwritten by the put path or the allocator"},
};

const struct np_layout_uses *np_layout_uses_at(unsigned int index)
{
	return index < ARRAY_SIZE(uses) ? &uses[index] : NULL;
}

const char *np_page_state_name(enum np_page_state state)
{
	np_assure(state < NP_STATES);
	return states[state].name;
}

const char *np_page_state_help(enum np_page_state state)
{
	np_assure(state < NP_STATES);
	return states[state].help;
}

const char *np_word_use_name(enum np_word_use use)
{
	np_assure(use < NP_USES);
	return use_words[use].name;
}

const char *np_word_use_help(enum np_word_use use)
{
	np_assure(use < NP_USES);
	return use_words[use].help;
}
