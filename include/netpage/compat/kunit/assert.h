/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: kunit/assert.h - see kunit/test.h
 *
 * Provenance: custom: as kunit/test.h.
 */
#ifndef NETPAGE_COMPAT_KUNIT_ASSERT_H
#define NETPAGE_COMPAT_KUNIT_ASSERT_H
#include <kunit/test.h>
#endif
