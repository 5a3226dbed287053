#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Writes include/netpage/flavour.h from the declarations marked NP_API in the
# public headers, so that no exported name can be forgotten.
#   scripts/flavour.sh           rewrite it
#   scripts/flavour.sh --check   exit 1 and show the difference if it is stale
#   scripts/flavour.sh --names FILE...
#                                what those headers declare, one in a line
set -euo pipefail
cd "$(dirname "$0")/.."
header=include/netpage/flavour.h

names() {
	cat "$@" | grep -v '^#' | tr '\n\t' '  ' | grep -oP 'NP_API [^;({]*?\b\w+(?=\(|;)' |
		grep -oP '\w+$' | LC_ALL=C sort -u
}

generate() {
	cat <<'TXT'
/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: flavour - one source, two flavours, no kernel name in any ELF file
 *
 * The library is compiled as the native flavour, and with NP_FLAVOUR_EXPLORE as
 * the explore flavour.  Every exported name is mapped to a symbol that carries
 * its flavour, so both may live in one program and mixing them does not link.
 *
 * Written by scripts/flavour.sh from the declarations marked NP_API.
 */
#ifndef NETPAGE_FLAVOUR_H
#define NETPAGE_FLAVOUR_H

/* clang-format off */
#ifdef NP_FLAVOUR_EXPLORE
#define NP_FLAVOUR_SYMBOL(name) np_explore_##name
#else
#define NP_FLAVOUR_SYMBOL(name) np_native_##name
#endif

TXT
	names include/netpage/*.h | while read -r name; do
		printf '#define %s NP_FLAVOUR_SYMBOL(%s)\n' "$name" "${name#np_}"
	done
	printf '\n#endif /* NETPAGE_FLAVOUR_H */\n'
}

case "${1:-}" in
"") generate >"$header.new" && mv "$header.new" "$header" ;;
--check) generate | diff -u "$header" - ;;
--names) shift && names "$@" ;;
*) echo "usage: scripts/flavour.sh [--check | --names FILE...]" >&2 && exit 64 ;;
esac
