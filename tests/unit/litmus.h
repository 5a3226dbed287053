/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Litmus tests: tiny programs, written in a line, and what their reads and memory may end
 * with.
 *
 *	"Wx1 wmb Wy1 | Ry rmb Rx"	two actors
 *
 *	Rx Rx.acq		READ_ONCE, smp_load_acquire
 *	Wx1 Wx1.rel		WRITE_ONCE, smp_store_release
 *	Wx1.data Wx1.ctrl	the same with a dependency on the read before it
 *	Xx1 Xx1.rlx .acq .rel	xchg, fully ordered or not
 *	Ax1 Ax1.full		atomic_add, atomic_add_return
 *	Cx01			cmpxchg, of 0 by 1
 *	mb rmb wmb		barriers
 *	Ls Us Lt Ut		spin_lock, spin_unlock, of two locks
 *	Wp&x Rp R* W*1		a pointer is written, read, and followed: an address dependency
 *
 * Variables are x y z w, all 0; p points to w; s and t are spinlocks.
 * An outcome: what each read gets, in the order of the text, and what is left in memory:
 * "1 0 x=2"; "_" is anything.  Read-modify-writes read.
 */
#ifndef TESTS_LITMUS_H
#define TESTS_LITMUS_H

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <netpage/atomic.h>
#include <netpage/explore.h>
#include <netpage/spinlock.h>

#define LITMUS_ACTORS 4
#define LITMUS_OPS 8
#define LITMUS_READS 16
#define LITMUS_OUTCOMES 4096

enum litmus_kind {
	LITMUS_READ = 'R',
	LITMUS_WRITE = 'W',
	LITMUS_XCHG = 'X',
	LITMUS_ADD = 'A',
	LITMUS_CAS = 'C',
	LITMUS_LOCK = 'L',
	LITMUS_UNLOCK = 'U',
	LITMUS_MB = 'm',
	LITMUS_RMB = 'r',
	LITMUS_WMB = 'w',
};

enum litmus_order { LITMUS_ONCE, LITMUS_ACQUIRE, LITMUS_RELEASE, LITMUS_FULL };
enum litmus_variable {
	LITMUS_X,
	LITMUS_Y,
	LITMUS_Z,
	LITMUS_W,
	LITMUS_P,
	LITMUS_S,
	LITMUS_T,
	LITMUS_STAR,
};
#define LITMUS_VARIABLES "xyzwpst*"
#define LITMUS_INTS 4

struct litmus_op {
	char kind;
	u8 order, variable, value, expected;
	bool data, ctrl;   /* dependency on the read before */
	unsigned int read; /* number of what it reads, in the whole program */
};

struct litmus {
	struct litmus_op ops[LITMUS_ACTORS][LITMUS_OPS];
	unsigned int nr_ops[LITMUS_ACTORS], nr_actors, nr_reads;
};

/* Reads first, then what is left in x y z w and p, of which the value is a variable. */
struct litmus_outcome {
	u8 read[LITMUS_READS], left[LITMUS_INTS + 1];
};

struct litmus_outcomes {
	struct litmus_outcome of[LITMUS_OUTCOMES];
	unsigned long times[LITMUS_OUTCOMES];
	unsigned int nr;
	unsigned long executions, blocked;
};

/* --- texts --- */

static inline u8 litmus_variable(char c)
{
	const char *found = strchr(LITMUS_VARIABLES, c);

	if (!c || !found)
		fail_msg("litmus: no variable is called '%c'", c);
	return (u8)(found - LITMUS_VARIABLES);
}

static inline void litmus_suffix(struct litmus_op *op, const char *suffix)
{
	static const char *const orders[] = { ".rlx", ".acq", ".rel", ".full" };

	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++)
		if (!strcmp(suffix, orders[i])) {
			op->order = (u8)i;
			return;
		}
	op->data = !strcmp(suffix, ".data");
	op->ctrl = !strcmp(suffix, ".ctrl");
	if (*suffix && !op->data && !op->ctrl)
		fail_msg("litmus: what is '%s'?", suffix);
}

static inline bool litmus_reads(char kind)
{
	return kind == LITMUS_READ || kind == LITMUS_XCHG || kind == LITMUS_ADD ||
	       kind == LITMUS_CAS;
}

static inline void litmus_word(struct litmus *test, unsigned int actor, const char *word)
{
	struct litmus_op *op = &test->ops[actor][test->nr_ops[actor]++];
	const char *c = word + 2;

	if (test->nr_ops[actor] > LITMUS_OPS)
		fail_msg("litmus: '%s' is one too many", word);
	*op = (struct litmus_op){ .kind = word[0] };
	if (islower((unsigned char)word[0]))
		return;
	op->variable = litmus_variable(word[1]);
	if (op->kind == LITMUS_XCHG || op->kind == LITMUS_CAS)
		op->order = LITMUS_FULL;
	if (op->kind == LITMUS_CAS)
		op->expected = (u8)(*c++ - '0');
	if (*c == '&')
		op->value = litmus_variable(*++c);
	else if (isdigit((unsigned char)*c))
		op->value = (u8)(*c - '0');
	litmus_suffix(op, strchr(word, '.') ? strchr(word, '.') : "");
	if (litmus_reads(op->kind))
		op->read = test->nr_reads++;
}

static inline void litmus_parse(struct litmus *test, const char *text)
{
	char copy[256], *save, *word;

	snprintf(copy, sizeof(copy), "%s", text);
	memset(test, 0, sizeof(*test));
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (!strcmp(word, "|"))
			test->nr_actors++;
		else
			litmus_word(test, test->nr_actors, word);
	}
	test->nr_actors++;
}

/* Whether @outcome is one of those that @text speaks of. */
static inline bool litmus_matches(const struct litmus_outcome *outcome, const char *text)
{
	unsigned int read = 0;
	char copy[128], *save, *word;

	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (word[1] == '=') {
			if (outcome->left[litmus_variable(word[0])] != word[2] - '0')
				return false;
			continue;
		}
		read++;
		if (*word == '_')
			continue;
		if (outcome->read[read - 1] !=
		    (*word == '&' ? litmus_variable(word[1]) : *word - '0'))
			return false;
	}
	return true;
}

static inline bool litmus_possible(const struct litmus_outcomes *outcomes, const char *text)
{
	for (unsigned int i = 0; i < outcomes->nr; i++)
		if (litmus_matches(&outcomes->of[i], text))
			return true;
	return false;
}

static inline bool litmus_has(const struct litmus_outcomes *outcomes,
			      const struct litmus_outcome *outcome)
{
	for (unsigned int i = 0; i < outcomes->nr; i++)
		if (!memcmp(&outcomes->of[i], outcome, sizeof(*outcome)))
			return true;
	return false;
}

static inline void litmus_add(struct litmus_outcomes *to, const struct litmus_outcome *outcome)
{
	unsigned int i = 0;

	while (i < to->nr && memcmp(&to->of[i], outcome, sizeof(*outcome)))
		i++;
	if (i == to->nr) {
		if (to->nr == LITMUS_OUTCOMES)
			fail_msg("litmus: more than %u outcomes", LITMUS_OUTCOMES);
		to->of[to->nr] = *outcome;
		to->times[to->nr++] = 0;
	}
	to->times[i]++;
	to->executions++;
}

/* --- under every schedule --- */

/* Far from each other: a pointer to one of them says nothing of the others. */
struct litmus_state {
	const struct litmus *test;
	struct litmus_outcomes *outcomes;
	struct {
		_Alignas(64) u32 value;
	} variable[LITMUS_INTS];
	_Alignas(64) u32 *pointer;
	struct {
		_Alignas(64) spinlock_t word;
	} lock[2];
	_Alignas(64) struct {
		_Alignas(64) u64 read[LITMUS_READS];
	} seen[LITMUS_ACTORS];
};

static inline u8 litmus_pointee(const struct litmus_state *s, const u32 *ptr)
{
	u8 i = 0;

	while (i < LITMUS_INTS && ptr != &s->variable[i].value)
		i++;
	return i;
}

static inline u64 litmus_read(struct litmus_state *s, const struct litmus_op *op, u32 *word,
			      u32 **last)
{
	if (op->variable == LITMUS_P) {
		*last = op->order == LITMUS_ACQUIRE ? smp_load_acquire(&s->pointer) :
						      READ_ONCE(s->pointer);
		return litmus_pointee(s, *last);
	}
	return op->order == LITMUS_ACQUIRE ? smp_load_acquire(word) : READ_ONCE(*word);
}

static inline void litmus_write(struct litmus_state *s, const struct litmus_op *op, u32 *word)
{
	u32 *pointee = &s->variable[op->value % LITMUS_INTS].value;

	if (op->variable == LITMUS_P && op->order == LITMUS_RELEASE)
		smp_store_release(&s->pointer, pointee);
	else if (op->variable == LITMUS_P)
		WRITE_ONCE(s->pointer, pointee);
	else if (op->order == LITMUS_RELEASE)
		smp_store_release(word, op->value);
	else
		WRITE_ONCE(*word, op->value);
}

static inline u64 litmus_update(const struct litmus_op *op, u32 *word)
{
	if (op->kind == LITMUS_CAS)
		return np_cmpxchg(word, op->expected, op->value);
	if (op->kind == LITMUS_ADD)
		return op->order == LITMUS_FULL ?
			       __atomic_fetch_add(word, op->value, __ATOMIC_SEQ_CST) :
			       __atomic_fetch_add(word, op->value, __ATOMIC_RELAXED);
	switch (op->order) {
	case LITMUS_ACQUIRE:
		return __atomic_exchange_n(word, op->value, __ATOMIC_ACQUIRE);
	case LITMUS_RELEASE:
		return __atomic_exchange_n(word, op->value, __ATOMIC_RELEASE);
	case LITMUS_ONCE:
		return __atomic_exchange_n(word, op->value, __ATOMIC_RELAXED);
	default:
		return xchg(word, op->value);
	}
}

static inline void litmus_barrier(char kind)
{
	if (kind == LITMUS_MB)
		smp_mb();
	else if (kind == LITMUS_RMB)
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	else
		__atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void litmus_actor(void *state)
{
	struct litmus_state *s = state;
	uintptr_t actor = (uintptr_t)np_actor_arg();
	u32 *last = &s->variable[LITMUS_W].value, *word;

	for (unsigned int i = 0; i < s->test->nr_ops[actor]; i++) {
		const struct litmus_op *op = &s->test->ops[actor][i];
		u64 *seen = &s->seen[actor].read[op->read];

		word = op->variable < LITMUS_INTS ? &s->variable[op->variable].value : last;
		if (op->kind == LITMUS_LOCK)
			spin_lock(&s->lock[op->variable - LITMUS_S].word);
		else if (op->kind == LITMUS_UNLOCK)
			spin_unlock(&s->lock[op->variable - LITMUS_S].word);
		else if (op->kind == LITMUS_READ)
			*seen = litmus_read(s, op, word, &last);
		else if (op->kind == LITMUS_WRITE)
			litmus_write(s, op, word);
		else if (litmus_reads(op->kind))
			*seen = litmus_update(op, word);
		else
			litmus_barrier(op->kind);
	}
}

static inline void litmus_final(void *state)
{
	struct litmus_state *s = state;
	struct litmus_outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	for (unsigned int a = 0; a < s->test->nr_actors; a++)
		for (unsigned int i = 0; i < s->test->nr_ops[a]; i++) {
			const struct litmus_op *op = &s->test->ops[a][i];

			if (litmus_reads(op->kind))
				outcome.read[op->read] = (u8)s->seen[a].read[op->read];
		}
	for (unsigned int i = 0; i < LITMUS_INTS; i++)
		outcome.left[i] = (u8)s->variable[i].value;
	outcome.left[LITMUS_P] = litmus_pointee(s, s->pointer);
	litmus_add(s->outcomes, &outcome);
}

/* What the set-up is to be told: it has no argument. */
static const struct litmus *litmus_test;
static struct litmus_outcomes *litmus_outcomes;

static inline int litmus_setup(struct np_machine *machine, void *state)
{
	struct litmus_state *s = state;

	(void)machine;
	s->test = litmus_test;
	s->outcomes = litmus_outcomes;
	s->pointer = &s->variable[LITMUS_W].value;
	return 0;
}

/* All outcomes. Return: whether the search was exhausted. */
static inline bool litmus_explore(const struct litmus *test, enum np_memory_model memory,
				  enum np_strategy strategy, unsigned long max_executions,
				  struct litmus_outcomes *outcomes)
{
	static const char names[LITMUS_ACTORS][3] = { "P0", "P1", "P2", "P3" };
	struct np_explore_options options = {
		.state_size = sizeof(struct litmus_state),
		.setup = litmus_setup,
		.final = litmus_final,
		.strategy = strategy,
		.memory = memory,
		.bound = UINT_MAX,
		.max_executions = max_executions,
		.no_minimise = true,
		.ignore = BIT(NP_DEADLOCK),
	};
	struct np_explored *explored;
	bool exhausted;

	for (uintptr_t a = 0; a < test->nr_actors; a++)
		options.actors[a] = (struct np_actor){
			.name = names[a], .body = litmus_actor, .arg = (void *)a, .cpu = (int)a
		};
	litmus_test = test;
	litmus_outcomes = outcomes;
	memset(outcomes, 0, sizeof(*outcomes));
	if (np_explore(&options, &explored))
		fail_msg("litmus: np_explore() failed");
	exhausted = explored->exhausted;
	outcomes->executions = explored->executions;
	outcomes->blocked = explored->blocked;
	np_explored_free(explored);
	return exhausted;
}

#endif /* TESTS_LITMUS_H */
