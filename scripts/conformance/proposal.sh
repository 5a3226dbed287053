# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# proposal.sh - part of conformance.sh: the proposal in the kernel, and the same stories in the library

: "${scratch:?}" "${kernel_dir:?}" "${build:?}"
proposal=$kernel_dir/proposal

proposal_kernel()
{
	oracle_prepare patched
	oracle_link "$scratch/linux.patched" \
		$proposal/{network_world_kernel,page_network_test,loopback_driver}.c || return 1
	cc -static -O2 $proposal/zerocopy_story.c -o "$scratch/zerocopy_story" || return 1
	oracle_boot "$scratch/linux.patched" "$scratch/proposal" 120 "$scratch/zerocopy_story"
	kernel_complaints "$scratch/proposal/console"
	ktap_cut "$scratch/proposal/console" >"$scratch/proposal/kernel.ktap"
}

proposal_compare()
{
	user_space_build kunit_page_network_test kunit_explore_page_network_test zerocopy_story ||
		return 1
	proposal_kernel || return 1
	worlds "$scratch/proposal/kernel.ktap" \
		"$build/tests/conformance/kernel/proposal/page_network_test" >"$scratch/proposal/table"
	table_judge "$scratch/proposal/table"
}

# The transfer, after proposal_compare: the kernel's lines and the library's are the same
story_compare()
{
	local story=zerocopy_story

	echo "KTAP version 1"
	"$build/tests/conformance/kernel/proposal/$story" 2>/dev/null >"$scratch/story.user"
	grep '^#' "$scratch/proposal/$story.ktap"
	grep -v '^#' "$scratch/proposal/$story.ktap" >"$scratch/story.kernel"
	if [ -s "$scratch/story.user" ] && cmp -s "$scratch"/story.{kernel,user}; then
		echo "ok 1 $(wc -l <"$scratch/story.user")_steps"
	else
		echo "not ok 1 steps"
		diff "$scratch"/story.{kernel,user} | sed 's/^</# kernel:/;s/^>/# library:/'
		false
	fi && echo "1..1"
}

proposal_only()
{
	proposal_compare && story_compare
}

# For the report: the transfer as a table
proposal_story()
{
	cat <<END
A transfer of 4 MiB over TCP, received by zerocopy, by a process in a cgroup of its own: in the kernel
over loopback, whose driver moves what arrives into pages of its page_pool as a card would. "Today's"
driver lets go of each page as it receives it; "in one place" is the proposal without its branch in
\`release_pages()\`. All columns but the fifth count pages.

| driver | step | received | mapped | bytes copied | charged | recycled | let go of by the pool |
|---|---|---:|---:|---:|---:|---:|---:|
$(sed 's/^/| /;s/$/ |/' "$scratch/story.kernel")

END
	if cmp -s "$scratch"/story.{kernel,user}; then
		echo "The library prints the same lines."
	else
		printf 'The library prints:\n\n%s\n' "$(sed 's/^/    /' "$scratch/story.user")"
	fi
	cat <<END

With the branch in one place the group is uncharged all the same, and no page ever comes home: the pool
neither gets it back nor hears of its end.
END
}
