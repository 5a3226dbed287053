#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# docs.sh          writes the pages that the program generates
# docs.sh --check  fails if one of them is not what the program says now
#
# NP_BUILD is the build directory to take the program from.

set -eu
cd "$(dirname "$0")/.."
program=${NP_BUILD:-build/default}/netpage-sim
stale=0

case ${1-} in
'' | --check) ;;
*)
	echo "usage: docs.sh [--check]" >&2
	exit 2
	;;
esac
mode=${1-}
new=$(mktemp)
trap 'rm -f "$new"' EXIT

# page NAME ARGUMENT...: docs/NAME is what the program prints with ARGUMENTs
page()
{
	file=docs/$1
	shift
	{
		echo '<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only -->'
		echo '<!-- Written by scripts/docs.sh; edits are lost. -->'
		echo
	} >"$new"
	"$program" "$@" >>"$new" || {
		echo "docs: $program $* failed" >&2
		exit 1
	}
	if [ "$mode" != --check ]; then
		cat "$new" >"$file"
	elif ! diff -u "$file" "$new"; then
		echo "docs: $file is stale, run scripts/docs.sh" >&2
		stale=1
	fi
}

page compare.md compare --markdown
page layout.md layout --markdown
page scenario-reference.md help --markdown
# Instructions are those of one compiler: written, never compared.
[ "$mode" = --check ] || page cost.md compare --costs --markdown
# This takes minutes: written, never compared.  tests/cli/explore_compare_test.sh sees to it that
# the same comes out again.
[ "$mode" = --check ] || page compare-explore.md compare --explore --markdown
exit $stale
