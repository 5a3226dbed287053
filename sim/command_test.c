/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test: all scenarios below folders, as KTAP. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "play.h"
#include "scenario_file.h"
#include "search_print.h"

static void print_help(void)
{
	printf("usage: netpage-sim test PATH ...\n"
	       "\n"
	       "Plays each scenario of each .npt file below PATH, searches those with an `explore`\n"
	       "line, and compares with its `result`. One that is not decided was not exhausted.\n"
	       "KTAP on standard output. Exit: 0 all as expected, 1 some not, 4 all skipped, 64, 65.\n");
}

struct tally {
	unsigned int number, passed, failed, skipped;
};

static void report(struct tally *tally, const struct np_scenario *scenario,
		   const struct np_play_outcome *outcome, const char *path)
{
	bool good = np_play_as_expected(scenario, outcome);

	tally->number++;
	if (outcome->end == NP_PLAY_SKIPPED) {
		tally->skipped++;
		printf("ok %u %s # SKIP %s\n", tally->number, scenario->name, outcome->reason);
		return;
	}
	printf("%sok %u %s\n", good ? "" : "not ", tally->number, scenario->name);
	if (good) {
		tally->passed++;
		return;
	}
	tally->failed++;
	printf("# %s: got %s%s%s\n", path, np_play_verdict(outcome), outcome->reason[0] ? ": " : "",
	       outcome->reason);
	for (unsigned int i = 0; i < outcome->nr_violations; i++)
		printf("# %s: %.*s\n", np_vocabulary_rules[outcome->violation[i].rule].name,
		       (int)strcspn(outcome->violation[i].message, "\n"),
		       outcome->violation[i].message);
	printf("# replay: netpage-sim run %s\n", path);
}

static void report_search(struct tally *tally, const struct np_scenario *scenario,
			  const struct np_search_outcome *outcome, const char *path)
{
	enum np_search_judgement judgement = np_search_judge(scenario, outcome);

	tally->number++;
	if (judgement == NP_SEARCH_SKIPPED) {
		tally->skipped++;
		printf("ok %u %s # SKIP %s\n", tally->number, scenario->name, outcome->reason);
		return;
	}
	printf("%sok %u %s\n", judgement == NP_SEARCH_AS_EXPECTED ? "" : "not ", tally->number,
	       scenario->name);
	if (judgement == NP_SEARCH_AS_EXPECTED) {
		tally->passed++;
		return;
	}
	tally->failed++;
	printf("# %s: got %s, %s after %lu executions%s%s\n", path, np_search_verdict(outcome),
	       np_search_fit(judgement), outcome->executions, outcome->reason[0] ? ": " : "",
	       outcome->reason);
	for (size_t i = 0; i < outcome->nr_findings; i++)
		printf("# %s: %.*s\n", np_vocabulary_rules[outcome->finding[i].rule].name,
		       (int)strcspn(outcome->finding[i].message, "\n"),
		       outcome->finding[i].message);
	printf("# replay: netpage-sim run %s\n", path);
}

/* Whether there was memory for it. */
static bool test_scenario(struct tally *tally, const struct np_scenario *scenario, const char *path)
{
	struct np_search_outcome found;
	struct np_play_outcome outcome;

	if (np_search_wanted(scenario)) {
		if (np_search(scenario, NULL, &found))
			return false;
		report_search(tally, scenario, &found, path);
		np_search_outcome_free(&found);
		return true;
	}
	if (np_play(scenario, NULL, &outcome))
		return false;
	report(tally, scenario, &outcome, path);
	np_play_outcome_free(&outcome);
	return true;
}

static int test_file(struct tally *tally, const char *path)
{
	struct np_scenario_file file;

	if (np_scenario_file_read(path, &file, stdout)) {
		printf("not ok %u %s # does not parse\n", ++tally->number, path);
		tally->failed++;
		return NP_EXIT_DATA;
	}
	for (size_t i = 0; i < file.nr; i++)
		if (!test_scenario(tally, file.scenarios[i], path)) {
			printf("Bail out! out of memory\n");
			break;
		}
	np_scenario_file_free(&file);
	return NP_EXIT_PASS;
}

int np_command_test(int argc, char **argv)
{
	struct np_scenario_paths paths = { 0 };
	struct tally tally = { 0 };
	int code = NP_EXIT_PASS;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		print_help();
		return NP_EXIT_PASS;
	}
	if (argc < 2 || argv[1][0] == '-') {
		fprintf(stderr, "netpage-sim test: wants files or folders\n");
		return NP_EXIT_USAGE;
	}
	for (int i = 1; i < argc; i++) {
		int err = np_scenario_paths_find(argv[i], &paths);

		if (err) {
			fprintf(stderr, "netpage-sim test: %s: %s\n", argv[i], strerror(-err));
			np_scenario_paths_free(&paths);
			return NP_EXIT_DATA;
		}
	}
	printf("KTAP version 1\n");
	for (size_t i = 0; i < paths.nr; i++)
		if (test_file(&tally, paths.path[i]))
			code = NP_EXIT_DATA;
	printf("1..%u\n# passed %u, failed %u, skipped %u\n", tally.number, tally.passed,
	       tally.failed, tally.skipped);
	np_scenario_paths_free(&paths);
	if (code == NP_EXIT_PASS && (tally.failed || !tally.number))
		code = NP_EXIT_FAIL;
	if (code == NP_EXIT_PASS && !tally.passed)
		code = NP_EXIT_SKIP;
	return code;
}
