/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * An object with one reference and N threads: one puts that reference, the others try to
 * get one, look at the object, and put theirs.  Whoever puts the last kills the object.
 *
 * The first try of the loop takes its value from a load, each further one from the
 * compare-and-swap that failed, which counts as a read.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#ifndef N
#define N 3
#endif

static atomic_int refs;
static atomic_int dead;

static void put(void)
{
	if (atomic_fetch_sub(&refs, 1) == 1) {
		int killed_before = atomic_exchange(&dead, 1);

		assert(!killed_before);
		(void)killed_before;
	}
}

static bool get_unless_zero(void)
{
	int old = atomic_load(&refs);

	do {
		if (old == 0)
			return false;
	} while (!atomic_compare_exchange_strong(&refs, &old, old + 1));
	return true;
}

static void *owner(void *unused)
{
	(void)unused;
	put();
	return NULL;
}

static void *visitor(void *unused)
{
	(void)unused;
	if (get_unless_zero()) {
		int killed = atomic_load(&dead);

		assert(!killed);
		(void)killed;
		put();
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[N];

	/*
	 * Stored, not a static initialiser: Nidhugg predicts a compare-and-swap from the
	 * stores that it has seen, and takes 0 for whatever came before them.
	 */
	atomic_store(&refs, 1);
	pthread_create(&threads[0], NULL, owner, NULL);
	for (int i = 1; i < N; i++)
		pthread_create(&threads[i], NULL, visitor, NULL);
	for (int i = 0; i < N; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
