/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A shared object that forgot to say which scheme it brings. */
#include <netpage/scheme.h>

extern const struct np_scheme no_entry_scheme;

const struct np_scheme no_entry_scheme = { .abi = NP_SCHEME_ABI, .name = "no_entry" };
