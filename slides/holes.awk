# SPDX-License-Identifier: GPL-2.0-only
# The holes of the sources, from their BEGIN marks: id, what, file, function.

/^[a-z].*\(/ && !/;/ { # a definition, its return type on this line or on the one before
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
}

match($0, /BEGIN lab[0-9]+\.[0-9]+: /) {
	id = substr($0, RSTART + 6, RLENGTH - 8)
	what = substr($0, RSTART + RLENGTH)
	sub(/\.? *(\*\/)?$/, "", what)
	path = FILENAME
	sub(/.*\//, "", path)
	if (!(id in seen))
		printf "%s\t%s\t%s\t%s\n", id, what, path, name
	seen[id] = 1
}
