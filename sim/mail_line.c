/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "mail_line.h"

#include <string.h>

#include "assure.h"
#include "decode.h"

#define VERSION_DIGITS_MAX 6
#define QUOTE_DEPTH_MAX 64

/* memmem() is no part of C, nor of POSIX. */
static bool contains(const struct np_raw_line *raw, const char *word)
{
	size_t width = strlen(word), i;

	for (i = 0; i + width <= raw->len; i++) {
		if (raw->text[i] == word[0] && !memcmp(raw->text + i, word, width))
			return true;
	}
	return false;
}

bool np_raw_line_next(struct np_mail *mail, struct np_raw_line *raw)
{
	const char *begin = mail->bytes + mail->position;
	size_t left = mail->len - mail->position;
	size_t len = 0;

	np_assure(mail->position <= mail->len);
	if (!left)
		return false;
	while (len < left && begin[len] != '\n' && begin[len] != '\r')
		len++;
	raw->text = begin;
	raw->len = len;
	raw->number = ++mail->line;
	if (len < left)
		len += len + 1 < left && begin[len] == '\r' && begin[len + 1] == '\n' ? 2 : 1;
	mail->position += len;
	return true;
}

bool np_raw_line_is_soft(const struct np_raw_line *raw, size_t *len)
{
	*len = raw->len;
	while (*len && (raw->text[*len - 1] == ' ' || raw->text[*len - 1] == '\t'))
		(*len)--;
	if (!*len || raw->text[*len - 1] != '=')
		return false;
	(*len)--;
	return true;
}

size_t np_line_decode(const char *text, size_t len, bool quoted_printable, char *line)
{
	np_assure(len <= NP_LINE_MAX);
	memcpy(line, text, len);
	if (quoted_printable)
		len = np_decode_quoted_printable(line, len);
	len = np_decode_characters(line, len);
	while (len && line[len - 1] == ' ')
		len--;
	return len;
}

unsigned int np_line_unquote(const char *text, size_t len, unsigned int depth, size_t *skip)
{
	unsigned int marks = 0;
	size_t i = 0;

	*skip = 0;
	while (marks < depth) {
		while (i < len && text[i] == ' ')
			i++;
		if (i == len || text[i] != '>')
			break;
		marks++;
		i++;
		*skip = i;
	}
	if (*skip && *skip < len && text[*skip] == ' ')
		(*skip)++;
	return marks;
}

static bool is_name(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (!i || c < '0' || c > '9'))
			return false;
	}
	return len > 0;
}

static size_t blanks(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] == ' ')
		i++;
	return i;
}

/* "netpage 1 NAME" in header->text; false when it is something else altogether. */
static bool parse_header(struct np_header *header)
{
	const char *text = header->text;
	size_t at = strlen("netpage"), gap, digits = 0;

	if (header->len <= at || memcmp(text, "netpage", at))
		return false;
	gap = blanks(text + at, header->len - at);
	at += gap;
	header->version = 0;
	while (at < header->len && digits < VERSION_DIGITS_MAX && text[at] >= '0' &&
	       text[at] <= '9') {
		header->version = header->version * 10 + (unsigned int)(text[at++] - '0');
		digits++;
	}
	if (!gap || !digits || (at < header->len && text[at] != ' '))
		return false;
	header->name = at + blanks(text + at, header->len - at);
	header->complete = is_name(text + header->name, header->len - header->name);
	return true;
}

static bool decode_header(const struct np_raw_line *raw, bool quoted_printable,
			  struct np_header *header)
{
	size_t len = np_line_decode(raw->text, raw->len, quoted_printable, header->text);
	size_t skip;

	header->depth = np_line_unquote(header->text, len, QUOTE_DEPTH_MAX, &skip);
	skip += blanks(header->text + skip, len - skip);
	header->len = len - skip;
	memmove(header->text, header->text + skip, header->len);
	header->quoted_printable = quoted_printable;
	header->raw = *raw;
	return parse_header(header);
}

bool np_line_is_header(const struct np_raw_line *raw, struct np_header *header)
{
	bool plain;

	/* Nearly no line gets further than this. */
	if (raw->len > NP_LINE_MAX || !contains(raw, "netpage"))
		return false;
	plain = decode_header(raw, false, header);
	if (plain && header->complete)
		return true;
	if (memchr(raw->text, '=', raw->len) && decode_header(raw, true, header) &&
	    header->complete)
		return true;
	return plain && decode_header(raw, false, header);
}

bool np_line_is_end(const struct np_raw_line *raw, unsigned int depth)
{
	char line[NP_LINE_MAX];
	int pass;

	if (raw->len > NP_LINE_MAX || !contains(raw, "end"))
		return false;
	for (pass = 0; pass < 2; pass++) {
		size_t len = np_line_decode(raw->text, raw->len, pass, line);
		size_t skip;

		/* The very last soft line break, of a mail that ends here. */
		if (pass && len && line[len - 1] == '=')
			len--;
		if (np_line_unquote(line, len, depth, &skip) < depth)
			continue;
		skip += blanks(line + skip, len - skip);
		if (len - skip == 3 && !memcmp(line + skip, "end", 3))
			return true;
	}
	return false;
}
