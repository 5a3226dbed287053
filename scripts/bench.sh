#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# bench.sh  builds the release preset and writes docs/bench-explore.md: what bench/explore
#           measures, beside other model checkers if GENMC and NIDHUGG name them.
#
# Times are of this machine and this moment: never judged.

set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release >/dev/null
cmake --build --preset release --target bench-explore
export NETPAGE_BENCH_EXPLORE=build/release/bench/explore

{
	echo '<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only -->'
	echo '<!-- Written by scripts/bench.sh; edits are lost. -->'
	echo
	echo '# What a search costs'
	echo
	echo "On $(nproc) CPUs, $("${CC:-cc}" --version | head -n 1), sequential consistency, all detectors on."
	echo
	echo '## By itself'
	echo
	echo '`build/release/bench/explore`: medians of five searches. The last column is in units of a'
	echo 'locked increment, measured beside each row.'
	echo
	"$NETPAGE_BENCH_EXPLORE"
	echo
	echo '## Where a step goes'
	echo
	echo '`scripts/bench-explore-where.sh`: instructions, counted by callgrind.'
	echo
	scripts/bench-explore-where.sh
	echo '## Beside other model checkers'
	echo
	echo '`scripts/bench-explore-peers.sh --markdown`: ours before and after each run of a peer.'
	echo
	scripts/bench-explore-peers.sh --markdown
} >docs/bench-explore.md.new
mv docs/bench-explore.md.new docs/bench-explore.md
