# SPDX-License-Identifier: ISC
#
# The dashboard's own decisions, without a browser.

atf_test_case dashboard__decides
dashboard__decides_head()
{
	atf_set "descr" "words, times, colours, charts"
	atf_set "require.progs" "node"
}
dashboard__decides_body()
{
	LC_ALL=C node --test "$SRC_DIR/tests/www/units.mjs" >units.out 2>&1 || {
		cat units.out >&2
		atf_fail "see above"
	}
}

atf_init_test_cases()
{
	atf_add_test_case dashboard__decides
}
