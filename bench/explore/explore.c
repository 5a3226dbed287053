/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * bench/explore - executions, and what they cost
 *
 *   explore                     the table
 *   explore --tsv PROGRAM N     one search, one line: for scripts/bench-explore-peers.sh
 *   explore --search PROGRAM N  one search, and how many steps it took: for profilers
 *
 * Seconds are of CPU, user and system, of this process; each figure is the median of
 * RUNS searches.  One *locked increment* is measured beside each row as a yardstick.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "programs.h"

#define RUNS 5
#define ACCESSES 20000000UL

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, unsigned int nr)
{
	qsort(values, nr, sizeof(*values), compare_doubles);
	return values[nr / 2];
}

/* Nanoseconds of one. */
static double locked_increment(void)
{
	static unsigned long word __attribute__((aligned(64)));
	const unsigned long times = 5000000;
	double begin = cpu_seconds();

	for (unsigned long i = 0; i < times; i++)
		__atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
	return (cpu_seconds() - begin) / (double)times * 1e9;
}

/* CPU seconds of one search; its result in @result. */
static double one_search(const struct program *program, int n, struct np_explored *result)
{
	struct np_explore_options options = { .strategy = NP_DPOR };
	struct np_explored *explored = NULL;
	double begin = cpu_seconds();

	program->build(&options, n);
	if (np_explore(&options, &explored) || !explored) {
		fprintf(stderr, "bench: %s(%d) failed\n", program->name, n);
		exit(1);
	}
	*result = *explored;
	np_explored_free(explored);
	return cpu_seconds() - begin;
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static int print_tsv(const struct program *program, int n)
{
	struct np_explored result;
	double seconds = one_search(program, n, &result);

	printf("netpage-sim\t%s\t%d\t%lu\t%.4f\t%ld\t%s\n", program->name, n, result.executions,
	       seconds, peak_kib(), result.exhausted ? "yes" : "no");
	return 0;
}

static void print_row(const char *name, int n)
{
	const struct program *program = program_find(name);
	double seconds[RUNS], lock[RUNS], middle;
	struct np_explored result;
	unsigned long known = program->traces(n);

	for (unsigned int i = 0; i < RUNS; i++) {
		seconds[i] = one_search(program, n, &result);
		lock[i] = locked_increment();
	}
	middle = median(seconds, RUNS);
	printf("| %s(%d) | %lu | %lu | %lu | %.4f | %.0f | %.1f | %.1f |\n", name, n, known,
	       result.executions, result.blocked, middle, (double)result.executions / middle,
	       middle / (double)result.steps * 1e9,
	       middle / (double)result.steps * 1e9 / median(lock, RUNS));
	if (known && known != result.executions) {
		fprintf(stderr, "bench: %s(%d) has %lu traces, not %lu\n", name, n, known,
			result.executions);
		exit(1);
	}
}

/* --- an instrumented access that is not shared --- */

static double access_seconds;

static void private_body(void *state)
{
	double begin = cpu_seconds();

	private_accesses(state, ACCESSES);
	access_seconds = cpu_seconds() - begin;
}

static void print_private_access(void)
{
	double inside[RUNS], outside[RUNS];
	unsigned long words[32] = { 0 };

	for (unsigned int i = 0; i < RUNS; i++) {
		struct np_explore_options options = {
			.state_size = sizeof(words),
			.actors = { { .name = "alone", .body = private_body, .kind = NP_KTHREAD } },
			.strategy = NP_RANDOM,
			.max_executions = 1,
		};

		np_explore(&options, NULL);
		inside[i] = access_seconds / ACCESSES * 1e9;
		private_body(words);
		outside[i] = access_seconds / ACCESSES * 1e9;
	}
	printf("\nAn instrumented access that only its actor makes: %.2f ns in all; outside of the"
	       " image: %.2f ns.\n",
	       median(inside, RUNS), median(outside, RUNS));
}

static int print_table(void)
{
	printf("| program | traces | executions | blocked | CPU s | executions/s | ns a step |"
	       " x locked increment |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
	print_row("readers", 8);
	print_row("lastzero", 10);
	print_row("lastzero", 15);
	print_row("refcount", 3);
	print_row("refcount", 4);
	print_row("fib_bench", 3);
	print_row("fib_bench", 5);
	print_private_access();
	return 0;
}

static int usage(void)
{
	fputs("usage: explore [--tsv PROGRAM N | --search PROGRAM N]\n", stderr);
	for (unsigned int i = 0; i < nr_programs; i++)
		fprintf(stderr, "  %s(N), N to %d: %s\n", programs[i].name, programs[i].n_max,
			programs[i].help);
	return 64;
}

int main(int argc, char **argv)
{
	const struct program *program;
	struct np_explored result;
	char *end;
	long n;

	if (argc == 1)
		return print_table();
	if (argc != 4 || (strcmp(argv[1], "--tsv") && strcmp(argv[1], "--search")))
		return usage();
	program = program_find(argv[2]);
	n = strtol(argv[3], &end, 10);
	if (!program || *end || n < 1 || n > program->n_max)
		return usage();
	if (!strcmp(argv[1], "--tsv"))
		return print_tsv(program, (int)n);
	one_search(program, (int)n, &result);
	printf("%lu\n", result.steps);
	return 0;
}
