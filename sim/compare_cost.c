/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What schemes cost, in tables: `unaccounted` first, the others by how much more they pay. */
#include <string.h>

#include "compare.h"

#ifndef NP_BUILD_TYPE
#define NP_BUILD_TYPE "unknown"
#endif

#define TEXT(number) #number
#define STRING(number) TEXT(number)
#if defined(__clang__)
#define COMPILER                                                                                   \
	"clang " STRING(__clang_major__) "." STRING(__clang_minor__) "." STRING(                   \
		__clang_patchlevel__)
#else
#define COMPILER "gcc " STRING(__GNUC__) "." STRING(__GNUC_MINOR__) "." STRING(__GNUC_PATCHLEVEL__)
#endif

static const char *const short_names[NP_COST_PATHS] = {
	[NP_COST_PUT_ORDINARY] = "put ordinary",
	[NP_COST_PUT_NETWORK] = "put network",
	[NP_COST_LAST_PUT] = "last put",
	[NP_COST_RELEASE_PAGES] = "release_pages",
	[NP_COST_UNMAP] = "unmap",
};

#define CELL 15

/* One cell: absolute for the baseline, else the difference to it; "n/m" where not measured. */
static const char *cell_text(const struct np_cost *cost, const struct np_cost *base, char *buf,
			     size_t size)
{
	long instructions = (long)cost->instructions, locked = (long)cost->locked;

	if (*cost->why)
		snprintf(buf, size, "n/m");
	else if (!base || *base->why)
		snprintf(buf, size, "%ld (%ld)", instructions, locked);
	else if (cost->instructions == base->instructions && cost->locked == base->locked)
		snprintf(buf, size, "=");
	else
		snprintf(buf, size, "%+ld (%+ld)", instructions - (long)base->instructions,
			 locked - (long)base->locked);
	return buf;
}

static void print_line(FILE *out, size_t number, const char *name, const struct np_costs *costs,
		       const struct np_costs *base)
{
	char text[48];

	if (number)
		fprintf(out, "  %2zu  %-22s", number, name);
	else
		fprintf(out, "      %-22s", name);
	for (int i = 0; i < NP_COST_PATHS; i++)
		fprintf(out, " %-*s", CELL,
			cell_text(&costs->path[i], base ? &base->path[i] : NULL, text,
				  sizeof(text)));
	fprintf(out, " %s\n", *costs->ends_in ? costs->ends_in : "-");
}

static bool is_baseline(const struct np_compare_scheme *column)
{
	return column->scheme == np_scheme_find("unaccounted");
}

/* Reasons for "n/m", each once. */
static void print_unmeasured(FILE *out, const struct np_comparison *comparison)
{
	const char *last = "";

	for (size_t i = 0; i < comparison->nr_schemes; i++)
		for (int path = 0; path < NP_COST_PATHS; path++) {
			const char *why = comparison->schemes[i].costs.path[path].why;

			if (*why && strcmp(why, last))
				fprintf(out, "  n/m: not measurable here: %s: %s\n",
					comparison->schemes[i].scheme->name, why);
			last = *why ? why : last;
		}
}

/* What no instrument can measure: as each scheme says it itself. */
static void print_demands(FILE *out, const struct np_comparison *comparison)
{
	const char *title = "words of struct page";
	size_t width = strlen(title);

	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		size_t len = strlen(comparison->schemes[i].scheme->cost.page_words);

		width = len > width ? len : width;
	}
	fprintf(out, "%28s %-*s  drivers must\n", "", (int)width, title);
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_scheme *scheme = comparison->schemes[i].scheme;

		fprintf(out, "  %2zu  %-22s %-*s  %s\n", i + 1, scheme->name, (int)width,
			scheme->cost.page_words, scheme->cost.driver_changes);
	}
}

void np_comparison_print_costs(FILE *out, const struct np_comparison *comparison,
			       const struct np_compare_style *style)
{
	bool shown = false;

	fprintf(out,
		"%sCosts: instructions (locked operations), by single step; "
		"+ is what a scheme pays more than unaccounted%s\n",
		style->colour ? "\033[1m" : "", style->colour ? "\033[0m" : "");
	fprintf(out, "%28s", "");
	for (int i = 0; i < NP_COST_PATHS; i++)
		fprintf(out, " %-*s", CELL, short_names[i]);
	fprintf(out, " page ends in\n");
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		shown |= is_baseline(&comparison->schemes[i]);
	if (!shown)
		print_line(out, 0, "unaccounted", &comparison->baseline, NULL);
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		print_line(out, i + 1, comparison->schemes[i].scheme->name,
			   &comparison->schemes[i].costs,
			   is_baseline(&comparison->schemes[i]) ? NULL : &comparison->baseline);
	print_unmeasured(out, comparison);
	fputc('\n', out);
	print_demands(out, comparison);
}

/* --- docs/cost.md --- */

static void print_paths(FILE *out)
{
	for (int i = 0; i < NP_COST_PATHS; i++)
		fprintf(out, "- **%s**: %s.\n", np_cost_path_name((enum np_cost_path)i),
			np_cost_path_help((enum np_cost_path)i));
	fputc('\n', out);
}

static void markdown_head(FILE *out, const char *last)
{
	fprintf(out, "| scheme |");
	for (int i = 0; i < NP_COST_PATHS; i++)
		fprintf(out, " %s |", np_cost_path_name((enum np_cost_path)i));
	fprintf(out, "%s\n|---|", last);
	for (int i = 0; i < NP_COST_PATHS; i++)
		fprintf(out, "---:|");
	fprintf(out, "%s\n", *last ? "---|" : "");
}

static void markdown_instructions(FILE *out, const struct np_compare_scheme *column,
				  const struct np_costs *base)
{
	fprintf(out, "| `%s` |", column->scheme->name);
	for (int i = 0; i < NP_COST_PATHS; i++) {
		const struct np_cost *cost = &column->costs.path[i];

		if (*cost->why)
			fprintf(out, " n/m |");
		else if (is_baseline(column) || *base->path[i].why)
			fprintf(out, " %lu |", cost->instructions);
		else
			fprintf(out, " %lu (%+ld) |", cost->instructions,
				(long)cost->instructions - (long)base->path[i].instructions);
	}
	fputc('\n', out);
}

void np_comparison_markdown_costs(FILE *out, const struct np_comparison *comparison)
{
	fprintf(out,
		"# What put_page() pays under each scheme\n"
		"\n"
		"Counted by `netpage-sim compare --costs --markdown`, with " COMPILER
		", build type " NP_BUILD_TYPE
		":\neach path is executed in a child that is traced instruction by instruction, "
		"after two rounds to warm up.\nInstruction counts depend on compiler and build "
		"type, so other builds show other numbers; what schemes\npay more than "
		"`unaccounted`, in parentheses, is what to look at.\n"
		"\n");
	print_paths(out);
	fprintf(out, "## Instructions\n\n");
	markdown_head(out, "");
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		markdown_instructions(out, &comparison->schemes[i], &comparison->baseline);
	fprintf(out, "\n");
	np_comparison_markdown_locked(out, comparison);
}

void np_comparison_markdown_locked(FILE *out, const struct np_comparison *comparison)
{
	fprintf(out, "## Locked operations\n\n"
		     "A locked operation costs about as much as all the rest of a `put_page()`; on "
		     "a cache line that another CPU wants,\nmuch more.\n\n");
	markdown_head(out, " page ends in |");
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_costs *costs = &comparison->schemes[i].costs;

		fprintf(out, "| `%s` |", comparison->schemes[i].scheme->name);
		for (int path = 0; path < NP_COST_PATHS; path++)
			if (*costs->path[path].why)
				fprintf(out, " n/m |");
			else
				fprintf(out, " %lu |", costs->path[path].locked);
		fprintf(out, " %s |\n", *costs->ends_in ? costs->ends_in : "-");
	}
	fputc('\n', out);
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		for (int path = 0; path < NP_COST_PATHS; path++)
			if (*comparison->schemes[i].costs.path[path].why) {
				fprintf(out, "n/m: `%s` is not measurable here: %s.\n\n",
					comparison->schemes[i].scheme->name,
					comparison->schemes[i].costs.path[path].why);
				break;
			}
}
