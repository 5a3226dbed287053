/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: layout - struct page word by word, and which of its words a driver may use when
 *
 * What a build of 64-bit longs uses is measured in the library's own struct page; the 32-bit
 * layouts, of which two broke in 2021, are measured in replicas of fixed-width words. Nothing here
 * is a number that somebody typed.
 *
 * Unit: bytes, and words of 8 or 4 of them. W1 to W5 are the words of the union.
 */
#ifndef NP_SIM_LAYOUT_H
#define NP_SIM_LAYOUT_H

#include <stddef.h>
#include <stdio.h>

/** struct np_layout_field - one field of struct page. */
struct np_layout_field {
	const char *name;
	size_t offset;
	size_t size;
};

/** struct np_layout_arm - what one kind of page makes of the union. */
struct np_layout_arm {
	const char *name;
	const char *title;
	size_t nr_fields;
	const struct np_layout_field *fields;
};

/**
 * struct np_layout - one struct page
 * @name: for machines
 * @title: for people
 * @bits: of a long
 * @size: sizeof(struct page), with memcg_data
 * @union_offset: where W1 is
 * @nr_common: fields outside the union
 * @common: they
 * @nr_arms: arms of the union
 * @arms: they
 * @note: what to know about it
 */
struct np_layout {
	const char *name;
	const char *title;
	unsigned int bits;
	size_t size;
	size_t union_offset;
	size_t nr_common;
	const struct np_layout_field *common;
	size_t nr_arms;
	const struct np_layout_arm *arms;
	const char *note;
};

/** np_layout_at() - layout number @index; NULL beyond the last. */
const struct np_layout *np_layout_at(unsigned int index);
/** np_layout_find_arm() - the arm called @name, or NULL. */
const struct np_layout_arm *np_layout_find_arm(const struct np_layout *layout, const char *name);
/** np_layout_find_field() - the field called @name, of the arm or common to all; or NULL. */
const struct np_layout_field *np_layout_find_field(const struct np_layout *layout, const char *arm,
						   const char *name);
/** np_layout_word() - 1 to 5 for W1 to W5, 0 outside the union. */
unsigned int np_layout_word(const struct np_layout *layout, const struct np_layout_field *field);

/** Where a network page can be. */
enum np_page_state {
	NP_STATE_POSTED, /* in a receive descriptor: the card may write it */
	NP_STATE_IN_SKB, /* a fragment in the queue of a socket */
	NP_STATE_MAPPED, /* in a process, by zerocopy receive */
	NP_STATE_FREED,	 /* its count is 0, and nobody has kept it from the allocator */
	NP_STATE_CACHED, /* back with its owner */
	NP_STATES,
};

/** What a word is to a driver. */
enum np_word_use {
	NP_USE_FREE,  /* the driver's own */
	NP_USE_OWNER, /* says whose page it is: written once, then only read */
	NP_USE_POOL,  /* the page_pool's */
	NP_USE_KEEP,  /* stays as the allocator left it */
	NP_USE_ZERO,  /* stays 0 */
	NP_USE_LOST,  /* overwritten by the put path or the allocator */
	NP_USES,
};

/** struct np_layout_use - one word, or some bits of it, in every state. */
struct np_layout_use {
	unsigned int word;
	const char *bits;
	enum np_word_use use[NP_STATES];
	const char *why;
};

/** struct np_layout_uses - all words of one arm. */
struct np_layout_uses {
	const char *arm;
	const char *title;
	size_t nr_rows;
	const struct np_layout_use *rows;
};

/** np_layout_uses_at() - number @index, NULL beyond the last. */
const struct np_layout_uses *np_layout_uses_at(unsigned int index);
const char *np_page_state_name(enum np_page_state state);
const char *np_page_state_help(enum np_page_state state);
const char *np_word_use_name(enum np_word_use use);
const char *np_word_use_help(enum np_word_use use);

enum np_layout_format { NP_LAYOUT_TEXT, NP_LAYOUT_MARKDOWN, NP_LAYOUT_JSON };

/** struct np_layout_choice - what to print: @bits 0 and @arm NULL stand for all. */
struct np_layout_choice {
	enum np_layout_format format;
	unsigned int bits;
	const char *arm;
};

/** np_layout_fold() - print @text in lines of 80 columns, each behind @indent blanks. */
void np_layout_fold(FILE *out, size_t indent, const char *text);

/** np_layout_print() - print it; text stays within 80 columns. */
void np_layout_print(FILE *out, const struct np_layout_choice *choice);

#endif /* NP_SIM_LAYOUT_H */
