/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * page_network - pages that belong to the network for as long as they live
 *
 * A driver that opts in marks the pages that its card writes to. A marked page is charged, as
 * kernel memory, to the group of the process that first maps it by zerocopy receive. When its last
 * reference goes, it is uncharged and goes home: to the page_pool whose words it carries. The
 * driver gives its own reference to the skb and does not mark the skb for recycling.
 */
#ifndef _LINUX_PAGE_NETWORK_H
#define _LINUX_PAGE_NETWORK_H

#include <linux/bitops.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>

/*
 * The mark needs a bit of page->flags of its own. UML has one to spare: PG_arch_1, which no code
 * that is built for it reads or writes. Another architecture would need a new flag.
 */
#define PG_network PG_arch_1

static inline bool PageNetwork(const struct page *page)
{
	return test_bit(PG_network, &page->flags);
}

static inline void SetPageNetwork(struct page *page)
{
	set_bit(PG_network, &page->flags);
}

static inline void ClearPageNetwork(struct page *page)
{
	clear_bit(PG_network, &page->flags);
}

/*
 * put_page_network - the count of a marked page is 0
 *
 * Context: may take the lock of a page_pool's ring with bottom halves off: not under a lock that
 * is taken with interrupts off.
 * Return: true if the network has the page; false if it is an ordinary page now, to be freed.
 */
bool put_page_network(struct page *page);

/* vm_insert_network_pages - vm_insert_pages(), and those that are marked are charged */
int vm_insert_network_pages(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
			    unsigned long *num);

#endif
