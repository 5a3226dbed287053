/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* compare: every scheme against every corner case, and what each scheme costs. */
#include "compare.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "options.h"

/* Where nothing says how wide the paper is. */
#define WIDTH 140
/* Enough to see most of what there is, and few enough for all cells. */
#define EXECUTIONS 300
#define JOBS_MAX 64

enum {
	OPTION_SCHEME = UCHAR_MAX + 1,
	OPTION_CASE,
	OPTION_DIR,
	OPTION_COSTS,
	OPTION_JSON,
	OPTION_MARKDOWN,
	OPTION_PROGRESS,
	OPTION_EXPLORE,
	OPTION_EXECUTIONS,
	OPTION_JOBS,
	OPTION_HELP
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MARKDOWN };

/* Words of the command line; each array has room for all of them. */
struct words {
	const char **word;
	size_t nr;
};

struct compare_options {
	struct words cases, dirs;
	enum format format;
	uint64_t executions, jobs; /* 0: as usual */
	bool costs, explore, no_progress, help;
};

static void print_help(void)
{
	printf("usage: netpage-sim compare [--scheme NAME|FILE.so]... [--case NAME]...\n"
	       "                           [--dir DIR]... [--costs] [--json | --markdown]\n"
	       "                           [--explore [--executions N] [--jobs N]]\n"
	       "                           [--progress auto|never]\n"
	       "\n"
	       "Plays every corner case under every scheme and prints one table: which invariant\n"
	       "breaks first in each cell, or that all hold; then what each scheme costs.\n"
	       "\n"
	       "  --scheme NAME     only this scheme, or one of your own; all: every built-in one\n"
	       "  --case NAME       only cases called so, or with this in their name; no costs\n"
	       "  --dir DIR         instead of the project's cases those below DIR\n"
	       "  --costs           only what schemes cost\n"
	       "  --json            for programs\n"
	       "  --markdown        for docs/compare.md; with --costs for docs/cost.md, with --explore\n"
	       "                    for docs/compare-explore.md\n"
	       "  --explore         each cell over every interleaving of the case's steps, as\n"
	       "                    netpage-sim explore tries them; no costs\n"
	       "  --executions N    at most, for each cell (default 300); where there are more, as many\n"
	       "                    random ones besides. What comes out depends on this alone\n"
	       "  --jobs N          processes (default: one for each CPU)\n"
	       "  --progress never  no bar on a terminal; auto (default): after a second\n"
	       "\n"
	       "Exit: 0 when all could be played, whatever the verdicts, 1 when not, 64 usage,\n"
	       "65 a case that does not parse.\n");
}

static int option_given(int option, struct np_comparison *comparison,
			struct compare_options *compare)
{
	static const char *const progress[] = { "auto", "never", NULL };
	int word;

	switch (option) {
	case OPTION_EXPLORE:
		compare->explore = true;
		break;
	case OPTION_EXECUTIONS:
		return np_options_number("compare", "executions", optarg, 1, INT_MAX,
					 &compare->executions) ?
			       NP_EXIT_PASS :
			       NP_EXIT_USAGE;
	case OPTION_JOBS:
		return np_options_number("compare", "jobs", optarg, 1, JOBS_MAX, &compare->jobs) ?
			       NP_EXIT_PASS :
			       NP_EXIT_USAGE;
	case OPTION_SCHEME:
		return np_comparison_add_scheme(comparison, optarg) ? NP_EXIT_USAGE : NP_EXIT_PASS;
	case OPTION_CASE:
		compare->cases.word[compare->cases.nr++] = optarg;
		break;
	case OPTION_DIR:
		compare->dirs.word[compare->dirs.nr++] = optarg;
		break;
	case OPTION_COSTS:
		compare->costs = true;
		break;
	case OPTION_JSON:
		compare->format = FORMAT_JSON;
		break;
	case OPTION_MARKDOWN:
		compare->format = FORMAT_MARKDOWN;
		break;
	case OPTION_PROGRESS:
		word = np_options_word("compare", "progress", optarg, progress);
		if (word < 0)
			return NP_EXIT_USAGE;
		compare->no_progress = word;
		break;
	default:
		compare->help = true;
		break;
	}
	return NP_EXIT_PASS;
}

static bool options_fit(const struct compare_options *compare)
{
	if (compare->explore && compare->costs) {
		fprintf(stderr, "netpage-sim compare: --explore says nothing about --costs\n");
		return false;
	}
	if (!compare->explore && (compare->executions || compare->jobs)) {
		fprintf(stderr, "netpage-sim compare: --executions and --jobs are for --explore\n");
		return false;
	}
	return true;
}

static int parse(int argc, char **argv, struct np_comparison *comparison,
		 struct compare_options *compare)
{
	static const struct option options[] = {
		{ "scheme", required_argument, NULL, OPTION_SCHEME },
		{ "case", required_argument, NULL, OPTION_CASE },
		{ "dir", required_argument, NULL, OPTION_DIR },
		{ "costs", no_argument, NULL, OPTION_COSTS },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "markdown", no_argument, NULL, OPTION_MARKDOWN },
		{ "progress", required_argument, NULL, OPTION_PROGRESS },
		{ "explore", no_argument, NULL, OPTION_EXPLORE },
		{ "executions", required_argument, NULL, OPTION_EXECUTIONS },
		{ "jobs", required_argument, NULL, OPTION_JOBS },
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
		code = option_given(option, comparison, compare);
		if (code != NP_EXIT_PASS || compare->help)
			return code;
	}
	if (!np_options_rest(argc, argv) || !options_fit(compare))
		return NP_EXIT_USAGE;
	return NP_EXIT_PASS;
}

/* --- the rows --- */

static int add_folder(struct np_comparison *comparison, const char *path, const char *shown)
{
	int err = np_comparison_add_folder(comparison, path, shown, stderr);

	if (err && err != -EINVAL)
		fprintf(stderr, "netpage-sim compare: %s: %s\n", shown, strerror(-err));
	return err ? NP_EXIT_DATA : NP_EXIT_PASS;
}

static int add_named_folder(struct np_comparison *comparison, const char *dir)
{
	size_t len = strlen(dir);
	char *path;
	int code;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	path = strndup(dir, len);
	code = path ? add_folder(comparison, path, path) : NP_EXIT_DATA;
	free(path);
	return code;
}

static int add_cases(struct np_comparison *comparison, const struct compare_options *compare)
{
	char folder[PATH_MAX];
	int code = NP_EXIT_PASS;

	for (size_t i = 0; i < compare->dirs.nr && code == NP_EXIT_PASS; i++)
		code = add_named_folder(comparison, compare->dirs.word[i]);
	if (!compare->dirs.nr) {
		if (!np_comparison_default_folder(folder, sizeof(folder))) {
			fprintf(stderr, "netpage-sim compare: the corner cases are not where they "
					"were installed; --dir says where they are\n");
			return NP_EXIT_DATA;
		}
		code = add_folder(comparison, folder, NP_COMPARE_FOLDER);
	}
	if (code == NP_EXIT_PASS && !comparison->nr_cases) {
		fprintf(stderr, "netpage-sim compare: there is no .npt file in %s\n",
			compare->dirs.nr ? compare->dirs.word[0] : NP_COMPARE_FOLDER);
		return NP_EXIT_DATA;
	}
	if (code == NP_EXIT_PASS && compare->cases.nr &&
	    np_comparison_select(comparison, compare->cases.word, compare->cases.nr))
		return NP_EXIT_USAGE;
	return code;
}

/* --- output --- */

static struct np_compare_style style_of_terminal(void)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	struct np_compare_style style = { .width = WIDTH };
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return style;
	style.colour = !(no_colour && *no_colour) && !(term && !strcmp(term, "dumb"));
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		style.width = size.ws_col;
	return style;
}

static void print(const struct np_comparison *comparison, const struct compare_options *compare)
{
	struct np_compare_style style = style_of_terminal();

	if (compare->format == FORMAT_JSON)
		np_json_print(stdout, np_comparison_json(comparison));
	else if (compare->format == FORMAT_MARKDOWN && compare->costs)
		np_comparison_markdown_costs(stdout, comparison);
	else if (compare->format == FORMAT_MARKDOWN)
		np_comparison_markdown(stdout, comparison);
	else if (compare->costs)
		np_comparison_print_costs(stdout, comparison, &style);
	else
		np_comparison_print(stdout, comparison, &style);
}

static bool all_played(const struct np_comparison *comparison)
{
	for (size_t i = 0; i < comparison->nr_cases * comparison->nr_schemes; i++)
		if (comparison->cells[i].end == NP_PLAY_ERROR ||
		    (comparison->searches && comparison->searches[i].cell.end == NP_PLAY_ERROR))
			return false;
	return true;
}

static unsigned long executions_of(const struct compare_options *compare)
{
	return compare->executions ? (unsigned long)compare->executions : EXECUTIONS;
}

static unsigned int jobs_of(const struct compare_options *compare)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (compare->jobs)
		return (unsigned int)compare->jobs;
	return cpus < 1 ? 1 : cpus > JOBS_MAX ? JOBS_MAX : (unsigned int)cpus;
}

/* Measuring comes first: it forks, and a machine that was never built needs no copying. */
static int fill_and_print(struct np_comparison *comparison, const struct compare_options *compare)
{
	bool measure = compare->costs || (!compare->cases.nr && !compare->explore);
	uint64_t costs = measure ? comparison->nr_schemes : 0;
	uint64_t cells = comparison->nr_cases * comparison->nr_schemes;
	struct np_progress progress;
	int err;

	np_progress_begin(&progress, stderr, "cells", costs + (compare->explore ? 2 : 1) * cells,
			  !compare->no_progress);
	if (measure)
		np_comparison_measure(comparison, &progress);
	err = np_comparison_play(comparison, &progress, costs);
	if (!err && compare->explore)
		err = np_comparison_search(comparison, executions_of(compare), jobs_of(compare),
					   &progress, costs + cells);
	np_progress_end(&progress);
	if (err) {
		fprintf(stderr, "netpage-sim compare: %s\n", strerror(-err));
		return NP_EXIT_FAIL;
	}
	print(comparison, compare);
	return all_played(comparison) ? NP_EXIT_PASS : NP_EXIT_FAIL;
}

static int compare_all(int argc, char **argv, struct np_comparison *comparison,
		       struct compare_options *compare)
{
	int code = parse(argc, argv, comparison, compare);

	if (code != NP_EXIT_PASS)
		return code;
	if (compare->help) {
		print_help();
		return NP_EXIT_PASS;
	}
	if (!comparison->nr_schemes && np_comparison_add_scheme(comparison, "all"))
		return NP_EXIT_FAIL;
	if (!compare->costs)
		code = add_cases(comparison, compare);
	return code == NP_EXIT_PASS ? fill_and_print(comparison, compare) : code;
}

int np_command_compare(int argc, char **argv)
{
	struct np_comparison comparison = { 0 };
	struct compare_options compare = { 0 };
	int code = NP_EXIT_FAIL;

	compare.cases.word = calloc((size_t)argc + 1, sizeof(*compare.cases.word));
	compare.dirs.word = calloc((size_t)argc + 1, sizeof(*compare.dirs.word));
	if (compare.cases.word && compare.dirs.word)
		code = compare_all(argc, argv, &comparison, &compare);
	np_comparison_free(&comparison);
	free(compare.cases.word);
	free(compare.dirs.word);
	return code;
}
