/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * engine - internal: one search, its executions, and the steps they are made of
 *
 * A fiber runs until it wants to touch memory that another actor also uses (or a
 * lock, or the CPU itself).  It then calls np_explore_op(), which chooses who goes
 * on, writes that actor's operation down as the next *event*, and switches to it.
 * So whoever returns from np_explore_op() is alone until its next call.
 *
 * What decides which operations may be reordered is in struct np_op alone: bytes
 * at a location, and the pseudo-locks of the CPUs.
 */
#ifndef NP_EXPLORE_ENGINE_H
#define NP_EXPLORE_ENGINE_H

#include <netpage/explore.h>

#include <explore/fiber.h>
#include <explore/image.h>

struct np_explorer;

#define NP_EXPLORE_CPUS 8
#define NP_NOBODY 0xff
#define NP_NO_EVENT UINT32_MAX

/*
 * A CPU has three pseudo-locks. A softirq holds SOFT from its first step to its last, and
 * each step of a task of that CPU needs it free: that is what "interrupts" means. A task
 * that disables softirqs holds SOFT itself. HARD and TASK (preemption) are the same one
 * level up and down. Only those are present that somebody has taken, and for which somebody
 * else on the CPU has to wait: as with memory, it is found out while searching.
 */
enum np_level { NP_LEVEL_TASK, NP_LEVEL_SOFT, NP_LEVEL_HARD, NP_LEVELS };
#define NP_CPU_LOCK(cpu, level) (1u << ((cpu)*NP_LEVELS + (level)))

enum np_op_kind {
	NP_OP_START, /* not yet at its first operation: never seen by a strategy */
	NP_OP_READ,  /* one access */
	NP_OP_WRITE,
	NP_OP_RMW,  /* reads and always writes */
	NP_OP_CAS,  /* writes only when it finds .expected; spin_trylock() is one */
	NP_OP_LOCK, /* waits until the u32 at the location is 0, then writes it */
	NP_OP_UNLOCK,
	NP_OP_ENTER, /* takes the pseudo-locks .excl: an interrupt begins, BHs are disabled */
	NP_OP_LEAVE, /* lets go of them */
	NP_OP_WAIT,  /* runs when .ready says so; touches nothing itself */
	NP_OP_YIELD, /* touches nothing */
};

enum np_op_flags {
	NP_OP_PLAIN = 1 << 0, /* not marked: races with whatever is not ordered by more */
	NP_OP_ACQUIRE = 1 << 1,
	NP_OP_RELEASE = 1 << 2,
	NP_OP_FULL = 1 << 3,	 /* a full barrier before and after */
	NP_OP_COMMUTES = 1 << 4, /* an addition whose result is not used */
	NP_OP_POINTER = 1 << 5,	 /* (set by the engine) a marked read that got a pointer */
	/* As an event: */
	NP_OP_WRITES = 1 << 6,	 /* it did write: a CAS that failed did not */
	NP_OP_ENABLES = 1 << 7,	 /* without it the next gated operation could not have run */
	NP_OP_GATED = 1 << 8,	 /* waits for such a one: the pair cannot be reversed */
	NP_OP_STRONG = 1 << 9,	 /* a load or store that is sequentially consistent */
	NP_OP_TRYLOCK = 1 << 10, /* a CAS that takes a lock */
};

/* What an actor wants to do next. */
struct np_op {
	u8 kind, size; /* bytes; 1..8, within one granule */
	u16 flags;
	u32 location;	  /* index; NP_NOWHERE: none */
	u8 mask;	  /* which bytes of the granule */
	u32 excl, shared; /* pseudo-locks that it takes or lets go; that must be free */
	u64 expected;	  /* NP_OP_CAS */
	/* NP_OP_WAIT, and GATED ones: whether it could run now. Reads quietly. */
	bool (*ready)(struct np_explorer *x, void *arg);
	void *ready_arg;
	const void *pc, *frame; /* for reports */
	void *addr;
};

/* What an actor did. Kept while the prefix of the path that it is in is kept. */
struct np_event {
	u32 location;
	u32 prev; /* the event before it at this location; NP_NO_EVENT */
	u8 mask, kind, actor, size;
	u16 flags;
	u32 index;   /* of its actor, from 1 */
	u32 partner; /* LOCK, UNLOCK, ENTER, LEAVE: the event that began the section */
	u32 excl, shared;
	u32 from;     /* the write that it reads, or overwrites */
	u64 expected; /* NP_OP_CAS */
	u64 value;    /* the granule before it */
	u64 written;  /* the granule after it, if it writes */
	const void *pc;
};

/* An operation as far as dependence goes: of an event, a pending one, a wakeup branch. */
struct np_effect {
	u32 location, excl, shared;
	u16 flags; /* NP_OP_WRITES, NP_OP_COMMUTES */
	u8 mask;
};

/* A tree of sequences still to be explored from a node: first children are explored first. */
struct np_wakeup {
	struct np_wakeup *next, *child;
	struct np_effect effect;
	u8 actor;
};

/* A state on the path that is being explored. */
struct np_node {
	u8 actor;	       /* what was done here */
	u8 choice, nr_choices; /* which of several values it read: memory models */
	u32 sleep;	       /* actors whose next step is explored elsewhere */
	u32 sleep_writes;      /* of those: whose step writes */
	u32 todo;	       /* NP_BOUNDED: actors still to be tried */
	u32 preemptions;       /* NP_BOUNDED: up to here */
	u32 done;	       /* how many branches are behind us */
	u32 enabled;	       /* who could have gone on here */
	struct np_wakeup *wakeup;
};

/* The last section of a pseudo-lock, and who passed while it was free. */
struct np_section {
	u32 begin, end;		   /* events of the last one that is over; NP_NO_EVENT */
	u32 last_begin;		   /* of the one that is not */
	u32 passed[NP_ACTORS_MAX]; /* last event of each since then */
};

struct np_actor_state {
	struct np_fiber fiber;
	void *stack;
	struct np_op op; /* pending */
	u32 last;	 /* its last event; NP_NO_EVENT */
	u32 index;	 /* events so far */
	u32 held;	 /* pseudo-locks */
	bool ended;
	void (*body)(void *arg);
	void *body_arg, *arg;
	const char *name;
	struct task_struct **task;
	unsigned long turn;
	bool idle_at_end; /* a worker: waiting for work is not a deadlock */
	u8 kind, cpu;
	struct np_context context; /* innermost is .here */
	struct np_context *here;
	/* Owned by plat/explore: locks held, RCU nesting, disable counts. */
	void *locks_held[16];
	const void *locks_pc[16];
	unsigned int nr_locks;
	int rcu_nesting;
	u32 disabled;		      /* pseudo-locks of .held that the counts of .here ask for */
	unsigned int spinning;	      /* spinlocks, held and waited for: they keep preemption off */
	struct np_rcu_wait *rcu_wait; /* the grace period it waits for ... */
	u32 rcu_wait_execution;	      /* ... in this execution */
	u32 rcu_unlock;		      /* the event by which it last left; NP_NO_EVENT */
	unsigned int waits_at;	      /* a worker: enum np_pseudo */
};

enum np_outcome {
	NP_COMPLETE,
	NP_DEADLOCKED,
	NP_BLOCKED,
	NP_TOO_LONG,
	NP_CUT,
	NP_NEWLY_SHARED,
	NP_INFEASIBLE,
	NP_MISMATCH,
};

struct np_strategy_ops {
	const char *name;
	int (*init)(struct np_explorer *x);
	/* Who goes on: one of @enabled, or NP_NOBODY to cut the execution off. */
	u8 (*pick)(struct np_explorer *x, u32 enabled);
	/*
	 * Memory models: which of the node's .nr_choices ways @event is made in, 0 being that of
	 * the latest value. NULL: what .choice of the node says.
	 */
	u8 (*choose)(struct np_explorer *x, u32 event);
	/* @event was just written down, and is new. x->race[] has what it could be reversed with. */
	void (*did)(struct np_explorer *x, u32 event);
	bool race;	 /* wants x->race[] */
	bool exhaustive; /* no next execution: there is no other */
	/* An execution is over. Whether there is another one. */
	bool (*next)(struct np_explorer *x, enum np_outcome outcome);
	void (*exit)(struct np_explorer *x);
};
extern const struct np_strategy_ops np_strategy_dpor, np_strategy_replay, np_strategy_random,
	np_strategy_pct, np_strategy_pos, np_strategy_bounded;

struct np_explorer {
	/* What every instrumented access looks at: see runtime.c. First, and together. */
	struct np_hot hot;

	const struct np_explore_options *options;
	const struct np_strategy_ops *strategy;
	struct np_machine *machine;
	void *state;
	struct np_image image;

	/* this execution */
	u8 nr_actors;	   /* options' and the engine's own (workers) */
	u8 nr_listed;	   /* options' */
	u8 running;	   /* actor, or NP_NOBODY: the set-up, the end */
	u8 starting;	   /* actor whose prefix runs; NP_NOBODY: all have started */
	bool newly_shared; /* a location: this execution does not count, the search starts anew */
	bool quiet;	   /* accesses are not steps now (still undone afterwards) */
	enum np_outcome outcome;
	u32 plain_runnable;	     /* pending, and nothing can hold them up */
	u32 need_cpu;		     /* pending, and nothing but pseudo-locks can */
	u32 conditional;	     /* pending, to be asked */
	u32 held;		     /* pseudo-locks held by anybody */
	u32 possible;		     /* pseudo-locks for which somebody else would have to wait */
	u32 present;		     /* of those: that somebody takes, as far as is known */
	u32 newly_present;	     /* from the next execution on */
	struct np_section *sections; /* one for each pseudo-lock */
	u32 nr_sections;
	u32 shared_of[NP_ACTORS_MAX];	  /* pseudo-locks that must be free for an actor's steps */
	const struct np_model_ops *model; /* NULL: sequential consistency */
	bool commute;
	bool capture; /* stacks of all events, for a report */
	struct np_actor_state actors[NP_ACTORS_MAX];
	struct np_fiber main;
	struct np_violated *violated; /* violations of this execution */
	unsigned int nr_violated, max_violated;

	/* events and their clocks; row e of clocks: what happened before e, e included */
	u32 nr_events, max_events;
	struct np_event *events;
	u16 *clocks;	 /* by conflict: what DPOR reverses */
	u16 *sync;	 /* by synchronization: what orders for a race detector */
	u16 *message;	 /* what a reader of this write acquires */
	u32 stride;	 /* elements in a row */
	u16 *actor_sync; /* a row for each actor: now */
	u16 *fence_release, *fence_acquire;
	u32 *positions[NP_ACTORS_MAX]; /* the events of each actor */
	u32 race[128];		       /* of the latest event: events that it could come before */
	unsigned int nr_races;

	/* the path: nodes 0..nr_path-1 are fixed; events below `kept` are as they were */
	struct np_node *nodes;
	u32 nr_path, kept;
	struct np_wakeup *free_wakeups;
	u16 *made;		    /* a row for each event: see sequence.h */
	struct np_covered *covered; /* see dpor.c */
	u32 nr_covered, max_covered;
	u16 *nothing_before; /* a row of zeroes */

	u64 random;
	u32 bound; /* NP_BOUNDED: preemptions */
	void *strategy_private, *memory_private, *detector_private;
	struct np_symbols *symbols;
	u64 *clean_states;		  /* see state.c */
	struct np_resume *resume;	  /* the path of a file is walked: see resume.h */
	struct np_stack *stacks;	  /* of each event, while .capture is set: see found.h */
	struct np_lock_order *lock_order; /* see lock_order.h */

	/* results */
	struct np_explored explored;
	struct np_found_list *found_list;
	unsigned int nr_found;
	unsigned long max_executions;
	double started_at;
	bool stop, cut_short;
	u32 *shared; /* locations that are SHARED, in the order in which that came out */
	size_t nr_shared, max_shared;

	int error;
	struct np_block *blocks;
	struct {
		void *ptr;
		size_t size;
	} reserved[40]; /* arrays that grow as they are touched */
	unsigned int nr_reserved;
};

/* The search this thread is in, or NULL. */
struct np_explorer *np_explorer_here(void);

/*
 * The running actor wants to do *@op; returns when it may, having been written down as the
 * next event. Not for accesses that only this actor makes.
 */
void np_explore_op(struct np_explorer *x, const struct np_op *op);

/* The same for an access to memory of the image, within one granule. */
void np_explore_access(struct np_explorer *x, enum np_op_kind kind, const void *addr, u8 size,
		       u16 flags, u64 expected, const void *pc, const void *frame);

/*
 * For code without instrumentation that accesses the image by itself (locks, work
 * queues): notes that the running actor uses it, logs it for undo if it writes. Whether
 * this is a step: np_explore_op() is due then. Quietly: no.
 */
bool np_explore_visit(struct np_explorer *x, const void *ptr, u8 size, bool write);
/* Accesses to @location are steps from now on. Not to be undone. */
void np_explore_now_shared(struct np_explorer *x, u32 location);
/* Pseudo-locks that are not present, and somebody takes: they will be, in a search anew. */
void np_explore_now_present(struct np_explorer *x, u32 locks);
/* The same for a pseudo-location, np_pseudo_location(). */
bool np_explore_visit_location(struct np_explorer *x, u32 location, bool write);

enum np_pseudo { NP_PSEUDO_RCU, NP_PSEUDO_DELAYED, NP_PSEUDO_GARBAGE, NP_PSEUDO_WORK /* + cpu */ };
static inline u32 np_pseudo_location(const struct np_explorer *x, unsigned int n)
{
	return (u32)(x->image.size / NP_GRANULE) + n;
}

/* The event just written down also comes after @event: it could not have run before. */
void np_explore_join(struct np_explorer *x, u32 event);

/*
 * An instrumented access to a granule whose .watch is set (lib/explore/detect.c), before it
 * happens; running actor or quiet.
 */
void np_detect_access(struct np_explorer *x, const void *ptr, u8 size, enum np_op_kind kind,
		      u16 flags, const void *pc, const void *frame);

/* An atomic on memory that nobody else uses: it orders all the same. */
void np_explore_private(struct np_explorer *x, enum np_op_kind kind, u16 flags);
/* A fence of the running actor; @order as for __atomic_thread_fence(). */
void np_explore_fence(struct np_explorer *x, int order);

void np_explore_fence_of(struct np_explorer *x, u8 actor, int order);

/* Runs all actors once. */
enum np_outcome np_execute(struct np_explorer *x);
/* The same with the checks at the end, and all undone. */
void np_execute_and_check(struct np_explorer *x);
/* Ends the execution from within an actor; does not return. */
void np_cut(struct np_explorer *x, enum np_outcome outcome) __attribute__((noreturn));

/* Of @enabled the one whose turn comes first; the running one, if that is no later. */
u8 np_default_pick(const struct np_explorer *x, u32 enabled);

/* What actor @a waits for in words, for deadlock reports. */
void np_describe_wait(struct np_explorer *x, u8 actor, char *buf, size_t size);

/*
 * Reports about the running actor, or about nobody. (np_explore_violate is what np_violate
 * is called in this flavour.)
 */
void np_explorer_violate(struct np_explorer *x, enum np_invariant invariant, const char *object,
			 const char *fmt, ...) NP_PRINTF(4, 5);

/* Memory of a search that ends with it: zeroed; NULL, and the search ends with -ENOMEM. */
void *np_explorer_alloc(struct np_explorer *x, size_t size);
/* Address space that costs nothing until touched; the same otherwise. */
void *np_explorer_reserve(struct np_explorer *x, size_t size);
void np_explorer_unreserve(struct np_explorer *x);
double np_explorer_seconds(const struct np_explorer *x);
/* Estimate: the weight of the branches that are behind the path, by how many are known. */
double np_explored_fraction(const struct np_explorer *x);
int np_model_init(struct np_explorer *x);

static inline bool np_writes(const struct np_event *e)
{
	return e->flags & NP_OP_WRITES;
}

/* Row @event of @rows. */
static inline u16 *np_row(const struct np_explorer *x, u16 *rows, u32 event)
{
	return rows + (size_t)event * x->stride;
}

/* Whether event @a happens before event @b, or is it. */
static inline bool np_before(const struct np_explorer *x, u32 a, u32 b)
{
	const struct np_event *e = &x->events[a];

	return np_row(x, x->clocks, b)[e->actor] >= e->index;
}

#endif /* NP_EXPLORE_ENGINE_H */
