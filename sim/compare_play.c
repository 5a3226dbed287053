/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The columns of a comparison, and how its cells come about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"
#include "compare.h"

/* --- columns --- */

static int add_column(struct np_comparison *comparison, struct np_scheme_choice choice,
		      const char *word)
{
	struct np_compare_scheme *grown;

	for (size_t i = 0; i < comparison->nr_schemes; i++)
		if (comparison->schemes[i].scheme == choice.scheme) {
			np_scheme_choice_free(&choice);
			return 0;
		}
	grown = realloc(comparison->schemes, (comparison->nr_schemes + 1) * sizeof(*grown));
	if (!grown) {
		np_scheme_choice_free(&choice);
		return -ENOMEM;
	}
	comparison->schemes = grown;
	grown[comparison->nr_schemes++] = (struct np_compare_scheme){ .scheme = choice.scheme,
								      .word = word,
								      .choice = choice };
	return 0;
}

int np_comparison_add_scheme(struct np_comparison *comparison, const char *word)
{
	struct np_scheme_choice choice = { 0 };
	const struct np_scheme *scheme;
	int err = 0;

	if (strcmp(word, "all"))
		return np_scheme_choose("compare", word, &choice) ?
			       add_column(comparison, choice, word) :
			       -ENOENT;
	for (unsigned int i = 0; !err && (scheme = np_scheme_at(i)); i++)
		err = add_column(comparison, (struct np_scheme_choice){ .scheme = scheme },
				 scheme->name);
	return err;
}

/* --- cells --- */

/* A report's first line says what; those behind it, who holds what. */
static char *first_line(const char *text)
{
	return strndup(text, strcspn(text, "\n"));
}

static int fill(struct np_compare_cell *cell, const struct np_play_outcome *outcome)
{
	const struct np_play_violation *first =
		outcome->end == NP_PLAY_VIOLATED ? &outcome->violation[0] : NULL;

	cell->end = outcome->end;
	cell->rule = first ? first->rule : NP_RULES;
	cell->where = strdup(first ? first->where : "");
	cell->object = strdup(first ? first->object : "");
	cell->text = first_line(first ? first->message : outcome->reason);
	return cell->where && cell->object && cell->text ? 0 : -ENOMEM;
}

static int play_cell(struct np_comparison *comparison, size_t row, size_t column)
{
	struct np_compare_cell *cell = &comparison->cells[row * comparison->nr_schemes + column];
	struct np_play_options options = { .scheme = comparison->schemes[column].scheme };
	struct np_play_outcome outcome;
	int err = np_play(comparison->cases[row].scenario, &options, &outcome);

	if (!err) {
		err = fill(cell, &outcome);
		np_play_outcome_free(&outcome);
	}
	return err;
}

int np_comparison_play(struct np_comparison *comparison, struct np_progress *progress,
		       uint64_t done)
{
	size_t nr = comparison->nr_cases * comparison->nr_schemes;
	int err = 0;

	np_assure(!comparison->cells);
	comparison->cells = calloc(nr + 1, sizeof(*comparison->cells));
	if (!comparison->cells)
		return -ENOMEM;
	for (size_t i = 0; i < nr && !err; i++) {
		err = play_cell(comparison, i / comparison->nr_schemes, i % comparison->nr_schemes);
		np_progress_update(progress, done + i + 1);
	}
	return err;
}

void np_comparison_measure(struct np_comparison *comparison, struct np_progress *progress)
{
	const struct np_costs *baseline = &comparison->baseline;

	np_cost_measure(np_scheme_find("unaccounted"), &comparison->baseline);
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		/* What stands in the way here does so for each scheme: no need to try. */
		if (*baseline->path[NP_COST_PUT_ORDINARY].why)
			comparison->schemes[i].costs = *baseline;
		else
			np_cost_measure(comparison->schemes[i].scheme,
					&comparison->schemes[i].costs);
		np_progress_update(progress, i + 1);
	}
	comparison->measured = true;
}

/* --- answers --- */

const struct np_compare_cell *np_comparison_cell(const struct np_comparison *comparison, size_t row,
						 size_t column)
{
	np_assure(row < comparison->nr_cases && column < comparison->nr_schemes);
	return &comparison->cells[row * comparison->nr_schemes + column];
}

size_t np_comparison_count(const struct np_comparison *comparison, size_t column,
			   enum np_play_end end)
{
	size_t nr = 0;

	for (size_t row = 0; row < comparison->nr_cases; row++)
		nr += np_comparison_shown(comparison, row, column)->end == end;
	return nr;
}

const char *np_comparison_verdict(const struct np_compare_cell *cell)
{
	switch (cell->end) {
	case NP_PLAY_HELD:
		return "holds";
	case NP_PLAY_VIOLATED:
		return np_vocabulary_rules[cell->rule].name;
	case NP_PLAY_SKIPPED:
		return "n/a";
	default:
		return "error";
	}
}

const char *np_comparison_replay(const struct np_comparison *comparison, size_t row, size_t column,
				 char *buf, size_t size)
{
	const struct np_compare_search *search = np_comparison_searched(comparison, row, column);

	if (search)
		snprintf(buf, size, "netpage-sim explore %s --scheme %s --executions %lu%s",
			 comparison->cases[row].file, comparison->schemes[column].word,
			 comparison->executions, search->sampled ? " --strategy pos" : "");
	else
		snprintf(buf, size, "netpage-sim run %s --scheme %s", comparison->cases[row].file,
			 comparison->schemes[column].word);
	return buf;
}
