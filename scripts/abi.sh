#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# abi.sh --update           writes flavour.h from the declarations marked NP_API,
#                           and lib/libnetpage-sim.map from flavour.h
# abi.sh --check [LIBRARY]  fails unless flavour.h, the version script and the
#                           symbols LIBRARY exports are the same list

set -eu
cd "$(dirname "$0")/.."
header=include/netpage/flavour.h
script=lib/libnetpage-sim.map
node=NETPAGE_SIM_0.1

# The names of the API as the native flavour spells them in an ELF file.
from_header()
{
	sed -nE 's/^#define [A-Za-z0-9_]+ NP_FLAVOUR_SYMBOL\(([A-Za-z0-9_]+)\)$/np_native_\1/p' \
		$header | LC_ALL=C sort
}

from_script()
{
	sed -n 's/^\t\t\(.*\);$/\1/p' $script | LC_ALL=C sort
}

from_library()
{
	nm -D --defined-only --format=posix "$1" |
		sed -n 's/@.*//; s/ .*//; /^NETPAGE_SIM_/!p' | LC_ALL=C sort
}

version_script()
{
	echo '/* SPDX-License-Identifier: MIT OR GPL-2.0-only */'
	echo '/* Written by scripts/abi.sh --update. */'
	echo "$node {"
	echo '	global:'
	from_header | sed 's/.*/\t\t&;/'
	echo '	local:'
	echo '		*;'
	echo '};'
}

# same A B: fails with a diff unless the lists A and B are equal
same()
{
	diff -u --label "$1" --label "$2" "$work/$1" "$work/$2" || status=1
}

case ${1-} in
--update)
	scripts/flavour.sh
	version_script >$script.new
	mv $script.new $script
	;;
--check)
	status=0
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	library=${2:-build/default/libnetpage-sim.so}
	from_header >"$work/flavour.h"
	from_script | grep -vx '\*' >"$work/libnetpage-sim.map"
	from_library "$library" >"$work/libnetpage-sim.so"
	[ -s "$work/flavour.h" ] || {
		echo "abi: no names found in $header" >&2
		exit 1
	}
	same flavour.h libnetpage-sim.map
	same libnetpage-sim.map libnetpage-sim.so
	exit $status
	;;
*)
	echo "usage: abi.sh --update | --check [LIBRARY]" >&2
	exit 2
	;;
esac
