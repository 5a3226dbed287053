#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# compare: exit codes, folders of one's own, output.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

exits 0 compare --scheme unaccounted --scheme network_at_zero --case one_page_one_reader
only_says
says 'one_page_one_reader'
says 'network_at_zero'
exits 0 compare --scheme unaccounted --case one_page_one_reader --json
only_says
says_json
exits 0 compare --scheme unaccounted --case one_page_one_reader --markdown
only_says
says '|'
twice compare --case plain
twice compare --case plain --json

mkdir "$tmp/own" "$tmp/empty" "$tmp/wrong" "$tmp/broken"
sed 's/one_page_one_reader/my_own_case/' \
	tests/scenarios/compare/plain/one_page_one_reader.npt >"$tmp/own/mine.npt"
exits 0 compare --scheme unaccounted --dir "$tmp/own" --case my_own_case
says 'my_own_case'
printf 'netpage 1 x\nmodle 6.1\nend\n' >"$tmp/wrong/x.npt"
exits 65 compare --dir "$tmp/wrong" --scheme unaccounted
only_complains
complains 'modle 6.1'
printf 'netpage 1 x\nmodel 6.1 pages=64\nnic e driver=page_alloc ring=4096\nend\n' \
	>"$tmp/broken/x.npt"
exits 1 compare --dir "$tmp/broken" --scheme unaccounted --case x
exits 65 compare --dir "$tmp/empty" --scheme unaccounted
only_complains
complains 'there is no .npt file'
exits 65 compare --dir "$tmp/nowhere" --scheme unaccounted
only_complains
complains 'No such file or directory'

exits 64 compare --case no_case_has_this_name
only_complains
exits 64 compare --scheme network_at_zer0
only_complains
complains 'did you mean network_at_zero?'
exits 64 compare one_page_one_reader
only_complains
complains 'one argument too many'
exits 64 compare --progress sometimes
only_complains
exits 64 compare --dir
only_complains
complains '--dir needs a value'

finish
