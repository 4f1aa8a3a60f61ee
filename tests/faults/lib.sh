# shellcheck shell=sh
# SPDX-License-Identifier: ISC
#
# For the fault tests: starts a house with a configuration of its own and runs a Python driver on it.
# shellcheck disable=SC2154

. "$SRC_DIR/tests/lib/house.sh"

# configure LINE...: of consciousness.conf, before start_house
configure()
{
	mkdir -p house
	printf '%s\n' "$@" >house/consciousness.conf
}

# drive NAME: tests/faults/NAME.py on the house that runs; then ends the house and reads its logs
drive()
{
	HOUSE_DIR=$PWD/house HOUSE_URL=$URL HOUSE_TOKEN=$TOKEN HOUSE_BROKER=$(broker_port)
	PYTHONDONTWRITEBYTECODE=1
	export HOUSE_DIR HOUSE_URL HOUSE_TOKEN HOUSE_BROKER PYTHONDONTWRITEBYTECODE
	python3 "$SRC_DIR/tests/faults/$1.py" >"$1.out" 2>&1 || {
		cat "$1.out" >&2
		fail "$1: $(sed -n 's/^FAILED: //p; s/^[A-Za-z_.]*Error: /&/p' "$1.out" | tail -n 1)"
	}
	cat "$1.out"
	stop_house >/dev/null
	grep -E 'Sanitizer|runtime error:|level=fatal|Assertion' house/log/*.log >found &&
	    fail "a program found a fault in itself: $(head -n 5 found)"
	return 0
}

# needs SECONDS [program...]
needs()
{
	atf_set "timeout" "$1"
	shift
	atf_set "require.progs" "python3 nginx mosquitto curl $*"
}
