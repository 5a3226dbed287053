/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "assemble.h"

#include <errno.h>
#include <string.h>

#include "decode.h"
#include "vocabulary.h"
#include "wrap.h"

int np_assembly_out_of_memory(struct np_assembly *a)
{
	return np_scenario_error_set(a->error, -ENOMEM,
				     "out of memory, or the scenario is too "
				     "large");
}

static void place_line(struct np_assembly *a, const struct np_block_line *line)
{
	np_scenario_error_place(a->error, line->number, line->text, line->len, 0, line->len);
}

void np_assembly_place_raw(struct np_assembly *a, const struct np_raw_line *raw)
{
	np_scenario_error_place(a->error, raw->number, raw->text, raw->len, 0, 1);
}

/* Only 7-bit text is a scenario; whoever sent it saw something else than what arrived. */
static int check_bytes(struct np_assembly *a, const struct np_block_line *line)
{
	size_t i;

	for (i = 0; i < line->len; i++) {
		unsigned char c = (unsigned char)line->text[i];

		if (c >= 0x20 && c < 0x7f)
			continue;
		if (!c)
			np_scenario_error_set(a->error, -EILSEQ, "NUL byte in a scenario");
		else
			np_scenario_error_set(a->error, -EILSEQ,
					      "byte 0x%02x in a scenario: only 7-bit ASCII text "
					      "travels unharmed",
					      c);
		np_scenario_error_place(a->error, line->number, line->text, line->len, i, 1);
		return -EILSEQ;
	}
	return 0;
}

static int add_statement(struct np_assembly *a)
{
	struct np_block *block = a->block;
	struct np_block_statement *grown;

	grown = np_arena_grow(&block->arena, block->statements, block->nr_statements,
			      sizeof(*grown));
	if (!grown)
		return np_assembly_out_of_memory(a);
	block->statements = grown;
	grown[block->nr_statements++].first = block->nr_lines - 1;
	return 0;
}

static void suggest_keyword(struct np_assembly *a, const char *text)
{
	struct np_nearest nearest;
	size_t i;

	text += strspn(text, " ");
	np_nearest_init(&nearest, text, strcspn(text, " :"));
	for (i = 0; i < NP_KEYWORDS; i++)
		np_nearest_offer(&nearest, np_vocabulary_keywords[i].name);
	for (i = 0; i < NP_DECLARATIONS; i++)
		np_nearest_offer(&nearest, np_vocabulary_declarations[i].name);
	np_scenario_error_nearest(a->error, &nearest);
}

static size_t first_word(const char *text, size_t len)
{
	size_t begin = 0, end;

	while (begin < len && text[begin] == ' ')
		begin++;
	end = begin;
	while (end < len && text[end] != ' ')
		end++;
	return end - begin;
}

/* Whether a mail program would have put the first word of @next on a line of its own. */
static bool was_wrapped(const struct np_block_line *line, const char *next, size_t len)
{
	return line->width + 1 + first_word(next, len) > NP_WRAPPED_MIN;
}

/*
 * A word that is misspelt at the beginning of a line must not vanish in a comment above it: only
 * what a mail program could have torn off is taken as the rest of a comment.
 */
static int check_continuation(struct np_assembly *a, const struct np_block_line *line)
{
	struct np_block *block = a->block;
	const struct np_block_line *above = line - 1;
	const struct np_block_line *first;

	if (block->nr_statements) {
		first = &block->lines[block->statements[block->nr_statements - 1].first];
		if (np_line_kind(first->text, first->len) != NP_LINE_COMMENT ||
		    was_wrapped(above, line->text, line->len))
			return 0;
	}
	np_scenario_error_set(a->error, -EINVAL,
			      "this line begins with no keyword and no actor, and cannot belong to "
			      "the one above");
	place_line(a, line);
	suggest_keyword(a, line->text);
	return -EINVAL;
}

/* Text of the last statement so far is needed for `at` only, so its first lines will do. */
static bool awaits_actor(const struct np_block *block)
{
	const struct np_block_line *first;
	size_t i;

	if (!block->nr_statements)
		return false;
	i = block->statements[block->nr_statements - 1].first;
	first = &block->lines[i];
	if (!np_line_awaits_actor(first->text, first->len))
		return false;
	for (i++; i + 1 < block->nr_lines; i++) {
		if (memchr(block->lines[i].text, ':', block->lines[i].len))
			return false;
	}
	return true;
}

/* The words that make a block cannot stand inside one: it would be another block when read again. */
static int check_keyword(struct np_assembly *a, const struct np_block_line *line)
{
	const char *text = line->text + strspn(line->text, " ");
	size_t len = strcspn(text, " ");
	int keyword = np_vocabulary_find_keyword(text, len);

	if (keyword != NP_KEYWORD_NETPAGE && keyword != NP_KEYWORD_END)
		return 0;
	np_scenario_error_set(a->error, -EINVAL, "`%s` cannot stand inside a scenario",
			      np_vocabulary_keywords[keyword].name);
	place_line(a, line);
	return -EINVAL;
}

static int append_line(struct np_assembly *a, const struct np_block_line *line)
{
	struct np_block *block = a->block;
	struct np_block_line *grown, *kept;
	int err = check_bytes(a, line);

	if (err)
		return err;
	grown = np_arena_grow(&block->arena, block->lines, block->nr_lines, sizeof(*grown));
	if (!grown)
		return np_assembly_out_of_memory(a);
	block->lines = grown;
	kept = &grown[block->nr_lines];
	*kept = *line;
	kept->text = np_arena_copy(&block->arena, line->text, line->len);
	if (!kept->text)
		return np_assembly_out_of_memory(a);
	block->nr_lines++;
	switch (np_line_kind(kept->text, kept->len)) {
	case NP_LINE_OTHER:
		err = check_continuation(a, kept);
		break;
	case NP_LINE_ACTOR:
		err = awaits_actor(block) ? 0 : add_statement(a);
		break;
	case NP_LINE_KEYWORD:
		err = check_keyword(a, kept);
		if (!err)
			err = add_statement(a);
		break;
	default:
		err = add_statement(a);
		break;
	}
	return err;
}

/*
 * A line with fewer quote marks than the block is somebody's answer, or the end of a long line that
 * a mail program wrapped without quoting what it tore off. It is the latter if it stands right
 * between two lines of the block and the one above was too long for the mail.
 */
static int foreign_line(struct np_assembly *a, struct np_block_line *line)
{
	const struct np_block *block = a->block;
	size_t skip;

	np_line_unquote(line->text, line->len, a->header.depth, &skip);
	line->text += skip;
	line->len -= skip;
	a->has_pending = a->adjacent && block->nr_lines && first_word(line->text, line->len) &&
			 was_wrapped(&block->lines[block->nr_lines - 1], line->text, line->len);
	a->adjacent = false;
	if (!a->has_pending)
		return 0;
	a->pending = *line;
	a->pending.text = np_arena_copy(&a->block->arena, line->text, line->len);
	return a->pending.text ? 0 : np_assembly_out_of_memory(a);
}

static int take_line(struct np_assembly *a, unsigned int number, size_t len)
{
	struct np_block_line line = { .number = number, .text = a->line, .len = len, .width = len };
	size_t skip;
	int err = 0;

	if (np_line_unquote(line.text, line.len, a->header.depth, &skip) < a->header.depth)
		return foreign_line(a, &line);
	line.text += skip;
	line.len -= skip;
	if (np_line_kind(line.text, line.len) == NP_LINE_BLANK) {
		a->has_pending = false;
		a->adjacent = false;
		return 0;
	}
	if (a->has_pending)
		err = append_line(a, &a->pending);
	a->has_pending = false;
	if (err)
		return err;
	a->adjacent = true;
	return append_line(a, &line);
}

static size_t raw_quote_width(const struct np_assembly *a, const struct np_raw_line *raw)
{
	size_t skip;

	if (np_line_unquote(raw->text, raw->len, a->header.depth, &skip) < a->header.depth)
		return 0;
	return skip;
}

/*
 * Who quotes a mail without decoding it puts marks in front of each piece of a line. Who encodes a
 * quoted mail does not. A piece may begin with `>` for other reasons, all of them hardly do.
 */
static bool pieces_are_quoted(const struct np_assembly *a)
{
	size_t i, len, pieces = 0, quoted = 0;

	for (i = 0; a->header.depth && i + 1 < a->nr_raw; i++) {
		if (!np_raw_line_is_soft(&a->raw[i], &len))
			continue;
		pieces++;
		quoted += raw_quote_width(a, &a->raw[i + 1]) > 0;
	}
	return pieces && pieces == quoted;
}

/* Join the pieces of the line that begins at raw line *@i, decode it and take it. */
static int decode_and_take(struct np_assembly *a, size_t *i)
{
	const struct np_raw_line *first = &a->raw[*i];
	char joined[NP_LINE_MAX];
	size_t used = 0, len, skip = 0;
	bool soft;

	do {
		const struct np_raw_line *raw = &a->raw[*i];

		len = raw->len;
		soft = a->quoted_printable && np_raw_line_is_soft(raw, &len);
		if (len < skip)
			skip = len;
		if (len - skip > sizeof(joined) - used) {
			np_scenario_error_set(a->error, -EINVAL, "line longer than %d bytes",
					      NP_LINE_MAX);
			np_assembly_place_raw(a, first);
			return -EINVAL;
		}
		memcpy(joined + used, raw->text + skip, len - skip);
		used += len - skip;
		(*i)++;
		skip = soft && a->quoted_late && *i < a->nr_raw ? raw_quote_width(a, &a->raw[*i]) :
								  0;
	} while (soft && *i < a->nr_raw);
	len = np_line_decode(joined, used, a->quoted_printable, a->line);
	return take_line(a, first->number, len);
}

static int decode_lines(struct np_assembly *a)
{
	const char *begin = a->header.raw.text;
	size_t i = 0;

	a->quoted_printable =
		np_decode_looks_quoted_printable(begin, (size_t)(a->end.text - begin)) ||
		a->header.quoted_printable;
	a->quoted_late = a->quoted_printable && pieces_are_quoted(a);
	while (i < a->nr_raw) {
		int err = decode_and_take(a, &i);

		if (err)
			return err;
	}
	/* `end` has all its quote marks: it is the line of the block below the one torn off. */
	return a->has_pending ? append_line(a, &a->pending) : 0;
}

static size_t text_length(const struct np_block *block, const struct np_block_statement *statement)
{
	size_t len = 0, i;

	for (i = 0; i < statement->lines; i++)
		len += block->lines[statement->first + i].len + (i > 0);
	return len;
}

static int join_statement(struct np_assembly *a, struct np_block_statement *statement)
{
	struct np_block *block = a->block;
	const struct np_block_line *line = &block->lines[statement->first];
	char *text;
	size_t used = 0, i;

	statement->len = text_length(block, statement);
	if (statement->len > NP_LINE_MAX) {
		np_scenario_error_set(a->error, -EINVAL, "statement of %zu bytes, at most %d",
				      statement->len, NP_LINE_MAX);
		place_line(a, line);
		return -EINVAL;
	}
	text = np_arena_alloc(&block->arena, statement->len + 1);
	if (!text)
		return np_assembly_out_of_memory(a);
	for (i = 0; i < statement->lines; i++, line++) {
		if (i)
			text[used++] = ' ';
		memcpy(text + used, line->text, line->len);
		used += line->len;
	}
	statement->text = text;
	return 0;
}

static size_t comment_columns(const char *text, size_t len)
{
	size_t columns = 0, i;

	/* As np_wrap() prints it: one blank between words. */
	for (i = 0; i < len; i++)
		columns += text[i] != ' ' || (i + 1 < len && text[i + 1] != ' ' && columns);
	return columns;
}

static int check_comment(struct np_assembly *a, const struct np_block_statement *statement)
{
	size_t columns = comment_columns(statement->text, statement->len);

	if (np_line_kind(statement->text, statement->len) != NP_LINE_COMMENT ||
	    columns <= 1 + NP_COMMENT_COLUMNS)
		return 0;
	np_scenario_error_set(a->error, -EINVAL,
			      "comment of %zu columns behind its `#`: at most %d stay whole when "
			      "they are quoted",
			      columns - 1, NP_COMMENT_COLUMNS);
	place_line(a, &a->block->lines[statement->first]);
	return -EINVAL;
}

static int join_statements(struct np_assembly *a)
{
	struct np_block *block = a->block;
	size_t i;

	for (i = 0; i < block->nr_statements; i++) {
		struct np_block_statement *statement = &block->statements[i];
		size_t next = i + 1 < block->nr_statements ? block->statements[i + 1].first :
							     block->nr_lines;
		int err;

		statement->lines = next - statement->first;
		err = join_statement(a, statement);
		if (!err)
			err = check_comment(a, statement);
		if (err)
			return err;
	}
	return 0;
}

/* `end` could be the last word of a comment; then most of the scenario would be lost unseen. */
static int check_end(struct np_assembly *a)
{
	const struct np_block *block = a->block;
	const struct np_block_line *last;

	if (!block->nr_lines || !a->adjacent)
		return 0;
	last = &block->lines[block->nr_lines - 1];
	if (np_line_kind(last->text, last->len) != NP_LINE_COMMENT || !was_wrapped(last, "end", 3))
		return 0;
	np_scenario_error_set(a->error, -EINVAL,
			      "`end` may have been torn off the comment above: leave a line empty "
			      "between them");
	np_assembly_place_raw(a, &a->end);
	return -EINVAL;
}

static bool ends_in_comment(const struct np_block *block)
{
	const struct np_block_statement *last;

	if (!block->nr_statements)
		return false;
	last = &block->statements[block->nr_statements - 1];
	return np_line_kind(last->text, last->len) == NP_LINE_COMMENT;
}

static int print_text(struct np_assembly *a)
{
	struct np_block *block = a->block;
	FILE *out = open_memstream(&block->text, &block->len);
	size_t i, wide = SIZE_MAX;

	if (!out)
		return np_assembly_out_of_memory(a);
	fprintf(out, "netpage %d %s\n", NP_LANGUAGE_VERSION, block->name);
	for (i = 0; i < block->nr_statements; i++) {
		if (np_wrap(out, block->statements[i].text, block->statements[i].len))
			wide = i < wide ? i : wide;
	}
	np_wrap_end(out, ends_in_comment(block));
	i = (size_t)ferror(out);
	if (fclose(out) || i)
		return np_assembly_out_of_memory(a);
	if (wide == SIZE_MAX)
		return 0;
	np_scenario_error_set(a->error, -EINVAL,
			      "more than %d columns without a blank where the line could be broken",
			      NP_COLUMNS);
	place_line(a, &block->lines[block->statements[wide].first]);
	return -EINVAL;
}

static int keep_header(struct np_assembly *a)
{
	struct np_block *block = a->block;
	const struct np_header *header = &a->header;
	size_t len = header->len - header->name;

	block->header.number = header->raw.number;
	block->header.len = header->len;
	block->header.width = header->raw.len;
	block->header.text = np_arena_copy(&block->arena, header->text, header->len);
	block->name = np_arena_copy(&block->arena, header->text + header->name, len);
	if (!block->header.text || !block->name)
		return np_assembly_out_of_memory(a);
	if (header->version != NP_LANGUAGE_VERSION)
		np_scenario_error_set(a->error, -EPROTONOSUPPORT,
				      "this program speaks `netpage %d`, not `netpage %u`",
				      NP_LANGUAGE_VERSION, header->version);
	else if (len > NP_SCENARIO_NAME_MAX)
		np_scenario_error_set(a->error, -EINVAL, "name of %zu characters, at most %d", len,
				      NP_SCENARIO_NAME_MAX);
	else
		return 0;
	place_line(a, &block->header);
	return a->error->code;
}

int np_assemble(struct np_assembly *a)
{
	struct np_block *block = a->block;
	int err = keep_header(a);

	if (!err)
		err = decode_lines(a);
	if (!err)
		err = check_end(a);
	if (!err)
		err = join_statements(a);
	if (!err)
		err = print_text(a);
	if (err)
		return err;
	if (np_decode_looks_quoted_printable(block->text, block->len)) {
		np_scenario_error_set(a->error, -EINVAL,
				      "still looks like quoted-printable after decoding it");
		place_line(a, &block->header);
		return -EINVAL;
	}
	block->hash = np_hash(block->text, block->len);
	return 0;
}
