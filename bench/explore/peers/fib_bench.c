/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Two threads, N times each, i = i + j and j = j + i, the own variable loaded first; beside
 * them the main thread loads i, then j, once: neither may have passed what two threads that
 * take turns reach.  Few threads with many conflicts each.  After fib_bench of SV-COMP.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#ifndef N
#define N 3
#endif

static atomic_int i = 1;
static atomic_int j = 1;

/* Two statements: the operands of one + may be loaded in either order. */
static void add(atomic_int *to, atomic_int *from)
{
	for (int n = 0; n < N; n++) {
		int sum = atomic_load(to);

		sum += atomic_load(from);
		atomic_store(to, sum);
	}
}

static void *first(void *unused)
{
	(void)unused;
	add(&i, &j);
	return NULL;
}

static void *second(void *unused)
{
	(void)unused;
	add(&j, &i);
	return NULL;
}

/* The n-th Fibonacci number; the first two are 1. */
static int fibonacci(int n)
{
	int last = 0, this = 1;

	while (--n > 0) {
		int next = last + this;

		last = this;
		this = next;
	}
	return this;
}

int main(void)
{
	pthread_t threads[2];
	int most = fibonacci(2 * N + 2);
	int value;

	pthread_create(&threads[0], NULL, first, NULL);
	pthread_create(&threads[1], NULL, second, NULL);
	/* No join before this: these two loads are part of the race. */
	value = atomic_load(&i);
	assert(value <= most);
	value = atomic_load(&j);
	assert(value <= most);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
