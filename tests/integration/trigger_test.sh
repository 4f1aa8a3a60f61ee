# SPDX-License-Identifier: ISC
#
# What happens and leaves no state: buttons and tags become events, events start automations.

. "$SRC_DIR/tests/lib/house.sh"

announce_button()	# subtype
{
	mqtt_pub "homeassistant/device_automation/0x1/action_$1/config" '{"automation_type":"trigger",
	    "type":"action","subtype":"'"$1"'","payload":"'"$1"'","topic":"zigbee2mqtt/Remote/action",
	    "device":{"identifiers":["zigbee2mqtt_0x1"],"name":"Remote"}}' -r -q 1
}

announce_switch()
{
	mqtt_pub homeassistant/switch/lamp/config '{"name":"Lamp","unique_id":"lamp",
	    "command_topic":"lamp/set","state_topic":"lamp"}' -r -q 1
}

entity_exists()
{
	api GET "/api/v1/entities/$1" >entity.json
	[ "$(cat status)" = 200 ]
}

happened()	# kind jq-condition
{
	api GET "/api/v1/events?kind=$1&order=newest" | jq -e ".events[] | select($2)" >event.json
}

told()	# payload
{
	grep -q "^$1\$" told
}

atf_test_case device__trigger_is_an_event cleanup
device__trigger_is_an_event_body()
{
	start_house
	# as its bridge does it: announced at the first press, whose message follows at once
	announce_button single
	mqtt_pub zigbee2mqtt/Remote/action single
	wait_for happened device_trigger '.data.subtype == "single"' || fail "no event: $(cat body)"
	atf_check -o inline:'device.remote action single remote\n' \
	    jq -r '"\(.subject) \(.data.type) \(.data.subtype) \(.data.device_id)"' event.json
	# the device lists it, and nothing else does
	api_ok GET /api/v1/devices/remote >d.json
	atf_check -o inline:'[{"type":"action","subtype":"single"}]\n' jq -c .triggers d.json
	atf_check -o inline:'[]\nunknown\n' jq -c -r '.entities, .status' d.json
	api_ok GET /api/v1/devices >d.json
	atf_check -o inline:'[{"type":"action","subtype":"single"}]\n' jq -c '.devices[0].triggers' d.json
	api_ok GET /api/v1/entities >e.json
	atf_check -o inline:'0\n' jq '.entities | length' e.json
	api_ok GET '/api/v1/entities?domain=device_automation' >e.json
	atf_check -o inline:'device_automation.remote_action_single\n' jq -r '.entities[].entity_id' e.json
	# an automation hears it, of the right kind only
	announce_switch
	announce_button double
	wait_for entity_exists switch.lamp || fail "no lamp"
	start ears sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t lamp/set >told"
	wait_for sh -c 'mosquitto_pub -h 127.0.0.1 -p '"$(broker_port)"' -t lamp/set -m listening &&
	    grep -q listening told' || fail "nobody listens"
	api_ok POST /api/v1/automations '{"name":"Double","triggers":[{"trigger":"device",
	    "device_id":"remote","domain":"mqtt","type":"action","subtype":"double"}],
	    "actions":[{"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}}]}' >a.json
	api_ok POST /api/v1/automations '{"name":"Tag","triggers":[{"trigger":"tag","tag_id":["7","E9"]}],
	    "actions":[{"action":"switch.turn_off","target":{"entity_id":"switch.lamp"}}]}' >b.json
	wait_for entity_exists device_automation.remote_action_double || fail "no second trigger"
	mqtt_pub zigbee2mqtt/Remote/action single
	mqtt_pub zigbee2mqtt/Remote/action double
	wait_for told ON || fail "the automation did not run: $(cat house/log/engine.log)"
	wait_for happened automation_run '.data.name == "Double"' || fail "no run"
	cause=$(jq .cause event.json)
	happened device_trigger ".id == $cause" || fail "the run names no cause"
	atf_check -o inline:'double\n' jq -r .data.subtype event.json
	# the device's last message shows as what it was, and is not repeated by looking at it
	api_ok POST /api/v1/devices/remote/messages >m.json
	atf_check -o inline:'double event action\nsingle nothing null\n' jq -r '.messages[] |
	    select(.topic == "zigbee2mqtt/Remote/action") | .decoded | sort_by(.entity_id)[] |
	    "\(.entity_id | split("_") | last) \(.result) \(.event.type)"' m.json
	# a tag at a reader
	mqtt_pub homeassistant/tag/reader/config '{"topic":"reader","value_template":"{{ value_json.uid }}",
	    "device":{"identifiers":["reader"],"name":"Reader"}}' -r -q 1
	wait_for entity_exists tag.reader_mqtt_tag || fail "no reader"
	mqtt_pub reader '{"uid":"E9"}'
	wait_for told OFF || fail "the tag did nothing"
	wait_for happened tag_scanned '.data.tag_id == "E9"' || fail "no event"
	atf_check -o inline:'tag.E9 reader\n' jq -r '"\(.subject) \(.data.device_id)"' event.json
	# one press, one event
	api_ok GET '/api/v1/events?kind=device_trigger&order=newest' >all.json
	atf_check -o inline:'3\n' jq '.events | length' all.json
}
device__trigger_is_an_event_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case device__trigger_is_an_event
}
