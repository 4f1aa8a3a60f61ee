# SPDX-License-Identifier: ISC
#
# scripts/run: it starts a house, says where, keeps it alive, and ends exactly what it started.

. "$SRC_DIR/tests/lib/house.sh"
run=$SRC_DIR/scripts/run

# everything of the house in this directory that still runs: what names the directory in its arguments
left()
{
	pgrep -f -a -r D,R,S,T "[ =:]$PWD/$1(/| |\$)" | grep -v -e pgrep -e run_test
}

healthy()
{
	[ "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$URL/health")" = 200 ]
}

atf_test_case start__says_where_and_how cleanup
start__says_where_and_how_body()
{
	start_house
	grep -q "^House Consciousness: $URL/\$" house.out || fail "$(cat house.out)"
	grep -q "^Set it up once: $URL/setup#code=[A-Z0-9-]*\$" house.out || fail "$(cat house.out)"
	healthy || fail "not healthy"
	curl -s "$URL/" | grep -q '<script' || fail "no dashboard"

	# a second start changes nothing
	# cron's of a full minute looks for a place for two seconds: it is the youngest
	before=$(program_pid engine | head -n 2)
	"$run" --no-install --detach --data house >again 2>&1 || fail "$(cat again)"
	grep -q 'already running' again || fail "$(cat again)"
	[ "$(program_pid engine | head -n 2)" = "$before" ] || fail "the second start started something"
	atf_check -s exit:1 -e match:'already runs on port' \
	    "$run" --no-install --detach --data house --port "$(free_port)"

	stop_house
	left house && fail "left after --stop"
	can_connect "$house_port" && fail "something still listens"
	return 0
}
start__says_where_and_how_cleanup()
{
	stop_all
}

atf_test_case start__keeps_what_was_there cleanup
start__keeps_what_was_there_body()
{
	mkdir house
	echo 'RAW_HISTORY_DAYS=7' >house/consciousness.conf
	start_house
	port_before=$(broker_port)
	mqtt_pub kept/topic value -r -q 1
	api_ok GET /api/v1/devices >/dev/null
	stop_house
	start_house
	[ "$(broker_port)" = "$port_before" ] || fail "another broker port"
	[ "$(mqtt_sub kept/topic -C 1 -W 5)" = value ] || fail "the broker forgot"
	[ "$(grep -c MQTT_URL house/consciousness.conf)" -eq 1 ] || fail "written twice"
	grep -q '^RAW_HISTORY_DAYS=7$' house/consciousness.conf || fail "own line lost"
}
start__keeps_what_was_there_cleanup()
{
	stop_all
}

atf_test_case start__with_the_broker_of_the_user cleanup
start__with_the_broker_of_the_user_body()
{
	start_broker
	given=$MQTT_URL
	unset MQTT_URL
	start_house --mqtt "$given"
	[ "$MQTT_URL" = "$given" ] || fail "$MQTT_URL"
	[ ! -e house/run/mosquitto.pid ] || fail "a broker of its own"
	connected()
	{
		curl -s "$URL/health/detailed" | jq -e '.components.mqtt.connected' >/dev/null
	}
	wait_for connected || fail "not connected: $(curl -s "$URL/health/detailed")"
	stop_house
	can_connect "$broker" || fail "ended the user's broker"

	# the next start remembers it, and can be told otherwise
	start_house
	[ "$MQTT_URL" = "$given" ] || fail "forgotten: $MQTT_URL"
	stop_house
	start_house --mqtt none
	[ "$MQTT_URL" != "$given" ] || fail "not private: $MQTT_URL"
	grep -q 'does not answer' house.out && fail "its own broker: $(cat house.out)"
	stop_house

	# one that is not there is no reason not to start, but is said
	start_house --mqtt "mqtt://127.0.0.1:$(free_port)"
	grep -q 'does not answer' house.out || fail "nothing said: $(cat house.out)"
}
start__with_the_broker_of_the_user_cleanup()
{
	stop_all
}

atf_test_case stop__ends_only_its_own cleanup
stop__ends_only_its_own_body()
{
	other_port=$(free_port)
	"$run" --no-install --detach --no-demo --port "$other_port" --data other >other.out 2>&1 ||
	    atf_fail "$(cat other.out)"
	start_house --demo
	[ -e house/run/simulator.pid ] || fail "no demo"
	stop_house
	left house && fail "left after --stop"
	URL=http://127.0.0.1:$other_port
	healthy || atf_fail "the other house is gone"
	left other | grep -q mosquitto || atf_fail "its broker is gone"
	atf_check -o inline:'stopped\n' "$run" --stop --data other
	left other && atf_fail "left after --stop"
	atf_check -o inline:'not running\n' "$run" --stop --data other
}
stop__ends_only_its_own_cleanup()
{
	stop_all
	"$run" --stop --data other
}

atf_test_case demo__has_devices_and_automations cleanup
demo__has_devices_and_automations_body()
{
	start_house --demo
	devices()
	{
		[ "$(api GET '/api/v1/devices?limit=100' | jq '.devices | length')" -ge 15 ]
	}
	wait_for devices || fail "devices: $(cat body)"
	[ "$(api_ok GET /api/v1/automations | jq '.automations | length')" -eq 2 ] ||
	    fail "automations: $(cat body)"
}
demo__has_devices_and_automations_cleanup()
{
	stop_all
}

atf_test_case port__in_use cleanup
port__in_use_body()
{
	start_broker
	atf_check -s exit:1 -e match:"port $broker is in use" \
	    "$run" --no-install --detach --data house --port "$broker"
	left house && atf_fail "left after a failure"
	return 0
}
port__in_use_cleanup()
{
	stop_all
}

atf_test_case package__missing
package__missing_body()
{
	mkdir tree
	cp -R "$SRC_DIR/scripts" tree/
	printf '[runtime]\nno-such-package-here\n' >>tree/scripts/packages.txt
	atf_check -s exit:1 -e match:'missing Debian packages: no-such-package-here' \
	    tree/scripts/run --no-install --detach --data house
}

atf_test_case option__bad
option__bad_body()
{
	atf_check -s exit:1 -e match:'unknown option --colour' "$run" --colour
	atf_check -s exit:1 -e match:'not a port number' "$run" --port 80x --data house
	atf_check -s exit:1 -e match:'--data needs a value' "$run" --data
	atf_check -s exit:1 -e match:'no such directory' "$run" --stop --data nowhere
	atf_check -s exit:0 -o match:'--no-demo' "$run" --help
}

atf_test_case failure__names_the_reason cleanup
failure__names_the_reason_body()
{
	mkdir -p build/bin
	for f in "$BUILD_DIR"/bin/*; do
		ln -s "$f" build/bin/
	done
	ln -s "$BUILD_DIR/www" build/www
	rm build/bin/consciousness-api
	printf '#!/bin/sh\necho out of order >&2\nexit 1\n' >build/bin/consciousness-api
	chmod +x build/bin/consciousness-api
	BUILD_DIR=$PWD/build "$run" --no-install --detach --no-demo --data house \
	    --port "$(free_port)" >out 2>&1 && atf_fail "started: $(cat out)"
	grep -q 'api does not run' out || atf_fail "$(cat out)"
	grep -q 'out of order' out || atf_fail "$(cat out)"
	left house && atf_fail "left after a failure"
	return 0
}
failure__names_the_reason_cleanup()
{
	stop_all
}

atf_test_case foreground__ends_with_ctrl_c cleanup
foreground__ends_with_ctrl_c_body()
{
	start foreground env --default-signal=INT "$run" --no-install --no-demo --data house \
	    --port "$(free_port)"
	wait_for grep -q 'Ctrl-C stops it' foreground.out || fail "$(cat foreground.out)"
	left house | grep -q engine || fail "no engine"
	read -r pid <foreground.pid
	kill -s INT "$pid"
	ended()
	{
		! pgrep -r D,R,S,T -s "$pid" >/dev/null
	}
	wait_for ended || fail "still there"
	left house && fail "left after Ctrl-C"
	return 0
}
foreground__ends_with_ctrl_c_cleanup()
{
	stop_all
}

atf_test_case cron__revives_everything cleanup
cron__revives_everything_head()
{
	# without root the person's own crontab is used, and the machine's cron
	atf_set require.user root
	atf_set timeout 200
}
cron__revives_everything_body()
{
	export WAIT=100
	start_house
	for name in nginx mosquitto; do
		read -r pid _ <"house/run/$name.pid"
		echo "$pid"
	done >victims
	for name in api engine bridge; do
		program_pid "$name"
	done >>victims
	[ "$(wc -l <victims)" -ge 7 ] || fail "not everything runs: $(cat victims)"
	xargs kill -9 <victims
	back()
	{
		for name in nginx mosquitto; do
			read -r pid _ <"house/run/$name.pid"
			grep -qx "$pid" victims && return 1
		done
		for name in api engine bridge; do
			[ -n "$(program_pid "$name")" ] || return 1
		done
		healthy
	}
	wait_for back || fail "not revived: $(left house)"
	api_ok GET /api/v1/devices >/dev/null
}
cron__revives_everything_cleanup()
{
	stop_all
}

atf_test_case crontab__of_a_person_is_restored
crontab__of_a_person_is_restored_body()
{
	mkdir -p path data/run/cron
	cat >path/crontab <<-END
		#!/bin/sh
		case \$1 in
		-l) cat "$PWD/table" 2>/dev/null || exit 1 ;;
		-r) rm -f "$PWD/table" ;;
		-) cat >"$PWD/table" ;;
		esac
	END
	chmod +x path/crontab
	export PATH="$PWD/path:$PATH" data="$PWD/data"
	echo '* * * * * ours 100%' >data/run/cron/root
	edit()
	{
		bash -c '. "$SRC_DIR/scripts/lib/house.sh"; edit_crontab "$@"' _ "$1"
	}
	edit with_us
	atf_check -o inline:'* * * * * ours 100\\%\n' grep ours table
	edit without_us
	[ ! -e table ] || atf_fail "an empty table is left"

	printf '# mine\n7 7 * * * mine\n' >table
	cp table before
	edit with_us
	edit with_us
	atf_check -o inline:'1\n' grep -c ours table
	edit without_us
	atf_check diff before table
}

atf_test_case port__not_its_own
port__not_its_own_head()
{
	atf_set "descr" "the broker gets another port than the house, which nobody listens on yet"
}
port__not_its_own_body()
{
	bash -c '. "$SRC_DIR/scripts/lib/house.sh"; RANDOM=7; free_port >first; RANDOM=7; port=$(cat first); free_port >second'
	[ -s first ] || fail "no port"
	[ "$(cat first)" != "$(cat second)" ] || fail "the same port: $(cat first)"
}

atf_init_test_cases()
{
	atf_add_test_case port__not_its_own
	atf_add_test_case start__says_where_and_how
	atf_add_test_case start__keeps_what_was_there
	atf_add_test_case start__with_the_broker_of_the_user
	atf_add_test_case stop__ends_only_its_own
	atf_add_test_case demo__has_devices_and_automations
	atf_add_test_case port__in_use
	atf_add_test_case package__missing
	atf_add_test_case option__bad
	atf_add_test_case failure__names_the_reason
	atf_add_test_case foreground__ends_with_ctrl_c
	atf_add_test_case cron__revives_everything
	atf_add_test_case crontab__of_a_person_is_restored
}
