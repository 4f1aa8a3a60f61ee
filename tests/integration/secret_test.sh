# SPDX-License-Identifier: ISC
#
# What is secret in rules: every route that reads is asked by everybody, and the stream of events listened to. Each
# secret has the word GEHEIM in it.

. "$SRC_DIR/tests/lib/house.sh"

is()	# ID STATUS of its newest run
{
	[ "$(api GET "/api/v1/$1/runs?limit=1" | jq -r '.runs[0].status')" = "$2" ]
}

ran()	# ID: a run of it is over
{
	is "$1" "done"
}

token()	# NAME SCOPE
{
	"$bin/consciousness" --data house token create --name "$1" --scope "$2" || fail "no token"
}

# listen TOKEN FILE: the events so far and from now on
listen()
{
	cat >listen.py <<'PYTHON'
import json, os, sys
sys.path.insert(0, os.path.join(os.environ["SRC_DIR"], "tests", "lib"))
import ws
s = ws.WebSocket(int(sys.argv[1]), timeout=60)
s.sign_in(sys.argv[2])
s.send({"id": 1, "type": "subscribe", "since": 0})
while True:
    print(json.dumps(s.receive()), flush=True)
PYTHON
	start "$2" python3 listen.py "${URL##*:}" "$1"
}

has()	# FILE PATTERN
{
	grep -q "$2" "$1"
}

# ask_all TOKEN FILE: every route that reads, with every id that is known
ask_all()
{
	python3 - "$URL" "$1" >"$2" <<'PYTHON'
import itertools, json, re, sys, urllib.error, urllib.request
base, token = sys.argv[1:]
def get(path):
    ask = urllib.request.Request(base + path, headers={"Authorization": "Bearer " + token})
    try:
        with urllib.request.urlopen(ask, timeout=30) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as e:
        return e.code, ""
runs = []
for rule in ("automations/teller", "automations/hearer", "scenarios/party"):
    runs += [str(r["id"]) for r in json.loads(get("/api/v1/" + rule + "/runs")[1])["runs"]]
events = json.loads(get("/api/v1/events?limit=1000")[1])["events"]
hook = str([e["id"] for e in events if e["kind"] == "webhook"][0])
heard = str([e["id"] for e in events if e["kind"] == "message"][0])
known = {"id": ["teller", "hearer", "party", "1", "2", "3"], "run": runs, "entity_id": ["sensor.none"], "name": ["webhook", "notify"]}
reads = 0
for path, methods in json.loads(get("/api/v1/openapi.json")[1])["paths"].items():
    if "get" not in methods or path.endswith("/openapi.json"):
        continue
    names = re.findall(r"\{(\w+)\}", path)
    for values in itertools.product(*(known.get(n, ["1"]) for n in names)):
        one = path
        for n, v in zip(names, values):
            one = one.replace("{%s}" % n, v)
        for query in ("", "?limit=1000", "?event=" + hook, "?event=" + heard, "?kind=automation"):
            status, body = get(one + query)
            reads += status == 200
            if "GEHEIM" in body:
                print("shown", path)
print("reads", reads)
PYTHON
}

atf_test_case secrets__by_every_route cleanup
secrets__by_every_route_head()
{
	atf_set "require.progs" "python3 nginx mosquitto curl jq"
	atf_set "timeout" "240"
}
secrets__by_every_route_body()
{
	start_house
	steps='{"event":"told","event_data":{"room":"hall","auth":{"bearer":"GEHEIM-1"},"list":[{"accessToken":"GEHEIM-2"}]}},
	    {"variables":{"door_code":"GEHEIM-3","n":1}},{"variables":{"plain":"it is {{ door_code }}"}},
	    {"choose":[{"conditions":[{"condition":"template","value_template":"{{ n == 1 }}"}],"sequence":[
	        {"webhook":"http://192.0.2.1/GEHEIM-4?GEHEIM-5","headers":{"X-Anything":"GEHEIM-6"},"body":{"a":["GEHEIM-7"]}}]}]}'
	# what heard it says nothing of it, whatever it makes of it
	api_ok POST /api/v1/automations '{"name":"hearer","triggers":[{"trigger":"mqtt","topic":"door/keys"},
	    {"trigger":"mqtt","topic":"door/other","payload":"GEHEIM-18"}],
	    "conditions":[{"condition":"template","value_template":"{{ trigger.payload != trigger.payload_json.name }}"}],
	    "actions":[{"wait_for_trigger":{"trigger":"mqtt","topic":"door/shut"},"timeout":60},
	        {"variables":{"name":"{{ wait.trigger.payload }}"}},{"delay":"{{ name }}"}]}' >/dev/null
	api_ok POST /api/v1/automations '{"name":"teller","triggers":[{"trigger":"webhook","webhook_id":"GEHEIM-8"},
	    {"trigger":"event","event_type":"x","event_data":{"password":"GEHEIM-9"}}],
	    "variables":{"api_key":"GEHEIM-10","deep":{"X-Secret":["GEHEIM-11"]},"room":"hall"},
	    "conditions":[{"condition":"or","conditions":[{"condition":"template","value_template":"{{ api_key != room }}"}]}],
	    "actions":['"$steps"']}' >/dev/null
	api_ok POST /api/v1/scenarios '{"name":"party","parameters":{"pin":{"type":"text","default":"GEHEIM-12"},
	    "guests":{"type":"integer","default":4}},"variables":{"smtp_password":"GEHEIM-13"},
	    "actions":['"$steps"',{"action":"alarm_control_panel.alarm_disarm","target":{"entity_id":"alarm_control_panel.none"},
	        "data":{"code":"GEHEIM-14"},"enabled":false}]}' >/dev/null
	reader=$(token reader read) control=$(token control control) manager=$(token manager all)
	listen "$reader" reader
	listen "$control" control
	listen "$manager" manager
	api_ok POST /api/v1/webhooks/GEHEIM-8?q=GEHEIM-15 '{"any":{"thing":"GEHEIM-16"}}' >/dev/null
	api_ok POST /api/v1/scenarios/party/run '{"parameters":{"pin":"GEHEIM-17"}}' >/dev/null
	wait_for ran automations/teller || fail "it did not run: $(cat body)"
	wait_for ran scenarios/party || fail "it did not run: $(cat body)"
	mqtt_pub door/keys '{"name":"GEHEIM-19"}' -q 1
	wait_for is automations/hearer running || fail "it did not run: $(cat body)"
	mqtt_pub door/shut GEHEIM-20 -q 1
	wait_for is automations/hearer failed || fail "it goes on: $(cat body)"
	api_ok PATCH /api/v1/automations/teller '{"description":"with a revision"}' >/dev/null

	ask_all "$manager" all.manager
	for route in automations 'automations/{id}' scenarios 'scenarios/{id}' events explain 'revisions/{id}'; do
		grep -qx "shown /api/v1/$route" all.manager || fail "who may change does not see $route: $(cat all.manager)"
	done
	for who in reader control; do
		eval ask_all "\$$who" "all.$who"
		grep shown "all.$who" && fail "$who sees secrets"
		[ "$(sed -n 's/reads //p' "all.$who")" -ge 60 ] || fail "not asked: $(cat "all.$who")"
	done

	# what is no secret is seen
	export TOKEN="$reader"
	api_ok GET /api/v1/automations/teller | jq -e '.variables.room == "hall" and .variables.api_key == "***" and
	    .actions[3].choose[0].sequence[0] == {"webhook": "http://192.0.2.1/***", "headers": {"X-Anything": "***"}, "body": "***"} and
	    .actions[0].event_data == {"room": "hall", "auth": "***", "list": [{"accessToken": "***"}]} and
	    (.conditions | tostring | contains("api_key != room"))' || fail "$(cat body)"
	api_ok GET /api/v1/scenarios/party | jq -e '.parameters == {"pin": {"type": "text", "default": "***"},
	    "guests": {"type": "integer", "default": 4}}' || fail "$(cat body)"
	api_ok GET /api/v1/automations/hearer | jq -e '.triggers[1] == {"trigger": "mqtt", "topic": "door/other",
	    "payload": "***"}' || fail "$(cat body)"
	api_ok GET '/api/v1/events?kind=message' | jq -e '.events[0].data == {"topic": "door/keys", "payload": "***",
	    "qos": 1}' || fail "$(cat body)"
	api_ok GET '/api/v1/events?kind=webhook' | jq -e '.events[0].data == {"method": "POST", "local": true, "query": "***",
	    "json": "***"}' || fail "$(cat body)"

	# the stream of events too, what was and what is
	for who in reader control manager; do
		wait_for has "$who.out" '"scenario_complete"' || fail "$who hears nothing: $(cat "$who.out")"
		has "$who.out" '"webhook"' || fail "$who did not hear of the call"
	done
	for word in GEHEIM-1\" GEHEIM-2\" GEHEIM-15 GEHEIM-16 GEHEIM-17 GEHEIM-19; do
		has manager.out "$word" || fail "who may change does not hear $word"
	done
	if grep GEHEIM reader.out control.out; then
		fail "a stream tells secrets"
	fi
}
secrets__by_every_route_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case secrets__by_every_route
}
