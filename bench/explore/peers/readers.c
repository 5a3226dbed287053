/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One thread stores, N threads load, once each: every load falls before or after the
 * store, so 2^N traces.  From "Optimal dynamic partial order reduction" (POPL 2014).
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#ifndef N
#define N 8
#endif

static atomic_int x;

static void *writer(void *unused)
{
	(void)unused;
	atomic_store(&x, 1);
	return NULL;
}

static void *reader(void *unused)
{
	(void)unused;
	(void)atomic_load(&x);
	return NULL;
}

int main(void)
{
	pthread_t threads[N + 1];

	pthread_create(&threads[0], NULL, writer, NULL);
	for (int i = 1; i <= N; i++)
		pthread_create(&threads[i], NULL, reader, NULL);
	for (int i = 0; i <= N; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
