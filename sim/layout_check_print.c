/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "layout_check.h"

#include <string.h>

#include "assure.h"
#include "json.h"

static const char *type_name(const struct np_check *check, const struct np_check_row *row)
{
	return np_model_type_at(check->layout, row->type)->name;
}

static bool is_enum(const struct np_check *check, const struct np_check_row *row)
{
	return !strncmp(type_name(check, row), "enum ", 5);
}

/* @row is the first of its struct, or of its arm. */
static bool begins_type(const struct np_check *check, size_t row)
{
	return !row || check->rows[row - 1].type != check->rows[row].type;
}

static bool begins_arm(const struct np_check *check, size_t row)
{
	const char *arm = check->rows[row].field.arm;

	return arm && (begins_type(check, row) || check->rows[row - 1].field.arm != arm);
}

static bool in_model(const struct np_check_row *row)
{
	return row->verdict != NP_CHECK_KERNEL_ONLY;
}

/* What is the matter, of a row that is neither the same nor the kernel's. */
static const char *reason_of(const struct np_check_row *row)
{
	if (!in_model(row) || row->verdict == NP_CHECK_SAME)
		return NULL;
	if (row->verdict == NP_CHECK_DIFFERS && row->field.liberty == NP_OURS)
		return "The model takes it for its own, and the kernel has one of that name.";
	return row->field.reason;
}

/*
 * Text.
 */

/* An enumerator has no size. */
static void print_place(FILE *out, bool of_enum, const struct np_btf_place *place)
{
	if (of_enum && !place)
		fprintf(out, " %12s", "-");
	else if (of_enum)
		fprintf(out, " %12zu", place->offset);
	else if (!place)
		fprintf(out, " %6s %5s", "-", "-");
	else
		fprintf(out, " %6zu %5zu", place->offset, place->size);
}

static void print_row(FILE *out, const struct np_check_row *row, bool of_enum,
		      const char *last_reason)
{
	const char *reason = reason_of(row);

	fprintf(out, "  %-11s  %-26s", np_check_verdict_name(row->verdict), row->field.name);
	print_place(out, of_enum, in_model(row) ? &row->field.place : NULL);
	print_place(out, of_enum, row->in_kernel ? &row->kernel : NULL);
	fputc('\n', out);
	if (row->field.kernel)
		fprintf(out, "%15sis %s in the kernel\n", "", row->field.kernel);
	/* Neighbours often share one. */
	if (reason && reason != last_reason)
		np_layout_fold(out, 15, reason);
}

static void print_head(FILE *out, const char *type)
{
	fprintf(out, "\n%-41s %12s %12s\n", type, "the model's", "the kernel's");
	if (!strncmp(type, "enum ", 5))
		fprintf(out, "  %-11s  %-26s %12s %12s\n", "", "enumerator", "value", "value");
	else
		fprintf(out, "  %-11s  %-26s %6s %5s %6s %5s\n", "", "field", "offset", "size",
			"offset", "size");
}

static void print_check(FILE *out, const struct np_check *check)
{
	const char *last_reason = NULL;

	fprintf(out, "%s, against %s\n", check->layout->title, check->label);
	for (size_t i = 0; i < check->nr_rows; i++) {
		const struct np_check_row *row = &check->rows[i];

		if (begins_type(check, i))
			print_head(out, type_name(check, row));
		if (begins_arm(check, i))
			fprintf(out, "  %s\n", row->field.arm);
		print_row(out, row, is_enum(check, row), last_reason);
		last_reason = reason_of(row);
	}
	fprintf(out,
		"\n%s: %zu same, %zu argued, %zu differ, %zu only in the model; "
		"%zu only in the kernel\n",
		np_check_passed(check) ? "agrees" : "DISAGREES", check->nr[NP_CHECK_SAME],
		check->nr[NP_CHECK_ARGUED], check->nr[NP_CHECK_DIFFERS],
		check->nr[NP_CHECK_MODEL_ONLY], check->nr[NP_CHECK_KERNEL_ONLY]);
}

/*
 * Markdown: a line for each field that is not the same everywhere, a column for each kernel.
 */

static bool is_same_field(const struct np_check_row *a, const struct np_check_row *b)
{
	return a->type == b->type && in_model(a) == in_model(b) && a->field.arm == b->field.arm &&
	       !strcmp(a->field.name, b->field.name);
}

static const struct np_check_row *row_like(const struct np_check *check,
					   const struct np_check_row *like)
{
	for (size_t i = 0; i < check->nr_rows; i++) {
		if (is_same_field(&check->rows[i], like))
			return &check->rows[i];
	}
	return NULL;
}

static bool is_same_everywhere(const struct np_check *checks, size_t nr,
			       const struct np_check_row *row)
{
	for (size_t i = 0; i < nr; i++) {
		const struct np_check_row *there = row_like(&checks[i], row);

		if (!there || there->verdict != NP_CHECK_SAME)
			return false;
	}
	return true;
}

static void mark_place(FILE *out, const struct np_btf_place *place)
{
	if (!place)
		fprintf(out, " - |");
	else if (place->size)
		fprintf(out, " %zu, %zu |", place->offset, place->size);
	else
		fprintf(out, " %zu |", place->offset);
}

static void mark_row(FILE *out, const struct np_check *checks, size_t nr,
		     const struct np_check_row *row)
{
	fprintf(out, "| %s%s`%s` |", row->field.arm ? row->field.arm : "",
		row->field.arm ? ": " : "", row->field.name);
	mark_place(out, in_model(row) ? &row->field.place : NULL);
	for (size_t i = 0; i < nr; i++) {
		const struct np_check_row *there = row_like(&checks[i], row);

		mark_place(out, there && there->in_kernel ? &there->kernel : NULL);
	}
	fputc('\n', out);
}

static void mark_head(FILE *out, const struct np_check *checks, size_t nr)
{
	fprintf(out, "\n| offset, size of | the model |");
	for (size_t i = 0; i < nr; i++)
		fprintf(out, " %s |", checks[i].label);
	fprintf(out, "\n|---|---|");
	for (size_t i = 0; i < nr; i++)
		fprintf(out, "---|");
	fputc('\n', out);
}

/* Several arms have a mapping. */
static bool is_named_above(const struct np_check *check, const struct np_check_row *row)
{
	for (const struct np_check_row *above = check->rows; above < row; above++) {
		if (above->type == row->type && !strcmp(above->field.name, row->field.name))
			return true;
	}
	return false;
}

/* Such fields are the model's, so the first kernel has a row for each. */
static void mark_same(FILE *out, const struct np_check *checks, size_t nr, unsigned int type)
{
	bool any = false;

	for (size_t i = 0; i < checks->nr_rows; i++) {
		const struct np_check_row *row = &checks->rows[i];

		if (row->type != type || is_named_above(checks, row) ||
		    !is_same_everywhere(checks, nr, row))
			continue;
		fprintf(out, "%s `%s`", any ? "" : "\nThe same everywhere:", row->field.name);
		any = true;
	}
	fputs(any ? "\n" : "", out);
}

static bool is_in_one_before(const struct np_check *checks, size_t nr,
			     const struct np_check_row *row)
{
	for (size_t i = 0; i < nr; i++) {
		if (row_like(&checks[i], row))
			return true;
	}
	return false;
}

/* The model's, then those of each kernel that are new. */
static void mark_different(FILE *out, const struct np_check *checks, size_t nr, unsigned int type)
{
	bool any = false;

	for (size_t k = 0; k < nr; k++) {
		for (size_t i = 0; i < checks[k].nr_rows; i++) {
			const struct np_check_row *row = &checks[k].rows[i];

			if (row->type != type || is_in_one_before(checks, k, row) ||
			    is_same_everywhere(checks, nr, row))
				continue;
			if (!any)
				mark_head(out, checks, nr);
			mark_row(out, checks, nr, row);
			any = true;
		}
	}
}

/* The reasons of @type in the first kernel, each with the fields that it is for. */
static void mark_reasons(FILE *out, const struct np_check *check, unsigned int type)
{
	bool any = false;

	for (size_t i = 0; i < check->nr_rows; i++) {
		const char *reason = reason_of(&check->rows[i]);
		bool told = !reason || check->rows[i].type != type;

		for (size_t before = 0; before < i && !told; before++)
			told = reason_of(&check->rows[before]) == reason &&
			       check->rows[before].type == type;
		if (told)
			continue;
		fprintf(out, "%s-", any ? "" : "\n");
		for (size_t same = i; same < check->nr_rows; same++) {
			if (reason_of(&check->rows[same]) == reason &&
			    check->rows[same].type == type)
				fprintf(out, " `%s`", check->rows[same].field.name);
		}
		fprintf(out, ": %s\n", reason);
		any = true;
	}
}

static void mark_type(FILE *out, const struct np_check *checks, size_t nr, unsigned int type)
{
	fprintf(out, "\n## %s\n", np_model_type_at(checks->layout, type)->name);
	mark_different(out, checks, nr, type);
	mark_same(out, checks, nr, type);
	mark_reasons(out, checks, type);
}

static void mark_counts(FILE *out, const struct np_check *checks, size_t nr)
{
	fprintf(out,
		"| kernel | same | argued | differ | only in the model | only in the kernel |\n"
		"|---|---:|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < nr; i++) {
		const size_t *counts = checks[i].nr;

		fprintf(out, "| %s | %zu | %zu | %zu | %zu | %zu |\n", checks[i].label,
			counts[NP_CHECK_SAME], counts[NP_CHECK_ARGUED], counts[NP_CHECK_DIFFERS],
			counts[NP_CHECK_MODEL_ONLY], counts[NP_CHECK_KERNEL_ONLY]);
	}
}

static void mark_checks(FILE *out, const struct np_check *checks, size_t nr)
{
	fprintf(out,
		"# The model's fields and those of real kernels\n\n"
		"`netpage-sim layout --check` compares the library's structs with the running "
		"kernel's, and with `--btf FILE`\nwith those of any other. The model is that of %s. "
		"A field is *argued* where the model differs on purpose\nand the kernel is as the "
		"reason says; it *differs* where the kernel is not. Of enumerators the value\nis "
		"shown. `%s` is the size of the whole.\n\n",
		checks->layout->title, NP_MODEL_SIZE);
	mark_counts(out, checks, nr);
	for (unsigned int type = 0; np_model_type_at(checks->layout, type); type++)
		mark_type(out, checks, nr, type);
}

/*
 * JSON.
 */

static struct json_object *place_to_json(const struct np_btf_place *place)
{
	struct json_object *object = np_json_object();

	np_json_add_unsigned(object, "offset", place->offset);
	np_json_add_unsigned(object, "size", place->size);
	return object;
}

static struct json_object *row_to_json(const struct np_check *check, const struct np_check_row *row)
{
	struct json_object *object = np_json_object();

	np_json_add_string(object, "type", type_name(check, row));
	if (row->field.arm)
		np_json_add_string(object, "arm", row->field.arm);
	np_json_add_string(object, "field", row->field.name);
	if (row->field.kernel)
		np_json_add_string(object, "kernel_field", row->field.kernel);
	np_json_add_string(object, "verdict", np_check_verdict_name(row->verdict));
	if (in_model(row))
		np_json_add(object, "model", place_to_json(&row->field.place));
	if (row->in_kernel)
		np_json_add(object, "kernel", place_to_json(&row->kernel));
	if (reason_of(row))
		np_json_add_string(object, "reason", reason_of(row));
	return object;
}

static struct json_object *check_to_json(const struct np_check *check)
{
	struct json_object *object = np_json_object(), *counts = np_json_object();
	struct json_object *fields = np_json_array();

	np_json_add_string(object, "kernel", check->label);
	np_json_add_string(object, "model", check->layout->name);
	np_json_add_bool(object, "agrees", np_check_passed(check));
	for (int verdict = 0; verdict < NP_CHECK_VERDICTS; verdict++)
		np_json_add_unsigned(counts, np_check_verdict_name(verdict), check->nr[verdict]);
	np_json_add(object, "counts", counts);
	for (size_t i = 0; i < check->nr_rows; i++)
		np_json_append(fields, row_to_json(check, &check->rows[i]));
	np_json_add(object, "fields", fields);
	return object;
}

void np_check_print(FILE *out, enum np_layout_format format, const struct np_check *checks,
		    size_t nr)
{
	struct json_object *root, *array;

	np_assure(nr);
	switch (format) {
	case NP_LAYOUT_TEXT:
		for (size_t i = 0; i < nr; i++) {
			fputs(i ? "\n" : "", out);
			print_check(out, &checks[i]);
		}
		break;
	case NP_LAYOUT_MARKDOWN:
		mark_checks(out, checks, nr);
		break;
	case NP_LAYOUT_JSON:
		root = np_json_object();
		array = np_json_array();
		for (size_t i = 0; i < nr; i++)
			np_json_append(array, check_to_json(&checks[i]));
		np_json_add(root, "checks", array);
		np_json_print(out, root);
		break;
	}
}
