# SPDX-License-Identifier: ISC
#
# The command line on a data directory without running programs.

. "$SRC_DIR/tests/lib/house.sh"

# shellcheck disable=SC2086 # the words of $cli are meant to be words
cli="$bin/consciousness --data house"

cli()
{
	$cli "$@"
}

house()
{
	mkdir -p house
	"$BUILD_DIR/tests/tools/feed" --data house --entities 3 --area kitchen --events 30 >last || fail "feed"
}

atf_test_case usage__wrong_calls_say_what_is_wrong
usage__wrong_calls_say_what_is_wrong_body()
{
	atf_check -o match:'usage: consciousness' -o match:'token create' "$bin/consciousness" --help
	atf_check -o match:Consciousness "$bin/consciousness" --version
	atf_check -s exit:64 -e match:'command is missing' "$bin/consciousness"
	atf_check -s exit:64 -e match:'dance: no such command' "$bin/consciousness" dance
	atf_check -s exit:64 -e match:'one more word' "$bin/consciousness" token
	atf_check -s exit:64 -e match:'something is missing' $cli state
	atf_check -s exit:64 -e match:'too many' $cli state a b
	atf_check -s exit:64 -e match:'not an option of this command' $cli jobs --wait 5
	atf_check -s exit:64 -e match:'unrecognized option' $cli jobs --nonsense
	atf_check -s exit:3 -e match:'no such data directory' $cli jobs
	mkdir house
	atf_check -s exit:1 -e match:'cannot open' $cli jobs
	"$BUILD_DIR/tests/tools/feed" --data house >/dev/null
	atf_check -s exit:64 -e match:'--limit x' $cli events --limit x
}

atf_test_case data__is_found
data__is_found_body()
{
	house
	echo 'LOG_LEVEL=warning' >house/my.conf
	atf_check -o match:feed_0 env CONSCIOUSNESS_DATA="$PWD/house" "$bin/consciousness" entities
	atf_check -o match:feed_0 "$bin/consciousness" --config house/my.conf entities
	mv house var
	atf_check -o match:feed_0 "$bin/consciousness" entities
	atf_check -o match:feed_0 "$bin/consciousness" entities --data var
}

atf_test_case entities__state_history_events
entities__state_history_events_body()
{
	house
	atf_check -o match:'^ENTITY  *STATE' -o match:'sensor.feed_2 .*kitchen' $cli entities
	atf_check -o inline:'3\n' -x "$bin/consciousness --data house --json entities | jq '.entities | length'"
	atf_check -o inline:'3\n' -x \
	    "$bin/consciousness --data house --json entities --area kitchen | jq '.entities | length'"
	atf_check -o inline:'0\n' -x \
	    "$bin/consciousness --data house --json entities --domain light | jq '.entities | length'"
	atf_check -o match:'^sensor.feed_1' $cli state sensor.feed_1
	atf_check -o inline:'sensor.feed_1\n' -x \
	    "$bin/consciousness --data house --json state sensor.feed_1 | jq -r .entity_id"
	atf_check -s exit:3 -e match:'no entity sensor.gone' $cli state sensor.gone
	atf_check -s exit:3 -e match:'"code":"not_found"' $cli --json state sensor.gone
	atf_check -o match:'^ID  *NAME' $cli devices
	atf_check -o inline:'{"devices":[]}\n' $cli --json devices
	cli --json history sensor.feed_1 >history.json
	atf_check -o inline:'raw 10\n' jq -r '"\(.resolution) \(.points | length)"' history.json
	atf_check -o inline:'number\n' jq -r '.points[0][1] | type' history.json
	atf_check -o match:'^TIME  *STATE' $cli history sensor.feed_1 --from 2h --to 2099-01-01T00:00:00Z
	atf_check -o match:'^FROM  *MIN  *MEAN  *MAX' $cli history sensor.feed_1 --resolution 5m
	atf_check -s exit:64 -e match:'choose auto' $cli history sensor.feed_1 --resolution 7m
	atf_check -s exit:64 -e match:'neither a time' $cli history sensor.feed_1 --from yesterday
	atf_check -s exit:64 -e match:'begin before' $cli history sensor.feed_1 --from 1h --to 2h
	[ "$(cli events --limit 5 | wc -l)" -eq 5 ] || fail "events --limit"
	cli --json events --since 28 >events.json
	atf_check -o inline:'29\n30\n' jq .id events.json
	[ "$(cli events --entity sensor.feed_0 | wc -l)" -eq 10 ] || fail "events --entity"
	atf_check $cli events --kind command
	atf_check -s exit:64 -e match:'no event is called' $cli events --kind dance
	atf_check -o match:'sensor.feed_1' $cli explain sensor.feed_1
	atf_check -o inline:'array\n' -x \
	    "$bin/consciousness --data house --json explain sensor.feed_1 | jq -r '.chain | type'"
}

# a device for sensor.feed_0 and one for sensor.feed_1
devices()
{
	house
	sqlite3 house/consciousness.db "
	    insert into device (row, id, adapter, name, created, updated)
	    values (1, 'old', 'mqtt', 'Old', 0, 0), (2, 'new', 'mqtt', 'New', 0, 0);
	    update entity set device = 1 where entity_id = 'sensor.feed_0';
	    update entity set device = 2 where entity_id = 'sensor.feed_1';
	    update entity set orphaned = 1 where entity_id = 'sensor.feed_2';
	    update entity set name = 'T', device_class = 'temperature'"
}

# feed_0_is FILTER TEXT
feed_0_is()
{
	got=$(cli --json entities --disabled | jq -r ".entities[] | select(.entity_id == \"sensor.feed_0\") | $1")
	[ "$got" = "$2" ] || fail "$1 is $got, not $2"
}

atf_test_case registry__edits
registry__edits_body()
{
	devices
	atf_check $cli rename old "Hall sensor"
	atf_check -o match:'Hall sensor' $cli devices
	feed_0_is .name 'Hall sensor T'
	atf_check $cli rename sensor.feed_0 Warmth
	feed_0_is .name 'Warmth'
	atf_check $cli rename sensor.feed_0
	feed_0_is .name 'Hall sensor T'
	atf_check -s exit:1 -e match:'no area "attic"' $cli move old attic
	atf_check $cli move sensor.feed_0
	feed_0_is .area_id 'null'
	atf_check $cli move old kitchen
	feed_0_is .area_id 'kitchen'
	atf_check $cli hide sensor.feed_0
	feed_0_is .hidden 'true'
	atf_check $cli show sensor.feed_0
	atf_check $cli alias sensor.feed_0 One Two
	feed_0_is '"\(.hidden) \(.aliases | join(","))"' 'false One,Two'
	atf_check $cli disable old
	atf_check -o not-match:feed_0 $cli entities
	atf_check $cli enable old
	atf_check -o match:feed_0 $cli entities
	atf_check -o inline:'christmas\n' $cli label add Christmas
	atf_check $cli label set sensor.feed_0 christmas
	atf_check $cli label set old christmas
	atf_check $cli label set --area kitchen christmas
	atf_check -o match:'christmas +Christmas +1 +1 +1' $cli labels
	atf_check -s exit:1 -e match:'no label "easter"' $cli label set old easter
	atf_check -s exit:1 -e match:'name a device' $cli label set
	atf_check $cli label set old
	atf_check -o match:'christmas +Christmas +1 +0 +1' $cli labels
	atf_check -o match:KIND $cli label used christmas
	atf_check $cli label remove christmas
	feed_0_is '.labels | length' 0
	atf_check -s exit:1 -e match:'is no entity' $cli hide old
	atf_check -s exit:3 -e match:'no device "none"' $cli rename none x
	atf_check -s exit:3 -e match:'no entity "light.none"' $cli rename light.none x
	atf_check -o match:'^ID  *NAME  *FLOOR' -o match:'^kitchen' $cli areas
	atf_check -o match:'^ID  *NAME  *LEVEL' $cli floors
	atf_check -o inline:'["name"]\n' sh -c "$cli --json events --kind entity_changed |
	    jq -c .data.changed | head -n 1"
}

atf_test_case registry__replaced_and_gone
registry__replaced_and_gone_body()
{
	devices
	atf_check -o inline:'sensor.feed_1  goes on as sensor.feed_0\n' $cli replace old new --dry-run
	atf_check -o match:'^new ' $cli devices
	atf_check -o match:'^KIND  *ID' $cli used old
	atf_check -o inline:'{"automations":[],"alerts":[],"scenarios":[]}\n' $cli --json used sensor.feed_0
	atf_check -s exit:3 -e match:'no device none' $cli used none
	atf_check -o inline:'old 1\n' -x \
	    "$cli --json replace old new | jq -r '\"\\(.device) \\(.replaced | length)\"'"
	atf_check -o not-match:'^new ' $cli devices
	atf_check -o inline:'1 announcements are read again\n' $cli release old
	atf_check -s exit:3 -e match:'no device "new"' $cli release new
	atf_check -o match:'sensor.feed_2  *orphaned' -o not-match:feed_0 $cli orphans
	atf_check -o match:feed_2 $cli entities --orphaned --area kitchen
	atf_check -o not-match:feed_2 $cli entities --orphaned --domain light
	atf_check -s exit:1 -e match:'still announced' $cli remove sensor.feed_0
	atf_check -s exit:1 -e match:'still announces sensor.feed_0' $cli remove old
	atf_check -o inline:'1 orphans were removed\n' $cli orphans --clear
	atf_check -o inline:'{"deleted":0}\n' $cli --json orphans --clear
	sqlite3 house/consciousness.db "update entity set orphaned = 1"
	atf_check $cli remove sensor.feed_0
	atf_check -o inline:'{"devices":[]}\n' $cli --json devices
}

atf_test_case revisions__looked_at_and_gone_back_to
revisions__looked_at_and_gone_back_to_body()
{
	devices
	atf_check -o inline:'ID  TIME  KIND  THING  CHANGE  AUTHOR  CHANGED  REASON\n' $cli revisions
	atf_check $cli rename old Mine
	atf_check $cli rename sensor.feed_0 Power
	atf_check -o match:'^2 .* device  *old  *changed  *cli  *name ' -o match:'^1 .* found  *-  *-' \
	    -o not-match:entity $cli revisions device old
	atf_check -o inline:'4 3\n' -x "$cli --json revisions entity | jq -r '[.revisions[].id] | join(\" \")'"
	atf_check -o match:'device old, number 2: changed by cli' -o match:'replace  /name  -  *"Mine"' \
	    $cli revision 2
	atf_check -o inline:'[{"op":"replace","path":"/name","from":null,"to":"Mine"}]\n' -x \
	    "$cli --json revision 2 | jq -c .diff"
	atf_check -s exit:1 -e match:'like that already' $cli restore 2
	atf_check -o match:'number 3: restored by cli' -o match:'because: it was fine' \
	    $cli restore 1 --reason 'it was fine'
	atf_check -o not-match:Mine $cli devices
	atf_check -s exit:3 -e match:'no such revision' $cli revision 99
	atf_check -s exit:3 -e match:'no such revision' $cli restore 99
	atf_check -s exit:1 -e match:'no id of a revision' $cli revision old
	atf_check -s exit:1 -e match:'house is none of' $cli revisions house
}

atf_test_case automation__looks_back
automation__looks_back_body()
{
	mkdir -p house
	"$BUILD_DIR/tests/tools/feed" --data house --entities 2 >/dev/null
	now=$(($(date +%s) * 1000))
	for day in 4 3 2 1; do
		echo "$((now - day * 86400000)) sensor.feed_0 on"
		echo "$((now - day * 86400000 + 60000)) sensor.feed_0 off"
	done | "$BUILD_DIR/tests/tools/past" --data house || fail "no past"
	echo '{"name":"x","triggers":[{"trigger":"state","entity_id":"sensor.feed_0","to":"on"}],
	    "actions":[{"event":"seen"}]}' >rule.json
	atf_check -o match:': 4 runs, 0 times no, 0 ignored, 0 commands' -o match:'^the house remembers 4.0 days' \
	    -o match:'^DAY  *RUNS' -o match:' sensor.feed_0: on  *done' $cli automation back-test rule.json
	atf_check -o inline:'2\n' -x \
	    "$bin/consciousness --data house --json automation back-test rule.json --days 3 | jq .totals.runs"
	sqlite3 house/consciousness.db "insert into automation (id, name, mode, config, created, updated)
	    select 'x', 'x', 'single', cast(readfile('rule.json') as text), 0, 0"
	atf_check -o match:'^2.* 2 runs' $cli automation back-test x --from 50h
	atf_check -s exit:3 -e match:'no automation and no file y' $cli automation back-test y
	# the name of a webhook in the log says nothing to anybody
	key=$(sqlite3 house/consciousness.db 'select key from webhook_key')
	name=$(printf gate | openssl dgst -sha256 -hmac "$key" -r | cut -c 1-32)
	sqlite3 house/consciousness.db "insert into event (time, kind, subject, data)
	    values ($((now - 1000)), 35, 'webhook.$name', '{\"local\":true}')"
	echo '{"name":"x","triggers":[{"trigger":"webhook","webhook_id":"gate"}],"actions":[{"event":"seen"}]}' >called.json
	atf_check -o save:called.out $cli automation back-test called.json
	atf_check -o match:' webhook  *done' cat called.out
	atf_check -s exit:1 grep "$name" called.out
	echo '{"name":"x","triggers":[],"actions":[]}' >wrong.json
	atf_check -s exit:1 -e match:"triggers must not be empty" $cli automation back-test wrong.json
	atf_check -s exit:64 -e match:'--days 0' $cli automation back-test x --days 0
}

atf_test_case events__follow_shows_what_comes cleanup
events__follow_shows_what_comes_body()
{
	house
	start follow "$bin/consciousness" --data house --json events --follow --since 30
	wait_for sh -c 'ls house/run/bell | grep -q cli' || fail "nobody listens"
	"$BUILD_DIR/tests/tools/feed" --data house --entities 1 --events 3 >last
	wait_for sh -c '[ "$(grep -c state_changed follow.out)" -eq 3 ]' || fail "$(cat follow.out)"
	kill "$(cat follow.pid)"
	wait_for sh -c '! ls house/run/bell | grep -q cli' || fail "it left its bell"
}
events__follow_shows_what_comes_cleanup()
{
	stop_all
}

atf_test_case tokens__come_and_go
tokens__come_and_go_body()
{
	mkdir house
	atf_check -s exit:64 -e match:'--name' $cli token create
	token=$(cli token create --name ci)
	[ "$(echo "$token" | wc -w)" -eq 1 ] && [ ${#token} -ge 40 ] || fail "token: $token"
	atf_check -o match:'"token":"hc_' $cli --json token create --name ci --scope read --expires 30d
	atf_check -s exit:64 -e match:'not a duration' $cli token create --name x --expires soon
	atf_check -s exit:64 -e ignore $cli token create --name x --scope nonsense
	cli --json token list >tokens.json
	atf_check -o inline:'2 read\n' jq -r '"\(.tokens | length) \(.tokens[1].scope)"' tokens.json
	cli token list | grep -q "$token" && fail "the list shows tokens"
	grep -a -q "$token" house/consciousness.db* && fail "the token is stored in clear"
	atf_check -s exit:1 -e match:'2 tokens' $cli token revoke ci
	atf_check $cli token revoke "$(jq .tokens[1].id tokens.json)"
	atf_check $cli token revoke ci
	atf_check -s exit:3 -e match:'no token ci' $cli token revoke ci
	atf_check -o match:'"kind":"token_changed"' $cli --json events
}

atf_test_case setup_code__while_nobody_is_there
setup_code__while_nobody_is_there_body()
{
	mkdir house
	code=$(cli setup-code)
	echo "$code" | grep -Eq '^[A-Za-z2-9]{4}-[A-Za-z2-9]{4}$' || fail "code: $code"
	[ "$(cli setup-code)" = "$code" ] || fail "another one"
	[ "$(stat -c %a house/run/setup-code)" = 600 ] || fail "others can read it"
	grep -a -q "$code" house/consciousness.db* && fail "the code is stored in clear"
	rm house/run/setup-code
	[ "$(cli setup-code)" != "$code" ] || fail "the same one, although it was lost"
	echo short | atf_check -s exit:1 -e match:'8 to 1024' $cli user add anna
	echo 'long enough' | atf_check $cli user add anna
	echo 'long enough' | atf_check -s exit:1 -e ignore $cli user add anna
	echo 'long enough' | atf_check -s exit:1 -e match:blanks $cli user add 'an na'
	atf_check -s exit:1 -e match:'no password' $cli user add bob </dev/null
	atf_check $cli setup-code
	[ ! -e house/run/setup-code ] || fail "the code's file stays"
}

atf_test_case config__is_checked
config__is_checked_body()
{
	mkdir house
	printf 'LOG_LEVEL=debug\nMQTT_URL=mqtt://anna:sekret@broker:1883\n' >house/consciousness.conf
	atf_check -o match:'LOG_LEVEL  *debug .*consciousness.conf:1' -o match:'RAW_HISTORY_DAYS  *30 .*default' \
	    -o not-match:sekret $cli config check
	atf_check -o match:'environment' env RAW_HISTORY_DAYS=3 "$bin/consciousness" --data house config check
	RAW_HISTORY_DAYS=7 cli --json config check >config.json
	atf_check -o inline:'7 environment\n' jq -r '.keys[] | select(.key == "RAW_HISTORY_DAYS") |
	    "\(.value) \(.origin)"' config.json
	echo 'NONSENSE=1' >>house/consciousness.conf
	atf_check -s exit:1 -e match:NONSENSE -e match:consciousness.conf $cli config check
	printf 'LOG_LEVEL=loud\n' >house/consciousness.conf
	atf_check -s exit:1 -e match:LOG_LEVEL $cli config check
	atf_check -s exit:1 -e match:LOG_LEVEL $cli jobs
}

atf_test_case command__goes_through_the_door
command__goes_through_the_door_body()
{
	house
	atf_check -s exit:1 -e match:'no service' $cli command sensor.feed_0 turn_on
	atf_check -s exit:3 -e match:'no entity' $cli command light.gone turn_on
	atf_check -s exit:1 -e match:key=value $cli command sensor.feed_0 turn_on nonsense
	sqlite3 house/consciousness.db "INSERT INTO entity (entity_id, adapter, component, domain, unique_id,
	    source, config, capabilities, created, updated) VALUES ('light.lamp', 'mqtt', 'light', 'light', 'l',
	    's', '{}', '{\"supported_color_modes\":[\"brightness\"]}', 1, 1)"
	cli --json command light.lamp turn_on brightness=40 >command.json
	atf_check -o inline:'pending turn_on 40\n' jq -r '"\(.status) \(.service) \(.data.brightness)"' command.json
	atf_check -s exit:1 -e match:brightness $cli command light.lamp turn_on brightness=bright
	# nobody sends it: the wait ends with the time
	atf_check -s exit:1 -o match:pending -e match:'not sent yet' $cli command light.lamp turn_off --wait 1
	atf_check -o match:light.lamp $cli events --kind command
}

atf_test_case status__says_what_is_down
status__says_what_is_down_body()
{
	mkdir house
	atf_check -s exit:1 -o match:'consciousness_engine  *critical' -e match:critical $cli status
	atf_check -s exit:1 -o match:'"status":"critical"' -e match:critical $cli --json status
}

atf_test_case root__becomes_the_owner cleanup
root__becomes_the_owner_head()
{
	atf_set require.user root
}
root__becomes_the_owner_body()
{
	# the case's own directory is closed to others
	open=$(mktemp -d)
	echo "$open" >open
	chmod 755 "$open"
	mkdir "$open/house"
	chown nobody "$open/house"
	atf_check -o ignore "$bin/consciousness" --data "$open/house" token create --name x
	[ "$(find "$open/house" ! -user nobody | wc -l)" -eq 0 ] || fail "$(find "$open" ! -user nobody)"
}
root__becomes_the_owner_cleanup()
{
	rm -rf "$(cat open)"
}

atf_init_test_cases()
{
	atf_add_test_case usage__wrong_calls_say_what_is_wrong
	atf_add_test_case data__is_found
	atf_add_test_case entities__state_history_events
	atf_add_test_case registry__edits
	atf_add_test_case registry__replaced_and_gone
	atf_add_test_case revisions__looked_at_and_gone_back_to
	atf_add_test_case automation__looks_back
	atf_add_test_case events__follow_shows_what_comes
	atf_add_test_case tokens__come_and_go
	atf_add_test_case setup_code__while_nobody_is_there
	atf_add_test_case config__is_checked
	atf_add_test_case command__goes_through_the_door
	atf_add_test_case status__says_what_is_down
	atf_add_test_case root__becomes_the_owner
}
