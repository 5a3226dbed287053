/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_MAIL_LINE_H
#define NP_SIM_MAIL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "normalise.h"

/** struct np_raw_line - one line of a mail as it came, without its newline. */
struct np_raw_line {
	const char *text;
	size_t len;
	unsigned int number;
};

/** struct np_header - the line `netpage VERSION NAME` */
struct np_header {
	struct np_raw_line raw;
	unsigned int depth;    /* quote marks in front of it */
	bool quoted_printable; /* could be read that way only */
	unsigned int version;
	bool complete;		/* exactly three words, the last one a name */
	char text[NP_LINE_MAX]; /* decoded, unquoted, without outer blanks */
	size_t len;
	size_t name; /* offset of NAME in text */
};

/**
 * np_raw_line_next - the next line of a mail
 * @mail: search, whose position and line number move on
 * @raw: receives the line
 *
 * CR, LF and CRLF end a line.
 *
 * Return: false at the end of the mail.
 */
bool np_raw_line_next(struct np_mail *mail, struct np_raw_line *raw);

/**
 * np_raw_line_is_soft - whether a line ends in a soft line break of quoted-printable
 * @raw: the line
 * @len: receives the length in front of `=`, or of the whole line
 */
bool np_raw_line_is_soft(const struct np_raw_line *raw, size_t *len);

/**
 * np_line_decode - decode one line
 * @text: the line
 * @len: its length, at most NP_LINE_MAX
 * @quoted_printable: decode that as well
 * @line: receives the text, NP_LINE_MAX bytes
 *
 * Return: the length, without trailing blanks.
 */
size_t np_line_decode(const char *text, size_t len, bool quoted_printable, char *line);

/**
 * np_line_unquote - how much of a line is quote marks
 * @text: decoded line
 * @len: its length
 * @depth: the most marks to take off
 * @skip: receives the bytes they take, with one blank behind the last
 *
 * Return: marks found, at most @depth.
 */
unsigned int np_line_unquote(const char *text, size_t len, unsigned int depth, size_t *skip);

/**
 * np_line_is_header - whether a line begins a scenario
 * @raw: the line
 * @header: receives what was found
 *
 * Return: true for `netpage` and a number with nothing but quote marks in front; whether the rest
 * is as it should be is in @header->complete.
 */
bool np_line_is_header(const struct np_raw_line *raw, struct np_header *header);

/**
 * np_line_is_end - whether a line ends a scenario
 * @raw: the line
 * @depth: quote marks of the header
 */
bool np_line_is_end(const struct np_raw_line *raw, unsigned int depth);

#endif /* NP_SIM_MAIL_LINE_H */
