/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <pthread.h>

/* What ran, in which order and where, as decimal digits. */
static int ran, ran_on_cpu;

struct numbered {
	struct work_struct work;
	int number;
};

static void note_number(struct work_struct *work)
{
	ran = ran * 10 + np_container_of(work, struct numbered, work)->number;
	ran_on_cpu = smp_processor_id();
}

static struct numbered numbered(int number)
{
	return (struct numbered){ .work = { .func = note_number }, .number = number };
}

static int reset(void **state)
{
	ran = 0;
	ran_on_cpu = -1;
	return host_up(state);
}

static void work_runs_when_its_cpu_is_left(void **state)
{
	struct host *h = *state;
	struct numbered one = numbered(1), two = numbered(2);

	assert_true(schedule_work_on(0, &one.work));
	assert_true(schedule_work_on(0, &two.work));
	host_as(h, 0, NP_SOFTIRQ, NULL, (void)0);
	assert_int_equal(ran, 0);
	host_leave(h);
	assert_int_equal(ran, 12);
	assert_int_equal(ran_on_cpu, 0);
}

static void work_is_queued_once(void **state)
{
	struct host *h = *state;
	struct numbered one = numbered(1);

	assert_true(schedule_work_on(1, &one.work));
	assert_false(schedule_work_on(1, &one.work));
	assert_false(schedule_work_on(0, &one.work));
	np_machine_settle(h->m);
	assert_int_equal(ran, 1);
	assert_true(schedule_work_on(1, &one.work));
	np_machine_settle(h->m);
	assert_int_equal(ran, 11);
}

static void work_for_a_cpu_that_is_not_there_is_not_queued(void **state)
{
	struct numbered one = numbered(1);

	(void)state;
	assert_false(schedule_work_on(-1, &one.work));
	assert_false(schedule_work_on(2, &one.work));
	assert_true(schedule_work_on(1, &one.work));
	cond_resched();
}

static void resched_runs_the_work_of_idle_cpus(void **state)
{
	struct numbered one = numbered(1);

	(void)state;
	schedule_work_on(1, &one.work);
	cond_resched();
	assert_int_equal(ran, 1);
	assert_int_equal(ran_on_cpu, 1);
	assert_int_equal(smp_processor_id(), 0);
}

static void resched_is_nothing_where_a_task_cannot_be_switched_out(void **state)
{
	struct host *h = *state;
	struct numbered one = numbered(1);

	schedule_work_on(1, &one.work);
	local_bh_disable();
	cond_resched();
	local_bh_enable();
	local_irq_save();
	cond_resched();
	local_irq_restore();
	preempt_disable();
	cond_resched();
	preempt_enable();
	host_as(h, 0, NP_SOFTIRQ, NULL, cond_resched());
	assert_int_equal(ran, 0);
	cond_resched();
	assert_int_equal(ran, 1);
	host_leave(h);
	cond_resched();
}

static void resched_does_not_run_work_on_a_cpu_in_the_middle_of_something(void **state)
{
	struct host *h = *state;
	struct numbered one = numbered(1);

	/* CPU 0 is this thread's too, but is stopped where another CPU's step is played. */
	schedule_work_on(0, &one.work);
	host_enter(h, 1, NP_TASK, h->Q);
	cond_resched();
	assert_int_equal(ran, 0);
	np_machine_settle(h->m);
	assert_int_equal(ran, 0);
	host_enter(h, 0, NP_KTHREAD, NULL);
	cond_resched();
	assert_int_equal(ran, 0);
	host_leave(h);
	host_leave(h);
	cond_resched();
	assert_int_equal(ran, 1);
}

struct chained {
	struct work_struct work;
	int cpu, left;
};

static void go_on_on_the_cpu_before(struct work_struct *work)
{
	struct chained *chained = np_container_of(work, struct chained, work);

	ran++;
	if (--chained->left)
		schedule_work_on(--chained->cpu, work);
}

static void settling_runs_work_that_work_queues_on_other_cpus(void **state)
{
	struct np_machine_options options = { .nr_cpus = 4 };
	struct chained chained = { .work.func = go_on_on_the_cpu_before, .cpu = 3, .left = 4 };
	struct np_context context;
	struct np_machine *m;

	(void)state;
	ran = 0;
	assert_int_equal(np_machine_create(&m, &options), 0);
	assert_int_equal(np_enter(&context, m, 0, NP_KTHREAD, NULL), 0);
	schedule_work_on(3, &chained.work);
	np_leave(&context);
	np_machine_settle(m);
	assert_int_equal(ran, 4);
	assert_int_equal(np_machine_destroy(m), 0);
}

static void stay_on_cpu(struct work_struct *work)
{
	struct chained *chained = np_container_of(work, struct chained, work);

	ran++;
	if (--chained->left)
		assert_true(schedule_work_on(chained->cpu, work));
}

static void work_may_queue_itself_again(void **state)
{
	struct host *h = *state;
	struct chained chained = { .work.func = stay_on_cpu, .cpu = 1, .left = 3 };

	schedule_work_on(1, &chained.work);
	np_machine_settle(h->m);
	assert_int_equal(ran, 3);
}

/* --- delayed work --- */

struct delayed {
	struct delayed_work dwork;
	int number;
	unsigned long again_after, ran_at;
};

static void note_delayed(struct work_struct *work)
{
	struct delayed_work *dwork = np_container_of(work, struct delayed_work, work);
	struct delayed *delayed = np_container_of(dwork, struct delayed, dwork);

	ran = ran * 10 + delayed->number;
	delayed->ran_at = np_machine_jiffies(np_this_machine());
	if (delayed->again_after)
		schedule_delayed_work(dwork, delayed->again_after);
}

static struct delayed delayed(int number, unsigned long again_after)
{
	return (struct delayed){ .dwork.work.func = note_delayed,
				 .number = number,
				 .again_after = again_after };
}

static void delayed_work_runs_when_its_time_has_come(void **state)
{
	struct host *h = *state;
	struct delayed one = delayed(1, 0);

	assert_int_equal(np_machine_jiffies(h->m), 0);
	assert_true(schedule_delayed_work(&one.dwork, 100));
	assert_false(schedule_delayed_work(&one.dwork, 1));
	np_machine_advance(h->m, 99);
	assert_int_equal(ran, 0);
	np_machine_advance(h->m, 1);
	assert_int_equal(ran, 1);
	assert_int_equal(one.ran_at, 100);
	assert_int_equal(np_machine_jiffies(h->m), 100);
}

static void delayed_work_runs_in_the_order_of_its_times(void **state)
{
	struct host *h = *state;
	struct delayed one = delayed(1, 0), two = delayed(2, 0), three = delayed(3, 0);

	schedule_delayed_work(&three.dwork, 30);
	schedule_delayed_work(&one.dwork, 10);
	schedule_delayed_work(&two.dwork, 10);
	np_machine_advance(h->m, 1000);
	assert_int_equal(ran, 123);
	assert_int_equal(three.ran_at, 30);
	assert_int_equal(np_machine_jiffies(h->m), 1000);
}

static void delayed_work_that_queues_itself_runs_at_each_of_its_times(void **state)
{
	struct host *h = *state;
	struct delayed one = delayed(1, 10);

	schedule_delayed_work(&one.dwork, 10);
	np_machine_advance(h->m, 35);
	assert_int_equal(ran, 111);
	assert_int_equal(one.ran_at, 30);
	one.again_after = 0;
	np_machine_advance(h->m, 10);
}

static void *advance(void *arg)
{
	np_machine_advance(arg, 100);
	return NULL;
}

static void delayed_work_whose_cpu_is_busy_is_not_lost(void **state)
{
	struct host *h = *state;
	struct delayed one = delayed(1, 0);
	pthread_t thread;

	schedule_delayed_work(&one.dwork, 10);
	assert_int_equal(pthread_create(&thread, NULL, advance, h->m), 0);
	pthread_join(thread, NULL);
	assert_int_equal(ran, 0);
	assert_int_equal(np_machine_jiffies(h->m), 100);
	host_leave(h);
	np_machine_advance(h->m, 0);
	assert_int_equal(ran, 1);
}

static void time_does_not_run_backwards(void **state)
{
	struct host *h = *state;

	np_machine_advance(h->m, 10);
	np_machine_advance(h->m, ULONG_MAX);
	assert_true(np_machine_jiffies(h->m) == ULONG_MAX);
}

/* --- RCU --- */

static void memory_freed_through_rcu_stays_until_the_machine_settles(void **state)
{
	struct host *h = *state;
	size_t before = np_machine_memory(h->m);
	unsigned char *block = np_alloc(h->m, 100);

	np_free_rcu(h->m, block, 100);
	memset(block, 0xff, 100);
	assert_true(np_machine_memory(h->m) > before);
	np_machine_settle(h->m);
	assert_int_equal(np_machine_memory(h->m), before);
}

static void reader_who_creates_a_memcg_does_not_wait_for_himself(void **state)
{
	struct host *h = *state;
	struct mem_cgroup *memcg;
	unsigned char *block = np_alloc(h->m, 100);

	np_free_rcu(h->m, block, 100);
	rcu_read_lock();
	rcu_read_lock();
	assert_int_equal(np_memcg_create(h->m, "C", NULL, &memcg), 0);
	rcu_read_unlock();
	memset(block, 0xff, 100);
	rcu_read_unlock();
}

static void reader_who_waits_for_all_readers_is_reported(void **state)
{
	struct host *h = *state;

	np_synchronize_rcu();
	rcu_read_lock();
	np_synchronize_rcu();
	rcu_read_unlock();
	assert_violation(h->m, NP_LOCK_ORDER);
}

#define work_test(name) cmocka_unit_test_setup_teardown(name, reset, host_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		work_test(work_runs_when_its_cpu_is_left),
		work_test(work_is_queued_once),
		work_test(work_for_a_cpu_that_is_not_there_is_not_queued),
		work_test(resched_runs_the_work_of_idle_cpus),
		work_test(resched_is_nothing_where_a_task_cannot_be_switched_out),
		work_test(resched_does_not_run_work_on_a_cpu_in_the_middle_of_something),
		cmocka_unit_test(settling_runs_work_that_work_queues_on_other_cpus),
		work_test(work_may_queue_itself_again),
		work_test(delayed_work_runs_when_its_time_has_come),
		work_test(delayed_work_runs_in_the_order_of_its_times),
		work_test(delayed_work_that_queues_itself_runs_at_each_of_its_times),
		work_test(delayed_work_whose_cpu_is_busy_is_not_lost),
		work_test(time_does_not_run_backwards),
		work_test(memory_freed_through_rcu_stays_until_the_machine_settles),
		work_test(reader_who_creates_a_memcg_does_not_wait_for_himself),
		work_test(reader_who_waits_for_all_readers_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
