/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: search - a scenario under every schedule that matters
 *
 * Statements above the scenario's `explore` are its set-up: played once, in their order, with all
 * that is expected of them.  The steps below it interleave freely, each actor's own in the order of
 * the file; a step waits for the names that it uses.  What stands behind `=>` is judged when the
 * step has ended, never and always as well; a `check` when all actors have ended; then everybody
 * lets go, as in a play.  `at` makes no difference: the step is one of its actor's.
 *
 * A scenario without `explore` has no set-up; what `=>` and `check` say of it is about the order of
 * the file, and is not judged.
 *
 * One execution fails when any rule is violated in it.  All orders that differ in nothing but
 * independent steps are one execution; what is looked at between steps is looked at in that one.
 *
 * A scenario with a `schedule` has one execution.
 */
#ifndef NP_SIM_SEARCH_H
#define NP_SIM_SEARCH_H

#include "play.h"

/** What a page that has no name yet has for a count. */
#define NP_SEARCH_UNKNOWN INT64_MIN

enum np_search_event_kind {
	NP_SEARCH_BEGINS,    /* an execution */
	NP_SEARCH_STEP,	     /* one begins */
	NP_SEARCH_TRACE,     /* a trace point was passed */
	NP_SEARCH_VIOLATION, /* something is violated */
	NP_SEARCH_STEP_END,
	NP_SEARCH_REST,	    /* all actors have ended, and everybody lets go */
	NP_SEARCH_TEARDOWN, /* nothing is held any more, and the network goes */
};

/**
 * struct np_search_event - something that happens in an execution; valid during the call
 * @actor: object index of the actor; -1: nobody's, or that of a kernel worker
 * @cpu: where; -1: nowhere
 * @step: index of the step; SIZE_MAX: none
 * @name: of the trace point, or of the rule; ""
 * @text: the step, the event, the message, the error of a step that has ended; ""
 * @value: of each object of the scenario: count of a page, usage of a memcg, or NP_SEARCH_UNKNOWN
 */
struct np_search_event {
	enum np_search_event_kind kind;
	int actor;
	int cpu;
	size_t step;
	const char *name;
	const char *text;
	const int64_t *value;
};

/** struct np_search_progress - how far a search has come; @explored: 0 where nobody can tell. */
struct np_search_progress {
	unsigned long executions;
	double seconds;
	double explored;
};

/** struct np_search_bounds - how to search: what is negative, or 0, is the scenario's to say. */
struct np_search_bounds {
	int strategy;	     /* enum np_strategy_word, or -1 */
	int memory;	     /* enum np_memory_word, or -1 */
	int64_t preemptions; /* -1 */
	int64_t depth;	     /* -1 */
	int64_t seed;	     /* -1 */
	int64_t executions;  /* -1; 0: no bound, whatever the scenario says */
	double seconds;	     /* 0: none */
	bool commute;
};
#define NP_SEARCH_BOUNDS                                                                           \
	{                                                                                          \
		.strategy = -1, .memory = -1, .preemptions = -1, .depth = -1, .seed = -1,          \
		.executions = -1                                                                   \
	}

/**
 * struct np_search_options - what may be said besides the scenario
 * @scheme: name of a scheme instead of the scenario's own; NULL
 * @bounds: NP_SEARCH_BOUNDS to begin with
 * @schedule: instead of the scenario's own; NULL
 * @state_file: to go on from, and where to write what is left; NULL
 * @as_found: do not make schedules smaller: quicker, where only verdicts are wanted
 * @first_only: only the first execution, which is the order of the file
 * @watch: told of all that happens, in each execution; NULL. It runs on a small stack.
 * @progress: called now and then; true: stop. NULL
 */
struct np_search_options {
	const char *scheme;
	struct np_search_bounds bounds;
	const char *schedule;
	const char *state_file;
	bool as_found;
	bool first_only;
	void (*watch)(void *arg, const struct np_search_event *event);
	void *watch_arg;
	bool (*progress)(void *arg, const struct np_search_progress *progress);
	void *progress_arg;
};

/** struct np_search_finding - a violation, the first of its kind; strings belong to the outcome. */
struct np_search_finding {
	enum np_rule rule;
	char *where;   /* the step, or "" */
	char *object;  /* what it is about, or "" */
	char *message; /* further lines: who holds what, who was where */
	char *schedule;
	unsigned long executions; /* that show it */
	unsigned long first;	  /* the number of the first of them */
	unsigned int preemptions; /* of @schedule */
};

/**
 * struct np_search_outcome - to be given to np_search_outcome_free()
 * @end: NP_PLAY_VIOLATED when any execution fails
 * @reason: why it was skipped, or could not be set up
 * @before: it fails before the first interleaving, in the set-up: in all executions, therefore
 * @replay: there was a schedule
 * @memory: enum np_memory_word that was used
 * @violated: executions in which a rule is violated
 */
struct np_search_outcome {
	enum np_play_end end;
	char reason[160];
	char scheme[64];
	bool before;
	bool replay;
	bool bounded;
	int memory;
	bool exhausted;
	unsigned long executions, blocked, failed, steps, restarts;
	double explored, seconds;
	size_t peak_bytes;
	unsigned long violated[NP_RULES];
	struct np_search_finding *finding;
	size_t nr_findings;
};

/**
 * np_search - search @scenario
 * @options: NULL: none
 * @outcome: filled in, whatever is returned
 *
 * Return: 0 whatever came of it; -ENOMEM.
 */
int np_search(const struct np_scenario *scenario, const struct np_search_options *options,
	      struct np_search_outcome *outcome);

/** np_search_outcome_free - free what @outcome holds. */
void np_search_outcome_free(struct np_search_outcome *outcome);

/**
 * np_search_choose - what the bounds say, else the scenario's `explore`, else @otherwise
 * @wanted: of the bounds; negative: nothing
 * @attribute: enum np_explore_attribute
 */
int64_t np_search_choose(const struct np_scenario *scenario, int64_t wanted,
			 enum np_explore_attribute attribute, int64_t otherwise);
/** np_search_strategy - the enum np_strategy_word that a scenario is searched with. */
enum np_strategy_word np_search_strategy(const struct np_scenario *scenario,
					 const struct np_search_bounds *bounds);

/** np_search_wanted - whether a scenario is to be searched rather than played. */
bool np_search_wanted(const struct np_scenario *scenario);

/**
 * np_search_verdict - one word
 *
 * "always", "sometimes" and "never": how many of the executions fail, all of them having been
 * tried; "sometimes" is known before that. "fail" and "pass": all of those tried so far, or none,
 * or the one of a schedule. "n/a" and "error".
 */
const char *np_search_verdict(const struct np_search_outcome *outcome);

/** What np_search_judge() says. */
enum np_search_judgement {
	NP_SEARCH_AS_EXPECTED,
	NP_SEARCH_NOT_AS_EXPECTED,
	NP_SEARCH_UNDECIDED, /* not all executions were tried */
	NP_SEARCH_SKIPPED,
};

/**
 * np_search_judge - @outcome against the scenario's `result`
 *
 * pass: no execution fails, of those within the scenario's own bounds; fail RULE: some execution
 * violates it; always, sometimes, never, with a rule or with any: all, some but not all, none of
 * them, and all have been tried where that matters.
 */
enum np_search_judgement np_search_judge(const struct np_scenario *scenario,
					 const struct np_search_outcome *outcome);

/** np_search_judge_plainly - the same against nothing: no execution may fail. */
enum np_search_judgement np_search_judge_plainly(const struct np_search_outcome *outcome);

/**
 * np_search_print_witness - a scenario that replays finding number @i and nothing else
 * @scheme: what was given as np_search_options.scheme
 */
void np_search_print_witness(FILE *out, const struct np_scenario *scenario, const char *scheme,
			     const struct np_search_outcome *outcome, size_t i);

#endif /* NP_SIM_SEARCH_H */
