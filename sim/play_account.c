/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The account of a play: its hash, and what was violated in it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "player.h"

/* The two tables name the same things in the same order. */
_Static_assert((int)NP_RULE_ASSERTION == (int)NP_ASSERTION, "rules and invariants differ");
_Static_assert((int)NP_RULE_CHECK == (int)NP_INVARIANTS, "rules and invariants differ");

#define FNV_PRIME UINT64_C(0x100000001b3)

/*
 * Nothing of the text of the scenario goes into the hash, nor its line numbers: in a mail that
 * quotes it they are others, and what happens is the same.
 */
void np_player_hash_text(struct np_player *player, const char *text)
{
	struct np_play_outcome *outcome = player->outcome;

	for (; *text; text++)
		outcome->hash = (outcome->hash ^ (unsigned char)*text) * FNV_PRIME;
	outcome->hash = (outcome->hash ^ '\n') * FNV_PRIME;
}

void np_player_hash_number(struct np_player *player, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	np_player_hash_text(player, text);
}

static void record(struct np_player *player, enum np_rule rule, const char *where,
		   const char *object, const char *message)
{
	struct np_play_outcome *outcome = player->outcome;
	struct np_play_violation *violation;

	outcome->all_violations++;
	if (outcome->steps)
		player->noticed[player->scenario->steps[player->running[player->nesting]].actor]++;
	np_player_hash_text(player, np_vocabulary_rules[rule].name);
	np_player_hash_text(player, object);
	if (outcome->nr_violations == NP_PLAY_VIOLATIONS_MAX)
		return;
	violation = &outcome->violation[outcome->nr_violations++];
	violation->rule = rule;
	violation->where = strdup(where);
	violation->object = strdup(object);
	violation->message = strdup(message);
	if (!violation->where || !violation->object || !violation->message)
		player->out_of_memory = true;
	if (player->options->trace)
		fprintf(player->options->trace, "  ! %s: %s: %s\n", np_vocabulary_rules[rule].name,
			object, message);
}

void np_player_sink(void *arg, const struct np_violation *violation)
{
	record(arg, (enum np_rule)violation->invariant, violation->where, violation->object,
	       violation->message);
}

void np_player_violate(struct np_player *player, enum np_rule rule, const char *where,
		       const char *fmt, ...)
{
	char message[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	if (player->report)
		player->report(player, rule, where, message);
	else
		record(player, rule, where, player->scenario->name, message);
}

bool np_player_violated(const struct np_player *player)
{
	return player->outcome->all_violations || player->out_of_memory;
}
