/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Whole mails: nothing may crash or leak, and what is found in one must be stable: the canonical
 * text is found again as it is, and what is printed parses to what prints the same.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"
#include "wrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition, const char *what, const char *text)
{
	if (condition)
		return;
	fprintf(stderr, "%s:\n%s\n", what, text);
	abort();
}

static void check_error(const struct np_scenario_error *error, int code)
{
	require(error->code == code && code < 0, "code of the error", error->message);
	require(error->message[0] != '\0', "message of the error", "");
	require(!error->column || error->column <= strlen(error->text) + 1, "column of the error",
		error->text);
}

static void check_lines(const char *text, size_t len)
{
	size_t columns = 0, i;

	for (i = 0; i < len; i++) {
		columns = text[i] == '\n' ? 0 : columns + 1;
		require(columns <= NP_COLUMNS, "a line is too long", text);
		require(text[i] == '\n' || (text[i] >= 0x20 && text[i] < 0x7f), "not 7-bit text",
			text);
	}
}

/* The one block of a text that must have one. */
static struct np_block *read_again(const char *text, size_t len)
{
	struct np_scenario_error error;
	struct np_block *block, *other;
	struct np_mail mail;

	np_mail_init(&mail, text, len);
	require(np_mail_next(&mail, &block, &error) == 1, "not found again", text);
	require(np_mail_next(&mail, &other, &error) == 0, "more than one found", text);
	return block;
}

static struct np_scenario *parse(const struct np_block *block)
{
	struct np_scenario_error error;
	struct np_scenario *scenario;
	int err = np_scenario_parse(block, &scenario, &error);

	require(!err == !!scenario, "result and scenario", block->text);
	if (err)
		check_error(&error, err);
	return scenario;
}

static char *print(const struct np_scenario *scenario, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	np_scenario_print(out, scenario);
	fclose(out);
	check_lines(text, *len);
	return text;
}

static void check_printed(const struct np_scenario *scenario)
{
	size_t len, len_again;
	char *text = print(scenario, &len), *text_again;
	struct np_block *block = read_again(text, len);
	struct np_scenario *again = parse(block);

	require(again != NULL, "printed, but not parsed again", text);
	text_again = print(again, &len_again);
	require(len == len_again && !memcmp(text, text_again, len), "prints differently", text);
	np_scenario_free(again);
	np_block_free(block);
	free(text_again);
	free(text);
}

static void check_block(const struct np_block *block)
{
	struct np_block *again = read_again(block->text, block->len);
	struct np_scenario *scenario = parse(block), *scenario_again = parse(again);

	check_lines(block->text, block->len);
	require(again->hash == block->hash && again->len == block->len &&
			!memcmp(again->text, block->text, block->len),
		"canonical text is not canonical", block->text);
	require(!scenario == !scenario_again, "canonical text parses differently", block->text);
	if (scenario)
		check_printed(scenario);
	np_scenario_free(scenario);
	np_scenario_free(scenario_again);
	np_block_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct np_scenario_error error;
	struct np_block *block;
	struct np_mail mail;
	int ret;

	np_mail_init(&mail, (const char *)data, size);
	while ((ret = np_mail_next(&mail, &block, &error)) != 0) {
		if (ret < 0) {
			check_error(&error, ret);
			if (ret == -ENOENT || ret == -E2BIG)
				break;
			continue;
		}
		check_block(block);
		np_block_free(block);
	}
	return 0;
}
