/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* `netpage-sim help` and the reference page: the tables, as text. */
#include "vocabulary.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "scenario_error.h"

/* "page_pool_alloc_frag(pool, bytes)"; optional arguments stand in brackets. */
static void print_call(FILE *out, const struct np_vocabulary_step *step)
{
	unsigned int i;
	unsigned int open = 0;

	fprintf(out, "%s(", step->name);
	for (i = 0; i < step->arguments_max; i++) {
		const struct np_vocabulary_argument *argument = np_vocabulary_argument_at(step, i);

		if (i >= NP_ARGUMENTS_NAMED || !step->argument[i].name) {
			fputs("[, ...]", out);
			break;
		}
		if (i >= step->arguments_min) {
			fputc('[', out);
			open++;
		}
		fprintf(out, "%s%s", i ? ", " : "", argument->name);
	}
	while (open--)
		fputc(']', out);
	fputc(')', out);
}

static void print_query(FILE *out, const struct np_vocabulary_query *query)
{
	unsigned int i;

	fprintf(out, "%s(", query->name);
	for (i = 0; i < query->arguments; i++)
		fprintf(out, "%s%s", i ? ", " : "", query->argument[i].name);
	fputc(')', out);
}

static void print_results(FILE *out, unsigned int results)
{
	const char *comma = "";
	unsigned int i;

	for (i = 0; i < NP_RESULTS; i++) {
		if (!(results & (1u << i)))
			continue;
		fprintf(out, "%s%s", comma, np_vocabulary_results[i].name);
		comma = ", ";
	}
}

/* "max=N", "kind=plain|file", "half". */
static void print_attribute(FILE *out, const struct np_vocabulary_attribute *attribute,
			    const char *bar)
{
	const char *const *word;

	if (!attribute->positional)
		fputs(attribute->name, out);
	if (!attribute->positional && attribute->type != NP_VALUE_FLAG)
		fputc('=', out);
	switch (attribute->type) {
	case NP_VALUE_INTEGER:
	case NP_VALUE_SIZE:
		fputc('N', out);
		break;
	case NP_VALUE_ENUM:
	case NP_VALUE_SET:
		for (word = attribute->words; *word; word++)
			fprintf(out, "%s%s", word == attribute->words ? "" : bar, *word);
		if (attribute->type == NP_VALUE_SET)
			fputs("[,...]", out);
		break;
	case NP_VALUE_WORD:
		fputs("WORD", out);
		break;
	case NP_VALUE_OBJECT:
		fputs("NAME", out);
		break;
	case NP_VALUE_FLAG:
		break;
	}
}

static void print_otherwise(FILE *out, const struct np_vocabulary_attribute *attribute)
{
	if (attribute->required)
		fputs("required", out);
	else if (attribute->type == NP_VALUE_OBJECT)
		fputs(attribute->otherwise < 0 ? "none" : "root", out);
	else if (attribute->type == NP_VALUE_FLAG || attribute->type == NP_VALUE_SET)
		fputs("off", out);
	else if (attribute->type == NP_VALUE_WORD ||
		 (attribute->otherwise < 0 && attribute->minimum >= 0))
		fputs("none", out);
	else if (attribute->type == NP_VALUE_ENUM)
		fputs(attribute->words[attribute->otherwise], out);
	else
		fprintf(out, "%" PRId64, attribute->otherwise);
}

static void help_declaration(FILE *out, const struct np_vocabulary_declaration *declaration)
{
	unsigned int i;

	fprintf(out, "%s%s ...\n    %s\n", declaration->name,
		declaration->object == NP_OBJECT_KINDS ? "" : " NAME", declaration->help);
	for (i = 0; i < declaration->attributes; i++) {
		const struct np_vocabulary_attribute *attribute = &declaration->attribute[i];

		fputs("    ", out);
		print_attribute(out, attribute, "|");
		fprintf(out, "\n        %s (", attribute->help);
		print_otherwise(out, attribute);
		fputs(")\n", out);
	}
}

static void help_step(FILE *out, const struct np_vocabulary_step *step)
{
	char accepts[96];
	unsigned int i;

	print_call(out, step);
	fprintf(out, "\n    %s\n", step->help);
	for (i = 0; i < NP_ARGUMENTS_NAMED && step->argument[i].name; i++)
		fprintf(out, "    %s: %s%s\n", step->argument[i].name,
			np_vocabulary_accepts(step->argument[i].accepts, accepts, sizeof(accepts)),
			i >= step->arguments_min ? ", may be left out" : "");
	fputs("    results: ", out);
	print_results(out, step->results);
	fprintf(out, "\n    kernel: %s\n", step->kernel);
	if (step->sleeps)
		fputs("    not in softirq or hardirq: may sleep\n", out);
	fprintf(out, "    since: netpage %u\n", step->since);
}

static void help_query(FILE *out, const struct np_vocabulary_query *query)
{
	char accepts[96];
	unsigned int i;

	print_query(out, query);
	fprintf(out, "\n    %s\n", query->help);
	for (i = 0; i < query->arguments; i++)
		fprintf(out, "    %s: %s\n", query->argument[i].name,
			np_vocabulary_accepts(query->argument[i].accepts, accepts,
					      sizeof(accepts)));
	fprintf(out, "    since: netpage %u\n", query->since);
}

static void help_point(FILE *out, const struct np_vocabulary_point *point)
{
	char accepts[96];

	fprintf(out, "at %s", point->name);
	if (point->accepts)
		fprintf(out, "(%s)",
			np_vocabulary_accepts(point->accepts, accepts, sizeof(accepts)));
	fprintf(out, "\n    %s\n    since: netpage %u\n", point->help, point->since);
}

/* One word may be several things: page_ref_freeze is a function and a trace point. */
static unsigned int help_word(FILE *out, const char *name)
{
	size_t len = strlen(name);
	unsigned int found = 0;
	int i;

	i = np_vocabulary_find_keyword(name, len);
	if (i >= 0 && ++found)
		fprintf(out, "%s\n", np_vocabulary_keywords[i].help);
	i = np_vocabulary_find_declaration(name, len);
	if (i >= 0 && ++found)
		help_declaration(out, &np_vocabulary_declarations[i]);
	i = np_vocabulary_find_step(name, len);
	if (i >= 0 && ++found)
		help_step(out, &np_vocabulary_steps[i]);
	i = np_vocabulary_find_query(name, len);
	if (i >= 0 && ++found)
		help_query(out, &np_vocabulary_queries[i]);
	i = np_vocabulary_find_point(name, len);
	if (i >= 0 && ++found)
		help_point(out, &np_vocabulary_points[i]);
	i = np_vocabulary_find_result(name, len);
	if (i >= 0 && ++found)
		fprintf(out, "=> %s=...\n    %s\n", name, np_vocabulary_results[i].help);
	i = np_vocabulary_find_rule(name, len);
	if (i >= 0 && ++found)
		fprintf(out, "result fail %s\n    %s\n", name, np_vocabulary_rules[i].help);
	for (i = 0; i < NP_NEEDS_WORDS; i++) {
		if (!strcmp(np_vocabulary_features[i].name, name) && ++found)
			fprintf(out, "model ... needs=%s\n    %s\n", name,
				np_vocabulary_features[i].help);
	}
	i = np_vocabulary_find_constant(name, len);
	if (i >= 0 && ++found)
		fprintf(out, "%s = %" PRId64 "\n    %s\n", name, np_vocabulary_constants[i].number,
			np_vocabulary_constants[i].help);
	return found;
}

static int no_such_word(FILE *out, const char *name)
{
	struct np_nearest nearest;
	size_t i;

	np_nearest_init(&nearest, name, strlen(name));
	for (i = 0; i < NP_STEPS; i++)
		np_nearest_offer(&nearest, np_vocabulary_steps[i].name);
	for (i = 0; i < NP_DECLARATIONS; i++)
		np_nearest_offer(&nearest, np_vocabulary_declarations[i].name);
	for (i = 0; i < NP_KEYWORDS; i++)
		np_nearest_offer(&nearest, np_vocabulary_keywords[i].name);
	for (i = 0; i < NP_QUERIES; i++)
		np_nearest_offer(&nearest, np_vocabulary_queries[i].name);
	for (i = 0; i < NP_POINTS; i++)
		np_nearest_offer(&nearest, np_vocabulary_points[i].name);
	for (i = 0; i < NP_RULES; i++)
		np_nearest_offer(&nearest, np_vocabulary_rules[i].name);
	for (i = 0; i < NP_RESULTS; i++)
		np_nearest_offer(&nearest, np_vocabulary_results[i].name);
	for (i = 0; i < NP_NEEDS_WORDS; i++)
		np_nearest_offer(&nearest, np_vocabulary_features[i].name);
	fprintf(out, "no word `%.64s` in the language", name);
	if (np_nearest_name(&nearest))
		fprintf(out, "; did you mean `%s`?", np_nearest_name(&nearest));
	fputc('\n', out);
	return -ENOENT;
}

/* Names in lines of 72 columns, indented. */
static void list_names(FILE *out, const char *heading, const void *table, size_t rows,
		       size_t row_size)
{
	size_t column = 72;
	size_t i;

	fprintf(out, "%s:", heading);
	for (i = 0; i < rows; i++) {
		const char *name =
			*(const char *const *)(const void *)((const char *)table + i * row_size);

		if (column + 1 + strlen(name) > 72) {
			fputs("\n   ", out);
			column = 3;
		}
		fprintf(out, " %s", name);
		column += 1 + strlen(name);
	}
	fputc('\n', out);
}

#define LIST(out, heading, table, rows) list_names(out, heading, table, rows, sizeof((table)[0]))

int np_vocabulary_help(FILE *out, const char *name)
{
	if (name)
		return help_word(out, name) ? 0 : no_such_word(out, name);
	LIST(out, "words that begin a line", np_vocabulary_keywords, NP_KEYWORDS);
	LIST(out, "declarations", np_vocabulary_declarations, NP_DECLARATIONS);
	LIST(out, "functions, ACTOR: FUNCTION(...)", np_vocabulary_steps, NP_STEPS);
	LIST(out, "results, behind =>", np_vocabulary_results, NP_RESULTS);
	LIST(out, "queries, in expressions", np_vocabulary_queries, NP_QUERIES);
	LIST(out, "trace points, for at", np_vocabulary_points, NP_POINTS);
	LIST(out, "rules, for result fail", np_vocabulary_rules, NP_RULES);
	LIST(out, "features, for needs=", np_vocabulary_features, NP_NEEDS_WORDS);
	return 0;
}
