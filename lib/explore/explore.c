/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * np_explore(): builds a search from its options, runs executions until the strategy
 * has no other, collects what they found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <explore/dependence.h>
#include <explore/detect.h>
#include <explore/dpor.h>
#include <explore/found.h>
#include <explore/lock_order.h>
#include <explore/model.h>
#include <explore/report.h>
#include <explore/resume.h>
#include <explore/runtime.h>
#include <explore/state.h>
#include <explore/symbol.h>
#include <machine.h>
#include <plat/explore/actor.h>

#define DEFAULT_STEPS 20000
#define STEPS_MAX 60000 /* clocks have sixteen bits */
#define DEFAULT_EXECUTIONS 1000
#define IMAGE_SIZE (64UL << 20)
#define PROGRESS_EVERY 256

static const struct np_strategy_ops *const strategies[NP_STRATEGIES] = {
	[NP_DPOR] = &np_strategy_dpor,	   [NP_REPLAY] = &np_strategy_replay,
	[NP_RANDOM] = &np_strategy_random, [NP_PCT] = &np_strategy_pct,
	[NP_POS] = &np_strategy_pos,	   [NP_BOUNDED] = &np_strategy_bounded,
};

static const char *const memory_models[NP_MEMORY_MODELS] = {
	[NP_MEMORY_SC] = "sc",
	[NP_MEMORY_TSO] = "tso",
	[NP_MEMORY_LKMM] = "lkmm",
};

const char *np_strategy_name(enum np_strategy strategy)
{
	return (unsigned int)strategy < NP_STRATEGIES ? strategies[strategy]->name : NULL;
}

const char *np_memory_model_name(enum np_memory_model memory)
{
	return (unsigned int)memory < NP_MEMORY_MODELS ? memory_models[memory] : NULL;
}

/* --- memory of the search itself --- */

struct np_block {
	struct np_block *next;
	size_t size;
} __attribute__((aligned(64)));

void *np_explorer_alloc(struct np_explorer *x, size_t size)
{
	size_t whole = (sizeof(struct np_block) + size + 63) & ~(size_t)63;
	struct np_block *block = aligned_alloc(64, whole);

	if (!block) {
		x->error = -ENOMEM;
		x->stop = true;
		return NULL;
	}
	memset(block, 0, whole);
	block->next = x->blocks;
	block->size = whole;
	x->blocks = block;
	x->explored.peak_bytes += whole;
	return block + 1;
}

static void free_blocks(struct np_explorer *x)
{
	struct np_block *block, *next;

	for (block = x->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
}

/* --- options --- */

static int refuse(const char *name, const char *why)
{
	fprintf(stderr, "netpage: np_explore: %s: %s\n", name, why);
	return -EINVAL;
}

static int check_actor(const struct np_explore_options *o, const struct np_actor *actor)
{
	unsigned int nr_cpus = NP_EXPLORE_CPUS;

	if (o->machine && o->machine->nr_cpus && o->machine->nr_cpus < nr_cpus)
		nr_cpus = o->machine->nr_cpus;
	else if (o->machine && !o->machine->nr_cpus)
		nr_cpus = 2;
	if (!actor->name || !*actor->name)
		return refuse("actor", "has no name");
	if (actor->cpu < 0 || (unsigned int)actor->cpu >= nr_cpus)
		return refuse(actor->name, "runs on a CPU that is not there");
	if (actor->kind > NP_HARDIRQ)
		return refuse(actor->name, "is of no kind of context");
	for (const struct np_actor *other = o->actors; other < actor; other++)
		if (!strcmp(other->name, actor->name))
			return refuse(actor->name, "is the name of two actors");
	return 0;
}

static int check_options(const struct np_explore_options *o)
{
	int err = 0;

	if (!o)
		return refuse("options", "are missing");
	if (!o->actors[0].body)
		return refuse("actors", "are missing: the first one has no body");
	if ((unsigned int)o->strategy >= NP_STRATEGIES)
		return refuse("strategy", "is none of enum np_strategy");
	if ((unsigned int)o->memory >= NP_MEMORY_MODELS)
		return refuse("memory", "is none of enum np_memory_model");
	if (o->strategy == NP_REPLAY && !o->schedule)
		return refuse("schedule", "is missing: NP_REPLAY wants one");
	if (o->max_steps > STEPS_MAX)
		return refuse("max_steps", "is more than 60000");
	if ((o->check_rest || o->check_teardown) && !o->machine)
		return refuse("machine", "is missing: there is none to check at rest");
	for (unsigned int i = 0; !err && i < NP_ACTORS_MAX && o->actors[i].body; i++)
		err = check_actor(o, &o->actors[i]);
	return err;
}

/* --- setting up --- */

static void add_actor(struct np_explorer *x, const struct np_actor *from)
{
	struct np_actor_state *actor = &x->actors[x->nr_actors++];

	actor->name = from->name;
	actor->body = from->body;
	actor->arg = from->arg;
	actor->kind = (u8)from->kind;
	actor->cpu = (u8)from->cpu;
	actor->task = from->task;
}

static enum np_level level_of(const struct np_actor_state *actor)
{
	return actor->kind == NP_SOFTIRQ ? NP_LEVEL_SOFT :
	       actor->kind == NP_HARDIRQ ? NP_LEVEL_HARD :
					   NP_LEVEL_TASK;
}

/* Who waits for whom, and which of that interrupts take with their first step. */
static void find_pseudo_locks(struct np_explorer *x)
{
	unsigned int nr[NP_EXPLORE_CPUS][NP_LEVELS] = { 0 };

	x->nr_sections = NP_EXPLORE_CPUS * NP_LEVELS;
	for (u8 a = 0; a < x->nr_actors; a++)
		nr[x->actors[a].cpu][level_of(&x->actors[a])]++;
	for (int cpu = 0; cpu < NP_EXPLORE_CPUS; cpu++) {
		unsigned int below = 0;

		for (int level = 0; level < NP_LEVELS; level++) {
			below += nr[cpu][level];
			if (!nr[cpu][level] || below == 1)
				continue;
			x->possible |= NP_CPU_LOCK(cpu, level);
			if (level != NP_LEVEL_TASK)
				x->newly_present |= NP_CPU_LOCK(cpu, level);
		}
	}
}

static int alloc_events(struct np_explorer *x)
{
	size_t events = x->max_events + 2u, row;

	x->stride = (x->nr_actors + 7u) & ~7u;
	row = x->stride * sizeof(u16);
	x->events = np_explorer_reserve(x, events * sizeof(*x->events));
	x->clocks = np_explorer_reserve(x, events * row);
	x->message = np_explorer_reserve(x, events * row);
	x->nodes = np_explorer_reserve(x, events * sizeof(*x->nodes));
	x->nothing_before = np_explorer_alloc(x, row);
	x->actor_sync = np_explorer_alloc(x, x->nr_actors * row);
	x->fence_release = np_explorer_alloc(x, x->nr_actors * row);
	x->fence_acquire = np_explorer_alloc(x, x->nr_actors * row);
	x->sections = np_explorer_alloc(x, x->nr_sections * sizeof(*x->sections));
	for (u8 a = 0; a < x->nr_actors; a++)
		x->positions[a] = np_explorer_reserve(x, events * sizeof(u32));
	return x->error;
}

static int init_stacks(struct np_explorer *x)
{
	int err = 0;

	for (u8 a = 0; !err && a < x->nr_actors; a++) {
		x->actors[a].stack = x->image.base + x->image.stacks + (size_t)a * NP_STACK_SIZE;
		x->actors[a].body_arg = a < x->nr_listed ? x->state : x->actors[a].arg;
		err = np_fiber_guard(x->actors[a].stack, NP_STACK_SIZE);
	}
	return err;
}

static int set_up(struct np_explorer *x)
{
	const struct np_explore_options *o = x->options;
	int err = np_image_init(&x->image, IMAGE_SIZE, NP_ACTORS_MAX);

	if (err)
		return err;
	if (o->state_size) {
		x->state = np_image_alloc(&x->image, o->state_size, 64);
		if (!x->state)
			return -ENOMEM;
	}
	if (o->machine)
		err = np_machine_create(&x->machine, o->machine);
	if (!err && x->machine)
		np_found_listen(x);
	if (!err && o->setup)
		err = o->setup(x->machine, x->state);
	if (err)
		return err;
	for (unsigned int i = 0; i < NP_ACTORS_MAX && o->actors[i].body; i++)
		add_actor(x, &o->actors[i]);
	x->nr_listed = x->nr_actors;
	if (x->machine)
		np_workers_add(x);
	find_pseudo_locks(x);
	x->max_events = (u32)(o->max_steps ? o->max_steps : DEFAULT_STEPS);
	x->commute = o->commute;
	err = alloc_events(x);
	if (!err)
		err = init_stacks(x);
	if (!err)
		err = np_detect_init(x);
	if (!err)
		err = np_model_init(x);
	/* From here on every access is looked at. */
	x->hot.base = (uintptr_t)x->image.base;
	x->hot.size = x->image.size;
	x->hot.locations = x->image.locations;
	return err;
}

static void tear_down(struct np_explorer *x)
{
	x->hot.size = 0;
	if (x->model)
		x->model->exit(x);
	np_detect_exit(x);
	for (u8 a = 0; a < x->nr_actors; a++)
		if (x->actors[a].stack)
			np_fiber_unguard(x->actors[a].stack, NP_STACK_SIZE);
	np_explorer_set_here(NULL);
	np_image_exit(&x->image);
	np_lock_order_free(x);
	np_found_exit(x);
	np_symbols_close(x->symbols);
	free(x->shared);
	np_explorer_unreserve(x);
	free_blocks(x);
}

/* --- executions --- */

double np_explorer_seconds(const struct np_explorer *x)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec - x->started_at;
}

/* Many schedules end in one state, and from there on nothing is left to chance. */
static void bring_to_rest(struct np_explorer *x)
{
	unsigned int kind = NP_STATE_THE_END + x->options->check_teardown;
	unsigned int before = x->nr_violated;
	u64 hash = 0;

	if (np_state_was_clean(x, kind, &hash))
		return;
	np_machine_rest(x->machine);
	np_check_state(NP_CHECK_REST);
	if (x->options->check_teardown) {
		np_machine_teardown(x->machine);
		np_check_state(NP_CHECK_TEARDOWN);
	}
	if (x->nr_violated == before)
		np_state_is_clean(x, hash);
}

/* Everything the program checks when all actors have ended. */
static void check_the_end(struct np_explorer *x)
{
	const struct np_explore_options *o = x->options;

	x->quiet = true;
	if (o->final)
		o->final(x->state);
	if (o->check_rest || o->check_teardown)
		bring_to_rest(x);
	x->quiet = false;
}

static void count(struct np_explorer *x, enum np_outcome outcome)
{
	struct np_explored *e = &x->explored;

	x->explored.steps += x->nr_events;
	if (x->nr_events > e->max_steps)
		e->max_steps = x->nr_events;
	if (outcome == NP_BLOCKED || outcome == NP_INFEASIBLE)
		e->blocked++;
	else
		e->executions++;
}

void np_execute_and_check(struct np_explorer *x)
{
	enum np_outcome outcome = np_execute(x);

	if (outcome == NP_COMPLETE)
		check_the_end(x);
	else if (outcome == NP_DEADLOCKED)
		np_report_deadlock(x);
	else if (outcome == NP_TOO_LONG)
		np_report_livelock(x);
	if (x->newly_shared)
		x->outcome = NP_NEWLY_SHARED;
	np_detect_end(x);
	np_image_undo(&x->image);
}

/* Whether a bound of the options, or the user, ends the search. */
static bool bounded(struct np_explorer *x)
{
	const struct np_explore_options *o = x->options;
	struct np_progress progress;

	if (x->stop || (o->stop_at_first && x->nr_found))
		return true;
	/* What is known of a granule is known of an execution by its number, in 32 bits. */
	if (x->hot.execution >= UINT32_MAX - 1)
		return true;
	if (x->max_executions && x->explored.executions >= x->max_executions)
		return true;
	if (x->explored.executions % PROGRESS_EVERY || (!o->progress && o->max_seconds <= 0))
		return false;
	progress = (struct np_progress){ x->explored.executions, np_explorer_seconds(x),
					 np_explored_fraction(x) };
	if (o->max_seconds > 0 && progress.seconds >= o->max_seconds)
		return true;
	return o->progress && o->progress(o->progress_arg, &progress);
}

/* What was counted so far was of another program, as it were: with fewer steps. */
static int start_anew(struct np_explorer *x)
{
	size_t peak = x->explored.peak_bytes;
	unsigned long restarts = x->explored.restarts;

	x->cut_short = false;
	x->strategy->exit(x);
	np_found_clear(x);
	x->explored = (struct np_explored){ .restarts = restarts + 1, .peak_bytes = peak };
	return x->strategy->init(x);
}

static void search(struct np_explorer *x)
{
	bool more, over = false;

	x->error = x->strategy->init(x);
	if (!x->error && x->options->state_file)
		x->error = np_resume_load(x, &over);
	more = !over;
	while (more && !x->error) {
		np_execute_and_check(x);
		if (x->error)
			break;
		if (x->outcome == NP_NEWLY_SHARED) {
			x->error = start_anew(x);
			continue;
		}
		count(x, x->outcome);
		np_found_collect(x);
		if (x->outcome == NP_TOO_LONG)
			x->cut_short = true;
		more = x->strategy->next(x, x->outcome);
		if (more && bounded(x))
			break;
	}
	x->explored.exhausted = !more && !x->cut_short && x->strategy->exhaustive;
	x->explored.explored = x->explored.exhausted ? 1 : np_explored_fraction(x);
	if (!x->error && x->options->state_file)
		x->error = np_resume_save(x, !more);
}

static unsigned long executions_bound(const struct np_explore_options *o)
{
	if (o->max_executions || o->strategy == NP_DPOR || o->strategy == NP_BOUNDED)
		return o->max_executions;
	return o->strategy == NP_REPLAY ? 0 : DEFAULT_EXECUTIONS;
}

int np_explore(const struct np_explore_options *options, struct np_explored **explored)
{
	struct np_explorer *x;
	struct timespec now;
	int err;

	if (explored)
		*explored = NULL;
	err = check_options(options);
	if (err)
		return err;
	if (np_explorer_here())
		return -EBUSY;
	x = aligned_alloc(64, (sizeof(*x) + 63) & ~(size_t)63);
	if (!x)
		return -ENOMEM;
	memset(x, 0, sizeof(*x));
	x->options = options;
	x->strategy = strategies[options->strategy];
	x->running = x->starting = NP_NOBODY;
	x->hot.read_by = x->hot.written_by = x->hot.read_by_many = NP_LOC_NEVER;
	x->random = options->seed ? options->seed : 1;
	x->max_executions = executions_bound(options);
	clock_gettime(CLOCK_MONOTONIC, &now);
	x->started_at = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
	np_explorer_set_here(x);
	err = set_up(x);
	if (!err) {
		search(x);
		err = x->error;
		x->strategy->exit(x);
	}
	if (!err)
		err = np_found_result(x, explored);
	tear_down(x);
	free(x);
	return err;
}
