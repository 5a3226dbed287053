#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# conformance.sh                     runs the suites of tests/conformance in a real Linux 6.1 and on the
#                                    library, compares them case by case, then the same with random
#                                    programs and with the proposal; writes docs/conformance.md
# conformance.sh --kernel FILE...    only these suites, only in the kernel; prints their KTAP
# conformance.sh --programs DIR P... only these differential programs, only in the kernel; DIR/P.log
# conformance.sh --play PROGRAM LOG  the same, with one
# conformance.sh --proposal          only the proposal: the patched kernel against the library
# conformance.sh --qemu              the suites as modules of Debian's stock kernel, emulated, against
#                                    the library: nothing of the kernel is built
# conformance.sh --oracle            only builds the kernel; prints where it is
#
# --quick     without the mutants and the exploring of the kernel's own sources
# --steps N   how many random steps (100000)    --seed S  from which seed (1)
#
# The kernel is Debian's linux-source-6.1, built as User Mode Linux and kept under
# ${XDG_CACHE_HOME:-~/.cache}/netpage-sim, by the content of all that it was made
# from. Output is KTAP; the exit code is 0 if everything agreed, 1 if something did not, and
# 2 if there is no oracle to ask: that is never passed over.

set -u -o pipefail
cd "$(dirname "$0")/.." || exit 2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

. scripts/conformance/oracle.sh
. scripts/conformance/boot.sh
. scripts/conformance/compare.sh
. scripts/conformance/differential.sh
. scripts/conformance/proposal.sh
. scripts/conformance/report.sh
. scripts/conformance/qemu.sh

usage()
{
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

kernel_only()
{
	[ $# -gt 0 ] || usage
	oracle_prepare stock
	oracle_link "$scratch/linux" "$@" || exit 1
	oracle_boot "$scratch/linux" "$scratch/host" 60
	ktap_cut "$scratch/host/console" | tee "$scratch/ktap"
	kernel_complaints "$scratch/host/console"
	ktap_all_ok "$scratch/ktap"
}

# part NAME COMMAND...: its KTAP as a subtest
part()
{
	local name=$1 status

	shift
	parts=$((parts + 1))
	"$@" | sed 's/^/    /'
	status=${PIPESTATUS[0]}
	[ "$status" -ne 2 ] || exit 2
	if [ "$status" -eq 0 ]; then
		echo "ok $parts $name"
	else
		echo "not ok $parts $name"
		failed=1
	fi
}

# external COMMAND...: another script's check as one point; what it says are diagnostics
external()
{
	local status name log

	name=$(basename "$1" .sh)
	log=$scratch/$name.log
	"$@" >"$log" 2>&1
	status=$?
	if [ $status -eq 0 ]; then
		tail -n 12 "$log" | sed 's/^/# /'
		echo "ok 1 $name"
	else
		tail -n 40 "$log" | sed 's/^/# /'
		echo "not ok 1 $name"
	fi
	echo "1..1"
	return $((status != 0))
}

everything()
{
	oracle_prepare stock
	user_space_build kunit netpage-sim || failed=1
	echo "KTAP version 1"
	part suites compare_suites
	part random_programs compare_programs "$steps" "$seed"
	part proposal proposal_compare
	part transfer_of_the_proposal story_compare
	part known_differences known_stale "$scratch/suites/table" "$scratch/proposal/table"
	export NP_BUILD=$build
	part layouts external scripts/layout-kernels.sh --check
	if [ $quick -eq 0 ]; then
		part mutants external scripts/conformance-mutants.sh --build "$build"
		part kernel_sources external scripts/kernel-sources.sh --build "$build-sources"
	fi
	echo "1..$parts"
	report_write docs/conformance.md
	return $failed
}

parts=0
failed=0
mode=everything
quick=0
steps=100000
seed=1
while [ $# -gt 0 ]; do
	case $1 in
	--kernel | --programs | --play | --proposal | --qemu | --oracle)
		mode=${1#--}
		shift
		break
		;;
	--quick) quick=1 ;;
	--steps) steps=${2-} && shift ;;
	--seed) seed=${2-} && shift ;;
	*) usage ;;
	esac
	shift || usage
done
[[ $steps =~ ^[0-9]+$ && $seed =~ ^[0-9]+$ ]] || usage

packages scripts/packages.txt $kernel_dir/packages.txt
case $mode in
everything) everything ;;
kernel) kernel_only "$@" ;;
programs) programs_only "$@" ;;
play) play_only "$@" ;;
proposal) proposal_only ;;
qemu) qemu_only ;;
oracle) oracle_prepare stock && echo "${tree-}" ;;
esac
