# SPDX-License-Identifier: ISC
#
# Every hostile sample goes through its fuzz target, and every fuzz target and every component has samples.

atf_test_case samples__replayed
samples__replayed_body()
{
	found=0
	for source in "$SRC_DIR"/tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		name=${name#fuzz_}
		atf_check -o ignore -e ignore "$BUILD_DIR/replay/$name" "$SRC_DIR/tests/data/hostile/$name"
		found=$((found + 1))
	done
	[ "$found" -gt 0 ] || atf_fail "no fuzz target found"
}

atf_test_case samples__every_component
samples__every_component_body()
{
	found=0
	for name in $(sed -n 's/^	\.name = "\([a-z_]*\)".*/\1/p' "$SRC_DIR"/shared/adapters/adapter_hass_*.c); do
		grep -aq "^homeassistant/$name/" "$SRC_DIR"/tests/data/hostile/discovery/* ||
		    atf_fail "no sample announces a component $name"
		found=$((found + 1))
	done
	[ "$found" -gt 30 ] || atf_fail "only $found components found"
}

atf_init_test_cases()
{
	atf_add_test_case samples__replayed
	atf_add_test_case samples__every_component
}
