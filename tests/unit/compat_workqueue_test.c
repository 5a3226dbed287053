/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "compat_fixture.h"

#include <linux/delay.h>
#include <linux/workqueue.h>

struct counting {
	struct work_struct work;
	struct delayed_work dwork;
	int runs, cpu;
	unsigned int waits_for;
};

static void count_run(struct work_struct *work)
{
	struct counting *c = container_of(work, struct counting, work);

	c->cpu = smp_processor_id();
	c->runs++;
}

static void count_delayed(struct work_struct *work)
{
	container_of(to_delayed_work(work), struct counting, dwork)->runs++;
}

static void prepare(struct counting *c)
{
	*c = (struct counting){ .cpu = -1 };
	INIT_WORK(&c->work, count_run);
	INIT_DELAYED_WORK(&c->dwork, count_delayed);
}

static void work_is_queued_once_and_flushed(void **state)
{
	struct counting c;

	(void)state;
	prepare(&c);
	assert_true(schedule_work(&c.work));
	assert_false(schedule_work(&c.work));
	assert_true(flush_work(&c.work));
	assert_false(flush_work(&c.work));
	assert_int_equal(c.runs, 1);
	assert_int_equal(c.cpu, 0);
}

static void work_runs_on_the_cpu_it_is_queued_on(void **state)
{
	struct counting c;

	(void)state;
	prepare(&c);
	assert_true(queue_work_on(1, system_wq, &c.work));
	flush_workqueue(system_wq);
	assert_int_equal(c.runs, 1);
	assert_int_equal(c.cpu, 1);
}

static void cancelled_work_does_not_run(void **state)
{
	struct counting first, second;

	(void)state;
	prepare(&first);
	prepare(&second);
	schedule_work(&first.work);
	schedule_work(&second.work);
	assert_true(cancel_work_sync(&second.work));
	assert_false(cancel_work_sync(&second.work));
	/* The list goes on behind it. */
	assert_true(schedule_work(&second.work));
	assert_true(cancel_work_sync(&first.work));
	flush_scheduled_work();
	assert_int_equal(first.runs, 0);
	assert_int_equal(second.runs, 1);
}

static void waits(struct work_struct *work)
{
	struct counting *c = container_of(work, struct counting, work);

	while (!smp_load_acquire(&c->waits_for))
		cond_resched();
	count_run(work);
}

static void unbound_work_runs_while_the_caller_goes_on(void **state)
{
	struct counting c;

	(void)state;
	prepare(&c);
	INIT_WORK(&c.work, waits);
	assert_true(queue_work(system_unbound_wq, &c.work));
	assert_false(queue_work(system_unbound_wq, &c.work));
	smp_store_release(&c.waits_for, 1u);
	assert_true(flush_work(&c.work));
	assert_int_equal(c.runs, 1);
	assert_int_equal(c.cpu, 1);
}

static void unbound_work_of_the_last_cpu_waits_for_it_to_be_idle(void **state)
{
	struct fixture *f = *state;
	struct np_context context;
	struct counting c;

	prepare(&c);
	assert_int_equal(np_enter(&context, f->machine, 1, NP_KTHREAD, NULL), 0);
	assert_true(queue_work(system_unbound_wq, &c.work));
	assert_int_equal(c.runs, 0);
	np_leave(&context);
	assert_int_equal(c.runs, 1);
}

static void delayed_work_runs_when_its_time_has_come(void **state)
{
	unsigned long start = jiffies;
	struct counting c;

	(void)state;
	prepare(&c);
	assert_true(schedule_delayed_work(&c.dwork, msecs_to_jiffies(50)));
	msleep(49);
	assert_int_equal(c.runs, 0);
	msleep(1);
	assert_int_equal(c.runs, 1);
	assert_int_equal(jiffies - start, 50);
	assert_true(time_after(jiffies, start));
}

static void flushing_delayed_work_lets_its_time_pass(void **state)
{
	unsigned long start = jiffies;
	struct counting c;

	(void)state;
	prepare(&c);
	assert_false(flush_delayed_work(&c.dwork));
	queue_delayed_work(system_wq, &c.dwork, 2 * HZ);
	assert_true(flush_delayed_work(&c.dwork));
	assert_int_equal(c.runs, 1);
	assert_int_equal(jiffies - start, 2000);
}

static void cancelled_delayed_work_does_not_run(void **state)
{
	struct counting c;

	(void)state;
	prepare(&c);
	assert_false(cancel_delayed_work(&c.dwork));
	schedule_delayed_work(&c.dwork, 1);
	assert_true(delayed_work_pending(&c.dwork));
	assert_true(cancel_delayed_work_sync(&c.dwork));
	ssleep(1);
	assert_int_equal(c.runs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_machine(work_is_queued_once_and_flushed),
		with_machine(work_runs_on_the_cpu_it_is_queued_on),
		with_machine(cancelled_work_does_not_run),
		with_machine(unbound_work_runs_while_the_caller_goes_on),
		with_machine(unbound_work_of_the_last_cpu_waits_for_it_to_be_idle),
		with_machine(delayed_work_runs_when_its_time_has_come),
		with_machine(flushing_delayed_work_lets_its_time_pass),
		with_machine(cancelled_delayed_work_does_not_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
