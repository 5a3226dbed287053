#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Writes docs/compat.md: each compat header with where what it says comes from, as its own
# leading comment tells.
#   scripts/compat-docs.sh           rewrite it
#   scripts/compat-docs.sh --check   fail, and show the difference, if it is stale, or if a
#                                    header does not tell
set -euo pipefail
cd "$(dirname "$0")/.."
page=docs/compat.md
headers=include/netpage/compat

# The leading comment in one line each: path|what it is|provenance
entries()
{
	find "$headers" -name '*.h' | LC_ALL=C sort | while read -r file; do
		awk -v path="${file#"$headers"/}" '
			/^ \*\/$/ { exit }
			/^ \* DOC: / { sub(/^ \* DOC: [^ ]*( [^-]*)? - /, ""); what = $0; next }
			/^ \* Provenance: / { sub(/^ \* Provenance: /, ""); told = $0; in_it = 1; next }
			/^ \*$/ { in_it = 0 }
			in_it { sub(/^ \* /, ""); told = told " " $0 }
			END {
				if (told !~ /(^|[ ;.])(real|custom|stub)([ :.,;(]|$)/)
					told = "NOT TOLD"
				print path "|" what "|" told
			}' "$file"
	done
}

generate()
{
	cat <<'TXT'
# Kernel sources on the library

Written by `scripts/compat-docs.sh` from the headers themselves.

With `include/netpage/compat` in front of the include path, C that is written for the
kernel compiles against the library: drivers, KUnit suites, and some of the kernel's own
files.

    target_link_libraries(my_suite PRIVATE netpage-sim::compat)          # native
    target_link_libraries(my_suite PRIVATE netpage-sim::compat-explore)  # explored

or `cc -Iinclude/netpage/compat -Iinclude my_suite.c -lnetpage-sim-compat -lnetpage-sim -lcmocka`.
The headers are C with GNU extensions, for 64-bit; the kernel they speak of is 6.1.

**Which machine.** Kernel code has none in its hands: it is the one that the calling thread
has entered (`np_enter()`, `np_this_machine()`).  `jiffies` are the machine's virtual
milliseconds, and stand still until somebody sleeps.

**KUnit.** A program of suites needs no `main()`: it gets one that makes a machine of two
CPUs with checking on, enters CPU 0 as a kernel thread and runs `kunit_test_suites()` with
KTAP on standard output, in the words and the order of 6.1.  Arguments: `--list`, and a glob
(`suite` or `suite.case`).  Exit status 0: nothing failed; 1: something did; 2: nothing to run.
What a kernel would warn about, and what is left behind at the end, is told as `# WARNING:`
and fails nothing by itself.

Each case, and each parameter of one, is a CMocka test of its own: CMocka's assertions and
mocks work inside, and a crash fails the case instead of ending the program.  What KUnit
itself asserts does not go through CMocka's failure, because a case that skips itself would
count as failed there, and each failure would be told twice in two formats; and KTAP is
printed here, because CMocka's own TAP knows neither suites within a run nor parameters
within a case.

**The kernel's own files.** `scripts/kernel-sources.sh` takes `mm/page_counter.c`,
`net/core/page_pool.c`, `include/linux/ptr_ring.h`, `include/linux/page_counter.h` and
`include/net/page_pool.h` from the package linux-source-6.1, unmodified, and builds them
against these headers in both flavours, in the place of the model: the suites about them
run on them, and `np_explore()` runs allocation, recycling and destruction on two and three
CPUs under every schedule.  With 271683bb2cf3 undone in a copy (CVE-2025-38129) it finds the
use after free in `page_pool_recycle_in_ring()`; with it, nothing.

The kernel's page_counter *replaces* the library's (same struct, same symbols).  Its page_pool
lives beside the library's, because the structs differ: suites and searches use the kernel's,
while cards of the model keep the model's.  Data races are looked for, too: in these files 6.1 has
four that nothing declares: `max` in `page_counter_try_charge()`; the slots of a ring in
`__ptr_ring_discard_one()` and `__ptr_ring_empty()`; and the read without order by which
`page_pool_defrag_page()` learns that it has the last fragment.  Any other fails the test.

**The kernel's benchmark of page pools** is a module, `tools/testing/selftests/net/bench/page_pool`
of 6.16 and later; no kernel of the distribution has it.  `scripts/kernel-sources.sh
-DNP_KERNEL_BENCH=DIRECTORY` builds it against these headers and runs it on both pools, the
kernel's and the model's (`kernel_bench_kernel`, `kernel_bench_model`; `loops=N`).

**Not there:** `call_rcu()` and `kfree_rcu()`; references that a DMA pool takes to its device;
`pool->p.dma_dir`; memory behind a page; `%p` extensions of `printk()`.  `u64` is the system's
`unsigned long`, so `%llu` draws a warning.  A kernel thread that is pinned to a CPU waits until
the thread that is on it leaves.

## The headers

*real*: backed by the library, or plain arithmetic; *custom*: deliberately different, it says
how; *stub*: does nothing.

| header | what | provenance |
|---|---|---|
TXT
	entries | while IFS='|' read -r path what told; do
		printf '| `%s` | %s | %s |\n' "$path" "$what" "$told"
	done
}

text=$(generate)
if grep -q 'NOT TOLD' <<<"$text"; then
	grep 'NOT TOLD' <<<"$text" >&2
	exit 1
fi
case "${1:-}" in
"") printf '%s\n' "$text" >"$page" ;;
--check) diff -u "$page" - <<<"$text" ;;
*) echo "usage: scripts/compat-docs.sh [--check]" >&2 && exit 64 ;;
esac
