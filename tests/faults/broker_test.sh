# SPDX-License-Identifier: ISC
#
# The broker is killed under load and comes back, with its file and without.

. "$SRC_DIR/tests/faults/lib.sh"

atf_test_case broker__house_recovers cleanup
broker__house_recovers_head()
{
	atf_set "descr" "kill -9 of the broker"
	needs 600
}
broker__house_recovers_body()
{
	# longer than a busy machine takes to start a broker
	configure COMMAND_TIMEOUT_SECONDS=15
	start_house
	drive broker
}
broker__house_recovers_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case broker__house_recovers
}
