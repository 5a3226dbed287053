/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: perfetto - a play as a trace file for ui.perfetto.dev or chrome://tracing
 *
 * One process for each play, one track for each actor: steps are slices, trace points are instants
 * in them, counts of named pages and usage of memory groups are counters.  Time is logical: one
 * microsecond for each step that begins and each event.
 *
 * np_perfetto_event() and np_perfetto_step() are what np_play_options asks for::
 *
 *	np_perfetto_begin(perfetto, scenario);
 *	options.subscriber = np_perfetto_event;
 *	options.step = np_perfetto_step;
 *	options.subscriber_arg = perfetto;
 *	np_play(scenario, &options, &outcome);
 *	np_perfetto_end(perfetto, &outcome);
 *
 * The file is JSON from np_perfetto_close() on, whatever came of the plays.
 */
#ifndef NP_SIM_PERFETTO_H
#define NP_SIM_PERFETTO_H

#include "play.h"

struct np_perfetto;

/**
 * np_perfetto_open - begin a trace file
 * @path: overwritten
 * Return: NULL with errno set when it cannot be written.
 */
struct np_perfetto *np_perfetto_open(const char *path);

/** np_perfetto_begin - the next play is of @scenario, which outlives it. */
void np_perfetto_begin(struct np_perfetto *perfetto, const struct np_scenario *scenario);
/** np_perfetto_event - np_trace_fn; @arg is the struct np_perfetto. */
void np_perfetto_event(void *arg, struct np_machine *machine, const struct np_trace_event *event);
/** np_perfetto_step - np_play_options.step; @arg is the struct np_perfetto. */
void np_perfetto_step(void *arg, const struct np_scenario *scenario, unsigned int actor, int cpu,
		      const char *text);
/** np_perfetto_end - the play is over: its violations are instants where they were found. */
void np_perfetto_end(struct np_perfetto *perfetto, const struct np_play_outcome *outcome);

/**
 * np_perfetto_close - finish the file, free @perfetto
 * Return: 0; -errno when something could not be written; -ENOMEM when something is missing.
 */
int np_perfetto_close(struct np_perfetto *perfetto);

#endif /* NP_SIM_PERFETTO_H */
