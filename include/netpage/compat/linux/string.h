/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/string.h - the C library's, and the few that it lacks
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_STRING_H
#define NETPAGE_COMPAT_LINUX_STRING_H

#include <linux/types.h>
#include <linux/errno.h>

/* Copies what fits and always ends it. Return: the length, or -E2BIG when it was cut. */
static inline ssize_t strscpy(char *dest, const char *src, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		dest[i] = src[i];
		if (!src[i])
			return (ssize_t)i;
	}
	if (size)
		dest[size - 1] = '\0';
	return -E2BIG;
}

static inline int np_digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return 16;
}

/* Neither a sign nor white space, and what does not fit wraps: as the kernel does it. */
static inline unsigned long long simple_strtoull(const char *text, char **end, unsigned int base)
{
	bool hex = text[0] == '0' && (text[1] | 0x20) == 'x' && np_digit_of(text[2]) < 16;
	unsigned long long value = 0;

	if (!base)
		base = hex ? 16 : text[0] == '0' ? 8 : 10;
	if (base == 16 && hex)
		text += 2;
	for (; np_digit_of(*text) < (int)base; text++)
		value = value * base + (unsigned int)np_digit_of(*text);
	if (end)
		*end = (char *)text;
	return value;
}

/* A number of bytes with a suffix: 4K, 2M, 1G. @end may be NULL. */
static inline unsigned long long memparse(const char *text, char **end)
{
	static const char suffixes[] = "KMGTPE";
	char *at;
	unsigned long long value = simple_strtoull(text, &at, 0);
	const char *found = *at ? strchr(suffixes, *at & ~0x20) : NULL;

	if (found && *found) {
		value <<= 10 * (found - suffixes + 1);
		at++;
	}
	if (end)
		*end = at;
	return value;
}

#endif /* NETPAGE_COMPAT_LINUX_STRING_H */
