# SPDX-License-Identifier: ISC
#
# Devices that are lost together, batteries, what is new and what nobody announces any more; the state after
# a broker that forgot everything.

. "$SRC_DIR/tests/lib/house.sh"

query()
{
	sqlite3 "file:house/consciousness.db?mode=ro" "$1"
}

query_is()
{
	[ "$(query "$1")" = "$2" ]
}

# attention FILTER: of what wants attention
attention_is()
{
	[ "$(api GET /api/v1/attention | jq -c "$1")" = "$2" ]
}

# announce NUMBER AVAILABILITY_TOPIC
announce()
{
	printf '{"name":"Value","unique_id":"d%s","state_topic":"d/%s",' "$1" "$1"
	printf '"availability_topic":"%s","unit_of_measurement":"W",' "$2"
	printf '"device":{"identifiers":["d%s"],"name":"Device %s"}}\n' "$1" "$1"
}

announce_many()	# COUNT AVAILABILITY_TOPIC
{
	for i in $(seq "$1"); do
		mqtt_pub "homeassistant/sensor/d$i/v/config" "$(announce "$i" "$2")" -r -q 1
	done
	wait_for query_is 'select count(*) from entity' "$1" || fail "only $(query 'select count(*) from entity')"
}

atf_test_case loss__of_many_is_one_event cleanup
loss__of_many_is_one_event_head()
{
	atf_set "timeout" "180"
}
loss__of_many_is_one_event_body()
{
	start_house
	announce_many 64 hub/state
	mqtt_pub hub/state online -r -q 1
	wait_for query_is "select count(*) from device where status = 'online'" 64 || fail "not all online"
	# who is new does not come back
	wait_for query_is 'select count(*) from event where kind = 2 and data like "%online%"' 64 ||
	    fail "the new devices are not told"
	atf_check -o inline:'0\n' sqlite3 house/consciousness.db 'select count(*) from event where kind = 26'
	before=$(query 'select max(id) from event')
	mqtt_pub hub/state offline -r -q 1
	wait_for query_is "select count(*) from device where status = 'offline'" 64 || fail "not all offline"
	wait_for query_is "select count(*) from event where kind = 26 and id > $before" 1 || fail "the loss is not told"
	atf_check -o inline:'0\n' sqlite3 house/consciousness.db \
	    "select count(*) from event where kind = 2 and id > $before"
	atf_check -o inline:'{"lost":true,"devices":64,"entities":64,"topic":"hub/state"}\n' \
	    sh -c "sqlite3 house/consciousness.db 'select data from event where kind = 26 order by id desc limit 1' |
	    jq -c '{lost, devices, entities, topic}'"
	wait_for attention_is '[.lost[] | .data.devices]' '[64]' || fail "attention: $(cat body)"
	atf_check -o match:'lost' "$bin/consciousness" --data house attention

	# one alone is told as ever
	mqtt_pub homeassistant/sensor/one/v/config "$(announce one one/state)" -r -q 1
	told="select group_concat(json_extract(data, '\$.status')) from event where kind = 2 and
	    subject = 'device.device_one'"
	wait_for query_is "select status from device where id = 'device_one'" offline || fail "no new device"
	mqtt_pub one/state online -r -q 1
	# it was never there, so it was not lost
	wait_for query_is "$told" online || fail "a new device: $(query "$told")"
	mqtt_pub one/state offline -r -q 1
	wait_for query_is "$told" online,offline || fail "one device's loss: $(query "$told")"
	atf_check -o inline:'0\n' sqlite3 house/consciousness.db 'select count(*) from entity e join state s on
	    s.entity = e.row where s.available = 1'

	mqtt_pub hub/state online -r -q 1
	wait_for attention_is '[.lost[] | [.data.lost, .data.devices]]' '[[false,64],[true,64]]' ||
	    fail "attention: $(cat body)"
	mqtt_pub hub/state offline -r -q 1
	wait_for query_is "select count(*) from device where status = 'offline'" 65 || fail "not all lost again"

	wait_for query_is 'select count(*) from event where kind = 26' 3 || fail "the second loss is not told"

	# in the middle of a moment a house may die: the next engine has the rows right
	mqtt_pub hub/state online -r -q 1
	wait_for query_is "select count(*) from device where status = 'online'" 64 || fail "not all back"
	kill_engine
	atf_check -o inline:'ok\n' sqlite3 house/consciousness.db 'pragma integrity_check'
	# and tells what the other could not, together as well, once
	start_engine
	wait_for query_is 'select count(*) from untold' 0 || fail "not told: $(query 'select count(*) from untold')"
	atf_check -o inline:'0 1 0 1\n' sqlite3 house/consciousness.db "select group_concat(not json_extract(data,
	    '\$.lost'), ' ') from (select data from event where kind = 26 order by id)"
}
loss__of_many_is_one_event_cleanup()
{
	stop_all
}

# A device goes, and with it the engine before it could tell: true when there was nothing told yet.
turn_and_kill()	# WHAT
{
	before=$(query 'select max(id) from event where kind = 2')
	end_cron
	engines=$(program_pid engine)
	mqtt_pub one/state "$1" -r -q 1
	seconds=$(($(date +%s) + WAIT))
	until query_is "select status from device where id = 'device_one'" "$1"; do
		[ "$(date +%s)" -lt $seconds ] || fail "not $1"
	done
	# shellcheck disable=SC2086
	kill -STOP $engines
	# shellcheck disable=SC2086
	kill -9 $engines
	[ "$(query 'select max(id) from event where kind = 2')" = "$before" ]
}

atf_test_case loss__is_told_by_the_next_engine cleanup
loss__is_told_by_the_next_engine_head()
{
	atf_set "timeout" "180"
}
loss__is_told_by_the_next_engine_body()
{
	start_house
	mqtt_pub homeassistant/sensor/one/v/config "$(announce one one/state)" -r -q 1
	mqtt_pub one/state online -r -q 1
	wait_for query_is "select count(*) from event where kind = 2 and data like '%online%'" 1 || fail "not online"
	# the moment is a quarter of a second: on a busy machine it may be missed
	for what in offline online offline online offline online; do
		turn_and_kill "$what" && break
		start_engine
		wait_for query_is 'select count(*) from untold' 0 || fail "left untold"
	done
	[ "$(query 'select count(*) from untold')" = 2 ] || fail "the moment was missed"
	start_engine
	wait_for query_is "select count(*) from event where kind = 2 and id > $before" 2 || fail "not told"
	atf_check -o inline:"$what"'\n' sqlite3 house/consciousness.db "select json_extract(data, '\$.status')
	    from event where kind = 2 and id > $before and subject = 'device.device_one'"
	wait_for query_is 'select count(*) from untold' 0 || fail "told for ever"
}
loss__is_told_by_the_next_engine_cleanup()
{
	stop_all
}

atf_test_case battery__low_is_told_once cleanup
battery__low_is_told_once_body()
{
	start_house
	device='"device":{"identifiers":["b"],"name":"Remote"}'
	mqtt_pub homeassistant/sensor/b/b/config '{"name":"Battery","unique_id":"b","state_topic":"b/level",
	    "device_class":"battery","unit_of_measurement":"%",'"$device"'}' -r -q 1
	mqtt_pub homeassistant/binary_sensor/b/l/config '{"name":"Low","unique_id":"l","state_topic":"b/low",
	    "device_class":"battery",'"$device"'}' -r -q 1
	wait_for query_is 'select count(*) from entity' 2 || fail "not announced"
	for level in 80 21 20 19 22 18 24; do
		mqtt_pub b/level "$level" -q 1
	done
	wait_for query_is "select state from state s join entity e on e.row = s.entity where e.unique_id = 'b'" 24 ||
	    fail "no level"
	wait_for query_is 'select group_concat(state) from event where kind = 25' low ||
	    fail "told: $(query 'select group_concat(state) from event where kind = 25')"
	wait_for attention_is '[.low_battery[] | [.entity_id, (.level | floor)]]' '[["sensor.remote_battery",24]]' ||
	    fail "attention: $(cat body)"
	# also over a change of engines
	kill_engine
	start_engine
	mqtt_pub b/level 15 -q 1
	mqtt_pub b/low ON -q 1
	wait_for attention_is '[.low_battery[].entity_id]' '["binary_sensor.remote_low","sensor.remote_battery"]' ||
	    fail "attention: $(cat body)"
	mqtt_pub b/level 100 -q 1
	mqtt_pub b/low OFF -q 1
	wait_for attention_is '.low_battery' '[]' || fail "attention: $(cat body)"
	atf_check -o inline:'low,low,good,good\n' sqlite3 house/consciousness.db \
	    "select group_concat(state) from (select state from event where kind = 25 order by state desc, id)"
}
battery__low_is_told_once_cleanup()
{
	stop_all
}

atf_test_case lists__new_and_orphaned cleanup
lists__new_and_orphaned_body()
{
	start_house
	announce_many 2 hub/state
	wait_for attention_is '[.found[].device_id]' '["device_2","device_1"]' ||
	    attention_is '[.found[].device_id] | sort' '["device_1","device_2"]' || fail "attention: $(cat body)"
	mqtt_pub homeassistant/sensor/d1/v/config '' -r -q 1
	wait_for attention_is '[.orphaned[].entity_id]' '["sensor.device_1_value"]' || fail "attention: $(cat body)"
	atf_check -o match:'orphaned +sensor.device_1_value' "$bin/consciousness" --data house attention
}
lists__new_and_orphaned_cleanup()
{
	stop_all
}

bad='{"unique_id":"b","state_topic":"b/+"'	# a topic with a wildcard, and no end

# What a device says of itself and nobody can use: with the reason, until it says it right.
atf_test_case lists__refused_announcements cleanup
lists__refused_announcements_body()
{
	start_house
	mqtt_pub homeassistant/number/bad/n/config '{"command_topic":"c","min":5,"max":1}' -r -q 1
	mqtt_pub homeassistant/sensor/bad/u/config '{"name":"a\u0000b","state_topic":"s"}' -r -q 1
	mqtt_pub homeassistant/sensor/bad/j/config "$bad" -r -q 1
	mqtt_pub homeassistant/device/bad/config '{"device":{"identifiers":["bad"],"name":"Küche"},"origin":{"name":"o"},
	    "components":{"good":{"platform":"sensor","unique_id":"g","state_topic":"g"},
	    "evil":{"platform":"select","unique_id":"e","command_topic":"e"},
	    "odd":{"platform":"xüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü","unique_id":"o"}}}' -r -q 1
	wait_for attention_is '[.refused[] | .topic + "#" + .part] | sort' '["homeassistant/device/bad/config#evil",'\
'"homeassistant/device/bad/config#odd","homeassistant/number/bad/n/config#","homeassistant/sensor/bad/j/config#",'\
'"homeassistant/sensor/bad/u/config#"]' || fail "attention: $(cat body)"
	attention_is '.refused[] | select(.topic | contains("number")) | [.device, (.reason | contains("min")), .time != null]' \
	    '[null,true,true]' || fail "no reason: $(cat body)"
	attention_is '.refused[] | select(.part == "evil") | [.device, (.reason | contains("options"))]' '["Küche",true]' ||
	    fail "no reason: $(cat body)"
	attention_is '.refused[] | select(.topic | contains("/u/")).reason | contains("\\u0000")' true ||
	    fail "the reason is not the right one: $(cat body)"
	atf_check -o match:'refused +homeassistant/sensor/bad/j/config .*not JSON' \
	    "$bin/consciousness" --data house attention

	# the next engine has them, too, and they go as they are mended
	kill_engine
	start_engine
	mqtt_pub homeassistant/number/bad/n/config '{"command_topic":"c","min":1,"max":5}' -r -q 1
	mqtt_pub homeassistant/sensor/bad/u/config '' -r -q 1
	mqtt_pub homeassistant/device/bad/config '{"device":{"identifiers":["bad"],"name":"Küche"},"origin":{"name":"o"},
	    "components":{"good":{"platform":"sensor","unique_id":"g","state_topic":"g"},
	    "evil":{"platform":"select","unique_id":"e","command_topic":"e","options":["x"]}}}' -r -q 1
	wait_for attention_is '[.refused[].topic]' '["homeassistant/sensor/bad/j/config"]' || fail "attention: $(cat body)"
}
lists__refused_announcements_cleanup()
{
	stop_all
}

entity_is()	# entity FILTER JSON
{
	[ "$(api GET "/api/v1/entities/$1" | jq -c "$2")" = "$3" ]
}

atf_test_case restart__values_are_kept_and_marked cleanup
restart__values_are_kept_and_marked_head()
{
	atf_set "timeout" "180"
}
restart__values_are_kept_and_marked_body()
{
	start_house
	announce_many 1 d/available
	mqtt_pub d/available online -r -q 1
	mqtt_pub d/1 42 -q 1
	wait_for entity_is sensor.device_1_value '[.state, .available, .restored]' '["42",true,false]' ||
	    fail "no value: $(cat body)"
	# the broker comes back and has forgotten all of us
	read -r pid _ <house/run/mosquitto.pid
	kill -9 "$pid"
	rm -f house/mosquitto/*
	# as cron does
	sh -c "$(grep -m 1 'run mosquitto' house/run/cron/root | cut -d' ' -f6-)"
	wait_for entity_is sensor.device_1_value '[.state, .available, .restored]' '["42",true,true]' ||
	    fail "not kept and marked: $(cat body)"
	mqtt_pub d/1 43 -q 1
	wait_for entity_is sensor.device_1_value '[.state, .restored]' '["43",false]' || fail "still marked: $(cat body)"
}
restart__values_are_kept_and_marked_cleanup()
{
	stop_all
}

atf_test_case silence__by_the_own_rhythm cleanup
silence__by_the_own_rhythm_head()
{
	atf_set "timeout" "180"
}
silence__by_the_own_rhythm_body()
{
	start_house
	device='"device":{"identifiers":["r"],"name":"Regular"}'
	mqtt_pub homeassistant/sensor/r/v/config '{"name":"Value","unique_id":"r","state_topic":"r",'"$device"'}' -r -q 1
	wait_for query_is 'select count(*) from entity' 1 || fail "not announced"
	mqtt_pub r 1 -q 1
	wait_for query_is "select status from device" online || fail "not online"
	stop_house
	# it was heard every second for two days
	now=$(date +%s)000
	atf_check sqlite3 house/consciousness.db "insert into freshness (source, level, every, heard, since, halved, mean, gaps)
	    values ((select row from device), 'fresh', 1, $now, $now - 172800000, $now, 1, x'1027$(printf '%0140d' 0)')
	    on conflict (source) do update set level = 'fresh', every = 1, heard = excluded.heard,
	    since = excluded.since, halved = excluded.halved, mean = 1, gaps = excluded.gaps"
	rm -f house/run/rhythms
	start_house
	# that it was fresh until then says the change below: on a busy machine it may be silent already
	entity_is sensor.regular_value '.expected_every' 1 || fail "not learned: $(cat body)"
	wait_for entity_is sensor.regular_value '[.state, .freshness, .available]' '["1","silent",false]' ||
	    fail "not silent: $(cat body)"
	wait_for query_is "select status from device" offline || fail "not offline"
	wait_for attention_is '[.silent[].entity_id]' '["sensor.regular_value"]' || fail "attention: $(cat body)"
	# the one that takes over loaded the house when it was fresh
	kill -9 "$(program_pid engine | head -n 1)"
	sleep 6		# it looks at everybody every five seconds
	mqtt_pub r 2 -q 1
	wait_for entity_is sensor.regular_value '[.state, .freshness, .available]' '["2","fresh",true]' ||
	    fail "not heard again: $(cat body)"
	wait_for query_is "select status from device" online || fail "not online again"
	atf_check -o inline:'silent\nfresh\n' sqlite3 house/consciousness.db \
	    "select json_extract(data, '\$.level') from event where kind = 24 order by id"
}
silence__by_the_own_rhythm_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case silence__by_the_own_rhythm
	atf_add_test_case loss__of_many_is_one_event
	atf_add_test_case loss__is_told_by_the_next_engine
	atf_add_test_case battery__low_is_told_once
	atf_add_test_case lists__new_and_orphaned
	atf_add_test_case lists__refused_announcements
	atf_add_test_case restart__values_are_kept_and_marked
}
