/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Spinlocks that know their holder.  A thread that meets itself would spin for
 * ever; that is reported instead, and the lock counts as taken.
 */
#include <sched.h>

#include <machine.h>
#include <plat/context.h>

#define SPINS_BEFORE_YIELD 128

bool spin_trylock(spinlock_t *lock)
{
	u32 free = 0;

	return __atomic_compare_exchange_n(&lock->holder, &free, np_thread_tag(), false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static NP_COLD void wait_for_lock(spinlock_t *lock)
{
	unsigned int spins = 0;

	do {
		if (READ_ONCE(lock->holder) == np_thread_tag()) {
			if (np_this_machine())
				np_violate(np_this_machine(), NP_LOCK_ORDER, "spinlock",
					   "taken by the thread that holds it");
			return;
		}
		/* The holder may have lost its processor: there are fewer than threads. */
		if (++spins % SPINS_BEFORE_YIELD == 0)
			sched_yield();
	} while (READ_ONCE(lock->holder) || !spin_trylock(lock));
}

void spin_lock(spinlock_t *lock)
{
	if (unlikely(!spin_trylock(lock)))
		wait_for_lock(lock);
}

void spin_unlock(spinlock_t *lock)
{
	smp_store_release(&lock->holder, 0);
}

/* Waiting is spinning here: threads are what sleeps. */
void mutex_lock(struct mutex *mutex)
{
	spin_lock(&mutex->word);
}

void mutex_unlock(struct mutex *mutex)
{
	spin_unlock(&mutex->word);
}
