/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: normalise - the scenario inside a mail
 *
 * A scenario travels in mails, which quote it, wrap it, encode it and write between its lines. Here
 * the block `netpage 1 NAME` ... `end` is found again, and comes out as the statements that were
 * sent, with the line numbers of the mail for error messages. A block that was cut off is refused.
 */
#ifndef NP_SIM_NORMALISE_H
#define NP_SIM_NORMALISE_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "scenario_error.h"

/** Bytes of a mail. */
#define NP_MAIL_MAX ((size_t)8 << 20)
/** Lines of one scenario. */
#define NP_BLOCK_LINES_MAX 16384
/** Bytes of one line of a mail, and of one statement. */
#define NP_LINE_MAX 4096
/** Bytes of the name of a scenario, so that the first line fits when it is quoted. */
#define NP_SCENARIO_NAME_MAX 56

/**
 * struct np_mail - where a search for scenarios stands
 *
 * Private; the text belongs to the caller and must outlive it.
 */
struct np_mail {
	const char *bytes;
	size_t len;
	size_t position;
	unsigned int line;
	unsigned int found;
	unsigned int near_miss_line;
	const char *near_miss;
	size_t near_miss_len;
};

/** struct np_block_line - one line of a block, without quote marks and decoded. */
struct np_block_line {
	unsigned int number; /* in the mail, from 1 */
	const char *text;
	size_t len;
	size_t width; /* with its quote marks: what a mail program would wrap */
};

/**
 * struct np_block_statement - a line with the lines that belong to it
 * @text: the lines joined by blanks, inner blanks as they were; ends with a NUL
 * @len: its length
 * @first: its first line in np_block.lines
 * @lines: how many lines
 */
struct np_block_statement {
	const char *text;
	size_t len;
	size_t first;
	size_t lines;
};

/**
 * struct np_block - one scenario, normalised
 * @name: of the scenario
 * @text: the canonical text: blanks and lines as np_wrap() makes them, of at most 72 columns
 * @len: its length
 * @hash: FNV-1a, 64 bits, of @text: `scenario=HASH`
 * @header: the line `netpage 1 NAME`
 * @statements: everything between that line and `end`, comments too
 * @lines: what they were made of
 */
struct np_block {
	struct np_arena arena;
	const char *name;
	char *text;
	size_t len;
	uint64_t hash;
	struct np_block_line header;
	struct np_block_statement *statements;
	size_t nr_statements;
	struct np_block_line *lines;
	size_t nr_lines;
};

/**
 * np_mail_init - begin to search a mail
 * @mail: caller's memory, contents ignored
 * @bytes: the mail: any bytes, no NUL needed; must outlive @mail
 * @len: its length
 */
void np_mail_init(struct np_mail *mail, const char *bytes, size_t len);

/**
 * np_mail_next - the next scenario in a mail
 * @mail: initialised search
 * @block: receives the block, to be given to np_block_free(); NULL unless 1 is returned
 * @error: filled in when the result is negative
 *
 * After an error the search goes on behind the block that was refused, except for -E2BIG and
 * -ENOENT, which concern the whole mail.
 *
 * Return: 1 with a block; 0 when there are no more; -ENOENT when there was none at all; -ENODATA
 * for a block without its end; -EPROTONOSUPPORT for another version of the language; -EILSEQ for
 * a byte that no scenario has; -EINVAL for lines that fit nowhere; -E2BIG; -ENOMEM.
 */
int np_mail_next(struct np_mail *mail, struct np_block **block, struct np_scenario_error *error);

/**
 * np_block_free - free a block
 * @block: block of np_mail_next(), or NULL
 */
void np_block_free(struct np_block *block);

/**
 * np_block_place - say in an error where in a statement it is
 * @block: block
 * @statement: index into @block->statements
 * @offset: in the text of the statement, at most its length
 * @width: length of the offending word
 * @error: error with a message
 */
void np_block_place(const struct np_block *block, size_t statement, size_t offset, size_t width,
		    struct np_scenario_error *error);

/**
 * np_hash - FNV-1a, 64 bits
 * @bytes: what to hash
 * @len: its length
 */
uint64_t np_hash(const char *bytes, size_t len);

#endif /* NP_SIM_NORMALISE_H */
