/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Values of expressions. Trees are as deep as their text allows, some thousand nodes at most. */
#include "scenario.h"

#include <errno.h>

#include "assure.h"

struct evaluation {
	const struct np_scenario *scenario;
	np_scenario_ask_fn *ask;
	void *context;
};

static int evaluate(const struct evaluation *e, int index, int64_t *value);

static int evaluate_logic(const struct evaluation *e, const struct np_scenario_expression *node,
			  int64_t *value)
{
	bool decides = node->op == NP_OPERATOR_OR;
	int err = evaluate(e, node->left, value);

	if (!err && !*value != decides) {
		*value = decides;
		return 0;
	}
	if (!err)
		err = evaluate(e, node->right, value);
	*value = *value != 0;
	return err;
}

static int evaluate_unary(const struct evaluation *e, const struct np_scenario_expression *node,
			  int64_t *value)
{
	int err = evaluate(e, node->left, value);

	if (err)
		return err;
	if (node->op == NP_OPERATOR_NOT)
		*value = !*value;
	else if (__builtin_sub_overflow(INT64_C(0), *value, value))
		return -EOVERFLOW;
	return 0;
}

static int evaluate_binary(const struct evaluation *e, const struct np_scenario_expression *node,
			   int64_t *value)
{
	int64_t left, right;
	bool overflow = false;
	int err = evaluate(e, node->left, &left);

	if (!err)
		err = evaluate(e, node->right, &right);
	if (err)
		return err;
	switch (node->op) {
	case NP_OPERATOR_ADD:
		overflow = __builtin_add_overflow(left, right, value);
		break;
	case NP_OPERATOR_SUBTRACT:
		overflow = __builtin_sub_overflow(left, right, value);
		break;
	case NP_OPERATOR_EQUAL:
		*value = left == right;
		break;
	case NP_OPERATOR_NOT_EQUAL:
		*value = left != right;
		break;
	case NP_OPERATOR_LESS:
		*value = left < right;
		break;
	case NP_OPERATOR_LESS_EQUAL:
		*value = left <= right;
		break;
	case NP_OPERATOR_GREATER:
		*value = left > right;
		break;
	default:
		np_assure(node->op == NP_OPERATOR_GREATER_EQUAL);
		*value = left >= right;
		break;
	}
	return overflow ? -EOVERFLOW : 0;
}

static int evaluate(const struct evaluation *e, int index, int64_t *value)
{
	const struct np_scenario_expression *node;

	np_assure(index >= 0 && (size_t)index < e->scenario->nr_expressions);
	node = &e->scenario->expressions[index];
	*value = 0;
	switch (node->op) {
	case NP_OPERATOR_NUMBER:
		*value = node->number;
		return 0;
	case NP_OPERATOR_QUERY:
	case NP_OPERATOR_RESULT:
		return e->ask(e->context, node, value);
	case NP_OPERATOR_NOT:
	case NP_OPERATOR_NEGATE:
		return evaluate_unary(e, node, value);
	case NP_OPERATOR_AND:
	case NP_OPERATOR_OR:
		return evaluate_logic(e, node, value);
	default:
		return evaluate_binary(e, node, value);
	}
}

int np_scenario_evaluate(const struct np_scenario *scenario, int expression,
			 np_scenario_ask_fn *ask, void *context, int64_t *value)
{
	struct evaluation e = { .scenario = scenario, .ask = ask, .context = context };

	return evaluate(&e, expression, value);
}
