# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# differential.sh - part of conformance.sh: programs of operations, in the kernel and in the library

: "${scratch:?}" "${build:?}"
differential=tests/conformance/differential

# kernel_logs HOSTDIR PROGRAM...: HOSTDIR/logs/NAME.log of each, from one boot
kernel_logs()
{
	local host=$1 files

	shift
	mapfile -t files < <(sed "s/#.*//;/^$/d;s#^#$differential/#" $differential/kernel.files)
	oracle_link "$scratch/linux" "${files[@]}" || return 1
	mkdir -p "$host/programs" "$host/logs"
	cp -- "$@" "$host/programs"
	oracle_boot "$scratch/linux" "$host" 900
	kernel_complaints "$host/console"
	! grep -Lx 0 "$host"/logs/*.status | sed 's/^/no log: /' | grep .
}

programs_only()
{
	local out=${1-}

	[ $# -gt 1 ] || usage
	shift
	mkdir -p "$out"
	oracle_prepare stock
	kernel_logs "$scratch/host" "$@" || exit 1
	cp "$scratch"/host/logs/*.log "$out"
}

play_only()
{
	[ $# -eq 2 ] || usage
	oracle_prepare stock
	kernel_logs "$scratch/host" "$1" || exit 1
	cp "$scratch/host/logs/${1##*/}.log" "$2"
}

# What a program is at most: logs of many are in memory in the kernel.
program_steps=20000
# So many programs to a boot.
boot_programs=25

# user_space_logs DIR PROGRAM...: DIR/NAME.log of each
user_space_logs()
{
	local out=$1 program

	shift
	mkdir -p "$out"
	for program; do
		"$build/tests/conformance/differential/differ_interpreter" "$program" \
			"$out/${program##*/}.log" >/dev/null || return 1
	done
}

# compare_programs STEPS SEED: random programs until there have been so many steps
compare_programs()
{
	local left=$1 seed=$2 steps batch number=0 agreed=0 status=0

	user_space_build differ_generate differ_interpreter differ_shrink || return 1
	echo "KTAP version 1"
	while [ "$left" -gt 0 ] && [ $status -eq 0 ]; do
		batch=$scratch/batch
		rm -rf "$batch" && mkdir -p "$batch/in"
		while [ "$left" -gt 0 ] && [ "$(find "$batch/in" -type f | wc -l)" -lt $boot_programs ]; do
			steps=$((left < program_steps ? left : program_steps))
			"$build/tests/conformance/differential/differ_generate" "$steps" "$seed" \
				>"$batch/in/$seed" || return 1
			left=$((left - steps))
			seed=$((seed + 1))
		done
		kernel_logs "$batch/host" "$batch"/in/* || return 1
		user_space_logs "$batch/user" "$batch"/in/* || return 1
		compare_logs "$batch" || status=1
	done
	echo "1..$number"
	echo "$1 $2 $number $agreed" >"$scratch/steps"
	return $status
}

# compare_logs BATCH: line for line; of a difference, the first line and what led to it
compare_logs()
{
	local program name status=0

	for program in "$1"/in/*; do
		name=${program##*/}
		number=$((number + 1))
		if cmp -s "$1/host/logs/$name.log" "$1/user/$name.log"; then
			agreed=$((agreed + 1))
			echo "ok $number seed $name: $(wc -l <"$1/user/$name.log") lines"
			continue
		fi
		echo "not ok $number seed $name"
		mkdir -p "$build/differs"
		cp "$program" "$build/differs/$name"
		diff "$1/host/logs/$name.log" "$1/user/$name.log" | head -n 8 |
			sed 's/^</# kernel:/;s/^>/# library:/;s/^\([0-9-]\)/# \1/'
		[ $status -eq 1 ] || shrink "$build/differs/$name"
		status=1
	done
	return $status
}

# shrink PROGRAM: tells the shortest one that still differs; it is left beside it
shrink()
{
	"$build/tests/conformance/differential/differ_shrink" "$1" "scripts/conformance.sh --play" \
		">/dev/null $build/tests/conformance/differential/differ_interpreter" >"$1.shortest" 2>/dev/null
	head -n 60 "$1.shortest" | sed 's/^/# shortest: /'
	echo "# all $(wc -l <"$1.shortest") lines are in $1.shortest"
}
