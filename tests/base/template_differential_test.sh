# SPDX-License-Identifier: ISC
#
# The evaluator against the real Jinja2 (python3-jinja2): every outcome and every text must be the
# same. What differs is printed with its template and payload.

compare()
{
	PYTHON=${PYTHON:-/usr/bin/python3}
	"$PYTHON" -c 'import jinja2' 2>/dev/null || atf_skip "python3-jinja2 is not installed"
	TZ=UTC
	export TZ
	"$BUILD_DIR/tests/tools/template_cli" <"$1" >ours 2>/dev/null || atf_fail "the evaluator died"
	"$PYTHON" "$SRC_DIR/tests/tools/template_oracle.py" --compare ours <"$1" >report || {
		cut -c 1-2000 report >&2
		atf_fail "$(tail -n 1 report)"
	}
	cat report
}

atf_test_case devices__as_jinja
devices__as_jinja_body()
{
	cat "$SRC_DIR"/tests/data/templates/*.ndjson >pairs
	[ -s pairs ] || atf_fail "no templates"
	compare pairs
}

atf_test_case generated__as_jinja
generated__as_jinja_head() { atf_set timeout 300; }
generated__as_jinja_body()
{
	for seed in 1 2 3; do
		"$SRC_DIR/tests/tools/template_generate.py" --seed "$seed" --count 2000 >pairs
		compare pairs
	done
}

atf_init_test_cases()
{
	atf_add_test_case devices__as_jinja
	atf_add_test_case generated__as_jinja
}
