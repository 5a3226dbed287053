/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: scenario_file - the scenarios of a file, of standard input, of a folder
 */
#ifndef NP_SIM_SCENARIO_FILE_H
#define NP_SIM_SCENARIO_FILE_H

#include "scenario.h"

/** struct np_scenario_file - every scenario of one file; to be given to np_scenario_file_free(). */
struct np_scenario_file {
	struct np_scenario **scenarios;
	size_t nr;
};

/**
 * np_scenario_file_read - read and check all scenarios of a file
 * @path: the file; "-" is standard input
 * @errors: where to print what is wrong, with place and cause
 *
 * One scenario that is wrong makes the whole file wrong: nothing is half-run.
 * Return: 0; -EINVAL for a scenario that is wrong or when there is none; -EFBIG for a file that is
 * too large; -ENOMEM; what opening or reading returned.
 */
int np_scenario_file_read(const char *path, struct np_scenario_file *file, FILE *errors);

/** np_scenario_file_free - free them. */
void np_scenario_file_free(struct np_scenario_file *file);

/** struct np_scenario_paths - names of files, sorted. */
struct np_scenario_paths {
	char **path;
	size_t nr;
};

/**
 * np_scenario_paths_find - all files that end in .npt below @path, or @path itself if it is a file
 * @paths: initialised with {0}, or the result of an earlier call, which is added to
 *
 * The order is that of the names, byte by byte: the same on every machine.
 * Return: 0, -ENOMEM, or what opening a folder returned.
 */
int np_scenario_paths_find(const char *path, struct np_scenario_paths *paths);

/** np_scenario_paths_free - free them. */
void np_scenario_paths_free(struct np_scenario_paths *paths);

#endif /* NP_SIM_SCENARIO_FILE_H */
