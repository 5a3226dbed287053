/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "lex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

int np_lex_number(const char *text, size_t len, int64_t *number)
{
	int base = len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	size_t i = base == 16 ? 2 : 0;
	bool overflow = false;

	*number = 0;
	if (!len)
		return -EINVAL;
	for (; i < len; i++) {
		int digit = digit_value(text[i]);

		if (digit >= base)
			return -EINVAL;
		overflow |= __builtin_mul_overflow(*number, base, number);
		overflow |= __builtin_add_overflow(*number, digit, number);
	}
	return overflow ? -ERANGE : 0;
}

static void lex_word(struct np_lexer *lexer, struct np_token *token)
{
	size_t end = lexer->at;

	while (end < lexer->len && is_name_character(lexer->text[end]))
		end++;
	token->len = end - lexer->at;
	if (!is_digit(lexer->text[lexer->at])) {
		token->kind = NP_TOKEN_NAME;
		return;
	}
	switch (np_lex_number(lexer->text + lexer->at, token->len, &token->number)) {
	case 0:
		token->kind = NP_TOKEN_NUMBER;
		break;
	case -ERANGE:
		token->kind = NP_TOKEN_HUGE_NUMBER;
		break;
	default:
		token->kind = NP_TOKEN_BAD_NUMBER;
		break;
	}
}

/* Longer ones first. */
static const struct {
	const char *text;
	enum np_token_kind kind;
} marks[] = {
	{ "||", NP_TOKEN_OR },	       { "&&", NP_TOKEN_AND },
	{ "==", NP_TOKEN_EQUAL },      { "!=", NP_TOKEN_NOT_EQUAL },
	{ "<=", NP_TOKEN_LESS_EQUAL }, { ">=", NP_TOKEN_GREATER_EQUAL },
	{ "=>", NP_TOKEN_ARROW },      { "!", NP_TOKEN_NOT },
	{ "<", NP_TOKEN_LESS },	       { ">", NP_TOKEN_GREATER },
	{ "+", NP_TOKEN_PLUS },	       { "-", NP_TOKEN_MINUS },
	{ "(", NP_TOKEN_OPEN },	       { ")", NP_TOKEN_CLOSE },
	{ ",", NP_TOKEN_COMMA },       { ":", NP_TOKEN_COLON },
	{ "=", NP_TOKEN_ASSIGN },
};

static void lex_mark(struct np_lexer *lexer, struct np_token *token)
{
	size_t left = lexer->len - lexer->at;
	size_t i;

	token->kind = NP_TOKEN_BAD;
	token->len = 1;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t len = strlen(marks[i].text);

		if (len <= left && !memcmp(lexer->text + lexer->at, marks[i].text, len)) {
			token->kind = marks[i].kind;
			token->len = len;
			return;
		}
	}
}

void np_lex_next(struct np_lexer *lexer)
{
	struct np_token *token = &lexer->token;

	while (lexer->at < lexer->len && lexer->text[lexer->at] == ' ')
		lexer->at++;
	*token = (struct np_token){ .kind = NP_TOKEN_END, .offset = lexer->at };
	if (lexer->at == lexer->len)
		return;
	if (is_name_character(lexer->text[lexer->at]))
		lex_word(lexer, token);
	else
		lex_mark(lexer, token);
	lexer->at += token->len;
}

void np_lex_init(struct np_lexer *lexer, const char *text, size_t len)
{
	*lexer = (struct np_lexer){ .text = text, .len = len };
	np_lex_next(lexer);
}
