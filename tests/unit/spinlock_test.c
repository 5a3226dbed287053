/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <pthread.h>
#include <sched.h>

static void trylock_takes_a_free_lock_only(void **state)
{
	spinlock_t lock;

	(void)state;
	spin_lock_init(&lock);
	assert_true(spin_trylock(&lock));
	assert_false(spin_trylock(&lock));
	spin_unlock(&lock);
	assert_true(spin_trylock(&lock));
	spin_unlock(&lock);
}

static void lock_taken_twice_by_a_thread_is_reported_and_counts_as_taken(void **state)
{
	struct host *h = *state;
	spinlock_t lock = { 0 };

	spin_lock(&lock);
	spin_lock(&lock);
	assert_violation(h->m, NP_LOCK_ORDER);
	assert_false(spin_trylock(&lock));
	spin_unlock(&lock);
	assert_true(spin_trylock(&lock));
}

static void lock_taken_twice_outside_any_machine_does_not_hang(void **state)
{
	struct host *h = *state;
	spinlock_t lock = { 0 };

	host_leave(h);
	spin_lock(&lock);
	spin_lock(&lock);
	spin_unlock(&lock);
	assert_no_violations(h->m);
}

struct shared {
	spinlock_t lock;
	atomic_t waiting;
	long count; /* plain: the lock orders it */
};

#define ROUNDS 20000

static void *count(void *arg)
{
	struct shared *shared = arg;

	for (int i = 0; i < ROUNDS; i++) {
		spin_lock(&shared->lock);
		shared->count++;
		spin_unlock(&shared->lock);
	}
	return NULL;
}

static void lock_excludes_other_threads(void **state)
{
	struct shared shared = { .count = 0 };
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, count, &shared), 0);
	count(&shared);
	pthread_join(thread, NULL);
	assert_int_equal(shared.count, 2 * ROUNDS);
}

static void *take_once(void *arg)
{
	struct shared *shared = arg;

	atomic_set(&shared->waiting, 1);
	spin_lock(&shared->lock);
	shared->count++;
	spin_unlock(&shared->lock);
	return NULL;
}

static void waiting_thread_gets_the_lock_when_it_is_free(void **state)
{
	struct shared shared = { .count = 0 };
	pthread_t thread;

	(void)state;
	spin_lock(&shared.lock);
	assert_int_equal(pthread_create(&thread, NULL, take_once, &shared), 0);
	while (!atomic_read(&shared.waiting))
		sched_yield();
	for (int i = 0; i < 1000; i++)
		sched_yield();
	assert_int_equal(shared.count, 0);
	spin_unlock(&shared.lock);
	pthread_join(thread, NULL);
	assert_int_equal(shared.count, 1);
}

static void disabling_nests_for_each_kind_of_interruption(void **state)
{
	struct host *h = *state;
	const struct np_context *here = &h->contexts[0];

	local_bh_disable();
	local_bh_disable();
	local_irq_save();
	preempt_disable();
	assert_int_equal(here->bh_disabled, 2);
	assert_int_equal(here->irq_disabled, 1);
	assert_int_equal(here->preempt_disabled, 1);
	preempt_enable();
	local_irq_restore();
	local_bh_enable();
	local_bh_enable();
	assert_int_equal(here->bh_disabled + here->irq_disabled + here->preempt_disabled, 0);
}

static void locks_for_softirqs_and_interrupts_keep_them_out(void **state)
{
	struct host *h = *state;
	const struct np_context *here = &h->contexts[0];
	spinlock_t lock = { 0 };

	spin_lock_bh(&lock);
	assert_int_equal(here->bh_disabled, 1);
	spin_unlock_bh(&lock);
	spin_lock_irqsave(&lock);
	assert_int_equal(here->irq_disabled, 1);
	assert_false(spin_trylock(&lock));
	spin_unlock_irqrestore(&lock);
	assert_int_equal(here->bh_disabled + here->irq_disabled, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trylock_takes_a_free_lock_only),
		host_test(lock_taken_twice_by_a_thread_is_reported_and_counts_as_taken),
		host_test(lock_taken_twice_outside_any_machine_does_not_hang),
		cmocka_unit_test(lock_excludes_other_threads),
		cmocka_unit_test(waiting_thread_gets_the_lock_when_it_is_free),
		host_test(disabling_nests_for_each_kind_of_interruption),
		host_test(locks_for_softirqs_and_interrupts_keep_them_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
