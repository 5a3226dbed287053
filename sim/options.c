/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void np_options_begin(void)
{
	optind = 0;
	opterr = 0;
}

void np_options_complain(int returned, char **argv, const struct option *options)
{
	/* getopt_long() has already moved on to the word behind the one it refuses. */
	const char *word = argv[optind > 1 ? optind - 1 : 1];
	size_t len = strcspn(word, "=");

	if (returned == ':') {
		fprintf(stderr, "netpage-sim %s: %.*s needs a value\n", argv[0], (int)len, word);
		return;
	}
	if (optopt > 0 && optopt <= UCHAR_MAX) {
		fprintf(stderr, "netpage-sim %s: there is no option -%c\n", argv[0], optopt);
		return;
	}
	for (; optopt && options->name; options++) {
		if (options->val == optopt) {
			fprintf(stderr, "netpage-sim %s: --%s takes no value\n", argv[0],
				options->name);
			return;
		}
	}
	fprintf(stderr, "netpage-sim %s: there is no option %.*s\n", argv[0], (int)len, word);
}

bool np_options_rest(int argc, char **argv)
{
	if (optind >= argc)
		return true;
	fprintf(stderr, "netpage-sim %s: '%s' is one argument too many\n", argv[0], argv[optind]);
	return false;
}

bool np_options_number(const char *command, const char *option, const char *text, uint64_t minimum,
		       uint64_t maximum, uint64_t *value)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t number = 0;

	errno = 0;
	if (digits && !text[digits])
		number = strtoull(text, NULL, 10);
	if (!digits || text[digits] || errno || number < minimum || number > maximum) {
		fprintf(stderr,
			"netpage-sim %s: --%s: '%s' is no whole number from %" PRIu64 " to %" PRIu64
			"\n",
			command, option, text, minimum, maximum);
		return false;
	}
	*value = number;
	return true;
}

int np_options_word(const char *command, const char *option, const char *text,
		    const char *const *words)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(text, words[i]))
			return i;
	}
	fprintf(stderr, "netpage-sim %s: --%s: '%s' is none of", command, option, text);
	for (int i = 0; words[i]; i++)
		fprintf(stderr, "%s %s", i ? "," : "", words[i]);
	fputc('\n', stderr);
	return -1;
}
