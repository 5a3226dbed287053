/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The declarations of the scenario language and their attributes. */
#include "vocabulary.h"

#include <limits.h>

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define INTEGER(low, high, value)                                                                  \
	.type = NP_VALUE_INTEGER, .minimum = (low), .maximum = (high), .otherwise = (value)
#define SIZE_OR_NONE .type = NP_VALUE_SIZE, .minimum = 0, .maximum = INT_MAX, .otherwise = -1
#define ENUM(value, ...) .type = NP_VALUE_ENUM, .words = WORDS(__VA_ARGS__), .otherwise = (value)
#define FLAG .type = NP_VALUE_FLAG
#define OBJECT(kind, value)                                                                        \
	.type = NP_VALUE_OBJECT, .object = NP_OBJECT_##kind, .otherwise = (value)
#define ATTRIBUTES(table) .attribute = (table), .attributes = sizeof(table) / sizeof((table)[0])

static const struct np_vocabulary_attribute model_attributes[] = {
	[NP_MODEL_ATTR_RELEASE] = { "release", ENUM(0, "6.1", "5.12"), .positional = true,
				    .required = true, .help = "the kernel whose rules hold" },
	[NP_MODEL_ATTR_SCHEME] = { "scheme", NP_VALUE_WORD,
				   .help = "the accounting design, by name or as ./file.so" },
	[NP_MODEL_ATTR_NEEDS] = { "needs", NP_VALUE_SET,
				  .words = WORDS("network_flag", "charging", "at_zero", "callback",
						 "mapcount", "skb_recycle", "alias", "page_type",
						 "page_pool"),
				  .help = "skip the scenario where the scheme lacks one of these" },
	[NP_MODEL_ATTR_DMA] = { "dma", ENUM(0, "64", "32_fixed", "32_broken"),
				.help = "how struct page stores a DMA address" },
	[NP_MODEL_ATTR_CAN_MAP_FRAG] = { "can_map_frag", ENUM(-1, "6.1", "5.12"),
					 .help = "which checks can_map_frag() has; as the release "
						 "when not given" },
	[NP_MODEL_ATTR_NODES] = { "nodes", INTEGER(1, 4, 1), .help = "memory nodes" },
	[NP_MODEL_ATTR_CPUS] = { "cpus", INTEGER(1, 64, 2), .help = "CPUs" },
	[NP_MODEL_ATTR_PAGES] = { "pages", INTEGER(64, 1 << 20, 65536),
				  .help = "pages of memory, split evenly over the nodes" },
};

static const struct np_vocabulary_attribute memcg_attributes[] = {
	[NP_MEMCG_ATTR_MAX] = { "max", SIZE_OR_NONE, .help = "memory.max" },
	[NP_MEMCG_ATTR_HIGH] = { "high", SIZE_OR_NONE, .help = "memory.high" },
	[NP_MEMCG_ATTR_PARENT] = { "parent", OBJECT(MEMCG, 0), .help = "the memcg above it" },
};

static const struct np_vocabulary_attribute page_attributes[] = {
	[NP_PAGE_ATTR_KIND] = { "kind", ENUM(0, "plain", "file", "zone_device", "compound"),
				.help = "whose page it is" },
	[NP_PAGE_ATTR_ORDER] = { "order", INTEGER(0, 10, 0), .help = "2^order pages" },
	[NP_PAGE_ATTR_NODE] = { "node", INTEGER(0, 3, 0), .help = "its memory node" },
	[NP_PAGE_ATTR_FLAG] = { "flag", NP_VALUE_SET, .words = WORDS("checked", "pfmemalloc"),
				.help = "flags that are set when it is made" },
	[NP_PAGE_ATTR_MEMCG] = { "memcg", OBJECT(MEMCG, 0),
				 .help = "kind=file: the memcg it is charged to" },
};

static const struct np_vocabulary_attribute pool_attributes[] = {
	[NP_POOL_ATTR_SIZE] = { "size", INTEGER(1, 16384, 1024), .help = "slots of its ring" },
	[NP_POOL_ATTR_NODE] = { "node", INTEGER(-1, 3, -1),
				.help = "its memory node; -1 is NUMA_NO_NODE" },
	[NP_POOL_ATTR_FRAG] = { "frag", FLAG, .help = "PP_FLAG_PAGE_FRAG" },
};

static const struct np_vocabulary_attribute nic_attributes[] = {
	[NP_NIC_ATTR_DRIVER] = { "driver",
				 ENUM(0, "page_pool", "page_bias", "page_cache", "page_alloc"),
				 .required = true, .help = "how its driver recycles pages" },
	[NP_NIC_ATTR_RING] = { "ring", INTEGER(1, 4096, 4), .help = "receive descriptors" },
	[NP_NIC_ATTR_NODE] = { "node", INTEGER(0, 3, 0), .help = "its memory node" },
	[NP_NIC_ATTR_OPTIN] = { "optin", INTEGER(0, 1, 1),
				.help = "whether the driver has been converted to the scheme" },
	[NP_NIC_ATTR_BIAS] = { "bias", INTEGER(1, INT_MAX, 65535),
			       .help = "page_bias: references that the driver takes at once" },
	[NP_NIC_ATTR_HALF] = { "half", FLAG, .help = "two buffers of half a page in each page" },
	[NP_NIC_ATTR_KEEP] = { "keep", INTEGER(0, 1, 0),
			       .help = "page_cache: keep a reference while the stack has the page" },
	[NP_NIC_ATTR_POOL_SIZE] = { "pool_size", INTEGER(1, 16384, 1024),
				    .help = "page_pool: slots of the ring of its pool" },
	[NP_NIC_ATTR_COMPOUND] = { "compound", INTEGER(0, 10, 0),
				   .help = "page_alloc: order of the pages that buffers are cut of" },
};

static const struct np_vocabulary_attribute proc_attributes[] = {
	[NP_PROC_ATTR_MEMCG] = { "memcg", OBJECT(MEMCG, 0), .help = "the memcg it is in" },
};

static const struct np_vocabulary_attribute sock_attributes[] = {
	[NP_SOCK_ATTR_NIC] = { "nic", OBJECT(NIC, -1), .required = true,
			       .help = "where its packets come from" },
	[NP_SOCK_ATTR_OWNER] = { "owner", OBJECT(PROC, -1), .required = true,
				 .help = "the process that receives from it" },
};

static const struct np_vocabulary_attribute actor_attributes[] = {
	[NP_ACTOR_ATTR_CPU] = { "cpu", INTEGER(0, 63, 0), .required = true,
				.help = "where it runs" },
	[NP_ACTOR_ATTR_TASK] = { "task", OBJECT(PROC, -1),
				 .help = "it is a thread of this process" },
	[NP_ACTOR_ATTR_SOFTIRQ] = { "softirq", FLAG, .help = "it is a softirq, NAPI for example" },
	[NP_ACTOR_ATTR_HARDIRQ] = { "hardirq", FLAG, .help = "it is an interrupt handler" },
	[NP_ACTOR_ATTR_KERNEL] = { "kernel", FLAG, .help = "it is a kernel thread" },
};

static const struct np_vocabulary_attribute sysctl_attributes[] = {
	[NP_SYSCTL_ATTR_TCP_ZEROCOPY_POLICY] = { "tcp_zerocopy_policy",
						 ENUM(0, "allow", "copy", "refuse"),
						 .help = "what happens to pages of a driver that "
							 "has not opted in" },
};

static const struct np_vocabulary_attribute fault_attributes[] = {
	[NP_FAULT_ATTR_FUNCTION] = { "function",
				     ENUM(0, "alloc_pages", "try_charge", "vm_insert_page",
					  "dma_map_page", "ptr_ring_produce", "pfmemalloc"),
				     .positional = true, .required = true,
				     .help = "what fails; pfmemalloc: the page is of the reserves" },
	[NP_FAULT_ATTR_NTH] = { "nth", INTEGER(1, INT_MAX, 1), .required = true,
				.help = "the call that fails, counted from this line on" },
	[NP_FAULT_ATTR_TIMES] = { "times", INTEGER(1, INT_MAX, 1),
				  .help = "how many calls fail, one after the other" },
};

const char *const np_vocabulary_strategies[] = { "dpor", "exhaustive", "bounded", "random",
						 "pct",	 "pos",	       NULL };
const char *const np_vocabulary_memory_models[] = { "sc", "tso", "lkmm", NULL };

static const struct np_vocabulary_attribute explore_attributes[] = {
	[NP_EXPLORE_ATTR_STRATEGY] = { "strategy", NP_VALUE_ENUM, .words = np_vocabulary_strategies,
				       .help = "how interleavings are chosen; bounded when only "
					       "preemptions= is given" },
	[NP_EXPLORE_ATTR_PREEMPTIONS] = { "preemptions", INTEGER(0, INT_MAX, -1),
					  .help = "the most preemptions in one execution" },
	[NP_EXPLORE_ATTR_EXECUTIONS] = { "executions", INTEGER(1, INT_MAX, -1),
					 .help = "the most executions" },
	[NP_EXPLORE_ATTR_STEPS] = { "steps", INTEGER(1, INT_MAX, -1),
				    .help = "the most steps in one execution" },
	[NP_EXPLORE_ATTR_DEPTH] = { "depth", INTEGER(1, INT_MAX, -1),
				    .help = "pct: bugs of this depth are looked for" },
	[NP_EXPLORE_ATTR_SEED] = { "seed", INTEGER(0, INT_MAX, 1),
				   .help = "random, pct and pos: where the random numbers begin" },
	[NP_EXPLORE_ATTR_MEMORY] = { "memory", NP_VALUE_ENUM, .words = np_vocabulary_memory_models,
				     .help = "what a read may return" },
	[NP_EXPLORE_ATTR_COMMUTE] = { "commute", FLAG,
				      .help = "additions whose result nobody uses do not conflict" },
};

const struct np_vocabulary_declaration np_vocabulary_declarations[NP_DECLARATIONS] = {
	[NP_DECLARE_MODEL] = { "model", NP_OBJECT_KINDS, ATTRIBUTES(model_attributes),
			       .help = "the machine and the scheme that the scenario needs" },
	[NP_DECLARE_MEMCG] = { "memcg", NP_OBJECT_MEMCG, ATTRIBUTES(memcg_attributes),
			       .help = "a memory cgroup; `root` is there without being declared" },
	[NP_DECLARE_PAGE] = { "page", NP_OBJECT_PAGE, ATTRIBUTES(page_attributes),
			      .help = "a page, with one reference that the scenario holds" },
	[NP_DECLARE_POOL] = { "pool", NP_OBJECT_POOL, ATTRIBUTES(pool_attributes),
			      .help = "a page_pool of no card" },
	[NP_DECLARE_NIC] = { "nic", NP_OBJECT_NIC, ATTRIBUTES(nic_attributes),
			     .help = "a network card and its driver, all descriptors posted" },
	[NP_DECLARE_PROC] = { "proc", NP_OBJECT_PROC, ATTRIBUTES(proc_attributes),
			      .help = "a process with a mapping to receive into" },
	[NP_DECLARE_SOCK] = { "sock", NP_OBJECT_SOCK, ATTRIBUTES(sock_attributes),
			      .help = "a connected TCP socket" },
	[NP_DECLARE_ACTOR] = { "actor", NP_OBJECT_ACTOR, ATTRIBUTES(actor_attributes), .late = true,
			       .help = "an execution context, which plays the steps; exactly one of "
				       "task=, softirq, hardirq and kernel says which" },
	[NP_DECLARE_SYSCTL] = { "sysctl", NP_OBJECT_KINDS, ATTRIBUTES(sysctl_attributes),
				.help = "a setting of the machine" },
	[NP_DECLARE_FAULT] = { "fault", NP_OBJECT_KINDS, ATTRIBUTES(fault_attributes), .late = true,
			       .help = "make the Nth call of a function fail" },
	[NP_DECLARE_EXPLORE] = { "explore", NP_OBJECT_KINDS, ATTRIBUTES(explore_attributes),
				 .late = true,
				 .help = "try all interleavings of what is below it that respect "
					 "each actor's order; what is above is played first" },
};
