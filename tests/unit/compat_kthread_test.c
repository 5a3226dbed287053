/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Kernel threads, completions, and modules that are linked into the program.
 */
#include "compat_fixture.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

struct shared {
	struct completion begun, go;
	int cpu;
	struct task_struct *current_there;
};

static int wait_and_stop(void *data)
{
	struct shared *s = data;

	s->cpu = smp_processor_id();
	s->current_there = current;
	complete(&s->begun);
	wait_for_completion(&s->go);
	while (!kthread_should_stop())
		cond_resched();
	return 7;
}

static void a_kernel_thread_runs_on_another_cpu_until_it_is_stopped(void **state)
{
	struct shared s = { .cpu = -1 };
	struct task_struct *task = kthread_run(wait_and_stop, &s, "worker%d", 1);

	(void)state;
	assert_false(IS_ERR(task));
	wait_for_completion(&s.begun);
	assert_int_equal(s.cpu, 1);
	assert_null(s.current_there);
	complete_all(&s.go);
	assert_int_equal(kthread_stop(task), 7);
	assert_false(kthread_should_stop());
}

static void a_thread_that_is_stopped_before_it_is_woken_does_not_run(void **state)
{
	struct shared s = { .cpu = -1 };
	struct task_struct *task = kthread_create(wait_and_stop, &s, "worker");

	(void)state;
	assert_false(IS_ERR(task));
	assert_int_equal(kthread_stop(task), -EINTR);
	assert_int_equal(s.cpu, -1);
}

static int move(void *data)
{
	struct shared *s = data;
	cpumask_t mask = CPU_MASK_NONE;

	assert_int_equal(set_cpus_allowed_ptr(current, &mask), -EINVAL);
	cpumask_set_cpu(0, &mask);
	complete(&s->begun);
	assert_int_equal(set_cpus_allowed_ptr(current, &mask), 0);
	s->cpu = smp_processor_id();
	cpumask_clear(&mask);
	cpumask_set_cpu(NP_CPUS_MAX - 1, &mask);
	return set_cpus_allowed_ptr(current, &mask);
}

static void a_kernel_thread_can_move_to_a_cpu_that_is_left(void **state)
{
	struct fixture *f = *state;
	struct shared s = { .cpu = -1 };
	struct task_struct *task = kthread_run(move, &s, "mover");

	wait_for_completion(&s.begun);
	np_leave(&f->context);
	while (READ_ONCE(s.cpu) < 0)
		;
	while (np_enter(&f->context, f->machine, 0, NP_KTHREAD, NULL))
		;
	assert_int_equal(kthread_stop(task), -EINVAL);
	assert_int_equal(s.cpu, 0);
}

static void a_completion_counts(void **state)
{
	DECLARE_COMPLETION_ONSTACK(done);
	unsigned long before = jiffies;

	(void)state;
	assert_false(completion_done(&done));
	complete(&done);
	complete(&done);
	wait_for_completion(&done);
	assert_true(try_wait_for_completion(&done));
	assert_false(try_wait_for_completion(&done));
	assert_int_equal(wait_for_completion_timeout(&done, 5), 0);
	assert_int_equal(jiffies - before, 5);
	complete_all(&done);
	assert_int_equal(wait_for_completion_timeout(&done, 5), 5);
	assert_true(completion_done(&done));
	reinit_completion(&done);
	assert_false(completion_done(&done));
}

/* --- modules --- */

static unsigned long number = 1;
module_param(number, ulong, 0);
static int small = 2;
module_param_named(little, small, int, 0);
static bool flag;
module_param(flag, bool, 0);
static int begun, ended;

static int __init module_begins(void)
{
	begun++;
	return number == 99 ? -EPERM : 0;
}

static void __exit module_ends(void)
{
	ended++;
}

module_init(module_begins);
module_exit(module_ends);

static int run(const char *arg)
{
	char *argv[] = { (char *)arg };

	return np_module_run(1, argv);
}

static void a_module_begins_and_ends_with_its_parameters(void **state)
{
	(void)state;
	assert_int_equal(run("number=0x10"), 0);
	assert_int_equal(run("little=3"), 0);
	assert_int_equal(run("flag=1"), 0);
	assert_int_equal(number, 16);
	assert_int_equal(small, 3);
	assert_true(flag);
	assert_int_equal(begun, 3);
	assert_int_equal(ended, 3);
}

static void a_parameter_that_is_not_there_is_refused(void **state)
{
	(void)state;
	begun = ended = 0;
	assert_int_equal(run("numbe=1"), -EINVAL);
	assert_int_equal(run("number"), -EINVAL);
	assert_int_equal(run("number="), -EINVAL);
	assert_int_equal(run("number=1x"), -EINVAL);
	assert_int_equal(begun, 0);
	assert_int_equal(run("number=99"), -EPERM);
	assert_int_equal(begun, 1);
	assert_int_equal(ended, 0);
}

static void time_and_division_are_there_for_benchmarks(void **state)
{
	struct timespec64 now;
	u64 n = 17;
	u32 rest;

	(void)state;
	ktime_get_real_ts64(&now);
	assert_true(now.tv_sec > 0);
	assert_true(ktime_get_ns() > 0);
	assert_int_equal(div_u64_rem(17, 5, &rest), 3);
	assert_int_equal(rest, 2);
	assert_int_equal(do_div(n, 5), 2);
	assert_int_equal(n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_machine(a_kernel_thread_runs_on_another_cpu_until_it_is_stopped),
		with_machine(a_thread_that_is_stopped_before_it_is_woken_does_not_run),
		with_machine(a_kernel_thread_can_move_to_a_cpu_that_is_left),
		with_machine(a_completion_counts),
		cmocka_unit_test(a_module_begins_and_ends_with_its_parameters),
		cmocka_unit_test(a_parameter_that_is_not_there_is_refused),
		cmocka_unit_test(time_and_division_are_there_for_benchmarks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
