#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# explore --html: one page that needs nothing else. A browser looks at it where there is one.
# shellcheck source=tests/cli/explore_common.sh
. "$(dirname "$0")/explore_common.sh"
: "${XML_CHECK:?}"

# page NAME: of $tmp/NAME.npt, in $tmp/NAME.html
page()
{
	call="explore --html of $1"
	"$NETPAGE_SIM" explore --html "$tmp/$1.html" "$tmp/$1.npt" >"$tmp/out" 2>"$tmp/err"
	[ -s "$tmp/$1.html" ] || fail "want a page"
	"$XML_CHECK" <"$tmp/$1.html" >"$tmp/out" 2>&1 || fail "not well-formed"
	# The one address is the name of a namespace, which nobody fetches.
	grep -oE '(https?:)?//[a-z][^" <]*' "$tmp/$1.html" | sort -u >"$tmp/out"
	[ "$(cat "$tmp/out")" = 'http://www.w3.org/1999/xhtml' ] || fail "want no address"
	grep -qE '<(script|link|img|iframe)' "$tmp/$1.html" && fail "want nothing from elsewhere"
}

shows()
{
	grep -qF -e "$2" "$tmp/$1.html" || fail "$1.html: want '$2'"
}

page sometimes_late
shows sometimes_late 'wanted ret=1, got 0'
shows sometimes_late '<th>CPU 0</th><th>CPU 1</th>'
shows sometimes_late 'refs(a)'
shows sometimes_late 'class="bad"'
shows sometimes_late 'schedule '
page never_late
shows never_late 'Nothing was violated'

cp tests/scenarios/thread/seed_of_the_design.npt "$tmp/seed.npt"
page seed
shows seed 'usage(A)'
shows seed 'charge_conserved'

# Names cannot hold markup, but comments can.
sed 's/^page a/# <script> \&amp; "x"\npage a/' "$tmp/sometimes_late.npt" >"$tmp/markup.npt"
page markup

exits 1 explore --html "$tmp/no/such/folder.html" "$tmp/never_late.npt"
complains 'No such file or directory'

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -n "$browser" ]; then
	call="chromium, seed.html"
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--disable-background-networking --user-data-dir="$tmp/browser" \
		--window-size=1280,1024 --dump-dom "file://$tmp/seed.html" \
		>"$tmp/dom" 2>"$tmp/err"
	for part in '<table>' 'CPU 1' 'usage(A)' 'charge_conserved' '</svg>'; do
		grep -qF -e "$part" "$tmp/dom" || fail "want '$part' in what the browser has read"
	done
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--disable-background-networking --user-data-dir="$tmp/browser" \
		--window-size=1280,1024 --screenshot="$tmp/seed.png" "file://$tmp/seed.html" \
		>"$tmp/out" 2>"$tmp/err"
	# Of a page that cannot be shown there is a picture too, but a small one.
	size=$(wc -c <"$tmp/seed.png" || echo 0)
	[ "$size" -gt 20000 ] || fail "screenshot: got $size bytes, want more than 20000"
else
	echo "SKIP: a page in a browser: chromium is not installed"
fi
finish
