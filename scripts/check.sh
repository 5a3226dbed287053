#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# check.sh             every check there is
# check.sh --quick     build with gcc, run the tests
# check.sh --coverage  line coverage of lib/, which must be 90 % or more
#
# The last line is "N passed, N failed". A check counts as one; where it runs
# ctest, each test counts as well. A missing tool is a failure. Logs are left
# in build/check/.
#
# NP_FUZZ_SECONDS is how long each fuzzer searches (60).

set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1

logs=build/check
passed=0
failed=0
jobs=$(nproc)
export CTEST_PARALLEL_LEVEL=$jobs
export UBSAN_OPTIONS=print_stacktrace=1
export NP_FUZZ_SECONDS=${NP_FUZZ_SECONDS:-60}

# The sanitizers of clang 14 cannot live with the address space layouts of some
# newer kernels. Not every container allows setarch, nor needs it.
fixed_layout=()
if setarch -R true 2>/dev/null; then
	fixed_layout=(setarch -R)
fi

# check HEADING COMMAND...
check()
{
	local heading=$1 log start=$SECONDS tests
	log=$logs/$(tr -cs '[:alnum:]\n' - <<<"$heading").log
	shift
	printf '== %s ... ' "$heading"
	"$@" >"$log" 2>&1
	local status=$?

	# One line for each run of ctest: 100% tests passed, 0 tests failed out of 37
	tests=$(sed -n 's/.* passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$log")
	while read -r bad all; do
		[ -z "$all" ] || passed=$((passed + all - bad))
		[ -z "$bad" ] || failed=$((failed + bad))
	done <<<"$tests"

	if [ $status -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		echo "FAILED ($((SECONDS - start)) s), the end of $log:"
		tail -n 80 "$log" | sed 's/^/    /'
	fi
}

finish()
{
	echo "$passed passed, $failed failed"
	[ $failed -eq 0 ]
	exit
}

# files [PATTERN...]: the files of the project, new ones included
files()
{
	git -c safe.directory="$PWD" ls-files --cached --others --exclude-standard -- "$@" |
		while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done
}

# none HEADING LINES: fails if there are any lines
none()
{
	[ -z "$2" ] && return
	printf '%s:\n%s\n' "$1" "$2"
	return 1
}

build()
{
	cmake --preset "$1" --log-level=WARNING && cmake --build --preset "$1"
}

build_and_test()
{
	build "$1" && "${fixed_layout[@]}" ctest --preset "$1"
}

formatting()
{
	files '*.c' '*.h' | xargs clang-format --dry-run -Werror
}

shell_scripts()
{
	files '*.sh' .ci/run completions | xargs shellcheck --severity=warning
}

licences()
{
	local without
	# Not for prose, nor for texts to be mailed, nor for a corpus: COPYING speaks for those.
	without=$(files | grep -Ev '^(LICENSES|tests/fuzz/corpus|tests/scenarios/mail)/|\.(npt|md)$' |
		xargs grep -L 'SPDX-License-Identifier: MIT OR GPL-2.0-only\|"SPDX-License-Identifier"')
	none 'files without a licence line' "$without"
}

machine_paths()
{
	local found
	found=$(files | xargs grep -nIE '(^|[^[:alnum:]_.])/(root|work|home)/[[:alnum:]_.]')
	none 'paths of one machine' "$found"
}

# Every relative link in a Markdown file leads to a file.
links()
{
	local file target broken=
	while read -r file; do
		while read -r target; do
			target=${target%%#*}
			[ -z "$target" ] || [ -e "$(dirname "$file")/$target" ] ||
				broken+="$file: $target"$'\n'
		done < <(grep -oE '\]\([^) ]+' "$file" | cut -c3- | grep -Ev '^([a-z]+:|<)')
	done < <(files '*.md')
	none 'broken links' "$broken"
}

headers()
{
	cmake --build --preset gcc --target headers &&
		cmake --build --preset clang --target headers
}

abi()
{
	scripts/flavour.sh --check && scripts/abi.sh --check build/gcc/libnetpage-sim.so
}

fuzz_one()
{
	local name=${1##*/} corpus
	name=${name%_fuzz}
	corpus=build/fuzz/corpus/$name
	mkdir -p "$corpus"
	echo "fuzz: $name for $NP_FUZZ_SECONDS s"
	"$1" -max_total_time="$NP_FUZZ_SECONDS" -timeout=20 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/$name-" "$corpus" "tests/fuzz/corpus/$name"
}

fuzz()
{
	build_and_test fuzz || return
	export -f fuzz_one
	find build/fuzz/tests/fuzz -name '*_fuzz' -type f -print0 | "${fixed_layout[@]}" \
		xargs -0 -P "$jobs" -I '{}' bash -c 'fuzz_one {}'
}

# What a user does with an installed tree; it is not where it was configured
# for, so this shows as well that it can be moved.
installed()
{
	local prefix=$PWD/$logs/prefix out=$logs/installed module
	rm -rf "$prefix" "$out"
	mkdir -p "$out"
	cmake --install build/gcc --prefix "$prefix" || return

	cmake -G Ninja -S docs/examples/driver-test -B "$out/driver-test" \
		-DCMAKE_PREFIX_PATH="$prefix" &&
		cmake --build "$out/driver-test" &&
		ctest --test-dir "$out/driver-test" --output-on-failure --no-tests=error || return

	cmake -G Ninja -S tests/package -B "$out/package" -DCMAKE_PREFIX_PATH="$prefix" &&
		cmake --build "$out/package" &&
		ctest --test-dir "$out/package" --output-on-failure --no-tests=error || return

	module=$(find "$prefix" -name libnetpage-sim.pc)
	PKG_CONFIG_PATH=${module%/*}
	export PKG_CONFIG_PATH
	# shellcheck disable=SC2046 # flags are words
	cc -o "$out/hello" tests/package/hello.c $(pkg-config --cflags --libs libnetpage-sim) &&
		LD_LIBRARY_PATH=$(pkg-config --variable=libdir libnetpage-sim) "$out/hello" &&
		"$prefix/bin/netpage-sim" --version
}

coverage()
{
	find build/coverage -name '*.gcda' -delete 2>/dev/null
	build_and_test coverage &&
		gcovr --root . --filter lib/ --print-summary --fail-under-line 90 \
			build/coverage/CMakeFiles/netpage-sim-{plat,model}.dir
}

usage()
{
	sed -n '4,/^$/s/^# \{0,1\}//p' "$0"
}

mode=${1-}
case $mode in
--help)
	usage
	exit
	;;
'' | --quick | --coverage) ;;
*)
	usage >&2
	exit 2
	;;
esac

./scripts/setup.sh || exit 1
mkdir -p $logs

case $mode in
--quick)
	check 'gcc: build and tests' build_and_test gcc
	finish
	;;
--coverage)
	check 'coverage' coverage
	grep '^lines: ' $logs/coverage.log
	finish
	;;
esac

check 'formatting' formatting
check 'shell scripts' shell_scripts
check 'licence lines' licences
check 'no path of one machine' machine_paths
check 'links between documents' links
check 'gcc: build and tests' build_and_test gcc
check 'clang: build and tests' build_and_test clang
check 'each header alone, C11 and C++17, gcc and clang' headers
check 'exported symbols' abi
check 'generated documents' env NP_BUILD=build/gcc scripts/docs.sh --check
check 'installed package' installed
check '32-bit objects' build m32
check 'a real Linux 6.1 beside the library' scripts/conformance.sh
check 'AddressSanitizer, UndefinedBehaviorSanitizer' build_and_test asan
check 'ThreadSanitizer' build_and_test tsan
check 'Valgrind' build_and_test valgrind
check "fuzzers, $NP_FUZZ_SECONDS s each" fuzz
finish
