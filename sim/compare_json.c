/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The comparison for programs. */
#include "compare.h"
#include "json.h"

static struct json_object *cases_json(const struct np_comparison *comparison)
{
	struct json_object *cases = np_json_array();

	for (size_t i = 0; i < comparison->nr_cases; i++) {
		const struct np_compare_case *row = &comparison->cases[i];
		struct json_object *json = np_json_object();

		np_json_add_string(json, "name", row->scenario->name);
		np_json_add_string(json, "group", row->group);
		np_json_add_string(json, "about", row->about);
		np_json_add_string(json, "source", row->source);
		np_json_add_string(json, "file", row->file);
		np_json_append(cases, json);
	}
	return cases;
}

static struct json_object *measured_json(const struct np_costs *costs)
{
	struct json_object *json = np_json_object();

	for (int i = 0; i < NP_COST_PATHS; i++) {
		const struct np_cost *cost = &costs->path[i];
		struct json_object *path = np_json_object();

		if (*cost->why) {
			np_json_add_string(path, "not_measurable", cost->why);
		} else {
			np_json_add_unsigned(path, "instructions", cost->instructions);
			np_json_add_unsigned(path, "locked", cost->locked);
		}
		np_json_add(json, np_cost_path_key((enum np_cost_path)i), path);
	}
	np_json_add_string(json, "ends_in", costs->ends_in);
	return json;
}

static struct json_object *schemes_json(const struct np_comparison *comparison)
{
	struct json_object *schemes = np_json_array();

	for (size_t i = 0; i < comparison->nr_schemes; i++) {
		const struct np_compare_scheme *column = &comparison->schemes[i];
		struct json_object *json = np_json_object(), *cost = np_json_object();

		np_json_add_string(json, "name", column->scheme->name);
		np_json_add_string(json, "summary", column->scheme->summary);
		np_json_add_string(json, "origin", column->scheme->origin);
		np_json_add_string(cost, "page_words", column->scheme->cost.page_words);
		np_json_add_string(cost, "driver_changes", column->scheme->cost.driver_changes);
		if (comparison->measured)
			np_json_add(cost, "measured", measured_json(&column->costs));
		np_json_add(json, "cost", cost);
		np_json_append(schemes, json);
	}
	return schemes;
}

static struct json_object *search_json(const struct np_compare_search *search)
{
	bool violated = search->cell.end == NP_PLAY_VIOLATED;
	struct json_object *json = np_json_object();

	np_json_add_string(json, "verdict",
			   violated ? np_comparison_how(search) :
				      np_comparison_verdict(&search->cell));
	np_json_add_string(json, "invariant", violated ? np_comparison_verdict(&search->cell) : "");
	np_json_add_string(json, "reason", violated ? "" : search->cell.text);
	np_json_add_string(json, "object", search->cell.object);
	np_json_add_string(json, "where", search->cell.where);
	np_json_add_string(json, "message", violated ? search->cell.text : "");
	np_json_add_unsigned(json, "executions", search->executions);
	np_json_add_unsigned(json, "failed", search->failed);
	np_json_add_bool(json, "exhausted", search->exhausted);
	np_json_add_bool(json, "differs", search->differs);
	return json;
}

static struct json_object *cell_json(const struct np_comparison *comparison, size_t row,
				     size_t column)
{
	const struct np_compare_cell *cell = np_comparison_cell(comparison, row, column);
	bool violated = cell->end == NP_PLAY_VIOLATED;
	struct json_object *json = np_json_object();
	char command[512];

	np_json_add_string(json, "case", comparison->cases[row].scenario->name);
	np_json_add_string(json, "scheme", comparison->schemes[column].scheme->name);
	np_json_add_string(json, "verdict", np_comparison_verdict(cell));
	np_json_add_string(json, "reason", violated ? "" : cell->text);
	np_json_add_string(json, "object", cell->object);
	np_json_add_string(json, "where", cell->where);
	np_json_add_string(json, "message", violated ? cell->text : "");
	np_json_add_string(json, "replay",
			   np_comparison_replay(comparison, row, column, command, sizeof(command)));
	if (comparison->searches)
		np_json_add(json, "explored",
			    search_json(np_comparison_searched(comparison, row, column)));
	return json;
}

struct json_object *np_comparison_json(const struct np_comparison *comparison)
{
	struct json_object *json = np_json_object(), *cells = np_json_array();

	np_json_add(json, "cases", cases_json(comparison));
	np_json_add(json, "schemes", schemes_json(comparison));
	for (size_t row = 0; row < comparison->nr_cases; row++)
		for (size_t column = 0; column < comparison->nr_schemes; column++)
			np_json_append(cells, cell_json(comparison, row, column));
	np_json_add(json, "cells", cells);
	return json;
}
