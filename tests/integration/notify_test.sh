# SPDX-License-Identifier: ISC
#
# What leaves the house through the outbox: to real servers, that are down at times, by workers that die.

. "$SRC_DIR/tests/lib/house.sh"

PROGS='python3 nginx mosquitto curl jq sqlite3 openssl'

query()
{
	sqlite3 "file:house/consciousness.db?mode=ro" "$1"
}

query_is()	# SQL result
{
	[ "$(query "$1")" = "$2" ]
}

lines_are()	# FILE COUNT
{
	[ -e "$1" ] && [ "$(wc -l <"$1")" -eq "$2" ]
}

receiver()	# KIND NAME PORT [CERTIFICATE KEY]: what came is in NAME.log
{
	receiver_kind=$1 receiver_name=$2 receiver_port=$3
	shift 3
	start "$receiver_name" python3 "$SRC_DIR/tests/lib/receiver.py" "$receiver_kind" "$receiver_port" \
	    "$receiver_name.log" "$@"
	wait_for can_connect "$receiver_port" || fail "no receiver: $(cat "$receiver_name.out")"
}

end_receiver()	# NAME
{
	kill "$(cat "$1.pid")"
	rm "$1.pid"
}

# a house that is set up like that
house_with()	# KEY=VALUE...
{
	for line; do
		export "${line?}"
	done
	start_house
}

rule()	# ACTIONS: adds one that they follow; prints its path
{
	api_ok POST /api/v1/automations '{"name":"Teller","triggers":[{"trigger":"event","event_type":"never"}],
	    "actions":'"$1"'}' >rule.json
	echo "/api/v1/automations/$(jq -r .id rule.json)"
}

run()	# ACTIONS
{
	api_ok POST "$(rule "$1")/trigger" >/dev/null
}

status_is()	# STATUS of the newest delivery
{
	query_is 'select status from outbox order by id desc limit 1' "$1"
}

statuses_are()	# STATUS of all deliveries
{
	query_is 'select distinct status from outbox' "$1"
}

notify()
{
	"$bin/consciousness-job" notify --data house >>notify.out 2>&1
}

kill_job()
{
	kill -9 "$(cat house/run/job-notify.lock)"
}

atf_test_case channels__each_tells cleanup
channels__each_tells_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
channels__each_tells_body()
{
	web=$(free_port) mail=$(free_port)
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
	receiver http web "$web"
	receiver smtp mail "$mail" "$PWD/cert.pem" "$PWD/key.pem"
	house_with "ALERT_WEBHOOK_URL=http://127.0.0.1:$web/hook" ALERT_WEBHOOK_SECRET=shared \
	    "SLACK_WEBHOOK_URL=http://127.0.0.1:$web/slack" "TWILIO_API_URL=http://127.0.0.1:$web" \
	    TWILIO_ACCOUNT_SID=AC1 TWILIO_AUTH_TOKEN=secret TWILIO_FROM=+4915 TWILIO_TO=+49171,+49172 \
	    "SMTP_URL=smtp://localhost:$mail" \
	    SMTP_USER=house SMTP_PASSWORD=secret SMTP_TO=anna@example.org,bo@example.org "CA_FILE=$PWD/cert.pem"
	run '[{"notify":"Water in the <cellar> & more: {{ 2 * 4 }} mm","title":"Grüße aus dem Keller","severity":"critical"}]'
	wait_for query_is "select count(*) from outbox where status = 'delivered'" 6 ||
	    fail "not delivered: $(query 'select channel, status, reason from outbox')"

	jq -c 'select(.path == "/hook")' web.log >hook
	jq -r .body hook | jq -e '.title == "Grüße aus dem Keller" and .message == "Water in the <cellar> & more: 8 mm"
	    and .severity == "critical" and .status == "notice" and .attempt == 1' || fail "$(cat hook)"
	time=$(jq -r '.headers["x-timestamp"]' hook)
	want=$(printf '%s.%s' "$time" "$(jq -r .body hook)" | openssl dgst -sha256 -hmac shared | sed 's/.* //')
	[ "$(jq -r '.headers["x-signature"]' hook)" = "sha256=$want" ] || fail "signature: $(cat hook), not $want"
	[ "$(jq -r '.headers["idempotency-key"]' hook)" = "$(jq -r .body hook | jq -r .id)" ] || fail "key"

	jq -r 'select(.path == "/slack").body' web.log | jq -e '.text ==
	    ":rotating_light: *Grüße aus dem Keller*\nWater in the &lt;cellar&gt; &amp; more: 8 mm"' || fail "slack"

	python3 - <<'PYTHON' || fail "sms: $(cat web.log)"
import base64, json, urllib.parse
sent = [json.loads(line) for line in open("web.log")]
sent = [one for one in sent if one["path"] == "/2010-04-01/Accounts/AC1/Messages.json"]
forms = [urllib.parse.parse_qs(one["body"], strict_parsing=True) for one in sent]
assert sorted(form["To"][0] for form in forms) == ["+49171", "+49172"], forms
for one, form in zip(sent, forms):
    assert one["method"] == "POST" and form["From"] == ["+4915"]
    assert one["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert one["headers"]["authorization"] == "Basic " + base64.b64encode(b"AC1:secret").decode()
    assert form["Body"] == ["CRITICAL: Grüße aus dem Keller\nWater in the <cellar> & more: 8 mm"], form
PYTHON

	jq -e '.tls and .user == ["house", "secret"] and (.to | length) == 2' mail.log || fail "$(cat mail.log)"
	python3 - <<'PYTHON' || fail "mail: $(cat mail.log)"
import email, email.policy, json
m = json.loads(open("mail.log").readline())
text = email.message_from_string(m["text"], policy=email.policy.default)
assert text["subject"] == "Grüße aus dem Keller", text["subject"]
assert text["from"].addresses[0].addr_spec == "anna@example.org"
assert len(text["to"].addresses) == 2 and text["importance"] == "high"
assert text["message-id"] and text["date"].datetime
assert text.get_content().startswith("Water in the <cellar> & more: 8 mm\r\n"), text.get_content()
PYTHON
	grep -q 'critical notice: Grüße aus dem Keller: Water in the' house/log/*.log || fail "not in the log"
	# what came of each is an event with the run as its cause
	query_is "select count(*) from event n join event r on r.id = n.cause where n.kind = 47 and r.kind = 10" 6 ||
	    fail "events"
	if grep -rq -e 'shared' -e secret house/log; then
		fail "a secret in the log"
	fi
}
channels__each_tells_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

# One number is refused and another one busy: who was told is not told again.
atf_test_case sms__each_number_on_its_own cleanup
sms__each_number_on_its_own_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
sms__each_number_on_its_own_body()
{
	web=$(free_port)
	receiver http web "$web"
	echo '{"+49172": 429, "+49173": 400}' >web.log.numbers
	house_with "TWILIO_API_URL=http://127.0.0.1:$web" TWILIO_ACCOUNT_SID=AC1 TWILIO_AUTH_TOKEN=secret \
	    TWILIO_FROM=MG15 "TWILIO_TO=+49171, +49172,+49173 ," NOTIFY_ATTEMPTS=5
	run "$(printf '[{"notify":"%s","channels":["sms"]}]' "$(head -c 3999 /dev/zero | tr '\0' e)é")"
	wait_for query_is "select group_concat(target || ' ' || status, ', ') from (select * from outbox order by target)" \
	    'sms +49171 delivered, sms +49172 waiting, sms +49173 failed' || fail "$(query 'select * from outbox')"
	rm web.log.numbers
	wait_for query_is "select status from outbox where target = 'sms +49172'" delivered || fail "not again"
	[ "$(grep -c 'To=%2B49171' web.log)" -eq 1 ] || fail "told twice"
	query "select reason from outbox where target = 'sms +49173'" | grep -q 400 || fail "why not"
	jq -s -e 'map(.body | select(contains("49171"))) | length == 1 and (.[0] | contains("MessagingServiceSid=MG15")) and
	    (.[0] | split("Body=")[1] | length) == 1600' web.log || fail "$(tail -1 web.log)"
	# a test goes to all of them, and is not tried again when one was reached
	echo '{"+49172": 429}' >web.log.numbers
	api_ok POST /api/v1/alerts/channels/sms/test >/dev/null
	wait_for query_is "select status, reason like '2 of 3 were reached%' from outbox where source = 'test'" \
	    'failed|1' || fail "$(query 'select * from outbox')"
	[ "$(grep -c 'To=%2B49173' web.log)" -eq 2 ] || fail "the test did not reach all"
}
sms__each_number_on_its_own_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case server__down_then_up cleanup
server__down_then_up_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
server__down_then_up_body()
{
	web=$(free_port)
	house_with "ALERT_WEBHOOK_URL=http://127.0.0.1:$web/hook" NOTIFY_ATTEMPTS=3
	run '[{"notify":"one","channels":["webhook"]}]'
	wait_for query_is "select status, attempts from outbox" 'waiting|1' || fail "no attempt"
	query "select reason from outbox" | grep -qi connect || fail "reason: $(query 'select reason from outbox')"
	receiver http web "$web"
	wait_for status_is delivered || fail "it was not tried again: $(query 'select * from outbox')"
	lines_are web.log 1 || fail "it came more than once"
	jq -r .body web.log | jq -e '.attempt == 2' || fail "$(cat web.log)"

	# a server that is busy says when to come again; one that does not want it is not asked again
	echo 429 >web.log.mode
	run '[{"notify":"two","channels":["webhook"]}]'
	wait_for query_is "select status, attempts from outbox order by id desc limit 1" 'failed|3' ||
	    fail "not given up: $(query 'select * from outbox')"
	lines_are web.log 4 || fail "$(cat web.log)"
	query_is "select json_extract(data, '\$.status') from event where kind = 47 order by id desc limit 1" failed ||
	    fail "no event"
	grep -q 'given up after 3 attempts: the answer is status 429' house/log/*.log || fail "not in the log"
	for mode in 403 moved; do
		echo $mode >web.log.mode
		run '[{"notify":"three","channels":["webhook"]}]'
		wait_for query_is "select status, attempts from outbox order by id desc limit 1" 'failed|1' ||
		    fail "$mode: $(query 'select * from outbox')"
	done
	# a channel that is not set up says what is missing
	run '[{"notify":"four","channels":["slack"]}]'
	wait_for status_is failed || fail "slack"
	query 'select reason from outbox order by id desc limit 1' | grep -q SLACK_WEBHOOK_URL || fail "reason"
}
server__down_then_up_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case worker__dies_in_the_middle cleanup
worker__dies_in_the_middle_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
worker__dies_in_the_middle_body()
{
	web=$(free_port)
	receiver http web "$web"
	echo slow 20 >web.log.mode
	house_with "ALERT_WEBHOOK_URL=http://127.0.0.1:$web/hook" "SLACK_WEBHOOK_URL=http://127.0.0.1:$web/slack"
	run '[{"notify":"one","channels":["webhook","slack"]}]'
	wait_for lines_are web.log 2 || fail "nothing came"
	statuses_are sending || fail "$(query 'select * from outbox')"
	# while it talks it holds no lock: others write
	sqlite3 -cmd '.timeout 200' house/consciousness.db 'begin immediate; rollback' || fail "the database is locked"
	# the engine looks for its worker twice a second
	read -r engine <house/run/engine.lock
	kill -STOP "$engine"
	kill_job || fail "no worker"
	echo 200 >web.log.mode
	statuses_are sending || fail "$(query 'select * from outbox')"
	kill -CONT "$engine"
	wait_for statuses_are delivered || { notify; statuses_are delivered; } || fail "$(query 'select * from outbox')"
	lines_are web.log 4 || fail "$(cat web.log)"
	[ "$(jq -r 'select(.path == "/hook").headers["idempotency-key"]' web.log | sort -u | wc -l)" -eq 1 ] ||
	    fail "another key"
	query_is 'select distinct attempts, unsure from outbox' '2|1' || fail "$(query 'select * from outbox')"
	query_is "select count(*) from event where kind = 47 and json_extract(data, '\$.perhaps_twice')" 2 || fail "not told"
	grep -hq 'it may arrive twice' house/log/*.log notify.out || fail "not in the log"
}
worker__dies_in_the_middle_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case server__slow_delays_itself_alone cleanup
server__slow_delays_itself_alone_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
server__slow_delays_itself_alone_body()
{
	slow=$(free_port) quick=$(free_port)
	receiver http slow "$slow"
	receiver http quick "$quick"
	echo slow 14 >slow.log.mode
	house_with WEBHOOK_LOOPBACK=true "ALERT_WEBHOOK_URL=http://127.0.0.1:$quick/hook" \
	    "SLACK_WEBHOOK_URL=http://127.0.0.1:$slow/slack"
	# the slow one has a lot to do, of each kind
	run '[{"repeat":{"count":4,"sequence":[{"webhook":"http://127.0.0.1:'"$slow"'/x","body":{}},
	    {"notify":"small","channels":["slack"]}]}}]'
	wait_for lines_are slow.log 2 || fail "nothing came: $(query 'select * from outbox')"
	run '[{"webhook":"http://LOCALHOST:'"$quick"'/y","body":{}},
	    {"notify":"Fire","severity":"critical","channels":["slack","webhook"]},
	    {"notify":"fine","channels":["webhook"]},{"notify":"fine","channels":["log"]}]'
	# 14 seconds are what one of the slow attempts takes
	WAIT=11 wait_for lines_are quick.log 3 || fail "they waited: $(cat quick.log; query 'select * from outbox')"
	wait_for query_is "select status from outbox where channel = 'log'" delivered || fail "log"
	# one after the other to each target, and there the critical one is next
	[ "$(jq -r .path slow.log | sort | uniq -c | tr -s ' \n' ' ')" = ' 1 /slack 1 /x ' ] || fail "$(cat slow.log)"
	WAIT=20 wait_for query_is "select count(*) from outbox where channel = 'slack' and status <> 'waiting'" 2
	query_is "select severity from outbox where channel = 'slack' and status = 'sending'" 2 ||
	    fail "$(query 'select * from outbox')"
	# no worker died, nothing came twice
	query_is "select count(*) from outbox where unsure > 0 or attempts > 1" 0 || fail "$(query 'select * from outbox')"
	lines_are quick.log 3 || fail "$(cat quick.log)"
}
server__slow_delays_itself_alone_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case worker__none_beside_another cleanup
worker__none_beside_another_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
worker__none_beside_another_body()
{
	slow=$(free_port)
	receiver http slow "$slow"
	echo slow 14 >slow.log.mode
	house_with WEBHOOK_LOOPBACK=true
	kill_engine
	# an engine that counts what it starts
	mkdir counting
	cp "$bin/consciousness-engine" counting
	printf '#!/bin/sh\necho >>"%s"\nexec "%s" "$@"\n' "$PWD/starts" "$bin/consciousness-job" >counting/consciousness-job
	chmod +x counting/consciousness-job
	start engine "$PWD/counting/consciousness-engine" --data "$PWD/house"
	run '[{"webhook":"http://127.0.0.1:'"$slow"'/1"}]'
	wait_for lines_are slow.log 1 || fail "nothing came: $(cat engine.out)"
	lines_are starts 1 || fail "started $(wc -l <starts) times"
	# that one ends, and cron is faster
	kill_job
	start cron "$bin/consciousness-job" notify --data house
	wait_for lines_are slow.log 2 || fail "not tried again: $(cat cron.out)"
	wc -l <starts >before
	run '[{"webhook":"http://127.0.0.1:'"$slow"'/2"},{"webhook":"http://127.0.0.1:'"$slow"'/3"},
	    {"notify":"x","channels":["log"]}]'
	wait_for query_is "select status from outbox where channel = 'log'" delivered || fail "nobody delivers"
	sleep 6
	query_is "select count(*) from outbox where status = 'waiting'" 2 || fail "$(query 'select * from outbox')"
	atf_check_equal "$(cat before)" "$(wc -l <starts)"
	# when cron's dies the engine starts one soon
	kill_job
	wait_for lines_are slow.log 3 || fail "nobody goes on: $(query 'select * from outbox')"
}
worker__none_beside_another_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case servers__many_dead cleanup
servers__many_dead_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
servers__many_dead_body()
{
	slow=$(free_port) quick=$(free_port)
	receiver http slow "$slow"
	receiver http quick "$quick"
	echo slow 12 >slow.log.mode
	house_with WEBHOOK_LOOPBACK=true
	# as many names of a slow server as there are attempts at once, each with three to do
	run '[{"repeat":{"count":3,"sequence":[{"repeat":{"count":8,"sequence":[
	    {"webhook":"http://127.0.0.{{ repeat.index }}:'"$slow"'/x","body":{}}]}}]}}]'
	slow_lines=$(wait_for lines_are slow.log 8; wc -l <slow.log)
	[ "$slow_lines" -eq 8 ] || fail "$slow_lines at once"
	wait_for query_is "select count(*) from outbox where status = 'delivered'" 8
	run '[{"webhook":"http://127.0.0.1:'"$quick"'/y","body":{}},{"webhook":"http://127.0.0.1:'"$quick"'/z","body":{}}]'
	WAIT=10 wait_for lines_are quick.log 2 || fail "they waited: $(query 'select target, status from outbox')"
	WAIT=60 wait_for query_is "select count(*) from outbox where status = 'delivered'" 26 ||
	    fail "$(query 'select * from outbox')"
	query_is "select max(attempts), max(unsure) from outbox" '1|0' || fail "$(query 'select * from outbox')"
}
servers__many_dead_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case places__a_flood_takes_its_own cleanup
places__a_flood_takes_its_own_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
places__a_flood_takes_its_own_body()
{
	dead=$(free_port) other=$(free_port)
	house_with WEBHOOK_LOOPBACK=true "ALERT_WEBHOOK_URL=http://127.0.0.1:$dead/hook"
	run '[{"repeat":{"count":1100,"sequence":[{"notify":"flood","severity":"critical","channels":["webhook"]},
	    {"webhook":"http://127.0.0.1:'"$dead"'/x"}]}}]'
	wait_for query_is "select count(*) from event where kind = 47 and json_extract(data, '\$.status') = 'refused'" 200 ||
	    fail "refused: $(query "select count(*), max(data) from event where kind = 47")"
	query_is "select count(*) from outbox" 2000 || fail "$(query 'select count(*) from outbox')"
	# an alert has places of its own; what goes elsewhere or matters less has too; so has a test
	api_ok POST /api/v1/alerts/rules '{"name":"Water","expression":"true","severity":"critical","channels":["webhook"]}' >/dev/null
	wait_for query_is "select count(*) from outbox where source = 'alert' and severity = 2 and alert is not null" 1 ||
	    fail "no alert: $(query 'select * from outbox order by id desc limit 1')"
	run '[{"webhook":"http://127.0.0.1:'"$other"'/x"},{"notify":"small","channels":["webhook"]}]'
	wait_for query_is "select count(*) from outbox where source = 'rule'" 2002 || fail "refused"
	api_ok POST /api/v1/alerts/channels/webhook/test >/dev/null
	query_is "select severity, source from outbox order by id desc limit 1" '0|test' || fail "test"
}
places__a_flood_takes_its_own_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case webhook__of_a_rule cleanup
webhook__of_a_rule_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
webhook__of_a_rule_body()
{
	web=$(free_port)
	receiver http web "$web"
	house_with WEBHOOK_LOOPBACK=true
	run '[{"variables":{"n":7}},{"webhook":"http://127.0.0.1:'"$web"'/x?n={{ n }}","method":"PUT",
	    "headers":{"Authorization":"Bearer {{ 1 }}23","X-Count":"{{ n }}"},"body":{"n":"{{ n }}","list":[1,"{{ n + 1 }}"]}},
	    {"webhook":"http://127.0.0.1:'"$web"'/get","method":"GET"},
	    {"webhook":"http://127.0.0.1:'"$web"'/text","body":"n is {{ n }}","headers":{"Content-Type":"text/plain"}}]'
	wait_for lines_are web.log 3 || fail "$(query 'select * from outbox')"
	jq -se '.[0] | .method == "PUT" and .path == "/x?n=7" and .headers.authorization == "Bearer 123" and
	    .headers["x-count"] == "7" and .headers["content-type"] == "application/json" and
	    (.body | fromjson) == {"n": 7, "list": [1, 8]}' web.log || fail "$(cat web.log)"
	jq -se '.[1] | .method == "GET" and .path == "/get" and .body == ""' web.log || fail "$(cat web.log)"
	jq -se '.[2] | .method == "POST" and .body == "n is 7"' web.log || fail "$(cat web.log)"
	# what is secret in it is for those who may change rules
	guest=$("$bin/consciousness" --data house token create --name guest --scope read)
	path=$(jq -r .id rule.json)
	curl -s -H "Authorization: Bearer $guest" "$URL/api/v1/automations/$path" >seen
	jq -e '.actions[1].headers.Authorization == "***" and (.actions[2].webhook | endswith("/***"))' seen ||
	    fail "$(cat seen)"
	api_ok GET "/api/v1/automations/$path" | jq -e '.actions[2].webhook | endswith("/get")' || fail "own"
}
webhook__of_a_rule_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case webhook__where_it_may_not_go cleanup
webhook__where_it_may_not_go_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
webhook__where_it_may_not_go_body()
{
	web=$(free_port)
	receiver http web "$web"
	house_with
	# shellcheck disable=SC2046
	for host in 127.0.0.1 localhost '[::ffff:127.0.0.1]' 0.0.0.0 169.254.169.254 '[fd00:ec2::254]' \
	    '[64:ff9b::7f00:1]' $(hostname -I | tr ' ' '\n' | grep -v :); do
		run '[{"webhook":"http://'"$host:$web"'/x","body":{}}]'
		wait_for query_is "select status, reason like '%WEBHOOK_LOOPBACK%' from outbox order by id desc limit 1" \
		    'failed|1' || fail "$host: $(query 'select * from outbox')"
	done
	[ -e web.log ] && fail "it was reached"
	for action in '{"webhook":"file:///etc/passwd"}' '{"webhook":"https://me:secret@x.example/"}' '{"webhook":"http://x/ y"}' '{"webhook":"gopher://x/"}' \
	    '{"webhook":"http://x/","headers":{"Host":"y"}}' '{"webhook":"http://x/","headers":{"A\nB":"y"}}' \
	    '{"webhook":"http://x/","headers":{"A":"y\r\nB: c"}}' '{"webhook":"http://x/","method":"TRACE"}' \
	    '{"notify":"x","channels":["pigeon"]}' '{"notify":"x","severity":"high"}' '{"notify":""}'; do
		api POST /api/v1/automations '{"name":"Bad","triggers":[{"trigger":"event","event_type":"e"}],
		    "actions":['"$action"']}' >/dev/null
		[ "$(cat status)" = 422 ] || fail "$action: $(cat status) $(cat body)"
	done
	# and what a template makes of it is looked at again
	run '[{"variables":{"u":"file:///etc/passwd"}},{"webhook":"{{ u }}"}]'
	wait_for query_is "select status, reason from run order by id desc limit 1" \
	    'failed|webhook: must begin with http:// or https://' || fail "$(query 'select * from run')"
}
webhook__where_it_may_not_go_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case channels__each_tells
	atf_add_test_case sms__each_number_on_its_own
	atf_add_test_case server__down_then_up
	atf_add_test_case worker__dies_in_the_middle
	atf_add_test_case server__slow_delays_itself_alone
	atf_add_test_case worker__none_beside_another
	atf_add_test_case servers__many_dead
	atf_add_test_case places__a_flood_takes_its_own
	atf_add_test_case webhook__of_a_rule
	atf_add_test_case webhook__where_it_may_not_go
}
