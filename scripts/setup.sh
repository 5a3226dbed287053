#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Installs the packages of scripts/packages.txt that are not installed yet.

set -eu
list=$(dirname "$0")/packages.txt
packages=$(sed 's/#.*//' "$list")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "setup: this is not a Debian system; install the equivalents of:" $packages >&2
	exit 1
fi

missing=
for package in $packages; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
	as_root=
elif command -v sudo >/dev/null; then
	as_root=sudo
else
	echo "setup: neither root nor sudo; ask an administrator to run:" >&2
	echo "setup:   apt-get install --no-install-recommends$missing" >&2
	exit 1
fi

echo "setup: installing$missing"
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive \
	apt-get install -q -y --no-install-recommends $missing
