#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# compare --explore: each cell over every interleaving, the same from any number of processes.
# shellcheck source=tests/cli/explore_common.sh
. "$(dirname "$0")/explore_common.sh"

mkdir "$tmp/own"
sed '/^explore$/d; /^result/d; s/ => .*//' "$tmp/never_late.npt" >"$tmp/own/holds.npt"
{
	sed '/^end$/d' "$tmp/own/holds.npt" | sed 's/never_late/breaks_sometimes/'
	echo 'never refs(a) == 3'
	echo 'end'
} >"$tmp/own/breaks.npt"

exits 0 compare --explore --dir "$tmp/own" --scheme unaccounted --scheme network_at_zero
only_says
says 'never_late'
says '~NEVER'
says 'in some of the interleavings'
exits 0 compare --explore --dir "$tmp/own" --scheme unaccounted --executions 1
says 'holds*'
exits 0 compare --explore --dir "$tmp/own" --scheme unaccounted --case breaks_sometimes
says 'sometimes never'
says 'netpage-sim explore '
exits 0 compare --explore --dir "$tmp/own" --scheme unaccounted --json
says_json
says '"explored"'
says '"differs"'
exits 0 compare --explore --dir "$tmp/own" --scheme unaccounted --markdown
says '**sometimes never**'

call='compare --explore, one process and three'
"$NETPAGE_SIM" compare --explore --case plain --executions 20 --jobs 1 --markdown >"$tmp/one" 2>&1
"$NETPAGE_SIM" compare --explore --case plain --executions 20 --jobs 3 --markdown >"$tmp/three" 2>&1
cmp -s "$tmp/one" "$tmp/three" || fail "want the same"
[ -s "$tmp/one" ] || fail "want a table"

# What was compiled for the native flavour cannot be searched: not applicable, no failure.
exits 0 compare --explore --dir "$tmp/own" --scheme "$MINE_SCHEME"
says 'only a scheme of the library can be searched'

exits 64 compare --executions 3
complains 'are for --explore'
exits 64 compare --explore --costs
exits 64 compare --explore --jobs 0
finish
