/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: scenario - a scenario that has been read and checked
 *
 * All names are resolved: objects, actors, functions and queries are indexes. What stands here can
 * be run without looking at text again; nothing that is misspelt or of the wrong kind gets so far.
 *
 * A scenario is constant once it has been parsed, and may be shared between threads.
 */
#ifndef NP_SIM_SCENARIO_H
#define NP_SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "normalise.h"
#include "scenario_error.h"
#include "vocabulary.h"

/** Bytes of the name of an object. */
#define NP_OBJECT_NAME_MAX 31
/** Objects of one scenario. */
#define NP_OBJECTS_MAX 1024
/** Parentheses and signs within each other. */
#define NP_NESTING_MAX 32
/** The object `root`, a memcg, which is always there. */
#define NP_OBJECT_ROOT 0

/**
 * struct np_scenario_object - something that has a name
 * @name: its name
 * @kind: what it is
 * @ordinal: how many objects of this kind come before it
 * @declaration: index of its declaration; -1: `root`, or a step binds it
 * @step: index of the step that binds it; -1: declared
 * @line: where, in the text that was given; 0 for `root`
 */
struct np_scenario_object {
	const char *name;
	enum np_object_kind kind;
	unsigned int ordinal;
	int declaration;
	int step;
	unsigned int line;
};

/**
 * struct np_scenario_value - value of one attribute
 * @given: false: the value is the default
 * @number: by the attribute's type: the number, pages, index of the word, set of bits, 0 or 1
 * @object: for NP_VALUE_OBJECT the index, -1 for none
 * @word: for NP_VALUE_WORD the word, NULL for none; otherwise as it was written, for printing
 */
struct np_scenario_value {
	bool given;
	int64_t number;
	int object;
	const char *word;
};

/**
 * struct np_scenario_declaration - model, memcg, page ... actor, sysctl, fault, explore
 * @kind: which
 * @object: the object it declares, or -1
 * @value: by the enum np_..._attribute of @kind, all of them filled in
 * @statement: index of its statement
 */
struct np_scenario_declaration {
	enum np_declaration kind;
	int object;
	struct np_scenario_value value[NP_ATTRIBUTES_MAX];
	size_t statement;
};

/** struct np_scenario_argument - @object is -1 for a number; @word: as it was written. */
struct np_scenario_argument {
	int object;
	int64_t number;
	const char *word;
};

enum np_operator {
	NP_OPERATOR_NUMBER, /* number */
	NP_OPERATOR_QUERY,  /* query(argument...) */
	NP_OPERATOR_RESULT, /* result of the step: in expectations only */
	NP_OPERATOR_NOT,    /* one operand, left */
	NP_OPERATOR_NEGATE, /* one operand, left */
	NP_OPERATOR_ADD,
	NP_OPERATOR_SUBTRACT,
	NP_OPERATOR_EQUAL,
	NP_OPERATOR_NOT_EQUAL,
	NP_OPERATOR_LESS,
	NP_OPERATOR_LESS_EQUAL,
	NP_OPERATOR_GREATER,
	NP_OPERATOR_GREATER_EQUAL,
	NP_OPERATOR_AND, /* right is not evaluated when left is 0 */
	NP_OPERATOR_OR,	 /* right is not evaluated when left is not 0 */
};

/**
 * struct np_scenario_expression - one node of a tree
 * @op: what it is
 * @left: index of its first operand
 * @right: index of its second operand
 * @number: for NP_OPERATOR_NUMBER
 * @word: name of the constant, or NULL
 * @query: for NP_OPERATOR_QUERY
 * @argument: of the query
 * @result: for NP_OPERATOR_RESULT
 */
struct np_scenario_expression {
	enum np_operator op;
	int left;
	int right;
	int64_t number;
	const char *word;
	enum np_query query;
	struct np_scenario_argument argument[NP_QUERY_ARGUMENTS_MAX];
	enum np_result result;
};

/**
 * struct np_scenario_expectation - one item behind `=>`
 * @object: the object that the result is bound to, or -1: the item is a comparison
 * @result: the result that is bound
 * @ordinal: 0 for the first `frag=` of a step, 1 for the second ...
 * @expression: the comparison: its left operand is a result or a query. `error=EINVAL` and
 *              `error=-EINVAL` both compare with -EINVAL. -1 when the item binds.
 * @offset: where the item stands in the text of its statement
 * @width: how long it is
 */
struct np_scenario_expectation {
	int object;
	enum np_result result;
	unsigned int ordinal;
	int expression;
	size_t offset;
	size_t width;
};

/**
 * struct np_scenario_step - ACTOR: function(argument...) => expectation...
 * @actor: object index of the actor
 * @function: what it calls
 * @argument: resolved arguments; a new name is the object that the step makes
 * @nr_arguments: how many were given
 * @first_expectation: index into np_scenario.expectations
 * @nr_expectations: how many
 * @nested: it is an `at`: not run where it stands but inside another step, once
 * @point: the trace point that starts it
 * @point_object: the object that the trace point must be about, or -1: any
 * @nth: which passing of the point starts it, from 1
 * @statement: index of its statement
 */
struct np_scenario_step {
	int actor;
	enum np_step function;
	struct np_scenario_argument argument[NP_ARGUMENTS_MAX];
	unsigned int nr_arguments;
	size_t first_expectation;
	size_t nr_expectations;
	bool nested;
	enum np_point point;
	int point_object;
	int64_t nth;
	size_t statement;
};

/** struct np_scenario_claim - check, never, always or rest: @rule says which. */
struct np_scenario_claim {
	enum np_rule rule;
	int expression;
	size_t statement;
};

enum np_statement_kind {
	NP_STATEMENT_COMMENT,
	NP_STATEMENT_DECLARATION, /* index into declarations */
	NP_STATEMENT_STEP,	  /* index into steps */
	NP_STATEMENT_CLAIM,	  /* index into claims */
	NP_STATEMENT_SCHEDULE,	  /* index of the first of its words in schedule */
	NP_STATEMENT_RESULT,
};

/**
 * struct np_scenario_statement - one statement, in the order of the file
 * @kind: what it is
 * @index: where the rest of it is
 * @line: its first line in the text that was given
 * @text: as it was written, lines joined
 * @len: length of @text
 */
struct np_scenario_statement {
	enum np_statement_kind kind;
	size_t index;
	unsigned int line;
	const char *text;
	size_t len;
};

enum np_verdict {
	NP_VERDICT_PASS, /* also when nothing is said */
	NP_VERDICT_FAIL,
	NP_VERDICT_ALWAYS,    /* every execution violates the rule, or any rule */
	NP_VERDICT_SOMETIMES, /* some do, and some do not */
	NP_VERDICT_NEVER,     /* none does, and all have been tried */
};

/**
 * struct np_scenario - a scenario
 * @name: its name
 * @hash: of the canonical text
 * @model: index of its model in @declarations; always there, and the first of them
 * @explore: index of its explore, or -1
 * @verdict: what it says must come out
 * @rule: what it is about, when it @has_rule: always for NP_VERDICT_FAIL, never for _PASS
 * @has_result: whether it says so
 *
 * The arrays have nr_... elements; all memory belongs to the scenario.
 */
struct np_scenario {
	struct np_arena arena;
	const char *name;
	uint64_t hash;
	int model;
	int explore;
	enum np_verdict verdict;
	enum np_rule rule;
	bool has_result;
	bool has_rule;
	struct np_scenario_object *objects;
	size_t nr_objects;
	struct np_scenario_declaration *declarations;
	size_t nr_declarations;
	struct np_scenario_step *steps;
	size_t nr_steps;
	struct np_scenario_expectation *expectations;
	size_t nr_expectations;
	struct np_scenario_claim *claims;
	size_t nr_claims;
	struct np_scenario_expression *expressions;
	size_t nr_expressions;
	const char **schedule;
	size_t nr_schedule;
	struct np_scenario_statement *statements;
	size_t nr_statements;
};

/**
 * np_scenario_parse - read and check a scenario
 * @block: block of np_mail_next(); may be freed afterwards
 * @scenario: receives the scenario, to be given to np_scenario_free(); NULL on failure
 * @error: filled in on failure
 *
 * Return: 0; -EINVAL for a scenario that is wrong; -ENOMEM.
 */
int np_scenario_parse(const struct np_block *block, struct np_scenario **scenario,
		      struct np_scenario_error *error);

/**
 * np_scenario_free - free a scenario
 * @scenario: scenario of np_scenario_parse(), or NULL
 */
void np_scenario_free(struct np_scenario *scenario);

/**
 * np_scenario_print - print a scenario so that it can be mailed
 * @out: where to
 * @scenario: scenario
 *
 * Lines have at most 72 columns. What is printed parses to the same scenario, and prints the same.
 */
void np_scenario_print(FILE *out, const struct np_scenario *scenario);

/** struct np_scenario_witness - one schedule of a scenario, and what it violates. */
struct np_scenario_witness {
	const char *scheme;   /* instead of the scenario's own; NULL: that one */
	const char *schedule; /* words with blanks between them; "": none */
	enum np_rule rule;    /* NP_RULES: nothing is violated */
};

/**
 * np_scenario_print_witness - print a scenario that replays one schedule and nothing else
 *
 * As np_scenario_print(), with a `schedule` and a `result` of its own.
 */
void np_scenario_print_witness(FILE *out, const struct np_scenario *scenario,
			       const struct np_scenario_witness *witness);

/**
 * np_scenario_print_expression - print one expression
 * @out: where to
 * @scenario: scenario
 * @expression: index of its root
 */
void np_scenario_print_expression(FILE *out, const struct np_scenario *scenario, int expression);

/**
 * np_scenario_ask_fn - answer of the machine
 * @context: of np_scenario_evaluate()
 * @leaf: NP_OPERATOR_QUERY or NP_OPERATOR_RESULT
 * @answer: receives it
 *
 * Return: 0, or a negative errno, which ends the evaluation.
 */
typedef int np_scenario_ask_fn(void *context, const struct np_scenario_expression *leaf,
			       int64_t *answer);

/**
 * np_scenario_evaluate - value of an expression
 * @scenario: scenario
 * @expression: index of its root
 * @ask: answers queries and results
 * @context: for @ask
 * @value: receives the value; comparisons and logic give 0 or 1
 *
 * Return: 0; -EOVERFLOW; what @ask returned.
 */
int np_scenario_evaluate(const struct np_scenario *scenario, int expression,
			 np_scenario_ask_fn *ask, void *context, int64_t *value);

#endif /* NP_SIM_SCENARIO_H */
