/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The words of the language in C: what the player does at run time, as a user would write it. */
#include "generate.h"

#define HELPER(name) (1u << NP_HELPER_##name)

/* clang-format off */
const char *const np_generate_helpers[NP_HELPERS] = {
	[NP_HELPER_GROUP] =
		"/* A group may be released while the test runs: it is asked for by number. */\n"
		"static struct mem_cgroup *group(struct test *t, u32 id)\n"
		"{\n"
		"\treturn np_memcg_find(t->machine, id);\n"
		"}\n",
	[NP_HELPER_POOL] =
		"/* A pool may end by itself: it is asked for by name. */\n"
		"static struct page_pool *pool(struct test *t, const char *name)\n"
		"{\n"
		"\treturn np_page_pool_find(t->machine, name);\n"
		"}\n",
	[NP_HELPER_BIND] =
		"/* From here on the page has a name, in the test and in reports. */\n"
		"static void bind(struct test *t, struct page **object, struct page *page,\n"
		"\t\t const char *name)\n"
		"{\n"
		"\tchar known[32];\n"
		"\n"
		"\tassert_non_null(page);\n"
		"\t*object = page;\n"
		"\tnp_page_name(t->machine, page, known, sizeof(known));\n"
		"\tif (!strncmp(known, \"pfn:\", 4))\n"
		"\t\tnp_page_set_name(t->machine, page, name);\n"
		"}\n",
	[NP_HELPER_TAKE] =
		"/* A get that is refused is reported; nothing is held then. */\n"
		"static int take(struct test *t, struct page *page, const char *who)\n"
		"{\n"
		"\tint before = page_ref_count(compound_head(page));\n"
		"\n"
		"\tget_page(page);\n"
		"\treturn before > 0 ? np_claim(t->machine, page, who, 1) : -EINVAL;\n"
		"}\n",
	[NP_HELPER_UNCLAIM] =
		"/* The reference that goes is the actor's, or else the test's own. */\n"
		"static void unclaim(struct test *t, struct page *page, const char *who)\n"
		"{\n"
		"\tif (np_claim(t->machine, page, who, -1))\n"
		"\t\tnp_claim(t->machine, page, OWNER, -1);\n"
		"}\n",
	[NP_HELPER_FIRST_SKB] =
		"static struct sk_buff *first_skb(const struct sock *sk)\n"
		"{\n"
		"\tif (list_empty(&sk->sk_receive_queue))\n"
		"\t\treturn NULL;\n"
		"\treturn list_first_entry(&sk->sk_receive_queue, struct sk_buff, list);\n"
		"}\n",
	[NP_HELPER_CLONE_FIRST] =
		"static int clone_first(const struct sock *from, struct sock *to)\n"
		"{\n"
		"\tstruct sk_buff *skb = first_skb(from), *clone;\n"
		"\n"
		"\tif (!skb)\n"
		"\t\treturn -EAGAIN;\n"
		"\tclone = skb_clone(skb, GFP_ATOMIC);\n"
		"\treturn clone ? tcp_queue_rcv(to, clone) : -ENOMEM;\n"
		"}\n",
	[NP_HELPER_RECEIVE] =
		"/* Each call has a range of its own: what was received before stays mapped. */\n"
		"static int receive(struct sock *sk, unsigned long pages, struct got *got)\n"
		"{\n"
		"\tstruct tcp_zerocopy_receive zc = { 0 };\n"
		"\tstruct vm_area_struct *vma;\n"
		"\tint err;\n"
		"\n"
		"\tif (!pages)\n"
		"\t\tpages = tcp_inq(sk) < PAGE_SIZE ? 1 : tcp_inq(sk) / PAGE_SIZE;\n"
		"\terr = tcp_mmap(get_current()->mm, pages, &vma);\n"
		"\tif (err)\n"
		"\t\treturn err;\n"
		"\tzc.address = vma->vm_start;\n"
		"\tzc.length = (u32)(pages * PAGE_SIZE);\n"
		"\terr = tcp_zerocopy_receive(sk, &zc);\n"
		"\tgot->mapped = err ? 0 : zc.length / PAGE_SIZE;\n"
		"\tgot->copied = zc.copybuf_len;\n"
		"\tgot->hint = zc.recv_skip_hint;\n"
		"\treturn err;\n"
		"}\n",
	[NP_HELPER_UNMAP] =
		"static int unmap(const struct task_struct *task, const struct page *page)\n"
		"{\n"
		"\tunsigned long addr = np_find_page(task->mm, page);\n"
		"\n"
		"\treturn addr ? do_munmap(task->mm, addr, PAGE_SIZE) : -EFAULT;\n"
		"}\n",
	[NP_HELPER_PIN] =
		"/* System calls are made by the process itself, where the actor runs. */\n"
		"static int pin(struct test *t, struct task_struct *task,\n"
		"\t       const struct page *page)\n"
		"{\n"
		"\tunsigned long addr = np_find_page(task->mm, page);\n"
		"\tstruct np_context context;\n"
		"\tint ret;\n"
		"\n"
		"\tif (!addr)\n"
		"\t\treturn -EFAULT;\n"
		"\tret = np_enter(&context, t->machine, smp_processor_id(), NP_TASK, task);\n"
		"\tif (ret)\n"
		"\t\treturn ret;\n"
		"\tret = np_pin_user_page(task, addr);\n"
		"\tnp_leave(&context);\n"
		"\treturn ret;\n"
		"}\n",
	[NP_HELPER_SPLICE] =
		"/* System calls are made by the process itself, where the actor runs. */\n"
		"static int splice(struct test *t, struct task_struct *task, unsigned long addr)\n"
		"{\n"
		"\tstruct np_context context;\n"
		"\tint ret;\n"
		"\n"
		"\tif (!addr)\n"
		"\t\treturn -EFAULT;\n"
		"\tret = np_enter(&context, t->machine, smp_processor_id(), NP_TASK, task);\n"
		"\tif (ret)\n"
		"\t\treturn ret;\n"
		"\tret = np_vmsplice(task, addr, 1);\n"
		"\tnp_leave(&context);\n"
		"\treturn ret;\n"
		"}\n",
	[NP_HELPER_SPLICE_ALL] =
		"static int splice_all(struct test *t, struct task_struct *task)\n"
		"{\n"
		"\tstruct vm_area_struct *vma;\n"
		"\tint pinned = 0;\n"
		"\n"
		"\tlist_for_each_entry(vma, &task->mm->vmas, list)\n"
		"\t\tfor (unsigned long addr = vma->vm_start; addr < vma->vm_end;\n"
		"\t\t     addr += PAGE_SIZE)\n"
		"\t\t\tpinned += splice(t, task, addr) > 0;\n"
		"\treturn pinned ? pinned : -EFAULT;\n"
		"}\n",
	[NP_HELPER_READ_PAGE] =
		"/* Whether the page still has the content that it was mapped with. */\n"
		"static int read_page(struct test *t, const struct task_struct *task,\n"
		"\t\t     const struct page *page)\n"
		"{\n"
		"\tunsigned long addr = np_find_page(task->mm, page);\n"
		"\tconst struct vm_area_struct *vma;\n"
		"\tconst struct np_pte *pte;\n"
		"\n"
		"\tif (!addr)\n"
		"\t\treturn -EFAULT;\n"
		"\tvma = find_vma(task->mm, addr);\n"
		"\tpte = &vma->ptes[(addr - vma->vm_start) / PAGE_SIZE];\n"
		"\treturn pte->stamp == np_page_stamp(t->machine, page, 0, PAGE_SIZE);\n"
		"}\n",
	[NP_HELPER_RING_USED] =
		"static long ring_used(const struct page_pool *pp)\n"
		"{\n"
		"\tlong used = 0;\n"
		"\n"
		"\tfor (int i = 0; pp && i < pp->ring.size; i++)\n"
		"\t\tused += READ_ONCE(pp->ring.queue[i]) != NULL;\n"
		"\treturn used;\n"
		"}\n",
	[NP_HELPER_QUEUE_LENGTH] =
		"static long queue_length(const struct sock *sk)\n"
		"{\n"
		"\tconst struct list_head *list = sk->sk_receive_queue.next;\n"
		"\tlong length = 0;\n"
		"\n"
		"\tfor (; list != &sk->sk_receive_queue; list = list->next)\n"
		"\t\tlength++;\n"
		"\treturn length;\n"
		"}\n",
	[NP_HELPER_FREELIST] =
		"/* What the scheme keeps for itself. */\n"
		"static long freelist(struct test *t)\n"
		"{\n"
		"\tconst struct np_scheme *scheme = np_machine_options_of(t->machine)->scheme;\n"
		"\tunsigned long value;\n"
		"\tconst char *name;\n"
		"\n"
		"\tfor (unsigned int i = 0; scheme->statistic; i++) {\n"
		"\t\tif (!scheme->statistic(t->machine, np_scheme_private(t->machine), i, &name,\n"
		"\t\t\t\t       &value))\n"
		"\t\t\tbreak;\n"
		"\t\tif (!strcmp(name, \"nr_network_free\"))\n"
		"\t\t\treturn (long)value;\n"
		"\t}\n"
		"\treturn 0;\n"
		"}\n",
};

const struct np_generate_row np_generate_steps[NP_STEPS] = {
	[NP_STEP_RX] = {
		.code = "got.error = np_nic_receive($1, $2, $3, $4, &got.skb);\n"
			"got.dropped = got.error == -ENOBUFS;\n"
			"got.frags = got.error ? 0 : got.skb->shinfo->nr_frags;",
		.otherwise = { NULL, NULL, "1", "0" },
	},
	[NP_STEP_RX_BATCH] = {
		.code = "for (int i = 0; i < $3; i++) {\n"
			"\tgot.error = np_nic_receive($1, $2, 1, 0, NULL);\n"
			"\tgot.dropped += got.error == -ENOBUFS;\n"
			"}\n"
			"if (got.error == -ENOBUFS)\n"
			"\tgot.error = 0;",
	},
	[NP_STEP_NAPI_POLL] = { .code = "got.ret = np_nic_poll($1);" },
	[NP_STEP_DMA_WRITE] = { .code = "got.error = np_nic_write($1);" },
	[NP_STEP_UNREGISTER_NETDEV] = {
		.code = "unregister_netdev($1);\n"
			"$1 = NULL;",
	},
	[NP_STEP_LOOPBACK_SENDFILE] = { .code = "got.error = np_loopback_sendfile($1, $2);" },
	[NP_STEP_SKB_CLONE] = {
		.code = "got.error = clone_first($1, $2);",
		.helpers = HELPER(FIRST_SKB) | HELPER(CLONE_FIRST),
	},
	[NP_STEP_KFREE_SKB] = {
		.code = "got.skb = first_skb($1);\n"
			"if (got.skb)\n"
			"\ttcp_recvmsg($1, got.skb->len);\n"
			"else\n"
			"\tgot.error = -EAGAIN;",
		.helpers = HELPER(FIRST_SKB),
	},
	[NP_STEP_CLOSE] = {
		.code = "np_sock_close($1);\n"
			"$1 = NULL;",
	},
	[NP_STEP_ZEROCOPY_RECEIVE] = {
		.code = "got.error = receive($1, $2, &got);",
		.otherwise = { NULL, "0" },
		.helpers = HELPER(RECEIVE),
	},
	[NP_STEP_RECVMSG] = {
		.code = "got.copied = (long)tcp_recvmsg($1, $2);",
		.fewer = "got.copied = (long)tcp_recvmsg($1, tcp_inq($1));",
	},
	[NP_STEP_MUNMAP] = {
		.code = "got.error = unmap($1, $2);",
		.fewer = "got.error = do_munmap($1->mm, 0, $1->mm->mmap_base);",
		.helpers = HELPER(UNMAP),
	},
	[NP_STEP_EXIT] = {
		.code = "np_task_exit($1);\n"
			"$1 = NULL;",
	},
	[NP_STEP_FORK] = { .code = "got.error = np_task_fork($1, \"$n\", &$2);" },
	[NP_STEP_GET_USER_PAGES_FAST] = {
		.code = "got.ret = pin(t, $1, $2);\n"
			"got.error = got.ret < 0 ? got.ret : 0;",
		.helpers = HELPER(PIN),
	},
	[NP_STEP_UNPIN_USER_PAGE] = {
		.code = "got.error = -ENOENT;\n"
			"$p",
	},
	[NP_STEP_VMSPLICE] = {
		.code = "got.pinned = splice(t, $1, np_find_page($1->mm, $2));\n"
			"got.error = got.pinned < 0 ? got.pinned : 0;",
		.fewer = "got.pinned = splice_all(t, $1);\n"
			"got.error = got.pinned < 0 ? got.pinned : 0;",
		.helpers = HELPER(SPLICE),
		.fewer_helpers = HELPER(SPLICE) | HELPER(SPLICE_ALL),
	},
	[NP_STEP_PIPE_RELEASE] = { .code = "np_pins_release($1, \"vmsplice\");" },
	[NP_STEP_READ_PAGE] = {
		.code = "got.ret = read_page(t, $1, $2);\n"
			"got.error = got.ret < 0 ? got.ret : 0;",
		.helpers = HELPER(READ_PAGE),
	},
	[NP_STEP_GET_PAGE] = {
		.code = "got.error = take(t, $1, \"$w\");",
		.helpers = HELPER(TAKE),
	},
	[NP_STEP_PUT_PAGE] = {
		.code = "unclaim(t, $1, \"$w\");\n"
			"put_page($1);",
		.helpers = HELPER(UNCLAIM),
	},
	[NP_STEP_GET_PAGE_UNLESS_ZERO] = {
		.code = "got.ret = get_page_unless_zero(compound_head($1));\n"
			"if (got.ret)\n"
			"\tgot.error = np_claim($m, $1, \"$w\", 1);",
	},
	[NP_STEP_TRY_GET_PAGE] = {
		.code = "got.ret = try_get_page($1);\n"
			"if (got.ret)\n"
			"\tgot.error = np_claim($m, $1, \"$w\", 1);",
	},
	[NP_STEP_PAGE_REF_FREEZE] = { .code = "got.ret = page_ref_freeze($1, $2);" },
	[NP_STEP_PAGE_REF_UNFREEZE] = { .code = "page_ref_unfreeze($1, $2);" },
	[NP_STEP_SET_PAGE_COUNT] = { .code = "set_page_count($1, $2);" },
	[NP_STEP_RELEASE_PAGES] = {
		.code = "struct page *pages[] = { $* };\n"
			"\n"
			"for (int i = 0; i < $#; i++)\n"
			"\tunclaim(t, pages[i], \"$w\");\n"
			"release_pages(pages, $#);",
		.helpers = HELPER(UNCLAIM),
	},
	[NP_STEP_FREE_PAGES] = {
		.code = "unclaim(t, $1, \"$w\");\n"
			"__free_pages($1, $2);",
		.otherwise = { NULL, "0" },
		.helpers = HELPER(UNCLAIM),
	},
	[NP_STEP_ALLOC_PAGES] = {
		.code = "got.page = alloc_pages(GFP_ATOMIC, $1);\n"
			"got.error = got.page ? np_claim($m, got.page, \"$w\", 1) : -ENOMEM;",
		.otherwise = { "0" },
	},
	[NP_STEP_ALLOC_PAGE_ACCOUNT] = {
		.code = "got.page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);\n"
			"got.error = got.page ? np_claim($m, got.page, \"$w\", 1) : -ENOMEM;",
	},
	[NP_STEP_SET_PAGE_CHECKED] = { .code = "SetPageChecked($1);" },
	[NP_STEP_CLEAR_PAGE_CHECKED] = { .code = "ClearPageChecked($1);" },
	[NP_STEP_CLEAR_PAGE_NETWORK] = { .code = "ClearPageNetwork($1);" },
	[NP_STEP_SET_MAX] = { .code = "got.error = $1 ? np_memcg_set_max($1, $2) : -ENOENT;" },
	[NP_STEP_SET_HIGH] = {
		.code = "if ($1)\n"
			"\tpage_counter_set_high(&$1->memory, $2);\n"
			"else\n"
			"\tgot.error = -ENOENT;",
	},
	[NP_STEP_RMDIR] = { .code = "got.error = $1 ? np_memcg_rmdir($1) : -ENOENT;" },
	[NP_STEP_MIGRATE] = { .code = "got.error = np_task_migrate($1, $2);" },
	[NP_STEP_DRAIN_ALL_STOCK] = {
		.code = "if ($1)\n"
			"\tdrain_all_stock($1);\n"
			"else\n"
			"\tgot.error = -ENOENT;",
	},
	[NP_STEP_CHARGE_SKMEM] = {
		.code = "if ($1)\n"
			"\tgot.ret = mem_cgroup_charge_skmem($1, $2, in_serving_softirq() ?\n"
			"\t\t\t\t\t\t  GFP_ATOMIC : GFP_KERNEL);\n"
			"else\n"
			"\tgot.error = -ENOENT;",
	},
	[NP_STEP_UNCHARGE_SKMEM] = {
		.code = "if ($1)\n"
			"\tmem_cgroup_uncharge_skmem($1, $2);\n"
			"else\n"
			"\tgot.error = -ENOENT;",
	},
	[NP_STEP_POOL_ALLOC_PAGES] = {
		.code = "got.page = $1 ? page_pool_dev_alloc_pages($1) : NULL;\n"
			"got.error = got.page ? np_claim($m, got.page, \"$w\", 1) : -ENOMEM;",
	},
	[NP_STEP_POOL_ALLOC_FRAG] = {
		.code = "unsigned int offset = 0;\n"
			"\n"
			"if ($1)\n"
			"\tgot.page = page_pool_alloc_frag($1, &offset, $2, GFP_ATOMIC);\n"
			"got.offset = offset;\n"
			"got.error = got.page ? 0 : -ENOMEM;",
	},
	[NP_STEP_POOL_PUT_FULL_PAGE] = {
		.code = "unclaim(t, $2, \"$w\");\n"
			"page_pool_put_full_page($1, $2, false);",
		.helpers = HELPER(UNCLAIM),
	},
	[NP_STEP_POOL_RECYCLE_DIRECT] = {
		.code = "unclaim(t, $2, \"$w\");\n"
			"page_pool_recycle_direct($1, $2);",
		.helpers = HELPER(UNCLAIM),
	},
	[NP_STEP_POOL_RELEASE_PAGE] = { .code = "page_pool_release_page($1, $2);" },
	[NP_STEP_POOL_DESTROY] = { .code = "page_pool_destroy($1);" },
	[NP_STEP_POOL_UPDATE_NID] = { .code = "page_pool_update_nid($1, $2);" },
	[NP_STEP_ADVANCE] = { .code = "np_machine_advance($m, $1);" },
	[NP_STEP_CPU_WORK] = { .code = "np_machine_settle($m);" },
};

/* Of a group or a pool that is gone nothing is left. */
const struct np_generate_row np_generate_queries[NP_QUERIES] = {
	[NP_QUERY_REFS] = { .code = "page_ref_count($1)" },
	[NP_QUERY_MAPS] = { .code = "(page_has_type($1) ? 0 : page_mapcount($1))" },
	[NP_QUERY_MAPPED] = { .code = "(!page_has_type($1) && page_mapcount($1) > 0)" },
	[NP_QUERY_CHARGED] = { .code = "(READ_ONCE($1->memcg_data) != 0)" },
	[NP_QUERY_CHARGED_TO] = { .code = "($2 && page_memcg($1) == $2)" },
	[NP_QUERY_NETWORK] = { .code = "PageNetwork($1)" },
	[NP_QUERY_FREE] = { .code = "np_page_is_free($m, $1)" },
	[NP_QUERY_POOLED] = { .code = "page_is_page_pool($1)" },
	[NP_QUERY_WRITABLE_BY] = { .code = "($1 && np_nic_can_write($1, $2))" },
	[NP_QUERY_NODE] = { .code = "page_to_nid($1)" },
	[NP_QUERY_SAME] = { .code = "($1 == $2)" },
	[NP_QUERY_USAGE] = { .code = "($1 ? (long)np_memcg_usage($1) : 0L)" },
	[NP_QUERY_CURRENT] = { .code = "($1 ? (long)page_counter_read(&$1->memory) : 0L)" },
	[NP_QUERY_STOCK] = { .code = "($1 ? (long)np_memcg_stock($1) : 0L)" },
	[NP_QUERY_SOCKMEM] = { .code = "($1 ? (long)memcg_page_state($1, MEMCG_SOCK) : 0L)" },
	[NP_QUERY_FAILCNT] = { .code = "($1 ? (long)READ_ONCE($1->memory.failcnt) : 0L)" },
	[NP_QUERY_WATERMARK] = { .code = "($1 ? (long)READ_ONCE($1->memory.watermark) : 0L)" },
	[NP_QUERY_CSS_REFS] = { .code = "($1 ? (long)atomic_long_read(&$1->css.refcnt) : 0L)" },
	[NP_QUERY_ONLINE] = { .code = "($1 ? (long)READ_ONCE($1->online) : 0L)" },
	[NP_QUERY_RELEASED] = { .code = "!$1" },
	[NP_QUERY_INFLIGHT] = {
		.code = "($1 ? (long)(s32)(READ_ONCE($1->pages_state_hold_cnt) - "
			"(u32)atomic_read(&$1->pages_state_release_cnt)) : 0L)",
	},
	[NP_QUERY_HOLD] = { .code = "($1 ? (long)READ_ONCE($1->pages_state_hold_cnt) : 0L)" },
	[NP_QUERY_RELEASE] = {
		.code = "($1 ? (long)(u32)atomic_read(&$1->pages_state_release_cnt) : 0L)",
	},
	[NP_QUERY_CACHED] = { .code = "($1 ? (long)$1->alloc.count : 0L)" },
	[NP_QUERY_RING] = {
		.code = "ring_used($1)",
		.helpers = HELPER(RING_USED),
	},
	[NP_QUERY_RECYCLED] = { .code = "($1 ? (long)atomic_long_read(&$1->nr_reused) : 0L)" },
	[NP_QUERY_QUEUE] = {
		.code = "queue_length($1)",
		.helpers = HELPER(QUEUE_LENGTH),
	},
	[NP_QUERY_FREELIST] = {
		.code = "freelist(t)",
		.helpers = HELPER(FREELIST),
	},
	[NP_QUERY_MAPPED_PAGES] = { .code = "atomic_long_read(&$1->mm->rss_filepages)" },
};
/* clang-format on */
