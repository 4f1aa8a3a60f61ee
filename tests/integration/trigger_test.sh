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

# a lamp, and a rule for each way to be heard that tells of it
rule()	# name triggers value
{
	api_ok POST /api/v1/automations '{"name":"'"$1"'","triggers":['"$2"'],"actions":[{"event":"heard",
	    "event_data":{"rule":"'"$1"'","value":"{{ '"${3:-1}"' }}"}}]}' >rule.json
}

heard()	# rule jq-condition
{
	happened custom ".data.rule == \"$1\" and ($2)"
}

lamp_is()	# state
{
	api GET /api/v1/entities/switch.hub_lamp | jq -e ".state == \"$1\" and .available"
}

heard_times()	# rule number
{
	api GET '/api/v1/events?kind=custom' | jq -e "[.events[] | select(.data.rule == \"$1\")] | length == $2"
}

hook()	# id curl-arguments
{
	hook_id=$1
	shift
	curl -s -o body -w '%{http_code}' "$URL/api/v1/webhooks/$hook_id" "$@"
}

atf_test_case mqtt__messages_start_rules cleanup
mqtt__messages_start_rules_body()
{
	start_house
	mqtt_pub bell/kept yes -r -q 1
	rule exact '{"trigger":"mqtt","topic":"bell/front","payload":"ring"}' 'trigger.topic ~ trigger.payload'
	rule any '{"trigger":"mqtt","topic":"bell/+","payload":"5","value_template":"{{ value_json.x }}"}' trigger.topic
	rule kept '{"trigger":"mqtt","topic":"bell/kept"}'
	rule wait '{"trigger":"mqtt","topic":"bell/none"}'
	api_ok PATCH /api/v1/automations/wait '{"actions":[{"wait_for_trigger":{"trigger":"mqtt",
	    "topic":"bell/later"}},{"event":"heard","event_data":{"rule":"wait",
	    "value":"{{ wait.trigger.payload }}"}}]}' >a.json
	mqtt_pub bell/front no
	mqtt_pub bell/front ring
	wait_for heard exact '.data.value == "bell/frontring"' || fail "not heard: $(cat body)"
	cause=$(jq .cause event.json)
	happened automation_run ".id == $cause" || fail "no run told it"
	cause=$(jq .cause event.json)
	happened message ".id == $cause" || fail "no message started it"
	atf_check -o inline:'mqtt.bell/front ring\n' jq -r '"\(.subject) \(.data.payload)"' event.json
	mqtt_pub bell/side '{"x":5}'
	wait_for heard any '.data.value == "bell/side"' || fail "the filter does not match"
	# of a long one the log keeps the beginning, in whole characters
	long=$(head -c 1022 /dev/zero | tr '\0' a)
	rule long '{"trigger":"mqtt","topic":"bell/long"}' trigger.topic
	mqtt_pub bell/long "$long€€"
	wait_for heard long '.data.value == "bell/long"' || fail "no long one"
	happened message '.subject == "mqtt.bell/long"' || fail "no long one in the log"
	atf_check -o inline:"$long\n" jq -r .data.payload event.json
	# both on one connection: the engine reads them in this order
	mqtt_pub bell/none go
	mqtt_pub bell/later now
	wait_for heard wait '.data.value == "now"' || fail "nobody waits"
	# what a run waits for comes after what started it, also where both have a filter that fits
	rule next '{"trigger":"mqtt","topic":"gate/in"}'
	api_ok PATCH /api/v1/automations/next '{"actions":[{"wait_for_trigger":{"trigger":"mqtt","topic":"gate/+"}},
	    {"wait_for_trigger":{"trigger":"mqtt","topic":"gate/#"}},
	    {"event":"heard","event_data":{"rule":"next","value":"{{ wait.trigger.payload }}"}}]}' >a.json
	mqtt_pub gate/in one
	mqtt_pub gate/out two
	mqtt_pub gate/out three
	wait_for heard next '.data.value == "three"' || fail "it heard the wrong one: $(cat body)"
	# each strand by itself: another one has waited for it all the time
	rule both '{"trigger":"mqtt","topic":"yard/none"}'
	api_ok PATCH /api/v1/automations/both '{"actions":[{"parallel":[
	    [{"wait_for_trigger":{"trigger":"mqtt","topic":"yard/in"}},
	     {"wait_for_trigger":{"trigger":"mqtt","topic":"yard/out"}}],
	    [{"wait_for_trigger":{"trigger":"mqtt","topic":"yard/+"}},
	     {"event":"heard","event_data":{"rule":"both","value":"{{ wait.trigger.payload }}"}}]]}]}' >a.json
	mqtt_pub yard/none go
	mqtt_pub yard/in one
	wait_for heard both '.data.value == "one"' || fail "the other strand did not hear it: $(cat body)"
	# what the broker had kept is no news, not for the next engine either
	kill_engine
	start_engine
	mqtt_pub bell/front ring -q 1
	wait_for heard_times exact 2 || fail "not after a restart"
	heard_times kept 0 || fail "a retained message started a rule"
	heard_times any 1 || fail "a rule ran twice"
	# a message that starts nothing is no event
	api_ok GET '/api/v1/events?kind=message' >m.json
	jq -e '[.events[] | select(.data.payload == "no")] | length == 0' m.json || fail "told of too much"
}
mqtt__messages_start_rules_cleanup()
{
	stop_all
}

# Who was told that a rule is there may rely on it: an engine that comes to both at once reads the rule first.
atf_test_case rule__hears_what_comes_behind_it cleanup
rule__hears_what_comes_behind_it_body()
{
	start_house
	read -r engine <house/run/engine.lock
	kill -STOP "$engine"
	rule late '{"trigger":"mqtt","topic":"bell/late"}'
	mqtt_pub bell/late ring -q 1
	kill -CONT "$engine"
	wait_for heard_times late 1 || fail "not heard"
}
rule__hears_what_comes_behind_it_cleanup()
{
	stop_all
}

atf_test_case webhook__calls_start_rules cleanup
webhook__calls_start_rules_body()
{
	start_house
	rule near '{"trigger":"webhook","webhook_id":"bell"}' 'trigger.json | default(trigger.data) | default(trigger.text)'
	rule far '{"trigger":"webhook","webhook_id":"9f8e7d6c5b4a39281706","local_only":false}'
	atf_check_equal 202 "$(hook bell -X POST -H 'Content-Type: application/json' -d '{"x":7}')"
	wait_for heard near '.data.value.x == 7' || fail "JSON does not come: $(cat body)"
	atf_check_equal 202 "$(hook 'bell?q=a%20b' -X PUT -d 'y=c+d&z')"
	wait_for heard near '.data.value.y == "c d"' || fail "a form does not come"
	happened webhook '.data.query.q == "a b"' || fail "no query"
	atf_check_equal 202 "$(hook bell -X POST -H 'Content-Type: text/plain' -d hello)"
	wait_for heard near '.data.value == "hello"' || fail "text does not come"
	# what is no call
	atf_check_equal 404 "$(hook belt -X POST)"
	atf_check_equal 405 "$(hook bell)"
	atf_check_equal 422 "$(hook bell -X POST -H 'Content-Type: application/json' -d '{"x":')"
	head -c 20000 /dev/zero | tr '\0' a >long
	atf_check_equal 413 "$(hook bell -X POST -H 'Content-Type: text/plain' -d @long)"
	atf_check_equal 202 "$(hook 9f8e7d6c5b4a39281706 -X POST)"
	wait_for heard_times far 1 || fail "the other rule does not hear"
	# the id is a secret: of those who may only look, and of the log
	api_ok GET '/api/v1/events?kind=webhook' >e.json
	grep -q 9f8e7d6c5b4a e.json && fail "the log tells the secret"
	# nor can one be tried whether it is the one
	grep -q "$(printf bell | sha256sum | cut -c1-16)" e.json && fail "the log tells a digest"
	api_ok GET /api/v1/automations/far >rule.json
	jq -e '.triggers[0].webhook_id == "9f8e7d6c5b4a39281706"' rule.json || fail "who may manage does not see it"
	look=$("$bin/consciousness" --data house token create --name look --scope read) || fail "no token"
	curl -s -H "Authorization: Bearer $look" "$URL/api/v1/automations/far" >rule.json
	jq -e '.triggers[0].webhook_id == "***"' rule.json || fail "a reader sees the secret: $(cat rule.json)"
	# a call while no engine runs is answered by the next one, a disabled rule by none
	kill_engine
	atf_check_equal 202 "$(hook bell -X POST)"
	start_engine
	wait_for heard_times near 4 || fail "a call was lost"
}
webhook__calls_start_rules_cleanup()
{
	stop_all
}

tank_is()	# STATE AVAILABLE
{
	api GET /api/v1/entities/sensor.tank | jq -e ".state == \"$1\" and .available == $2"
}

atf_test_case away__lost_devices_start_rules cleanup
away__lost_devices_start_rules_body()
{
	start_house
	mqtt_pub homeassistant/switch/lamp/config '{"name":"Lamp","unique_id":"lamp",
	    "command_topic":"lamp/set","state_topic":"lamp","availability_topic":"lamp/there",
	    "device":{"identifiers":["hub"],"name":"Hub"}}' -r -q 1
	mqtt_pub lamp/there online -r -q 1
	mqtt_pub lamp ON -r -q 1
	wait_for lamp_is on || fail "no lamp: $(cat body)"
	# what comes and goes within a moment is not told at all
	wait_for happened availability '.data.status == "online"' || fail "nobody told that it came"
	rule gone '{"trigger":"state","entity_id":"switch.hub_lamp","to":"unavailable"}' trigger.to_state.state
	rule back '{"trigger":"state","entity_id":"switch.hub_lamp","from":"unavailable"}' trigger.to_state.state
	rule on '{"trigger":"state","entity_id":"switch.hub_lamp","to":"on"}'
	rule lost '{"trigger":"device_status","device_id":"hub"}'
	rule held '{"trigger":"device_status","device_id":"hub","for":2}'
	mqtt_pub lamp/there offline -r -q 1
	wait_for heard gone '.data.value == "unavailable"' || fail "nobody saw it go: $(cat body)"
	wait_for heard_times lost 1 || fail "the device was not lost"
	wait_for heard_times held 1 || fail "it was not lost for long enough"
	mqtt_pub lamp/there online -r -q 1
	wait_for heard back '.data.value == "on"' || fail "nobody saw it come back"
	heard_times on 0 || fail "to come back is no change to on"
}
away__lost_devices_start_rules_cleanup()
{
	stop_all
}

atf_test_case away__what_is_heard_counts_when_it_is_back cleanup
away__what_is_heard_counts_when_it_is_back_body()
{
	start_house
	mqtt_pub homeassistant/sensor/tank/config '{"name":"Tank","unique_id":"tank","state_topic":"tank",
	    "availability_topic":"tank/there"}' -r -q 1
	mqtt_pub tank/there online -r -q 1
	mqtt_pub tank 50 -r -q 1
	wait_for tank_is 50 true || fail "no tank: $(cat body)"
	rule low '{"trigger":"numeric_state","entity_id":"sensor.tank","below":20}' \
	    'trigger.from_state.state ~ trigger.to_state.state'
	rule any '{"trigger":"state","entity_id":"sensor.tank"}' 'trigger.from_state.state ~ trigger.to_state.state'
	mqtt_pub tank/there offline -r -q 1
	wait_for tank_is 50 false || fail "it is not away: $(cat body)"
	mqtt_pub tank 10 -r -q 1
	wait_for tank_is 10 false || fail "it was not heard: $(cat body)"
	kill_engine
	start_engine
	heard_times low 0 || fail "it was away"
	heard_times any 0 || fail "it was away"
	mqtt_pub tank/there online -r -q 1
	wait_for heard low '.data.value == "unavailable10"' || fail "its return is no news: $(cat body)"
	wait_for heard any '.data.value == "unavailable10"' || fail "its return is no change: $(cat body)"
	# with the same as before it is none
	mqtt_pub tank/there offline -r -q 1
	wait_for tank_is 10 false || fail "it is not away: $(cat body)"
	mqtt_pub tank/there online -r -q 1
	wait_for tank_is 10 true || fail "it is not back: $(cat body)"
	mqtt_pub tank 11 -r -q 1
	wait_for heard_times any 2 || fail "it was not heard again"
	heard_times low 1 || fail "it did not cross"
}
away__what_is_heard_counts_when_it_is_back_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case device__trigger_is_an_event
	atf_add_test_case mqtt__messages_start_rules
	atf_add_test_case rule__hears_what_comes_behind_it
	atf_add_test_case webhook__calls_start_rules
	atf_add_test_case away__lost_devices_start_rules
	atf_add_test_case away__what_is_heard_counts_when_it_is_back
}
