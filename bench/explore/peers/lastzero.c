/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One thread looks for the last zero in an array of zeros while N threads set
 * a[j] = a[j - 1] + 1: the scan's path depends on the schedule, which is where a search
 * without wakeup trees starts executions that it must give up.  a[0] is never written, so
 * the scan ends.  From "Optimal dynamic partial order reduction" (POPL 2014).
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#ifndef N
#define N 10
#endif

static atomic_int a[N + 1];

static void *scanner(void *unused)
{
	int i = N;

	(void)unused;
	while (atomic_load(&a[i]) != 0)
		i--;
	return NULL;
}

static void *writer(void *arg)
{
	intptr_t j = (intptr_t)arg;

	atomic_store(&a[j], atomic_load(&a[j - 1]) + 1);
	return NULL;
}

int main(void)
{
	pthread_t threads[N + 1];

	pthread_create(&threads[0], NULL, scanner, NULL);
	for (intptr_t j = 1; j <= N; j++)
		pthread_create(&threads[j], NULL, writer, (void *)j);
	for (int i = 0; i <= N; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
