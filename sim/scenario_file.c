/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "scenario_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders within folders: deeper is a loop of links or a mistake. */
#define DEPTH_MAX 16

/* All of @in, at most NP_MAIL_MAX bytes. */
static int read_all(FILE *in, char **bytes, size_t *len)
{
	size_t size = 0;
	char *grown;

	*bytes = NULL;
	*len = 0;
	errno = 0;
	do {
		if (*len == size) {
			size = size ? size * 2 : 4096;
			grown = size > 2 * NP_MAIL_MAX ? NULL : realloc(*bytes, size);
			if (!grown) {
				free(*bytes);
				return size > 2 * NP_MAIL_MAX ? -EFBIG : -ENOMEM;
			}
			*bytes = grown;
		}
		*len += fread(*bytes + *len, 1, size - *len, in);
	} while (!feof(in) && !ferror(in));
	if (ferror(in)) {
		int err = errno ? -errno : -EIO;

		free(*bytes);
		return err;
	}
	return 0;
}

static int open_and_read(const char *path, char **bytes, size_t *len)
{
	FILE *in = !strcmp(path, "-") ? stdin : fopen(path, "rb");
	int err;

	if (!in)
		return -errno;
	err = read_all(in, bytes, len);
	if (in != stdin)
		fclose(in);
	return err;
}

static int add_block(struct np_scenario_file *file, const struct np_block *block,
		     struct np_scenario_error *error)
{
	struct np_scenario **grown =
		realloc(file->scenarios, (file->nr + 1) * sizeof(*file->scenarios));
	int err;

	if (!grown)
		return -ENOMEM;
	file->scenarios = grown;
	err = np_scenario_parse(block, &file->scenarios[file->nr], error);
	if (!err)
		file->nr++;
	return err;
}

static int parse_all(const char *path, const char *bytes, size_t len, struct np_scenario_file *file,
		     FILE *errors)
{
	struct np_scenario_error error;
	struct np_block *block;
	struct np_mail mail;
	int ret, err = 0;

	np_mail_init(&mail, bytes, len);
	while ((ret = np_mail_next(&mail, &block, &error)) != 0) {
		if (ret > 0) {
			ret = add_block(file, block, &error);
			np_block_free(block);
		}
		if (ret == -ENOMEM)
			return ret;
		if (!ret)
			continue;
		np_scenario_error_print(errors, strcmp(path, "-") ? path : NULL, &error);
		err = -EINVAL;
		if (ret == -E2BIG || ret == -ENOENT)
			break;
	}
	return err;
}

int np_scenario_file_read(const char *path, struct np_scenario_file *file, FILE *errors)
{
	char *bytes = NULL;
	size_t len = 0;
	int err = open_and_read(path, &bytes, &len);

	*file = (struct np_scenario_file){ 0 };
	if (err) {
		fprintf(errors, "%s: %s\n", path, strerror(-err));
		return err;
	}
	err = parse_all(path, bytes, len, file, errors);
	free(bytes);
	if (err == -ENOMEM)
		fprintf(errors, "%s: %s\n", path, strerror(-err));
	if (err)
		np_scenario_file_free(file);
	return err;
}

void np_scenario_file_free(struct np_scenario_file *file)
{
	for (size_t i = 0; i < file->nr; i++)
		np_scenario_free(file->scenarios[i]);
	free(file->scenarios);
	*file = (struct np_scenario_file){ 0 };
}

static int add_path(struct np_scenario_paths *paths, const char *path)
{
	char **grown = realloc(paths->path, (paths->nr + 1) * sizeof(*paths->path));

	if (!grown)
		return -ENOMEM;
	paths->path = grown;
	grown[paths->nr] = strdup(path);
	if (!grown[paths->nr])
		return -ENOMEM;
	paths->nr++;
	return 0;
}

static bool is_scenario_name(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && !strcmp(name + len - 4, ".npt");
}

static int find_below(const char *folder, struct np_scenario_paths *paths, int depth)
{
	struct dirent *entry;
	struct stat status;
	char path[4096];
	int err = 0;
	DIR *dir = opendir(folder);

	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
			    (int)sizeof(path) ||
		    stat(path, &status))
			continue;
		if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX)
			err = find_below(path, paths, depth + 1);
		else if (S_ISREG(status.st_mode) && is_scenario_name(entry->d_name))
			err = add_path(paths, path);
	}
	closedir(dir);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int np_scenario_paths_find(const char *path, struct np_scenario_paths *paths)
{
	struct stat status;
	size_t before = paths->nr;
	int err;

	if (stat(path, &status))
		return -errno;
	if (!S_ISDIR(status.st_mode))
		return add_path(paths, path);
	err = find_below(path, paths, 0);
	if (paths->nr > before)
		qsort(paths->path + before, paths->nr - before, sizeof(*paths->path), by_name);
	return err;
}

void np_scenario_paths_free(struct np_scenario_paths *paths)
{
	for (size_t i = 0; i < paths->nr; i++)
		free(paths->path[i]);
	free(paths->path);
	*paths = (struct np_scenario_paths){ 0 };
}
