# SPDX-License-Identifier: ISC
#
# Back-tests through nginx: the lines come while it works, one at a time, and whoever leaves ends his.

. "$SRC_DIR/tests/lib/house.sh"

# a rule that looks at the clock each second for as long as it takes
long='{"rule":{"name":"x","triggers":[{"trigger":"time_pattern","seconds":"/1"}],"conditions":["{{ range(500)|sum < 0 }}"],
    "actions":[{"event":"never"}]},"days":300}'
quick='{"rule":{"name":"x","triggers":[{"trigger":"time","at":"12:00"}],"actions":[{"event":"noon"}]},"days":10}'

look_back()	# JSON [curl option...]
{
	body=$1
	shift
	$ahead curl -s -N -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
	    --data-binary "$body" "$@" "$URL/api/v1/automations/back-test"
}

lines()	# at least this many in the file
{
	[ "$(wc -l <"$2")" -ge "$1" ]
}

is_free()
{
	look_back "$quick" -o free.out -w '%{http_code}' | grep -q 200
}

atf_test_case back_test__streams_and_takes_turns cleanup
back_test__streams_and_takes_turns_head() { atf_set timeout 120; }
back_test__streams_and_takes_turns_body()
{
	start_house
	# the clock before the house's first record does not count
	look_back "$quick" >quick.out
	tail -n 1 quick.out | jq -e '.result | .totals.runs <= 1 and .from == .history_from' >/dev/null ||
	    fail "$(tail -n 1 quick.out)"
	sqlite3 house/consciousness.db 'update event set time = time - 400 * 86400000 where id = 1'
	look_back "$quick" >quick.out
	tail -n 1 quick.out | jq -e '.result.totals.runs == 10 and .result.complete' >/dev/null ||
	    fail "$(tail -n 1 quick.out)"
	ahead="exec" look_back "$long" >long.out &
	first=$!
	wait_for lines 3 long.out || fail "no lines come: $(cat long.out)"
	jq -e .progress.at <long.out >/dev/null || fail "no progress: $(cat long.out)"
	# another one waits for its turn, everything else does not
	[ "$(look_back "$quick" -o body -D headers -w '%{http_code}')" = 429 ] || fail "two at once: $(cat body)"
	grep -qi '^retry-after: 5' headers || fail "$(cat headers)"
	atf_check -o inline:limited jq -rj .code body
	for limit in 1 2 3 4 5 6 7 8 9 10 11 12; do
		api_ok GET "/api/v1/entities?limit=$limit" >/dev/null
	done
	# whoever leaves ends it
	kill "$first"
	wait_for is_free || fail "it goes on: $(cat free.out)"
	# what only asks is asked anew, also with the same key
	look_back "$quick" -H 'Idempotency-Key: k' >one.out
	look_back "$quick" -H 'Idempotency-Key: k' >two.out
	tail -n 1 two.out | jq -e '.result.totals.runs == 10' >/dev/null || fail "$(cat two.out)"
}
back_test__streams_and_takes_turns_cleanup() { stop_all; }

atf_init_test_cases()
{
	atf_add_test_case back_test__streams_and_takes_turns
}
