#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The part of the house style that a program can see: header lines, lengths, names, banned calls,
# file-scope data. Warnings do not fail the check, violations do.
#
#	scripts/check-style.sh [TREE]

set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tree=${1:-$here/..}
cd "$tree" || exit 2

sources()	# suffixes as a find expression
{
	find cgi workers shared tests scripts cron nginx www docs \
	    \( -name node_modules -o -name data -o -name corpus \) -prune -o -type f "$@" -print \
	    2>/dev/null | LC_ALL=C sort
}

c_files=$(sources \( -name '*.c' -o -name '*.h' \))
script_files=$({
	sources \( -name '*.sh' -o -name '*.awk' -o -name '*.js' -o -name '*.mjs' \
	    -o -name '*.css' \)
	for f in scripts/run scripts/check .ci/run; do [[ -f $f ]] && echo "$f"; done
} | LC_ALL=C sort -u)

# shellcheck disable=SC2086 # lists of paths without blanks
report=$(
	[[ -n $c_files ]] && LC_ALL=C awk -v keep=0 -f "$here/lib/decomment.awk" \
	    -f "$here/lib/style-c.awk" $c_files
	[[ -n $c_files$script_files ]] && LC_ALL=C awk -f "$here/lib/style-text.awk" \
	    $c_files $script_files
)

violations=$(grep -c ' error: ' <<<"$report")
warnings=$(grep -c ' warning: ' <<<"$report")
[[ -n $report ]] && echo "$report"
[[ $warnings -gt 0 ]] && echo "check-style: $warnings warning(s)"
if [[ $violations -gt 0 ]]; then
	echo "check-style: $violations violation(s)"
	exit 1
fi
exit 0
