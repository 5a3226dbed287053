/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What tests of the compat layer share: they run as a kernel thread on CPU 0 of a machine,
 * whose findings fail the test unless they were asked for.
 *
 * To be included first.
 */
#ifndef TESTS_COMPAT_FIXTURE_H
#define TESTS_COMPAT_FIXTURE_H

#include <stdlib.h>

#include <netpage/cmocka.h>
#include <netpage/machine.h>

struct fixture {
	struct np_machine *machine;
	struct np_context context;
	struct np_recorder recorder;
};

static inline int set_up(void **state)
{
	const struct np_machine_options options = { .nr_cpus = 2, .nr_nodes = 2 };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(np_machine_create(&f->machine, &options), 0);
	np_recorder_attach(&f->recorder, f->machine);
	assert_int_equal(np_enter(&f->context, f->machine, 0, NP_KTHREAD, NULL), 0);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	np_leave(&f->context);
	assert_int_equal(np_machine_destroy(f->machine), 0);
	np_recorder_print(&f->recorder);
	assert_null(np_recorder_find(&f->recorder, NP_INVARIANTS));
	free(f);
	return 0;
}

#define with_machine(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif /* TESTS_COMPAT_FIXTURE_H */
