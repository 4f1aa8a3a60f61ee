# SPDX-License-Identifier: ISC
#
# Tasmota devices (tests/tools/tasmota.py stands in for them) in a real house: found, shown, asked for their
# state, controlled with confirmation, seen going away and coming back.

. "$SRC_DIR/tests/lib/house.sh"

# device KIND [option...]: one on the broker of the house, its commands in KIND.out
device()
{
	kind=$1
	start "$kind" env PYTHONDONTWRITEBYTECODE=1 python3 "$SRC_DIR/tests/tools/tasmota.py" \
	    "$(broker_port)" "$@"
}

# as when its plug is pulled: the broker finds the connection closed
kill_device()	# KIND
{
	kill -9 -- "-$(cat "$1.pid")"
	rm "$1.pid"
}

is()	# entity jq-condition
{
	api GET "/api/v1/entities/$1" | jq -e "select($2)" >entity.json
}

happened()	# kind jq-condition
{
	api GET "/api/v1/events?kind=$1&order=newest" | jq -e ".events[] | select($2)" >event.json
}

asked_times()	# KIND line how often
{
	[ "$(grep -cx "$2" "$1.out")" -ge "$3" ]
}

# command ENTITY JSON: carried out and confirmed by the device
command()
{
	api_ok POST "/api/v1/entities/$1/command?wait=10" "$2" >c.json
	[ "$(jq -r .status c.json)" = confirmed ] || fail "$1 $2: $(cat c.json)"
}

head_of()
{
	atf_set "require.progs" "python3 nginx mosquitto curl jq"
}

atf_test_case plug__found_controlled_and_lost cleanup
plug__found_controlled_and_lost_head()
{
	head_of
}
plug__found_controlled_and_lost_body()
{
	start_house
	# it reports nothing by itself, and its readings are announced before the device
	device plug --quiet --sensors-first
	wait_for is sensor.plug_energy_power '.state == "0"' || fail "no reading: $(cat body)"
	wait_for is switch.plug '.state == "off" and .available' || fail "no relay: $(cat body)"
	wait_for is sensor.plug_restart_reason '.state == "Power On"' || fail "no status: $(cat body)"
	api_ok GET /api/v1/devices/plug >d.json
	atf_check -o inline:'Plug Tasmota Stand-in Bridge 14.4.1 online\n' \
	    jq -r '"\(.name) \(.manufacturer) \(.model) \(.sw_version) \(.status)"' d.json
	cat >expected <<-END
	button.plug_restart
	event.plug_ir_received
	event.plug_rf_received
	sensor.plug_energy_power
	sensor.plug_energy_total
	sensor.plug_energy_voltage
	sensor.plug_last_restart_time
	sensor.plug_mqtt_connect_count
	sensor.plug_restart_reason
	sensor.plug_ssid
	sensor.plug_wifi_connect_count
	switch.plug
	END
	atf_check -o file:expected jq -r '.entities[]' d.json
	atf_check -o inline:'W power measurement\n' sh -c "curl -s -H 'Authorization: Bearer $TOKEN' \
	    $URL/api/v1/entities/sensor.plug_energy_power |
	    jq -r '\"\\(.unit) \\(.device_class) \\(.capabilities.state_class)\"'"
	# an answer that five entities share is not asked for by each of them
	wait_for asked_times plug 'STATUS 11' 1 || fail "not asked: $(cat plug.out)"
	[ "$(grep -c '^STATUS 11' plug.out)" -le 3 ] || fail "asked too often: $(cat plug.out)"
	command switch.plug '{"service":"turn_on"}'
	asked_times plug "POWER1 ON" 1 || fail "it was told: $(cat plug.out)"
	mqtt_pub standin/plug press
	wait_for happened device_trigger '.data.subtype == "button_1"' || fail "no press: $(cat body)"
	atf_check -o inline:'button_short_press\n' jq -r .data.type event.json
	mqtt_pub standin/plug 0x7028D2
	wait_for is event.plug_rf_received '.attributes.data == "0x7028D2"' || fail "not received: $(cat body)"
	api_ok POST /api/v1/entities/button.plug_restart/command '{"service":"press"}'
	wait_for asked_times plug "RESTART 1" 1 || fail "not restarted: $(cat plug.out)"
	kill_device plug
	wait_for is switch.plug '.available == false and .state == "on"' || fail "not lost: $(cat body)"
	wait_for is sensor.plug_energy_power '.available == false' || fail "not lost: $(cat body)"
	device plug --quiet
	wait_for is switch.plug '.available and .state == "off"' || fail "not back: $(cat body)"
}
plug__found_controlled_and_lost_cleanup()
{
	stop_all
}

atf_test_case lamp_fan_shutter__controlled cleanup
lamp_fan_shutter__controlled_head()
{
	head_of
}
lamp_fan_shutter__controlled_body()
{
	start_house
	device bulb
	device fan
	device shutter
	wait_for is light.bulb '.available and .state == "off"' || fail "no lamp: $(cat body)"
	command light.bulb '{"service":"turn_on","data":{"brightness":77}}'
	command light.bulb '{"service":"turn_on","data":{"rgb_color":[0,255,0],"brightness":200,"transition":2}}'
	wait_for is light.bulb '.attributes.color_mode == "hs" and .attributes.brightness == 199' ||
	    fail "lamp: $(cat body)"
	grep -q '^BACKLOG NoDelay;Fade2 1;NoDelay;Speed2' bulb.out || fail "no fade: $(cat bulb.out)"
	command light.bulb '{"service":"turn_on","data":{"color_temp_kelvin":4000}}'
	command light.bulb '{"service":"turn_on","data":{"effect":"Cycle up"}}'
	command light.bulb '{"service":"turn_off"}'
	wait_for is fan.fan '.available and .state == "off"' || fail "no fan: $(cat body)"
	# it has three speeds: the next one up is taken, and confirmed
	command fan.fan '{"service":"set_percentage","data":{"percentage":60}}'
	wait_for is fan.fan '.attributes.percentage == 66' || fail "fan: $(cat body)"
	command fan.fan '{"service":"turn_off"}'
	command light.fan '{"service":"turn_on"}'
	wait_for is cover.blind_cover_1 '.available and .state == "closed"' || fail "no shutter: $(cat body)"
	command cover.blind_cover_1 '{"service":"set_cover_position","data":{"position":40}}'
	wait_for is cover.blind_cover_1 '.state == "open"' || fail "shutter: $(cat body)"
	command cover.blind_cover_1 '{"service":"close_cover"}'
}
lamp_fan_shutter__controlled_cleanup()
{
	stop_all
}

# What was said while nobody listened is asked for.
atf_test_case connection__devices_asked_after_it_was_lost cleanup
connection__devices_asked_after_it_was_lost_head()
{
	head_of
}
connection__devices_asked_after_it_was_lost_body()
{
	start_house
	device plug --quiet
	wait_for is sensor.plug_energy_power '.state == "0"' || fail "no reading: $(cat body)"
	wait_for asked_times plug 'STATUS 10' 1 || fail "not asked: $(cat plug.out)"
	# the broker ends the connection of the engine for another of the same name
	mqtt_pub somewhere else -i consciousness-tx
	wait_for asked_times plug 'STATUS 10' 2 || fail "not asked again: $(cat plug.out)"
	wait_for asked_times plug 'STATE ' 2 || fail "not asked again: $(cat plug.out)"
	wait_for asked_times plug 'STATUS 11' 2 || fail "not asked again: $(cat plug.out)"
}
connection__devices_asked_after_it_was_lost_cleanup()
{
	stop_all
}

another_engine()	# pid of the one before
{
	[ "$(program_pid engine | wc -l)" -ge 1 ] && ! program_pid engine | grep -qx "$1"
}

# An engine that has just taken over has not read /config: a new sensor is understood nevertheless.
atf_test_case sensors__announced_to_the_next_engine cleanup
sensors__announced_to_the_next_engine_head()
{
	head_of
}
sensors__announced_to_the_next_engine_body()
{
	start_house
	device plug
	wait_for is switch.plug .available || fail "no plug: $(cat body)"
	kill_device plug
	wait_for is switch.plug '.available == false' || fail "not lost: $(cat body)"
	old=$(program_pid engine)
	# shellcheck disable=SC2086
	kill -9 $old
	start_engine
	wait_for another_engine "$old" || fail "no other engine"
	mqtt_pub tasmota/discovery/AC0000000001/sensors \
	    '{"sn":{"BH1750":{"Illuminance":79}},"ver":1}' -r -q 1
	wait_for is sensor.plug_bh1750_illuminance '.unit == "lx" and .available == false' ||
	    fail "no new sensor: $(cat body)"
	mqtt_pub tele/tasmota_000001/LWT Online -r
	mqtt_pub tele/tasmota_000001/SENSOR '{"BH1750":{"Illuminance":80}}'
	wait_for is sensor.plug_bh1750_illuminance '.state == "80" and .available' ||
	    fail "no reading: $(cat body)"
}
sensors__announced_to_the_next_engine_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case plug__found_controlled_and_lost
	atf_add_test_case lamp_fan_shutter__controlled
	atf_add_test_case connection__devices_asked_after_it_was_lost
	atf_add_test_case sensors__announced_to_the_next_engine
}
