/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: layout_model - each field of the library that has a counterpart in the kernel, or is said not to
 *
 * A field is at the kernel's place, or the model says why it is not and what holds nevertheless.
 */
#ifndef NP_SIM_LAYOUT_MODEL_H
#define NP_SIM_LAYOUT_MODEL_H

#include "btf.h"
#include "layout.h"

/** What the model takes the liberty of. */
enum np_liberty {
	NP_AT_ITS_PLACE, /* none: the kernel's offset, the kernel's size */
	NP_ELSEWHERE,	 /* the kernel has it, of that size, at another place */
	NP_OTHERWISE,	 /* the kernel has it, of another size or type */
	NP_WITHIN,	 /* a part of a field of the kernel's */
	NP_ROUNDED,	 /* a size that the kernel may round up to two words of four bytes */
	NP_OURS,	 /* the kernel has no field of that name */
};

/**
 * struct np_model_field - one field
 * @arm: of the union of struct page; NULL elsewhere
 * @name: in the library; NP_MODEL_SIZE for the size of the struct
 * @kernel: in the kernel; NULL when it is the same
 * @place: in the library
 * @may_lack: a kernel may be configured without it
 * @reason: for the liberty, one or more sentences; NULL for none
 */
struct np_model_field {
	const char *arm;
	const char *name;
	const char *kernel;
	struct np_btf_place place;
	enum np_liberty liberty;
	bool may_lack;
	const char *reason;
};

#define NP_MODEL_SIZE "sizeof"

/** struct np_model_type - a struct or an enum; for np_btf_find_type() and for people. */
struct np_model_type {
	const char *name;
	size_t nr_fields;
	const struct np_model_field *fields;
};

/**
 * np_model_type_at() - type number @index as @layout knows it, NULL beyond the last
 *
 * Number 0 is struct page, in every layout.  The others there are in the library's own only.
 */
const struct np_model_type *np_model_type_at(const struct np_layout *layout, unsigned int index);

/** np_model_field_at() - field number @index of that type. Return: whether there is one. */
bool np_model_field_at(const struct np_layout *layout, unsigned int type, size_t index,
		       struct np_model_field *field);

#endif /* NP_SIM_LAYOUT_MODEL_H */
