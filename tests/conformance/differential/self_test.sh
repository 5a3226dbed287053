#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# self_test.sh GENERATE INTERPRETER SHRINK - what must be true of the tools themselves

set -u
generate=$1 interpreter=$2 shrink=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

check() # FUNCTION
{
	if "$1"; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		failed=1
	fi
}

# The sum of the first program that was ever written with this generator: it changes when the
# generator does, and never because of the machine.
generates_the_same_everywhere()
{
	local got

	got=$("$generate" 20000 1 | cksum)
	[ "$got" = "$(sed "/^#/d" "$(dirname "$0")/generate.cksum")" ] || { echo "# got $got" && false; }
}

plays_every_operation()
{
	"$generate" 50000 1 beyond >"$dir/program" &&
		"$interpreter" "$dir/program" "$dir/log" >/dev/null &&
		[ "$(grep -c 'not understood' "$dir/log")" -eq 0 ] &&
		[ "$(wc -l <"$dir/log")" -eq 50000 ] &&
		[ "$(grep -c 'skip$' "$dir/log")" -lt 10000 ]
}

plays_the_same_twice()
{
	"$interpreter" "$dir/program" "$dir/again" >/dev/null && cmp -s "$dir/log" "$dir/again"
}

plays_the_same_after_a_reset()
{
	{ cat "$dir/program" && echo reset && cat "$dir/program"; } >"$dir/twice"
	"$interpreter" "$dir/twice" "$dir/log2" >/dev/null
	cmp -s <(cut -d' ' -f2- "$dir/log") <(tail -n 50000 "$dir/log2" | cut -d' ' -f2-)
}

survives_what_is_no_program()
{
	head -c 100000 "$generate" >"$dir/noise"
	"$interpreter" "$dir/noise" "$dir/log3" >/dev/null && [ -s "$dir/log3" ]
}

# A world that says something else wherever a fragment is at offset 2048.
shrinks_to_what_is_needed()
{
	printf '%s "$1" "$2" >/dev/null\n' "$interpreter" >"$dir/one"
	printf '%s "$1" "$2" >/dev/null && sed -i "/pool_frag.*> 2048/s/ref=/REF=/" "$2"\n' \
		"$interpreter" >"$dir/other"
	"$shrink" "$dir/program" "bash $dir/one" "bash $dir/other" >"$dir/short" 2>/dev/null &&
		[ "$(wc -l <"$dir/short")" -le 5 ] && grep -q '^pool_frag' "$dir/short"
}

check generates_the_same_everywhere
check plays_every_operation
check plays_the_same_twice
check plays_the_same_after_a_reset
check survives_what_is_no_program
check shrinks_to_what_is_needed
exit $failed
