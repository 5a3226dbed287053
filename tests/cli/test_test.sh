#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# test: KTAP, and an exit for every mixture.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

mkdir "$tmp/good" "$tmp/bad" "$tmp/skipped" "$tmp/wrong" "$tmp/empty" "$tmp/good/below"
scenario good/passes <<'S'
model 6.1
page a
S
scenario good/below/skipped <<'S'
model 6.1 needs=callback
page a
S
scenario bad/breaks <<'S'
model 6.1
page a
check refs(a) == 2
S
scenario skipped/needs_more <<'S'
model 6.1 needs=callback
page a
S
scenario wrong/misspelt <<'S'
model 6.1
pgae a
S
# Names have no slashes.
for file in good/passes good/below/skipped bad/breaks skipped/needs_more wrong/misspelt; do
	sed -i "1s|[^ ]*/||" "$tmp/$file.npt"
done

# A stream of KTAP begins with its version, and has a plan of as many results.
ktap()
{
	[ "$(head -n 1 "$tmp/out")" = 'KTAP version 1' ] || fail 'want KTAP version 1'
	results=$(grep -cE '^(not )?ok [0-9]+ ' "$tmp/out")
	grep -qx "1..$results" "$tmp/out" || fail "want a plan of $results"
	grep -E '^(not )?ok ' "$tmp/out" | sed 's/^not //' | cut -d' ' -f2 >"$tmp/numbers"
	seq "$results" | cmp -s - "$tmp/numbers" || fail 'want results numbered from 1'
}

exits 0 test "$tmp/good"
only_says
ktap
says 'ok 1 skipped # SKIP unaccounted lacks callback'
says 'ok 2 passes'
says '# passed 1, failed 0, skipped 1'

exits 1 test "$tmp/good" "$tmp/bad"
ktap
says 'not ok 3 breaks'
says 'got check'
says "# replay: netpage-sim run $tmp/bad/breaks.npt"
exits 0 test "$tmp/good/passes.npt"
ktap
exits 4 test "$tmp/skipped"
ktap
exits 65 test "$tmp/wrong" "$tmp/good"
ktap
says "not ok 1 $tmp/wrong/misspelt.npt # does not parse"
exits 1 test "$tmp/empty"

exits 65 test "$tmp/nowhere"
only_complains
complains 'No such file or directory'
exits 64 test
only_complains
exits 64 test --json
only_complains
exits 64 test -
only_complains

exits 0 test tests/scenarios/thread
ktap
twice test tests/scenarios/thread tests/scenarios/negative

finish
