/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the tests of the parser share: a setting, and how it is read. */
#ifndef SIM_PARSE_FIXTURE_H
#define SIM_PARSE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

/* Ten lines, so that what a test adds begins on line 11. */
#define SETTING                                                                                    \
	"netpage 1 test\n"                                                                         \
	"model 6.1\n"                                                                              \
	"memcg A max=64\n"                                                                         \
	"nic eth0 driver=page_pool\n"                                                              \
	"proc P memcg=A\n"                                                                         \
	"sock s nic=eth0 owner=P\n"                                                                \
	"page q\n"                                                                                 \
	"pool pp\n"                                                                                \
	"actor app cpu=1 task=P\n"                                                                 \
	"actor napi cpu=0 softirq\n"
#define FIRST_LINE 11

static inline int parse(const char *text, struct np_scenario **scenario,
			struct np_scenario_error *error)
{
	struct np_block *block;
	struct np_mail mail;
	int err;

	np_mail_init(&mail, text, strlen(text));
	if (np_mail_next(&mail, &block, error) != 1)
		fail_msg("%u:%u: %s", error->line, error->column, error->message);
	err = np_scenario_parse(block, scenario, error);
	np_block_free(block);
	return err;
}

static inline struct np_scenario *parsed(const char *text)
{
	struct np_scenario_error error;
	struct np_scenario *scenario;

	if (parse(text, &scenario, &error))
		fail_msg("%u:%u: %s", error.line, error.column, error.message);
	return scenario;
}

/* A scenario of the setting and some more lines. */
static inline struct np_scenario *with(const char *lines)
{
	char text[8192];

	snprintf(text, sizeof(text), SETTING "%s\nend\n", lines);
	return parsed(text);
}

static inline void assert_accepted(const char *lines)
{
	np_scenario_free(with(lines));
}

/* @lines are wrong in line @line and @column; @message is part of what is said. */
static inline void assert_refused(const char *lines, unsigned int line, unsigned int column,
				  const char *message, const char *nearest)
{
	struct np_scenario_error error;
	struct np_scenario *scenario;
	char text[8192];

	snprintf(text, sizeof(text), SETTING "%s\nend\n", lines);
	assert_int_equal(parse(text, &scenario, &error), -EINVAL);
	assert_null(scenario);
	if (!strstr(error.message, message))
		fail_msg("\"%s\" instead of \"%s\"", error.message, message);
	assert_int_equal(error.code, -EINVAL);
	assert_int_equal(error.line, FIRST_LINE + line - 1);
	assert_int_equal(error.column, column);
	assert_string_equal(error.nearest, nearest);
}

#endif /* SIM_PARSE_FIXTURE_H */
