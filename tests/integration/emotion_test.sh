# SPDX-License-Identifier: ISC
#
# What the house feels in a real house: computed by its job, told, and what rules make of it.

. "$SRC_DIR/tests/lib/house.sh"

PROGS='python3 nginx mosquitto curl jq sqlite3'

query()
{
	sqlite3 -cmd '.timeout 5000' "file:house/consciousness.db?mode=ro" "$1"
}

query_is()	# SQL result
{
	[ "$(query "$1")" = "$2" ]
}

state_is()	# entity state
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

job()
{
	env EMOTION_UPDATE_INTERVAL=1 "$bin/consciousness-job" emotion --data house ||
	    fail "the job failed"
}

felt_more()	# COUNT: whether there are more rows now
{
	job
	[ "$(query 'SELECT COUNT(*) FROM emotion')" -gt "$1" ]
}

# computes once more
feel()
{
	wait_for felt_more "$(query 'SELECT COUNT(*) FROM emotion')" || fail "nothing was computed"
}

feels()	# PRIMARY, within some steps
{
	steps=0
	while [ $steps -lt 6 ]; do
		feel
		query_is 'SELECT main FROM emotion ORDER BY id DESC LIMIT 1' "$1" && return
		steps=$((steps + 1))
	done
	fail "it feels $(query 'SELECT * FROM emotion ORDER BY id DESC LIMIT 1'), not $1"
}

announce_switch()	# NAME MEMBERS
{
	mqtt_pub "homeassistant/switch/$1/config" "{\"unique_id\":\"$1\",
	    \"state_topic\":\"t/$1\",\"command_topic\":\"t/$1/set\",$2}" -r -q 1
	mqtt_pub "t/$1" OFF -q 1 -r
}

runs_are()	# RULE COUNT
{
	query_is "SELECT COUNT(*) FROM run r JOIN automation a ON a.row = r.automation WHERE a.id = '$1'" "$2"
}

evaluation_says()	# RULE jq-condition
{
	api GET "/api/v1/automations/$1/runs?outcome=all" >runs.json
	jq -e "[.runs[] | select($2)] | length > 0" runs.json >/dev/null
}

# three devices that are lost, five alerts and a command that nobody confirms
make_trouble()
{
	for n in 1 2 3; do
		mqtt_pub "t/$n/there" offline -r -q 1
	done
	wait_for query_is "SELECT COUNT(*) FROM device WHERE status = 'offline'" 3 || fail "devices are not offline"
	for n in 1 2 3 4 5; do
		api_ok POST /api/v1/alerts/rules '{"name":"Trouble '"$n"'","severity":"warning",
		    "variables":{"s":{"entity_id":"switch.lost1"}},"expression":"true"}' >/dev/null
	done
	wait_for query_is 'SELECT COUNT(*) FROM alert' 5 || fail "there are no alerts"
	"$bin/consciousness" --data house command switch.mute turn_on >/dev/null || fail "the command was refused"
	wait_for query_is "SELECT COUNT(*) FROM command WHERE status = 'failed'" 1 ||
	    fail "it did not fail: $(query 'SELECT * FROM command')"
}

open_house()
{
	export COMMAND_TIMEOUT_SECONDS=1
	start_house
	for n in 1 2 3; do
		announce_switch "lost$n" "\"name\":null,\"availability_topic\":\"t/$n/there\",
		    \"device\":{\"identifiers\":[\"lost$n\"],\"name\":\"lost$n\"}"
		mqtt_pub "t/$n/there" online -r -q 1
	done
	announce_switch lamp '"name":"lamp"'
	announce_switch mute '"name":"mute"'
	for n in lost1 lost2 lost3 lamp mute; do
		wait_for state_is "switch.$n" off || fail "no $n"
	done
}

atf_test_case rules__follow_what_the_house_feels cleanup
rules__follow_what_the_house_feels_head()
{
	atf_set require.progs "$PROGS"
}
rules__follow_what_the_house_feels_body()
{
	open_house
	feels happiness
	api_ok POST /api/v1/automations '{"name":"Worried",
	    "triggers":[{"trigger":"emotion","to":"worry"}],
	    "conditions":[{"condition":"emotion","emotion":"worry","above":0.5}],
	    "actions":[{"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}},
	        {"event":"worried","event_data":{"was":"{{ trigger.from }}","is":"{{ trigger.emotion }}",
	            "value":"{{ trigger.worry > 0.5 }}"}}]}' >/dev/null
	api_ok POST /api/v1/automations '{"name":"Crossed",
	    "triggers":[{"trigger":"emotion","emotion":"worry","above":0.3}],
	    "conditions":[{"condition":"emotion","primary":"happiness","alias":"all is well"}],
	    "actions":[{"action":"switch.turn_on","target":{"entity_id":"switch.mute"}}]}' >/dev/null
	make_trouble
	mosquitto_sub -h 127.0.0.1 -p "$(broker_port)" -t t/lamp/set >sent &
	echo $! >ears.pid
	# nobody is there to hear it: the engine that comes does what follows, once; the lamp answers when we do
	export COMMAND_TIMEOUT_SECONDS=60
	kill_engine
	feels worry
	start_engine
	wait_for runs_are worried 1 || fail "nobody reacted: $(api GET /api/v1/automations/worried/runs)"
	wait_for grep -q ON sent || fail "the lamp was not told"
	told="FROM event WHERE subject = 'event.worried'"
	wait_for query_is "SELECT (json_extract(data, '\$.was') <> 'worry') || json_extract(data, '\$.is') ||
	    json_extract(data, '\$.value') $told" 1worry1 || fail "it told $(query "SELECT data $told")"
	# of the rule that the condition stopped the trace says with which value
	wait_for evaluation_says crossed '.status == "no" and .reason ==
	    "the condition '"'all is well'"' did not hold: the primary emotion is worry, not happiness"' ||
	    fail "no reason: $(cat runs.json)"
	runs_are crossed 0 || fail "it ran"
	# another engine, and more of the same: nothing happens twice
	kill_engine
	start_engine
	feel
	wait_for query_is "SELECT value >= (SELECT MAX(id) FROM event WHERE kind = 56) FROM cursor
	    WHERE name = 'engine'" 1 || fail "the event was not heard"
	runs_are worried 1 || fail "it reacted twice"
	query_is "SELECT COUNT(*) FROM command WHERE actor = 'automation:worried'" 1 ||
	    fail "the lamp was told $(query "SELECT COUNT(*) FROM command WHERE actor = 'automation:worried'") times"
	# everything names its cause
	mqtt_pub t/lamp ON -q 1 -r
	wait_for state_is switch.lamp on || fail "the lamp is off"
	api_ok GET '/api/v1/explain?entity_id=switch.lamp' >why.json
	grep -q "automation 'Worried' sent .* as the house felt worry at" why.json ||
	    fail "explained: $(cat why.json)"
	# the dry run sees what it feels now
	api_ok POST /api/v1/automations/dry-run '{"name":"x","triggers":[{"trigger":"time","at":"12:00"}],"conditions":[{"condition":"emotion",
	    "primary":"boredom"}],"actions":[{"stop":"x"}]}' >dry.json
	atf_check -o inline:'the primary emotion is worry, not boredom\n' jq -r .reason dry.json
	# and the past, out of the log
	api_ok POST /api/v1/automations/back-test '{"days":1,"rule":{"name":"x","triggers":[{"trigger":"emotion",
	    "to":"worry"}],"conditions":[{"condition":"emotion","emotion":"worry","above":0.5}],
	    "actions":[{"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}}]}}' >back.json
	tail -n 1 back.json | jq -e '.result.totals.runs == 1 and .result.runs[0].commands[0].sent' \
	    >/dev/null || fail "the past: $(tail -n 1 back.json)"
}
rules__follow_what_the_house_feels_cleanup()
{
	stop_all
}

atf_test_case job__computes_once_and_shows_why cleanup
job__computes_once_and_shows_why_head()
{
	atf_set require.progs "$PROGS"
}
job__computes_once_and_shows_why_body()
{
	open_house
	# nothing was computed yet, or by the first minute of the house
	api_ok GET /api/v1/consciousness/emotions >e.json
	atf_check -o inline:'{"happiness":0.6,"worry":0.2,"boredom":0.3,"excitement":0.4}\n' jq -c .baselines e.json
	# two at the same time, and some that are killed: each row has its event, none has two
	for n in 1 2 3 4 5 6 7 8; do
		env EMOTION_UPDATE_INTERVAL=1 "$bin/consciousness-job" emotion --data house &
		killed=$!
		env EMOTION_UPDATE_INTERVAL=1 "$bin/consciousness-job" emotion --data house &
		kill -9 $killed
		wait
	done
	query_is 'SELECT COUNT(*) FROM emotion e LEFT JOIN event v ON v.id = e.event AND v.kind = 56
	    WHERE v.id IS NULL' 0 || fail "a row without an event"
	query_is 'SELECT COUNT(*) = (SELECT COUNT(*) FROM emotion) FROM event WHERE kind = 56' 1 ||
	    fail "events without a row"
	make_trouble
	feels worry
	api_ok GET '/api/v1/consciousness/emotions?from=2020-01-01T00:00:00Z' >e.json
	atf_check -o inline:'worry\ntrue\ntrue\n' \
	    jq -r '.primary, .emotions.worry > 0.5, (.history | length > 2)' e.json
	atf_check -o inline:'["3 of 3 devices are offline","5 alerts were raised in the last hour",
"1 command was given in the last 2 hours; of 1 that came to an end 0 were confirmed"]' \
	    sh -c "jq -c .reasons e.json | sed 's/\",\"1 /\",\\n\"1 /' | tr -d '\\n' |
	    sed 's/hour\",\"1/hour\",\\n\"1/'"
	atf_check -o inline:'0.2\n0\n' jq '.factors.system_health, .factors.task_completion' e.json
	api GET '/api/v1/consciousness/emotions?to=2020-01-01T00:00:00Z' >/dev/null
	[ "$(cat status)" = 422 ] || fail "to alone: $(cat status)"
	curl -s "$URL/metrics" >metrics
	atf_check -o match:'consciousness_emotional_state.emotion="worry". 0\.5' grep emotional_state metrics
	atf_check -o match:'worry *0\.5[0-9] *0\.20 *primary' -o match:'3 of 3 devices are offline' \
	    "$bin/consciousness" --data house emotions
	"$bin/consciousness" --data house --json emotions >cli.json
	atf_check -o inline:'worry\n' jq -r .primary cli.json
}
job__computes_once_and_shows_why_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case rules__follow_what_the_house_feels
	atf_add_test_case job__computes_once_and_shows_why
}
