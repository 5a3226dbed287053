/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: compat base - what every compat header starts with
 *
 * Provenance: custom: the C library first, because kernel-style macros (min, current)
 * must not meet its headers; then the library's own words.
 *
 * Kernel code has no machine in its hands: where the library asks for one, these
 * headers pass the machine that the calling thread has entered (np_enter()).
 */
#ifndef NETPAGE_COMPAT_BASE_H
#define NETPAGE_COMPAT_BASE_H

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <netpage/types.h>
#include <netpage/compat/np/flavour.h>

/* The preprocessor knows no sizeof, and kernel headers ask it. */
#undef BITS_PER_LONG
#define BITS_PER_LONG (8 * __SIZEOF_LONG__)

/* With underscores: `noinline` is a macro of kernel code. */
#undef NP_COLD
#define NP_COLD __attribute__((__cold__, __noinline__))

#endif /* NETPAGE_COMPAT_BASE_H */
