# SPDX-License-Identifier: ISC
#
# consciousness-simulator at a real broker: what it announces, reports and obeys.

. "$SRC_DIR/tests/lib/house.sh"

# simulate [option...]: the simulator in the background, everything it publishes in all.out
simulate()
{
	start all stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -v -t '#'
	mqtt_pub test/listening '{}' -r
	wait_for grep -q '^test/listening' all.out || atf_fail "no subscriber"
	start simulator "$bin/consciousness-simulator" --mqtt "$MQTT_URL" "$@"
	wait_for grep -q '^zigbee2mqtt/Front door lock {' all.out ||
	    atf_fail "no report: $(cat simulator.out)"
}

# last TOPIC: the newest payload there
last()
{
	sed -n "s|^$1 {|{|p" all.out | tail -n 1
}

# reports TOPIC PATTERN: the newest state of the device matches
reports()
{
	last "$1" | grep -q -- "$2"
}

# set_and_see DEVICE PROPERTY-TOPIC PAYLOAD PATTERN
set_and_see()
{
	mqtt_pub "zigbee2mqtt/$1/$2" "$3"
	wait_for reports "zigbee2mqtt/$1" "$4" ||
	    atf_fail "$1 $2 $3: no report with $4: $(last "zigbee2mqtt/$1")"
}

# at_least N COMMAND...: it prints a number of N or more
at_least()
{
	number=$1
	shift
	[ "$("$@")" -ge "$number" ]
}

count()
{
	grep -c "$1" all.out
}

# Python is there for the tests; the tables of the announcements are checked by reading them as JSON.
cat_announcements()
{
	mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -v -t 'homeassistant/#' -W 2 |
	    grep '/config {'
}

atf_test_case simulator__announces cleanup
simulator__announces_body()
{
	start_broker
	atf_check -e match:connected "$bin/consciousness-simulator" --mqtt "$MQTT_URL" --once
	cat_announcements >announced
	cat >verify.py <<-'END'
		import json, sys
		devices, areas, ids, entities = set(), set(), set(), set()
		for line in open("announced"):
		    topic, text = line.split(" ", 1)
		    c = json.loads(text)
		    device, component = c["device"], topic.split("/")[1]
		    assert c["origin"]["name"] == "Zigbee2MQTT", topic
		    assert c["availability"][0]["topic"] == "zigbee2mqtt/bridge/state", topic
		    assert "state_topic" in c or component in ("button", "climate"), topic
		    entities.add(c["default_entity_id"])
		    ids.add(c["unique_id"])
		    if "via_device" not in device:
		        continue
		    assert c["availability_mode"] == "all" and len(c["availability"]) == 2, topic
		    assert topic.split("/")[2] in device["identifiers"][0], topic
		    devices.add(device["identifiers"][0])
		    areas.add(device["suggested_area"])
		    if component in ("light", "cover", "climate", "lock", "switch"):
		        assert c["name"] is None, topic
		assert len(areas) == 5, areas
		assert len(ids) == len(entities) == sum(1 for _ in open("announced"))
		print(len(devices))
	END
	atf_check -o inline:'21\n' python3 verify.py
	for id in binary_sensor.hallway_motion_occupancy light.hallway_light; do
		atf_check -o ignore grep "\"default_entity_id\":\"$id\"" announced
		atf_check -o ignore grep -r "\"$id\"" "$SRC_DIR/scripts/demo"
	done

	# ... and takes everything back
	atf_check -e match:connected "$bin/consciousness-simulator" --mqtt "$MQTT_URL" --remove
	cat_announcements >announced
	atf_check cat announced
}
simulator__announces_cleanup() { stop_all; }

atf_test_case simulator__obeys cleanup
simulator__obeys_body()
{
	start_broker
	simulate
	set_and_see 'Hallway light' set '{"state":"ON","brightness":77}' '"ON","brightness":77'
	set_and_see 'Hallway light' set 'off' '"OFF","brightness":77'
	set_and_see 'Living room lamp' set '{"color":{"r":255,"g":0,"b":0}}' \
	    '"x":0.6401,"y":0.33},"color_mode":"xy"'
	set_and_see 'Living room lamp' set '{"color_temp":250}' '"color_temp":250.*color_temp"'
	set_and_see 'TV plug' set '{"state":"OFF"}' '"OFF","power":0,'
	set_and_see 'Front door lock' set UNLOCK '"UNLOCK","lock_state":"unlocked"'
	set_and_see 'Living room thermostat' set/occupied_heating_setpoint 24.5 \
	    '"occupied_heating_setpoint":24.5'
	set_and_see 'Living room thermostat' set/system_mode off '"system_mode":"off"'
	set_and_see 'Living room blind' set '{"position":90}' '"position":90'
	set_and_see 'Hallway motion' set/motion_sensitivity high '"motion_sensitivity":"high"'

	# what makes no sense changes nothing
	for payload in '{"brightness":"loud"}' '{"brightness":1e99}' '{{{' '[]' '{"x":1}'; do
		mqtt_pub 'zigbee2mqtt/Hallway light/set' "$payload"
	done
	mqtt_pub 'zigbee2mqtt/Nobody/set' ON
	set_and_see 'Hallway light' set '{"state":"ON"}' '"ON","brightness":77'
	atf_check -o match:'cannot set' -o match:'nobody listens' cat simulator.out
}
simulator__obeys_cleanup() { stop_all; }

temperature()
{
	last 'zigbee2mqtt/Living room thermostat' |
	    sed 's/.*"local_temperature":\([0-9]*\).*/\1/'
}

atf_test_case simulator__speed cleanup
simulator__speed_body()
{
	start_broker
	simulate --speed 3600
	set_and_see 'Living room thermostat' set/occupied_heating_setpoint 30 ':30,'
	wait_for at_least 25 temperature || atf_fail "it stays cold: $(temperature)"
	wait_for at_least 3 count '^zigbee2mqtt/Hallway motion .*"occupancy":true' ||
	    atf_fail "nobody moves"
	wait_for at_least 1 count '^zigbee2mqtt/Fridge plug .*"power":1.2,' ||
	    atf_fail "the fridge never rests"
}
simulator__speed_cleanup() { stop_all; }

atf_test_case simulator__nobody_at_home cleanup
simulator__nobody_at_home_body()
{
	start_broker
	simulate --away --speed 3600
	# hours in which somebody would move
	wait_for at_least 50 count '^zigbee2mqtt/Fridge plug .*"power":1.2,' || atf_fail "the fridge never rests"
	atf_check -s exit:1 grep '^zigbee2mqtt/.* motion .*"occupancy":true' all.out
	atf_check -s exit:1 grep '^zigbee2mqtt/Front door .*"contact":false' all.out
}
simulator__nobody_at_home_cleanup() { stop_all; }

atf_test_case simulator__birth cleanup
simulator__birth_body()
{
	start_broker
	simulate
	before=$(count '^zigbee2mqtt/Kitchen sink leak {')
	mqtt_pub homeassistant/status online
	wait_for at_least $((before + 1)) count '^zigbee2mqtt/Kitchen sink leak {' ||
	    atf_fail "no report after the birth message"
	mqtt_pub 'zigbee2mqtt/Front door/get' '{"contact":""}'
	wait_for at_least 3 count '^zigbee2mqtt/Front door {' || atf_fail "no report when asked"
}
simulator__birth_cleanup() { stop_all; }

atf_test_case simulator__broker_restarts cleanup
simulator__broker_restarts_body()
{
	start_broker
	simulate
	read -r pid <broker.pid
	kill -9 "$pid"
	wait_for grep -q 'connection lost' simulator.out || atf_fail "it notices nothing"
	start broker mosquitto -c "$PWD/broker.conf"
	wait_for can_connect "${MQTT_URL##*:}" || atf_fail "no broker"
	start again stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -v -t 'zigbee2mqtt/+'
	wait_for grep -q '^zigbee2mqtt/Front door lock {' again.out ||
	    atf_fail "it does not come back: $(cat simulator.out)"

	# a death is seen by everybody, a polite end too
	mv again.out all.out
	read -r pid <simulator.pid
	kill "$pid"
	wait_for sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -W 1 -C 1 \
	    -t zigbee2mqtt/bridge/state | grep -q offline" || atf_fail "the bridge is not offline"
}
simulator__broker_restarts_cleanup() { stop_all; }

atf_test_case simulator__options
simulator__options_body()
{
	atf_check -o match:usage "$bin/consciousness-simulator" --help
	for bad in '--speed x' '--speed -1' '--mqtt http://x' '--mqtt mqtt://:0' '--base a/#' \
	    '--nonsense' 'argument'; do
		# shellcheck disable=SC2086
		atf_check -s exit:2 -e not-empty "$bin/consciousness-simulator" $bad
	done
}

atf_init_test_cases()
{
	for t in announces obeys speed nobody_at_home birth broker_restarts options; do
		atf_add_test_case "simulator__$t"
	done
}
