# SPDX-License-Identifier: ISC
#
# The bridge alone: clients that behave and clients that do not, in bridge.py.

. "$SRC_DIR/tests/lib/house.sh"

answers()
{
	[ -S house/run/bridge.sock ] && curl -s -m 5 -o body --unix-socket house/run/bridge.sock \
	    http://house/ && grep -q not_found body
}

# begin [VARIABLE=VALUE...]: a bridge with these settings
begin()
{
	mkdir -p house
	start bridge env "$@" "$bin/consciousness-bridge" --data "$PWD/house"
	wait_for answers || fail "no bridge: $(cat bridge.out)"
}

scenario()
{
	atf_check -o save:scenario.out -e save:scenario.err python3 "$SRC_DIR/tests/workers/bridge.py" "$1"
	cat scenario.out
	atf_check -s exit:1 -o empty grep level=error bridge.out
}

# add NAME SECONDS [VARIABLE=VALUE...]: a case that is a scenario of bridge.py
add()
{
	atf_test_case "${1}__works" cleanup
	eval "${1}__works_head() { atf_set timeout $2; }"
	settings=$(shift 2; echo "$*")
	eval "${1}__works_body() { begin $settings; scenario $1; }"
	eval "${1}__works_cleanup() { stop_all; }"
	cases="$cases ${1}__works"
}

cases=
add handshake 60
add origin 60 ALLOWED_ORIGINS=https://allowed.example
add auth 60
add silent_stranger 60
add dead 60 BRIDGE_PING_SECONDS=2
add messages 60
add filters 60
add hostile 120
add since 180
add many 120
add limit 60 BRIDGE_MAX_CLIENTS=20
add slow 120
add lagging 120
add revoked 60
add latency 60
add goodbye 60

atf_test_case second_instance__ends_at_once cleanup
second_instance__ends_at_once_body()
{
	begin
	atf_check -e ignore timeout 30 "$bin/consciousness-bridge" --data "$PWD/house"
	wait_for answers || fail "the first one is gone"
	kill -9 "$(cat house/run/bridge.lock)"
	start bridge "$bin/consciousness-bridge" --data "$PWD/house"
	wait_for answers || fail "no successor: $(cat bridge.out)"
	kill "$(cat house/run/bridge.lock)"
	wait_for test ! -e house/run/bridge.sock || fail "the socket stays"
}
second_instance__ends_at_once_cleanup()
{
	stop_all
}

atf_test_case address__tcp_works cleanup
address__tcp_works_body()
{
	port=$(free_port)
	mkdir house
	start bridge env BRIDGE_LISTEN=127.0.0.1:"$port" "$bin/consciousness-bridge" --data "$PWD/house"
	wait_for curl -s -o body "http://127.0.0.1:$port/" || fail "no bridge: $(cat bridge.out)"
	atf_check -s exit:1 -o ignore -e ignore env BRIDGE_LISTEN=nonsense \
	    "$bin/consciousness-bridge" --data .
	atf_check -s exit:64 -e match:usage "$bin/consciousness-bridge"
	atf_check -s exit:64 -e match:usage "$bin/consciousness-bridge" --data "$PWD/house" more
}
address__tcp_works_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	for case in $cases second_instance__ends_at_once address__tcp_works; do
		atf_add_test_case "$case"
	done
}
