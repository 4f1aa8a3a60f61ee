# SPDX-License-Identifier: ISC
#
# Wrong, huge and hostile input through every door of a house: REST, WebSocket, MQTT.

. "$SRC_DIR/tests/faults/lib.sh"

atf_test_case hostile__house_goes_on cleanup
hostile__house_goes_on_head()
{
	atf_set "descr" "hostile input: 4xx or a counted drop, no process ends"
	needs 300
}
hostile__house_goes_on_body()
{
	# the same processes to the end
	configure ENGINE_WINDOW_SECONDS=0
	start_house
	drive hostile
}
hostile__house_goes_on_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case hostile__house_goes_on
}
