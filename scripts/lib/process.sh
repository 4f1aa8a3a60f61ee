# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Finding and ending the processes of one house, and nobody else's. Sourced with `data` set to the
# absolute data directory and `bin` to the folder of the programs.
# shellcheck disable=SC2154

# Start time of a process in clock ticks; nothing when there is none.
started_at()	# pid
{
	local stat words
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	read -r -a words <<<"${stat##*) }"
	# a zombie has ended
	[[ ${words[0]} != Z ]] && echo "${words[19]}"
}

# The process that hold.sh wrote down under this name, if it is still that one.
held_pid()	# name
{
	local pid started
	read -r pid started 2>/dev/null <"$data/run/$1.pid" || return 1
	[[ -n $started && $(started_at "$pid") == "$started" ]] && echo "$pid"
}

# Our own long-lived programs and jobs, with what watches them: their arguments name the data directory.
# Prints "pid name".
program_pids()
{
	local dir args i name
	for dir in /proc/[0-9]*; do
		[[ -O $dir ]] || continue
		mapfile -d '' -t args 2>/dev/null <"$dir/cmdline" || continue
		name=
		for ((i = 0; i < ${#args[@]}; i++)); do
			case ${args[i]##*/} in
			consciousness-api | consciousness-engine | consciousness-bridge | \
			consciousness-job)
				name=${args[i]##*/consciousness-} ;;
			esac
			if [[ -n $name && ${args[i]} == --data &&
			    ${args[i + 1]:-} == "$data" ]]; then
				[[ -n $(started_at "${dir#/proc/}") ]] &&
				    echo "${dir#/proc/} $name"
				break
			fi
		done
	done
}

running()	# program name
{
	program_pids | grep -q " $1\$"
}

# Ends processes with TERM and after some seconds with KILL; `list` is a command that prints "pid ..."
# lines of those that are left.
end_all()	# seconds list...
{
	local deadline=$((SECONDS + $1)) signal=TERM pids
	shift
	while pids=$("$@" | cut -d' ' -f1) && [[ -n $pids ]]; do
		# shellcheck disable=SC2086 # one word each
		[[ $signal != sent ]] && kill -s "$signal" $pids 2>/dev/null
		[[ $signal == KILL ]] || signal=sent
		if ((SECONDS >= deadline)) && [[ $signal != KILL ]]; then
			signal=KILL
		fi
		sleep 0.05
	done
}

# The held process of this name and whatever is left of its process group.
held_group()	# name
{
	local pid comm member stat words
	held_pid "$1"
	read -r pid _ 2>/dev/null <"$data/run/$1.pid" || return 0
	for member in $(pgrep -g "$pid" 2>/dev/null); do
		# after the leader's death only processes of the same program are believed
		read -r comm 2>/dev/null <"/proc/$member/comm" || continue
		[[ $comm == "$1" || $comm == consciousness* && $1 == simulator ||
		    $comm == busybox && $1 == cron || $comm == crond && $1 == cron ]] &&
		    [[ -n $(started_at "$member") ]] && echo "$member"
	done
}

end_held()	# name seconds
{
	end_all "$2" held_group "$1"
	rm -f "$data/run/$1.pid" "$data/run/$1.lock"
}
