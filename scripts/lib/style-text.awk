# SPDX-License-Identifier: ISC
#
# Rules for every text file we write: licence line, line length, file length, white space, no notes
# to ourselves. The words are spelt in pieces so that this file does not report itself.

function error(text)   { print FILENAME ":" FNR ": error: " text }
function warning(text) { print FILENAME ":" FNR ": warning: " text }

# Columns of a line with tabs every 8; a UTF-8 continuation byte takes none.
function columns(line,    n, i, c)
{
	if (index(line, "\t") == 0 && line !~ /[\200-\277]/)
		return length(line)
	n = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\t")
			n += 8 - n % 8
		else if (c < "\200" || c > "\277")
			n++
	}
	return n
}

function file_end()
{
	if (last != "" && !licensed)
		print last ":1: error: no SPDX-License-Identifier in its first lines"
	if (last ~ /\.[ch]$/ && lines > 600)
		print last ":" lines ": warning: " lines " lines: split the file by noun"
}

BEGIN { note = "(^|[^A-Za-z])(TO" "DO|FIX" "ME|X" "XX|HA" "CK)([^A-Za-z]|$)" }

FNR == 1 {
	file_end()
	last = FILENAME
	licensed = 0
	# C: the very first line; scripts: after the interpreter line
	allowed = FILENAME ~ /\.[ch]$/ ? 1 : 3
}
{ lines = FNR }
FNR <= allowed && /SPDX-License-Identifier: ISC/ { licensed = 1 }
length($0) > 100 || index($0, "\t") {
	n = columns($0)
	# tables of expected values are easier to read whole
	if (n > (FILENAME ~ /^tests\// ? 160 : 120))
		error("line of " n " columns, at most 100")
	else if (n > 100)
		warning("line of " n " columns, aim at 100")
}
/[ \t]+$/ { error("white space at the end of the line") }
$0 ~ note { error("a note to ourselves: do it or drop it") }
END { file_end() }
