/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "options.h"
#include "scheme_choice.h"
#include "workload.h"

#define COUNT_MAX 4096
#define PACKETS_MAX 1000000000000000u
#define PAGES_MAX (1ul << 28)

enum {
	OPTION_NICS = UCHAR_MAX + 1,
	OPTION_DRIVER,
	OPTION_RING,
	OPTION_SOCKETS,
	OPTION_PROCESSES,
	OPTION_MEMCGS,
	OPTION_MEMCG_MAX,
	OPTION_PACKETS,
	OPTION_FRAGS,
	OPTION_SCHEME,
	OPTION_POLICY,
	OPTION_NO_OPTIN,
	OPTION_PAGES,
	OPTION_CPUS,
	OPTION_SEED,
	OPTION_PCAP,
	OPTION_READ_DELAY,
	OPTION_HOLD,
	OPTION_CHECK,
	OPTION_JSON,
	OPTION_PROGRESS,
	OPTION_HELP,
};

static const struct option options[] = {
	{ "nics", required_argument, NULL, OPTION_NICS },
	{ "driver", required_argument, NULL, OPTION_DRIVER },
	{ "ring", required_argument, NULL, OPTION_RING },
	{ "sockets", required_argument, NULL, OPTION_SOCKETS },
	{ "processes", required_argument, NULL, OPTION_PROCESSES },
	{ "memcgs", required_argument, NULL, OPTION_MEMCGS },
	{ "memcg-max", required_argument, NULL, OPTION_MEMCG_MAX },
	{ "packets", required_argument, NULL, OPTION_PACKETS },
	{ "frags", required_argument, NULL, OPTION_FRAGS },
	{ "scheme", required_argument, NULL, OPTION_SCHEME },
	{ "policy", required_argument, NULL, OPTION_POLICY },
	{ "no-optin", no_argument, NULL, OPTION_NO_OPTIN },
	{ "pages", required_argument, NULL, OPTION_PAGES },
	{ "cpus", required_argument, NULL, OPTION_CPUS },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "pcap", required_argument, NULL, OPTION_PCAP },
	{ "read-delay", required_argument, NULL, OPTION_READ_DELAY },
	{ "hold", required_argument, NULL, OPTION_HOLD },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "progress", required_argument, NULL, OPTION_PROGRESS },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

static const struct np_workload_options defaults = {
	.driver = &np_driver_page_pool,
	.nics = 1,
	.ring = 256,
	.sockets = 4,
	.processes = 2,
	.memcgs = 2,
	.cpus = 2,
	.frags = 4,
	.pages = 65536,
	.read_delay = 4,
	.hold = 64,
	.packets = 10000,
	.seed = 1,
};

/* What the command line says, and what must be closed at the end. */
struct command {
	const char *name;
	struct np_workload_options run;
	struct np_scheme_choice scheme;
	const char *pcap;
	bool json, progress, help, frags_given, packets_given;
};

/* The one thing that a signal handler can reach: set once, read by the loop. */
static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void print_help(void)
{
	printf("usage: netpage-sim workload [OPTION]...\n"
	       "\n"
	       "Runs a whole host and compares, after every packet, what each memcg is charged\n"
	       "with what its processes map and its sockets queue. Equal options and seed give\n"
	       "equal output, but for the wall clock's two numbers. Ctrl-C ends the run and\n"
	       "prints what there is.\n"
	       "\n"
	       "Exit: 0 nothing violated, 1 an invariant was, 64 usage, 65 a damaged capture.\n"
	       "\n"
	       "  --scheme NAME|FILE.so  accounting scheme (%s)\n"
	       "  --driver NAME          page_pool, page_bias, page_cache or page_alloc\n"
	       "  --policy POLICY        without opt-in: allow, copy, refuse (allow)\n"
	       "  --no-optin             no driver has opted in\n"
	       "  --nics N               cards (1)\n"
	       "  --ring N               descriptors of each card (256)\n"
	       "  --sockets N            sockets (4)\n"
	       "  --processes N          processes, which share the sockets (2)\n"
	       "  --memcgs N             memory control groups of the processes (2)\n"
	       "  --memcg-max PAGES      limit of each; 0 is none (0)\n"
	       "  --packets N            packets (10000, or all of the capture)\n"
	       "  --frags N              pages of each packet (4)\n"
	       "  --pcap FILE            take time, flow and size of packets from a capture\n"
	       "  --read-delay N         packets that wait before a process reads (4)\n"
	       "  --hold N               pages that a process keeps mapped (64)\n"
	       "  --pages N              pages of the machine (65536)\n"
	       "  --cpus N               CPUs (2)\n"
	       "  --seed N               of everything random (1)\n"
	       "  --check                check every invariant now and then\n"
	       "  --json                 print JSON\n"
	       "  --progress auto|never  a bar, if standard error is a terminal (auto)\n",
	       np_scheme_at(0)->name);
}

/*
 * Options with a number: where it goes and what it may be.
 */

static bool parse_count(const struct command *command, const char *option, const char *text,
			u64 minimum, u64 maximum, unsigned int *count)
{
	u64 number = 0;
	bool ok = np_options_number(command->name, option, text, minimum, maximum, &number);

	if (ok)
		*count = (unsigned int)number;
	return ok;
}

static bool parse_pages(const struct command *command, const char *option, const char *text,
			u64 minimum, u64 maximum, unsigned long *pages)
{
	u64 number = 0;
	bool ok = np_options_number(command->name, option, text, minimum, maximum, &number);

	if (ok)
		*pages = (unsigned long)number;
	return ok;
}

static bool parse_number(struct command *command, int option, const char *text)
{
	struct np_workload_options *run = &command->run;

	switch (option) {
	case OPTION_NICS:
		return parse_count(command, "nics", text, 1, COUNT_MAX, &run->nics);
	case OPTION_RING:
		return parse_count(command, "ring", text, 1, 4096, &run->ring);
	case OPTION_SOCKETS:
		return parse_count(command, "sockets", text, 1, COUNT_MAX, &run->sockets);
	case OPTION_PROCESSES:
		return parse_count(command, "processes", text, 1, COUNT_MAX, &run->processes);
	case OPTION_MEMCGS:
		return parse_count(command, "memcgs", text, 1, COUNT_MAX, &run->memcgs);
	case OPTION_MEMCG_MAX:
		return parse_pages(command, "memcg-max", text, 0, PAGES_MAX, &run->memcg_max);
	case OPTION_PACKETS:
		command->packets_given = true;
		return np_options_number(command->name, "packets", text, 0, PACKETS_MAX,
					 &run->packets);
	case OPTION_FRAGS:
		command->frags_given = true;
		return parse_count(command, "frags", text, 1, MAX_SKB_FRAGS, &run->frags);
	case OPTION_PAGES:
		return parse_pages(command, "pages", text, 1, PAGES_MAX, &run->pages);
	case OPTION_CPUS:
		return parse_count(command, "cpus", text, 1, NP_CPUS_MAX, &run->cpus);
	case OPTION_SEED:
		return np_options_number(command->name, "seed", text, 0, UINT64_MAX, &run->seed);
	case OPTION_READ_DELAY:
		return parse_pages(command, "read-delay", text, 1, 1000000, &run->read_delay);
	default:
		return parse_pages(command, "hold", text, 0, PAGES_MAX, &run->hold);
	}
}

static bool parse_driver(struct command *command, const char *name)
{
	command->run.driver = np_driver_find(name);
	if (command->run.driver)
		return true;
	fprintf(stderr, "netpage-sim %s: --driver: there is no '%s', only %s, %s, %s, %s\n",
		command->name, name, np_driver_page_pool.name, np_driver_page_bias.name,
		np_driver_page_cache.name, np_driver_page_alloc.name);
	return false;
}

static bool parse_option(struct command *command, int option, const char *text)
{
	/* In the order of enum np_zerocopy_policy. */
	static const char *const policies[] = { "allow", "copy", "refuse", NULL };
	static const char *const progress[] = { "never", "auto", NULL };
	int index;

	switch (option) {
	case OPTION_DRIVER:
		return parse_driver(command, text);
	case OPTION_SCHEME:
		return np_scheme_choose(command->name, text, &command->scheme);
	case OPTION_POLICY:
		index = np_options_word(command->name, "policy", text, policies);
		command->run.policy = (enum np_zerocopy_policy)index;
		return index >= 0;
	case OPTION_NO_OPTIN:
		command->run.no_optin = true;
		return true;
	case OPTION_PCAP:
		command->pcap = text;
		return true;
	case OPTION_CHECK:
		command->run.check = true;
		return true;
	case OPTION_JSON:
		command->json = true;
		return true;
	case OPTION_PROGRESS:
		index = np_options_word(command->name, "progress", text, progress);
		command->progress = index > 0;
		return index >= 0;
	case OPTION_HELP:
		command->help = true;
		return true;
	default:
		return parse_number(command, option, text);
	}
}

static bool options_agree(const struct command *command)
{
	const struct np_workload_options *run = &command->run;

	if (command->pcap && command->frags_given) {
		fprintf(stderr, "netpage-sim %s: --frags: the sizes come from --pcap\n",
			command->name);
		return false;
	}
	if (!command->pcap && run->frags > run->ring) {
		fprintf(stderr,
			"netpage-sim %s: --frags: %u do not fit a --ring of %u descriptors\n",
			command->name, run->frags, run->ring);
		return false;
	}
	return true;
}

static int parse(int argc, char **argv, struct command *command)
{
	int option;

	np_options_begin();
	while ((option = getopt_long(argc, argv, NP_OPTIONS_SHORT, options, NULL)) != -1) {
		if (option == '?' || option == ':') {
			np_options_complain(option, argv, options);
			return NP_EXIT_USAGE;
		}
		if (!parse_option(command, option, optarg))
			return NP_EXIT_USAGE;
		if (command->help)
			return NP_EXIT_PASS;
	}
	if (!np_options_rest(argc, argv) || !options_agree(command))
		return NP_EXIT_USAGE;
	if (command->pcap && !command->packets_given)
		command->run.packets = UINT64_MAX;
	return NP_EXIT_PASS;
}

static int open_capture(struct command *command)
{
	char error[512];

	if (!command->pcap ||
	    !np_capture_open(command->pcap, &command->run.capture, error, sizeof(error)))
		return NP_EXIT_PASS;
	fprintf(stderr, "netpage-sim %s: --pcap: %s: %s\n", command->name, command->pcap, error);
	return NP_EXIT_DATA;
}

static int run_and_print(struct command *command)
{
	struct np_workload_report report;
	char error[512] = "";
	int ret = np_workload_run(&command->run, &report, error, sizeof(error));
	int status = report.violations ? NP_EXIT_FAIL : NP_EXIT_PASS;

	if (command->run.progress)
		np_progress_end(command->run.progress);
	if (ret == -EIO) {
		fprintf(stderr, "netpage-sim %s: --pcap: %s: %s\n", command->name, command->pcap,
			error);
		status = NP_EXIT_DATA;
	} else if (ret) {
		fprintf(stderr, "netpage-sim %s: %s\n", command->name, error);
		status = NP_EXIT_USAGE;
	} else if (command->json) {
		np_workload_print_json(stdout, &command->run, &report);
	} else {
		np_workload_print_text(stdout, &command->run, &report);
	}
	np_workload_report_free(&report);
	return status;
}

/* Ctrl-C ends the run, a second one the program: the handler is for one signal only. */
static int run_interruptible(struct command *command)
{
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND }, old;
	int status;

	interrupted = 0;
	command->run.interrupted = &interrupted;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, &old);
	status = run_and_print(command);
	sigaction(SIGINT, &old, NULL);
	return status;
}

int np_command_workload(int argc, char **argv)
{
	struct np_progress progress;
	struct command command = { .name = argv[0], .progress = true, .run = defaults };
	int status = parse(argc, argv, &command);

	if (status == NP_EXIT_PASS && !command.help)
		status = open_capture(&command);
	if (command.help) {
		print_help();
	} else if (status == NP_EXIT_PASS) {
		command.run.scheme = command.scheme.scheme ? command.scheme.scheme :
							     np_scheme_at(0);
		np_progress_begin(&progress, stderr, "packets",
				  command.pcap ? 0 : command.run.packets, command.progress);
		command.run.progress = &progress;
		status = run_interruptible(&command);
	}
	np_capture_close(command.run.capture);
	np_scheme_choice_free(&command.scheme);
	return status;
}
