/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What kernel code says.
 */
#include <linux/bug.h>
#include <linux/printk.h>

#include <netpage/check.h>

static __printf(1, 0) int print_line(const char *fmt, va_list args)
{
	size_t length = strlen(fmt);
	int n = vprintf(fmt, args);

	if (!length || fmt[length - 1] != '\n')
		putchar('\n');
	/* A crash must not take with it what was said before. */
	fflush(stdout);
	return n;
}

int np_compat_printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = print_line(fmt, args);
	va_end(args);
	return n;
}

void np_compat_warn(const char *file, int line, const char *fmt, ...)
{
	struct np_machine *machine = np_this_machine();
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text[strcspn(text, "\n")] = '\0';
	if (machine)
		np_violate(machine, NP_ASSERTION, "WARNING", "%s:%d: %s", file, line, text);
	else
		np_compat_printk("WARNING: %s:%d: %s", file, line, text);
}

void np_compat_bug(const char *file, int line)
{
	np_compat_warn(file, line, "kernel BUG");
	abort();
}
