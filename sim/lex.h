/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_LEX_H
#define NP_SIM_LEX_H

#include <stddef.h>
#include <stdint.h>

enum np_token_kind {
	NP_TOKEN_END,
	NP_TOKEN_NAME,
	NP_TOKEN_NUMBER,
	NP_TOKEN_OR,		/* || */
	NP_TOKEN_AND,		/* && */
	NP_TOKEN_NOT,		/* ! */
	NP_TOKEN_EQUAL,		/* == */
	NP_TOKEN_NOT_EQUAL,	/* != */
	NP_TOKEN_LESS,		/* < */
	NP_TOKEN_LESS_EQUAL,	/* <= */
	NP_TOKEN_GREATER,	/* > */
	NP_TOKEN_GREATER_EQUAL, /* >= */
	NP_TOKEN_PLUS,
	NP_TOKEN_MINUS,
	NP_TOKEN_OPEN,
	NP_TOKEN_CLOSE,
	NP_TOKEN_COMMA,
	NP_TOKEN_COLON,
	NP_TOKEN_ASSIGN,      /* = */
	NP_TOKEN_ARROW,	      /* => */
	NP_TOKEN_BAD_NUMBER,  /* "12x" */
	NP_TOKEN_HUGE_NUMBER, /* does not fit into 64 bits */
	NP_TOKEN_BAD,	      /* a character that means nothing */
};

/** struct np_token - one token; @offset and @len are its place in the text. */
struct np_token {
	enum np_token_kind kind;
	size_t offset;
	size_t len;
	int64_t number;
};

/** struct np_lexer - a text and its current token. */
struct np_lexer {
	const char *text;
	size_t len;
	size_t at;
	struct np_token token;
};

/**
 * np_lex_init - begin to read a text, and read its first token
 * @lexer: caller's memory
 * @text: the text, which must outlive @lexer
 * @len: its length
 */
void np_lex_init(struct np_lexer *lexer, const char *text, size_t len);

/**
 * np_lex_next - go on to the next token; at the end the current one stays NP_TOKEN_END
 * @lexer: initialised lexer
 */
void np_lex_next(struct np_lexer *lexer);

/**
 * np_lex_number - read a number: decimal, or hexadecimal with 0x
 * @text: digits
 * @len: their number
 * @number: receives it
 *
 * Return: 0; -EINVAL if it is not a number; -ERANGE if it does not fit.
 */
int np_lex_number(const char *text, size_t len, int64_t *number);

#endif /* NP_SIM_LEX_H */
