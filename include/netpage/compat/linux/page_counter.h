/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/page_counter.h - hierarchical, lockless page accounting
 *
 * Provenance: real (netpage/page_counter.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_PAGE_COUNTER_H
#define NETPAGE_COMPAT_LINUX_PAGE_COUNTER_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/page.h>

#include <netpage/page_counter.h>

static inline void page_counter_reset_watermark(struct page_counter *counter)
{
	counter->watermark = page_counter_read(counter);
}

/* @max is the word that means no limit. Return: 0, -EINVAL. */
static inline int page_counter_memparse(const char *buf, const char *max, unsigned long *nr_pages)
{
	unsigned long long bytes;
	char *end;

	if (!strcmp(buf, max)) {
		*nr_pages = PAGE_COUNTER_MAX;
		return 0;
	}
	bytes = memparse(buf, &end);
	if (*end)
		return -EINVAL;
	bytes /= PAGE_SIZE;
	*nr_pages = bytes < PAGE_COUNTER_MAX ? (unsigned long)bytes : PAGE_COUNTER_MAX;
	return 0;
}

#endif /* NETPAGE_COMPAT_LINUX_PAGE_COUNTER_H */
