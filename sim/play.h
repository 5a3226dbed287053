/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: play - playing a scenario on a machine, and what came of it
 *
 * Steps run in the order of the file, each in the context of its actor; after each one every
 * invariant is checked.  The play ends with the first step that violates something: what a machine
 * does after that says little.  If nothing is violated, everybody lets go (rest), then the network
 * is taken down (teardown), each with its own checks.
 *
 * An `at` step runs once, inside a step that passes its trace point; not at rest.  What the kernel
 * could only do later, it does not do there: -EBUSY (play_exclude.c).
 */
#ifndef NP_SIM_PLAY_H
#define NP_SIM_PLAY_H

#include <netpage/netpage.h>

#include "player_flavour.h"
#include "scenario.h"

/** Violations that are kept of one play; more are counted. */
#define NP_PLAY_VIOLATIONS_MAX 32

/** struct np_play_violation - one finding; strings belong to the outcome. */
struct np_play_violation {
	enum np_rule rule;
	char *where;
	char *object;
	char *message;
};

/** How a play ended. */
enum np_play_end {
	NP_PLAY_HELD,	  /* nothing was violated */
	NP_PLAY_VIOLATED, /* see the violations */
	NP_PLAY_SKIPPED,  /* the model or the scheme lacks what the scenario needs: see @reason */
	NP_PLAY_ERROR,	  /* it could not be set up: see @reason */
};

/** struct np_play_outcome - to be given to np_play_outcome_free() */
struct np_play_outcome {
	enum np_play_end end;
	char reason[160];
	struct np_play_violation violation[NP_PLAY_VIOLATIONS_MAX];
	unsigned int nr_violations; /* kept */
	unsigned long all_violations;
	unsigned int steps; /* steps that ran */
	uint64_t hash;	 /* of everything that happened, wherever the scenario stood in its file */
	char scheme[64]; /* its name */
};

/**
 * struct np_play_options - what may be said besides the scenario
 * @scheme: instead of the one the scenario names; NULL: its own
 * @trace: where to print steps and trace events; NULL: nowhere
 * @subscriber: further subscriber of the machine's trace events; may be NULL
 * @subscriber_arg: for it
 * @step: called before each step, with the text and the actor's object index; may be NULL
 */
struct np_play_options {
	const struct np_scheme *scheme;
	FILE *trace;
	np_trace_fn *subscriber;
	void *subscriber_arg;
	void (*step)(void *arg, const struct np_scenario *scenario, unsigned int actor, int cpu,
		     const char *text);
};

/**
 * np_play - play @scenario
 * @options: NULL: none
 * @outcome: filled in
 *
 * Return: 0 whatever came of it; -ENOMEM.
 */
int np_play(const struct np_scenario *scenario, const struct np_play_options *options,
	    struct np_play_outcome *outcome);

/* What follows is about outcomes and needs no machine. */

/** np_play_outcome_free - free what @outcome holds. */
void np_play_outcome_free(struct np_play_outcome *outcome);

/**
 * np_play_as_expected - whether @outcome is what the scenario's `result` says
 *
 * `result fail RULE` wants RULE among the violations; without a result, pass is wanted.
 */
bool np_play_as_expected(const struct np_scenario *scenario, const struct np_play_outcome *outcome);

/** np_play_verdict - "holds", the first violated rule, or "n/a". */
const char *np_play_verdict(const struct np_play_outcome *outcome);

#endif /* NP_SIM_PLAY_H */
