/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Expressions: from the weakest operator, ||, down to numbers and queries. */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>

#include "assure.h"

int np_parse_node(struct np_parser *parser, enum np_operator op, int left, int right, int *node)
{
	struct np_scenario *scenario = parser->scenario;
	int err = NP_PARSE_GROW(parser, expressions, nr_expressions);

	if (err)
		return err;
	*node = (int)scenario->nr_expressions;
	scenario->expressions[scenario->nr_expressions++] =
		(struct np_scenario_expression){ .op = op, .left = left, .right = right };
	return 0;
}

static int parse_query_argument(struct np_parser *parser, const struct np_vocabulary_query *query,
				unsigned int i, struct np_scenario_argument *argument)
{
	struct np_piece name = np_parse_token(parser);
	char user[96];
	int err;

	if (parser->lexer.token.kind == NP_TOKEN_CLOSE)
		return np_parse_fail(parser, name, "%s() takes %u argument%s", query->name,
				     query->arguments, query->arguments == 1 ? "" : "s");
	snprintf(user, sizeof(user), "`%s` of %s()", query->argument[i].name, query->name);
	err = np_parse_expect(parser, NP_TOKEN_NAME, user);
	if (err)
		return err;
	return np_parse_object(parser, name, query->argument[i].accepts, user, &argument->object);
}

static int no_such_query(struct np_parser *parser, struct np_piece name)
{
	struct np_nearest nearest;
	size_t i;

	np_nearest_init(&nearest, np_piece_text(parser, name), name.len);
	for (i = 0; i < NP_QUERIES; i++)
		np_nearest_offer(&nearest, np_vocabulary_queries[i].name);
	np_parse_fail(parser, name, "no query `%.*s`", (int)name.len, np_piece_text(parser, name));
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

int np_parse_query(struct np_parser *parser, int *node)
{
	struct np_scenario_argument argument[NP_QUERY_ARGUMENTS_MAX] = { { .object = -1 },
									 { .object = -1 } };
	struct np_piece name = np_parse_token(parser);
	int id = np_vocabulary_find_query(np_piece_text(parser, name), name.len);
	const struct np_vocabulary_query *query;
	unsigned int i;
	int err;

	if (id < 0)
		return no_such_query(parser, name);
	query = &np_vocabulary_queries[id];
	np_lex_next(&parser->lexer);
	err = np_parse_expect(parser, NP_TOKEN_OPEN, "`(` behind a query");
	for (i = 0; !err && i < query->arguments; i++) {
		if (i && parser->lexer.token.kind != NP_TOKEN_CLOSE)
			err = np_parse_expect(parser, NP_TOKEN_COMMA, "`,`");
		if (!err)
			err = parse_query_argument(parser, query, i, &argument[i]);
	}
	if (err)
		return err;
	if (parser->lexer.token.kind == NP_TOKEN_COMMA ||
	    (!query->arguments && parser->lexer.token.kind == NP_TOKEN_NAME))
		return np_parse_fail(parser, np_parse_token(parser), "%s() takes %u argument%s",
				     query->name, query->arguments,
				     query->arguments == 1 ? "" : "s");
	err = np_parse_expect(parser, NP_TOKEN_CLOSE, "`)`");
	if (!err)
		err = np_parse_node(parser, NP_OPERATOR_QUERY, -1, -1, node);
	if (err)
		return err;
	parser->scenario->expressions[*node].query = (enum np_query)id;
	for (i = 0; i < NP_QUERY_ARGUMENTS_MAX; i++)
		parser->scenario->expressions[*node].argument[i] = argument[i];
	return 0;
}

static int parse_literal(struct np_parser *parser, int64_t number, const char *word, int *node)
{
	int err = np_parse_node(parser, NP_OPERATOR_NUMBER, -1, -1, node);

	if (err)
		return err;
	parser->scenario->expressions[*node].number = number;
	parser->scenario->expressions[*node].word = word;
	np_lex_next(&parser->lexer);
	return 0;
}

static int parse_name(struct np_parser *parser, int *node)
{
	struct np_piece name = np_parse_token(parser);
	const char *text = np_piece_text(parser, name);
	int constant = np_vocabulary_find_constant(text, name.len);
	struct np_lexer ahead = parser->lexer;

	if (constant >= 0)
		return parse_literal(parser, np_vocabulary_constants[constant].number,
				     np_vocabulary_constants[constant].name, node);
	np_lex_next(&ahead);
	if (ahead.token.kind == NP_TOKEN_OPEN)
		return np_parse_query(parser, node);
	if (np_vocabulary_find_query(text, name.len) >= 0)
		return np_parse_fail(parser, name, "`%.*s` is a query: `%.*s(...)`", (int)name.len,
				     text, (int)name.len, text);
	return np_parse_fail(parser, name,
			     "`%.*s` is no constant, and only queries are asked about objects",
			     (int)name.len, text);
}

static int parse_unary(struct np_parser *parser, int *node);

static int parse_primary(struct np_parser *parser, int *node)
{
	int err;

	switch (parser->lexer.token.kind) {
	case NP_TOKEN_NUMBER:
		return parse_literal(parser, parser->lexer.token.number, NULL, node);
	case NP_TOKEN_NAME:
		return parse_name(parser, node);
	case NP_TOKEN_OPEN:
		np_lex_next(&parser->lexer);
		err = np_parse_expression(parser, node);
		return err ? err : np_parse_expect(parser, NP_TOKEN_CLOSE, "`)`");
	default:
		return np_parse_expect(parser, NP_TOKEN_NAME, "a number, a query or `(`");
	}
}

static int parse_unary(struct np_parser *parser, int *node)
{
	enum np_token_kind kind = parser->lexer.token.kind;
	int operand, err;

	if (parser->depth == NP_NESTING_MAX)
		return np_parse_fail(parser, np_parse_token(parser),
				     "more than %d parentheses and signs within each other",
				     NP_NESTING_MAX);
	parser->depth++;
	if (kind == NP_TOKEN_NOT || kind == NP_TOKEN_MINUS) {
		np_lex_next(&parser->lexer);
		err = parse_unary(parser, &operand);
		if (!err)
			err = np_parse_node(
				parser, kind == NP_TOKEN_NOT ? NP_OPERATOR_NOT : NP_OPERATOR_NEGATE,
				operand, -1, node);
	} else {
		err = parse_primary(parser, node);
	}
	parser->depth--;
	return err;
}

int np_parse_sum(struct np_parser *parser, int *root)
{
	int err = parse_unary(parser, root);

	while (!err && (parser->lexer.token.kind == NP_TOKEN_PLUS ||
			parser->lexer.token.kind == NP_TOKEN_MINUS)) {
		enum np_operator op = parser->lexer.token.kind == NP_TOKEN_PLUS ?
					      NP_OPERATOR_ADD :
					      NP_OPERATOR_SUBTRACT;
		int left = *root, right;

		np_lex_next(&parser->lexer);
		err = parse_unary(parser, &right);
		if (!err)
			err = np_parse_node(parser, op, left, right, root);
	}
	return err;
}

enum np_operator np_parse_comparison(enum np_token_kind kind)
{
	switch (kind) {
	case NP_TOKEN_EQUAL:
		return NP_OPERATOR_EQUAL;
	case NP_TOKEN_NOT_EQUAL:
		return NP_OPERATOR_NOT_EQUAL;
	case NP_TOKEN_LESS:
		return NP_OPERATOR_LESS;
	case NP_TOKEN_LESS_EQUAL:
		return NP_OPERATOR_LESS_EQUAL;
	case NP_TOKEN_GREATER:
		return NP_OPERATOR_GREATER;
	case NP_TOKEN_GREATER_EQUAL:
		return NP_OPERATOR_GREATER_EQUAL;
	default:
		return NP_OPERATOR_NUMBER;
	}
}

static int parse_comparison(struct np_parser *parser, int *root)
{
	int left, right, err = np_parse_sum(parser, root);
	enum np_operator op = np_parse_comparison(parser->lexer.token.kind);

	if (err || op == NP_OPERATOR_NUMBER)
		return err;
	left = *root;
	np_lex_next(&parser->lexer);
	err = np_parse_sum(parser, &right);
	if (!err)
		err = np_parse_node(parser, op, left, right, root);
	if (err || np_parse_comparison(parser->lexer.token.kind) == NP_OPERATOR_NUMBER)
		return err;
	return np_parse_fail(parser, np_parse_token(parser),
			     "comparisons are joined by && and ||, not by each other");
}

static int parse_and(struct np_parser *parser, int *root)
{
	int err = parse_comparison(parser, root);

	while (!err && parser->lexer.token.kind == NP_TOKEN_AND) {
		int left = *root, right;

		np_lex_next(&parser->lexer);
		err = parse_comparison(parser, &right);
		if (!err)
			err = np_parse_node(parser, NP_OPERATOR_AND, left, right, root);
	}
	return err;
}

int np_parse_expression(struct np_parser *parser, int *root)
{
	int err = parse_and(parser, root);

	while (!err && parser->lexer.token.kind == NP_TOKEN_OR) {
		int left = *root, right;

		np_lex_next(&parser->lexer);
		err = parse_and(parser, &right);
		if (!err)
			err = np_parse_node(parser, NP_OPERATOR_OR, left, right, root);
	}
	return err;
}

static int no_questions(void *context, const struct np_scenario_expression *leaf, int64_t *answer)
{
	(void)context;
	(void)leaf;
	*answer = 0;
	return -EINVAL;
}

int np_parse_number(struct np_parser *parser, int64_t minimum, int64_t maximum, const char *user,
		    struct np_scenario_argument *argument)
{
	size_t from = parser->lexer.token.offset;
	struct np_piece piece;
	int root, err = np_parse_sum(parser, &root);

	if (err)
		return err;
	piece = np_parse_since(parser, from);
	err = np_scenario_evaluate(parser->scenario, root, no_questions, NULL, &argument->number);
	if (err == -EINVAL)
		return np_parse_fail(parser, piece, "%s is a number, which no query can give",
				     user);
	if (err || argument->number < minimum || argument->number > maximum)
		return np_parse_fail(parser, piece, "%s is a number from %" PRId64 " to %" PRId64,
				     user, minimum, maximum);
	argument->object = -1;
	argument->word = np_parse_copy(parser, piece, true);
	return argument->word ? 0 : np_parse_out_of_memory(parser);
}
