# SPDX-License-Identifier: ISC
#
# The jobs as cron starts them: what they leave in the house, what they do when something is wrong.

. "$SRC_DIR/tests/lib/house.sh"

cli="$bin/consciousness --data house"
job="$bin/consciousness-job --data $PWD/house"
feed="$BUILD_DIR/tests/tools/feed --data house"

now_ms()
{
	date +%s%3N
}

feed()
{
	$feed "$@"
}

job()
{
	$job "$@"
}

cli()
{
	$cli "$@"
}

# field of a job's row
job_field()
{
	cli --json jobs | jq -r ".jobs[] | select(.name == \"$1\") | .$2"
}

metric()
{
	METRICS=$(python3 - "$1" <<-END
		import sys
		data = open('house/run/metrics', 'rb').read()
		print(data.count(sys.argv[1].encode()))
		END
	)
	echo "$METRICS"
}

atf_test_case aggregate__packs_and_closes_buckets
aggregate__packs_and_closes_buckets_body()
{
	mkdir house
	start=$(($(now_ms) / 3600000 * 3600000 - 7200000))
	atf_check -o ignore $feed --entities 3 --events 1440 --batch 100 --start "$start" --step 5000
	cli --json history sensor.feed_1 --from "$start" --resolution raw >before.json
	cli --json history sensor.feed_1 --from "$start" --resolution 1h >open.json
	atf_check -e ignore $job aggregate
	cli --json history sensor.feed_1 --from "$start" --resolution raw >after.json
	cli --json history sensor.feed_1 --from "$start" --resolution 1h >closed.json
	atf_check -o match:'^480$' jq '.points | length' before.json
	cmp before.json after.json || fail "packing changed the points"
	# the two full hours, computed on the fly and closed, are the same
	jq -c '.points[:2]' open.json >open.two
	jq -c '.points[:2]' closed.json >closed.two
	cmp open.two closed.two || fail "$(cat open.two closed.two)"
	[ "$(job_field aggregate status)" = done ] || fail "status of aggregate"
	case $(job_field aggregate detail) in
	"1440 events"*) ;;
	*) fail "detail: $(job_field aggregate detail)" ;;
	esac
	atf_check -e ignore $job aggregate
	[ "$(job_field aggregate runs)" = 2 ] || fail "runs of aggregate"
	[ "$(job_field aggregate failures)" = 0 ] || fail "failures of aggregate"
}

atf_test_case aggregate__killed_anywhere_loses_nothing
aggregate__killed_anywhere_loses_nothing_head()
{
	atf_set timeout 180
}
aggregate__killed_anywhere_loses_nothing_body()
{
	mkdir house
	start=$(($(now_ms) - 40000000))
	feed --entities 50 --events 200000 --batch 5000 --start "$start" --step 200 >last
	cli --json history sensor.feed_7 --from "$start" --resolution raw >before.json
	for delay in 0.01 0.02 0.03 0.04 0.05 0.06 0.08 0.1; do
		job aggregate 2>/dev/null &
		pid=$!
		sleep $delay
		kill -9 $pid 2>/dev/null
		wait $pid 2>/dev/null
		cli --json history sensor.feed_7 --from "$start" --resolution raw >between.json
		cmp before.json between.json || fail "killed after $delay s: points differ"
	done
	atf_check -e ignore $job aggregate
	cli --json history sensor.feed_7 --from "$start" --resolution raw >after.json
	cmp before.json after.json || fail "points differ"
	[ "$(job_field aggregate status)" = done ] || fail "not done"
}

atf_test_case aggregate__keeps_up_while_events_pour_in
aggregate__keeps_up_while_events_pour_in_head()
{
	atf_set timeout 120
}
aggregate__keeps_up_while_events_pour_in_body()
{
	mkdir house
	feed --entities 200 --events 60000 --batch 500 --rate 20000 >last &
	writer=$!
	while kill -0 $writer 2>/dev/null; do
		atf_check -e ignore $job aggregate
		sleep 0.2
	done
	wait $writer
	atf_check -e ignore $job aggregate
	for i in 0 99 199; do
		n=$(cli --json history sensor.feed_$i --resolution raw | jq '.points | length')
		[ "$n" -eq 300 ] || fail "sensor.feed_$i: $n points"
	done
}

atf_test_case prune__keeps_what_explains
prune__keeps_what_explains_body()
{
	mkdir house
	day=86400000
	start=$(($(now_ms) - 10 * day))
	feed --entities 2 --events 20000 --batch 1000 --start $start --step 43200 >last
	atf_check -e ignore $job aggregate
	cli --json history sensor.feed_0 --from $start --resolution raw >before.json
	atf_check -e ignore $job prune
	n=$(cli --json events --limit 1000000 --kind state_changed | wc -l)
	[ "$n" -gt 3900 ] && [ "$n" -lt 4100 ] || fail "$n state changes are left"
	cli --json history sensor.feed_0 --from $start --resolution raw >after.json
	cmp before.json after.json || fail "history lost points"
	# one that was carried out, one of which nobody will ever hear more, one that waits
	for status in confirmed sent pending; do
		sqlite3 house/consciousness.db "INSERT INTO command (entity, service, data, status, actor, created, deadline,
		    done) SELECT row, 'press', '{}', '$status', 'user:test', $(now_ms), $(now_ms),
		    CASE '$status' WHEN 'confirmed' THEN $(now_ms) END FROM entity LIMIT 1"
	done
	atf_check -e ignore $job prune
	atf_check -o inline:'3\n' sqlite3 house/consciousness.db 'SELECT count(*) FROM command'
	# months later, as the clock sees it
	atf_check -e ignore env CLOCK_OFFSET_MS=$((200 * day)) "$bin/consciousness-job" prune --data "$PWD/house"
	n=$(cli --json events --limit 1000000 | wc -l)
	[ "$n" -eq 1 ] || fail "$n events are left, not the newest alone"
	[ "$(cli --json events | jq .id)" -eq "$(cat last)" ] || fail "not the newest"
	n=$(CLOCK_OFFSET_MS=$((200 * day)) cli --json history sensor.feed_0 --from 1d | jq -c '.points | length')
	[ "$n" -ge 1 ] || fail "the last state is forgotten"
	atf_check -o inline:'pending\n' sqlite3 house/consciousness.db 'SELECT status FROM command'
}

atf_test_case lock__second_run_ends_at_once cleanup
lock__second_run_ends_at_once_body()
{
	mkdir -p house/run
	start holder flock house/run/job-aggregate.lock sleep 60
	wait_for sh -c '! flock -n house/run/job-aggregate.lock true'
	atf_check -e ignore timeout 30 $job aggregate
	[ -z "$(job_field aggregate status)" ] || fail "it ran"
}
lock__second_run_ends_at_once_cleanup()
{
	stop_all
}

atf_test_case killed_run__is_counted_by_the_next
killed_run__is_counted_by_the_next_body()
{
	mkdir house
	atf_check -e ignore $job optimize
	sqlite3 house/consciousness.db "UPDATE job SET status = 'running', percent = 40"
	atf_check -e match:'was killed' $job optimize
	[ "$(job_field optimize failures)" = 1 ] || fail "failures of optimize"
	[ "$(job_field optimize runs)" = 2 ] || fail "runs of optimize"
	[ "$(job_field optimize percent)" = 100 ] || fail "percent of optimize"
}

atf_test_case failure__is_recorded
failure__is_recorded_body()
{
	mkdir house
	atf_check -e ignore $job aggregate
	feed --entities 1 --events 10 >/dev/null
	sqlite3 house/consciousness.db "CREATE TRIGGER t BEFORE INSERT ON history_open
	    BEGIN SELECT RAISE(ABORT, 'no'); END"
	sqlite3 house/consciousness.db "UPDATE cursor SET value = 0"
	atf_check -s exit:1 -e match:level=error "$bin/consciousness-job" aggregate --data "$PWD/house"
	[ "$(job_field aggregate status)" = failed ] || fail "status of aggregate"
	[ "$(cli --json events --kind job | jq -r .subject | tail -n 1)" = job.aggregate ] ||
	    fail "no event"
	sqlite3 house/consciousness.db "DROP TRIGGER t"
	atf_check -e ignore $job aggregate
	[ "$(job_field aggregate status)" = done ] || fail "status of aggregate"
	[ "$(metric aggregate)" -ge 2 ] || fail "no metrics"
}

atf_test_case usage__is_checked
usage__is_checked_body()
{
	atf_check -s exit:64 -e match:usage "$bin/consciousness-job"
	atf_check -s exit:64 -e match:usage "$bin/consciousness-job" prune
	atf_check -s exit:64 -e match:'no job is called' "$bin/consciousness-job" nonsense --data .
	atf_check -s exit:1 -e match:'no such data directory' "$bin/consciousness-job" prune --data gone
	atf_check -o match:aggregate -o match:prune "$bin/consciousness-job" --list
	# every job is in the crontab, and every job there exists
	"$bin/consciousness-job" --list | cut -f1 | sort >known
	sed -n 's/.*consciousness-job \([a-z]*\) .*/\1/p' "$SRC_DIR/cron/consciousness.crontab" | sort >planned
	cmp known planned || fail "crontab and jobs.c differ: $(cat planned)"
}

atf_init_test_cases()
{
	atf_add_test_case aggregate__packs_and_closes_buckets
	atf_add_test_case aggregate__killed_anywhere_loses_nothing
	atf_add_test_case aggregate__keeps_up_while_events_pour_in
	atf_add_test_case prune__keeps_what_explains
	atf_add_test_case lock__second_run_ends_at_once
	atf_add_test_case killed_run__is_counted_by_the_next
	atf_add_test_case failure__is_recorded
	atf_add_test_case usage__is_checked
}
