/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/list.h - circular doubly linked lists
 *
 * Provenance: real (netpage/list.h), with the further walks and moves that kernel code uses;
 * list_del() does not poison.
 */
#ifndef NETPAGE_COMPAT_LINUX_LIST_H
#define NETPAGE_COMPAT_LINUX_LIST_H

#include <linux/kernel.h>
#include <linux/poison.h>

#include <netpage/list.h>

#define LIST_HEAD_INIT(name)                                                                       \
	{                                                                                          \
		&(name), &(name)                                                                   \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add_tail(entry, head);
}

static inline bool list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline bool list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

static inline size_t list_count_nodes(const struct list_head *head)
{
	size_t count = 0;

	for (const struct list_head *entry = head->next; entry != head; entry = entry->next)
		count++;
	return count;
}

#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member)                                               \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, typeof(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, typeof(*(pos)), member)
#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_safe(pos, n, head)                                                           \
	for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_entry_reverse(pos, head, member)                                             \
	for (pos = list_last_entry(head, typeof(*pos), member);                                    \
	     np_list_node(pos, member) != (head); pos = list_prev_entry(pos, member))

#endif /* NETPAGE_COMPAT_LINUX_LIST_H */
