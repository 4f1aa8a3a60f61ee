# SPDX-License-Identifier: ISC
#
# Rules that set off each other: the storm ends, the log says who it was, and others do not wait.

. "$SRC_DIR/tests/lib/house.sh"

announce()	# name
{
	mqtt_pub "homeassistant/switch/$1/config" '{"name":"'"$1"'","unique_id":"'"$1"'",
	    "command_topic":"'"$1"'/set","state_topic":"'"$1"'"}' -r -q 1
	mqtt_pub "$1" OFF -r -q 1
}

state()	# entity state
{
	api GET "/api/v1/entities/$1" | jq -e ".state == \"$2\""
}

known()	# entity
{
	api GET "/api/v1/entities/$1" | jq -e .available
}

rule()	# name entity to service
{
	api_ok POST /api/v1/automations '{"name":"'"$1"'","mode":"parallel","triggers":[{"trigger":"state",
	    "entity_id":"'"$2"'","to":"'"$3"'"}],"actions":[{"action":"switch.'"$4"'","target":{"entity_id":"'"$2"'"}}]}' >rule.json
}

stopped()
{
	api GET '/api/v1/events?kind=loop&order=newest' | jq -e '.events[0]' >loop.json
}

# the device does at once what it is told, and says so
obey()	# name
{
	start "$1" sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t $1/set | while read -r p; do
	    mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t $1 -m \"\$p\" -r; done"
}

atf_test_case loop__ends_and_is_told cleanup
loop__ends_and_is_told_body()
{
	start_house
	announce lamp
	announce fan
	obey lamp
	wait_for state switch.lamp off || fail "no lamp: $(cat body)"
	wait_for state switch.fan off || fail "no fan: $(cat body)"
	rule on switch.lamp on turn_off
	rule off switch.lamp off turn_on
	jq -e '.conflicts | length > 0' rule.json || fail "nobody said so before: $(cat rule.json)"
	rule fan switch.fan on turn_off
	start ears sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t fan/set >told"
	mqtt_pub lamp ON -r -q 1
	wait_for stopped || fail "the loop goes on: $(cat body)"
	atf_check -o inline:'automation.on automation:off automation:on switch.lamp\n' jq -r \
	    '"\(.subject) \(.data.rules | sort | join(" ")) \(.data.about)"' loop.json
	# it really ended
	api_ok GET '/api/v1/events?kind=command' | jq '.events | length' >before
	sleep 1
	api_ok GET '/api/v1/events?kind=command' | jq '.events | length' >after
	atf_check_equal "$(cat before)" "$(cat after)"
	# and once is all that was said of it
	api_ok GET '/api/v1/events?kind=loop' | jq -e '.events | length == 1' || fail "said again: $(cat body)"
	# the others go on
	mqtt_pub fan ON -r -q 1
	wait_for grep -q OFF told || fail "another rule does not run any more"
}
loop__ends_and_is_told_cleanup()
{
	stop_all
}

# a rule that hears the device itself, not what the house makes of it
atf_test_case loop__through_a_topic cleanup
loop__through_a_topic_body()
{
	start_house
	announce lamp
	obey lamp
	wait_for state switch.lamp off || fail "no lamp: $(cat body)"
	api_ok POST /api/v1/automations '{"name":"Echo","mode":"parallel","triggers":[{"trigger":"mqtt","topic":"lamp"}],
	    "actions":[{"action":"switch.toggle","target":{"entity_id":"switch.lamp"}}]}' >/dev/null
	mqtt_pub lamp ON -q 1
	wait_for stopped || fail "the loop goes on: $(cat body)"
	atf_check -o inline:'automation.echo automation:echo\n' jq -r '"\(.subject) \(.data.rules | join(" "))"' loop.json
	api_ok GET '/api/v1/events?kind=command' | jq '.events | length' >before
	[ "$(cat before)" -lt 100 ] || fail "$(cat before) commands"
	sleep 1
	api_ok GET '/api/v1/events?kind=command' | jq '.events | length' >after
	atf_check_equal "$(cat before)" "$(cat after)"
}
loop__through_a_topic_cleanup()
{
	stop_all
}

# the engine dies and another one goes on, again and again, until the loop is over
hand_over_until_stopped()
{
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
		sleep 1
		# shellcheck disable=SC2046
		kill -9 $(program_pid engine)
		start_engine
		wait_for engine_is_active || fail "no engine"
		stopped && return 0
	done
	fail "the loop goes on: $(api GET '/api/v1/events?kind=automation_run&order=newest' | jq -c '.events | length')"
}

runs_are()	# COUNT or more
{
	[ "$(api GET "/api/v1/events?kind=automation_run&limit=1000" | jq '.events | length')" -ge "$1" ]
}

atf_test_case loop__ends_over_engines cleanup
loop__ends_over_engines_head()
{
	atf_set "timeout" "120"
}
loop__ends_over_engines_body()
{
	start_house
	# each engine sees but a step or two of it
	api_ok POST /api/v1/automations '{"name":"ping","mode":"queued","triggers":[{"trigger":"event","event_type":"ping"}],
	    "actions":[{"delay":{"milliseconds":700}},{"event":"pong"}]}' >/dev/null
	api_ok POST /api/v1/automations '{"name":"pong","mode":"queued","triggers":[{"trigger":"event","event_type":"pong"}],
	    "actions":[{"delay":{"milliseconds":700}},{"event":"ping"}]}' >/dev/null
	kill_engine
	start_engine
	api_ok POST /api/v1/automations/pong/trigger >/dev/null
	wait_for runs_are 1 || fail "it does not begin"
	hand_over_until_stopped
	jq -e '.data.rules | sort == ["automation:ping", "automation:pong"]' loop.json || fail "$(cat loop.json)"
	api_ok GET '/api/v1/events?kind=automation_run&limit=1000' | jq '.events | length' >count
	[ "$(cat count)" -le 20 ] || fail "it went on for $(cat count) runs"
}
loop__ends_over_engines_cleanup()
{
	stop_all
}

atf_test_case loop__ends_over_engines_and_devices cleanup
loop__ends_over_engines_and_devices_head()
{
	atf_set "timeout" "120"
}
loop__ends_over_engines_and_devices_body()
{
	start_house
	announce lamp
	# a device that takes its time
	start lamp sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t lamp/set -q 1 -i lamp -c | while read -r p; do
	    sleep 0.7; mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t lamp -m \"\$p\" -r -q 1; done"
	wait_for state switch.lamp off || fail "no lamp: $(cat body)"
	rule on switch.lamp on turn_off
	rule off switch.lamp off turn_on
	kill_engine
	start_engine
	mqtt_pub lamp ON -r -q 1
	wait_for runs_are 1 || fail "it does not begin"
	hand_over_until_stopped
	jq -e '.data.rules | sort == ["automation:off", "automation:on"]' loop.json || fail "$(cat loop.json)"
}
loop__ends_over_engines_and_devices_cleanup()
{
	stop_all
}

# a rule that starts itself several times over grows by the power: what one cause brings about has an end
query()
{
	sqlite3 "file:house/consciousness.db?mode=ro" "$1"
}

query_is()	# SQL result
{
	[ "$(query "$1")" = "$2" ]
}

# without a bound it was gigabytes; sanitizers hold back 256 MiB of what is freed
case $BUILD_DIR in
*-san) memory_most=400 ;;
*) memory_most=100 ;;
esac

engine_memory()	# MiB that the engine takes, the most so far
{
	awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$(cat house/run/engine.lock)/status"
}

# NAME MODE ACTION...: the rule listens to the event `fk` and to the webhook `fork`
fork_rule()
{
	name=$1 mode=$2
	shift 2
	api_ok POST /api/v1/automations '{"name":"'"$name"'",'"$mode"',"triggers":[{"trigger":"event","event_type":"fk"},
	    {"trigger":"webhook","webhook_id":"'"$name"'"}],"actions":['"$*"']}' >/dev/null
}

# EVENTS NAME MODE ACTION...: such a rule makes a storm, and is gone then
fork_storm()
{
	most=$1
	shift
	fork_rule "$@"
	storm "$name" "$most"
	api_ok DELETE "/api/v1/automations/$name" >/dev/null
}

# each second one event, as long as the house reacts in time
heartbeat()
{
	api_ok POST /api/v1/automations '{"name":"beat","triggers":[{"trigger":"time_pattern","seconds":"/1"}],
	    "actions":[{"event":"beat"}]}' >/dev/null
	wait_for beats_after 0 || fail "no beat"
}

beats_after()	# ID: there is a beat behind that event
{
	[ "$(query "select count(*) from event where subject = 'event.beat' and id > $1")" -gt 0 ]
}

call()	# NAME
{
	curl -s -o /dev/null -w '%{http_code}' -X POST "$URL/api/v1/webhooks/$1" >status
	atf_check -o match:'^20' cat status
}

loops()
{
	query "select count(*) from event where subject like 'automation.%' and data like '%\"about\"%'"
}

loops_are()	# COUNT
{
	[ "$(loops)" -eq "$1" ]
}

# NAME EVENTS: one call of it makes one storm, which ends and is told once, while the house lives on
storm()
{
	size=$(query 'select max(id) from event')
	lines=$(wc -l <house/log/engine.log)
	before=$(loops)
	call "$1"
	wait_for loops_are $((before + 1)) || fail "$1: no end of it is told"
	last=$(query 'select max(id) from event')
	WAIT=10 wait_for beats_after "$last" || fail "$1: the house does not react any more"
	sleep 2
	loops_are $((before + 1)) || fail "$1: told $(($(loops) - before)) times"
	[ $(($(query 'select max(id) from event') - size)) -le "$2" ] ||
	    fail "$1: $(($(query 'select max(id) from event') - size)) events"
	[ $(($(wc -l <house/log/engine.log) - lines)) -le 5 ] || fail "$1: $(tail -n 20 house/log/engine.log)"
	[ "$(engine_memory)" -le "$memory_most" ] || fail "$1: the engine takes $(engine_memory) MiB"
	# and nothing of it comes behind
	size=$(query "select count(*) from event where subject = 'event.fk'")
	sleep 1
	[ "$(query "select count(*) from event where subject = 'event.fk'")" -eq "$size" ] || fail "$1: it goes on"
}

atf_test_case storm__breadth_is_bounded cleanup
storm__breadth_is_bounded_head()
{
	atf_set "timeout" "180"
}
storm__breadth_is_bounded_body()
{
	# one engine for all of them: what it logs and how much it takes is looked at
	export ENGINE_WINDOW_SECONDS=0
	start_house
	heartbeat
	fork_rule three '"mode":"parallel","max":100' '{"event":"fk"},{"event":"fk"},{"event":"fk"}'
	storm three 3000
	atf_check_equal '["automation:three"]' \
	    "$(query "select json_extract(data, '$.rules') from event where data like '%\"about\"%' order by id desc limit 1")"
	# the trace of the run that was ended says why
	atf_check -o match:'reactions' sqlite3 house/consciousness.db \
	    "select reason from run where reason is not null order by id desc limit 1"
	api_ok DELETE /api/v1/automations/three >/dev/null
	fork_storm 3000 two '"mode":"parallel","max":100' '{"event":"fk"},{"event":"fk"}'
	fork_storm 3000 ten '"mode":"parallel"' '{"event":"fk"},{"event":"fk"},{"event":"fk"}'
	fork_storm 3000 restarts '"mode":"restart"' '{"event":"fk"},{"event":"fk"},{"event":"fk"}'
	fork_storm 60000 many '"mode":"parallel","max":100' '{"repeat":{"count":2000,"sequence":[{"event":"fk","continue_on_error":true}]}}'
	fork_storm 3000 soon '"mode":"parallel","max":100' '{"delay":0},{"event":"fk"},{"event":"fk"},{"event":"fk"}'
	fork_storm 3000 slower '"mode":"parallel","max":100' '{"delay":{"milliseconds":50}},{"event":"fk"},{"event":"fk"},{"event":"fk"}'
}
storm__breadth_is_bounded_cleanup()
{
	stop_all
}

atf_test_case storm__honest_breadth_goes_on cleanup
storm__honest_breadth_goes_on_head()
{
	atf_set "timeout" "120"
}
storm__honest_breadth_goes_on_body()
{
	start_house
	# one rule tells many, and one hears all of them
	seq 1 300 | while read -r n; do
		[ "$n" = 1 ] || echo next
		printf 'url = "%s/api/v1/automations"\nheader = "Authorization: Bearer %s"\n' "$URL" "$TOKEN"
		printf 'header = "Content-Type: application/json"\noutput = /dev/null\n'
		printf 'data = "{\\"name\\":\\"many %s\\",\\"triggers\\":[{\\"trigger\\":\\"event\\",' "$n"
		printf '\\"event_type\\":\\"all\\"}],\\"actions\\":[{\\"event\\":\\"done\\"}]}"\n'
	done >curl.conf
	curl -s -K curl.conf || fail "the rules are not added"
	api_ok POST /api/v1/automations '{"name":"all","triggers":[{"trigger":"webhook","webhook_id":"all"}],
	    "actions":[{"event":"all"}]}' >/dev/null
	api_ok POST /api/v1/automations '{"name":"sum","triggers":[{"trigger":"event","event_type":"done"}],
	    "actions":[{"event":"counted"}]}' >/dev/null
	call all
	wait_for query_is "select count(*) from event where subject = 'event.counted'" 300 ||
	    fail "$(query "select count(*) from event where subject = 'event.counted'") of 300"
	loops_are 0 || fail "it is called a loop"
}
storm__honest_breadth_goes_on_cleanup()
{
	stop_all
}

atf_test_case storm__through_devices_and_scenarios cleanup
storm__through_devices_and_scenarios_head()
{
	atf_set "timeout" "180"
}
storm__through_devices_and_scenarios_body()
{
	# one engine for all of them: what it logs and how much it takes is looked at
	export ENGINE_WINDOW_SECONDS=0
	start_house
	heartbeat
	# a device that is believed to do what it is told
	mqtt_pub homeassistant/switch/echo/config '{"name":"echo","unique_id":"echo","command_topic":"echo/set"}' -r -q 1
	wait_for known switch.echo || fail "no switch: $(cat body)"
	api_ok POST /api/v1/automations '{"name":"believed","mode":"parallel","max":100,"triggers":[{"trigger":"state",
	    "entity_id":"switch.echo"},{"trigger":"webhook","webhook_id":"believed"}],"actions":[
	    {"action":"switch.turn_on","target":{"entity_id":"switch.echo"}},
	    {"action":"switch.turn_off","target":{"entity_id":"switch.echo"}},
	    {"action":"switch.turn_on","target":{"entity_id":"switch.echo"}}]}' >/dev/null
	storm believed 9000
	api_ok DELETE /api/v1/automations/believed >/dev/null
	# a real one that says what it does
	announce lamp
	obey lamp
	wait_for state switch.lamp off || fail "no lamp: $(cat body)"
	api_ok POST /api/v1/automations '{"name":"real","mode":"parallel","max":100,"triggers":[{"trigger":"state",
	    "entity_id":"switch.lamp"},{"trigger":"webhook","webhook_id":"real"}],"actions":[
	    {"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}},
	    {"action":"switch.turn_off","target":{"entity_id":"switch.lamp"}},
	    {"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}}]}' >/dev/null
	storm real 9000
	api_ok DELETE /api/v1/automations/real >/dev/null
	# what the house sends comes back to it
	api_ok POST /api/v1/automations '{"name":"hears","mode":"parallel","max":100,"triggers":[{"trigger":"mqtt",
	    "topic":"lamp/set"},{"trigger":"webhook","webhook_id":"hears"}],"actions":[
	    {"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}},
	    {"action":"switch.turn_off","target":{"entity_id":"switch.lamp"}},
	    {"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}}]}' >/dev/null
	storm hears 9000
	api_ok DELETE /api/v1/automations/hears >/dev/null
	# scenarios that start each other
	for name in left right; do
		api_ok POST /api/v1/scenarios '{"name":"'"$name"'","mode":"parallel","max":100,"actions":[{"event":"x"}]}' >/dev/null
	done
	for name in left right; do
		api_ok PATCH "/api/v1/scenarios/$name" '{"actions":[{"scenario":"left","continue_on_error":true},
		    {"scenario":"right","continue_on_error":true},{"scenario":"left","continue_on_error":true}]}' >/dev/null
	done
	api_ok POST /api/v1/automations '{"name":"begin","triggers":[{"trigger":"webhook","webhook_id":"begin"}],
	    "actions":[{"scenario":"left"}]}' >/dev/null
	storm begin 3000
	# a run that never really pauses ends, too
	api_ok POST /api/v1/automations '{"name":"spin","triggers":[{"trigger":"webhook","webhook_id":"spin"}],
	    "actions":[{"repeat":{"while":"{{ true }}","sequence":[{"delay":0}]}}]}' >/dev/null
	call spin
	wait_for grep -q 'an endless loop' house/log/engine.log || fail "it spins"
}
storm__through_devices_and_scenarios_cleanup()
{
	stop_all
}

atf_test_case storm__ends_over_engines cleanup
storm__ends_over_engines_head()
{
	atf_set "timeout" "120"
}
storm__ends_over_engines_body()
{
	start_house
	fork_rule fast '"mode":"parallel","max":100' '{"event":"fk"},{"event":"fk"},{"event":"fk"}'
	fork_rule late '"mode":"parallel","max":100' '{"delay":3},{"event":"fk"},{"event":"fk"}'
	kill_engine
	start_engine
	call fast
	wait_for loops_are 1 || fail "it is not told"
	query "select count(*) from event where subject = 'event.fk'" >count
	query_is "select count(*) > 0 from run where status = 'running'" 1 || fail "nothing is left of it"
	# shellcheck disable=SC2046
	kill -9 $(program_pid engine)
	start_engine
	# what is left of it does not begin it anew
	wait_for query_is "select count(*) from run where status = 'running'" 0 || fail "runs go on"
	sleep 1
	loops_are 1 || fail "$(loops) times"
	more=$(($(query "select count(*) from event where subject = 'event.fk'") - $(cat count)))
	# one that is no return yet tells once more, and is told then that nobody may hear it
	[ "$more" -le 100 ] || fail "$more events more"
}
storm__ends_over_engines_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case storm__through_devices_and_scenarios
	atf_add_test_case storm__honest_breadth_goes_on
	atf_add_test_case storm__ends_over_engines
	atf_add_test_case storm__breadth_is_bounded
	atf_add_test_case loop__through_a_topic
	atf_add_test_case loop__ends_over_engines
	atf_add_test_case loop__ends_over_engines_and_devices
	atf_add_test_case loop__ends_and_is_told
}
