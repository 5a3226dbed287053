#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# witnesses.sh          writes tests/scenarios/explore/witness/: of each scenario there that
#                       sometimes fails, the smallest schedule that the explorer finds
# witnesses.sh --check  fails if one of them is not what the explorer finds now
#
# NP_BUILD is the build directory to take the program from.

set -eu
cd "$(dirname "$0")/.."
program=${NP_BUILD:-build/default}/netpage-sim
folder=tests/scenarios/explore
stale=0

case ${1-} in
'' | --check) ;;
*)
	echo "usage: witnesses.sh [--check]" >&2
	exit 2
	;;
esac
new=$(mktemp)
trap 'rm -f "$new"' EXIT

# The first scenario in what explore prints that ends with `result fail RULE`.
first_of()
{
	awk -v rule="$1" '
		/^netpage / { text = ""; inside = 1 }
		inside { text = text $0 "\n" }
		/^end$/ {
			if (inside && text ~ "\nresult  *fail " rule "\n") {
				printf "%s", text
				exit
			}
			inside = 0
		}'
}

for scenario in "$folder"/*.npt; do
	rule=$(sed -n 's/^result *sometimes *//p' "$scenario")
	[ "$rule" ] || continue
	witness=$folder/witness/${scenario##*/}
	"$program" explore "$scenario" | first_of "$rule" >"$new"
	if [ ! -s "$new" ]; then
		echo "$scenario: never fails $rule" >&2
		exit 1
	fi
	if [ "${1-}" != --check ]; then
		cat "$new" >"$witness"
	elif ! diff -u "$witness" "$new"; then
		stale=1
	fi
done
exit $stale
