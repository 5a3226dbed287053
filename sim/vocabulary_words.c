/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Queries, trace points, rules, features, constants and the words that begin a line. */
#include "vocabulary.h"

#include <errno.h>
#include <limits.h>

#define MEMCG NP_ACCEPT(NP_OBJECT_MEMCG)
#define PAGE NP_ACCEPT(NP_OBJECT_PAGE)
#define NIC NP_ACCEPT(NP_OBJECT_NIC)
#define PROC NP_ACCEPT(NP_OBJECT_PROC)
#define SOCK NP_ACCEPT(NP_OBJECT_SOCK)
#define POOL (NP_ACCEPT(NP_OBJECT_POOL) | NIC)

#define OF(name, kind) 1, { { name, kind, 0, 0 } }, 1
#define OF_TWO(name, kind, name2, kind2) 2, { { name, kind, 0, 0 }, { name2, kind2, 0, 0 } }, 1

const struct np_vocabulary_query np_vocabulary_queries[NP_QUERIES] = {
	[NP_QUERY_REFS] = { "refs", OF("page", PAGE), "its reference count" },
	[NP_QUERY_MAPS] = { "maps", OF("page", PAGE), "how many page table entries map it" },
	[NP_QUERY_MAPPED] = { "mapped", OF("page", PAGE), "1 if any does" },
	[NP_QUERY_CHARGED] = { "charged", OF("page", PAGE),
			       "1 if it carries the charge of a memcg" },
	[NP_QUERY_CHARGED_TO] = { "charged_to", OF_TWO("page", PAGE, "memcg", MEMCG),
				  "1 if it carries the charge of this memcg" },
	[NP_QUERY_NETWORK] = { "network", OF("page", PAGE), "1 if it is marked as the network's" },
	[NP_QUERY_FREE] = { "free", OF("page", PAGE), "1 if the page allocator has it" },
	[NP_QUERY_POOLED] = { "pooled", OF("page", PAGE), "1 if it belongs to a page_pool" },
	[NP_QUERY_WRITABLE_BY] = { "writable_by", OF_TWO("nic", NIC, "page", PAGE),
				   "1 if a descriptor of the card posts it" },
	[NP_QUERY_NODE] = { "node", OF("page", PAGE), "its memory node" },
	[NP_QUERY_SAME] = { "same", OF_TWO("page", PAGE, "page", PAGE),
			    "1 if both names are of one page" },
	[NP_QUERY_USAGE] = { "usage", OF("memcg", MEMCG), "pages charged, without per-CPU stock" },
	[NP_QUERY_CURRENT] = { "current", OF("memcg", MEMCG),
			       "the counter: pages charged and stock" },
	[NP_QUERY_STOCK] = { "stock", OF("memcg", MEMCG), "pages that CPUs hold in stock" },
	[NP_QUERY_SOCKMEM] = { "sockmem", OF("memcg", MEMCG), "pages charged as socket memory" },
	[NP_QUERY_FAILCNT] = { "failcnt", OF("memcg", MEMCG), "charges that hit the limit" },
	[NP_QUERY_WATERMARK] = { "watermark", OF("memcg", MEMCG), "the highest the counter was" },
	[NP_QUERY_CSS_REFS] = { "css_refs", OF("memcg", MEMCG), "references to the memcg" },
	[NP_QUERY_ONLINE] = { "online", OF("memcg", MEMCG), "1 until rmdir()" },
	[NP_QUERY_RELEASED] = { "released", OF("memcg", MEMCG), "1 once nobody refers to it" },
	[NP_QUERY_INFLIGHT] = { "inflight", OF("pool", POOL),
				"pages that are out: hold - release" },
	[NP_QUERY_HOLD] = { "hold", OF("pool", POOL), "pages_state_hold_cnt" },
	[NP_QUERY_RELEASE] = { "release", OF("pool", POOL), "pages_state_release_cnt" },
	[NP_QUERY_CACHED] = { "cached", OF("pool", POOL), "pages in its cache" },
	[NP_QUERY_RING] = { "ring", OF("pool", POOL), "pages in its ring" },
	[NP_QUERY_RECYCLED] = { "recycled", OF("nic", NIC), "pages that were posted again" },
	[NP_QUERY_QUEUE] = { "queue", OF("sock", SOCK), "packets in its receive queue" },
	[NP_QUERY_FREELIST] = { "freelist",
				0,
				{ { NULL, 0, 0, 0 } },
				1,
				"pages on the network's freelist" },
	[NP_QUERY_MAPPED_PAGES] = { "mapped_pages", OF("proc", PROC), "pages that it maps" },
};

const struct np_vocabulary_point np_vocabulary_points[NP_POINTS] = {
	[NP_POINT_PAGE_REF_SET] = { "page_ref_set", PAGE, 1, "a count was overwritten" },
	[NP_POINT_PAGE_REF_MOD] = { "page_ref_mod", PAGE, 1, "a count was changed" },
	[NP_POINT_PAGE_REF_MOD_AND_TEST] = { "page_ref_mod_and_test", PAGE, 1,
					     "a count was changed and compared with 0" },
	[NP_POINT_PAGE_REF_MOD_AND_RETURN] = { "page_ref_mod_and_return", PAGE, 1,
					       "a count was changed and returned" },
	[NP_POINT_PAGE_REF_MOD_UNLESS] = { "page_ref_mod_unless", PAGE, 1,
					   "a count was changed unless it was 0" },
	[NP_POINT_PAGE_REF_FREEZE] = { "page_ref_freeze", PAGE, 1, "a count was frozen" },
	[NP_POINT_PAGE_REF_UNFREEZE] = { "page_ref_unfreeze", PAGE, 1, "a count was unfrozen" },
	[NP_POINT_MM_PAGE_ALLOC] = { "mm_page_alloc", PAGE, 1, "the allocator gave a page" },
	[NP_POINT_MM_PAGE_FREE] = { "mm_page_free", PAGE, 1, "the allocator gets a page" },
	[NP_POINT_PAGE_POOL_RELEASE] = { "page_pool_release", POOL, 1,
					 "a dying pool was looked at" },
	[NP_POINT_PAGE_POOL_STATE_RELEASE] = { "page_pool_state_release", PAGE, 1,
					       "a page leaves its pool" },
	[NP_POINT_PAGE_POOL_STATE_HOLD] = { "page_pool_state_hold", PAGE, 1,
					    "a page joins a pool" },
	[NP_POINT_PAGE_POOL_UPDATE_NID] = { "page_pool_update_nid", POOL, 1,
					    "a pool changes node" },
	[NP_POINT_PUT_PAGE_NETWORK] = { "put_page_network", PAGE, 1,
					"the count is 0 and the network is asked" },
	[NP_POINT_PUT_PAGE_NETWORK_UNCHARGED] = { "put_page_network_uncharged", PAGE, 1,
						  "the charge is gone, the count still 0" },
	[NP_POINT_PUT_PAGE_NETWORK_RETURNED] = { "put_page_network_returned", PAGE, 1,
						 "the count is 1 again, the owner not yet told" },
	[NP_POINT_MEMCG_CHARGE] = { "memcg_charge", MEMCG, 1, "a memcg was charged" },
	[NP_POINT_MEMCG_UNCHARGE] = { "memcg_uncharge", MEMCG, 1, "a memcg was uncharged" },
	[NP_POINT_RMAP_ADD] = { "rmap_add", PAGE, 1, "a page was mapped" },
	[NP_POINT_RMAP_REMOVE] = { "rmap_remove", PAGE, 1, "a page was unmapped" },
	[NP_POINT_SKB_FREE] = { "skb_free", 0, 1, "a packet is freed" },
};

const struct np_vocabulary_word np_vocabulary_rules[NP_RULES] = {
	[NP_RULE_REFS_HAVE_HOLDERS] = { "refs_have_holders",
					"the count of every page is what its holders hold" },
	[NP_RULE_USE_AFTER_PUT] = { "use_after_put", "no put below zero, no get from zero" },
	[NP_RULE_PAGE_IN_ONE_PLACE] = { "page_in_one_place", "a page has one owner, none is lost" },
	[NP_RULE_NO_WRITE_TO_USED_PAGE] = { "no_write_to_used_page",
					    "no card may write what somebody still reads" },
	[NP_RULE_CHARGE_CONSERVED] = { "charge_conserved",
				       "what carries a charge is what is charged, and is in use" },
	[NP_RULE_COUNTER_NOT_NEGATIVE] = { "counter_not_negative",
					   "no counter is uncharged below zero" },
	[NP_RULE_CLEAN_AT_FREE] = { "clean_at_free",
				    "no page is freed charged, mapped, marked or flagged" },
	[NP_RULE_UNION_ARM] = { "union_arm", "a union word is used through its owner's arm only" },
	[NP_RULE_MEMCG_RELEASED] = { "memcg_released", "a removed memcg goes away" },
	[NP_RULE_POOL_DRAINED] = { "pool_drained", "a destroyed pool ends" },
	[NP_RULE_ZEROCOPY_CHARGED] = { "zerocopy_charged",
				       "what a process maps is charged to a memcg that maps it" },
	[NP_RULE_CHARGED_ONCE] = { "charged_once", "not to a socket and to a page at once" },
	[NP_RULE_ZEROCOPY_MAPS] = { "zerocopy_maps", "a page that could be mapped is mapped" },
	[NP_RULE_LOCK_ORDER] = { "lock_order", "no actor waits for a lock that it holds" },
	[NP_RULE_MACHINE_MEMORY] = { "machine_memory", "the end of the machine leaves nothing" },
	[NP_RULE_DATA_RACE] = { "data_race",
				"of two accesses, one a write and one not marked, both are ordered" },
	[NP_RULE_USE_AFTER_FREE] = { "use_after_free",
				     "no memory is used after it was given back" },
	[NP_RULE_UNINITIALISED] = { "uninitialised",
				    "no word is read that its owner has not written" },
	[NP_RULE_DEADLOCK] = { "deadlock", "there is always somebody who can go on" },
	[NP_RULE_LIVELOCK] = { "livelock", "every actor ends within a bounded number of steps" },
	[NP_RULE_WRONG_CONTEXT] = { "wrong_context",
				    "locks and sleeps fit the context they are used in" },
	[NP_RULE_ASSERTION] = { "assertion", "what the program asserts holds" },
	[NP_RULE_CHECK] = { "check", "a `check` of the scenario was false" },
	[NP_RULE_NEVER] = { "never", "a `never` of the scenario was true" },
	[NP_RULE_ALWAYS] = { "always", "an `always` of the scenario was false" },
	[NP_RULE_REST] = { "rest", "a `rest` of the scenario was false" },
	[NP_RULE_EXPECT] = { "expect", "an expectation behind `=>` was not met" },
};

const struct np_vocabulary_word np_vocabulary_features[NP_NEEDS_WORDS] = {
	[NP_NEEDS_NETWORK_FLAG] = { "network_flag", "pages carry a mark that the put path sees" },
	[NP_NEEDS_CHARGING] = { "charging", "mapped pages are charged" },
	[NP_NEEDS_AT_ZERO] = { "at_zero", "the network is asked when the count is 0" },
	[NP_NEEDS_CALLBACK] = { "callback", "the driver is asked at each put" },
	[NP_NEEDS_MAPCOUNT] = { "mapcount", "the charge follows the mapping" },
	[NP_NEEDS_SKB_RECYCLE] = { "skb_recycle", "freed packets give pages back to their pool" },
	[NP_NEEDS_ALIAS] = { "alias", "the mark is an alias of another flag" },
	[NP_NEEDS_PAGE_TYPE] = { "page_type", "the mark is a page type" },
	[NP_NEEDS_PAGE_POOL] = { "page_pool", "pages of a page_pool are accounted" },
};

const struct np_vocabulary_word np_vocabulary_objects[NP_OBJECT_KINDS] = {
	[NP_OBJECT_MEMCG] = { "memcg", "memory cgroup" },
	[NP_OBJECT_PAGE] = { "page", "page" },
	[NP_OBJECT_POOL] = { "pool", "page_pool" },
	[NP_OBJECT_NIC] = { "nic", "network card" },
	[NP_OBJECT_PROC] = { "proc", "process" },
	[NP_OBJECT_SOCK] = { "sock", "socket" },
	[NP_OBJECT_ACTOR] = { "actor", "execution context" },
};

const struct np_vocabulary_word np_vocabulary_keywords[NP_KEYWORDS] = {
	[NP_KEYWORD_NETPAGE] = { "netpage", "netpage 1 NAME: a scenario begins" },
	[NP_KEYWORD_AT] = { "at", "at POINT[(OBJECT)] [nth=N] ACTOR: FUNCTION(...) [=> ...]: "
				  "play the step once, inside a step that passes the trace point" },
	[NP_KEYWORD_CHECK] = { "check", "check EXPRESSION: true here" },
	[NP_KEYWORD_NEVER] = { "never", "never EXPRESSION: false after each step" },
	[NP_KEYWORD_ALWAYS] = { "always", "always EXPRESSION: true after each step" },
	[NP_KEYWORD_REST] = { "rest", "rest EXPRESSION: true when everything has been let go" },
	[NP_KEYWORD_SCHEDULE] = { "schedule", "schedule WORD...: the interleaving to replay: "
					      "ACTOR, ACTOR>PLACE:N, either with ~K" },
	[NP_KEYWORD_RESULT] = { "result", "result pass | fail RULE | always [RULE] | sometimes "
					  "[RULE] | never [RULE]: the verdict; the last three "
					  "under explore, of all executions" },
	[NP_KEYWORD_END] = { "end", "end: the scenario ends" },
};

const struct np_vocabulary_constant np_vocabulary_constants[] = {
	{ "INT_MAX", INT_MAX, false, "the largest int" },
	{ "INT_MIN", INT_MIN, false, "the smallest int" },
	{ "PAGE_SIZE", 4096, false, "bytes of a page" },
	{ "EPERM", EPERM, true, "operation not permitted" },
	{ "ENOENT", ENOENT, true, "no such file" },
	{ "ESRCH", ESRCH, true, "no such process" },
	{ "EINTR", EINTR, true, "interrupted" },
	{ "EIO", EIO, true, "input/output error" },
	{ "EAGAIN", EAGAIN, true, "try again" },
	{ "ENOMEM", ENOMEM, true, "out of memory" },
	{ "EACCES", EACCES, true, "permission denied" },
	{ "EFAULT", EFAULT, true, "bad address" },
	{ "EBUSY", EBUSY, true, "busy" },
	{ "EEXIST", EEXIST, true, "exists already" },
	{ "ENODEV", ENODEV, true, "no such device" },
	{ "EINVAL", EINVAL, true, "invalid argument" },
	{ "ENOSPC", ENOSPC, true, "no space" },
	{ "ERANGE", ERANGE, true, "out of range" },
	{ "ENOBUFS", ENOBUFS, true, "no buffer space" },
	{ "EOPNOTSUPP", EOPNOTSUPP, true, "not supported" },
	{ "EOVERFLOW", EOVERFLOW, true, "value too large" },
	{ NULL, 0, false, NULL },
};
