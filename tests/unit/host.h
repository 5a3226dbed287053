/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the tests of lib/plat, lib/mm and lib/schemes share: a small machine with two
 * groups and a process in each, and a recorder of what it reports.
 *
 * A test begins on CPU 0 as P.  When it ends, everything is let go in the orderly way,
 * and nothing may have been reported that the test did not ask for: what a test breaks
 * it either mends or says so, with host->broken: then the plug is pulled.
 */
#ifndef TESTS_HOST_H
#define TESTS_HOST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <machine.h>
#include <netpage/cmocka.h>

#define HOST_PAGES 4096UL
#define HOST_CONTEXTS 8

struct host {
	struct np_machine *m;
	struct mem_cgroup *A, *B;
	struct task_struct *P, *Q; /* in A, in B */
	struct np_context contexts[HOST_CONTEXTS];
	unsigned int nr_contexts;
	struct np_recorder recorder;
	bool broken; /* cannot be let go in the orderly way */
};

/* This thread is on @cpu until host_leave(). */
static inline void host_enter(struct host *h, int cpu, enum np_context_kind kind,
			      struct task_struct *task)
{
	assert_in_range(h->nr_contexts, 0, HOST_CONTEXTS - 1);
	assert_int_equal(np_enter(&h->contexts[h->nr_contexts], h->m, cpu, kind, task), 0);
	h->nr_contexts++;
}

static inline void host_leave(struct host *h)
{
	np_leave(&h->contexts[--h->nr_contexts]);
}

/* @statement as another context of the same thread. */
#define host_as(h, cpu, kind, task, statement)                                                     \
	do {                                                                                       \
		host_enter((h), (cpu), (kind), (task));                                            \
		statement;                                                                         \
		host_leave(h);                                                                     \
	} while (0)

/* *@state: options, or NULL for a machine of 2 CPUs and HOST_PAGES without a scheme. */
static inline int host_up(void **state)
{
	struct np_machine_options options = { .nr_pages = HOST_PAGES };
	struct host *h = calloc(1, sizeof(*h));

	if (*state)
		options = *(const struct np_machine_options *)*state;
	if (!h || np_machine_create(&h->m, &options) || np_memcg_create(h->m, "A", NULL, &h->A) ||
	    np_memcg_create(h->m, "B", NULL, &h->B) || np_task_create(h->m, "P", h->A, &h->P) ||
	    np_task_create(h->m, "Q", h->B, &h->Q))
		return -1;
	np_recorder_attach(&h->recorder, h->m);
	host_enter(h, 0, NP_TASK, h->P);
	*state = h;
	return 0;
}

static inline int host_down(void **state)
{
	struct host *h = *state;

	while (h->nr_contexts)
		host_leave(h);
	if (h->broken) {
		np_machine_abandon(h->m);
		free(h);
		return 0;
	}
	np_machine_destroy(h->m);
	if (np_recorder_find(&h->recorder, NP_INVARIANTS)) {
		print_error("violations that the test did not ask for:\n");
		np_recorder_print(&h->recorder);
		free(h);
		return -1;
	}
	free(h);
	return 0;
}

/* The message of the last report. */
static inline const char *host_message(const struct host *h)
{
	return h->recorder.nr && h->recorder.nr <= NP_RECORDER_MAX ?
		       h->recorder.seen[h->recorder.nr - 1].message :
		       "";
}

#define assert_message(h, text)                                                                    \
	do {                                                                                       \
		if (!strstr(host_message(h), (text)))                                              \
			fail_msg("got \"%s\", want \"%s\" in it", host_message(h), (text));        \
	} while (0)

/* What the raw counter of @memcg says, stocks included. */
#define assert_counter(memcg, want) assert_int_equal(page_counter_read(&(memcg)->memory), (want))

#define host_test(name) cmocka_unit_test_setup_teardown(name, host_up, host_down)
#define host_test_with(name, options)                                                              \
	cmocka_unit_test_prestate_setup_teardown(name, host_up, host_down, (void *)(options))

#endif /* TESTS_HOST_H */
