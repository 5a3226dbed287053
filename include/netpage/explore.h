/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: explore - run a few simulated CPUs' worth of code under every schedule that matters
 *
 * A *search* runs a program again and again, each time under another schedule.
 * The program is a set-up, an actor for each execution context (a task, softirq
 * or hardirq on a CPU), and a check when all of them have ended.  An actor is
 * stopped before each access to memory that another actor also uses, and at each
 * lock; who goes on from there is the schedule.  Code takes part by being
 * compiled with the explore flavour's options (CMake: netpage-sim::explore); not
 * one annotation is needed.
 *
 * What is found is a *violation*: an invariant of the machine (check.h), or one of
 * the explorer's own (a data race, a deadlock ...), with the schedule that shows it.
 *
 * Unit: a *step* is one access or one lock operation of one actor; an *execution*
 * is one run of all actors to their end.
 * Context: any thread, outside of any search of its own.  Nothing is global: several
 * searches may run in several threads, or one after the other.
 * Order: two searches with equal options print and return the same, on any machine.
 *
 * Explore flavour only: in the native flavour there is nobody to see the accesses.
 */
#ifndef NETPAGE_EXPLORE_H
#define NETPAGE_EXPLORE_H

#include <netpage/check.h>

NP_BEGIN_DECLS

#define NP_ACTORS_MAX 24

/** How the next schedule is chosen. */
enum np_strategy {
	NP_DPOR,    /* one execution for each Mazurkiewicz trace, until none is left: the default */
	NP_REPLAY,  /* the one schedule that options.schedule names */
	NP_RANDOM,  /* a coin at each step */
	NP_PCT,	    /* random priorities, depth - 1 changes of them: finds any bug of that depth
		     * with probability >= 1 / (actors * steps ^ (depth - 1)) */
	NP_POS,	    /* a random priority for each step: partial order sampling */
	NP_BOUNDED, /* every schedule with at most options.bound preemptions */
	NP_STRATEGIES,
};

/** What a read may return. */
enum np_memory_model {
	NP_MEMORY_SC,	/* the latest write: interleavings, the default */
	NP_MEMORY_TSO,	/* writes wait in a buffer for each CPU, as on x86 */
	NP_MEMORY_LKMM, /* what the kernel's memory model allows; docs/limits.md: which of it */
	NP_MEMORY_MODELS,
};

/** struct np_actor - one execution context. */
struct np_actor {
	const char *name; /* unique; letters, digits, '_' */
	void (*body)(void *state);
	void *arg;		   /* what np_actor_arg() gives the body: which of several it is */
	enum np_context_kind kind; /* a softirq interrupts its CPU's tasks, a hardirq both */
	int cpu;		   /* below the machine's nr_cpus; without a machine any below 8 */
	struct task_struct **task; /* NP_TASK on a machine: read after the set-up; in @state, say */
};

/** struct np_progress - how far a search has come. */
struct np_progress {
	unsigned long executions;
	double seconds;
	double explored; /* estimate of the fraction explored, 0..1; 0 where none can be given */
};

/**
 * struct np_explore_options - a program, and how to search it; 0 is "the default"
 */
struct np_explore_options {
	/* the program */
	const struct np_machine_options *machine; /* NULL: no machine, only @state */
	size_t state_size; /* bytes of zeroed memory that the actors share; watched */
	/* Once, before the first execution. Non-zero: -errno, ends the search. May be NULL. */
	int (*setup)(struct np_machine *machine, void *state);
	/* Before each execution, for whatever is not in @state or the machine. May be NULL. */
	void (*begin)(void *state);
	struct np_actor actors[NP_ACTORS_MAX]; /* up to the first without a body */
	/* After each execution, when all actors have ended: np_assert() here. May be NULL. */
	void (*final)(void *state);
	/* After each execution: the machine comes to rest, and np_check() looks at it. */
	bool check_rest, check_teardown;

	/* the search */
	enum np_strategy strategy;
	enum np_memory_model memory;
	unsigned int depth;	      /* NP_PCT; default 3 */
	unsigned int bound;	      /* NP_BOUNDED: preemptions; default 2 */
	u64 seed;		      /* of the random strategies; default 1 */
	unsigned long max_executions; /* default: none (random strategies: 1000) */
	double max_seconds;	      /* default: none; what is found then depends on the machine */
	unsigned long max_steps;      /* of one execution: more is a livelock; default 20000 */
	bool commute;		      /* increments whose result nobody uses do not conflict */
	bool stop_at_first;	      /* end at the first violation */
	bool no_minimise;	      /* give the schedule as it was found */
	/* Invariants not to be reported, a bit for each: BIT(NP_DATA_RACE) and so on. */
	u64 ignore;
	const char *schedule; /* NP_REPLAY: as np_found.schedule gives it */
	const char
		*state_file; /* resume from it if it is there; written when stopped. May be NULL */
	/* Called now and then; true: stop, which is not a violation. May be NULL. */
	bool (*progress)(void *arg, const struct np_progress *progress);
	void *progress_arg;
};

/** struct np_found - one violation, the first of its kind (invariant, object and first line). */
struct np_found {
	enum np_invariant invariant;
	const char *object, *message, *where; /* as struct np_violation */
	const char *actor;		      /* who was running; "" when all had ended */
	const char *schedule;	  /* replays it; "NAME*STEPS NAME*STEPS ..."; see docs/explore.md */
	unsigned long executions; /* how many executions showed it */
	unsigned long first;	  /* the number of the first of them, from 1 */
	unsigned int preemptions; /* of the schedule */
};

/** struct np_explored - what a search found. */
struct np_explored {
	unsigned long executions; /* complete ones */
	unsigned long blocked;	  /* cut off because they repeat another one: 0 under NP_DPOR */
	unsigned long failed;	  /* complete ones with a violation */
	unsigned long steps;	  /* of all executions together */
	unsigned long max_steps;  /* of the longest execution */
	unsigned long restarts;	  /* after more memory turned out to be shared */
	bool exhausted;		  /* nothing is left to explore */
	double explored;	  /* estimate of the fraction explored */
	double seconds;
	size_t peak_bytes; /* host memory that the search held at most, image included */
	unsigned int nr_found;
	const struct np_found *found;
};

/**
 * np_explore - search
 * @explored: receives the result, to be freed with np_explored_free(); may be NULL
 *
 * Return: 0 when nothing was found, 1 when something was; -EINVAL for options that make no
 * sense (a message on standard error says which); -ENOMEM; -EBUSY inside another search;
 * what the set-up returned.
 */
NP_API int np_explore(const struct np_explore_options *options, struct np_explored **explored);
NP_API void np_explored_free(struct np_explored *explored);

/**
 * np_assert_failed - the cold half of np_assert(): reports NP_ASSERTION
 * Context: an actor, begin, or final.
 */
NP_API NP_COLD void np_assert_failed(const char *where, const char *fmt, ...) NP_PRINTF(2, 3);

#define NP_STRINGIFY_(x) #x
#define NP_STRINGIFY(x) NP_STRINGIFY_(x)
/** np_assert - what must hold at this place in every schedule; the message follows printf. */
#define np_assert(condition, ...)                                                                  \
	((condition) ? (void)0 : np_assert_failed(__FILE__ ":" NP_STRINGIFY(__LINE__), __VA_ARGS__))

/** np_actor_arg - the arg of the actor that is running. */
NP_API void *np_actor_arg(void);

/**
 * np_wait_until - the actor waits until @condition(@arg) holds
 *
 * The condition is a function of memory that the actors share, without side effects. It is
 * asked when that memory has changed; while it is false the actor is not runnable: a loop
 * that spins would be explored as the many executions that it is.
 * Context: an actor that may sleep. Outside of a search: -EDEADLK unless it holds.
 * Return: 0.
 */
NP_API int np_wait_until(bool (*condition)(void *arg), void *arg);

/** np_step - a schedule point where nothing is accessed. */
NP_API void np_step(void);

/**
 * np_set_turn - when it is this actor's turn in the first execution
 *
 * Where the strategy is free to choose, the runnable actor with the smallest turn goes on: the
 * first execution of a search is then the order that the program has in mind. Initially 0 for
 * all: each actor runs to its end, in the order of options.actors.
 */
NP_API void np_set_turn(unsigned long turn);

/**
 * np_check_state - np_check() of the search's machine, unless it has seen this very state
 *
 * A state that was clean once is not walked again; one with findings is.  With NP_CHECK_STEP
 * nothing is looked at while a work queue is in the middle of a work.
 * Context: quiet (np_quiet()), or begin or final.
 * Return: as np_check().
 */
NP_API unsigned long np_check_state(enum np_check_time when);

/**
 * np_quiet - what follows is the observer's: accesses are no steps, and nobody else runs
 *
 * For checks and expressions that an actor evaluates in between; without locks that another
 * actor may hold. Outside of a search it does nothing.
 * Return: what it was before, to be set again.
 */
NP_API bool np_quiet(bool quiet);

/**
 * np_touch - memory that code without instrumentation is about to write
 *
 * For what an uninstrumented library writes into a machine's memory or @state; else the
 * next execution would start with it.
 */
NP_API void np_touch(void *ptr, size_t size);

/** np_strategy_name - "dpor" and so on; NULL for one that is not there. */
NP_API const char *np_strategy_name(enum np_strategy strategy);
/** np_memory_model_name - "sc", "tso", "lkmm"; NULL for one that is not there. */
NP_API const char *np_memory_model_name(enum np_memory_model memory);

NP_END_DECLS

#endif /* NETPAGE_EXPLORE_H */
