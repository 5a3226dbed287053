/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The rows of a comparison: where corner cases are found, and what is said about each. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "compare.h"

/* Without a build system: only --dir finds anything. */
#ifndef NP_SCENARIO_DIR_SOURCE
#define NP_SCENARIO_DIR_SOURCE ""
#endif
#ifndef NP_SCENARIO_DIR_INSTALL
#define NP_SCENARIO_DIR_INSTALL ""
#endif

#define SOURCE "Source:"

const char *np_comparison_default_folder(char *buf, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", buf, size);
	char *slash;

	/* NP_SCENARIO_DIR_INSTALL is relative to the program: an installed tree can be moved. */
	if (len > 0 && (size_t)len < size) {
		buf[len] = '\0';
		slash = strrchr(buf, '/');
		len = slash ? slash + 1 - buf : 0;
		if (len &&
		    snprintf(buf + len, size - (size_t)len, "%s", NP_SCENARIO_DIR_INSTALL) <
			    (int)(size - (size_t)len) &&
		    !access(buf, R_OK | X_OK))
			return buf;
	}
	if (snprintf(buf, size, "%s", NP_SCENARIO_DIR_SOURCE) < (int)size &&
	    !access(buf, R_OK | X_OK))
		return buf;
	return NULL;
}

/* --- what the opening comments say --- */

/* Appends a line of comment to @text, which is grown. */
static int append(char **text, const char *line, size_t len)
{
	size_t used = *text ? strlen(*text) : 0;
	char *grown;

	if (!len && *text)
		return 0;
	grown = realloc(*text, used + len + 2);
	if (!grown)
		return -ENOMEM;
	if (used)
		grown[used++] = ' ';
	memcpy(grown + used, line, len);
	grown[used + len] = '\0';
	*text = grown;
	return 0;
}

static const char *comment_text(const struct np_scenario_statement *statement, size_t *len)
{
	const char *text = statement->text;

	while (*text == '#' || *text == ' ' || *text == '\t')
		text++;
	*len = statement->len - (size_t)(text - statement->text);
	return text;
}

/* From `Source:` to the end of its paragraph all is source, the rest is about. */
static int read_comments(struct np_compare_case *row)
{
	const struct np_scenario *scenario = row->scenario;
	bool in_source = false;
	int err = append(&row->about, "", 0);

	if (!err)
		err = append(&row->source, "", 0);
	for (size_t i = 0; i < scenario->nr_statements && !err; i++) {
		size_t len;
		const char *text = comment_text(&scenario->statements[i], &len);

		if (scenario->statements[i].kind != NP_STATEMENT_COMMENT)
			break;
		if (!strncasecmp(text, SOURCE, strlen(SOURCE))) {
			text += strlen(SOURCE);
			text += strspn(text, " ");
			len = strlen(text);
			in_source = true;
		}
		err = append(in_source ? &row->source : &row->about, text, len);
		if (!len)
			in_source = false;
	}
	return err;
}

/* --- rows --- */

/* The folder of @file, below @root as long as there is one. */
static char *group_of(const char *root, const char *file)
{
	const char *end = strrchr(file, '/');
	const char *begin = file;
	size_t len = strlen(root);

	if (!end)
		return strdup(".");
	if (!strncmp(file, root, len) && file + len < end)
		begin = file + len + (file[len] == '/');
	else
		for (const char *at = file; at < end; at++)
			begin = *at == '/' ? at + 1 : begin;
	return strndup(begin, (size_t)(end - begin));
}

static int add_row(struct np_comparison *comparison, const struct np_scenario *scenario,
		   const char *root, const char *file)
{
	struct np_compare_case *row;
	struct np_compare_case *grown =
		realloc(comparison->cases, (comparison->nr_cases + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	comparison->cases = grown;
	row = &grown[comparison->nr_cases++];
	*row = (struct np_compare_case){ .scenario = scenario,
					 .group = group_of(root, file),
					 .file = strdup(file) };
	return row->group && row->file ? read_comments(row) : -ENOMEM;
}

/* What is wrong with @path is said of @shown. */
static void pass_errors(char *text, const char *path, const char *shown, FILE *errors)
{
	size_t len = strlen(path);
	char *at;

	while ((at = strstr(text, path))) {
		fprintf(errors, "%.*s%s", (int)(at - text), text, shown);
		text = at + len;
	}
	fputs(text, errors);
}

static int read_file(const char *path, const char *shown, struct np_scenario_file *file,
		     FILE *errors)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int err;

	if (!memory)
		return -ENOMEM;
	err = np_scenario_file_read(path, file, memory);
	fclose(memory);
	if (err)
		pass_errors(text, path, shown, errors);
	free(text);
	return err;
}

static int add_file(struct np_comparison *comparison, const char *path, const char *root,
		    const char *shown, FILE *errors)
{
	struct np_scenario_file *grown =
		realloc(comparison->files, (comparison->nr_files + 1) * sizeof(*grown));
	struct np_scenario_file *file;
	int err;

	if (!grown)
		return -ENOMEM;
	comparison->files = grown;
	file = &grown[comparison->nr_files];
	err = read_file(path, shown, file, errors);
	if (err)
		return err;
	comparison->nr_files++;
	for (size_t i = 0; i < file->nr && !err; i++)
		err = add_row(comparison, file->scenarios[i], root, shown);
	return err;
}

/* One group stays together, whatever other names come between its files. */
static int by_group(const void *a, const void *b)
{
	const struct np_compare_case *left = a, *right = b;
	int order = strcmp(left->group, right->group);

	if (!order)
		order = strcmp(left->file, right->file);
	if (!order)
		order = strcmp(left->scenario->name, right->scenario->name);
	return order;
}

int np_comparison_add_folder(struct np_comparison *comparison, const char *path, const char *shown,
			     FILE *errors)
{
	struct np_scenario_paths paths = { 0 };
	int err = np_scenario_paths_find(path, &paths), bad = 0;
	char name[PATH_MAX];

	for (size_t i = 0; i < paths.nr && !err; i++) {
		snprintf(name, sizeof(name), "%s%s", shown, paths.path[i] + strlen(path));
		err = add_file(comparison, paths.path[i], shown, name, errors);
		/* The others may be wrong as well: better said at once. */
		if (err && err != -ENOMEM) {
			bad = -EINVAL;
			err = 0;
		}
	}
	np_scenario_paths_free(&paths);
	if (comparison->nr_cases)
		qsort(comparison->cases, comparison->nr_cases, sizeof(*comparison->cases),
		      by_group);
	return err ? err : bad;
}

/* --- selection --- */

static bool is_called(const struct np_compare_case *row, const char *word)
{
	return !strcmp(row->scenario->name, word);
}

static bool contains(const struct np_compare_case *row, const char *word)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%s/%s", row->group, row->scenario->name);
	return strstr(name, word);
}

/* Marks what @word stands for. Whether that is anything. */
static bool mark(const struct np_comparison *comparison, const char *word, bool *wanted)
{
	bool (*const ways[])(const struct np_compare_case *row, const char *word) = { is_called,
										      contains };
	bool any = false;

	for (size_t way = 0; way < 2 && !any; way++)
		for (size_t i = 0; i < comparison->nr_cases; i++)
			if (ways[way](&comparison->cases[i], word))
				any = wanted[i] = true;
	return any;
}

static void free_row(struct np_compare_case *row)
{
	free(row->group);
	free(row->file);
	free(row->about);
	free(row->source);
}

static void complain(const struct np_comparison *comparison, const char *word)
{
	struct np_nearest nearest;

	np_nearest_init(&nearest, word, strlen(word));
	for (size_t i = 0; i < comparison->nr_cases; i++)
		np_nearest_offer(&nearest, comparison->cases[i].scenario->name);
	fprintf(stderr, "netpage-sim compare: --case: no corner case has '%s' in its name", word);
	if (np_nearest_name(&nearest))
		fprintf(stderr, "; did you mean %s?", np_nearest_name(&nearest));
	fputc('\n', stderr);
}

int np_comparison_select(struct np_comparison *comparison, const char *const *words, size_t nr)
{
	bool *wanted = calloc(comparison->nr_cases + 1, sizeof(*wanted));
	size_t kept = 0;
	int err = wanted ? 0 : -ENOMEM;

	for (size_t i = 0; i < nr && !err; i++)
		if (!mark(comparison, words[i], wanted)) {
			complain(comparison, words[i]);
			err = -ENOENT;
		}
	for (size_t i = 0; i < comparison->nr_cases && !err; i++) {
		if (wanted[i])
			comparison->cases[kept++] = comparison->cases[i];
		else
			free_row(&comparison->cases[i]);
	}
	if (!err)
		comparison->nr_cases = kept;
	free(wanted);
	return err;
}

/* Cells belong to it as well: rows are never taken away once they have been played. */
static void free_cell(struct np_compare_cell *cell)
{
	free(cell->where);
	free(cell->object);
	free(cell->text);
}

void np_comparison_free(struct np_comparison *comparison)
{
	for (size_t i = 0; comparison->cells && i < comparison->nr_cases * comparison->nr_schemes;
	     i++)
		free_cell(&comparison->cells[i]);
	for (size_t i = 0;
	     comparison->searches && i < comparison->nr_cases * comparison->nr_schemes; i++)
		free_cell(&comparison->searches[i].cell);
	for (size_t i = 0; i < comparison->nr_cases; i++)
		free_row(&comparison->cases[i]);
	for (size_t i = 0; i < comparison->nr_files; i++)
		np_scenario_file_free(&comparison->files[i]);
	for (size_t i = 0; i < comparison->nr_schemes; i++)
		np_scheme_choice_free(&comparison->schemes[i].choice);
	free(comparison->cells);
	free(comparison->searches);
	free(comparison->cases);
	free(comparison->files);
	free(comparison->schemes);
	*comparison = (struct np_comparison){ 0 };
}
