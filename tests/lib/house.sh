# shellcheck shell=sh
# SPDX-License-Identifier: ISC
#
# For black-box tests (atf-sh): a house, a broker, single programs, all in the case's own directory and
# on free ports. Everything started here is written down in files, so that the cleanup part of a case,
# which is another process, finds it: every case that starts something says `stop_all` there.
#
#	start_house [option...]		scripts/run --detach --no-demo; sets TOKEN and URL
#	stop_house			ends it
#	api METHOD PATH [JSON]		prints the body; the status is in the file `status`
#	api_ok METHOD PATH [JSON]	the same, and the case fails unless the status is 2xx
#	wait_for COMMAND...		until it succeeds, 20 seconds at most ($WAIT)
#	mqtt_pub TOPIC PAYLOAD [option...]	at the broker of the house or of start_broker
#	mqtt_sub TOPIC [option...]
#	start_broker			a mosquitto alone; sets MQTT_URL
#	start NAME COMMAND...		in the background, output in NAME.out; its id in NAME.pid
#	program_pid NAME		the process of the house that is consciousness-NAME, oldest first
#	end_cron			nobody starts an engine or a job any more
#	kill_engine			and nobody starts another one: the house's cron ends first
#	end_engines			the same in order: they are gone then
#	start_engine			one more engine for the house
#	engine_is_active		the one that was started last, for wait_for
#	stop_all			everything of this case
#	sqlite3 ...			which waits for who writes just now
# shellcheck disable=SC2154

bin=$BUILD_DIR/bin
WAIT=${WAIT:-20}

sqlite3()
{
	command sqlite3 -cmd '.timeout 20000' "$@"
}

# fail TEXT...: ends the case with the end of the house's logs
fail()
{
	if [ -d house/log ]; then
		tail -n 20 house/log/*.log >&2
	fi
	atf_fail "$*"
}


free_port()
{
	# dash has no /dev/tcp
	bash -c '. "$SRC_DIR/scripts/lib/house.sh"; free_port'
}

wait_for()
{
	wait_end=$(($(date +%s) + WAIT))
	until "$@"; do
		[ "$(date +%s)" -lt "$wait_end" ] || return 1
		sleep 0.05
	done
}

start_house()
{
	house_port=$(free_port)
	URL=http://127.0.0.1:$house_port
	echo "$URL" >house.url
	"$SRC_DIR/scripts/run" --no-install --detach --no-demo --port "$house_port" \
	    --data "$PWD/house" "$@" >house.out 2>&1 || {
		cat house.out >&2
		fail "the house did not start"
	}
	TOKEN=$("$bin/consciousness" --data house token create --name test) ||
	    fail "no token"
	MQTT_URL=$(sed -n 's/^MQTT_URL=//p' house/consciousness.conf | tail -n 1)
}

stop_house()
{
	[ -d house ] || return 0
	"$SRC_DIR/scripts/run" --stop --data "$PWD/house" >/dev/null
}

api()
{
	if [ $# -ge 3 ]; then
		curl -s -m 30 -o body -w '%{http_code}' -X "$1" -H "Authorization: Bearer $TOKEN" \
		    -H 'Content-Type: application/json' --data-binary "$3" "$URL$2" >status
	else
		curl -s -m 30 -o body -w '%{http_code}' -X "$1" -H "Authorization: Bearer $TOKEN" \
		    "$URL$2" >status
	fi || : >body
	cat body
}

api_ok()
{
	api "$@"
	case $(cat status) in
	2*) ;;
	*) fail "$1 $2: status $(cat status): $(cat body)" ;;
	esac
}

# the port of MQTT_URL
broker_port()
{
	echo "${MQTT_URL##*:}"
}

mqtt_pub()
{
	topic=$1 payload=$2
	shift 2
	mosquitto_pub -h 127.0.0.1 -p "$(broker_port)" -t "$topic" -m "$payload" "$@"
}

mqtt_sub()
{
	topic=$1
	shift
	mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -t "$topic" "$@"
}

start()
{
	start_name=$1
	shift
	setsid "$@" >"$start_name.out" 2>&1 </dev/null &
	echo $! >"$start_name.pid"
}

can_connect()
{
	bash -c '. "$SRC_DIR/scripts/lib/house.sh"; can_connect "$1"' _ "$1"
}

start_broker()
{
	broker=$(free_port)
	mkdir -p broker
	sed -e "s|@PORT@|$broker|; s|@DATA@/mosquitto|$PWD/broker|" \
	    -e "s|@USER@|$([ "$(id -u)" -eq 0 ] && echo user root)|" \
	    "$SRC_DIR/scripts/lib/mosquitto.conf.in" >broker.conf
	start broker mosquitto -c "$PWD/broker.conf"
	wait_for can_connect "$broker" || fail "no broker: $(cat broker.out)"
	MQTT_URL=mqtt://127.0.0.1:$broker
	export MQTT_URL
}

program_pid()
{
	data=$PWD/house bash -c '. "$SRC_DIR/scripts/lib/process.sh"; program_pids' |
	    sed -n "s/ $1\$//p" | sort -n
}

# the shells that cron started have started their programs
cron_is_done()	# pid of cron
{
	for shell in $(pgrep -r D,R,S -P "$1"); do
		pgrep -P "$shell" >/dev/null || ! pgrep -r D,R,S -P "$1" | grep -qx "$shell" || return 1
	done
}

end_cron()
{
	cron=$(data=$PWD/house bash -c '. "$SRC_DIR/scripts/lib/process.sh"; held_pid cron')
	[ -n "$cron" ] || return 0
	# in the first moment of a minute a program may be on its way, which nobody finds yet
	kill -STOP "$cron"
	wait_for cron_is_done "$cron"
	kill "$cron"
	kill -CONT "$cron"
}

kill_engine()
{
	end_cron
	# shellcheck disable=SC2046
	set -- $(program_pid engine)
	while [ $# -gt 0 ]; do
		# all at the same moment: one that waits would take over from one that died before it
		kill -STOP "$@"
		kill -9 "$@"
		# shellcheck disable=SC2046
		set -- $(program_pid engine)
	done 2>/dev/null
}

engines_gone()
{
	[ -z "$(program_pid engine)" ]
}

end_engines()
{
	end_cron
	# shellcheck disable=SC2046
	kill -TERM $(program_pid engine)
	wait_for engines_gone || fail "engines do not end"
}

start_engine()
{
	setsid "$bin/consciousness-engine" --data "$PWD/house" >>house/log/engine.log 2>&1 &
	engine=$!
}

engine_is_active()
{
	grep -q "pid=$engine .*msg=\"active with" house/log/engine.log
}

stop_all()
{
	stop_house
	for f in *.pid; do
		[ -e "$f" ] || continue
		read -r pid <"$f"
		# its session: what it started as well
		kill -- "-$pid" 2>/dev/null
	done
	for f in *.pid; do
		[ -e "$f" ] || continue
		read -r pid <"$f"
		i=0
		# one that has ended and waits to be noticed is no longer running
		while pgrep -r D,R,S,T -g "$pid" >/dev/null && [ $i -lt 100 ]; do
			i=$((i + 1))
			sleep 0.05
		done
		kill -9 -- "-$pid" 2>/dev/null
		rm -f "$f"
	done
	return 0
}
