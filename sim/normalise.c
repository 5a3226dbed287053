/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "normalise.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "assure.h"
#include "decode.h"
#include "vocabulary.h"

/* What one block may take altogether; a block of the largest size that is allowed needs less. */
#define BLOCK_MEMORY_MAX ((size_t)64 << 20)

uint64_t np_hash(const char *bytes, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < len; i++) {
		hash ^= (unsigned char)bytes[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

void np_mail_init(struct np_mail *mail, const char *bytes, size_t len)
{
	*mail = (struct np_mail){ .bytes = bytes, .len = len };
}

void np_block_free(struct np_block *block)
{
	if (!block)
		return;
	free(block->text);
	np_arena_free(&block->arena);
	free(block);
}

void np_block_place(const struct np_block *block, size_t statement, size_t offset, size_t width,
		    struct np_scenario_error *error)
{
	const struct np_block_statement *whole;
	const struct np_block_line *line;
	size_t i = 0;

	np_assure(statement < block->nr_statements);
	whole = &block->statements[statement];
	np_assure(offset <= whole->len);
	for (;;) {
		line = &block->lines[whole->first + i];
		if (offset <= line->len || i + 1 == whole->lines)
			break;
		offset -= line->len + 1;
		i++;
	}
	np_scenario_error_place(error, line->number, line->text, line->len, offset, width);
}

static int cut_off(struct np_assembly *a, const struct np_raw_line *at)
{
	const struct np_header *header = &a->header;

	if (at)
		np_scenario_error_set(a->error, -ENODATA,
				      "cut off: the next scenario begins at line %u, and there is "
				      "no `end` before it",
				      at->number);
	else
		np_scenario_error_set(a->error, -ENODATA,
				      "cut off: there is no `end` down to the end of the text");
	np_scenario_error_place(a->error, header->raw.number, header->text, header->len, 0,
				header->len);
	return -ENODATA;
}

static int keep_raw_line(struct np_assembly *a, const struct np_raw_line *raw)
{
	struct np_raw_line *grown;

	if (a->nr_raw == NP_BLOCK_LINES_MAX) {
		np_scenario_error_set(a->error, -EINVAL, "scenario of more than %d lines",
				      NP_BLOCK_LINES_MAX);
		np_assembly_place_raw(a, raw);
		return -EINVAL;
	}
	grown = np_arena_grow(&a->block->arena, a->raw, a->nr_raw, sizeof(*grown));
	if (!grown)
		return np_assembly_out_of_memory(a);
	a->raw = grown;
	grown[a->nr_raw++] = *raw;
	return 0;
}

/* Gather raw lines up to `end`. The search of the mail stands behind what was gathered. */
static int find_end(struct np_mail *mail, struct np_assembly *a)
{
	struct np_header *other = np_arena_alloc(&a->block->arena, sizeof(*other));
	struct np_decode_signs signs = { a->header.quoted_printable, false };
	struct np_raw_line raw;
	bool soft = false;
	size_t len;

	if (!other)
		return np_assembly_out_of_memory(a);
	np_decode_weigh(&signs, a->header.raw.text, a->header.raw.len);
	for (;;) {
		struct np_mail before = *mail;
		int err;

		if (!np_raw_line_next(mail, &raw))
			return cut_off(a, NULL);
		if (np_line_is_header(&raw, other) && other->complete) {
			*mail = before;
			return cut_off(a, &raw);
		}
		/* "app=" and "end" are one word that quoted-printable has broken. */
		if (!(soft && signs.in_favour && !signs.against) &&
		    np_line_is_end(&raw, a->header.depth)) {
			a->end = raw;
			return 0;
		}
		soft = np_raw_line_is_soft(&raw, &len);
		np_decode_weigh(&signs, raw.text, raw.len);
		err = keep_raw_line(a, &raw);
		if (err)
			return err;
	}
}

static int no_scenario(const struct np_mail *mail, struct np_scenario_error *error)
{
	if (mail->found)
		return 0;
	np_scenario_error_set(error, -ENOENT,
			      "no scenario here: it begins with a line `netpage %d NAME`, where "
			      "NAME is one word, and ends with a line `end`",
			      NP_LANGUAGE_VERSION);
	if (mail->near_miss_line)
		np_scenario_error_place(error, mail->near_miss_line, mail->near_miss,
					mail->near_miss_len, 0, mail->near_miss_len);
	return -ENOENT;
}

/* Prose may begin with "netpage 1 ..." too, so this is told only when there is no scenario. */
static void note_near_miss(struct np_mail *mail, const struct np_raw_line *raw)
{
	if (mail->near_miss_line)
		return;
	mail->near_miss_line = raw->number;
	mail->near_miss = raw->text;
	mail->near_miss_len = raw->len;
}

static int read_block(struct np_mail *mail, struct np_assembly *a)
{
	int err;

	a->block = calloc(1, sizeof(*a->block));
	if (!a->block)
		return np_assembly_out_of_memory(a);
	np_arena_init(&a->block->arena, BLOCK_MEMORY_MAX);
	err = find_end(mail, a);
	if (!err)
		err = np_assemble(a);
	if (err) {
		np_block_free(a->block);
		a->block = NULL;
	}
	return err ? err : 1;
}

int np_mail_next(struct np_mail *mail, struct np_block **block, struct np_scenario_error *error)
{
	struct np_raw_line raw;
	struct np_assembly *a;
	int ret = -ENOENT;

	*block = NULL;
	if (mail->len > NP_MAIL_MAX)
		return np_scenario_error_set(error, -E2BIG, "text of %zu bytes, at most %zu",
					     mail->len, NP_MAIL_MAX);
	a = calloc(1, sizeof(*a));
	if (!a)
		return np_scenario_error_set(error, -ENOMEM, "out of memory");
	a->error = error;
	while (np_raw_line_next(mail, &raw)) {
		if (!np_line_is_header(&raw, &a->header))
			continue;
		if (!a->header.complete) {
			note_near_miss(mail, &raw);
			continue;
		}
		mail->found++;
		ret = read_block(mail, a);
		*block = a->block;
		break;
	}
	free(a);
	return ret == -ENOENT ? no_scenario(mail, error) : ret;
}
