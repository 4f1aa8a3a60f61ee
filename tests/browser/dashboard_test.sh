# SPDX-License-Identifier: ISC
#
# The dashboard in a real browser, against a real house with its demo devices.

. "$SRC_DIR/tests/lib/house.sh"

# Runs tests/browser/SCRIPT.mjs against a house that was started with the options.
browse_house()	# script [option...]
{
	script=$1
	shift
	start_house "$@"
	HOUSE_URL=$URL
	HOUSE_TOKEN=$TOKEN
	HOUSE_BROKER=$(broker_port)
	HOUSE_CODE=$(sed -n 's/.*#code=//p' house.out)
	export HOUSE_URL HOUSE_TOKEN HOUSE_BROKER HOUSE_CODE
	[ $# -eq 0 ] || wait_for has_devices || fail "the demo devices did not come"
	node "$SRC_DIR/tests/browser/$script.mjs" >browser.out 2>&1 || {
		cat browser.out >&2
		fail "$script failed"
	}
	cat browser.out
}

# Nobody else is at home: people would switch lamps by hand, and the cat sets off the rules of the hallway.
browse()	# script
{
	SIMULATOR_OPTIONS=--away
	export SIMULATOR_OPTIONS
	browse_house "$1" --demo
}

# all 21 devices of the demo have entities with values
has_devices()
{
	api GET '/api/v1/entities?domain=light' | grep -q '"brightness"' &&
	    api GET '/api/v1/entities?domain=switch' | grep -q '"state":"o'
}

needs()
{
	atf_set "require.progs" "node chromium mosquitto_pub nginx"
	atf_set "timeout" 600
}

atf_test_case dashboard__drives_the_house cleanup
dashboard__drives_the_house_head()
{
	atf_set "descr" "set-up, sign-in, live update, control, history, reasons, automations"
	needs
}
dashboard__drives_the_house_body()
{
	browse drive
}
dashboard__drives_the_house_cleanup()
{
	stop_all
}

atf_test_case dashboard__writes_rules_in_forms cleanup
dashboard__writes_rules_in_forms_head()
{
	atf_set "descr" "a rule built by pressing and choosing, tried, saved, seen to run"
	needs
}
dashboard__writes_rules_in_forms_body()
{
	browse editor
}
dashboard__writes_rules_in_forms_cleanup()
{
	stop_all
}

atf_test_case dashboard__keeps_what_is_written cleanup
dashboard__keeps_what_is_written_head()
{
	atf_set "descr" "what is wrong is found, leaving asks, two people do not write over each other"
	needs
}
dashboard__keeps_what_is_written_body()
{
	browse keep
}
dashboard__keeps_what_is_written_cleanup()
{
	stop_all
}

atf_test_case dashboard__follows_a_rule_to_its_undo cleanup
dashboard__follows_a_rule_to_its_undo_head()
{
	atf_set "descr" "a rule built, tried on now and on the past, saved, run by its device, read, undone"
	needs
}
dashboard__follows_a_rule_to_its_undo_body()
{
	browse flow
}
dashboard__follows_a_rule_to_its_undo_cleanup()
{
	stop_all
}

atf_test_case dashboard__shows_devices cleanup
dashboard__shows_devices_head()
{
	atf_set "descr" "a device's page: controls by kind, messages, names, replacing; attention"
	needs
}
dashboard__shows_devices_body()
{
	browse devices
}
dashboard__shows_devices_cleanup()
{
	stop_all
}

# A sensor of its own: nobody walks past it while the test runs, at whatever time of the day that is.
announce_sensor()
{
	mosquitto_pub -p "$(broker_port)" -r -q 1 -t homeassistant/binary_sensor/stairs_motion/config -m '{
	    "name": "Stairs motion", "unique_id": "stairs_motion", "device_class": "motion",
	    "default_entity_id": "binary_sensor.stairs_motion", "state_topic": "stairs/motion"}'
	wait_for has_sensor || fail "the sensor did not come"
}

has_sensor()
{
	api GET /api/v1/entities/binary_sensor.stairs_motion | grep -q stairs_motion
}

# The sensor on the stairs goes on each evening and each morning of the last ten days, and the plug is on at night.
give_past()
{
	now=$(($(date +%s) * 1000))
	for day in 10 9 8 7 6 5 4 3 2 1; do
		begin=$((now / 86400000 * 86400000 - day * 86400000))
		for at in 21600000 68400000; do
			echo "$((begin + at)) binary_sensor.stairs_motion on"
			echo "$((begin + at + 60000)) binary_sensor.stairs_motion off"
		done
		echo "$((begin + 64800000)) switch.tv_plug on"
		echo "$((begin + 64800000)) sensor.tv_plug_power 101"
		echo "$((begin + 72000000)) switch.tv_plug off"
		echo "$((begin + 72000000)) sensor.tv_plug_power 1"
	done | "$BUILD_DIR/tests/tools/past" --data house || fail "no past"
}

atf_test_case dashboard__looks_back cleanup
dashboard__looks_back_head()
{
	atf_set "descr" "a rule against the past: progress, calendar, day, keyboard, phone and desktop"
	needs
}
dashboard__looks_back_body()
{
	TZ=UTC
	export TZ
	start_house --demo
	wait_for has_devices || fail "the demo devices did not come"
	announce_sensor
	give_past
	HOUSE_URL=$URL HOUSE_TOKEN=$TOKEN node "$SRC_DIR/tests/browser/back.mjs" >browser.out 2>&1 || {
		cat browser.out >&2
		fail "back failed"
	}
	cat browser.out
}
dashboard__looks_back_cleanup()
{
	stop_all
}

atf_test_case dashboard__looks_right cleanup
dashboard__looks_right_head()
{
	atf_set "descr" "every page on desktop and phone, light and dark: axe, width, console"
	needs
}
dashboard__looks_right_body()
{
	browse look
}
dashboard__looks_right_cleanup()
{
	stop_all
}

atf_test_case dashboard__reconnects cleanup
dashboard__reconnects_head()
{
	atf_set "descr" "the bridge dies: a banner; it comes back: what was missed is shown"
	needs
}
dashboard__reconnects_body()
{
	# cron would bring it back within a minute; here it is started at once
	cat >stop_bridge <<EOF
data=$PWD/house
. "$SRC_DIR/scripts/lib/process.sh"
kill -9 \$(program_pids | sed -n 's/ bridge\$//p')
EOF
	STOP_BRIDGE="bash $PWD/stop_bridge"
	START_BRIDGE="setsid -f $bin/consciousness-bridge --data $PWD/house \
	    </dev/null >>$PWD/house/log/bridge.log 2>&1"
	export STOP_BRIDGE START_BRIDGE
	browse reconnect
}
dashboard__reconnects_cleanup()
{
	stop_all
}

atf_test_case dashboard__manages_rooms cleanup
dashboard__manages_rooms_head()
{
	atf_set "descr" "floors and rooms: add, name, move, delete, conflicts; icons"
	needs
}
dashboard__manages_rooms_body()
{
	browse floors
}
dashboard__manages_rooms_cleanup()
{
	stop_all
}

atf_test_case dashboard__raises_alerts cleanup
dashboard__raises_alerts_head()
{
	atf_set "descr" "alerts: a rule is written, tried, raised, acknowledged, removed; channels"
	needs
}
dashboard__raises_alerts_body()
{
	browse_house alerts
}
dashboard__raises_alerts_cleanup()
{
	stop_all
}

atf_test_case dashboard__carries_a_large_house cleanup
dashboard__carries_a_large_house_head()
{
	atf_set "descr" "more than 1,000 tiles: all are drawn, a report draws its own again alone"
	needs
}
dashboard__carries_a_large_house_body()
{
	browse_house many
}
dashboard__carries_a_large_house_cleanup()
{
	stop_all
}

atf_test_case dashboard__runs_scenarios cleanup
dashboard__runs_scenarios_head()
{
	atf_set "descr" "scenarios: run, what they are told, edit, reset, add, stop"
	needs
}
dashboard__runs_scenarios_body()
{
	browse scenarios
}
dashboard__runs_scenarios_cleanup()
{
	stop_all
}

atf_test_case dashboard__warns_of_conflicts cleanup
dashboard__warns_of_conflicts_head()
{
	atf_set "descr" "rules that loop: said while one is written and saved, marked on the list"
	needs
}
dashboard__warns_of_conflicts_body()
{
	browse conflicts
}
dashboard__warns_of_conflicts_cleanup()
{
	stop_all
}

atf_test_case dashboard__puts_labels_on_things cleanup
dashboard__puts_labels_on_things_head()
{
	atf_set "descr" "labels: made, put on things, found by, coloured, deleted, brought back"
	needs
}
dashboard__puts_labels_on_things_body()
{
	browse labels
}
dashboard__puts_labels_on_things_cleanup()
{
	stop_all
}

atf_test_case dashboard__reads_calendars cleanup
dashboard__reads_calendars_head()
{
	atf_set "descr" "calendars: a file, an address, a rule that is started by one, deleted, brought back"
	needs
}
dashboard__reads_calendars_body()
{
	browse calendars
}
dashboard__reads_calendars_cleanup()
{
	stop_all
}

atf_test_case dashboard__goes_back_to_versions cleanup
dashboard__goes_back_to_versions_head()
{
	atf_set "descr" "versions of rooms, floors, devices, entities, scenarios, alert rules, labels"
	needs
}
dashboard__goes_back_to_versions_body()
{
	browse versions
}
dashboard__goes_back_to_versions_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case dashboard__drives_the_house
	atf_add_test_case dashboard__writes_rules_in_forms
	atf_add_test_case dashboard__keeps_what_is_written
	atf_add_test_case dashboard__follows_a_rule_to_its_undo
	atf_add_test_case dashboard__shows_devices
	atf_add_test_case dashboard__looks_back
	atf_add_test_case dashboard__looks_right
	atf_add_test_case dashboard__reconnects
	atf_add_test_case dashboard__manages_rooms
	atf_add_test_case dashboard__raises_alerts
	atf_add_test_case dashboard__carries_a_large_house
	atf_add_test_case dashboard__runs_scenarios
	atf_add_test_case dashboard__warns_of_conflicts
	atf_add_test_case dashboard__puts_labels_on_things
	atf_add_test_case dashboard__reads_calendars
	atf_add_test_case dashboard__goes_back_to_versions
}
