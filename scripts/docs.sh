#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# docs.sh          writes the pages that the program generates
# docs.sh --check  fails if one of them is not what the program says now
#
# NP_BUILD is the build directory to take the program from.

set -eu
cd "$(dirname "$0")/.."
build=${NP_BUILD:-build/default}
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

# page NAME ARGUMENT...: docs/NAME is what netpage-sim prints with ARGUMENTs
page()
{
	name=$1
	shift
	page_by "$name" "$build/netpage-sim" "$@"
}

# page_by NAME PROGRAM ARGUMENT...
page_by()
{
	file=docs/$1
	shift
	{
		echo '<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only -->'
		echo '<!-- Written by scripts/docs.sh; edits are lost. -->'
		echo
	} >"$new"
	"$@" >>"$new" || {
		echo "docs: $* failed" >&2
		exit 1
	}
	if [ "$mode" != --check ]; then
		cat "$new" >"$file"
	elif ! diff -u "$file" "$new"; then
		echo "docs: $file is stale, run scripts/docs.sh" >&2
		stale=1
	fi
}

# one_order FILE: what the order of the file says, without a search
one_order()
{
	sed '/^explore/d; s/^result.*/result pass/' "$1" | "$build/netpage-sim" run --quiet - \
		>/dev/null 2>&1 && echo holds || echo fails
}

# corner_cases: what one order does not show, and all of them do
corner_cases()
{
	cat <<-'END'
		# What one order does not show

		Each case of tests/scenarios/explore: the order of its file, by `netpage-sim run` without
		`explore`; and all of them, by `netpage-sim explore FILE`. The witness is the smallest
		schedule that fails, as a scenario that replays by itself.

		| case | what | the order of the file | all orders | executions |
		|---|---|---|---|---:|
	END
	for scenario in tests/scenarios/explore/*.npt; do
		name=$(basename "$scenario" .npt)
		what=$(sed -n '/^# source:/q; s/^# //p' "$scenario" | tr '\n' ' ' | sed 's/ $//')
		verdict=$(sed -n 's/^result *//p' "$scenario")
		count=$("$build/netpage-sim" explore --quiet "$scenario" |
			sed -n 's/.* executions=\([0-9]*\) .*not-exhausted.*/\1, not all/p
				s/.* executions=\([0-9]*\) .*/\1/p')
		witness=tests/scenarios/explore/witness/$name.npt
		[ ! -f "$witness" ] || verdict="[$verdict](../$witness)"
		echo "| [$name](../$scenario) | $what | $(one_order "$scenario") | $verdict | $count |"
	done
}

page compare.md compare --markdown
page layout.md layout --markdown
page scenario-reference.md help --markdown
page_by corner-cases.md corner_cases
page_by litmus.md "$build/tests/explore_litmus_test" --markdown
# Instructions are those of one compiler: written, never compared.
[ "$mode" = --check ] || page cost.md compare --costs --markdown
# This takes minutes: written, never compared.  tests/cli/explore_compare_test.sh sees to it that
# the same comes out again.
[ "$mode" = --check ] || page compare-explore.md compare --explore --markdown
exit $stale
