/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "scheme_choice.h"

#include <stdio.h>
#include <string.h>

#include "scenario_error.h"

static void complain(const char *command, const char *word)
{
	const struct np_scheme *scheme;
	struct np_nearest nearest;

	np_nearest_init(&nearest, word, strlen(word));
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++)
		np_nearest_offer(&nearest, scheme->name);
	fprintf(stderr, "netpage-sim %s: --scheme: there is no scheme '%s'", command, word);
	if (np_nearest_name(&nearest))
		fprintf(stderr, "; did you mean %s?", np_nearest_name(&nearest));
	fprintf(stderr, " (netpage-sim list shows them; a file needs a / in its name)\n");
}

bool np_scheme_choose(const char *command, const char *word, struct np_scheme_choice *choice)
{
	char error[400];

	np_scheme_choice_free(choice);
	if (!strchr(word, '/')) {
		choice->scheme = np_scheme_find(word);
		if (!choice->scheme)
			complain(command, word);
	} else if (np_scheme_load(word, &choice->scheme, &choice->handle, error, sizeof(error))) {
		fprintf(stderr, "netpage-sim %s: --scheme %s: %s\n", command, word, error);
		choice->scheme = NULL;
	}
	return choice->scheme;
}

void np_scheme_choice_free(struct np_scheme_choice *choice)
{
	np_scheme_unload(choice->handle);
	*choice = (struct np_scheme_choice){ 0 };
}
