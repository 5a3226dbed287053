#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# workload: exit codes, captures, output.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

captures=tests/fuzz/corpus/capture

exits 0 workload --packets 200 --scheme network_at_zero --check --progress never
only_says
says 'scheme network_at_zero'
exits 0 workload --packets 0
exits 0 workload --packets 200 --json
only_says
says_json
exits 1 workload --packets 200 --scheme network_at_zero_naive --check
only_says

# Equal seeds give equal runs, but for the wall clock's two numbers.
for seed in 1 2; do
	for run in a b; do
		"$NETPAGE_SIM" workload --packets 500 --seed $seed |
			grep -vE '^(wall seconds|pages per second) ' >"$tmp/$seed$run"
	done
done
call='workload --seed'
cmp -s "$tmp/1a" "$tmp/1b" || fail 'one seed gives two runs'
! cmp -s "$tmp/1a" "$tmp/2a" || fail 'two seeds give one run'

exits 0 workload --pcap $captures/ethernet --check
only_says
exits 65 workload --pcap "$tmp/no_such_file"
only_complains
complains 'No such file or directory'
exits 65 workload --pcap "$tmp"
only_complains
exits 65 workload --pcap /dev/null
only_complains
exits 65 workload --pcap "$0"
only_complains
complains 'not a capture'
exits 65 workload --pcap $captures/cut_off
complains "$captures/cut_off"

for value in 0 -1 x 1x '' 4097 99999999999999999999; do
	exits 64 workload --cpus "$value"
	only_complains
	complains "--cpus: '$value' is no whole number from 1 to 64"
done
exits 64 workload --packets
complains '--packets needs a value'
exits 64 workload --driver page_poll
only_complains
complains "there is no 'page_poll'"
exits 64 workload --policy maybe
only_complains
complains "'maybe' is none of allow, copy, refuse"
exits 64 workload --scheme network_at_zer0
only_complains
exits 64 workload --frags 4 --ring 2
only_complains
exits 64 workload --pcap $captures/ethernet --frags 2
only_complains
exits 64 workload 100
only_complains
complains 'one argument too many'
exits 64 workload --pages 64 --ring 4096
only_complains

finish
