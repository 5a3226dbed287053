#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# layout --check: against kernels that a compiler makes up, so that none need be there.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

exits 64 layout --btf "$tmp/kernel"
only_complains
complains '--btf: not without --check'
exits 64 layout --model 6.1-64
complains '--model: not without --check'
exits 64 layout --check --arm page_pool
complains '--arm: not with --check'
exits 64 layout --check --bits 64
complains '--bits: not with --check'

# Whoever builds without libbpf has asked for it.
exits 0 layout --help
if grep -q 'not in this build' "$tmp/out"; then
	exits 4 layout --check
	only_complains
	complains 'built without libbpf'
	finish
fi

# kernel NAME FLAG...: $tmp/NAME, an ELF file with the BTF of layout_kernel.c
kernel()
{
	kernel_file=$tmp/$1
	shift
	clang -target bpf -g -O2 "$@" -c tests/cli/layout_kernel.c -o "$kernel_file" || {
		call="(clang -target bpf)"
		fail "there is no kernel to compare with"
		finish
	}
}

kernel good
exits 0 layout --check --btf "$tmp/good"
only_says
says 'agrees'
says 'Linux 6.1, 64-bit, against good'
says '  same         _refcount                      52     4     52     4'
says '  same         PG_waiters                            7            7'
says '  argued       network_owner                  16     8      -     -'
says "The proposal's: no kernel has it yet."
says '  argued       PG_hwpoison                          22           23'
says '  kernel only  nr_charged_bytes                -     -     24     4'
says 'is callback_head.next in the kernel'
for word in differs 'model only' DISAGREES; do
	! grep -q "$word" "$tmp/out" || fail "says '$word'"
done
twice layout --check --btf "$tmp/good"
exits 0 layout --check --btf "$tmp/good" --json
only_says
says_json
says '"agrees": true'
exits 0 layout --check --btf "$tmp/good" --model 6.1-64 --markdown
only_says
says '## struct page_counter'

# Raw BTF, as the running kernel has it, says the same.
llvm-objcopy --dump-section .BTF="$tmp/good.btf" "$tmp/good" "$tmp/rest"
"$NETPAGE_SIM" layout --check --btf "$tmp/good" >"$tmp/elf"
exits 0 layout --check --btf "$tmp/good.btf"
cmp -s "$tmp/elf" "$tmp/out" || fail 'raw BTF differs from the same in an ELF file'

kernel moved -DCOUNTER_MOVES
exits 1 layout --check --btf "$tmp/moved"
only_says
says '  differs      max                           152     8    168     8'
says 'DISAGREES: '
says ' 1 differ, 0 only in the model'
exits 1 layout --check --btf "$tmp/moved" --json
says_json
says '"agrees": false'

kernel gone -DPP_IS_GONE
exits 1 layout --check --btf "$tmp/gone"
says '  model only   pp                             16     8      -     -'
says ' 0 differ, 1 only in the model'

kernel grown -DPAGE_GROWS
exits 1 layout --check --btf "$tmp/grown"
says '  differs      sizeof                          0    64      0    72'
says '  kernel only  _last_cpupid                    -     -     64     4'

# Side by side: what one of them has elsewhere is in the table, the rest beneath it.
exits 1 layout --check --markdown --btf "$tmp/good" --btf "$tmp/moved"
only_says
says '| offset, size of | the model | good | moved |'
says '| `max` | 152, 8 | 152, 8 | 168, 8 |'
says 'The same everywhere: `sizeof` `usage`'
exits 1 layout --check --json --btf "$tmp/good" --btf "$tmp/moved"
says_json

exits 65 layout --check --btf "$tmp/nothing"
only_complains
complains 'nothing: No such file or directory'
exits 65 layout --check --btf "$tmp"
only_complains
exits 65 layout --check --btf "$0"
only_complains
complains 'there is no BTF in it'
exits 65 layout --check --btf "$JSON_CHECK"
complains 'there is no BTF in it'
head -c 1000 "$tmp/good.btf" >"$tmp/cut"
exits 65 layout --check --btf "$tmp/cut"
complains 'its BTF is broken'
# One that cannot be read leaves no half of a table.
exits 65 layout --check --btf "$tmp/good" --btf "$tmp/cut"
only_complains
exits 65 layout --check --model 6.1-32 --btf "$tmp/good"
complains 'a long has 64 bits there, unlike in 6.1-32'
exits 64 layout --check --model 6.2 --btf "$tmp/good"
complains "there is no '6.2', only 6.1-64, 6.1-32"

# The running kernel, of whatever version, is compared or said not to show its types.
"$NETPAGE_SIM" layout --check >"$tmp/out" 2>"$tmp/err"
status=$?
call='layout --check'
if [ -r /sys/kernel/btf/vmlinux ]; then
	[ $status -le 1 ] || fail "exit: got $status, want 0 or 1"
	only_says
	says "against $(uname -r)"
else
	[ $status -eq 65 ] || fail "exit: got $status, want 65"
	complains 'the running kernel does not show its types'
fi

finish
