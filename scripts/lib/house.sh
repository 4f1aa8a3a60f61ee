# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The private house of scripts/run: its files below the data directory, its start and its stop. Sourced
# after common.sh and process.sh, with root, data, bin, www, port, demo and mqtt set.
# shellcheck disable=SC2154

run_conf_begin='# >>> scripts/run writes these lines at every start'
run_conf_end='# <<< end of what scripts/run writes'

can_connect()	# port
{
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A port of the loopback nobody listens on, below those the kernel gives out by itself. Not $port either, that of the
# house: nobody may listen on it yet.
free_port()
{
	local p
	while :; do
		p=$((RANDOM % 16000 + 16000))
		[[ $p == "${port:-}" ]] || can_connect "$p" || break
	done
	echo "$p"
}

# What a house remembers from start to start: KEY=value lines in run.state.
recall()	# key
{
	sed -n "s/^$1=//p" "$data/run.state" 2>/dev/null | tail -n 1
}

remember()	# key value
{
	local others
	others=$(grep -v "^$1=" "$data/run.state" 2>/dev/null)
	(umask 077 && printf '%s\n' ${others:+"$others"} "$1=$2" >"$data/run.state.tmp") &&
	    mv "$data/run.state.tmp" "$data/run.state"
}

# The configuration without our block.
own_conf()
{
	[[ -e $data/consciousness.conf ]] || return 0
	awk -v begin="$run_conf_begin" -v end="$run_conf_end" '
	    $0 == begin { ours = 1 }
	    !ours { print }
	    $0 == end { ours = 0 }' "$data/consciousness.conf"
}

conf_value()	# key; of the person's own lines
{
	own_conf | sed -n "s/^$1=//p" | tail -n 1
}

write_conf()
{
	local own
	own=$(own_conf)
	(umask 077 && {
		[[ -n $own ]] && printf '%s\n' "$own"
		if [[ -z $(conf_value MQTT_URL) ]]; then
			echo "$run_conf_begin"
			echo "MQTT_URL=$mqtt"
			echo "$run_conf_end"
		fi
	} >"$data/consciousness.conf.tmp")
	mv "$data/consciousness.conf.tmp" "$data/consciousness.conf"
}

# Which broker: the one that is named now, or in the configuration, or was named at an earlier start; or
# a private one.
choose_broker()	# the --mqtt option or nothing
{
	local own
	own=$(conf_value MQTT_URL)
	private_broker=no
	mqtt=${1:-${MQTT_URL:-${own:-$(recall MQTT_GIVEN)}}}
	[[ $1 == none ]] && mqtt=
	remember MQTT_GIVEN "$mqtt"
	[[ -n $own && -n $mqtt && $mqtt != "$own" ]] &&
	    die "$data/consciousness.conf says MQTT_URL=$own: change it there"
	if [[ -n $mqtt ]]; then
		# it becomes a word of a command line in the crontab
		[[ $mqtt =~ ^mqtts?://[A-Za-z0-9._~:/@%+=,-]+$ ]] ||
		    die "$mqtt: not a URL like mqtt://user:password@host:1883"
		return
	fi
	private_broker=yes
	broker_port=$(recall MQTT_PORT)
	if [[ -z $broker_port ]] || can_connect "$broker_port"; then
		broker_port=$(free_port)
		remember MQTT_PORT "$broker_port"
	fi
	mqtt=mqtt://127.0.0.1:$broker_port
}

write_mosquitto_conf()
{
	local user=
	[[ $(id -u) -eq 0 ]] && user='user root'
	sed -e "s|@DATA@|$data|g" -e "s|@PORT@|$broker_port|g" -e "s|@USER@|$user|g" \
	    "$root/scripts/lib/mosquitto.conf.in" >"$data/run/mosquitto.conf"
}

# nginx has one file per connection and side: as many as we may open, at most what 5,000 WebSockets need.
write_nginx_conf()
{
	local user='' files trusted
	[[ $(id -u) -eq 0 ]] && user='user root;'
	files=$(ulimit -Hn)
	[[ $files == unlimited || $files -gt 26000 ]] && files=26000
	trusted=$(conf_value TRUSTED_NETWORKS)
	trusted=${TRUSTED_NETWORKS:-${trusted:-127.0.0.0/8,::1}}
	trusted=$(sed 's/[[:space:],]\{1,\}/ 1; /g; s/$/ 1;/' <<<"$trusted")
	sed -e "s|@DATA@|$data|g" -e "s|@PORT@|$port|g" -e "s|@USER@|$user|g" \
	    -e "s|@WWW@|$www|g" -e "s|@FILES@|$files|g" \
	    -e "s|@CONNECTIONS@|$((files < 13000 ? files - 100 : 12000))|g" \
	    -e "s|@TRUSTED@|$trusted|g" "$root/nginx/run.conf.in" >"$data/run/nginx.conf"
	ln -sfn "$root/nginx/include" "$data/run/consciousness"
}

hold()	# name command...: the line that keeps it alive, for cron and for now
{
	local name=$1
	shift
	echo "setsid -f $root/scripts/lib/hold.sh $data/run $name $* >>$data/log/$name.log 2>&1"
}

# The commands of the long-lived programs that are not ours.
foreign_commands()
{
	if [[ $private_broker == yes ]]; then
		hold mosquitto "$(PATH=$PATH:/usr/sbin command -v mosquitto)" \
		    -c "$data/run/mosquitto.conf"
	fi
	hold nginx "$(PATH=$PATH:/usr/sbin command -v nginx)" -p "$data" \
	    -c "$data/run/nginx.conf" -e "$data/log/nginx.log"
	# SIMULATOR_OPTIONS: more of them, as the tests want it where people and a cat would be in the way
	[[ $demo == yes ]] &&
	    hold simulator "$bin/consciousness-simulator" --mqtt "$mqtt" ${SIMULATOR_OPTIONS:+"$SIMULATOR_OPTIONS"}
	return 0
}

product_table()
{
	sed -f "$root/scripts/lib/crontab.sed" -e "s|\$BIN|$bin|g" -e "s|\$DATA|$data|g" \
	    -e "s|\$LOG|$data/log|g" "$root/cron/consciousness.crontab"
}

write_table()
{
	mkdir -p "$data/run/cron"
	{
		product_table
		foreign_commands | sed 's/^/* * * * * /'
	} >"$data/run/cron/root"
}

# Starts now what cron keeps alive: every line that detaches itself, in the order given by the names.
start_lines()	# regexp
{
	local line
	grep -E "$1" "$data/run/cron/root" | sed 's/^\([^ ]* \)\{5\}//' |
	    while read -r line; do
		case $line in
		'setsid -f '*) (cd "$data" && sh -c "$line" </dev/null) ;;
		esac
	done
}

crontab_mark()	# begin or end
{
	echo "# consciousness $data $1"
}

# Changes the person's crontab through a filter, one at a time.
edit_crontab()	# filter command...
{
	local table
	(
		flock 8
		table=$(crontab -l 2>/dev/null | "$@")
		if [[ -n $table ]]; then
			crontab - <<<"$table"
		else
			crontab -r 2>/dev/null
		fi
	) 8<"$HOME"
}

without_us()
{
	awk -v begin="$(crontab_mark begin)" -v end="$(crontab_mark end)" '
	    $0 == begin { ours = 1 }
	    !ours { print }
	    $0 == end { ours = 0 }'
}

with_us()
{
	without_us
	crontab_mark begin
	# a percent sign ends the command there
	sed 's/%/\\%/g' "$data/run/cron/root"
	crontab_mark end
}

start_cron()
{
	if [[ $(id -u) -eq 0 ]]; then
		(cd "$data" && sh -c "$(hold cron busybox crond -f -l 9 \
		    -L "$data/log/crond.log" -c "$data/run/cron")" </dev/null)
		return
	fi
	if ! command -v crontab >/dev/null; then
		warn "no crontab: what dies stays dead"
		return
	fi
	remember CRONTAB yes
	edit_crontab with_us || die "cannot change your crontab"
	pgrep -x cron >/dev/null || pgrep -x crond >/dev/null ||
	    warn "no cron daemon is running: what dies stays dead until one does"
}

stop_cron()
{
	end_held cron 5
	if [[ $(recall CRONTAB) == yes ]]; then
		edit_crontab without_us
		remember CRONTAB no
	fi
}

start_house()
{
	mkdir -p "$data"/{run/tmp,run/cron,log,mosquitto} || die "cannot write to $data"
	chmod 750 "$data"
	write_conf
	write_nginx_conf
	[[ $private_broker == yes ]] && write_mosquitto_conf
	write_table
	remember PORT "$port"
	remember DEMO "$demo"
	touch "$data/run/started"
	if [[ $private_broker == yes ]]; then
		start_lines ' mosquitto '
		wait_until 10 can_connect "$broker_port" || house_failed mosquitto
	fi
	start_lines 'consciousness-(api|bridge|engine)|hold.sh [^ ]* nginx '
	# the second engine is the standby: one is ready from the first second on
	start_lines consciousness-engine
	start_lines ' simulator '
	start_cron
}

stop_house()
{
	stop_cron
	end_all 15 program_pids
	end_held nginx 5
	end_held simulator 5
	end_held mosquitto 10
	rm -f "$data/run/started" "$data/run/"*.sock
}

wait_until()	# seconds command...
{
	local deadline=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < deadline)) || return 1
		sleep 0.1
	done
}

# The answer of /health, or nothing.
healthy()
{
	[[ $(curl -s -o "$data/run/health.json" -m 5 -w '%{http_code}' \
	    "http://127.0.0.1:$port/health") == 200 ]]
}

# The automations of the demo house, once: a person may change or delete them afterwards.
add_demo_automations()
{
	local token item
	[[ $(recall DEMO_AUTOMATIONS) == yes ]] && return
	token=$("$bin/consciousness" --data "$data" token create --name demo-setup --expires 10m) ||
	    return 1
	for item in "$root"/scripts/demo/*.json; do
		wait_until 20 demo_automation "$token" "$item" || {
			warn "${item##*/} was not accepted: $(head -c 300 "$data/run/demo.json")"
			return 1
		}
	done
	remember DEMO_AUTOMATIONS yes
	"$bin/consciousness" --data "$data" token revoke demo-setup >/dev/null
}

demo_automation()	# token file
{
	[[ $(curl -s -m 5 -o "$data/run/demo.json" -w '%{http_code}' -X POST \
	    -H "Authorization: Bearer $1" -H 'Content-Type: application/json' \
	    --data-binary "@$2" "http://127.0.0.1:$port/api/v1/automations") == 201 ]]
}

# Waits for /health and every program; fails early when something has been gone for some seconds.
wait_healthy()	# seconds
{
	local deadline=$((SECONDS + $1)) gone=0 missing
	while :; do
		mapfile -t missing < <(missing_programs)
		if [[ ${#missing[@]} -gt 0 ]]; then
			((++gone > 25)) && return 1
		else
			healthy && return 0
			gone=0
		fi
		((SECONDS < deadline)) || return 1
		sleep 0.2
	done
}

# Says why the house does not run, with the end of the log of what is missing.
explain_failure()	# name ...
{
	local name
	warn "the house did not come up"
	[[ -s $data/run/health.json ]] && warn "/health says: $(head -c 500 "$data/run/health.json")"
	for name in "$@"; do
		warn "$name does not run; the end of $data/log/$name.log:"
		tail -n 15 "$data/log/$name.log" >&2
	done
}

house_failed()	# name ...
{
	explain_failure "$@"
	stop_house
	exit 1
}

# The names of those that should run and do not.
missing_programs()
{
	local name
	for name in api bridge engine; do
		running "$name" || echo "$name"
	done
	for name in nginx mosquitto simulator cron; do
		[[ $name == mosquitto && $private_broker == no ]] && continue
		[[ $name == simulator && $demo != yes ]] && continue
		[[ $name == cron && $(id -u) -ne 0 ]] && continue
		held_pid "$name" >/dev/null || echo "$name"
	done
}
