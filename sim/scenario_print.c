/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A scenario, as text that can be mailed. */
#include "scenario.h"

#include <inttypes.h>
#include <stdlib.h>

#include "assure.h"
#include "wrap.h"

/* How strongly an operator binds; what stands alone binds strongest. */
static const struct {
	const char *text;
	unsigned int strength;
} operators[] = {
	[NP_OPERATOR_NUMBER] = { "", 6 },
	[NP_OPERATOR_QUERY] = { "", 6 },
	[NP_OPERATOR_RESULT] = { "", 6 },
	[NP_OPERATOR_NOT] = { "!", 5 },
	[NP_OPERATOR_NEGATE] = { "-", 5 },
	[NP_OPERATOR_ADD] = { "+", 4 },
	[NP_OPERATOR_SUBTRACT] = { "-", 4 },
	[NP_OPERATOR_EQUAL] = { "==", 3 },
	[NP_OPERATOR_NOT_EQUAL] = { "!=", 3 },
	[NP_OPERATOR_LESS] = { "<", 3 },
	[NP_OPERATOR_LESS_EQUAL] = { "<=", 3 },
	[NP_OPERATOR_GREATER] = { ">", 3 },
	[NP_OPERATOR_GREATER_EQUAL] = { ">=", 3 },
	[NP_OPERATOR_AND] = { "&&", 2 },
	[NP_OPERATOR_OR] = { "||", 1 },
};

static const char *name_of(const struct np_scenario *scenario, int object)
{
	np_assure(object >= 0 && (size_t)object < scenario->nr_objects);
	return scenario->objects[object].name;
}

static void print_query(FILE *out, const struct np_scenario *scenario,
			const struct np_scenario_expression *node)
{
	const struct np_vocabulary_query *row = &np_vocabulary_queries[node->query];
	unsigned int i;

	fprintf(out, "%s(", row->name);
	for (i = 0; i < row->arguments; i++)
		fprintf(out, "%s%s", i ? ", " : "", name_of(scenario, node->argument[i].object));
	fputc(')', out);
}

/* @weakest: what binds less strongly than this needs parentheses. @gap: around operators. */
static void print_node(FILE *out, const struct np_scenario *scenario, int index,
		       unsigned int weakest, const char *gap)
{
	const struct np_scenario_expression *node = &scenario->expressions[index];
	unsigned int strength = operators[node->op].strength;

	if (strength < weakest)
		fputc('(', out);
	switch (node->op) {
	case NP_OPERATOR_NUMBER:
		if (node->word)
			fputs(node->word, out);
		else
			fprintf(out, "%" PRId64, node->number);
		break;
	case NP_OPERATOR_QUERY:
		print_query(out, scenario, node);
		break;
	case NP_OPERATOR_RESULT:
		fputs(np_vocabulary_results[node->result].name, out);
		break;
	case NP_OPERATOR_NOT:
	case NP_OPERATOR_NEGATE:
		fputs(operators[node->op].text, out);
		print_node(out, scenario, node->left, strength, gap);
		break;
	default:
		/* Sums and logic go from left to right; comparisons do not follow each other. */
		print_node(out, scenario, node->left, strength + (strength == 3), gap);
		fprintf(out, "%s%s%s", gap, operators[node->op].text, gap);
		print_node(out, scenario, node->right, strength + 1, gap);
		break;
	}
	if (strength < weakest)
		fputc(')', out);
}

void np_scenario_print_expression(FILE *out, const struct np_scenario *scenario, int expression)
{
	print_node(out, scenario, expression, 0, " ");
}

static void print_declaration(FILE *out, const struct np_scenario *scenario,
			      const struct np_scenario_declaration *declaration, const char *scheme)
{
	const struct np_vocabulary_declaration *row =
		&np_vocabulary_declarations[declaration->kind];
	unsigned int i;

	fputs(row->name, out);
	if (declaration->object >= 0)
		fprintf(out, " %s", name_of(scenario, declaration->object));
	for (i = 0; i < row->attributes; i++) {
		const struct np_vocabulary_attribute *attribute = &row->attribute[i];

		if (scheme && declaration->kind == NP_DECLARE_MODEL && i == NP_MODEL_ATTR_SCHEME)
			fprintf(out, " %s=%s", attribute->name, scheme);
		else if (!declaration->value[i].given)
			continue;
		else if (attribute->positional || attribute->type == NP_VALUE_FLAG)
			fprintf(out, " %s", declaration->value[i].word);
		else
			fprintf(out, " %s=%s", attribute->name, declaration->value[i].word);
	}
}

static void print_expectation(FILE *out, const struct np_scenario *scenario,
			      const struct np_scenario_expectation *item)
{
	const struct np_scenario_expression *root;
	bool equal;

	if (item->object >= 0) {
		fprintf(out, " %s=%s", np_vocabulary_results[item->result].name,
			name_of(scenario, item->object));
		return;
	}
	root = &scenario->expressions[item->expression];
	equal = root->op == NP_OPERATOR_EQUAL;
	fputc(' ', out);
	print_node(out, scenario, root->left, 4, "");
	fputs(equal ? "=" : operators[root->op].text, out);
	print_node(out, scenario, root->right, 4, "");
}

static void print_step(FILE *out, const struct np_scenario *scenario,
		       const struct np_scenario_step *step)
{
	unsigned int i;
	size_t j;

	if (step->nested) {
		fprintf(out, "at %s", np_vocabulary_points[step->point].name);
		if (step->point_object >= 0)
			fprintf(out, "(%s)", name_of(scenario, step->point_object));
		if (step->nth != 1)
			fprintf(out, " nth=%" PRId64, step->nth);
		fputc(' ', out);
	}
	fprintf(out, "%s: %s(", name_of(scenario, step->actor),
		np_vocabulary_steps[step->function].name);
	for (i = 0; i < step->nr_arguments; i++) {
		const struct np_scenario_argument *argument = &step->argument[i];

		fprintf(out, "%s%s", i ? ", " : "",
			argument->object >= 0 ? name_of(scenario, argument->object) :
						argument->word);
	}
	fprintf(out, ")%s", step->nr_expectations ? " =>" : "");
	for (j = 0; j < step->nr_expectations; j++)
		print_expectation(out, scenario,
				  &scenario->expectations[step->first_expectation + j]);
}

static void print_schedule(FILE *out, const struct np_scenario *scenario, size_t statement)
{
	size_t i = scenario->statements[statement].index;
	size_t end = scenario->nr_schedule;
	size_t next;

	for (next = statement + 1; next < scenario->nr_statements; next++) {
		if (scenario->statements[next].kind == NP_STATEMENT_SCHEDULE) {
			end = scenario->statements[next].index;
			break;
		}
	}
	fputs("schedule", out);
	for (; i < end; i++)
		fprintf(out, " %s", scenario->schedule[i]);
}

static void print_result(FILE *out, const struct np_scenario *scenario)
{
	static const char *const verdicts[] = {
		[NP_VERDICT_PASS] = "pass",	[NP_VERDICT_FAIL] = "fail",
		[NP_VERDICT_ALWAYS] = "always", [NP_VERDICT_SOMETIMES] = "sometimes",
		[NP_VERDICT_NEVER] = "never",
	};

	fprintf(out, "result %s", verdicts[scenario->verdict]);
	if (scenario->has_rule)
		fprintf(out, " %s", np_vocabulary_rules[scenario->rule].name);
}

static void print_statement(FILE *out, const struct np_scenario *scenario, size_t i,
			    const struct np_scenario_witness *witness)
{
	const struct np_scenario_statement *statement = &scenario->statements[i];

	switch (statement->kind) {
	case NP_STATEMENT_COMMENT:
		fwrite(statement->text, 1, statement->len, out);
		break;
	case NP_STATEMENT_DECLARATION:
		print_declaration(out, scenario, &scenario->declarations[statement->index],
				  witness ? witness->scheme : NULL);
		break;
	case NP_STATEMENT_STEP:
		print_step(out, scenario, &scenario->steps[statement->index]);
		break;
	case NP_STATEMENT_CLAIM:
		fprintf(out, "%s ",
			np_vocabulary_rules[scenario->claims[statement->index].rule].name);
		np_scenario_print_expression(out, scenario,
					     scenario->claims[statement->index].expression);
		break;
	case NP_STATEMENT_SCHEDULE:
		print_schedule(out, scenario, i);
		break;
	case NP_STATEMENT_RESULT:
		print_result(out, scenario);
		break;
	}
}

/* Declarations, what happens, and what is to come of it are three paragraphs; 0: a comment. */
static unsigned int paragraph_of(const struct np_scenario *scenario, size_t i)
{
	const struct np_scenario_statement *statement = &scenario->statements[i];

	switch (statement->kind) {
	case NP_STATEMENT_COMMENT:
		return 0;
	case NP_STATEMENT_DECLARATION:
		return scenario->declarations[statement->index].kind == NP_DECLARE_EXPLORE ? 3 : 1;
	case NP_STATEMENT_STEP:
		return 2;
	case NP_STATEMENT_CLAIM:
		return scenario->claims[statement->index].rule == NP_RULE_CHECK ? 2 : 3;
	default:
		return 3;
	}
}

/* A comment belongs to what is below it. */
static bool begins_paragraph(const struct np_scenario *scenario, size_t i, unsigned int *paragraph)
{
	unsigned int now = *paragraph;

	if (i && scenario->statements[i - 1].kind == NP_STATEMENT_COMMENT)
		return false;
	for (; i < scenario->nr_statements; i++) {
		now = paragraph_of(scenario, i);
		if (now)
			break;
	}
	if (now <= *paragraph)
		return false;
	*paragraph = now;
	return true;
}

static void print_wrapped(FILE *out, const struct np_scenario *scenario, size_t i,
			  const struct np_scenario_witness *witness)
{
	char *text = NULL;
	size_t len = 0;
	FILE *line = open_memstream(&text, &len);

	/* A verdict is not worth much when the scenario to it is cut off. */
	np_assure(line);
	print_statement(line, scenario, i, witness);
	np_assure(!fclose(line));
	np_wrap(out, text, len);
	free(text);
}

static void print_words(FILE *out, const char *keyword, const char *words)
{
	char *text = NULL;
	size_t len = 0;
	FILE *line = open_memstream(&text, &len);

	np_assure(line);
	fprintf(line, "%s %s", keyword, words);
	np_assure(!fclose(line));
	np_wrap(out, text, len);
	free(text);
}

/* What the scenario itself says of schedules and of what comes of them is not said again. */
static bool is_replaced(const struct np_scenario_statement *statement,
			const struct np_scenario_witness *witness)
{
	return witness &&
	       (statement->kind == NP_STATEMENT_SCHEDULE || statement->kind == NP_STATEMENT_RESULT);
}

static void print_scenario(FILE *out, const struct np_scenario *scenario,
			   const struct np_scenario_witness *witness)
{
	bool below_comment = false;
	unsigned int paragraph = 1;
	size_t i;

	fprintf(out, "netpage %d  %s\n", NP_LANGUAGE_VERSION, scenario->name);
	for (i = 0; i < scenario->nr_statements; i++) {
		if (is_replaced(&scenario->statements[i], witness))
			continue;
		if (begins_paragraph(scenario, i, &paragraph))
			fputc('\n', out);
		print_wrapped(out, scenario, i, witness);
		below_comment = scenario->statements[i].kind == NP_STATEMENT_COMMENT;
	}
	if (witness) {
		if (paragraph < 3)
			fputc('\n', out);
		if (*witness->schedule)
			print_words(out, "schedule", witness->schedule);
		if (witness->rule == NP_RULES)
			print_words(out, "result", "pass");
		else
			print_words(out, "result fail", np_vocabulary_rules[witness->rule].name);
		below_comment = false;
	}
	np_wrap_end(out, below_comment);
}

void np_scenario_print(FILE *out, const struct np_scenario *scenario)
{
	print_scenario(out, scenario, NULL);
}

void np_scenario_print_witness(FILE *out, const struct np_scenario *scenario,
			       const struct np_scenario_witness *witness)
{
	print_scenario(out, scenario, witness);
}
