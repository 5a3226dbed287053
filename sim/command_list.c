/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* list and help: what there is, and what a word means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netpage/netpage.h>

#include "command.h"
#include "json.h"
#include "vocabulary.h"

static void list_schemes(void)
{
	const struct np_scheme *scheme;

	printf("Schemes:\n");
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++)
		printf("  %-22s %s\n  %-22s from %s\n", scheme->name, scheme->summary, "",
		       scheme->origin);
}

static void list_invariants(void)
{
	printf("\nInvariants:\n");
	for (int i = 0; i < NP_INVARIANTS; i++)
		printf("  %-22s %s\n", np_invariant_name((enum np_invariant)i),
		       np_invariant_help((enum np_invariant)i));
}

static void list_drivers(void)
{
	static const struct np_driver *const drivers[] = { &np_driver_page_pool,
							   &np_driver_page_bias,
							   &np_driver_page_cache,
							   &np_driver_page_alloc };

	printf("\nDrivers:\n");
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		printf("  %-22s as %s\n", drivers[i]->name, drivers[i]->models);
}

static void list_json(void)
{
	struct json_object *json = np_json_object(), *schemes = np_json_array();
	struct json_object *invariants = np_json_array();
	const struct np_scheme *scheme;

	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++) {
		struct json_object *each = np_json_object();

		np_json_add_string(each, "name", scheme->name);
		np_json_add_string(each, "summary", scheme->summary);
		np_json_add_string(each, "origin", scheme->origin);
		np_json_append(schemes, each);
	}
	for (int i = 0; i < NP_INVARIANTS; i++) {
		struct json_object *each = np_json_object();

		np_json_add_string(each, "name", np_invariant_name((enum np_invariant)i));
		np_json_add_string(each, "help", np_invariant_help((enum np_invariant)i));
		np_json_append(invariants, each);
	}
	np_json_add(json, "schemes", schemes);
	np_json_add(json, "invariants", invariants);
	np_json_print(stdout, json);
}

int np_command_list(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--json")) {
		list_json();
		return NP_EXIT_PASS;
	}
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		printf("usage: netpage-sim list [--json]\n");
		return NP_EXIT_PASS;
	}
	if (argc > 1) {
		fprintf(stderr, "netpage-sim list: '%s' is not an option; only --json is\n",
			argv[1]);
		return NP_EXIT_USAGE;
	}
	list_schemes();
	list_invariants();
	list_drivers();
	return NP_EXIT_PASS;
}

/* What is not in the language is a complaint, not a result. */
static int explain(const char *word)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int err = out ? np_vocabulary_help(out, word) : -ENOMEM;

	if (out)
		fclose(out);
	fputs(text ? text : "netpage-sim help: out of memory\n", err ? stderr : stdout);
	free(text);
	return err ? NP_EXIT_USAGE : NP_EXIT_PASS;
}

int np_command_help(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--markdown")) {
		np_vocabulary_markdown(stdout);
		return NP_EXIT_PASS;
	}
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		printf("usage: netpage-sim help [--markdown | WORD]\n");
		return NP_EXIT_PASS;
	}
	if (argc > 2) {
		fprintf(stderr, "netpage-sim help: wants one word, or none for the list\n");
		return NP_EXIT_USAGE;
	}
	return explain(argc == 2 ? argv[1] : NULL);
}
