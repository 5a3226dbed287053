/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Returns 0 if standard input is one well-formed XML element: tags nest, attributes are quoted and
 * stand once, text has no bare `<` or `&`.  A DOCTYPE may stand in front of it.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (64u << 20)
#define DEPTH_MAX 256
#define NAME_MAX_LEN 64
#define ATTRIBUTES_MAX 32

static struct {
	char *text;
	size_t at, len;
	char open[DEPTH_MAX][NAME_MAX_LEN];
	unsigned int depth, elements;
} xml;

static void fail(const char *what)
{
	unsigned int line = 1;

	for (size_t i = 0; i < xml.at && i < xml.len; i++)
		line += xml.text[i] == '\n';
	fprintf(stderr, "xml_check: line %u: %s\n", line, what);
	exit(1);
}

static bool next_is(const char *word)
{
	return xml.len - xml.at >= strlen(word) && !memcmp(xml.text + xml.at, word, strlen(word));
}

static void skip_blanks(void)
{
	while (xml.at < xml.len && isspace((unsigned char)xml.text[xml.at]))
		xml.at++;
}

static void read_name(char *name)
{
	size_t len = 0;

	while (xml.at < xml.len &&
	       (isalnum((unsigned char)xml.text[xml.at]) || strchr("-_:.", xml.text[xml.at]))) {
		if (len + 1 == NAME_MAX_LEN)
			fail("a name without end");
		name[len++] = xml.text[xml.at++];
	}
	name[len] = '\0';
	if (!len || !isalpha((unsigned char)name[0]))
		fail("no name");
}

static void read_entity(void)
{
	static const char *const entities[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&apos;" };

	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++)
		if (next_is(entities[i])) {
			xml.at += strlen(entities[i]);
			return;
		}
	fail("a & that begins no entity");
}

static void read_value(void)
{
	char quote = xml.at < xml.len ? xml.text[xml.at++] : '\0';

	if (quote != '"' && quote != '\'')
		fail("an attribute without quotes");
	while (xml.at < xml.len && xml.text[xml.at] != quote) {
		if (xml.text[xml.at] == '<')
			fail("a < in an attribute");
		if (xml.text[xml.at] == '&')
			read_entity();
		else
			xml.at++;
	}
	if (xml.at++ >= xml.len)
		fail("an attribute without end");
}

static void read_attributes(void)
{
	char names[ATTRIBUTES_MAX][NAME_MAX_LEN];
	unsigned int nr = 0;

	for (skip_blanks(); xml.at < xml.len && !strchr("/>", xml.text[xml.at]); skip_blanks()) {
		if (nr == ATTRIBUTES_MAX)
			fail("too many attributes");
		read_name(names[nr]);
		for (unsigned int i = 0; i < nr; i++)
			if (!strcmp(names[i], names[nr]))
				fail("an attribute stands twice");
		nr++;
		if (!next_is("="))
			fail("an attribute without a value");
		xml.at++;
		read_value();
	}
}

static void read_end_tag(void)
{
	char name[NAME_MAX_LEN];

	xml.at += 2;
	read_name(name);
	skip_blanks();
	if (!xml.depth || strcmp(xml.open[xml.depth - 1], name))
		fail("an end tag that ends nothing");
	if (!next_is(">"))
		fail("an end tag without end");
	xml.at++;
	xml.depth--;
}

static void read_tag(void)
{
	if (!xml.depth && xml.elements)
		fail("a second element");
	if (xml.depth == DEPTH_MAX)
		fail("too deep");
	xml.at++;
	xml.elements++;
	read_name(xml.open[xml.depth++]);
	read_attributes();
	if (next_is("/>")) {
		xml.at += 2;
		xml.depth--;
	} else if (next_is(">")) {
		xml.at++;
	} else {
		fail("a tag without end");
	}
}

static void read_all(void)
{
	if (next_is("<!DOCTYPE"))
		while (xml.at < xml.len && xml.text[xml.at++] != '>')
			;
	while (xml.at < xml.len) {
		if (next_is("</"))
			read_end_tag();
		else if (next_is("<"))
			read_tag();
		else if (next_is("&"))
			read_entity();
		else if (!xml.depth && !isspace((unsigned char)xml.text[xml.at]))
			fail("text outside of the element");
		else
			xml.at++;
	}
	if (xml.depth || !xml.elements)
		fail("an element without end, or none");
}

int main(void)
{
	xml.text = malloc(TEXT_MAX);
	if (!xml.text)
		return 1;
	xml.len = fread(xml.text, 1, TEXT_MAX, stdin);
	if (xml.len == TEXT_MAX)
		fail("too long");
	read_all();
	free(xml.text);
	return 0;
}
