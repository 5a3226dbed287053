#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# What the program does before it knows which command is meant.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

exits 64
only_complains
complains 'usage: netpage-sim COMMAND'

exits 0 --version
only_says
grep -qxE 'netpage-sim [0-9]+\.[0-9]+\.[0-9]+' "$tmp/out" || fail "want one line with three numbers"

for option in --help -h; do
	exits 0 $option
	only_says
	says 'usage: netpage-sim COMMAND'
done

for word in rum '' -x --json RUN; do
	exits 64 "$word"
	only_complains
	complains "no command is called $word"
done

for command in compare run test layout workload list help; do
	"$NETPAGE_SIM" --help | grep -q "^  $command " || fail "--help does not mention $command"
	exits 0 $command --help
	only_says
	says "usage: netpage-sim $command"
	exits 64 $command --no-such-option
	only_complains
done

# Results that cannot be written are no success.
if [ -w /dev/full ]; then
	for command in list help layout 'run tests/scenarios/thread/freelist_keeps_the_page.npt'; do
		call="$command >/dev/full"
		# shellcheck disable=SC2086 # words
		"$NETPAGE_SIM" $command >/dev/full 2>"$tmp/err" && fail "exit: got 0, want another"
		complains 'No space left on device'
	done
fi

finish
