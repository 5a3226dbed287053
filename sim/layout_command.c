/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "layout.h"
#include "options.h"

enum { OPTION_JSON = UCHAR_MAX + 1, OPTION_MARKDOWN, OPTION_BITS, OPTION_ARM, OPTION_HELP };

static void print_help(void)
{
	printf("usage: netpage-sim layout [--json | --markdown] [--bits 64 | 32] [--arm NAME]\n"
	       "\n"
	       "Prints struct page word by word, for each kind of page, and which words a driver\n"
	       "may use while the page is posted, in an skb, mapped, freed or cached, and why.\n"
	       "\n"
	       "  --json       for programs\n"
	       "  --markdown   for docs/layout.md\n"
	       "  --bits BITS  only layouts where a long has so many bits\n"
	       "  --arm NAME   only this arm of the union\n");
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

static int parse(int argc, char **argv, struct np_layout_choice *choice, bool *help)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "markdown", no_argument, NULL, OPTION_MARKDOWN },
		{ "bits", required_argument, NULL, OPTION_BITS },
		{ "arm", required_argument, NULL, OPTION_ARM },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ NULL, 0, NULL, 0 },
	};
	static const char *const bits[] = { "32", "64", NULL };
	int option, index;

	np_options_begin();
	while ((option = getopt_long(argc, argv, NP_OPTIONS_SHORT, options, NULL)) != -1) {
		switch (option) {
		case OPTION_JSON:
			choice->format = NP_LAYOUT_JSON;
			break;
		case OPTION_MARKDOWN:
			choice->format = NP_LAYOUT_MARKDOWN;
			break;
		case OPTION_BITS:
			index = np_options_word(argv[0], "bits", optarg, bits);
			if (index < 0)
				return NP_EXIT_USAGE;
			choice->bits = index ? 64 : 32;
			break;
		case OPTION_ARM:
			choice->arm = optarg;
			break;
		case OPTION_HELP:
			*help = true;
			return NP_EXIT_PASS;
		default:
			np_options_complain(option, argv, options);
			return NP_EXIT_USAGE;
		}
	}
	return np_options_rest(argc, argv) ? NP_EXIT_PASS : NP_EXIT_USAGE;
}

int np_command_layout(int argc, char **argv)
{
	struct np_layout_choice choice = { .format = NP_LAYOUT_TEXT };
	bool help = false, known;
	int ret = parse(argc, argv, &choice, &help);

	if (ret != NP_EXIT_PASS)
		return ret;
	if (help) {
		print_help();
		return NP_EXIT_PASS;
	}
	if (!any_layout(&choice, &known)) {
		if (!known)
			return complain_arm(choice.arm);
		fprintf(stderr, "netpage-sim layout: no %u-bit struct page in this build\n",
			choice.bits);
		return NP_EXIT_SKIP;
	}
	np_layout_print(stdout, &choice);
	return NP_EXIT_PASS;
}
