/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Private to html.c: what is counted along an execution, and its charts. */
#ifndef NP_SIM_HTML_CHART_H
#define NP_SIM_HTML_CHART_H

#include <stdio.h>

#include "course.h"

/* One object that has a number. @query: what the language calls it. */
struct np_html_column {
	int object;
	const char *query;
	int64_t least, most;
};

struct np_html_columns {
	struct np_html_column *column;
	size_t nr;
};

/* Pages that have a name at some time, memcgs that something is charged to. 0 or -ENOMEM. */
int np_html_columns_find(struct np_html_columns *columns, const struct np_course *course);
void np_html_columns_free(struct np_html_columns *columns);

/* One chart below the other, all along the same entries. */
void np_html_charts(FILE *out, const struct np_course *course,
		    const struct np_html_columns *columns);

/* @text with what means something to HTML escaped; the colour of an actor by its ordinal. */
void np_html_text(FILE *out, const char *text);
const char *np_html_colour(int actor);

#endif /* NP_SIM_HTML_CHART_H */
