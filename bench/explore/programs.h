/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * programs - the benchmark programs of published explorers, written from their definitions
 *
 * Each has a known number of Mazurkiewicz traces under sequential consistency.  The
 * same programs for other tools are in peers/.
 */
#ifndef NP_BENCH_EXPLORE_PROGRAMS_H
#define NP_BENCH_EXPLORE_PROGRAMS_H

#include <netpage/explore.h>

struct program {
	const char *name;
	int n_max;
	const char *help;
	/* Fills in actors, set-up and state of @options, for program(@n). */
	void (*build)(struct np_explore_options *options, int n);
	unsigned long (*traces)(int n); /* 0: not published for this n */
};

extern const struct program programs[];
extern const unsigned int nr_programs;

/* The program called @name, or NULL. */
const struct program *program_find(const char *name);

/* A body that makes @n accesses to memory that only its actor uses. */
void private_accesses(unsigned long *words, unsigned long n);

#endif /* NP_BENCH_EXPLORE_PROGRAMS_H */
