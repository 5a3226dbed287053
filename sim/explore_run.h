/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: explore_run - one search in progress: private to explore_*.c, explore flavour only
 *
 * What an execution changes is in the search's own memory, struct explore_state, and goes back to
 * what it was before the next one; the rest is the same in all of them.
 */
#ifndef NP_SIM_EXPLORE_RUN_H
#define NP_SIM_EXPLORE_RUN_H

#include <setjmp.h>
#include <signal.h>

#include <netpage/explore.h>

#include "player.h"
#include "search.h"

/* Steps that keep each other out: see explore_guard.c. Both words are 0 when nobody is inside. */
struct explore_guard {
	s32 busy;  /* one at a time: -1 */
	s32 users; /* how many are inside; -1: it ends */
};

/* In the search's memory, with three arrays behind it. */
struct explore_state {
	struct explore_run *run;
	struct explore_guard *guards; /* of each object */
	u32 in_progress;	      /* steps that have begun and not ended */
	u32 over;		      /* something was violated: no step begins any more */
};

/* What an actor of the scenario does in the search. */
struct explore_actor {
	struct explore_run *run;
	int object;
	bool enters; /* it is its CPU's hardware, and each of its steps an interrupt; or so */
	int process; /* object whose task it is throughout, or 0 */
	struct task_struct *task;
	sigjmp_buf way_out; /* of a step that touched what is no memory */
	size_t *steps;
	size_t nr_steps;
};

/* What the process did about such accesses before. */
struct explore_oops {
	struct sigaction segv, bus;
	stack_t before;
	void *stack;
};

struct explore_run {
	struct np_player player;
	struct np_play_options play_options;
	struct np_play_outcome account; /* of the set-up, then of the execution */
	const struct np_search_options *options;
	struct np_search_outcome *outcome;
	struct np_machine_options machine;
	struct np_explore_options x;
	size_t first_statement; /* of those that are searched */
	size_t first_step;
	bool judged; /* => and check are about each execution */
	char *schedule;
	size_t *steps; /* of all actors */
	struct explore_actor actors[NP_ACTORS_MAX];
	unsigned int nr_actors;
	unsigned char *guarded; /* of each object: a bit for each word that is in use */
	int64_t *values;	/* for np_search_options.watch */
	u64 told;		/* of this execution: rules of the scenario; a bit for each */
	np_sink_fn *sink;	/* the search's own */
	void *sink_arg;
};

/*
 * That the condition does not hold is seen as well: who comes before whoever makes it true is a
 * choice like any other.
 */
static inline void explore_wait(bool (*condition)(void *arg), void *arg)
{
	if (!condition(arg))
		np_wait_until(condition, arg);
}

/* --- explore_guard.c --- */

/* Which guards the steps need. Before the search. */
void explore_guards_find(struct explore_run *run);
bool explore_guards_needed(const struct explore_run *run, const struct np_scenario_step *step);
/* Waits for those of @step, or until all is over: false then. Lets go of them. */
bool explore_guards_take(struct explore_run *run, struct explore_state *state,
			 const struct np_scenario_step *step);
void explore_guards_drop(struct explore_run *run, struct explore_state *state,
			 const struct np_scenario_step *step);

/* Whether nothing was violated yet for which the search of this execution ends. */
static inline bool explore_is_over(const struct explore_state *state)
{
	return READ_ONCE(state->over);
}

/* --- explore_oops.c --- */

/* Accesses to what is no memory end the actor's step from here on; as before. 0 or -ENOMEM. */
int explore_oops_catch(struct explore_oops *oops);
void explore_oops_leave(struct explore_oops *oops);

/* --- explore_play.c: what np_explore() calls --- */

int explore_set_up(struct np_machine *machine, void *memory);
void explore_begin(void *memory);
void explore_actor(void *memory);
void explore_nobody(void *memory);
void explore_final(void *memory);
size_t explore_state_size(const struct np_scenario *scenario);

/* --- explore_watch.c --- */

/* Tells np_search_options.watch. Context: quiet. */
void explore_tell(struct explore_run *run, enum np_search_event_kind kind, size_t step, int cpu,
		  const char *name, const char *text);
/* A subscriber of trace events, @arg is the run; a sink of violations. */
void explore_trace(void *arg, struct np_machine *machine, const struct np_trace_event *event);
void explore_sink(void *arg, const struct np_violation *violation);
/* For np_player.report. */
void explore_report(struct np_player *player, enum np_rule rule, const char *where,
		    const char *message);
/* The actor that is running, or NULL: nobody, or a worker of the search. */
struct explore_actor *explore_here(struct explore_run *run);

/* The search that this thread is about to begin: np_explore() hands nothing to a set-up. */
struct explore_run **explore_beginning(void);

#endif /* NP_SIM_EXPLORE_RUN_H */
