# SPDX-License-Identifier: ISC
#
# The API of a whole house, from outside: every operation, its document, hostile requests, plain CGI, and
# what happens when the database cannot be had.

. "$SRC_DIR/tests/lib/house.sh"

here=$SRC_DIR/tests/cgi
api=$bin/consciousness-api

start_simulator()
{
	start simulator "$bin/consciousness-simulator" --mqtt "$MQTT_URL" --seed 1
}

status_of()	# expected PATH [curl option...]
{
	want=$1 path=$2
	shift 2
	[ "$(curl -s -m 10 -o body -w '%{http_code}' "$@" "$URL$path")" = "$want" ]
}

atf_test_case walk__every_operation cleanup
walk__every_operation_head() { atf_set timeout 120; }
walk__every_operation_body()
{
	start_house
	start_simulator
	"$api" --routes >routes
	SETUP_CODE=$("$bin/consciousness" --data house setup-code) || fail "no set-up code"
	export SETUP_CODE
	node "$here/walk.mjs" "$URL" "$TOKEN" "$PWD/routes" >walk.out 2>&1 || fail "$(cat walk.out)"
}
walk__every_operation_cleanup() { stop_all; }

atf_test_case schema__says_what_saving_says cleanup
schema__says_what_saving_says_head() { atf_set timeout 180; }
schema__says_what_saving_says_body()
{
	start_house
	start_simulator
	node "$here/schema.mjs" "$URL" "$TOKEN" "$SRC_DIR/docs/AUTOMATIONS.md" \
	    "$SRC_DIR/tests/data/automations" >schema.out 2>&1 || fail "$(cat schema.out)"
}
schema__says_what_saving_says_cleanup() { stop_all; }

atf_test_case hostile__answered_and_alive cleanup
hostile__answered_and_alive_head() { atf_set timeout 120; }
hostile__answered_and_alive_body()
{
	start_house
	program_pid api >before
	[ "$(wc -l <before)" -ge 2 ] || fail "two processes: $(cat before)"
	node "$here/hostile.mjs" "$URL" "$TOKEN" >hostile.out 2>&1 || fail "$(cat hostile.out)"
	program_pid api >after
	cmp before after || fail "a process of the API died"
	status_of 200 /metrics || fail "no metrics"
	grep -q '^consciousness_bad_input_total{door="api"} [1-9]' body || fail "nothing was counted"
}
hostile__answered_and_alive_cleanup() { stop_all; }

atf_test_case openapi__passes_the_linter
openapi__passes_the_linter_head() { atf_set require.progs node; }
openapi__passes_the_linter_body()
{
	"$api" --openapi >openapi.json || atf_fail "no document"
	node "$SRC_DIR/tests/node_modules/@stoplight/spectral-cli/dist/index.js" lint openapi.json \
	    --ruleset "$here/spectral.yaml" --fail-severity warn >lint.out 2>&1 ||
	    atf_fail "$(cat lint.out)"
}

atf_test_case metrics__page_is_sound cleanup
metrics__page_is_sound_body()
{
	start_house
	api_ok GET /api/v1/devices >/dev/null
	status_of 200 /metrics || fail "no metrics"
	# without the older names, which promtool does not like
	grep -v -E 'consciousness_(total_requests|ai_response_time|automation_executions)\b' body |
	    promtool check metrics >promtool.out 2>&1 || {
		grep -v -E 'use base unit|non-histogram|should have "_total"' promtool.out >left
		[ ! -s left ] || fail "$(cat left)"
	}
	grep -q '^system_cpu_usage_percent [0-9]' body || fail "no cpu"
	grep -q '^consciousness_memory_usage_bytes{component="total"} [1-9]' body || fail "no memory"
}
metrics__page_is_sound_cleanup() { stop_all; }

# cgi METHOD PATH [BODY]: one request as a CGI server makes it
cgi()
{
	printf %s "${3-}" >request
	env -i PATH="$PATH" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD="$1" REQUEST_URI="$2" \
	    SCRIPT_NAME= PATH_INFO="${2%%\?*}" QUERY_STRING="${2#*\?}" REMOTE_ADDR=127.0.0.1 \
	    CONTENT_LENGTH="$(wc -c <request)" CONTENT_TYPE=application/json \
	    HTTP_AUTHORIZATION="Bearer $TOKEN" "$api" --data house <request >answer 2>cgi.log
}

atf_test_case cgi__one_request_per_process
cgi__one_request_per_process_body()
{
	mkdir house
	TOKEN=$("$bin/consciousness" --data house token create --name cgi) || atf_fail "no token"
	cgi POST '/api/v1/areas?' '{"name":"Attic"}' || atf_fail "$(cat cgi.log)"
	atf_check -o match:'Status: 201 Created' -o match:'"id":"attic"' cat answer
	cgi GET '/api/v1/areas?'
	atf_check -o match:'Status: 200 OK' -o match:'"name":"Attic"' cat answer
	cgi GET '/api/v1/areas?x=1'
	atf_check -o match:'Status: 400 Bad Request' cat answer
	TOKEN=none
	cgi GET '/api/v1/areas?'
	atf_check -o match:'Status: 401 Unauthorized' cat answer
}

atf_test_case database__moved_away_and_back cleanup
database__moved_away_and_back_body()
{
	start_house
	status_of 200 /health || fail "not well: $(cat body)"
	db=house/consciousness.db
	mkdir away
	mv $db $db-wal $db-shm away/ || fail "cannot move $db"
	wait_for status_of 503 /health || fail "still well: $(cat body)"
	api GET /api/v1/devices >/dev/null
	[ "$(cat status)" = 503 ] || fail "without a database: $(cat status)"
	api POST /api/v1/areas '{"name":"Attic"}' >/dev/null
	[ "$(cat status)" = 503 ] || fail "without a database: $(cat status)"
	status_of 200 /metrics || fail "no metrics without a database"
	grep -q '^database_health_status 0' body || fail "the metrics do not say it"
	rm -f $db $db-wal $db-shm
	mv away/* house/
	wait_for status_of 200 /api/v1/areas -H "Authorization: Bearer $TOKEN" || fail "$(cat body)"
	api_ok POST /api/v1/areas '{"name":"Attic"}' >/dev/null
}
database__moved_away_and_back_cleanup() { stop_all; }

atf_test_case disk__full_reads_go_on
disk__full_reads_go_on_head() { atf_set require.progs unshare; }
disk__full_reads_go_on_body()
{
	unshare -rm true 2>/dev/null || atf_skip "no name space to mount in"
	mkdir small
	unshare -rm sh -eu "$here/full.sh" >full.out 2>&1 || atf_fail "$(cat full.out)"
}

atf_init_test_cases()
{
	atf_add_test_case walk__every_operation
	atf_add_test_case schema__says_what_saving_says
	atf_add_test_case hostile__answered_and_alive
	atf_add_test_case openapi__passes_the_linter
	atf_add_test_case metrics__page_is_sound
	atf_add_test_case cgi__one_request_per_process
	atf_add_test_case database__moved_away_and_back
	atf_add_test_case disk__full_reads_go_on
}
