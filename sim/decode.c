/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "decode.h"

#include <stdint.h>
#include <string.h>

#include "assure.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The byte that the escape at @text stands for, or -1. */
static int escaped_byte(const char *text, size_t len)
{
	if (len < 3 || text[0] != '=' || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
		return -1;
	return hex_digit(text[1]) * 16 + hex_digit(text[2]);
}

static bool is_soft_break(const char *text, size_t len)
{
	size_t i = 1;

	while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r'))
		i++;
	return i == len || text[i] == '\n';
}

static bool ends_a_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == ')';
}

void np_decode_weigh(struct np_decode_signs *signs, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		int byte;

		if (text[i] != '=')
			continue;
		byte = escaped_byte(text + i, len - i);
		if (byte < 0 && !is_soft_break(text + i, len - i)) {
			signs->against = true;
			return;
		}
		if (byte < 0) {
			/* A plain line may end in `=`, but then it ends an operator. */
			signs->in_favour |= i > 0 && ends_a_name(text[i - 1]);
			continue;
		}
		/* `max=64` is a valid escape; an encoded `=` or two high bytes in a row are not. */
		signs->in_favour |= byte == '=';
		signs->in_favour |= byte >= 0x80 && escaped_byte(text + i + 3, len - i - 3) >= 0x80;
		i += 2;
	}
}

bool np_decode_looks_quoted_printable(const char *text, size_t len)
{
	struct np_decode_signs signs = { false, false };

	np_decode_weigh(&signs, text, len);
	return signs.in_favour && !signs.against;
}

size_t np_decode_quoted_printable(char *text, size_t len)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++) {
		int byte = escaped_byte(text + from, len - from);

		text[to++] = byte < 0 ? text[from] : (char)byte;
		if (byte >= 0)
			from += 2;
	}
	return to;
}

/* What a character of no use in a scenario was before a mail program improved it. */
static const struct {
	uint32_t first, last;
	const char *ascii;
} replacements[] = {
	{ 0x09, 0x09, " " },	  { 0x0b, 0x0d, " " },	    { 0x20, 0x20, " " },
	{ 0x85, 0x85, " " },	  { 0x91, 0x92, "'" },	    { 0x93, 0x94, "\"" },
	{ 0x96, 0x97, "-" },	  { 0xa0, 0xa0, " " },	    { 0xab, 0xab, "\"" },
	{ 0xad, 0xad, "" },	  { 0xb4, 0xb4, "'" },	    { 0xbb, 0xbb, "\"" },
	{ 0x2000, 0x200a, " " },  { 0x200b, 0x200f, "" },   { 0x2010, 0x2015, "-" },
	{ 0x2018, 0x201b, "'" },  { 0x201c, 0x201f, "\"" }, { 0x2026, 0x2026, "..." },
	{ 0x2028, 0x2029, " " },  { 0x202f, 0x202f, " " },  { 0x2032, 0x2032, "'" },
	{ 0x2033, 0x2033, "\"" }, { 0x205f, 0x205f, " " },  { 0x2060, 0x2060, "" },
	{ 0x21d2, 0x21d2, "=>" }, { 0x2212, 0x2212, "-" },  { 0x2260, 0x2260, "!=" },
	{ 0x2264, 0x2264, "<=" }, { 0x2265, 0x2265, ">=" }, { 0x3000, 0x3000, " " },
	{ 0xfeff, 0xfeff, "" },
};

static const char *replacement_of(uint32_t character)
{
	size_t i;

	for (i = 0; i < sizeof(replacements) / sizeof(replacements[0]); i++) {
		if (character >= replacements[i].first && character <= replacements[i].last)
			return replacements[i].ascii;
	}
	return NULL;
}

/* Length of the UTF-8 sequence at @text, or 0; overlong ones are of no concern here. */
static size_t utf8_character(const char *text, size_t len, uint32_t *character)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (len >= 2 && (byte[0] & 0xe0) == 0xc0 && (byte[1] & 0xc0) == 0x80) {
		*character = (byte[0] & 0x1fu) << 6 | (byte[1] & 0x3fu);
		return 2;
	}
	if (len >= 3 && (byte[0] & 0xf0) == 0xe0 && (byte[1] & 0xc0) == 0x80 &&
	    (byte[2] & 0xc0) == 0x80) {
		*character = (byte[0] & 0x0fu) << 12 | (byte[1] & 0x3fu) << 6 | (byte[2] & 0x3fu);
		return 3;
	}
	return 0;
}

/* First pass: bytes above 7 bits, and control characters that are blanks. */
static size_t replace_characters(char *text, size_t len)
{
	size_t from = 0, to = 0;

	while (from < len) {
		uint32_t character = (unsigned char)text[from];
		size_t taken = utf8_character(text + from, len - from, &character);
		const char *ascii;
		size_t width;

		/* Never longer than what it replaces; a NUL would be taken for a string's end. */
		ascii = character ? replacement_of(character) : NULL;
		if (!taken)
			taken = 1;
		width = ascii ? strlen(ascii) : taken;
		np_assure(width <= taken);
		memmove(text + to, ascii ? ascii : text + from, width);
		from += taken;
		to += width;
	}
	return to;
}

static const struct {
	const char *name;
	char ascii;
} entities[] = {
	{ "gt;", '>' },	  { "lt;", '<' },    { "amp;", '&' },
	{ "quot;", '"' }, { "apos;", '\'' }, { "nbsp;", ' ' },
};

#define ENTITY_DIGITS_MAX 6

/* Characters behind the `&` that make a numeric escape such as "#39;" or "#x27;", or 0. */
static size_t numeric_entity(const char *text, size_t len, char *ascii)
{
	uint32_t character = 0;
	uint32_t base = 10;
	size_t i = 1, digits = 0;
	const char *other;

	if (len < 3 || text[0] != '#')
		return 0;
	if (text[1] == 'x' || text[1] == 'X') {
		base = 16;
		i = 2;
	}
	for (; i < len && digits < ENTITY_DIGITS_MAX; i++, digits++) {
		int digit = hex_digit(text[i]);

		if (digit < 0 || (uint32_t)digit >= base)
			break;
		character = character * base + (uint32_t)digit;
	}
	if (!digits || i >= len || text[i] != ';')
		return 0;
	other = replacement_of(character);
	if (character > 0x20 && character < 0x7f)
		*ascii = (char)character;
	else if (other && strlen(other) == 1)
		*ascii = other[0];
	else
		return 0;
	return i + 1;
}

static size_t entity_at(const char *text, size_t len, char *ascii)
{
	size_t i;

	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t width = strlen(entities[i].name);

		if (width <= len && !memcmp(text, entities[i].name, width)) {
			*ascii = entities[i].ascii;
			return width;
		}
	}
	return numeric_entity(text, len, ascii);
}

/*
 * Second pass, from the end to the front: what stands behind an `&` is decoded already, so text
 * that was escaped several times over comes out right in one pass.
 */
static size_t replace_entities(char *text, size_t len)
{
	size_t to = len;
	size_t from = len;

	while (from-- > 0) {
		text[--to] = text[from];
		while (text[to] == '&') {
			char ascii;
			size_t width = entity_at(text + to + 1, len - to - 1, &ascii);

			if (!width)
				break;
			to += width;
			text[to] = ascii;
		}
	}
	memmove(text, text + to, len - to);
	return len - to;
}

size_t np_decode_characters(char *text, size_t len)
{
	if (!len)
		return 0;
	len = replace_characters(text, len);
	return replace_entities(text, len);
}
