/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The statements of a scenario, and what its parts share. */
#include "parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"
#include "wrap.h"

/* Trees and copies of words; a block of the largest size that is allowed needs less. */
#define SCENARIO_MEMORY_MAX ((size_t)256 << 20)

const char *np_piece_text(const struct np_parser *parser, struct np_piece piece)
{
	return parser->block->statements[parser->statement].text + piece.offset;
}

/* Whether nothing but blanks is between @offset and the beginning of its line, not the first. */
static bool begins_continuation(const struct np_parser *parser, size_t offset)
{
	const struct np_block_statement *statement = &parser->block->statements[parser->statement];
	size_t begin = 0, i;

	for (i = 0; i + 1 < statement->lines; i++) {
		begin += parser->block->lines[statement->first + i].len + 1;
		if (offset >= begin && strspn(statement->text + begin, " ") == offset - begin)
			return true;
	}
	return false;
}

/* A line that was meant to be a statement of its own ends up in the one above. */
static void suggest_beginning(struct np_parser *parser, struct np_piece piece)
{
	const struct np_scenario *scenario = parser->scenario;
	struct np_nearest nearest;
	size_t i;

	np_nearest_init(&nearest, np_piece_text(parser, piece), piece.len);
	for (i = 0; i < NP_KEYWORDS; i++)
		np_nearest_offer(&nearest, np_vocabulary_keywords[i].name);
	for (i = 0; i < NP_DECLARATIONS; i++)
		np_nearest_offer(&nearest, np_vocabulary_declarations[i].name);
	for (i = 0; i < scenario->nr_objects; i++) {
		if (scenario->objects[i].kind == NP_OBJECT_ACTOR)
			np_nearest_offer(&nearest, scenario->objects[i].name);
	}
	np_scenario_error_nearest(parser->error, &nearest);
}

int np_parse_fail(struct np_parser *parser, struct np_piece piece, const char *format, ...)
{
	struct np_scenario_error *error = parser->error;
	va_list arguments;
	size_t used;

	va_start(arguments, format);
	np_scenario_error_vset(error, -EINVAL, format, arguments);
	va_end(arguments);
	np_block_place(parser->block, parser->statement, piece.offset, piece.len, error);
	if (!begins_continuation(parser, piece.offset))
		return -EINVAL;
	used = strlen(error->message);
	snprintf(error->message + used, sizeof(error->message) - used,
		 " (a line without a keyword and an actor belongs to the one above)");
	suggest_beginning(parser, piece);
	return -EINVAL;
}

int np_parse_out_of_memory(struct np_parser *parser)
{
	return np_scenario_error_set(parser->error, -ENOMEM,
				     "out of memory, or the scenario is too large");
}

int np_parse_grow(struct np_parser *parser, void **array, size_t count, size_t size)
{
	void *grown = np_arena_grow(&parser->scenario->arena, *array, count, size);

	if (!grown)
		return np_parse_out_of_memory(parser);
	*array = grown;
	return 0;
}

const char *np_parse_copy(struct np_parser *parser, struct np_piece piece, bool squeeze)
{
	const char *text = np_piece_text(parser, piece);
	char *copy = np_arena_alloc(&parser->scenario->arena, piece.len + 1);
	size_t used = 0, i;

	for (i = 0; copy && i < piece.len; i++) {
		if (!squeeze || text[i] != ' ')
			copy[used++] = text[i];
	}
	return copy;
}

struct np_piece np_parse_token(const struct np_parser *parser)
{
	return (struct np_piece){ parser->lexer.token.offset, parser->lexer.token.len };
}

struct np_piece np_parse_since(const struct np_parser *parser, size_t from)
{
	const struct np_lexer *lexer = &parser->lexer;
	size_t end = lexer->token.offset;

	while (end > from && lexer->text[end - 1] == ' ')
		end--;
	return (struct np_piece){ from, end - from };
}

int np_parse_expect(struct np_parser *parser, enum np_token_kind kind, const char *what)
{
	struct np_piece piece = np_parse_token(parser);
	const char *text = np_piece_text(parser, piece);

	if (parser->lexer.token.kind == kind) {
		np_lex_next(&parser->lexer);
		return 0;
	}
	switch (parser->lexer.token.kind) {
	case NP_TOKEN_END:
		return np_parse_fail(parser, piece, "%s is missing at the end", what);
	case NP_TOKEN_BAD:
		return np_parse_fail(parser, piece, "`%c` means nothing here", text[0]);
	case NP_TOKEN_BAD_NUMBER:
		return np_parse_fail(parser, piece,
				     "`%.*s` is no number, and no name begins with "
				     "a digit",
				     (int)piece.len, text);
	case NP_TOKEN_HUGE_NUMBER:
		return np_parse_fail(parser, piece, "number too large");
	default:
		return np_parse_fail(parser, piece, "%s must stand here, not `%.*s`", what,
				     (int)piece.len, text);
	}
}

bool np_parse_word(const struct np_parser *parser, size_t *at, struct np_piece *word)
{
	const struct np_block_statement *statement = &parser->block->statements[parser->statement];

	while (*at < statement->len && statement->text[*at] == ' ')
		(*at)++;
	word->offset = *at;
	while (*at < statement->len && statement->text[*at] != ' ')
		(*at)++;
	word->len = *at - word->offset;
	return word->len > 0;
}

static int parse_claim(struct np_parser *parser, enum np_rule rule)
{
	struct np_scenario *scenario = parser->scenario;
	int err = NP_PARSE_GROW(parser, claims, nr_claims);

	if (err)
		return err;
	scenario->statements[parser->statement].kind = NP_STATEMENT_CLAIM;
	scenario->statements[parser->statement].index = scenario->nr_claims;
	scenario->claims[scenario->nr_claims++] = (struct np_scenario_claim){
		.rule = rule, .expression = -1, .statement = parser->statement
	};
	return 0;
}

static int parse_claim_expression(struct np_parser *parser, struct np_scenario_claim *claim)
{
	const struct np_block_statement *statement = &parser->block->statements[claim->statement];
	int err;

	parser->statement = claim->statement;
	parser->function = NP_STEPS;
	np_lex_init(&parser->lexer, statement->text, statement->len);
	np_lex_next(&parser->lexer);
	err = np_parse_expression(parser, &claim->expression);
	if (err)
		return err;
	if (parser->lexer.token.kind == NP_TOKEN_ASSIGN)
		return np_parse_fail(parser, np_parse_token(parser),
				     "`=` stands behind `=>` only; here it is `==`");
	return np_parse_expect(parser, NP_TOKEN_END, "an operator or the end of the line");
}

/* Words of a schedule must not look like the beginning of a statement when they are wrapped. */
static bool is_schedule_word(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !strchr(i ? "_.*@/+->:~[]" : "_.*@/+-", c))
			return false;
	}
	return np_line_kind(text, len) == NP_LINE_OTHER;
}

static int parse_schedule(struct np_parser *parser, size_t at)
{
	struct np_scenario *scenario = parser->scenario;
	size_t first = scenario->nr_schedule;
	struct np_piece word;

	scenario->statements[parser->statement].kind = NP_STATEMENT_SCHEDULE;
	scenario->statements[parser->statement].index = first;
	while (np_parse_word(parser, &at, &word)) {
		const char *text = np_piece_text(parser, word);
		int err;

		if (!is_schedule_word(text, word.len))
			return np_parse_fail(parser, word, "`%.*s` is no word of a schedule",
					     (int)word.len, text);
		err = NP_PARSE_GROW(parser, schedule, nr_schedule);
		if (err)
			return err;
		text = np_parse_copy(parser, word, false);
		if (!text)
			return np_parse_out_of_memory(parser);
		scenario->schedule[scenario->nr_schedule++] = text;
	}
	if (scenario->nr_schedule > first)
		return 0;
	return np_parse_fail(parser, (struct np_piece){ at, 0 }, "a schedule has words");
}

static const char *const verdicts[] = {
	[NP_VERDICT_PASS] = "pass",	[NP_VERDICT_FAIL] = "fail",
	[NP_VERDICT_ALWAYS] = "always", [NP_VERDICT_SOMETIMES] = "sometimes",
	[NP_VERDICT_NEVER] = "never",
};

#define VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))

static int find_verdict(struct np_parser *parser, struct np_piece word)
{
	const char *text = np_piece_text(parser, word);
	struct np_nearest nearest;
	size_t i;

	np_nearest_init(&nearest, text, word.len);
	for (i = 0; i < VERDICTS; i++) {
		if (strlen(verdicts[i]) == word.len && !memcmp(verdicts[i], text, word.len))
			return (int)i;
		np_nearest_offer(&nearest, verdicts[i]);
	}
	np_parse_fail(parser, word, "a result is pass, fail RULE, always, sometimes or never");
	np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

static int parse_rule(struct np_parser *parser, size_t *at)
{
	struct np_nearest nearest;
	struct np_piece word;
	int rule;
	size_t i;

	if (!np_parse_word(parser, at, &word))
		return np_parse_fail(parser, word, "`result fail` names the rule that is violated");
	rule = np_vocabulary_find_rule(np_piece_text(parser, word), word.len);
	if (rule >= 0) {
		parser->scenario->rule = (enum np_rule)rule;
		return 0;
	}
	np_nearest_init(&nearest, np_piece_text(parser, word), word.len);
	for (i = 0; i < NP_RULES; i++)
		np_nearest_offer(&nearest, np_vocabulary_rules[i].name);
	np_parse_fail(parser, word, "no rule `%.*s`", (int)word.len, np_piece_text(parser, word));
	np_scenario_error_nearest(parser->error, &nearest);
	return -EINVAL;
}

static int parse_result(struct np_parser *parser, struct np_piece keyword, size_t at)
{
	struct np_scenario *scenario = parser->scenario;
	struct np_piece word;
	int verdict, err = 0;
	size_t behind;

	scenario->statements[parser->statement].kind = NP_STATEMENT_RESULT;
	if (scenario->has_result)
		return np_parse_fail(parser, keyword, "a second `result`");
	scenario->has_result = true;
	np_parse_word(parser, &at, &word);
	verdict = find_verdict(parser, word);
	if (verdict < 0)
		return verdict;
	scenario->verdict = (enum np_verdict)verdict;
	behind = at;
	scenario->has_rule = verdict == NP_VERDICT_FAIL ||
			     (verdict > NP_VERDICT_FAIL && np_parse_word(parser, &behind, &word));
	if (scenario->has_rule)
		err = parse_rule(parser, &at);
	if (!err && np_parse_word(parser, &at, &word))
		err = np_parse_fail(parser, word, "nothing stands behind the result");
	return err;
}

static int parse_keyword(struct np_parser *parser, enum np_keyword keyword, struct np_piece word)
{
	size_t at = word.offset + word.len;

	switch (keyword) {
	case NP_KEYWORD_AT:
		return np_parse_at(parser, word);
	case NP_KEYWORD_CHECK:
		return parse_claim(parser, NP_RULE_CHECK);
	case NP_KEYWORD_NEVER:
		return parse_claim(parser, NP_RULE_NEVER);
	case NP_KEYWORD_ALWAYS:
		return parse_claim(parser, NP_RULE_ALWAYS);
	case NP_KEYWORD_REST:
		return parse_claim(parser, NP_RULE_REST);
	case NP_KEYWORD_SCHEDULE:
		return parse_schedule(parser, at);
	case NP_KEYWORD_RESULT:
		return parse_result(parser, word, at);
	default:
		return np_parse_fail(parser, word, "`%s` cannot stand inside a scenario",
				     np_vocabulary_keywords[keyword].name);
	}
}

static int parse_statement(struct np_parser *parser)
{
	const struct np_block_statement *statement = &parser->block->statements[parser->statement];
	enum np_line_kind line = np_line_kind(statement->text, statement->len);
	struct np_piece word;
	size_t at = 0;
	int kind;

	np_parse_word(parser, &at, &word);
	if (line == NP_LINE_COMMENT)
		return 0;
	kind = np_vocabulary_find_declaration(np_piece_text(parser, word), word.len);
	if (parser->scenario->model < 0 && kind != NP_DECLARE_MODEL)
		return np_parse_fail(parser, word,
				     "a scenario begins with the model that it needs: `model 6.1`");
	if (line == NP_LINE_ACTOR)
		return np_parse_step(parser);
	if (kind >= 0)
		return np_parse_declaration(parser, (enum np_declaration)kind, word);
	kind = np_vocabulary_find_keyword(np_piece_text(parser, word), word.len);
	np_assure(kind >= 0);
	return parse_keyword(parser, (enum np_keyword)kind, word);
}

/* What can be said only when all statements are known. */
static int parse_rest(struct np_parser *parser)
{
	struct np_scenario *scenario = parser->scenario;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < scenario->nr_claims; i++) {
		if (scenario->claims[i].expression < 0)
			err = parse_claim_expression(parser, &scenario->claims[i]);
	}
	if (err)
		return err;
	for (i = 0; i < scenario->nr_statements; i++) {
		struct np_piece whole = { 0, scenario->statements[i].len };

		parser->statement = i;
		if (scenario->statements[i].kind == NP_STATEMENT_RESULT &&
		    scenario->verdict > NP_VERDICT_FAIL && scenario->explore < 0)
			return np_parse_fail(parser, whole, "this result needs an `explore`");
	}
	if (scenario->model >= 0)
		return 0;
	np_scenario_error_set(parser->error, -EINVAL,
			      "a scenario begins with the model that it needs: `model 6.1`");
	np_scenario_error_place(parser->error, parser->block->header.number,
				parser->block->header.text, parser->block->header.len, 0,
				parser->block->header.len);
	return -EINVAL;
}

static int copy_statements(struct np_parser *parser)
{
	const struct np_block *block = parser->block;
	struct np_scenario *scenario = parser->scenario;
	size_t i;

	for (i = 0; i < block->nr_statements; i++) {
		const struct np_block_statement *from = &block->statements[i];
		struct np_scenario_statement *to;
		int err = NP_PARSE_GROW(parser, statements, nr_statements);

		if (err)
			return err;
		to = &scenario->statements[scenario->nr_statements++];
		to->line = block->lines[from->first].number;
		to->len = from->len;
		to->text = np_arena_copy(&scenario->arena, from->text, from->len);
		if (!to->text)
			return np_parse_out_of_memory(parser);
	}
	return 0;
}

/* `root` is the first object, so that 0 can stand for it in the tables. */
static int add_root(struct np_parser *parser)
{
	struct np_scenario *scenario = parser->scenario;
	int err = NP_PARSE_GROW(parser, objects, nr_objects);

	if (err)
		return err;
	scenario->objects[scenario->nr_objects++] = (struct np_scenario_object){
		.name = "root", .kind = NP_OBJECT_MEMCG, .declaration = -1, .step = -1
	};
	return 0;
}

static int parse_block(struct np_parser *parser)
{
	struct np_scenario *scenario = parser->scenario;
	int err;

	np_arena_init(&scenario->arena, SCENARIO_MEMORY_MAX);
	scenario->hash = parser->block->hash;
	scenario->model = -1;
	scenario->explore = -1;
	scenario->name =
		np_arena_copy(&scenario->arena, parser->block->name, strlen(parser->block->name));
	if (!scenario->name)
		return np_parse_out_of_memory(parser);
	err = copy_statements(parser);
	if (!err)
		err = add_root(parser);
	for (; !err && parser->statement < parser->block->nr_statements; parser->statement++) {
		err = parse_statement(parser);
		/* A check sees what is there by then; the others may name what comes later. */
		if (!err && scenario->nr_claims &&
		    scenario->claims[scenario->nr_claims - 1].statement == parser->statement &&
		    scenario->claims[scenario->nr_claims - 1].rule == NP_RULE_CHECK)
			err = parse_claim_expression(parser,
						     &scenario->claims[scenario->nr_claims - 1]);
	}
	return err ? err : parse_rest(parser);
}

int np_scenario_parse(const struct np_block *block, struct np_scenario **scenario,
		      struct np_scenario_error *error)
{
	struct np_parser parser = { .block = block, .error = error, .function = NP_STEPS };
	int err;

	*scenario = NULL;
	parser.scenario = calloc(1, sizeof(*parser.scenario));
	if (!parser.scenario)
		return np_parse_out_of_memory(&parser);
	err = parse_block(&parser);
	if (err)
		np_scenario_free(parser.scenario);
	else
		*scenario = parser.scenario;
	return err;
}

void np_scenario_free(struct np_scenario *scenario)
{
	if (!scenario)
		return;
	np_arena_free(&scenario->arena);
	free(scenario);
}
