# SPDX-License-Identifier: ISC
#
# Rules that set off each other: the storm ends, the log says who it was, and others do not wait.

. "$SRC_DIR/tests/lib/house.sh"

announce()	# name
{
	mqtt_pub "homeassistant/switch/$1/config" '{"name":"'"$1"'","unique_id":"'"$1"'",
	    "command_topic":"'"$1"'/set","state_topic":"'"$1"'"}' -r -q 1
	mqtt_pub "$1" OFF -r -q 1
}

state()	# entity state
{
	api GET "/api/v1/entities/$1" | jq -e ".state == \"$2\""
}

rule()	# name entity to service
{
	api_ok POST /api/v1/automations '{"name":"'"$1"'","mode":"parallel","triggers":[{"trigger":"state",
	    "entity_id":"'"$2"'","to":"'"$3"'"}],"actions":[{"action":"switch.'"$4"'","target":{"entity_id":"'"$2"'"}}]}' >rule.json
}

stopped()
{
	api GET '/api/v1/events?kind=loop&order=newest' | jq -e '.events[0]' >loop.json
}

# the device does at once what it is told, and says so
obey()	# name
{
	start "$1" sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t $1/set | while read -r p; do
	    mosquitto_pub -h 127.0.0.1 -p $(broker_port) -t $1 -m \"\$p\" -r; done"
}

atf_test_case loop__ends_and_is_told cleanup
loop__ends_and_is_told_body()
{
	start_house
	announce lamp
	announce fan
	obey lamp
	wait_for state switch.lamp off || fail "no lamp: $(cat body)"
	wait_for state switch.fan off || fail "no fan: $(cat body)"
	rule on switch.lamp on turn_off
	rule off switch.lamp off turn_on
	jq -e '.conflicts | length > 0' rule.json || fail "nobody said so before: $(cat rule.json)"
	rule fan switch.fan on turn_off
	start ears sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t fan/set >told"
	mqtt_pub lamp ON -r -q 1
	wait_for stopped || fail "the loop goes on: $(cat body)"
	atf_check -o inline:'automation.on automation:off automation:on switch.lamp\n' jq -r \
	    '"\(.subject) \(.data.rules | sort | join(" ")) \(.data.about)"' loop.json
	# it really ended
	api_ok GET '/api/v1/events?kind=command' | jq '.events | length' >before
	sleep 1
	api_ok GET '/api/v1/events?kind=command' | jq '.events | length' >after
	atf_check_equal "$(cat before)" "$(cat after)"
	# and once is all that was said of it
	api_ok GET '/api/v1/events?kind=loop' | jq -e '.events | length == 1' || fail "said again: $(cat body)"
	# the others go on
	mqtt_pub fan ON -r -q 1
	wait_for grep -q OFF told || fail "another rule does not run any more"
}
loop__ends_and_is_told_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case loop__ends_and_is_told
}
