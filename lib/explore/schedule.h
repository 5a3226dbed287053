/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * schedule - internal: who runs when, as a text that outlives the program's next change
 *
 * Words separated by blanks:
 *
 *   app			app runs until it cannot go on: it has ended, or waits
 *   app>p._refcount:2		app runs until it is about to use p._refcount the 2nd time
 *   app=p._refcount:2~1	when app reads p._refcount the 2nd time it gets not the
 *				latest value but the one before: memory models
 *
 * A place is a granule, by the name that place.h gives it; what touches no memory is at
 * "step", "wait", or "softirq_of_cpu0" (preempt_, irq_), which interrupts enter and whoever
 * switches them off.  Uses are counted from the actor's beginning, whether they were
 * steps of the search or not: so a schedule says the same in every search of a program,
 * whatever memory that knows to be shared.  When it is used up, the runnable actor whose
 * turn comes first goes on.
 */
#ifndef NP_EXPLORE_SCHEDULE_H
#define NP_EXPLORE_SCHEDULE_H

#include <explore/engine.h>

struct np_word {
	u8 actor;
	u8 older; /* which older value it reads; 0: this word is about who runs */
	bool place_given;
	u32 place; /* see np_place_of() */
	u32 nth;   /* use of the place, from 1 */
};

struct np_schedule {
	struct np_word *words; /* of malloc() */
	u32 nr, max;
};

/* Why a text is none. */
struct np_schedule_error {
	size_t position; /* characters before it */
	char message[200];
};

void np_schedule_free(struct np_schedule *schedule);
/* Return: 0 or -ENOMEM. */
int np_schedule_add(struct np_schedule *schedule, const struct np_word *word);

/* Return: 0; -EINVAL, *@error is filled in; -ENOMEM. *@schedule is empty before and on error. */
int np_schedule_parse(const struct np_explorer *x, const char *text, struct np_schedule *schedule,
		      struct np_schedule_error *error);
/* Return: of malloc(), NULL without memory. */
char *np_schedule_text(const struct np_explorer *x, const struct np_schedule *schedule);

/*
 * The schedule of the first @events of the execution that is over.
 * @preemptions: how often an actor was left that could go on; may be NULL
 * Return: 0 or -ENOMEM.
 */
int np_schedule_record(const struct np_explorer *x, u32 events, struct np_schedule *schedule,
		       unsigned int *preemptions);
/* The same as a text, of malloc(); NULL without memory. */
char *np_schedule_of(const struct np_explorer *x, u32 events, unsigned int *preemptions);

/* Where an operation is: its location, or a number above all locations. */
u32 np_place_of(const struct np_explorer *x, u32 location, u8 kind, u16 flags, u32 excl);
static inline u32 np_place_of_event(const struct np_explorer *x, const struct np_event *event)
{
	return np_place_of(x, event->location, event->kind, event->flags, event->excl);
}
/* Of what actor @a wants to do next. */
static inline u32 np_place_pending(const struct np_explorer *x, u8 a)
{
	const struct np_op *op = &x->actors[a].op;

	return np_place_of(x, op->location, op->kind, op->flags, op->excl);
}

#endif /* NP_EXPLORE_SCHEDULE_H */
