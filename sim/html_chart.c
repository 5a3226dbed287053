/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "html_chart.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define WIDTH 1000
#define LEFT 110
#define RIGHT 12
#define CHART 44 /* height of one, and of the gap below it */
#define GAP 14
#define TOP 26

/* --- columns --- */

static bool measure(struct np_html_column *column, const struct np_course *course)
{
	bool any = false;

	for (size_t i = 0; i < course->nr_entries; i++) {
		int64_t value = course->entries[i].value[column->object];

		if (value == NP_SEARCH_UNKNOWN)
			continue;
		if (!any || value < column->least)
			column->least = value;
		if (!any || value > column->most)
			column->most = value;
		any = true;
	}
	return any;
}

int np_html_columns_find(struct np_html_columns *columns, const struct np_course *course)
{
	const struct np_scenario *scenario = course->scenario;

	columns->nr = 0;
	columns->column = calloc(scenario->nr_objects + 1, sizeof(*columns->column));
	if (!columns->column)
		return -ENOMEM;
	for (size_t i = 0; i < scenario->nr_objects; i++) {
		struct np_html_column column = { .object = (int)i };
		bool page = scenario->objects[i].kind == NP_OBJECT_PAGE;

		/* Root's is the sum of the others'. */
		if (!page && (scenario->objects[i].kind != NP_OBJECT_MEMCG || i == NP_OBJECT_ROOT))
			continue;
		column.query = page ? "refs" : "usage";
		if (measure(&column, course))
			columns->column[columns->nr++] = column;
	}
	return 0;
}

void np_html_columns_free(struct np_html_columns *columns)
{
	free(columns->column);
	columns->column = NULL;
	columns->nr = 0;
}

/* --- charts --- */

static double x_of(const struct np_course *course, size_t entry)
{
	return LEFT + (double)entry * (WIDTH - LEFT - RIGHT) /
			      (double)(course->nr_entries ? course->nr_entries : 1);
}

static double y_of(const struct np_html_column *column, double bottom, int64_t value)
{
	int64_t span = column->most - column->least;

	/* What never changes is a line in the middle. */
	if (!span)
		return bottom - CHART / 2.0;
	return bottom - (double)(value - column->least) * CHART / (double)span;
}

/* Up and down where it changes, level in between; broken where there is no value. */
static void print_line(FILE *out, const struct np_course *course,
		       const struct np_html_column *column, double bottom)
{
	bool drawn = false;

	fprintf(out, "<path fill=\"none\" stroke=\"#0969da\" stroke-width=\"1.6\" d=\"");
	for (size_t i = 0; i < course->nr_entries; i++) {
		int64_t value = course->entries[i].value[column->object];

		if (value == NP_SEARCH_UNKNOWN) {
			drawn = false;
			continue;
		}
		if (drawn)
			fprintf(out, "V%.1f", y_of(column, bottom, value));
		else
			fprintf(out, "M%.1f %.1f", x_of(course, i), y_of(column, bottom, value));
		fprintf(out, "H%.1f", x_of(course, i + 1));
		drawn = true;
	}
	fprintf(out, "\"/>\n");
}

static void print_number(FILE *out, double y, int64_t number)
{
	fprintf(out,
		"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#6e7781\">%" PRId64
		"</text>\n",
		LEFT - 6, y, number);
}

static void print_chart(FILE *out, const struct np_course *course,
			const struct np_html_column *column, double top)
{
	double bottom = top + CHART;

	fprintf(out, "<text x=\"0\" y=\"%.1f\" font-weight=\"600\">%s(%s)</text>\n",
		top + CHART / 2.0 + 4, column->query,
		course->scenario->objects[column->object].name);
	if (column->most != column->least) {
		print_number(out, top + 8, column->most);
		print_number(out, bottom, column->least);
	} else {
		print_number(out, top + CHART / 2.0 + 4, column->most);
	}
	fprintf(out, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d0d7de\"/>\n",
		LEFT, bottom + GAP / 2.0, WIDTH - RIGHT, bottom + GAP / 2.0);
	print_line(out, course, column, bottom);
}

/* Who runs, behind all charts: one band as long as nobody else does. */
static void print_bands(FILE *out, const struct np_course *course, double height)
{
	size_t begin = 0;

	for (size_t i = 1; i <= course->nr_entries; i++) {
		const struct np_course_entry *first = &course->entries[begin];

		if (i < course->nr_entries && course->entries[i].actor == first->actor &&
		    (course->entries[i].cpu < 0) == (first->cpu < 0))
			continue;
		if (first->cpu >= 0)
			fprintf(out,
				"<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%.1f\" "
				"fill=\"%s\"><title>%s</title></rect>\n",
				x_of(course, begin), TOP - 8, x_of(course, i) - x_of(course, begin),
				height,
				np_html_colour(first->actor < 0 ?
						       -1 :
						       (int)course->scenario->objects[first->actor]
							       .ordinal),
				first->actor < 0 ? "worker" :
						   course->scenario->objects[first->actor].name);
		begin = i;
	}
}

static void print_violations(FILE *out, const struct np_course *course, double height)
{
	double labelled = -WIDTH;

	for (size_t i = 0; i < course->nr_entries; i++) {
		double x = x_of(course, i);

		if (course->entries[i].kind != NP_SEARCH_VIOLATION)
			continue;
		fprintf(out,
			"<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#cf222e\" "
			"stroke-width=\"2\"/>\n",
			x, TOP - 8, x, TOP - 8 + height);
		/* Several at once are one to the eye. */
		if (x - labelled > 120)
			fprintf(out,
				"<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"#cf222e\" "
				"font-weight=\"600\">%s</text>\n",
				x, TOP - 12, x > WIDTH / 2.0 ? "end" : "start",
				course->entries[i].name);
		labelled = x;
	}
}

void np_html_charts(FILE *out, const struct np_course *course,
		    const struct np_html_columns *columns)
{
	double height = (double)columns->nr * (CHART + GAP) + 8;

	if (!columns->nr)
		return;
	fprintf(out, "<h2>Counts and charges</h2>\n<svg viewBox=\"0 0 %d %.0f\" role=\"img\">\n",
		WIDTH, height + TOP);
	print_bands(out, course, height);
	for (size_t i = 0; i < columns->nr; i++)
		print_chart(out, course, &columns->column[i], TOP + (double)i * (CHART + GAP));
	print_violations(out, course, height);
	fprintf(out, "</svg>\n");
}
