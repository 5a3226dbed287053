/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The comparison for a terminal: one row of words for each case.  What holds is in small letters,
 * what breaks in capitals, so that it can be seen from afar and without colours.
 */
#include <string.h>

#include "compare.h"

#define CELL 6
#define SEARCHED 9 /* with the marks of a search */
#define NAME_MIN 24
#define INDENT 2

/* Of at most CELL letters; explained below the table. */
static const char *const codes[NP_RULES] = {
	[NP_RULE_REFS_HAVE_HOLDERS] = "REFS",
	[NP_RULE_USE_AFTER_PUT] = "AFTER0",
	[NP_RULE_PAGE_IN_ONE_PLACE] = "PLACE",
	[NP_RULE_NO_WRITE_TO_USED_PAGE] = "WRITE",
	[NP_RULE_CHARGE_CONSERVED] = "CHARGE",
	[NP_RULE_COUNTER_NOT_NEGATIVE] = "BELOW0",
	[NP_RULE_CLEAN_AT_FREE] = "DIRTY",
	[NP_RULE_UNION_ARM] = "UNION",
	[NP_RULE_MEMCG_RELEASED] = "MEMCG",
	[NP_RULE_POOL_DRAINED] = "POOL",
	[NP_RULE_ZEROCOPY_CHARGED] = "UNPAID",
	[NP_RULE_CHARGED_ONCE] = "TWICE",
	[NP_RULE_ZEROCOPY_MAPS] = "NOMAP",
	[NP_RULE_LOCK_ORDER] = "LOCK",
	[NP_RULE_MACHINE_MEMORY] = "MEMORY",
	[NP_RULE_DATA_RACE] = "RACE",
	[NP_RULE_USE_AFTER_FREE] = "FREED",
	[NP_RULE_UNINITIALISED] = "UNINIT",
	[NP_RULE_DEADLOCK] = "DEADLK",
	[NP_RULE_LIVELOCK] = "LIVELK",
	[NP_RULE_WRONG_CONTEXT] = "CONTXT",
	[NP_RULE_ASSERTION] = "ASSERT",
	[NP_RULE_CHECK] = "CHECK",
	[NP_RULE_NEVER] = "NEVER",
	[NP_RULE_ALWAYS] = "ALWAYS",
	[NP_RULE_REST] = "REST",
	[NP_RULE_EXPECT] = "EXPECT",
};

#define HOLDS_COLOUR "\033[32m"
#define BREAKS_COLOUR "\033[1;31m"
#define FAINT "\033[2m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static size_t cell_columns(const struct np_comparison *comparison)
{
	return comparison->searches ? SEARCHED : CELL;
}

static const char *code_of(const struct np_compare_cell *cell)
{
	return cell->end == NP_PLAY_VIOLATED ? codes[cell->rule] : np_comparison_verdict(cell);
}

/* The code with its marks. Return: @buf. */
static const char *text_of(const struct np_comparison *comparison, size_t row, size_t column,
			   char *buf, size_t size)
{
	const struct np_compare_search *search = np_comparison_searched(comparison, row, column);
	const struct np_compare_cell *cell = np_comparison_shown(comparison, row, column);
	bool tried = search && search->executions;

	snprintf(buf, size, "%s%s%s%s",
		 tried && cell->end == NP_PLAY_VIOLATED && !search->always ? "~" : "",
		 code_of(cell), tried && !search->exhausted ? "*" : "",
		 search && search->differs ? "!" : "");
	return buf;
}

static const char *colour_of(enum np_play_end end)
{
	switch (end) {
	case NP_PLAY_HELD:
		return HOLDS_COLOUR;
	case NP_PLAY_SKIPPED:
		return FAINT;
	default:
		return BREAKS_COLOUR;
	}
}

static void heading(FILE *out, const struct np_compare_style *style, const char *text)
{
	fprintf(out, "%s%s%s\n", style->colour ? BOLD : "", text, style->colour ? PLAIN : "");
}

static void print_schemes(FILE *out, const struct np_comparison *comparison,
			  const struct np_compare_style *style)
{
	heading(out, style, "Schemes");
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, "  %2zu  %-22s %s\n", i + 1, comparison->schemes[i].scheme->name,
			comparison->schemes[i].scheme->summary);
	fputc('\n', out);
}

/* --- the table --- */

static size_t name_width(const struct np_comparison *comparison,
			 const struct np_compare_style *style)
{
	size_t cells = comparison->nr_schemes * (cell_columns(comparison) + 1);
	size_t longest = NAME_MIN, room = NAME_MIN;

	for (size_t i = 0; i < comparison->nr_cases; i++) {
		size_t len = strlen(comparison->cases[i].scenario->name);

		longest = len > longest ? len : longest;
	}
	if (style->width > cells + INDENT + NAME_MIN)
		room = style->width - cells - INDENT;
	return longest < room ? longest : room;
}

/* Names are words joined by _: a long one is broken behind the last that fits. */
static size_t fitting(const char *name, size_t width)
{
	size_t len = strlen(name);

	if (len <= width)
		return len;
	for (len = width; len > 1 && name[len - 1] != '_'; len--)
		;
	return len > 1 ? len : width;
}

/* Behind the last column there is nothing to line up. */
static int cell_width(const struct np_comparison *comparison, size_t column)
{
	return column + 1 < comparison->nr_schemes ? (int)cell_columns(comparison) : 0;
}

/* The last word of a scheme's name tells it from its relatives. */
static void print_head(FILE *out, const struct np_comparison *comparison, size_t width)
{
	fprintf(out, "%*s", (int)(INDENT + width), "");
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, " %-*zu", cell_width(comparison, i), i + 1);
	fprintf(out, "\n%*s", (int)(INDENT + width), "");
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const char *name = comparison->schemes[i].scheme->name;
		const char *word = strrchr(name, '_');

		fprintf(out, " %-*.*s", cell_width(comparison, i), (int)cell_columns(comparison),
			word && word[1] ? word + 1 : name);
	}
	fputc('\n', out);
}

static void print_row(FILE *out, const struct np_comparison *comparison, size_t row, size_t width,
		      const struct np_compare_style *style)
{
	const char *name = comparison->cases[row].scenario->name;
	size_t len = fitting(name, width);

	while (name[len]) {
		fprintf(out, "%*s%.*s\n", INDENT, "", (int)len, name);
		name += len;
		len = fitting(name, width - INDENT);
	}
	if (name != comparison->cases[row].scenario->name)
		fprintf(out, "%*s%-*s", 2 * INDENT, "", (int)width - INDENT, name);
	else
		fprintf(out, "%*s%-*s", INDENT, "", (int)width, name);
	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_compare_cell *cell = np_comparison_shown(comparison, row, i);
		char text[32];

		fprintf(out, " %s%-*s%s", style->colour ? colour_of(cell->end) : "",
			cell_width(comparison, i), text_of(comparison, row, i, text, sizeof(text)),
			style->colour ? PLAIN : "");
	}
	fputc('\n', out);
}

static void print_total(FILE *out, const struct np_comparison *comparison, size_t width,
			const char *what, enum np_play_end end, bool always)
{
	size_t all = 0;

	for (size_t i = 0; i < comparison->nr_schemes; i++)
		all += np_comparison_count(comparison, i, end);
	if (!all && !always)
		return;
	fprintf(out, "%*s%-*s", INDENT, "", (int)width, what);
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		fprintf(out, " %-*zu", cell_width(comparison, i),
			np_comparison_count(comparison, i, end));
	fputc('\n', out);
}

static void print_table(FILE *out, const struct np_comparison *comparison,
			const struct np_compare_style *style)
{
	size_t width = name_width(comparison, style);
	const char *group = NULL;

	print_head(out, comparison, width);
	for (size_t row = 0; row < comparison->nr_cases; row++) {
		if (!group || strcmp(group, comparison->cases[row].group)) {
			group = comparison->cases[row].group;
			heading(out, style, group);
		}
		print_row(out, comparison, row, width, style);
	}
	heading(out, style, "totals");
	print_total(out, comparison, width, "holds", NP_PLAY_HELD, true);
	print_total(out, comparison, width, "breaks", NP_PLAY_VIOLATED, true);
	print_total(out, comparison, width, "n/a", NP_PLAY_SKIPPED, false);
	print_total(out, comparison, width, "error", NP_PLAY_ERROR, false);
	fputc('\n', out);
}

/* --- below the table --- */

static bool occurs(const struct np_comparison *comparison, enum np_rule rule)
{
	for (size_t row = 0; row < comparison->nr_cases; row++)
		for (size_t i = 0; i < comparison->nr_schemes; i++) {
			const struct np_compare_cell *cell =
				np_comparison_shown(comparison, row, i);

			if (cell->end == NP_PLAY_VIOLATED && cell->rule == rule)
				return true;
		}
	return false;
}

static void print_legend(FILE *out, const struct np_comparison *comparison,
			 const struct np_compare_style *style)
{
	bool any = false;

	for (int i = 0; i < NP_RULES; i++) {
		if (!occurs(comparison, (enum np_rule)i))
			continue;
		if (!any)
			heading(out, style, "What breaks: the first invariant that is violated");
		any = true;
		fprintf(out, "  %-*s  %-22s %s\n", CELL, codes[i], np_vocabulary_rules[i].name,
			np_vocabulary_rules[i].help);
	}
	if (any)
		fputc('\n', out);
	if (!comparison->searches)
		return;
	heading(out, style, "Marks");
	fprintf(out,
		"  ~X  in some of the interleavings; without it in all: X is what was found first\n"
		"  *   not exhausted: %lu were tried and as many random ones, and there are more\n"
		"  !   not the verdict of the order of the file, where => and check are judged too\n\n",
		comparison->executions);
}

/* "S lacks X: ..." is "lacks X: ..." for many schemes. */
static const char *reason_of(const struct np_comparison *comparison, size_t row, size_t column)
{
	const char *text = np_comparison_shown(comparison, row, column)->text;
	const char *name = comparison->schemes[column].scheme->name;
	size_t len = strlen(name);

	return strncmp(text, name, len) || text[len] != ' ' ? text : text + len + 1;
}

static bool has_reason(const struct np_comparison *comparison, size_t row, size_t column,
		       enum np_play_end end, const char *reason)
{
	return np_comparison_shown(comparison, row, column)->end == end &&
	       !strcmp(reason_of(comparison, row, column), reason);
}

/* How often @reason is given before the cell of @row and @column. */
static size_t given_before(const struct np_comparison *comparison, size_t row, size_t column,
			   enum np_play_end end, const char *reason)
{
	size_t nr = 0;

	for (size_t i = 0; i < row * comparison->nr_schemes + column; i++)
		nr += has_reason(comparison, i / comparison->nr_schemes, i % comparison->nr_schemes,
				 end, reason);
	return nr;
}

static void print_reason(FILE *out, const struct np_comparison *comparison, enum np_play_end end,
			 const char *reason)
{
	size_t cells = given_before(comparison, comparison->nr_cases, 0, end, reason);
	const char *gap = "";

	fprintf(out, "  %s (%zu cell%s: ", reason, cells, cells == 1 ? "" : "s");
	for (size_t column = 0; column < comparison->nr_schemes; column++) {
		bool any = false;

		for (size_t row = 0; row < comparison->nr_cases && !any; row++)
			any = has_reason(comparison, row, column, end, reason);
		if (any)
			fprintf(out, "%s%zu", gap, column + 1);
		if (any)
			gap = ", ";
	}
	fprintf(out, ")\n");
}

static void print_reasons(FILE *out, const struct np_comparison *comparison,
			  const struct np_compare_style *style, enum np_play_end end,
			  const char *title)
{
	bool any = false;

	for (size_t row = 0; row < comparison->nr_cases; row++)
		for (size_t column = 0; column < comparison->nr_schemes; column++) {
			const char *reason = reason_of(comparison, row, column);

			if (np_comparison_shown(comparison, row, column)->end != end ||
			    given_before(comparison, row, column, end, reason))
				continue;
			if (!any)
				heading(out, style, title);
			any = true;
			print_reason(out, comparison, end, reason);
		}
	if (any)
		fputc('\n', out);
}

/* Of one case alone there is room to say why. */
static void print_witnesses(FILE *out, const struct np_comparison *comparison,
			    const struct np_compare_style *style)
{
	bool any = false;

	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_compare_search *search = np_comparison_searched(comparison, 0, i);
		const struct np_compare_cell *cell = np_comparison_shown(comparison, 0, i);

		if (cell->end != NP_PLAY_VIOLATED)
			continue;
		if (!any)
			heading(out, style, "Why");
		any = true;
		fprintf(out, "  %2zu  %s%s%s: %s%s%s\n", i + 1, np_comparison_how(search),
			search ? " " : "", np_comparison_verdict(cell), cell->object,
			*cell->object ? ": " : "", cell->text);
		if (search)
			fprintf(out, "      in %lu of %lu executions\n", search->failed,
				search->executions);
		if (*cell->where)
			fprintf(out, "      at %s\n", cell->where);
	}
	if (any)
		fputc('\n', out);
}

static void print_replay(FILE *out, const struct np_comparison *comparison,
			 const struct np_compare_style *style)
{
	char command[512];

	for (size_t row = 0; row < comparison->nr_cases; row++)
		for (size_t column = 0; column < comparison->nr_schemes; column++) {
			if (np_comparison_shown(comparison, row, column)->end != NP_PLAY_VIOLATED)
				continue;
			heading(out, style,
				"To see why, replay any cell; the first that breaks is");
			fprintf(out, "  %s\n",
				np_comparison_replay(comparison, row, column, command,
						     sizeof(command)));
			return;
		}
}

void np_comparison_print(FILE *out, const struct np_comparison *comparison,
			 const struct np_compare_style *style)
{
	print_schemes(out, comparison, style);
	print_table(out, comparison, style);
	print_legend(out, comparison, style);
	print_reasons(out, comparison, style, NP_PLAY_SKIPPED, "Not applicable");
	print_reasons(out, comparison, style, NP_PLAY_ERROR, "Could not be played");
	if (comparison->nr_cases == 1)
		print_witnesses(out, comparison, style);
	if (comparison->measured) {
		np_comparison_print_costs(out, comparison, style);
		fputc('\n', out);
	}
	print_replay(out, comparison, style);
}
