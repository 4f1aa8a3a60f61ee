# SPDX-License-Identifier: ISC
#
# Devices that report over HTTP: signed readings become states; what is not signed right is refused, and
# told; the key is stored nowhere that one can read it.

. "$SRC_DIR/tests/lib/house.sh"

query()
{
	sqlite3 "file:house/consciousness.db?mode=ro" "$1"
}

query_is()
{
	[ "$(query "$1")" = "$2" ]
}

state_is()
{
	[ "$(api GET "/api/v1/entities/$1" | jq -r .state)" = "$2" ]
}

make_device()
{
	api_ok POST /api/v1/devices '{"kind":"http","name":"Rain gauge"}' >made.json
	DEVICE=$(jq -r .id made.json)
	KEY=$(jq -r .key made.json)
}

# sign BODY [TIME [NONCE]]
sign()
{
	TIME=${2:-$(date +%s)}
	NONCE=${3:-$(openssl rand -hex 16)}
	SIGNATURE=$(printf '%s\n%s\n%s' "$TIME" "$NONCE" "$1" | openssl dgst -sha256 -hmac "$KEY" -r | cut -d' ' -f1)
}

# send BODY: with TIME, NONCE, SIGNATURE; prints the status
send()
{
	curl -s -m 20 -o answer -D headers -w '%{http_code}' -H 'Content-Type: application/json' \
	    -H "X-Timestamp: $TIME" -H "X-Nonce: $NONCE" -H "X-Signature: $SIGNATURE" \
	    "$URL/api/v1/devices/$DEVICE/readings" -d "$1"
}

expect()	# status BODY
{
	got=$(send "$2")
	[ "$got" = "$1" ] || fail "status $got instead of $1: $(cat answer)"
}

atf_test_case readings__become_states cleanup
readings__become_states_body()
{
	start_house
	make_device
	# the manual's own words
	# shellcheck disable=SC2016
	sed -n '/^```sh/,/^```/{/^```/d;p}' "$SRC_DIR/docs/HTTP.md" >manual.sh
	HOUSE=$URL
	export HOUSE DEVICE KEY
	atf_check -o match:'"accepted":1' sh manual.sh
	wait_for state_is sensor.rain_gauge_rain 0.4 || fail "no state: $(cat body)"
	atf_check -o inline:'mm precipitation\n' sqlite3 house/consciousness.db \
	    "select unit || ' ' || device_class from entity where entity_id = 'sensor.rain_gauge_rain'"
	# the change names the report as its cause
	wait_for query_is "select count(*) from event s join event r on r.id = s.cause where s.kind = 1 and r.kind = 28" 1 ||
	    fail "no cause"

	# a rule listens to it like to any other
	api_ok POST /api/v1/automations '{"name":"It rains","triggers":[{"trigger":"numeric_state",
	    "entity_id":"sensor.rain_gauge_rain","above":1}],"actions":[{"delay":1}]}' >a.json
	for body in '{"readings":[{"key":"rain","value":7},{"key":"wet","value":true},{"key":"word","value":"dü"}]}' \
	    '{"readings":[{"key":"rain","value":null}]}'; do
		sign "$body"
		expect 202 "$body"
	done
	wait_for query_is 'select count(*) from run' 1 || fail "the rule did not run"
	wait_for state_is binary_sensor.rain_gauge_wet on || fail "not wet: $(cat body)"
	wait_for state_is sensor.rain_gauge_word dü || fail "no word"
	wait_for state_is sensor.rain_gauge_rain null || fail "still known"
	# what later readings leave out stays as it was said once
	atf_check -o inline:'Rain mm precipitation\n' sqlite3 house/consciousness.db "select name || ' ' || unit || ' ' ||
	    device_class from entity where entity_id = 'sensor.rain_gauge_rain'"
	body='{"readings":[{"key":"wet","value":null}]}'
	sign "$body"
	expect 202 "$body"
	wait_for state_is binary_sensor.rain_gauge_wet null || fail "wet is known: $(cat body)"
	body='{"readings":[{"key":"rain","value":"wet"}]}'
	sign "$body"
	expect 422 "$body"
	# the longest text that a state holds is one, and nothing longer is accepted
	long=$(printf 'ü%.0s' $(seq 255))
	body="{\"readings\":[{\"key\":\"long\",\"value\":\"$long\"}]}"
	sign "$body"
	expect 202 "$body"
	wait_for state_is sensor.rain_gauge_long "$long" || fail "no long text: $(cat body)"
	body="{\"readings\":[{\"key\":\"longer\",\"value\":\"x$long\"}]}"
	sign "$body"
	expect 422 "$body"
	atf_check -o match:'longer: a text has at most 255 characters' cat answer

	# what the house has disabled is answered, and nothing of it is kept
	api_ok PATCH "/api/v1/devices/$DEVICE" '{"enabled":false}' >/dev/null
	body='{"readings":[{"key":"rain","value":5}]}'
	sign "$body"
	expect 202 "$body"
	atf_check -o inline:'{"accepted":0,"ignored":["rain"]}\n' jq -c . answer
	api_ok PATCH "/api/v1/devices/$DEVICE" '{"enabled":true}' >/dev/null
	later='{"readings":[{"key":"word","value":"back"}]}'
	sign "$later"
	expect 202 "$later"
	wait_for state_is sensor.rain_gauge_word back || fail "not back: $(cat body)"
	state_is sensor.rain_gauge_rain 5 && fail "what was ignored came back"

	# nothing that was accepted is lost when the engine dies between answer and state
	kill_engine
	body='{"readings":[{"key":"rain","value":9},{"key":"fresh","value":3}]}'
	sign "$body"
	expect 202 "$body"
	start_engine
	wait_for state_is sensor.rain_gauge_rain 9 || fail "lost: $(cat body)"
	wait_for state_is sensor.rain_gauge_fresh 3 || fail "lost a new one: $(cat body)"
}
readings__become_states_cleanup()
{
	stop_all
}

atf_test_case readings__only_of_the_device cleanup
readings__only_of_the_device_head()
{
	atf_set "timeout" "180"
}
readings__only_of_the_device_body()
{
	start_house
	make_device
	body='{"readings":[{"key":"a","value":1}]}'
	sign "$body"
	expect 202 "$body"
	expect 401 "$body"				# again
	sign "$body"
	expect 401 '{"readings":[{"key":"a","value":2}]}'	# one byte is another
	sign "$body" $(($(date +%s) - 400))
	expect 401 "$body"				# long ago
	sign "$body" "$(date +%s)" short
	expect 401 "$body"
	SIGNATURE='' TIME='' NONCE=''
	expect 401 "$body"
	real_key=$KEY KEY=$(printf '%064d' 0)
	sign "$body"
	expect 401 "$body"
	KEY=$real_key
	real=$DEVICE DEVICE=nobody
	sign "$body"
	expect 401 "$body"
	# no device: one event for many, and nobody looks into what strangers send
	for _ in 1 2 3; do
		expect 401 '{"readings":'
	done
	DEVICE=$real
	sign '{"readings":'
	expect 400 '{"readings":'			# the device itself is told what is wrong
	KEY=$(printf '%064d' 0)
	sign '{"readings":'
	expect 401 '{"readings":'
	KEY=$real_key
	wait_for query_is "select count(*) from event where kind = 27 and subject = 'devices' and
	    json_extract(data, '\$.device_id') = 'nobody' and json_extract(data, '\$.count') >= 1" 1 ||
	    fail "nobody was told of strangers"
	wait_for query_is "select count(*) > 0 from event where kind = 27 and subject = 'device.$DEVICE'" 1 ||
	    fail "nobody was told"
	atf_check -o inline:'1\n' sqlite3 house/consciousness.db 'select count(*) from event where kind = 28'
	for body in '{"readings":[{"key":"a/b","value":1}]}' '{"readings":[{"key":"a","value":{}}]}' \
	    '{"readings":[]}' '{"readings":[{"key":"a","value":1,"more":2}]}' '{"readings":7}'; do
		sign "$body"
		got=$(send "$body")
		case $got in
		400 | 422) ;;
		*) fail "status $got for $body" ;;
		esac
	done

	# the key is nowhere to be read
	sqlite3 house/consciousness.db 'pragma wal_checkpoint' >/dev/null
	grep -a -r -l "$KEY" house >found && fail "the key is in $(cat found)"
	[ "$(stat -c %a house/secret.key)" = 400 ] || fail "everybody reads the key of the house"

	# a new key ends the old one
	old=$KEY
	api_ok POST "/api/v1/devices/$DEVICE/key" >made.json
	body='{"readings":[{"key":"a","value":3}]}'
	sign "$body"
	expect 401 "$body"
	KEY=$(jq -r .key made.json)
	[ "$KEY" != "$old" ] || fail "the same key"
	sign "$body"
	expect 202 "$body"

	# a hundred in a minute, then later
	# of which a slow machine sends ten: the others were sent just now
	sqlite3 house/consciousness.db "delete from device_nonce; insert into device_nonce (device, nonce, time)
	    with recursive n (i) as (select 1 union all select i + 1 from n where i < 90)
	    select (select row from device where id = '$DEVICE'), 'n' || i, $(date +%s%3N) from n" || fail "no nonces"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		sign "$body"
		expect 202 "$body"
	done
	sign "$body"
	expect 429 "$body"
	atf_check -o match:'^[Rr]etry-[Aa]fter: [1-9]' grep -i retry-after headers
	api_ok DELETE "/api/v1/devices/$DEVICE" >/dev/null
	sign "$body"
	expect 401 "$body"
}
readings__only_of_the_device_cleanup()
{
	stop_all
}

# a client of the broker is no such device
atf_test_case readings__not_by_the_broker cleanup
readings__not_by_the_broker_body()
{
	start_house
	make_device
	body='{"readings":[{"key":"a","value":1}]}'
	sign "$body"
	expect 202 "$body"
	wait_for state_is sensor.rain_gauge_a 1 || fail "no state"
	mqtt_pub "\$http/$DEVICE/a" 666 -r -q 1
	sign '{"readings":[{"key":"b","value":1}]}'
	expect 202 '{"readings":[{"key":"b","value":1}]}'
	wait_for state_is sensor.rain_gauge_b 1 || fail "no second state"
	state_is sensor.rain_gauge_a 1 || fail "the broker spoke for it"
}
readings__not_by_the_broker_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case readings__become_states
	atf_add_test_case readings__only_of_the_device
	atf_add_test_case readings__not_by_the_broker
}
