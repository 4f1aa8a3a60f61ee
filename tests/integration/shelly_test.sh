# SPDX-License-Identifier: ISC
#
# A Shelly device on a real broker: it shows up, is asked what it is, is controlled, and goes away.

. "$SRC_DIR/tests/lib/house.sh"

shelly()	# PREFIX [NAME]
{
	start device python3 "$SRC_DIR/tests/tools/shelly.py" "$(broker_port)" "$@"
}

field()	# entity jq-expression
{
	api GET "/api/v1/entities/$1" | jq -r "$2"
}

is()	# entity jq-expression value
{
	[ "$(field "$1" "$2")" = "$3" ]
}

atf_test_case device__found_controlled_gone cleanup
device__found_controlled_gone_body()
{
	start_house
	shelly cellar/boiler Boiler
	wait_for is switch.boiler .available true || fail "no switch: $(cat device.out)"
	wait_for is switch.boiler .state off || fail "no state: $(cat body)"
	for entity in sensor.boiler_power sensor.boiler_voltage sensor.boiler_current sensor.boiler_frequency \
	    sensor.boiler_energy sensor.boiler_device_temperature binary_sensor.boiler_overheating \
	    binary_sensor.boiler_cloud update.boiler_firmware; do
		wait_for is "$entity" '.available and .state != null' true || fail "$entity: $(cat body)"
	done
	is update.boiler_firmware '"\(.state) \(.attributes.latest_version)"' 'on 1.5.1' ||
	    fail "no update: $(cat body)"
	is event.boiler_input .available true || fail "no event: $(cat body)"
	api_ok POST '/api/v1/entities/switch.boiler/command?wait=10' '{"service":"turn_on"}' >command.json
	atf_check -o inline:'confirmed\n' jq -r .status command.json
	is switch.boiler .state on || fail "not switched on: $(cat device.out)"
	wait_for is sensor.boiler_power .state 42.5 || fail "no power: $(cat body)"
	mqtt_pub cellar/boiler/press double_push
	wait_for is event.boiler_input .attributes.event_type double_push || fail "no press: $(cat body)"
	# it loses its power: its last will says so, of everything it shows
	kill -9 "$(cat device.pid)"
	wait_for is switch.boiler .available false || fail "still there"
	wait_for is sensor.boiler_power .available false || fail "its power is still there"
	# and back it is, as it is now
	shelly cellar/boiler Boiler
	wait_for is switch.boiler '"\(.available) \(.state)"' 'true off' || fail "not back: $(cat body)"
}
device__found_controlled_gone_cleanup()
{
	stop_all
}

atf_test_case added__listed_shown_told cleanup
added__listed_shown_told_body()
{
	start_house
	shelly home/garden/shed/left/pump Pump more
	wait_for is number.pump_goal .state 4 || fail "no number: $(cat device.out body)"
	wait_for is sensor.pump_bath_temperature .state 23.7 || fail "no temperature: $(cat body)"
	wait_for is binary_sensor.pump_bath_window .state on || fail "no window: $(cat body)"
	wait_for is sensor.pump_bath_battery .state 88 || fail "no battery: $(cat body)"
	api_ok POST '/api/v1/entities/number.pump_goal/command?wait=10' \
	    '{"service":"set_value","data":{"value":35}}' >command.json
	atf_check -o inline:'confirmed\n' jq -r .status command.json
	is number.pump_goal .state 35 || fail "not set: $(cat device.out)"
	api_ok POST /api/v1/entities/button.pump_run/command '{"service":"press"}'
	wait_for is event.pump_run_event .attributes.event_type single_push || fail "not pressed: $(cat body)"
	# however many entities begin to listen to the one topic that says that it is there
	[ "$(grep -c asked device.out)" -le 2 ] || fail "asked too often: $(grep -c asked device.out)"
}
added__listed_shown_told_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case added__listed_shown_told
	atf_add_test_case device__found_controlled_gone
}
