/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* netpage-sim: looks the command up and calls it. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const struct {
	const char *name;
	int (*call)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "compare", np_command_compare, "every scheme against every corner case, as one table" },
	{ "run", np_command_run,
	  "play the scenarios of a file, or of a mail on standard input (-)" },
	{ "explore", np_command_explore,
	  "the same under every interleaving, with a witness of what breaks" },
	{ "test", np_command_test, "play all scenarios below folders; KTAP on standard output" },
	{ "layout", np_command_layout, "struct page word by word" },
	{ "workload", np_command_workload,
	  "a whole host under a scheme, from a seed or a capture" },
	{ "list", np_command_list, "schemes, invariants, drivers" },
	{ "help", np_command_help, "explain a word of the scenario language" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *out)
{
	fprintf(out, "usage: netpage-sim COMMAND [OPTION ...] [ARGUMENT ...]\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].help);
	fprintf(out,
		"\n  COMMAND --help says what a command takes; --version which this is.\n"
		"  Exit: 0 pass, 1 fail, 4 skipped, 5 not exhausted, 64 usage, 65 input that cannot be "
		"read.\n");
}

/* Results that could not be written are no success. */
static int finish(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	perror("netpage-sim: standard output");
	return code ? code : NP_EXIT_FAIL;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return NP_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("netpage-sim %s\n", NP_VERSION);
		return NP_EXIT_PASS;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage(stdout);
		return NP_EXIT_PASS;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return finish(commands[i].call(argc - 1, argv + 1));
	fprintf(stderr, "netpage-sim: no command is called %s\n", argv[1]);
	usage(stderr);
	return NP_EXIT_USAGE;
}
