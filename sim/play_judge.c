/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What a scenario says must be true, and what it gives names to. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "player.h"

static void bind_object(struct np_player *player, const struct np_scenario_expectation *expect,
			const struct np_player_results *results)
{
	const char *name = player->scenario->objects[expect->object].name;
	struct np_player_object *object = &player->objects[expect->object];
	bool quiet;
	char known[32];

	/* Not a violation in itself: schemes differ in what arrives. */
	if (expect->ordinal < results->nr_pages) {
		quiet = np_player_quiet(true);
		np_page_name(player->machine, results->pages[expect->ordinal], known,
			     sizeof(known));
		if (!strncmp(known, "pfn:", 4))
			np_page_set_name(player->machine, results->pages[expect->ordinal], name);
		np_player_quiet(quiet);
		object->page = results->pages[expect->ordinal];
		np_player_set_alive(object, true);
	}
	smp_store_release(&object->settled, true);
}

void np_player_bind(struct np_player *player, const struct np_scenario_step *step,
		    const struct np_player_results *results)
{
	const struct np_scenario_expectation *expect =
		&player->scenario->expectations[step->first_expectation];

	for (size_t i = 0; i < step->nr_expectations; i++)
		if (expect[i].expression < 0)
			bind_object(player, &expect[i], results);
}

static void judge_expectation(struct np_player *player, const struct np_scenario_step *step,
			      const struct np_scenario_expectation *expect, const char *where)
{
	const struct np_scenario_statement *statement =
		&player->scenario->statements[step->statement];
	const struct np_scenario_expression *root =
		&player->scenario->expressions[expect->expression];
	int64_t holds, got = 0;
	int err = np_scenario_evaluate(player->scenario, expect->expression, np_player_ask, player,
				       &holds);

	if (!err && holds)
		return;
	if (!err)
		err = np_scenario_evaluate(player->scenario, root->left, np_player_ask, player,
					   &got);
	if (err)
		np_player_violate(player, NP_RULE_EXPECT, where, "wanted %.*s: cannot tell: %s",
				  (int)expect->width, statement->text + expect->offset,
				  strerror(-err));
	else
		np_player_violate(player, NP_RULE_EXPECT, where, "wanted %.*s, got %" PRId64,
				  (int)expect->width, statement->text + expect->offset, got);
}

void np_player_judge_expectations(struct np_player *player, const struct np_scenario_step *step,
				  const struct np_player_results *results, const char *where)
{
	const struct np_scenario_expectation *expect =
		&player->scenario->expectations[step->first_expectation];

	player->results = results;
	for (size_t i = 0; i < step->nr_expectations; i++)
		if (expect[i].expression >= 0)
			judge_expectation(player, step, &expect[i], where);
	player->results = NULL;
}

void np_player_judge_claim(struct np_player *player, const struct np_scenario_claim *claim)
{
	const struct np_scenario_statement *statement =
		&player->scenario->statements[claim->statement];
	bool wanted = claim->rule != NP_RULE_NEVER;
	int64_t value;
	int err = np_scenario_evaluate(player->scenario, claim->expression, np_player_ask, player,
				       &value);

	/* What is not there yet cannot break a rule that holds throughout. */
	if (err == -ENOENT && (claim->rule == NP_RULE_NEVER || claim->rule == NP_RULE_ALWAYS))
		return;
	if (err)
		np_player_violate(player, claim->rule, "", "%.*s (line %u): cannot tell: %s",
				  (int)statement->len, statement->text, statement->line,
				  strerror(-err));
	else if (!!value != wanted)
		np_player_violate(player, claim->rule, "", "%.*s (line %u): got %" PRId64,
				  (int)statement->len, statement->text, statement->line, value);
}

void np_player_judge_rule(struct np_player *player, enum np_rule rule)
{
	for (size_t i = 0; i < player->scenario->nr_claims && !np_player_violated(player); i++)
		if (player->scenario->claims[i].rule == rule)
			np_player_judge_claim(player, &player->scenario->claims[i]);
}

void np_player_look_around(struct np_player *player, enum np_check_time when)
{
	np_player_check(player, when);
	np_player_judge_rule(player, NP_RULE_ALWAYS);
	np_player_judge_rule(player, NP_RULE_NEVER);
}
