/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: player - one play in progress: private to play*.c and explore_*.c
 */
#ifndef NP_SIM_PLAYER_H
#define NP_SIM_PLAYER_H

#ifdef NP_FLAVOUR_EXPLORE
#include <netpage/explore.h>
#endif

#include "play.h"

/* Who holds the first reference of a declared page. */
#define NP_PLAYER_HOLDER "scenario"

/* An `at` step that passes the point of another one, that of another ...: as deep as this. */
#define NP_PLAYER_NESTING_MAX 8

/*
 * What a name of the scenario stands for at this moment. Actors that run side by side bind names
 * and let go of them: @alive is what says that the rest can be read.
 */
struct np_player_object {
	bool alive;   /* false: not bound yet, or gone; see np_player_is_alive() */
	bool settled; /* the step that binds it has ended, whether or not there was anything */
	union {
		void *any;
		struct mem_cgroup *memcg;
		struct page *page;
		struct net_device *nic;
		struct task_struct *proc;
		struct sock *sock;
	};
	u32 memcg_id;
	int64_t skmem;		   /* pages that the scenario itself charged to a group */
	struct address_space file; /* of a page declared kind=file */
	struct dev_pagemap pgmap;  /* of one declared kind=zone_device */
};

static inline bool np_player_is_alive(const struct np_player_object *object)
{
	return smp_load_acquire(&object->alive);
}

static inline void np_player_set_alive(struct np_player_object *object, bool alive)
{
	smp_store_release(&object->alive, alive);
}

/* What a step gave back; objects in the order in which expectations may bind them. */
struct np_player_results {
	int64_t value[NP_RESULTS];
	struct page *pages[NP_ARGUMENTS_MAX];
	unsigned int nr_pages;
};

/* Pages that were allocated together; a slot without a page is not in use. */
struct np_player_pages {
	struct page *page;
	unsigned int order;
};

struct np_player {
	const struct np_scenario *scenario;
	const struct np_play_options *options;
	struct np_play_outcome *outcome;
	const struct np_scheme *scheme;
	void *scheme_handle;
	bool own_scheme; /* it is the one that the scenario names */
	struct np_machine *machine;
	struct np_player_object *objects; /* np_player_nr_objects() */
	struct np_player_pages *pages;	  /* np_player_nr_pages() */
	char **where;			  /* of each step: outlives the machine */
	uint64_t *passed;		  /* of each nested step: how often its point was passed */
	bool *played;			  /* of each nested step */
	unsigned long *noticed;		  /* of each object: what was violated while it acted */
	size_t nr_nested; /* `at` steps with a number from here on are not played at their points */
	const struct np_player_results *results;   /* while expectations are looked at */
	size_t running[NP_PLAYER_NESTING_MAX + 1]; /* steps in progress, the innermost last */
	unsigned int nesting;			   /* how many of them it interrupts */
	bool at_rest;				   /* no `at` step any more */
	bool out_of_memory;
	/* Who is told of what the scenario's own rules find, besides the outcome; may be NULL. */
	void (*report)(struct np_player *player, enum np_rule rule, const char *where,
		       const char *message);
};

static inline size_t np_player_nr_objects(const struct np_scenario *scenario)
{
	return scenario->nr_objects + 1;
}

/* A declaration and a step allocate once at most. */
static inline size_t np_player_nr_pages(const struct np_scenario *scenario)
{
	return scenario->nr_declarations + scenario->nr_steps;
}

/*
 * What the player itself looks at and writes down while it explores is nobody's step. Returns what
 * it was before, to be set again.
 */
static inline bool np_player_quiet(bool quiet)
{
#ifdef NP_FLAVOUR_EXPLORE
	return np_quiet(quiet);
#else
	return quiet; /* nobody sees any access */
#endif
}

/* The value of an expression that only the player wants to know. */
#define np_player_observe(expression)                                                              \
	__extension__({                                                                            \
		bool quiet__ = np_player_quiet(true);                                              \
		__typeof__(expression) seen__ = (expression);                                      \
                                                                                                   \
		np_player_quiet(quiet__);                                                          \
		seen__;                                                                            \
	})

/* While it is searched: a state that was clean once need not be walked again. */
static inline unsigned long np_player_check(struct np_player *player, enum np_check_time when)
{
#ifdef NP_FLAVOUR_EXPLORE
	if (player->report)
		return np_check_state(when);
#endif
	return np_check(player->machine, when);
}

/* --- play.c --- */

/* All but the objects; with them unless @objects is false. 0 or -ENOMEM; np_player_free(). */
int np_player_allocate(struct np_player *player, bool objects);
void np_player_free(struct np_player *player);
/* Statements @first to before @end, one after the other, until something is violated. */
void np_player_play(struct np_player *player, size_t first, size_t end);
/* Everybody lets go, with the checks that belong to it; then the network goes, with its own. */
void np_player_come_to_rest(struct np_player *player);
/* A subscriber of trace events; @arg is the player. */
void np_player_trace(void *arg, struct np_machine *machine, const struct np_trace_event *event);
/* Enters the CPU of @actor. 0, or -errno when it cannot run. */
int np_player_enter(struct np_player *player, int actor, struct np_context *context);
/* Faults declared among the steps count from where they stand. */
void np_player_set_fault(struct np_player *player, const struct np_scenario_declaration *fault);

/* --- play_account.c --- */

void np_player_hash_text(struct np_player *player, const char *text);
void np_player_hash_number(struct np_player *player, int64_t number);
/* A sink of violations; @arg is the player. */
void np_player_sink(void *arg, const struct np_violation *violation);
/* A rule of the scenario itself is violated. */
void np_player_violate(struct np_player *player, enum np_rule rule, const char *where,
		       const char *fmt, ...) NP_PRINTF(4, 5);
bool np_player_violated(const struct np_player *player);

/* --- play_judge.c --- */

/* Names behind `=>` stand for what the step gave. */
void np_player_bind(struct np_player *player, const struct np_scenario_step *step,
		    const struct np_player_results *results);
/* What stands behind `=>` and binds nothing. */
void np_player_judge_expectations(struct np_player *player, const struct np_scenario_step *step,
				  const struct np_player_results *results, const char *where);
void np_player_judge_claim(struct np_player *player, const struct np_scenario_claim *claim);
void np_player_judge_rule(struct np_player *player, enum np_rule rule);
/* What must hold between any two steps. */
void np_player_look_around(struct np_player *player, enum np_check_time when);

/* --- play_setup.c --- */

/* The scheme, and the machine that the scenario wants. 0, or the reason is in the outcome. */
int np_player_choose(struct np_player *player, struct np_machine_options *machine);
/* Every declared object. 0, or the reason is in the outcome. */
int np_player_create_objects(struct np_player *player);
/* The play ends before it has begun: -EINVAL. */
int np_player_refuse(struct np_player *player, enum np_play_end end, const char *fmt, ...)
	NP_PRINTF(3, 4);

/* --- play_step.c --- */

/* Calls the step's function. Context: the actor's. */
void np_player_call(struct np_player *player, const struct np_scenario_step *step,
		    struct np_player_results *results);

/* --- play_rest.c --- */

/* What the scenario itself holds goes back. */
void np_player_let_go(struct np_player *player);
/* @page heads 2^@order pages that are freed with it; or it is free. 0 or -ENOMEM. */
int np_player_remember_order(struct np_player *player, struct page *page, unsigned int order);
void np_player_forget_order(struct np_player *player, const struct page *page);

/* --- play_exclude.c --- */

/* How a step keeps others out of its first argument. */
enum np_player_conduct {
	NP_CONDUCT_NAPI = 1,   /* one at a time for a card or a pool */
	NP_CONDUCT_READER = 2, /* one at a time for a socket */
	NP_CONDUCT_ENDS = 4,   /* it ends, when nobody is inside it any more */
};
/* Set of them. */
unsigned int np_player_conduct(const struct np_scenario_step *step);
/* Whether @step is inside @object, as an argument, by its actor, or in a socket of a process. */
bool np_player_uses(const struct np_player *player, const struct np_scenario_step *step,
		    int object);
/* -EBUSY for a step that cannot happen inside those in progress. */
int np_player_excluded(const struct np_player *player, const struct np_scenario_step *step);

/* --- play_query.c --- */

/* For np_scenario_evaluate(). */
int np_player_ask(void *context, const struct np_scenario_expression *leaf, int64_t *answer);
/* Attributes of the declaration behind an object. */
const struct np_scenario_value *np_player_attributes(const struct np_player *player, int object);
/* The pool that an object of kind pool or nic stands for, or NULL once it has ended. */
struct page_pool *np_player_pool(const struct np_player *player, int object);
/* The group behind an object, or NULL once it is released. */
struct mem_cgroup *np_player_memcg(const struct np_player *player, int object);

#endif /* NP_SIM_PLAYER_H */
