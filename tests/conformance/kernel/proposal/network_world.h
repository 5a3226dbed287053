/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * network_world - what the cases of the proposal need of the world they run in
 *
 * One world has a page_pool of a card that has opted in, and three groups: GROUP_A and GROUP_B are
 * children of GROUP_PARENT. The kernel's world is built of kthreads' means, the library's of its
 * tasks, sockets and skbs; a suite cannot tell them apart.
 */
#ifndef CONFORMANCE_NETWORK_WORLD_H
#define CONFORMANCE_NETWORK_WORLD_H

#include <linux/mm.h>

enum network_group { GROUP_NOBODY, GROUP_PARENT, GROUP_A, GROUP_B, GROUPS };

/* A process maps pages at these many places. */
#define NETWORK_PLACES 16
/* At most so many pages are charged to fill up a group. */
#define NETWORK_FILL 256
/* So many pages fit into the ring of the pool. */
#define NETWORK_RING 16

struct network_world;
struct network_process;

/* @one_place: only __put_page() asks the network, not release_pages(). NULL: out of memory. */
struct network_world *network_world_create(bool one_place);
void network_world_destroy(struct network_world *world);

/* A marked page, as the card hands it to an skb: with one reference, the skb's. */
struct page *network_world_receive(struct network_world *world);
/* How many pages the pool has not let go of, wherever they are: its in-flight number. */
int network_world_held(struct network_world *world);
/* How many pages have come back to the pool so far. */
unsigned long network_world_recycled(struct network_world *world);
/* The pool lets go of a page that stays in use. */
void network_world_detach(struct network_world *world, struct page *page);

/* The card goes, and its pool with it as soon as all of its pages are back. Ask the pool no more. */
void network_world_close_pool(struct network_world *world);
/* Waits until a closed pool has looked for its pages again. */
void network_world_wait(struct network_world *world);

/* Who pays for @page. */
enum network_group network_world_payer(struct network_world *world, struct page *page);
/*
 * Pages of kernel memory that have been charged to @group, and below it, since the start. For as
 * long as no group goes offline: what a group is made of is kernel memory of its parent.
 */
long network_world_charged(struct network_world *world, enum network_group group);
/* Puts a limit on @group that leaves room for @pages pages. */
bool network_world_leave_room(struct network_world *world, enum network_group group,
			      unsigned int pages);
/* rmdir. */
void network_world_offline(struct network_world *world, enum network_group group);

struct network_process *network_process_create(struct network_world *world,
					       enum network_group group);
void network_process_exit(struct network_process *process);
/*
 * What zerocopy receive does with pages of skbs: each mapping takes a reference of its own.
 * Return: 0, or why pages[*nr..) are not mapped, *nr being how many are.
 */
int network_process_map(struct network_process *process, struct page **pages, unsigned int place,
			unsigned long *nr);
void network_process_unmap(struct network_process *process, unsigned int place, unsigned int nr);

/* Whether @page is the network's, and stays it beyond its last reference. */
bool network_page_marked(const struct page *page);

#endif /* CONFORMANCE_NETWORK_WORLD_H */
