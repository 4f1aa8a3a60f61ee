# SPDX-License-Identifier: ISC
#
# decomment(line): one line of C without its comments; with keep == 0 also with empty strings and
# character constants. Remembers open block comments between lines (variable in_comment).

function decomment(line,    out, i, c, two, quote)
{
	out = ""
	quote = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\") {
				if (keep)
					out = out two
				i++
			} else if (c == quote) {
				out = out c
				quote = ""
			} else if (keep)
				out = out c
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//")
			break
		else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}
