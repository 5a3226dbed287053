/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * bits - internal: sets of events, as rows of words
 *
 * All rows of one search have the same length; @n is how many of their words are in use.
 */
#ifndef NP_EXPLORE_BITS_H
#define NP_EXPLORE_BITS_H

#include <string.h>

#include <netpage/types.h>

#define NP_BITS_PER_WORD 64

static inline bool np_bit(const u64 *row, u32 bit)
{
	return row[bit / NP_BITS_PER_WORD] >> bit % NP_BITS_PER_WORD & 1;
}

static inline void np_bit_set(u64 *row, u32 bit)
{
	row[bit / NP_BITS_PER_WORD] |= 1ULL << bit % NP_BITS_PER_WORD;
}

static inline void np_bits_clear(u64 *row, u32 n)
{
	memset(row, 0, n * sizeof(*row));
}

static inline void np_bits_copy(u64 *to, const u64 *from, u32 n)
{
	memcpy(to, from, n * sizeof(*to));
}

static inline void np_bits_add(u64 *to, const u64 *from, u32 n)
{
	for (u32 i = 0; i < n; i++)
		to[i] |= from[i];
}

/* Adds what is in both @a and @b. */
static inline void np_bits_add_common(u64 *to, const u64 *a, const u64 *b, u32 n)
{
	for (u32 i = 0; i < n; i++)
		to[i] |= a[i] & b[i];
}

static inline bool np_bits_meet(const u64 *a, const u64 *b, u32 n)
{
	u64 common = 0;

	for (u32 i = 0; i < n; i++)
		common |= a[i] & b[i];
	return common;
}

static inline bool np_bits_any(const u64 *row, u32 n)
{
	u64 any = 0;

	for (u32 i = 0; i < n; i++)
		any |= row[i];
	return any;
}

/* The first bit from @bit on; @n words long when there is none. */
static inline u32 np_bits_next(const u64 *row, u32 bit, u32 n)
{
	u32 i = bit / NP_BITS_PER_WORD;
	u64 word;

	if (i >= n)
		return n * NP_BITS_PER_WORD;
	word = row[i] & (~0ULL << bit % NP_BITS_PER_WORD);
	while (!word && ++i < n)
		word = row[i];
	return i < n ? i * NP_BITS_PER_WORD + (u32)__builtin_ctzll(word) : n * NP_BITS_PER_WORD;
}

#define np_bits_for_each(bit, row, n)                                                              \
	for (u32 bit = np_bits_next(row, 0, n); bit < (n)*NP_BITS_PER_WORD;                        \
	     bit = np_bits_next(row, bit + 1, n))

#endif /* NP_EXPLORE_BITS_H */
