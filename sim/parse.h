/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Private to the parser: parse.c and its parts. */
#ifndef NP_SIM_PARSE_H
#define NP_SIM_PARSE_H

#include <stddef.h>

#include "lex.h"
#include "scenario.h"

/**
 * struct np_parser - a scenario while it is being read
 * @block: what is read
 * @scenario: what it becomes
 * @error: where to complain
 * @statement: index of the statement that is being read
 * @lexer: its tokens, where it is read by tokens
 * @depth: how deep the expression is nested just now
 * @function: the function whose expectations are being read, or NP_STEPS: results are not allowed
 * @running: whether a step has been seen
 */
struct np_parser {
	const struct np_block *block;
	struct np_scenario *scenario;
	struct np_scenario_error *error;
	size_t statement;
	struct np_lexer lexer;
	unsigned int depth;
	enum np_step function;
	bool running;
};

/** struct np_piece - a part of the current statement's text. */
struct np_piece {
	size_t offset;
	size_t len;
};

/* The text of a piece. */
const char *np_piece_text(const struct np_parser *parser, struct np_piece piece);

/**
 * np_parse_fail - complain about a piece of the current statement
 * @parser: parser
 * @piece: what is wrong
 * @format: message
 *
 * Return: -EINVAL.
 */
int np_parse_fail(struct np_parser *parser, struct np_piece piece, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Complain that there is no more memory. Return: -ENOMEM. */
int np_parse_out_of_memory(struct np_parser *parser);

/* Copy of a piece, without blanks where @squeeze says so; NULL without memory. */
const char *np_parse_copy(struct np_parser *parser, struct np_piece piece, bool squeeze);

/* The place of the current token, and of everything from @from up to the current token. */
struct np_piece np_parse_token(const struct np_parser *parser);
struct np_piece np_parse_since(const struct np_parser *parser, size_t from);

/**
 * np_parse_expect - go past a token that must be there
 * @parser: parser
 * @kind: the token
 * @what: for the message: "`(` behind the function"
 *
 * Return: 0 or -EINVAL.
 */
int np_parse_expect(struct np_parser *parser, enum np_token_kind kind, const char *what);

/* The next word, between blanks, from @at on; false at the end. @at moves behind it. */
bool np_parse_word(const struct np_parser *parser, size_t *at, struct np_piece *word);

/**
 * np_parse_new_object - make an object with the name in a piece
 * @parser: parser
 * @name: the name, which must be well-formed and new
 * @kind: what it is
 * @declaration: index, or -1
 * @step: index, or -1
 * @object: receives its index
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int np_parse_new_object(struct np_parser *parser, struct np_piece name, enum np_object_kind kind,
			int declaration, int step, int *object);

/**
 * np_parse_object - find the object that a piece names
 * @parser: parser
 * @name: the name
 * @accepts: set of NP_ACCEPT(kind)
 * @user: what wants the object, for the message: "`nic` of rx()"
 * @object: receives its index
 *
 * Return: 0 or -EINVAL.
 */
int np_parse_object(struct np_parser *parser, struct np_piece name, unsigned int accepts,
		    const char *user, int *object);

/**
 * np_parse_expression - read a condition, up to the first token that is no part of it
 * @parser: parser
 * @root: receives the index of its root
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int np_parse_expression(struct np_parser *parser, int *root);

/* The same for a sum, which has no comparison in it. */
int np_parse_sum(struct np_parser *parser, int *root);

/* One query with its arguments; the current token is its name. */
int np_parse_query(struct np_parser *parser, int *node);

/* A new node of a tree; the caller fills in what @op needs. */
int np_parse_node(struct np_parser *parser, enum np_operator op, int left, int right, int *node);

/* Comparison that a token stands for, or NP_OPERATOR_NUMBER for none. */
enum np_operator np_parse_comparison(enum np_token_kind kind);

/**
 * np_parse_number - read a sum of constants
 * @parser: parser
 * @minimum: smallest number allowed
 * @maximum: largest
 * @user: for the message: "`order` of alloc_pages()"
 * @argument: receives number and word
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int np_parse_number(struct np_parser *parser, int64_t minimum, int64_t maximum, const char *user,
		    struct np_scenario_argument *argument);

/* Statements, by how they begin. @keyword is the piece of their first word. */
int np_parse_declaration(struct np_parser *parser, enum np_declaration kind,
			 struct np_piece keyword);
int np_parse_step(struct np_parser *parser);
int np_parse_at(struct np_parser *parser, struct np_piece keyword);

/* Room for one more in an array of the scenario, or np_parse_out_of_memory(). */
#define NP_PARSE_GROW(parser, array, count)                                                        \
	np_parse_grow((parser), (void **)&(parser)->scenario->array, (parser)->scenario->count,    \
		      sizeof(*(parser)->scenario->array))
int np_parse_grow(struct np_parser *parser, void **array, size_t count, size_t size);

#endif /* NP_SIM_PARSE_H */
