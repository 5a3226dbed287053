#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# layout: exit codes and output.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

exits 0 layout
only_says
says 'struct page'
exits 0 layout --json
only_says
says_json
exits 0 layout --markdown
only_says
says '|'
exits 0 layout --bits 64 --arm page_pool
only_says
says 'pp_magic'
twice layout
twice layout --json

exits 64 layout --bits 16
only_complains
complains "'16' is none of 32, 64"
exits 64 layout --arm page_poll
only_complains
complains "there is no 'page_poll'"
exits 64 layout --arm
only_complains
complains '--arm needs a value'
exits 64 layout 64
only_complains
complains 'one argument too many'

finish
