#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# run: exit codes, files of every kind, output.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

scenario passes <<'S'
model 6.1
page a
actor app cpu=0 kernel
app: get_page(a) => refs(a)=2
S
scenario breaks <<'S'
model 6.1
page a
actor app cpu=0 kernel
app: put_page(a)
app: put_page(a)
S
scenario breaks_as_expected <<'S'
model 6.1
page a
actor app cpu=0 kernel
app: put_page(a)
app: put_page(a)
result fail use_after_put
S
scenario needs_more <<'S'
model 6.1 scheme=unaccounted needs=callback
page a
S
scenario cannot_be_built <<'S'
model 6.1 scheme=network_at_zer0
page a
S
scenario misspelt <<'S'
model 6.1
page a
actor app cpu=0 kernel
app: get_pgae(a)
S

# --- what the exit says ---

exits 0 run "$tmp/passes.npt"
only_says
says 'passes under unaccounted: holds (as expected)'
says 'app: get_page(a) => refs(a)=2 (line 5)'
says 'page_ref_mod: pfn='
grep -qE '^# netpage-sim [0-9.]+ scenario=[0-9a-f]{16} run=[0-9a-f]{16} steps=1$' "$tmp/out" ||
	fail 'want a last line with both hashes'

exits 1 run "$tmp/breaks.npt"
says 'use_after_put: a: put_page() with a count of 0'
says 'at: app: put_page(a) (line 6)'
says 'breaks under unaccounted: use_after_put (NOT as expected)'

exits 0 run "$tmp/breaks_as_expected.npt"
says 'use_after_put (as expected)'

exits 4 run "$tmp/needs_more.npt"
says 'unaccounted lacks callback'
says 'needs_more under unaccounted: n/a (skipped)'

exits 65 run "$tmp/cannot_be_built.npt"
says 'no scheme is called network_at_zer0'

exits 65 run "$tmp/misspelt.npt"
only_complains
complains "$tmp/misspelt.npt:5:6"
complains 'no function `get_pgae`'
complains 'get_page'
complains '^'

# The worst that happened; skipped only when nothing else was.
cat "$tmp/needs_more.npt" "$tmp/passes.npt" >"$tmp/both"
exits 0 run "$tmp/both"
cat "$tmp/breaks.npt" "$tmp/needs_more.npt" "$tmp/passes.npt" >"$tmp/three"
exits 1 run "$tmp/three"
cat "$tmp/passes.npt" "$tmp/cannot_be_built.npt" "$tmp/breaks.npt" >"$tmp/other_three"
exits 65 run "$tmp/other_three"
# One that does not parse, and none is run.
cat "$tmp/passes.npt" "$tmp/misspelt.npt" >"$tmp/half"
exits 65 run "$tmp/half"
only_complains

# --- the command line ---

exits 64 run
complains 'wants one file'
exits 64 run "$tmp/passes.npt" "$tmp/passes.npt"
complains 'wants one file'
exits 64 run --jsn "$tmp/passes.npt"
complains 'there is no option --jsn'
exits 64 run -q "$tmp/passes.npt"
complains 'there is no option -q'
exits 64 run --json=yes "$tmp/passes.npt"
complains '--json takes no value'
exits 64 run "$tmp/passes.npt" --scheme
complains '--scheme needs a value'
exits 64 run --scheme network_at_zer0 "$tmp/passes.npt"
complains 'did you mean network_at_zero?'

# --- files of every kind ---

exits 65 run "$tmp/no_such_file.npt"
only_complains
complains 'No such file or directory'
exits 65 run "$tmp"
complains 'Is a directory'
exits 65 run /dev/null
complains 'no scenario here'
exits 65 run - </dev/null
complains 'no scenario here'
exits 65 run - <&-
only_complains
head -c 100000 "$NETPAGE_SIM" >"$tmp/program"
exits 65 run "$tmp/program"
exits 65 run - <"$tmp/program"
tail -c 100000 "$NETPAGE_SIM" >"$tmp/program"
exits 65 run "$tmp/program"
sed '$d' "$tmp/passes.npt" >"$tmp/cut_off"
exits 65 run "$tmp/cut_off"
only_complains
complains 'end'
printf 'netpage 1 cut' >"$tmp/cut_off"
exits 65 run "$tmp/cut_off"
sed 's/netpage 1/netpage 2/' "$tmp/passes.npt" >"$tmp/tomorrow"
exits 65 run "$tmp/tomorrow"
exits 0 run - <"$tmp/passes.npt"
says 'passes under unaccounted: holds'
exits 0 run -- "$tmp/passes.npt"

# --- options ---

exits 1 run --quiet "$tmp/breaks.npt"
only_says
says 'use_after_put: a: '
! grep -q page_ref_mod "$tmp/out" || fail 'want no trace'

exits 1 run --json "$tmp/three"
only_says
says_json
says '"verdict": "use_after_put"'
says '"verdict": "n/a"'
exits 4 run --json "$tmp/needs_more.npt"
says_json
exits 65 run --json "$tmp/misspelt.npt"
only_complains

exits 0 run --quiet --trace "$tmp/trace.json" tests/scenarios/thread/seed_of_the_design.npt
cp "$tmp/trace.json" "$tmp/out"
says_json
exits 64 run --trace "$tmp/no/such/folder.json" "$tmp/passes.npt"
complains 'No such file or directory'

# The scheme from outside: now the question is whether all holds.
exits 1 run --scheme unaccounted tests/scenarios/thread/flag_covers_the_callback.npt
exits 0 run --scheme network_at_zero tests/scenarios/thread/flag_covers_the_callback.npt
exits 1 run --scheme network_at_zero tests/scenarios/thread/seed_of_the_design.npt
exits 4 run --scheme network_callback \
	tests/scenarios/compare/speculative/reference_after_the_uncharge.npt

# --- the same, always ---

for file in tests/scenarios/thread/*.npt tests/scenarios/negative/*.npt; do
	twice run "$file"
done
twice run --json tests/scenarios/thread/seed_of_the_design.npt

finish
