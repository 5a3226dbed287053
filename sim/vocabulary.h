/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: vocabulary - every word of the scenario language, once
 *
 * The parser, `netpage-sim help`, the reference page and whoever turns a scenario into C read these
 * tables and nothing else, so that none of them can drift from the others. All tables are constant;
 * every function here may be called from any thread.
 */
#ifndef NP_SIM_VOCABULARY_H
#define NP_SIM_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The version of the language: `netpage 1` never changes meaning. */
#define NP_LANGUAGE_VERSION 1

/** What a name can stand for. */
enum np_object_kind {
	NP_OBJECT_MEMCG,
	NP_OBJECT_PAGE,
	NP_OBJECT_POOL,
	NP_OBJECT_NIC,
	NP_OBJECT_PROC,
	NP_OBJECT_SOCK,
	NP_OBJECT_ACTOR,
	NP_OBJECT_KINDS,
};

/* What an argument accepts: a set of kinds of objects, a number, or a name that is new. */
#define NP_ACCEPT(kind) (1u << (kind))
#define NP_ACCEPT_NUMBER (1u << 16)
#define NP_ACCEPT_NEW (1u << 17) /* the step makes an object of the one kind in the set */

/**
 * struct np_vocabulary_argument - one argument of a function or a query
 * @name: for messages and help
 * @accepts: set of NP_ACCEPT() and its like
 * @minimum: smallest number
 * @maximum: largest
 */
struct np_vocabulary_argument {
	const char *name;
	unsigned int accepts;
	int64_t minimum;
	int64_t maximum;
};

/* Declarations: words that are followed by attributes. */

enum np_declaration {
	NP_DECLARE_MODEL,
	NP_DECLARE_MEMCG,
	NP_DECLARE_PAGE,
	NP_DECLARE_POOL,
	NP_DECLARE_NIC,
	NP_DECLARE_PROC,
	NP_DECLARE_SOCK,
	NP_DECLARE_ACTOR,
	NP_DECLARE_SYSCTL,
	NP_DECLARE_FAULT,
	NP_DECLARE_EXPLORE,
	NP_DECLARATIONS,
};

enum np_value_type {
	NP_VALUE_INTEGER, /* decimal, 0x or a constant */
	NP_VALUE_SIZE,	 /* pages; with K, M or G bytes, in whole pages; default -1 is "no limit" */
	NP_VALUE_ENUM,	 /* one of words[]; the number is the index */
	NP_VALUE_SET,	 /* some of words[], with commas; the number has one bit for each */
	NP_VALUE_WORD,	 /* any word of letters, digits and _ . / + - */
	NP_VALUE_OBJECT, /* name of an object of kind @object, declared above */
	NP_VALUE_FLAG,	 /* stands alone; the number is 0 or 1 */
};

/**
 * struct np_vocabulary_attribute - one attribute of a declaration
 * @name: what stands in front of `=`
 * @type: what stands behind it
 * @positional: stands without `NAME=`, first
 * @required: must be given
 * @minimum: smallest integer or size
 * @maximum: largest
 * @otherwise: the number when it is not given; for NP_VALUE_OBJECT -1 is "none", 0 is `root`
 * @object: kind of object for NP_VALUE_OBJECT
 * @words: NULL-terminated words of NP_VALUE_ENUM and NP_VALUE_SET
 * @help: one line
 */
struct np_vocabulary_attribute {
	const char *name;
	enum np_value_type type;
	bool positional;
	bool required;
	int64_t minimum;
	int64_t maximum;
	int64_t otherwise;
	enum np_object_kind object;
	const char *const *words;
	const char *help;
};

/* Indexes of the attributes of each declaration, and into np_scenario_declaration.value[]. */
enum np_model_attribute {
	NP_MODEL_ATTR_RELEASE, /* number: enum np_release_word */
	NP_MODEL_ATTR_SCHEME,
	NP_MODEL_ATTR_NEEDS,	    /* number: a bit for each enum np_needs_word */
	NP_MODEL_ATTR_DMA,	    /* number: enum np_dma_word */
	NP_MODEL_ATTR_CAN_MAP_FRAG, /* number: enum np_release_word; -1: as the release */
	NP_MODEL_ATTR_NODES,
	NP_MODEL_ATTR_CPUS,
	NP_MODEL_ATTR_PAGES,
};
enum np_memcg_attribute { NP_MEMCG_ATTR_MAX, NP_MEMCG_ATTR_HIGH, NP_MEMCG_ATTR_PARENT };
enum np_page_attribute {
	NP_PAGE_ATTR_KIND, /* number: enum np_page_word */
	NP_PAGE_ATTR_ORDER,
	NP_PAGE_ATTR_NODE,
	NP_PAGE_ATTR_FLAG, /* number: a bit for each enum np_page_flag_word */
	NP_PAGE_ATTR_MEMCG,
};
enum np_pool_attribute { NP_POOL_ATTR_SIZE, NP_POOL_ATTR_NODE, NP_POOL_ATTR_FRAG };
enum np_nic_attribute {
	NP_NIC_ATTR_DRIVER, /* number: enum np_driver_word */
	NP_NIC_ATTR_RING,
	NP_NIC_ATTR_NODE,
	NP_NIC_ATTR_OPTIN,
	NP_NIC_ATTR_BIAS,
	NP_NIC_ATTR_HALF,
	NP_NIC_ATTR_KEEP,
	NP_NIC_ATTR_POOL_SIZE,
	NP_NIC_ATTR_COMPOUND,
};
enum np_proc_attribute { NP_PROC_ATTR_MEMCG };
enum np_sock_attribute { NP_SOCK_ATTR_NIC, NP_SOCK_ATTR_OWNER };
enum np_actor_attribute {
	NP_ACTOR_ATTR_CPU,
	NP_ACTOR_ATTR_TASK,
	NP_ACTOR_ATTR_SOFTIRQ,
	NP_ACTOR_ATTR_HARDIRQ,
	NP_ACTOR_ATTR_KERNEL,
};
enum np_sysctl_attribute { NP_SYSCTL_ATTR_TCP_ZEROCOPY_POLICY /* number: enum np_policy_word */ };
enum np_fault_attribute {
	NP_FAULT_ATTR_FUNCTION, /* number: enum np_fault_word */
	NP_FAULT_ATTR_NTH,
	NP_FAULT_ATTR_TIMES,
};
enum np_explore_attribute {
	NP_EXPLORE_ATTR_STRATEGY, /* number: enum np_strategy_word */
	NP_EXPLORE_ATTR_PREEMPTIONS,
	NP_EXPLORE_ATTR_EXECUTIONS,
	NP_EXPLORE_ATTR_STEPS,
	NP_EXPLORE_ATTR_DEPTH,
	NP_EXPLORE_ATTR_SEED,
	NP_EXPLORE_ATTR_MEMORY, /* number: enum np_memory_word */
	NP_EXPLORE_ATTR_COMMUTE,
};

/** The most attributes that a declaration has. */
#define NP_ATTRIBUTES_MAX 9

/* Words of the enumerations, in the order of the tables. */
enum np_release_word { NP_RELEASE_WORD_6_1, NP_RELEASE_WORD_5_12 };
enum np_dma_word { NP_DMA_WORD_64, NP_DMA_WORD_32_FIXED, NP_DMA_WORD_32_BROKEN };
enum np_page_word {
	NP_PAGE_WORD_PLAIN,
	NP_PAGE_WORD_FILE,
	NP_PAGE_WORD_ZONE_DEVICE,
	NP_PAGE_WORD_COMPOUND,
};
enum np_page_flag_word { NP_PAGE_FLAG_WORD_CHECKED, NP_PAGE_FLAG_WORD_PFMEMALLOC };
enum np_driver_word {
	NP_DRIVER_WORD_PAGE_POOL,
	NP_DRIVER_WORD_PAGE_BIAS,
	NP_DRIVER_WORD_PAGE_CACHE,
	NP_DRIVER_WORD_PAGE_ALLOC,
};
enum np_policy_word { NP_POLICY_WORD_ALLOW, NP_POLICY_WORD_COPY, NP_POLICY_WORD_REFUSE };
enum np_fault_word {
	NP_FAULT_WORD_ALLOC_PAGES,
	NP_FAULT_WORD_TRY_CHARGE,
	NP_FAULT_WORD_VM_INSERT_PAGE,
	NP_FAULT_WORD_DMA_MAP_PAGE,
	NP_FAULT_WORD_PTR_RING_PRODUCE,
	NP_FAULT_WORD_PFMEMALLOC,
};
enum np_strategy_word {
	NP_STRATEGY_WORD_DPOR,
	NP_STRATEGY_WORD_EXHAUSTIVE,
	NP_STRATEGY_WORD_BOUNDED,
	NP_STRATEGY_WORD_RANDOM,
	NP_STRATEGY_WORD_PCT,
	NP_STRATEGY_WORD_POS,
	NP_STRATEGY_WORDS,
};
enum np_memory_word { NP_MEMORY_WORD_SC, NP_MEMORY_WORD_TSO, NP_MEMORY_WORD_LKMM, NP_MEMORY_WORDS };

/** Features that a model or a scheme may lack: `needs=`. */
enum np_needs_word {
	NP_NEEDS_NETWORK_FLAG,
	NP_NEEDS_CHARGING,
	NP_NEEDS_AT_ZERO,
	NP_NEEDS_CALLBACK,
	NP_NEEDS_MAPCOUNT,
	NP_NEEDS_SKB_RECYCLE,
	NP_NEEDS_ALIAS,
	NP_NEEDS_PAGE_TYPE,
	NP_NEEDS_PAGE_POOL,
	NP_NEEDS_WORDS,
};

/**
 * struct np_vocabulary_declaration - one declaration word
 * @name: the word a line begins with
 * @object: kind of object that the next word names, or NP_OBJECT_KINDS: it names none
 * @attributes: how many of @attribute are in use
 * @late: may stand below the first step; all others come first
 * @attribute: the attributes
 * @help: one line
 */
struct np_vocabulary_declaration {
	const char *name;
	enum np_object_kind object;
	unsigned int attributes;
	bool late;
	const struct np_vocabulary_attribute *attribute;
	const char *help;
};

/* What a step gives back. */

enum np_result {
	NP_RESULT_ERROR, /* of every function: 0 or a negative errno */
	NP_RESULT_RET,
	NP_RESULT_FRAGS,
	NP_RESULT_DROPPED,
	NP_RESULT_MAPPED,
	NP_RESULT_COPIED,
	NP_RESULT_HINT,
	NP_RESULT_PINNED,
	NP_RESULT_OFFSET,
	NP_RESULT_FRAG, /* the first one that binds a name */
	NP_RESULT_PAGE,
	NP_RESULTS,
};

/**
 * struct np_vocabulary_result - one result of a step
 * @name: what stands in front of `=`
 * @binds: the result is an object: `frag=p` gives it the new name `p`
 * @repeats: may be bound again in one step, for the second, third ... object
 * @object: kind of that object
 * @help: one line
 */
struct np_vocabulary_result {
	const char *name;
	bool binds;
	bool repeats;
	enum np_object_kind object;
	const char *help;
};

/* Functions: what a step calls. */

enum np_step {
	NP_STEP_RX,
	NP_STEP_RX_BATCH,
	NP_STEP_NAPI_POLL,
	NP_STEP_DMA_WRITE,
	NP_STEP_UNREGISTER_NETDEV,
	NP_STEP_LOOPBACK_SENDFILE,
	NP_STEP_SKB_CLONE,
	NP_STEP_KFREE_SKB,
	NP_STEP_CLOSE,
	NP_STEP_ZEROCOPY_RECEIVE,
	NP_STEP_RECVMSG,
	NP_STEP_MUNMAP,
	NP_STEP_EXIT,
	NP_STEP_FORK,
	NP_STEP_GET_USER_PAGES_FAST,
	NP_STEP_UNPIN_USER_PAGE,
	NP_STEP_VMSPLICE,
	NP_STEP_PIPE_RELEASE,
	NP_STEP_READ_PAGE,
	NP_STEP_GET_PAGE,
	NP_STEP_PUT_PAGE,
	NP_STEP_GET_PAGE_UNLESS_ZERO,
	NP_STEP_TRY_GET_PAGE,
	NP_STEP_PAGE_REF_FREEZE,
	NP_STEP_PAGE_REF_UNFREEZE,
	NP_STEP_SET_PAGE_COUNT,
	NP_STEP_RELEASE_PAGES,
	NP_STEP_FREE_PAGES, /* __free_pages */
	NP_STEP_ALLOC_PAGES,
	NP_STEP_ALLOC_PAGE_ACCOUNT,
	NP_STEP_SET_PAGE_CHECKED,
	NP_STEP_CLEAR_PAGE_CHECKED,
	NP_STEP_CLEAR_PAGE_NETWORK,
	NP_STEP_SET_MAX,
	NP_STEP_SET_HIGH,
	NP_STEP_RMDIR,
	NP_STEP_MIGRATE,
	NP_STEP_DRAIN_ALL_STOCK,
	NP_STEP_CHARGE_SKMEM,
	NP_STEP_UNCHARGE_SKMEM,
	NP_STEP_POOL_ALLOC_PAGES,
	NP_STEP_POOL_ALLOC_FRAG,
	NP_STEP_POOL_PUT_FULL_PAGE,
	NP_STEP_POOL_RECYCLE_DIRECT,
	NP_STEP_POOL_RELEASE_PAGE,
	NP_STEP_POOL_DESTROY,
	NP_STEP_POOL_UPDATE_NID,
	NP_STEP_ADVANCE,
	NP_STEP_CPU_WORK,
	NP_STEPS,
};

/** The most arguments that any function takes. */
#define NP_ARGUMENTS_MAX 8
/** The most arguments that the tables need to name; the last one stands for those above. */
#define NP_ARGUMENTS_NAMED 4

/**
 * struct np_vocabulary_step - one function
 * @name: the kernel's name for it, or the nearest thing where it is not one function
 * @arguments_min: fewest arguments
 * @arguments_max: most arguments; those above the last named one are like that one
 * @argument: names and kinds
 * @results: set of 1 << enum np_result; NP_RESULT_ERROR is in each
 * @sleeps: may sleep, so that an actor in softirq or hardirq cannot call it
 * @kernel: counterpart in Linux 6.1
 * @since: first version of the language that has it
 * @help: one line
 */
struct np_vocabulary_step {
	const char *name;
	unsigned int arguments_min;
	unsigned int arguments_max;
	struct np_vocabulary_argument argument[NP_ARGUMENTS_NAMED];
	unsigned int results;
	bool sleeps;
	const char *kernel;
	unsigned int since;
	const char *help;
};

/* Queries: what an expression may ask. */

enum np_query {
	NP_QUERY_REFS,
	NP_QUERY_MAPS,
	NP_QUERY_MAPPED,
	NP_QUERY_CHARGED,
	NP_QUERY_CHARGED_TO,
	NP_QUERY_NETWORK,
	NP_QUERY_FREE,
	NP_QUERY_POOLED,
	NP_QUERY_WRITABLE_BY,
	NP_QUERY_NODE,
	NP_QUERY_SAME,
	NP_QUERY_USAGE,
	NP_QUERY_CURRENT,
	NP_QUERY_STOCK,
	NP_QUERY_SOCKMEM,
	NP_QUERY_FAILCNT,
	NP_QUERY_WATERMARK,
	NP_QUERY_CSS_REFS,
	NP_QUERY_ONLINE,
	NP_QUERY_RELEASED,
	NP_QUERY_INFLIGHT,
	NP_QUERY_HOLD,
	NP_QUERY_RELEASE,
	NP_QUERY_CACHED,
	NP_QUERY_RING,
	NP_QUERY_RECYCLED,
	NP_QUERY_QUEUE,
	NP_QUERY_FREELIST,
	NP_QUERY_MAPPED_PAGES,
	NP_QUERIES,
};

#define NP_QUERY_ARGUMENTS_MAX 2

/** struct np_vocabulary_query - one query; all arguments are required, the answer is a number. */
struct np_vocabulary_query {
	const char *name;
	unsigned int arguments;
	struct np_vocabulary_argument argument[NP_QUERY_ARGUMENTS_MAX];
	unsigned int since;
	const char *help;
};

/* Trace points: where `at` may play another actor's step. */

enum np_point {
	NP_POINT_PAGE_REF_SET,
	NP_POINT_PAGE_REF_MOD,
	NP_POINT_PAGE_REF_MOD_AND_TEST,
	NP_POINT_PAGE_REF_MOD_AND_RETURN,
	NP_POINT_PAGE_REF_MOD_UNLESS,
	NP_POINT_PAGE_REF_FREEZE,
	NP_POINT_PAGE_REF_UNFREEZE,
	NP_POINT_MM_PAGE_ALLOC,
	NP_POINT_MM_PAGE_FREE,
	NP_POINT_PAGE_POOL_RELEASE,
	NP_POINT_PAGE_POOL_STATE_RELEASE,
	NP_POINT_PAGE_POOL_STATE_HOLD,
	NP_POINT_PAGE_POOL_UPDATE_NID,
	NP_POINT_PUT_PAGE_NETWORK,
	NP_POINT_PUT_PAGE_NETWORK_UNCHARGED,
	NP_POINT_PUT_PAGE_NETWORK_RETURNED,
	NP_POINT_MEMCG_CHARGE,
	NP_POINT_MEMCG_UNCHARGE,
	NP_POINT_RMAP_ADD,
	NP_POINT_RMAP_REMOVE,
	NP_POINT_SKB_FREE,
	NP_POINTS,
};

/** struct np_vocabulary_point - one trace point; @accepts is what may stand in parentheses, or 0. */
struct np_vocabulary_point {
	const char *name;
	unsigned int accepts;
	unsigned int since;
	const char *help;
};

/* Rules: what `result fail` may name. */

enum np_rule {
	NP_RULE_REFS_HAVE_HOLDERS,
	NP_RULE_USE_AFTER_PUT,
	NP_RULE_PAGE_IN_ONE_PLACE,
	NP_RULE_NO_WRITE_TO_USED_PAGE,
	NP_RULE_CHARGE_CONSERVED,
	NP_RULE_COUNTER_NOT_NEGATIVE,
	NP_RULE_CLEAN_AT_FREE,
	NP_RULE_UNION_ARM,
	NP_RULE_MEMCG_RELEASED,
	NP_RULE_POOL_DRAINED,
	NP_RULE_ZEROCOPY_CHARGED,
	NP_RULE_CHARGED_ONCE,
	NP_RULE_ZEROCOPY_MAPS,
	NP_RULE_LOCK_ORDER,
	NP_RULE_MACHINE_MEMORY,
	NP_RULE_DATA_RACE, /* from here: what only a search finds */
	NP_RULE_USE_AFTER_FREE,
	NP_RULE_UNINITIALISED,
	NP_RULE_DEADLOCK,
	NP_RULE_LIVELOCK,
	NP_RULE_WRONG_CONTEXT,
	NP_RULE_ASSERTION,
	NP_RULE_CHECK, /* from here: what the scenario itself says */
	NP_RULE_NEVER,
	NP_RULE_ALWAYS,
	NP_RULE_REST,
	NP_RULE_EXPECT,
	NP_RULES,
};

/** struct np_vocabulary_word - a name with a line of help. */
struct np_vocabulary_word {
	const char *name;
	const char *help;
};

/** struct np_vocabulary_constant - a named number; @is_errno: a positive errno. */
struct np_vocabulary_constant {
	const char *name;
	int64_t number;
	bool is_errno;
	const char *help;
};

/* Words a line may begin with, besides the declarations. */
enum np_keyword {
	NP_KEYWORD_NETPAGE,
	NP_KEYWORD_AT,
	NP_KEYWORD_CHECK,
	NP_KEYWORD_NEVER,
	NP_KEYWORD_ALWAYS,
	NP_KEYWORD_REST,
	NP_KEYWORD_SCHEDULE,
	NP_KEYWORD_RESULT,
	NP_KEYWORD_END,
	NP_KEYWORDS,
};

/* The values of strategy= and memory=, NULL at the end. */
extern const char *const np_vocabulary_strategies[NP_STRATEGY_WORDS + 1];
extern const char *const np_vocabulary_memory_models[NP_MEMORY_WORDS + 1];
extern const struct np_vocabulary_declaration np_vocabulary_declarations[NP_DECLARATIONS];
extern const struct np_vocabulary_step np_vocabulary_steps[NP_STEPS];
extern const struct np_vocabulary_result np_vocabulary_results[NP_RESULTS];
extern const struct np_vocabulary_query np_vocabulary_queries[NP_QUERIES];
extern const struct np_vocabulary_point np_vocabulary_points[NP_POINTS];
extern const struct np_vocabulary_word np_vocabulary_rules[NP_RULES];
extern const struct np_vocabulary_word np_vocabulary_features[NP_NEEDS_WORDS];
extern const struct np_vocabulary_word np_vocabulary_keywords[NP_KEYWORDS];
extern const struct np_vocabulary_word np_vocabulary_objects[NP_OBJECT_KINDS];
/* Ends with a NULL name. */
extern const struct np_vocabulary_constant np_vocabulary_constants[];

/**
 * np_vocabulary_find_* - index of a word in its table
 * @word: needs no NUL
 * @len: its length
 *
 * Return: the index, or -1.
 */
int np_vocabulary_find_declaration(const char *word, size_t len);
int np_vocabulary_find_step(const char *word, size_t len);
int np_vocabulary_find_result(const char *word, size_t len);
int np_vocabulary_find_query(const char *word, size_t len);
int np_vocabulary_find_point(const char *word, size_t len);
int np_vocabulary_find_rule(const char *word, size_t len);
int np_vocabulary_find_keyword(const char *word, size_t len);
int np_vocabulary_find_constant(const char *word, size_t len);

/**
 * np_vocabulary_is_keyword - whether a line that begins with @word begins a statement
 * @word: needs no NUL
 * @len: its length
 */
bool np_vocabulary_is_keyword(const char *word, size_t len);

/**
 * np_vocabulary_argument_at - what argument number @i of a function is
 * @step: row of the table
 * @i: from 0, below @step->arguments_max
 *
 * Return: the named argument, the last one for those above it.
 */
const struct np_vocabulary_argument *
np_vocabulary_argument_at(const struct np_vocabulary_step *step, unsigned int i);

/**
 * np_vocabulary_accepts - "page", "pool or nic", "number", "new name of a proc"
 * @accepts: set of NP_ACCEPT() and its like
 * @buffer: receives the text
 * @size: of @buffer, at least 1; the text is cut to fit
 *
 * Return: @buffer.
 */
const char *np_vocabulary_accepts(unsigned int accepts, char *buffer, size_t size);

/**
 * np_vocabulary_help - explain one word, or list all of them
 * @out: where to
 * @name: any word of the language; NULL for the list
 *
 * Return: 0; -ENOENT for a word that is not there, after naming the nearest one.
 */
int np_vocabulary_help(FILE *out, const char *name);

/**
 * np_vocabulary_markdown - the reference page of the language
 * @out: where to; the text depends on the tables alone
 */
void np_vocabulary_markdown(FILE *out);

#endif /* NP_SIM_VOCABULARY_H */
