/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/jiffies.h - virtual time
 *
 * Provenance: custom: HZ is 1000 and jiffies are the machine's virtual milliseconds: they stand
 * still until somebody sleeps.
 */
#ifndef NETPAGE_COMPAT_LINUX_JIFFIES_H
#define NETPAGE_COMPAT_LINUX_JIFFIES_H

#include <linux/types.h>

#include <netpage/machine.h>

#define HZ 1000UL
#define MSEC_PER_SEC 1000L
#define jiffies np_machine_jiffies(np_this_machine())
#define jiffies_64 ((u64)jiffies)
#define get_jiffies_64() jiffies_64
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)

static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	return ms;
}

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return (unsigned int)j;
}

#define usecs_to_jiffies(us) (((us) + 999UL) / 1000UL)
#define nsecs_to_jiffies(ns) ((ns) / 1000000UL)

#endif /* NETPAGE_COMPAT_LINUX_JIFFIES_H */
