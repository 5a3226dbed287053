/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: layout_check - the library's fields against those of a real kernel
 *
 * Every field of the model gets a row and a verdict, and so does every field that only the kernel
 * has.  Fields that are deliberately different are judged by what their reason promises.
 */
#ifndef NP_SIM_LAYOUT_CHECK_H
#define NP_SIM_LAYOUT_CHECK_H

#include "layout_model.h"

/** enum np_check_verdict - the second and third of them are what a check fails of. */
enum np_check_verdict {
	NP_CHECK_SAME,
	NP_CHECK_DIFFERS,
	NP_CHECK_MODEL_ONLY,
	NP_CHECK_ARGUED,
	NP_CHECK_KERNEL_ONLY,
	NP_CHECK_VERDICTS,
};

/**
 * struct np_check_row - one field
 * @type: number of the struct, for np_model_type_at()
 * @field: of the model; for NP_CHECK_KERNEL_ONLY only its name
 * @in_kernel: whether @kernel is valid
 */
struct np_check_row {
	unsigned int type;
	enum np_check_verdict verdict;
	struct np_model_field field;
	bool in_kernel;
	struct np_btf_place kernel;
};

/**
 * struct np_check - one kernel
 * @label: what to call it; freed with the rest
 * @layout: what it was compared with
 * @nr: rows of each verdict
 */
struct np_check {
	char *label;
	const struct np_layout *layout;
	struct np_btf *btf;
	size_t nr_rows;
	struct np_check_row *rows;
	size_t nr[NP_CHECK_VERDICTS];
};

/** np_check_run() - compare; takes @label (of malloc) and @btf over. Return: 0, -ENOMEM. */
int np_check_run(struct np_check *check, char *label, struct np_btf *btf,
		 const struct np_layout *layout);
void np_check_end(struct np_check *check);

/** np_check_passed() - every field of the model is where the model says. */
bool np_check_passed(const struct np_check *check);
const char *np_check_verdict_name(enum np_check_verdict verdict);

/**
 * np_check_print() - what was found; Markdown puts the kernels side by side
 * @checks: of one layout
 */
void np_check_print(FILE *out, enum np_layout_format format, const struct np_check *checks,
		    size_t nr);

#endif /* NP_SIM_LAYOUT_CHECK_H */
