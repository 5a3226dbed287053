/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/completion.h - waiting until something is done
 *
 * Provenance: custom: who waits lets others run, and looks again; a timeout is virtual time.
 */
#ifndef NETPAGE_COMPAT_LINUX_COMPLETION_H
#define NETPAGE_COMPAT_LINUX_COMPLETION_H

#include <linux/atomic.h>
#include <linux/sched.h>

struct completion {
	u32 done; /* how many waits may end; UINT_MAX: all */
};

#define COMPLETION_INITIALIZER(work)                                                               \
	{                                                                                          \
		0                                                                                  \
	}
#define DECLARE_COMPLETION(work) struct completion work = COMPLETION_INITIALIZER(work)
#define DECLARE_COMPLETION_ONSTACK(work) DECLARE_COMPLETION(work)

static inline void init_completion(struct completion *x)
{
	WRITE_ONCE(x->done, 0u);
}

#define reinit_completion(x) init_completion(x)

/* Order: release; what came before is seen by whom it lets go on. */
static inline void complete(struct completion *x)
{
	u32 done = READ_ONCE(x->done);

	while (done != UINT_MAX && !__atomic_compare_exchange_n(&x->done, &done, done + 1, false,
								__ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

static inline void complete_all(struct completion *x)
{
	smp_store_release(&x->done, UINT_MAX);
}

static inline bool try_wait_for_completion(struct completion *x)
{
	u32 done = smp_load_acquire(&x->done);

	while (done && done != UINT_MAX &&
	       !__atomic_compare_exchange_n(&x->done, &done, done - 1, false, __ATOMIC_ACQUIRE,
					    __ATOMIC_RELAXED))
		;
	return done != 0;
}

static inline bool completion_done(struct completion *x)
{
	return smp_load_acquire(&x->done) != 0;
}

static inline void wait_for_completion(struct completion *x)
{
	while (!try_wait_for_completion(x))
		schedule();
}

/* Return: what is left of @timeout, at least 1; 0 when it has passed, in virtual time. */
static inline unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	while (!try_wait_for_completion(x)) {
		if (!timeout)
			return 0;
		schedule_timeout(1);
		timeout--;
	}
	return timeout ? timeout : 1;
}

#endif /* NETPAGE_COMPAT_LINUX_COMPLETION_H */
