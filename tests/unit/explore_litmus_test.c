/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "litmus_axioms.h"
#include "/root/w/wm.MzWz/rand.inc"
static bool subset(const struct litmus_outcomes *a, const struct litmus_outcomes *b)
{
	for (unsigned i = 0; i < a->nr; i++) {
		unsigned j = 0;
		while (j < b->nr && memcmp(&a->of[i], &b->of[j], sizeof(a->of[0])))
			j++;
		if (j == b->nr)
			return false;
	}
	return true;
}
int main(int argc, char **argv)
{
	static struct litmus_outcomes o, ax;
	struct litmus t;
	static const char *names[] = { "sc", "tso", "lkmm" };
	if (argc > 1 && !strcmp(argv[1], "rand")) {
		u64 seed0 = strtoull(argv[2], 0, 0);
		unsigned n = atoi(argv[3]), flags = atoi(argv[4]), na = atoi(argv[5]),
			 no = atoi(argv[6]);
		unsigned long tot = 0, blk = 0, bad = 0, skipped = 0;
		for (u64 s = seed0; s < seed0 + n; s++) {
			u64 seed = s * 7919;
			char text[400];
			random_text(text, sizeof(text), &seed, flags, na, no);
			litmus_parse(&t, text);
			if (t.nr_reads > LITMUS_READS - 1)
				continue;
			for (int m = 1; m < 3; m++) {
				litmus_allowed(&t, m == 1 ? AXIOMS_TSO : AXIOMS_LKMM_COMPILED, &ax);
				if (!litmus_explore(&t, m, NP_DPOR, 200000, &o)) {
					skipped++;
					continue;
				}
				tot += o.executions;
				blk += o.blocked;
				if (!subset(&o, &ax) || !subset(&ax, &o) ||
				    o.executions != ax.executions) {
					bad++;
					if (bad < 12)
						printf("seed %lu %s: '%s': explored %u outcomes %lu ex %lu blk; axioms %u outcomes %lu ex  %s %s\n",
						       (long)s, names[m], text, o.nr, o.executions,
						       o.blocked, ax.nr, ax.executions,
						       subset(&o, &ax) ? "" : "TOO MUCH",
						       subset(&ax, &o) ? "" : "TOO LITTLE");
				}
			}
		}
		printf("total %lu blocked %lu bad %lu skipped %lu\n", tot, blk, bad, skipped);
		return 0;
	}
	litmus_parse(&t, argv[1]);
	for (int m = 0; m < 3; m++) {
		bool ex = litmus_explore(&t, m, argc > 3 ? atoi(argv[3]) : NP_DPOR, 0, &o);
		printf("%s: %s %lu executions %lu blocked, %u outcomes, possible %d\n", names[m],
		       ex ? "exhausted" : "NOT", o.executions, o.blocked, o.nr,
		       litmus_possible(&o, argv[2]));
	}
	for (int a = 0; a < 4; a++) {
		litmus_allowed(&t, a, &o);
		printf("axioms %d: %lu candidates %u outcomes, possible %d\n", a, o.executions,
		       o.nr, litmus_possible(&o, argv[2]));
	}
}
