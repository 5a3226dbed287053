/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: options - what every command does with getopt_long() and with numbers
 */
#ifndef NP_SIM_OPTIONS_H
#define NP_SIM_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * np_options_begin() - make getopt_long() start over, and leave the messages to us
 *
 * getopt_long() is then called with NP_OPTIONS_SHORT and with long options whose val is above
 * UCHAR_MAX, so that they cannot be taken for short ones.
 */
void np_options_begin(void);
#define NP_OPTIONS_SHORT ":"

/**
 * np_options_complain() - getopt_long() has returned '?' or ':': say on standard error which
 * option it was and what is wrong with it
 */
void np_options_complain(int returned, char **argv, const struct option *options);

/** np_options_rest() - whether nothing is left behind the options; complains if there is. */
bool np_options_rest(int argc, char **argv);

/**
 * np_options_number() - a whole decimal number from @minimum to @maximum
 * @command: for the message
 * @option: without its dashes
 * @text: what the user wrote
 * @value: receives it; untouched on failure
 *
 * Return: whether @text is one; if not, standard error says so.
 */
bool np_options_number(const char *command, const char *option, const char *text, uint64_t minimum,
		       uint64_t maximum, uint64_t *value);

/** np_options_word() - index of @text in @words, NULL-terminated; -1 after a complaint. */
int np_options_word(const char *command, const char *option, const char *text,
		    const char *const *words);

#endif /* NP_SIM_OPTIONS_H */
