/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Declarations: a word, a name, attributes. */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "assure.h"

#define PAGE_BYTES 4096

/* An attribute that is being read: its row, its value, and the text of the value. */
struct reading {
	const struct np_vocabulary_declaration *declaration;
	const struct np_vocabulary_attribute *attribute;
	struct np_scenario_value *value;
	struct np_piece text;
};

static int read_integer(const char *text, size_t len, int64_t *number)
{
	bool negative = len && text[0] == '-';
	int constant, err;

	text += negative;
	len -= negative;
	constant = np_vocabulary_find_constant(text, len);
	if (constant >= 0) {
		*number = np_vocabulary_constants[constant].number;
		err = 0;
	} else {
		err = np_lex_number(text, len, number);
	}
	if (!err && negative)
		*number = -*number;
	return err;
}

static int parse_integer(struct np_parser *parser, const struct reading *r)
{
	const struct np_vocabulary_attribute *attribute = r->attribute;
	int err = read_integer(np_piece_text(parser, r->text), r->text.len, &r->value->number);

	if (!err && r->value->number >= attribute->minimum &&
	    r->value->number <= attribute->maximum)
		return 0;
	return np_parse_fail(parser, r->text, "`%s` is a number from %" PRId64 " to %" PRId64,
			     attribute->name, attribute->minimum, attribute->maximum);
}

/* Pages, or with a letter an amount of memory, as one writes it to memory.max. */
static int parse_size(struct np_parser *parser, const struct reading *r)
{
	const char *text = np_piece_text(parser, r->text);
	size_t len = r->text.len;
	unsigned int shift = 0;
	int64_t number;
	int err;

	switch (len ? text[len - 1] : '\0') {
	case 'K':
		shift = 10;
		break;
	case 'M':
		shift = 20;
		break;
	case 'G':
		shift = 30;
		break;
	}
	err = read_integer(text, len - (shift > 0), &number);
	if (!err && shift && number >= 0 && number <= INT64_MAX >> shift) {
		number <<= shift;
		if (number % PAGE_BYTES)
			return np_parse_fail(parser, r->text, "`%s` is a whole number of pages",
					     r->attribute->name);
		number /= PAGE_BYTES;
	} else if (shift) {
		err = -ERANGE;
	}
	if (err || number < r->attribute->minimum || number > r->attribute->maximum)
		return np_parse_fail(parser, r->text,
				     "`%s` is a number of pages from %" PRId64 " to %" PRId64
				     ", or of bytes with K, M or G",
				     r->attribute->name, r->attribute->minimum,
				     r->attribute->maximum);
	r->value->number = number;
	return 0;
}

static int find_word(const char *const *words, const char *text, size_t len)
{
	int i;

	for (i = 0; words[i]; i++) {
		if (strlen(words[i]) == len && !memcmp(words[i], text, len))
			return i;
	}
	return -1;
}

static int no_such_word(struct np_parser *parser, const struct reading *r, struct np_piece word)
{
	const char *const *words = r->attribute->words;
	struct np_nearest nearest;
	char list[160] = "";
	size_t used = 0;
	int i;

	np_nearest_init(&nearest, np_piece_text(parser, word), word.len);
	for (i = 0; words[i]; i++) {
		np_nearest_offer(&nearest, words[i]);
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
						 i ? ", " : "", words[i]);
	}
	np_parse_fail(parser, word, "`%s` is one of %s", r->attribute->name, list);
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

static int parse_enum(struct np_parser *parser, const struct reading *r)
{
	int i = find_word(r->attribute->words, np_piece_text(parser, r->text), r->text.len);

	if (i < 0)
		return no_such_word(parser, r, r->text);
	r->value->number = i;
	return 0;
}

static int parse_set(struct np_parser *parser, const struct reading *r)
{
	size_t at = r->text.offset, end = r->text.offset + r->text.len;

	for (;;) {
		struct np_piece word = { at, 0 };
		const char *text = np_piece_text(parser, word);
		int i;

		while (at + word.len < end && text[word.len] != ',')
			word.len++;
		i = find_word(r->attribute->words, text, word.len);
		if (i < 0)
			return no_such_word(parser, r, word);
		if (r->value->number & (INT64_C(1) << i))
			return np_parse_fail(parser, word, "`%s` stands here twice",
					     r->attribute->words[i]);
		r->value->number |= INT64_C(1) << i;
		at += word.len;
		if (at == end)
			return 0;
		at++;
	}
}

static int parse_free_word(struct np_parser *parser, const struct reading *r)
{
	const char *text = np_piece_text(parser, r->text);
	size_t i;

	for (i = 0; i < r->text.len; i++) {
		char c = text[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !strchr("_./+-", c))
			return np_parse_fail(parser, (struct np_piece){ r->text.offset + i, 1 },
					     "`%s` has letters, digits and _ . / + - only",
					     r->attribute->name);
	}
	return 0;
}

static int parse_object_value(struct np_parser *parser, const struct reading *r)
{
	char user[96];

	snprintf(user, sizeof(user), "`%s` of a %s", r->attribute->name, r->declaration->name);
	return np_parse_object(parser, r->text, NP_ACCEPT(r->attribute->object), user,
			       &r->value->object);
}

static int parse_value(struct np_parser *parser, const struct reading *r)
{
	int err = 0;

	r->value->number = 0;
	switch (r->attribute->type) {
	case NP_VALUE_INTEGER:
		err = parse_integer(parser, r);
		break;
	case NP_VALUE_SIZE:
		err = parse_size(parser, r);
		break;
	case NP_VALUE_ENUM:
		err = parse_enum(parser, r);
		break;
	case NP_VALUE_SET:
		err = parse_set(parser, r);
		break;
	case NP_VALUE_WORD:
		err = parse_free_word(parser, r);
		break;
	case NP_VALUE_OBJECT:
		err = parse_object_value(parser, r);
		break;
	case NP_VALUE_FLAG:
		r->value->number = 1;
		break;
	}
	if (err)
		return err;
	r->value->given = true;
	r->value->word = np_parse_copy(parser, r->text, false);
	return r->value->word ? 0 : np_parse_out_of_memory(parser);
}

static int no_such_attribute(struct np_parser *parser, const struct reading *r,
			     struct np_piece name)
{
	struct np_nearest nearest;
	unsigned int i;

	np_nearest_init(&nearest, np_piece_text(parser, name), name.len);
	for (i = 0; i < r->declaration->attributes; i++) {
		if (!r->declaration->attribute[i].positional)
			np_nearest_offer(&nearest, r->declaration->attribute[i].name);
	}
	np_parse_fail(parser, name, "%s has no attribute `%.*s`", r->declaration->name,
		      (int)name.len, np_piece_text(parser, name));
	if (np_nearest_name(&nearest))
		np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

/* "name=value" or "flag". */
static int parse_attribute(struct np_parser *parser, struct np_scenario_declaration *declaration,
			   struct np_piece word)
{
	struct reading r = { .declaration = &np_vocabulary_declarations[declaration->kind] };
	const char *text = np_piece_text(parser, word);
	const char *equals = memchr(text, '=', word.len);
	struct np_piece name = { word.offset, equals ? (size_t)(equals - text) : word.len };
	unsigned int i;

	for (i = 0; i < r.declaration->attributes; i++) {
		const struct np_vocabulary_attribute *attribute = &r.declaration->attribute[i];

		if (!attribute->positional && strlen(attribute->name) == name.len &&
		    !memcmp(attribute->name, text, name.len))
			break;
	}
	if (i == r.declaration->attributes)
		return no_such_attribute(parser, &r, name);
	r.attribute = &r.declaration->attribute[i];
	r.value = &declaration->value[i];
	r.text = (struct np_piece){ name.offset + name.len + 1, word.len - name.len - 1 };
	if (r.value->given)
		return np_parse_fail(parser, name, "`%s` stands here twice", r.attribute->name);
	if (r.attribute->type == NP_VALUE_FLAG) {
		if (equals)
			return np_parse_fail(parser, word, "`%s` stands alone, without a value",
					     r.attribute->name);
		r.text = name;
	} else if (!equals || !r.text.len) {
		return np_parse_fail(parser, word, "`%s` needs a value: `%s=...`, without blanks",
				     r.attribute->name, r.attribute->name);
	}
	return parse_value(parser, &r);
}

static int parse_positional(struct np_parser *parser, struct np_scenario_declaration *declaration,
			    size_t *at)
{
	struct reading r = { .declaration = &np_vocabulary_declarations[declaration->kind],
			     .attribute =
				     &np_vocabulary_declarations[declaration->kind].attribute[0],
			     .value = &declaration->value[0] };

	if (!r.attribute->positional)
		return 0;
	if (!np_parse_word(parser, at, &r.text))
		return np_parse_fail(parser, r.text, "the %s is missing", r.attribute->name);
	return parse_value(parser, &r);
}

static void set_defaults(struct np_scenario_declaration *declaration)
{
	const struct np_vocabulary_declaration *row =
		&np_vocabulary_declarations[declaration->kind];
	unsigned int i;

	np_assure(row->attributes <= NP_ATTRIBUTES_MAX);
	for (i = 0; i < row->attributes; i++) {
		bool object = row->attribute[i].type == NP_VALUE_OBJECT;

		declaration->value[i].number = object ? 0 : row->attribute[i].otherwise;
		declaration->value[i].object = object ? (int)row->attribute[i].otherwise : -1;
	}
}

static int check_required(struct np_parser *parser,
			  const struct np_scenario_declaration *declaration,
			  struct np_piece keyword)
{
	const struct np_vocabulary_declaration *row =
		&np_vocabulary_declarations[declaration->kind];
	unsigned int given = 0, i;

	for (i = 0; i < row->attributes; i++) {
		given += declaration->value[i].given;
		if (row->attribute[i].required && !declaration->value[i].given)
			return np_parse_fail(parser, keyword, "this %s needs `%s=`", row->name,
					     row->attribute[i].name);
	}
	if (declaration->kind == NP_DECLARE_SYSCTL && !given)
		return np_parse_fail(parser, keyword, "sysctl needs a name and a value: `%s=`",
				     row->attribute[0].name);
	return 0;
}

static int check_below(struct np_parser *parser, struct np_piece keyword, const char *name,
		       int64_t number, enum np_model_attribute limit)
{
	const struct np_scenario *scenario = parser->scenario;
	int64_t most = scenario->declarations[scenario->model].value[limit].number;

	if (number < most)
		return 0;
	return np_parse_fail(parser, keyword,
			     "%s=%" PRId64 ": the model has %s=%" PRId64
			     ", so they are 0 to %" PRId64,
			     name, number,
			     np_vocabulary_declarations[NP_DECLARE_MODEL].attribute[limit].name,
			     most, most - 1);
}

static int check_actor(struct np_parser *parser, const struct np_scenario_value *value,
		       struct np_piece keyword)
{
	int contexts = value[NP_ACTOR_ATTR_TASK].given + value[NP_ACTOR_ATTR_SOFTIRQ].given +
		       value[NP_ACTOR_ATTR_HARDIRQ].given + value[NP_ACTOR_ATTR_KERNEL].given;

	if (contexts != 1)
		return np_parse_fail(parser, keyword,
				     "an actor is exactly one of task=, softirq, "
				     "hardirq and kernel");
	return check_below(parser, keyword, "cpu", value[NP_ACTOR_ATTR_CPU].number,
			   NP_MODEL_ATTR_CPUS);
}

static int check_page(struct np_parser *parser, const struct np_scenario_value *value,
		      struct np_piece keyword)
{
	if (value[NP_PAGE_ATTR_KIND].number == NP_PAGE_WORD_COMPOUND &&
	    !value[NP_PAGE_ATTR_ORDER].number)
		return np_parse_fail(parser, keyword, "a compound page has an order of 1 or more");
	return check_below(parser, keyword, "node", value[NP_PAGE_ATTR_NODE].number,
			   NP_MODEL_ATTR_NODES);
}

/* What no single attribute shows to be wrong. */
static int check_values(struct np_parser *parser, const struct np_scenario_declaration *declaration,
			struct np_piece keyword)
{
	const struct np_scenario_value *value = declaration->value;

	switch (declaration->kind) {
	case NP_DECLARE_ACTOR:
		return check_actor(parser, value, keyword);
	case NP_DECLARE_PAGE:
		return check_page(parser, value, keyword);
	case NP_DECLARE_POOL:
		return check_below(parser, keyword, "node", value[NP_POOL_ATTR_NODE].number,
				   NP_MODEL_ATTR_NODES);
	case NP_DECLARE_NIC:
		return check_below(parser, keyword, "node", value[NP_NIC_ATTR_NODE].number,
				   NP_MODEL_ATTR_NODES);
	default:
		return 0;
	}
}

static int check_place(struct np_parser *parser, enum np_declaration kind, struct np_piece keyword)
{
	const struct np_scenario *scenario = parser->scenario;

	if (kind == NP_DECLARE_MODEL && scenario->model >= 0)
		return np_parse_fail(parser, keyword, "a second `model`");
	if (kind == NP_DECLARE_EXPLORE && scenario->explore >= 0)
		return np_parse_fail(parser, keyword, "a second `explore`");
	if (parser->running && !np_vocabulary_declarations[kind].late)
		return np_parse_fail(parser, keyword, "`%s` stands above the first step",
				     np_vocabulary_declarations[kind].name);
	return 0;
}

static int parse_name(struct np_parser *parser, struct np_scenario_declaration *declaration,
		      size_t *at)
{
	const struct np_vocabulary_declaration *row =
		&np_vocabulary_declarations[declaration->kind];
	struct np_piece name;

	if (row->object == NP_OBJECT_KINDS)
		return 0;
	if (!np_parse_word(parser, at, &name))
		return np_parse_fail(parser, name, "this %s has no name", row->name);
	return np_parse_new_object(parser, name, row->object,
				   (int)parser->scenario->nr_declarations, -1,
				   &declaration->object);
}

int np_parse_declaration(struct np_parser *parser, enum np_declaration kind,
			 struct np_piece keyword)
{
	struct np_scenario *scenario = parser->scenario;
	struct np_scenario_declaration new = { .kind = kind,
					       .object = -1,
					       .statement = parser->statement };
	size_t at = keyword.offset + keyword.len;
	struct np_piece word;
	int err = check_place(parser, kind, keyword);

	set_defaults(&new);
	if (!err)
		err = parse_name(parser, &new, &at);
	if (!err)
		err = parse_positional(parser, &new, &at);
	while (!err && np_parse_word(parser, &at, &word))
		err = parse_attribute(parser, &new, word);
	if (!err)
		err = check_required(parser, &new, keyword);
	if (!err)
		err = check_values(parser, &new, keyword);
	if (!err)
		err = NP_PARSE_GROW(parser, declarations, nr_declarations);
	if (err)
		return err;
	scenario->statements[parser->statement].kind = NP_STATEMENT_DECLARATION;
	scenario->statements[parser->statement].index = scenario->nr_declarations;
	if (kind == NP_DECLARE_MODEL)
		scenario->model = (int)scenario->nr_declarations;
	if (kind == NP_DECLARE_EXPLORE)
		scenario->explore = (int)scenario->nr_declarations;
	scenario->declarations[scenario->nr_declarations++] = new;
	return 0;
}
