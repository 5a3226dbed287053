# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# oracle.sh - part of conformance.sh: the kernel, from a source package to a program
#
# One directory holds one kernel, named after a hash of what it is made of:
#
#   oracle-KEY/linux      the tree, built in place; mm/netpage is what changes
#   oracle-KEY/built      there once the kernel has been built without anything of ours
#   oracle-KEY/linked/    programs, named after a hash of what mm/netpage held

: "${scratch:?}"
kernel_dir=tests/conformance/kernel
cache=${XDG_CACHE_HOME:-$HOME/.cache}/netpage-sim
tarball=/usr/src/linux-source-6.1.tar.xz
tree=
lock=

# no_oracle WHY...: nobody to ask is an error
no_oracle()
{
	echo "conformance: no oracle: $*" >&2
	exit 2
}

say()
{
	echo "# $*" >&2
}

# packages LIST...: installs what is missing of what the lists name
packages()
{
	local package missing=() as_root=()

	command -v dpkg-query >/dev/null || no_oracle "this is not a Debian system"
	while read -r package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			missing+=("$package")
	done < <(sed 's/#.*//;/^$/d' "$@" | sort -u)
	[ ${#missing[@]} -gt 0 ] || return 0

	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || no_oracle "as root: apt-get install ${missing[*]}"
		as_root=(sudo)
	fi
	say "installing ${missing[*]}"
	"${as_root[@]}" apt-get update -q >&2
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
		--no-install-recommends "${missing[@]}" >&2 || no_oracle "apt-get install failed"
}

source_version()
{
	dpkg-query -W -f '${Version}' linux-source-6.1
}

# What decides what the kernel without our files is. The compiler is part of it.
oracle_key()
{
	{
		source_version
		cc -dumpfullversion
		cat $kernel_dir/{uml-6.1.config,unpack-exclude.txt,Kbuild}
		[ "$1" = stock ] ||
			find $kernel_dir/proposal/{tree,rig,*.cocci} -type f | sort | xargs sha256sum
	} | sha256sum | cut -c1-16
}

unpack()
{
	say "unpacking linux-source-6.1 $(source_version)"
	rm -rf "$1" "$1.new"
	mkdir -p "$1.new"
	tar -xf $tarball -C "$1.new" --strip-components=1 -X $kernel_dir/unpack-exclude.txt ||
		no_oracle "cannot unpack $tarball"
	mkdir "$1.new/mm/netpage"
	cp $kernel_dir/Kbuild "$1.new/mm/netpage/Makefile"
	echo 'obj-y += netpage/' >>"$1.new/mm/Makefile"
	mv "$1.new" "$1"
}

configure()
{
	local option

	kernel_make "$1" KCONFIG_ALLCONFIG="$PWD/$kernel_dir/uml-6.1.config" allnoconfig
	while read -r option; do
		grep -qx "$option" "$1/.config" || no_oracle "the configuration lost $option"
	done < <(grep '^CONFIG_.*=y$' $kernel_dir/uml-6.1.config)
}

# kernel_make TREE ARGUMENT...
kernel_make()
{
	local in=$1

	shift
	env -u MAKEFLAGS -u MFLAGS -u LD_PRELOAD make -s -C "$in" ARCH=um -j"$(nproc)" "$@" \
		>"$in/../make.log" 2>&1 && return
	tail -n 40 "$in/../make.log" >&2
	no_oracle "make $* failed, see $(realpath "$in/../make.log")"
}

# oracle_prepare stock|patched: sets tree to a built kernel, which oracle_link adds to
oracle_prepare()
{
	local home key

	[ "$1" = stock ] || oracle_prepare stock
	key=$(oracle_key "$1") || no_oracle "cannot tell the version of the source"
	home=$cache/oracle-$key
	mkdir -p "$home/linked"
	exec {lock}>"$home/lock"
	flock "$lock"
	if [ ! -e "$home/built" ]; then
		[ -d "$home/linux" ] || "tree_$1" "$home/linux"
		say "building the $1 kernel once, in $home"
		kernel_make "$home/linux"
		touch "$home/built"
	fi
	tree=$home/linux
	flock -u "$lock"
}

tree_stock()
{
	unpack "$1"
	configure "$1"
}

# The proposal's kernel is a copy of the stock one, with its objects: few are built again.
tree_patched()
{
	local proposal=$PWD/$kernel_dir/proposal

	say "applying the proposal"
	rm -rf "$1.new"
	cp -a "$tree" "$1.new"
	find "$1.new/mm/netpage" -type f ! -name Makefile -delete
	cp -r "$proposal"/{tree,rig}/. "$1.new"
	echo 'obj-y += page_network.o page_network_rig.o' >>"$1.new/mm/Makefile"
	semantic_patch "$1.new" page_network 8 mm/swap.c net/ipv4/tcp.c net/core/page_pool.c
	semantic_patch "$1.new" one_place 2 mm/swap.c
	semantic_patch "$1.new" loopback_driver 2 drivers/net/loopback.c
	mv "$1.new" "$1"
}

# semantic_patch TREE NAME HUNKS FILE...: as many changes as that, or it is not what we know
semantic_patch()
{
	local in=$1 name=$2 hunks=$3 found

	shift 3
	rm -rf "$scratch/before" && mkdir "$scratch/before"
	(cd "$in" && cp --parents "$@" "$scratch/before")
	(cd "$in" && spatch --very-quiet --no-includes --in-place --sp-file \
		"$OLDPWD/$kernel_dir/proposal/$name.cocci" "$@") >"$scratch/$name.log" 2>&1 ||
		no_oracle "spatch $name: $(cat "$scratch/$name.log")"
	found=$(for file; do diff -U0 "$scratch/before/$file" "$in/$file"; done | grep -c '^@@')
	[ "$found" = "$hunks" ] || no_oracle "$name changed $found places, not $hunks"
}

# oracle_link PROGRAM FILE...: PROGRAM is the kernel of oracle_prepare with FILE... built in.
# Headers beside a file come along. 1 if a file does not compile.
oracle_link()
{
	local in=$tree out=$1 key kept staged=$scratch/staged log file

	shift
	rm -rf "$staged" && mkdir "$staged"
	for file in $kernel_dir/memcg_world.c "$@"; do
		cp "$file" "$(dirname "$file")"/*.h "$staged" 2>/dev/null
		[ -e "$staged/${file##*/}" ] || no_oracle "cannot read $file"
	done
	key=$(cd "$staged" && sha256sum -- * | sha256sum | cut -c1-16)
	kept=$in/../linked/$key
	log=$scratch/link.log

	flock "$lock"
	if [ ! -x "$kept" ]; then
		find "$in/mm/netpage" -type f ! -name Makefile -printf '%f\n' | while read -r file; do
			[[ $file = *.[ch] && ! -e $staged/$file ]] && rm "$in/mm/netpage/$file"
		done
		for file in "$staged"/*; do
			cmp -s "$file" "$in/mm/netpage/${file##*/}" || cp "$file" "$in/mm/netpage/"
		done
		if ! env -u MAKEFLAGS -u MFLAGS -u LD_PRELOAD make -s -C "$in" ARCH=um \
			-j"$(nproc)" linux >"$log" 2>&1; then
			flock -u "$lock"
			cat "$log" >&2
			return 1
		fi
		grep -E 'warning:|error:' "$log" | grep -v '/ld: ' >&2
		cp "$in/linux" "$kept.new" && mv "$kept.new" "$kept"
		find "$in/../linked" -type f -mtime +7 -delete
	fi
	cp "$kept" "$out"
	flock -u "$lock"
}
