/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Who interrupts whom, who waits for whom: lib/plat/explore under every schedule. */
#include "explore_fixture.h"

struct shared {
	spinlock_t lock;
	int changing; /* 0 but in the middle of a change */
	int done, users;
	struct work_struct work;
	struct timer {
		struct delayed_work dwork;
		struct shared *s;
	} timers[3];
	int *pointer;
	int value;
};

/* What an actor's arg points to is not watched, and stays from one execution to the next. */
static void saw(unsigned int outcome)
{
	*(unsigned int *)np_actor_arg() |= outcome;
}

static void change(struct shared *s)
{
	WRITE_ONCE(s->changing, 1);
	WRITE_ONCE(s->changing, 0);
}

static void change_it(void *state)
{
	change(state);
}

static void look(void *state)
{
	struct shared *s = state;
	int changing = READ_ONCE(s->changing);

	np_assert(!changing, "seen in the middle of a change");
}

static void change_with_bh_off(void *state)
{
	local_bh_disable();
	change(state);
	local_bh_enable();
}

static void change_with_irqs_off(void *state)
{
	local_irq_save();
	change(state);
	local_irq_restore();
}

static void change_with_preemption_off(void *state)
{
	preempt_disable();
	change(state);
	preempt_enable();
}

static void change_under_lock(void *state)
{
	struct shared *s = state;

	spin_lock(&s->lock);
	change(s);
	spin_unlock(&s->lock);
}

static void look_under_lock(void *state)
{
	struct shared *s = state;

	spin_lock(&s->lock);
	look(s);
	spin_unlock(&s->lock);
}

/* --- two actors --- */

#define TWO(body1, kind1, cpu1, body2, kind2, cpu2)                                                \
	((struct np_explore_options){                                                              \
		.state_size = sizeof(struct shared),                                               \
		.actors = { { .name = "one", .body = (body1), .kind = (kind1), .cpu = (cpu1) },    \
			    { .name = "two", .body = (body2), .kind = (kind2), .cpu = (cpu2) } },  \
	})

static void task_is_interrupted_by_a_softirq_anywhere(void **state)
{
	struct np_explore_options options = TWO(change_it, NP_TASK, 0, look, NP_SOFTIRQ, 0);

	(void)state;
	expect(&options, NP_ASSERTION, "in the middle");
}

static void softirq_does_not_come_where_softirqs_are_off(void **state)
{
	struct np_explore_options options =
		TWO(change_with_bh_off, NP_TASK, 0, look, NP_SOFTIRQ, 0);

	(void)state;
	assert_int_equal(expect_nothing(&options), 2);
}

static void softirq_of_another_cpu_comes_all_the_same(void **state)
{
	struct np_explore_options options =
		TWO(change_with_bh_off, NP_TASK, 0, look, NP_SOFTIRQ, 1);

	(void)state;
	expect(&options, NP_ASSERTION, "in the middle");
}

static void softirq_runs_to_its_end_before_the_task_goes_on(void **state)
{
	struct np_explore_options options = TWO(change_it, NP_SOFTIRQ, 0, look, NP_TASK, 0);

	(void)state;
	assert_int_equal(expect_nothing(&options), 2);
}

static void two_softirqs_of_a_cpu_do_not_interrupt_each_other(void **state)
{
	struct np_explore_options options = TWO(change_it, NP_SOFTIRQ, 0, look, NP_SOFTIRQ, 0);

	(void)state;
	assert_int_equal(expect_nothing(&options), 2);
}

static void hardirq_comes_where_only_softirqs_are_off(void **state)
{
	struct np_explore_options options =
		TWO(change_with_bh_off, NP_TASK, 0, look, NP_HARDIRQ, 0);

	(void)state;
	expect(&options, NP_ASSERTION, "in the middle");
}

static void hardirq_interrupts_a_softirq(void **state)
{
	struct np_explore_options options = TWO(change_it, NP_SOFTIRQ, 0, look, NP_HARDIRQ, 0);

	(void)state;
	expect(&options, NP_ASSERTION, "in the middle");
}

static void nothing_comes_where_interrupts_are_off(void **state)
{
	static const enum np_context_kind kinds[] = { NP_TASK, NP_SOFTIRQ, NP_HARDIRQ };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct np_explore_options options =
			TWO(change_with_irqs_off, NP_TASK, 0, look, kinds[i], 0);

		assert_int_equal(expect_nothing(&options), 2);
	}
}

static void task_is_preempted_by_another_one_of_its_cpu(void **state)
{
	struct np_explore_options options = TWO(change_it, NP_TASK, 0, look, NP_TASK, 0);

	(void)state;
	expect(&options, NP_ASSERTION, "in the middle");
}

static void task_without_preemption_is_interrupted_only(void **state)
{
	struct np_explore_options tasks =
		TWO(change_with_preemption_off, NP_TASK, 0, look, NP_TASK, 0);
	struct np_explore_options softirq =
		TWO(change_with_preemption_off, NP_TASK, 0, look, NP_SOFTIRQ, 0);
	struct np_explore_options elsewhere =
		TWO(change_with_preemption_off, NP_TASK, 0, look, NP_TASK, 1);

	(void)state;
	assert_int_equal(expect_nothing(&tasks), 2);
	expect(&softirq, NP_ASSERTION, "in the middle");
	expect(&elsewhere, NP_ASSERTION, "in the middle");
}

/* --- spinlocks --- */

static void lock_excludes_actors_on_other_cpus(void **state)
{
	struct np_explore_options options =
		TWO(change_under_lock, NP_TASK, 0, look_under_lock, NP_TASK, 1);

	(void)state;
	assert_int_equal(expect_nothing(&options), 2);
}

static void holder_of_a_lock_is_not_preempted(void **state)
{
	struct np_explore_options options = TWO(change_under_lock, NP_TASK, 0, look, NP_TASK, 0);

	(void)state;
	assert_int_equal(expect_nothing(&options), 2);
}

static void try_to_change(void *state)
{
	struct shared *s = state;

	if (!spin_trylock(&s->lock)) {
		saw(1);
		return;
	}
	saw(2);
	change(s);
	spin_unlock(&s->lock);
}

static void trylock_takes_a_free_lock_and_gives_up_on_another(void **state)
{
	unsigned int outcomes = 0;
	struct np_explore_options options =
		TWO(try_to_change, NP_TASK, 0, look_under_lock, NP_TASK, 1);

	(void)state;
	options.actors[0].arg = &outcomes;
	expect_nothing(&options);
	assert_int_equal(outcomes, 1 | 2);
}

static void trylock_of_both_takes_turns_or_fails(void **state)
{
	unsigned int outcomes[2] = { 0, 0 };
	struct np_explore_options options =
		TWO(try_to_change, NP_TASK, 0, try_to_change, NP_TASK, 1);

	(void)state;
	options.actors[0].arg = &outcomes[0];
	options.actors[1].arg = &outcomes[1];
	expect_nothing(&options);
	assert_int_equal(outcomes[0], 1 | 2);
	assert_int_equal(outcomes[1], 1 | 2);
}

static void take_twice(void *state)
{
	struct shared *s = state;

	spin_lock(&s->lock);
	spin_lock(&s->lock);
	spin_unlock(&s->lock);
	spin_unlock(&s->lock);
}

static void lock_taken_twice_is_reported_and_counts_as_taken(void **state)
{
	struct np_explore_options options =
		TWO(take_twice, NP_TASK, 0, change_under_lock, NP_TASK, 1);

	(void)state;
	expect(&options, NP_LOCK_ORDER, "taken by the actor that holds it");
}

static void softirq_that_takes_the_lock_of_its_task_is_a_deadlock(void **state)
{
	struct np_explore_options options =
		TWO(change_under_lock, NP_TASK, 0, look_under_lock, NP_SOFTIRQ, 0);
	struct np_explored *explored;

	(void)state;
	explored = explore(&options);
	assert_non_null(find(explored, NP_DEADLOCK, ""));
	assert_non_null(find(explored, NP_WRONG_CONTEXT, "taken in a softirq"));
	/* A deadlock is told apart by where the two are. */
	for (unsigned int i = 0; i < explored->nr_found; i++)
		if (explored->found[i].invariant != NP_DEADLOCK)
			assert_int_equal(explored->found[i].invariant, NP_WRONG_CONTEXT);
	np_explored_free(explored);
}

static void change_under_lock_bh(void *state)
{
	struct shared *s = state;

	spin_lock_bh(&s->lock);
	change(s);
	spin_unlock_bh(&s->lock);
}

static void lock_with_softirqs_off_is_safe_from_them(void **state)
{
	struct np_explore_options options =
		TWO(change_under_lock_bh, NP_TASK, 0, look_under_lock, NP_SOFTIRQ, 0);

	(void)state;
	assert_int_equal(expect_nothing(&options), 2);
}

/* --- misuse: of one actor --- */

#define ONE(body1, kind1)                                                                          \
	((struct np_explore_options){                                                              \
		.state_size = sizeof(struct shared),                                               \
		.actors = { { .name = "one", .body = (body1), .kind = (kind1) } },                 \
	})

static void enable_bh(void *state)
{
	(void)state;
	local_bh_enable();
}

static void restore_irqs(void *state)
{
	(void)state;
	local_irq_restore();
}

static void enable_preemption(void *state)
{
	(void)state;
	preempt_enable();
}

static void what_was_not_switched_off_cannot_be_switched_on(void **state)
{
	struct np_explore_options bh = ONE(enable_bh, NP_TASK);
	struct np_explore_options irqs = ONE(restore_irqs, NP_TASK);
	struct np_explore_options preemption = ONE(enable_preemption, NP_TASK);

	(void)state;
	expect(&bh, NP_WRONG_CONTEXT, "without local_bh_disable()");
	expect(&irqs, NP_WRONG_CONTEXT, "without local_irq_save()");
	expect(&preemption, NP_WRONG_CONTEXT, "without preempt_disable()");
}

static void enable_bh_with_irqs_off(void *state)
{
	(void)state;
	local_bh_disable();
	local_irq_save();
	local_bh_enable();
	local_irq_restore();
}

static void softirqs_are_not_switched_on_with_interrupts_off(void **state)
{
	struct np_explore_options options = ONE(enable_bh_with_irqs_off, NP_TASK);

	(void)state;
	expect(&options, NP_WRONG_CONTEXT, "with interrupts off");
}

static void forget_bh(void *state)
{
	(void)state;
	local_bh_disable();
}

static void forget_lock(void *state)
{
	spin_lock(&((struct shared *)state)->lock);
}

static void forget_reader(void *state)
{
	(void)state;
	rcu_read_lock();
}

static void actor_that_ends_with_something_held_is_reported(void **state)
{
	struct np_explore_options bh = ONE(forget_bh, NP_TASK);
	struct np_explore_options lock = ONE(forget_lock, NP_TASK);
	struct np_explore_options reader = ONE(forget_reader, NP_TASK);

	(void)state;
	expect(&bh, NP_WRONG_CONTEXT, "with softirqs still off");
	expect(&lock, NP_WRONG_CONTEXT, "ended with state+0 locked");
	expect(&reader, NP_WRONG_CONTEXT, "ended in an RCU reader");
}

static void unlock_only(void *state)
{
	spin_unlock(&((struct shared *)state)->lock);
}

static void lock_is_unlocked_by_its_holder_only(void **state)
{
	struct np_explore_options options = ONE(unlock_only, NP_TASK);

	(void)state;
	expect(&options, NP_WRONG_CONTEXT, "unlocked by one who does not hold it");
}

static void leave_reader(void *state)
{
	(void)state;
	rcu_read_unlock();
}

static void reader_that_never_began_cannot_end(void **state)
{
	struct np_explore_options options = ONE(leave_reader, NP_TASK);

	(void)state;
	expect(&options, NP_WRONG_CONTEXT, "without rcu_read_lock()");
}

static void resched(void *state)
{
	(void)state;
	cond_resched();
}

static void resched_with_bh_off(void *state)
{
	local_bh_disable();
	resched(state);
	local_bh_enable();
}

static void resched_under_lock(void *state)
{
	struct shared *s = state;

	spin_lock(&s->lock);
	resched(state);
	spin_unlock(&s->lock);
}

static void resched_in_reader(void *state)
{
	rcu_read_lock();
	resched(state);
	rcu_read_unlock();
}

static void only_a_task_with_everything_on_may_sleep(void **state)
{
	struct np_explore_options task = ONE(resched, NP_TASK);
	struct np_explore_options softirq = ONE(resched, NP_SOFTIRQ);
	struct np_explore_options hardirq = ONE(resched, NP_HARDIRQ);
	struct np_explore_options bh = ONE(resched_with_bh_off, NP_TASK);
	struct np_explore_options lock = ONE(resched_under_lock, NP_TASK);
	struct np_explore_options reader = ONE(resched_in_reader, NP_TASK);

	(void)state;
	expect_nothing(&task);
	expect(&softirq, NP_WRONG_CONTEXT, "called in a softirq");
	expect(&hardirq, NP_WRONG_CONTEXT, "called in a hard interrupt");
	expect(&bh, NP_WRONG_CONTEXT, "called with softirqs off");
	expect(&lock, NP_WRONG_CONTEXT, "called with a spinlock held");
	expect(&reader, NP_WRONG_CONTEXT, "called in an RCU reader");
}

/* --- where an actor is --- */

static const struct np_machine_options two_cpus = { .nr_cpus = 2, .nr_pages = 64 };

static void look_around(void *state)
{
	(void)state;
	np_assert(smp_processor_id() == 1, "on CPU %d", smp_processor_id());
	np_assert(in_serving_softirq(), "not in a softirq");
	np_assert(!in_task(), "in a task");
	np_assert(!get_current(), "there is a current task");
	np_assert(np_this_machine() != NULL, "nowhere");
}

static void actor_finds_itself_where_it_was_listed(void **state)
{
	struct np_explore_options options = ONE(look_around, NP_SOFTIRQ);

	(void)state;
	options.machine = &two_cpus;
	options.actors[0].cpu = 1;
	expect_nothing(&options);
}

static void interrupt_oneself(void *state)
{
	struct np_machine *machine = np_this_machine();
	struct np_context context;

	np_assert(np_enter(&context, machine, 1, NP_SOFTIRQ, NULL) == -EBUSY, "entered CPU 1");
	np_assert(np_enter(&context, machine, 0, NP_SOFTIRQ, NULL) == 0, "did not enter CPU 0");
	np_assert(in_serving_softirq(), "not in a softirq");
	change(state);
	np_leave(&context);
	np_assert(!in_serving_softirq(), "still in a softirq");
}

static void actor_enters_its_own_cpu_only_and_is_an_interrupt_there(void **state)
{
	struct np_explore_options options =
		TWO(interrupt_oneself, NP_KTHREAD, 0, look, NP_SOFTIRQ, 0);

	(void)state;
	options.machine = &two_cpus;
	assert_int_equal(expect_nothing(&options), 2);
}

static void leave_with_bh_off(void *state)
{
	struct np_context context;

	(void)state;
	np_enter(&context, np_this_machine(), 0, NP_KTHREAD, NULL);
	local_bh_disable();
	np_leave(&context);
}

static void context_that_is_left_with_something_off_is_reported(void **state)
{
	struct np_explore_options options = ONE(leave_with_bh_off, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	expect(&options, NP_WRONG_CONTEXT, "with softirqs still off");
}

/* --- RCU --- */

static int publish(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	(void)machine;
	s->value = 42;
	s->pointer = &s->value;
	return 0;
}

static void read_it(void *state)
{
	struct shared *s = state;
	int *pointer;

	rcu_read_lock();
	pointer = READ_ONCE(s->pointer);
	if (pointer) {
		int value = *pointer;

		np_assert(value == 42, "read after the grace period");
		saw(1);
	} else {
		saw(2);
	}
	rcu_read_unlock();
}

static void read_it_twice(void *state)
{
	read_it(state);
	read_it(state);
}

static void withdraw(void *state)
{
	struct shared *s = state;

	WRITE_ONCE(s->pointer, NULL);
	np_synchronize_rcu();
	s->value = 0;
}

static void withdraw_at_once(void *state)
{
	struct shared *s = state;

	WRITE_ONCE(s->pointer, NULL);
	WRITE_ONCE(s->value, 0);
}

static void grace_period_waits_for_the_readers_that_were_there(void **state)
{
	unsigned int outcomes = 0;
	struct np_explore_options options = TWO(read_it, NP_TASK, 0, withdraw, NP_TASK, 1);

	(void)state;
	options.setup = publish;
	options.actors[0].arg = &outcomes;
	expect_nothing(&options);
	assert_int_equal(outcomes, 1 | 2);
}

static void grace_period_waits_for_the_second_reader_too(void **state)
{
	unsigned int outcomes = 0;
	struct np_explore_options options = TWO(read_it_twice, NP_TASK, 0, withdraw, NP_TASK, 1);

	(void)state;
	options.setup = publish;
	options.actors[0].arg = &outcomes;
	expect_nothing(&options);
}

static void without_a_grace_period_a_reader_is_hit(void **state)
{
	unsigned int outcomes = 0;
	struct np_explore_options options = TWO(read_it, NP_TASK, 0, withdraw_at_once, NP_TASK, 1);

	(void)state;
	options.setup = publish;
	options.actors[0].arg = &outcomes;
	options.ignore = 1ULL << NP_DATA_RACE;
	expect(&options, NP_ASSERTION, "after the grace period");
}

static void wait_as_a_reader(void *state)
{
	(void)state;
	rcu_read_lock();
	np_synchronize_rcu();
	rcu_read_unlock();
}

static void reader_does_not_wait_for_readers(void **state)
{
	struct np_explore_options options = ONE(wait_as_a_reader, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	expect(&options, NP_LOCK_ORDER, "waits for all readers");
}

static void wait_in_a_softirq(void *state)
{
	(void)state;
	np_synchronize_rcu();
}

static void grace_period_is_not_waited_for_in_an_interrupt(void **state)
{
	struct np_explore_options options = ONE(wait_in_a_softirq, NP_SOFTIRQ);

	(void)state;
	expect(&options, NP_WRONG_CONTEXT, "may sleep");
}

/* --- work --- */

static void work_done(struct work_struct *work)
{
	struct shared *s = np_container_of(work, struct shared, work);

	np_assert(smp_processor_id() == 1, "on CPU %d", smp_processor_id());
	np_assert(in_task() && !get_current(), "not in a kernel thread");
	WRITE_ONCE(s->done, s->done + 1);
}

static int set_up_work(struct np_machine *machine, void *state)
{
	(void)machine;
	((struct shared *)state)->work.func = work_done;
	return 0;
}

static void queue_it(void *state)
{
	struct shared *s = state;

	np_assert(schedule_work_on(1, &s->work), "not queued");
}

static void queue_and_look(void *state)
{
	struct shared *s = state;

	queue_it(state);
	saw(READ_ONCE(s->done) ? 1 : 2);
}

static void idle(void *state)
{
	(void)state;
}

static void work_was_done_once(void *state)
{
	int done = ((struct shared *)state)->done;

	np_assert(done == 1, "done %d times", done);
}

static void work_runs_on_its_cpu_at_some_time(void **state)
{
	unsigned int outcomes = 0;
	struct np_explore_options options = TWO(queue_and_look, NP_KTHREAD, 0, idle, NP_KTHREAD, 1);

	(void)state;
	options.machine = &two_cpus;
	options.setup = set_up_work;
	options.final = work_was_done_once;
	options.actors[0].arg = &outcomes;
	assert_int_equal(expect_nothing(&options), 2);
	assert_int_equal(outcomes, 1 | 2);
}

static void queue_if_it_is_not(void *state)
{
	struct shared *s = state;

	saw(schedule_work_on(1, &s->work) ? 1 : 2);
}

static void work_was_done_once_or_twice(void *state)
{
	int done = ((struct shared *)state)->done;

	np_assert(done == 1 || done == 2, "done %d times", done);
}

static void work_that_is_queued_already_is_not_queued_again(void **state)
{
	unsigned int outcomes[2] = { 0, 0 };
	struct np_explore_options options =
		TWO(queue_if_it_is_not, NP_KTHREAD, 0, queue_if_it_is_not, NP_KTHREAD, 1);

	(void)state;
	options.machine = &two_cpus;
	options.setup = set_up_work;
	options.final = work_was_done_once_or_twice;
	options.actors[0].arg = &outcomes[0];
	options.actors[1].arg = &outcomes[1];
	expect_nothing(&options);
	assert_int_equal(outcomes[0], 1 | 2);
	assert_int_equal(outcomes[1], 1 | 2);
}

static void queue_with_preemption_off(void *state)
{
	struct shared *s = state;

	preempt_disable();
	schedule_work_on(1, &s->work);
	np_assert(!READ_ONCE(s->done), "done before its CPU was free");
	preempt_enable();
}

static void worker_does_not_run_where_preemption_is_off(void **state)
{
	struct np_explore_options options = ONE(queue_with_preemption_off, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	options.setup = set_up_work;
	options.final = work_was_done_once;
	options.actors[0].cpu = 1;
	assert_int_equal(expect_nothing(&options), 1);
}

static void work_for_a_cpu_without_actors_is_left_for_the_end(void **state)
{
	struct np_explore_options options = ONE(queue_it, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	options.setup = set_up_work;
	options.final = NULL;
	options.check_rest = true;
	assert_int_equal(expect_nothing(&options), 1);
}

/* --- delayed work --- */

static void delayed_done(struct work_struct *work)
{
	struct timer *timer = np_container_of(work, struct timer, dwork.work);

	np_assert(smp_processor_id() == 0, "on CPU %d", smp_processor_id());
	WRITE_ONCE(timer->s->done, timer->s->done + 1);
}

static int set_up_timers(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	(void)machine;
	for (size_t i = 0; i < ARRAY_SIZE(s->timers); i++) {
		s->timers[i].dwork.work.func = delayed_done;
		s->timers[i].s = s;
	}
	return 0;
}

static void delay_one(void *state)
{
	struct shared *s = state;

	np_assert(schedule_delayed_work(&s->timers[0].dwork, 10), "not queued");
	np_assert(np_machine_jiffies(np_this_machine()) <= 10, "too late");
	saw(READ_ONCE(s->done) ? 1 : 2);
}

static void delayed_work_may_run_early(void **state)
{
	unsigned int outcomes = 0;
	struct np_explore_options options = ONE(delay_one, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	options.setup = set_up_timers;
	options.final = work_was_done_once;
	options.actors[0].cpu = 1;
	options.actors[0].arg = &outcomes;
	expect_nothing(&options);
	assert_int_equal(outcomes, 1 | 2);
}

static void delay_three(void *state)
{
	struct shared *s = state;

	for (size_t i = 0; i < ARRAY_SIZE(s->timers); i++)
		schedule_delayed_work(&s->timers[i].dwork, 10 - i);
}

static void two_were_done(void *state)
{
	int done = ((struct shared *)state)->done;

	np_assert(done == 2, "done %d times", done);
}

static void only_two_delayed_works_of_an_execution_run_early(void **state)
{
	struct np_explore_options options = ONE(delay_three, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	options.setup = set_up_timers;
	options.final = two_were_done;
	options.actors[0].cpu = 1;
	expect_nothing(&options);
}

/* --- memory --- */

static int allocate(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	s->pointer = np_alloc(machine, sizeof(*s->pointer));
	*s->pointer = 42;
	return 0;
}

static void read_memory(void *state)
{
	struct shared *s = state;
	int *pointer;

	rcu_read_lock();
	pointer = READ_ONCE(s->pointer);
	if (pointer) {
		int value = READ_ONCE(*pointer);

		np_assert(value == 42, "got %d", value);
	}
	rcu_read_unlock();
}

static void free_after_a_grace_period(void *state)
{
	struct shared *s = state;
	int *pointer = xchg(&s->pointer, NULL);

	np_free_rcu(np_this_machine(), pointer, sizeof(*pointer));
}

static void free_at_once(void *state)
{
	struct shared *s = state;
	int *pointer = xchg(&s->pointer, NULL);

	np_free(np_this_machine(), pointer, sizeof(*pointer));
}

static void readers_keep_what_is_freed_through_rcu(void **state)
{
	struct np_explore_options options =
		TWO(read_memory, NP_KTHREAD, 0, free_after_a_grace_period, NP_KTHREAD, 1);

	(void)state;
	options.machine = &two_cpus;
	options.setup = allocate;
	expect_nothing(&options);
}

static void readers_do_not_keep_what_is_freed_at_once(void **state)
{
	struct np_explore_options options =
		TWO(read_memory, NP_KTHREAD, 0, free_at_once, NP_KTHREAD, 1);
	struct np_explored *explored;

	(void)state;
	options.machine = &two_cpus;
	options.setup = allocate;
	explored = explore(&options);
	/* There are two ways to notice it: by the use that comes later, and by the free. */
	assert_non_null(find(explored, NP_USE_AFTER_FREE, ""));
	for (unsigned int i = 0; i < explored->nr_found; i++)
		assert_int_equal(explored->found[i].invariant, NP_USE_AFTER_FREE);
	np_explored_free(explored);
}

static int allocate_counted(struct np_machine *machine, void *state)
{
	((struct shared *)state)->users = 2;
	return allocate(machine, state);
}

static void use_and_put(void *state)
{
	struct shared *s = state;
	int value = READ_ONCE(*s->pointer);

	np_assert(value == 42, "got %d", value);
	if (__atomic_sub_fetch(&s->users, 1, __ATOMIC_SEQ_CST) == 0)
		np_free(np_this_machine(), s->pointer, sizeof(*s->pointer));
}

static void last_of_two_users_frees(void **state)
{
	struct np_explore_options options =
		TWO(use_and_put, NP_KTHREAD, 0, use_and_put, NP_KTHREAD, 1);

	(void)state;
	options.machine = &two_cpus;
	options.setup = allocate_counted;
	assert_int_equal(expect_nothing(&options), 2);
}

static void free_twice(void *state)
{
	struct shared *s = state;

	np_free(np_this_machine(), s->pointer, sizeof(*s->pointer));
	np_free(np_this_machine(), s->pointer, sizeof(*s->pointer));
}

static void memory_is_freed_once(void **state)
{
	struct np_explore_options options = ONE(free_twice, NP_KTHREAD);

	(void)state;
	options.machine = &two_cpus;
	options.setup = allocate;
	expect(&options, NP_USE_AFTER_FREE, "freed twice");
}

/* The two blocks are where they are whoever comes first: else the traces would not agree. */
static void allocate_and_change(void *state)
{
	struct shared *s = state;
	struct np_machine *machine = np_this_machine();
	struct shared *own = np_alloc(machine, sizeof(*own));

	change(own);
	spin_lock(&s->lock);
	change(s);
	spin_unlock(&s->lock);
	look(own);
	np_free(machine, own, sizeof(*own));
}

static void allocations_of_actors_do_not_depend_on_each_other(void **state)
{
	struct np_explore_options options =
		TWO(allocate_and_change, NP_KTHREAD, 0, allocate_and_change, NP_KTHREAD, 1);

	(void)state;
	options.machine = &two_cpus;
	assert_int_equal(expect_nothing(&options), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(task_is_interrupted_by_a_softirq_anywhere),
		cmocka_unit_test(softirq_does_not_come_where_softirqs_are_off),
		cmocka_unit_test(softirq_of_another_cpu_comes_all_the_same),
		cmocka_unit_test(softirq_runs_to_its_end_before_the_task_goes_on),
		cmocka_unit_test(two_softirqs_of_a_cpu_do_not_interrupt_each_other),
		cmocka_unit_test(hardirq_comes_where_only_softirqs_are_off),
		cmocka_unit_test(hardirq_interrupts_a_softirq),
		cmocka_unit_test(nothing_comes_where_interrupts_are_off),
		cmocka_unit_test(task_is_preempted_by_another_one_of_its_cpu),
		cmocka_unit_test(task_without_preemption_is_interrupted_only),
		cmocka_unit_test(lock_excludes_actors_on_other_cpus),
		cmocka_unit_test(holder_of_a_lock_is_not_preempted),
		cmocka_unit_test(trylock_takes_a_free_lock_and_gives_up_on_another),
		cmocka_unit_test(trylock_of_both_takes_turns_or_fails),
		cmocka_unit_test(lock_taken_twice_is_reported_and_counts_as_taken),
		cmocka_unit_test(softirq_that_takes_the_lock_of_its_task_is_a_deadlock),
		cmocka_unit_test(lock_with_softirqs_off_is_safe_from_them),
		cmocka_unit_test(what_was_not_switched_off_cannot_be_switched_on),
		cmocka_unit_test(softirqs_are_not_switched_on_with_interrupts_off),
		cmocka_unit_test(actor_that_ends_with_something_held_is_reported),
		cmocka_unit_test(lock_is_unlocked_by_its_holder_only),
		cmocka_unit_test(reader_that_never_began_cannot_end),
		cmocka_unit_test(only_a_task_with_everything_on_may_sleep),
		cmocka_unit_test(actor_finds_itself_where_it_was_listed),
		cmocka_unit_test(actor_enters_its_own_cpu_only_and_is_an_interrupt_there),
		cmocka_unit_test(context_that_is_left_with_something_off_is_reported),
		cmocka_unit_test(grace_period_waits_for_the_readers_that_were_there),
		cmocka_unit_test(grace_period_waits_for_the_second_reader_too),
		cmocka_unit_test(without_a_grace_period_a_reader_is_hit),
		cmocka_unit_test(reader_does_not_wait_for_readers),
		cmocka_unit_test(grace_period_is_not_waited_for_in_an_interrupt),
		cmocka_unit_test(work_runs_on_its_cpu_at_some_time),
		cmocka_unit_test(work_that_is_queued_already_is_not_queued_again),
		cmocka_unit_test(worker_does_not_run_where_preemption_is_off),
		cmocka_unit_test(work_for_a_cpu_without_actors_is_left_for_the_end),
		cmocka_unit_test(delayed_work_may_run_early),
		cmocka_unit_test(only_two_delayed_works_of_an_execution_run_early),
		cmocka_unit_test(readers_keep_what_is_freed_through_rcu),
		cmocka_unit_test(readers_do_not_keep_what_is_freed_at_once),
		cmocka_unit_test(last_of_two_users_frees),
		cmocka_unit_test(memory_is_freed_once),
		cmocka_unit_test(allocations_of_actors_do_not_depend_on_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
