/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The classic litmus tests: what LKMM says of each, and what is explored.
 *
 * With --markdown: the table of docs/litmus.md.
 */
#include "litmus_axioms.h"

struct known {
	const char *name, *program, *outcome;
	bool lkmm, tso;	   /* allowed */
	bool not_explored; /* though LKMM allows it */
};

/*
 * Verdicts: tools/memory-model/litmus-tests, 6.1, where a test of that form is there; else
 * what the axioms say. Names are as there, with the words that stand in the program.
 */
static const struct known known[] = {
	/* Store buffering */
	{ "SB", "Wx1 Ry | Wy1 Rx", "0 0", true, true, false },
	{ "SB+mbs", "Wx1 mb Ry | Wy1 mb Rx", "0 0", false, false, false },
	{ "SB+mb+po", "Wx1 mb Ry | Wy1 Rx", "0 0", true, true, false },
	{ "SB+rel-acqs", "Wx1.rel Ry.acq | Wy1.rel Rx.acq", "0 0", true, true, false },
	{ "SB+rfis", "Wx1 Rx Ry | Wy1 Ry Rx", "1 0 1 0", true, true, false },
	{ "SB+xchgs", "Xx1 Ry | Xy1 Rx", "0 0 0 0", false, false, false },
	{ "SB+atomic_adds", "Ax1 Ry | Ay1 Rx", "0 0 0 0", true, false, false },
	/* Message passing */
	{ "MP", "Wx1 Wy1 | Ry Rx", "1 0", true, false, false },
	{ "MP+wmb+po", "Wx1 wmb Wy1 | Ry Rx", "1 0", true, false, false },
	{ "MP+po+rmb", "Wx1 Wy1 | Ry rmb Rx", "1 0", true, false, false },
	{ "MP+wmb+rmb", "Wx1 wmb Wy1 | Ry rmb Rx", "1 0", false, false, false },
	{ "MP+mbs", "Wx1 mb Wy1 | Ry mb Rx", "1 0", false, false, false },
	{ "MP+rel+po", "Wx1 Wy1.rel | Ry Rx", "1 0", true, false, false },
	{ "MP+po+acq", "Wx1 Wy1 | Ry.acq Rx", "1 0", true, false, false },
	{ "MP+rel+acq", "Wx1 Wy1.rel | Ry.acq Rx", "1 0", false, false, false },
	{ "MP+po+addr", "Wx1 Wp&x | Rp R*", "&x 0", true, false, false },
	{ "MP+wmb+addr", "Wx1 wmb Wp&x | Rp R*", "&x 0", false, false, false },
	{ "MP+rel+addr", "Wx1 Wp&x.rel | Rp R*", "&x 0", false, false, false },
	{ "MP+locks", "Wx1 Ls Wy1 Us | Ls Ry Us Rx", "1 0", false, false, false },
	{ "MP+revlocks", "Ls Wx1 Us Wy1 | Ry Ls Rx Us", "1 0", false, false, false },
	{ "MP+unlock-lock+rmb", "Ls Wx1 Us Lt Wy1 Ut | Ry rmb Rx", "1 0", false, false, false },
	{ "MP+xchg+cmpxchg", "Wx1 Xy1 | Cy12 Rx", "0 1 0", false, false, false },
	{ "MP+po+cmpxchg", "Wx1 Wy1 | Cy12 Rx", "1 0", true, false, false },
	{ "MP+rel+cmpxchg", "Wx1 Wy1.rel | Cy12 Rx", "1 0", false, false, false },
	/* Load buffering */
	{ "LB", "Rx Wy1 | Ry Wx1", "1 1", true, false, true },
	{ "LB+acq+po", "Rx.acq Wy1 | Ry Wx1", "1 1", true, false, true },
	{ "LB+acq+rel", "Rx.acq Wy1 | Ry Wx1.rel", "1 1", false, false, false },
	{ "LB+mb+ctrl", "Rx mb Wy1 | Ry Wx1.ctrl", "1 1", false, false, false },
	{ "LB+datas", "Rx Wy1.data | Ry Wx1.data", "1 1", false, false, false },
	{ "LB+unlock-lock+acq", "Ls Rx Us Lt Wy1 Ut | Ry.acq Wx1", "1 1", false, false, false },
	/* Write to read causality */
	{ "WRC", "Wx1 | Rx Wy1 | Ry Rx", "1 1 0", true, false, false },
	{ "WRC+data+rmb", "Wx1 | Rx Wy1.data | Ry rmb Rx", "1 1 0", true, false, false },
	{ "WRC+acq+acq", "Wx1 | Rx.acq Wy1 | Ry.acq Rx", "1 1 0", true, false, false },
	{ "WRC+rel+rmb", "Wx1 | Rx Wy1.rel | Ry rmb Rx", "1 1 0", false, false, false },
	{ "WRC+rel+addr", "Wx1 | Rx Wp&x.rel | Rp R*", "1 &x 0", false, false, false },
	{ "WRC+mbs", "Wx1 | Rx mb Wy1 | Ry mb Rx", "1 1 0", false, false, false },
	/* Independent reads of independent writes */
	{ "IRIW", "Wx1 | Wy1 | Rx Ry | Ry Rx", "1 0 1 0", true, false, false },
	{ "IRIW+rmbs", "Wx1 | Wy1 | Rx rmb Ry | Ry rmb Rx", "1 0 1 0", true, false, false },
	{ "IRIW+acqs", "Wx1 | Wy1 | Rx.acq Ry | Ry.acq Rx", "1 0 1 0", true, false, false },
	{ "IRIW+mbs", "Wx1 | Wy1 | Rx mb Ry | Ry mb Rx", "1 0 1 0", false, false, false },
	/* Two writers of two variables */
	{ "2+2W", "Wx1 Wy2 | Wy1 Wx2", "x=1 y=1", true, false, false },
	{ "2+2W+wmbs", "Wx1 wmb Wy2 | Wy1 wmb Wx2", "x=1 y=1", true, false, false },
	{ "2+2W+rels", "Wx1 Wy2.rel | Wy1 Wx2.rel", "x=1 y=1", true, false, false },
	{ "2+2W+mbs", "Wx1 mb Wy2 | Wy1 mb Wx2", "x=1 y=1", false, false, false },
	/* R */
	{ "R", "Wx1 Wy1 | Wy2 Rx", "0 y=2", true, true, false },
	{ "R+wmb+mb", "Wx1 wmb Wy1 | Wy2 mb Rx", "0 y=2", true, false, false },
	{ "R+rel+mb", "Wx1 Wy1.rel | Wy2 mb Rx", "0 y=2", true, false, false },
	{ "R+mb+po", "Wx1 mb Wy1 | Wy2 Rx", "0 y=2", true, true, false },
	{ "R+mbs", "Wx1 mb Wy1 | Wy2 mb Rx", "0 y=2", false, false, false },
	/* S */
	{ "S", "Wx2 Wy1 | Ry Wx1", "1 x=2", true, false, false },
	{ "S+po+data", "Wx2 Wy1 | Ry Wx1.data", "1 x=2", true, false, false },
	{ "S+wmb+po", "Wx2 wmb Wy1 | Ry Wx1", "1 x=2", true, false, true },
	{ "S+wmb+acq", "Wx2 wmb Wy1 | Ry.acq Wx1", "1 x=2", false, false, false },
	{ "S+wmb+data", "Wx2 wmb Wy1 | Ry Wx1.data", "1 x=2", false, false, false },
	{ "S+rel+ctrl", "Wx2 Wy1.rel | Ry Wx1.ctrl", "1 x=2", false, false, false },
	{ "S+mbs", "Wx2 mb Wy1 | Ry mb Wx1", "1 x=2", false, false, false },
	/* Coherence */
	{ "CoRR", "Wx1 | Rx Rx", "1 0", false, false, false },
	{ "CoRR2", "Wx1 | Wx2 | Rx Rx | Rx Rx", "1 2 2 1", false, false, false },
	{ "CoWW", "Wx1 Wx2", "x=1", false, false, false },
	{ "CoWR", "Wx1 Rx | Wx2", "2 x=1", false, false, false },
	{ "CoRW", "Rx Wx1 | Wx2", "2 x=2", false, false, false },
	{ "CoRW1", "Rx Wx1", "1", false, false, false },
	/* More than two in a chain */
	{ "ISA2", "Wx1 Wy1 | Ry Wz1 | Rz Rx", "1 1 0", true, false, false },
	{ "ISA2+rel+data+acq", "Wx1 Wy1.rel | Ry Wz1.data | Rz.acq Rx", "1 1 0", true, false,
	  false },
	{ "ISA2+rel+acq-rel+acq", "Wx1 Wy1.rel | Ry.acq Wz1.rel | Rz.acq Rx", "1 1 0", false, false,
	  false },
	{ "ISA2+lock+lock+mb", "Ls Wx1 Wy1 Us | Ls Ry Wz1 Us | Rz mb Rx", "1 1 0", false, false,
	  false },
	{ "Z6.0+lock+lock+mb", "Ls Wx1 Wy1 Us | Ls Ry Wz1 Us | Wz2 mb Rx", "1 0 z=2", true, false,
	  false },
	{ "Z6.0+rel+acq-rel+mb", "Wx1 Wy1.rel | Ry.acq Wz1.rel | Wz2 mb Rx", "1 0 z=2", true, false,
	  false },
	{ "Z6.0+mbs", "Wx1 mb Wy1 | Ry mb Wz1 | Wz2 mb Rx", "1 0 z=2", false, false, false },
	{ "RWC+mbs", "Wx1 | Rx mb Ry | Wy1 mb Rx", "1 0 0", false, false, false },
	{ "RWC+acq+mb", "Wx1 | Rx.acq Ry | Wy1 mb Rx", "1 0 0", true, false, false },
	{ "W+RWC+rel+acq+mb", "Wx1 Wz1.rel | Rz.acq Ry | Wy1 mb Rx", "1 0 0", true, false, false },
	/* The writes of a chain of read-modify-writes carry on what its first one released */
	{ "MP+rel-rmw+acq", "Wx1 Wy1.rel | Ay1 | Ry.acq Rx", "_ 2 0", true, false, true },
};

static struct litmus_outcomes allowed, explored;

static void expect_verdict(const struct known *k, const char *who, const char *model, bool got,
			   bool want)
{
	if (got != want)
		fail_msg("%s (%s), outcome %s: got %s by %s of %s, want %s", k->name, k->program,
			 k->outcome, got ? "allowed" : "forbidden", who, model,
			 want ? "allowed" : "forbidden");
}

static void the_axioms_give_the_published_verdicts(void **unused)
{
	struct litmus test;

	(void)unused;
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		const struct known *k = &known[i];

		litmus_parse(&test, k->program);
		litmus_allowed(&test, AXIOMS_LKMM, &allowed);
		expect_verdict(k, "the axioms", "LKMM", litmus_possible(&allowed, k->outcome),
			       k->lkmm);
		litmus_allowed(&test, AXIOMS_TSO, &allowed);
		expect_verdict(k, "the axioms", "TSO", litmus_possible(&allowed, k->outcome),
			       k->tso);
		litmus_allowed(&test, AXIOMS_SC, &allowed);
		expect_verdict(k, "the axioms", "SC", litmus_possible(&allowed, k->outcome), false);
	}
}

/* The same outcomes, each graph once. */
static void expect_same(const struct known *k, enum np_memory_model memory, enum axioms axioms)
{
	struct litmus test;

	litmus_parse(&test, k->program);
	litmus_allowed(&test, axioms, &allowed);
	if (!litmus_explore(&test, memory, NP_DPOR, 0, &explored))
		fail_msg("%s: not exhausted", k->name);
	for (unsigned int i = 0; i < explored.nr; i++)
		if (!litmus_has(&allowed, &explored.of[i]))
			fail_msg("%s (%s) with %s: an outcome was explored that is forbidden",
				 k->name, k->program, np_memory_model_name(memory));
	if (explored.nr != allowed.nr || explored.executions != allowed.executions)
		fail_msg("%s (%s) with %s: got %u outcomes in %lu executions, want %u in %lu",
			 k->name, k->program, np_memory_model_name(memory), explored.nr,
			 explored.executions, allowed.nr, allowed.executions);
}

static void sequential_consistency_explores_none_of_these_outcomes(void **unused)
{
	struct litmus test;

	(void)unused;
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		litmus_parse(&test, known[i].program);
		litmus_explore(&test, NP_MEMORY_SC, NP_DPOR, 0, &explored);
		expect_verdict(&known[i], "exploration", "SC",
			       litmus_possible(&explored, known[i].outcome), false);
	}
}

static void tso_explores_what_x86_allows_and_nothing_else(void **unused)
{
	(void)unused;
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		expect_same(&known[i], NP_MEMORY_TSO, AXIOMS_TSO);
		expect_verdict(&known[i], "exploration", "TSO",
			       litmus_possible(&explored, known[i].outcome), known[i].tso);
	}
}

static void lkmm_explores_nothing_that_is_forbidden_and_leaves_out_what_is_documented(void **unused)
{
	(void)unused;
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		expect_same(&known[i], NP_MEMORY_LKMM, AXIOMS_LKMM_COMPILED);
		expect_verdict(&known[i], "exploration", "LKMM",
			       litmus_possible(&explored, known[i].outcome),
			       known[i].lkmm && !known[i].not_explored);
	}
}

/* --- docs/litmus.md --- */

static bool explores(const struct known *k, enum np_memory_model memory)
{
	struct litmus test;

	litmus_parse(&test, k->program);
	litmus_explore(&test, memory, NP_DPOR, 0, &explored);
	return litmus_possible(&explored, k->outcome);
}

static const char *verdict(bool is_allowed)
{
	return is_allowed ? "allowed" : "forbidden";
}

static const char *seen(bool is_seen)
{
	return is_seen ? "yes" : "-";
}

static void print_cell(const char *text)
{
	printf(" `");
	for (; *text; text++)
		printf(*text == '|' ? "\\|" : "%c", *text);
	printf("` |");
}

static int print_table(void)
{
	printf("# Litmus tests\n\n"
	       "What reads may get and memory may hold at the end, in the classic tests of memory "
	       "models:\nthe verdict of the Linux kernel's memory model (tools/memory-model of "
	       "6.1), and whether\nthe outcome is explored with `--memory lkmm`, `tso` and `sc`. "
	       "None of what is forbidden is\never explored; what is allowed and *not* explored "
	       "is marked, and explained in\n[limits.md](limits.md).\n\n"
	       "Programs are written as in tests/unit/litmus.h: `Wx1` is WRITE_ONCE(x, 1), `Rx` "
	       "READ_ONCE(x),\n`.rel` and `.acq` smp_store_release() and smp_load_acquire(), `.data` "
	       "and `.ctrl` a dependency on\nthe read before, `X` xchg(), `A` atomic_add(), `C` "
	       "cmpxchg(), `L` and `U` spin_lock() and\nspin_unlock(), `Rp R*` a pointer that is "
	       "read and followed. The outcome is what the reads get,\nin their order, and what "
	       "is left.\n\n"
	       "| test | program | outcome | LKMM | lkmm explores | executions | x86 | tso "
	       "explores | sc explores |\n"
	       "|---|---|---|---|---|---|---|---|---|\n");
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		const struct known *k = &known[i];
		bool tso = explores(k, NP_MEMORY_TSO), sc = explores(k, NP_MEMORY_SC);
		bool lkmm = explores(k, NP_MEMORY_LKMM);

		printf("| %s |", k->name);
		print_cell(k->program);
		print_cell(k->outcome);
		printf(" %s | %s | %lu | %s | %s | %s |\n", verdict(k->lkmm),
		       k->not_explored ? "**no**" : seen(lkmm), explored.executions,
		       verdict(k->tso), seen(tso), seen(sc));
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_axioms_give_the_published_verdicts),
		cmocka_unit_test(sequential_consistency_explores_none_of_these_outcomes),
		cmocka_unit_test(tso_explores_what_x86_allows_and_nothing_else),
		cmocka_unit_test(
			lkmm_explores_nothing_that_is_forbidden_and_leaves_out_what_is_documented),
	};

	if (argc == 2 && !strcmp(argv[1], "--markdown"))
		return print_table();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
