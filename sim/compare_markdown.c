/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* docs/compare.md: the table in full names, then each case with what breaks it and where. */
#include <string.h>

#include "compare.h"

static void print_schemes(FILE *out, const struct np_comparison *comparison)
{
	fprintf(out, "## Schemes\n\n| scheme | what it does | from |\n|---|---|---|\n");
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_scheme *scheme = comparison->schemes[i].scheme;

		fprintf(out, "| `%s` | %s | %s%s%s |\n", scheme->name, scheme->summary,
			*scheme->origin == '<' ? "`" : "", scheme->origin,
			*scheme->origin == '<' ? "`" : "");
	}
	fputc('\n', out);
}

static void print_head(FILE *out, const struct np_comparison *comparison, const char *first)
{
	fprintf(out, "| %s |", first);
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, " `%s` |", comparison->schemes[i].scheme->name);
	fprintf(out, "\n|---|");
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, "---|");
	fputc('\n', out);
}

static void print_row(FILE *out, const struct np_comparison *comparison, size_t row)
{
	const char *name = comparison->cases[row].scenario->name;

	fprintf(out, "| [%s](#%s) |", name, name);
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_compare_search *search = np_comparison_searched(comparison, row, i);
		const struct np_compare_cell *cell = np_comparison_shown(comparison, row, i);
		const char *strong = cell->end == NP_PLAY_VIOLATED ? "**" : "";
		const char *how = np_comparison_how(search);

		fprintf(out, " %s%s%s%s%s%s%s |", strong, how, *how ? " " : "",
			np_comparison_verdict(cell), strong,
			search && search->executions && !search->exhausted ? " \\*" : "",
			search && search->differs ? " &ne;" : "");
	}
	fputc('\n', out);
}

static void print_total(FILE *out, const struct np_comparison *comparison, const char *what,
			enum np_play_end end)
{
	fprintf(out, "| %s |", what);
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, " %zu |", np_comparison_count(comparison, i, end));
	fputc('\n', out);
}

static void print_tables(FILE *out, const struct np_comparison *comparison)
{
	const char *group = NULL;

	fprintf(out,
		"## Verdicts\n\n`holds`, or the first invariant that is violated, or n/a where "
		"the scheme lacks what the case is about.\n");
	if (comparison->searches)
		fprintf(out,
			"\n`always`: every interleaving violates something, and this was found "
			"first; `sometimes`: some do. \\*: not exhausted, %lu were tried and as many "
			"random ones. `livelock`: longer than the steps that one execution may have. "
			"&ne;: not the verdict of the order of the file, which judges `=>` and "
			"`check` as well.\n",
			comparison->executions);
	for (size_t row = 0; row < comparison->nr_cases; row++) {
		if (!group || strcmp(group, comparison->cases[row].group)) {
			group = comparison->cases[row].group;
			fprintf(out, "\n### %s\n\n", group);
			print_head(out, comparison, "case");
		}
		print_row(out, comparison, row);
	}
	fprintf(out, "\n### Totals\n\n");
	print_head(out, comparison, "cases");
	print_total(out, comparison, "holds", NP_PLAY_HELD);
	print_total(out, comparison, "breaks", NP_PLAY_VIOLATED);
	print_total(out, comparison, "n/a", NP_PLAY_SKIPPED);
	fputc('\n', out);
}

/* As code, so that nothing in it is taken for markup. */
static void print_code(FILE *out, const char *text)
{
	fputc('`', out);
	for (; *text; text++)
		fputc(*text == '`' ? '\'' : *text, out);
	fputc('`', out);
}

/* Prose from a comment; < begins no tag there. */
static void print_prose(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '<')
			fputs("&lt;", out);
		else
			fputc(*text, out);
}

static void print_cell(FILE *out, const struct np_comparison *comparison, size_t row, size_t column)
{
	const struct np_compare_search *search = np_comparison_searched(comparison, row, column);
	const struct np_compare_cell *cell = np_comparison_shown(comparison, row, column);

	if (cell->end == NP_PLAY_HELD)
		return;
	fprintf(out, "- `%s`: ", comparison->schemes[column].scheme->name);
	if (cell->end != NP_PLAY_VIOLATED) {
		fprintf(out, "%s: ", np_comparison_verdict(cell));
		print_prose(out, cell->text);
		fputc('\n', out);
		return;
	}
	fprintf(out, "**%s**", np_comparison_verdict(cell));
	if (search)
		fprintf(out, " in %lu of %lu%s%s", search->failed, search->executions,
			search->exhausted ? "" : " tried",
			search->sampled ? ", `--strategy pos`" : "");
	if (*cell->where) {
		fprintf(out, " at ");
		print_code(out, cell->where);
	}
	fprintf(out, ": ");
	if (*cell->object && strcmp(cell->object, comparison->cases[row].scenario->name)) {
		print_code(out, cell->object);
		fprintf(out, ": ");
	}
	print_code(out, cell->text);
	fputc('\n', out);
}

static void print_case(FILE *out, const struct np_comparison *comparison, size_t row)
{
	const struct np_compare_case *what = &comparison->cases[row];

	fprintf(out, "### %s\n\n", what->scenario->name);
	if (*what->about) {
		print_prose(out, what->about);
		fprintf(out, "\n\n");
	}
	if (*what->source) {
		fprintf(out, "Source: ");
		print_prose(out, what->source);
		fprintf(out, "\n\n");
	}
	if (comparison->searches)
		fprintf(out, "`netpage-sim explore %s --scheme NAME --executions %lu`\n\n",
			what->file, comparison->executions);
	else
		fprintf(out, "`netpage-sim run %s --scheme NAME`\n\n", what->file);
	for (size_t column = 0; column < comparison->nr_schemes; column++)
		print_cell(out, comparison, row, column);
	fputc('\n', out);
}

static void print_demands(FILE *out, const struct np_comparison *comparison)
{
	fprintf(out, "## What they ask for\n\n"
		     "| scheme | words of struct page | drivers must |\n|---|---|---|\n");
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, "| `%s` | %s | %s |\n", comparison->schemes[i].scheme->name,
			comparison->schemes[i].scheme->cost.page_words,
			comparison->schemes[i].scheme->cost.driver_changes);
	fputc('\n', out);
}

static void print_invariants(FILE *out)
{
	fprintf(out, "## Invariants\n\n| invariant | what it says |\n|---|---|\n");
	for (int i = 0; i < NP_INVARIANTS; i++)
		fprintf(out, "| %s | %s |\n", np_invariant_name((enum np_invariant)i),
			np_invariant_help((enum np_invariant)i));
	fputc('\n', out);
}

static void print_title(FILE *out, const struct np_comparison *comparison)
{
	if (!comparison->searches) {
		fprintf(out,
			"# Schemes and corner cases\n"
			"\n"
			"Written by `netpage-sim compare --markdown`: every scheme plays every "
			"scenario below `" NP_COMPARE_FOLDER "`.\n"
			"Each verdict can be replayed with the command that stands with its case.\n"
			"\n");
		return;
	}
	fprintf(out,
		"# Schemes and corner cases, every interleaving\n"
		"\n"
		"Written by `netpage-sim compare --explore --markdown`: the steps of every scenario "
		"below `" NP_COMPARE_FOLDER "`\n"
		"interleave in all ways that differ, each actor's own in their order, up to %lu "
		"executions for each cell,\n"
		"and as many random ones where there are more.\n"
		"The command that stands with a case prints a scenario that replays what breaks.\n"
		"[compare.md](compare.md) is the order of the files.\n"
		"\n",
		comparison->executions);
}

void np_comparison_markdown(FILE *out, const struct np_comparison *comparison)
{
	print_title(out, comparison);
	print_schemes(out, comparison);
	print_tables(out, comparison);
	if (!comparison->searches)
		print_demands(out, comparison);
	if (comparison->measured)
		np_comparison_markdown_locked(out, comparison);
	print_invariants(out);
	fprintf(out, "## Cases\n\n");
	for (size_t row = 0; row < comparison->nr_cases; row++)
		print_case(out, comparison, row);
}
