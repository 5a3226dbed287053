#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# kernel-btf.sh [PACKAGE...]  the BTF of distributed kernels, without installing them
#
# PACKAGE is a Debian kernel image (linux-image-6.1.0-50-amd64), or a package that only depends on
# one (linux-image-cloud-amd64, the default: Linux 6.1 on Debian 12).  Each is downloaded once,
# unpacked aside, and its BTF kept under the user's cache directory; the path of each is printed,
# for `netpage-sim layout --check --btf`.  An argument with a slash is a kernel image on this disk.

set -eu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/netpage-sim/btf

die()
{
	echo "kernel-btf: $*" >&2
	exit 1
}

# number FILE OFFSET SIZE: an unsigned little endian number
number()
{
	od -An -v -t "u$3" -j "$2" -N "$3" --endian=little "$1" | tr -d ' '
}

# payload IMAGE: the compressed kernel within a bzImage.
# Where it is: Documentation/x86/boot.rst, setup_sects, payload_offset, payload_length.
payload()
{
	[ "$(dd if="$1" bs=1 skip=514 count=4 2>/dev/null)" = HdrS ] || die "$1 is no bzImage"
	sectors=$(number "$1" 497 1)
	[ "$sectors" -gt 0 ] || sectors=4
	offset=$(number "$1" 584 4)
	tail -c "+$(((sectors + 1) * 512 + offset + 1))" "$1" | head -c "$(number "$1" 588 4)"
}

# unpack PAYLOAD: the kernel in it, an ELF file
unpack()
{
	magic=$(od -An -t x1 -N 4 "$1" | tr -d ' ')
	case $magic in
	7f454c46 | 1f8b*) ;;
	# Behind any other stream the kernel's build puts the size that it unpacks to.
	*) truncate -s -4 "$1" ;;
	esac
	case $magic in
	7f454c46) cat "$1" ;;
	1f8b*) gzip --decompress --stdout <"$1" ;;
	02214c18) lz4 --decompress --stdout --quiet <"$1" ;;
	28b52ffd) zstd --decompress --stdout --quiet <"$1" ;;
	fd377a58) xz --decompress --stdout <"$1" ;;
	*) die "a kernel compressed in a way that this script does not know ($magic)" ;;
	esac
}

# take IMAGE BTF
take()
{
	payload "$1" >"$tmp/payload"
	unpack "$tmp/payload" >"$tmp/vmlinux"
	rm -f "$tmp/btf"
	# What it does about a section that is not there, and whether it minds, varies.
	objcopy --dump-section ".BTF=$tmp/btf" "$tmp/vmlinux" "$tmp/rest" 2>/dev/null || true
	[ -s "$tmp/btf" ] || die "there is no BTF in $1"
	mkdir -p "$(dirname "$2")"
	mv "$tmp/btf" "$2"
}

# image_of PACKAGE: the package that the kernel itself is in
image_of()
{
	case $1 in
	linux-image-[0-9]*.*.*) echo "$1" ;;
	*)
		apt-cache depends --important "$1" |
			sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1
		;;
	esac
}

one()
{
	case $1 in
	*/*)
		btf=$cache/${1##*/}-$(sha256sum "$1" | head -c 12).btf
		[ -f "$btf" ] || take "$1" "$btf"
		echo "$btf"
		return
		;;
	esac
	image=$(image_of "$1")
	[ -n "$image" ] || die "$1 is no kernel; is the list of packages up to date?"
	version=$(apt-cache show --no-all-versions "$image" | sed -n 's/^Version: //p')
	[ -n "$version" ] || die "apt knows no $image"
	# The name of a release stays when it is built again; the package's version does not.
	btf=$cache/$version/${image#linux-image-}.btf
	if [ ! -f "$btf" ]; then
		(cd "$tmp" && apt-get download -q "$image" >&2) || die "cannot download $image"
		dpkg-deb -x "$tmp/$image"_*.deb "$tmp/root"
		take "$tmp/root/boot/vmlinuz-${image#linux-image-}" "$btf"
		rm -rf "$tmp/root" "$tmp/$image"_*.deb
	fi
	echo "$btf"
}

case ${1-} in
--help)
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
	exit
	;;
-*) die "there is no option $1" ;;
esac
[ $# -gt 0 ] || set -- linux-image-cloud-amd64
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# apt reads and writes here as a user of its own
chmod 755 "$tmp"
for package; do
	one "$package"
done
