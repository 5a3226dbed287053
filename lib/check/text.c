/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Text of reports.  A line for each holder, as lib/ref_tracker.c groups live
 * references: who, how many, since where.
 */
#include <stdarg.h>
#include <stdio.h>

#include <check/check.h>

void np_text_add(struct np_text *text, const char *fmt, ...)
{
	size_t left = text->len < text->size ? text->size - text->len : 0;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(left ? text->buf + text->len : NULL, left, fmt, args);
	va_end(args);
	if (len > 0)
		text->len += (size_t)len;
}

static void add_place(struct np_text *text, const char *what, const char *where)
{
	if (where && *where)
		np_text_add(text, "%s %s", what, where);
}

void np_text_holder(struct np_text *text, const struct np_holder *holder)
{
	np_text_add(text, "\n  %s (%s) ", holder->name, np_holder_kind_name(holder->kind));
	if (holder->refs)
		np_text_add(text, "holds %ld", holder->refs);
	else
		np_text_add(text, "knows it");
	if (holder->kind == NP_HOLDER_RX_RING)
		np_text_add(text, ", may write %u..%u", holder->offset,
			    holder->offset + holder->len);
	add_place(text, ", taken at", holder->where);
}

void np_text_history(struct np_text *text, const struct np_page_note *note)
{
	if (!note)
		return;
	add_place(text, "\n  allocated at", note->allocated);
	add_place(text, "\n  freed at", note->freed);
	add_place(text, "\n  last put at", note->last_put);
}
