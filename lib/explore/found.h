/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * found - internal: the violations of an execution, and those of a search
 *
 * What is noticed while an execution runs is only written down: it may have to be thrown
 * away, and it is said in words once, on a stack that is large enough for that.
 */
#ifndef NP_EXPLORE_FOUND_H
#define NP_EXPLORE_FOUND_H

#include <stdarg.h>

#include <explore/engine.h>

#define NP_STACK_DEPTH 12

/* Return addresses, innermost first. */
struct np_stack {
	unsigned int nr;
	uintptr_t pcs[NP_STACK_DEPTH];
};

/* One side of a data race. */
struct np_party {
	struct np_stack stack;
	u16 flags;
	u8 actor, kind, size;
};

/* A violation that the search knows. */
struct np_known {
	enum np_invariant invariant;
	char *object, *message, *where, *schedule;
	const char *actor;
	unsigned long executions, first, latest; /* numbers of executions, from 1 */
	unsigned int preemptions;
	uintptr_t race[2]; /* the two places, the lower one first */
	bool set_up;	   /* noticed before the first execution */
};

/* A violation of the execution that runs, as it was noticed. */
struct np_violated {
	enum np_invariant invariant;
	u8 actor;		/* who was running; NP_NOBODY */
	bool race;		/* says all with .party; is noticed while its second event is new */
	u32 events;		/* how many there were by then */
	struct np_known *known; /* a race between places that are known; else NULL */
	struct np_stack stack;
	struct np_party party[2];
	char object[64], where[96], message[2048]; /* of a race: "" */
};

/* The machine's violations come to the search. */
void np_found_listen(struct np_explorer *x);
/* An execution begins: what the events that are kept have shown stays. */
void np_found_begin(struct np_explorer *x);
/* Those of the execution that is over belong to the search now. */
void np_found_collect(struct np_explorer *x);
/* The search begins anew. */
void np_found_clear(struct np_explorer *x);
void np_found_exit(struct np_explorer *x);
/* The result for the caller; minimised. 1 when something was found, 0, -ENOMEM. */
int np_found_result(struct np_explorer *x, struct np_explored **explored);

/*
 * Room for a violation of this execution, the strings empty. NULL: it is not to be reported,
 * or there are more than anybody would read.
 */
struct np_violated *np_found_add(struct np_explorer *x, enum np_invariant invariant);
/* np_assert() at @where did not hold. */
void np_found_assertion(struct np_explorer *x, const char *where, const char *fmt, va_list args)
	NP_PRINTF(3, 0);
/* What of the execution that is over is the same as @known: invariant and object. NULL: nothing. */
const struct np_violated *np_found_same(const struct np_explorer *x, const struct np_known *known);
/* What is known is said in the words of @violated. Context: after the execution. */
void np_found_reword(struct np_explorer *x, struct np_known *known, struct np_violated *violated);
/* The race between two places that is known; NULL: none. */
struct np_known *np_found_race(const struct np_explorer *x, uintptr_t a, uintptr_t b);
/* The one numbered @n, below x->nr_found, in the order in which they were found. */
const struct np_known *np_found_nth(const struct np_explorer *x, unsigned int n);
/* For what a resumed search knew: a new one, all but the numbers copied. NULL: no memory. */
struct np_known *np_found_know(struct np_explorer *x, enum np_invariant invariant,
			       const char *object, const char *message, const char *where);

#endif /* NP_EXPLORE_FOUND_H */
