/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/timekeeping.h - clocks
 *
 * Provenance: custom: real time, that of the host: for benchmarks. What the model does
 * with time is in jiffies.
 */
#ifndef NETPAGE_COMPAT_LINUX_TIMEKEEPING_H
#define NETPAGE_COMPAT_LINUX_TIMEKEEPING_H

#include <time.h>

#include <linux/types.h>

typedef s64 ktime_t;

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

static inline void ktime_get_real_ts64(struct timespec64 *ts)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*ts = (struct timespec64){ now.tv_sec, now.tv_nsec };
}

static inline u64 ktime_get_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
}

#define ktime_get() ((ktime_t)ktime_get_ns())
#define ktime_get_real_ns() ktime_get_ns()

#endif /* NETPAGE_COMPAT_LINUX_TIMEKEEPING_H */
