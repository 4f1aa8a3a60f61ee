# SPDX-License-Identifier: ISC
#
# scripts/check-style.sh and shellcheck: this tree keeps the house style, and the script sees who does
# not.

spdx='/* SPDX-License-Identifier: ISC */'

# styled FILE LINE...: that file under the licence line is checked; sets nothing, prints the report
styled()
{
	rm -rf planted
	mkdir -p "planted/$(dirname "$1")"
	file=planted/$1
	shift
	printf '%s\n' "$spdx" "$@" >"$file"
	"$SRC_DIR/scripts/check-style.sh" planted
}

seen()	# FILE LINE MESSAGE
{
	styled "$1" "$2" >out && atf_fail "not seen: $2"
	grep -q "$3" out || atf_fail "no \"$3\" for: $2; said: $(cat out)"
}

unseen()	# FILE LINE
{
	styled "$1" "$2" >out || atf_fail "$2: $(cat out)"
}

# function N: a function whose body has N lines
function_of()
{
	printf '%s\nint\na_long(void)\n{\n' "$spdx"
	i=1
	while [ "$i" -lt "$1" ]; do
		printf '\tcall();\n'
		i=$((i + 1))
	done
	printf '\treturn 0;\n}\n'
}

atf_test_case tree__keeps_the_style
tree__keeps_the_style_body()
{
	"$SRC_DIR/scripts/check-style.sh" "$SRC_DIR" >out && return
	grep -v ': warning: ' out
	atf_fail "the style check found violations"
}

atf_test_case tree__has_no_data
tree__has_no_data_head()
{
	atf_set "descr" "no house's data stands in the tree: its key least of all"
}
tree__has_no_data_body()
{
	find "$SRC_DIR" \( -name build -o -name build-san -o -name var -o -name node_modules -o -name .git \) -prune -o \
	    \( -name secret.key -o -name 'consciousness.db*' \) -print >found
	[ ! -s found ] || atf_fail "$(paste -sd' ' found)"
}

atf_test_case tree__shellcheck
tree__shellcheck_body()
{
	cd "$SRC_DIR" || atf_fail "no tree"
	grep -rlIE --exclude-dir=node_modules '^#! ?/.*sh$|^# shellcheck shell=' scripts .ci tests \
	    >"$HOME/list"
	xargs shellcheck -x -s bash <"$HOME/list" || atf_fail "shellcheck has findings"
	# atf-sh is dash with a library: it has local, and calls the cases itself
	find tests -name '*_test.sh' -exec shellcheck -S warning -s sh -e SC1010,SC1090,SC1091,SC2120,SC2154,SC3043 {} + ||
	    atf_fail "shellcheck has findings"
}

atf_test_case tree__headers_compile_alone
tree__headers_compile_alone_body()
{
	cd "$SRC_DIR" || atf_fail "no tree"
	find shared cgi workers -name '*.h' 2>/dev/null | sort >"$HOME/list"
	flags=$(pkg-config --cflags jansson libbsd-overlay libmicrohttpd)
	while read -r h; do
		# shellcheck disable=SC2086 # flags are words
		${CC:-cc} -std=gnu11 -D_GNU_SOURCE -I. $flags -Wall -Werror -fsyntax-only \
		    -x c "$h" -Wno-unused-function || echo "$h" >>"$HOME/bad"
	done <"$HOME/list"
	[ ! -e "$HOME/bad" ] || atf_fail "headers that need others first: $(cat "$HOME/bad")"
}

atf_test_case text__rules
text__rules_body()
{
	long=$(printf '%0121d' 0)
	seen shared/base/a.c "/* $long */" 'columns, at most 100'
	seen shared/base/a.c "$(printf 'f();\t')" 'white space at the end'
	seen shared/base/a.c "/* TO""DO: later */" 'a note to ourselves'
	spdx='/* nothing */'
	seen shared/base/a.c '' 'no SPDX'
}

atf_test_case c__banned_calls
c__banned_calls_body()
{
	for call in strcpy strcat sprintf strncpy gets atoi strtok alloca; do
		seen workers/a.c "	x = $call(a, b);" 'banned call'
	done
	unseen workers/a.c '	f("strcpy(a, b)");'
	unseen workers/a.c '	my_strcpy(a, b);'
	seen workers/a.c 'typedef struct a { int b; } c;' 'no typedef'
	unseen workers/a.c 'typedef int (*c)(struct a *);'
}

atf_test_case c__mutable_data
c__mutable_data_body()
{
	seen shared/domain/a.c 'static int counter;' 'mutable data'
	seen shared/domain/a.c 'struct house house = { 0 };' 'mutable data'
	seen shared/domain/a.c 'static const char *names[] = { "x" };' 'mutable data'
	unseen shared/domain/a.c 'static const char *const names[] = { "x" };'
	unseen shared/domain/a.c 'static const struct row rows[] = { { 1 } };'
	unseen shared/domain/a.c 'static int helper(int);'
	unseen shared/domain/a.c 'struct house {'
}

atf_test_case c__extern_prefix
c__extern_prefix_body()
{
	seen shared/domain/device.c "$(printf 'int\nroom_find(void)\n{\n}')" "file's prefix"
	unseen shared/domain/device.c "$(printf 'int\ndevice_find(void)\n{\n}')"
	unseen shared/domain/device.c "$(printf 'static int\nfind(void)\n{\n}')"
	seen workers/a.c "$(printf 'int\njson_find(void)\n{\n}')" 'prefix of a library'
}

atf_test_case c__header_guards
c__header_guards_body()
{
	mkdir -p planted/shared/base planted/workers
	for f in shared/base/a.h workers/a.h; do
		printf '/* SPDX-License-Identifier: ISC\n *\n * Text.\n */\n#ifndef A_H\n#define A_H\n#endif\n' >"planted/$f"
	done
	atf_check -s exit:1 -o match:'workers/a.h:5: error: the guard of shared/base/a.h' \
	    "$SRC_DIR/scripts/check-style.sh" planted
	sed -i 's/A_H/WORKERS_A_H/' planted/workers/a.h
	atf_check -s exit:0 "$SRC_DIR/scripts/check-style.sh" planted
}

atf_test_case c__function_length
c__function_length_body()
{
	mkdir -p planted/workers
	function_of 81 >planted/workers/a.c
	atf_check -s exit:1 -o match:'has 81 lines, at most 80' \
	    "$SRC_DIR/scripts/check-style.sh" planted
	function_of 61 >planted/workers/a.c
	atf_check -s exit:0 -o match:'warning: .*has 61 lines' \
	    "$SRC_DIR/scripts/check-style.sh" planted
	function_of 60 >planted/workers/a.c
	atf_check -s exit:0 "$SRC_DIR/scripts/check-style.sh" planted
}

atf_init_test_cases()
{
	atf_add_test_case tree__has_no_data
	atf_add_test_case tree__keeps_the_style
	atf_add_test_case tree__shellcheck
	atf_add_test_case tree__headers_compile_alone
	atf_add_test_case text__rules
	atf_add_test_case c__banned_calls
	atf_add_test_case c__mutable_data
	atf_add_test_case c__extern_prefix
	atf_add_test_case c__function_length
	atf_add_test_case c__header_guards
}
