/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: player - one play in progress: private to play*.c
 */
#ifndef NP_SIM_PLAYER_H
#define NP_SIM_PLAYER_H

#include "play.h"

/* Who holds the first reference of a declared page. */
#define NP_PLAYER_HOLDER "scenario"

/* An `at` step that passes the point of another one, that of another ...: as deep as this. */
#define NP_PLAYER_NESTING_MAX 8

/* What a name of the scenario stands for at this moment. */
struct np_player_object {
	bool alive; /* false: not bound yet, or gone */
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

/* What a step gave back; objects in the order in which expectations may bind them. */
struct np_player_results {
	int64_t value[NP_RESULTS];
	struct page *pages[NP_ARGUMENTS_MAX];
	unsigned int nr_pages;
};

/* Pages that were allocated together. */
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
	struct np_player_object *objects;
	struct np_player_pages *pages;
	size_t nr_pages;
	char **where;	  /* of each step: outlives the machine */
	uint64_t *passed; /* of each nested step: how often its point was passed */
	bool *played;	  /* of each nested step */
	const struct np_player_results *results;   /* while expectations are looked at */
	size_t running[NP_PLAYER_NESTING_MAX + 1]; /* steps in progress, the innermost last */
	unsigned int nesting;			   /* how many of them it interrupts */
	bool at_rest;				   /* no `at` step any more */
	bool out_of_memory;
};

/* play_setup.c: the machine and every declared object. 0, or the reason is in the outcome. */
int np_player_set_up(struct np_player *player);
/* play_step.c: calls the step's function. Context: the actor's. */
void np_player_call(struct np_player *player, const struct np_scenario_step *step,
		    struct np_player_results *results);
/* play_rest.c: what the scenario itself holds goes back. */
void np_player_let_go(struct np_player *player);
/* play_rest.c: @page heads 2^@order pages that are freed with it; or it is free. 0 or -ENOMEM. */
int np_player_remember_order(struct np_player *player, struct page *page, unsigned int order);
void np_player_forget_order(struct np_player *player, const struct page *page);
/* play_exclude.c: -EBUSY for a step that cannot happen inside those in progress. */
int np_player_exclude(const struct np_player *player, const struct np_scenario_step *step);
/* play_query.c: for np_scenario_evaluate(). */
int np_player_ask(void *context, const struct np_scenario_expression *leaf, int64_t *answer);

/* play.c: a rule of the scenario itself is violated. */
void np_player_violate(struct np_player *player, enum np_rule rule, const char *where,
		       const char *fmt, ...) NP_PRINTF(4, 5);
/* play.c: enters the CPU of @actor. 0, or -errno when it cannot run. */
int np_player_enter(struct np_player *player, int actor, struct np_context *context);
/* Attributes of the declaration behind an object. */
const struct np_scenario_value *np_player_attributes(const struct np_player *player, int object);

/* The pool that an object of kind pool or nic stands for, or NULL once it has ended. */
struct page_pool *np_player_pool(const struct np_player *player, int object);
/* The group behind an object, or NULL once it is released. */
struct mem_cgroup *np_player_memcg(const struct np_player *player, int object);

#endif /* NP_SIM_PLAYER_H */
