# SPDX-License-Identifier: ISC
#
# The engine under valgrind's memcheck with load. VALGRIND_SECONDS: how long (20).

. "$SRC_DIR/tests/faults/lib.sh"

atf_test_case valgrind__engine_is_clean cleanup
valgrind__engine_is_clean_head()
{
	atf_set "descr" "the engine under memcheck: no error, no leak"
	needs $((240 + ${VALGRIND_SECONDS:-20})) valgrind
}
valgrind__engine_is_clean_body()
{
	case $BUILD_DIR in
	*-san) atf_skip "the sanitizers look for the same, and valgrind cannot run beside them" ;;
	esac
	# the engine under valgrind stays the active one
	configure ENGINE_WINDOW_SECONDS=0 COMMAND_TIMEOUT_SECONDS=30
	start_house
	drive memory
}
valgrind__engine_is_clean_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case valgrind__engine_is_clean
}
