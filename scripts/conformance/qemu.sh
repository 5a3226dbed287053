# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# qemu.sh - part of conformance.sh: a second witness, the distribution's kernel as it is
#
# The image is unpacked, never installed; the suites become modules, and so does KUnit, which the
# stock kernel does not have, out of the source package. What is not exported to modules is linked in by
# its address: the kernel is asked for it, at the fixed place that "nokaslr" gives it, in a first
# boot. A suite that cannot be compiled for the stock configuration is told and left out.

: "${scratch:?}" "${kernel_dir:?}" "${cache:?}" "${tarball:?}" "${build:?}"

# qemu_image: the path of the kernel that the installed headers are of
qemu_image()
{
	local release=$1 home

	home=$cache/image-$1-$(dpkg-query -W -f '${Version}' "linux-headers-$1")
	if [ ! -e "$home/boot/vmlinuz-$release" ]; then
		rm -rf "$home" && mkdir -p "$home"
		(cd "$home" && { apt-get download -q "linux-image-$release" ||
			apt-get download -q "linux-image-$release-unsigned"; } &&
			dpkg -x linux-image-*.deb . && rm linux-image-*.deb) >"$scratch/image.log" 2>&1 ||
			no_oracle "no image of $release: $(cat "$scratch/image.log")"
	fi
	echo "$home/boot/vmlinuz-$release"
}

# qemu_modules RELEASE DIR [LINKER-OPTIONS]: builds what can be built
qemu_modules()
{
	make -k -C "/usr/src/linux-headers-$1" M="$2" KBUILD_MODPOST_WARN=1 LDFLAGS_MODULE="${3-}" \
		-j"$(nproc)" modules >"$scratch/modules.log" 2>&1
	[ -e "$2/netpage_kunit.ko" ] && return
	tail -n 40 "$scratch/modules.log" >&2
	no_oracle "KUnit does not become a module"
}

# qemu_sources DIR: what modules are made of. A suite that does not compile is taken out.
qemu_sources()
{
	local suite

	mkdir -p "$1"
	tar -xf "$tarball" -C "$1" --strip-components=3 linux-source-6.1/lib/kunit
	tar -xf "$tarball" -C "$scratch" --strip-components=2 linux-source-6.1/usr/gen_init_cpio.c
	cc -O2 -o "$scratch/gen_init_cpio" "$scratch/gen_init_cpio.c" || no_oracle "no gen_init_cpio"
	rm -f "$1"/*-test.c "$1"/*_test.c "$1"/{executor,debugfs}.c "$1"/{Kconfig,Makefile}
	cp tests/conformance/*_test.c tests/conformance/*.h $kernel_dir/memcg_world.[ch] \
		$kernel_dir/qemu/{Kbuild,core.h,suite.h} "$1"
	for suite in "$1"/*_test.c; do
		suite=${suite##*/}
		make -C "/usr/src/linux-headers-$2" M="$1" "${suite%.c}.o" >"$scratch/$suite.log" 2>&1 &&
			continue
		say "not for the stock configuration: $suite: $(grep -m1 error: "$scratch/$suite.log" |
			sed 's/.*error: //')"
		rm "$1/$suite"
	done
}

# qemu_boot IMAGE LOG FILE...: FILE is NAME=PATH in the initramfs
qemu_boot()
{
	local image=$1 log=$2 file try

	shift 2
	{
		for file in bin proc sys dev modules; do
			echo "dir /$file 755 0 0"
		done
		echo "nod /dev/console 600 0 0 c 5 1"
		echo "file /bin/busybox $(command -v busybox) 755 0 0"
		echo "file /init $PWD/$kernel_dir/qemu/init 755 0 0"
		for file; do
			echo "file /${file%%=*} ${file#*=} 644 0 0"
		done
	} >"$scratch/qemu.list"
	"$scratch/gen_init_cpio" "$scratch/qemu.list" >"$scratch/qemu.initrd" ||
		no_oracle "cannot make the initramfs"
	# Under emulation, one boot in some dozens dies in a check of a timer.
	for try in 1 2 3; do
		timeout -k 5 300 qemu-system-x86_64 -accel tcg -cpu max -m 512 -smp 2 -nographic \
			-no-reboot -nodefaults -serial "file:$log" -kernel "$image" \
			-initrd "$scratch/qemu.initrd" \
			-append "console=ttyS0 panic=-1 loglevel=7 printk.time=0 nokaslr no_timer_check" \
			</dev/null >"$scratch/qemu.log" 2>&1
		grep -q '^DONE' "$log" && return
		say "boot $try did not get to its end"
	done
	tail -n 40 "$log" "$scratch/qemu.log" >&2
	no_oracle "the stock kernel did not run to its end"
}

# qemu_addresses RELEASE IMAGE MODULES: linker options for all that the modules want and that
# neither the kernel nor one of them exports
qemu_addresses()
{
	{
		nm -u "$3"/*.ko
		awk '{ print "exported", $2 }' "/usr/src/linux-headers-$1/Module.symvers"
		nm --defined-only "$3"/netpage_kunit.ko | awk '{ print "exported", $3 }'
	} | awk '
		$1 == "exported" { exported[$2] = 1 }
		$1 == "U" { wanted[$2] = 1 }
		END {
			for (name in wanted)
				if (!(name in exported))
					print name
		}' | sort >"$scratch/symbols"
	[ -s "$scratch/symbols" ] || return 0
	qemu_boot "$2" "$scratch/symbols.log" symbols="$scratch/symbols"
	tr -d '\r' <"$scratch/symbols.log" | sed -n '/^SYMBOLS/,/^DONE/p' |
		awk 'NF == 3 && !($3 in seen) { seen[$3] = 1; printf " --defsym %s=0x%s", $3, $1 }'
}

qemu_only()
{
	local release modules=$scratch/modules image addresses files=() programs=() module

	packages $kernel_dir/qemu/packages.txt
	release=$(dpkg-query -W -f '${Depends}' linux-headers-cloud-amd64 |
		grep -o 'linux-headers-[^ ]*' | sed 's/^linux-headers-//')
	image=$(qemu_image "$release") || exit 2
	say "$release"
	user_space_build kunit || failed=1
	qemu_sources "$modules" "$release"
	qemu_modules "$release" "$modules"
	addresses=$(qemu_addresses "$release" "$image" "$modules") || exit 2
	find "$modules" -name '*.ko' -delete
	qemu_modules "$release" "$modules" "$addresses"
	for module in "$modules"/*.ko; do
		files+=("modules/${module##*/}=$module")
		[[ $module != *_test.ko ]] ||
			programs+=("$build/tests/conformance/$(basename "$module" .ko)")
	done
	qemu_boot "$image" "$scratch/qemu.console" "${files[@]}"
	kernel_complaints "$scratch/qemu.console"
	tr -d '\r' <"$scratch/qemu.console" | sed -n '/^SUITES/,/^DONE/p' | ktap_lines \
		>"$scratch/qemu.ktap"
	worlds "$scratch/qemu.ktap" "${programs[@]}" >"$scratch/qemu.table"
	grep -q . "$scratch/qemu.table" || no_oracle "not one case ran in the stock kernel"
	table_judge "$scratch/qemu.table" && return "${failed:-0}"
}
