/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * page_set - internal: a set of pages, in the order of their numbers
 *
 * Context: the caller serializes all use of one set.  All zeroes is the empty set.
 */
#ifndef NP_NET_PAGE_SET_H
#define NP_NET_PAGE_SET_H

#include <netpage/page.h>

struct np_page_set {
	struct page **pages;
	unsigned int count, room;
};

/* Return: 0, -EEXIST, -ENOMEM. */
int np_page_set_add(struct np_machine *machine, struct np_page_set *set, struct page *page);
/* Return: whether it was there. */
bool np_page_set_remove(struct np_page_set *set, const struct page *page);
bool np_page_set_has(const struct np_page_set *set, const struct page *page);
/* The pages themselves are not touched. */
void np_page_set_free(struct np_machine *machine, struct np_page_set *set);

#endif /* NP_NET_PAGE_SET_H */
