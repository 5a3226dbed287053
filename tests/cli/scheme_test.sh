#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# --scheme FILE.so: a design of one's own, and what is none.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

case=tests/scenarios/compare/plain/one_page_one_reader.npt

exits 0 run --scheme "$MINE_SCHEME" $case
only_says
says 'one_page_one_reader under kmem_at_map: holds'
exits 1 run --scheme "$MINE_SCHEME" tests/scenarios/thread/seed_of_the_design.npt
twice run --scheme "$MINE_SCHEME" $case

exits 0 compare --scheme unaccounted --scheme "$MINE_SCHEME" --case one_page_one_reader \
	--progress never
says 'kmem_at_map'
exits 0 workload --scheme "$MINE_SCHEME" --packets 200 --check --progress never
says 'scheme kmem_at_map'

# As in the comment of the example, from the folder that the module is in; and a scenario may name
# the file itself.
sed "s|scheme=network_at_zero|scheme=./mine_scheme.so|" $case >"$tmp/own.npt"
grep -q "scheme=./mine_scheme.so" "$tmp/own.npt" || fail "$case names no scheme"
here=$PWD
cd "${MINE_SCHEME%/*}" || exit 1
exits 0 run --scheme ./mine_scheme.so "$here/$case"
exits 0 run "$tmp/own.npt"
says "under kmem_at_map: holds"
cd "$here" || exit 1

# refused MODULE TEXT: as an option, for each command; the machine is not even built
refused()
{
	exits 64 run --scheme "$1" $case
	only_complains
	complains "$2"
	exits 64 compare --scheme "$1" --case one_page_one_reader
	only_complains
	complains "$2"
	exits 64 workload --scheme "$1" --packets 1
	only_complains
	complains "$2"
}

refused "$MODULES/no_such_file.so" 'cannot open shared object file'
refused "$MODULES/no_entry.so" 'no np_scheme_entry'
refused "$MODULES/wrong_abi.so" 'scheme ABI is 1001, this library speaks 1'
refused "$MODULES/incomplete.so" 'put.put_page_network'
refused ./$case 'invalid ELF header'
refused "$tmp/" 'cannot read file data'
: >"$tmp/empty.so"
refused "$tmp/empty.so" 'file too short'
head -c 700 "$MINE_SCHEME" >"$tmp/half.so"
refused "$tmp/half.so" "$tmp/half.so: file is cut off"
refused mine_scheme.so 'a file needs a / in its name'
refused '' "there is no scheme ''"

# One that is whole, and whose init fails.
exits 65 run --scheme "$MODULES/refuses.so" $case
says 'the machine cannot be built: No such device'
exits 1 compare --scheme "$MODULES/refuses.so" --case one_page_one_reader --progress never
exits 64 workload --scheme "$MODULES/refuses.so" --packets 1
only_complains

scenario names_no_file <<'S'
model 6.1 scheme=./no_such_file.so
page a
S
exits 65 run "$tmp/names_no_file.npt"
says 'scheme ./no_such_file.so: '

finish
