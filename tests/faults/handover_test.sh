# SPDX-License-Identifier: ISC
#
# Engines that take over from each other every two seconds, under load. HANDOVER_SECONDS: how long (30).

. "$SRC_DIR/tests/faults/lib.sh"

atf_test_case handover__every_message_has_its_effect cleanup
handover__every_message_has_its_effect_head()
{
	atf_set "descr" "engines hand over under load"
	needs $((180 + 4 * ${HANDOVER_SECONDS:-30}))
}
handover__every_message_has_its_effect_body()
{
	configure ENGINE_WINDOW_SECONDS=2
	start_house
	drive handover
}
handover__every_message_has_its_effect_cleanup()
{
	stop_all
}

atf_test_case handover__every_timer_at_its_time cleanup
handover__every_timer_at_its_time_head()
{
	atf_set "descr" "engines hand over every second while rules wait"
	needs 240
}
handover__every_timer_at_its_time_body()
{
	configure ENGINE_WINDOW_SECONDS=1
	start_house
	drive turns
}
handover__every_timer_at_its_time_cleanup()
{
	stop_all
}

atf_test_case handover__engine_that_stands_still cleanup
handover__engine_that_stands_still_head()
{
	atf_set "descr" "an engine that hangs without dying is replaced"
	needs 240
}
handover__engine_that_stands_still_body()
{
	configure ENGINE_WINDOW_SECONDS=0 ENGINE_STUCK_SECONDS=10
	start_house
	drive frozen
}
handover__engine_that_stands_still_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case handover__engine_that_stands_still
	atf_add_test_case handover__every_message_has_its_effect
	atf_add_test_case handover__every_timer_at_its_time
}
