# SPDX-License-Identifier: ISC
#
# A house whose data directory is a filesystem of a few megabytes, mounted in a mount namespace of its
# own (without root also in a user namespace), so that nothing of it is seen outside.

. "$SRC_DIR/tests/faults/lib.sh"

# the namespace lives as long as this process
small_filesystem()	# megabytes
{
	flags=--mount
	[ "$(id -u)" -eq 0 ] || flags='--user --map-root-user --mount'
	mkdir -p house
	# shellcheck disable=SC2086 # several options
	start namespace unshare $flags sh -c 'mount -t tmpfs -o "size=$1m,mode=0750" tmpfs house &&
	    echo mounted && exec sleep 1000' sh "$1"
	wait_for grep -q mounted namespace.out || fail "no small filesystem: $(cat namespace.out)"
}

# inside COMMAND...: in the namespace and in this directory
inside()
{
	inside_pid=$(cat namespace.pid)
	inside_flags=--mount
	[ "$(id -u)" -eq 0 ] || inside_flags='--user --preserve-credentials --mount'
	# shellcheck disable=SC2086 # several options
	nsenter --target "$inside_pid" $inside_flags --wdns="$PWD" -- "$@"
}

atf_test_case disk__full_is_survived cleanup
disk__full_is_survived_head()
{
	atf_set "descr" "a full disk under load"
	needs 300 unshare nsenter
}
disk__full_is_survived_body()
{
	small_filesystem 32
	inside sh -c '. "$SRC_DIR/tests/faults/lib.sh"
	    atf_fail() { echo "$*" >&2; exit 1; }
	    configure ENGINE_WINDOW_SECONDS=0; start_house; drive disk' || atf_fail "see above"
}
disk__full_is_survived_cleanup()
{
	[ -e namespace.pid ] && inside "$SRC_DIR/scripts/run" --stop --data "$PWD/house"
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case disk__full_is_survived
}
