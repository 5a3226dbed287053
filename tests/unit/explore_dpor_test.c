/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One execution for each trace: published counts, and random programs against plain
 * exhaustive search.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <explore/engine.h>
#include <netpage/explore.h>
#include <netpage/spinlock.h>

/* --- programs with a known number of traces --- */

static struct np_explored *explore(struct np_explore_options *options)
{
	struct np_explored *explored = NULL;
	int ret = np_explore(options, &explored);

	if (ret < 0)
		fail_msg("np_explore: %d", ret);
	return explored;
}

static void expect_traces(struct np_explore_options *options, unsigned long traces)
{
	struct np_explored *explored = explore(options);

	if (explored->nr_found)
		fail_msg("found: %s: %s", explored->found[0].object, explored->found[0].message);
	assert_int_equal(explored->executions, traces);
	assert_int_equal(explored->blocked, 0);
	assert_true(explored->exhausted);
	np_explored_free(explored);
}

static uintptr_t my_number(void)
{
	return (uintptr_t)np_actor_arg();
}

static const char *number_name(unsigned int n)
{
	static const char names[16][4] = { "a0", "a1", "a2",  "a3",  "a4",  "a5",  "a6",  "a7",
					   "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15" };

	return names[n];
}

static void add_actors(struct np_explore_options *options, unsigned int from, unsigned int to,
		       void (*body)(void *))
{
	for (unsigned int n = from; n < to; n++)
		options->actors[n] = (struct np_actor){ .name = number_name(n),
							.body = body,
							.arg = (void *)(uintptr_t)n };
}

struct words {
	unsigned int size;
	u64 x;
	u64 a[16];
	u32 refs, dead;
	u64 i, j;
};

static void store_x(void *state)
{
	WRITE_ONCE(((struct words *)state)->x, 1);
}

static void load_x(void *state)
{
	(void)READ_ONCE(((struct words *)state)->x);
}

static void readers_of_a_word_double_the_traces(void **unused)
{
	(void)unused;
	for (unsigned int n = 1; n <= 8; n++) {
		struct np_explore_options options = { .state_size = sizeof(struct words) };

		add_actors(&options, 0, 1, store_x);
		add_actors(&options, 1, n + 1, load_x);
		expect_traces(&options, 1UL << n);
	}
}

static void scan_down(void *state)
{
	struct words *w = state;

	for (unsigned int i = w->size; READ_ONCE(w->a[i]); i--)
		;
}

static void one_more_than_below(void *state)
{
	struct words *w = state;
	uintptr_t j = my_number();
	u64 below = READ_ONCE(w->a[j - 1]);

	WRITE_ONCE(w->a[j], below + 1);
}

static int size_5(struct np_machine *machine, void *state)
{
	(void)machine;
	((struct words *)state)->size = 5;
	return 0;
}

static int size_10(struct np_machine *machine, void *state)
{
	(void)machine;
	((struct words *)state)->size = 10;
	return 0;
}

static void lastzero_has_the_published_number_of_traces(void **unused)
{
	struct np_explore_options options = { .state_size = sizeof(struct words), .setup = size_5 };

	(void)unused;
	add_actors(&options, 0, 1, scan_down);
	add_actors(&options, 1, 6, one_more_than_below);
	expect_traces(&options, 64);
	options.setup = size_10;
	add_actors(&options, 6, 11, one_more_than_below);
	expect_traces(&options, 3328);
}

static int one_reference(struct np_machine *machine, void *state)
{
	(void)machine;
	((struct words *)state)->refs = 1;
	return 0;
}

static void put(void *state)
{
	struct words *w = state;

	if (__atomic_fetch_sub(&w->refs, 1, __ATOMIC_SEQ_CST) == 1)
		np_assert(xchg(&w->dead, 1) == 0, "freed twice");
}

static void get_and_put(void *state)
{
	struct words *w = state;
	u32 refs = READ_ONCE(w->refs), found;

	for (;;) {
		if (!refs)
			return;
		found = np_cmpxchg(&w->refs, refs, refs + 1);
		if (found == refs)
			break;
		refs = found;
	}
	np_assert(!READ_ONCE(w->dead), "used after it was freed");
	put(state);
}

static void refcount_programs_have_the_published_number_of_traces(void **unused)
{
	struct np_explore_options options = { .state_size = sizeof(struct words),
					      .setup = one_reference };

	(void)unused;
	add_actors(&options, 0, 1, put);
	add_actors(&options, 1, 3, get_and_put);
	expect_traces(&options, 88);
	add_actors(&options, 3, 4, get_and_put);
	expect_traces(&options, 13382);
}

static int ones(struct np_machine *machine, void *state)
{
	struct words *w = state;

	(void)machine;
	w->i = w->j = 1;
	return 0;
}

static void add_to_i(void *state)
{
	struct words *w = state;

	for (uintptr_t n = 0; n < my_number(); n++) {
		u64 i = READ_ONCE(w->i), j = READ_ONCE(w->j);

		WRITE_ONCE(w->i, i + j);
	}
}

static void add_to_j(void *state)
{
	struct words *w = state;

	for (uintptr_t n = 0; n < my_number(); n++) {
		u64 j = READ_ONCE(w->j), i = READ_ONCE(w->i);

		WRITE_ONCE(w->j, j + i);
	}
}

/* The thread that waits for nobody and looks: part of the published program. */
static void read_i_and_j(void *state)
{
	struct words *w = state;

	(void)READ_ONCE(w->i);
	(void)READ_ONCE(w->j);
}

static void fib_bench_has_the_published_number_of_traces(void **unused)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct words),
		.setup = ones,
		.actors = { { .name = "i", .body = add_to_i, .arg = (void *)2 },
			    { .name = "j", .body = add_to_j, .arg = (void *)2 },
			    { .name = "reader", .body = read_i_and_j } },
	};

	(void)unused;
	expect_traces(&options, 140);
	options.actors[0].arg = options.actors[1].arg = (void *)3;
	expect_traces(&options, 1698);
}

/* --- random programs --- */

#define ACTORS_MAX 4
#define OPS_MAX 5
#define WORDS 3
#define EXECUTIONS_MAX 6000 /* of the plain search: larger programs are left out */

enum op_kind {
	LOAD,
	STORE,
	ADD,
	XCHG,
	CAS,
	SKIP_IF_ODD,
	LOCK,
	UNLOCK,
	BH_OFF,
	BH_ON,
	IRQ_OFF,
	IRQ_ON,
	NR_OP_KINDS
};

struct op {
	u8 kind, word, offset, size, value, expected;
};

struct program {
	struct np_actor actors[ACTORS_MAX + 1];
	struct op ops[ACTORS_MAX][OPS_MAX + 1];
	unsigned int nr_actors, nr_ops[ACTORS_MAX];
};

struct shared {
	const struct program *program;
	_Alignas(64) u64 word[WORDS];
	spinlock_t lock[2];
};

static u64 dice(u64 *seed, u64 sides)
{
	u64 z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) % sides;
}

#define ACCESS(bits)                                                                               \
	static u64 access_##bits(u##bits *ptr, const struct op *op)                                \
	{                                                                                          \
		switch (op->kind) {                                                                \
		case STORE:                                                                        \
			WRITE_ONCE(*ptr, (u##bits)op->value);                                      \
			return 0;                                                                  \
		case ADD:                                                                          \
			return __atomic_fetch_add(ptr, op->value, __ATOMIC_RELAXED);               \
		case XCHG:                                                                         \
			return xchg(ptr, op->value);                                               \
		case CAS:                                                                          \
			return np_cmpxchg(ptr, op->expected, op->value);                           \
		default:                                                                           \
			return READ_ONCE(*ptr);                                                    \
		}                                                                                  \
	}
ACCESS(8)
ACCESS(16)
ACCESS(32)
ACCESS(64)

static u64 access_word(struct shared *s, const struct op *op)
{
	char *ptr = (char *)&s->word[op->word] + op->offset;

	switch (op->size) {
	case 1:
		return access_8((u8 *)ptr, op);
	case 2:
		return access_16((u16 *)(void *)ptr, op);
	case 4:
		return access_32((u32 *)(void *)ptr, op);
	default:
		return access_64((u64 *)(void *)ptr, op);
	}
}

static void run_program(void *state)
{
	struct shared *s = state;
	const struct op *op = s->program->ops[my_number()];
	u64 last = 0;

	for (unsigned int left = s->program->nr_ops[my_number()]; left; left--, op++) {
		switch (op->kind) {
		case LOCK:
			spin_lock(&s->lock[op->word]);
			break;
		case UNLOCK:
			spin_unlock(&s->lock[op->word]);
			break;
		case BH_OFF:
			local_bh_disable();
			break;
		case BH_ON:
			local_bh_enable();
			break;
		case IRQ_OFF:
			local_irq_save();
			break;
		case IRQ_ON:
			local_irq_restore();
			break;
		case SKIP_IF_ODD:
			if ((last & 1) && left > 1 && op[1].kind <= CAS) {
				left--;
				op++;
			}
			break;
		default:
			last = access_word(s, op);
		}
	}
}

/* A section with another operation inside. */
static void add_section(struct op *ops, unsigned int at, unsigned int nr, u8 enter, u8 lock,
			u64 *seed)
{
	unsigned int end = at + 2 + (unsigned int)dice(seed, nr - at - 2 + 1);

	if (end > nr - 1)
		end = nr - 1;
	ops[at] = (struct op){ .kind = enter, .word = lock };
	ops[end] = (struct op){ .kind = enter + 1, .word = lock };
}

static struct op random_access(u64 *seed, unsigned int nr_words, bool partial)
{
	struct op op = { .kind = (u8)dice(seed, SKIP_IF_ODD + 1),
			 .word = (u8)dice(seed, nr_words),
			 .size = 8,
			 .value = (u8)(1 + dice(seed, 3)),
			 .expected = (u8)dice(seed, 3) };

	if (partial) {
		op.size = (u8)(1 << dice(seed, 4));
		op.offset = (u8)(dice(seed, 8 / op.size) * op.size);
		if (dice(seed, 2))
			op.offset = 0;
	}
	return op;
}

static void random_actor(struct program *program, unsigned int a, u64 *seed, bool contexts,
			 bool locks)
{
	static const char names[ACTORS_MAX][2] = { "a", "b", "c", "d" };
	unsigned int nr = 1 + (unsigned int)dice(seed, OPS_MAX),
		     words = 1 + (unsigned int)dice(seed, WORDS);
	struct np_actor *actor = &program->actors[a];
	bool partial = dice(seed, 3) == 0;

	*actor = (struct np_actor){ .name = names[a],
				    .body = run_program,
				    .arg = (void *)(uintptr_t)a,
				    .kind = NP_TASK,
				    .cpu = (int)a };
	if (contexts) {
		actor->cpu = (int)dice(seed, 2);
		actor->kind = (enum np_context_kind)dice(seed, 4);
	}
	for (unsigned int i = 0; i < nr; i++)
		program->ops[a][i] = random_access(seed, words, partial);
	program->nr_ops[a] = nr;
	if (locks && nr >= 3 && dice(seed, 2))
		add_section(program->ops[a], 0, nr, LOCK, (u8)dice(seed, 2), seed);
	else if (contexts && actor->kind <= NP_KTHREAD && nr >= 3 && dice(seed, 2))
		add_section(program->ops[a], 0, nr, dice(seed, 2) ? BH_OFF : IRQ_OFF, 0, seed);
	/* One inside the other: two locks in any order may be a deadlock. */
	if (locks && nr == 5 && program->ops[a][0].kind == LOCK && dice(seed, 2)) {
		u8 inner = !program->ops[a][0].word;

		program->ops[a][4] = (struct op){ .kind = UNLOCK, .word = !inner };
		program->ops[a][3] = (struct op){ .kind = UNLOCK, .word = inner };
		program->ops[a][1] = (struct op){ .kind = LOCK, .word = inner };
		program->ops[a][2] = random_access(seed, words, partial);
	}
}

static void random_program(struct program *program, u64 seed, bool contexts, bool locks)
{
	memset(program, 0, sizeof(*program));
	program->nr_actors = 2 + (unsigned int)dice(&seed, ACTORS_MAX - 1);
	for (unsigned int a = 0; a < program->nr_actors; a++)
		random_actor(program, a, &seed, contexts, locks);
}

/* --- what an execution was --- */

struct set {
	u64 *hash;
	size_t nr, max;
	unsigned long executions;
};

/* Of the search that runs: np_explore() knows of no argument for begin(). */
static struct set *states, *traces;
static struct np_strategy_ops watched;
static bool (*next_of)(struct np_explorer *x, enum np_outcome outcome);

static bool add(struct set *set, u64 hash)
{
	for (size_t i = 0; i < set->nr; i++)
		if (set->hash[i] == hash)
			return false;
	if (set->nr == set->max) {
		set->max = set->max ? 2 * set->max : 64;
		set->hash = realloc(set->hash, set->max * sizeof(*set->hash));
		assert_non_null(set->hash);
	}
	set->hash[set->nr++] = hash;
	return true;
}

static u64 mix(u64 hash, u64 value)
{
	return dice(&(u64){ hash * 31 + value }, UINT64_MAX);
}

static bool conflict(const struct np_event *a, const struct np_event *b)
{
	if (a->actor == b->actor)
		return true;
	if ((a->excl & (b->excl | b->shared)) || (b->excl & a->shared))
		return true;
	return a->location != NP_NOWHERE && a->location == b->location && (a->mask & b->mask) &&
	       ((a->flags | b->flags) & NP_OP_WRITES);
}

/* Foata's normal form: the level of an event is one above that of what it depends on. */
static u64 trace_hash(const struct np_explorer *x)
{
	unsigned int level[128];
	u64 hash = 0;

	assert_in_range(x->nr_events, 0, 128);
	for (u32 e = 0; e < x->nr_events; e++) {
		const struct np_event *event = &x->events[e];

		level[e] = 0;
		for (u32 b = 0; b < e; b++)
			if (level[b] >= level[e] && conflict(&x->events[b], event))
				level[e] = level[b] + 1;
		hash += mix(mix(mix(level[e], event->actor), event->index),
			    event->flags & NP_OP_WRITES);
	}
	return hash;
}

static u64 bytes_of(u64 value, u8 mask)
{
	u64 bytes = 0;

	for (int i = 0; i < 8; i++)
		if (mask & (1 << i))
			bytes |= value & (0xffULL << (8 * i));
	return bytes;
}

/* What everybody has read, and where everybody is. */
static u64 state_hash(const struct np_explorer *x)
{
	u64 hash = 0;

	for (u8 a = 0; a < x->nr_actors; a++) {
		u64 own = a;

		for (u32 i = 0; i < x->actors[a].index; i++) {
			const struct np_event *event = &x->events[x->positions[a][i]];

			own = mix(own, event->kind);
			if (event->kind != NP_OP_WRITE && event->location != NP_NOWHERE)
				own = mix(own, bytes_of(event->value, event->mask));
		}
		hash += mix(own, x->actors[a].ended);
	}
	return hash;
}

static bool watch_next(struct np_explorer *x, enum np_outcome outcome)
{
	if (outcome == NP_COMPLETE || outcome == NP_DEADLOCKED) {
		add(states, state_hash(x));
		add(traces, trace_hash(x));
		traces->executions++;
	}
	return next_of(x, outcome);
}

static void watch(void *state)
{
	struct np_explorer *x = np_explorer_here();

	(void)state;
	/* Anew, perhaps, now that more memory is known to be shared. */
	if (!x->explored.executions && !x->explored.blocked)
		states->nr = traces->nr = 0;
	if (x->strategy == &watched)
		return;
	watched = *x->strategy;
	next_of = watched.next;
	watched.next = watch_next;
	x->strategy = &watched;
}

static const struct program *the_program;

static int set_program(struct np_machine *machine, void *state)
{
	(void)machine;
	((struct shared *)state)->program = the_program;
	return 0;
}

static struct np_explored *explore_program(const struct program *program, enum np_strategy strategy,
					   struct set sets[2])
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.setup = set_program,
		.begin = watch,
		.strategy = strategy,
		.bound = UINT_MAX,
		.no_minimise = true,
		.max_executions = strategy == NP_BOUNDED ? EXECUTIONS_MAX : 10 * EXECUTIONS_MAX,
		.ignore = BIT(NP_DATA_RACE) | BIT(NP_DEADLOCK) | BIT(NP_LOCK_ORDER) |
			  BIT(NP_WRONG_CONTEXT),
	};

	the_program = program;
	states = &sets[0];
	traces = &sets[1];
	states->nr = traces->nr = traces->executions = 0;
	memcpy(options.actors, program->actors, sizeof(program->actors));
	return explore(&options);
}

static void print_program(const struct program *program)
{
	static const char *const kinds[] = { "load",   "store", "add",	   "xchg",
					     "cas",    "skip",	"lock",	   "unlock",
					     "bh_off", "bh_on", "irq_off", "irq_on" };

	for (unsigned int a = 0; a < program->nr_actors; a++) {
		print_error("%s (kind %d, cpu %d):", program->actors[a].name,
			    program->actors[a].kind, program->actors[a].cpu);
		for (unsigned int i = 0; i < program->nr_ops[a]; i++) {
			const struct op *op = &program->ops[a][i];

			print_error(" %s(%u.%u/%u,%u,%u)", kinds[op->kind], op->word, op->offset,
				    op->size, op->expected, op->value);
		}
		print_error("\n");
	}
}

static bool same_set(const struct set *a, const struct set *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++) {
		size_t j = 0;

		while (j < b->nr && b->hash[j] != a->hash[i])
			j++;
		if (j == b->nr)
			return false;
	}
	return true;
}

/* Whether the program is small enough to be compared. */
static bool compare(u64 seed, bool contexts, bool locks)
{
	static struct set plain[2], reduced[2];
	struct np_explored *all, *each;
	struct program program;
	bool comparable;

	random_program(&program, seed, contexts, locks);
	all = explore_program(&program, NP_BOUNDED, plain);
	comparable = all->exhausted;
	if (comparable) {
		each = explore_program(&program, NP_DPOR, reduced);
		if (each->blocked || !each->exhausted || each->executions != plain[1].nr ||
		    !same_set(&plain[0], &reduced[0]) || !same_set(&plain[1], &reduced[1])) {
			print_program(&program);
			print_error(
				"seed %lu: plain %lu executions, %zu traces, %zu states; dpor %lu "
				"executions, %lu blocked, %zu traces, %zu states\n",
				(unsigned long)seed, all->executions, plain[1].nr, plain[0].nr,
				each->executions, each->blocked, reduced[1].nr, reduced[0].nr);
			fail();
		}
		np_explored_free(each);
	}
	np_explored_free(all);
	return comparable;
}

static void compare_many(unsigned int nr, bool contexts, bool locks)
{
	unsigned int compared = 0;

	for (u64 seed = 1; compared < nr; seed++)
		compared += compare(seed, contexts, locks);
}

static void accesses_of_any_size_are_explored_once_for_each_trace(void **unused)
{
	(void)unused;
	compare_many(1500, false, false);
}

static void locks_and_deadlocks_are_explored_once_for_each_trace(void **unused)
{
	(void)unused;
	compare_many(1500, false, true);
}

static void interrupts_are_explored_once_for_each_trace(void **unused)
{
	(void)unused;
	compare_many(1500, true, false);
}

static void interrupts_and_locks_are_explored_once_for_each_trace(void **unused)
{
	(void)unused;
	compare_many(1500, true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_of_a_word_double_the_traces),
		cmocka_unit_test(lastzero_has_the_published_number_of_traces),
		cmocka_unit_test(refcount_programs_have_the_published_number_of_traces),
		cmocka_unit_test(fib_bench_has_the_published_number_of_traces),
		cmocka_unit_test(accesses_of_any_size_are_explored_once_for_each_trace),
		cmocka_unit_test(locks_and_deadlocks_are_explored_once_for_each_trace),
		cmocka_unit_test(interrupts_are_explored_once_for_each_trace),
		cmocka_unit_test(interrupts_and_locks_are_explored_once_for_each_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
