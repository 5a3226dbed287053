/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: progress - a bar on standard error, for runs that take longer than a second
 *
 * Never on anything but a terminal, and wiped away at the end: what a program or a log file sees
 * does not depend on how long a run took.
 */
#ifndef NP_SIM_PROGRESS_H
#define NP_SIM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** struct np_progress - private. */
struct np_progress {
	FILE *out;
	const char *unit;
	uint64_t total;
	uint64_t begun_ms;
	uint64_t drawn_ms; /* 0: not yet */
	bool enabled;
};

/** np_progress_now_ms() - monotonic milliseconds since some moment. */
uint64_t np_progress_now_ms(void);

/**
 * np_progress_begin() - start counting
 * @out: where the bar goes, if it is a terminal
 * @unit: of what is counted, in the plural
 * @total: how much there is to do; 0: not known
 * @wanted: false switches it off
 */
void np_progress_begin(struct np_progress *progress, FILE *out, const char *unit, uint64_t total,
		       bool wanted);
/** np_progress_update() - @done so far. Asks for the time: not for every packet. */
void np_progress_update(struct np_progress *progress, uint64_t done);
/** np_progress_end() - wipe the bar away. */
void np_progress_end(struct np_progress *progress);

/**
 * np_progress_format() - the bar as text, without a line break
 * Return: @buf.
 */
const char *np_progress_format(char *buf, size_t size, const char *unit, uint64_t done,
			       uint64_t total, uint64_t elapsed_ms);

#endif /* NP_SIM_PROGRESS_H */
