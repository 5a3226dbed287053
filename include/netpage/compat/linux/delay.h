/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/delay.h - sleeping
 *
 * Provenance: custom: lets virtual time pass at once, which runs delayed work; udelay() takes no
 * time.
 */
#ifndef NETPAGE_COMPAT_LINUX_DELAY_H
#define NETPAGE_COMPAT_LINUX_DELAY_H

#include <linux/sched.h>

static inline void msleep(unsigned int ms)
{
	schedule_timeout((long)ms);
}

static inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

static inline void usleep_range(unsigned long min_us, unsigned long max_us)
{
	(void)max_us;
	msleep((unsigned int)((min_us + 999) / 1000));
}

#define udelay(us) ((void)(us))
#define ndelay(ns) ((void)(ns))
#define mdelay(ms) msleep(ms)

#endif /* NETPAGE_COMPAT_LINUX_DELAY_H */
