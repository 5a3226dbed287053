/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "layout_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a check collects on its way through one struct. */
struct collector {
	struct np_check *check;
	unsigned int type;
	size_t first_row;
	int err;
};

static void add_row(struct collector *collector, const struct np_check_row *row)
{
	struct np_check *check = collector->check;
	struct np_check_row *rows = check->rows;

	/* Powers of two are when the array is full. */
	if (!(check->nr_rows & (check->nr_rows - 1)))
		rows = reallocarray(rows, check->nr_rows ? check->nr_rows * 2 : 1, sizeof(*rows));
	if (!rows) {
		collector->err = -ENOMEM;
		return;
	}
	check->rows = rows;
	rows[check->nr_rows++] = *row;
	check->nr[row->verdict]++;
}

static bool is_within(const struct np_btf_place *part, const struct np_btf_place *whole)
{
	return part->offset >= whole->offset && part->size <= whole->size &&
	       part->offset - whole->offset <= whole->size - part->size;
}

/* @kernel: NULL when the kernel has no such field. */
static enum np_check_verdict judge(const struct np_model_field *field,
				   const struct np_btf_place *kernel)
{
	bool as_promised = false;

	if (field->liberty == NP_OURS)
		return kernel ? NP_CHECK_DIFFERS : NP_CHECK_ARGUED;
	if (!kernel)
		return field->may_lack ? NP_CHECK_ARGUED : NP_CHECK_MODEL_ONLY;
	if (kernel->offset == field->place.offset && kernel->size == field->place.size)
		return NP_CHECK_SAME;
	switch (field->liberty) {
	case NP_ELSEWHERE:
		as_promised = kernel->size == field->place.size;
		break;
	case NP_OTHERWISE:
		as_promised = true;
		break;
	case NP_WITHIN:
		as_promised = is_within(&field->place, kernel);
		break;
	case NP_ROUNDED:
		as_promised = kernel->size == (field->place.size + 7) / 8 * 8;
		break;
	case NP_AT_ITS_PLACE:
	case NP_OURS:
		break;
	}
	return as_promised ? NP_CHECK_ARGUED : NP_CHECK_DIFFERS;
}

static const char *kernel_name(const struct np_model_field *field)
{
	return field->kernel ? field->kernel : field->name;
}

static bool find(const struct np_btf *btf, const struct np_btf_type *type,
		 const struct np_model_field *field, struct np_btf_place *place)
{
	if (strcmp(field->name, NP_MODEL_SIZE) != 0)
		return np_btf_find_field(btf, type, kernel_name(field), place);
	*place = (struct np_btf_place){ 0, type->size };
	return true;
}

/* @type: NULL when the kernel has no such struct at all. */
static void judge_fields(struct collector *collector, const struct np_btf_type *type)
{
	const struct np_check *check = collector->check;
	struct np_check_row row = { .type = collector->type };

	for (size_t i = 0;
	     !collector->err && np_model_field_at(check->layout, row.type, i, &row.field); i++) {
		row.in_kernel = type && find(check->btf, type, &row.field, &row.kernel);
		row.verdict = judge(&row.field, row.in_kernel ? &row.kernel : NULL);
		add_row(collector, &row);
	}
}

/* Whether the model has @name, or a part of it. */
static bool is_modelled(const struct collector *collector, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = collector->first_row; i < collector->check->nr_rows; i++) {
		const struct np_check_row *row = &collector->check->rows[i];
		const char *known = kernel_name(&row->field);

		if (row->verdict != NP_CHECK_KERNEL_ONLY && !strncmp(known, name, len) &&
		    (!known[len] || known[len] == '.' || known[len] == '['))
			return true;
	}
	return false;
}

static void judge_kernels(void *arg, const char *name, const struct np_btf_place *place)
{
	struct collector *collector = arg;

	if (collector->err || is_modelled(collector, name))
		return;
	add_row(collector, &(struct np_check_row){ .type = collector->type,
						   .verdict = NP_CHECK_KERNEL_ONLY,
						   .field = { .name = name },
						   .in_kernel = true,
						   .kernel = *place });
}

int np_check_run(struct np_check *check, char *label, struct np_btf *btf,
		 const struct np_layout *layout)
{
	struct collector collector = { .check = check };
	const struct np_model_type *model;

	*check = (struct np_check){ .label = label, .layout = layout, .btf = btf };
	for (; (model = np_model_type_at(layout, collector.type)); collector.type++) {
		struct np_btf_type type;
		bool known = np_btf_find_type(btf, model->name, &type);

		collector.first_row = check->nr_rows;
		judge_fields(&collector, known ? &type : NULL);
		if (known)
			np_btf_visit(btf, &type, judge_kernels, &collector);
	}
	if (collector.err)
		np_check_end(check);
	return collector.err;
}

void np_check_end(struct np_check *check)
{
	free(check->label);
	free(check->rows);
	np_btf_close(check->btf);
	*check = (struct np_check){ 0 };
}

bool np_check_passed(const struct np_check *check)
{
	return !check->nr[NP_CHECK_DIFFERS] && !check->nr[NP_CHECK_MODEL_ONLY];
}

const char *np_check_verdict_name(enum np_check_verdict verdict)
{
	static const char *const names[NP_CHECK_VERDICTS] = {
		[NP_CHECK_SAME] = "same",
		[NP_CHECK_DIFFERS] = "differs",
		[NP_CHECK_MODEL_ONLY] = "model only",
		[NP_CHECK_ARGUED] = "argued",
		[NP_CHECK_KERNEL_ONLY] = "kernel only",
	};

	return names[verdict];
}
