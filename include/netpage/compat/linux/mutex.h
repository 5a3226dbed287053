/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/mutex.h - locks whose holder may sleep
 *
 * Provenance: real (netpage/spinlock.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_MUTEX_H
#define NETPAGE_COMPAT_LINUX_MUTEX_H

#include <linux/types.h>

#include <netpage/spinlock.h>

#define DEFINE_MUTEX(name) struct mutex name = { { 0 } }
#define mutex_init(mutex) (*(mutex) = (struct mutex){ { 0 } })
#define mutex_destroy(mutex) ((void)(mutex))
#define mutex_is_locked(mutex) (READ_ONCE((mutex)->word.holder) != 0)

#endif /* NETPAGE_COMPAT_LINUX_MUTEX_H */
