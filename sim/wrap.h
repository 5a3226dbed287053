/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_WRAP_H
#define NP_SIM_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Columns of a line, so that a mail program leaves it alone. */
#define NP_COLUMNS 72
/** Columns of a comment behind its `#`, so that it stays whole when it is quoted twice. */
#define NP_COMMENT_COLUMNS 66
/** Mail programs wrap no line that is shorter than this. */
#define NP_WRAPPED_MIN 66

/** What a line is by how it begins. */
enum np_line_kind {
	NP_LINE_BLANK,
	NP_LINE_COMMENT,
	NP_LINE_KEYWORD,
	NP_LINE_ACTOR, /* NAME: */
	NP_LINE_OTHER, /* belongs to the line above */
};

/**
 * np_line_kind - what a line is
 * @text: the line, needs no NUL
 * @len: its length
 *
 * A keyword is one only in front of a blank or at the end: `page=q` is no declaration.
 */
enum np_line_kind np_line_kind(const char *text, size_t len);

/**
 * np_line_awaits_actor - whether a line that begins with `NAME:` still belongs to the statement
 * @text: the statement so far
 * @len: its length
 *
 * That is so within `at POINT ACTOR: ...`, in front of its actor.
 */
bool np_line_awaits_actor(const char *text, size_t len);

/**
 * np_wrap - print one statement in lines of at most NP_COLUMNS
 * @out: where to
 * @text: the statement; runs of blanks count as one
 * @len: its length
 *
 * A line is never broken where the next one would be taken for a statement or a quotation.
 * Comments are not broken.
 *
 * Return: 0, or -E2BIG when a part without a blank is too long; the text is printed all the same.
 */
int np_wrap(FILE *out, const char *text, size_t len);

/**
 * np_wrap_end - print the line that ends a scenario
 * @out: where to
 * @below_comment: the statement above is a comment, of which `end` must not look like a part
 */
void np_wrap_end(FILE *out, bool below_comment);

#endif /* NP_SIM_WRAP_H */
