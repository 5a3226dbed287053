#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# layout-kernels.sh [FILE...]  writes docs/layout-kernels.md, FILEs being the BTF of other kernels
# layout-kernels.sh --check    fails if the model is not at the places of Linux 6.1
#
# The kernels are those of Debian 12: see kernel-btf.sh, which downloads them.
# NP_BUILD is the build directory to take the program from.

set -eu
cd "$(dirname "$0")/.."
program=${NP_BUILD:-build/default}/netpage-sim
page=docs/layout-kernels.md

modelled=$(scripts/kernel-btf.sh linux-image-cloud-amd64 linux-image-amd64)
agrees()
{
	for btf in $modelled; do
		"$program" layout --check --btf "$btf" >"$tmp" || {
			cat "$tmp"
			return 1
		}
		printf '%s: ' "$(basename "$btf" .btf)"
		tail -n 1 "$tmp"
	done
}

tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
agrees
[ "${1-}" != --check ] || exit 0

# shellcheck disable=SC2046,SC2086 # paths are words
set -- $modelled $(scripts/kernel-btf.sh linux-image-rt-amd64 linux-image-6.12-cloud-amd64) "$@"
nr=$#
for btf; do
	set -- "$@" --btf "$btf"
done
shift "$nr"
{
	echo '<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only -->'
	echo '<!-- Written by scripts/layout-kernels.sh; edits are lost. -->'
	echo
	# Later kernels do differ, and so do the locks of PREEMPT_RT.
	"$program" layout --check --markdown "$@" || [ $? -eq 1 ]
} >"$tmp"
cat "$tmp" >"$page"
