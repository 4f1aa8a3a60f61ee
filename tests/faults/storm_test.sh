# SPDX-License-Identifier: ISC
#
# kill -9 of everything, at random, under load. STORM_KILLS: how many (200, 60 with
# sanitizers); FAULT_SEED: the same again.

. "$SRC_DIR/tests/faults/lib.sh"

atf_test_case storm__nothing_acknowledged_is_lost cleanup
storm__nothing_acknowledged_is_lost_head()
{
	atf_set "descr" "random kill -9 of engine, standby, API, bridge and jobs"
	needs 300
}
storm__nothing_acknowledged_is_lost_body()
{
	start_house
	drive storm
}
storm__nothing_acknowledged_is_lost_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case storm__nothing_acknowledged_is_lost
}
