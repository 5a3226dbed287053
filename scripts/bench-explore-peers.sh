#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# bench-explore-peers.sh [OPTION...] [PROGRAM:N...]
#
# Times other model checkers on the programs of bench/explore/peers, beside ours, under
# sequential consistency. Of PROGRAM:N there are by default readers:8 lastzero:10
# lastzero:15 refcount:3 refcount:4 fib_bench:3 fib_bench:4 fib_bench:5.
#
# --timeout S  end a run after S seconds; it is then not exhausted, nor repeated (300)
# --runs R     that many runs of each; the median of their seconds counts (3)
# --markdown   a table with the ratio of CPU seconds, peer / ours
# --help       this text
#
# Without --markdown, a line for each peer, PROGRAM and N, with tabs between
#   peer program N traces cpu_seconds peak_kib exhausted
# where exhausted is yes, no (out of time) or failed; lines that begin with # are
# remarks. Each remark and each single run goes to standard error as well, as it comes.
#
# A tool that is not found is left out, with a remark that names it.
#   GENMC      the program genmc                          (default: on PATH)
#   NIDHUGG    the program nidhugg, not its nidhuggc      (default: on PATH)
#   CLANG      compiles for nidhugg, of an LLVM it reads  (default: clang on PATH)
#   NETPAGE_BENCH_EXPLORE  ours: with `--tsv PROGRAM N` it makes one search and prints
#              such a line, of the peer netpage-sim
# Ours runs before and after each run of a peer, so that both meet the same machine.
#
# Seconds are user + system of a whole process, start and end included, taken from
# outside by the same clock for all; peak_kib is its largest resident set, of all
# runs. GenMC compiles in its process, Nidhugg's input is compiled beforehand.
#
# Exits with 1 if a run failed, or two tools exhausted a program with different counts.

set -u -o pipefail
export LC_ALL=C
sources=$(cd "$(dirname "$0")/.." && pwd)/bench/explore/peers || exit 1

timeout=300
runs=3
markdown=
programs=()

# Special treatment of loops and of alike threads is off, so that all count the same
# thing, Mazurkiewicz traces. Of all else each peer has what makes it fastest.
genmc_flags=(--sc --disable-spin-assume --disable-sr --disable-estimation)
nidhugg_flags=(--sc --optimal)
nidhugg_transform=(--no-partial-loop-purity --no-assume-await)
cflags=(-std=c11 -O2)

usage()
{
	sed -n '4,/^$/s/^# \{0,1\}//p' "$0"
}

die()
{
	echo "bench-explore-peers: $*" >&2
	exit 2
}

remark()
{
	remarks+=("$*")
	echo "# $*" >&2
}

# number OPTION VALUE
number()
{
	[[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || die "$1 wants a number from 1, not '$2'"
}

arguments()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--timeout | --runs)
			[ $# -ge 2 ] || die "$1 wants a number"
			number "$1" "$2"
			printf -v "${1#--}" %s "$2"
			shift
			;;
		--markdown) markdown=yes ;;
		--help)
			usage
			exit
			;;
		-*) die "no such option: $1; see --help" ;;
		*)
			[[ $1 =~ ^[a-z_]+:[1-9][0-9]?$ && -f $sources/${1%:*}.c ]] ||
				die "no such program: $1"
			programs+=("$1")
			;;
		esac
		shift
	done
	[ ${#programs[@]} -gt 0 ] || programs=(readers:8 lastzero:10 lastzero:15 refcount:3
		refcount:4 fib_bench:3 fib_bench:4 fib_bench:5)
}

# find_tool VARIABLE [NAME]: the path of a program: the variable's, else NAME on PATH
find_tool()
{
	local given=${!1-} name=${2-}
	[ -n "$given$name" ] && type -P "${given:-$name}"
}

# find_peer PEER VARIABLE [NAME]
find_peer()
{
	tool[$1]=$(find_tool "$2" "${3-}") && return
	unset "tool[$1]"
	remark "skipped: $1: not found (${3:+on PATH, }$2 is ${!2:-not set})"
	return 1
}

# version FLAG PEER: the first line that tells a version
version()
{
	"${tool[$2]}" "$1" 2>/dev/null | awk '/[0-9]\.[0-9]/ { $1 = $1; print; exit }'
}

find_peers()
{
	gnu_time=$(type -P time) || die "there is no GNU time"
	find_peer netpage-sim NETPAGE_BENCH_EXPLORE
	if find_peer genmc GENMC genmc; then
		peers+=(genmc)
		remark "genmc: $(version --version genmc):" \
			"genmc ${genmc_flags[*]} -- ${cflags[*]} -DN=N PROGRAM.c"
	fi
	find_peer nidhugg NIDHUGG nidhugg || return
	if ! clang=$(find_tool CLANG clang); then
		unset 'tool[nidhugg]'
		remark "skipped: nidhugg: clang not found (on PATH, CLANG is ${CLANG:-not set})"
		return
	fi
	peers+=(nidhugg)
	remark "nidhugg: $(version --version nidhugg):" \
		"nidhugg ${nidhugg_flags[*]} PROGRAM.ll; compiled beforehand:" \
		"clang ${cflags[*]} -DN=N -S -emit-llvm," \
		"nidhugg ${nidhugg_flags[*]} ${nidhugg_transform[*]} -transform"
}

# measure COMMAND...: sets status, cpu, kib; what it prints is in $dir/out
measure()
{
	local TIMEFORMAT='%3U %3S' times
	times=$({
		time "$gnu_time" -q -f %M -o "$dir/kib" timeout --foreground --kill-after=5 \
			"$timeout" "$@" >"$dir/out" 2>&1 </dev/null
		echo $? >"$dir/status"
	} 2>&1)
	read -r status <"$dir/status"
	kib=$(tail -n 1 "$dir/kib")
	cpu=$(awk '{ printf "%.3f", $1 + $2 }' <<<"$times")
}

# nidhugg_input PROGRAM N: makes $dir/input.ll
nidhugg_input()
{
	"$clang" "${cflags[@]}" "-DN=$2" -S -emit-llvm -o "$dir/plain.ll" \
		"$sources/$1.c" >"$dir/out" 2>&1 &&
		"${tool[nidhugg]}" "${nidhugg_flags[@]}" "${nidhugg_transform[@]}" \
			"-transform=$dir/input.ll" "$dir/plain.ll" >"$dir/out" 2>&1
}

# traces PEER PROGRAM N: the count in $dir/out; "-" if the tool gave up, nothing if unknown
traces()
{
	case $1 in
	genmc) sed -n 's/^Number of complete executions explored: \([0-9]*\).*/\1/p' "$dir/out" ;;
	nidhugg) sed -n 's/^ *Trace count: \([0-9]*\).*/\1/p' "$dir/out" ;;
	*) awk -F '\t' -v program="$2" -v n="$3" 'NF == 7 && $1 == "netpage-sim" &&
		$2 == program && $3 == n { print $7 == "yes" ? $4 : "-" }' "$dir/out" ;;
	esac
}

# search PEER PROGRAM N: one run
search()
{
	case $1 in
	genmc)
		measure "${tool[genmc]}" "${genmc_flags[@]}" -- "${cflags[@]}" "-DN=$3" \
			"$sources/$2.c"
		;;
	nidhugg)
		if nidhugg_input "$2" "$3"; then
			measure "${tool[nidhugg]}" "${nidhugg_flags[@]}" "$dir/input.ll"
		else
			status=1 cpu=- kib=-
		fi
		;;
	*) measure "${tool[netpage-sim]}" --tsv "$2" "$3" ;;
	esac
}

# run PEER PROGRAM N: one run, recorded; none after one that did not exhaust the program
run()
{
	local count=- exhausted=yes
	[ -z "${over["$*"]-}" ] || return
	search "$@"
	case $status in
	0)
		count=$(traces "$@")
		[ "$count" != - ] || exhausted=no
		;;
	124 | 137) exhausted=no ;;
	*) exhausted=failed ;;
	esac
	if ! [[ $count =~ ^([0-9]+|-)$ ]]; then
		count=- exhausted=failed
	fi
	[ $exhausted = yes ] || over["$*"]=$exhausted
	if [ $exhausted = failed ]; then
		failed=1
		remark "failed: $*: exit status $status, the end of its output:" \
			"$(tail -n 3 "$dir/out" | tr -s '[:space:]' ' ')"
	fi
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" "$count" "$cpu" "$kib" $exhausted |
		tee -a "$dir/runs" >&2
}

# run_all PROGRAM N
run_all()
{
	local round peer
	for ((round = 0; round < runs; round++)); do
		[ -z "${tool[netpage-sim]-}" ] || run netpage-sim "$@"
		for peer in "${peers[@]}"; do
			run "$peer" "$@"
			[ -z "${tool[netpage-sim]-}" ] || run netpage-sim "$@"
		done
	done
}

# One line for all runs of one peer, program and N, in the order of their first.
medians()
{
	awk -F '\t' '
	function median(list, count,	value, i, j, swap)
	{
		split(list, value, " ")
		for (i = 2; i <= count; i++)
			for (j = i; j > 1 && value[j] + 0 < value[j - 1] + 0; j--) {
				swap = value[j]
				value[j] = value[j - 1]
				value[j - 1] = swap
			}
		if (count % 2)
			return value[(count + 1) / 2]
		return sprintf("%.3f", (value[count / 2] + value[count / 2 + 1]) / 2)
	}
	{
		key = $1 "\t" $2 "\t" $3
		if (!(key in count))
			order[++keys] = key
		# Of runs that end differently the one that did not end well counts.
		if (!(key in count) || $7 != "yes") {
			traces[key] = $4
			exhausted[key] = $7
		} else if ($4 != traces[key]) {
			traces[key] = "differs"
		}
		seconds[key] = seconds[key] " " $5
		count[key]++
		if ($6 + 0 > peak[key] + 0 || !(key in peak))
			peak[key] = $6
	}
	END {
		for (i = 1; i <= keys; i++) {
			key = order[i]
			print key "\t" traces[key] "\t" median(seconds[key], count[key]) \
				"\t" peak[key] "\t" exhausted[key]
		}
	}' "$dir/runs"
}

# The programs on which those that came to an end differ.
differing()
{
	awk -F '\t' '
	$7 != "yes" { next }
	{ key = $2 " " $3 }
	!(key in traces) { traces[key] = $4; first[key] = $1; if ($4 != "differs") next }
	$4 != traces[key] || $4 == "differs" {
		print "counts differ: " key ": " first[key] " " traces[key] ", " $1 " " $4
	}' "$dir/medians"
}

table()
{
	echo '| program | N | tool | traces | CPU seconds | peak KiB | exhausted | peer / ours |'
	echo '|---|---:|---|---:|---:|---:|---|---:|'
	awk -F '\t' '
	NR == FNR {
		if ($1 == "netpage-sim" && $7 == "yes")
			ours[$2, $3] = $5
		next
	}
	{
		ratio = "-"
		if ($1 != "netpage-sim" && $7 != "failed" && ours[$2, $3] > 0)
			ratio = sprintf("%s%.1f", $7 == "yes" ? "" : "> ", $5 / ours[$2, $3])
		printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", $2, $3, $1, $4, $5, $6,
			$7, ratio
	}' "$dir/medians" "$dir/medians"
}

# The remarks are what makes the figures repeatable, so they are part of the result.
report()
{
	local line
	if [ "$markdown" ]; then
		table
		printf '\n'
		printf -- '- %s\n' "${remarks[@]}"
	else
		printf '# %s\n' "${remarks[@]}"
		cat "$dir/medians"
	fi
}

declare -A tool=() over=()
peers=() remarks=() failed=0
arguments "$@"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
: >"$dir/runs"

find_peers
remark "median of $runs runs; a run ends after $timeout s"
for program in "${programs[@]}"; do
	run_all "${program%:*}" "${program#*:}"
done
medians >"$dir/medians"
while read -r line; do
	remark "$line"
	failed=1
done < <(differing)
report
exit $failed
