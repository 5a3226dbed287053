/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A bounded queue of pointers: order, what is full, and when a consumed slot may be used
 * again.
 *
 * Models: include/linux/ptr_ring.h, 6.1.
 */
#include <kunit/test.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/ptr_ring.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define NR_ITEMS 2048
#define FULL_BATCH ((int)(2 * SMP_CACHE_BYTES / sizeof(void *)))

struct ring_test {
	struct ptr_ring ring;
	bool initialized;
	char item[NR_ITEMS]; /* item[i] is the i-th thing produced; never read */
	int next;	     /* to be produced */
	int expected;	     /* to be consumed */
};

/* What destroy callbacks saw: they have no argument to say it to. */
struct destroyed {
	void *ptr[8];
	int count;
};

static struct destroyed *destroyed_here;

static void note_destroyed(void *ptr)
{
	struct destroyed *d = destroyed_here;

	if (d->count < (int)ARRAY_SIZE(d->ptr))
		d->ptr[d->count] = ptr;
	d->count++;
}

static void init_ring(struct kunit *test, int size)
{
	struct ring_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, ptr_ring_init(&t->ring, size, GFP_KERNEL), 0);
	t->initialized = true;
}

/* Return: how many of @n fitted. */
static int produce(struct ring_test *t, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (ptr_ring_produce(&t->ring, &t->item[t->next]))
			break;
		t->next++;
	}
	return i;
}

/* Return: how many of @n came out, up to the first that is not the oldest. */
static int consume(struct ring_test *t, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (ptr_ring_consume(&t->ring) != &t->item[t->expected])
			break;
		t->expected++;
	}
	return i;
}

/* Sizes on both sides of where clearing in batches begins. */
static const int sizes[] = { 1, 2, 3, 2 * 16 - 1, 2 * 16, 2 * 16 + 1, 100, 1024 };

static void size_name(const int *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "size %d", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, size_name);

static int batch_of(int size)
{
	return FULL_BATCH > size / 2 ? 1 : FULL_BATCH;
}

static void a_new_ring_is_empty(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;

	init_ring(test, *size);
	KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&t->ring));
	KUNIT_EXPECT_FALSE(test, ptr_ring_full(&t->ring));
	KUNIT_EXPECT_NULL(test, __ptr_ring_peek(&t->ring));
	KUNIT_EXPECT_NULL(test, ptr_ring_consume(&t->ring));
	KUNIT_EXPECT_EQ(test, t->ring.size, *size);
}

static void the_batch_is_two_cache_lines_or_one_slot(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;

	init_ring(test, *size);
	KUNIT_EXPECT_EQ(test, t->ring.batch, batch_of(*size));
}

static void a_ring_holds_as_many_as_it_has_slots(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;

	init_ring(test, *size);
	KUNIT_EXPECT_EQ(test, produce(t, *size + 1), *size);
	KUNIT_EXPECT_TRUE(test, ptr_ring_full(&t->ring));
	KUNIT_EXPECT_EQ(test, ptr_ring_produce(&t->ring, &t->item[t->next]), -ENOSPC);
	KUNIT_EXPECT_EQ(test, consume(t, *size), *size);
	KUNIT_EXPECT_NULL(test, ptr_ring_consume(&t->ring));
}

static void what_goes_in_first_comes_out_first_for_ever(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;
	int round, some = *size / 3 + 1;

	init_ring(test, *size);
	for (round = 0; t->next + some <= NR_ITEMS && round < 40; round++) {
		KUNIT_ASSERT_EQ(test, produce(t, some), some);
		KUNIT_ASSERT_EQ(test, consume(t, some), some);
	}
	KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&t->ring));
}

/* A full ring stays full until a whole batch of slots has been consumed. */
static void consumed_slots_are_free_after_a_batch(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;
	int batch = batch_of(*size);

	init_ring(test, *size);
	produce(t, *size);
	KUNIT_ASSERT_EQ(test, consume(t, batch - 1), batch - 1);
	KUNIT_EXPECT_EQ(test, produce(t, 1), 0);
	KUNIT_ASSERT_EQ(test, consume(t, 1), 1);
	KUNIT_EXPECT_EQ(test, produce(t, *size), batch);
}

static void every_further_batch_is_freed_as_a_whole(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;
	int batch = batch_of(*size), i;

	init_ring(test, *size);
	for (i = 0; i < *size / batch; i++) {
		produce(t, *size);
		KUNIT_ASSERT_EQ(test, consume(t, batch - 1), batch - 1);
		KUNIT_ASSERT_EQ(test, produce(t, 1), 0);
		KUNIT_ASSERT_EQ(test, consume(t, 1), 1);
		KUNIT_ASSERT_FALSE(test, ptr_ring_full(&t->ring));
	}
}

static void the_end_of_the_ring_frees_what_is_consumed(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;
	int rest = *size % batch_of(*size);

	init_ring(test, *size);
	produce(t, *size);
	KUNIT_ASSERT_EQ(test, consume(t, *size - rest), *size - rest);
	KUNIT_EXPECT_EQ(test, produce(t, *size), *size - rest);
	KUNIT_ASSERT_EQ(test, consume(t, rest), rest);
	KUNIT_EXPECT_EQ(test, produce(t, *size), rest);
}

static void a_ring_of_size_0_takes_nothing(struct kunit *test)
{
	struct ring_test *t = test->priv;

	init_ring(test, 0);
	KUNIT_EXPECT_EQ(test, ptr_ring_produce(&t->ring, t), -ENOSPC);
	KUNIT_EXPECT_NULL(test, ptr_ring_consume(&t->ring));
	KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&t->ring));
}

static const int bad_sizes[] = { -1, INT_MIN, INT_MAX };

KUNIT_ARRAY_PARAM(bad_size, bad_sizes, size_name);

static void a_size_that_no_memory_has_is_refused(struct kunit *test)
{
	const int *size = test->param_value;
	struct ring_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, ptr_ring_init(&t->ring, *size, GFP_KERNEL), -ENOMEM);
}

static void peek_shows_the_oldest_and_leaves_it(struct kunit *test)
{
	struct ring_test *t = test->priv;

	init_ring(test, 4);
	produce(t, 2);
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->ring), (void *)&t->item[0]);
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->ring), (void *)&t->item[0]);
	consume(t, 1);
	KUNIT_EXPECT_PTR_EQ(test, __ptr_ring_peek(&t->ring), (void *)&t->item[1]);
}

static void consume_batched_stops_at_the_last(struct kunit *test)
{
	struct ring_test *t = test->priv;
	void *got[6] = { NULL };

	init_ring(test, 8);
	produce(t, 5);
	KUNIT_EXPECT_EQ(test, ptr_ring_consume_batched(&t->ring, got, 2), 2);
	KUNIT_EXPECT_PTR_EQ(test, got[1], (void *)&t->item[1]);
	KUNIT_EXPECT_EQ(test, ptr_ring_consume_batched(&t->ring, got, 6), 3);
	KUNIT_EXPECT_PTR_EQ(test, got[0], (void *)&t->item[2]);
	KUNIT_EXPECT_PTR_EQ(test, got[2], (void *)&t->item[4]);
	KUNIT_EXPECT_EQ(test, ptr_ring_consume_batched(&t->ring, got, 6), 0);
}

static void unconsume_puts_back_in_front(struct kunit *test)
{
	struct destroyed d = { .count = 0 };
	struct ring_test *t = test->priv;
	void *got[3];

	destroyed_here = &d;
	init_ring(test, 8);
	produce(t, 5);
	KUNIT_ASSERT_EQ(test, ptr_ring_consume_batched(&t->ring, got, 3), 3);
	ptr_ring_unconsume(&t->ring, got, 3, note_destroyed);
	KUNIT_EXPECT_EQ(test, d.count, 0);
	KUNIT_EXPECT_EQ(test, consume(t, 6), 5);
}

static void unconsume_into_a_full_ring_destroys(struct kunit *test)
{
	struct destroyed d = { .count = 0 };
	struct ring_test *t = test->priv;
	void *got[3];

	destroyed_here = &d;
	init_ring(test, 4);
	produce(t, 4);
	KUNIT_ASSERT_EQ(test, ptr_ring_consume_batched(&t->ring, got, 3), 3);
	KUNIT_ASSERT_EQ(test, produce(t, 2), 2);
	/* One slot is left: the last of the three goes back, the others do not. */
	ptr_ring_unconsume(&t->ring, got, 3, note_destroyed);
	KUNIT_EXPECT_EQ(test, d.count, 2);
	KUNIT_EXPECT_PTR_EQ(test, d.ptr[0], got[1]);
	KUNIT_EXPECT_PTR_EQ(test, d.ptr[1], got[0]);
	t->expected = 2;
	KUNIT_EXPECT_EQ(test, consume(t, 5), 4);
}

/* Slots that were consumed and not yet cleared are cleared first. */
static void unconsume_finds_room_in_the_middle_of_a_batch(struct kunit *test)
{
	struct destroyed d = { .count = 0 };
	struct ring_test *t = test->priv;
	void *got[3];

	destroyed_here = &d;
	init_ring(test, 64);
	produce(t, 64);
	KUNIT_ASSERT_EQ(test, ptr_ring_consume_batched(&t->ring, got, 3), 3);
	ptr_ring_unconsume(&t->ring, got, 2, note_destroyed);
	KUNIT_EXPECT_EQ(test, d.count, 0);
	KUNIT_EXPECT_PTR_EQ(test, ptr_ring_consume(&t->ring), (void *)&t->item[0]);
	KUNIT_EXPECT_PTR_EQ(test, ptr_ring_consume(&t->ring), (void *)&t->item[1]);
	KUNIT_EXPECT_PTR_EQ(test, ptr_ring_consume(&t->ring), (void *)&t->item[3]);
}

struct resize_case {
	int from;
	int inside;
	int to;
	int destroyed;
};

static const struct resize_case resize_cases[] = {
	{ 4, 0, 8, 0 }, { 4, 4, 8, 0 }, { 8, 5, 5, 0 },
	{ 8, 5, 3, 2 }, { 8, 8, 1, 7 }, { 8, 3, 8, 0 },
};

static void resize_case_name(const struct resize_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "from %d with %d inside to %d", c->from, c->inside,
		 c->to);
}

KUNIT_ARRAY_PARAM(resize_case, resize_cases, resize_case_name);

static void resize_keeps_the_oldest_in_order(struct kunit *test)
{
	const struct resize_case *c = test->param_value;
	struct destroyed d = { .count = 0 };
	struct ring_test *t = test->priv;
	int kept = c->inside - c->destroyed;

	destroyed_here = &d;
	init_ring(test, c->from);
	/* Not from slot 0, so that the old positions would be wrong in the new ring. */
	produce(t, 2);
	consume(t, 2);
	KUNIT_ASSERT_EQ(test, produce(t, c->inside), c->inside);
	KUNIT_ASSERT_EQ(test, ptr_ring_resize(&t->ring, c->to, GFP_KERNEL, note_destroyed), 0);
	KUNIT_EXPECT_EQ(test, d.count, c->destroyed);
	KUNIT_EXPECT_EQ(test, t->ring.size, c->to);
	KUNIT_EXPECT_EQ(test, ptr_ring_full(&t->ring), kept == c->to);
	KUNIT_EXPECT_EQ(test, consume(t, kept), kept);
	KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&t->ring));
}

static void resize_without_destroy_drops_the_rest(struct kunit *test)
{
	struct ring_test *t = test->priv;

	init_ring(test, 4);
	produce(t, 4);
	KUNIT_ASSERT_EQ(test, ptr_ring_resize(&t->ring, 2, GFP_KERNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, consume(t, 3), 2);
}

static void a_resize_that_fails_changes_nothing(struct kunit *test)
{
	struct ring_test *t = test->priv;

	init_ring(test, 4);
	produce(t, 3);
	KUNIT_EXPECT_EQ(test, ptr_ring_resize(&t->ring, -1, GFP_KERNEL, NULL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, t->ring.size, 4);
	KUNIT_EXPECT_EQ(test, consume(t, 3), 3);
}

static void several_rings_are_resized_together(struct kunit *test)
{
	struct ptr_ring *rings[2], other;
	struct ring_test *t = test->priv;

	init_ring(test, 4);
	KUNIT_ASSERT_EQ(test, ptr_ring_init(&other, 2, GFP_KERNEL), 0);
	rings[0] = &t->ring;
	rings[1] = &other;
	produce(t, 3);
	ptr_ring_produce(&other, t);
	KUNIT_EXPECT_EQ(test, ptr_ring_resize_multiple(rings, 2, 6, GFP_KERNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, t->ring.size, 6);
	KUNIT_EXPECT_EQ(test, other.size, 6);
	KUNIT_EXPECT_EQ(test, consume(t, 3), 3);
	KUNIT_EXPECT_PTR_EQ(test, ptr_ring_consume(&other), (void *)t);
	ptr_ring_cleanup(&other, NULL);
}

static void cleanup_destroys_what_is_inside_in_order(struct kunit *test)
{
	struct destroyed d = { .count = 0 };
	struct ring_test *t = test->priv;

	destroyed_here = &d;
	init_ring(test, 8);
	produce(t, 3);
	ptr_ring_cleanup(&t->ring, note_destroyed);
	t->initialized = false;
	KUNIT_EXPECT_EQ(test, d.count, 3);
	KUNIT_EXPECT_PTR_EQ(test, d.ptr[0], (void *)&t->item[0]);
	KUNIT_EXPECT_PTR_EQ(test, d.ptr[2], (void *)&t->item[2]);
}

struct variant {
	const char *name;
	int (*produce)(struct ptr_ring *r, void *ptr);
	void *(*consume)(struct ptr_ring *r);
	bool (*empty)(struct ptr_ring *r);
	bool (*full)(struct ptr_ring *r);
};

static const struct variant variants[] = {
	{ "under the caller's own rules", __ptr_ring_produce, __ptr_ring_consume, __ptr_ring_empty,
	  __ptr_ring_full },
	{ "in task context", ptr_ring_produce, ptr_ring_consume, ptr_ring_empty, ptr_ring_full },
	{ "against softirqs", ptr_ring_produce_bh, ptr_ring_consume_bh, ptr_ring_empty_bh,
	  ptr_ring_full_bh },
	{ "against interrupts", ptr_ring_produce_irq, ptr_ring_consume_irq, ptr_ring_empty_irq,
	  ptr_ring_full_irq },
	{ "in any context", ptr_ring_produce_any, ptr_ring_consume_any, ptr_ring_empty_any,
	  ptr_ring_full_any },
};

static void variant_name(const struct variant *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(variant, variants, variant_name);

static void every_kind_of_locking_moves_pointers_alike(struct kunit *test)
{
	const struct variant *v = test->param_value;
	struct ring_test *t = test->priv;

	init_ring(test, 2);
	KUNIT_EXPECT_TRUE(test, v->empty(&t->ring));
	KUNIT_EXPECT_EQ(test, v->produce(&t->ring, &t->item[0]), 0);
	KUNIT_EXPECT_FALSE(test, v->full(&t->ring));
	KUNIT_EXPECT_EQ(test, v->produce(&t->ring, &t->item[1]), 0);
	KUNIT_EXPECT_TRUE(test, v->full(&t->ring));
	KUNIT_EXPECT_EQ(test, v->produce(&t->ring, &t->item[2]), -ENOSPC);
	KUNIT_EXPECT_FALSE(test, v->empty(&t->ring));
	KUNIT_EXPECT_PTR_EQ(test, v->consume(&t->ring), (void *)&t->item[0]);
	KUNIT_EXPECT_PTR_EQ(test, v->consume(&t->ring), (void *)&t->item[1]);
	KUNIT_EXPECT_NULL(test, v->consume(&t->ring));
}

static bool is_there(void *ptr)
{
	return ptr;
}

static void peek_call_looks_without_taking(struct kunit *test)
{
	struct ring_test *t = test->priv;

	init_ring(test, 2);
	KUNIT_EXPECT_FALSE(test, PTR_RING_PEEK_CALL(&t->ring, is_there));
	produce(t, 1);
	KUNIT_EXPECT_TRUE(test, PTR_RING_PEEK_CALL(&t->ring, is_there));
	KUNIT_EXPECT_EQ(test, consume(t, 1), 1);
}

/* --- two at once --- */

struct transfer {
	struct work_struct work;
	struct ring_test *t;
	bool done;
};

static void produce_all(struct work_struct *work)
{
	struct transfer *x = container_of(work, struct transfer, work);

	while (x->t->next < NR_ITEMS)
		if (!produce(x->t, 1))
			cond_resched();
	WRITE_ONCE(x->done, true);
}

static void everything_arrives_in_order_while_both_sides_run(struct kunit *test)
{
	struct transfer *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);
	struct ring_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, x);
	init_ring(test, 40);
	x->t = t;
	INIT_WORK(&x->work, produce_all);
	queue_work(system_unbound_wq, &x->work);
	while (t->expected < NR_ITEMS) {
		void *ptr = ptr_ring_consume(&t->ring);

		if (!ptr) {
			cond_resched();
			continue;
		}
		KUNIT_EXPECT_PTR_EQ(test, ptr, (void *)&t->item[t->expected]);
		t->expected++;
	}
	flush_work(&x->work);
	KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&t->ring));
}

/* Each producer's own pointers come out in its order; none is lost and none comes twice. */
static void two_producers_do_not_lose_each_others_pointers(struct kunit *test)
{
	struct ring_test *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	struct transfer *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);
	struct ring_test *t = test->priv;
	int mine = 0, theirs = 0, next = 0;

	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_ASSERT_NOT_NULL(test, x);
	init_ring(test, 40);
	x->t = t;
	INIT_WORK(&x->work, produce_all);
	queue_work(system_unbound_wq, &x->work);
	while (mine + theirs < 2 * NR_ITEMS) {
		void *ptr;

		if (next < NR_ITEMS && !ptr_ring_produce(&t->ring, &other->item[next]))
			next++;
		ptr = ptr_ring_consume(&t->ring);
		if (ptr == &other->item[mine])
			mine++;
		else if (ptr == &t->item[theirs])
			theirs++;
		else if (ptr)
			break;
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, mine, NR_ITEMS);
	KUNIT_EXPECT_EQ(test, theirs, NR_ITEMS);
	/* If something went wrong: the other producer needs room to come to its end. */
	while (ptr_ring_consume(&t->ring) || !READ_ONCE(x->done))
		cond_resched();
	flush_work(&x->work);
}

static int ptr_ring_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ring_test), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ptr_ring_test_exit(struct kunit *test)
{
	struct ring_test *t = test->priv;

	if (t && t->initialized)
		ptr_ring_cleanup(&t->ring, NULL);
}

static struct kunit_case ptr_ring_test_cases[] = {
	KUNIT_CASE_PARAM(a_new_ring_is_empty, size_gen_params),
	KUNIT_CASE_PARAM(the_batch_is_two_cache_lines_or_one_slot, size_gen_params),
	KUNIT_CASE_PARAM(a_ring_holds_as_many_as_it_has_slots, size_gen_params),
	KUNIT_CASE_PARAM(what_goes_in_first_comes_out_first_for_ever, size_gen_params),
	KUNIT_CASE_PARAM(consumed_slots_are_free_after_a_batch, size_gen_params),
	KUNIT_CASE_PARAM(every_further_batch_is_freed_as_a_whole, size_gen_params),
	KUNIT_CASE_PARAM(the_end_of_the_ring_frees_what_is_consumed, size_gen_params),
	KUNIT_CASE(a_ring_of_size_0_takes_nothing),
	KUNIT_CASE_PARAM(a_size_that_no_memory_has_is_refused, bad_size_gen_params),
	KUNIT_CASE(peek_shows_the_oldest_and_leaves_it),
	KUNIT_CASE(consume_batched_stops_at_the_last),
	KUNIT_CASE(unconsume_puts_back_in_front),
	KUNIT_CASE(unconsume_into_a_full_ring_destroys),
	KUNIT_CASE(unconsume_finds_room_in_the_middle_of_a_batch),
	KUNIT_CASE_PARAM(resize_keeps_the_oldest_in_order, resize_case_gen_params),
	KUNIT_CASE(resize_without_destroy_drops_the_rest),
	KUNIT_CASE(a_resize_that_fails_changes_nothing),
	KUNIT_CASE(several_rings_are_resized_together),
	KUNIT_CASE(cleanup_destroys_what_is_inside_in_order),
	KUNIT_CASE_PARAM(every_kind_of_locking_moves_pointers_alike, variant_gen_params),
	KUNIT_CASE(peek_call_looks_without_taking),
	KUNIT_CASE(everything_arrives_in_order_while_both_sides_run),
	KUNIT_CASE(two_producers_do_not_lose_each_others_pointers),
	{}
};

static struct kunit_suite ptr_ring_test_suite = {
	.name = "ptr_ring",
	.init = ptr_ring_test_init,
	.exit = ptr_ring_test_exit,
	.test_cases = ptr_ring_test_cases,
};

kunit_test_suite(ptr_ring_test_suite);

MODULE_LICENSE("GPL");
