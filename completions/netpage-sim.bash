# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for netpage-sim. What there is to complete, the program itself
# knows: its --help names commands and options, its list the schemes and drivers.

# Names below a heading of "netpage-sim list".
_netpage_sim_list()
{
	"$1" list 2>/dev/null | awk -v heading="$2:" '
		/^[^ ]/ { wanted = $0 == heading }
		wanted && /^  [^ ]/ { print $1 }'
}

_netpage_sim_files()
{
	compgen -f -X "!*.$1" -- "$2"
	compgen -d -S / -- "$2"
}

_netpage_sim()
{
	local program=$1 word=$2 previous=$3 command=${COMP_WORDS[1]} words=

	compopt -o nospace
	if ((COMP_CWORD == 1)); then
		words="--help --version $("$program" --help 2>/dev/null | awk '/^  [a-z]+  /{ print $1 }')"
	elif [[ $previous == --scheme ]]; then
		mapfile -t COMPREPLY < <(_netpage_sim_files so "$word")
		words=$(_netpage_sim_list "$program" Schemes)
	elif [[ $previous == --driver ]]; then
		words=$(_netpage_sim_list "$program" Drivers)
	elif [[ $previous == --pcap ]]; then
		mapfile -t COMPREPLY < <(_netpage_sim_files 'pcap*' "$word")
		return
	elif [[ $word == -* ]]; then
		words="--help $("$program" "$command" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]+')"
	elif [[ $command == help ]]; then
		words=$("$program" help 2>/dev/null | grep '^ ')
	else
		mapfile -t COMPREPLY < <(_netpage_sim_files npt "$word")
		return
	fi
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$word" | sort -u | sed 's/$/ /')
}

complete -F _netpage_sim netpage-sim
