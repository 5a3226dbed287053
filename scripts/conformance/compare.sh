# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# compare.sh - part of conformance.sh: the same suites in user space, and case by case
#
# A table has a line for each case: SUITE CASE KERNEL NATIVE EXPLORE PARAMETERS. What the worlds
# say is ok, not_ok, skip, absent (the case did not run there) or none (the suite is not for it);
# PARAMETERS is with how many it ran in the kernel, or 1.

: "${scratch:?}" "${kernel_dir:?}"
build=${NP_CONFORMANCE_BUILD:-build/conformance}
known=$kernel_dir/known-differences.txt
suites=(tests/conformance/*_test.c)

# user_space_build TARGET...: what does not build is told, and will be absent
user_space_build()
{
	say "building the library and the suites in $build"
	if ! cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		>"$scratch/cmake.log" 2>&1; then
		cat "$scratch/cmake.log" >&2
		echo "conformance: the library cannot be configured" >&2
		exit 1
	fi
	if ! cmake --build "$build" -j "$(nproc)" --target "$@" -- -k 0 >"$scratch/cmake.log" 2>&1; then
		grep -E 'error|FAILED' "$scratch/cmake.log" >&2
		echo "conformance: not everything builds in user space" >&2
		return 1
	fi
}

# user_space_cases PROGRAM: its cases; a program that is not there has none, and that will show
user_space_cases()
{
	[ -x "$1" ] || return 0
	timeout 300 "$1" >"$scratch/user.ktap" 2>"$scratch/user.err"
	ktap_cases "$scratch/user.ktap"
}

# table_of: joins lines of WORLD SUITE CASE RESULT, in the order of their coming. A world that
# has no line at all is not asked.
table_of()
{
	awk '
		!(($2, $3) in seen) { seen[$2, $3] = ++n; suite[n] = $2; name[n] = $3 }
		{ result[$1, $2, $3] = $4; asked[$1] = 1 }
		$1 == "kernel" { parameters[$2, $3] = $5 }
		function said(world, i)
		{
			if ((world, suite[i], name[i]) in result)
				return result[world, suite[i], name[i]]
			return world in asked ? "absent" : "none"
		}
		END {
			for (i = 1; i <= n; i++)
				print suite[i], name[i], said("kernel", i), said("native", i), \
					said("explore", i), parameters[suite[i], name[i]] + 0
		}'
}

# table_judge TABLE: KTAP; 1 if anything differs that is not known to
table_judge()
{
	awk -v known="$known" '
		# What is wrong with the result of a world; what is known of it goes to note.
		function wrong_in(world, result)
		{
			if (result == "ok" || result == "none")
				return ""
			if (($1, $2, world) in reason) {
				note = note " # known, " world ": " reason[$1, $2, world]
				return ""
			}
			return " # " world " says " result
		}
		function end_suite(   i)
		{
			if (!cases)
				return
			print "    KTAP version 1\n    # Subtest: " suite "\n    1.." cases
			for (i = 1; i <= cases; i++)
				print lines[i]
			print (bad ? "not ok " : "ok ") ++suites " " suite
			failed += bad
			cases = bad = 0
		}
		BEGIN {
			while ((getline line <known) > 0) {
				if (line ~ /^#/ || split(line, word, " ") < 4)
					continue
				sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", line)
				reason[word[1], word[2], word[3]] = line
			}
			print "KTAP version 1"
		}
		$1 != suite { end_suite() }
		{
			suite = $1
			note = ""
			wrong = wrong_in("kernel", $3) wrong_in("native", $4) \
				wrong_in("explore", $5)
			bad += wrong != ""
			lines[++cases] = "    " (wrong == "" ? "ok " : "not ok ") cases " " $2 wrong note
		}
		END {
			end_suite()
			print "1.." suites
			exit failed > 0
		}' "$1"
}

# known_stale TABLE...: differences that are listed and are none; 1 if there are any
known_stale()
{
	local suite name world _ result status=0

	while read -r suite name world _; do
		result=$(awk -v s="$suite" -v n="$name" -v w="$world" '
			$1 == s && $2 == n { print w == "native" ? $4 : $5 }' "$@")
		if [ "$result" = ok ] || [ -z "$result" ]; then
			echo "not ok 1 known difference that is none: $suite $name $world"
			status=1
		fi
	done < <(sed '/^#/d;/^$/d' "$known")
	return $status
}

# worlds KERNEL-KTAP PROGRAM...: a table of what the kernel said and of what the programs say
worlds()
{
	local program

	{
		ktap_cases "$1" | sed 's/^/kernel /'
		shift
		for program; do
			user_space_cases "$program" | sed 's/^/native /'
		done
		for program; do
			user_space_cases "${program}_explore" | sed 's/^/explore /'
		done
	} | table_of
}

# The programs of tests/conformance/user, which init runs: PATH... of what has been built of them
static_programs()
{
	local source out

	mkdir -p "$scratch/user"
	for source in tests/conformance/user/*.c; do
		[ -e "$source" ] && [[ $source != *_@(library|user).c ]] || continue
		out=$scratch/user/$(basename "$source" .c)
		cc -static -O2 "$source" -o "$out" || return 1
		echo "$out"
	done
}

# The lines that begin with "step" are the same in both worlds; 1 if not, and the difference
compare_steps()
{
	local program name status=0

	for program; do
		name=${program##*/}
		"$build/tests/conformance/user/$name" 2>/dev/null | grep '^step ' >"$scratch/steps.user"
		grep '^step ' "$scratch/suites/$name.ktap" >"$scratch/steps.kernel"
		cmp -s "$scratch"/steps.{kernel,user} && continue
		status=1
		diff "$scratch"/steps.{kernel,user} |
			sed "s/^</# $name, kernel:/;s/^>/# $name, library:/"
	done
	return $status
}

compare_suites()
{
	local programs=() static=() suite status=0

	user_space_build kunit || status=1
	for suite in "${suites[@]}"; do
		suite=${suite##*/}
		programs+=("$build/tests/conformance/${suite%.c}")
	done
	static_programs >"$scratch/static" || return 1
	mapfile -t static <"$scratch/static"
	for suite in "${static[@]}"; do
		programs+=("$build/tests/conformance/user/${suite##*/}")
	done
	oracle_prepare stock
	oracle_link "$scratch/linux" "${suites[@]}" || return 1
	oracle_boot "$scratch/linux" "$scratch/suites" 300 "${static[@]}"
	kernel_complaints "$scratch/suites/console"
	ktap_cut "$scratch/suites/console" >"$scratch/suites/ktap"
	for suite in "${static[@]}"; do
		cat "$scratch/suites/${suite##*/}.ktap"
	done >>"$scratch/suites/ktap"
	worlds "$scratch/suites/ktap" "${programs[@]}" >"$scratch/suites/table"
	grep -q . "$scratch/suites/table" || no_oracle "not one case ran in the kernel"
	table_judge "$scratch/suites/table" || status=1
	compare_steps "${static[@]}" || status=1
	return $status
}
