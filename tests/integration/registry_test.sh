# SPDX-License-Identifier: ISC
#
# What people do with devices, in a real house: renaming, switching off, replacing what broke, clearing
# what is gone. The engine follows without a restart, and ids, rules and history go on.

. "$SRC_DIR/tests/lib/house.sh"

# announce_motion HARDWARE NAME
announce_motion()
{
	mqtt_pub "homeassistant/binary_sensor/$1/occupancy/config" "{\"name\":\"Occupancy\",
	    \"unique_id\":\"$1_occupancy\",\"state_topic\":\"zigbee2mqtt/$2\",\"payload_on\":true,
	    \"payload_off\":false,\"value_template\":\"{{ value_json.occupancy }}\",
	    \"device_class\":\"occupancy\",\"device\":{\"identifiers\":[\"zigbee2mqtt_$1\"],
	    \"name\":\"$2\",\"model\":\"M1\"}}" -r -q 1
}

announce_lamp()
{
	mqtt_pub homeassistant/light/0xl/light/config '{"name":null,"unique_id":"0xl_light",
	    "schema":"json","state_topic":"zigbee2mqtt/Lamp","command_topic":"zigbee2mqtt/Lamp/set",
	    "device":{"identifiers":["zigbee2mqtt_0xl"],"name":"Lamp"}}' -r -q 1
}

exists()	# path below /api/v1
{
	api GET "/api/v1/$1" >/dev/null
	[ "$(cat status)" = 200 ]
}

gone()
{
	api GET "/api/v1/$1" >/dev/null
	[ "$(cat status)" = 404 ]
}

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

device_is()	# device status
{
	[ "$(api GET "/api/v1/devices/$1" | jq -r .status)" = "$2" ]
}

occupied()	# name truth
{
	mqtt_pub "zigbee2mqtt/$1" "{\"occupancy\":$2}" -q 1
}

told()	# how often the lamp was told something
{
	[ "$(wc -l <told)" -eq "$1" ]
}

# A house with a motion sensor, a lamp that listens and a rule between them.
start_motion_house()
{
	start_house
	announce_motion 0xm Motion
	announce_lamp
	wait_for exists entities/binary_sensor.motion_occupancy || fail "no motion sensor"
	wait_for exists entities/light.lamp || fail "no lamp"
	: >told
	start ears sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t zigbee2mqtt/Lamp/set >>told"
	wait_for sh -c 'mosquitto_pub -h 127.0.0.1 -p '"$(broker_port)"' -t zigbee2mqtt/Lamp/set \
	    -m listening && test -s told' || fail "the lamp does not listen"
	occupied Motion false
	wait_for state_is binary_sensor.motion_occupancy off || fail "no state"
	api_ok POST /api/v1/automations '{"name":"Light for people","triggers":[{"trigger":"state",
	    "entity_id":"binary_sensor.motion_occupancy","to":"on"}],"actions":[
	    {"action":"light.turn_on","target":{"entity_id":"light.lamp"}}]}' >rule.json
}

lamp_says()	# ON|OFF
{
	mqtt_pub zigbee2mqtt/Lamp "{\"state\":\"$1\"}" -q 1
	wait_for state_is light.lamp "$(echo "$1" | tr NOF nof)" || fail "the lamp is not $1: $(cat body)"
}

fires()	# name: the sensor of that name makes the rule switch the lamp
{
	lamp_says OFF
	: >told
	occupied "$1" false
	wait_for state_is binary_sensor.motion_occupancy off || fail "$1: not off: $(cat body)"
	occupied "$1" true
	wait_for grep -q ON told || fail "$1: the rule did not fire"
	lamp_says ON		# confirmed: it is not told again
}

restart_engine()
{
	kill_engine
	start_engine
	wait_for engine_is_active || fail "no engine"
}

atf_test_case rename__id_and_rules_stay cleanup
rename__id_and_rules_stay_body()
{
	start_motion_house
	fires Motion
	api_ok PATCH /api/v1/devices/motion '{"name":"Hall presence"}' >/dev/null
	api_ok PATCH /api/v1/entities/light.lamp '{"name":"Big light","aliases":["Sun"],"hidden":true}' \
	    >e.json
	atf_check -o inline:'light.lamp Big light ["Sun"] true\n' \
	    jq -r '"\(.entity_id) \(.name) \(.aliases | tojson) \(.hidden)"' e.json
	fires Motion
	# the device announces itself again under another name: that is not what people call it
	announce_motion 0xm "Motion"
	mqtt_pub homeassistant/light/0xl/light/config '{"name":"Other","unique_id":"0xl_light",
	    "schema":"json","state_topic":"zigbee2mqtt/Lamp","command_topic":"zigbee2mqtt/Lamp/set",
	    "device":{"identifiers":["zigbee2mqtt_0xl"],"name":"Lampe"}}' -r -q 1
	wait_for sh -c 'test "$(sqlite3 house/consciousness.db "select name from device where id = '\''lamp'\''")" = Lampe' ||
	    fail "not announced again"
	atf_check -o inline:'Big light\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/entities/light.lamp | jq -r .name"
	fires Motion
	api_ok GET /api/v1/entities/binary_sensor.motion_occupancy/used >used.json
	atf_check -o inline:'Light for people triggers[0].entity_id\n' \
	    jq -r '.automations[] | "\(.name) \(.where[])"' used.json
	api_ok GET '/api/v1/events?kind=device_changed&order=newest&limit=5' >ev.json
	atf_check -o inline:'["name"] token:test\n' jq -r \
	    '[.events[] | select(.actor != "mqtt")][0] | "\(.data.changed | tojson) \(.actor)"' ev.json
}
rename__id_and_rules_stay_cleanup()
{
	stop_all
}

# a rule that waits for the motion to last
stays_on()
{
	api_ok POST /api/v1/automations '{"name":"For those who stay","triggers":[{"trigger":"state",
	    "entity_id":"binary_sensor.motion_occupancy","to":"on","for":3600}],"actions":[
	    {"action":"light.turn_on","target":{"entity_id":"light.lamp"}}]}'
}

hold_is()
{
	[ "$(sqlite3 "file:house/consciousness.db?mode=ro" 'select count(*) from hold')" = "$1" ]
}

ended()	# command status
{
	[ "$(api GET "/api/v1/commands/$1" | jq -r .status)" = "$2" ]
}

atf_test_case disable__takes_effect_at_once cleanup
disable__takes_effect_at_once_body()
{
	start_motion_house
	stays_on >/dev/null
	fires Motion
	wait_for hold_is 1 || fail "nothing waits"
	api_ok PATCH /api/v1/devices/motion '{"enabled":false}' >d.json
	wait_for hold_is 0 || fail "a rule waits for what is disabled"
	atf_check -o inline:'false [] unknown\n' jq -r '"\(.enabled) \(.entities | tojson) \(.status)"' d.json
	: >told
	occupied Motion false
	occupied Motion true
	# what comes later is proof that the engine has seen the two
	lamp_says OFF
	atf_check -o empty cat told
	device_is motion unknown || fail "switched off, and yet: $(cat body)"
	mqtt_pub zigbee2mqtt/Motion '{"occupancy":false}' -q 1 -r
	api_ok PATCH /api/v1/devices/motion '{"enabled":true}' >/dev/null
	wait_for state_is binary_sensor.motion_occupancy off || fail "not heard when it came back"
	wait_for device_is motion online || fail "its status does not come back: $(cat body)"
	# a command that nothing will confirm any more does not stay open
	api_ok POST /api/v1/entities/light.lamp/command '{"service":"turn_on"}' >c.json
	wait_for ended "$(jq .id c.json)" sent || fail "not sent: $(cat body)"
	api_ok PATCH /api/v1/entities/light.lamp '{"enabled":false}' >/dev/null
	wait_for ended "$(jq .id c.json)" failed || fail "the command is open: $(cat body)"
	atf_check -o inline:'it is not enabled any more\n' jq -r .reason body
	api_ok PATCH /api/v1/entities/light.lamp '{"enabled":true}' >/dev/null
	fires Motion
}
disable__takes_effect_at_once_cleanup()
{
	stop_all
}

atf_test_case disable__before_an_engine_sees_the_command cleanup
disable__before_an_engine_sees_the_command_body()
{
	start_motion_house
	kill_engine
	: >told
	api_ok POST /api/v1/entities/light.lamp/command '{"service":"turn_on"}' >c.json
	api_ok PATCH /api/v1/entities/light.lamp '{"enabled":false}' >/dev/null
	start_engine
	wait_for ended "$(jq .id c.json)" failed || fail "the command is open: $(cat body)"
	atf_check -o inline:'the entity is not in use: disabled, or no longer announced\n' jq -r .reason body
	atf_check -o empty cat told
	api GET '/api/v1/events?kind=command&entity_id=light.lamp' >/dev/null
	atf_check -o inline:'light.lamp failed\n' jq -r '.events[-1] | "\(.subject) \(.data.status)"' body
}
disable__before_an_engine_sees_the_command_cleanup()
{
	stop_all
}

points()	# entity: how many points its history has
{
	api GET "/api/v1/history?entity_id=$1&resolution=raw" | jq '.points | length'
}

atf_test_case replace__history_and_rules_go_on cleanup
replace__history_and_rules_go_on_body()
{
	start_motion_house
	fires Motion
	api_ok PATCH /api/v1/entities/binary_sensor.motion_occupancy '{"name":"Somebody there"}' >/dev/null
	[ "$(points binary_sensor.motion_occupancy)" -ge 2 ] || fail "no history: $(cat body)"
	before=$(points binary_sensor.motion_occupancy)
	announce_motion 0xn Newcomer
	wait_for exists entities/binary_sensor.newcomer_occupancy || fail "no new sensor"
	occupied Newcomer false
	wait_for state_is binary_sensor.newcomer_occupancy off || fail "the new one is not heard"
	api_ok POST '/api/v1/devices/motion/replace?dry_run=true' '{"by":"newcomer"}' >plan.json
	exists devices/newcomer || fail "a dry run did something"
	api_ok POST /api/v1/devices/motion/replace '{"by":"newcomer"}' >done.json
	atf_check cmp plan.json done.json
	atf_check -o inline:'motion binary_sensor.motion_occupancy 0xn_occupancy [] []\n' jq -r \
	    '"\(.device) \(.replaced[0].entity_id) \(.replaced[0].unique_id) \(.added|tojson) \(.missing|tojson)"' \
	    done.json
	gone devices/newcomer || fail "the new device is still there"
	gone entities/binary_sensor.newcomer_occupancy || fail "its entity is still there"
	fires Newcomer
	atf_check -o inline:'Somebody there\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/entities/binary_sensor.motion_occupancy | jq -r .name"
	[ "$(points binary_sensor.motion_occupancy)" -gt "$before" ] || fail "history does not go on"
	# the old hardware speaks: nobody listens
	: >told
	occupied Newcomer false
	wait_for state_is binary_sensor.motion_occupancy off || fail "not off"
	occupied Motion true
	lamp_says OFF
	state_is binary_sensor.motion_occupancy off || fail "the old hardware was heard"
	# the next engine finds both announcements at the broker
	restart_engine
	fires Newcomer
	announce_motion 0xz Later	# announced after the old hardware was, so known after it
	wait_for exists devices/later || fail "announcements are not read"
	gone devices/motion_2 || fail "the old hardware is a device again"
	[ "$(api GET /api/v1/devices | jq '.devices | length')" = 3 ] || fail "devices: $(cat body)"
	# it is wanted elsewhere
	api_ok DELETE /api/v1/devices/motion/replace >released.json
	atf_check -o inline:'1\n' jq .released released.json
	wait_for exists devices/motion_2 || fail "the old hardware does not come back"
	fires Newcomer
}
replace__history_and_rules_go_on_cleanup()
{
	stop_all
}

# What was begun with the old hardware is finished with the new: a delay's action reaches the new lamp, and a
# wait for the state to last ends when the new sensor says otherwise.
atf_test_case replace__in_the_middle_of_a_run cleanup
replace__in_the_middle_of_a_run_body()
{
	start_motion_house
	api_ok POST /api/v1/automations '{"name":"For a while","triggers":[{"trigger":"state",
	    "entity_id":"binary_sensor.motion_occupancy","to":"on"}],"actions":[{"delay":10},
	    {"action":"light.turn_off","target":{"entity_id":"light.lamp"}}]}' >/dev/null
	stays_on >/dev/null
	announce_motion 0xn Newcomer
	mqtt_pub homeassistant/light/0xk/light/config '{"name":null,"unique_id":"0xk_light",
	    "schema":"json","state_topic":"zigbee2mqtt/Bulb","command_topic":"zigbee2mqtt/Bulb/set",
	    "device":{"identifiers":["zigbee2mqtt_0xk"],"name":"Bulb"}}' -r -q 1
	wait_for exists devices/bulb || fail "no bulb"
	occupied Newcomer false
	wait_for state_is binary_sensor.newcomer_occupancy off || fail "the new sensor is not heard"
	: >bulb
	start bulb sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t zigbee2mqtt/Bulb/set >>bulb"
	wait_for sh -c 'mosquitto_pub -h 127.0.0.1 -p '"$(broker_port)"' -t zigbee2mqtt/Bulb/set \
	    -m listening && test -s bulb' || fail "the bulb does not listen"
	fires Motion
	wait_for hold_is 1 || fail "nothing waits"
	api_ok POST /api/v1/devices/lamp/replace '{"by":"bulb"}' >/dev/null
	api_ok POST /api/v1/devices/motion/replace '{"by":"newcomer"}' >/dev/null
	wait_for state_is binary_sensor.motion_occupancy off || fail "not the new one's state"
	wait_for hold_is 0 || fail "it waits for what is over"
	wait_for grep -q OFF bulb || fail "the run did not reach the new lamp"
}
replace__in_the_middle_of_a_run_cleanup()
{
	stop_all
}

orphans_are()	# how many
{
	[ "$(api GET /api/v1/orphans | jq '.entities | length')" = "$1" ]
}

atf_test_case orphans__listed_and_cleared cleanup
orphans__listed_and_cleared_body()
{
	start_motion_house
	announce_motion 0xn Newcomer
	wait_for exists devices/newcomer || fail "no new sensor"
	api DELETE /api/v1/devices/newcomer >/dev/null
	atf_check -o inline:409 cat status
	for hardware in 0xm 0xn; do
		mqtt_pub "homeassistant/binary_sensor/$hardware/occupancy/config" '' -r -q 1
	done
	wait_for orphans_are 2 || fail "orphans: $(cat body)"
	atf_check -o inline:'true false\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/orphans | jq -r '.entities[0] | \"\(.orphaned) \(.available)\"'"
	atf_check -o inline:'automations Light for people triggers[0].entity_id\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/orphans/used | jq -r 'to_entries[] | .key as \$k | .value[] | \"\(\$k) \(.name) \(.where[])\"'"
	api_ok DELETE '/api/v1/orphans?entity_id=binary_sensor.newcomer_occupancy' >/dev/null
	gone devices/newcomer || fail "an empty device stays"
	api_ok DELETE /api/v1/devices/motion
	atf_check -o inline:204 cat status
	orphans_are 0 || fail "orphans: $(cat body)"
	# the log goes on to name them
	api_ok GET '/api/v1/events?kind=state_changed&limit=100' >events.json
	atf_check -o inline:'true\n' jq '[.events[].subject] | length > 0 and all(. != null)' events.json
	announce_motion 0xm Motion
	wait_for exists entities/binary_sensor.motion_occupancy || fail "it does not come back"
	fires Motion
}
orphans__listed_and_cleared_cleanup()
{
	stop_all
}

announce_plug()	# [nothing: it is withdrawn]
{
	mqtt_pub homeassistant/switch/rq/s/config "${1-{\"name\":\"Plug\",\"unique_id\":\"rq\",
	    \"state_topic\":\"rq/s\",\"command_topic\":\"rq/set\"\}}" -r -q 1
}

announce_press()	# the same for what only tells that something happened
{
	mqtt_pub homeassistant/event/rq/e/config "${1-{\"name\":\"Press\",\"unique_id\":\"rqe\",
	    \"state_topic\":\"rq/e\",\"event_types\":[\"single\"]\}}" -r -q 1
}

plug_says()	# ON|OFF
{
	mqtt_pub rq/s "$1" -q 1
	wait_for state_is switch.plug "$(echo "$1" | tr NOF nof)" || fail "the plug is not $1: $(cat body)"
}

# Whatever was said before a device was known, it must not be told again when something newer was heard since.
atf_test_case comes_back__with_its_newest_state cleanup
comes_back__with_its_newest_state_body()
{
	start_house
	mqtt_pub rq/s ON -q 1
	mqtt_pub rq/e '{"event_type":"single"}' -q 1
	announce_plug
	wait_for state_is switch.plug on || fail "what was said before the announcement is not heard"
	announce_press
	wait_for exists entities/event.press || fail "no event"
	plug_says OFF
	mqtt_pub rq/e '{"event_type":"single"}' -q 1
	plug_says ON
	plug_says OFF
	happened=$(api GET /api/v1/entities/event.press | jq -r .state)

	# as a bridge does that starts again
	announce_plug ''
	announce_press ''
	wait_for orphans_are 2 || fail "still announced: $(cat body)"
	announce_press
	announce_plug
	wait_for orphans_are 0 || fail "not announced: $(cat body)"
	state_is switch.plug off || fail "an old message came back: $(cat body)"
	atf_check_equal "$happened" "$(api GET /api/v1/entities/event.press | jq -r .state)"

	# as somebody does who switches it off and on; meanwhile it is used
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":false}' >/dev/null
	mqtt_pub rq/s ON -q 1
	announce_lamp		# read later than that
	wait_for exists entities/light.lamp || fail "no lamp"
	# and the engine that heard it is not the one that is asked
	end_engines
	start_engine
	wait_for engine_is_active || fail "no engine"
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":true}' >/dev/null
	wait_for state_is switch.plug on || fail "what was said meanwhile is not heard: $(cat body)"
	plug_says OFF
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":false}' >/dev/null
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":true}' >/dev/null
	announce_motion 0xm Motion	# read later than that
	wait_for exists entities/binary_sensor.motion_occupancy || fail "no motion sensor"
	state_is switch.plug off || fail "an old message came back: $(cat body)"
	api_ok GET '/api/v1/events?kind=state_changed&entity_id=switch.plug' >events.json
	atf_check -o inline:'"on off on off on off"\n' jq -c '[.events[].data.new_state] | join(" ")' events.json
}
comes_back__with_its_newest_state_cleanup()
{
	stop_all
}

# What is enabled while nobody looks is told as well what its topics said: by the engine before, or by the broker.
atf_test_case enabled__while_no_engine_runs cleanup
enabled__while_no_engine_runs_body()
{
	start_house
	announce_plug
	wait_for exists entities/switch.plug || fail "no plug"
	plug_says OFF
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":false}' >/dev/null
	mqtt_pub rq/s ON -q 1
	announce_lamp		# read later than that
	wait_for exists entities/light.lamp || fail "no lamp"
	end_engines
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":true}' >/dev/null
	start_engine
	wait_for state_is switch.plug on || fail "what the engine before heard is not told: $(cat body)"

	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":false}' >/dev/null
	mqtt_pub rq/s OFF -q 1 -r
	announce_motion 0xm Motion
	wait_for exists entities/binary_sensor.motion_occupancy || fail "no motion sensor"
	kill_engine
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":true}' >/dev/null
	start_engine
	wait_for state_is switch.plug off || fail "what the broker keeps is not asked for: $(cat body)"
}
enabled__while_no_engine_runs_cleanup()
{
	stop_all
}

# The broker is asked as soon as it is there.
atf_test_case enabled__while_no_broker_runs cleanup
enabled__while_no_broker_runs_body()
{
	start_house
	announce_plug
	wait_for exists entities/switch.plug || fail "no plug"
	plug_says OFF
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":false}' >/dev/null
	mqtt_pub rq/s ON -q 1 -r
	announce_lamp		# read later than that
	wait_for exists entities/light.lamp || fail "no lamp"
	kill_engine		# what it heard is gone
	kill "$(cut -d ' ' -f 1 house/run/mosquitto.pid)"
	start_engine
	wait_for grep -q 'cannot be reached' house/log/engine.log || fail "the engine does not miss the broker"
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":true}' >/dev/null
	start broker mosquitto -c "$PWD/house/run/mosquitto.conf"
	wait_for state_is switch.plug on || fail "what the broker keeps is not asked for: $(cat body)"
}
enabled__while_no_broker_runs_cleanup()
{
	stop_all
}

# An engine that was killed handed nothing on: what the one before it had handed on is old by then.
atf_test_case killed__old_messages_do_not_come_back cleanup
killed__old_messages_do_not_come_back_body()
{
	start_house
	announce_plug
	wait_for exists entities/switch.plug || fail "no plug"
	plug_says ON
	end_engines
	start_engine
	plug_says OFF
	kill_engine
	start_engine
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":false}' >/dev/null
	announce_lamp		# read later than that
	wait_for exists entities/light.lamp || fail "no lamp"
	api_ok PATCH /api/v1/entities/switch.plug '{"enabled":true}' >/dev/null
	announce_motion 0xm Motion
	wait_for exists entities/binary_sensor.motion_occupancy || fail "no motion sensor"
	state_is switch.plug off || fail "an old message came back: $(cat body)"
}
killed__old_messages_do_not_come_back_cleanup()
{
	stop_all
}

announce_uc()	# NUMBER: one of two devices whose sensor has the same unique id; or withdrawn
{
	mqtt_pub "homeassistant/sensor/uc$1/config" "${2-{\"name\":\"Temp\",\"unique_id\":\"uctemp\",
	    \"state_topic\":\"uc/$1\",\"device\":{\"identifiers\":[\"uc$1\"],\"name\":\"Uc $1\"\}\}}" -r -q 1
}

owner_is()	# device id
{
	[ "$(api GET /api/v1/entities/sensor.uc_1_temp | jq -r '"\(.device_id) \(.orphaned)"')" = "$1 false" ]
}

refused_are()	# topics
{
	[ "$(sqlite3 'file:house/consciousness.db?mode=ro' 'select group_concat(source) from refusal')" = "$1" ]
}

# The first that announces an id keeps it while its announcement is there; then it is the second's turn.
atf_test_case rivals__the_second_waits cleanup
rivals__the_second_waits_body()
{
	start_house
	announce_uc 1
	wait_for owner_is uc_1 || fail "no sensor"
	announce_uc 2
	wait_for refused_are homeassistant/sensor/uc2/config || fail "not refused"
	announce_uc 1
	announce_uc 2
	mqtt_pub uc/1 21 -q 1
	wait_for state_is sensor.uc_1_temp 21 || fail "the first is not heard"
	mqtt_pub uc/2 99 -q 1
	announce_lamp		# read later than all that
	wait_for exists entities/light.lamp || fail "no lamp"
	owner_is uc_1 || fail "taken away: $(cat body)"
	state_is sensor.uc_1_temp 21 || fail "the second is heard: $(cat body)"
	gone devices/uc_2 || fail "a device without entities"
	announce_uc 1 ''
	wait_for owner_is uc_2 || fail "the second is not asked for: $(cat body)"
	mqtt_pub uc/2 22 -q 1
	wait_for state_is sensor.uc_1_temp 22 || fail "the second is not heard"
	refused_are '' || fail "still refused"
	# withdrawn while nobody listened: the broker does not have it, and the one that comes is taken
	kill_engine
	announce_uc 2 ''
	start_engine
	wait_for orphans_are 1 || fail "not withdrawn: $(cat body)"
	sqlite3 house/consciousness.db "update entity set orphaned = 0 where entity_id = 'sensor.uc_1_temp'" ||
	    fail "it is left withdrawn"
	announce_uc 1
	wait_for owner_is uc_1 || fail "it waits for one that is gone: $(cat body)"
}
rivals__the_second_waits_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case rivals__the_second_waits
	atf_add_test_case comes_back__with_its_newest_state
	atf_add_test_case enabled__while_no_engine_runs
	atf_add_test_case enabled__while_no_broker_runs
	atf_add_test_case killed__old_messages_do_not_come_back
	atf_add_test_case rename__id_and_rules_stay
	atf_add_test_case disable__takes_effect_at_once
	atf_add_test_case disable__before_an_engine_sees_the_command
	atf_add_test_case replace__history_and_rules_go_on
	atf_add_test_case replace__in_the_middle_of_a_run
	atf_add_test_case orphans__listed_and_cleared
}
