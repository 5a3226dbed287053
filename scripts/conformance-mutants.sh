#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# conformance-mutants.sh [--all] [--steps N] [--seeds N] [--wanted PERCENT] [--build DIR]
#
# What random programs are worth. The kernel's own net/core/page_pool.c and mm/page_counter.c are
# built in user space, on the library's pages and locks, and play the programs; first as they are,
# which must give the log that the library's model gives. Then
#   - gcov tells which of their lines and branches the programs reach;
#   - small mistakes are made in them, one at a time (mutants.awk): a program has noticed a
#     mistake when the log changes, or the process dies or hangs.
# Fails when the logs differ, or less than PERCENT (95) of the mistakes are noticed. Without
# --all every third mistake is made, about 120. Mistakes that change nothing are listed, with
# reasons, in tests/conformance/differential/equivalent-mutants.txt.

set -u -o pipefail
cd "$(dirname "$0")/.." || exit 2

differ=tests/conformance/differential
build=build stride=3 steps=100000 seeds=2 wanted=95
while [ $# -gt 0 ]; do
	case $1 in
	--all) stride=1 ;;
	--steps) steps=$2 && shift ;;
	--seeds) seeds=$2 && shift ;;
	--wanted) wanted=$2 && shift ;;
	--build) build=$2 && shift ;;
	*) sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
	esac
	shift
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

die()
{
	echo "conformance-mutants: $*" >&2
	exit 2
}

prepare()
{
	local tree

	tree=$(scripts/conformance.sh --oracle) || exit 2
	mkdir -p "$scratch"/{include/{net,linux},src}
	cp "$tree/include/net/page_pool.h" "$scratch/include/net/" &&
		cp "$tree"/include/linux/{page_counter,ptr_ring}.h "$scratch/include/linux/" &&
		cp "$tree/net/core/page_pool.c" "$tree/mm/page_counter.c" "$scratch/src/" ||
		die "no kernel source in $tree"
	[ -e "$build/CMakeCache.txt" ] || cmake -S . -B "$build" >/dev/null || die "cmake failed"
	cmake --build "$build" --target differ_generate differ_interpreter >/dev/null ||
		die "the build failed"
	write_syncs
	kernel_cc "$differ/interpreter.c" "$scratch/interpreter.o" -O2 &&
		cc -std=gnu11 -O2 "${includes[@]}" -c $differ/interpreter_main.c \
			-o "$scratch/main.o" || die "the interpreter does not compile"
}

# Syncing for DMA does nothing here. That it was asked for is summed up, and said in the end.
write_syncs()
{
	cat >"$scratch/syncs.h" <<-'END'
		#include <linux/dma-mapping.h>
		extern unsigned long differ_syncs;
		#undef dma_sync_single_range_for_device
		#define dma_sync_single_range_for_device(dev, addr, offset, size, dir) \
			(differ_syncs = differ_syncs * 31 + (addr) + (offset) + (size))
	END
	cat >"$scratch/syncs.c" <<-'END'
		#include <stdio.h>
		unsigned long differ_syncs;
		static __attribute__((destructor)) void say(void)
		{
			printf("synced: %lx\n", differ_syncs);
		}
	END
	cc -O2 -c "$scratch/syncs.c" -o "$scratch/syncs.o" || die "no compiler"
}

includes=(-Iinclude/netpage/compat -Iinclude -Itests/conformance)

# kernel_cc FILE OBJECT FLAG...
kernel_cc()
{
	local file=$1 object=$2

	shift 2
	cc -std=gnu11 -g -w -DCONFIG_NUMA -include netpage/compat/np/kernel_pool.h \
		-include "$scratch/syncs.h" \
		-I"$scratch/include" "${includes[@]}" "$@" -c "$file" -o "$object"
}

# link_player OUT PAGE_POOL.o PAGE_COUNTER.o FLAG...
link_player()
{
	local out=$1

	shift
	cc "$@" "$scratch"/{interpreter,main,syncs}.o "$build/libnetpage-sim-compat.a" \
		-o "$out" -L"$build" -Wl,-rpath,"$(realpath "$build")" -lnetpage-sim
}

programs()
{
	local seed

	for ((seed = 1; seed <= seeds; seed++)); do
		echo "$scratch/program.$seed"
	done
}

write_programs()
{
	local seed

	for ((seed = 1; seed <= seeds; seed++)); do
		"$build/$differ/differ_generate" "$steps" "$seed" beyond >"$scratch/program.$seed"
	done
}

reference()
{
	local program status=0

	kernel_cc "$scratch/src/page_pool.c" "$scratch/page_pool.o" -O2 &&
		kernel_cc "$scratch/src/page_counter.c" "$scratch/page_counter.o" -O2 &&
		link_player "$scratch/player" "$scratch/page_pool.o" "$scratch/page_counter.o" ||
		die "the kernel's files do not compile"
	for program in $(programs); do
		"$scratch/player" "$program" "$program.log" >"$program.said" || die "the player failed"
		"$build/$differ/differ_interpreter" "$program" "$scratch/log" >/dev/null
		if cmp -s "$program.log" "$scratch/log"; then
			echo "ok - ${program##*.}: model and kernel files agree in $steps steps"
		else
			echo "not ok - ${program##*.}: model and kernel files differ"
			diff "$scratch/log" "$program.log" | head -n 4 | sed 's/^/# /'
			status=1
		fi
	done
	return $status
}

coverage()
{
	local dir=$scratch/coverage program

	mkdir "$dir"
	kernel_cc "$scratch/src/page_pool.c" "$dir/page_pool.o" --coverage &&
		kernel_cc "$scratch/src/page_counter.c" "$dir/page_counter.o" --coverage &&
		link_player "$dir/player" "$dir/page_pool.o" "$dir/page_counter.o" --coverage ||
		die "no coverage"
	for program in $(programs); do
		"$dir/player" "$program" /dev/null >/dev/null
	done
	(cd "$dir" && gcov -b -o . page_pool.o page_counter.o 2>/dev/null) | awk '
		/^File/ { count = split($2, part, "/"); name = part[count]; sub(/.$/, "", name) }
		/^(Lines executed|Taken at least once)/ && name ~ /^page_(pool|counter)[.]c$/ {
			what = /^Lines/ ? "lines" : "branches"
			sub(/.*:/, "")
			print "coverage", name, what, $0
		}'
	# Which lines are never reached, by number.
	for program in page_pool page_counter; do
		awk -F: -v name=$program.c '/#####/ { gsub(/ /, "", $2); s = s " " $2 }
			END { print "coverage", name, "never:" s }' "$dir/$program.c.gcov"
	done
}

# plays_as_ever PLAYER PROGRAM LOG: whether log and output are those of the files as they are
plays_as_ever()
{
	# In a shell of its own, whose complaints about a crash nobody wants to read.
	bash -c 'ulimit -c 0 -f 200000; timeout 20 "$1" "$2" "$3" >"$3.said"' - "$@" 2>/dev/null &&
		cmp -s "$3" "$2.log" && cmp -s "$3.said" "$2.said"
}

# mutant FILE NUMBER LINE KIND: a line of the report
mutant()
{
	local file=$1 number=$2 what="$1.c:$3 $4" dir=$scratch/mutant.$1.$2 other program

	mkdir "$dir"
	awk -v n="$number" -f $differ/mutants.awk "$scratch/src/$file.c" >"$dir/$file.c"
	other=$scratch/page_counter.o
	[ "$file" = page_pool ] || other=$scratch/page_pool.o
	if ! kernel_cc "$dir/$file.c" "$dir/$file.o" -O1 2>/dev/null ||
		! link_player "$dir/player" "$dir/$file.o" "$other" 2>/dev/null; then
		echo "refused $what"
	else
		for program in $(programs); do
			plays_as_ever "$dir/player" "$program" "$dir/log" && continue
			echo "noticed $what"
			break
		done | grep . || echo "missed $what"
	fi
	rm -rf "$dir"
}

mutants()
{
	local file

	for file in page_pool page_counter; do
		awk -f $differ/mutants.awk "$scratch/src/$file.c" | awk -v file=$file '
			FNR == NR { if ($1 == file) { kind[++n] = $2; word[n] = $3 } next }
			{
				for (i = 1; i <= n; i++)
					if ($3 == kind[i] && index($0, word[i]))
						next
				print file, $1, $2, $3
			}' $differ/equivalent-mutants.txt -
	done | awk -v stride=$stride 'NR % stride == 0' >"$scratch/mutants"
	export -f mutant plays_as_ever kernel_cc link_player programs
	export scratch differ build seeds
	xargs -P "$(nproc)" -L 1 bash -c 'includes=(-Iinclude/netpage/compat -Iinclude -Itests/conformance)
		mutant "$@"' mutant <"$scratch/mutants" | sort >"$scratch/report"
	grep '^missed' "$scratch/report"
	awk -v wanted="$wanted" '{ n[$1]++ }
		END {
			made = n["noticed"] + n["missed"]
			percent = made ? 100 * n["noticed"] / made : 0
			printf "mutants %d, noticed %d (%.1f %%), refused by the compiler %d\n", made,
				n["noticed"], percent, n["refused"]
			exit percent < wanted
		}' "$scratch/report"
}

status=0
prepare
write_programs
reference || status=1
coverage
mutants || status=1
exit $status
