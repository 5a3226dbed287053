/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * graph - internal: an execution under a memory model weaker than sequential consistency
 *
 * Events are made one after the other, as always, but an event need not be the latest
 * that its memory knows of: a read may get an older write, and a write may come before
 * others in *coherence order*, the order of all writes to the same bytes.  What was made
 * so far is a graph (program order, who reads from whom, coherence order), and a memory
 * model is a rule that says of such graphs which are consistent: the axioms of the model.
 * An event is made in every way (its *choice*) that leaves the graph consistent.
 *
 * Since a read gets its value from a write that was made before, no graph has a cycle of
 * program order and reads-from.  The choice of the latest write is always consistent.
 *
 * Memory holds what is last in coherence order, except while an access is made that is to
 * see something else.
 */
#ifndef NP_EXPLORE_GRAPH_H
#define NP_EXPLORE_GRAPH_H

#include <explore/bits.h>
#include <explore/engine.h>

/* Sets of events, one row for each event. Which of them are filled in is up to the model. */
enum np_row {
	NP_BEFORE,  /* what the model's axioms put before it, directly or not */
	NP_PO,	    /* program order: of the same actor; of others that had its CPU before */
	NP_FENCED,  /* what comes before a full barrier that it comes after */
	NP_SETTLED, /* writes that were visible before that barrier */
	NP_CARRIES, /* writes that are visible to whoever sees this one, itself included */
	NP_SEES,    /* writes that are visible where it is made */
	NP_KNOWN,   /* that, and what was visible to those before it in program order */
	NP_STALE,   /* of a write: accesses of others that came before it in coherence order */
	NP_ROWS,
};

/* The same of an actor: of what it will do next. */
enum np_own_row {
	NP_OWN_PO,
	NP_OWN_FENCED,
	NP_OWN_SETTLED,
	NP_OWN_KNOWN,
	NP_OWN_READ_FENCED,  /* reads before a barrier that orders reads with what follows */
	NP_OWN_WRITE_FENCED, /* what comes before a barrier that orders it with writes */
	NP_OWN_WRITE_KNOWN,  /* NP_KNOWN before that */
	NP_OWN_UNLOCKED,     /* before its last spin_unlock() ... */
	NP_OWN_RELOCKED,     /* ... with a spin_lock() since */
	NP_OWN_PASSED,	     /* carried by the writes before its spin_unlock()s */
	NP_OWN_TAKEN_OVER,   /* the same of those, own or not, that its spin_lock()s came after */
	NP_OWN_ROWS,
};

enum np_scratch {
	NP_SCRATCH_LATER, /* writes of others that the attempt comes before in coherence order */
	NP_SCRATCH_FENCED,
	NP_SCRATCH_SETTLED,
	NP_SCRATCH_KNOWN,
	NP_SCRATCH_1,
	NP_SCRATCH_2,
	NP_SCRATCH_ROWS,
};

struct np_graph_event {
	u32 at; /* the last write in coherence order that it reads, or comes after; NP_NO_EVENT */
	u32 before, after; /* a write's neighbours in coherence order */
	u32 rank;	   /* a write's place in it, from 1 */
	u32 history;
};

/* The writes to a granule, in coherence order: those that have bytes in common keep it. */
struct np_history {
	u64 initial;
	u32 first, last;
};

/* A pointer that an actor has read: what it does with it depends on that address. */
struct np_dependency {
	u32 from, to; /* locations */
	u32 event;
};
#define NP_DEPENDENCIES_MAX 32

struct np_graph_actor {
	u64 *row[NP_OWN_ROWS];
	struct np_dependency dependency[NP_DEPENDENCIES_MAX];
	unsigned int nr_dependencies;
};

/* An event that is about to be made, in one of the ways in which it could be. */
struct np_attempt {
	const struct np_op *op;
	u32 event;   /* its number, if it is made */
	u32 history; /* NP_NO_EVENT: nobody was there before */
	u32 last;    /* the latest event there */
	u32 at;	     /* see struct np_graph_event */
	u8 actor;
	bool reads, writes;
	u16 flags; /* of op, as far as they hold: a compare-and-swap that fails orders nothing */
	u64 value; /* the granule that it finds */
};

struct np_graph;

struct np_rules {
	/* Fills in the rows of @a->event; whether the graph is consistent with it. */
	bool (*place)(struct np_graph *g, const struct np_attempt *a);
	/* What was placed is made: what it means for those that are there. */
	void (*take)(struct np_graph *g, const struct np_attempt *a);
	/* It was made, now or in an earlier execution: what it means for its actor. */
	void (*pass)(struct np_graph *g, u32 event);
	void (*fence)(struct np_graph *g, u8 actor, int order);
	void (*private)(struct np_graph *g, u8 actor, enum np_op_kind kind, u16 flags);
};
extern const struct np_rules np_rules_tso, np_rules_lkmm;

/* A word of a row as it was before @event was made. */
struct np_row_undo {
	u32 event, of, word;
	enum np_row row;
	u64 old;
};

#define NP_CHOICES_MAX 255

struct np_graph {
	struct np_explorer *x;
	const struct np_rules *rules;
	u32 capacity; /* events that there is room for */
	u32 words;    /* of a row: as many bits as that */
	u32 n;	      /* of these: in use, the attempt included */
	u64 *rows[NP_ROWS];
	u64 *reads, *writes, *acquires; /* sets of events */
	u64 *scratch[NP_SCRATCH_ROWS];
	struct np_graph_event *events;
	struct np_history *histories;
	u32 nr_histories;
	struct np_graph_actor actors[NP_ACTORS_MAX];
	struct np_row_undo *log;
	u32 nr_log, max_log;
	/* The ways in which the attempt could be made, the latest first: their .at. */
	u32 choice[NP_CHOICES_MAX];
	u32 nr_choices;
	void *search;  /* dpor_graph.c: more about each node */
	u32 *sequence; /* the same: of one race */
	/* While an access is made: what was there before. */
	bool patched;
	u64 saved;
};

static inline u64 *np_graph_row(const struct np_graph *g, enum np_row row, u32 event)
{
	return g->rows[row] + (size_t)event * g->words;
}

/* The search's; NULL under sequential consistency. */
static inline struct np_graph *np_graph_of(const struct np_explorer *x)
{
	return x->memory_private;
}

int np_graph_init(struct np_explorer *x, const struct np_rules *rules);

/* Whether the operation is an access to memory: the rest happens in the order of the schedule. */
static inline bool np_graph_is_access(const struct np_explorer *x, u32 location)
{
	return location < x->image.size / NP_GRANULE;
}

static inline bool np_op_reads(u8 kind)
{
	return kind == NP_OP_READ || kind == NP_OP_RMW || kind == NP_OP_CAS || kind == NP_OP_LOCK;
}

/* Two actors that have one CPU in turn see each other's accesses as if they were one. */
static inline bool np_same_cpu(const struct np_explorer *x, u8 a, u8 b)
{
	return a != b && x->actors[a].cpu == x->actors[b].cpu;
}

/* The writes that a read of @mask with .at @at gets its bytes from. Return: how many; <= 8. */
unsigned int np_graph_sources(const struct np_graph *g, u32 at, u8 mask, u32 sources[NP_GRANULE]);

/* The same of event @e; none for one that reads nothing. */
unsigned int np_graph_read_from(const struct np_explorer *x, u32 e, u32 sources[NP_GRANULE]);

/* The ways in which actor @actor could do what it waits with now, into .choice. */
void np_graph_look(struct np_graph *g, u8 actor);

/* --- for the models --- */

/* Adds the earlier accesses to the same bytes that @a comes after in coherence order. */
void np_graph_add_earlier(struct np_graph *g, const struct np_attempt *a, u64 *row);
/* Adds to row NP_BEFORE what comes before those that are in it. */
void np_graph_close(struct np_graph *g, u32 event);
/* Sets a bit in a row of an event that was there before @by, for as long as @by is there. */
void np_graph_mark(struct np_graph *g, enum np_row row, u32 of, u32 bit, u32 by);
/* Event @e also comes before each in @targets, and before what comes after them. */
void np_graph_precede(struct np_graph *g, u32 e, const u64 *targets);

#endif /* NP_EXPLORE_GRAPH_H */
