#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# bench-explore-where.sh [PROGRAM N]...
#
# Where a step's time goes: the instructions of one search with bench/explore, by the
# room that they are in, for each step. By default lastzero 12 and fib_bench 4.
#
# NETPAGE_BENCH_EXPLORE is the program (build/release/bench/explore); wants valgrind.

set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
bench=${NETPAGE_BENCH_EXPLORE:-build/release/bench/explore}
[ -x "$bench" ] || {
	echo "bench-explore-where: there is no $bench" >&2
	exit 2
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# One search as "instructions file" lines, the files below lib/ and what else there is.
instructions()
{
	valgrind --tool=callgrind --callgrind-out-file="$dir/out" \
		"$bench" --search "$1" "$2" >/dev/null 2>"$dir/log"
	callgrind_annotate --show-percs=no --threshold=100 "$dir/out" |
		sed -nE 's/^ *([0-9,]+) +([^ :]+):.*/\1 \2/p' | tr -d ,
}

# steps PROGRAM N: how many there are, of the line that --search prints
steps()
{
	"$bench" --search "$1" "$2" | awk '{ print $NF; exit }'
}

table()
{
	echo "### $1($2)"
	echo
	echo '| what | instructions a step | share |'
	echo '|---|---:|---:|'
	instructions "$1" "$2" | awk -v steps="$(steps "$1" "$2")" '
		function room(file) {
			if (file ~ /explore\/(dpor|sequence)/) return "DPOR: races, sequences, wakeup trees"
			if (file ~ /explore\/dependence/) return "clocks: what happened before what"
			if (file ~ /explore\/(engine|turn)/) return "the step: choosing and writing down"
			if (file ~ /explore\/runtime/) return "the runtime: __tsan_*, shared or private"
			if (file ~ /explore\/fiber|plat\/explore/) return "fibers and contexts"
			if (file ~ /explore\/(image|state)/) return "undoing"
			if (file ~ /explore\/detect/) return "detectors"
			if (file ~ /lib\/explore/) return "the rest of the explorer"
			if (file ~ /bench\/|include\/netpage/) return "the program itself"
			return "libc"
		}
		{ of[room($2)] += $1; all += $1 }
		END {
			for (r in of)
				printf "%d | %s | %.1f | %.0f %% |\n", of[r], r, of[r] / steps, 100 * of[r] / all
			printf "-1 | all | %.1f | |\n", all / steps
		}' | sort -t'|' -k1,1nr | cut -d'|' -f2- | sed 's/^/|/'
	echo
}

[ $# -gt 0 ] || set -- lastzero 12 fib_bench 4
while [ $# -ge 2 ]; do
	table "$1" "$2"
	shift 2
done
