/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/bitops.h - bits of a long
 *
 * Provenance: real: atomic forms are relaxed, test_and forms are full barriers, as in the
 * kernel.
 */
#ifndef NETPAGE_COMPAT_LINUX_BITOPS_H
#define NETPAGE_COMPAT_LINUX_BITOPS_H

#include <linux/atomic.h>
#include <linux/kernel.h>

static inline void set_bit(long nr, volatile unsigned long *word)
{
	__atomic_fetch_or(&word[nr / BITS_PER_LONG], BIT(nr % BITS_PER_LONG), __ATOMIC_RELAXED);
}

static inline void clear_bit(long nr, volatile unsigned long *word)
{
	__atomic_fetch_and(&word[nr / BITS_PER_LONG], ~BIT(nr % BITS_PER_LONG), __ATOMIC_RELAXED);
}

static inline bool test_bit(long nr, const volatile unsigned long *word)
{
	return READ_ONCE(word[nr / BITS_PER_LONG]) & BIT(nr % BITS_PER_LONG);
}

static inline bool test_and_set_bit(long nr, volatile unsigned long *word)
{
	unsigned long bit = BIT(nr % BITS_PER_LONG);

	return __atomic_fetch_or(&word[nr / BITS_PER_LONG], bit, __ATOMIC_SEQ_CST) & bit;
}

static inline bool test_and_clear_bit(long nr, volatile unsigned long *word)
{
	unsigned long bit = BIT(nr % BITS_PER_LONG);

	return __atomic_fetch_and(&word[nr / BITS_PER_LONG], ~bit, __ATOMIC_SEQ_CST) & bit;
}

#define __set_bit(nr, word) set_bit(nr, word)
#define __clear_bit(nr, word) clear_bit(nr, word)
#define hweight_long(w) ((unsigned long)__builtin_popcountl(w))
#define fls64(x) ((x) ? 64 - __builtin_clzll(x) : 0)
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))

#endif /* NETPAGE_COMPAT_LINUX_BITOPS_H */
