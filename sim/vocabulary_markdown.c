/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The reference page of the language, from the same tables as everything else. */
#include "vocabulary.h"

#include <inttypes.h>

static void markdown_attribute(FILE *out, const struct np_vocabulary_attribute *attribute)
{
	const char *const *word;

	fprintf(out, "| `%s%s` | ", attribute->name,
		attribute->positional || attribute->type == NP_VALUE_FLAG ? "" : "=");
	switch (attribute->type) {
	case NP_VALUE_INTEGER:
		fprintf(out, "%" PRId64 " to %" PRId64, attribute->minimum, attribute->maximum);
		break;
	case NP_VALUE_SIZE:
		fputs("pages, or bytes with K, M, G", out);
		break;
	case NP_VALUE_ENUM:
	case NP_VALUE_SET:
		for (word = attribute->words; *word; word++)
			fprintf(out, "%s`%s`", word == attribute->words ? "" : ", ", *word);
		break;
	case NP_VALUE_WORD:
		fputs("a word", out);
		break;
	case NP_VALUE_OBJECT:
		fprintf(out, "a %s", np_vocabulary_objects[attribute->object].name);
		break;
	case NP_VALUE_FLAG:
		fputs("stands alone", out);
		break;
	}
	fputs(" | ", out);
	if (attribute->required)
		fputs("required", out);
	else if (attribute->type == NP_VALUE_OBJECT && !attribute->otherwise)
		fputs("`root`", out);
	else if (attribute->type == NP_VALUE_ENUM && attribute->otherwise >= 0)
		fprintf(out, "`%s`", attribute->words[attribute->otherwise]);
	else if (attribute->type == NP_VALUE_INTEGER && attribute->otherwise >= attribute->minimum)
		fprintf(out, "%" PRId64, attribute->otherwise);
	fprintf(out, " | %s |\n", attribute->help);
}

static void markdown_declarations(FILE *out)
{
	unsigned int i, j;

	fputs("\n## Declarations\n", out);
	for (i = 0; i < NP_DECLARATIONS; i++) {
		const struct np_vocabulary_declaration *row = &np_vocabulary_declarations[i];

		fprintf(out, "\n### `%s%s`\n\n%c%s.\n\n", row->name,
			row->object == NP_OBJECT_KINDS ? "" : " NAME",
			row->help[0] >= 'a' && row->help[0] <= 'z' ? row->help[0] - 'a' + 'A' :
								     row->help[0],
			row->help + 1);
		fputs("| attribute | value | when not given | meaning |\n|---|---|---|---|\n", out);
		for (j = 0; j < row->attributes; j++)
			markdown_attribute(out, &row->attribute[j]);
	}
}

static void markdown_step(FILE *out, const struct np_vocabulary_step *step)
{
	const char *comma = "";
	char accepts[96];
	unsigned int i;

	fprintf(out, "| `%s` | ", step->name);
	for (i = 0; i < NP_ARGUMENTS_NAMED && step->argument[i].name; i++) {
		np_vocabulary_accepts(step->argument[i].accepts, accepts, sizeof(accepts));
		fprintf(out, "%s%s%s: %s%s", i ? ", " : "", i >= step->arguments_min ? "[" : "",
			step->argument[i].name, accepts, i >= step->arguments_min ? "]" : "");
	}
	if (step->arguments_max > i && i)
		fprintf(out, ", up to %u", step->arguments_max);
	fputs(" | ", out);
	for (i = NP_RESULT_ERROR + 1; i < NP_RESULTS; i++) {
		if (!(step->results & (1u << i)))
			continue;
		fprintf(out, "%s`%s`", comma, np_vocabulary_results[i].name);
		comma = ", ";
	}
	fprintf(out, " | %s | %s | %u | %s |\n", step->sleeps ? "task, kernel" : "any",
		step->kernel, step->since, step->help);
}

static void markdown_steps(FILE *out)
{
	unsigned int i;

	fputs("\n## Functions\n\n`ACTOR: FUNCTION(arguments) [=> expectations]`. Arguments in "
	      "brackets may be left out.\n\n"
	      "| function | arguments | results | actor | in Linux 6.1 | since | meaning |\n"
	      "|---|---|---|---|---|---|---|\n",
	      out);
	for (i = 0; i < NP_STEPS; i++)
		markdown_step(out, &np_vocabulary_steps[i]);
	fputs("\n## Results\n\n| result | binds | meaning |\n|---|---|---|\n", out);
	for (i = 0; i < NP_RESULTS; i++)
		fprintf(out, "| `%s` | %s | %s |\n", np_vocabulary_results[i].name,
			np_vocabulary_results[i].binds ?
				np_vocabulary_objects[np_vocabulary_results[i].object].name :
				"",
			np_vocabulary_results[i].help);
}

static void markdown_queries(FILE *out)
{
	char accepts[96];
	unsigned int i, j;

	fputs("\n## Queries\n\n| query | of | since | answer |\n|---|---|---|---|\n", out);
	for (i = 0; i < NP_QUERIES; i++) {
		const struct np_vocabulary_query *row = &np_vocabulary_queries[i];

		fprintf(out, "| `%s` | ", row->name);
		for (j = 0; j < row->arguments; j++)
			fprintf(out, "%s%s", j ? ", " : "",
				np_vocabulary_accepts(row->argument[j].accepts, accepts,
						      sizeof(accepts)));
		fprintf(out, " | %u | %s |\n", row->since, row->help);
	}
	fputs("\n## Trace points\n\n| point | of | since | when |\n|---|---|---|---|\n", out);
	for (i = 0; i < NP_POINTS; i++)
		fprintf(out, "| `%s` | %s | %u | %s |\n", np_vocabulary_points[i].name,
			np_vocabulary_accepts(np_vocabulary_points[i].accepts, accepts,
					      sizeof(accepts)),
			np_vocabulary_points[i].since, np_vocabulary_points[i].help);
}

static void markdown_words(FILE *out, const char *heading, const char *column,
			   const struct np_vocabulary_word *table, unsigned int rows)
{
	unsigned int i;

	fprintf(out, "\n## %s\n\n| %s | meaning |\n|---|---|\n", heading, column);
	for (i = 0; i < rows; i++)
		fprintf(out, "| `%s` | %s |\n", table[i].name, table[i].help);
}

static void markdown_keywords(FILE *out)
{
	unsigned int i;
	const char *c;

	fputs("\n## Words that begin a line\n\nBesides the declarations and `ACTOR:`. A line that "
	      "begins with none of them belongs to the one above.\n\n"
	      "| word | meaning |\n|---|---|\n",
	      out);
	for (i = 0; i < NP_KEYWORDS; i++) {
		fprintf(out, "| `%s` | ", np_vocabulary_keywords[i].name);
		/* A bar would end the cell. */
		for (c = np_vocabulary_keywords[i].help; *c; c++)
			fprintf(out, *c == '|' ? "\\%c" : "%c", *c);
		fputs(" |\n", out);
	}
}

void np_vocabulary_markdown(FILE *out)
{
	const struct np_vocabulary_constant *constant;

	fprintf(out,
		"<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only -->\n"
		"<!-- Generated from the tables of the parser; do not edit. -->\n\n"
		"# The words of `netpage %d`\n",
		NP_LANGUAGE_VERSION);
	markdown_keywords(out);
	markdown_declarations(out);
	markdown_steps(out);
	markdown_queries(out);
	markdown_words(out, "Rules", "rule", np_vocabulary_rules, NP_RULES);
	markdown_words(out, "Features", "feature", np_vocabulary_features, NP_NEEDS_WORDS);
	fputs("\n## Constants\n\n| constant | number | meaning |\n|---|---|---|\n", out);
	for (constant = np_vocabulary_constants; constant->name; constant++)
		fprintf(out, "| `%s` | %" PRId64 " | %s |\n", constant->name, constant->number,
			constant->help);
}
