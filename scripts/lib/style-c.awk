# SPDX-License-Identifier: ISC
#
# Rules for C, used with decomment.awk. Relies on KNF: a function's name starts its line, the braces
# of its body stand in column one.

function error(text)   { print FILENAME ":" FNR ": error: " text }
function warning(text) { print FILENAME ":" FNR ": warning: " text }

# The prefixes that extern names of this file may have.
function prefixes(path,    stem, first, rest, whole, plural)
{
	stem = path
	sub(/.*\//, "", stem)
	sub(/\.[ch]$/, "", stem)
	sub(/_int$/, "", stem)
	first = rest = stem
	sub(/_.*/, "", first)
	sub(/^(net|store|adapter)_/, "", rest)
	# net_ws_queue.c is a part of net_ws.c
	whole = rest
	sub(/_[^_]*$/, "", whole)
	# widgets.c, the list of them, may say widget_find
	plural = stem ~ /s$/ ? substr(stem, 1, length(stem) - 1) "|" : ""
	if (rest ~ /s$/)
		plural = plural substr(rest, 1, length(rest) - 1) "|"
	return "^(" plural stem "|" first "|" rest "|" whole (first in also ? "|" also[first] : "") ")_"
}

function function_end(    n)
{
	n = FNR - body_line - 1
	if (n > 80)
		error("function " name " has " n " lines, at most 80")
	else if (n > 60)
		warning("function " name " has " n " lines, aim at 30")
}

# A definition of data in column one; functions, types and declarations are none.
function is_data(line)
{
	if (line !~ types)
		return 0
	if (line ~ /^(struct|enum|union)[ \t]+[A-Za-z0-9_]*[ \t]*({|;|$)/)
		return 0
	if (line ~ /=/) {
		sub(/=.*/, "", line)
		return line !~ /\(/ || line ~ /\(\*/
	}
	return line ~ /;[ \t]*$/ && (line !~ /\(/ || line ~ /\(\*[a-z_]*(\[.*\])?\)/)
}

# Everything a declaration defines is const: after its last star, or anywhere without one.
function is_const(line,    n, parts)
{
	sub(/=.*/, "", line)
	if (line ~ /\*/) {
		n = split(line, parts, "*")
		return parts[n] ~ /^[ \t]*const[ \t]/
	}
	return line ~ /(^|[ \t])const[ \t]/
}

BEGIN {
	types = "static|const|volatile|_Atomic|_Thread_local|struct|enum|union|unsigned|signed"
	types = "^(" types "|int|char|bool|long|short|float|double|FILE|[a-z0-9_]+_t)[ \t(]"
	banned = "strcpy|strcat|sprintf|vsprintf|strncpy|strncat|gets|atoi|atol|atof|strtok|alloca"
	banned = banned "|system|popen|tmpnam|mktemp"
	banned = "(^|[^A-Za-z0-9_>.])(" banned ")[ \t]*\\("
	foreign = "^(json|redis|curl|MHD|sqlite3|FCGX|mosquitto|EVP|wslay|argon2|atf)_"
	# modules whose names have a second, shorter prefix
	also["js"] = "jsw"
	also["rc"] = "fault"
	also["adapter"] = "message"
	# what may be kept at file scope: signal flags, the logger's destination, the metric array, and the
	# handle of an algorithm that never changes once the library has found it
	mutable["shared/base/log.c"] = mutable["shared/base/metric.c"] = 1
	mutable["shared/base/token.c"] = 1
}

FNR == 1 {
	in_comment = in_function = 0
	previous = ""
	prefix = prefixes(FILENAME)
	product = FILENAME ~ /^(shared|cgi|workers)\//
}
{ code = decomment($0) }

code ~ banned { error("banned call:" code) }
code ~ /^[ \t]*#[ \t]*include[ \t]*<fcgi_stdio\.h>/ { error("fcgi_stdio.h redefines stdio") }
code ~ /^[ \t]*typedef[ \t]+(struct|union|enum)/ && code !~ /\(/ { error("no typedef of structs") }
code ~ /^        / { error("indent with tabs") }

FILENAME ~ /\.h$/ && guarded != FILENAME && code ~ /^#ifndef / {
	guarded = FILENAME
	split(code, guard)
	if (guard[2] in guards)
		error("the guard of " guards[guard[2]])
	guards[guard[2]] = FILENAME
}
in_function && code ~ /^[ \t]*#[ \t]*if/ { error("no conditional compilation in a body") }

product && code ~ /^[A-Za-z_][A-Za-z0-9_]*\(/ && previous ~ /^[A-Za-z_]/ && previous !~ /[;})]$/ {
	name = code
	sub(/\(.*/, "", name)
	if (previous !~ /(^|[ \t])static([ \t]|$)/ && name != "main") {
		if (name ~ foreign)
			error("extern name " name " has the prefix of a library")
		else if (FILENAME ~ /^shared\// && name !~ prefix)
			error("extern name " name " lacks the file's prefix")
	}
}
!product && code ~ /^[A-Za-z_][A-Za-z0-9_]*\(/ { name = code; sub(/\(.*/, "", name) }

code ~ /^{/ { in_function = 1; body_line = FNR }
code ~ /^}/ {
	if (in_function)
		function_end()
	in_function = 0
}

product && FILENAME ~ /\.c$/ && !in_function && is_data(code) && !is_const(code) &&
    !(FILENAME in mutable) && code !~ /volatile sig_atomic_t/ {
	error("mutable data at file scope: " code)
}
product && in_function && code ~ /^[ \t]+static[ \t]/ && !is_const(code) &&
    !(FILENAME in mutable) && code !~ /static pthread_once_t/ {
	error("mutable static in a function:" code)
}

code !~ /^[ \t]*$/ { previous = code }
