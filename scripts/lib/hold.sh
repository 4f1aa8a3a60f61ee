#!/bin/sh
# SPDX-License-Identifier: ISC
#
# hold.sh RUN NAME COMMAND...: runs the command while it holds RUN/NAME.lock, exits at once when
# somebody does. RUN/NAME.pid says which process it is: its id and its start time in clock ticks, so
# that nobody mistakes a later process of the same id for it.

run=$1 name=$2
shift 2
exec 9>>"$run/$name.lock" || exit 1
flock -n 9 || exit 0
started=$(awk '{ sub(/.*\) /, ""); print $20 }' "/proc/$$/stat") || exit 1
echo "$$ $started" >"$run/$name.pid"
exec "$@"
