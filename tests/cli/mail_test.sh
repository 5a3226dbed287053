#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# run -: a mail is pasted, however damaged, and two people see the same.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# hashes FILE: "scenario=... run=... steps=..." of a mail on standard input
hashes()
{
	call="run --quiet - <$1"
	"$NETPAGE_SIM" run --quiet - <"$1" >"$tmp/out" 2>"$tmp/err"
	sed -n 's/^# netpage-sim [^ ]* //p' "$tmp/out"
}

want=$(hashes tests/scenarios/mail/plain.txt)
[ -n "$want" ] || fail 'want hashes'
for mail in tests/scenarios/mail/*.txt; do
	case $mail in
	*/cut_off*)
		exits 65 run - <"$mail"
		only_complains
		complains 'end'
		;;
	*)
		got=$(hashes "$mail")
		[ "$got" = "$want" ] || fail "got $got, want $want"
		;;
	esac
done

# From a scenario of this tree to a mail and back.
file=tests/scenarios/thread/seed_of_the_design.npt
want=$(hashes $file)
{
	printf 'From: A Reviewer <a@example.org>\nSubject: Re: put_page_network()\n\n'
	printf 'On Wednesday somebody wrote:\n> Is this one known?\n>\n'
	sed 's/^/> /' $file
	printf '> Regards\n\nNo. netpage 1 is what I would ask.\n-- \nA. Reviewer\n'
} >"$tmp/mail"
[ "$(hashes "$tmp/mail")" = "$want" ] || fail "want $want"
sed 's/^/> /; s/$/\r/' "$tmp/mail" >"$tmp/answer"
[ "$(hashes "$tmp/answer")" = "$want" ] || fail "want $want"

# An error names the line of the mail, and shows what was sent.
sed 's/munmap(P)/mummap(P)/' "$tmp/mail" >"$tmp/typo"
line=$(grep -n mummap "$tmp/typo" | cut -d: -f1)
exits 65 run - <"$tmp/typo"
only_complains
complains "-:$line:9: error: no function \`mummap\`; did you mean \`munmap\`?"

# Two scenarios in one mail are two.
cat "$tmp/mail" "$tmp/mail" >"$tmp/two"
exits 0 run --quiet - <"$tmp/two"
[ "$(grep -c '^# netpage-sim ' "$tmp/out")" -eq 2 ] || fail 'want two outcomes'

finish
