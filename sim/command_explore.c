/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* explore: the scenarios of a file under every interleaving. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "options.h"
#include "html.h"
#include "progress.h"
#include "scenario_file.h"
#include "scheme_choice.h"
#include "search_jobs.h"
#include "search_print.h"

#define JOBS_MAX 64
#define SECONDS_MAX (366 * 24 * 3600)
#define REDRAW_MS 100

enum {
	OPTION_STRATEGY = UCHAR_MAX + 1,
	OPTION_MEMORY,
	OPTION_BOUND,
	OPTION_DEPTH,
	OPTION_SEED,
	OPTION_EXECUTIONS,
	OPTION_SECONDS,
	OPTION_JOBS,
	OPTION_SCHEME,
	OPTION_COMMUTE,
	OPTION_STATE,
	OPTION_JSON,
	OPTION_HTML,
	OPTION_QUIET,
	OPTION_HELP,
};

struct explore_options {
	struct np_search_options search;
	const char *html;
	unsigned int jobs;
	bool json, quiet, help;
};

/* A line on a terminal that says how far it has come. */
struct status {
	bool terminal, drawn;
	uint64_t drawn_ms;
	unsigned long executions;
	double seconds;
};

static void print_help(void)
{
	printf("usage: netpage-sim explore [--strategy S] [--memory M] [--bound N] [--depth N]\n"
	       "                           [--seed N] [--executions N] [--seconds S] [--jobs N]\n"
	       "                           [--scheme NAME] [--commute] [--state FILE]\n"
	       "                           [--json | --quiet] [--html OUT] FILE|-\n"
	       "\n"
	       "Searches all interleavings of every scenario in FILE, which may be a whole mail, for\n"
	       "one that violates something; - is standard input. Each finding comes with a scenario\n"
	       "that replays it.\n"
	       "\n"
	       "What stands above the scenario's `explore` line is played first; steps below it\n"
	       "interleave freely, each actor's own in their order. What stands behind `=>` is judged\n"
	       "when its step ends, a `check` when all have ended. Without such a line all steps\n"
	       "interleave, `at` steps like any other; what `=>` and `check` say is then about the\n"
	       "order of the file, and is not judged: never, always, rest and the invariants are.\n"
	       "\n"
	       "What is given here goes before what the `explore` line says:\n"
	       "\n"
	       "  --strategy S    dpor (default): every one that differs; exhaustive, bounded,\n"
	       "                  random, pct, pos\n"
	       "  --memory M      what a read may return: sc (default), tso, lkmm\n"
	       "  --bound N       bounded: the most preemptions; without --strategy this asks for it\n"
	       "  --depth N       pct: bugs of this depth are looked for\n"
	       "  --seed N        random, pct, pos: where the random numbers begin\n"
	       "  --executions N  the most executions\n"
	       "  --seconds S     the most seconds; what is found then depends on the computer\n"
	       "  --jobs N        random, pct, pos: processes, each from other random numbers\n"
	       "  --scheme NAME   instead of the scheme that the scenario names; then the exit is 0\n"
	       "                  when nothing is violated, whatever the scenario's result says\n"
	       "  --commute       additions whose result nobody uses do not conflict\n"
	       "  --state FILE    go on from FILE if it is there; written when the search is stopped\n"
	       "  --json          the outcome for programs: of several scenarios, an array\n"
	       "  --html OUT      a page that shows the first finding step by step; one scenario\n"
	       "  --quiet         no witnesses, only the outcome\n"
	       "\n"
	       "Interrupting it (^C) ends the search, and what was found is printed.\n"
	       "\n"
	       "Exit: 0 as expected, 1 not, 4 all skipped, 5 not exhausted, and so no answer,\n"
	       "64 usage, 65 a file that does not parse.\n");
}

/* --- options --- */

static int word_given(const char *option, const char *const *words, int *value)
{
	*value = np_options_word("explore", option, optarg, words);
	return *value < 0 ? NP_EXIT_USAGE : NP_EXIT_PASS;
}

static int number_given(const char *option, uint64_t minimum, uint64_t maximum, int64_t *value)
{
	uint64_t number;

	if (!np_options_number("explore", option, optarg, minimum, maximum, &number))
		return NP_EXIT_USAGE;
	*value = (int64_t)number;
	return NP_EXIT_PASS;
}

static int bound_given(int option, struct explore_options *explore)
{
	struct np_search_bounds *bounds = &explore->search.bounds;
	int64_t number = 0;
	int code;

	switch (option) {
	case OPTION_STRATEGY:
		return word_given("strategy", np_vocabulary_strategies, &bounds->strategy);
	case OPTION_MEMORY:
		return word_given("memory", np_vocabulary_memory_models, &bounds->memory);
	case OPTION_BOUND:
		return number_given("bound", 1, INT_MAX, &bounds->preemptions);
	case OPTION_DEPTH:
		return number_given("depth", 1, INT_MAX, &bounds->depth);
	case OPTION_SEED:
		return number_given("seed", 0, INT64_MAX, &bounds->seed);
	case OPTION_EXECUTIONS:
		return number_given("executions", 1, INT64_MAX, &bounds->executions);
	case OPTION_SECONDS:
		code = number_given("seconds", 1, SECONDS_MAX, &number);
		bounds->seconds = (double)number;
		return code;
	default:
		code = number_given("jobs", 1, JOBS_MAX, &number);
		explore->jobs = (unsigned int)number;
		return code;
	}
}

static int option_given(int option, struct explore_options *explore)
{
	switch (option) {
	case OPTION_SCHEME:
		explore->search.scheme = optarg;
		break;
	case OPTION_COMMUTE:
		explore->search.bounds.commute = true;
		break;
	case OPTION_STATE:
		explore->search.state_file = optarg;
		break;
	case OPTION_JSON:
		explore->json = true;
		break;
	case OPTION_HTML:
		explore->html = optarg;
		break;
	case OPTION_QUIET:
		explore->quiet = true;
		break;
	case OPTION_HELP:
		explore->help = true;
		break;
	default:
		return bound_given(option, explore);
	}
	return NP_EXIT_PASS;
}

static bool options_fit(const struct explore_options *explore)
{
	const char *scheme = explore->search.scheme;

	if (explore->jobs > 1 && explore->search.state_file) {
		fprintf(stderr, "netpage-sim explore: --state is for one process, not --jobs\n");
		return false;
	}
	if (scheme && strchr(scheme, '/')) {
		fprintf(stderr,
			"netpage-sim explore: --scheme %s: only a scheme of the library can be "
			"searched; a file is compiled for the native flavour\n",
			scheme);
		return false;
	}
	return !scheme || np_scheme_choose("explore", scheme, &(struct np_scheme_choice){ 0 });
}

static int parse(int argc, char **argv, struct explore_options *explore)
{
	static const struct option options[] = {
		{ "strategy", required_argument, NULL, OPTION_STRATEGY },
		{ "memory", required_argument, NULL, OPTION_MEMORY },
		{ "bound", required_argument, NULL, OPTION_BOUND },
		{ "depth", required_argument, NULL, OPTION_DEPTH },
		{ "seed", required_argument, NULL, OPTION_SEED },
		{ "executions", required_argument, NULL, OPTION_EXECUTIONS },
		{ "seconds", required_argument, NULL, OPTION_SECONDS },
		{ "jobs", required_argument, NULL, OPTION_JOBS },
		{ "scheme", required_argument, NULL, OPTION_SCHEME },
		{ "commute", no_argument, NULL, OPTION_COMMUTE },
		{ "state", required_argument, NULL, OPTION_STATE },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "html", required_argument, NULL, OPTION_HTML },
		{ "quiet", no_argument, NULL, OPTION_QUIET },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ NULL, 0, NULL, 0 },
	};
	int option, code;

	np_options_begin();
	while ((option = getopt_long(argc, argv, NP_OPTIONS_SHORT, options, NULL)) != -1) {
		if (option == '?' || option == ':') {
			np_options_complain(option, argv, options);
			return NP_EXIT_USAGE;
		}
		code = option_given(option, explore);
		if (code != NP_EXIT_PASS || explore->help)
			return code;
	}
	if (optind != argc - 1) {
		fprintf(stderr, "netpage-sim explore: wants one file, or - for standard input\n");
		return NP_EXIT_USAGE;
	}
	return options_fit(explore) ? NP_EXIT_PASS : NP_EXIT_USAGE;
}

/* --- while it runs --- */

static void wipe(struct status *status)
{
	if (status->drawn)
		fprintf(stderr, "\r\033[K");
	status->drawn = false;
}

static void draw(struct status *status, const struct np_search_progress *progress)
{
	uint64_t now = np_progress_now_ms();
	double seconds = progress->seconds - status->seconds;

	if (!status->terminal || now - status->drawn_ms < REDRAW_MS)
		return;
	wipe(status);
	fprintf(stderr, "%lu executions", progress->executions);
	if (seconds > 0)
		fprintf(stderr, ", %.0f/s",
			(double)(progress->executions - status->executions) / seconds);
	if (progress->explored > 0)
		fprintf(stderr, ", about %.3g %% explored", 100 * progress->explored);
	fflush(stderr);
	status->drawn = true;
	status->drawn_ms = now;
	status->executions = progress->executions;
	status->seconds = progress->seconds;
}

static bool on_progress(void *arg, const struct np_search_progress *progress)
{
	draw(arg, progress);
	return np_search_interrupted();
}

static int search(const struct explore_options *explore, const struct np_scenario *scenario,
		  struct np_search_outcome *outcome)
{
	struct np_search_options options = explore->search;
	struct status status = { .terminal = isatty(STDERR_FILENO) };
	sigset_t interrupt, before;
	int err;

	options.progress = on_progress;
	options.progress_arg = &status;
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	err = np_search_with_jobs(scenario, &options, explore->jobs, outcome);
	wipe(&status);
	/* One that came too late to stop anything is not left behind. */
	np_search_interrupted();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

/* --- what came of it --- */

/* Of a scenario without `explore`, `result` speaks of the order of its file. */
static enum np_search_judgement judge(const struct explore_options *explore,
				      const struct np_scenario *scenario,
				      const struct np_search_outcome *outcome)
{
	return explore->search.scheme || !np_search_wanted(scenario) ?
		       np_search_judge_plainly(outcome) :
		       np_search_judge(scenario, outcome);
}

static int write_page(const struct explore_options *explore, const struct np_search_report *report)
{
	int err = np_html_write(explore->html, report);

	if (err)
		fprintf(stderr, "netpage-sim explore: --html %s: %s\n", explore->html,
			strerror(-err));
	return err ? NP_EXIT_FAIL : NP_EXIT_PASS;
}

static int explore_one(const struct explore_options *explore, const struct np_scenario *scenario,
		       struct json_object *all)
{
	struct np_search_outcome outcome;
	struct np_search_report report = { .scenario = scenario,
					   .outcome = &outcome,
					   .scheme = explore->search.scheme,
					   .quiet = explore->quiet };
	int code, err = search(explore, scenario, &outcome);

	if (err) {
		fprintf(stderr, "netpage-sim explore: %s\n", strerror(-err));
		np_search_outcome_free(&outcome);
		return NP_EXIT_FAIL;
	}
	report.judgement = judge(explore, scenario, &outcome);
	if (explore->json)
		np_json_append(all, np_search_json(&report));
	else
		np_search_print(stdout, &report);
	code = np_search_exit(&outcome, report.judgement);
	if (explore->html && outcome.end != NP_PLAY_ERROR && outcome.end != NP_PLAY_SKIPPED &&
	    write_page(explore, &report) != NP_EXIT_PASS)
		code = NP_EXIT_FAIL;
	np_search_outcome_free(&outcome);
	return code;
}

static int explore_all(const struct explore_options *explore, const struct np_scenario_file *file)
{
	struct json_object *all = np_json_array();
	int code = NP_EXIT_SKIP;

	for (size_t i = 0; i < file->nr; i++)
		code = np_exit_worse(code, explore_one(explore, file->scenarios[i], all));
	if (explore->json && file->nr == 1 && json_object_array_length(all) == 1)
		np_json_print(stdout, json_object_get(json_object_array_get_idx(all, 0)));
	else if (explore->json)
		np_json_print(stdout, json_object_get(all));
	json_object_put(all);
	return code;
}

static bool file_fits(const struct explore_options *explore, const struct np_scenario_file *file)
{
	const char *what = explore->html ? "--html" : explore->search.state_file ? "--state" : NULL;

	if (!what || file->nr == 1)
		return true;
	fprintf(stderr, "netpage-sim explore: %s is for one scenario; this file has %zu\n", what,
		file->nr);
	return false;
}

int np_command_explore(int argc, char **argv)
{
	struct explore_options explore = { .search = { .bounds = NP_SEARCH_BOUNDS }, .jobs = 1 };
	struct np_scenario_file file;
	int code = parse(argc, argv, &explore);

	if (explore.help)
		print_help();
	if (code != NP_EXIT_PASS || explore.help)
		return code;
	if (np_scenario_file_read(argv[optind], &file, stderr))
		return NP_EXIT_DATA;
	code = file_fits(&explore, &file) ? explore_all(&explore, &file) : NP_EXIT_USAGE;
	np_scenario_file_free(&file);
	return code;
}
