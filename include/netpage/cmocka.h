/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: cmocka - assertions about pages and groups for CMocka tests
 *
 * Each prints what it got and what it wanted, where, and all that is known about
 * the page, then fails the test.  A struct np_recorder keeps what the machine
 * reports, so that a test may ask for violations afterwards; one that was asked
 * for is acknowledged, and assert_no_violations() passes again.
 *
 * Header only: nothing here is part of the library.
 * Context: as np_check(), for what is printed on failure.
 */
#ifndef NETPAGE_CMOCKA_H
#define NETPAGE_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <netpage/check.h>
#include <netpage/memcg.h>
#include <netpage/page_ref.h>

NP_BEGIN_DECLS

#define NP_RECORDER_MAX 64

/** struct np_recorded - one violation, copied. */
struct np_recorded {
	enum np_invariant invariant;
	bool acknowledged;
	char where[64], object[48], message[512];
};

/** struct np_recorder - the first NP_RECORDER_MAX violations of one machine. */
struct np_recorder {
	unsigned int nr; /* all of them, also those that found no room */
	struct np_recorded seen[NP_RECORDER_MAX];
};

static inline void np_recorder_sink(void *arg, const struct np_violation *violation)
{
	struct np_recorder *recorder = (struct np_recorder *)arg;
	/* Threads of a stress test may report at once: each takes its own place. */
	unsigned int i = __atomic_fetch_add(&recorder->nr, 1, __ATOMIC_RELAXED);
	struct np_recorded *seen;

	if (i >= NP_RECORDER_MAX)
		return;
	seen = &recorder->seen[i];
	seen->invariant = violation->invariant;
	seen->acknowledged = false;
	snprintf(seen->where, sizeof(seen->where), "%s", violation->where);
	snprintf(seen->object, sizeof(seen->object), "%s", violation->object);
	snprintf(seen->message, sizeof(seen->message), "%s", violation->message);
}

/**
 * np_recorder_attach - from now on @recorder keeps what @machine reports
 * Lifetime: @recorder must outlive the machine, or another sink be set first.
 */
static inline void np_recorder_attach(struct np_recorder *recorder, struct np_machine *machine)
{
	recorder->nr = 0;
	np_set_sink(machine, np_recorder_sink, recorder);
}

/** np_recorder_of - the recorder that this source file has attached to @machine, or NULL. */
static inline struct np_recorder *np_recorder_of(const struct np_machine *machine)
{
	void *arg;

	return np_get_sink(machine, &arg) == np_recorder_sink ? (struct np_recorder *)arg : NULL;
}

/**
 * np_recorder_find - the first violation of @invariant not yet acknowledged, or NULL
 * @invariant: NP_INVARIANTS for any
 */
static inline struct np_recorded *np_recorder_find(struct np_recorder *recorder,
						   enum np_invariant invariant)
{
	for (unsigned int i = 0; i < recorder->nr && i < NP_RECORDER_MAX; i++)
		if (!recorder->seen[i].acknowledged &&
		    (invariant == NP_INVARIANTS || recorder->seen[i].invariant == invariant))
			return &recorder->seen[i];
	return NULL;
}

/** np_recorder_print - what is not yet acknowledged, on CMocka's error stream. */
static inline void np_recorder_print(const struct np_recorder *recorder)
{
	for (unsigned int i = 0; i < recorder->nr && i < NP_RECORDER_MAX; i++) {
		const struct np_recorded *seen = &recorder->seen[i];

		if (!seen->acknowledged)
			print_error("  %s: %s: %s%s%s\n", np_invariant_name(seen->invariant),
				    seen->object, seen->message, *seen->where ? " at " : "",
				    seen->where);
	}
	if (recorder->nr > NP_RECORDER_MAX)
		print_error("  and %u more\n", recorder->nr - NP_RECORDER_MAX);
}

static inline void np_assert_page(struct page *page, int (*count)(const struct page *page),
				  const char *what, int want, const char *file, int line)
{
	int got = count(page);
	char text[2048] = "";

	if (got == want)
		return;
	if (np_this_machine())
		np_describe_page(np_this_machine(), page, text, sizeof(text));
	print_error("%s: got %d, want %d\n%s%s", what, got, want, text, *text ? "\n" : "");
	_fail(file, line);
}

static inline void np_assert_usage(struct mem_cgroup *memcg, unsigned long want, const char *file,
				   int line)
{
	unsigned long got = np_memcg_usage(memcg);

	if (got == want)
		return;
	print_error("usage of memcg %s: got %lu, want %lu (counter %lu, %lu in stocks)\n",
		    memcg->name, got, want, page_counter_read(&memcg->memory),
		    np_memcg_stock(memcg));
	_fail(file, line);
}

static inline void np_assert_no_violations(struct np_machine *machine, const char *file, int line)
{
	struct np_recorder *recorder = np_recorder_of(machine);

	if (recorder ?
		    recorder->nr <= NP_RECORDER_MAX && !np_recorder_find(recorder, NP_INVARIANTS) :
		    !np_violations(machine))
		return;
	print_error("violations: got %lu, want none\n", np_violations(machine));
	if (recorder)
		np_recorder_print(recorder);
	_fail(file, line);
}

static inline void np_assert_violation(struct np_machine *machine, enum np_invariant invariant,
				       const char *file, int line)
{
	struct np_recorder *recorder = np_recorder_of(machine);
	struct np_recorded *found, *first = NULL;

	if (!recorder) {
		print_error("no np_recorder is attached to the machine by this file\n");
		_fail(file, line);
		return;
	}
	while ((found = np_recorder_find(recorder, invariant))) {
		found->acknowledged = true;
		first = first ? first : found;
	}
	if (first)
		return;
	print_error("violations: want %s, got%s\n", np_invariant_name(invariant),
		    np_recorder_find(recorder, NP_INVARIANTS) ? "" : " none");
	np_recorder_print(recorder);
	_fail(file, line);
}

/** assert_page_refs - that page_count(@page) is @want. */
#define assert_page_refs(page, want)                                                               \
	np_assert_page((page), page_count, "page_count(" #page ")", (want), __FILE__, __LINE__)
/** assert_page_mapcount - that page_mapcount(@page) is @want. */
#define assert_page_mapcount(page, want)                                                           \
	np_assert_page((page), page_mapcount, "page_mapcount(" #page ")", (want), __FILE__,        \
		       __LINE__)
/** assert_memcg_usage - that np_memcg_usage(@memcg), the usage net of stocks, is @want pages. */
#define assert_memcg_usage(memcg, want) np_assert_usage((memcg), (want), __FILE__, __LINE__)
/** assert_no_violations - that nothing was reported that was not asked for. */
#define assert_no_violations(machine) np_assert_no_violations((machine), __FILE__, __LINE__)
/** assert_violation - that @invariant was reported; all such reports are acknowledged. */
#define assert_violation(machine, invariant)                                                       \
	np_assert_violation((machine), (invariant), __FILE__, __LINE__)

NP_END_DECLS

#endif /* NETPAGE_CMOCKA_H */
