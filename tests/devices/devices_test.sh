# SPDX-License-Identifier: ISC
#
# Zigbee devices of all kinds, as zigbee2mqtt announces them, on a real broker: every entity shows what
# it must, every command reaches its topic. All of them: make corpus.

. "$SRC_DIR/tests/lib/house.sh"

atf_test_case zigbee__every_entity_and_command cleanup
zigbee__every_entity_and_command_head()
{
	atf_set "timeout" "300"
	atf_set "require.progs" "node nginx mosquitto curl"
}
zigbee__every_entity_and_command_body()
{
	# Debian's Python has the real Jinja2
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SRC_DIR/tests/devices/zoo.py" --build "$BUILD_DIR" \
	    --dir "$PWD/house" --limit 300 --strict >zoo.out 2>&1 || {
		cut -c 1-1000 zoo.out >&2
		atf_fail "$(tail -n 1 zoo.out | cut -c 1-200)"
	}
	cat zoo.out
}
zigbee__every_entity_and_command_cleanup()
{
	for data in house/house-*; do
		[ ! -d "$data" ] || "$SRC_DIR/scripts/run" --stop --data "$PWD/$data" >/dev/null
	done
}

atf_init_test_cases()
{
	atf_add_test_case zigbee__every_entity_and_command
}
