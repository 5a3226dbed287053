/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"
#include "btf.h"
#include "command.h"
#include "layout.h"
#include "layout_check_command.h"
#include "options.h"

enum {
	OPTION_JSON = UCHAR_MAX + 1,
	OPTION_MARKDOWN,
	OPTION_BITS,
	OPTION_ARM,
	OPTION_CHECK,
	OPTION_BTF,
	OPTION_MODEL,
	OPTION_HELP,
};

/* What was on the command line. */
struct request {
	struct np_layout_choice print;
	struct np_layout_check_choice check;
	bool is_check, help;
};

static void print_help(void)
{
	printf("usage: netpage-sim layout [--json | --markdown] [--bits 64 | 32] [--arm NAME]\n"
	       "       netpage-sim layout --check [--btf FILE]... [--model NAME]\n"
	       "                          [--json | --markdown]\n"
	       "\n"
	       "Prints struct page word by word, for each kind of page, and which words a driver\n"
	       "may use while the page is posted, in an skb, mapped, freed or cached, and why.\n"
	       "\n"
	       "  --json        for programs\n"
	       "  --markdown    for docs/layout.md, docs/layout-kernels.md\n"
	       "  --bits BITS   only layouts where a long has so many bits\n"
	       "  --arm NAME    only this arm of the union\n"
	       "  --check       compare each field of the library's structs with the running\n"
	       "                kernel's (" NP_BTF_RUNNING "); fails if one is neither at\n"
	       "                the kernel's place nor different for a reason that holds%s\n"
	       "  --btf FILE    with this kernel instead: raw BTF, or a vmlinux; can be given\n"
	       "                again; scripts/kernel-btf.sh gets those of distributions\n"
	       "  --model NAME  compare this layout: 6.1-64, 6.1-32, ...; without it, the first\n"
	       "                whose longs are the kernel's\n",
	       np_btf_is_built_in() ? "" :
				      ";\n                not in this build: it has no libbpf");
}

/* What the user picked is there at all; @known says whether in a layout of other --bits. */
static bool any_layout(const struct np_layout_choice *choice, bool *known)
{
	const struct np_layout *layout;
	bool any = false;

	*known = false;
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		if (choice->arm && !np_layout_find_arm(layout, choice->arm))
			continue;
		*known = true;
		any |= !choice->bits || choice->bits == layout->bits;
	}
	return any;
}

static int complain_arm(const char *arm)
{
	const struct np_layout *layout = np_layout_at(0);

	fprintf(stderr, "netpage-sim layout: --arm: there is no '%s', only", arm);
	for (size_t i = 0; i < layout->nr_arms; i++)
		fprintf(stderr, "%s %s", i ? "," : "", layout->arms[i].name);
	fputc('\n', stderr);
	return NP_EXIT_USAGE;
}

/* Options that would be ignored are mistakes. */
static bool fits_together(const struct request *request)
{
	const char *alien = NULL;

	if (request->is_check)
		alien = request->print.arm ? "--arm" : request->print.bits ? "--bits" : NULL;
	else
		alien = request->check.nr ? "--btf" : request->check.model ? "--model" : NULL;
	if (!alien)
		return true;
	fprintf(stderr, "netpage-sim layout: %s: not %s --check\n", alien,
		request->is_check ? "with" : "without");
	return false;
}

static int take_option(int option, char **argv, const struct option *options,
		       struct request *request)
{
	static const char *const bits[] = { "32", "64", NULL };
	int index;

	switch (option) {
	case OPTION_JSON:
		request->print.format = NP_LAYOUT_JSON;
		break;
	case OPTION_MARKDOWN:
		request->print.format = NP_LAYOUT_MARKDOWN;
		break;
	case OPTION_BITS:
		index = np_options_word(argv[0], "bits", optarg, bits);
		if (index < 0)
			return NP_EXIT_USAGE;
		request->print.bits = index ? 64 : 32;
		break;
	case OPTION_ARM:
		request->print.arm = optarg;
		break;
	case OPTION_CHECK:
		request->is_check = true;
		break;
	case OPTION_BTF:
		request->check.paths[request->check.nr++] = optarg;
		break;
	case OPTION_MODEL:
		request->check.model = optarg;
		break;
	case OPTION_HELP:
		request->help = true;
		break;
	default:
		np_options_complain(option, argv, options);
		return NP_EXIT_USAGE;
	}
	return NP_EXIT_PASS;
}

static int parse(int argc, char **argv, struct request *request)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "markdown", no_argument, NULL, OPTION_MARKDOWN },
		{ "bits", required_argument, NULL, OPTION_BITS },
		{ "arm", required_argument, NULL, OPTION_ARM },
		{ "check", no_argument, NULL, OPTION_CHECK },
		{ "btf", required_argument, NULL, OPTION_BTF },
		{ "model", required_argument, NULL, OPTION_MODEL },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	np_options_begin();
	while ((option = getopt_long(argc, argv, NP_OPTIONS_SHORT, options, NULL)) != -1) {
		int ret = take_option(option, argv, options, request);

		if (ret != NP_EXIT_PASS || request->help)
			return ret;
	}
	if (!np_options_rest(argc, argv) || !fits_together(request))
		return NP_EXIT_USAGE;
	request->check.format = request->print.format;
	return NP_EXIT_PASS;
}

static int print_layout(const struct np_layout_choice *choice)
{
	bool known;

	if (!any_layout(choice, &known)) {
		if (!known)
			return complain_arm(choice->arm);
		fprintf(stderr, "netpage-sim layout: no %u-bit struct page in this build\n",
			choice->bits);
		return NP_EXIT_SKIP;
	}
	np_layout_print(stdout, choice);
	return NP_EXIT_PASS;
}

static int perform(const struct request *request)
{
	if (request->help) {
		print_help();
		return NP_EXIT_PASS;
	}
	if (request->is_check)
		return np_layout_check_command(&request->check);
	return print_layout(&request->print);
}

int np_command_layout(int argc, char **argv)
{
	struct request request = { .print.format = NP_LAYOUT_TEXT };
	int ret;

	/* No more --btf than words. */
	request.check.paths = calloc((size_t)argc + 1, sizeof(*request.check.paths));
	np_assure(request.check.paths);
	ret = parse(argc, argv, &request);
	if (ret == NP_EXIT_PASS)
		ret = perform(&request);
	free(request.check.paths);
	return ret;
}
