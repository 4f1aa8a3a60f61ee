# SPDX-License-Identifier: ISC
#
# The last messages on a device's topics, and what its entities made of them.

. "$SRC_DIR/tests/lib/house.sh"

entity_exists()
{
	api GET "/api/v1/entities/$1" >/dev/null
	[ "$(cat status)" = 200 ]
}

state_is()
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

announce()
{
	device='"device":{"identifiers":["probe"],"name":"Probe"}'
	mqtt_pub homeassistant/sensor/probe/t/config '{"name":"Temperature","unique_id":"p_t","state_topic":"probe/state",
	    "value_template":"{{ value_json.t }}","unit_of_measurement":"°C","availability_topic":"probe/available",
	    '"$device"'}' -r -q 1
	mqtt_pub homeassistant/sensor/probe/h/config '{"name":"Humidity","unique_id":"p_h","state_topic":"probe/state",
	    "value_template":"{{ value_json.h }}","unit_of_measurement":"%",'"$device"'}' -r -q 1
	mqtt_pub homeassistant/sensor/probe/w/config '{"name":"Word","unique_id":"p_w","state_topic":"probe/word",
	    '"$device"'}' -r -q 1
	for e in temperature humidity word; do
		wait_for entity_exists sensor.probe_$e || fail "no $e"
	done
}

# messages_are FILTER JSON: of the device's messages by topic
messages_are()
{
	api POST "/api/v1/devices/$device_id/messages" >messages.json
	jq -c "[.messages[] | {key: .topic, value: .}] | from_entries | $1" messages.json >found
	[ "$(cat found)" = "$2" ]
}

expect()
{
	messages_are "$@" || fail "wanted $2, found $(cat found) in $(cat messages.json)"
}

atf_test_case messages__decoded cleanup
messages__decoded_body()
{
	start_house
	announce
	device_id=$(api GET /api/v1/entities/sensor.probe_word | jq -r .device_id)
	expect '[.[].time]' '[null,null,null]'

	mqtt_pub probe/available online
	mqtt_pub probe/state '{"t":21.5,"h":"wet"}'
	wait_for state_is sensor.probe_temperature 21.5 || fail "no state"
	expect '.["probe/state"] | [.encoding, .payload, .size, .truncated]' \
	    '["utf-8","{\"t\":21.5,\"h\":\"wet\"}",20,false]'
	expect '.["probe/state"].decoded[0] | [.entity_id, .result, .reason]' \
	    '["sensor.probe_humidity","dropped","not a number: wet"]'
	expect '.["probe/state"].decoded[1] | [.entity_id, .result, .state]' \
	    '["sensor.probe_temperature","state","21.5"]'
	expect '.["probe/available"].decoded[0] | [.result, .available]' '["availability",true]'
	# looking changes nothing
	state_is sensor.probe_temperature 21.5 || fail "looking changed the state"

	# long ones are cut between characters, bytes that are no text are only counted
	mqtt_pub probe/word "x$(printf 'ü%.0s' $(seq 1100))" -q 1
	wait_for messages_are '.["probe/word"] | [(.payload | utf8bytelength), .size, .truncated]' \
	    '[2047,2201,true]' || fail "not cut: $(cat messages.json)"
	printf '\377\376\0' | mosquitto_pub -h 127.0.0.1 -p "$(broker_port)" -t probe/word -s -q 1
	wait_for messages_are '.["probe/word"] | [.encoding, .payload, .size]' '["binary",null,3]' ||
	    fail "bytes are not told from text: $(cat messages.json)"

	# the next engine remembers too
	end_engines
	start_engine
	wait_for engine_is_active || fail "no engine"
	expect '.["probe/state"].payload' '"{\"t\":21.5,\"h\":\"wet\"}"'

	api POST /api/v1/devices/nobody/messages >/dev/null
	atf_check -o match:404 cat status
	# without an engine there is a reason
	kill_engine
	api POST "/api/v1/devices/$device_id/messages" >problem.json
	atf_check -o match:'503' cat status
	atf_check -o match:'no engine answers' cat problem.json
}
messages__decoded_cleanup()
{
	stop_all
}

# A large message is the last one all the same: its beginning is kept, and no older one stands in for it.
atf_test_case messages__large cleanup
messages__large_body()
{
	start_house
	announce
	device_id=$(api GET /api/v1/entities/sensor.probe_word | jq -r .device_id)
	mqtt_pub probe/word small -q 1
	wait_for state_is sensor.probe_word small || fail "no state"
	mqtt_pub probe/word "x$(printf 'ü%.0s' $(seq 20000))" -q 1
	wait_for messages_are '.["probe/word"] | [(.payload | utf8bytelength), .size, .truncated, .encoding]' \
	    '[2047,40001,true,"utf-8"]' || fail "an older one is shown: $(cat messages.json)"
	expect '.["probe/word"].decoded[0] | [.entity_id, .result]' '["sensor.probe_word","unknown"]'
	expect '.["probe/word"].time != null' true
	{ printf '\377\376\0'; head -c 20000 /dev/zero; } |
	    mosquitto_pub -h 127.0.0.1 -p "$(broker_port)" -t probe/word -s -q 1
	wait_for messages_are '.["probe/word"] | [.encoding, .payload, .size]' '["binary",null,20003]' ||
	    fail "bytes are not told from text: $(cat messages.json)"

	end_engines
	start_engine
	wait_for engine_is_active || fail "no engine"
	expect '.["probe/word"] | [.encoding, .payload, .size]' '["binary",null,20003]'
}
messages__large_cleanup()
{
	stop_all
}

# Templates see the entity and the house, and one that fails says so where the message is looked at.
atf_test_case messages__templates_see_the_house cleanup
messages__templates_see_the_house_body()
{
	rest='{{ is_state(value, value) }} {{ state_attr(entity_id, \"none\") }}'
	start_house
	announce
	device_id=$(api GET /api/v1/entities/sensor.probe_word | jq -r .device_id)
	mqtt_pub homeassistant/sensor/probe/s/config '{"name":"Sum","unique_id":"p_s","state_topic":"probe/sum",
	    "value_template":"'"{{ name }} {{ this.state }} {{ this.name }} {{ states(value) }} $rest"'",
	    '"$device"'}' -r -q 1
	mqtt_pub homeassistant/sensor/probe/b/config '{"name":"Bad","unique_id":"p_b","state_topic":"probe/bad",
	    "value_template":"{{ value_json.a.b }}",'"$device"'}' -r -q 1
	mqtt_pub homeassistant/select/probe/c/config '{"name":"Choice","unique_id":"p_c","state_topic":"probe/choice",
	    "command_topic":"probe/choose","options":["one","two"],
	    "command_template":"{{ name }}: {{ this.state }} to {{ value }}, {{ states(\"sensor.probe_word\") }}",
	    '"$device"'}' -r -q 1
	wait_for entity_exists sensor.probe_sum || fail "no sum"
	wait_for entity_exists select.probe_choice || fail "no choice"
	wait_for entity_exists sensor.probe_bad || fail "no bad one"
	mqtt_pub probe/word hello -q 1
	wait_for state_is sensor.probe_word hello || fail "no word"
	mqtt_pub probe/sum sensor.probe_word -q 1
	wait_for state_is sensor.probe_sum 'Sum unknown Probe Sum hello False None' ||
	    fail "not seen: $(api GET /api/v1/entities/sensor.probe_sum)"
	mqtt_pub probe/sum sensor.nothing -q 1
	wait_for state_is sensor.probe_sum 'Sum Sum unknown Probe Sum hello False None Probe Sum unknown False None' ||
	    fail "not seen again: $(api GET /api/v1/entities/sensor.probe_sum)"

	mqtt_pub probe/choice one -q 1
	wait_for state_is select.probe_choice one || fail "nothing is chosen"
	start listener mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -t probe/choose
	wait_for sh -c "mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t probe/choose -m there && grep -q there listener.out"
	api_ok POST /api/v1/entities/select.probe_choice/command '{"service":"select_option","data":{"option":"two"}}' >c.json
	wait_for grep -qx 'Choice: one to two, hello' listener.out || fail "$(cat listener.out c.json)"

	mqtt_pub probe/bad '{"c":1}' -q 1
	wait_for messages_are '.["probe/bad"].decoded[0] | [.entity_id, .result]' '["sensor.probe_bad","nothing"]' ||
	    fail "not looked at: $(cat messages.json)"
	expect '.["probe/bad"].decoded[0].reason | startswith("template: ")' true
}
messages__templates_see_the_house_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case messages__templates_see_the_house
	atf_add_test_case messages__decoded
	atf_add_test_case messages__large
}
