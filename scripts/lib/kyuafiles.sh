#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Writes the Kyuafiles of a build: one per folder of tests, and one above that includes them.
#
#	kyuafiles.sh DIR SECONDS LAYER/NAME_test...	SECONDS: the timeout of tests that set none

set -eu
dir=$1 seconds=$2
shift 2

mkdir -p "$dir"
rm -f "$dir"/*/Kyuafile
printf 'syntax(2)\n' >"$dir/Kyuafile.tmp"
for test in "$@"; do
	layer=${test%/*}
	file=$dir/$layer/Kyuafile
	if [ ! -e "$file" ]; then
		mkdir -p "$dir/$layer"
		printf 'syntax(2)\ntest_suite("consciousness")\n' >"$file"
		printf 'include("%s/Kyuafile")\n' "$layer" >>"$dir/Kyuafile.tmp"
	fi
	printf 'atf_test_program{name="%s", timeout=%s}\n' "${test#*/}" "$seconds" >>"$file"
done
mv "$dir/Kyuafile.tmp" "$dir/Kyuafile"
