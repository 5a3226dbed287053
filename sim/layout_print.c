/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "layout.h"

#include <stdbool.h>
#include <string.h>

#include "json.h"

#define COLUMNS 80

void np_layout_fold(FILE *out, size_t indent, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		if (column)
			column += (size_t)fprintf(out, " ");
		else
			column = (size_t)fprintf(out, "%*s", (int)indent, "");
		column += fwrite(text, 1, len, out);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static bool arm_is_chosen(const struct np_layout_choice *choice, const char *arm)
{
	return !choice->arm || !strcmp(choice->arm, arm);
}

static bool layout_is_chosen(const struct np_layout_choice *choice, const struct np_layout *layout)
{
	if (choice->bits && choice->bits != layout->bits)
		return false;
	return !choice->arm || np_layout_find_arm(layout, choice->arm);
}

static const char *word_name(const struct np_layout *layout, const struct np_layout_field *field)
{
	static const char *const names[] = { "-", "W1", "W2", "W3", "W4", "W5" };

	return names[np_layout_word(layout, field)];
}

/*
 * Text.
 */

static void print_fields(FILE *out, const struct np_layout *layout,
			 const struct np_layout_field *fields, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		fprintf(out, "    %-4s %6zu %5zu  %s\n", word_name(layout, &fields[i]),
			fields[i].offset, fields[i].size, fields[i].name);
	}
}

static void print_layout(FILE *out, const struct np_layout *layout,
			 const struct np_layout_choice *choice)
{
	fprintf(out, "%s\n", layout->title);
	fprintf(out, "  struct page: %zu bytes, words of %u; W1 to W5 begin at byte %zu\n",
		layout->size, layout->bits / 8, layout->union_offset);
	np_layout_fold(out, 2, layout->note);
	fprintf(out, "\n  every page\n    word offset  size  field\n");
	print_fields(out, layout, layout->common, layout->nr_common);
	for (size_t i = 0; i < layout->nr_arms; i++) {
		const struct np_layout_arm *arm = &layout->arms[i];

		if (!arm_is_chosen(choice, arm->name))
			continue;
		fprintf(out, "\n  %s: %s\n", arm->name, arm->title);
		print_fields(out, layout, arm->fields, arm->nr_fields);
	}
	fputc('\n', out);
}

static void print_uses(FILE *out, const struct np_layout_uses *uses)
{
	fprintf(out, "Words that a driver may use: %s\n  word  bits    ", uses->title);
	for (int state = 0; state < NP_STATES; state++)
		fprintf(out, "  %-*s", state + 1 < NP_STATES ? 6 : 0, np_page_state_name(state));
	fputc('\n', out);
	for (size_t i = 0; i < uses->nr_rows; i++) {
		const struct np_layout_use *row = &uses->rows[i];

		fprintf(out, "\n  W%u    %-8s", row->word, row->bits);
		for (int state = 0; state < NP_STATES; state++)
			fprintf(out, "  %-*s", state + 1 < NP_STATES ? 6 : 0,
				np_word_use_name(row->use[state]));
		fputc('\n', out);
		np_layout_fold(out, 8, row->why);
	}
	fputc('\n', out);
}

static void print_legend(FILE *out)
{
	fprintf(out, "States of a network page\n");
	for (int state = 0; state < NP_STATES; state++)
		fprintf(out, "  %-6s  %s\n", np_page_state_name(state), np_page_state_help(state));
	fprintf(out, "\nWhat a word is to the driver\n");
	for (int use = 0; use < NP_USES; use++)
		fprintf(out, "  %-6s  %s\n", np_word_use_name(use), np_word_use_help(use));
}

/*
 * Markdown.
 */

static void mark_fields(FILE *out, const struct np_layout *layout,
			const struct np_layout_field *fields, size_t nr)
{
	fprintf(out, "| word | offset | size | field |\n|---|---:|---:|---|\n");
	for (size_t i = 0; i < nr; i++) {
		fprintf(out, "| %s | %zu | %zu | `%s` |\n", word_name(layout, &fields[i]),
			fields[i].offset, fields[i].size, fields[i].name);
	}
	fputc('\n', out);
}

static void mark_layout(FILE *out, const struct np_layout *layout,
			const struct np_layout_choice *choice)
{
	fprintf(out,
		"## %s\n\n`struct page`: %zu bytes, words of %u; W1 to W5 begin at byte %zu.\n",
		layout->title, layout->size, layout->bits / 8, layout->union_offset);
	fprintf(out, "%s\n\n### every page\n\n", layout->note);
	mark_fields(out, layout, layout->common, layout->nr_common);
	for (size_t i = 0; i < layout->nr_arms; i++) {
		const struct np_layout_arm *arm = &layout->arms[i];

		if (!arm_is_chosen(choice, arm->name))
			continue;
		fprintf(out, "### `%s`: %s\n\n", arm->name, arm->title);
		mark_fields(out, layout, arm->fields, arm->nr_fields);
	}
}

static void mark_uses(FILE *out, const struct np_layout_uses *uses)
{
	fprintf(out, "## Words that a driver may use: %s\n\n| word | bits |", uses->title);
	for (int state = 0; state < NP_STATES; state++)
		fprintf(out, " %s |", np_page_state_name(state));
	fprintf(out, " why |\n|---|---|");
	for (int state = 0; state < NP_STATES; state++)
		fprintf(out, "---|");
	fprintf(out, "---|\n");
	for (size_t i = 0; i < uses->nr_rows; i++) {
		const struct np_layout_use *row = &uses->rows[i];

		fprintf(out, "| W%u | %s |", row->word, row->bits);
		for (int state = 0; state < NP_STATES; state++)
			fprintf(out, " %s |", np_word_use_name(row->use[state]));
		fprintf(out, " %s |\n", row->why);
	}
	fputc('\n', out);
}

static void mark_legend(FILE *out)
{
	fprintf(out, "## Legend\n\n| state of the page | meaning |\n|---|---|\n");
	for (int state = 0; state < NP_STATES; state++)
		fprintf(out, "| %s | %s |\n", np_page_state_name(state), np_page_state_help(state));
	fprintf(out, "\n| the word is | meaning |\n|---|---|\n");
	for (int use = 0; use < NP_USES; use++)
		fprintf(out, "| %s | %s |\n", np_word_use_name(use), np_word_use_help(use));
}

/*
 * JSON.
 */

static struct json_object *fields_to_json(const struct np_layout *layout,
					  const struct np_layout_field *fields, size_t nr)
{
	struct json_object *array = np_json_array();

	for (size_t i = 0; i < nr; i++) {
		struct json_object *object = np_json_object();

		np_json_add_string(object, "name", fields[i].name);
		np_json_add_unsigned(object, "word", np_layout_word(layout, &fields[i]));
		np_json_add_unsigned(object, "offset", fields[i].offset);
		np_json_add_unsigned(object, "size", fields[i].size);
		np_json_append(array, object);
	}
	return array;
}

static struct json_object *layout_to_json(const struct np_layout *layout,
					  const struct np_layout_choice *choice)
{
	struct json_object *object = np_json_object(), *arms = np_json_array();

	np_json_add_string(object, "name", layout->name);
	np_json_add_string(object, "title", layout->title);
	np_json_add_unsigned(object, "bits", layout->bits);
	np_json_add_unsigned(object, "size", layout->size);
	np_json_add_unsigned(object, "union_offset", layout->union_offset);
	np_json_add_string(object, "note", layout->note);
	np_json_add(object, "common", fields_to_json(layout, layout->common, layout->nr_common));
	for (size_t i = 0; i < layout->nr_arms; i++) {
		const struct np_layout_arm *arm = &layout->arms[i];
		struct json_object *one;

		if (!arm_is_chosen(choice, arm->name))
			continue;
		one = np_json_object();
		np_json_add_string(one, "name", arm->name);
		np_json_add_string(one, "title", arm->title);
		np_json_add(one, "fields", fields_to_json(layout, arm->fields, arm->nr_fields));
		np_json_append(arms, one);
	}
	np_json_add(object, "arms", arms);
	return object;
}

static struct json_object *uses_to_json(const struct np_layout_uses *uses)
{
	struct json_object *object = np_json_object(), *rows = np_json_array();

	np_json_add_string(object, "arm", uses->arm);
	np_json_add_string(object, "title", uses->title);
	for (size_t i = 0; i < uses->nr_rows; i++) {
		const struct np_layout_use *row = &uses->rows[i];
		struct json_object *one = np_json_object(), *use = np_json_object();

		np_json_add_unsigned(one, "word", row->word);
		np_json_add_string(one, "bits", row->bits);
		for (int state = 0; state < NP_STATES; state++)
			np_json_add_string(use, np_page_state_name(state),
					   np_word_use_name(row->use[state]));
		np_json_add(one, "use", use);
		np_json_add_string(one, "why", row->why);
		np_json_append(rows, one);
	}
	np_json_add(object, "words", rows);
	return object;
}

static void print_json(FILE *out, const struct np_layout_choice *choice)
{
	struct json_object *root = np_json_object();
	struct json_object *layouts = np_json_array(), *all_uses = np_json_array();
	const struct np_layout_uses *uses;
	const struct np_layout *layout;

	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		if (layout_is_chosen(choice, layout))
			np_json_append(layouts, layout_to_json(layout, choice));
	}
	for (unsigned int i = 0; (uses = np_layout_uses_at(i)); i++) {
		if (arm_is_chosen(choice, uses->arm))
			np_json_append(all_uses, uses_to_json(uses));
	}
	np_json_add(root, "layouts", layouts);
	np_json_add(root, "driver_words", all_uses);
	np_json_print(out, root);
}

void np_layout_print(FILE *out, const struct np_layout_choice *choice)
{
	bool mark = choice->format == NP_LAYOUT_MARKDOWN, any_uses = false;
	const struct np_layout_uses *uses;
	const struct np_layout *layout;

	if (choice->format == NP_LAYOUT_JSON) {
		print_json(out, choice);
		return;
	}
	if (mark)
		fprintf(out,
			"# struct page, word by word\n\n"
			"Compared with real kernels: [layout-kernels.md](layout-kernels.md).\n\n");
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		if (layout_is_chosen(choice, layout))
			(mark ? mark_layout : print_layout)(out, layout, choice);
	}
	for (unsigned int i = 0; (uses = np_layout_uses_at(i)); i++) {
		if (!arm_is_chosen(choice, uses->arm))
			continue;
		(mark ? mark_uses : print_uses)(out, uses);
		any_uses = true;
	}
	if (any_uses)
		(mark ? mark_legend : print_legend)(out);
}
