/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What a failed expectation looks like: the lines that the kernel prints (6.1:
 * lib/kunit/assert.c), so that one reader understands both.
 */
#include <kunit/test.h>

static bool is_literal(const struct np_kunit_side *side)
{
	char value[32];

	snprintf(value, sizeof(value), "%lld", side->value);
	return !strcmp(value, side->text);
}

static void print_side(const struct np_kunit_failure *failure, const struct np_kunit_side *side)
{
	const char *text = side->text;

	switch (failure->kind) {
	case NP_KUNIT_INT:
		if (!is_literal(side))
			printk(KUNIT_SUBSUBTEST_INDENT "%s == %lld", text, side->value);
		break;
	case NP_KUNIT_PTR:
		printk(KUNIT_SUBSUBTEST_INDENT "%s == %016llx", text, side->value);
		break;
	case NP_KUNIT_STR:
		if (*text != '"')
			printk(KUNIT_SUBSUBTEST_INDENT "%s == \"%s\"", text,
			       (const char *)(uintptr_t)side->value);
		break;
	default:
		break;
	}
}

static void print_failure(const struct np_kunit_failure *failure)
{
	const struct np_kunit_side *left = &failure->left, *right = &failure->right;

	switch (failure->kind) {
	case NP_KUNIT_PLAIN:
		break;
	case NP_KUNIT_UNARY:
		printk(KUNIT_SUBTEST_INDENT "Expected %s to be %s, but is %s", left->text,
		       left->value ? "true" : "false", left->value ? "false" : "true");
		break;
	case NP_KUNIT_NO_ERR:
		if (left->value)
			printk(KUNIT_SUBTEST_INDENT "Expected %s is not error, but is: %lld",
			       left->text, left->value);
		else
			printk(KUNIT_SUBTEST_INDENT "Expected %s is not null, but is", left->text);
		break;
	default:
		printk(KUNIT_SUBTEST_INDENT "Expected %s %s %s, but", left->text, failure->op,
		       right->text);
		print_side(failure, left);
		print_side(failure, right);
		break;
	}
}

void np_kunit_failed(struct kunit *test, const struct np_kunit_failure *failure, const char *fmt,
		     ...)
{
	char message[512];
	va_list args;

	kunit_set_failure(test);
	kunit_err(test, "%s FAILED at %s:%d", failure->fatal ? "ASSERTION" : "EXPECTATION",
		  failure->file, failure->line);
	print_failure(failure);
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	if (*message)
		printk("%s", message);
	if (failure->fatal)
		kunit_try_catch_throw(&test->try_catch);
}
