/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: list - the circular doubly linked list that struct page is threaded on
 *
 * Context: the caller serializes all access to one list. Yet `next` is written
 * whole, never torn: for a lockless reader of struct page it is compound_head.
 * Models: include/linux/list.h, 6.1 (names and meaning).
 */
#ifndef NETPAGE_LIST_H
#define NETPAGE_LIST_H

#include <netpage/types.h>

NP_BEGIN_DECLS

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	list->prev = list;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void np_list_link(struct list_head *entry, struct list_head *prev,
				struct list_head *next)
{
	next->prev = entry;
	WRITE_ONCE(entry->next, next);
	entry->prev = prev;
	WRITE_ONCE(prev->next, entry);
}

/* Adds @entry at the front: the list is then a stack. */
static inline void list_add(struct list_head *entry, struct list_head *head)
{
	np_list_link(entry, head, head->next);
}

/* Adds @entry at the back: the list is then a queue. */
static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	np_list_link(entry, head->prev, head);
}

/* Leaves @entry's own words as they were; see list_del_init(). */
static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	WRITE_ONCE(entry->prev->next, entry->next);
}

static inline void list_del_init(struct list_head *entry)
{
	list_del(entry);
	INIT_LIST_HEAD(entry);
}

/* Moves all of @list to the front of @head and leaves @list empty. */
static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	list->next->prev = head;
	WRITE_ONCE(list->prev->next, head->next);
	head->next->prev = list->prev;
	WRITE_ONCE(head->next, list->next);
	INIT_LIST_HEAD(list);
}

#define list_entry(ptr, type, member) np_container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
/* Not &pos->member: at the end of the walk pos is no entry, and may not be aligned like one. */
#define np_list_node(pos, member)                                                                  \
	((struct list_head *)((char *)(pos) + offsetof(__typeof__(*(pos)), member)))
#define list_for_each_entry(pos, head, member)                                                     \
	for (pos = list_entry((head)->next, __typeof__(*pos), member);                             \
	     np_list_node(pos, member) != (head);                                                  \
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member)                                             \
	for (pos = list_entry((head)->next, __typeof__(*pos), member),                             \
	    n = list_entry(np_list_node(pos, member)->next, __typeof__(*n), member);               \
	     np_list_node(pos, member) != (head);                                                  \
	     pos = n, n = list_entry(np_list_node(n, member)->next, __typeof__(*n), member))

NP_END_DECLS

#endif /* NETPAGE_LIST_H */
