/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <netpage/list.h>

struct item {
	int value;
	struct list_head list;
};

/* The values from front to back as one decimal number. */
static int digits(struct list_head *head)
{
	struct item *item;
	int number = 0;

	list_for_each_entry(item, head, list)
		number = number * 10 + item->value;
	return number;
}

static void add_makes_a_stack(void **state)
{
	struct item items[] = { { .value = 1 }, { .value = 2 }, { .value = 3 } };
	struct list_head head;

	(void)state;
	INIT_LIST_HEAD(&head);
	assert_true(list_empty(&head));
	for (int i = 0; i < 3; i++)
		list_add(&items[i].list, &head);
	assert_int_equal(digits(&head), 321);
	assert_ptr_equal(list_first_entry(&head, struct item, list), &items[2]);
}

static void add_tail_makes_a_queue(void **state)
{
	struct item items[] = { { .value = 1 }, { .value = 2 }, { .value = 3 } };
	struct list_head head;

	(void)state;
	INIT_LIST_HEAD(&head);
	for (int i = 0; i < 3; i++)
		list_add_tail(&items[i].list, &head);
	assert_int_equal(digits(&head), 123);
}

static void del_closes_the_gap_and_leaves_the_words_of_the_entry(void **state)
{
	struct item items[] = { { .value = 1 }, { .value = 2 }, { .value = 3 } };
	struct list_head head;

	(void)state;
	INIT_LIST_HEAD(&head);
	for (int i = 0; i < 3; i++)
		list_add_tail(&items[i].list, &head);
	list_del(&items[1].list);
	assert_int_equal(digits(&head), 13);
	assert_ptr_equal(items[1].list.next, &items[2].list);
	list_del_init(&items[0].list);
	assert_true(list_empty(&items[0].list));
	assert_int_equal(digits(&head), 3);
}

static void entries_may_be_deleted_on_the_way(void **state)
{
	struct item items[] = { { .value = 1 }, { .value = 2 }, { .value = 3 } }, *item, *next;
	struct list_head head;

	(void)state;
	INIT_LIST_HEAD(&head);
	for (int i = 0; i < 3; i++)
		list_add_tail(&items[i].list, &head);
	list_for_each_entry_safe(item, next, &head, list)
		if (item->value != 2)
			list_del_init(&item->list);
	assert_int_equal(digits(&head), 2);
}

static void splice_moves_all_to_the_front(void **state)
{
	struct item items[] = { { .value = 1 }, { .value = 2 }, { .value = 3 } };
	struct list_head from, to;

	(void)state;
	INIT_LIST_HEAD(&from);
	INIT_LIST_HEAD(&to);
	list_splice_init(&from, &to);
	assert_true(list_empty(&to));
	list_add_tail(&items[0].list, &from);
	list_add_tail(&items[1].list, &from);
	list_add_tail(&items[2].list, &to);
	list_splice_init(&from, &to);
	assert_int_equal(digits(&to), 123);
	assert_true(list_empty(&from));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_makes_a_stack),
		cmocka_unit_test(add_tail_makes_a_queue),
		cmocka_unit_test(del_closes_the_gap_and_leaves_the_words_of_the_entry),
		cmocka_unit_test(entries_may_be_deleted_on_the_way),
		cmocka_unit_test(splice_moves_all_to_the_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
