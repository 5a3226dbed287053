/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lock_order - internal: the order in which locks are taken, over all executions
 *
 * What a schedule shows as a deadlock needs the actors to meet; that two locks are
 * taken in both orders is reported without that, wherever the order that was the later
 * one to be seen is taken.  So is a lock that a softirq (hardirq) takes, and a task with
 * softirqs (interrupts) on.
 * Models: kernel/locking/lockdep.c, 6.1, with a class for each lock.
 */
#ifndef NP_EXPLORE_LOCK_ORDER_H
#define NP_EXPLORE_LOCK_ORDER_H

#include <explore/engine.h>

struct np_lock_order;

/*
 * The running actor is about to take @lock, holding what its state says. @tried: it does
 * not wait for it, so that its order does not matter.
 */
void np_lock_order_take(struct np_explorer *x, const void *lock, const void *pc, bool tried);
void np_lock_order_free(struct np_explorer *x);

#endif /* NP_EXPLORE_LOCK_ORDER_H */
