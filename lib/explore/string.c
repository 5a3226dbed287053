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

NP_ENTRY void *__wrap_memset(void *to, int byte, size_t size)
{
	np_explore_range(to, size, true, PC);
	return __real_memset(to, byte, size);
}

NP_ENTRY void *__wrap_memcpy(void *to, const void *from, size_t size)
{
	np_explore_range(from, size, false, PC);
	np_explore_range(to, size, true, PC);
	return __real_memcpy(to, from, size);
}

NP_ENTRY void *__wrap_memmove(void *to, const void *from, size_t size)
{
	np_explore_range(from, size, false, PC);
	np_explore_range(to, size, true, PC);
	return __real_memmove(to, from, size);
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
