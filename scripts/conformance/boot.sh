# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# boot.sh - part of conformance.sh: one run of the oracle, and the KTAP in what it said

: "${scratch:?}" "${tree=}" "${kernel_dir:?}"

# initramfs FILE [PROGRAM...]: busybox, our init, and PROGRAM... in /user
initramfs()
{
	local out=$1 list=$scratch/initramfs.list program

	shift
	{
		for program in bin proc sys dev tmp host user root; do
			echo "dir /$program 755 0 0"
		done
		echo "nod /dev/console 600 0 0 c 5 1"
		echo "nod /dev/null 666 0 0 c 1 3"
		echo "file /bin/busybox $(command -v busybox) 755 0 0"
		echo "file /init $PWD/$kernel_dir/init 755 0 0"
		[ ! -e tests/conformance/differential/init.sh ] ||
			echo "file /differential.sh $PWD/tests/conformance/differential/init.sh 644 0 0"
		for program; do
			echo "file /user/${program##*/} $program 755 0 0"
		done
	} >"$list"
	"$tree/usr/gen_init_cpio" "$list" >"$out" || no_oracle "cannot make the initramfs"
}

# With a random address layout UML's memory has a hole below it, and /proc/kpage* end too early.
# Not every container allows setarch.
fixed_layout=()
if setarch -R true 2>/dev/null; then
	fixed_layout=(setarch -R)
fi

# oracle_boot KERNEL HOSTDIR SECONDS [PROGRAM...]: runs it; HOSTDIR/console is what it
# said, HOSTDIR also is its /host
oracle_boot()
{
	local kernel=$1 host=$2 limit=$3

	shift 3
	mkdir -p "$host/logs"
	initramfs "$scratch/initramfs" "$@"
	"${fixed_layout[@]}" timeout -k 5 "$limit" "$kernel" mem=512M initrd="$scratch/initramfs" root=/dev/ram0 \
		con=null con0=fd:0,fd:1 loglevel=7 panic=-1 kunit.enable=1 NETPAGE_HOST="$host" \
		</dev/null >"$host/console" 2>&1
	if [ ! -e "$host/finished" ]; then
		tail -n 40 "$host/console" >&2
		no_oracle "the kernel did not run to its end"
	fi
}

# ktap_cut CONSOLE: the KTAP of KUnit, which tests at boot, out of everything else
ktap_cut()
{
	tr -d '\r' <"$1" | sed -n '/^KTAP version/,/^Freeing unused kernel\|^Run \/init/p' | ktap_lines
}

ktap_lines()
{
	grep -E '^( |KTAP version|1\.\.[0-9]|ok |not ok |# )'
}

# What a kernel says when it found something wrong with itself: diagnostics, in order.
kernel_complaints()
{
	tr -d '\r' <"$1" | grep -E '^(WARNING:|BUG|kernel BUG|Kernel panic|page:.*refcount|Modules linked)' |
		grep -v '^Modules' | sed 's/^/# kernel: /' >&2
	return 0
}

# ktap_cases FILE: a line for each case: SUITE CASE ok|not_ok|skip PARAMETERS. Parameters of a
# case are one level deeper and only counted, a case without any as one: their sum is the case.
ktap_cases()
{
	awk '
		function result(line)
		{
			if (line ~ /# SKIP/)
				return "skip"
			return line ~ /^ *not ok/ ? "not_ok" : "ok"
		}
		function name(line)
		{
			sub(/^ *(not )?ok [0-9]+ (- )?/, "", line)
			sub(/ *#.*/, "", line)
			return line
		}
		/^        (not )?ok / { parameters++ }
		/^    (not )?ok / {
			cases[++n] = name($0) " " result($0) " " (parameters ? parameters : 1)
			parameters = 0
		}
		/^(not )?ok / {
			for (i = 1; i <= n; i++)
				print name($0), cases[i]
			if (!n)
				print name($0), "-", result($0), 1
			n = 0
		}' "$1"
}

ktap_all_ok()
{
	ktap_cases "$1" >"$scratch/cases"
	[ -s "$scratch/cases" ] && ! grep -q ' not_ok [0-9]*$' "$scratch/cases"
}
