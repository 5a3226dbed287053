#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# list and help: everything that has a name can be asked about.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

exits 0 list
only_says
says 'network_at_zero'
says 'charge_conserved'
says 'page_pool'
exits 0 list --json
only_says
says_json
twice list
exits 64 list schemes
only_complains
exits 64 list --json --json
only_complains

exits 0 help --markdown
only_says
says '`zerocopy_receive'
exits 0 help
only_says
sed -n 's/^    //p' "$tmp/out" | tr ' ' '\n' >"$tmp/words"
[ "$(wc -l <"$tmp/words")" -gt 100 ] || fail 'want more than a hundred words'
while read -r word; do
	exits 0 help "$word"
	only_says
	says "$word"
done <"$tmp/words"
for word in EINVAL INT_MAX PAGE_SIZE; do
	exits 0 help $word
	only_says
done

exits 64 help get_pgae
complains 'did you mean `get_page`?'
exits 64 help xyzzyxyzzy
exits 64 help ''
exits 64 help get_page put_page
only_complains

finish
