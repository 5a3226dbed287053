/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The reader of schedules: nothing may crash or leak, a refusal says where and why, and what
 * is read is written as a text that reads the same.  Names of places are the harness's own.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The reader alone: a fuzzer's instrumentation and the explorer's do not go together. */
#include <explore/schedule.c>

#define STATE_SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const char *np_explore_name_location(const struct np_explorer *x, u32 location, char *buf,
				     size_t size)
{
	if (location < np_pseudo_location(x, 0))
		snprintf(buf, size, "state+%u", location * NP_GRANULE);
	else
		snprintf(buf, size, "pseudo:%u", location - np_pseudo_location(x, 0));
	return buf;
}

int np_explore_find_address(const struct np_explorer *x, const char *text, u32 *location)
{
	unsigned int number;
	int length = 0;

	if (sscanf(text, "state+%5u%n", &number, &length) == 1 && !text[length] &&
	    number < STATE_SIZE) {
		*location = number / NP_GRANULE;
		return 0;
	}
	if (sscanf(text, "pseudo:%2u%n", &number, &length) == 1 && !text[length] &&
	    number < NP_PSEUDO_LOCATIONS) {
		*location = np_pseudo_location(x, number);
		return 0;
	}
	return -EINVAL;
}

static void require(int condition, const char *what, const char *text)
{
	if (condition)
		return;
	fprintf(stderr, "%s:\n%s\n", what, text);
	abort();
}

static void check_refusal(const struct np_schedule *schedule, const struct np_schedule_error *error,
			  const char *text)
{
	require(!schedule->nr && !schedule->words, "refused, and something is left", text);
	require(error->message[0] != '\0', "no message", text);
	require(error->position <= strlen(text), "position", text);
}

static void check_words(const struct np_explorer *x, const struct np_schedule *schedule,
			const char *text)
{
	for (u32 i = 0; i < schedule->nr; i++) {
		const struct np_word *word = &schedule->words[i];

		require(word->actor < x->nr_actors, "actor", text);
		require(!word->place_given || word->nth, "number", text);
		require(!word->older || word->place_given, "older value of nothing", text);
	}
}

static void check(const struct np_explorer *x, const char *text)
{
	struct np_schedule schedule, again;
	struct np_schedule_error error;
	char *written, *rewritten;
	int err = np_schedule_parse(x, text, &schedule, &error);

	if (err) {
		require(err == -EINVAL, "error", text);
		check_refusal(&schedule, &error, text);
		return;
	}
	check_words(x, &schedule, text);
	written = np_schedule_text(x, &schedule);
	require(!np_schedule_parse(x, written, &again, &error), "does not read again", written);
	rewritten = np_schedule_text(x, &again);
	require(again.nr == schedule.nr && !strcmp(written, rewritten), "reads differently", text);
	np_schedule_free(&schedule);
	np_schedule_free(&again);
	free(written);
	free(rewritten);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct np_explorer x;
	char *text = malloc(size + 1);

	x.image.size = STATE_SIZE;
	x.nr_actors = 3;
	x.actors[0].name = "app";
	x.actors[1].name = "nic";
	x.actors[2].name = "app_2";
	memcpy(text, data, size);
	text[size] = '\0';
	check(&x, text);
	free(text);
	return 0;
}
