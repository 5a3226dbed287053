/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * actor - internal: which actor of which search plat is called by
 *
 * plat is not instrumented.  What it does to memory that actors share it says itself:
 * np_explore_visit() and np_explore_op() for what is a step, np_plat_touch() for what
 * only has to be undone.
 */
#ifndef NP_PLAT_EXPLORE_ACTOR_H
#define NP_PLAT_EXPLORE_ACTOR_H

#include <explore/engine.h>
#include <machine.h>
#include <plat/explore/work.h>

/* In the running actor: before its body, and when that has returned. */
void np_actor_begins(struct np_explorer *x, u8 actor);
void np_actor_ended(struct np_explorer *x);

/*
 * The caller is about to wait: reports an actor that must not. @what: the function.
 * Return: whether it may.
 */
bool np_might_sleep(const char *what);

/* The actor that is running, its accesses being steps or not; NULL outside of actors. */
static inline struct np_actor_state *np_actor_running(struct np_explorer *x)
{
	return x && x->running != NP_NOBODY ? &x->actors[x->running] : NULL;
}

/* The search in which an actor is running whose accesses are steps; else NULL. */
static inline struct np_explorer *np_acting(void)
{
	struct np_explorer *x = np_explorer_here();

	return x && x->running != NP_NOBODY && !x->quiet ? x : NULL;
}

/* Before a write that is undone after the execution, and is no step. */
static inline void np_plat_touch(const void *ptr, size_t size)
{
	struct np_explorer *x = np_explorer_here();

	if (x)
		np_image_touch(&x->image, x->hot.execution, ptr, size);
}

/* The counts of the running actor have changed: takes and lets go of pseudo-locks. */
void np_actor_follow_counts(struct np_explorer *x, const void *pc, const void *frame);

/* A step at pseudo-location @n, if somebody else also comes there. Whether it was one. */
bool np_pseudo_step(struct np_explorer *x, unsigned int n, enum np_op_kind kind, u16 flags);

/*
 * A queue at pseudo-location @n: a step, after which the caller adds to it, or takes from
 * it. @ready: whether there is something in it.
 */
typedef bool np_ready_fn(struct np_explorer *x, void *arg);
void np_pseudo_queue(struct np_explorer *x, unsigned int n, np_ready_fn *ready, void *arg);
void np_pseudo_take(struct np_explorer *x, unsigned int n, np_ready_fn *ready, void *arg);

/* "cpu0", for reports. */
const char *np_cpu_name(int cpu);

#endif /* NP_PLAT_EXPLORE_ACTOR_H */
