/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Included before the kernel's lib/kunit/test.c, to make a module of it for a kernel that is
 * configured without KUnit: its struct module has no suites, its tasks no test. The test of a task
 * goes where file systems keep what they are in the middle of; no test is in the middle of one.
 */
#include <linux/module.h>
#include <linux/sched.h>

#undef CONFIG_MODULES
#define kunit_test journal_info
