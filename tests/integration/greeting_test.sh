# SPDX-License-Identifier: ISC
#
# The engine greets the hubs that are there already, so that they tell every state again: once it listens.

. "$SRC_DIR/tests/lib/house.sh"

hub_listens()
{
	mqtt_pub homeassistant/status hello
	grep -q hello hub.out
}

# A hub that keeps nothing at the broker: it answers every word to hubs.
start_hub()
{
	port=$(broker_port)
	start hub sh -c "mosquitto_sub -p $port -t homeassistant/status | while read -r word; do
		mosquitto_pub -p $port -t lamp -m ON; echo \$word; done"
	wait_for hub_listens || fail "the hub does not listen: $(cat hub.out)"
}

lamp_is()
{
	[ "$(api GET /api/v1/entities/switch.lamp | jq -r .state)" = "$1" ]
}

atf_test_case greeting__waits_until_the_broker_listens cleanup
greeting__waits_until_the_broker_listens_head()
{
	atf_set "descr" "the subscription is late: what hubs answer at once is not lost"
}
greeting__waits_until_the_broker_listens_body()
{
	start_broker
	slow=$(free_port)
	start slow "$SRC_DIR/tests/tools/slow_broker.py" "$slow" "$(broker_port)"
	wait_for can_connect "$slow" || fail "no way to the broker: $(cat slow.out)"
	mqtt_pub homeassistant/switch/lamp/config \
	    '{"name":"Lamp","unique_id":"lamp","command_topic":"lamp/set","state_topic":"lamp"}' -r -q 1
	start_hub
	export MQTT_URL="mqtt://127.0.0.1:$slow"
	start_house
	wait_for grep -q online hub.out || fail "nobody was greeted"
	wait_for lamp_is on || fail "the answer was lost: $(cat body)"
}
greeting__waits_until_the_broker_listens_cleanup()
{
	stop_all
}

# a lamp that reports over TOPIC
announce()	# TOPIC
{
	mqtt_pub homeassistant/switch/lamp/config \
	    "{\"name\":\"Lamp\",\"unique_id\":\"lamp\",\"command_topic\":\"lamp/set\",\"state_topic\":\"$1\"}" -r -q 1
}

atf_test_case session__without_subscriptions cleanup
session__without_subscriptions_head()
{
	atf_set "descr" "an engine died between its first words: the next one subscribes"
}
session__without_subscriptions_body()
{
	start_broker
	mosquitto_sub -p "$(broker_port)" -i consciousness -c -q 1 -t elsewhere -E
	announce lamp
	start_house
	wait_for lamp_is null || fail "nothing was announced: $(cat body)"
	mqtt_pub lamp ON -q 1
	wait_for lamp_is on || fail "it is not heard: $(cat body)"
}
session__without_subscriptions_cleanup()
{
	stop_all
}

atf_test_case session__of_other_topics cleanup
session__of_other_topics_head()
{
	atf_set "descr" "the configured topics are others: those are heard, and no more than those"
}
session__of_other_topics_body()
{
	start_broker
	export MQTT_TOPICS=homeassistant/#,old/#
	start_house
	announce old/lamp
	mqtt_pub old/lamp ON -q 1
	wait_for lamp_is on || fail "not heard: $(cat body)"
	stop_house
	export MQTT_TOPICS="homeassistant/#, new/#"
	"$SRC_DIR/scripts/run" --no-install --detach --no-demo --port "$house_port" --data "$PWD/house" >house.out 2>&1 ||
	    fail "no house: $(cat house.out)"
	announce new/lamp
	mqtt_pub old/lamp OFF -q 1
	mqtt_pub new/lamp ON -q 1
	wait_for lamp_is on || fail "the new topic is not heard: $(cat body)"
	mqtt_pub new/lamp OFF -q 1
	wait_for lamp_is off || fail "the new topic is not heard: $(cat body)"
	heard=$(curl -s "$URL/metrics" -H "Authorization: Bearer $TOKEN" | sed -n 's/^consciousness_mqtt_messages_total //p')
	mqtt_pub old/lamp ON -q 1
	mqtt_pub new/lamp ON -q 1
	wait_for lamp_is on || fail "the new topic is not heard: $(cat body)"
	now=$(curl -s "$URL/metrics" -H "Authorization: Bearer $TOKEN" | sed -n 's/^consciousness_mqtt_messages_total //p')
	[ "$now" -eq $((heard + 1)) ] || fail "the old topic is heard: $heard, then $now"
}
session__of_other_topics_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case greeting__waits_until_the_broker_listens
	atf_add_test_case session__without_subscriptions
	atf_add_test_case session__of_other_topics
}
