/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* run: play the scenarios of a file and say what came of each. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "course.h"
#include "generate.h"
#include "json.h"
#include "options.h"
#include "perfetto.h"
#include "play.h"
#include "scenario_file.h"
#include "scheme_choice.h"
#include "search_print.h"

enum {
	OPTION_JSON = UCHAR_MAX + 1,
	OPTION_QUIET,
	OPTION_SCHEME,
	OPTION_TRACE,
	OPTION_EMIT_C,
	OPTION_HELP,
};

struct run_options {
	struct np_scheme_choice scheme;
	const char *scheme_word; /* as it was given */
	struct np_perfetto *perfetto;
	const char *trace;
	bool json, quiet, emit_c, help;
};

static void print_help(void)
{
	printf("usage: netpage-sim run [--scheme NAME|FILE.so] [--json | --quiet | --emit-c] [--trace OUT.json]\n"
	       "                       FILE|-\n"
	       "\n"
	       "Plays every scenario in FILE, which may be a whole mail; - is standard input. One with\n"
	       "an `explore` line is searched, as by `netpage-sim explore`; one with a `schedule` is\n"
	       "played in the order that it says.\n"
	       "\n"
	       "  --scheme NAME  instead of the scheme that the scenario names; then the exit is 0\n"
	       "                 when all invariants hold, whatever the scenario's result says\n"
	       "  --json         the outcome for programs\n"
	       "  --quiet        no trace, only the outcome\n"
	       "  --emit-c       play nothing: print each scenario as a CMocka test in C\n"
	       "  --trace FILE   also write the course of events for ui.perfetto.dev\n"
	       "\n"
	       "Exit: 0 as expected, 1 not, 4 all skipped, 5 a search was not exhausted, 64 usage,\n"
	       "65 a file that does not parse.\n");
}

static int parse(int argc, char **argv, struct run_options *run)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "quiet", no_argument, NULL, OPTION_QUIET },
		{ "scheme", required_argument, NULL, OPTION_SCHEME },
		{ "trace", required_argument, NULL, OPTION_TRACE },
		{ "emit-c", no_argument, NULL, OPTION_EMIT_C },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	np_options_begin();
	while ((option = getopt_long(argc, argv, NP_OPTIONS_SHORT, options, NULL)) != -1) {
		switch (option) {
		case OPTION_JSON:
			run->json = true;
			break;
		case OPTION_QUIET:
			run->quiet = true;
			break;
		case OPTION_SCHEME:
			if (!np_scheme_choose(argv[0], optarg, &run->scheme))
				return NP_EXIT_USAGE;
			run->scheme_word = optarg;
			break;
		case OPTION_TRACE:
			run->trace = optarg;
			break;
		case OPTION_EMIT_C:
			run->emit_c = true;
			break;
		case OPTION_HELP:
			run->help = true;
			return NP_EXIT_PASS;
		default:
			np_options_complain(option, argv, options);
			return NP_EXIT_USAGE;
		}
	}
	if (optind != argc - 1) {
		fprintf(stderr, "netpage-sim run: wants one file, or - for standard input\n");
		return NP_EXIT_USAGE;
	}
	return NP_EXIT_PASS;
}

/* With another scheme than its own the scenario's `result` says nothing. */
static bool as_expected(const struct run_options *run, const struct np_scenario *scenario,
			const struct np_play_outcome *outcome)
{
	return run->scheme.scheme ? outcome->end == NP_PLAY_HELD :
				    np_play_as_expected(scenario, outcome);
}

static void print_outcome(const struct run_options *run, const struct np_scenario *scenario,
			  const struct np_play_outcome *outcome)
{
	const char *fit = outcome->end == NP_PLAY_SKIPPED     ? "skipped" :
			  as_expected(run, scenario, outcome) ? "as expected" :
								"NOT as expected";

	for (unsigned int i = 0; i < outcome->nr_violations; i++)
		printf("%s: %s: %s\n  at: %s\n",
		       np_vocabulary_rules[outcome->violation[i].rule].name,
		       outcome->violation[i].object, outcome->violation[i].message,
		       outcome->violation[i].where[0] ? outcome->violation[i].where : "(check)");
	if (outcome->reason[0])
		printf("%s\n", outcome->reason);
	printf("%s under %s: %s (%s)\n", scenario->name, outcome->scheme, np_play_verdict(outcome),
	       fit);
	printf("# netpage-sim %s scenario=%016" PRIx64 " run=%016" PRIx64 " steps=%u\n", NP_VERSION,
	       scenario->hash, outcome->hash, outcome->steps);
}

static void print_hash(struct json_object *to, const char *key, uint64_t hash)
{
	char text[24];

	snprintf(text, sizeof(text), "%016" PRIx64, hash);
	np_json_add_string(to, key, text);
}

static struct json_object *outcome_json(const struct run_options *run,
					const struct np_scenario *scenario,
					const struct np_play_outcome *outcome)
{
	struct json_object *json = np_json_object(), *violations = np_json_array();

	np_json_add_string(json, "scenario", scenario->name);
	np_json_add_string(json, "scheme", outcome->scheme);
	np_json_add_string(json, "verdict", np_play_verdict(outcome));
	np_json_add_bool(json, "expected", as_expected(run, scenario, outcome));
	if (outcome->reason[0])
		np_json_add_string(json, "reason", outcome->reason);
	for (unsigned int i = 0; i < outcome->nr_violations; i++) {
		struct json_object *violation = np_json_object();

		np_json_add_string(violation, "invariant",
				   np_vocabulary_rules[outcome->violation[i].rule].name);
		np_json_add_string(violation, "object", outcome->violation[i].object);
		np_json_add_string(violation, "where", outcome->violation[i].where);
		np_json_add_string(violation, "message", outcome->violation[i].message);
		np_json_append(violations, violation);
	}
	np_json_add(json, "violations", violations);
	np_json_add_unsigned(json, "steps", outcome->steps);
	print_hash(json, "scenario_hash", scenario->hash);
	print_hash(json, "run_hash", outcome->hash);
	return json;
}

/* --- scenarios that are searched --- */

static struct json_object *search_json(const struct np_search_report *report)
{
	const struct np_search_outcome *outcome = report->outcome;
	struct json_object *json = np_json_object();

	np_json_add_string(json, "scenario", report->scenario->name);
	np_json_add_string(json, "scheme", outcome->scheme);
	np_json_add_string(json, "verdict", np_search_verdict(outcome));
	np_json_add_bool(json, "expected", report->judgement == NP_SEARCH_AS_EXPECTED);
	if (outcome->reason[0])
		np_json_add_string(json, "reason", outcome->reason);
	np_json_add(json, "violations", np_search_violations_json(report));
	np_json_add_unsigned(json, "steps", outcome->steps);
	np_json_add_unsigned(json, "executions", outcome->executions);
	np_json_add_bool(json, "exhausted", outcome->exhausted);
	print_hash(json, "scenario_hash", report->scenario->hash);
	print_hash(json, "run_hash", np_search_hash(outcome));
	return json;
}

/* One schedule is shown as it goes, as a play is; of a search only what it found. */
static int search(const struct run_options *run, const struct np_scenario *scenario,
		  struct np_search_outcome *outcome)
{
	struct np_search_options options = { .scheme = run->scheme_word,
					     .bounds = NP_SEARCH_BOUNDS };
	struct np_course course;
	int err;

	if (run->json || run->quiet || !scenario->nr_schedule)
		return np_search(scenario, &options, outcome);
	err = np_course_record(&course, scenario, run->scheme_word, -1, NULL, outcome);
	if (!err)
		np_course_print(stdout, &course);
	np_course_free(&course);
	return err;
}

static int search_one(const struct run_options *run, const struct np_scenario *scenario,
		      struct json_object *all)
{
	struct np_search_outcome outcome;
	struct np_search_report report = { .scenario = scenario,
					   .outcome = &outcome,
					   .scheme = run->scheme_word,
					   .quiet = run->quiet };
	int code = NP_EXIT_FAIL;

	if (run->trace)
		fprintf(stderr,
			"netpage-sim run: --trace: %s is searched and left out; "
			"netpage-sim explore --html shows what it finds\n",
			scenario->name);
	if (search(run, scenario, &outcome)) {
		fprintf(stderr, "netpage-sim run: out of memory\n");
	} else {
		report.judgement = run->scheme_word ? np_search_judge_plainly(&outcome) :
						      np_search_judge(scenario, &outcome);
		if (run->json)
			np_json_append(all, search_json(&report));
		else
			np_search_print(stdout, &report);
		code = np_search_exit(&outcome, report.judgement);
	}
	np_search_outcome_free(&outcome);
	return code;
}

static int play_one(const struct run_options *run, const struct np_scenario *scenario,
		    struct json_object *all)
{
	struct np_play_options options = { .scheme = run->scheme.scheme,
					   .trace = run->json || run->quiet ? NULL : stdout };
	struct np_play_outcome outcome;
	int code = NP_EXIT_FAIL;

	if (np_search_wanted(scenario))
		return search_one(run, scenario, all);
	if (run->perfetto) {
		np_perfetto_begin(run->perfetto, scenario);
		options.subscriber = np_perfetto_event;
		options.step = np_perfetto_step;
		options.subscriber_arg = run->perfetto;
	}
	if (np_play(scenario, &options, &outcome)) {
		fprintf(stderr, "netpage-sim run: out of memory\n");
		return NP_EXIT_FAIL;
	}
	if (run->perfetto)
		np_perfetto_end(run->perfetto, &outcome);
	if (run->json)
		np_json_append(all, outcome_json(run, scenario, &outcome));
	else
		print_outcome(run, scenario, &outcome);
	if (outcome.end == NP_PLAY_SKIPPED)
		code = NP_EXIT_SKIP;
	else if (outcome.end == NP_PLAY_ERROR)
		code = NP_EXIT_DATA;
	else if (as_expected(run, scenario, &outcome))
		code = NP_EXIT_PASS;
	np_play_outcome_free(&outcome);
	return code;
}

/* The worst that happened; skipped only when nothing else did. */
static int play_all(const struct run_options *run, const struct np_scenario_file *file)
{
	struct json_object *all = np_json_array();
	int worst = NP_EXIT_SKIP;

	for (size_t i = 0; i < file->nr; i++)
		worst = np_exit_worse(worst, play_one(run, file->scenarios[i], all));
	if (run->json)
		np_json_print(stdout, all);
	else
		json_object_put(all);
	return worst;
}

/* One scenario that cannot be said in C does not keep the others from being printed. */
static int emit_all(const struct np_scenario_file *file)
{
	int code = NP_EXIT_PASS;
	char why[160];

	for (size_t i = 0; i < file->nr; i++) {
		int err = np_generate_c(stdout, file->scenarios[i], why, sizeof(why));

		if (!err)
			continue;
		fprintf(stderr, "netpage-sim run: --emit-c: %s: %s\n", file->scenarios[i]->name,
			err == -ENOMEM ? strerror(ENOMEM) : why);
		code = NP_EXIT_SKIP;
	}
	return code;
}

/* Plays @file with its trace file around it. */
static int play_traced(struct run_options *run, const struct np_scenario_file *file)
{
	int code, err;

	if (!run->trace)
		return play_all(run, file);
	run->perfetto = np_perfetto_open(run->trace);
	if (!run->perfetto) {
		fprintf(stderr, "netpage-sim run: --trace %s: %s\n", run->trace, strerror(errno));
		return NP_EXIT_USAGE;
	}
	code = play_all(run, file);
	err = np_perfetto_close(run->perfetto);
	if (err) {
		fprintf(stderr, "netpage-sim run: --trace %s: %s\n", run->trace, strerror(-err));
		return NP_EXIT_FAIL;
	}
	return code;
}

int np_command_run(int argc, char **argv)
{
	struct run_options run = { 0 };
	struct np_scenario_file file;
	int code = parse(argc, argv, &run);

	if (run.help)
		print_help();
	if (code == NP_EXIT_PASS && !run.help) {
		code = NP_EXIT_DATA;
		if (!np_scenario_file_read(argv[optind], &file, stderr)) {
			code = run.emit_c ? emit_all(&file) : play_traced(&run, &file);
			np_scenario_file_free(&file);
		}
	}
	np_scheme_choice_free(&run.scheme);
	return code;
}
