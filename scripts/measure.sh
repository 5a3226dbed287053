#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Writes docs/measured.md: the figures that the documents speak of, taken on this
# machine.  Seconds are those of one run and are never judged.
#
# Wants `scripts/demo.sh` and `scripts/check.sh --coverage` to have been run before.

set -euo pipefail
cd "$(dirname "$0")/.."
program=build/default/netpage-sim
coverage=build/check/coverage.log
TIMEFORMAT=%R

for file in "$program" "$coverage"; do
	[ -e "$file" ] || {
		echo "measure: there is no $file: run scripts/demo.sh and scripts/check.sh --coverage" >&2
		exit 1
	}
done

# seconds COMMAND...: how long it takes, its output thrown away
seconds()
{
	{ time "$@" >/dev/null 2>&1; } 2>&1
}

row()
{
	printf "| %s | %s | \`%s\` |\n" "$1" "$2" "$3"
}

{
	echo '<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only -->'
	echo '<!-- Written by scripts/measure.sh; edits are lost. -->'
	echo
	echo '# Measured'
	echo
	echo "On $(nproc) CPUs, $("${CC:-cc}" --version | head -n 1). Seconds are of one run."
	echo
	echo '| what | figure | command |'
	echo '|---|---:|---|'
	row 'corner cases' "$(find tests/scenarios/compare -name '*.npt' | wc -l)" \
		'ls tests/scenarios/compare/*/*.npt'
	row 'all scenarios as expected' "$("$program" test tests/scenarios | sed -n 's/^# //p' | tail -n 1)" \
		'netpage-sim test tests/scenarios'
	row 'the whole table, seconds' "$(seconds "$program" compare --progress never)" \
		'netpage-sim compare'
	row 'a machine of 1 TiB: built, run, taken apart, seconds' \
		"$(seconds "$program" workload --pages 268435456 --packets 1)" \
		'netpage-sim workload --pages 268435456 --packets 1'
	row 'a host of 100000 packets without checks, pages per second' \
		"$("$program" workload --scheme network_at_zero --packets 100000 | sed -n 's/^pages per second *//p')" \
		'netpage-sim workload --scheme network_at_zero --packets 100000'
	row 'line coverage of lib/' "$(sed -n 's/^lines: //p' "$coverage")" \
		'scripts/check.sh --coverage'
} >docs/measured.md.new
mv docs/measured.md.new docs/measured.md
