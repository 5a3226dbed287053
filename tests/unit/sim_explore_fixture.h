/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the tests of searching share: a scenario, searched, and everything about it. */
#ifndef SIM_EXPLORE_FIXTURE_H
#define SIM_EXPLORE_FIXTURE_H

#include "sim_parse_fixture.h"

#include "search.h"

#define PAGES                                                                                      \
	"model 6.1\n"                                                                              \
	"page a\n"                                                                                 \
	"page b\n"                                                                                 \
	"actor one cpu=0 kernel\n"                                                                 \
	"actor two cpu=1 kernel\n"

#define HOST                                                                                       \
	"model 6.1 scheme=network_at_zero\n"                                                       \
	"memcg A max=1024\n"                                                                       \
	"nic eth0 driver=page_pool ring=2\n"                                                       \
	"proc R memcg=root\n"                                                                      \
	"proc P memcg=A\n"                                                                         \
	"sock s nic=eth0 owner=R\n"                                                                \
	"actor napi cpu=0 softirq\n"                                                               \
	"actor app cpu=1 task=P\n"                                                                 \
	"actor thr cpu=0 task=P\n"                                                                 \
	"actor adm cpu=0 kernel\n"

struct searched {
	struct np_scenario *scenario;
	struct np_search_outcome outcome;
};

static inline struct searched search_with(const char *lines, struct np_search_options options)
{
	struct searched searched;
	char text[8192];

	snprintf(text, sizeof(text), "netpage 1 test\n%s\nend\n", lines);
	searched.scenario = parsed(text);
	assert_int_equal(np_search(searched.scenario, &options, &searched.outcome), 0);
	return searched;
}

static inline struct searched search(const char *lines)
{
	return search_with(lines, (struct np_search_options){ .bounds = NP_SEARCH_BOUNDS });
}

/* Where all of them are too many. */
static inline struct searched search_some(const char *lines)
{
	struct np_search_options options = { .bounds = NP_SEARCH_BOUNDS };

	options.bounds.executions = 500;
	return search_with(lines, options);
}

static inline void end(struct searched *searched)
{
	np_search_outcome_free(&searched->outcome);
	np_scenario_free(searched->scenario);
}

static inline const char *message(const struct searched *searched, size_t i)
{
	return i < searched->outcome.nr_findings ? searched->outcome.finding[i].message : "(none)";
}

static inline void assert_verdict(const struct searched *searched, const char *want)
{
	const char *got = np_search_verdict(&searched->outcome);

	if (strcmp(got, want))
		fail_msg("got %s in %lu executions (%s; %s), want %s", got,
			 searched->outcome.executions, message(searched, 0),
			 searched->outcome.reason, want);
}

static inline void assert_judged(const struct searched *searched, enum np_search_judgement want)
{
	enum np_search_judgement got = np_search_judge(searched->scenario, &searched->outcome);

	if (got != want)
		fail_msg("got %d (%s: %s), want %d", got, np_search_verdict(&searched->outcome),
			 message(searched, 0), want);
}

static inline bool found(const struct searched *searched, enum np_rule rule, const char *part)
{
	for (size_t i = 0; i < searched->outcome.nr_findings; i++)
		if (searched->outcome.finding[i].rule == rule &&
		    strstr(searched->outcome.finding[i].message, part))
			return true;
	return false;
}

static inline void assert_found(const struct searched *searched, enum np_rule rule,
				const char *part)
{
	if (!found(searched, rule, part))
		fail_msg("got %s, want %s: %s", message(searched, 0),
			 np_vocabulary_rules[rule].name, part);
}

/* The witness of finding number @i, to be freed. */
static inline char *witness(const struct searched *searched, size_t i)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	np_search_print_witness(out, searched->scenario, NULL, &searched->outcome, i);
	fclose(out);
	return text;
}

#endif /* SIM_EXPLORE_FIXTURE_H */
