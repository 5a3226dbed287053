/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_LAYOUT_CHECK_COMMAND_H
#define NP_SIM_LAYOUT_CHECK_COMMAND_H

#include "layout.h"

/**
 * struct np_layout_check_choice - what `layout --check` was asked for
 * @model: name of a layout; NULL: by the kernel's longs
 * @nr: number of @paths; 0: the running kernel
 * @paths: files with BTF
 */
struct np_layout_check_choice {
	enum np_layout_format format;
	const char *model;
	size_t nr;
	const char **paths;
};

/**
 * np_layout_check_command() - compare and print; complaints go to standard error
 *
 * Return: enum np_exit: NP_EXIT_FAIL when a kernel differs, NP_EXIT_DATA when there is no BTF,
 * NP_EXIT_SKIP in a build that cannot read it, NP_EXIT_USAGE for a model that there is not.
 */
int np_layout_check_command(const struct np_layout_check_choice *choice);

#endif /* NP_SIM_LAYOUT_CHECK_COMMAND_H */
