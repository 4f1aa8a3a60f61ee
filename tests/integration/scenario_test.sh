# SPDX-License-Identifier: ISC
#
# shellcheck disable=SC2086,SC2016
#
# Scenarios: the five that the product brings in the demo house, engines that die in the middle of one, and one that
# fails and takes back what it did.

. "$SRC_DIR/tests/lib/house.sh"

cli="$bin/consciousness --data house"
export WAIT=60	# a blind takes its time

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

attribute_is()	# entity attribute value
{
	[ "$(api GET "/api/v1/entities/$1" | jq -c ".attributes.$2")" = "$3" ]
}

all_lights_are()	# state
{
	[ "$(api GET '/api/v1/states?limit=1000' | jq -r '[.states[] | select(.entity_id | startswith("light.")) | .state] | unique | join(" ")')" = "$1" ]
}

last_run()	# scenario filter
{
	api GET "/api/v1/scenarios/$1/runs?limit=1" | jq -r ".runs[0] | $2"
}

last_run_is()	# scenario status
{
	[ "$(last_run "$1" .status)" = "$2" ]
}

# what the newest scenario_complete says
completion()	# filter
{
	$cli --json events --kind scenario_complete --limit 1 | tail -n 1 | jq -c ".data | $1"
}

# run_scenario SCENARIO [JSON]: asks for it and waits for its end
run_scenario()
{
	api_ok POST "/api/v1/scenarios/$1/run" "${2-{\}}" >/dev/null
	wait_for last_run_is "$1" "done" || fail "$1: $(last_run "$1" .status) $(last_run "$1" .reason)"
}

# People would switch lamps by hand, and the cat sets off the rules of the hallway.
demo()
{
	SIMULATOR_OPTIONS=--away
	export SIMULATOR_OPTIONS
	start_house --demo
	wait_for state_is lock.front_door_lock locked || fail "no demo house"
	wait_for state_is light.hallway_light off || fail "no light"
}

atf_test_case demo__each_of_the_five cleanup
demo__each_of_the_five_head()
{
	atf_set "timeout" "200"
}
demo__each_of_the_five_body()
{
	demo
	api GET /api/v1/scenarios >scenarios.json
	atf_check -o inline:'5\n' jq '[.scenarios[] | select(.shipped and (.changed | not))] | length' scenarios.json
	# a party: every light dimmed, a colour where there is one, and a cooler room
	run_scenario party-mode '{"guest_count":10}'
	wait_for all_lights_are on || fail "party: the lights"
	wait_for attribute_is climate.living_room_thermostat temperature 19 || fail "party: the thermostat"
	run_scenario party-mode '{"parameters":{"guest_count":2,"location":"kitchen"}}'
	# nobody may be sent away by a wrong word
	api POST /api/v1/scenarios/party-mode/run '{"guest_count":0}' >problem.json
	atf_check -o inline:'422 parameters.guest_count\n' sh -c 'echo "$(cat status) $(jq -r .field problem.json)"'
	api POST /api/v1/scenarios/party-mode/run '{"location":"moon"}' >problem.json
	atf_check -o match:'no area .*moon' jq -r .detail problem.json
	# an alert: the door locks
	api_ok POST /api/v1/entities/lock.front_door_lock/command '{"service":"unlock"}' >/dev/null
	wait_for state_is lock.front_door_lock unlocked || fail "the door"
	run_scenario security-alert '{"trigger":"test","location":"hallway"}'
	wait_for state_is lock.front_door_lock locked || fail "alert: the door"
	atf_check -o match:'"trigger":"test"' $cli events --kind custom --limit 5
	# saving: what is warm is lowered
	run_scenario energy-optimization '{"parameters":{"temperature":17}}'
	wait_for attribute_is climate.living_room_thermostat temperature 17 || fail "energy: the thermostat"
	# the morning: warm, open, light
	api_ok POST /api/v1/entities/cover.living_room_blind/command '{"service":"close_cover"}' >/dev/null
	wait_for state_is cover.living_room_blind closed || fail "the blind"
	api_ok PATCH /api/v1/scenarios/smart-morning-routine '{"description":"Ours"}' >/dev/null
	run_scenario smart-morning-routine '{"parameters":{"minutes":0,"temperature":22}}'
	wait_for attribute_is climate.living_room_thermostat temperature 22 || fail "morning: the thermostat"
	wait_for all_lights_are on || fail "morning: the lights"
	wait_for state_is cover.living_room_blind open || fail "morning: the blind"
	atf_check $cli scenario reset smart-morning-routine
	atf_check -o inline:'false\n' sh -c "$cli scenario show smart-morning-routine | jq .changed"
	# away: all off, and it goes on for days; stopped, all is as it was
	api_ok POST /api/v1/scenarios/vacation-mode/run '{"duration_days":3,"simulate_presence":true}' >/dev/null
	wait_for last_run_is vacation-mode running || fail "vacation"
	wait_for all_lights_are off || fail "vacation: the lights"
	wait_for attribute_is climate.living_room_thermostat temperature 16 || fail "vacation: the thermostat"
	atf_check -o match:'vacation-mode.*runs' $cli scenario list
	api POST /api/v1/scenarios/vacation-mode/run >/dev/null
	atf_check -o match:'^[45]' cat status
	atf_check $cli scenario stop vacation-mode --restore
	wait_for last_run_is vacation-mode stopped || fail "vacation goes on"
	wait_for all_lights_are on || fail "the lights stay off: $(completion .)"
	wait_for attribute_is climate.living_room_thermostat temperature 22 || fail "the thermostat stays low"
}
demo__each_of_the_five_cleanup()
{
	stop_all
}

atf_test_case failed__is_taken_back cleanup
failed__is_taken_back_body()
{
	demo
	wait_for state_is cover.living_room_blind open || fail "no blind"
	api_ok POST /api/v1/scenarios '{"name":"Breaks","actions":[
	    {"action":"light.turn_on","target":{"entity_id":"light.bedroom_lamp"},"data":{"brightness":77}},
	    {"action":"cover.close_cover","target":{"entity_id":"cover.living_room_blind"}},
	    {"action":"lock.unlock","target":{"entity_id":"lock.front_door_lock"}},
	    {"wait_template":"{{ is_state(\"light.bedroom_lamp\", \"on\") }}"},
	    {"action":"climate.set_temperature","target":{"entity_id":"climate.living_room_thermostat"},
	     "data":{"temperature":"{{ 60 }}"}}]}' >/dev/null
	api_ok POST /api/v1/scenarios/breaks/run >/dev/null
	wait_for last_run_is breaks failed || fail "it does not fail"
	wait_for state_is light.bedroom_lamp off || fail "the lamp stays on: $(completion .)"
	completion . >complete.json
	atf_check -o inline:'"failed" "climate.living_room_thermostat: must be between 5 and 30 (temperature)"\n' \
	    jq -r '"\(.status | tojson) \(.reason | tojson)"' complete.json
	atf_check -o match:light.bedroom_lamp -o match:cover.living_room_blind jq -c .restored complete.json
	# it is the scenario that ends, and its way back that commands
	atf_check -o inline:'"scenario:breaks"\n' sh -c "$cli --json events --kind scenario_complete --limit 1 | jq .actor"
	atf_check -o inline:'"rollback:breaks"\n' sh -c "$cli --json events --kind undo --limit 1 | jq .actor"
	api_ok GET "/api/v1/scenarios/breaks/runs/$(last_run breaks .id)" >run.json
	jq -c '[.restored, .not_restored, .not_restored_because]' run.json >told.json
	atf_check -o file:told.json jq -c '[.restored, .not_restored, null]' complete.json
	# one that does not want that
	api_ok PATCH /api/v1/scenarios/breaks '{"rollback":false}' >/dev/null
	api_ok POST /api/v1/scenarios/breaks/run >/dev/null
	wait_for last_run_is breaks failed || fail "it does not fail again"
	wait_for state_is light.bedroom_lamp on || fail "the lamp is off"
	atf_check -o inline:'null\n' sh -c "$cli --json events --kind scenario_complete --limit 1 | jq .data.restored"
	atf_check -o inline:'"scenario:breaks"\n' sh -c "$cli --json events --kind scenario_complete --limit 1 | jq .actor"
	api_ok GET "/api/v1/scenarios/breaks/runs/$(last_run breaks .id)" >run.json
	atf_check -o inline:'null\n' jq .restored run.json
}
failed__is_taken_back_cleanup()
{
	stop_all
}

atf_test_case failed__with_what_it_started cleanup
failed__with_what_it_started_head()
{
	atf_set "descr" "what nested scenarios and rules that heard of it did is taken back too, by a failure and by an undo"
}
failed__with_what_it_started_body()
{
	demo
	lamp='{"target":{"entity_id":"light.bedroom_lamp"},"action"'
	api_ok POST /api/v1/scenarios '{"name":"Inner","actions":['"$lamp"':"light.turn_on"},{"event":"inner_is_done"}]}' >/dev/null
	api_ok POST /api/v1/automations '{"name":"Hears","triggers":[{"trigger":"event","event_type":"inner_is_done"}],
	    "actions":[{"action":"light.turn_on","target":{"entity_id":"light.hallway_light"}}]}' >/dev/null
	api_ok POST /api/v1/scenarios '{"name":"Outer","actions":[{"scenario":"inner"},
	    {"wait_template":"{{ is_state(\"light.hallway_light\", \"on\") and is_state(\"light.bedroom_lamp\", \"on\") }}"},
	    {"stop":"enough","error":true}]}' >/dev/null
	api_ok POST /api/v1/scenarios/outer/run >/dev/null
	wait_for last_run_is outer failed || fail "it does not fail"
	wait_for state_is light.bedroom_lamp off || fail "the lamp of the inner one stays on: $(completion .)"
	wait_for state_is light.hallway_light off || fail "the lamp of the rule stays on: $(completion .)"
	completion '.restored | sort' >restored.json
	atf_check -o inline:'["light.bedroom_lamp","light.hallway_light"]\n' cat restored.json
	# the same by hand
	api_ok PATCH /api/v1/scenarios/outer '{"rollback":false}' >/dev/null
	api_ok POST /api/v1/scenarios/outer/run >/dev/null
	wait_for last_run_is outer failed || fail "it does not fail again"
	run=$(last_run outer .id)
	state_is light.hallway_light on || fail "it is off"
	api POST "/api/v1/automations/outer/runs/$run/undo" >/dev/null
	atf_check -o inline:404 cat status
	api_ok POST "/api/v1/scenarios/outer/runs/$run/undo?wait=10" >/dev/null
	atf_check -o inline:'light.hallway_light reversed, light.bedroom_lamp reversed true\n' \
	    jq -r '"\([.results[] | "\(.entity_id) \(.result)"] | join(", ")) \(.complete)"' body
	wait_for state_is light.bedroom_lamp off || fail "the lamp of the inner one stays on"
	# and as the last thing that the house did
	api_ok POST /api/v1/scenarios/inner/run >/dev/null
	wait_for state_is light.hallway_light on || fail "nobody heard it"
	api_ok POST '/api/v1/undo?wait=10' '{"by":"house"}' >/dev/null
	wait_for state_is light.bedroom_lamp off || fail "the lamp of the scenario stays on: $(cat body)"
}
failed__with_what_it_started_cleanup()
{
	stop_all
}

told_is()	# the custom events, oldest first
{
	[ "$(sqlite3 'file:house/consciousness.db?mode=ro' "select group_concat(subject, ' ') from (select subject
	    from event where subject like 'event.%' order by id)")" = "$1" ]
}

atf_test_case killed__goes_on_where_it_was cleanup
killed__goes_on_where_it_was_body()
{
	start_house
	api_ok POST /api/v1/scenarios '{"name":"Long","parameters":{"who":{"type":"text","default":"Ada"}},"actions":[
	    {"event":"one"},{"delay":{"seconds":3}},{"if":"{{ who == \"Bob\" }}","then":[{"event":"two"}]}]}' >/dev/null
	api_ok POST /api/v1/scenarios/long/run '{"parameters":{"who":"Bob"}}' >/dev/null
	wait_for last_run_is long running || fail "not started"
	kill_engine
	start_engine
	wait_for last_run_is long "done" || fail "not done"
	told_is 'event.one event.two' || fail "not once each"
	# nothing in this house fits: it says so
	run_scenario party-mode
	last_run party-mode .reason >reason
	atf_check -o match:'nothing in this house fits' cat reason
	# a rule starts one
	api_ok POST /api/v1/automations '{"name":"Caller","triggers":[{"trigger":"event","event_type":"never"}],
	    "actions":[{"scenario":"long","parameters":{"who":"Eve"}}]}' >/dev/null
	api_ok POST /api/v1/automations/caller/trigger >/dev/null
	wait_for last_run_is long running || fail "the rule does not start it"
	api GET /api/v1/scenarios/long/used >/dev/null
	api POST /api/v1/automations '{"name":"Wrong","triggers":[{"trigger":"event","event_type":"never"}],
	    "actions":[{"scenario":"lang"}]}' >problem.json
	atf_check -o match:'did you mean .*long' jq -r .detail problem.json
}
killed__goes_on_where_it_was_cleanup()
{
	stop_all
}

runs_are()	# scenario "STATUS...": the newest first
{
	[ "$(api GET "/api/v1/scenarios/$1/runs" | jq -r '[.runs[].status] | join(" ")')" = "$2" ]
}

atf_test_case asked__in_the_order_of_asking cleanup
asked__in_the_order_of_asking_body()
{
	start_house
	api_ok POST /api/v1/scenarios '{"name":"Long","mode":"restart","actions":[{"delay":600}]}' >/dev/null
	api_ok POST /api/v1/scenarios/long/run >/dev/null
	wait_for last_run_is long running || fail "not started"
	# an engine that comes to both at once
	kill_engine
	api_ok POST /api/v1/scenarios/long/stop >/dev/null
	api_ok POST /api/v1/scenarios/long/run >/dev/null
	start_engine
	wait_for runs_are long 'running stopped' || fail "$(cat body)"

	# also what is told to a device by hand just before
	mqtt_pub homeassistant/switch/plug/config '{"name":"Plug","unique_id":"plug","command_topic":"plug/set"}' -r -q 1
	wait_for state_is switch.plug null || fail "no plug"
	start ears mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -t plug/set
	wait_for is_heard || fail "nobody listens"
	api_ok POST /api/v1/scenarios '{"name":"Off","actions":[{"action":"switch.turn_off","target":{"entity_id":"switch.plug"}}]}' \
	    >/dev/null
	kill -STOP "$engine"
	api_ok POST /api/v1/entities/switch.plug/command '{"service":"turn_on"}' >/dev/null
	api_ok POST /api/v1/scenarios/off/run >/dev/null
	kill -CONT "$engine"
	wait_for last_run_is off "done" || fail "it did not run"
	wait_for grep -q ON ears.out || fail "it is not told"
	atf_check -o inline:'ON\nOFF\n' grep -v hello ears.out
}

is_heard()
{
	mqtt_pub plug/set hello
	grep -q hello ears.out
}
asked__in_the_order_of_asking_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case demo__each_of_the_five
	atf_add_test_case failed__is_taken_back
	atf_add_test_case failed__with_what_it_started
	atf_add_test_case killed__goes_on_where_it_was
	atf_add_test_case asked__in_the_order_of_asking
}
