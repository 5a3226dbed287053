/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Steps: ACTOR: function(arguments) => expectations, and the same behind `at`. */
#include "parse.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static int wrong_count(struct np_parser *parser, struct np_piece piece,
		       const struct np_vocabulary_step *row)
{
	if (!row->arguments_max)
		return np_parse_fail(parser, piece, "%s() takes no arguments", row->name);
	if (row->arguments_min == row->arguments_max)
		return np_parse_fail(parser, piece, "%s() takes %u argument%s", row->name,
				     row->arguments_min, row->arguments_min == 1 ? "" : "s");
	return np_parse_fail(parser, piece, "%s() takes %u to %u arguments", row->name,
			     row->arguments_min, row->arguments_max);
}

static int parse_argument(struct np_parser *parser, const struct np_vocabulary_step *row,
			  unsigned int i, struct np_scenario_argument *value)
{
	const struct np_vocabulary_argument *argument = np_vocabulary_argument_at(row, i);
	struct np_piece piece = np_parse_token(parser);
	unsigned int kind = 0;
	char user[96];
	int err;

	snprintf(user, sizeof(user), "`%s` of %s()", argument->name, row->name);
	if (argument->accepts & NP_ACCEPT_NUMBER)
		return np_parse_number(parser, argument->minimum, argument->maximum, user, value);
	err = np_parse_expect(parser, NP_TOKEN_NAME, user);
	if (err)
		return err;
	if (!(argument->accepts & NP_ACCEPT_NEW))
		return np_parse_object(parser, piece, argument->accepts, user, &value->object);
	while (!(argument->accepts & NP_ACCEPT(kind)))
		kind++;
	return np_parse_new_object(parser, piece, (enum np_object_kind)kind, -1,
				   (int)parser->scenario->nr_steps, &value->object);
}

static int parse_arguments(struct np_parser *parser, struct np_scenario_step *step)
{
	const struct np_vocabulary_step *row = &np_vocabulary_steps[step->function];
	int err = np_parse_expect(parser, NP_TOKEN_OPEN, "`(` behind the function");

	while (!err && parser->lexer.token.kind != NP_TOKEN_CLOSE) {
		if (step->nr_arguments)
			err = np_parse_expect(parser, NP_TOKEN_COMMA, "`,` or `)`");
		if (!err && step->nr_arguments == row->arguments_max)
			return wrong_count(parser, np_parse_token(parser), row);
		if (!err)
			err = parse_argument(parser, row, step->nr_arguments,
					     &step->argument[step->nr_arguments]);
		step->nr_arguments++;
	}
	if (err)
		return err;
	if (step->nr_arguments < row->arguments_min)
		return wrong_count(parser, np_parse_token(parser), row);
	return np_parse_expect(parser, NP_TOKEN_CLOSE, "`)`");
}

static int no_such_function(struct np_parser *parser, struct np_piece name)
{
	struct np_nearest nearest;
	size_t i;

	np_nearest_init(&nearest, np_piece_text(parser, name), name.len);
	for (i = 0; i < NP_STEPS; i++)
		np_nearest_offer(&nearest, np_vocabulary_steps[i].name);
	np_parse_fail(parser, name, "no function `%.*s`", (int)name.len,
		      np_piece_text(parser, name));
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

/* In softirq and hardirq nothing may sleep: no schedule of a kernel could run such a step. */
static int check_context(struct np_parser *parser, const struct np_scenario_step *step,
			 struct np_piece name)
{
	const struct np_scenario *scenario = parser->scenario;
	const struct np_scenario_object *actor = &scenario->objects[step->actor];
	const struct np_scenario_value *value = scenario->declarations[actor->declaration].value;
	bool softirq = value[NP_ACTOR_ATTR_SOFTIRQ].given;

	if (!np_vocabulary_steps[step->function].sleeps ||
	    (!softirq && !value[NP_ACTOR_ATTR_HARDIRQ].given))
		return 0;
	return np_parse_fail(parser, name, "%s() may sleep, and `%s` is in %s",
			     np_vocabulary_steps[step->function].name, actor->name,
			     softirq ? "softirq" : "hardirq");
}

static int parse_function(struct np_parser *parser, struct np_scenario_step *step)
{
	struct np_piece name = np_parse_token(parser);
	int function, err = np_parse_expect(parser, NP_TOKEN_NAME, "a function");

	if (err)
		return err;
	function = np_vocabulary_find_step(np_piece_text(parser, name), name.len);
	if (function < 0)
		return no_such_function(parser, name);
	step->function = (enum np_step)function;
	err = check_context(parser, step, name);
	return err ? err : parse_arguments(parser, step);
}

static int no_such_result(struct np_parser *parser, const struct np_scenario_step *step,
			  struct np_piece name)
{
	const struct np_vocabulary_step *row = &np_vocabulary_steps[step->function];
	struct np_nearest nearest;
	char list[96] = "";
	size_t used = 0;
	unsigned int i;

	np_nearest_init(&nearest, np_piece_text(parser, name), name.len);
	for (i = 0; i < NP_RESULTS; i++) {
		if (!(row->results & (1u << i)))
			continue;
		np_nearest_offer(&nearest, np_vocabulary_results[i].name);
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
						 used ? ", " : "", np_vocabulary_results[i].name);
	}
	np_parse_fail(parser, name, "%s() has no result `%.*s`, but %s", row->name, (int)name.len,
		      np_piece_text(parser, name), list);
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

/* "frag=p": the result gets a name. */
static int parse_binding(struct np_parser *parser, const struct np_scenario_step *step,
			 struct np_scenario_expectation *item, struct np_piece name)
{
	const struct np_vocabulary_result *row = &np_vocabulary_results[item->result];
	const struct np_scenario *scenario = parser->scenario;
	struct np_piece object;
	size_t i;
	int err;

	for (i = step->first_expectation; i < scenario->nr_expectations; i++) {
		if (scenario->expectations[i].object >= 0 &&
		    scenario->expectations[i].result == item->result)
			item->ordinal++;
	}
	if (item->ordinal && !row->repeats)
		return np_parse_fail(parser, name, "`%s` stands here twice", row->name);
	if (parser->lexer.token.kind != NP_TOKEN_ASSIGN)
		return np_parse_fail(parser, np_parse_token(parser),
				     "`%s` gives a %s its name: `%s=NAME`", row->name,
				     np_vocabulary_objects[row->object].name, row->name);
	np_lex_next(&parser->lexer);
	object = np_parse_token(parser);
	err = np_parse_expect(parser, NP_TOKEN_NAME, "a new name");
	if (err)
		return err;
	return np_parse_new_object(parser, object, row->object, -1, (int)scenario->nr_steps,
				   &item->object);
}

/* "error=EINVAL" says what a user sees; the function returns -EINVAL. */
static void fold_errno(struct np_scenario *scenario, const struct np_scenario_expression *root)
{
	const struct np_scenario_expression *left = &scenario->expressions[root->left];
	struct np_scenario_expression *right = &scenario->expressions[root->right];

	if (left->op == NP_OPERATOR_RESULT && left->result == NP_RESULT_ERROR &&
	    right->op == NP_OPERATOR_NUMBER && right->number > 0 &&
	    (root->op == NP_OPERATOR_EQUAL || root->op == NP_OPERATOR_NOT_EQUAL))
		right->number = -right->number;
}

/* "mapped=1", "refs(p)>=2": @left is what is compared. */
static int parse_compared(struct np_parser *parser, int left, struct np_scenario_expectation *item)
{
	enum np_token_kind kind = parser->lexer.token.kind;
	enum np_operator op = np_parse_comparison(kind);
	int right, err;

	if (kind == NP_TOKEN_ASSIGN)
		op = NP_OPERATOR_EQUAL;
	if (op == NP_OPERATOR_NUMBER)
		return np_parse_expect(parser, NP_TOKEN_ASSIGN, "`=` or another comparison");
	np_lex_next(&parser->lexer);
	err = np_parse_sum(parser, &right);
	if (!err)
		err = np_parse_node(parser, op, left, right, &item->expression);
	if (!err)
		fold_errno(parser->scenario, &parser->scenario->expressions[item->expression]);
	return err;
}

static int parse_result_item(struct np_parser *parser, const struct np_scenario_step *step,
			     struct np_scenario_expectation *item)
{
	struct np_piece name = np_parse_token(parser);
	int result = np_vocabulary_find_result(np_piece_text(parser, name), name.len);
	int left, err;

	if (result < 0 || !(np_vocabulary_steps[step->function].results & (1u << result)))
		return no_such_result(parser, step, name);
	item->result = (enum np_result)result;
	np_lex_next(&parser->lexer);
	if (np_vocabulary_results[result].binds)
		return parse_binding(parser, step, item, name);
	err = np_parse_node(parser, NP_OPERATOR_RESULT, -1, -1, &left);
	if (err)
		return err;
	parser->scenario->expressions[left].result = item->result;
	return parse_compared(parser, left, item);
}

static int parse_item(struct np_parser *parser, const struct np_scenario_step *step,
		      struct np_scenario_expectation *item)
{
	struct np_lexer ahead = parser->lexer;
	int left, err;

	if (parser->lexer.token.kind != NP_TOKEN_NAME)
		return np_parse_expect(parser, NP_TOKEN_NAME, "an expectation");
	np_lex_next(&ahead);
	if (ahead.token.kind != NP_TOKEN_OPEN)
		return parse_result_item(parser, step, item);
	err = np_parse_query(parser, &left);
	return err ? err : parse_compared(parser, left, item);
}

static int parse_expectations(struct np_parser *parser, struct np_scenario_step *step)
{
	struct np_scenario *scenario = parser->scenario;
	int err;

	step->first_expectation = scenario->nr_expectations;
	if (parser->lexer.token.kind == NP_TOKEN_END)
		return 0;
	err = np_parse_expect(parser, NP_TOKEN_ARROW, "`=>` or the end of the line");
	if (!err && parser->lexer.token.kind == NP_TOKEN_END)
		return np_parse_fail(parser, np_parse_token(parser),
				     "what is expected is missing behind `=>`");
	while (!err && parser->lexer.token.kind != NP_TOKEN_END) {
		struct np_scenario_expectation item = { .object = -1, .expression = -1 };
		struct np_piece piece;

		item.offset = parser->lexer.token.offset;
		err = parse_item(parser, step, &item);
		if (!err)
			err = NP_PARSE_GROW(parser, expectations, nr_expectations);
		if (err)
			break;
		piece = np_parse_since(parser, item.offset);
		item.width = piece.len;
		scenario->expectations[scenario->nr_expectations++] = item;
	}
	step->nr_expectations = scenario->nr_expectations - step->first_expectation;
	return err;
}

/* From the actor to the end of the statement. */
static int parse_call(struct np_parser *parser, struct np_scenario_step *step)
{
	struct np_scenario *scenario = parser->scenario;
	struct np_piece name = np_parse_token(parser);
	int err = np_parse_expect(parser, NP_TOKEN_NAME, "an actor");

	parser->running = true;
	if (!err)
		err = np_parse_object(parser, name, NP_ACCEPT(NP_OBJECT_ACTOR), "what plays a step",
				      &step->actor);
	if (!err)
		err = np_parse_expect(parser, NP_TOKEN_COLON, "`:` behind the actor");
	if (!err)
		err = parse_function(parser, step);
	if (!err)
		err = parse_expectations(parser, step);
	if (!err)
		err = NP_PARSE_GROW(parser, steps, nr_steps);
	if (err)
		return err;
	scenario->statements[parser->statement].kind = NP_STATEMENT_STEP;
	scenario->statements[parser->statement].index = scenario->nr_steps;
	scenario->steps[scenario->nr_steps++] = *step;
	return 0;
}

static void begin(struct np_parser *parser, struct np_scenario_step *step)
{
	const struct np_block_statement *statement = &parser->block->statements[parser->statement];
	unsigned int i;

	*step = (struct np_scenario_step){ .statement = parser->statement,
					   .point_object = -1,
					   .nth = 1 };
	for (i = 0; i < NP_ARGUMENTS_MAX; i++)
		step->argument[i].object = -1;
	np_lex_init(&parser->lexer, statement->text, statement->len);
}

int np_parse_step(struct np_parser *parser)
{
	struct np_scenario_step step;

	begin(parser, &step);
	return parse_call(parser, &step);
}

static int no_such_point(struct np_parser *parser, struct np_piece name)
{
	struct np_nearest nearest;
	size_t i;

	np_nearest_init(&nearest, np_piece_text(parser, name), name.len);
	for (i = 0; i < NP_POINTS; i++)
		np_nearest_offer(&nearest, np_vocabulary_points[i].name);
	np_parse_fail(parser, name, "no trace point `%.*s`", (int)name.len,
		      np_piece_text(parser, name));
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

static int parse_point(struct np_parser *parser, struct np_scenario_step *step)
{
	struct np_piece name = np_parse_token(parser), object;
	int point, err = np_parse_expect(parser, NP_TOKEN_NAME, "a trace point");
	unsigned int accepts;
	char user[96];

	if (err)
		return err;
	point = np_vocabulary_find_point(np_piece_text(parser, name), name.len);
	if (point < 0)
		return no_such_point(parser, name);
	step->point = (enum np_point)point;
	if (parser->lexer.token.kind != NP_TOKEN_OPEN)
		return 0;
	accepts = np_vocabulary_points[point].accepts;
	if (!accepts)
		return np_parse_fail(parser, np_parse_token(parser),
				     "%s is about no object that has a name",
				     np_vocabulary_points[point].name);
	np_lex_next(&parser->lexer);
	object = np_parse_token(parser);
	snprintf(user, sizeof(user), "what %s is about", np_vocabulary_points[point].name);
	err = np_parse_expect(parser, NP_TOKEN_NAME, user);
	if (!err)
		err = np_parse_object(parser, object, accepts, user, &step->point_object);
	return err ? err : np_parse_expect(parser, NP_TOKEN_CLOSE, "`)`");
}

/* "nth=N", unless the name is the actor. */
static int parse_nth(struct np_parser *parser, struct np_scenario_step *step)
{
	struct np_lexer ahead = parser->lexer;
	struct np_scenario_argument number;
	int err;

	np_lex_next(&ahead);
	if (parser->lexer.token.kind != NP_TOKEN_NAME || ahead.token.kind != NP_TOKEN_ASSIGN)
		return 0;
	if (parser->lexer.token.len != 3 ||
	    memcmp(np_piece_text(parser, np_parse_token(parser)), "nth", 3) != 0)
		return np_parse_fail(parser, np_parse_token(parser),
				     "`at` has no attribute but `nth=`");
	np_lex_next(&parser->lexer);
	np_lex_next(&parser->lexer);
	err = np_parse_number(parser, 1, INT_MAX, "`nth` of at", &number);
	step->nth = number.number;
	return err;
}

int np_parse_at(struct np_parser *parser, struct np_piece keyword)
{
	struct np_scenario_step step;
	int err;

	begin(parser, &step);
	np_lex_next(&parser->lexer);
	step.nested = true;
	err = parse_point(parser, &step);
	if (!err)
		err = parse_nth(parser, &step);
	if (!err && parser->lexer.token.kind == NP_TOKEN_END)
		err = np_parse_fail(parser, keyword,
				    "`at` needs the step that is played there: "
				    "at POINT ACTOR: FUNCTION(...)");
	return err ? err : parse_call(parser, &step);
}
