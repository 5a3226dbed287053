/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "scenario_error.h"

#include <string.h>

#include "assure.h"

/* Longer words are not names of ours; the tables of the distance stay on the stack. */
#define NEAREST_MAX 63

int np_scenario_error_vset(struct np_scenario_error *error, int code, const char *format,
			   va_list arguments)
{
	np_assure(code < 0);
	memset(error, 0, sizeof(*error));
	error->code = code;
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	return code;
}

int np_scenario_error_set(struct np_scenario_error *error, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	np_scenario_error_vset(error, code, format, arguments);
	va_end(arguments);
	return code;
}

void np_scenario_error_place(struct np_scenario_error *error, unsigned int line, const char *text,
			     size_t len, size_t offset, size_t width)
{
	size_t room = sizeof(error->text) - 1;
	size_t skip = 0;
	size_t i;

	np_assure(offset <= len);
	/* Keep two thirds of the window in front of the word: the reason is mostly there. */
	if (len > room && offset > room * 2 / 3)
		skip = offset - room * 2 / 3;
	len = len - skip < room ? len - skip : room;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[skip + i];

		/* Bytes that a terminal would act upon or show in another width hide the caret. */
		error->text[i] = c == '\t' ? ' ' : c < 0x20 || c >= 0x7f ? '?' : (char)c;
	}
	error->text[len] = '\0';
	error->line = line;
	error->column = (unsigned int)(offset - skip) + 1;
	if (width > len - (offset - skip))
		width = len - (offset - skip);
	error->width = width ? (unsigned int)width : 1;
}

void np_scenario_error_print(FILE *out, const char *file, const struct np_scenario_error *error)
{
	unsigned int i;

	fprintf(out, "%s:", file ? file : "-");
	if (error->line)
		fprintf(out, "%u:", error->line);
	if (error->column)
		fprintf(out, "%u:", error->column);
	fprintf(out, " error: %s", error->message);
	if (error->nearest[0])
		fprintf(out, "; did you mean `%s`?", error->nearest);
	fputc('\n', out);
	if (!error->line)
		return;
	fprintf(out, "%5u | %s\n", error->line, error->text);
	if (!error->column)
		return;
	fprintf(out, "      | %*s^", (int)error->column - 1, "");
	for (i = 1; i < error->width; i++)
		fputc('~', out);
	fputc('\n', out);
}

void np_nearest_init(struct np_nearest *nearest, const char *word, size_t len)
{
	nearest->word = word;
	nearest->len = len;
	nearest->best = NULL;
	nearest->distance = 0;
}

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * Optimal string alignment: insert, delete, replace and swapping two neighbours cost one each.
 * Letters that differ by case only are the same, since that is a common slip.
 */
static size_t edit_distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t row[3][NEAREST_MAX + 1];
	size_t *before = row[0], *last = row[1], *now = row[2];
	size_t i, j;

	for (j = 0; j <= blen; j++)
		last[j] = j;
	for (i = 1; i <= alen; i++) {
		size_t *free_row = before;

		now[0] = i;
		for (j = 1; j <= blen; j++) {
			size_t cost = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;

			now[j] = min_size(min_size(last[j], now[j - 1]) + 1, last[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = min_size(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = free_row;
	}
	return last[blen];
}

void np_nearest_offer(struct np_nearest *nearest, const char *name)
{
	size_t len = name ? strlen(name) : 0;
	size_t distance;

	if (!len || len > NEAREST_MAX || !nearest->len || nearest->len > NEAREST_MAX)
		return;
	distance = edit_distance(nearest->word, nearest->len, name, len);
	if (nearest->best && distance >= nearest->distance)
		return;
	nearest->best = name;
	nearest->distance = distance;
}

const char *np_nearest_name(const struct np_nearest *nearest)
{
	size_t allowed = nearest->len < 4 ? 1 : (nearest->len + 2) / 3;

	if (!nearest->best || !nearest->distance || nearest->distance > allowed ||
	    nearest->distance >= nearest->len)
		return NULL;
	return nearest->best;
}

void np_scenario_error_nearest(struct np_scenario_error *error, const struct np_nearest *nearest)
{
	const char *name = np_nearest_name(nearest);

	snprintf(error->nearest, sizeof(error->nearest), "%s", name ? name : "");
}
