/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the tests of the explored flavour's ground share: a program of a few actors is run
 * under every schedule, and what was found is looked at.
 */
#ifndef TESTS_EXPLORE_FIXTURE_H
#define TESTS_EXPLORE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <machine.h>
#include <netpage/explore.h>

/* Runs under every schedule; the result is to be freed. */
static inline struct np_explored *explore(const struct np_explore_options *options)
{
	struct np_explored *explored = NULL;
	int err = np_explore(options, &explored);

	if (err < 0)
		fail_msg("np_explore() returned %d", err);
	assert_non_null(explored);
	if (!explored->exhausted)
		fail_msg("stopped after %lu executions", explored->executions);
	assert_int_equal(explored->blocked, 0);
	return explored;
}

static inline void print_found(const struct np_explored *explored)
{
	for (unsigned int i = 0; i < explored->nr_found; i++)
		print_error("found: %s: %s: %s\n", np_invariant_name(explored->found[i].invariant),
			    explored->found[i].object, explored->found[i].message);
}

static inline const struct np_found *find(const struct np_explored *explored,
					  enum np_invariant invariant, const char *text)
{
	for (unsigned int i = 0; i < explored->nr_found; i++)
		if (explored->found[i].invariant == invariant &&
		    (strstr(explored->found[i].message, text) ||
		     strstr(explored->found[i].object, text)))
			return &explored->found[i];
	return NULL;
}

/* Nothing is found. Return: how many executions there are. */
static inline unsigned long expect_nothing(const struct np_explore_options *options)
{
	struct np_explored *explored = explore(options);
	unsigned long executions = explored->executions;

	if (explored->nr_found) {
		print_found(explored);
		fail_msg("got %u violations, want none", explored->nr_found);
	}
	np_explored_free(explored);
	return executions;
}

/* One kind of violation is found, and nothing else. */
static inline void expect(const struct np_explore_options *options, enum np_invariant invariant,
			  const char *text)
{
	struct np_explored *explored = explore(options);

	if (!find(explored, invariant, text) || explored->nr_found != 1) {
		print_found(explored);
		fail_msg("got %u violations, want one of %s with \"%s\"", explored->nr_found,
			 np_invariant_name(invariant), text);
	}
	np_explored_free(explored);
}

#endif /* TESTS_EXPLORE_FIXTURE_H */
