# SPDX-License-Identifier: ISC
#
# The manual: well-formed, complete, and saying what the tables of the programs say.

atf_test_case man__lint
man__lint_body()
{
	for page in "$SRC_DIR"/docs/*.[1-8]; do
		atf_check mandoc -Tlint -W warning "$page"
	done
}

atf_test_case man__a_page_for_every_program
man__a_page_for_every_program_body()
{
	for program in "$BUILD_DIR"/bin/*; do
		name=${program##*/}
		found=no
		for page in "$SRC_DIR/docs/$name".[18]; do
			[ -e "$page" ] && found=yes
		done
		[ $found = yes ] || atf_fail "no manual page for $name"
	done
}

atf_test_case conf__every_key_as_it_is
conf__every_key_as_it_is_body()
{
	"$SRC_DIR/scripts/conf-man.sh" >now
	atf_check diff "$SRC_DIR/docs/consciousness.conf.5" now
	keys=$(grep -c '^X(' "$SRC_DIR/shared/base/conf.def")
	[ "$keys" -gt 10 ] || atf_fail "only $keys keys"
	atf_check -o inline:"$keys\n" grep -c '^\.It Ic [A-Z_]* Pq' "$SRC_DIR/docs/consciousness.conf.5"
}

atf_test_case job__every_job_is_explained
job__every_job_is_explained_body()
{
	"$BUILD_DIR/bin/consciousness-job" --list | cut -f1 >listed
	[ -s listed ] || atf_fail "no jobs"
	while read -r job; do
		grep -q "^\.It Cm $job\$" "$SRC_DIR/docs/consciousness-job.8" ||
		    atf_fail "consciousness-job(8) does not know $job"
	done <listed
}

atf_test_case cli__every_command_is_explained
cli__every_command_is_explained_body()
{
	# "  token create --name NAME" in the help, ".It Cm token create" in the page
	"$BUILD_DIR/bin/consciousness" --help 2>&1 |
	    sed -n 's/^  \([a-z][a-z-]*\( [a-z][a-z-]*\)*\).*/\1/p' >commands
	[ "$(wc -l <commands)" -ge 10 ] || atf_fail "commands: $(cat commands)"
	while read -r command; do
		grep -q "^\.It Cm $command\( \|\$\)" "$SRC_DIR/docs/consciousness.1" ||
		    atf_fail "consciousness(1) does not know $command"
	done <commands
}

# kinds of $1 (trigger, condition, action) as the published schema has them
kinds()
{
	"$BUILD_DIR/bin/consciousness-api" --openapi |
	    jq -r '.components.schemas | to_entries[] | select(.value.title) | .key' | sed -n "s/^Rule\.$1_//p"
}

# the section of the manual between two headings
section()	# from to
{
	sed -n "/^## $1\$/,/^## $2\$/p" "$SRC_DIR/docs/AUTOMATIONS.md"
}

atf_test_case rules__every_kind_is_explained
rules__every_kind_is_explained_head() { atf_set require.progs jq; }
rules__every_kind_is_explained_body()
{
	for list in trigger:When:'Only if' condition:'Only if':What action:What:'What templates see'; do
		kind=${list%%:*} headings=${list#*:}
		section "${headings%:*}" "${headings#*:}" >said
		kinds "$kind" >kinds
		[ "$(wc -l <kinds)" -gt 8 ] || atf_fail "only $(wc -l <kinds) kinds of $kind"
		while read -r name; do
			grep -q "\`$name\`" said || atf_fail "AUTOMATIONS.md does not explain the $kind $name"
		done <kinds
	done
}

atf_test_case mqtt__every_component_is_listed
mqtt__every_component_is_listed_body()
{
	# \t.name = "cover", and a row | `cover` | that may name several
	sed -n 's/^\t\.name = "\([a-z_]*\)".*/\1/p' "$SRC_DIR"/shared/adapters/adapter_hass_*.c | sort -u >components
	[ "$(wc -l <components)" -ge 25 ] || atf_fail "components: $(tr '\n' ' ' <components)"
	while read -r component; do
		grep -q "^|\( \|.*, \)\`$component\`\(,.*\)\? |" "$SRC_DIR/docs/MQTT.md" ||
		    atf_fail "docs/MQTT.md does not list $component"
	done <components
}

atf_test_case mqtt__every_service_is_listed
mqtt__every_service_is_listed_body()
{
	# those of the tilt go by "the same"; rules are no devices
	grep -hv '\.domain = "automation"' "$SRC_DIR"/shared/domain/service_*.c |
	    sed -n 's/.*\.domain = "[a-z_]*", \.name = "\([a-z_]*\)".*/\1/p; s/.*ALARM("\([a-z_]*\)".*/\1/p' |
	    sort -u | grep -v _tilt >services
	[ "$(wc -l <services)" -ge 40 ] || atf_fail "services: $(tr '\n' ' ' <services)"
	while read -r service; do
		grep -q "\`$service\`" "$SRC_DIR/docs/MQTT.md" || atf_fail "docs/MQTT.md does not list $service"
	done <services
}

atf_test_case links__lead_somewhere
links__lead_somewhere_body()
{
	for page in "$SRC_DIR"/README.md "$SRC_DIR"/docs/*.md; do
		grep -o '](\([^)#:]*\)' "$page" | sed 's/^](//' | while read -r link; do
			[ -e "${page%/*}/$link" ] || echo "$page: $link"
		done
	done >dead
	[ ! -s dead ] || atf_fail "dead links: $(cat dead)"
}

atf_init_test_cases()
{
	atf_add_test_case man__lint
	atf_add_test_case man__a_page_for_every_program
	atf_add_test_case conf__every_key_as_it_is
	atf_add_test_case job__every_job_is_explained
	atf_add_test_case cli__every_command_is_explained
	atf_add_test_case rules__every_kind_is_explained
	atf_add_test_case mqtt__every_component_is_listed
	atf_add_test_case mqtt__every_service_is_listed
	atf_add_test_case links__lead_somewhere
}
