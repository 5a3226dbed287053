/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: scheme_choice - a scheme by name, or from a shared object
 */
#ifndef NP_SIM_SCHEME_CHOICE_H
#define NP_SIM_SCHEME_CHOICE_H

#include <netpage/scheme.h>

/** struct np_scheme_choice - what --scheme said; to be given to np_scheme_choice_free(). */
struct np_scheme_choice {
	const struct np_scheme *scheme; /* NULL: nothing was said */
	void *handle;
};

/**
 * np_scheme_choose - find or load what @word says
 * @command: for the message
 * Return: whether there is such a scheme; if not, standard error says what is wrong.
 */
bool np_scheme_choose(const char *command, const char *word, struct np_scheme_choice *choice);
/** np_scheme_choice_free - unload it; every machine that uses it is gone. */
void np_scheme_choice_free(struct np_scheme_choice *choice);

#endif /* NP_SIM_SCHEME_CHOICE_H */
