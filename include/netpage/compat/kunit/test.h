/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: kunit/test.h - KUnit suites in user space, told as KTAP as the kernel tells them
 *
 * Provenance: custom: the macros, their arguments and the output are the kernel's (6.1:
 * include/kunit/test.h, lib/kunit/test.c; Documentation/dev-tools/ktap.rst).  What runs
 * a case is CMocka, on the calling thread: its assertions and mocks work inside a case, and
 * a crash fails the case instead of ending the program.  No timeout, no debugfs, no log
 * that survives the run.
 *
 * A program of suites needs no main(): linked with the compat library it gets one that
 * makes a machine of two CPUs, enters CPU 0 as a kernel thread and runs all suites.
 */
#ifndef NETPAGE_COMPAT_KUNIT_TEST_H
#define NETPAGE_COMPAT_KUNIT_TEST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE 128
#define KUNIT_STATUS_COMMENT_SIZE 256
#define KUNIT_SUBTEST_INDENT "    "
#define KUNIT_SUBSUBTEST_INDENT "        "

struct kunit;

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
	enum kunit_status status; /* written by the run */
};

#define KUNIT_CASE(test_name)                                                                      \
	{                                                                                          \
		.run_case = test_name, .name = #test_name                                          \
	}
#define KUNIT_CASE_PARAM(test_name, gen_params)                                                    \
	{                                                                                          \
		.run_case = test_name, .name = #test_name, .generate_params = gen_params           \
	}

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases; /* ends with an empty one */
	/* written by the run */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	enum kunit_status status;
	int suite_init_err;
};

/* Where an assertion that fails goes; set while a case runs. */
struct kunit_try_catch {
	void *np_jump;
};

struct kunit {
	void *priv;
	const char *name;
	const void *param_value; /* of a parameterised case */
	int param_index;
	struct kunit_try_catch try_catch;
	spinlock_t lock; /* resources */
	enum kunit_status status;
	struct list_head resources; /* freed when the case ends, the latest first */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
};

static inline void kunit_set_failure(struct kunit *test)
{
	WRITE_ONCE(test->status, KUNIT_FAILURE);
}

#define kunit_suite_for_each_test_case(suite, test_case)                                           \
	for (test_case = (suite)->test_cases; test_case->run_case; test_case++)

/* --- running --- */

/**
 * kunit_run_tests - run one suite on the calling thread, which has entered a CPU
 * Return: 0 always, as in the kernel: the result is in its cases and in suite->status.
 */
int kunit_run_tests(struct kunit_suite *suite);

/** struct np_kunit_suites - the suites of one kunit_test_suites(). */
struct np_kunit_suites {
	struct kunit_suite *const *suites;
	size_t nr;
};

/**
 * np_kunit_run - what main() does: all suites of the program, on a machine of their own
 * @argv: "--list" prints the cases; a word is a glob that "suite.case" must match
 * Return: 0 when none failed, 1 when some did, 2 when there was nothing to run.
 */
int np_kunit_run(const struct np_kunit_suites *first, const struct np_kunit_suites *end, int argc,
		 char **argv);

#define NP_KUNIT_SUITES_(id, ...)                                                                  \
	static struct kunit_suite *const NP_PASTE(np_kunit_array_, id)[] = { __VA_ARGS__ };        \
	static const struct np_kunit_suites NP_PASTE(np_kunit_suites_, id) __used __aligned(16)    \
		__section("np_kunit_suites") = { NP_PASTE(np_kunit_array_, id),                    \
						 ARRAY_SIZE(NP_PASTE(np_kunit_array_, id)) }
#define kunit_test_suites(...) NP_KUNIT_SUITES_(__COUNTER__, __VA_ARGS__)
#define kunit_test_suite(suite) kunit_test_suites(&suite)
#define kunit_test_init_section_suites(...) kunit_test_suites(__VA_ARGS__)
#define kunit_test_init_section_suite(suite) kunit_test_suites(&suite)

/* --- saying something, and leaving --- */

#define kunit_log(level, test_or_suite, ...) ((void)(test_or_suite), printk(level __VA_ARGS__))
#define kunit_printk(level, test, fmt, ...)                                                        \
	printk(level KUNIT_SUBTEST_INDENT "# %s: " fmt, (test)->name, ##__VA_ARGS__)
#define kunit_info(test, fmt, ...) kunit_printk(KERN_INFO, test, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...) kunit_printk(KERN_WARNING, test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...) kunit_printk(KERN_ERR, test, fmt, ##__VA_ARGS__)

/* Ends the case at once; its exit function and its resources still have their turn. */
void kunit_try_catch_throw(struct kunit_try_catch *try_catch) __noreturn;

#define kunit_mark_skipped(test_or_suite, ...)                                                     \
	do {                                                                                       \
		WRITE_ONCE((test_or_suite)->status, KUNIT_SKIPPED);                                \
		snprintf((test_or_suite)->status_comment, KUNIT_STATUS_COMMENT_SIZE, __VA_ARGS__); \
	} while (0)
#define kunit_skip(test_or_suite, ...)                                                             \
	do {                                                                                       \
		kunit_mark_skipped((test_or_suite), __VA_ARGS__);                                  \
		kunit_try_catch_throw(&((test_or_suite)->try_catch));                              \
	} while (0)

/* --- resources --- */

struct kunit_resource {
	void *data;
	const char *name;
	void (*free)(struct kunit_resource *res);
	struct list_head node;
	atomic_t refs;
	bool should_kfree;
};

typedef int (*kunit_resource_init_t)(struct kunit_resource *res, void *context);
typedef void (*kunit_resource_free_t)(struct kunit_resource *res);
typedef bool (*kunit_resource_match_t)(struct kunit *test, struct kunit_resource *res,
				       void *match_data);

/* The list of @test has a reference, dropped when the case ends. Return: 0, or what @init said. */
int __kunit_add_resource(struct kunit *test, kunit_resource_init_t init, kunit_resource_free_t free,
			 struct kunit_resource *res, void *data);
/* With a reference for the caller; NULL when none matches. */
struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data);
/* Return: 0, or -ENOENT when none matches. */
int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data);
void kunit_remove_resource(struct kunit *test, struct kunit_resource *res);

static inline void kunit_get_resource(struct kunit_resource *res)
{
	atomic_inc(&res->refs);
}

static inline void kunit_put_resource(struct kunit_resource *res)
{
	if (!atomic_dec_and_test(&res->refs))
		return;
	if (res->free)
		res->free(res);
	if (res->should_kfree)
		kfree(res);
}

static inline int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
				     kunit_resource_free_t free, struct kunit_resource *res,
				     void *data)
{
	res->name = NULL;
	return __kunit_add_resource(test, init, free, res, data);
}

static inline bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res,
					     void *match_name)
{
	(void)test;
	return res->name && !strcmp(res->name, (const char *)match_name);
}

static inline struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name)
{
	return kunit_find_resource(test, kunit_resource_name_match, (void *)name);
}

static inline int kunit_destroy_named_resource(struct kunit *test, const char *name)
{
	return kunit_destroy_resource(test, kunit_resource_name_match, (void *)name);
}

static inline int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
					   kunit_resource_free_t free, struct kunit_resource *res,
					   const char *name, void *data)
{
	struct kunit_resource *same;

	if (!name)
		return -EINVAL;
	same = kunit_find_named_resource(test, name);
	if (same) {
		kunit_put_resource(same);
		return -EEXIST;
	}
	res->name = name;
	return __kunit_add_resource(test, init, free, res, data);
}

/* Return: what @init left in res->data; NULL when it failed or there is no memory. */
static inline void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
					 kunit_resource_free_t free, gfp_t gfp, void *context)
{
	struct kunit_resource *res = kzalloc(sizeof(*res), gfp);

	if (!res)
		return NULL;
	res->should_kfree = true;
	return __kunit_add_resource(test, init, free, res, context) ? NULL : res->data;
}

/* Memory that is freed when the case ends, if not by kunit_kfree() before. */
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *ptr);
#define kunit_kmalloc(test, size, gfp) kunit_kmalloc_array(test, 1, size, gfp)
#define kunit_kzalloc(test, size, gfp) kunit_kmalloc_array(test, 1, size, (gfp) | __GFP_ZERO)
#define kunit_kcalloc(test, n, size, gfp) kunit_kmalloc_array(test, n, size, (gfp) | __GFP_ZERO)

/* --- parameters --- */

#define KUNIT_ARRAY_PARAM(name, array, get_desc)                                                   \
	static const void *name##_gen_params(const void *prev, char *desc)                         \
	{                                                                                          \
		typeof((array)[0]) *next = (array);                                                \
		void (*describe)(typeof((array)[0]) *, char *) = get_desc;                         \
		if (prev)                                                                          \
			next = (typeof(next))prev + 1;                                             \
		if (next >= (array) + ARRAY_SIZE(array))                                           \
			return NULL;                                                               \
		if (describe)                                                                      \
			describe(next, desc);                                                      \
		return next;                                                                       \
	}

/* --- expectations and assertions --- */

enum np_kunit_kind {
	NP_KUNIT_PLAIN, /* KUNIT_FAIL() */
	NP_KUNIT_UNARY, /* a condition; left is what was wanted */
	NP_KUNIT_INT,
	NP_KUNIT_PTR,
	NP_KUNIT_STR,
	NP_KUNIT_NO_ERR, /* neither an error nor NULL */
};

/* One side of a comparison: as it was written, and what it was. */
struct np_kunit_side {
	const char *text;
	long long value;
};

struct np_kunit_failure {
	enum np_kunit_kind kind;
	bool fatal;
	const char *file;
	int line;
	const char *op;
	struct np_kunit_side left, right;
};

/* Tells it, marks @test as failed, and does not return if it is fatal. Message: printf. */
void np_kunit_failed(struct kunit *test, const struct np_kunit_failure *failure, const char *fmt,
		     ...) __printf(3, 4);

#define NP_KUNIT_FAILED_(test_, fatal_, kind_, op_, left_, right_, ...)                            \
	np_kunit_failed(test_,                                                                     \
			&(const struct np_kunit_failure){ .kind = kind_,                           \
							  .fatal = fatal_,                         \
							  .file = __FILE__,                        \
							  .line = __LINE__,                        \
							  .op = op_,                               \
							  .left = left_,                           \
							  .right = right_ },                       \
			__VA_ARGS__)
#define NP_KUNIT_SIDE_(text_, value_)                                                              \
	(struct np_kunit_side)                                                                     \
	{                                                                                          \
		.text = text_, .value = (long long)(value_)                                        \
	}

/* Texts are made by the caller's macro: an argument that is a macro is told as it was written. */
#define NP_KUNIT_UNARY_(test, fatal, condition, text, want, ...)                                   \
	do {                                                                                       \
		if (likely(((condition) ? true : false) == (want)))                                \
			break;                                                                     \
		NP_KUNIT_FAILED_(test, fatal, NP_KUNIT_UNARY, "", NP_KUNIT_SIDE_(text, want),      \
				 NP_KUNIT_SIDE_("", 0), __VA_ARGS__);                              \
	} while (0)
#define NP_KUNIT_BINARY_(test, fatal, kind, l, lt, op, r, rt, ...)                                 \
	do {                                                                                       \
		const typeof(l) np_left = (l);                                                     \
		const typeof(r) np_right = (r);                                                    \
		if (likely(np_left op np_right))                                                   \
			break;                                                                     \
		NP_KUNIT_FAILED_(test, fatal, kind, #op, NP_KUNIT_SIDE_(lt, np_left),              \
				 NP_KUNIT_SIDE_(rt, np_right), __VA_ARGS__);                       \
	} while (0)
#define NP_KUNIT_STRING_(test, fatal, l, lt, op, r, rt, ...)                                       \
	do {                                                                                       \
		const char *np_left = (l);                                                         \
		const char *np_right = (r);                                                        \
		if (likely(strcmp(np_left, np_right) op 0))                                        \
			break;                                                                     \
		NP_KUNIT_FAILED_(test, fatal, NP_KUNIT_STR, #op,                                   \
				 NP_KUNIT_SIDE_(lt, (uintptr_t)np_left),                           \
				 NP_KUNIT_SIDE_(rt, (uintptr_t)np_right), __VA_ARGS__);            \
	} while (0)
#define NP_KUNIT_NO_ERR_(test, fatal, ptr, text, ...)                                              \
	do {                                                                                       \
		const void *np_ptr = (ptr);                                                        \
		if (likely(!IS_ERR_OR_NULL(np_ptr)))                                               \
			break;                                                                     \
		NP_KUNIT_FAILED_(test, fatal, NP_KUNIT_NO_ERR, "",                                 \
				 NP_KUNIT_SIDE_(text, (intptr_t)np_ptr), NP_KUNIT_SIDE_("", 0),    \
				 __VA_ARGS__);                                                     \
	} while (0)
#define NP_KUNIT_PLAIN_(test, fatal, ...)                                                          \
	NP_KUNIT_FAILED_(test, fatal, NP_KUNIT_PLAIN, "", NP_KUNIT_SIDE_("", 0),                   \
			 NP_KUNIT_SIDE_("", 0), __VA_ARGS__)

#define KUNIT_SUCCEED(test)                                                                        \
	do {                                                                                       \
		(void)(test);                                                                      \
	} while (0)
#define KUNIT_FAIL(test, ...) NP_KUNIT_PLAIN_(test, false, __VA_ARGS__)
#define KUNIT_ASSERT_FAILURE(test, ...) NP_KUNIT_PLAIN_(test, true, __VA_ARGS__)

/* No message of the test's own. */
#define NP_KUNIT_NO_MSG "%s", ""

/* KUNIT_EXPECT_* - a failure is told and the case goes on. */
#define KUNIT_EXPECT_TRUE(test, condition)                                                         \
	NP_KUNIT_UNARY_(test, false, condition, #condition, true, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_FALSE(test, condition)                                                        \
	NP_KUNIT_UNARY_(test, false, condition, #condition, false, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_EQ(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, ==, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_NE(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, !=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_LT(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, <, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_LE(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, <=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_GT(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, >, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_GE(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, >=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_PTR_EQ(test, left, right)                                                     \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, left, #left, ==, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_PTR_NE(test, left, right)                                                     \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, left, #left, !=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_STREQ(test, left, right)                                                      \
	NP_KUNIT_STRING_(test, false, left, #left, ==, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_STRNEQ(test, left, right)                                                     \
	NP_KUNIT_STRING_(test, false, left, #left, !=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_NULL(test, ptr)                                                               \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, ptr, #ptr, ==, NULL, "NULL", NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_NOT_NULL(test, ptr)                                                           \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, ptr, #ptr, !=, NULL, "NULL", NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr)                                                    \
	NP_KUNIT_NO_ERR_(test, false, ptr, #ptr, NP_KUNIT_NO_MSG)
#define KUNIT_EXPECT_TRUE_MSG(test, condition, ...)                                                \
	NP_KUNIT_UNARY_(test, false, condition, #condition, true, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, condition, ...)                                               \
	NP_KUNIT_UNARY_(test, false, condition, #condition, false, __VA_ARGS__)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, ==, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, !=, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_LT_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, <, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, <=, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_GT_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, >, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_INT, left, #left, >=, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, ...)                                            \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, left, #left, ==, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, ...)                                            \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, left, #left, !=, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, ...)                                             \
	NP_KUNIT_STRING_(test, false, left, #left, ==, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, ...)                                            \
	NP_KUNIT_STRING_(test, false, left, #left, !=, right, #right, __VA_ARGS__)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, ...)                                                      \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, ptr, #ptr, ==, NULL, "NULL", __VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, ...)                                                  \
	NP_KUNIT_BINARY_(test, false, NP_KUNIT_PTR, ptr, #ptr, !=, NULL, "NULL", __VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, ...)                                           \
	NP_KUNIT_NO_ERR_(test, false, ptr, #ptr, __VA_ARGS__)

/* KUNIT_ASSERT_* - a failure ends the case. */
#define KUNIT_ASSERT_TRUE(test, condition)                                                         \
	NP_KUNIT_UNARY_(test, true, condition, #condition, true, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_FALSE(test, condition)                                                        \
	NP_KUNIT_UNARY_(test, true, condition, #condition, false, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_EQ(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, ==, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_NE(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, !=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_LT(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, <, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_LE(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, <=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_GT(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, >, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_GE(test, left, right)                                                         \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, >=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_PTR_EQ(test, left, right)                                                     \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, left, #left, ==, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_PTR_NE(test, left, right)                                                     \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, left, #left, !=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_STREQ(test, left, right)                                                      \
	NP_KUNIT_STRING_(test, true, left, #left, ==, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_STRNEQ(test, left, right)                                                     \
	NP_KUNIT_STRING_(test, true, left, #left, !=, right, #right, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_NULL(test, ptr)                                                               \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, ptr, #ptr, ==, NULL, "NULL", NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_NOT_NULL(test, ptr)                                                           \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, ptr, #ptr, !=, NULL, "NULL", NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr)                                                    \
	NP_KUNIT_NO_ERR_(test, true, ptr, #ptr, NP_KUNIT_NO_MSG)
#define KUNIT_ASSERT_TRUE_MSG(test, condition, ...)                                                \
	NP_KUNIT_UNARY_(test, true, condition, #condition, true, __VA_ARGS__)
#define KUNIT_ASSERT_FALSE_MSG(test, condition, ...)                                               \
	NP_KUNIT_UNARY_(test, true, condition, #condition, false, __VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, ==, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_NE_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, !=, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_LT_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, <, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_LE_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, <=, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_GT_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, >, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_GE_MSG(test, left, right, ...)                                                \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_INT, left, #left, >=, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, ...)                                            \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, left, #left, ==, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, ...)                                            \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, left, #left, !=, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, ...)                                             \
	NP_KUNIT_STRING_(test, true, left, #left, ==, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, ...)                                            \
	NP_KUNIT_STRING_(test, true, left, #left, !=, right, #right, __VA_ARGS__)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, ...)                                                      \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, ptr, #ptr, ==, NULL, "NULL", __VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, ...)                                                  \
	NP_KUNIT_BINARY_(test, true, NP_KUNIT_PTR, ptr, #ptr, !=, NULL, "NULL", __VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, ...)                                           \
	NP_KUNIT_NO_ERR_(test, true, ptr, #ptr, __VA_ARGS__)

#endif /* NETPAGE_COMPAT_KUNIT_TEST_H */
