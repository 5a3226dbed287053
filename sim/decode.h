/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_DECODE_H
#define NP_SIM_DECODE_H

#include <stdbool.h>
#include <stddef.h>

/** struct np_decode_signs - signs that text has been through quoted-printable. */
struct np_decode_signs {
	bool in_favour; /* there is what cannot be of a plain scenario */
	bool against;	/* there is what no encoder writes */
};

/**
 * np_decode_weigh - look for signs of quoted-printable
 * @signs: what was seen so far; begins as false, false
 * @text: more text, which may contain any byte and ends where a line does
 * @len: its length
 *
 * In a scenario `=` is frequent and hardly ever followed by what an encoder writes. Text has been
 * encoded if each `=` begins a valid escape and at least one cannot be of a plain scenario.
 */
void np_decode_weigh(struct np_decode_signs *signs, const char *text, size_t len);

/**
 * np_decode_looks_quoted_printable - whether a whole text has been through quoted-printable
 * @text: the text, which may contain any byte
 * @len: its length
 */
bool np_decode_looks_quoted_printable(const char *text, size_t len);

/**
 * np_decode_quoted_printable - decode escapes in place; soft line breaks must be gone already
 * @text: the text, without newlines
 * @len: its length
 *
 * Return: the new length, at most @len. What is no valid escape stays.
 */
size_t np_decode_quoted_printable(char *text, size_t len);

/**
 * np_decode_characters - undo in place what mail programs do to characters
 * @text: one line without its newline
 * @len: its length
 *
 * HTML escapes, no-break and other blanks, typographic quotes, dashes and operators become 7-bit
 * ASCII; invisible characters go. Both UTF-8 and Latin-1 (Windows-1252) are understood. Any other
 * byte stays, for the caller to refuse.
 *
 * Return: the new length, at most @len.
 */
size_t np_decode_characters(char *text, size_t len);

#endif /* NP_SIM_DECODE_H */
