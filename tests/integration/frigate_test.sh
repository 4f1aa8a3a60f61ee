# SPDX-License-Identifier: ISC
#
# Frigate on a real broker: its camera shows up, is switched, and what it sees arrives.

. "$SRC_DIR/tests/lib/house.sh"

frigate()
{
	start frigate python3 "$SRC_DIR/tests/tools/frigate.py" "$(broker_port)" frigate "$PWD/picture"
}

is()	# entity jq-expression value
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r "$2")" = "$3" ]
}

told()	# entity command
{
	api_ok POST "/api/v1/entities/$1/command?wait=10" "$2" >command.json
	[ "$(jq -r .status command.json)" = confirmed ] || fail "$1: $(cat command.json)"
}

shows_picture()	# entity
{
	curl -s -m 30 -o got -H "Authorization: Bearer $TOKEN" "$URL/api/v1/entities/$1/image" &&
	    cmp -s got picture
}

# the log tells what was seen
logged()
{
	api GET '/api/v1/events?kind=object_detected&entity_id=event.frigate_front_door_events' |
	    jq -e '[.events[].data | select(.camera == "front_door" and .label == "person" and
	    .score == 0.87 and .zones == ["porch"]).type] == ["new", "update", "update"]' >/dev/null
}

atf_test_case camera__found_switched_seen cleanup
camera__found_switched_seen_body()
{
	start_house
	python3 -c 'import random, sys
sys.stdout.buffer.write(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + random.Random(1).randbytes(60000))' >picture
	frigate
	wait_for is switch.frigate_front_door_detect '"\(.available) \(.state)"' 'true on' ||
	    fail "no camera: $(cat frigate.out body)"
	told switch.frigate_front_door_detect '{"service":"turn_off"}'
	is switch.frigate_front_door_detect .state off || fail "not switched off"
	told number.frigate_front_door_motion_threshold '{"service":"set_value","data":{"value":42}}'
	is number.frigate_front_door_motion_threshold .state 42 || fail "no new threshold"
	told select.frigate_front_door_birdseye_mode '{"service":"select_option","data":{"option":"motion"}}'
	is select.frigate_front_door_birdseye_mode .state motion || fail "no new mode"
	api_ok POST /api/v1/entities/button.frigate_front_door_move_up/command '{"service":"press"}'
	wait_for grep -qx MOVE_UP frigate.out || fail "not moved"
	# the first person ever: the label, its zone and its picture become entities
	mqtt_pub standin/frigate see
	wait_for is binary_sensor.frigate_front_door_motion .state on || fail "no motion: $(cat body)"
	wait_for is sensor.frigate_front_door_person_count .state 1 || fail "no count: $(cat body)"
	wait_for is sensor.frigate_porch_person_count .state 1 || fail "no count of the zone: $(cat body)"
	wait_for shows_picture image.frigate_front_door_person || fail "no picture"
	wait_for is event.frigate_front_door_events .attributes.label person || fail "no event: $(cat body)"
	wait_for logged || fail "nothing in the log: $(cat body)"
	wait_for is event.frigate_front_door_events .attributes.sub_label Ann || fail "nobody known: $(cat body)"
	wait_for is event.frigate_front_door_reviews .attributes.severity alert || fail "no review: $(cat body)"
	# counted, without an event
	mqtt_pub standin/frigate count
	wait_for is sensor.frigate_front_door_car_count .state 2 || fail "no count of cars: $(cat body)"
	wait_for is sensor.frigate_front_door_car_active_count .state 1 || fail "no moving cars: $(cat body)"
	mqtt_pub standin/frigate hear
	wait_for is binary_sensor.frigate_front_door_bark .state on || fail "no bark: $(cat body)"
	is update.frigate_version .state on || fail "no update: $(cat body)"
	kill -9 "$(cat frigate.pid)"
	wait_for is switch.frigate_front_door_detect .available false || fail "still there"
}
camera__found_switched_seen_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case camera__found_switched_seen
}
