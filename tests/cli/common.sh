# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
#
# What every script begins with. It is run in the root of the source tree.
#
# NETPAGE_SIM is the program, JSON_CHECK fails for what is no JSON, MODULES is a
# folder of shared objects that are no schemes, MINE_SCHEME is one that is.

set -u
: "${NETPAGE_SIM:?}" "${JSON_CHECK:?}" "${MODULES:?}" "${MINE_SCHEME:?}"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0

fail()
{
	failed=1
	echo "FAIL: netpage-sim $call: $*"
	[ ! -s "$tmp/out" ] || { echo "--- standard output"; head -n 30 "$tmp/out"; }
	[ ! -s "$tmp/err" ] || { echo "--- standard error"; head -n 30 "$tmp/err"; }
}

# exits CODE ARGUMENT...: calls the program; what it printed is in $tmp/out and $tmp/err
exits()
{
	exit_wanted=$1
	shift
	call=$*
	"$NETPAGE_SIM" "$@" >"$tmp/out" 2>"$tmp/err"
	exit_got=$?
	[ "$exit_got" -eq "$exit_wanted" ] || fail "exit: got $exit_got, want $exit_wanted"
}

# says TEXT: on standard output; complains TEXT: on standard error
says()
{
	grep -qF -e "$1" "$tmp/out" || fail "standard output: want '$1'"
}

complains()
{
	grep -qF -e "$1" "$tmp/err" || fail "standard error: want '$1'"
}

# A result is on standard output and nowhere else, a complaint on standard error.
only_says()
{
	[ -s "$tmp/out" ] && [ ! -s "$tmp/err" ] || fail "want all on standard output"
}

only_complains()
{
	[ -s "$tmp/err" ] && [ ! -s "$tmp/out" ] || fail "want all on standard error"
}

says_json()
{
	"$JSON_CHECK" <"$tmp/out" || fail "standard output is no JSON"
}

# twice ARGUMENT...: two calls print the same, byte by byte
twice()
{
	call=$*
	"$NETPAGE_SIM" "$@" >"$tmp/first" 2>&1
	"$NETPAGE_SIM" "$@" >"$tmp/second" 2>&1
	cmp -s "$tmp/first" "$tmp/second" || {
		fail "two calls print different things"
		diff "$tmp/first" "$tmp/second" | head -n 10
	}
}

# scenario NAME: standard input becomes $tmp/NAME.npt, a scenario of that name
scenario()
{
	{
		echo "netpage 1 $1"
		cat
		echo end
	} >"$tmp/$1.npt"
}

finish()
{
	exit $failed
}
