/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Instrumented: this is the code that is explored. */
#include <string.h>

#include <netpage/atomic.h>

#include "programs.h"

#define WORDS 32

struct shared {
	atomic_t word[WORDS];
};

/* Whose names the actors bear. */
static const char *const names[NP_ACTORS_MAX] = {
	"t0",  "t1",  "t2",  "t3",  "t4",  "t5",  "t6",	 "t7",	"t8",  "t9",  "t10", "t11",
	"t12", "t13", "t14", "t15", "t16", "t17", "t18", "t19", "t20", "t21", "t22", "t23",
};

static const int numbers[NP_ACTORS_MAX] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
};

static void add_actor(struct np_explore_options *options, int i, void (*body)(void *state))
{
	options->actors[i] = (struct np_actor){ .name = names[i],
						.body = body,
						.arg = (void *)(uintptr_t)&numbers[i],
						.kind = NP_KTHREAD,
						.cpu = i % 8 };
	options->state_size = sizeof(struct shared);
}

static int my_number(void)
{
	return *(const int *)np_actor_arg();
}

/* --- readers(N): one stores x, N load it --- */

static void store_x(void *state)
{
	struct shared *s = state;

	atomic_set(&s->word[0], 1);
}

static void load_x(void *state)
{
	struct shared *s = state;

	(void)atomic_read(&s->word[0]);
}

static void build_readers(struct np_explore_options *options, int n)
{
	add_actor(options, 0, store_x);
	for (int i = 1; i <= n; i++)
		add_actor(options, i, load_x);
}

static unsigned long traces_of_readers(int n)
{
	return 1UL << n;
}

/* --- lastzero(N): one looks for the last zero from above, j does a[j] = a[j-1] + 1 --- */

static void look_for_last_zero(void *state)
{
	struct shared *s = state;
	int i = my_number();

	while (atomic_read(&s->word[i]))
		i--;
}

static void one_more_than_the_last(void *state)
{
	struct shared *s = state;
	int j = my_number();

	atomic_set(&s->word[j], atomic_read(&s->word[j - 1]) + 1);
}

static void build_lastzero(struct np_explore_options *options, int n)
{
	add_actor(options, 0, look_for_last_zero);
	options->actors[0].arg = (void *)(uintptr_t)&numbers[n];
	for (int i = 1; i <= n; i++)
		add_actor(options, i, one_more_than_the_last);
}

static unsigned long traces_of_lastzero(int n)
{
	return n == 5 ? 64 : n == 10 ? 3328 : n == 15 ? 147456 : 0;
}

/* --- fib_bench(N): i += j and j += i, N times each, and one who looks at both --- */

#define ROUNDS_MAX 8

static void add_to(atomic_t *to, atomic_t *from, int times)
{
	while (times--) {
		int sum = atomic_read(to);

		sum += atomic_read(from);
		atomic_set(to, sum);
	}
}

static void add_j_to_i(void *state)
{
	struct shared *s = state;

	add_to(&s->word[0], &s->word[1], my_number());
}

static void add_i_to_j(void *state)
{
	struct shared *s = state;

	add_to(&s->word[1], &s->word[0], my_number());
}

static void look_at_both(void *state)
{
	struct shared *s = state;

	(void)atomic_read(&s->word[0]);
	(void)atomic_read(&s->word[1]);
}

static int both_are_one(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	(void)machine;
	atomic_set(&s->word[0], 1);
	atomic_set(&s->word[1], 1);
	return 0;
}

static void build_fib_bench(struct np_explore_options *options, int n)
{
	add_actor(options, 0, add_j_to_i);
	add_actor(options, 1, add_i_to_j);
	add_actor(options, 2, look_at_both);
	options->actors[0].arg = options->actors[1].arg = (void *)(uintptr_t)&numbers[n];
	options->setup = both_are_one;
}

static unsigned long traces_of_fib_bench(int n)
{
	return n == 2 ? 140 : n == 3 ? 1698 : n == 5 ? 218243 : 0;
}

/* --- refcount(N): one reference is put; the others get one unless zero, use it, put it --- */

static void put(struct shared *s)
{
	if (atomic_sub_and_test(1, &s->word[0]))
		(void)atomic_xchg(&s->word[1], 1);
}

static void put_the_first(void *state)
{
	put(state);
}

static void get_use_put(void *state)
{
	struct shared *s = state;

	if (!atomic_add_unless(&s->word[0], 1, 0))
		return;
	np_assert(!atomic_read(&s->word[1]), "dead while a reference is held");
	put(s);
}

static int one_reference(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	(void)machine;
	atomic_set(&s->word[0], 1);
	return 0;
}

static void build_refcount(struct np_explore_options *options, int n)
{
	add_actor(options, 0, put_the_first);
	for (int i = 1; i < n; i++)
		add_actor(options, i, get_use_put);
	options->setup = one_reference;
}

static unsigned long traces_of_refcount(int n)
{
	return n == 3 ? 88 : n == 4 ? 13382 : 0;
}

const struct program programs[] = {
	{ "readers", NP_ACTORS_MAX - 1, "one store, N loads", build_readers, traces_of_readers },
	{ "lastzero", NP_ACTORS_MAX - 1, "a scan beside N stores", build_lastzero,
	  traces_of_lastzero },
	{ "refcount", 5, "N references of which one is the last", build_refcount,
	  traces_of_refcount },
	{ "fib_bench", ROUNDS_MAX, "i += j beside j += i, N times", build_fib_bench,
	  traces_of_fib_bench },
};
const unsigned int nr_programs = ARRAY_SIZE(programs);

const struct program *program_find(const char *name)
{
	for (unsigned int i = 0; i < nr_programs; i++)
		if (!strcmp(programs[i].name, name))
			return &programs[i];
	return NULL;
}

void private_accesses(unsigned long *words, unsigned long n)
{
	volatile unsigned long *word = words;

	for (unsigned long i = 0; i < n; i++)
		(void)word[i % WORDS];
}
