/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The html.  It is XHTML in form and HTML by declaration, with its style inside: any browser shows
 * it, without scripts and without a network, and any XML parser reads it.
 */
#include "html.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "course.h"
#include "html_chart.h"

/* Rows that a person may still want to look through. */
#define ROWS_MAX 4000

struct html {
	FILE *out;
	const struct np_search_report *report;
	const struct np_search_finding *finding; /* NULL: none */
	struct np_course course;
	struct np_html_columns columns;
	int *inside; /* of each CPU: the actor whose step is in progress there, or -1 */
	int nr_cpus;
};

/* Comments may say what style and script need not. */
static const char style[] =
	":root { --line: #d0d7de; --faint: #6e7781; --bad: #cf222e; --ink: #1f2328 }\n"
	"body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: #fff;\n"
	"  margin: 24px auto; max-width: 1200px; padding: 0 16px }\n"
	"h1 { font-size: 20px; margin: 0 0 4px } h2 { font-size: 15px; margin: 24px 0 8px }\n"
	"code, pre, td, th { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 12px }\n"
	"pre { background: #f6f8fa; padding: 10px 12px; overflow-x: auto; border-radius: 6px }\n"
	".finding { border-left: 4px solid var(--bad); background: #fff1f0; padding: 8px 12px;\n"
	"  margin: 12px 0 } .finding b { color: var(--bad) } .finding pre { background: none;\n"
	"  padding: 0; margin: 4px 0 0; white-space: pre-wrap }\n"
	".clean { border-left: 4px solid #1a7f37; background: #f0fff4; padding: 8px 12px }\n"
	"table { border-collapse: collapse; width: 100%; table-layout: fixed }\n"
	"col.n { width: 6.5em } col.row { width: 3.5em } td { overflow-wrap: anywhere }\n"
	"th { position: sticky; top: 0; background: #fff; border-bottom: 2px solid var(--line);\n"
	"  text-align: left; padding: 6px 8px; z-index: 1 }\n"
	"td { padding: 1px 8px; border-left: 1px solid #eaeef2; vertical-align: top }\n"
	"td:first-child, th:first-child { color: var(--faint); text-align: right; border-left: 0 }\n"
	"td.n, th.n { text-align: right; white-space: nowrap } td.new { font-weight: 700;\n"
	"  background: #fff8c5 } td.none { color: #c0c6cc }\n"
	"tr.step td { padding-top: 7px } td.step { font-weight: 600 } td.event { color: #424a53 }\n"
	"td.event b { font-weight: 500; color: var(--faint) }\n"
	"tr.bad td { background: #ffebe9; color: var(--bad); font-weight: 600; padding: 6px 8px }\n"
	"tr.bad td.who { white-space: pre-wrap }\n"
	"tr.end td { background: #f6f8fa; color: var(--faint); text-align: center; padding: 4px }\n"
	".key { display: inline-block; padding: 0 8px; border-radius: 4px; margin-right: 8px }\n"
	"svg { display: block; width: 100%; height: auto } svg text { font: 11px system-ui, sans-serif }\n"
	"label { cursor: pointer } #calm:checked ~ table tr.trace { display: none }\n";

/* --- text --- */

void np_html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '&')
			fputs("&amp;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else if (c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f))
			fputc(c, out);
		else
			fputc('?', out);
	}
}

/* Far enough from each other to be told apart, light enough to be written on. */
const char *np_html_colour(int actor)
{
	static const char *const colours[] = { "#cfe3ff", "#ffe0b8", "#cdf0d3", "#ead5ff",
					       "#ffd6e4", "#c9f0ee", "#eee6a8", "#dcdfe4" };

	return actor < 0 ? "#eceff2" :
			   colours[(size_t)actor % (sizeof(colours) / sizeof(*colours))];
}

static const char *object_name(const struct html *html, int object)
{
	return object < 0 ? "worker" : html->report->scenario->objects[object].name;
}

/* --- above the table --- */

static void print_finding(struct html *html)
{
	const struct np_search_outcome *outcome = html->report->outcome;
	const struct np_search_finding *finding = html->finding;

	if (!finding) {
		fprintf(html->out,
			"<p class=\"clean\">Nothing was violated in %lu execution%s%s. Below is the "
			"order of the file.</p>\n",
			outcome->executions, outcome->executions == 1 ? "" : "s",
			outcome->exhausted ? ", which are all" : "; not all were tried");
		return;
	}
	fprintf(html->out, "<div class=\"finding\"><b>%s</b> ",
		np_vocabulary_rules[finding->rule].name);
	np_html_text(html->out, np_vocabulary_rules[finding->rule].help);
	fprintf(html->out, "<br/>");
	if (*finding->where) {
		fprintf(html->out, "at <code>");
		np_html_text(html->out, finding->where);
		fprintf(html->out, "</code>, ");
	}
	fprintf(html->out, "in %lu of %lu execution%s%s\n<pre>", finding->executions,
		outcome->executions, outcome->executions == 1 ? "" : "s",
		outcome->exhausted || outcome->replay ? "" : " (not all were tried)");
	np_html_text(html->out, finding->object);
	fprintf(html->out, "%s", *finding->object ? ": " : "");
	np_html_text(html->out, finding->message);
	fprintf(html->out, "</pre></div>\n");
}

static void print_head(struct html *html)
{
	const struct np_scenario *scenario = html->report->scenario;

	fprintf(html->out, "<!DOCTYPE html>\n"
			   "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
			   "<meta charset=\"utf-8\"/>\n"
			   "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>");
	np_html_text(html->out, scenario->name);
	fprintf(html->out, " under %s</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>",
		html->report->outcome->scheme, style);
	np_html_text(html->out, scenario->name);
	fprintf(html->out, "</h1>\n<p>under <code>%s</code>: %s. netpage-sim %s</p>\n",
		html->report->outcome->scheme, np_search_verdict(html->report->outcome),
		NP_VERSION);
	print_finding(html);
}

static bool acts(const struct html *html, int object)
{
	for (size_t i = 0; i < html->course.nr_entries; i++)
		if (html->course.entries[i].actor == object)
			return true;
	return false;
}

static void print_actors(struct html *html)
{
	const struct np_scenario *scenario = html->report->scenario;

	fprintf(html->out, "<p>");
	for (size_t i = 0; i < scenario->nr_objects; i++) {
		const struct np_scenario_object *object = &scenario->objects[i];

		if (object->kind != NP_OBJECT_ACTOR || !acts(html, (int)i))
			continue;
		fprintf(html->out, "<span class=\"key\" style=\"background: %s\">%s</span>",
			np_html_colour((int)object->ordinal), object->name);
	}
	fprintf(html->out, "</p>\n");
}

/* --- the table --- */

static void print_columns(struct html *html)
{
	fprintf(html->out, "<table>\n<colgroup><col class=\"row\"/>");
	for (int cpu = 0; cpu < html->nr_cpus; cpu++)
		fprintf(html->out, "<col/>");
	for (size_t i = 0; i < html->columns.nr; i++)
		fprintf(html->out, "<col class=\"n\"/>");
	fprintf(html->out, "</colgroup>\n<thead><tr><th>#</th>");
	for (int cpu = 0; cpu < html->nr_cpus; cpu++)
		fprintf(html->out, "<th>CPU %d</th>", cpu);
	for (size_t i = 0; i < html->columns.nr; i++) {
		const struct np_html_column *column = &html->columns.column[i];

		fprintf(html->out, "<th class=\"n\">%s(%s)</th>", column->query,
			object_name(html, column->object));
	}
	fprintf(html->out, "</tr></thead>\n<tbody>\n");
}

static void print_value(struct html *html, size_t row, const struct np_html_column *column)
{
	int64_t value = html->course.entries[row].value[column->object];
	int64_t before = row ? html->course.entries[row - 1].value[column->object] :
			       NP_SEARCH_UNKNOWN;

	if (value == NP_SEARCH_UNKNOWN)
		fprintf(html->out, "<td class=\"n none\">-</td>");
	else
		fprintf(html->out, "<td class=\"n%s\">%" PRId64 "</td>",
			value != before ? " new" : "", value);
}

static void print_values(struct html *html, size_t row)
{
	for (size_t i = 0; i < html->columns.nr; i++)
		print_value(html, row, &html->columns.column[i]);
}

static int colour_index(const struct html *html, int actor)
{
	return actor < 0 ? -1 : (int)html->report->scenario->objects[actor].ordinal;
}

/* Where a step is in progress and another CPU goes on, the lane stays coloured. */
static void print_lane(struct html *html, const struct np_course_entry *entry, int cpu)
{
	bool here = entry->cpu == cpu;
	int actor = here ? entry->actor : html->inside[cpu];

	fprintf(html->out, "<td class=\"%s\"",
		!here			      ? "lane" :
		entry->kind == NP_SEARCH_STEP ? "step" :
						"event");
	if (here || actor >= 0)
		fprintf(html->out, " style=\"background: %s%s\"",
			np_html_colour(colour_index(html, actor)), here ? "" : "; opacity: .45");
	fputc('>', html->out);
	if (here && entry->kind == NP_SEARCH_TRACE)
		fprintf(html->out, "<b>%s</b> ", entry->name);
	if (here && entry->kind == NP_SEARCH_STEP_END)
		fprintf(html->out, "<b>returns</b> ");
	if (here)
		np_html_text(html->out, entry->text);
	fprintf(html->out, "</td>");
}

static void print_bar(struct html *html, const struct np_course_entry *entry)
{
	size_t width = (size_t)html->nr_cpus + html->columns.nr;

	if (entry->kind == NP_SEARCH_VIOLATION) {
		fprintf(html->out, "<td class=\"who\" colspan=\"%zu\">%s: ", width, entry->name);
		np_html_text(html->out, entry->text);
	} else {
		fprintf(html->out, "<td colspan=\"%zu\">%s", width,
			entry->kind == NP_SEARCH_REST ? "all have ended; everybody lets go" :
							"the network goes");
	}
	fprintf(html->out, "</td>");
}

static bool is_bar(const struct np_course_entry *entry)
{
	return entry->kind == NP_SEARCH_VIOLATION || entry->kind == NP_SEARCH_REST ||
	       entry->kind == NP_SEARCH_TEARDOWN;
}

static void follow(struct html *html, const struct np_course_entry *entry)
{
	if (entry->cpu < 0 || entry->cpu >= html->nr_cpus)
		return;
	if (entry->kind == NP_SEARCH_STEP)
		html->inside[entry->cpu] = entry->actor;
	else if (entry->kind == NP_SEARCH_STEP_END)
		html->inside[entry->cpu] = -1;
}

static const char *class_of(const struct np_course_entry *entry)
{
	switch (entry->kind) {
	case NP_SEARCH_STEP:
		return "step";
	case NP_SEARCH_VIOLATION:
		return "bad";
	case NP_SEARCH_REST:
	case NP_SEARCH_TEARDOWN:
		return "end";
	default:
		return "trace";
	}
}

static void print_row(struct html *html, size_t row)
{
	const struct np_course_entry *entry = &html->course.entries[row];

	follow(html, entry);
	/* That a step has ended is worth a row when it has failed. */
	if (entry->kind == NP_SEARCH_BEGINS || (entry->kind == NP_SEARCH_STEP_END && !*entry->text))
		return;
	fprintf(html->out, "<tr class=\"%s\"><td>%zu</td>", class_of(entry), row);
	if (is_bar(entry)) {
		print_bar(html, entry);
	} else {
		for (int cpu = 0; cpu < html->nr_cpus; cpu++)
			print_lane(html, entry, cpu);
		print_values(html, row);
	}
	fprintf(html->out, "</tr>\n");
}

/* What only the search itself can see happens at no row of its own. */
static void print_unseen(struct html *html)
{
	for (size_t i = 0; i < html->course.nr_entries; i++)
		if (html->course.entries[i].kind == NP_SEARCH_VIOLATION)
			return;
	if (!html->finding)
		return;
	fprintf(html->out, "<tr class=\"bad\"><td></td><td class=\"who\" colspan=\"%zu\">%s: ",
		(size_t)html->nr_cpus + html->columns.nr,
		np_vocabulary_rules[html->finding->rule].name);
	np_html_text(html->out, html->finding->message);
	fprintf(html->out, "</td></tr>\n");
}

static void print_table(struct html *html)
{
	size_t nr = html->course.nr_entries < ROWS_MAX ? html->course.nr_entries : ROWS_MAX;

	fprintf(html->out,
		"<h2>Step by step</h2>\n"
		"<input type=\"checkbox\" id=\"calm\"/> <label for=\"calm\">steps only</label>\n");
	print_columns(html);
	for (size_t i = 0; i < nr; i++)
		print_row(html, i);
	print_unseen(html);
	fprintf(html->out, "</tbody>\n</table>\n");
	if (nr < html->course.nr_entries || html->course.cut)
		fprintf(html->out, "<p>It goes on; no more is shown.</p>\n");
}

/* --- below it --- */

static void print_witness(struct html *html)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!html->finding)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	np_search_print_witness(out, html->report->scenario, html->report->scheme,
				html->report->outcome,
				(size_t)(html->finding - html->report->outcome->finding));
	fclose(out);
	fprintf(html->out, "<h2>The scenario that replays it</h2>\n"
			   "<p><code>netpage-sim run -</code></p>\n<pre>");
	np_html_text(html->out, text);
	fprintf(html->out, "</pre>\n");
	free(text);
}

/* --- all of it --- */

static int print_all(struct html *html)
{
	const struct np_scenario *scenario = html->report->scenario;

	html->nr_cpus =
		(int)scenario->declarations[scenario->model].value[NP_MODEL_ATTR_CPUS].number;
	html->inside = malloc((size_t)html->nr_cpus * sizeof(*html->inside));
	if (!html->inside || np_html_columns_find(&html->columns, &html->course))
		return -ENOMEM;
	for (int i = 0; i < html->nr_cpus; i++)
		html->inside[i] = -1;
	print_head(html);
	print_actors(html);
	np_html_charts(html->out, &html->course, &html->columns);
	print_table(html);
	print_witness(html);
	fprintf(html->out, "</body>\n</html>\n");
	return 0;
}

static int record(struct html *html)
{
	const struct np_search_report *report = html->report;
	const char *schedule = NULL;

	/* Of what the set-up violates there is no execution to show. */
	if (report->outcome->before)
		return 0;
	if (html->finding)
		schedule = html->finding->schedule;
	return np_course_record(&html->course, report->scenario, report->scheme,
				report->outcome->memory, schedule, NULL);
}

int np_html_write(const char *path, const struct np_search_report *report)
{
	struct html html = { .report = report };
	int err;

	if (report->outcome->nr_findings)
		html.finding = &report->outcome->finding[0];
	err = record(&html);
	if (!err) {
		html.out = fopen(path, "w");
		err = html.out ? print_all(&html) : -errno;
	}
	if (html.out && (ferror(html.out) | fclose(html.out)) && !err)
		err = -EIO;
	np_html_columns_free(&html.columns);
	np_course_free(&html.course);
	free(html.inside);
	return err;
}
