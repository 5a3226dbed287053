/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: generate - a scenario as a CMocka test in C
 *
 * The test is self-contained: public headers, the calls that the player makes, an assertion for
 * each expectation and each rule.  What the player takes care of at run time, objects that are gone
 * for example, is decided here where the order of steps decides it.
 */
#ifndef NP_SIM_GENERATE_H
#define NP_SIM_GENERATE_H

#include "scenario.h"

/**
 * np_generate_c - write the test
 * @out: where to
 * @why: receives what cannot be said in C; @size bytes
 *
 * Return: 0; -ENOTSUP when the scenario explores, names a scheme by file, lays out DMA addresses
 * so that a walk leaves the machine, or is to fail by a rule of its own; -ENOMEM. Nothing is
 * written then.
 */
int np_generate_c(FILE *out, const struct np_scenario *scenario, char *why, size_t size);

/* The rest is private to generate*.c. */

/* Functions that a test has only if it needs them, in the order in which they are written. */
enum np_generate_helper {
	NP_HELPER_GROUP,
	NP_HELPER_POOL,
	NP_HELPER_BIND,
	NP_HELPER_TAKE,
	NP_HELPER_UNCLAIM,
	NP_HELPER_FIRST_SKB,
	NP_HELPER_CLONE_FIRST,
	NP_HELPER_RECEIVE,
	NP_HELPER_UNMAP,
	NP_HELPER_PIN,
	NP_HELPER_SPLICE,
	NP_HELPER_SPLICE_ALL,
	NP_HELPER_READ_PAGE,
	NP_HELPER_RING_USED,
	NP_HELPER_QUEUE_LENGTH,
	NP_HELPER_FREELIST,
	NP_HELPERS,
};

/**
 * struct np_generate_row - how one function or query is said in C
 * @code: lines, with $1 $2 ... for arguments, $* all of them, $# their number, $m the machine, $w
 *	  the actor's name, $n the name of the second argument, $p all processes by `else`
 * @fewer: the same when the last optional argument is not given; NULL: @code with @otherwise
 * @otherwise: for arguments that are not given
 * @helpers: set of 1 << enum np_generate_helper, for @code
 * @fewer_helpers: the same for @fewer
 */
struct np_generate_row {
	const char *code;
	const char *fewer;
	const char *otherwise[NP_ARGUMENTS_NAMED];
	unsigned int helpers, fewer_helpers;
};

extern const struct np_generate_row np_generate_steps[NP_STEPS];
extern const struct np_generate_row np_generate_queries[NP_QUERIES];
extern const char *const np_generate_helpers[NP_HELPERS];

/** struct np_generate - one test being written; @helpers: needed so far. */
struct np_generate {
	FILE *out;
	const struct np_scenario *scenario;
	unsigned int helpers;
	bool *gone; /* objects that an earlier step has let go of */
};

/** Bytes of the name of an object in C. */
#define NP_GENERATE_NAME_MAX (NP_OBJECT_NAME_MAX + 16)

/** np_generate_name - the C name of an object, in @buf. */
const char *np_generate_name(const struct np_generate *generate, int object, char *buf,
			     size_t size);
/** np_generate_text - the text of a statement, for a C string or a comment; blanks are joined. */
void np_generate_text(FILE *out, const char *text, size_t len);
/** np_generate_set_up - the function that builds the machine; @traced: there is an on_trace(). */
void np_generate_set_up(const struct np_generate *generate, bool traced);
/** np_generate_step - the function of step number @index. */
void np_generate_step(struct np_generate *generate, size_t index);
/** np_generate_claim - an assertion, or for always and never a guarded one, indented. */
void np_generate_claim(struct np_generate *generate, const struct np_scenario_claim *claim);
/** np_generate_actor - "cpu, kind, task" of an actor. False: its task is gone. */
bool np_generate_actor(const struct np_generate *generate, int actor, char *buf, size_t size);

#endif /* NP_SIM_GENERATE_H */
