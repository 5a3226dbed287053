#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# From a fresh clone to the table of accounting schemes and corner cases.

set -eu
cd "$(dirname "$0")/.."
./scripts/setup.sh
cmake --preset default
cmake --build --preset default --target netpage-sim
echo
exec build/default/netpage-sim compare
