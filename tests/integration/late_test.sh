# SPDX-License-Identifier: ISC
#
# Pauses that are over while the house does not run: what goes on then says how late it is.

. "$SRC_DIR/tests/lib/house.sh"

query_is()	# SQL result
{
	[ "$(sqlite3 "file:house/consciousness.db?mode=ro" "$1")" = "$2" ]
}

# run_of ID: its newest run, step by step
run_of()
{
	api_ok GET "/api/v1/automations/$1/runs/$(api GET "/api/v1/automations/$1/runs" | jq '.runs[0].id')"
}

never='"triggers":[{"trigger":"event","event_type":"never"}]'

atf_test_case pause__ends_late cleanup
pause__ends_late_head()
{
	atf_set "require.progs" "python3 nginx mosquitto curl jq sqlite3"
	atf_set "timeout" "120"
}
pause__ends_late_body()
{
	start_house
	api_ok POST /api/v1/automations '{"name":"late",'"$never"',"actions":[{"event":"begun"},
	    {"parallel":[{"delay":30},{"wait_template":"{{ false }}","timeout":60}]},{"delay":1},{"event":"over"}]}' >/dev/null
	api_ok POST /api/v1/automations '{"name":"punctual",'"$never"',"actions":[{"delay":1}]}' >/dev/null
	for id in late punctual; do
		api_ok POST "/api/v1/automations/$id/trigger" >/dev/null
	done
	wait_for query_is "select status from run order by id limit 1" running || fail "not started"
	wait_for query_is "select status from run order by id desc limit 1" done || fail "not done"
	kill_engine
	CLOCK_OFFSET_MS=300000 start_engine
	wait_for query_is "select count(*) from run where status = 'done'" 2 || fail "it does not go on"
	run_of late >run.json
	jq -e '.status == "done" and .late > 200000 and .late < 300000 and
	    [.trace[] | select(.late != null) | [.place, .result]] ==
		[["actions[1].parallel[0].sequence[0]", "done"], ["actions[1].parallel[1].sequence[0]", "done"]] and
	    ([.trace[] | select(.late != null) | .late] | max == $late and .[0] - .[1] > 25000)' \
	    --argjson late "$(jq .late run.json)" run.json || fail "$(cat run.json)"
	run_of punctual | jq -e '.late == null and all(.trace[]; .late == null)' || fail "$(cat body)"
	atf_check -o match:'sequence\[0\][)], 4 min [0-9]+ s late' "$bin/consciousness" --data house explain automation late
}
pause__ends_late_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case pause__ends_late
}
