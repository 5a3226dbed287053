/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The parent of a measurement: steps the child from one marker to the other. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netpage/scheme.h>

#include "cost.h"

/* From raise() to the first marker it is some dozens; a path has no loop to speak of. */
#define STEPS_TO_MARKER 10000
#define STEPS_OF_PATH 1000000

static const struct {
	const char *key, *name, *help;
} paths[NP_COST_PATHS] = {
	[NP_COST_PUT_ORDINARY] = { "put_ordinary", "put_page(), ordinary page",
				   "not the last reference, page of no card" },
	[NP_COST_PUT_NETWORK] = { "put_network", "put_page(), network page",
				  "not the last reference, received page" },
	[NP_COST_LAST_PUT] = { "last_put", "last put_page()",
			       "received page, mapped and unmapped before, until it is where the "
			       "scheme puts it" },
	[NP_COST_RELEASE_PAGES] = { "release_pages", "last release_pages()",
				    "the same page, in the other path of the last reference" },
	[NP_COST_UNMAP] = { "unmap", "unmap",
			    "zap_page_range() of a received page nobody else holds: mapping, "
			    "charge and reference" },
};

const char *np_cost_path_name(enum np_cost_path path)
{
	return paths[path].name;
}

const char *np_cost_path_help(enum np_cost_path path)
{
	return paths[path].help;
}

const char *np_cost_path_key(enum np_cost_path path)
{
	return paths[path].key;
}

struct tracer {
	pid_t child; /* 0: it has ended */
	char why[NP_COST_WHY_MAX];
};

static bool give_up(struct tracer *tracer, const char *fmt, ...) NP_PRINTF(2, 3);

static bool give_up(struct tracer *tracer, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(tracer->why, sizeof(tracer->why), fmt, args);
	va_end(args);
	return false;
}

/* Let the child go on by @request until it stops with @signal; anything else is the end. */
static bool go_on(struct tracer *tracer, int request, int signal)
{
	int status;

	if (ptrace(request, tracer->child, NULL, NULL))
		return give_up(tracer, "ptrace: %s", strerror(errno));
	if (waitpid(tracer->child, &status, 0) != tracer->child)
		return give_up(tracer, "wait: %s", strerror(errno));
	if (WIFSTOPPED(status) && WSTOPSIG(status) == signal)
		return true;
	if (WIFSTOPPED(status))
		return give_up(tracer, "it stopped with signal %d (%s)", WSTOPSIG(status),
			       strsignal(WSTOPSIG(status)));
	tracer->child = 0;
	return give_up(tracer, "it ended");
}

static bool step_to(struct tracer *tracer, void (*marker)(void), unsigned long steps)
{
	uintptr_t pc;

	for (unsigned long i = 0; i < steps; i++) {
		if (!np_cost_program_counter(tracer->child, &pc))
			return give_up(tracer, "no registers to read on this architecture");
		if (pc == (uintptr_t)marker)
			return true;
		if (!go_on(tracer, PTRACE_SINGLESTEP, SIGTRAP))
			return false;
	}
	return give_up(tracer, "the marker is never reached: not a real processor?");
}

/* The child stands at the first marker. */
static bool count(struct tracer *tracer, struct np_cost *cost)
{
	uintptr_t pc, last = 0;

	for (unsigned long i = 0; i < STEPS_OF_PATH; i++) {
		if (!np_cost_program_counter(tracer->child, &pc))
			return give_up(tracer, "no registers to read on this architecture");
		if (pc == (uintptr_t)np_cost_end)
			return true;
		/* A repeated instruction is stepped once for each repetition. */
		if (pc != last) {
			cost->instructions++;
			cost->locked += np_cost_locked_at(tracer->child, pc);
		}
		last = pc;
		if (!go_on(tracer, PTRACE_SINGLESTEP, SIGTRAP))
			return false;
	}
	/* Where load-exclusives are stepped, the store behind them never succeeds. */
	return give_up(tracer, "it never ends under single step");
}

/* The next path: from where the child is to where it has stopped itself, and on. */
static bool measure_next(struct tracer *tracer, struct np_cost *cost)
{
	return go_on(tracer, PTRACE_CONT, SIGSTOP) &&
	       step_to(tracer, np_cost_begin, STEPS_TO_MARKER) && count(tracer, cost);
}

/* What markers and calls cost themselves is measured too, and taken off. */
static bool measure_all(struct tracer *tracer, struct np_cost_report *report,
			struct np_costs *costs)
{
	struct np_cost nothing = { 0 };

	if (!measure_next(tracer, &nothing))
		return false;
	for (int i = 0; i < NP_COST_PATHS; i++) {
		struct np_cost *cost = &costs->path[i];

		if (!measure_next(tracer, cost))
			return false;
		cost->instructions -= nothing.instructions;
		memcpy(cost->why, report->why[i], sizeof(cost->why));
	}
	memcpy(costs->ends_in, report->ends_in, sizeof(costs->ends_in));
	return true;
}

static void trace_me(const struct np_scheme *scheme, struct np_cost_report *report)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
		snprintf(report->setup, sizeof(report->setup), "ptrace is not permitted: %s",
			 strerror(errno));
		_exit(1);
	}
	raise(SIGSTOP);
	np_cost_child(scheme, report);
}

/* The stop of a child that has just asked to be traced. */
static bool first_stop(struct tracer *tracer)
{
	int status;

	if (waitpid(tracer->child, &status, 0) != tracer->child)
		return give_up(tracer, "wait: %s", strerror(errno));
	if (!WIFSTOPPED(status)) {
		tracer->child = 0;
		return give_up(tracer, "it ended");
	}
	ptrace(PTRACE_SETOPTIONS, tracer->child, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL);
	return true;
}

static void end(const struct tracer *tracer)
{
	int status;

	if (!tracer->child)
		return;
	kill(tracer->child, SIGKILL);
	while (waitpid(tracer->child, &status, 0) == tracer->child && WIFSTOPPED(status))
		;
}

static void run(const struct np_scheme *scheme, struct np_cost_report *report,
		struct np_costs *costs)
{
	struct tracer tracer = { 0 };
	bool measured = false;

	fflush(NULL);
	tracer.child = fork();
	if (!tracer.child)
		trace_me(scheme, report);
	if (tracer.child < 0) {
		tracer.child = 0;
		give_up(&tracer, "fork: %s", strerror(errno));
	} else {
		measured = first_stop(&tracer) && measure_all(&tracer, report, costs);
		end(&tracer);
	}
	for (int i = 0; i < NP_COST_PATHS && !measured; i++)
		snprintf(costs->path[i].why, sizeof(costs->path[i].why), "%s",
			 report->setup[0] ? report->setup : tracer.why);
}

void np_cost_measure(const struct np_scheme *scheme, struct np_costs *costs)
{
	struct np_cost_report *report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
					     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*costs = (struct np_costs){ 0 };
	if (report == MAP_FAILED) {
		for (int i = 0; i < NP_COST_PATHS; i++)
			snprintf(costs->path[i].why, sizeof(costs->path[i].why), "no memory");
		return;
	}
	run(scheme, report, costs);
	munmap(report, sizeof(*report));
}
