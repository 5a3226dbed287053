/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MYDRV_H
#define MYDRV_H

#include <netpage/nic.h>

#define MYDRV_CACHE_SIZE 8

/*
 * The pages that were handed to the stack, oldest first.  The driver keeps a reference of each, so
 * that one whose count is back to 1 can be posted again.
 */
struct mydrv {
	struct page *cache[MYDRV_CACHE_SIZE];
	unsigned int head, count;
};

/* For np_nic_options.driver, with a struct mydrv in .priv. */
extern const struct np_driver mydrv_driver;

/* Takes the oldest page out of the cache. */
struct page *mydrv_cache_pop(struct mydrv *drv);

#endif /* MYDRV_H */
