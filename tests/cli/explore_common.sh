# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
#
# Scenarios that the tests of explore share, and what they ask of a witness.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# Only one of the two orders is right: who gets after the last put gets nothing.
scenario sometimes_late <<'S'
model 6.1
page a
actor putter cpu=0 kernel
actor getter cpu=1 kernel
explore
putter: put_page(a)
getter: get_page_unless_zero(a) => ret=1
result sometimes expect
S
scenario always_late <<'S'
model 6.1
page a
actor putter cpu=0 kernel
actor getter cpu=1 kernel
explore
putter: put_page(a)
getter: get_page_unless_zero(a) => ret=2
result always expect
S
scenario never_late <<'S'
model 6.1
page a
actor putter cpu=0 kernel
actor getter cpu=1 kernel
putter: get_page(a)
explore
putter: put_page(a)
getter: get_page_unless_zero(a) => ret=1
result never
S
# Without `explore` what is expected is about the order of the file.
scenario in_one_order <<'S'
model 6.1
page a
actor putter cpu=0 kernel
actor getter cpu=1 kernel
putter: get_page(a) => refs(a)=7
getter: get_page_unless_zero(a)
putter: put_page(a)
check refs(a) == 7
S
# More interleavings than anybody waits for.
scenario too_many <<'S'
model 6.1
page a
actor one cpu=0 kernel
actor two cpu=1 kernel
actor three cpu=2 kernel
model_cpus
explore
S
sed -i 's/^model 6.1$/model 6.1 cpus=3/; /^model_cpus$/d; /^end$/d' "$tmp/too_many.npt"
for _ in 1 2 3 4 5 6; do
	for actor in one two three; do
		echo "$actor: get_page(a)"
		echo "$actor: put_page(a)"
	done
done >>"$tmp/too_many.npt"
printf 'result never\nend\n' >>"$tmp/too_many.npt"

# witnesses FILE: every scenario in what was printed before, in a file of its own
witnesses()
{
	rm -f "$tmp"/witness.*
	awk -v out="$tmp/witness" '
		/^netpage 1/ { n++; inside = 1 }
		inside { print > (out "." n) }
		/^end$/ { inside = 0 }' "$1"
}
