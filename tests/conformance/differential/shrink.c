/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * shrink PROGRAM ONE OTHER - the shortest program that two worlds still play differently
 *
 * ONE and OTHER are shell commands; each is run as "COMMAND IN OUT": plays the program IN, writes
 * its log to OUT. A world may take a second to start, so many candidates are played in one run,
 * with a reset between them. What is looked for is any difference, not the first one's kind.
 *
 * This is Zeller and Hildebrandt's ddmin with one change: when several pieces can each be left
 * out, as many of them as possible are left out at once.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH_LINES 100000

struct lines {
	char **line;
	size_t n;
};

struct shrink {
	const char *command[2];
	char dir[64];
	struct lines now; /* differs */
	unsigned long runs;
};

/* A candidate: which lines of @now are left out. */
struct candidate {
	bool *without;
	bool differs;
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		die("shrink");
	return p;
}

static struct lines read_program(const char *path)
{
	FILE *file = fopen(path, "r");
	struct lines lines = { NULL, 0 };
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	if (!file)
		die(path);
	while ((len = getline(&line, &room, file)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (!*line || *line == '#')
			continue;
		if (!(lines.n & (lines.n - 1))) {
			lines.line = realloc(lines.line, 2 * (lines.n + 1) * sizeof(char *));
			if (!lines.line)
				die("shrink");
		}
		lines.line[lines.n++] = line;
		line = NULL;
		room = 0;
	}
	free(line);
	fclose(file);
	return lines;
}

static void free_program(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->line[i]);
	free(lines->line);
}

static FILE *open_in(const struct shrink *shrink, const char *name, const char *mode)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", shrink->dir, name);
	file = fopen(path, mode);
	if (!file)
		die(path);
	return file;
}

static void write_batch(const struct shrink *shrink, const struct candidate *candidate, size_t n)
{
	FILE *file = open_in(shrink, "in", "w");

	for (size_t c = 0; c < n; c++) {
		for (size_t i = 0; i < shrink->now.n; i++)
			if (!candidate[c].without[i])
				fprintf(file, "%s\n", shrink->now.line[i]);
		fprintf(file, "reset\n");
	}
	if (fclose(file))
		die("shrink");
}

static void play(struct shrink *shrink)
{
	char command[1024];

	for (int world = 0; world < 2; world++) {
		snprintf(command, sizeof(command), "%s %s/in %s/out%d", shrink->command[world],
			 shrink->dir, shrink->dir, world);
		if (system(command)) {
			fprintf(stderr, "shrink: failed: %s\n", command);
			exit(2);
		}
	}
	shrink->runs++;
}

/* One line of each log. Return: whether they differ; both at their end do not. */
static bool lines_differ(FILE *out[2])
{
	char *line[2] = { NULL, NULL };
	size_t room[2] = { 0, 0 };
	ssize_t len[2];
	bool differ;

	for (int world = 0; world < 2; world++)
		len[world] = getline(&line[world], &room[world], out[world]);
	differ = len[0] != len[1] || (len[0] > 0 && strcmp(line[0], line[1]) != 0);
	free(line[0]);
	free(line[1]);
	return differ;
}

static void read_batch(const struct shrink *shrink, struct candidate *candidate, size_t n)
{
	FILE *out[2] = { open_in(shrink, "out0", "r"), open_in(shrink, "out1", "r") };

	for (size_t c = 0; c < n; c++) {
		candidate[c].differs = false;
		for (size_t i = 0; i < shrink->now.n; i++)
			if (!candidate[c].without[i])
				candidate[c].differs |= lines_differ(out);
		/* The line of the reset shows that it was one, and decides nothing. */
		lines_differ(out);
	}
	fclose(out[0]);
	fclose(out[1]);
}

static void try_all(struct shrink *shrink, struct candidate *candidate, size_t n)
{
	size_t each = shrink->now.n + 1, at_once = BATCH_LINES / each ? BATCH_LINES / each : 1;

	for (size_t c = 0; c < n; c += at_once) {
		size_t part = n - c < at_once ? n - c : at_once;

		write_batch(shrink, candidate + c, part);
		play(shrink);
		read_batch(shrink, candidate + c, part);
	}
}

static void leave_out(struct shrink *shrink, const bool *without)
{
	size_t n = 0;

	for (size_t i = 0; i < shrink->now.n; i++) {
		if (without[i])
			free(shrink->now.line[i]);
		else
			shrink->now.line[n++] = shrink->now.line[i];
	}
	shrink->now.n = n;
	fprintf(stderr, "shrink: %zu lines, %lu runs\n", n, shrink->runs);
}

/* The first line at which the logs part, which is where a program may end. */
static size_t first_difference(struct shrink *shrink)
{
	bool *none = zeroed(shrink->now.n, sizeof(bool));
	struct candidate all = { .without = none };
	size_t line = 0;
	FILE *out[2];

	write_batch(shrink, &all, 1);
	play(shrink);
	out[0] = open_in(shrink, "out0", "r");
	out[1] = open_in(shrink, "out1", "r");
	while (line < shrink->now.n && !lines_differ(out))
		line++;
	fclose(out[0]);
	fclose(out[1]);
	free(none);
	return line;
}

static void cut_behind(struct shrink *shrink, size_t line)
{
	bool *without = zeroed(shrink->now.n, sizeof(bool));

	for (size_t i = line + 1; i < shrink->now.n; i++)
		without[i] = true;
	leave_out(shrink, without);
	free(without);
}

static struct candidate *candidates(size_t n, size_t lines)
{
	struct candidate *candidate = zeroed(n, sizeof(*candidate));

	for (size_t c = 0; c < n; c++)
		candidate[c].without = zeroed(lines, sizeof(bool));
	return candidate;
}

static void candidates_free(struct candidate *candidate, size_t n)
{
	for (size_t c = 0; c < n; c++)
		free(candidate[c].without);
	free(candidate);
}

/* Leaves out the first 1, 2, 4 ... all of those that can be left out alone; the most that can. */
static void leave_out_most(struct shrink *shrink, const struct candidate *alone, size_t n)
{
	struct candidate *both = candidates(64, shrink->now.n);
	size_t best = 0, tries = 0;

	for (size_t most = 1; most <= n * 2 && tries < 64; most *= 2, tries++)
		for (size_t c = 0, used = 0; c < n && used < most; c++) {
			if (!alone[c].differs)
				continue;
			used++;
			for (size_t i = 0; i < shrink->now.n; i++)
				both[tries].without[i] |= alone[c].without[i];
		}
	try_all(shrink, both, tries);
	for (size_t t = 0; t < tries; t++)
		if (both[t].differs)
			best = t;
	leave_out(shrink, both[best].without);
	candidates_free(both, 64);
}

/* @pieces equal pieces, each left out alone. Return: whether anything could be left out. */
static bool shrink_once(struct shrink *shrink, size_t pieces)
{
	struct candidate *candidate = candidates(pieces, shrink->now.n);
	bool any = false;

	for (size_t i = 0; i < shrink->now.n; i++)
		candidate[i * pieces / shrink->now.n].without[i] = true;
	try_all(shrink, candidate, pieces);
	for (size_t c = 0; c < pieces; c++)
		any |= candidate[c].differs;
	if (any)
		leave_out_most(shrink, candidate, pieces);
	candidates_free(candidate, pieces);
	return any;
}

static void shrink_all(struct shrink *shrink)
{
	size_t pieces = 2;

	while (shrink->now.n > 1) {
		bool any = shrink_once(shrink, pieces);

		if (any) {
			pieces = pieces > 2 ? pieces - 1 : 2;
		} else if (pieces == shrink->now.n) {
			break;
		} else {
			pieces *= 2;
		}
		if (pieces > shrink->now.n)
			pieces = shrink->now.n;
	}
}

int main(int argc, char **argv)
{
	struct shrink shrink = { .dir = P_tmpdir "/shrink.XXXXXX" };
	char command[96];
	size_t line;
	bool differed;

	if (argc != 4) {
		fprintf(stderr, "usage: %s PROGRAM ONE OTHER\n", argv[0]);
		return 2;
	}
	shrink.command[0] = argv[2];
	shrink.command[1] = argv[3];
	shrink.now = read_program(argv[1]);
	if (!mkdtemp(shrink.dir))
		die(shrink.dir);
	line = first_difference(&shrink);
	differed = line < shrink.now.n;
	if (differed) {
		cut_behind(&shrink, line);
		shrink_all(&shrink);
		for (size_t i = 0; i < shrink.now.n; i++)
			printf("%s\n", shrink.now.line[i]);
	} else {
		fprintf(stderr, "shrink: no difference\n");
	}
	free_program(&shrink.now);
	snprintf(command, sizeof(command), "rm -r %s", shrink.dir);
	return system(command) ? 2 : !differed;
}
