/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_SCENARIO_ERROR_H
#define NP_SIM_SCENARIO_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/*
 * struct np_scenario_error - why a mail or a scenario was refused.
 * @code: the -errno that the failing function returned
 * @line: line in the text that was given, from 1; 0 when the error belongs to no line
 * @column: column in @text, from 1; 0 when the error belongs to no column
 * @width: how many columns the offending word takes, at least 1
 * @text: the line itself, without quote marks and decoded; a window of it when it is long
 * @message: what is wrong, one sentence, without a newline
 * @nearest: the nearest known name, or an empty string
 *
 * Plain data: copy it, keep it, nothing to free.
 */
struct np_scenario_error {
	int code;
	unsigned int line;
	unsigned int column;
	unsigned int width;
	char text[128];
	char message[320];
	char nearest[64];
};

/*
 * np_scenario_error_set() - fill in code and message; forget the place and the nearest name.
 * @error: caller's memory
 * @code: negative errno
 * @format: printf format of the message
 *
 * Return: @code, so that a caller may write "return np_scenario_error_set(...)".
 */
int np_scenario_error_set(struct np_scenario_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* np_scenario_error_vset() - np_scenario_error_set() for an argument list. */
int np_scenario_error_vset(struct np_scenario_error *error, int code, const char *format,
			   va_list arguments) __attribute__((format(printf, 3, 0)));

/*
 * np_scenario_error_place() - add where it happened.
 * @error: error with a message
 * @line: line number in the text that was given
 * @text: the line
 * @len: its length
 * @offset: where in @text the offending word begins, at most @len
 * @width: length of the offending word
 *
 * A line longer than the error can hold is shown as a window around the word.
 */
void np_scenario_error_place(struct np_scenario_error *error, unsigned int line, const char *text,
			     size_t len, size_t offset, size_t width);

/*
 * np_scenario_error_print() - message, nearest name, the line and a caret.
 * @out: where to
 * @file: name to print in front, NULL for "-"
 * @error: filled-in error
 */
void np_scenario_error_print(FILE *out, const char *file, const struct np_scenario_error *error);

/*
 * struct np_nearest - search for the known name that resembles an unknown one.
 * @word: the unknown name, @len bytes
 * @best: nearest name offered so far, or NULL
 * @distance: its edit distance
 */
struct np_nearest {
	const char *word;
	size_t len;
	const char *best;
	size_t distance;
};

/*
 * np_nearest_init() - start a search.
 * @nearest: caller's memory
 * @word: the unknown name, needs no NUL
 * @len: its length
 */
void np_nearest_init(struct np_nearest *nearest, const char *word, size_t len);

/*
 * np_nearest_offer() - offer one known name; the first of equally near names wins.
 * @nearest: search
 * @name: known name, which must outlive the search; NULL is ignored
 */
void np_nearest_offer(struct np_nearest *nearest, const char *name);

/*
 * np_nearest_name() - the result.
 * @nearest: search
 *
 * Return: the nearest name, or NULL when none resembles the word (more than a third differs).
 */
const char *np_nearest_name(const struct np_nearest *nearest);

/*
 * np_scenario_error_nearest() - put the result of a search into an error.
 * @error: error with a message
 * @nearest: search
 */
void np_scenario_error_nearest(struct np_scenario_error *error, const struct np_nearest *nearest);

#endif /* NP_SIM_SCENARIO_ERROR_H */
