/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: random - numbers that are the same for the same seed, everywhere and for ever
 *
 * xoshiro256** 1.0 of Blackman and Vigna, its state filled by splitmix64. One generator for each
 * purpose: drawing more from one then leaves the others as they were.
 */
#ifndef NP_SIM_RANDOM_H
#define NP_SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/** struct np_random - one stream of numbers; copy it to draw the same numbers twice. */
struct np_random {
	uint64_t state[4];
};

/** np_splitmix64 - the next number of the generator that seeds the others. */
uint64_t np_splitmix64(uint64_t *state);

/**
 * np_random_seed() - begin stream number @stream of @seed
 *
 * Streams of one seed are pieces of one sequence, 2^128 numbers apart: they cannot meet.
 */
void np_random_seed(struct np_random *random, uint64_t seed, unsigned int stream);

/** np_random_next() - 64 random bits. */
uint64_t np_random_next(struct np_random *random);

/**
 * np_random_below() - a number from 0 to @bound - 1, each as likely as any other
 * @bound: at least 1
 */
uint64_t np_random_below(struct np_random *random, uint64_t bound);

/** np_random_one_in() - true once in @n times, @n at least 1. */
bool np_random_one_in(struct np_random *random, uint64_t n);

#endif /* NP_SIM_RANDOM_H */
