#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# symbols.sh PREFIX FILE...: looks through object files or an archive and fails if
#
#  - the name of a symbol that others may use does not begin with PREFIX;
#  - the name of a hidden one does not begin with np_;
#  - a variable can be written: everything that changes belongs to a machine,
#    or to one thread.
#
# What instrumented code calls by the compilers' names is the explore flavour's own.

set -eu
prefix=$1
shift

symbols=$(objdump -t "$@") || exit
echo "$symbols" | awk -v prefix="$prefix" '
	function bad(what) { print what ": " name; status = 1 }

	# ADDRESS FLAGS SECTION SIZE [.hidden] NAME; the flags have seven columns.
	!/^[0-9a-f]+ ....... [.*]/ || $0 ~ /^[0-9a-f]+ ....... \*UND\*/ { next }
	{ name = $NF; flags = substr($0, index($0, " ") + 1, 7) }

	# What sanitizers and gcov define is not ours.
	name ~ /^(\.|__asan_|__odr_asan|__gcov|__llvm_|__prof|__sancov|__start_|__stop_|__unnamed_)/ { next }
	name ~ /^[at]?san(cov)?\./ { next }

	prefix == "np_explore_" && name ~ /^__(tsan|wrap)_[a-z0-9_]+$/ { next }

	flags ~ /^[gu]/ && / \.hidden / && name !~ /^np_/ { bad("hidden, without np_") }
	flags ~ /^[gu]/ && !/ \.hidden / && index(name, prefix) != 1 { bad("without " prefix) }
	flags ~ /O$/ && / O \.(data|bss)/ && !/ O \.data\.rel\.ro/ { bad("writable") }

	END { exit status }'
