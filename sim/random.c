/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "random.h"

#include "assure.h"

static uint64_t rotate_left(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t np_splitmix64(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t np_random_next(struct np_random *random)
{
	uint64_t *s = random->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

/* The authors' polynomial: as if np_random_next() had been called 2^128 times. */
static void jump(struct np_random *random)
{
	const uint64_t polynomial[] = {
		0x180ec6d33cfd0abau,
		0xd5a61266f0c9392cu,
		0xa9582618e03fc9aau,
		0x39abdc4529b1661cu,
	};
	struct np_random landed = { { 0 } };

	for (int i = 0; i < 4; i++) {
		for (int bit = 0; bit < 64; bit++) {
			if (polynomial[i] >> bit & 1) {
				for (int j = 0; j < 4; j++)
					landed.state[j] ^= random->state[j];
			}
			np_random_next(random);
		}
	}
	*random = landed;
}

void np_random_seed(struct np_random *random, uint64_t seed, unsigned int stream)
{
	for (int i = 0; i < 4; i++)
		random->state[i] = np_splitmix64(&seed);
	while (stream--)
		jump(random);
}

uint64_t np_random_below(struct np_random *random, uint64_t bound)
{
	uint64_t refused, number;

	np_assure(bound > 0);
	/* 2^64 mod bound: the numbers below it would make some results likelier than others. */
	refused = -bound % bound;
	do {
		number = np_random_next(random);
	} while (number < refused);
	return number % bound;
}

bool np_random_one_in(struct np_random *random, uint64_t n)
{
	return np_random_below(random, n) == 0;
}
