/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * main() of a program that brings suites and no main() of its own.
 */
#include <kunit/test.h>

/* The linker's names for the ends of the section that kunit_test_suites() fills. */
extern const struct np_kunit_suites __start_np_kunit_suites[] __weak;
extern const struct np_kunit_suites __stop_np_kunit_suites[] __weak;

int main(int argc, char **argv)
{
	return np_kunit_run(__start_np_kunit_suites, __stop_np_kunit_suites, argc - 1, argv + 1);
}
