/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * work - internal: actors that do what others have queued
 *
 * A search with a machine has a worker for each CPU that an actor is listed for, one
 * for timers and one for what RCU frees.  They are the last actors.
 */
#ifndef NP_PLAT_EXPLORE_WORK_H
#define NP_PLAT_EXPLORE_WORK_H

#include <explore/engine.h>

/* Delayed work that an execution runs early, at a time of the schedule's choosing. */
#define NP_DELAYED_RUNS 2

/* Adds them behind the actors that are there; as many as there is room for. */
void np_workers_add(struct np_explorer *x);

/* The body of the one that RCU has. */
void np_rcu_worker(void *unused);

/*
 * Whether @actor is a worker for whom nobody has ever had anything: no execution would
 * be different without it. Holds until the search starts anew.
 */
bool np_worker_unused(const struct np_explorer *x, u8 actor);

#endif /* NP_PLAT_EXPLORE_WORK_H */
