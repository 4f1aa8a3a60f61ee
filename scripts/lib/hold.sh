#!/bin/sh
# SPDX-License-Identifier: ISC
#
# hold.sh RUN NAME COMMAND...: runs the command while it holds RUN/NAME.lock, exits at once when
# somebody does. RUN/NAME.pid says which process it is: its id and its start time in clock ticks, so
# that nobody mistakes a later process of the same id for it. Start it with setsid: where the process
# itself has died, the children it left behind (the workers of nginx) are ended first.

run=$1 name=$2
shift 2

# start time of a process, nothing when it has ended
started_at()	# pid
{
	awk '{ sub(/.*\) /, ""); if ($1 != "Z") print $20 }' "/proc/$1/stat" 2>/dev/null
}

exec 9>>"$run/$name.lock" || exit 1
if ! flock -n 9; then
	read -r pid started <"$run/$name.pid" || exit 0
	[ "$(started_at "$pid")" = "$started" ] && exit 0
	# the children hold the lock, so their group exists and its number is nobody else's
	kill -s TERM -- "-$pid" 2>/dev/null
	flock -w 10 9 || exit 0
fi
echo "$$ $(started_at $$)" >"$run/$name.pid"
exec "$@"
