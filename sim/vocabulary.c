/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "vocabulary.h"

#include <string.h>

#include "assure.h"

static bool same_word(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && !memcmp(name, word, len);
}

/* Every row of every table begins with its name. */
static int find_row(const void *table, size_t rows, size_t row_size, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < rows; i++) {
		const char *const *name =
			(const char *const *)(const void *)((const char *)table + i * row_size);

		if (same_word(*name, word, len))
			return (int)i;
	}
	return -1;
}

#define FIND(table, rows, word, len) find_row((table), (rows), sizeof((table)[0]), (word), (len))

int np_vocabulary_find_declaration(const char *word, size_t len)
{
	return FIND(np_vocabulary_declarations, NP_DECLARATIONS, word, len);
}

int np_vocabulary_find_step(const char *word, size_t len)
{
	return FIND(np_vocabulary_steps, NP_STEPS, word, len);
}

int np_vocabulary_find_result(const char *word, size_t len)
{
	return FIND(np_vocabulary_results, NP_RESULTS, word, len);
}

int np_vocabulary_find_query(const char *word, size_t len)
{
	return FIND(np_vocabulary_queries, NP_QUERIES, word, len);
}

int np_vocabulary_find_point(const char *word, size_t len)
{
	return FIND(np_vocabulary_points, NP_POINTS, word, len);
}

int np_vocabulary_find_rule(const char *word, size_t len)
{
	return FIND(np_vocabulary_rules, NP_RULES, word, len);
}

int np_vocabulary_find_keyword(const char *word, size_t len)
{
	return FIND(np_vocabulary_keywords, NP_KEYWORDS, word, len);
}

int np_vocabulary_find_constant(const char *word, size_t len)
{
	int i;

	for (i = 0; np_vocabulary_constants[i].name; i++) {
		if (same_word(np_vocabulary_constants[i].name, word, len))
			return i;
	}
	return -1;
}

bool np_vocabulary_is_keyword(const char *word, size_t len)
{
	return np_vocabulary_find_keyword(word, len) >= 0 ||
	       np_vocabulary_find_declaration(word, len) >= 0;
}

const struct np_vocabulary_argument *
np_vocabulary_argument_at(const struct np_vocabulary_step *step, unsigned int i)
{
	np_assure(i < step->arguments_max);
	if (i >= NP_ARGUMENTS_NAMED)
		i = NP_ARGUMENTS_NAMED - 1;
	while (!step->argument[i].name) {
		np_assure(i > 0);
		i--;
	}
	return &step->argument[i];
}

const char *np_vocabulary_accepts(unsigned int accepts, char *buffer, size_t size)
{
	size_t used = 0;
	unsigned int kind;

	np_assure(size > 0);
	buffer[0] = '\0';
	if (accepts & NP_ACCEPT_NEW)
		used = (size_t)snprintf(buffer, size, "new name of a ");
	for (kind = 0; kind < NP_OBJECT_KINDS; kind++) {
		if (!(accepts & NP_ACCEPT(kind)) || used >= size)
			continue;
		used += (size_t)snprintf(buffer + used, size - used, "%s%s",
					 used && !(accepts & NP_ACCEPT_NEW) ? " or " : "",
					 np_vocabulary_objects[kind].name);
	}
	if ((accepts & NP_ACCEPT_NUMBER) && used < size)
		snprintf(buffer + used, size - used, "%snumber", used ? " or " : "");
	return buffer;
}
