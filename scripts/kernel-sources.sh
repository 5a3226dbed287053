#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Builds the kernel's own mm/page_counter.c and net/core/page_pool.c, unmodified, against the
# compat headers, in place of the model, and tests and explores them.
#
#   scripts/kernel-sources.sh [--source TREE|TARBALL] [--build DIR] [CMAKE-OPTION...]
#
# TARBALL is that of the package linux-source-6.1 unless told otherwise; the few files that
# are needed are unpacked into the user's cache directory, once. Nothing of the kernel is
# copied into this tree. Exit status: 0 when all tests pass.
set -euo pipefail
cd "$(dirname "$0")/.."

source=/usr/src/linux-source-6.1.tar.xz
build=build/kernel-sources
files=(mm/page_counter.c net/core/page_pool.c include/linux/ptr_ring.h
	include/linux/page_counter.h include/net/page_pool.h)

usage()
{
	sed -n '3,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0" >&2
	exit 64
}

while [ $# -gt 0 ]; do
	case $1 in
	--source) [ $# -gt 1 ] || usage; source=$2; shift 2 ;;
	--build) [ $# -gt 1 ] || usage; build=$2; shift 2 ;;
	-D*) break ;;
	*) usage ;;
	esac
done

if [ ! -e "$source" ]; then
	echo "kernel-sources: $source is not there: install linux-source-6.1, or give --source" >&2
	exit 1
fi
if [ -d "$source" ]; then
	tree=$(realpath "$source")
else
	# By content: another version of the package is another directory.
	sum=$(sha256sum "$source" | cut -c1-16)
	tree=${XDG_CACHE_HOME:-$HOME/.cache}/netpage-sim/kernel-sources-$sum
	if [ ! -e "$tree/complete" ]; then
		mkdir -p "$tree"
		tar -xf "$source" -C "$tree" --strip-components=1 --no-anchored --wildcards \
			"${files[@]/#/linux-source-*/}"
		touch "$tree/complete"
	fi
fi
for file in "${files[@]}"; do
	[ -f "$tree/$file" ] || { echo "kernel-sources: $tree has no $file" >&2; exit 1; }
done
grep -q 'page_pool_producer_lock(pool)' "$tree/net/core/page_pool.c" ||
	echo "kernel-sources: note: this page_pool.c is from before 271683bb2cf3:" \
		"explored/page_pool will find what that repairs" >&2

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { cmake -S . -B "$build" -G Ninja -DNP_KERNEL_SOURCE="$tree" -DNP_TESTS=ON -DNP_BENCH=OFF \
	-DNP_PROGRAM=OFF "$@" && cmake --build "$build" --target kernel-sources; } >"$log" 2>&1; then
	tail -n 40 "$log" >&2
	exit 1
fi
ctest --test-dir "$build" -L '^kernel-sources$' --output-on-failure
