/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "wrap.h"

#include <errno.h>
#include <string.h>

#include "vocabulary.h"

#define INDENT 8

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

enum np_line_kind np_line_kind(const char *text, size_t len)
{
	size_t begin = 0, end;

	while (begin < len && text[begin] == ' ')
		begin++;
	if (begin == len)
		return NP_LINE_BLANK;
	if (text[begin] == '#')
		return NP_LINE_COMMENT;
	end = begin;
	while (end < len && is_name_character(text[end]))
		end++;
	if (end == begin)
		return NP_LINE_OTHER;
	if (end < len && text[end] == ':' && !(text[begin] >= '0' && text[begin] <= '9'))
		return NP_LINE_ACTOR;
	if ((end < len && text[end] != ' ') || !np_vocabulary_is_keyword(text + begin, end - begin))
		return NP_LINE_OTHER;
	return NP_LINE_KEYWORD;
}

bool np_line_awaits_actor(const char *text, size_t len)
{
	while (len && *text == ' ') {
		text++;
		len--;
	}
	return len > 2 && !memcmp(text, "at ", 3) && !memchr(text, ':', len);
}

struct word {
	const char *text;
	size_t len;
};

/* The next word of @rest, which moves on; false at the end. */
static bool next_word(struct word *rest, struct word *word)
{
	while (rest->len && *rest->text == ' ') {
		rest->text++;
		rest->len--;
	}
	word->text = rest->text;
	word->len = 0;
	while (rest->len && *rest->text != ' ') {
		rest->text++;
		rest->len--;
		word->len++;
	}
	return word->len > 0;
}

static bool may_break_before(const char *statement, const struct word *word)
{
	if (word->text[0] == '>')
		return false;
	switch (np_line_kind(word->text, word->len)) {
	case NP_LINE_OTHER:
		return true;
	case NP_LINE_ACTOR:
		return np_line_awaits_actor(statement, (size_t)(word->text - statement));
	default:
		return false;
	}
}

/* Columns of @word and of those behind it that must stay on its line. */
static size_t unit_width(const char *statement, const struct word *word, struct word rest)
{
	struct word next;
	size_t width = word->len;

	while (next_word(&rest, &next) && !may_break_before(statement, &next))
		width += 1 + next.len;
	return width;
}

int np_wrap(FILE *out, const char *text, size_t len)
{
	struct word rest = { text, len }, word;
	bool comment = np_line_kind(text, len) == NP_LINE_COMMENT;
	bool first = true;
	size_t column = 0;
	int err = 0;

	while (next_word(&rest, &word)) {
		bool may_break = column && !comment && may_break_before(text, &word);
		size_t unit = may_break || !column ? unit_width(text, &word, rest) : word.len;

		if (may_break && column + 1 + unit > NP_COLUMNS) {
			/* A long unit goes further to the left than the others. */
			column = unit + INDENT <= NP_COLUMNS ? INDENT :
				 unit <= NP_COLUMNS	     ? NP_COLUMNS - unit :
							       0;
			fprintf(out, "\n%*s", (int)column, "");
		} else if (column) {
			fputc(' ', out);
			column++;
		}
		fwrite(word.text, 1, word.len, out);
		column += word.len;
		/* The first words make a column of their own. */
		if (first && !comment && rest.len && column < INDENT - 1) {
			fprintf(out, "%*s", (int)(INDENT - 1 - column), "");
			column = INDENT - 1;
		}
		first = false;
		if (column > NP_COLUMNS)
			err = -E2BIG;
	}
	fputc('\n', out);
	return err;
}

void np_wrap_end(FILE *out, bool below_comment)
{
	fputs(below_comment ? "\nend\n" : "end\n", out);
}
