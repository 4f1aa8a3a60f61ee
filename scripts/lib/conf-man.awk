# SPDX-License-Identifier: ISC
#
# conf.def to the list of keys in consciousness.conf(5): awk -f conf-man.awk shared/base/conf.def

function roff(text)
{
	gsub(/\\/, "\\e", text)
	# a line that starts with a dot or a quote would be a request
	return text ~ /^[.\x27]/ ? "\\&" text : text
}

/^X\(/ {
	line = $0
	sub(/^X\(/, "", line)
	sub(/\)[ \t]*$/, "", line)
	key = line
	sub(/,.*/, "", key)
	sub(/^[^,]*, */, "", line)
	type = line
	sub(/,.*/, "", type)
	sub(/^[^,]*, */, "", line)
	if (line ~ /^NULL/) {
		standard = ""
		sub(/^NULL, */, "", line)
	} else {
		standard = line
		sub(/^"/, "", standard)
		sub(/".*/, "", standard)
		sub(/^"[^"]*", */, "", line)
	}
	gsub(/^"|"$/, "", line)
	printf ".It Ic %s Pq %s\n%s.\n", key, type, roff(line)
	if (standard != "")
		printf "Default:\n.Ql %s .\n", standard
}
