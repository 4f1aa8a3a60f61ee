# SPDX-License-Identifier: ISC
#
# Kinds of devices whose commands want care, in a real house: an alarm with a code, a robot, and a fan that
# reports only a part of what it is told.

. "$SRC_DIR/tests/lib/house.sh"

entity_exists()
{
	api GET "/api/v1/entities/$1" >entity.json
	[ "$(cat status)" = 200 ]
}

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

# device NAME COMMAND-TOPIC STATE-TOPIC SED: answers each command by what sed makes of it
device()
{
	start "$1" sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t '$2' |
	    while read -r line; do echo \"\$line\" >>'$1.told'; echo \"\$line\" | sed '$4'; done |
	    mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t '$3' -l"
	wait_for sh -c "mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t '$2' -m hello && grep -q hello '$1.told'" ||
	    fail "$1 does not listen"
}

rows_with()	# table word
{
	sqlite3 house/consciousness.db "select count(*) from $1 where data like '%$2%'"
}

query_is()
{
	[ "$(sqlite3 'file:house/consciousness.db?mode=ro' "$1")" = "$2" ]
}

atf_test_case alarm__code_is_checked_sent_once_and_forgotten cleanup
alarm__code_is_checked_sent_once_and_forgotten_body()
{
	start_house
	mqtt_pub homeassistant/alarm_control_panel/ring/alarm/config '{"name":"Alarm","unique_id":"ring_alarm",
	    "state_topic":"ring/state","command_topic":"ring/set","code":"2468","code_arm_required":false}' -r -q 1
	wait_for entity_exists alarm_control_panel.alarm || fail "no alarm"
	device panel ring/set ring/state 's/ARM_AWAY/arming/; s/DISARM.*/disarmed/'
	mqtt_pub ring/state disarmed
	wait_for state_is alarm_control_panel.alarm disarmed || fail "not disarmed"
	api_ok POST '/api/v1/entities/alarm_control_panel.alarm/command?wait=20' '{"service":"alarm_arm_away"}' >c.json
	atf_check -o inline:'confirmed\n' jq -r .status c.json
	mqtt_pub ring/state armed_away
	# without the code, and with a wrong one
	api POST /api/v1/entities/alarm_control_panel.alarm/command '{"service":"alarm_disarm"}' >c.json
	atf_check -o match:'^4' cat status
	atf_check -o match:'"code"' cat c.json
	api_ok POST '/api/v1/entities/alarm_control_panel.alarm/command?wait=20' \
	    '{"service":"alarm_disarm","data":{"code":"9999"}}' >c.json
	atf_check -o inline:'failed the code is wrong ***\n' jq -r '"\(.status) \(.reason) \(.data.code)"' c.json
	atf_check -s exit:1 grep DISARM panel.told
	api_ok POST '/api/v1/entities/alarm_control_panel.alarm/command?wait=20' \
	    '{"service":"alarm_disarm","data":{"code":"2468"}}' >c.json
	atf_check -o inline:'confirmed ***\n' jq -r '"\(.status) \(.data.code)"' c.json
	atf_check -o inline:'1\n' grep -c DISARM panel.told
	for table in event command; do
		for code in 2468 9999; do
			atf_check_equal 0 "$(rows_with $table $code)"
		done
	done
}
alarm__code_is_checked_sent_once_and_forgotten_cleanup()
{
	stop_all
}

# What may be read, by whose token; a code stands in what the device announced, in a rule and in what was sent.
read_all()
{
	for path in entities "entities/$id" devices automations automations/leave commands \
	    'events?since=0&limit=1000' "explain?entity_id=$id" attention openapi.json; do
		api_ok GET "/api/v1/$path"
	done
}

atf_test_case alarm__code_is_not_for_readers cleanup
alarm__code_is_not_for_readers_body()
{
	start_house
	mqtt_pub homeassistant/alarm_control_panel/ring/alarm/config '{"name":"Alarm","unique_id":"ring_alarm",
	    "state_topic":"ring","command_topic":"ring","code":"246813","code_arm_required":true,
	    "command_template":"{{ action }} {{ code }}","device":{"identifiers":["ring"],"name":"Ring"}}' -r -q 1
	id=alarm_control_panel.ring_alarm
	wait_for entity_exists "$id" || fail "no alarm"
	api_ok PATCH "/api/v1/entities/$id" '{"name":"Alarm"}' >/dev/null
	mqtt_pub ring disarmed
	wait_for state_is "$id" disarmed || fail "not disarmed"
	api_ok POST /api/v1/automations '{"name":"Leave","triggers":[{"trigger":"state","entity_id":"'"$id"'"}],
	    "actions":[{"action":"alarm_control_panel.alarm_arm_away","target":{"entity_id":"'"$id"'"},
	    "data":{"code":"246813"}}]}' >rule.json
	atf_check -o match:246813 cat rule.json		# who may change it sees it
	api_ok POST /api/v1/automations/leave/trigger >/dev/null
	wait_for query_is "select count(*) > 0 from command where status = 'sent' or status = 'failed' or
	    status = 'confirmed' or status = 'expired'" 1 || fail "nothing was sent"
	device=$(api GET /api/v1/devices | jq -r '.devices[0].id')
	api_ok POST "/api/v1/devices/$device/messages" >messages.json
	atf_check -o match:246813 cat messages.json
	TOKEN=$("$bin/consciousness" --data house token create --name reader --scope read)
	export TOKEN
	read_all >all.json
	atf_check -o match:'"[*][*][*]"' cat all.json
	atf_check -s exit:1 grep 246813 all.json
	api POST "/api/v1/devices/$device/messages" >/dev/null
	atf_check -o inline:'403' cat status
	atf_check -s exit:1 grep -r 246813 house/log
}
alarm__code_is_not_for_readers_cleanup()
{
	stop_all
}

atf_test_case vacuum__does_what_it_is_told cleanup
vacuum__does_what_it_is_told_body()
{
	start_house
	mqtt_pub homeassistant/vacuum/robot/vacuum/config '{"name":null,"unique_id":"robot",
	    "state_topic":"robot/state","command_topic":"robot/set","set_fan_speed_topic":"robot/speed",
	    "supported_features":["start","return_home","fan_speed","battery"],"fan_speed_list":["low","high"],
	    "device":{"identifiers":["robot"],"name":"Robot"}}' -r -q 1
	wait_for entity_exists vacuum.robot || fail "no robot"
	device robot robot/set robot/state \
	    's/^start$/{"state":"cleaning","battery_level":80}/; s/return_to_base/{"state":"returning"}/'
	id=$(api GET /api/v1/devices | jq -r '.devices[0].id')
	api_ok POST "/api/v1/devices/$id/control?wait=20" '{"action":"start"}' >c.json
	atf_check -o inline:'confirmed\n' jq -r .status c.json
	api_ok POST "/api/v1/devices/$id/control?wait=20" '{"action":"dock"}' >c.json
	atf_check -o inline:'confirmed return_to_base\n' jq -r '"\(.status) \(.service)"' c.json
	api POST /api/v1/entities/vacuum.robot/command '{"service":"locate"}' >c.json
	atf_check -o match:'^4' cat status
	atf_check -o match:'this vacuum does not know vacuum.locate' cat c.json
}
vacuum__does_what_it_is_told_cleanup()
{
	stop_all
}

atf_test_case fan__unreported_speed_is_confirmed cleanup
fan__unreported_speed_is_confirmed_body()
{
	start_house
	mqtt_pub homeassistant/fan/fan/config '{"name":"Fan","unique_id":"fan","state_topic":"fan/state",
	    "command_topic":"fan/set","percentage_command_topic":"fan/speed"}' -r -q 1
	wait_for entity_exists fan.fan || fail "no fan"
	device fan fan/set fan/state ''
	api_ok POST '/api/v1/entities/fan.fan/command?wait=20' \
	    '{"service":"turn_on","data":{"percentage":40}}' >c.json
	atf_check -o inline:'confirmed\n' jq -r .status c.json
	api GET /api/v1/entities/fan.fan >e.json
	atf_check -o inline:'on 40\n' jq -r '"\(.state) \(.attributes.percentage)"' e.json
	api_ok POST '/api/v1/entities/fan.fan/command?wait=20' '{"service":"increase_speed"}' >c.json
	atf_check -o inline:'confirmed set_percentage 41\n' jq -r '"\(.status) \(.service) \(.data.percentage)"' c.json
}
fan__unreported_speed_is_confirmed_cleanup()
{
	stop_all
}

# Nobody reports the mode of this one, nor that of the blind: what is set is confirmed by what is known of it.
atf_test_case unknown_state__attribute_is_confirmed cleanup
unknown_state__attribute_is_confirmed_body()
{
	start_house
	mqtt_pub homeassistant/climate/heater/config '{"name":"Heater","unique_id":"heater","modes":["off","heat"],
	    "mode_command_topic":"heater/mode","temperature_command_topic":"heater/t"}' -r -q 1
	mqtt_pub homeassistant/cover/blind/config '{"name":"Blind","unique_id":"blind","command_topic":"blind/set",
	    "tilt_command_topic":"blind/tilt"}' -r -q 1
	wait_for entity_exists climate.heater || fail "no heater"
	wait_for entity_exists cover.blind || fail "no blind"
	api_ok POST '/api/v1/entities/climate.heater/command?wait=20' \
	    '{"service":"set_temperature","data":{"temperature":20.5}}' >c.json
	atf_check -o inline:'confirmed 1\n' jq -r '"\(.status) \(.tries)"' c.json
	api_ok POST '/api/v1/entities/cover.blind/command?wait=20' \
	    '{"service":"set_cover_tilt_position","data":{"tilt_position":33}}' >c.json
	atf_check -o inline:'confirmed 1\n' jq -r '"\(.status) \(.tries)"' c.json
}
unknown_state__attribute_is_confirmed_cleanup()
{
	stop_all
}

# SERVICE: of update.lamp, told and confirmed
update_lamp()
{
	api_ok POST '/api/v1/entities/update.lamp/command?wait=20' "{\"service\":\"$1\"}" >c.json
	atf_check -o inline:'confirmed\n' jq -r .status c.json
}

refused()	# SERVICE REASON
{
	api POST /api/v1/entities/update.lamp/command "{\"service\":\"$1\"}" >c.json
	atf_check -o inline:422 cat status
	atf_check -o match:"$2" cat c.json
}

lamp_is()	# state skipped_version
{
	[ "$(api GET /api/v1/entities/update.lamp | jq -r '"\(.state) \(.attributes.skipped_version)"')" = "$1 $2" ]
}

in_progress()
{
	[ "$(api GET /api/v1/entities/update.lamp | jq -r .attributes.in_progress)" = true ]
}

atf_test_case update__is_passed_over cleanup
update__is_passed_over_body()
{
	start_house
	mqtt_pub homeassistant/update/lamp/config '{"name":"Lamp","unique_id":"lamp","state_topic":"lamp/v",
	    "command_topic":"lamp/install","payload_install":"go"}' -r -q 1
	wait_for entity_exists update.lamp || fail "no update"
	start listener mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -t lamp/install
	mqtt_pub lamp/v '{"installed_version":"1.0","latest_version":"1.1","in_progress":false}' -r
	wait_for lamp_is on null || fail "no update is offered"
	update_lamp skip
	lamp_is off 1.1 || fail "it is offered though it was skipped"
	mqtt_pub lamp/v '{"installed_version":"1.0","latest_version":"1.1","in_progress":false,"title":"Again"}' -r
	wait_for sh -c "curl -s -H 'Authorization: Bearer $TOKEN' $URL/api/v1/entities/update.lamp | grep -q Again" ||
	    fail "no second report"
	lamp_is off 1.1 || fail "a report offers what was skipped"
	# an engine that comes after knows it too
	kill_engine
	start_engine
	wait_for lamp_is off 1.1 || fail "another engine forgot it"
	update_lamp clear_skipped
	lamp_is on null || fail "it is not offered again"
	update_lamp skip
	mqtt_pub lamp/v '{"installed_version":"1.0","latest_version":"1.2","in_progress":false}' -r
	wait_for lamp_is on null || fail "a newer one is not offered"
	# nothing of that was the device's business
	mqtt_pub lamp/install end
	wait_for grep -q end listener.out || fail "no listener"
	atf_check -o inline:'end\n' cat listener.out
	mqtt_pub lamp/v '{"installed_version":"1.0","latest_version":"1.2","in_progress":true}' -r
	wait_for in_progress || fail "no installation runs"
	refused install 'runs already'
	mqtt_pub lamp/v '{"installed_version":"1.2","latest_version":"1.2","in_progress":false}' -r
	wait_for lamp_is off null || fail "it is not installed"
	refused install 'no update to install'
	refused skip 'no update to skip'
}
update__is_passed_over_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case alarm__code_is_checked_sent_once_and_forgotten
	atf_add_test_case alarm__code_is_not_for_readers
	atf_add_test_case vacuum__does_what_it_is_told
	atf_add_test_case fan__unreported_speed_is_confirmed
	atf_add_test_case unknown_state__attribute_is_confirmed
	atf_add_test_case update__is_passed_over
}
