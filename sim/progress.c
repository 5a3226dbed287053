/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "progress.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#define SILENT_MS 1000
#define REDRAW_MS 100
#define BAR 30

uint64_t np_progress_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void np_progress_begin(struct np_progress *progress, FILE *out, const char *unit, uint64_t total,
		       bool wanted)
{
	*progress = (struct np_progress){
		.out = out,
		.unit = unit,
		.total = total,
		.begun_ms = np_progress_now_ms(),
		.enabled = wanted && isatty(fileno(out)),
	};
}

const char *np_progress_format(char *buf, size_t size, const char *unit, uint64_t done,
			       uint64_t total, uint64_t elapsed_ms)
{
	unsigned int part = 0;

	if (!total) {
		snprintf(buf, size, "%" PRIu64 " %s, %" PRIu64 " s", done, unit, elapsed_ms / 1000);
		return buf;
	}
	if (done > total)
		done = total;
	/* In floating point, since the product of two large counts would overflow. */
	part = (unsigned int)((double)done / (double)total * 1000);
	snprintf(buf, size, "[%.*s%*s] %3u %%, %" PRIu64 " s", (int)(part * BAR / 1000),
		 "##############################", BAR - (int)(part * BAR / 1000), "", part / 10,
		 elapsed_ms / 1000);
	return buf;
}

void np_progress_update(struct np_progress *progress, uint64_t done)
{
	uint64_t now;
	char bar[120];

	if (!progress->enabled)
		return;
	now = np_progress_now_ms();
	if (now - progress->begun_ms < SILENT_MS || now - progress->drawn_ms < REDRAW_MS)
		return;
	progress->drawn_ms = now;
	np_progress_format(bar, sizeof(bar), progress->unit, done, progress->total,
			   now - progress->begun_ms);
	fprintf(progress->out, "\r\033[K%s", bar);
	fflush(progress->out);
}

void np_progress_end(struct np_progress *progress)
{
	if (progress->drawn_ms) {
		fprintf(progress->out, "\r\033[K");
		fflush(progress->out);
	}
	progress->enabled = false;
}
