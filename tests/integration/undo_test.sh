# SPDX-License-Identifier: ISC
#
# What the house told devices is taken back, in a real house.

. "$SRC_DIR/tests/lib/house.sh"

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

exists()	# entity
{
	api GET "/api/v1/entities/$1" >/dev/null
	[ "$(cat status)" = 200 ]
}

announce()	# a lamp that reports nothing: it is what it was told to be
{
	for name; do
		mqtt_pub "homeassistant/light/$name/config" "{\"name\":\"$name\",\"unique_id\":\"$name\",
		    \"command_topic\":\"t/$name/set\"}" -r -q 1
	done
	for name; do
		wait_for exists "light.$name" || fail "no $name"
	done
}

order()	# ENTITY SERVICE
{
	api_ok POST "/api/v1/entities/$1/command?wait=10" "{\"service\":\"$2\"}" >/dev/null
	[ "$(jq -r .status body)" = confirmed ] || fail "$1 $2: $(cat body)"
}

run_is()	# STATUS
{
	api GET /api/v1/automations/evening/runs?limit=1 | jq -e ".runs[0].status == \"$1\"" >/dev/null
}

results()
{
	jq -r '[.results[] | "\(.entity_id) \(.result)"] | join(", ")' body
}

atf_test_case undo__of_a_run_outlives_engines cleanup
undo__of_a_run_outlives_engines_head()
{
	atf_set "descr" "what entities were before a run is known after its engine was killed; nobody is overruled silently"
}
undo__of_a_run_outlives_engines_body()
{
	start_house
	announce one two three
	order light.one turn_on
	order light.two turn_off
	order light.three turn_off
	api_ok POST /api/v1/automations '{"name":"Evening","triggers":[{"trigger":"event","event_type":"never"}],
	    "actions":[{"action":"light.turn_off","target":{"entity_id":"light.one"}},
	    {"action":"light.turn_on","target":{"entity_id":["light.two","light.three"]}}]}' >/dev/null
	api_ok POST /api/v1/automations/evening/trigger >/dev/null
	wait_for run_is done || fail "it did not run"
	wait_for state_is light.three on || fail "three is not on"
	kill_engine
	start_engine
	run=$(api GET /api/v1/automations/evening/runs | jq -r '.runs[0].id')
	order light.two turn_on	# somebody wants it on
	api_ok POST "/api/v1/automations/evening/runs/$run/undo?wait=10" '{}' >/dev/null
	atf_check_equal 'light.three reversed, light.two changed, light.one reversed' "$(results)"
	wait_for state_is light.one on || fail "one is not on again"
	wait_for state_is light.three off || fail "three is not off again"
	state_is light.two on || fail "two was overruled"
	api_ok GET "/api/v1/explain?entity_id=light.one" >/dev/null
	jq -r .text body >text
	grep -q 'key test sent turn_on .* after undo of automation.evening' text || fail "$(cat text)"
	atf_check -s exit:1 -o match:'light.two  *changed .*the key test sent it turn_on since' \
	    -o match:'light.one  *already' -e match:'--force' "$bin/consciousness" --data house undo run "$run"
	atf_check -o match:'light.two  *reversed .*turn_off' -o ignore "$bin/consciousness" --data house undo --force
	wait_for state_is light.two off || fail "two is not off"
	# what the command line did is undone, and that again
	atf_check -o match:'light.two  *reversed .*turn_on' "$bin/consciousness" --data house undo me
	wait_for state_is light.two on || fail "two is not on again"
	atf_check -s exit:3 -e match:'no run 999' "$bin/consciousness" --data house undo run 999
	atf_check -s exit:1 -e match:'say what' "$bin/consciousness" --data house undo run
	atf_check -s exit:1 -e match:'cannot be undone' "$bin/consciousness" --data house undo world 3
	atf_check -s exit:1 -e match:'no number' "$bin/consciousness" --data house undo event x
}
undo__of_a_run_outlives_engines_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case undo__of_a_run_outlives_engines
}
