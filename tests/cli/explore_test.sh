#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# explore: verdicts, exit codes, witnesses, bounds, bad input.
# shellcheck source=tests/cli/explore_common.sh
. "$(dirname "$0")/explore_common.sh"

# --- verdicts, with a result and without one
exits 0 explore "$tmp/never_late.npt"
only_says
says 'never_late under unaccounted: never (as expected)'
says ' exhausted'
exits 0 explore "$tmp/sometimes_late.npt"
says 'sometimes expect (as expected)'
says 'wanted ret=1, got 0'
exits 0 explore "$tmp/always_late.npt"
says 'always expect (as expected)'
exits 0 explore "$tmp/in_one_order.npt"
says 'never (as expected)'
exits 1 explore --scheme network_at_zero "$tmp/sometimes_late.npt"
says 'under network_at_zero: sometimes expect (NOT as expected)'

# --- run and test search such a file as well
exits 0 run "$tmp/sometimes_late.npt"
says 'sometimes expect (as expected)'
exits 0 run --json "$tmp/sometimes_late.npt"
says_json
says '"executions"'
mkdir "$tmp/all"
cp "$tmp/sometimes_late.npt" "$tmp/always_late.npt" "$tmp/never_late.npt" "$tmp/all"
exits 0 test "$tmp/all"
says 'passed 3, failed 0, skipped 0'
sed 's/^result .*/result never/' "$tmp/sometimes_late.npt" >"$tmp/all/wrong.npt"
exits 1 test "$tmp/all"
says 'not ok 4 sometimes_late'
says 'got sometimes, NOT as expected'

# --- each witness replays by itself, and shows what it says
for name in sometimes_late always_late; do
	exits 0 explore "$tmp/$name.npt"
	witnesses "$tmp/out"
	[ -f "$tmp/witness.1" ] || fail "want a witness"
	for witness in "$tmp"/witness.*; do
		grep -q '^schedule' "$witness" || fail "want a schedule in $(cat "$witness")"
		exits 0 run "$witness"
		says 'replayed'
		"$NETPAGE_SIM" run - <"$witness" >/dev/null || fail "want it from standard input"
		sed 's/^/> /' "$witness" >"$tmp/quoted"
		exits 0 run "$tmp/quoted"
		exits 0 run --quiet "$witness"
	done
done
exits 0 explore --memory tso "$tmp/sometimes_late.npt"
witnesses "$tmp/out"
exits 0 run "$tmp/witness.1"
exits 0 explore --scheme network_callback --json "$tmp/never_late.npt"
says_json
exits 1 explore --scheme network_callback "$tmp/sometimes_late.npt"
witnesses "$tmp/out"
grep -q 'scheme=network_callback' "$tmp/witness.1" || fail "want the scheme in the witness"
exits 0 run "$tmp/witness.1"

# --- programs
exits 0 explore --json "$tmp/sometimes_late.npt"
only_says
says_json
for key in verdict executions blocked exhausted seconds peak_kib violations invariant message \
	schedule scenario; do
	says "\"$key\":"
done
says '"verdict": "sometimes"'
says '"blocked": 0'
cat "$tmp/never_late.npt" "$tmp/always_late.npt" >"$tmp/two"
exits 0 explore --json "$tmp/two"
says_json
head -c 1 "$tmp/out" | grep -q '\[' || fail "want an array of two"
twice explore "$tmp/sometimes_late.npt"
twice run "$tmp/witness.1"

# --- bounds: what was not tried is no answer
exits 5 explore --executions 1 "$tmp/never_late.npt"
says 'not-exhausted'
says 'pass (not exhausted)'
exits 5 explore --executions 20 --json "$tmp/too_many.npt"
says '"verdict": "pass"'
says '"exhausted": false'
exits 5 explore --seconds 1 "$tmp/too_many.npt"
for strategy in random pct pos; do
	exits 0 explore --strategy "$strategy" --executions 200 "$tmp/sometimes_late.npt"
	says 'sometimes expect'
	exits 5 explore --strategy "$strategy" --executions 10 --depth 2 --seed 3 "$tmp/never_late.npt"
	twice explore --strategy "$strategy" --executions 50 --seed 7 "$tmp/sometimes_late.npt"
done
exits 0 explore --strategy exhaustive "$tmp/sometimes_late.npt"
exits 0 explore --bound 2 "$tmp/sometimes_late.npt"
exits 0 explore --commute "$tmp/sometimes_late.npt"

# --- processes
exits 0 explore --jobs 3 --strategy pos --executions 100 "$tmp/sometimes_late.npt"
says 'executions=100'
twice explore --jobs 3 --strategy random --executions 100 "$tmp/sometimes_late.npt"
exits 65 explore --jobs 2 "$tmp/sometimes_late.npt"
says '--jobs is for random, pct and pos'

# --- interrupted: honest about it, and it can go on
for state in '' "--state $tmp/state"; do
	call="explore $state, interrupted"
	# shellcheck disable=SC2086
	"$NETPAGE_SIM" explore $state "$tmp/too_many.npt" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	sleep 1
	kill -INT "$pid"
	wait "$pid"
	code=$?
	[ "$code" -eq 5 ] || fail "exit: got $code, want 5"
	says 'not-exhausted'
done
[ -s "$tmp/state" ] || fail "want a state file"
exits 5 explore --state "$tmp/state" --seconds 1 "$tmp/too_many.npt"

# --- bad input
exits 64 explore
only_complains
exits 64 explore --strategy cleverly "$tmp/never_late.npt"
complains 'none of dpor'
exits 64 explore --memory c11 "$tmp/never_late.npt"
exits 64 explore --bound 0 "$tmp/never_late.npt"
exits 64 explore --seconds soon "$tmp/never_late.npt"
exits 64 explore --executions 0 "$tmp/never_late.npt"
exits 64 explore --scheme network_at_zer0 "$tmp/never_late.npt"
complains 'did you mean network_at_zero?'
exits 64 explore --scheme "$MINE_SCHEME" "$tmp/never_late.npt"
complains 'only a scheme of the library'
exits 64 explore --html "$tmp/x.html" "$tmp/two"
complains 'for one scenario'
exits 65 explore "$tmp/nowhere.npt"
only_complains
printf 'netpage 1 x\nmodel 6.1\npage a\nactor k cpu=0 kernel\nschedule k: \nend\n' >"$tmp/bad.npt"
exits 65 run "$tmp/bad.npt"
complains 'no word of a schedule'
for word in 'nobody' 'k>a._refcount:0' 'k>nowhere:1' 'k>' 'k~9'; do
	{
		printf 'netpage 1 x\nmodel 6.1\npage a\nactor k cpu=0 kernel\n'
		printf 'k: get_page(a)\nschedule %s\nend\n' "$word"
	} >"$tmp/bad.npt"
	call="run, schedule $word"
	"$NETPAGE_SIM" run "$tmp/bad.npt" >"$tmp/out" 2>"$tmp/err"
	code=$?
	[ "$code" -lt 128 ] || fail "exit: got $code"
done
{
	echo 'netpage 1 x'
	echo 'model 6.1 needs=callback scheme=unaccounted'
	echo 'page a'
	echo 'actor k cpu=0 kernel'
	echo 'explore'
	echo 'k: get_page(a)'
	echo 'end'
} >"$tmp/skipped.npt"
exits 4 explore "$tmp/skipped.npt"
says 'skipped'

exits 0 explore --help
only_says
finish
