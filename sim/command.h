/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: command - the commands of the program, and what they exit with
 *
 * main() only looks the command up: each one parses its own options, so that a test can call it as
 * a user would.
 *
 * Context: one command at a time in a process, because getopt_long() has state of its own.
 */
#ifndef NP_SIM_COMMAND_H
#define NP_SIM_COMMAND_H

/** What the program exits with: kselftest's numbers for verdicts, sysexits.h for the rest. */
enum np_exit {
	NP_EXIT_PASS = 0,
	NP_EXIT_FAIL = 1,
	NP_EXIT_SKIP = 4,
	NP_EXIT_UNDECIDED = 5, /* a search was not exhausted, and what it found is no answer */
	NP_EXIT_USAGE = 64,    /* EX_USAGE: the command line is wrong */
	NP_EXIT_DATA = 65,     /* EX_DATAERR: a file that was given is */
};

/** np_exit_worse - of two scenarios of one file: skipped only when both were. */
int np_exit_worse(int a, int b);

/**
 * np_command_*() - one command
 * @argc: as main() has it, counted from the name of the command
 * @argv: argv[0] is the name of the command; may be permuted
 *
 * Results go to standard output, everything else to standard error.
 * Return: enum np_exit.
 */
int np_command_run(int argc, char **argv);
int np_command_test(int argc, char **argv);
int np_command_explore(int argc, char **argv);
int np_command_compare(int argc, char **argv);
int np_command_workload(int argc, char **argv);
int np_command_layout(int argc, char **argv);
int np_command_list(int argc, char **argv);
int np_command_help(int argc, char **argv);

#endif /* NP_SIM_COMMAND_H */
