/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "net_fixture.h"

#include <pthread.h>
#include <sched.h>

static void *number(uintptr_t n)
{
	return (void *)n;
}

static struct net *begin(struct ptr_ring *r, int size)
{
	struct net *f = net_begin("unaccounted");

	assert_int_equal(ptr_ring_init(f->m, r, size), 0);
	return f;
}

static void end(struct net *f, struct ptr_ring *r)
{
	ptr_ring_cleanup(f->m, r, NULL);
	net_end(f);
}

static void ring_gives_pointers_back_in_order(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 8);

	(void)state;
	/* Three times around. */
	for (uintptr_t i = 1; i <= 24; i += 2) {
		assert_int_equal(ptr_ring_produce(&r, number(i)), 0);
		assert_int_equal(ptr_ring_produce_bh(&r, number(i + 1)), 0);
		assert_ptr_equal(ptr_ring_consume(&r), number(i));
		assert_ptr_equal(ptr_ring_consume_bh(&r), number(i + 1));
	}
	assert_null(ptr_ring_consume(&r));
	end(f, &r);
}

static void full_ring_refuses_one_more(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 3);

	(void)state;
	for (uintptr_t i = 1; i <= 3; i++)
		assert_int_equal(ptr_ring_produce(&r, number(i)), 0);
	assert_int_equal(ptr_ring_produce(&r, number(4)), -ENOSPC);
	end(f, &r);
}

static void empty_is_seen_without_and_with_the_lock(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 4);

	(void)state;
	assert_true(__ptr_ring_empty(&r));
	assert_true(ptr_ring_empty(&r));
	ptr_ring_produce(&r, number(1));
	assert_false(__ptr_ring_empty(&r));
	assert_false(ptr_ring_empty(&r));
	end(f, &r);
}

static void consumed_slots_are_free_only_after_a_batch_of_them(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 64);

	(void)state;
	assert_int_equal(r.batch, 128 / (int)sizeof(void *));
	for (uintptr_t i = 1; i <= 64; i++)
		assert_int_equal(ptr_ring_produce(&r, number(i)), 0);
	for (int i = 1; i < r.batch; i++)
		ptr_ring_consume(&r);
	assert_int_equal(ptr_ring_produce(&r, number(65)), -ENOSPC);
	ptr_ring_consume(&r);
	for (int i = 0; i < r.batch; i++)
		assert_int_equal(ptr_ring_produce(&r, number(65)), 0);
	assert_int_equal(ptr_ring_produce(&r, number(65)), -ENOSPC);
	end(f, &r);
}

static void end_of_the_ring_frees_slots_before_a_batch_is_complete(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 40);

	(void)state;
	assert_int_equal(r.batch, 16);
	for (uintptr_t i = 1; i <= 40; i++)
		assert_int_equal(ptr_ring_produce(&r, number(i)), 0);
	for (int i = 0; i < 39; i++)
		ptr_ring_consume(&r);
	/* Two batches are clear, seven slots are not. */
	assert_non_null(r.queue[38]);
	ptr_ring_consume(&r);
	assert_null(r.queue[32]);
	assert_null(r.queue[39]);
	assert_int_equal(r.consumer_head, 0);
	end(f, &r);
}

static void small_ring_frees_each_slot_at_once(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 4);

	(void)state;
	assert_int_equal(r.batch, 1);
	for (uintptr_t i = 1; i <= 4; i++)
		assert_int_equal(ptr_ring_produce(&r, number(i)), 0);
	ptr_ring_consume(&r);
	assert_int_equal(ptr_ring_produce(&r, number(5)), 0);
	end(f, &r);
}

static void ring_without_slots_is_full_and_empty(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 0);

	(void)state;
	assert_true(__ptr_ring_empty(&r));
	assert_null(ptr_ring_consume(&r));
	assert_int_equal(ptr_ring_produce(&r, number(1)), -ENOSPC);
	end(f, &r);
}

static void negative_size_is_refused(void **state)
{
	struct net *f = net_begin("unaccounted");
	struct ptr_ring r;

	(void)state;
	assert_int_equal(ptr_ring_init(f->m, &r, -1), -EINVAL);
	assert_int_equal(ptr_ring_init(NULL, &r, 1), -EINVAL);
	net_end(f);
}

static void count_destroyed(void *ptr)
{
	(*(unsigned int *)ptr)++;
}

static void cleanup_destroys_what_is_inside(void **state)
{
	unsigned int destroyed = 0;
	struct ptr_ring r;
	struct net *f = begin(&r, 8);

	(void)state;
	for (int i = 0; i < 5; i++)
		ptr_ring_produce(&r, &destroyed);
	ptr_ring_consume(&r);
	ptr_ring_cleanup(f->m, &r, count_destroyed);
	assert_int_equal(destroyed, 4);
	net_end(f);
}

static void injected_fault_makes_produce_fail(void **state)
{
	struct ptr_ring r;
	struct net *f = begin(&r, 8);

	(void)state;
	np_fault_set(f->m, NP_FAULT_PTR_RING_PRODUCE, 2, 1);
	assert_int_equal(ptr_ring_produce(&r, number(1)), 0);
	assert_int_equal(ptr_ring_produce(&r, number(2)), -ENOSPC);
	assert_int_equal(ptr_ring_produce(&r, number(3)), 0);
	assert_ptr_equal(ptr_ring_consume(&r), number(1));
	assert_ptr_equal(ptr_ring_consume(&r), number(3));
	end(f, &r);
}

#define HANDED_OVER 20000u

struct handover {
	struct np_machine *m;
	struct ptr_ring r;
	unsigned int objects[HANDED_OVER];
	unsigned int wrong;
};

static void *consume_all(void *arg)
{
	struct handover *h = arg;
	struct np_context context;
	unsigned int n = 0;

	np_enter(&context, h->m, 1, NP_SOFTIRQ, NULL);
	while (n < HANDED_OVER) {
		const unsigned int *object = ptr_ring_consume(&h->r);

		if (!object) {
			sched_yield();
			continue;
		}
		h->wrong += object != &h->objects[n] || *object != n + 1;
		n++;
	}
	np_leave(&context);
	return NULL;
}

static void consumer_sees_what_was_written_before_produce(void **state)
{
	struct handover *h = calloc(1, sizeof(*h));
	struct net *f = begin(&h->r, 64);
	pthread_t consumer;

	(void)state;
	h->m = f->m;
	assert_int_equal(pthread_create(&consumer, NULL, consume_all, h), 0);
	for (unsigned int i = 0; i < HANDED_OVER; i++) {
		h->objects[i] = i + 1;
		while (ptr_ring_produce(&h->r, &h->objects[i]))
			sched_yield();
	}
	pthread_join(consumer, NULL);
	assert_int_equal(h->wrong, 0);
	end(f, &h->r);
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring_gives_pointers_back_in_order),
		cmocka_unit_test(full_ring_refuses_one_more),
		cmocka_unit_test(empty_is_seen_without_and_with_the_lock),
		cmocka_unit_test(consumed_slots_are_free_only_after_a_batch_of_them),
		cmocka_unit_test(end_of_the_ring_frees_slots_before_a_batch_is_complete),
		cmocka_unit_test(small_ring_frees_each_slot_at_once),
		cmocka_unit_test(ring_without_slots_is_full_and_empty),
		cmocka_unit_test(negative_size_is_refused),
		cmocka_unit_test(cleanup_destroys_what_is_inside),
		cmocka_unit_test(injected_fault_makes_produce_fail),
		cmocka_unit_test(consumer_sees_what_was_written_before_produce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
