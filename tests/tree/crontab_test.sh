# SPDX-License-Identifier: ISC
#
# The crontab: valid for /etc/cron.d, agreeing with the table of jobs, and what scripts/run makes of it.

table="$SRC_DIR/cron/consciousness.crontab"

lines()
{
	grep -vE '^(#|[[:space:]]*$|[A-Z]+=)' "$table"
}

atf_test_case jobs__agree_with_the_table
jobs__agree_with_the_table_body()
{
	"$BUILD_DIR/bin/consciousness-job" --list | cut -f1 | sort >listed
	lines | sed -n 's|.*/consciousness-job \([a-z_]*\) .*|\1|p' | sort >cron
	atf_check diff listed cron
}

atf_test_case lines__have_five_times_and_a_user
lines__have_five_times_and_a_user_body()
{
	[ "$(lines | wc -l)" -ge 4 ] || atf_fail "hardly any lines"
	bad=$(lines | grep -vE '^(([0-9]+|\*|\*/[0-9]+) ){5}consciousness [^ ]') &&
	    atf_fail "not a line of cron.d: $bad"
	# a percent sign would end the command there
	if lines | grep -q %; then
		atf_fail "a command holds a percent sign"
	fi
}

atf_test_case programs__kept_alive_each_minute
programs__kept_alive_each_minute_body()
{
	for program in api bridge engine; do
		lines | grep -E "^\* \* \* \* \* consciousness setsid -f .*/consciousness-$program " ||
		    atf_fail "$program is not started each minute"
	done
}

atf_test_case private__table_of_run
private__table_of_run_body()
{
	sed -f "$SRC_DIR/scripts/lib/crontab.sed" -e "s|\$BIN|/b|g" -e "s|\$DATA|/d|g" \
	    -e "s|\$LOG|/l|g" "$table" >private
	[ "$(wc -l <private)" -eq "$(lines | wc -l)" ] || atf_fail "$(cat private)"
	if grep -E 'consciousness (setsid|/b)|\$' private; then
		atf_fail "a user or a variable is left"
	fi
	atf_check -o match:'^\* \* \* \* \* setsid -f /b/consciousness-engine --data /d >>/l/engine.log' \
	    cat private
}

atf_init_test_cases()
{
	atf_add_test_case jobs__agree_with_the_table
	atf_add_test_case lines__have_five_times_and_a_user
	atf_add_test_case programs__kept_alive_each_minute
	atf_add_test_case private__table_of_run
}
