/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * network - what the designs with a network page have in common
 *
 * All of them charge a page when it is first mapped, to the group of the process
 * that maps it, and uncharge it when the page comes home; they differ in what
 * "home" is.
 */
#ifndef NP_SCHEMES_NETWORK_H
#define NP_SCHEMES_NETWORK_H

#include <netpage/netpage.h>

/* scheme->charge_pages, scheme->pages_not_mapped */
int np_network_charge_pages(struct np_receive *receive, struct page **pages, unsigned int nr);
void np_network_pages_not_mapped(struct np_receive *receive, struct page **pages,
				 unsigned int first, unsigned int nr);

/* Uncharges @page exactly once, whoever else tries. */
void np_network_uncharge(struct page *page);

/* Whether @page, marked, is really the network's; if not, reports it and takes the mark off. */
bool np_network_owns(struct page *page);

/* put.put_page_network of the seed mail: uncharge, count 1, back to its owner. */
bool np_network_put_recycle(struct page *page);
/* put.put_page_network that lets the page go: uncharge, no mark, on to the allocator. */
bool np_network_put_to_allocator(struct page *page);

#endif /* NP_SCHEMES_NETWORK_H */
