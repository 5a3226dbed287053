/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <pthread.h>

static void entering_needs_a_cpu_that_is_there(void **state)
{
	struct host *h = *state;
	struct np_context context;

	assert_int_equal(np_enter(&context, h->m, -1, NP_KTHREAD, NULL), -EINVAL);
	assert_int_equal(np_enter(&context, h->m, 2, NP_KTHREAD, NULL), -EINVAL);
	assert_int_equal(np_enter(NULL, h->m, 0, NP_KTHREAD, NULL), -EINVAL);
	assert_int_equal(np_enter(&context, NULL, 0, NP_KTHREAD, NULL), -EINVAL);
}

static void a_task_comes_with_task_context_only(void **state)
{
	struct host *h = *state;
	struct np_context context;

	assert_int_equal(np_enter(&context, h->m, 0, NP_TASK, NULL), -EINVAL);
	assert_int_equal(np_enter(&context, h->m, 0, NP_SOFTIRQ, h->P), -EINVAL);
	assert_int_equal(np_enter(&context, h->m, 0, NP_KTHREAD, h->P), -EINVAL);
	assert_int_equal(np_enter(&context, h->m, 0, (enum np_context_kind)99, NULL), -EINVAL);
}

static void kernel_names_find_what_the_thread_has_entered(void **state)
{
	struct host *h = *state;

	assert_ptr_equal(np_this_machine(), h->m);
	assert_ptr_equal(np_here(), &h->contexts[0]);
	assert_ptr_equal(get_current(), h->P);
	assert_int_equal(smp_processor_id(), 0);
	assert_true(in_task());
	assert_false(in_serving_softirq());
}

static void interrupts_have_no_current_task(void **state)
{
	struct host *h = *state;

	host_enter(h, 1, NP_SOFTIRQ, NULL);
	assert_null(get_current());
	assert_int_equal(smp_processor_id(), 1);
	assert_true(in_serving_softirq());
	assert_false(in_task());
	host_enter(h, 1, NP_HARDIRQ, NULL);
	assert_false(in_serving_softirq());
	assert_false(in_task());
	host_leave(h);
	host_leave(h);
	assert_ptr_equal(get_current(), h->P);
}

static void kernel_thread_is_a_task_without_a_current_one(void **state)
{
	struct host *h = *state;

	host_enter(h, 1, NP_KTHREAD, NULL);
	assert_true(in_task());
	assert_null(get_current());
	host_leave(h);
}

static void contexts_nest_on_one_cpu_and_across_cpus(void **state)
{
	struct host *h = *state;

	host_enter(h, 0, NP_SOFTIRQ, NULL);
	host_enter(h, 1, NP_TASK, h->Q);
	host_enter(h, 0, NP_HARDIRQ, NULL);
	assert_int_equal(smp_processor_id(), 0);
	host_leave(h);
	assert_ptr_equal(get_current(), h->Q);
	host_leave(h);
	assert_true(in_serving_softirq());
	host_leave(h);
	assert_ptr_equal(np_here(), &h->contexts[0]);
}

struct attempt {
	struct np_machine *m;
	int cpu, err;
};

static void *try_to_enter(void *arg)
{
	struct attempt *attempt = arg;
	struct np_context context;

	attempt->err = np_enter(&context, attempt->m, attempt->cpu, NP_KTHREAD, NULL);
	if (!attempt->err)
		np_leave(&context);
	return NULL;
}

static int enter_from_another_thread(struct np_machine *m, int cpu)
{
	struct attempt attempt = { .m = m, .cpu = cpu };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, try_to_enter, &attempt), 0);
	pthread_join(thread, NULL);
	return attempt.err;
}

static void cpu_belongs_to_one_thread_at_a_time(void **state)
{
	struct host *h = *state;

	assert_int_equal(enter_from_another_thread(h->m, 0), -EBUSY);
	assert_int_equal(enter_from_another_thread(h->m, 1), 0);
	host_enter(h, 0, NP_SOFTIRQ, NULL);
	host_leave(h);
	assert_int_equal(enter_from_another_thread(h->m, 0), -EBUSY);
	host_leave(h);
	assert_int_equal(enter_from_another_thread(h->m, 0), 0);
}

static void leaving_out_of_order_is_reported_and_changes_nothing(void **state)
{
	struct host *h = *state;

	host_enter(h, 1, NP_KTHREAD, NULL);
	np_leave(&h->contexts[0]);
	assert_violation(h->m, NP_LOCK_ORDER);
	assert_int_equal(smp_processor_id(), 1);
	np_leave(NULL);
	assert_violation(h->m, NP_LOCK_ORDER);
	host_leave(h);
	assert_int_equal(smp_processor_id(), 0);
}

static void leaving_what_was_never_entered_does_nothing(void **state)
{
	struct host *h = *state;
	struct np_context context = { 0 };

	host_leave(h);
	np_leave(&context);
	np_leave(NULL);
	assert_null(np_here());
	assert_null(np_this_machine());
}

static void place_is_named_until_the_context_is_left(void **state)
{
	struct host *h = *state;

	np_set_where("outer");
	host_enter(h, 1, NP_KTHREAD, NULL);
	assert_string_equal(np_where(), "");
	np_set_where("inner");
	assert_string_equal(np_where(), "inner");
	host_leave(h);
	assert_string_equal(np_where(), "outer");
	host_leave(h);
	np_set_where("nowhere");
	assert_string_equal(np_where(), "");
}

static void machines_in_one_thread_do_not_meet(void **state)
{
	struct host *h = *state;
	struct np_context context;
	struct np_machine *other;

	assert_int_equal(np_machine_create(&other, NULL), 0);
	assert_int_equal(np_enter(&context, other, 0, NP_KTHREAD, NULL), 0);
	assert_ptr_equal(np_this_machine(), other);
	np_leave(&context);
	assert_ptr_equal(np_this_machine(), h->m);
	assert_int_equal(np_machine_destroy(other), 0);
}

static void other_threads_are_nowhere(void **state)
{
	struct host *h = *state;

	assert_int_equal(enter_from_another_thread(h->m, 1), 0);
	assert_ptr_equal(np_this_machine(), h->m);
}

static void current_task_that_exits_leaves_a_kernel_thread(void **state)
{
	struct host *h = *state;
	struct task_struct *task;

	assert_int_equal(np_task_create(h->m, "T", h->A, &task), 0);
	host_enter(h, 1, NP_TASK, task);
	host_enter(h, 1, NP_SOFTIRQ, NULL);
	host_enter(h, 0, NP_TASK, h->Q);
	np_task_exit(task);
	np_machine_settle(h->m);
	assert_ptr_equal(get_current(), h->Q);
	host_leave(h);
	host_leave(h);
	assert_null(get_current());
	assert_true(in_task());
	host_leave(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(entering_needs_a_cpu_that_is_there),
		host_test(a_task_comes_with_task_context_only),
		host_test(kernel_names_find_what_the_thread_has_entered),
		host_test(interrupts_have_no_current_task),
		host_test(kernel_thread_is_a_task_without_a_current_one),
		host_test(contexts_nest_on_one_cpu_and_across_cpus),
		host_test(cpu_belongs_to_one_thread_at_a_time),
		host_test(leaving_out_of_order_is_reported_and_changes_nothing),
		host_test(leaving_what_was_never_entered_does_nothing),
		host_test(place_is_named_until_the_context_is_left),
		host_test(machines_in_one_thread_do_not_meet),
		host_test(other_threads_are_nowhere),
		host_test(current_task_that_exits_leaves_a_kernel_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
