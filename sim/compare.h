/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: compare - every scheme against every corner case
 *
 * A corner case is a scenario whose own `result` is left aside: it is played under each scheme, and
 * the verdict is what the table is made of.  That some invariant breaks is a result, not a failure.
 */
#ifndef NP_SIM_COMPARE_H
#define NP_SIM_COMPARE_H

#include <json-c/json.h>

#include "cost.h"
#include "play.h"
#include "progress.h"
#include "scenario_file.h"
#include "scheme_choice.h"

/** What a corner case of the project is called in output, wherever it was read from. */
#define NP_COMPARE_FOLDER "tests/scenarios/compare"

/**
 * struct np_compare_case - one row
 * @scenario: what is played
 * @group: the folder it is in
 * @file: what to give to `netpage-sim run`
 * @about: what its opening comments say, without their `Source:`
 * @source: what they say behind `Source:`; "" when they do not
 */
struct np_compare_case {
	const struct np_scenario *scenario;
	char *group;
	char *file;
	char *about;
	char *source;
};

/**
 * struct np_compare_scheme - one column
 * @scheme: what the cases are played under
 * @word: what to give to `--scheme`
 * @costs: valid when the comparison is @measured
 */
struct np_compare_scheme {
	const struct np_scheme *scheme;
	const char *word;
	struct np_scheme_choice choice;
	struct np_costs costs;
};

/**
 * struct np_compare_cell - one verdict
 * @rule: the first that is violated, for NP_PLAY_VIOLATED
 * @where: the step, or ""
 * @object: what it is about, or ""
 * @text: first line of the violation, or why the case was not played; never NULL once played
 */
struct np_compare_cell {
	enum np_play_end end;
	enum np_rule rule;
	char *where;
	char *object;
	char *text;
};

/**
 * struct np_compare_search - the same over every interleaving
 * @cell: as above: of what was found first
 * @always: every execution violates something
 * @exhausted: all were tried
 * @differs: it is not the verdict of the order of the file
 * @sampled: what was found first is one of the random ones
 */
struct np_compare_search {
	struct np_compare_cell cell;
	bool always, exhausted, differs, sampled;
	unsigned long executions, failed;
};

/**
 * struct np_comparison - all of it; all zero to begin with, to be given to np_comparison_free()
 * @cells: nr_cases rows of nr_schemes
 * @searches: the same, or NULL: not searched
 * @baseline: costs of `unaccounted`, whether or not it is among the schemes
 * @measured: whether costs were
 */
struct np_comparison {
	struct np_scenario_file *files;
	size_t nr_files;
	struct np_compare_case *cases;
	size_t nr_cases;
	struct np_compare_scheme *schemes;
	size_t nr_schemes;
	struct np_compare_cell *cells;
	struct np_compare_search *searches;
	unsigned long executions; /* of a search, at most */
	struct np_costs baseline;
	bool measured;
};

/**
 * np_comparison_add_scheme - one more column, unless it is there already
 * @word: a name, a shared object, or "all" for every built-in scheme
 *
 * Return: 0; -ENOENT after standard error has said what is wrong; -ENOMEM.
 */
int np_comparison_add_scheme(struct np_comparison *comparison, const char *word);

/**
 * np_comparison_add_folder - every .npt file below @path: its scenarios are rows
 * @path: a folder or a file
 * @shown: what @path is called in output
 * @errors: where to say what is wrong with a file; all files are read
 *
 * Return: 0; -EINVAL when one does not parse; -ENOMEM; what opening @path returned.
 */
int np_comparison_add_folder(struct np_comparison *comparison, const char *path, const char *shown,
			     FILE *errors);

/**
 * np_comparison_default_folder - where the corner cases are
 * @buf: receives it; @size bytes
 *
 * Beside an installed program those that were installed with it, else those of the source tree.
 * Return: @buf, or NULL when there are none.
 */
const char *np_comparison_default_folder(char *buf, size_t size);

/**
 * np_comparison_select - keep only cases that are called @word, else those with @word in
 * "group/name"; for each of @words
 *
 * Return: 0; -ENOENT after standard error has said which word nothing matches.
 */
int np_comparison_select(struct np_comparison *comparison, const char *const *words, size_t nr);

/**
 * np_comparison_play - fill in all cells
 * @done: how much of @progress has been done before
 * Return: 0; -ENOMEM.
 */
int np_comparison_play(struct np_comparison *comparison, struct np_progress *progress,
		       uint64_t done);

/**
 * np_comparison_search - play all cells over every interleaving, after np_comparison_play()
 * @executions: at most, for each cell; when there are more, as many random ones besides
 * @jobs: processes
 * @done: how much of @progress has been done before
 *
 * What comes out does not depend on @jobs.
 * Return: 0; -ENOMEM; what fork() said.
 */
int np_comparison_search(struct np_comparison *comparison, unsigned long executions,
			 unsigned int jobs, struct np_progress *progress, uint64_t done);

/** np_comparison_measure - fill in what each scheme costs; counts schemes in @progress. */
void np_comparison_measure(struct np_comparison *comparison, struct np_progress *progress);

/** np_comparison_cell - the cell of a row and a column. */
const struct np_compare_cell *np_comparison_cell(const struct np_comparison *comparison, size_t row,
						 size_t column);
/** np_comparison_searched - what was found there by searching; NULL: not searched. */
const struct np_compare_search *np_comparison_searched(const struct np_comparison *comparison,
						       size_t row, size_t column);
/** np_comparison_shown - what is to be shown there: of the search, if there was one. */
const struct np_compare_cell *np_comparison_shown(const struct np_comparison *comparison,
						  size_t row, size_t column);
/** np_comparison_how - "always", "sometimes"; "" where nothing was searched or found. */
const char *np_comparison_how(const struct np_compare_search *search);
/** np_comparison_count - in one column, the cells that ended so. */
size_t np_comparison_count(const struct np_comparison *comparison, size_t column,
			   enum np_play_end end);
/** np_comparison_verdict - "holds", name of the rule, "n/a" or "error". */
const char *np_comparison_verdict(const struct np_compare_cell *cell);
/** np_comparison_replay - the command that shows why; cut to @size. */
const char *np_comparison_replay(const struct np_comparison *comparison, size_t row, size_t column,
				 char *buf, size_t size);

/** struct np_compare_style - how a terminal wants it; @width: columns. */
struct np_compare_style {
	bool colour;
	unsigned int width;
};

/** np_comparison_print - for a person at a terminal. */
void np_comparison_print(FILE *out, const struct np_comparison *comparison,
			 const struct np_compare_style *style);
/** np_comparison_print_costs - the part about costs alone. */
void np_comparison_print_costs(FILE *out, const struct np_comparison *comparison,
			       const struct np_compare_style *style);
/** np_comparison_markdown - docs/compare.md. */
void np_comparison_markdown(FILE *out, const struct np_comparison *comparison);
/** np_comparison_markdown_costs - docs/cost.md: depends on compiler and build type, and says so. */
void np_comparison_markdown_costs(FILE *out, const struct np_comparison *comparison);
/** np_comparison_markdown_locked - the section on locked operations, which both pages have. */
void np_comparison_markdown_locked(FILE *out, const struct np_comparison *comparison);
/** np_comparison_json - for programs; the caller frees it, or np_json_print() does. */
struct json_object *np_comparison_json(const struct np_comparison *comparison);

/** np_comparison_free - free all of it and unload schemes. */
void np_comparison_free(struct np_comparison *comparison);

#endif /* NP_SIM_COMPARE_H */
