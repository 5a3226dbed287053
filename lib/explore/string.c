/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the C library writes on behalf of instrumented code.
 *
 * Programs of the explore flavour are linked with --wrap for these functions, which
 * also the compiler calls, to copy a structure or to clear one: they are seen here
 * like any other access, and then done by the real function.
 */
#include <stdarg.h>
#include <stdio.h>

#include <explore/runtime.h>

#define PC __builtin_return_address(0)

/* The linker's names; no header declares them. */
void *__real_memset(void *to, int byte, size_t size);
void *__real_memcpy(void *to, const void *from, size_t size);
void *__real_memmove(void *to, const void *from, size_t size);
int __real_vsnprintf(char *to, size_t size, const char *fmt, va_list args) NP_PRINTF(3, 0);
void *__wrap_memset(void *to, int byte, size_t size);
void *__wrap_memcpy(void *to, const void *from, size_t size);
void *__wrap_memmove(void *to, const void *from, size_t size);
int __wrap_vsnprintf(char *to, size_t size, const char *fmt, va_list args) NP_PRINTF(3, 0);
int __wrap_snprintf(char *to, size_t size, const char *fmt, ...) NP_PRINTF(3, 4);

static bool is_seen(const void *ptr)
{
	const struct np_explorer *x = np_explorer_here();

	return x && np_in_image(&x->image, ptr);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Of what begins at @ptr, the bytes within one granule. */
static size_t behind(const void *ptr)
{
	return NP_GRANULE - (uintptr_t)ptr % NP_GRANULE;
}

/* Of what ends before @ptr. */
static size_t before(const void *ptr)
{
	return ((uintptr_t)ptr - 1) % NP_GRANULE + 1;
}

/* Each granule is a step, and has its effect before the next one: others may come in between. */
NP_ENTRY void *__wrap_memset(void *to, int byte, size_t size)
{
	char *at = to;

	if (!is_seen(to))
		return __real_memset(to, byte, size);
	while (size) {
		size_t part = smaller(behind(at), size);

		np_explore_range(at, part, true, PC);
		__real_memset(at, byte, part);
		at += part;
		size -= part;
	}
	return to;
}

static void copy_part(char *to, const char *from, size_t part, const void *pc)
{
	char held[NP_GRANULE];

	np_explore_range(from, part, false, pc);
	__real_memcpy(held, from, part);
	np_explore_range(to, part, true, pc);
	__real_memcpy(to, held, part);
}

static void copy(char *to, const char *from, size_t size, const void *pc)
{
	while (size) {
		size_t part = smaller(smaller(behind(to), behind(from)), size);

		copy_part(to, from, part, pc);
		to += part;
		from += part;
		size -= part;
	}
}

/* From the end, where the beginning of @to is the end of @from. */
static void copy_back(char *to, const char *from, size_t size, const void *pc)
{
	while (size) {
		size_t part = smaller(smaller(before(to + size), before(from + size)), size);

		size -= part;
		copy_part(to + size, from + size, part, pc);
	}
}

NP_ENTRY void *__wrap_memcpy(void *to, const void *from, size_t size)
{
	if (!is_seen(to) && !is_seen(from))
		return __real_memcpy(to, from, size);
	copy(to, from, size, PC);
	return to;
}

NP_ENTRY void *__wrap_memmove(void *to, const void *from, size_t size)
{
	if (!is_seen(to) && !is_seen(from))
		return __real_memmove(to, from, size);
	if ((uintptr_t)to - (uintptr_t)from < size)
		copy_back(to, from, size, PC);
	else
		copy(to, from, size, PC);
	return to;
}

/* What the arguments point to is read unseen: texts that change are nobody's plan. */
static NP_PRINTF(3, 0) int print(char *to, size_t size, const char *fmt, va_list args,
				 const void *pc)
{
	struct np_explorer *x = np_explorer_here();
	va_list again;
	size_t length;

	if (x && size && np_in_image(&x->image, to)) {
		va_copy(again, args);
		length = (size_t)__real_vsnprintf(NULL, 0, fmt, again) + 1;
		va_end(again);
		np_explore_range(to, length < size ? length : size, true, pc);
	}
	return __real_vsnprintf(to, size, fmt, args);
}

NP_ENTRY int __wrap_vsnprintf(char *to, size_t size, const char *fmt, va_list args)
{
	return print(to, size, fmt, args, PC);
}

NP_ENTRY int __wrap_snprintf(char *to, size_t size, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = print(to, size, fmt, args, PC);
	va_end(args);
	return length;
}
