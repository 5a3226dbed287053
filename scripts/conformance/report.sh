# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# report.sh - part of conformance.sh: docs/conformance.md out of the tables of the other parts

: "${scratch:?}" "${known:?}" "${differential:?}" "${proposal:?}"

# report_table TABLE: a row for each suite
report_table()
{
	echo '| suite | cases | with parameters | kernel | library, native | library, explore | known differences |'
	echo '|---|---:|---:|---:|---:|---:|---:|'
	awk -v known="$known" '
		function row(name, cases, parameters, kernel, native, explore, differences)
		{
			printf "| %s | %d | %d | %d | %s | %s | %d |\n", name, cases,
				parameters, kernel, native, explore, differences
		}
		BEGIN {
			while ((getline line <known) > 0)
				if (line !~ /^#/ && split(line, word, " ") >= 4)
					listed[word[1]]++
		}
		!($1 in cases) { order[++n] = $1 }
		{
			cases[$1]++
			parameters[$1] += $6
			kernel[$1] += $3 == "ok"
			native[$1] += $4 == "ok"
			explore[$1] += $5 == "ok"
			if ($5 != "none" && $5 != "absent")
				explored[$1] = 1
		}
		END {
			for (i = 1; i <= n; i++) {
				s = order[i]
				row(s, cases[s], parameters[s], kernel[s], native[s],
				    s in explored ? explore[s] : "-", listed[s])
				all += cases[s]
				p += parameters[s]
				k += kernel[s]
				u += native[s]
				e += explore[s]
				d += listed[s]
			}
			row("**all**", all, p, k, u, e, d)
		}' "$1"
}

# model_functions: those of the model that have a kernel's name
model_functions()
{
	{
		sed -nE 's/^#define ([a-z_][a-z_0-9]*) NP_FLAVOUR_SYMBOL.*/\1/p' include/netpage/flavour.h
		sed -nE 's/^static inline [a-z_ ]*[ *]([a-z_0-9]+)\(.*/\1/p' \
			include/netpage/{page,page_ref,put_page,page_alloc,page_counter,memcg}.h \
			include/netpage/{page_pool,ptr_ring,mmap}.h
	} | grep -v '^np_' | sort -u
}

# report_functions TABLE...: a row for each function that a case or the interpreter calls
report_functions()
{
	model_functions >"$scratch/functions"
	awk -f scripts/conformance/functions.awk "$scratch/functions" tests/conformance/*_test.c \
		"$differential/interpreter.c" "$proposal/page_network_test.c" >"$scratch/calls"
	echo '| function | cases | of these agree | in random programs |'
	echo '|---|---:|---:|---|'
	cat "$@" | awk -v calls="$scratch/calls" '
		{ agrees[$1, $2] = $3 == "ok" && $4 == "ok" && ($5 == "ok" || $5 == "none" || $5 == "absent") }
		END {
			while ((getline line <calls) > 0) {
				split(line, word, " ")
				called[word[1]] = 1
				if (word[3] == "-") {
					random[word[1]] = 1
				} else {
					cases[word[1]]++
					agree[word[1]] += agrees[word[2], word[3]]
				}
			}
			for (f in called)
				printf "| `%s()` | %d | %d | %s |\n", f, cases[f], agree[f],
					f in random ? "yes" : "-"
		}' | sort
	echo
	echo -n 'Called by no case by name, but by the functions above or by nothing here:'
	cut -d' ' -f1 "$scratch/calls" | sort -u | comm -13 - "$scratch/functions" |
		sed 's/.*/ `&()`/' | paste -sd, | sed 's/$/./'
}

report_known()
{
	grep -q '^[^#]' "$known" || {
		echo 'None.'
		return
	}
	sed '/^#/d;/^$/d' "$known" | while read -r suite name world reason; do
		echo "* \`$suite\`, \`$name\` ($world): $reason"
	done
}

report_steps()
{
	local steps seed programs agreed

	if ! read -r steps seed programs agreed <"$scratch/steps"; then
		echo 'None have been run.'
		return
	fi
	echo "$steps steps in $programs programs, seeds $seed to $((seed + programs - 1)): $agreed" \
		"logs of $programs are the same, line for line."
} 2>/dev/null

# What the random programs are worth, if that has been asked
report_mutants()
{
	local log=$scratch/conformance-mutants.log

	if [ ! -e "$log" ]; then
		echo 'Left out by the last run.'
		return
	fi
	echo 'It says:'
	echo
	grep '%' "$log" | sed 's/^/    /'
}

# report_write FILE
report_write()
{
	{
		cat <<END
<!-- Written by scripts/conformance.sh: what it found when it ran last. -->

# How far the model agrees with Linux 6.1

The kernel is Debian's linux-source-6.1 $(source_version), built as User Mode Linux with
[this configuration](../tests/conformance/kernel/uml-6.1.config). It has one processor: what is
compared is what functions do, not what two of them do at the same time.

    scripts/conformance.sh

unpacks and builds it (once, some minutes), boots it, runs everything below in both worlds,
prints what it finds as KTAP, and writes this page. Without a kernel to ask it fails.

## Suites

KUnit suites in the kernel's vocabulary, [tests/conformance](../tests/conformance). The same files
are built into the kernel, and with the library's own headers for user space. The columns count the
cases that pass in each; a case with parameters passes if it passes with each of them.

$(report_table "$scratch/suites/table")

## Random programs

A [generator](../tests/conformance/differential) writes programs of operations over pages, pools,
counters and rings. One interpreter, built for both worlds, prints the state after each step.
$(report_steps)

[scripts/conformance-mutants.sh](../scripts/conformance-mutants.sh) plays them on the kernel's own
\`page_pool.c\` and \`page_counter.c\` in user space, and on copies with one mistake each.
$(report_mutants)

## Functions

How many cases call each function of the model, by name or through a helper of their suite.

$(report_functions "$scratch/suites/table" "$scratch/proposal/table")

## The proposal

The scheme \`network_at_zero\` as a change to 6.1: [a semantic patch and two
files](../tests/conformance/kernel/proposal), built into a second copy of the kernel. The same cases
run there and on the library's scheme of that name.

$(report_table "$scratch/proposal/table")

$(proposal_story)

## Other witnesses

* \`scripts/conformance.sh --qemu\` loads the suites as modules into Debian's stock kernel, under
  emulation: another architecture port, two processors, no assertions, nothing of it built here.
  What modules may not call is called by its address. The suites that read the statistics of a
  page_pool are left out: the stock kernel has none.
* [scripts/kernel-sources.sh](../scripts/kernel-sources.sh) puts the kernel's own files in place of the
  model, runs the suites on them and explores them.
* [Layouts](layout.md) are compared with the types that the stock images carry.

## Known differences

$(report_known)
END
	} >"$scratch/report"
	mv "$scratch/report" "$1"
}
