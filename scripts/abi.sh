#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# abi.sh --update            writes flavour.h from the declarations marked NP_API, and
#                            from it the version script of each flavour's library
# abi.sh --check [LIBRARY [EXPLORE_LIBRARY]]
#                            fails unless flavour.h, the version scripts and the
#                            symbols the libraries export are the same lists

set -eu
cd "$(dirname "$0")/.."
header=include/netpage/flavour.h
node=NETPAGE_SIM_0.1

# Declared here, and there in the explore flavour only.
explore_only=include/netpage/explore.h
# What instrumented code calls beside the API: by the compilers' names, and the linker's.
runtime='__tsan_* __wrap_memcpy __wrap_memmove __wrap_memset __wrap_snprintf __wrap_vsnprintf'

script_of()
{
	case $1 in
	native) echo lib/libnetpage-sim.map ;;
	explore) echo lib/libnetpage-sim-explore.map ;;
	esac
}

# The names of the API as a flavour spells them in an ELF file.
from_header()
{
	sed -nE 's/^#define ([A-Za-z0-9_]+) NP_FLAVOUR_SYMBOL\(([A-Za-z0-9_]+)\)$/\1 \2/p' $header |
		while read -r name symbol; do
			[ "$1" = explore ] || ! echo "$only" | grep -qx "$name" || continue
			echo "np_$1_$symbol"
		done | LC_ALL=C sort
}

only=$(scripts/flavour.sh --names $explore_only)

from_script()
{
	sed -n 's/^\t\t\(np_.*\);$/\1/p' "$(script_of "$1")" | LC_ALL=C sort
}

from_library()
{
	nm -D --defined-only --format=posix "$1" |
		sed -n 's/@.*//; s/ .*//; /^\(NETPAGE_SIM_\|__tsan_\|__wrap_\)/!p' | LC_ALL=C sort
}

version_script()
{
	echo '/* SPDX-License-Identifier: MIT OR GPL-2.0-only */'
	echo '/* Written by scripts/abi.sh --update. */'
	echo "$node {"
	echo '	global:'
	if [ "$1" = explore ]; then
		echo "$runtime" | tr ' ' '\n' | sed 's/.*/\t\t&;/'
	fi
	from_header "$1" | sed 's/.*/\t\t&;/'
	echo '	local:'
	echo '		*;'
	echo '};'
}

# same A B: fails with a diff unless the lists A and B are equal
same()
{
	diff -u --label "$1" --label "$2" "$work/$1" "$work/$2" || status=1
}

# check FLAVOUR LIBRARY
check()
{
	from_header "$1" >"$work/flavour.h"
	from_script "$1" >"$work/version script"
	from_library "$2" >"$work/library"
	[ -s "$work/flavour.h" ] || {
		echo "abi: no names found in $header" >&2
		exit 1
	}
	same flavour.h 'version script'
	same 'version script' library
}

case ${1-} in
--update)
	scripts/flavour.sh
	for flavour in native explore; do
		script=$(script_of $flavour)
		version_script $flavour >"$script.new"
		mv "$script.new" "$script"
	done
	;;
--check)
	status=0
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	library=${2:-build/default/libnetpage-sim.so}
	check native "$library"
	check explore "${3:-${library%.so}-explore.so}"
	exit $status
	;;
*)
	echo "usage: abi.sh --update | --check [LIBRARY [EXPLORE_LIBRARY]]" >&2
	exit 2
	;;
esac
