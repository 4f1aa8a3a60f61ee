#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The layer table of the architecture as a program: which folder may include what, which file owns
# which foreign library, where SQL, sockets, time and randomness may live.
#
#	scripts/check-layers.sh [TREE]		one line per violation; exit 1 when there is any

set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tree=${1:-$here/..}
cd "$tree" || exit 2

# layer: the folders whose headers it may include
layers='
shared/base      shared/base
shared/store     shared/base shared/store
shared/domain    shared/base shared/store shared/domain
shared/adapters  shared/base shared/domain shared/adapters
cgi              shared/base shared/domain cgi
workers          shared/base shared/domain shared/adapters workers
'
# single headers beyond the table: file pattern, header
exceptions='
cgi/*                   shared/adapters/net_bell.h
cgi/*                   shared/adapters/program.h
'
# foreign header pattern: the file pairs (without .c, .h) that own it
owners='
jansson.h        shared/base/js
openssl/*        shared/base/token
argon2.h         shared/base/token
sqlite3.h        shared/store/db_sqlite
libpq-fe.h       shared/store/db_postgres
mosquitto.h      shared/adapters/net_mqtt workers/simulator_mqtt
curl/*           shared/adapters/net_client
hiredis/*        shared/adapters/net_redis
libical/*        shared/adapters/net_feed
microhttpd.h     shared/adapters/net_http
wslay/*          shared/adapters/net_ws
fcgiapp.h        cgi/main
fcgi_config.h    -
fcgi_stdio.h     -
'
# system headers that mean the network: never in these layers
socket_headers='sys/socket.h|sys/un.h|netinet/.*|arpa/inet.h|netdb.h'
socketless='shared/base shared/store shared/domain'
# the only doors to time and randomness; the bell compares the clock of the file system
time_files='shared/base/clock.c shared/base/log.c shared/adapters/net_bell.c'
random_files='shared/base/token.c'

found=0
complain()
{
	echo "$1"
	found=$((found + 1))
}

# sets layer to the folder that a file belongs to
layer_of()
{
	layer=${1%%/*}
	if [[ $layer == shared ]]; then
		layer=${1#shared/}
		layer=shared/${layer%%/*}
	fi
}

declare -A may
while read -r layer folders; do
	[[ -n $layer ]] && may[$layer]=" $folders "
done <<<"$layers"

may_include()	# layer folder
{
	[[ ${may[$1]:-} == *" $2 "* ]]
}

excepted()	# file header
{
	local pattern header
	while read -r pattern header; do
		# shellcheck disable=SC2053 # the pattern is meant as one
		[[ -n $pattern && $1 == $pattern && $2 == "$header" ]] && return 0
	done <<<"$exceptions"
	return 1
}

# A device family knows its own headers, the port, what all families share and the net_ helpers, never
# another family.
adapter_may()	# includer's stem, header's stem
{
	set -- "${1%_int}" "${2%_int}"
	case $2 in
	"$1" | adapter | adapters | channels | program | net_*) return 0 ;;
	adapter_value | adapter_topic | adapter_light | adapter_family) return 0 ;;
	esac
	[[ $1 == adapters || $1 == "$2"_* || $2 == "$1"_* ]] && return 0
	# two parts of the same family: adapter_ha_light and adapter_ha_template
	local mine=${1#adapter_} other=${2#adapter_}
	[[ $1 == adapter_*_* && ${mine%%_*} == "${other%%_*}" ]]
}

check_own()	# file line header
{
	local from to name stem layer
	layer_of "$1"
	from=$layer
	layer_of "$3"
	to=$layer
	name=${3##*/}
	stem=${1##*/}
	if ! may_include "$from" "$to" && ! excepted "$1" "$3"; then
		complain "$1:$2: $from must not include $3"
	elif [[ $name == *_int.h && $to != "$from" ]]; then
		complain "$1:$2: $3 is internal to $to"
	elif [[ $from == shared/adapters && $to == "$from" ]] &&
	    ! adapter_may "${stem%.*}" "${name%.h}"; then
		complain "$1:$2: an adapter must not include another one: $3"
	fi
	[[ -e $3 ]] || complain "$1:$2: there is no $3 (write includes from the top of the tree)"
}

check_foreign()	# file line header
{
	local pattern own o layer
	while read -r pattern own; do
		# shellcheck disable=SC2053
		[[ -n $pattern && $3 == $pattern ]] || continue
		for o in $own; do
			[[ ${1%.*} == "$o" ]] && return
		done
		[[ $own == - ]] && own='nobody'
		complain "$1:$2: <$3> belongs to $own"
		return
	done <<<"$owners"
	if [[ $3 =~ ^($socket_headers)$ ]]; then
		for layer in $socketless; do
			[[ $1 == "$layer"/* ]] &&
			    complain "$1:$2: <$3>: $layer knows no sockets"
		done
	fi
}

files=$(find shared cgi workers -name '*.[ch]' 2>/dev/null | LC_ALL=C sort)

while IFS=: read -r file line text; do
	[[ -n $file ]] || continue
	if [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\"([^\"]*)\" ]]; then
		check_own "$file" "$line" "${BASH_REMATCH[1]}"
	elif [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\<([^\>]*)\> ]]; then
		check_foreign "$file" "$line" "${BASH_REMATCH[1]}"
	fi
done < <([[ -n $files ]] &&
    xargs grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null <<<"$files")

# Prints FILE:LINE:TEXT of every code line (no comments) that matches the regular expression.
code_lines()	# regexp, keep strings (1) or blank them (0)
{
	# shellcheck disable=SC2086 # a list of paths without blanks
	[[ -n $files ]] && LC_ALL=C awk -v re="$1" -v keep="$2" -f "$here/lib/decomment.awk" \
	    -f "$here/lib/grep.awk" $files
}

statements='SELECT [^"]|INSERT (OR [A-Z]+ )?INTO |UPDATE [a-z_]+ SET |DELETE FROM |ALTER TABLE '
statements+='|CREATE (TABLE|INDEX|TRIGGER|VIEW|UNIQUE) |DROP (TABLE|INDEX) |PRAGMA |BEGIN IMMEDIATE'
statements+='|WITH [a-z_]+ AS'
sql="\"[[:space:]]*($statements)"
while IFS=: read -r file line text; do
	[[ -n $file ]] || continue
	case $file in
	shared/store/*) ;;
	*) complain "$file:$line: SQL belongs to shared/store:$text" ;;
	esac
done < <(code_lines "$sql" 1)

doors()	# regexp allowed-files what
{
	while IFS=: read -r file line text; do
		[[ -z $file || " $2 " == *" $file "* ]] && continue
		complain "$file:$line: $3:$text"
	done < <(code_lines "$1" 0)
}
start='(^|[^_[:alnum:]>.])'
doors "$start(time|gettimeofday|clock_gettime|timespec_get)[[:space:]]*[(]" \
    "$time_files" 'time is reached through clock_ only'
random='rand|srand|random|srandom|drand48|arc4random[a-z_]*|getrandom|getentropy'
doors "$start($random)[[:space:]]*[(]" \
    "$random_files" 'randomness is reached through token_ only'

if [[ $found -gt 0 ]]; then
	echo "check-layers: $found violation(s)"
	exit 1
fi
