/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Included before each suite: there the suites are run by the init function of their module. */
#include <kunit/test.h>
#include <linux/module.h>

#undef kunit_test_suites
#undef kunit_test_suite
#define kunit_test_suites(...)                                                                     \
	static struct kunit_suite *module_suites[] = { __VA_ARGS__ };                              \
	static int __init module_suites_init(void)                                                 \
	{                                                                                          \
		return __kunit_test_suites_init(module_suites, ARRAY_SIZE(module_suites));         \
	}                                                                                          \
	module_init(module_suites_init)
#define kunit_test_suite(suite) kunit_test_suites(&suite)
