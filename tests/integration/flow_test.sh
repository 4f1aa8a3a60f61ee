# SPDX-License-Identifier: ISC
#
# From a device's message to the screen and back, in a real house: discovery, state, command with
# confirmation, an automation that survives its engine, the explanation of it all.

. "$SRC_DIR/tests/lib/house.sh"

# announce_sensor ID NAME: a Zigbee2MQTT-style temperature sensor
announce_sensor()
{
	mqtt_pub "homeassistant/sensor/$1/temperature/config" "{\"name\":\"Temperature\",
	    \"unique_id\":\"$1_temperature\",\"state_topic\":\"zigbee2mqtt/$2\",
	    \"value_template\":\"{{ value_json.temperature }}\",\"unit_of_measurement\":\"°C\",
	    \"device_class\":\"temperature\",\"state_class\":\"measurement\",
	    \"device\":{\"identifiers\":[\"zigbee2mqtt_$1\"],\"name\":\"$2\",\"manufacturer\":\"Acme\",
	    \"suggested_area\":\"Kitchen\"}}" -r -q 1
}

announce_motion()
{
	mqtt_pub homeassistant/binary_sensor/0xm/occupancy/config '{"name":"Occupancy",
	    "unique_id":"0xm_occupancy","state_topic":"zigbee2mqtt/Motion","payload_on":true,
	    "payload_off":false,"value_template":"{{ value_json.occupancy }}","device_class":"occupancy",
	    "device":{"identifiers":["zigbee2mqtt_0xm"],"name":"Motion"}}' -r -q 1
}

announce_lamp()
{
	mqtt_pub homeassistant/light/0xl/light/config '{"name":null,"unique_id":"0xl_light",
	    "schema":"json","state_topic":"zigbee2mqtt/Lamp","command_topic":"zigbee2mqtt/Lamp/set",
	    "brightness":true,"supported_color_modes":["brightness"],
	    "device":{"identifiers":["zigbee2mqtt_0xl"],"name":"Lamp"}}' -r -q 1
}

# lamp: does what it is told and reports it
lamp()
{
	start lamp sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t zigbee2mqtt/Lamp/set -t hello |
	    while read -r line; do
		if [ \"\$line\" = hello ]; then : >lamp.listens; continue; fi
		echo \"\$line\"; echo \"\$line\" >>lamp.told
	    done | mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t zigbee2mqtt/Lamp -l"
	wait_for lamp_listens || fail "the lamp does not listen"
}

lamp_listens()
{
	mqtt_pub hello hello
	[ -e lamp.listens ]
}

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

entity_exists()
{
	api GET "/api/v1/entities/$1" >entity.json
	[ "$(cat status)" = 200 ]
}

atf_test_case discovery__entity_appears_with_value cleanup
discovery__entity_appears_with_value_body()
{
	start_house
	announce_sensor 0x1 "Kitchen Climate"
	mqtt_pub "zigbee2mqtt/Kitchen Climate" '{"temperature":21.5,"linkquality":90}'
	wait_for state_is sensor.kitchen_climate_temperature 21.5 || fail "no state: $(cat body)"
	api GET /api/v1/entities/sensor.kitchen_climate_temperature >e.json
	atf_check -o inline:'°C temperature kitchen true\n' \
	    jq -r '"\(.unit) \(.device_class) \(.area_id) \(.available)"' e.json
	api GET '/api/v1/devices?area=kitchen' >d.json
	atf_check -o inline:'Kitchen Climate Acme online sensor.kitchen_climate_temperature\n' \
	    jq -r '.devices[0] | "\(.name) \(.manufacturer) \(.status) \(.entities[0])"' d.json
	# values that were there before the announcement are taken in too
	mqtt_pub "zigbee2mqtt/Attic Climate" '{"temperature":30}'
	announce_sensor 0x2 "Attic Climate"
	wait_for state_is sensor.attic_climate_temperature 30 || fail "early state was lost"
	# withdrawn: kept as an orphan
	mqtt_pub homeassistant/sensor/0x2/temperature/config '' -r -q 1
	wait_for sh -c 'sqlite3 house/consciousness.db "select orphaned from entity where
	    entity_id = '\''sensor.attic_climate_temperature'\''" | grep -q 1' || fail "not withdrawn"
}
discovery__entity_appears_with_value_cleanup()
{
	stop_all
}

# three sensors, each with a device of its own, in one burst
announce_three()
{
	for name in Good Evil Fine; do
		printf 'homeassistant/sensor/%s/config {"name":"%s","unique_id":"%s","state_topic":"t/%s",' \
		    "$name" "$name" "$name" "$name"
		printf '"device":{"identifiers":["of %s"],"name":"Owner of %s"}}\n' "$name" "$name"
	done >three
	python3 - "$(broker_port)" <<'PYTHON'
import os, sys
sys.path.insert(0, os.path.join(os.environ["SRC_DIR"], "tests", "lib"))
import mqtt
client = mqtt.Client(int(sys.argv[1]), "three")
assert client.connected.wait(10)
for line in open("three", encoding="utf-8"):
    topic, payload = line.split(" ", 1)
    client.publish(topic, payload, 1, True)
client.flush(10)
client.close()
PYTHON
}

atf_test_case announcement__that_fails_leaves_nothing_behind cleanup
announcement__that_fails_leaves_nothing_behind_body()
{
	start_house
	# the database refuses one entity, after its device was written
	sqlite3 house/consciousness.db "CREATE TRIGGER refuse BEFORE INSERT ON entity
	    WHEN new.unique_id = 'Evil' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END" ||
	    fail "no trigger"
	PYTHONDONTWRITEBYTECODE=1 announce_three || fail "not announced"
	wait_for entity_exists sensor.owner_of_good_good || fail "the one before it is not there"
	wait_for entity_exists sensor.owner_of_fine_fine || fail "the one after it is not there"
	entity_exists sensor.owner_of_evil_evil && fail "it is there"
	api_ok GET /api/v1/devices >devices.json
	atf_check -o "inline:Owner of Fine\nOwner of Good\n" jq -r '.devices[].name' devices.json
	wait_for grep -q 'announcement refused' house/log/engine.log || fail "the log does not say so"
}
announcement__that_fails_leaves_nothing_behind_cleanup()
{
	stop_all
}

atf_test_case command__confirmed_by_the_device cleanup
command__confirmed_by_the_device_body()
{
	start_house
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	lamp
	device=$(api GET /api/v1/devices | jq -r '.devices[0].id')
	mqtt_pub zigbee2mqtt/Lamp '{"state":"OFF"}'
	wait_for state_is light.lamp off || fail "not off"
	api_ok POST "/api/v1/devices/$device/control?wait=20" '{"action":"turn_on"}' >c.json
	atf_check -o inline:'confirmed\n' jq -r .status c.json
	atf_check -o inline:'on\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/entities/light.lamp | jq -r .state"
	api_ok POST '/api/v1/entities/light.lamp/command?wait=20' \
	    '{"service":"turn_on","data":{"brightness":77}}' >c.json
	atf_check -o inline:'confirmed\n' jq -r .status c.json
	atf_check -o inline:'77\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/entities/light.lamp | jq -r .attributes.brightness"
	# what the lamp cannot do is refused with the field that is wrong
	api POST /api/v1/entities/light.lamp/command \
	    '{"service":"turn_on","data":{"rgb_color":[1,2,3]}}' >c.json
	atf_check -o match:'^4' cat status
	atf_check -o match:'rgb_color' cat c.json
}
command__confirmed_by_the_device_cleanup()
{
	stop_all
}

# The entity is there for everybody before the engine has heard so from its own writing thread.
atf_test_case command__right_behind_the_entity cleanup
command__right_behind_the_entity_body()
{
	start_house
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	lamp
	sqlite3 house/consciousness.db "CREATE TEMP TABLE twin AS SELECT * FROM entity WHERE entity_id = 'light.lamp';
	    UPDATE twin SET row = NULL, entity_id = 'light.twin', unique_id = 'twin'; INSERT INTO entity SELECT * FROM twin" ||
	    fail "no twin"
	api_ok POST '/api/v1/entities/light.twin/command?wait=20' '{"service":"turn_on"}' >c.json
	atf_check -o inline:'confirmed null\n' jq -r '"\(.status) \(.reason)"' c.json
}
command__right_behind_the_entity_cleanup()
{
	stop_all
}

told_times()	# word how often
{
	[ "$(grep -c "^$1\$" told)" -ge "$2" ]
}

# A lock that reports nothing: what is asked again is the newest wish alone, also by the next engine.
atf_test_case command__older_is_not_repeated_over_newer cleanup
command__older_is_not_repeated_over_newer_body()
{
	start_house
	mqtt_pub homeassistant/lock/0xk/lock/config '{"name":null,"unique_id":"0xk_lock",
	    "state_topic":"zigbee2mqtt/Door","command_topic":"zigbee2mqtt/Door/set",
	    "device":{"identifiers":["zigbee2mqtt_0xk"],"name":"Door"}}' -r -q 1
	wait_for entity_exists lock.door || fail "no lock"
	start ears sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t zigbee2mqtt/Door/set >told"
	wait_for sh -c 'mosquitto_pub -h 127.0.0.1 -p '"$(broker_port)"' -t zigbee2mqtt/Door/set \
	    -m listening && grep -q listening told' || fail "the lock does not listen"
	api_ok POST /api/v1/entities/lock.door/command '{"service":"unlock"}' >c.json
	api_ok POST '/api/v1/entities/lock.door/command' '{"service":"lock"}' >c.json
	wait_for told_times LOCK 2 || fail "the newest was not sent again: $(cat told)"
	old=$(program_pid engine)
	kill -9 $old
	start_engine
	wait_for told_times LOCK 3 || fail "the next engine did not send again: $(cat told)"
	atf_check -o inline:'UNLOCK\nLOCK\nLOCK\nLOCK\n' grep -v listening told
}
command__older_is_not_repeated_over_newer_cleanup()
{
	stop_all
}

automation()
{
	api_ok POST /api/v1/automations '{"name":"Light for people","mode":"restart","triggers":[
	    {"trigger":"state","entity_id":"binary_sensor.motion_occupancy","to":"on"}],"actions":[
	    {"action":"light.turn_on","target":{"entity_id":"light.lamp"},"data":{"brightness":200}},
	    {"delay":3},{"action":"light.turn_off","target":{"entity_id":"light.lamp"}}]}'
}

run_status()
{
	sqlite3 "file:house/consciousness.db?mode=ro" 'select status from run order by id desc limit 1'
}

run_is()
{
	[ "$(run_status)" = "$1" ]
}

new_engine()
{
	[ "$(program_pid engine | wc -l)" -ge 1 ] && ! program_pid engine | grep -qx "$1"
}

atf_test_case automation__delay_survives_kill cleanup
automation__delay_survives_kill_body()
{
	start_house
	announce_motion
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	wait_for entity_exists binary_sensor.motion_occupancy || fail "no motion sensor"
	lamp
	automation >a.json
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":false}'
	wait_for state_is binary_sensor.motion_occupancy off || fail "not off"
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":true}'
	wait_for state_is light.lamp on || fail "the lamp stayed off"
	wait_for run_is running || fail "no run"
	# in the middle of the delay
	old=$(program_pid engine)
	# shellcheck disable=SC2086
	kill -9 $old
	start_engine
	wait_for state_is light.lamp off || fail "the delay was lost: $(run_status)"
	wait_for run_is done || fail "run: $(run_status)"
	atf_check -o inline:'2\n' sh -c 'wc -l <lamp.told'
}
automation__delay_survives_kill_cleanup()
{
	stop_all
}

hold_is()
{
	[ "$(sqlite3 "file:house/consciousness.db?mode=ro" 'select count(*) from hold')" = "$1" ]
}

atf_test_case automation__for_survives_kill cleanup
automation__for_survives_kill_body()
{
	start_house
	announce_motion
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	wait_for entity_exists binary_sensor.motion_occupancy || fail "no motion sensor"
	lamp
	api_ok POST /api/v1/automations '{"name":"Light for those who stay","triggers":[
	    {"trigger":"state","entity_id":"binary_sensor.motion_occupancy","to":"on","for":3}],"conditions":[
	    "{{ trigger.from_state.state == '"'off'"' and trigger.for.total_seconds() == 3 }}"],"actions":[
	    {"action":"light.turn_on","target":{"entity_id":"light.lamp"}}]}' >a.json
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":false}'
	wait_for state_is binary_sensor.motion_occupancy off || fail "not off"
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":true}'
	wait_for hold_is 1 || fail "the trigger does not wait"
	due=$(sqlite3 'file:house/consciousness.db?mode=ro' 'select due from hold')
	old=$(program_pid engine)
	# shellcheck disable=SC2086
	kill -9 $old
	atf_check test ! -e lamp.told
	start_engine
	wait_for state_is light.lamp on || fail "the wait was lost"
	[ "$(sqlite3 'file:house/consciousness.db?mode=ro' 'select started from run')" -ge "$due" ] ||
	    fail "the lamp went on before its time"
	wait_for hold_is 0 || fail "the trigger still waits"
	atf_check -o inline:'1\n' sh -c 'wc -l <lamp.told'

	# a wait that its state ended meanwhile is over
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":false}'
	wait_for state_is binary_sensor.motion_occupancy off || fail "not off"
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":true}'
	wait_for hold_is 1 || fail "the trigger does not wait again"
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":false}'
	wait_for hold_is 0 || fail "the trigger waits on"
}
automation__for_survives_kill_cleanup()
{
	stop_all
}

runs_are()
{
	[ "$(sqlite3 "file:house/consciousness.db?mode=ro" 'select count(*) from run')" = "$1" ]
}

atf_test_case automation__started_without_an_engine cleanup
automation__started_without_an_engine_body()
{
	start_house
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	lamp
	api_ok POST /api/v1/automations '{"name":"Lamp","triggers":[{"trigger":"time","at":"04:00:00"}],
	    "actions":[{"action":"light.turn_on","target":{"entity_id":"light.lamp"}}]}' >a.json
	rule=/api/v1/automations/$(jq -r .id a.json)/trigger
	api_ok POST "$rule" >/dev/null
	wait_for runs_are 1 || fail "not started"
	kill_engine
	api_ok POST "$rule" >/dev/null
	start_engine
	wait_for runs_are 2 || fail "what was asked for meanwhile is forgotten"
	# once is enough: the next engine does not do it again
	kill_engine
	start_engine
	api_ok POST "$rule" >/dev/null
	wait_for runs_are 3 || fail "the third is missing"
}
automation__started_without_an_engine_cleanup()
{
	stop_all
}

command_is()	# id status
{
	[ "$(api GET "/api/v1/commands/$1" | jq -r .status)" = "$2" ]
}

atf_test_case command__too_late_is_not_sent cleanup
command__too_late_is_not_sent_body()
{
	export COMMAND_TIMEOUT_SECONDS=1
	start_house
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	lamp
	kill_engine
	api_ok POST /api/v1/entities/light.lamp/command '{"service":"turn_on"}' >c.json
	late=$(jq -r .id c.json)
	sleep 1.5
	start_engine
	wait_for command_is "$late" expired || fail "not expired: $(cat body)"
	atf_check -o inline:'no engine was running before the deadline\n' sh -c "jq -r .reason <body"
	# the broker keeps the order: what comes now is the first that the lamp hears
	wait_for is_told || fail "the lamp heard nothing"
	atf_check -o match:OFF cat lamp.told
}
command__too_late_is_not_sent_cleanup()
{
	stop_all
}

is_told()
{
	api POST /api/v1/entities/light.lamp/command '{"service":"turn_off"}' >/dev/null
	[ -s lamp.told ]
}

atf_test_case explain__walks_back_to_the_motion cleanup
explain__walks_back_to_the_motion_body()
{
	start_house
	announce_motion
	announce_lamp
	wait_for entity_exists light.lamp || fail "no lamp"
	wait_for entity_exists binary_sensor.motion_occupancy || fail "no motion sensor"
	lamp
	automation >a.json
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":false}'
	wait_for state_is binary_sensor.motion_occupancy off || fail "not off"
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":true}'
	wait_for state_is light.lamp on || fail "the lamp stayed off"
	api_ok GET '/api/v1/explain?entity_id=light.lamp' >x.json
	atf_check -o match:'Light for people' jq -r .text x.json
	atf_check -o match:'Motion' jq -r .text x.json
	jq -r '.chain[].kind' x.json | sort -u >kinds
	atf_check -o inline:'automation_run\ncommand\nstate_changed\n' cat kinds
}
explain__walks_back_to_the_motion_cleanup()
{
	stop_all
}

available_is()	# entity true|false
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .available)" = "$2" ]
}

atf_test_case silence__expires_and_turns_off cleanup
silence__expires_and_turns_off_body()
{
	start_house
	mqtt_pub homeassistant/sensor/0xe/t/config '{"name":"T","unique_id":"0xe_t","state_topic":"e/t",
	    "expire_after":1,"device":{"identifiers":["0xe"],"name":"Short"}}' -r -q 1
	mqtt_pub homeassistant/binary_sensor/0xe/m/config '{"name":"M","unique_id":"0xe_m",
	    "state_topic":"e/m","off_delay":1,"device":{"identifiers":["0xe"],"name":"Short"}}' -r -q 1
	wait_for entity_exists binary_sensor.short_m || fail "no sensor"
	mqtt_pub e/m ON
	mqtt_pub e/t 5
	wait_for state_is binary_sensor.short_m on || fail "not on"
	wait_for available_is sensor.short_t true || fail "not available"
	wait_for state_is binary_sensor.short_m off || fail "still on"
	wait_for available_is sensor.short_t false || fail "still available"
	atf_check -o inline:'5\n' jq -r .state body	# the last value is kept
	mqtt_pub e/t 6
	wait_for available_is sensor.short_t true || fail "heard again, but not available"
}
silence__expires_and_turns_off_cleanup()
{
	stop_all
}

standby_waits()	# it has loaded everything
{
	grep -q -- "-> FLOCK .*:$(stat -c %i house/run/engine.lock) " /proc/locks
}

engines_are()	# number
{
	[ "$(program_pid engine | wc -l)" = "$1" ]
}

# A standby that has loaded what is said now.
new_standby()
{
	wait_for standby_waits || fail "no standby"
	kill -9 "$(program_pid engine | tail -n 1)"
	wait_for engines_are 1 || fail "the standby does not end"
	start_engine
	wait_for standby_waits || fail "no new standby"
}

take_over()
{
	now_active=$(grep -c 'active with' house/log/engine.log)
	kill -TERM "$(program_pid engine | head -n 1)"
	wait_for sh -c "[ \$(grep -c 'active with' house/log/engine.log) -gt $now_active ]" || fail "nobody takes over"
}

announce_e()	# COMPONENT ID JSON
{
	mqtt_pub "homeassistant/$1/0xe/$2/config" "{\"name\":\"$2\",\"unique_id\":\"0xe_$2\",\"state_topic\":\"e/$2\",
	    $3,\"device\":{\"identifiers\":[\"0xe\"],\"name\":\"E\"}}" -r -q 1
}

# The next engine knows all that the one before knew, also what was only repeated, came or went since it stood by.
atf_test_case handover__everything_goes_on cleanup
handover__everything_goes_on_head()
{
	atf_set "timeout" 120
}
handover__everything_goes_on_body()
{
	start_house
	end_cron
	announce_e binary_sensor plug '"availability_topic":"e/there"'
	announce_e sensor short '"expire_after":7'
	announce_e binary_sensor motion '"off_delay":7'
	announce_e sensor battery '"device_class":"battery","unit_of_measurement":"%"'
	mqtt_pub e/there offline -q 1
	mqtt_pub e/plug OFF -q 1
	mqtt_pub e/short 5 -q 1
	mqtt_pub e/battery 80 -q 1
	wait_for state_is sensor.e_battery 80 || fail "no battery"
	new_standby
	mqtt_pub e/there online -q 1
	mqtt_pub e/plug ON -q 1
	mqtt_pub e/battery 12 -q 1
	for _ in 1 2 3 4 5 6 7 8 9; do	# as devices do that report on their own
		mqtt_pub e/plug ON -q 1
		mqtt_pub e/short 5 -q 1
		mqtt_pub e/motion ON -q 1
		sleep 1
	done
	take_over
	mqtt_pub e/plug ON -q 1
	mqtt_pub e/battery 11 -q 1
	wait_for state_is sensor.e_battery 11 || fail "the next engine does not listen"
	sqlite3 'file:house/consciousness.db?mode=ro' "select e.entity_id || ' ' || v.state from event v join entity e on
	    e.row = v.entity where v.kind in (1, (select kind from event where entity is not null and state = 'low' limit 1))
	    and e.entity_id <> 'sensor.e_short' order by v.id" >changes
	atf_check -o inline:'binary_sensor.e_plug off
sensor.e_battery 80
binary_sensor.e_plug on
sensor.e_battery 12
sensor.e_battery low
binary_sensor.e_motion on
sensor.e_battery 11
' cat changes
	api_ok GET '/api/v1/events?kind=availability' >events.json
	atf_check -o not-match:'e_short' cat events.json
	wait_for available_is sensor.e_short false || fail "it never expires"
	wait_for state_is binary_sensor.e_motion off || fail "it never turns off"
}
handover__everything_goes_on_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case silence__expires_and_turns_off
	atf_add_test_case handover__everything_goes_on
	atf_add_test_case discovery__entity_appears_with_value
	atf_add_test_case announcement__that_fails_leaves_nothing_behind
	atf_add_test_case command__confirmed_by_the_device
	atf_add_test_case command__right_behind_the_entity
	atf_add_test_case command__older_is_not_repeated_over_newer
	atf_add_test_case automation__delay_survives_kill
	atf_add_test_case automation__for_survives_kill
	atf_add_test_case automation__started_without_an_engine
	atf_add_test_case command__too_late_is_not_sent
	atf_add_test_case explain__walks_back_to_the_motion
}
