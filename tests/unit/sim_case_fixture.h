/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What tests share that write scenarios into a folder of their own and look at output. */
#ifndef SIM_CASE_FIXTURE_H
#define SIM_CASE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One reader of one page: held by every scheme that charges, broken by those that do not. */
#define HOST                                                                                       \
	"memcg A max=64\n"                                                                         \
	"nic eth0 driver=page_pool ring=4\n"                                                       \
	"proc P memcg=A\n"                                                                         \
	"sock s nic=eth0 owner=P\n"                                                                \
	"actor napi cpu=0 softirq\n"                                                               \
	"actor app cpu=1 task=P\n"
#define READER                                                                                     \
	HOST "napi: rx(eth0, s) => frag=p\n"                                                       \
	     "app: zerocopy_receive(s)\n"                                                          \
	     "app: munmap(P)\n"                                                                    \
	     "end\n"

/* A folder that is gone after the test. */
struct folder {
	char path[64];
};

static inline int folder_setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	assert_non_null(folder);
	snprintf(folder->path, sizeof(folder->path), "/tmp/netpage-sim-test-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	*state = folder;
	return 0;
}

static inline void remove_all(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	char inner[400];

	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		/* Names are the tests' own, and short. */
		snprintf(inner, sizeof(inner), "%.120s/%.200s", path, entry->d_name);
		if (remove(inner))
			remove_all(inner);
	}
	if (dir)
		closedir(dir);
	remove(path);
}

static inline int folder_teardown(void **state)
{
	struct folder *folder = *state;

	remove_all(folder->path);
	free(folder);
	return 0;
}

/* Writes @text as @name, whose own folder is made if need be. Returns the path, to be freed. */
static inline char *folder_write(const struct folder *folder, const char *name, const char *text)
{
	char path[200];
	char *slash;
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	mkdir(path, 0777);
	*slash = '/';
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	return strdup(path);
}

static inline void folder_add(const struct folder *folder, const char *name, const char *text)
{
	free(folder_write(folder, name, text));
}

/* All of a file, to be freed. */
static inline char *file_text(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(in);
	assert_non_null(text);
	text[fread(text, 1, (1 << 20) - 1, in)] = '\0';
	fclose(in);
	return text;
}

/*
 * Calls a command as a user would. Returns what it exits with; what it printed is left in
 * @output, to be freed, unless that is NULL; standard error goes nowhere.
 */
static inline int call(int (*command)(int argc, char **argv), char **output, int argc,
		       const char *const *argv)
{
	char *copy[16] = { 0 }, path[] = "/tmp/netpage-sim-out-XXXXXX";
	int out = mkstemp(path), null = open("/dev/null", O_WRONLY);
	int saved_out = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO), code;

	assert_true(out >= 0 && null >= 0 && saved_out >= 0 && saved_err >= 0 && argc < 16);
	for (int i = 0; i < argc; i++)
		copy[i] = (char *)(uintptr_t)argv[i];
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	code = command(argc, copy);
	fflush(NULL);
	dup2(saved_out, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved_out);
	close(saved_err);
	close(out);
	close(null);
	if (output)
		*output = file_text(path);
	unlink(path);
	return code;
}

#define CALL(command, output, ...)                                                                 \
	call((command), (output),                                                                  \
	     (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)),           \
	     (const char *const[]){ __VA_ARGS__ })

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("want \"%s\" in\n%s", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("want no \"%s\" in\n%s", part, text);
}

#endif /* SIM_CASE_FIXTURE_H */
