# SPDX-License-Identifier: ISC
#
# Calendars of a real server, and the rules that their appointments start, by engines that die.

. "$SRC_DIR/tests/lib/house.sh"

PROGS='python3 nginx mosquitto curl jq sqlite3'

query()
{
	sqlite3 "file:house/consciousness.db?mode=ro" "$1"
}

query_is()	# SQL result
{
	[ "$(query "$1")" = "$2" ]
}

# a house that may reach the server of the test, which is on its own machine
house_with_feeds()
{
	mkdir -p feeds
	feeds=$(free_port)
	start feeds python3 "$SRC_DIR/tests/lib/feeds.py" "$feeds" "$PWD/feeds"
	wait_for can_connect "$feeds" || fail "no feeds: $(cat feeds.out)"
	WEBHOOK_LOOPBACK=true
	export WEBHOOK_LOOPBACK
	start_house
}

in_seconds()	# N: that moment as calendars write it
{
	date -u -d "@$(($(date +%s) + $1))" +%Y%m%dT%H%M%SZ
}

feed()	# FILE [UID START END SUMMARY]...: a calendar in feeds/FILE
{
	feed_file=feeds/$1
	shift
	{
		printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
		while [ $# -ge 4 ]; do
			printf 'BEGIN:VEVENT\r\nUID:%s\r\nDTSTART:%s\r\nDTEND:%s\r\nSUMMARY:%s\r\n' "$1" "$2" "$3" "$4"
			printf 'LOCATION:Yard\r\nEND:VEVENT\r\n'
			shift 4
		done
		printf 'END:VCALENDAR\r\n'
	} >"$feed_file.new"
	mv "$feed_file.new" "$feed_file"
}

subscribe()	# NAME FILE
{
	api_ok POST /api/v1/calendars '{"name":"'"$1"'","address":"http://127.0.0.1:'"$feeds/private-s3cret/$2"'"}' >added.json
}

calendar_is()	# ID JQ-CONDITION
{
	api GET "/api/v1/calendars/$1" >calendar.json
	jq -e "$2" calendar.json >/dev/null
}

entity_is()	# ID JQ-CONDITION
{
	api GET "/api/v1/entities/calendar.$1" >entity.json
	jq -e "$2" entity.json >/dev/null
}

read_again()	# ID JQ-CONDITION of the calendar afterwards
{
	api_ok POST "/api/v1/calendars/$1/fetch" >/dev/null
	wait_for calendar_is "$1" "$2" || fail "$1 is $(cat calendar.json)"
}

rule()	# JSON
{
	api_ok POST /api/v1/automations "$1" >rule.json
}

# what the rules told, in order
told()
{
	query "select group_concat(json_extract(data, '\$.what'), ' ') from (select data from event
	    where subject = 'event.came' order by id)"
}

told_is()	# VALUES
{
	[ "$(told)" = "$1" ]
}

all_told()	# VALUES in alphabetical order
{
	[ "$(told | tr ' ' '\n' | LC_ALL=C sort | paste -s -d ' ')" = "$1" ]
}

another_engine()	# [OFFSET_MS]
{
	CLOCK_OFFSET_MS=${1:-0} start_engine
	wait_for engine_is_active || fail "no engine"
}

atf_test_case calendar__is_read_from_its_address cleanup
calendar__is_read_from_its_address_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
calendar__is_read_from_its_address_body()
{
	house_with_feeds
	feed waste.ics paper "$(in_seconds -600)" "$(in_seconds 3600)" Paper glass "$(in_seconds 86400)" \
	    "$(in_seconds 90000)" Glass
	subscribe 'Waste collection' waste.ics
	atf_check -o inline:'waste_collection calendar.waste_collection address\n' \
	    jq -r '"\(.id) \(.entity_id) \(.source)"' added.json
	# nobody waits for cron
	wait_for calendar_is waste_collection '.events == 2 and .error == null' || fail "$(cat calendar.json)"
	wait_for entity_is waste_collection '.state == "on" and .attributes.message == "Paper"' || fail "$(cat entity.json)"
	atf_check -o inline:'Yard false\n' jq -r '"\(.attributes.location) \(.attributes.all_day)"' entity.json
	api_ok GET /api/v1/calendars/waste_collection/events >events.json
	atf_check -o inline:'["Paper","Glass"]\n' jq -c '[.events[].summary]' events.json
	api_ok GET "/api/v1/calendars/waste_collection/events?from=$(date -u -d '+10 hours' +%FT%TZ)" >events.json
	atf_check -o inline:'["Glass"]\n' jq -c '[.events[].summary]' events.json
	# the second time the server is told what is known, and says that it is the same
	read_again waste_collection '.events == 2'
	wait_for sh -c 'jq -e "select(.tag != null)" feeds/log >/dev/null' || fail "$(cat feeds/log)"
	# a server that is elsewhere, or not there, or wants a password, or sends without end: what is known stays
	for how in 500 login 404 endless; do
		echo $how >feeds/mode
		read_again waste_collection '.error != null and .events == 2'
		jq -r '.error' calendar.json >>errors
		query "update calendar set error = null" >/dev/null 2>&1
		rm feeds/mode
		read_again waste_collection '.error == null'
	done
	atf_check -o inline:'the answer is status 500
there is no calendar in it (BEGIN:VCALENDAR)
the answer is status 404
the answer is larger than 4194304 bytes\n' cat errors
	echo moved >feeds/mode
	feed waste.ics paper "$(in_seconds 600)" "$(in_seconds 3600)" Paper
	read_again waste_collection '.events == 1 and .error == null'
	# the appointment moved away from now
	wait_for entity_is waste_collection '.state == "off" and .attributes.message == "Paper"' || fail "$(cat entity.json)"
	# nobody finds the address: not in the database, the log, the revisions or in what the API says
	grep -a -r -l s3cret house >found
	atf_check -o empty cat found
	api_ok GET /api/v1/revisions >shown.json
	api_ok GET /api/v1/events >>shown.json
	api_ok GET /api/v1/calendars >>shown.json
	atf_check -s exit:1 grep s3cret shown.json
	# removed with its entity, and back again
	api_ok DELETE /api/v1/calendars/waste_collection
	api GET /api/v1/entities/calendar.waste_collection >/dev/null
	atf_check -o match:404 cat status
	query_is 'select count(*) from calendar_event' 0 || fail "appointments are left"
	id=$(api GET '/api/v1/revisions?kind=calendar' | jq '[.revisions[] | select(.change == "added")][0].id')
	api_ok POST "/api/v1/revisions/$id/restore" >/dev/null
	wait_for calendar_is waste_collection '.events == 1 and .error == null' || fail "$(cat calendar.json)"
	wait_for entity_is waste_collection '.state == "off"' || fail "$(cat entity.json)"
}
calendar__is_read_from_its_address_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case calendar__files_and_the_command_line cleanup
calendar__files_and_the_command_line_head()
{
	atf_set "require.progs" "$PROGS"
}
calendar__files_and_the_command_line_body()
{
	start_house
	cli="$bin/consciousness --data house"
	atf_check -o inline:'school\n' $cli calendar add School "$SRC_DIR/tests/data/calendar/days.ics"
	wait_for sh -c "$cli --json calendars | jq -e '.calendars[0].events > 1' >/dev/null" || fail "$($cli calendars)"
	atf_check -o match:'^school +School +file +[0-9]+ ' $cli calendars
	christmas=$(date -d "$(date +%Y)-12-25" +%Y)-12-25
	atf_check -o match:"^$christmas +all day +Christmas" $cli calendar events school --from "$(date +%Y)-12-24T00:00:00Z" \
	    --to "$(date +%Y)-12-27T00:00:00Z"
	atf_check -s exit:1 -e match:'is no calendar' $cli calendar add Wrong /etc/hostname
	atf_check -s exit:3 -e match:'no address and no file' $cli calendar add Wrong /nowhere
	atf_check -s exit:1 -e match:'has a space' $cli calendar add Wrong 'http://x/ y'
	atf_check -s exit:1 -e match:'must begin with' $cli calendar add Wrong 'ftp://x/y'
	# this machine itself is not asked unless somebody says so
	atf_check -o inline:'own\n' $cli calendar add Own "http://127.0.0.1:1/x.ics"
	wait_for sh -c "$cli calendars | grep -q 'own .*WEBHOOK_LOOPBACK allows it'" || fail "$($cli calendars)"
	# by the API as well
	api POST /api/v1/calendars '{"name":"Both","address":"https://x/","text":"BEGIN:VCALENDAR"}' >/dev/null
	atf_check -o match:422 cat status
	jq -Rs '{name: "Upload", text: .}' "$SRC_DIR/tests/data/calendar/days.ics" >upload.json
	api_ok POST /api/v1/calendars "$(cat upload.json)" >/dev/null
	wait_for calendar_is upload '.events > 1 and .source == "file"' || fail "$(cat calendar.json)"
	api_ok PATCH /api/v1/calendars/upload '{"name":"Another name"}' >named.json
	atf_check -o inline:'upload Another name\n' jq -r '"\(.id) \(.name)"' named.json
	wait_for entity_is upload '.name == "Another name"' || fail "$(cat entity.json)"
	atf_check $cli calendar remove upload
	atf_check -s exit:3 -e match:'no such calendar' $cli calendar remove upload
}
calendar__files_and_the_command_line_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_test_case trigger__once_over_a_kill_and_a_restart cleanup
trigger__once_over_a_kill_and_a_restart_head()
{
	atf_set "require.progs" "$PROGS"
	atf_set "timeout" "120"
}
trigger__once_over_a_kill_and_a_restart_body()
{
	house_with_feeds
	mqtt_pub homeassistant/switch/lamp/config '{"name":"Lamp","unique_id":"lamp","command_topic":"lamp/set",
	    "state_topic":"lamp"}' -r -q 1
	start ears sh -c "mosquitto_sub -h 127.0.0.1 -p $(broker_port) -t lamp/set >commands"
	# before: one that began already is no news
	feed work.ics past "$(in_seconds -300)" "$(in_seconds 300)" Past
	subscribe Work work.ics
	wait_for calendar_is work '.events == 1' || fail "$(cat calendar.json)"
	wait_for sh -c "curl -s -H 'Authorization: Bearer $TOKEN' $URL/api/v1/entities/switch.lamp | grep -q switch.lamp" ||
	    fail "no lamp"
	rule '{"name":"Begins","mode":"queued","triggers":[{"trigger":"calendar","entity_id":"calendar.work",
	    "offset":"-00:01:00"}],"actions":[{"action":"switch.turn_on","target":{"entity_id":"switch.lamp"}},
	    {"event":"came","event_data":{"what":"{{ trigger.calendar_event.summary }}:{{ trigger.event }}:{{ trigger.calendar_event.location }}"}}]}'
	rule '{"name":"Ends","mode":"queued","triggers":[{"trigger":"calendar","entity_id":"calendar.work","event":"end"}],
	    "actions":[{"event":"came","event_data":{"what":"{{ trigger.calendar_event.summary }}:{{ trigger.event }}"}}]}'
	rule '{"name":"Waits","triggers":[{"trigger":"event","event_type":"never"}],"actions":[
	    {"wait_for_trigger":{"trigger":"calendar","entity_id":"calendar.work","event":"end"}},
	    {"event":"came","event_data":{"what":"waited:{{ wait.trigger.calendar_event.summary }}"}}]}'
	api_ok POST /api/v1/automations/waits/trigger >/dev/null
	# two at the same moment are two
	feed work.ics past "$(in_seconds -300)" "$(in_seconds 300)" Past a "$(in_seconds 72)" "$(in_seconds 400)" A \
	    b "$(in_seconds 72)" "$(in_seconds 400)" B
	read_again work '.events == 3'
	wait_for told_is 'A:start:Yard B:start:Yard' || fail "told: $(told)"
	wait_for grep -q ON commands || fail "the lamp heard nothing"
	# what it would have done is in the past of the calendar, of which it is said how far it goes; that of before the
	# house began to remember does not count
	api_ok POST /api/v1/automations/back-test '{"days":1,"rule":{"name":"Past","triggers":[{"trigger":"calendar",
	    "entity_id":"calendar.work","offset":"-00:01:00"}],"actions":[{"event":"x"}]}}' >back.out
	tail -n 1 back.out | jq -e '.result.totals.runs == 2' >/dev/null || fail "$(cat back.out)"
	tail -n 1 back.out | jq -e '.result.limits | any(startswith("Appointments are those"))' >/dev/null ||
	    fail "$(cat back.out)"
	# the next engine does not say it again, nor does a feed that says the same once more
	kill_engine
	another_engine
	read_again work '.events == 3'
	sleep 1
	told_is 'A:start:Yard B:start:Yard' || fail "told: $(told)"
	# moved before it came: at its new time alone. Killed before that: the next one makes up for it, once
	feed work.ics past "$(in_seconds -300)" "$(in_seconds 30)" Past c "$(in_seconds 3600)" "$(in_seconds 3700)" C
	read_again work '.events == 2'
	feed work.ics past "$(in_seconds -300)" "$(in_seconds 30)" Past c "$(in_seconds 180)" "$(in_seconds 3700)" C
	read_again work '.events == 2'
	wait_for query_is "select count(*) from calendar_event where uid = 'c' and start < $(date +%s)000 + 400000" 1 ||
	    fail "$(query 'select * from calendar_event')"
	kill_engine
	for n in 1 2; do
		another_engine 150000
		wait_for all_told 'A:start:Yard B:start:Yard C:start:Yard Past:end waited:Past' || fail "$n told: $(told)"
		kill_engine
	done
}
trigger__once_over_a_kill_and_a_restart_cleanup()
{
	. "$SRC_DIR/tests/lib/house.sh"
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case calendar__is_read_from_its_address
	atf_add_test_case calendar__files_and_the_command_line
	atf_add_test_case trigger__once_over_a_kill_and_a_restart
}
