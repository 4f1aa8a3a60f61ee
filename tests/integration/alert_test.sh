# SPDX-License-Identifier: ISC
#
# Alerts in a real house: raised, repeated, acknowledged and over, with engines that die meanwhile.

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

report()	# NAME STATE
{
	mqtt_pub "t/$1" "$2" -q 1 -r
	wait_for state_is "sensor.$1" "$2" || fail "$1 is not $2"
}

announce()	# NAME STATE
{
	mqtt_pub "homeassistant/sensor/$1/config" "{\"name\":\"$1\",\"unique_id\":\"$1\",\"state_topic\":\"t/$1\"}" -r -q 1
	mqtt_pub "t/$1" "$2" -q 1 -r
	wait_for state_is "sensor.$1" "$2" || fail "no $1"
}

rule()	# JSON: adds an alert rule
{
	api_ok POST /api/v1/alerts/rules "$1" >rule.json
}

active()
{
	api_ok GET /api/v1/alerts/active | jq -r '[.alerts[] | "\(.rule_id) \(.severity)"] | join(" ")'
}

are_active()	# "RULE ..." in the order of their names
{
	[ "$(active | sed 's/ warning//g' | tr ' ' '\n' | sort | xargs)" = "$1" ]
}

active_are()	# "RULE SEVERITY ..."
{
	[ "$(active)" = "$1" ]
}

# how people were told of a rule, in order
told()	# RULE
{
	[ -e web.log ] && jq -r '.body | fromjson | select(.rule_id == "'"$1"'") | .status' web.log | tr '\n' ' '
}

told_is()	# RULE "STATUS ..."
{
	[ "$(told "$1")" = "$2 " ]
}

# the active engine dies, cron as well, and another one begins, perhaps at another time
next_engine()	# [MS]
{
	kill_engine
	CLOCK_OFFSET_MS=${1:-0} start_engine
}

start_all()
{
	web=$(free_port)
	start web python3 "$SRC_DIR/tests/lib/receiver.py" http "$web" web.log
	wait_for can_connect "$web" || fail "no receiver"
	ALERT_WEBHOOK_URL=http://127.0.0.1:$web/hook
	export ALERT_WEBHOOK_URL
	start_house
}

# the same at a time of the clock
engine_at()	# UTC
{
	next_engine $((($(date -u -d "$1" +%s) - $(date +%s)) * 1000))
}

atf_test_case alert__asks_for_the_time cleanup
alert__asks_for_the_time_head()
{
	atf_set "descr" "an expression or a value with now() is asked at the start of each minute"
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
alert__asks_for_the_time_body()
{
	start_all
	announce door open
	rule '{"name":"Late","expression":"is_state('"'sensor.door'"', '"'open'"') and utcnow().minute >= 10"}'
	rule '{"name":"Value","variables":{"m":"{{ utcnow().minute }}"},"expression":"m >= 10"}'
	engine_at '2027-03-01 12:09:50'
	wait_for engine_is_active || fail "no engine"
	active_are '' || fail "too early: $(active)"
	engine_at '2027-03-01 12:09:57'
	wait_for are_active 'late value' || fail "at ten past: $(active)"
	engine_at '2027-03-01 12:59:57'
	wait_for active_are '' || fail "at one: $(active)"
}
alert__asks_for_the_time_cleanup()
{
	stop_all
}

atf_test_case alert__from_beginning_to_end cleanup
alert__from_beginning_to_end_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "180"
}
alert__from_beginning_to_end_body()
{
	start_all
	announce power 100
	rule '{"name":"Power","severity":"critical","variables":{"p":{"entity_id":"sensor.power"}},"expression":"p > 1000",
	    "hysteresis":10,"for":3,"repeat":"01:00:00","channels":["webhook"],"message":"{{ p }} W"}'

	# too short
	report power 1500
	wait_for query_is 'select count(*) from alert_hold' 1 || fail "it does not wait"
	report power 900
	wait_for query_is 'select count(*) from alert_hold' 0 || fail "it waits on"
	# long enough, although the engine dies meanwhile
	report power 1200
	wait_for query_is 'select count(*) from alert_hold' 1 || fail "it does not wait"
	due=$(query 'select due from alert_hold')
	next_engine
	wait_for active_are 'power critical' || fail "not raised: $(tail -5 house/log/engine.log)"
	query_is "select raised >= $due and raised < $due + 5000 from alert" 1 || fail "raised at the wrong time"
	query_is 'select count(*) from alert_hold' 0 || fail "it still waits"
	wait_for told_is power raised || fail "told: $(told power)"
	jq -r .body web.log | jq -e '.severity == "critical" and .title == "Power" and .message == "1200 W" and
	    .values == {"p": 1200} and .alert_id == 1' || fail "$(cat web.log)"
	# the event names its cause, the alert its event
	query_is "select c.kind from alert a join event e on e.id = a.event join event c on c.id = e.cause" 1 ||
	    fail "cause: $(query 'select * from event order by id desc limit 5')"

	# within the margin it goes on; a new engine does not raise it again
	report power 950
	next_engine
	report power 960
	active_are 'power critical' || fail "it ended within the margin"
	told_is power raised || fail "told: $(told power)"
	# an hour later people are told again
	next_engine 3700000
	wait_for told_is power 'raised repeated' || fail "told: $(told power)"
	query_is 'select repeats from alert' 1 || fail "$(query 'select * from alert')"
	# and not any more when somebody has seen it
	api_ok POST /api/v1/alerts/1/acknowledge | jq -e '.acknowledged_by == "token:test"' || fail "$(cat body)"
	api POST /api/v1/alerts/1/acknowledge >/dev/null
	[ "$(cat status)" = 409 ] || fail "twice: $(cat status)"
	next_engine 9000000
	report power 970
	# below the margin it is over
	report power 899
	wait_for told_is power 'raised repeated cleared' || fail "told: $(told power)"
	wait_for active_are '' || fail "still active"
	api_ok GET '/api/v1/alerts?status=past' | jq -e '.alerts[0] | .status == "past" and .repeats == 1 and .cleared != null
	    and .message == "960 W"' ||
	    fail "$(cat body)"
	query_is "select group_concat(json_extract(data, '\$.status'), ' ') from (select data from event where kind = 48 order by id)" \
	    'raised repeated acknowledged cleared' || fail "events"
	# it may come again
	rule '{"name":"Now","variables":{"p":{"entity_id":"sensor.power"}},"expression":"p > 1000","channels":["log"]}'
	report power 2000
	wait_for active_are 'now warning' || fail "active: $(active)"
	api_ok PATCH /api/v1/alerts/rules/now '{"enabled":false}' >/dev/null
	active_are '' || fail "a disabled rule has an alert"
	report power 2001
	api_ok PATCH /api/v1/alerts/rules/now '{"enabled":true}' >/dev/null
	wait_for active_are 'now warning' || fail "enabled again: $(active)"
	api_ok DELETE /api/v1/alerts/rules/now >/dev/null
	active_are '' || fail "a removed rule has an alert"
}
alert__from_beginning_to_end_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case notices__keep_their_order cleanup
notices__keep_their_order_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
notices__keep_their_order_body()
{
	NOTIFY_ATTEMPTS=2
	export NOTIFY_ATTEMPTS
	start_all
	announce power 100
	rule '{"name":"Power","variables":{"p":{"entity_id":"sensor.power"}},"expression":"p > 1000",
	    "channels":["webhook","log"]}'
	# a server that cannot now, and can again before the second attempt
	echo 500 >web.log.mode
	report power 1500
	wait_for query_is "select status, attempts from outbox where channel = 'webhook'" 'waiting|1' || fail "not tried"
	echo 200 >web.log.mode
	report power 100
	report power 1500
	wait_for query_is "select count(*) from outbox where channel = 'log' and status = 'delivered'" 3 ||
	    fail "the other channel waits: $(query 'select * from outbox')"
	query_is "select group_concat(attempts, ' ') from (select attempts from outbox where channel = 'webhook' order by id)" \
	    '1 0 0' || fail "one overtook: $(query 'select * from outbox')"
	WAIT=30 wait_for told_is power 'raised raised cleared raised' || fail "told: $(told power)"
	# what is given up holds nothing back
	echo 500 >web.log.mode
	report power 100
	wait_for query_is "select status, attempts from outbox where channel = 'webhook' order by id desc limit 1" \
	    'waiting|1' || fail "not tried"
	report power 1500
	echo 403 >web.log.mode
	WAIT=30 wait_for query_is "select group_concat(status || attempts, ' ') from
	    (select status, attempts from outbox where channel = 'webhook' order by id)" \
	    'delivered2 delivered1 delivered1 failed2 failed1' || fail "$(query 'select * from outbox')"
	told_is power 'raised raised cleared raised cleared cleared raised' || fail "told: $(told power)"
}
notices__keep_their_order_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case history__measured cleanup
history__measured_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "180"
}
history__measured_body()
{
	start_all
	announce energy 410
	announce heat 100
	# two weeks in which it took about 400 at every hour
	row=$(query "select row from entity where entity_id = 'sensor.energy'")
	next_engine
	now=$(($(date +%s) * 1000))
	sqlite3 -cmd '.timeout 5000' house/consciousness.db "with recursive h (n) as (select 1 union all select n + 1 from h
	    where n < 336) insert into event (time, kind, entity, subject, state) select $now - n * 3600000, 1, $row, null,
	    390 + n % 3 * 10 from h order by n desc" || fail "no history"
	rule '{"name":"Usage","variables":{"energy_usage":{"entity_id":"sensor.energy"},
	    "baseline":{"entity_id":"sensor.energy","baseline":"hour"}},"expression":"energy_usage > baseline * 1.5",
	    "channels":["webhook"]}'
	report energy 580
	api_ok POST /api/v1/alerts/rules/dry-run '{"name":"Usage","variables":{"energy_usage":{"entity_id":"sensor.energy"},
	    "baseline":{"entity_id":"sensor.energy","baseline":"hour"}},"expression":"energy_usage > baseline * 1.5"}' |
	    jq -e '.verdict == "no" and .values.energy_usage == 580 and .values.baseline >= 390 and .values.baseline <= 410' ||
	    fail "$(cat body)"
	active_are '' || fail "580 is not much"
	report energy 700
	wait_for active_are 'usage warning' || fail "not raised: $(tail -3 house/log/engine.log)"
	wait_for told_is usage raised || fail "told: $(told usage)"
	jq -r .body web.log | jq -e '.values.energy_usage == 700 and .values.baseline < 411 and .title == "Usage"' ||
	    fail "$(cat web.log)"
	report energy 500
	wait_for told_is usage 'raised cleared' || fail "told: $(told usage)"

	# an average is looked at without any change
	rule '{"name":"Heat","variables":{"mean":{"entity_id":"sensor.heat","aggregate":"average","over":"00:05:00"}},
	    "expression":"mean > 50","severity":"info","channels":["log"]}'
	wait_for active_are 'heat info' || fail "not raised: $(tail -3 house/log/engine.log)"
	report heat 0
	active_are 'heat info' || fail "a moment is no average"
	next_engine 600000
	wait_for active_are '' || fail "not over"
	# and by itself: at the next minute
	report heat 1000
	WAIT=90 wait_for active_are 'heat info' || fail "not looked at"
}
history__measured_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case history__read_beside_the_house cleanup
history__read_beside_the_house_head()
{
	atf_set "descr" "a rule reads much history: meanwhile the house reacts"
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "180"
}
history__read_beside_the_house_body()
{
	start_house
	announce meter 1
	announce button 0
	mqtt_pub homeassistant/switch/lamp/config '{"name":"lamp","unique_id":"lamp","command_topic":"lamp/set"}' -r -q 1
	wait_for state_is switch.lamp null || fail "no lamp"
	api_ok POST /api/v1/automations '{"name":"Press","triggers":[{"trigger":"state","entity_id":"sensor.button","to":"1"}],
	    "actions":[{"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}}]}' >/dev/null
	row=$(query "select row from entity where entity_id = 'sensor.meter'")
	next_engine
	now=$(($(date +%s) * 1000))
	sqlite3 -cmd '.timeout 5000' house/consciousness.db "with recursive h (n) as (select 1 union all select n + 1 from h
	    where n < 200000) insert into event (time, kind, entity, subject, state) select $now - n * 5000, 1, $row, null,
	    200000 - n from h order by n desc" || fail "no history"
	variables=$(for i in $(seq 20); do
		printf '"v%s":{"entity_id":"sensor.meter","aggregate":"change","over":{"days":11}}\n' "$i"
	done | paste -sd,)
	rule "{\"name\":\"Meter\",\"variables\":{$variables},\"expression\":\"v20 > 1000\"}"
	mqtt_pub t/button 1 -q 1
	wait_for query_is "select count(*) from alert" 1 || fail "not raised: $(tail -3 house/log/engine.log)"
	query_is "select (select min(id) from event where kind = 9) < (select event from alert)" 1 ||
	    fail "the button waited: $(query "select id, kind, time from event where id > 200000" | tr "\n" " ")"
}
history__read_beside_the_house_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case rules__checked_tried_and_listed cleanup
rules__checked_tried_and_listed_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
rules__checked_tried_and_listed_body()
{
	start_all
	announce power 100
	api POST /api/v1/alerts/rules '{"name":"x","variables":{"p":{"entity_id":"sensor.powr"}},"expression":"p > 1"}' >/dev/null
	[ "$(cat status)" = 422 ] || fail "$(cat status)"
	jq -e '.field == "variables.p.entity_id" and (.detail | endswith("did you mean \"sensor.power\"?"))' body ||
	    fail "$(cat body)"
	api POST /api/v1/alerts/rules/dry-run '{"name":"x","expression":"p >"}' >/dev/null
	[ "$(cat status)" = 422 ] || fail "$(cat status) $(cat body)"
	api_ok POST /api/v1/alerts/rules/dry-run '{"name":"x","variables":{"p":{"entity_id":"sensor.power"}},
	    "expression":"p > 99","message":"{{ p }} W"}' | jq -e '.verdict == "yes" and .message == "100 W"' || fail "$(cat body)"
	api_ok POST /api/v1/alerts/rules/dry-run '{"name":"x","expression":"\"a\" > 1"}' |
	    jq -e '.verdict == "unknown" and .reason != null' || fail "$(cat body)"
	# what could not be saved is not tried
	api POST /api/v1/alerts/rules/dry-run '{"name":"x","expression":"nothing > 1"}' >/dev/null
	[ "$(cat status)" = 422 ] && jq -e '.field == "expression"' body || fail "$(cat status) $(cat body)"
	# one that can never fire says so: when it is saved, and in its list as long as it is so, also to the next engine
	announce mood calm
	api_ok POST /api/v1/alerts/rules '{"name":"Mood","variables":{"m":{"entity_id":"sensor.mood"}},"expression":"m > 3"}' |
	    jq -e '.problem | startswith("m is a text, not a number: ")' || fail "$(cat body)"
	has_problem() { api GET /api/v1/alerts/rules/mood | jq -e '(.problem != null) == '"$1"' and
	    (.problem_since != null) == '"$1" >/dev/null; }
	wait_for has_problem true || fail "the list is silent: $(cat body)"
	since=$(jq .problem_since body)
	atf_check -o match:'^mood .* m is a text, not a number: "calm"' "$bin/consciousness" --data house alerts rules
	next_engine
	report mood 2
	wait_for has_problem false || fail "a problem that is over: $(cat body)"
	report mood calm
	wait_for has_problem true || fail "the next engine is silent: $(cat body)"
	[ "$(jq .problem_since body)" != "$since" ] || fail "since $since"
	api_ok PATCH /api/v1/alerts/rules/mood '{"expression":"m == \"angry\"","severity":"info"}' | jq -e '.problem == null' ||
	    fail "$(cat body)"
	wait_for has_problem false || fail "$(cat body)"
	api_ok DELETE /api/v1/alerts/rules/mood >/dev/null
	rule '{"name":"Power","variables":{"p":{"entity_id":"sensor.power"}},"expression":"p > 1000"}'
	api_ok GET /api/v1/entities/sensor.power/used | jq -e '.alerts[0].where == ["variables.p.entity_id"]' || fail "$(cat body)"
	api_ok GET '/api/v1/revisions?kind=alert_rule' | jq -e '.revisions[0].change == "added"' || fail "$(cat body)"

	# a test of a channel is delivered at once, by whoever hears of it
	api_ok POST /api/v1/alerts/channels/webhook/test >test.json
	id=$(jq .id test.json)
	delivered() { api GET "/api/v1/alerts/deliveries/$id" | jq -e '.status == "delivered"' >/dev/null; }
	wait_for delivered || fail "$(cat body)"
	jq -r .body web.log | jq -e '.status == "test"' || fail "$(cat web.log)"
	api_ok GET /api/v1/alerts/channels | jq -e '[.channels[] | select(.ready) | .name] == ["webhook", "log"] and
	    (.channels[] | select(.name == "email").missing) == "SMTP_URL"' || fail "$(cat body)"
	api POST /api/v1/alerts/channels/pigeon/test >/dev/null
	[ "$(cat status)" = 404 ] || fail "$(cat status)"

	guest=$("$bin/consciousness" --data house token create --name guest --scope read)
	for path in rules rules/dry-run channels/log/test; do
		code=$(curl -s -o /dev/null -w '%{http_code}' -X POST -H "Authorization: Bearer $guest" \
		    -H 'Content-Type: application/json' -d '{"name":"x","expression":"1"}' "$URL/api/v1/alerts/$path")
		[ "$code" = 403 ] || fail "$path: $code"
	done

	report power 1001
	wait_for active_are 'power warning' || fail "not raised"
	cli() { "$bin/consciousness" --data house alerts "$@" >cli.out 2>&1 || fail "alerts $*: $(cat cli.out)"; }
	cli
	grep -q '^1 *warning *Power ' cli.out || fail "$(cat cli.out)"
	cli rules
	grep -q 'p > 1000' cli.out || fail "$(cat cli.out)"
	cli acknowledge 1
	cli --json
	jq -e '.alerts[0].acknowledged_by == "cli"' cli.out || fail "$(cat cli.out)"
	cli channels
	grep -q 'no: no SMTP_URL' cli.out || fail "$(cat cli.out)"
	cli test log
	cli deliveries
	grep -q 'webhook' cli.out || fail "$(cat cli.out)"
	cli --status past
	"$bin/consciousness" --data house alerts acknowledge 7 && fail "there is no 7"
	true
}
rules__checked_tried_and_listed_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case alert__asks_for_the_time
	atf_add_test_case alert__from_beginning_to_end
	atf_add_test_case notices__keep_their_order
	atf_add_test_case history__measured
	atf_add_test_case history__read_beside_the_house
	atf_add_test_case rules__checked_tried_and_listed
}
