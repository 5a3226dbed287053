/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Names: making them, finding them, and what to say when that fails. */
#include "parse.h"

#include <errno.h>
#include <string.h>

static bool is_name(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (!i || c < '0' || c > '9'))
			return false;
	}
	return len > 0;
}

static int find_object(const struct np_scenario *scenario, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < scenario->nr_objects; i++) {
		const char *name = scenario->objects[i].name;

		if (strlen(name) == len && !memcmp(name, text, len))
			return (int)i;
	}
	return -1;
}

static int check_new_name(struct np_parser *parser, struct np_piece name)
{
	const char *text = np_piece_text(parser, name);
	int len = (int)name.len;
	int object;

	if (!is_name(text, name.len))
		return np_parse_fail(parser, name,
				     "a name has letters, digits and _, and begins with no digit");
	if (name.len > NP_OBJECT_NAME_MAX)
		return np_parse_fail(parser, name, "name of %d characters, at most %d", len,
				     NP_OBJECT_NAME_MAX);
	if (np_vocabulary_is_keyword(text, name.len))
		return np_parse_fail(parser, name, "`%.*s` is a word of the language", len, text);
	if (np_vocabulary_find_constant(text, name.len) >= 0)
		return np_parse_fail(parser, name, "`%.*s` is a constant", len, text);
	object = find_object(parser->scenario, text, name.len);
	if (object == NP_OBJECT_ROOT)
		return np_parse_fail(parser, name, "`root` is there already: the memcg of all");
	if (object >= 0)
		return np_parse_fail(
			parser, name, "`%.*s` is already a %s, of line %u", len, text,
			np_vocabulary_objects[parser->scenario->objects[object].kind].name,
			parser->scenario->objects[object].line);
	return 0;
}

int np_parse_new_object(struct np_parser *parser, struct np_piece name, enum np_object_kind kind,
			int declaration, int step, int *object)
{
	struct np_scenario *scenario = parser->scenario;
	struct np_scenario_object new = { .kind = kind, .declaration = declaration, .step = step };
	int err = check_new_name(parser, name);
	size_t i;

	if (err)
		return err;
	if (scenario->nr_objects == NP_OBJECTS_MAX)
		return np_parse_fail(parser, name, "more than %d objects", NP_OBJECTS_MAX);
	for (i = 0; i < scenario->nr_objects; i++)
		new.ordinal += scenario->objects[i].kind == kind;
	new.line = parser->block->lines[parser->block->statements[parser->statement].first].number;
	new.name = np_parse_copy(parser, name, false);
	err = new.name ? NP_PARSE_GROW(parser, objects, nr_objects) :
			 np_parse_out_of_memory(parser);
	if (err)
		return err;
	*object = (int)scenario->nr_objects;
	scenario->objects[scenario->nr_objects++] = new;
	return 0;
}

/* Line of a later declaration of this name, or 0. */
static unsigned int declared_below(const struct np_parser *parser, const char *text, size_t len)
{
	struct np_parser ahead = *parser;

	while (++ahead.statement < ahead.block->nr_statements) {
		struct np_piece keyword, name;
		size_t at = 0;
		int kind;

		np_parse_word(&ahead, &at, &keyword);
		kind = np_vocabulary_find_declaration(np_piece_text(&ahead, keyword), keyword.len);
		if (kind < 0 || np_vocabulary_declarations[kind].object == NP_OBJECT_KINDS)
			continue;
		if (np_parse_word(&ahead, &at, &name) && name.len == len &&
		    !memcmp(np_piece_text(&ahead, name), text, len))
			return ahead.block->lines[ahead.block->statements[ahead.statement].first]
				.number;
	}
	return 0;
}

static int no_such_object(struct np_parser *parser, struct np_piece name, unsigned int accepts)
{
	const struct np_scenario *scenario = parser->scenario;
	const char *text = np_piece_text(parser, name);
	unsigned int below = declared_below(parser, text, name.len);
	struct np_nearest nearest;
	char kinds[96];
	size_t i;

	if (below)
		return np_parse_fail(parser, name,
				     "`%.*s` is declared below, on line %u: names are declared "
				     "before they are used",
				     (int)name.len, text, below);
	np_nearest_init(&nearest, text, name.len);
	for (i = 0; i < scenario->nr_objects; i++) {
		if (accepts & NP_ACCEPT(scenario->objects[i].kind))
			np_nearest_offer(&nearest, scenario->objects[i].name);
	}
	np_parse_fail(parser, name, "no %s is named `%.*s`",
		      np_vocabulary_accepts(accepts, kinds, sizeof(kinds)), (int)name.len, text);
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

int np_parse_object(struct np_parser *parser, struct np_piece name, unsigned int accepts,
		    const char *user, int *object)
{
	const struct np_scenario *scenario = parser->scenario;
	const char *text = np_piece_text(parser, name);
	const struct np_scenario_object *found;
	char kinds[96];

	*object = find_object(scenario, text, name.len);
	if (*object < 0)
		return no_such_object(parser, name, accepts);
	found = &scenario->objects[*object];
	if (accepts & NP_ACCEPT(found->kind))
		return 0;
	return np_parse_fail(parser, name, "%s is a %s, and `%s` is a %s", user,
			     np_vocabulary_accepts(accepts, kinds, sizeof(kinds)), found->name,
			     np_vocabulary_objects[found->kind].name);
}
