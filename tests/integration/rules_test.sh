# SPDX-License-Identifier: ISC
#
# Rules with branches, waits and modes in a real house, and engines that die in the middle of them.

. "$SRC_DIR/tests/lib/house.sh"

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

query()
{
	sqlite3 "file:house/consciousness.db?mode=ro" "$1"
}

query_is()	# SQL result
{
	[ "$(query "$1")" = "$2" ]
}

announce()	# NAME...: sensors that repeat what they hear
{
	for name; do
		mqtt_pub "homeassistant/sensor/$name/config" "{\"name\":\"$name\",\"unique_id\":\"$name\",
		    \"state_topic\":\"t/$name\"}" -r -q 1
		mqtt_pub "t/$name" off -q 1 -r
	done
	for name; do
		wait_for state_is "sensor.$name" off || fail "no $name"
	done
}

report()	# NAME STATE
{
	mqtt_pub "t/$1" "$2" -q 1 -r
	wait_for state_is "sensor.$1" "$2" || fail "$1 is not $2"
}

rule()	# JSON: adds it; prints its path
{
	api_ok POST /api/v1/automations "$1" >rule.json
	echo "/api/v1/automations/$(jq -r .id rule.json)"
}

# the values of a member of the custom events of a type, in order
told()	# TYPE MEMBER
{
	query "select group_concat(json_extract(data, '\$.$2'), ' ') from (select data from event
	    where subject = 'event.$1' order by id)"
}

told_is()	# TYPE MEMBER VALUES
{
	[ "$(told "$1" "$2")" = "$3" ]
}

last_run_is()	# STATUS
{
	query_is 'select status from run order by id desc limit 1' "$1"
}

atf_test_case run__killed_again_and_again cleanup
run__killed_again_and_again_head()
{
	atf_set "descr" "every step of a long run happens once, whenever its engine dies"
}
run__killed_again_and_again_body()
{
	start_house
	long=$(rule '{"name":"Long","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"repeat":{"count":10,"sequence":[
		{"event":"tick","event_data":{"n":"{{ repeat.index }}"}},
		{"if":"{{ repeat.index % 2 == 0 }}","then":[{"delay":{"milliseconds":600}}],
		 "else":[{"parallel":[[{"delay":{"milliseconds":400}},{"event":"a","event_data":{"n":"{{ repeat.index }}"}}],
		    [{"event":"b","event_data":{"n":"{{ repeat.index }}"}},{"delay":{"milliseconds":200}}]]}]}]}},
	    {"event":"tick","event_data":{"n":"end"}}]}')
	api_ok POST "$long/trigger" >/dev/null
	wait_for last_run_is running || fail "not started"
	kills=0
	while ! last_run_is done; do
		kill_engine
		kills=$((kills + 1))
		[ $kills -lt 100 ] || fail "never done: $(query 'select position from run')"
		start_engine
		wait_for engine_is_active || fail "no engine"
		sleep "0.$((kills % 3))"	# die somewhere else each time
	done
	[ $kills -ge 3 ] || fail "only $kills engines died"
	told_is tick n '1 2 3 4 5 6 7 8 9 10 end' || fail "tick: $(told tick n)"
	told_is a n '1 3 5 7 9' || fail "a: $(told a n)"
	told_is b n '1 3 5 7 9' || fail "b: $(told b n)"
}
run__killed_again_and_again_cleanup()
{
	stop_all
}

atf_test_case parallel__a_branch_ends_alone cleanup
parallel__a_branch_ends_alone_head()
{
	atf_set "descr" "a branch that fails or stops ends alone, also when engines die before the others are done"
}
parallel__a_branch_ends_alone_body()
{
	start_house
	announce go
	beside='[{"wait_for_trigger":{"trigger":"state","entity_id":"sensor.go","to":"on"}},{"event":"beside"}]'
	fails=$(rule '{"name":"Fails","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"parallel":[[{"action":"light.turn_on","target":{"entity_id":"{{ \"light.nope\" }}"}},{"event":"never"}],'"$beside"']},
	    {"event":"after","event_data":{"n":"fails"}}]}')
	stops=$(rule '{"name":"Stops","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"parallel":[[{"stop":"enough"}],'"$beside"']},{"event":"after","event_data":{"n":"stops"}}]}')
	past=$(rule '{"name":"Past","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"parallel":[[{"stop":"wrong","error":true}],{"repeat":{"count":"{{ 1 / 0 }}","sequence":[{"delay":1}]}},'"$beside"'],
		"continue_on_error":true},{"event":"after","event_data":{"n":"past"}}]}')
	for path in "$fails" "$stops" "$past"; do
		api_ok POST "$path/trigger" >/dev/null
	done
	wait_for query_is "select count(*) from run where status = 'running'" 3 || fail "not started: $(query 'select * from run')"
	kill_engine
	start_engine
	wait_for engine_is_active || fail "no engine"
	report go on
	wait_for query_is "select count(*) from run where status = 'running'" 0 || fail "not done"
	query_is "select count(*) from event where subject = 'event.beside'" 3 || fail "another branch was ended"
	query_is "select count(*) from event where subject in ('event.after', 'event.never')" 0 || fail "it went on"
	for path in "$fails" "$stops" "$past"; do
		run=$(api GET "$path/runs" | jq '.runs[0].id')
		api_ok GET "$path/runs/$run" | jq -r '"\(.status): \(.reason)", (.trace[] | " \(.place) \(.result)")'
	done >runs.out
	atf_check -o inline:'failed: light.nope: does not exist
 actions[0] done
 actions[0].parallel[0].sequence[0] failed
 actions[0].parallel[1].sequence[0] waits
 actions[0].parallel[1].sequence[0] heard
 actions[0].parallel[1].sequence[1] done
 actions[0] failed
stopped: enough
 actions[0] done
 actions[0].parallel[0].sequence[0] stopped
 actions[0].parallel[1].sequence[0] waits
 actions[0].parallel[1].sequence[0] heard
 actions[0].parallel[1].sequence[1] done
 actions[0] stopped
failed: wrong
 actions[0] done
 actions[0].parallel[0].sequence[0] stopped
 actions[0].parallel[1].sequence[0].repeat failed
 actions[0].parallel[2].sequence[0] waits
 actions[0].parallel[2].sequence[0] heard
 actions[0].parallel[2].sequence[1] done
 actions[0] stopped
' cat runs.out
}
parallel__a_branch_ends_alone_cleanup()
{
	stop_all
}

atf_test_case other__rules_are_turned_and_started cleanup
other__rules_are_turned_and_started_body()
{
	start_house
	announce go lamp
	rule '{"name":"Other","triggers":[{"trigger":"state","entity_id":"sensor.lamp","to":"on"}],
	    "conditions":["{{ is_state(\"sensor.go\", \"on\") }}"],"actions":[{"event":"other"},{"delay":60}],"mode":"parallel"}' >/dev/null
	rule '{"name":"Third","triggers":[{"trigger":"event","event_type":"turned"}],"actions":[{"event":"third"}]}' >/dev/null
	off=$(rule '{"name":"Off","triggers":[{"trigger":"state","entity_id":"sensor.go","to":"off"}],"actions":[
	    {"action":"automation.trigger","target":{"entity_id":"automation.other"}},
	    {"action":"automation.trigger","target":{"entity_id":"automation.other"},"data":{"skip_condition":false}},
	    {"action":"automation.turn_off","target":{"entity_id":"automation.other"}},
	    {"action":"automation.turn_off","target":{"entity_id":["automation.other","automation.third"]}},
	    {"event":"turned"}]}')
	on=$(rule '{"name":"On","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"action":"automation.turn_on","target":{"entity_id":"automation.other"}}]}')
	api_ok POST "$off/trigger" >/dev/null
	is_on()
	{
		[ "$(api GET /api/v1/automations/other | jq .enabled)" = "$1" ]
	}
	wait_for is_on false || fail "it is still on"
	# it was started once, whatever its conditions, and what runs ends
	query_is "select count(*) from event where subject = 'event.other'" 1 || fail "started $(told other n)"
	runs_are_over()
	{
		query_is "select count(*) from run where status = 'running'" 0
	}
	wait_for runs_are_over || fail "$(query 'select * from run')"
	query_is "select count(*) from event where subject = 'event.third'" 0 || fail "one that was turned off was started"
	report lamp on
	api_ok GET /api/v1/automations/other/runs >/dev/null
	query_is "select count(*) from event where subject = 'event.other'" 1 || fail "it runs although it is off"
	# one that is off cannot be started, and the run says so
	api_ok POST "$off/trigger" >/dev/null
	wait_for query_is "select reason from run where status = 'failed'" 'automation.other is turned off' ||
	    fail "$(query "select status, reason from run")"
	# who did it is told, not "by hand"
	api_ok GET /api/v1/automations/other/explain >explain.json
	atf_check -o match:'because automation.off started it' cat explain.json
	# what was decided stays so when the engine dies
	api_ok POST "$on/trigger" >/dev/null
	wait_for is_on true || fail "it is still off"
	kill_engine
	start_engine
	wait_for engine_is_active || fail "no engine"
	report lamp off
	report go on
	report lamp on
	wait_for query_is "select count(*) from event where subject = 'event.other'" 2 || fail "it is on and does not run"
	# each change has a version, by the rule that made it
	api_ok GET '/api/v1/revisions?kind=automation&id=other' >revisions.json
	atf_check -o match:'automation:off' -o match:'automation:on' jq -c . revisions.json
	api POST /api/v1/automations '{"name":"X","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"action":"automation.turn_on","target":{"entity_id":"automation.none"}}]}' >problem.json
	atf_check -o match:'there is no automation none' cat problem.json
}
other__rules_are_turned_and_started_cleanup()
{
	stop_all
}

atf_test_case other__rules_that_start_each_other cleanup
other__rules_that_start_each_other_body()
{
	start_house
	start='{"triggers":[{"trigger":"event","event_type":"never"}],"mode":"parallel","max":100,"actions":['
	rule "{\"name\":\"Pong\",${start#\{}{\"event\":\"pong\"}]}" >/dev/null
	ping=$(rule "{\"name\":\"Ping\",${start#\{}{\"action\":\"automation.trigger\",\"target\":{\"entity_id\":\"automation.pong\"}}]}")
	api_ok PATCH /api/v1/automations/pong '{"actions":[{"event":"pong"},
	    {"action":"automation.trigger","target":{"entity_id":"automation.ping"}}]}' >/dev/null
	engine=$(program_pid engine)
	api_ok POST "$ping/trigger" >/dev/null
	loop_is_told()
	{
		query_is "select count(*) from event where kind = 36" 1
	}
	wait_for loop_is_told || fail "no end of it: $(query 'select kind, subject, data from event order by id desc limit 5')"
	[ "$(query "select count(*) from event where subject = 'event.pong'")" -le 20 ] || fail "it went on for long"
	[ "$(program_pid engine)" = "$engine" ] || fail "the engine died of it"
}
other__rules_that_start_each_other_cleanup()
{
	stop_all
}

atf_test_case wait__survives_its_engine cleanup
wait__survives_its_engine_body()
{
	start_house
	announce door lamp
	waits=$(rule '{"name":"Waits","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"variables":{"who":"Ada"}},
	    {"wait_for_trigger":[{"trigger":"state","entity_id":"sensor.door","to":"open","id":"opened"}],"timeout":60},
	    {"event":"heard","event_data":{"by":"{{ wait.trigger.id }} {{ who }}"}},
	    {"wait_template":"{{ is_state(\"sensor.lamp\", \"on\") }}","timeout":{"seconds":2}},
	    {"event":"heard","event_data":{"by":"{{ wait.completed }}"}}]}')
	api_ok POST "$waits/trigger" >/dev/null
	wait_for last_run_is running || fail "not started"
	kill_engine
	start_engine
	report door ajar
	report door open
	wait_for told_is heard by 'opened Ada' || fail "not heard: $(told heard by)"
	kill_engine
	sleep 2		# the timeout passes while no engine runs
	start_engine
	wait_for told_is heard by 'opened Ada 0' || fail "no timeout: $(told heard by)"
	wait_for last_run_is done || fail "not done"
	# what it did, before and after the engines died
	run=$(api GET "$waits/runs" | jq '.runs[0].id')
	api_ok GET "$waits/runs/$run" >run.json
	atf_check -o inline:'actions[0] done
actions[1] waits
actions[1] heard
actions[2] done
actions[3] waits
actions[3] done
actions[4] done
' jq -r '.trace[] | "\(.place) \(.result)"' run.json
	api GET "/api/v1/automations/waits/runs/999" >problem.json
	atf_check -o match:404 cat status
}
wait__survives_its_engine_cleanup()
{
	stop_all
}

atf_test_case wait__holds_and_times_survive cleanup
wait__holds_and_times_survive_head()
{
	atf_set "descr" "a wait goes on at the moment that was settled before its engine died"
}
wait__holds_and_times_survive_body()
{
	start_house
	announce door lamp
	held=$(rule '{"name":"Held","mode":"parallel","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"wait_for_trigger":[{"trigger":"state","entity_id":"sensor.door","to":"open","for":8,"id":"held"}],"timeout":60},
	    {"event":"held","event_data":{"by":"{{ wait.trigger.id }} {{ wait.trigger.entity_id }}"}}]}')
	clock=$(rule '{"name":"Clock","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"wait_for_trigger":[{"trigger":"time_pattern","seconds":"/3","id":"clock"},
		{"trigger":"template","value_template":"{{ is_state(\"sensor.lamp\", \"off\") }}"}],"timeout":60},
	    {"event":"clock","event_data":{"by":"{{ wait.trigger.id }}"}}]}')
	api_ok POST "$held/trigger" >/dev/null
	wait_for last_run_is running || fail "not started"
	wake="select wake from run where automation = (select row from automation where id = 'held')"
	timeout=$(query "$wake")
	report door open
	wait_for sh -c '[ "$(sqlite3 "file:house/consciousness.db?mode=ro" "$1")" != "$2" ]' - "$wake" "$timeout" ||
	    fail "the hold is not written"
	first=$(query "$wake")
	report door ajar
	wait_for query_is "$wake" "$timeout" || fail "the cut is not written: $(query "$wake")"
	kill_engine
	start_engine
	report door open	# anew
	wait_for sh -c '[ "$(sqlite3 "file:house/consciousness.db?mode=ro" "$1")" != "$2" ]' - "$wake" "$timeout" ||
	    fail "the hold is not written again"
	due=$(query "$wake")
	[ "$due" -gt "$first" ] || fail "it did not begin anew: $due after $first"
	api_ok POST "$clock/trigger" >/dev/null
	wait_for query_is "select count(*) from run where status = 'running'" 2 || fail "no clock"
	kill_engine
	start_engine
	wait_for told_is held by 'held sensor.door' || fail "not held: $(told held by)"
	wait_for told_is clock by clock || fail "no clock: $(told clock by)"
	ended=$(query "select ended from run where automation = (select row from automation where id = 'held')")
	[ "$ended" -ge "$due" ] || fail "it went on $((due - ended)) ms too early"
	[ "$ended" -lt $((due + 3000)) ] || fail "it went on $((ended - due)) ms too late"
	query_is "select count(*) from run where status <> 'done'" 0 || fail "$(query 'select * from run')"
}
wait__holds_and_times_survive_cleanup()
{
	stop_all
}

atf_test_case mode__queued_and_parallel cleanup
mode__queued_and_parallel_body()
{
	start_house
	announce button
	for mode in queued parallel; do
		rule '{"name":"'$mode'","mode":"'$mode'","max":3,"triggers":[{"trigger":"state","entity_id":"sensor.button"}],
		    "actions":[{"event":"'$mode'","event_data":{"n":"{{ trigger.to_state.state }}"}},{"delay":3},
		    {"event":"'$mode'","event_data":{"n":"-{{ trigger.to_state.state }}"}}]}' >/dev/null
	done
	for n in 1 2 3 4; do
		mqtt_pub t/button $n -q 1 -r
	done
	wait_for state_is sensor.button 4 || fail "button is not 4"
	# the fourth is one too many for both
	kill_engine
	start_engine
	wait_for told_is parallel n '1 2 3 -1 -2 -3' || fail "parallel: $(told parallel n)"
	wait_for told_is queued n '1 -1 2 -2 3 -3' || fail "queued: $(told queued n)"
	query_is "select count(*) from run where status <> 'done'" 0 || fail "$(query 'select * from run')"
}
mode__queued_and_parallel_cleanup()
{
	stop_all
}

atf_test_case trigger__template_event_and_start cleanup
trigger__template_event_and_start_body()
{
	start_house
	announce a b
	rule '{"name":"Both","triggers":[{"trigger":"template",
	    "value_template":"{{ is_state(\"sensor.a\", \"on\") and is_state(\"sensor.b\", \"on\") }}","id":"both"}],
	    "variables":{"who":"{{ trigger.id }}"},"actions":[{"event":"both","event_data":{"who":"{{ who }}"}}]}' >/dev/null
	rule '{"name":"Echo","triggers":[{"trigger":"event","event_type":"both","event_data":{"who":"both"}}],
	    "conditions":[{"condition":"template","value_template":"{{ trigger.event.data.who == \"both\" }}"}],
	    "actions":[{"event":"echo","event_data":{"n":1}}]}' >/dev/null
	rule '{"name":"Morning","triggers":[{"trigger":"homeassistant","event":"start"}],
	    "actions":[{"event":"morning","event_data":{"n":1}}]}' >/dev/null
	report a on
	report b on
	wait_for told_is echo n 1 || fail "no echo: $(told both who)"
	report b off
	report b on
	wait_for told_is both who 'both both' || fail "not again: $(told both who)"
	report a on	# still true: no news
	# a hand-over is no start; a house that nobody heard for a while is
	kill_engine
	start_engine
	wait_for engine_is_active || fail "no engine"
	report a off
	told_is morning n '' || fail "the house started: $(told morning n)"
	kill_engine
	sleep 6
	start_engine
	wait_for told_is morning n 1 || fail "the house did not start"
	told_is both who 'both both' || fail "$(told both who)"
}
trigger__template_event_and_start_cleanup()
{
	stop_all
}

runs_of()	# AUTOMATION OUTCOME: status and reason of each, the oldest first
{
	api GET "/api/v1/automations/$1/runs?outcome=$2" |
	    jq -r '.runs | reverse[] | [.status, .reason // empty] | join(": ")'
}

runs_are()	# AUTOMATION OUTCOME TEXT
{
	[ "$(runs_of "$1" "$2")" = "$3" ]
}

atf_test_case hold__says_what_began_it cleanup
hold__says_what_began_it_head()
{
	atf_set "descr" "what had to hold on is told as it was when that began, also by the next engine"
}
hold__says_what_began_it_body()
{
	start_house
	announce washer
	report washer 300
	rule '{"name":"Done","triggers":[{"trigger":"numeric_state","entity_id":"sensor.washer","below":5,"for":3}],"actions":[
	    {"event":"done","event_data":{"v":"{{ trigger.from_state.state }}-{{ trigger.to_state.state }}"}}]}' >/dev/null
	report washer 1
	wait_for query_is 'select count(*) from hold' 1 || fail "it does not wait"
	report washer 2
	wait_for told_is done v 300-1 || fail "it was told $(told done v)"
	report washer 300
	report washer 3
	wait_for query_is 'select count(*) from hold' 1 || fail "it does not wait again"
	report washer 4
	kill_engine
	start_engine
	wait_for told_is done v '300-1 300-3' || fail "the next engine told $(told done v)"
	query_is "select count(*) from run where status = 'done'" 2 || fail "$(query 'select * from run')"
	api_ok GET '/api/v1/automations/done/runs' >runs.json
	api_ok GET "/api/v1/automations/done/runs/$(jq .runs[0].id runs.json)" >run.json
	atf_check -o inline:'300 3\n' jq -r '"\(.by.from) \(.by.to)"' run.json
}
hold__says_what_began_it_cleanup()
{
	stop_all
}

atf_test_case this__knows_its_last_run cleanup
this__knows_its_last_run_head()
{
	atf_set "descr" "a pause between runs holds, also over a change of engines"
}
this__knows_its_last_run_body()
{
	start_house
	announce bell
	rule '{"name":"Each","triggers":[{"trigger":"state","entity_id":"sensor.bell","to":null}],"actions":[
	    {"event":"each","event_data":{"last":"{{ (this.attributes.last_triggered | as_timestamp(0)) | round(1) }}"}}]}' >/dev/null
	rule '{"name":"Cool","triggers":[{"trigger":"state","entity_id":"sensor.bell","to":null}],"conditions":[
	    "{{ this.attributes.last_triggered is none or now() - this.attributes.last_triggered > timedelta(hours=1) }}"],
	    "actions":[{"event":"cool","event_data":{"n":"{{ this.attributes.current }}{{ this.state }}"}}]}' >/dev/null
	report bell a
	wait_for told_is each last 0.0 || fail "the first: $(told each last)"
	wait_for told_is cool n 0on || fail "$(told cool n)"
	kill_engine
	start_engine
	report bell b
	wait_for query_is "select count(*) from event where subject = 'event.each'" 2 || fail "no second run"
	query_is "select abs(json_extract(data, '\$.last') * 1000 - (select min(r.started) from run r join automation a
	    on a.row = r.automation where a.id = 'each')) < 60 from event where subject = 'event.each'
	    order by id desc limit 1" 1 || fail "it says it ran at $(told each last)"
	report bell c
	wait_for query_is "select count(*) from event where subject = 'event.each'" 3 || fail "no third run"
	told_is cool n 0on || fail "it did not pause: $(told cool n)"
}
this__knows_its_last_run_cleanup()
{
	stop_all
}

atf_test_case trace__what_was_seen cleanup
trace__what_was_seen_head()
{
	atf_set "descr" "each evaluation says what it saw, also one that led to no run"
}
trace__what_was_seen_body()
{
	start_house
	announce door phone lamp
	rule '{"name":"Away","triggers":[{"trigger":"state","entity_id":"sensor.door","to":"open","id":"opened"}],
	    "conditions":[{"condition":"or","conditions":[
		{"condition":"state","entity_id":"sensor.lamp","state":"on"},
		{"alias":"nobody home","condition":"state","entity_id":"sensor.phone","state":"away"}]},
		{"condition":"not","conditions":[{"condition":"numeric_state","entity_id":"sensor.lamp","above":3}]}],
	    "actions":[{"wait_for_trigger":{"trigger":"state","entity_id":"sensor.lamp"}},
		{"if":"{{ is_state(\"sensor.lamp\", \"on\") }}","then":[{"event":"lit","event_data":{"room":"hall"}}]},
		{"alias":"Remember it","variables":{"low":["Bath"],"n":2}},
		{"delay":{"milliseconds":20}},
		{"repeat":{"count":1,"sequence":[{"condition":"state","entity_id":"sensor.door","state":["open","shut"]}]}},
		{"choose":[{"conditions":{"condition":"state","entity_id":"sensor.lamp","state":"on"},
		    "sequence":[{"stop":"enough"}]}]}]}' >/dev/null
	rule '{"name":"Held","triggers":[{"trigger":"state","entity_id":"sensor.door","to":"open","for":{"seconds":300}}],
	    "actions":[{"event":"held"}]}' >/dev/null
	report door open	# nobody is away
	report door shut
	report phone away
	report door open	# it runs and waits
	report door shut
	report door open	# while it runs
	report lamp on
	wait_for last_run_is stopped || fail "not done"
	wait_for runs_are away all "no: the condition 'or' did not hold: sensor.lamp is off; sensor.phone is off
stopped: enough
busy: it was running already" || fail "$(runs_of away all)"
	runs_are away ran 'stopped: enough' || fail "$(runs_of away ran)"
	# told once: the log of events has what ran
	api_ok GET '/api/v1/events?kind=automation_run&limit=1000' >told.json
	atf_check -o inline:'started\nstopped\n' jq -r '.events[] | select(.data.automation_id == "away") | .data.status' told.json
	api_ok GET '/api/v1/automations/away/runs?outcome=all&limit=1' >page.json
	api_ok GET "/api/v1/automations/away/runs?outcome=all&after=$(jq -r .next page.json)" >rest.json
	atf_check -o inline:'busy stopped no\n' jq -rs '[.[].runs[].status] | join(" ")' page.json rest.json
	api_ok GET "/api/v1/automations/away/runs/$(jq .runs[0].id rest.json)" >run.json
	atf_check -o inline:'opened sensor.door shut open\n' \
	    jq -r '.by | "\(.name) \(.entity_id) \(.from) \(.to)"' run.json
	atf_check -o inline:'or true
- state false sensor.lamp is off
- nobody home true sensor.phone is away
not true
- numeric_state false sensor.lamp is no number: off
' jq -r '.conditions[] | "\(.name) \(.holds)", (.conditions[] | "- \(.name) \(.holds) \(.saw)")' run.json
	atf_check -o inline:'actions[0] waits
actions[0] heard
actions[1] done template true
actions[1].then[0] done
actions[2] done
actions[3] waits
actions[3] done
actions[4].repeat done
actions[4].repeat.sequence[0] done state true
actions[4].repeat done
actions[5].choose[0] done state true
actions[5].choose[0].sequence[0] stopped
' jq -r '.trace[] | "\(.place) \(.result)\([.conditions[] | " \(.name) \(.holds)"] | add // "")"' run.json
	# what it set and told, and what the steps were
	atf_check -o inline:'room = hall\nlow = ["Bath"], n = 2\n' jq -r '.trace[3,4].reason' run.json
	atf_check -o inline:'{"alias":"Remember it","variables":{"low":["Bath"],"n":2}}\n' jq -c .trace[4].action run.json
	atf_check -o inline:'null {"if":"{{ is_state(\"sensor.lamp\", \"on\") }}","then":[]}\n' \
	    jq -r '.trace[2] | "\(.alias) \(.action)"' run.json
	# what woke it
	cause=$(jq '[.trace[].cause | values][0]' run.json)
	query_is "select state from event where id = $cause" on || fail "woken by $cause"
	# the second one began anew, the third waits still
	[ "$(runs_of held all | cut -d' ' -f1-4 | sort -u)" = 'cut_short: the trigger held' ] ||
	    fail "$(runs_of held all)"
	[ "$(runs_of held not | wc -l)" = 2 ] || fail "$(runs_of held not)"
	api_ok GET "/api/v1/automations/held/runs?outcome=not&limit=1" >run.json
	api_ok GET "/api/v1/automations/held/runs/$(jq .runs[0].id run.json)" >run.json
	atf_check -o inline:'300000 open shut true\n' \
	    jq -r '"\(.hold) \(.by.from) \(.by.to) \(.held < .hold)"' run.json
	# the same in words
	api_ok GET '/api/v1/automations/away/explain?at=now' >why.json
	atf_check -o match:'^It ran at [0-9:]* because door changed from shut to open' jq -r .text why.json
	atf_check -o inline:'3 busy,stopped,no\n' jq -r '"\(.runs | length) \([.runs[].status] | join(","))"' why.json
	atf_check -o match:'^It ran at .* because door changed' -o match:'held *nobody home: sensor.phone is away' \
	    -o match:'heard *wait until sensor.lamp changes .actions.0..' \
	    -o match:'done *if .* is_state' -o match:'done *Tell of an event: lit .*: room = hall' \
	    -o match:'done *Remember it .actions.2..: low = \["Bath"\], n = 2' \
	    -o match:'waits *delay 0.02 s .actions' -o match:'done *go on only if sensor.door is open, shut' \
	    -o match:'done *if sensor.lamp is on .actions' -o match:'stopped *Stop: enough .*: enough' \
	    "$bin/consciousness" --data house explain automation Away --at now
	atf_check -o match:'^It did not run: at .* the trigger held for' \
	    "$bin/consciousness" --data house explain automation held
	atf_check -s exit:64 -e match:'"whenever" is no time' \
	    "$bin/consciousness" --data house explain automation held --at whenever
	api GET '/api/v1/automations/held/explain?at=whenever' >problem.json
	atf_check -o match:400 cat status
	api_ok PATCH /api/v1/automations/held '{"enabled":false}' >/dev/null
	atf_check -o match:'test disabled it at' "$bin/consciousness" --data house explain automation held
	# what it did is there when it is gone, and ended for one reason, whoever ended it
	report door shut
	report door open
	wait_for last_run_is running || fail "not running"
	api_ok DELETE /api/v1/automations/away >/dev/null
	wait_for runs_are away ran 'stopped: enough
stopped: the rule was removed' || fail "$(runs_of away ran)"
	api_ok GET '/api/v1/automations/away/explain?at=now' >why.json
	atf_check -o match:'^It ran 2 times, the nearest at .*; it was stopped at [0-9:]*: the rule was removed[.]$' \
	    -o match:'^test removed it at [0-9:]*$' jq -r '.text, .notes[], (.removed | strings | "removed")' why.json
	atf_check -o match:'^It ran 2 times' -o match:'^- test removed it at' \
	    "$bin/consciousness" --data house explain automation AWAY --at now
	api GET /api/v1/automations/awaj/explain >problem.json
	atf_check -o match:404 cat status
	atf_check -s exit:3 -e match:'there is no automation awaj' \
	    "$bin/consciousness" --data house explain automation awaj
}
trace__what_was_seen_cleanup()
{
	stop_all
}

atf_test_case missed__run_skip_and_ask cleanup
missed__run_skip_and_ask_head()
{
	atf_set "descr" "a time that passed while no engine ran is made up for, left, or asked about"
}
missed__run_skip_and_ask_body()
{
	start_house
	soon=$(date -d '+2 minutes' +%H:%M:%S)
	for policy in run skip ask; do
		rule '{"name":"'$policy'","missed":"'$policy'","triggers":[{"trigger":"time","at":"'"$soon"'"}],
		    "actions":[{"event":"came","event_data":{"n":"'$policy'"}}]}' >/dev/null
	done
	rule '{"name":"narrow","missed_within":60,"triggers":[{"trigger":"time","at":"'"$soon"'"}],
	    "actions":[{"event":"came","event_data":{"n":"narrow"}}]}' >/dev/null
	kill_engine
	# five minutes later, again and again: each engine dies at once
	for n in 1 2 3; do
		CLOCK_OFFSET_MS=300000 start_engine
		wait_for engine_is_active || fail "$n: no engine"
		wait_for told_is came n run || fail "came: $(told came n)"
		kill_engine
	done
	CLOCK_OFFSET_MS=300000 start_engine
	wait_for query_is 'select count(*) from question' 1 || fail "$(query 'select * from question')"
	told_is came n run || fail "came: $(told came n)"
	query_is "select count(*) from event where kind = 55" 1 || fail "asked twice"
	runs_are skip all 'missed: its time passed while the house was not running, and the rule leaves it' ||
	    fail "$(runs_of skip all)"
	runs_are narrow all 'missed: its time passed while the house was not running, too long ago to make up for it' ||
	    fail "$(runs_of narrow all)"
	# how late it was
	run=$(api GET '/api/v1/automations/run/runs' | jq '.runs[0].id')
	api_ok GET "/api/v1/automations/run/runs/$run" >run.json
	atf_check -o inline:'true\n' jq '.late > 120000 and .late < 300000' run.json
	# the question: seen where people look, answered once
	id=$(api GET /api/v1/attention | jq '.questions[] | select(.automation_id == "ask") | .id')
	atf_check -o match:"question +$id" "$bin/consciousness" --data house attention
	atf_check -o match:"^$id .* ask " "$bin/consciousness" --data house questions
	atf_check "$bin/consciousness" --data house answer "$id" yes
	wait_for told_is came n 'run ask' || fail "came: $(told came n)"
	api POST "/api/v1/questions/$id" '{"answer":"yes"}' >/dev/null
	atf_check -o match:404 cat status
	atf_check -s exit:3 -e match:'no such question' "$bin/consciousness" --data house answer "$id" no
	# an engine that goes on in time misses nothing, whatever the rules say
	kill_engine
	CLOCK_OFFSET_MS=300000 start_engine
	wait_for engine_is_active || fail "no engine"
	query_is 'select count(*) from question' 0 || fail "it asks again"
	told_is came n 'run ask' || fail "came: $(told came n)"
}
missed__run_skip_and_ask_cleanup()
{
	stop_all
}

engine_at()	# UTC: an engine whose clock says that now
{
	kill_engine
	CLOCK_OFFSET_MS=$((($(date -u -d "$1" +%s) - $(date +%s)) * 1000)) start_engine
}

# "MINUTE RULE" of each event, in order
came_are()	# LINES
{
	[ "$(query "select strftime('%m-%d %H:%M', time / 1000, 'unixepoch') || ' ' || json_extract(data, '\$.n')
	    from event where subject = 'event.came' order by 1")" = "$1" ]
}

atf_test_case time__nights_of_dst cleanup
time__nights_of_dst_head()
{
	atf_set "descr" "what DST skips happens at the first moment after the gap, what it repeats once, every half hour always"
	atf_set "timeout" 120
}
time__nights_of_dst_body()
{
	export TZ=Europe/Berlin
	start_house
	for trigger in time:'"at":"02:30"' cron:'"expression":"30 2 * * *"' time_pattern:'"minutes":"/30"'; do
		rule '{"name":"'"${trigger%%:*}"'","triggers":[{"trigger":"'"${trigger%%:*}"'",'"${trigger#*:}"'}],
		    "actions":[{"event":"came","event_data":{"n":"'"${trigger%%:*}"'"}}]}' >/dev/null
	done
	# 01:59:56 in Berlin, the clock goes on to 03:00
	engine_at '2027-03-28 00:59:56'
	spring='03-28 01:00 cron
03-28 01:00 time
03-28 01:00 time_pattern'
	wait_for came_are "$spring" || fail "the gap: $(told came n)"
	engine_at '2027-03-28 01:29:57'
	spring="$spring
03-28 01:30 time_pattern"
	wait_for came_are "$spring" || fail "behind the gap: $(told came n)"
	# 02:29:57 for the first and for the second time
	engine_at '2027-10-31 00:29:57'
	autumn="$spring
10-31 00:30 cron
10-31 00:30 time
10-31 00:30 time_pattern"
	wait_for came_are "$autumn" || fail "the first half past two: $(told came n)"
	engine_at '2027-10-31 01:29:57'
	autumn="$autumn
10-31 01:30 time_pattern"
	wait_for came_are "$autumn" || fail "the second half past two: $(told came n)"
	sleep 1
	came_are "$autumn" || fail "too much: $(told came n)"
}
time__nights_of_dst_cleanup()
{
	stop_all
}

atf_test_case trigger__template_asks_for_the_time cleanup
trigger__template_asks_for_the_time_head()
{
	atf_set "descr" "a template with now() is asked at the start of each minute, whichever engine is there then"
	atf_set "timeout" 120
}
trigger__template_asks_for_the_time_body()
{
	start_house
	announce lamp go
	report lamp on
	rule '{"name":"even","triggers":[{"trigger":"template","value_template":"{{ is_state('"'sensor.lamp'"', '"'on'"') and utcnow().minute % 2 == 0 }}"}],
	    "actions":[{"event":"came","event_data":{"n":"even"}}]}' >/dev/null
	rule '{"name":"alone","triggers":[{"trigger":"template","value_template":"{{ utcnow().minute == 10 }}","for":2}],
	    "actions":[{"event":"came","event_data":{"n":"alone"}}]}' >/dev/null
	rule '{"name":"wait","triggers":[{"trigger":"state","entity_id":"sensor.go","to":"on"}],"actions":[
	    {"wait_template":"{{ utcnow().minute == 10 }}"},{"event":"came","event_data":{"n":"wait"}}]}' >/dev/null
	engine_at '2027-03-01 12:09:30'
	report go on
	wait_for query_is "select count(*) from run where status = 'running'" 1 || fail "it does not wait"
	engine_at '2027-03-01 12:09:57'
	ten='03-01 12:10 alone
03-01 12:10 even
03-01 12:10 wait'
	wait_for came_are "$ten" || fail "at ten past: $(told came n)"
	# the next engine does not do it again in this minute
	engine_at '2027-03-01 12:10:50'
	wait_for engine_is_active || fail "no engine"
	sleep 1
	came_are "$ten" || fail "again: $(told came n)"
	# nobody was there when the minute began: it is asked when somebody is
	engine_at '2027-03-01 12:11:57'
	sleep 1
	engine_at '2027-03-01 12:12:05'
	wait_for came_are "$ten
03-01 12:12 even" || fail "late: $(told came n)"
	api POST /api/v1/automations '{"name":"never","triggers":[{"trigger":"template","value_template":"{{ 1 == 1 }}"}],
	    "actions":[{"event":"came"}]}' >problem.json
	atf_check -o match:'names no entity' cat problem.json
}
trigger__template_asks_for_the_time_cleanup()
{
	stop_all
}

lock_database()		# nobody can write until unlock_database
{
	mkfifo lock.in
	exec 9<>lock.in
	start lock sh -c 'exec sqlite3 house/consciousness.db <lock.in 9>&-'
	echo '.bail on
.timeout 20000
BEGIN IMMEDIATE;
SELECT 1;' >&9
	wait_for grep -q 1 lock.out || fail "no lock"
}

unlock_database()
{
	echo .quit >&9
	exec 9>&-
	wait_for sh -c '! kill -0 "$(cat lock.pid)" 2>/dev/null' || fail "still locked"
	rm -f lock.in lock.pid lock.out	# the next one must not see this one's word
}

start_sent_house()	# SENSOR ENTITY...: with things that take commands; sent.out has those that are sent
{
	start_house
	announce "$1"
	shift
	for id; do
		name=${id#*.}
		mqtt_pub "homeassistant/${id%.*}/$name/config" "{\"name\":\"$name\",\"unique_id\":\"$name\",
		    \"command_topic\":\"c/$name\"}" -r -q 1
	done
	for id; do
		wait_for query_is "select count(*) from entity where entity_id = '$id'" 1 || fail "no $id"
	done
	start sent mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -t 'c/#' -v
	wait_for is_heard || fail "nobody listens"
}

is_heard()
{
	mqtt_pub c/listener hello
	grep -q hello sent.out
}

sent_are()	# TOPIC N
{
	[ "$(grep -c "^$1 " sent.out)" = "$2" ]
}

atf_test_case sent__never_twice_in_silence cleanup
sent__never_twice_in_silence_head()
{
	atf_set "descr" "what an engine sent when it died before it wrote that down is repeated only where that is harmless"
	atf_set "timeout" 120
}
sent__never_twice_in_silence_body()
{
	start_sent_house bell button.gong switch.lamp
	rule '{"name":"Ring","triggers":[{"trigger":"state","entity_id":"sensor.bell","to":"ring"}],"actions":[
	    {"action":"button.press","target":{"entity_id":"button.gong"}},
	    {"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}},
	    {"event":"rung"},{"delay":6},
	    {"action":"button.press","target":{"entity_id":"button.gong"}},{"event":"rung"}]}' >/dev/null
	# dies behind the first half, which a kept message starts again
	lock_database
	mqtt_pub t/bell ring -q 1
	wait_for sent_are c/gong 1 || fail "not pressed: $(cat sent.out)"
	wait_for sent_are c/lamp 1 || fail "not lit: $(cat sent.out)"
	kill_engine
	unlock_database
	start_engine
	wait_for query_is "select count(*) from run" 1 || fail "it did not run again"
	wait_for query_is "select status from command where service = 'press'" sent || fail "no press"
	sent_are c/gong 1 || fail "pressed again: $(cat sent.out)"
	query_is "select reason like '%not sent again%' from command where service = 'press'" 1 || fail "nothing is said"
	query_is "select count(*) from event where kind = 9 and data like '%may have gone out twice%'" 1 ||
	    fail "nothing is said of the lamp"
	sent_are c/lamp 2 || fail "not lit again: $(cat sent.out)"
	# dies behind the delay, where the run goes on again
	lock_database
	wait_for sent_are c/gong 2 || fail "not pressed after the delay"
	kill_engine
	unlock_database
	start_engine
	wait_for last_run_is done || fail "not done"
	sent_are c/gong 2 || fail "pressed again: $(cat sent.out)"
	told_is rung x '' && [ "$(query "select count(*) from event where subject = 'event.rung'")" = 2 ] ||
	    fail "events: $(query "select count(*) from event where subject = 'event.rung'")"
	run=$(api GET /api/v1/automations/ring/runs | jq '.runs[0].id')
	api_ok GET "/api/v1/automations/ring/runs/$run" >run.json
	atf_check -o inline:'actions[0] an engine died
actions[1] an engine died
actions[4] an engine died
' jq -r '.trace[] | select(.reason) | "\(.place) \(.reason[0:14])"' run.json
	# one that was written down and is sent once more is no repetition
	report bell still
	report bell ring
	wait_for sent_are c/gong 3 || fail "not pressed for the second ring"
	query_is "select count(*) from command where service = 'press' and reason is null" 1 || fail "it is said of it, too"
}
sent__never_twice_in_silence_cleanup()
{
	stop_all
}

atf_test_case sent__engines_die_again cleanup
sent__engines_die_again_head()
{
	atf_set "descr" "what one engine sent is known to the third, however early the second one died"
}
sent__engines_die_again_body()
{
	start_sent_house bell button.gong switch.lamp
	rule '{"name":"Ring","triggers":[{"trigger":"state","entity_id":"sensor.bell","to":"ring"}],"actions":[
	    {"action":"button.press","target":{"entity_id":"button.gong"}},
	    {"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}}]}' >/dev/null
	lock_database
	mqtt_pub t/bell ring -q 1
	wait_for sent_are c/lamp 1 || fail "not lit: $(cat sent.out)"
	# each engine dies as soon as it has done it again, which is not written down either
	for n in 1 2; do
		kill_engine
		start_engine
		wait_for sent_are c/lamp $((n + 1)) || fail "not lit again: $(tail -n 1 sent.out)"
	done
	kill_engine
	unlock_database
	start_engine
	wait_for last_run_is done || fail "not done"
	wait_for sent_are c/lamp 4 || fail "not lit again: $(tail -n 1 sent.out)"
	sent_are c/gong 1 || fail "pressed again: $(cat sent.out)"
	query_is "select reason like '%not sent again%' from command where service = 'press'" 1 || fail "nothing is said"
	query_is "select count(*) from event where kind = 9 and data like '%may have gone out twice%'" 1 ||
	    fail "nothing is said of the lamp"
	# and that is settled
	kill_engine
	start_engine
	wait_for engine_is_active || fail "no engine"
	query_is "select count(*) from command" 2 || fail "$(query 'select * from command')"
	[ "$(grep -c 'sent by an engine that died' house/log/engine.log)" = 3 ] || fail "it is still thought to be open"
}
sent__engines_die_again_cleanup()
{
	stop_all
}

last_sent_is()	# TOPIC
{
	[ "$(tail -n 1 sent.out | cut -d ' ' -f 1)" = "$1" ]
}

# No report will ever show that a button was pressed: an engine that comes later does not wait for one.
atf_test_case sent__is_all_that_can_be_known cleanup
sent__is_all_that_can_be_known_body()
{
	export COMMAND_TIMEOUT_SECONDS=5
	start_sent_house go button.gong
	api_ok POST /api/v1/entities/button.gong/command '{"service":"press"}' >/dev/null
	wait_for query_is 'select status from command' sent || fail "$(query 'select status, reason from command')"
	wait_for query_is "select deadline < strftime('%s', 'now') * 1000 from command" 1 || fail "no deadline"
	kill_engine
	start_engine
	api_ok POST /api/v1/entities/button.gong/command '{"service":"press"}' >/dev/null
	wait_for query_is "select count(*) from command where status = 'sent' and reason is null" 2 ||
	    fail "$(query 'select status, reason from command')"
}
sent__is_all_that_can_be_known_cleanup()
{
	stop_all
}

atf_test_case sent__killed_at_every_step cleanup
sent__killed_at_every_step_head()
{
	atf_set "descr" "a long run whose engine dies behind each of its commands sends every one, and says which may be twice"
	atf_set "timeout" 240
}
sent__killed_at_every_step_body()
{
	start_sent_house go button.gong number.level
	long=$(rule '{"name":"Long","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"repeat":{"count":8,"sequence":[{"wait_for_trigger":{"trigger":"state","entity_id":"sensor.go"}},
		{"action":"number.set_value","target":{"entity_id":"number.level"},"data":{"value":"{{ repeat.index }}"}},
		{"action":"button.press","target":{"entity_id":"button.gong"}},
		{"event":"step","event_data":{"n":"{{ repeat.index }}"}}]}}]}')
	api_ok POST "$long/trigger" >/dev/null
	wait_for last_run_is running || fail "not started"
	steps=
	for n in 1 2 3 4 5 6 7 8; do
		# every second one surely before it is written down, the others at once
		[ $((n % 2)) = 1 ] || lock_database
		mqtt_pub t/go "$n" -q 1
		wait_for grep -Eqx "c/level $n(\.0)?" sent.out || fail "no $n: $(cat sent.out)"
		[ $((n % 2)) = 1 ] || wait_for last_sent_is c/gong || fail "not pressed: $(cat sent.out)"
		kill_engine
		[ $((n % 2)) = 1 ] || unlock_database
		connected=$(grep -c 'msg="connected' house/log/engine.log)
		start_engine
		wait_for sh -c "[ \$(grep -c 'msg=\"connected' house/log/engine.log) -gt $connected ]" || fail "no engine"
		steps="$steps${steps:+ }$n"
		wait_for told_is step n "$steps" || fail "steps: $(told step n), not $steps"
	done
	wait_for last_run_is done || fail "never done: $(query 'select position from run')"
	query_is "select group_concat(n || ' x ' || k, ', ') from (select cast(json_extract(data, '\$.value') as integer) n,
	    count(*) k from command where service = 'set_value' group by n having k <> 1)" '' || fail "commands are written twice"
	query_is "select count(*) from command where service = 'set_value'" 8 || fail "commands are missing"
	query_is "select count(*) from command where service = 'press'" 8 || fail "presses are missing"
	twice=$(query "select count(*) from event where kind = 9 and data like '%may have gone out twice%'")
	not_again=$(query "select count(*) from command where service = 'press' and reason like '%not sent again%'")
	[ "$twice" -ge 4 ] || fail "only $twice engines died before they wrote down what they sent"
	[ "$not_again" -ge 4 ] || fail "only $not_again presses are not sent again"
	arrived=$(grep -c '^c/level ' sent.out)
	[ "$arrived" -le $((8 + twice)) ] || fail "$arrived arrived, of $twice it is said that they may be twice"
	pressed=$(grep -c '^c/gong ' sent.out)
	[ "$pressed" -le 8 ] || fail "pressed $pressed times"
	[ "$pressed" -ge $((8 - not_again)) ] || fail "pressed $pressed times, of $not_again it is said that they may be missing"
}
sent__killed_at_every_step_cleanup()
{
	stop_all
}

atf_test_case sent__killed_in_branches cleanup
sent__killed_in_branches_head()
{
	atf_set "descr" "engines die behind the commands of branches: each is carried out, and what may be twice is said"
	atf_set "timeout" 120
}
sent__killed_in_branches_body()
{
	start_sent_house go button.gong number.a number.b
	set_to='"action":"number.set_value","target"'
	go='{"wait_for_trigger":{"trigger":"state","entity_id":"sensor.go"}}'
	press='{"action":"button.press","target":{"entity_id":"button.gong"}}'
	rule '{"name":"Branches","triggers":[{"trigger":"state","entity_id":"sensor.go","to":"1"}],"actions":[
	    {"parallel":[[{'"$set_to"':{"entity_id":"number.a"},"data":{"value":1}},'"$go"',
		{'"$set_to"':{"entity_id":"number.a"},"data":{"value":2}}],
		[{'"$set_to"':{"entity_id":"number.b"},"data":{"value":1}},'"$go"',
		{'"$set_to"':{"entity_id":"number.b"},"data":{"value":2}},'"$press"']]},
	    {"choose":[{"conditions":"{{ false }}","sequence":[{"stop":"never"}]},
		{"conditions":"{{ is_state(\"sensor.go\", \"2\") }}","sequence":[
		{'"$set_to"':{"entity_id":"number.a"},"data":{"value":3}},'"$go"',
		{'"$set_to"':{"entity_id":"number.b"},"data":{"value":3}},'"$press"']}]},
	    {"event":"step","event_data":{"n":"end"}}]}' >/dev/null
	commands=0
	for stage in 1:b:1:2 2:a:3:4 3:gong:PRESS:2; do	# GO:LAST TOPIC:VALUE:COMMANDS
		IFS=: read -r n last_topic last_value more <<-END
			$stage
		END
		commands=$((commands + more))
		lock_database
		before=$(wc -l <sent.out)
		mqtt_pub t/go "$n" -q 1
		wait_for sh -c "tail -n +$((before + 1)) sent.out | grep -Eqx 'c/$last_topic $last_value(\.0)?' &&
		    [ \$(wc -l <sent.out) -ge $((before + more)) ]" || fail "$stage: $(tr "\n" ";" <sent.out)"
		kill_engine
		unlock_database
		start_engine
		wait_for query_is 'select count(*) from command' $commands ||
		    fail "$stage: $(query 'select count(*) from command') commands, not $commands"
	done
	wait_for last_run_is done || fail "not done"
	told_is step n end || fail "steps: $(told step n)"
	query_is "select count(*) from run" 1 || fail "$(query 'select * from run')"
	query_is "select count(*) from (select distinct entity, data from command where service = 'set_value')" 6 ||
	    fail "commands are missing, or twice"
	query_is "select count(*) from command where service = 'press' and reason like '%not sent again%'" 2 ||
	    fail "a press was sent again"
	sent_are c/gong 2 || fail "$(grep -c gong sent.out) presses"
	query_is "select count(*) from event where kind = 9 and data like '%may have gone out twice%'" 6 ||
	    fail "of $(query "select count(*) from event where kind = 9 and data like '%may have gone out twice%'") it is said"
	sent_are c/a 6 && sent_are c/b 6 || fail "$(grep -c '^c/[ab]' sent.out) arrived"
}
sent__killed_in_branches_cleanup()
{
	stop_all
}

atf_test_case gone__what_a_rule_uses_is_named cleanup
gone__what_a_rule_uses_is_named_body()
{
	start_house
	announce one
	api_ok POST /api/v1/labels '{"name":"Evening"}' >/dev/null
	api_ok POST /api/v1/floors '{"name":"Top"}' >/dev/null
	api_ok POST /api/v1/scenarios '{"name":"Calm","actions":[{"delay":1}]}' >/dev/null
	api_ok POST /api/v1/scenarios '{"name":"Up","actions":[{"action":"homeassistant.turn_on",
	    "target":{"floor_id":"top"}}]}' >/dev/null
	path=$(rule '{"name":"Dusk","triggers":[{"platform":"event","event_type":"e"}],
	    "actions":[{"if":"{{ false }}","then":[{"scenario":"calm"}]},
	    {"action":"homeassistant.turn_on","target":{"label_id":"evening"}}]}')
	jq -e '.triggers == [{"event_type":"e","trigger":"event"}]' rule.json || fail "$(cat rule.json)"
	for used in labels/evening scenarios/calm; do
		atf_check -o inline:'dusk\n' jq -r '.automations[].id' <<-EOT
			$(api_ok GET "/api/v1/$used/used")
		EOT
	done
	atf_check -o inline:'[]\n' jq -c .rules <<-EOT
		$(api_ok GET /api/v1/attention)
	EOT
	atf_check -o inline:'up\n' jq -r '.scenarios[].id' <<-EOT
		$(api_ok GET /api/v1/floors/top/used)
	EOT
	api_ok DELETE /api/v1/labels/evening >/dev/null
	api_ok DELETE /api/v1/floors/top >/dev/null
	atf_check -o inline:'["automation","dusk","Dusk","actions[1].target.label_id","no such label \"evening\""]
["scenario","up","Up","actions[0].target.floor_id","no such floor \"top\""]
' \
	    jq -c '.rules[] | [.kind, .id, .name, .place, .message]' <<-EOT
		$(api_ok GET /api/v1/attention)
	EOT
	atf_check -o match:'automation +dusk .*no such label "evening"' "$bin/consciousness" --data house attention
	api_ok POST "$path/trigger" >/dev/null
	wait_for last_run_is failed || fail "it did not fail"
	query_is 'select reason from run order by id desc limit 1' 'label_id: no such label "evening"' ||
	    fail "$(query 'select reason from run')"
}
gone__what_a_rule_uses_is_named_cleanup()
{
	stop_all
}

atf_test_case rule__wrong_ones_are_refused cleanup
rule__wrong_ones_are_refused_body()
{
	start_house
	api POST /api/v1/automations '{"name":"x","triggers":[{"trigger":"event","event_type":"e"}],"actions":[
	    {"choose":[{"conditions":"{{ ","sequence":[]}]}]}' >problem.json
	atf_check -o match:'422' cat status
	atf_check -o match:'actions\[0\].choose\[0\].conditions\[0\].value_template' cat problem.json
	# an endless loop ends, and says so
	loop=$(rule '{"name":"Loop","triggers":[{"trigger":"event","event_type":"e"}],"actions":[
	    {"repeat":{"while":"{{ true }}","sequence":[{"variables":{"a":1}}]}}]}')
	api_ok POST "$loop/trigger" >/dev/null
	wait_for last_run_is failed || fail "it goes on"
	atf_check -o match:'without a pause' sqlite3 house/consciousness.db 'select reason from run'
	# rules that start each other do too
	rule '{"name":"Ping","triggers":[{"trigger":"event","event_type":"ping"}],"actions":[{"event":"pong"}],
	    "mode":"parallel","max":100}' >/dev/null
	rule '{"name":"Pong","triggers":[{"trigger":"event","event_type":"pong"}],"actions":[{"event":"ping"}],
	    "mode":"parallel","max":100}' >/dev/null
	api_ok POST /api/v1/automations/ping/trigger >/dev/null
	wait_for grep -q 'in a loop' house/log/engine.log || fail "they go on"
}
rule__wrong_ones_are_refused_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case run__killed_again_and_again
	atf_add_test_case parallel__a_branch_ends_alone
	atf_add_test_case other__rules_are_turned_and_started
	atf_add_test_case other__rules_that_start_each_other
	atf_add_test_case wait__survives_its_engine
	atf_add_test_case wait__holds_and_times_survive
	atf_add_test_case mode__queued_and_parallel
	atf_add_test_case trigger__template_event_and_start
	atf_add_test_case hold__says_what_began_it
	atf_add_test_case this__knows_its_last_run
	atf_add_test_case trace__what_was_seen
	atf_add_test_case missed__run_skip_and_ask
	atf_add_test_case time__nights_of_dst
	atf_add_test_case trigger__template_asks_for_the_time
	atf_add_test_case sent__is_all_that_can_be_known
	atf_add_test_case sent__killed_at_every_step
	atf_add_test_case sent__killed_in_branches
	atf_add_test_case sent__engines_die_again
	atf_add_test_case sent__never_twice_in_silence
	atf_add_test_case gone__what_a_rule_uses_is_named
	atf_add_test_case rule__wrong_ones_are_refused
}
