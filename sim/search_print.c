/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "search_print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json.h"

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/* --- for a person --- */

static void print_times(FILE *out, const struct np_search_outcome *outcome,
			const struct np_search_finding *finding)
{
	if (outcome->before) {
		fprintf(out, "  in the set-up\n");
		return;
	}
	if (outcome->replay)
		return;
	fprintf(out, "  in %lu of %lu execution%s, the first is number %lu; %u preemption%s\n",
		finding->executions, outcome->executions, outcome->executions == 1 ? "" : "s",
		finding->first, finding->preemptions, finding->preemptions == 1 ? "" : "s");
}

static void print_finding(FILE *out, const struct np_search_report *report, size_t i)
{
	const struct np_search_finding *finding = &report->outcome->finding[i];

	fprintf(out, "%s: %s%s%s\n", np_vocabulary_rules[finding->rule].name, finding->object,
		*finding->object ? ": " : "", finding->message);
	if (*finding->where)
		fprintf(out, "  at: %s\n", finding->where);
	print_times(out, report->outcome, finding);
	/* Of a replay the witness is what was replayed. */
	if (report->quiet || report->outcome->replay)
		return;
	fputc('\n', out);
	np_search_print_witness(out, report->scenario, report->scheme, report->outcome, i);
	fputc('\n', out);
}

const char *np_search_fit(enum np_search_judgement judgement)
{
	switch (judgement) {
	case NP_SEARCH_AS_EXPECTED:
		return "as expected";
	case NP_SEARCH_UNDECIDED:
		return "not exhausted";
	case NP_SEARCH_SKIPPED:
		return "skipped";
	default:
		return "NOT as expected";
	}
}

static void print_extent(FILE *out, const struct np_search_outcome *outcome)
{
	if (outcome->replay)
		fprintf(out, " replayed");
	else if (outcome->exhausted)
		fprintf(out, " exhausted");
	else
		fprintf(out, " not-exhausted explored=%.3g%%", 100 * outcome->explored);
}

/* Each once, in the order in which they were found. */
static void print_rules(FILE *out, const struct np_search_outcome *outcome)
{
	const char *gap = " ";

	for (size_t i = 0; i < outcome->nr_findings; i++) {
		enum np_rule rule = outcome->finding[i].rule;
		size_t j = 0;

		while (outcome->finding[j].rule != rule)
			j++;
		if (j < i)
			continue;
		fprintf(out, "%s%s", gap, np_vocabulary_rules[rule].name);
		gap = ", ";
	}
}

void np_search_print(FILE *out, const struct np_search_report *report)
{
	const struct np_search_outcome *outcome = report->outcome;

	for (size_t i = 0; i < outcome->nr_findings; i++)
		print_finding(out, report, i);
	if (outcome->reason[0])
		fprintf(out, "%s\n", outcome->reason);
	fprintf(out, "%s under %s: %s", report->scenario->name, outcome->scheme,
		np_search_verdict(outcome));
	print_rules(out, outcome);
	fprintf(out, " (%s)\n", np_search_fit(report->judgement));
	fprintf(out,
		"# netpage-sim %s scenario=%016" PRIx64 " run=%016" PRIx64
		" executions=%lu steps=%lu",
		NP_VERSION, report->scenario->hash, np_search_hash(outcome), outcome->executions,
		outcome->steps);
	if (outcome->blocked)
		fprintf(out, " blocked=%lu", outcome->blocked);
	print_extent(out, outcome);
	fputc('\n', out);
}

/* --- for programs --- */

static uint64_t hash_text(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * FNV_PRIME;
	return (hash ^ '\n') * FNV_PRIME;
}

uint64_t np_search_hash(const struct np_search_outcome *outcome)
{
	uint64_t hash = FNV_OFFSET;
	char text[128];
	int len = snprintf(text, sizeof(text), "%lu %lu %lu %lu %d", outcome->executions,
			   outcome->blocked, outcome->failed, outcome->steps, outcome->exhausted);

	hash = hash_text(hash, text, (size_t)len);
	for (size_t i = 0; i < outcome->nr_findings; i++) {
		const struct np_search_finding *finding = &outcome->finding[i];
		const char *name = np_vocabulary_rules[finding->rule].name;

		hash = hash_text(hash, name, strlen(name));
		hash = hash_text(hash, finding->object, strlen(finding->object));
		hash = hash_text(hash, finding->schedule, strlen(finding->schedule));
		len = snprintf(text, sizeof(text), "%lu %lu", finding->executions, finding->first);
		hash = hash_text(hash, text, (size_t)len);
	}
	return hash;
}

static void add_witness(struct json_object *json, const struct np_search_report *report, size_t i)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		np_search_print_witness(out, report->scenario, report->scheme, report->outcome, i);
		fclose(out);
	}
	np_json_add_string(json, "scenario", text ? text : "");
	free(text);
}

/* One text: what it is about stands in front of it. */
static void add_message(struct json_object *json, const struct np_search_finding *finding)
{
	size_t size = strlen(finding->object) + strlen(finding->message) + 3;
	char *text = malloc(size);

	if (text)
		snprintf(text, size, "%s%s%s", finding->object, *finding->object ? ": " : "",
			 finding->message);
	np_json_add_string(json, "message", text ? text : finding->message);
	free(text);
}

struct json_object *np_search_violations_json(const struct np_search_report *report)
{
	struct json_object *violations = np_json_array();

	for (size_t i = 0; i < report->outcome->nr_findings; i++) {
		const struct np_search_finding *finding = &report->outcome->finding[i];
		struct json_object *json = np_json_object();

		np_json_add_string(json, "invariant", np_vocabulary_rules[finding->rule].name);
		add_message(json, finding);
		np_json_add_string(json, "schedule", finding->schedule);
		add_witness(json, report, i);
		np_json_append(violations, json);
	}
	return violations;
}

struct json_object *np_search_json(const struct np_search_report *report)
{
	const struct np_search_outcome *outcome = report->outcome;
	struct json_object *json = np_json_object();

	np_json_add_string(json, "verdict", np_search_verdict(outcome));
	np_json_add_unsigned(json, "executions", outcome->executions);
	np_json_add_unsigned(json, "blocked", outcome->blocked);
	np_json_add_bool(json, "exhausted", outcome->exhausted);
	np_json_add_double(json, "seconds", outcome->seconds);
	np_json_add_unsigned(json, "peak_kib", (outcome->peak_bytes + 1023) / 1024);
	np_json_add(json, "violations", np_search_violations_json(report));
	np_json_add_double(json, "estimate", outcome->explored);
	np_json_add_unsigned(json, "steps", outcome->steps);
	/* There is no other answer then. */
	if (outcome->reason[0])
		np_json_add_string(json, "reason", outcome->reason);
	return json;
}

int np_search_exit(const struct np_search_outcome *outcome, enum np_search_judgement judgement)
{
	if (outcome->end == NP_PLAY_ERROR)
		return NP_EXIT_DATA;
	switch (judgement) {
	case NP_SEARCH_AS_EXPECTED:
		return NP_EXIT_PASS;
	case NP_SEARCH_UNDECIDED:
		return NP_EXIT_UNDECIDED;
	case NP_SEARCH_SKIPPED:
		return NP_EXIT_SKIP;
	default:
		return NP_EXIT_FAIL;
	}
}

/* Numbers of exits are not an order: what went wrong goes before what is not known. */
int np_exit_worse(int a, int b)
{
	static const int order[] = { NP_EXIT_DATA, NP_EXIT_FAIL, NP_EXIT_UNDECIDED, NP_EXIT_PASS,
				     NP_EXIT_SKIP };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a;
}
