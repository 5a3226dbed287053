/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The functions that a step may call, and what they give back. */
#include "vocabulary.h"

#include <limits.h>

/* What an argument is, and for numbers the smallest and the largest. */
#define OBJECT(set) (set), 0, 0
#define MEMCG OBJECT(NP_ACCEPT(NP_OBJECT_MEMCG))
#define PAGE OBJECT(NP_ACCEPT(NP_OBJECT_PAGE))
#define NIC OBJECT(NP_ACCEPT(NP_OBJECT_NIC))
#define PROC OBJECT(NP_ACCEPT(NP_OBJECT_PROC))
#define NEW_PROC OBJECT(NP_ACCEPT(NP_OBJECT_PROC) | NP_ACCEPT_NEW)
#define SOCK OBJECT(NP_ACCEPT(NP_OBJECT_SOCK))
#define OWN_POOL OBJECT(NP_ACCEPT(NP_OBJECT_POOL))
#define POOL OBJECT(NP_ACCEPT(NP_OBJECT_POOL) | NP_ACCEPT(NP_OBJECT_NIC))
#define NUMBER(low, high) NP_ACCEPT_NUMBER, (low), (high)
/* clang-format off */
#define NO_ARGUMENTS {{NULL, 0, 0, 0}}
/* clang-format on */

#define RESULT(name) (1u << NP_RESULT_##name)
#define GIVES(set) .results = RESULT(ERROR) | (set), .since = 1
#define GIVES_NOTHING .results = RESULT(ERROR), .since = 1
#define SLEEPS .sleeps = true

const struct np_vocabulary_result np_vocabulary_results[NP_RESULTS] = {
	[NP_RESULT_ERROR] = { "error",
			      .help = "0, or an errno as in error=EINVAL; of each function" },
	[NP_RESULT_RET] = { "ret", .help = "the function's own return value" },
	[NP_RESULT_FRAGS] = { "frags", .help = "fragments that were received" },
	[NP_RESULT_DROPPED] = { "dropped", .help = "packets that were dropped" },
	[NP_RESULT_MAPPED] = { "mapped", .help = "pages that were mapped" },
	[NP_RESULT_COPIED] = { "copied", .help = "bytes that were copied" },
	[NP_RESULT_HINT] = { "hint", .help = "recv_skip_hint: bytes to be received by copying" },
	[NP_RESULT_PINNED] = { "pinned", .help = "pages that were pinned" },
	[NP_RESULT_OFFSET] = { "offset", .help = "where in its page the fragment begins" },
	[NP_RESULT_FRAG] = { "frag", true, true, NP_OBJECT_PAGE,
			     "names the page of a fragment; again, that of the next one" },
	[NP_RESULT_PAGE] = { "page", true, false, NP_OBJECT_PAGE, "names the page that was given" },
};

/* clang-format off */
const struct np_vocabulary_step np_vocabulary_steps[NP_STEPS] = {
	/* the card */
	[NP_STEP_RX] = {
		"rx", 2, 4, {{"nic", NIC}, {"sock", SOCK}, {"frags", NUMBER(1, 45)},
			     {"bytes", NUMBER(1, 1 << 20)}},
		GIVES(RESULT(FRAG) | RESULT(FRAGS) | RESULT(DROPPED)),
		.kernel = "napi_gro_receive(), net/core/gro.c",
		.help = "the card receives one packet for a socket (1 fragment, one page long)" },
	[NP_STEP_RX_BATCH] = {
		"rx_batch", 3, 3, {{"nic", NIC}, {"sock", SOCK}, {"packets", NUMBER(1, 100000)}},
		GIVES(RESULT(FRAGS) | RESULT(DROPPED)),
		.kernel = "napi_gro_receive(), net/core/gro.c",
		.help = "the card receives many packets of one fragment each" },
	[NP_STEP_NAPI_POLL] = {
		"napi_poll", 1, 1, {{"nic", NIC}}, GIVES(RESULT(RET)),
		.kernel = "__napi_poll(), net/core/dev.c",
		.help = "the driver fills empty descriptors; ret is how many are posted" },
	[NP_STEP_DMA_WRITE] = {
		"dma_write", 1, 1, {{"nic", NIC}}, GIVES_NOTHING,
		.kernel = "none: the card does it",
		.help = "the card writes into its next descriptor, and nobody is told" },
	[NP_STEP_UNREGISTER_NETDEV] = {
		"unregister_netdev", 1, 1, {{"nic", NIC}}, GIVES_NOTHING, SLEEPS,
		.kernel = "unregister_netdev(), net/core/dev.c",
		.help = "the card goes away; the driver lets go of its pages" },

	/* sockets */
	[NP_STEP_LOOPBACK_SENDFILE] = {
		"loopback_sendfile", 2, 2, {{"page", PAGE}, {"sock", SOCK}}, GIVES_NOTHING, SLEEPS,
		.kernel = "do_sendfile(), fs/read_write.c",
		.help = "a page reaches a socket over loopback, without a card" },
	[NP_STEP_SKB_CLONE] = {
		"skb_clone", 2, 2, {{"from", SOCK}, {"to", SOCK}}, GIVES_NOTHING,
		.kernel = "skb_clone(), net/core/skbuff.c",
		.help = "the first packet of one socket is queued to another as well" },
	[NP_STEP_KFREE_SKB] = {
		"kfree_skb", 1, 1, {{"sock", SOCK}}, GIVES_NOTHING,
		.kernel = "kfree_skb(), include/linux/skbuff.h",
		.help = "the first packet of a socket is freed" },
	[NP_STEP_CLOSE] = {
		"close", 1, 1, {{"sock", SOCK}}, GIVES_NOTHING, SLEEPS,
		.kernel = "tcp_close(), net/ipv4/tcp.c",
		.help = "a socket is closed and its queue freed" },
	[NP_STEP_ZEROCOPY_RECEIVE] = {
		"zerocopy_receive", 1, 2, {{"sock", SOCK}, {"pages", NUMBER(1, 1 << 16)}},
		GIVES(RESULT(MAPPED) | RESULT(COPIED) | RESULT(HINT)), SLEEPS,
		.kernel = "tcp_zerocopy_receive(), net/ipv4/tcp.c",
		.help = "getsockopt(TCP_ZEROCOPY_RECEIVE): map what is queued (all of it)" },
	[NP_STEP_RECVMSG] = {
		"recvmsg", 1, 2, {{"sock", SOCK}, {"bytes", NUMBER(1, 1 << 20)}},
		GIVES(RESULT(COPIED)), SLEEPS,
		.kernel = "tcp_recvmsg(), net/ipv4/tcp.c",
		.help = "receive by copying (all that is queued)" },

	/* processes */
	[NP_STEP_MUNMAP] = {
		"munmap", 1, 2, {{"proc", PROC}, {"page", PAGE}}, GIVES_NOTHING, SLEEPS,
		.kernel = "__vm_munmap(), mm/mmap.c",
		.help = "a process unmaps what it received, or one page of it" },
	[NP_STEP_EXIT] = {
		"exit", 1, 1, {{"proc", PROC}}, GIVES_NOTHING, SLEEPS,
		.kernel = "exit_mmap(), mm/mmap.c",
		.help = "a process ends" },
	[NP_STEP_FORK] = {
		"fork", 2, 2, {{"proc", PROC}, {"child", NEW_PROC}}, GIVES_NOTHING, SLEEPS,
		.kernel = "dup_mmap(), kernel/fork.c",
		.help = "a process gets a child, which has the new name" },
	[NP_STEP_GET_USER_PAGES_FAST] = {
		"get_user_pages_fast", 2, 2, {{"proc", PROC}, {"page", PAGE}}, GIVES(RESULT(RET)),
		.kernel = "get_user_pages_fast(), mm/gup.c",
		.help = "pin a page that a process maps" },
	[NP_STEP_UNPIN_USER_PAGE] = {
		"unpin_user_page", 1, 1, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "unpin_user_page(), mm/gup.c",
		.help = "let go of a pinned page" },
	[NP_STEP_VMSPLICE] = {
		"vmsplice", 1, 2, {{"proc", PROC}, {"page", PAGE}}, GIVES(RESULT(PINNED)), SLEEPS,
		.kernel = "vmsplice_to_pipe(), fs/splice.c",
		.help = "a process puts what it maps, or one page of it, into a pipe" },
	[NP_STEP_PIPE_RELEASE] = {
		"pipe_release", 1, 1, {{"proc", PROC}}, GIVES_NOTHING, SLEEPS,
		.kernel = "pipe_release(), fs/pipe.c",
		.help = "the pipe of a process is closed" },
	[NP_STEP_READ_PAGE] = {
		"read_page", 2, 2, {{"proc", PROC}, {"page", PAGE}}, GIVES(RESULT(RET)),
		.kernel = "none: user space does it",
		.help = "a process reads a page that it maps; a content that changed is seen" },

	/* pages */
	[NP_STEP_GET_PAGE] = {
		"get_page", 1, 1, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "get_page(), include/linux/mm.h",
		.help = "take a reference" },
	[NP_STEP_PUT_PAGE] = {
		"put_page", 1, 1, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "put_page(), include/linux/mm.h",
		.help = "drop a reference" },
	[NP_STEP_GET_PAGE_UNLESS_ZERO] = {
		"get_page_unless_zero", 1, 1, {{"page", PAGE}}, GIVES(RESULT(RET)),
		.kernel = "get_page_unless_zero(), include/linux/mm.h",
		.help = "take a reference if there is one already" },
	[NP_STEP_TRY_GET_PAGE] = {
		"try_get_page", 1, 1, {{"page", PAGE}}, GIVES(RESULT(RET)),
		.kernel = "try_get_page(), include/linux/mm.h",
		.help = "take a reference unless the count is 0 or has overflowed" },
	[NP_STEP_PAGE_REF_FREEZE] = {
		"page_ref_freeze", 2, 2, {{"page", PAGE}, {"count", NUMBER(INT_MIN, INT_MAX)}},
		GIVES(RESULT(RET)),
		.kernel = "page_ref_freeze(), include/linux/page_ref.h",
		.help = "make the count 0 if it is as expected" },
	[NP_STEP_PAGE_REF_UNFREEZE] = {
		"page_ref_unfreeze", 2, 2, {{"page", PAGE}, {"count", NUMBER(INT_MIN, INT_MAX)}},
		GIVES_NOTHING,
		.kernel = "page_ref_unfreeze(), include/linux/page_ref.h",
		.help = "give a frozen count its value back" },
	[NP_STEP_SET_PAGE_COUNT] = {
		"set_page_count", 2, 2, {{"page", PAGE}, {"count", NUMBER(INT_MIN, INT_MAX)}},
		GIVES_NOTHING,
		.kernel = "set_page_count(), include/linux/page_ref.h",
		.help = "overwrite the count" },
	[NP_STEP_RELEASE_PAGES] = {
		"release_pages", 1, NP_ARGUMENTS_MAX, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "release_pages(), mm/swap.c",
		.help = "drop a reference of each page, in one batch" },
	[NP_STEP_FREE_PAGES] = {
		"__free_pages", 1, 2, {{"page", PAGE}, {"order", NUMBER(0, 10)}}, GIVES_NOTHING,
		.kernel = "__free_pages(), mm/page_alloc.c",
		.help = "drop the allocator's reference (order 0)" },
	[NP_STEP_ALLOC_PAGES] = {
		"alloc_pages", 0, 1, {{"order", NUMBER(0, 10)}}, GIVES(RESULT(PAGE)),
		.kernel = "alloc_pages(), include/linux/gfp.h",
		.help = "a page from the allocator (order 0)" },
	[NP_STEP_ALLOC_PAGE_ACCOUNT] = {
		"alloc_page_account", 0, 0, NO_ARGUMENTS, GIVES(RESULT(PAGE)), SLEEPS,
		.kernel = "alloc_page(GFP_KERNEL_ACCOUNT), include/linux/gfp.h",
		.help = "a page that is charged to the actor's memcg" },
	[NP_STEP_SET_PAGE_CHECKED] = {
		"SetPageChecked", 1, 1, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "SetPageChecked(), include/linux/page-flags.h",
		.help = "set the flag that a filesystem may leave set" },
	[NP_STEP_CLEAR_PAGE_CHECKED] = {
		"ClearPageChecked", 1, 1, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "ClearPageChecked(), include/linux/page-flags.h",
		.help = "clear that flag" },
	[NP_STEP_CLEAR_PAGE_NETWORK] = {
		"ClearPageNetwork", 1, 1, {{"page", PAGE}}, GIVES_NOTHING,
		.kernel = "none: the proposal has it",
		.help = "the page is no longer the network's" },

	/* memory cgroups */
	[NP_STEP_SET_MAX] = {
		"set_max", 2, 2, {{"memcg", MEMCG}, {"pages", NUMBER(-1, INT_MAX)}},
		GIVES_NOTHING, SLEEPS,
		.kernel = "memory_max_write(), mm/memcontrol.c",
		.help = "write memory.max; -1 is \"max\"" },
	[NP_STEP_SET_HIGH] = {
		"set_high", 2, 2, {{"memcg", MEMCG}, {"pages", NUMBER(-1, INT_MAX)}},
		GIVES_NOTHING, SLEEPS,
		.kernel = "memory_high_write(), mm/memcontrol.c",
		.help = "write memory.high; -1 is \"max\"" },
	[NP_STEP_RMDIR] = {
		"rmdir", 1, 1, {{"memcg", MEMCG}}, GIVES_NOTHING, SLEEPS,
		.kernel = "cgroup_rmdir(), kernel/cgroup/cgroup.c",
		.help = "remove a memcg: offline now, released when nobody refers to it" },
	[NP_STEP_MIGRATE] = {
		"migrate", 2, 2, {{"proc", PROC}, {"memcg", MEMCG}}, GIVES_NOTHING, SLEEPS,
		.kernel = "cgroup_attach_task(), kernel/cgroup/cgroup.c",
		.help = "move a process to another memcg; its charges stay" },
	[NP_STEP_DRAIN_ALL_STOCK] = {
		"drain_all_stock", 1, 1, {{"memcg", MEMCG}}, GIVES_NOTHING, SLEEPS,
		.kernel = "drain_all_stock(), mm/memcontrol.c",
		.help = "give back what CPUs hold in stock for a memcg" },
	[NP_STEP_CHARGE_SKMEM] = {
		"mem_cgroup_charge_skmem", 2, 2, {{"memcg", MEMCG}, {"pages", NUMBER(1, INT_MAX)}},
		GIVES(RESULT(RET)),
		.kernel = "mem_cgroup_charge_skmem(), mm/memcontrol.c",
		.help = "charge socket memory" },
	[NP_STEP_UNCHARGE_SKMEM] = {
		"mem_cgroup_uncharge_skmem", 2, 2, {{"memcg", MEMCG}, {"pages", NUMBER(1, INT_MAX)}},
		
		GIVES_NOTHING,
		.kernel = "mem_cgroup_uncharge_skmem(), mm/memcontrol.c",
		.help = "uncharge socket memory" },

	/* page_pool; a card stands for the pool of its driver */
	[NP_STEP_POOL_ALLOC_PAGES] = {
		"page_pool_alloc_pages", 1, 1, {{"pool", POOL}}, GIVES(RESULT(PAGE)),
		.kernel = "page_pool_alloc_pages(), net/core/page_pool.c",
		.help = "a page from a pool" },
	[NP_STEP_POOL_ALLOC_FRAG] = {
		"page_pool_alloc_frag", 2, 2, {{"pool", POOL}, {"bytes", NUMBER(1, 1 << 20)}},
		GIVES(RESULT(PAGE) | RESULT(OFFSET)),
		.kernel = "page_pool_alloc_frag(), net/core/page_pool.c",
		.help = "a part of a page from a pool" },
	[NP_STEP_POOL_PUT_FULL_PAGE] = {
		"page_pool_put_full_page", 2, 2, {{"pool", POOL}, {"page", PAGE}}, GIVES_NOTHING,
		.kernel = "page_pool_put_full_page(), include/net/page_pool.h",
		.help = "give a page back to its pool" },
	[NP_STEP_POOL_RECYCLE_DIRECT] = {
		"page_pool_recycle_direct", 2, 2, {{"pool", POOL}, {"page", PAGE}}, GIVES_NOTHING,
		.kernel = "page_pool_recycle_direct(), include/net/page_pool.h",
		.help = "the same, in the pool's own softirq: into its cache" },
	[NP_STEP_POOL_RELEASE_PAGE] = {
		"page_pool_release_page", 2, 2, {{"pool", POOL}, {"page", PAGE}}, GIVES_NOTHING,
		.kernel = "page_pool_release_page(), net/core/page_pool.c",
		.help = "a page leaves its pool and is an ordinary one from now on" },
	[NP_STEP_POOL_DESTROY] = {
		"page_pool_destroy", 1, 1, {{"pool", OWN_POOL}}, GIVES_NOTHING, SLEEPS,
		.kernel = "page_pool_destroy(), net/core/page_pool.c",
		.help = "end a pool, now or when its last page is back" },
	[NP_STEP_POOL_UPDATE_NID] = {
		"page_pool_update_nid", 2, 2, {{"pool", POOL}, {"node", NUMBER(-1, 3)}},
		GIVES_NOTHING,
		.kernel = "page_pool_update_nid(), net/core/page_pool.c",
		.help = "the pool's consumer moved to another node" },

	/* time */
	[NP_STEP_ADVANCE] = {
		"advance", 1, 1, {{"ms", NUMBER(0, INT_MAX)}}, GIVES_NOTHING, SLEEPS,
		.kernel = "none: jiffies pass",
		.help = "let virtual time pass, and run the timers that are due" },
	[NP_STEP_CPU_WORK] = {
		"cpu_work", 0, 0, NO_ARGUMENTS, GIVES_NOTHING, SLEEPS,
		.kernel = "process_one_work(), kernel/workqueue.c",
		.help = "run the work that is pending on each CPU" },
};
/* clang-format on */
