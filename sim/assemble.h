/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_ASSEMBLE_H
#define NP_SIM_ASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "mail_line.h"
#include "normalise.h"

/**
 * struct np_assembly - a block while it is being put together
 *
 * The fields down to @end are given; the others begin as zero.
 */
struct np_assembly {
	struct np_block *block;
	struct np_scenario_error *error;
	struct np_header header;
	struct np_raw_line *raw; /* between the header and `end` */
	size_t nr_raw;
	struct np_raw_line end;
	/* from here: private */
	bool quoted_printable;
	bool quoted_late; /* quote marks were put in front of soft line breaks */
	bool adjacent;	  /* the line above in the mail is the last one of the block */
	struct np_block_line pending;
	bool has_pending;
	char line[NP_LINE_MAX];
};

/**
 * np_assemble - turn the raw lines of a block into statements and canonical text
 * @assembly: header, raw lines, `end`, and an empty block to fill
 *
 * Return: 0; a negative errno as np_mail_next() has it, with the error filled in.
 */
int np_assemble(struct np_assembly *assembly);

/**
 * np_assembly_out_of_memory - note that there is no more memory
 * @assembly: block being put together
 *
 * Return: -ENOMEM.
 */
int np_assembly_out_of_memory(struct np_assembly *assembly);

/**
 * np_assembly_place_raw - note that an error is in a raw line
 * @assembly: block being put together, with an error
 * @raw: the line
 */
void np_assembly_place_raw(struct np_assembly *assembly, const struct np_raw_line *raw);

#endif /* NP_SIM_ASSEMBLE_H */
